"""The groups ``period`` and ``appeal`` of the command line. What they do stands in period_cli.py, which is imported when one runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from data.store import Store

Open = Callable[[], "Store"]
_period = click.argument("period")
_edition = click.option("--edition", type=int, help="The edition; default: the newest.")


def _options(by: bool = False) -> Callable[[Any], Any]:
    """The options that every command takes; ``by`` adds who does it."""
    options = [
        click.option("--scheme", help="The scheme's code; default: the default scheme."),
        click.option("--campaign", "campaigns", multiple=True, help="What the race is over instead of the scheme's campaigns; repeat."),
        click.option("--lang", type=click.Choice(["zh-CN", "en"]), default="zh-CN", show_default=True),
    ]
    if by:
        options.append(click.option("--by", help="Who does it; default: the account that gives the command."))

    def add(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return add


@click.group()
def period() -> None:
    """Periods of a ranking: lock them, correct them, compare and check their editions."""


@period.command("list")
@_options()
@click.pass_obj
def period_list(open_store: Open, **options: Any) -> None:
    """List the periods of a scheme and the editions of those that are locked."""
    from data.ranking import period_cli

    raise SystemExit(period_cli.list_periods(open_store(), **options))


@period.command("lock")
@_period
@click.option("--reason", help="A remark that is kept with the lock.")
@_options(by=True)
@click.pass_obj
def period_lock(open_store: Open, **options: Any) -> None:
    """Lock PERIOD as it stands now, e.g. 2022-W47; nobody can change it afterwards."""
    from data.ranking import period_cli

    raise SystemExit(period_cli.lock(open_store(), **options))


@period.command("correct")
@_period
@click.option("--reason", required=True, help="Why there is another edition; it is published with it.")
@click.option("--new-rules", is_flag=True, help="Count under the scheme's newest version instead of the one that was locked.")
@_options(by=True)
@click.pass_obj
def period_correct(open_store: Open, **options: Any) -> None:
    """Publish what the store knows now of the locked PERIOD as its next edition, and say what changed."""
    from data.ranking import period_cli

    raise SystemExit(period_cli.correct(open_store(), **options))


@period.command("diff")
@_period
@click.option("--from", "old", type=int, help="The edition to compare with; default: the one before.")
@click.option("--to", "new", type=int, help="The edition that is looked at; default: the newest.")
@_options()
@click.pass_obj
def period_diff(open_store: Open, **options: Any) -> None:
    """Say who moved between two editions of PERIOD, and why."""
    from data.ranking import period_cli

    raise SystemExit(period_cli.show_diff(open_store(), **options))


@period.command("show")
@_period
@_edition
@_options()
@click.pass_obj
def period_show(open_store: Open, **options: Any) -> None:
    """Print the ranks of an edition of PERIOD, checked against its hash."""
    from data.ranking import period_cli

    raise SystemExit(period_cli.show(open_store(), **options))


@period.command("verify")
@click.option("--lang", type=click.Choice(["zh-CN", "en"]), default="zh-CN", show_default=True)
@click.pass_obj
def period_verify(open_store: Open, lang: str) -> None:
    """Check every locked period against its hash; exit status 1 when one was altered or damaged."""
    from data.ranking import period_cli

    raise SystemExit(period_cli.check(open_store(), lang))


@click.group()
def appeal() -> None:
    """Appeals against a place's result in a locked period."""


@appeal.command("add")
@_period
@click.argument("place")
@click.argument("text")
@_edition
@click.option("--indicator", help="Id of the indicator that is disputed; default: the result as a whole.")
@_options(by=True)
@click.pass_obj
def appeal_add(open_store: Open, **options: Any) -> None:
    """Record an appeal of PLACE (code or full name) against its result in PERIOD; TEXT says what is wrong."""
    from data.ranking import period_cli

    raise SystemExit(period_cli.add_appeal(open_store(), **options))


@appeal.command("decide")
@click.argument("number", metavar="APPEAL", type=int)
@click.argument("outcome", type=click.Choice(["upheld", "partly", "dismissed", "withdrawn"]))
@click.argument("answer")
@click.option("--by", help="Who decides; default: the account that gives the command.")
@click.option("--lang", type=click.Choice(["zh-CN", "en"]), default="zh-CN", show_default=True)
@click.pass_obj
def appeal_decide(open_store: Open, number: int, outcome: str, answer: str, by: str | None, lang: str) -> None:
    """Answer an APPEAL, once; no number changes by it."""
    from data.ranking import period_cli

    raise SystemExit(period_cli.decide_appeal(open_store(), number, outcome, answer, by, lang))


@appeal.command("list")
@click.option("--period", help="One period; default: all of the scheme's.")
@_options()
@click.pass_obj
def appeal_list(open_store: Open, **options: Any) -> None:
    """List appeals in the order they were made."""
    from data.ranking import period_cli

    raise SystemExit(period_cli.list_appeals(open_store(), **options))


groups = (period, appeal)
