"""A scheme file into a scheme, and every fault of one in words."""

from pathlib import Path

import pytest

from data.ranking.scheme_file import read_scheme
from data.ranking.schemes import SHIPPED


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda p: p.stem)
def test_shipped_schemes_are_read_without_a_fault(path: Path):
    scheme, faults = read_scheme(path.read_bytes(), path.name)
    assert faults == []
    assert scheme.code == path.stem
    assert sum(i.weight for i in scheme.indicators) == 100
