"""The served app and the command line as a person meets them first."""

import json
import os
import re
import subprocess
import sys
import urllib.request

import pytest

from tests import campaign
from tests.architecture.rooms import ROOT


def get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.status, answer.read().decode()


def test_every_chart_is_exported_by_the_served_app(live_server, sqlite_small_store):
    base = live_server(sqlite_small_store)
    query = f"campaign={campaign.CODE}&level=county&as_of={campaign.AS_OF}"
    body = json.loads(get(f"{base}/export/progress-by-region.json?{query}")[1])
    shown = [(row["region"], row["effective"], row["rectified"]) for row in body["rows"]]
    assert shown == [("常熟市", 5, 3), ("玄武区", 4, 2), ("秦淮区", 3, 1)]
    assert (body["as_of"], body["known_at"], body["simulated"]) == ("2022-09-30", None, False)
    assert "6/12" in body["caption"] or "50.0%" in body["caption"], body["caption"]


def test_two_apps_in_one_process_keep_their_stores_apart(live_server, sqlite_store, sqlite_small_store):
    full, empty = live_server(sqlite_small_store), live_server(sqlite_store)
    rows = [len(json.loads(get(f"{base}/export/progress-by-region.json")[1])["rows"]) for base in (full, empty)]
    assert rows[0] > 0 and rows[1] == 0


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/", "/progress"])
def test_a_page_opens_without_a_foreign_request_or_an_error(live_server, sqlite_small_store, page, path):
    page.goto(live_server(sqlite_small_store) + path)
    page.wait_for_selector("h1")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.wait_for_load_state("networkidle")


@pytest.fixture
def manage(tmp_path):
    """``manage(*arguments) -> finished process`` with a store of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("DUBANG_")}
    env |= {"DUBANG_INSTANCE": str(tmp_path / "instance"), "PYTHONWARNINGS": "error"}

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
        )

    return run


def test_a_first_store_from_the_command_line(manage):
    refused = manage("export", "progress-by-region")
    assert refused.returncode == 1 and "store init" in refused.stderr
    made = manage("store", "init")
    assert made.returncode == 0 and re.search(r"3\d{3} regions", made.stdout), made.stderr
    demo = manage("store", "demo", "--items", "100")
    assert demo.returncode == 0 and "js-2022" in demo.stdout, demo.stderr
    again = manage("store", "demo", "--if-empty")
    assert again.returncode == 0 and "left as it is" in again.stdout
    shown = json.loads(manage("export", "progress-by-region", "--query", "campaign=js-2022&level=prefecture").stdout)
    assert len(shown["rows"]) == 13 and shown["simulated"] is True
    assert sum(row["discovered"] for row in shown["rows"]) == 100
