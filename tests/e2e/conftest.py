"""Tests in a real browser: one that missed a beat on a busy machine is asked once more; a fault fails twice."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

# two browsers and their servers on two processors: what is slow is not wrong
expect.set_options(timeout=15_000)

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1, reruns_delay=1))
