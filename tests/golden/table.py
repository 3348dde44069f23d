"""The table at the end of a run: each identity, what was published, what the page said."""

import pytest

_NAME = "golden identity"


def note(record_property, identity: str, check: str, expected: str, got: str) -> None:
    """Have one line printed at the end of the run, also where tests run in several processes."""
    record_property(_NAME, (identity, check, expected, got))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line an identity."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports if getattr(report, "when", "") == "call"]
    rows = sorted(tuple(value) for report in reports for name, value in report.user_properties if name == _NAME)
    if not rows:
        return
    terminalreporter.section("published figures: expected, and what the page says")
    for identity, check, expected, got in rows:
        mark = " " if expected == got else "!"
        terminalreporter.write_line(f"{mark} {identity:4} {expected:>8} {got:>8}  {check}")
