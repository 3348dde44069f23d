"""The watch over the browser is itself watched."""

import re

import pytest

pytestmark = pytest.mark.browser


def test_watch_reports_another_host_and_console_errors(new_page):
    page = new_page()
    page.goto("data:text/html,<h1>here</h1>")
    assert page.locator("h1").inner_text() == "here"
    page.evaluate("fetch('https://example.com/map.json').catch(() => 0)")
    page.evaluate("console.error('chart broke')")
    problems = page.watch.problems()
    assert "asked another host: https://example.com/map.json" in problems
    assert any("chart broke" in p for p in problems)
    page.watch.expect(re.escape("chart broke"))
    page.watch.expect("ERR_FAILED")
    assert page.watch.problems() == ["asked another host: https://example.com/map.json"]
    page.watch.foreign.clear()


def test_watch_reports_a_breach_of_the_content_security_policy(new_page):
    page = new_page()
    page.goto(
        "data:text/html,<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'\"><p onclick='document.title=1'>here</p>",
    )
    page.locator("p").click()
    assert any("content security policy" in p.lower() for p in page.watch.problems())
    page.watch.errors.clear()
