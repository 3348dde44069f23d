"""The watch over the browser is itself watched."""

import re

import pytest

pytestmark = pytest.mark.browser


def test_watch_reports_another_host_and_console_errors(new_page):
    page = new_page()
    page.goto("data:text/html,<h1>here</h1>")
    assert page.locator("h1").inner_text() == "here"
    asked = ["https://example.com/map.json", "http://192.0.2.1/map.json"]
    # nobody answers: no name and no number but this machine's leads anywhere
    assert [page.evaluate("url => fetch(url).then(() => 'answered', () => 'silence')", url) for url in asked] == ["silence"] * 2
    page.evaluate("console.error('chart broke')")
    problems = page.watch.problems()
    assert set(problems) >= {f"asked another host: {url}" for url in asked}
    assert any("chart broke" in p for p in problems)
    page.watch.expect(re.escape("chart broke"))
    page.watch.expect("ERR_NAME_NOT_RESOLVED")
    assert page.watch.problems() == [f"asked another host: {url}" for url in asked]
    page.watch.foreign.clear()


def test_watch_reports_a_breach_of_the_content_security_policy(new_page):
    page = new_page()
    page.goto(
        "data:text/html,<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'\"><p onclick='document.title=1'>here</p>",
    )
    page.locator("p").click()
    assert any("content security policy" in p.lower() for p in page.watch.problems())
    page.watch.errors.clear()
