"""The group ``contest`` of the command line. What it does stands in cli.py, which is imported when a command runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from data.store import Store

Open = Callable[[], "Store"]


@click.group()
def contest() -> None:
    """Arena contests (docs/contest.md)."""


def _contest(open_store: Open, command: str, *given: object) -> None:
    from data.contest import cli as commands
    from data.contest.model import ContestError

    try:
        click.echo(getattr(commands, command)(open_store(), *given))
    except ContestError as problem:
        raise click.ClickException(problem.text()) from None


@contest.command("create")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.pass_obj
def contest_create(open_store: Open, file: str) -> None:
    """Make a contest from a TOML FILE; prints its id."""
    _contest(open_store, "create", file)


@contest.command("list")
@click.pass_obj
def contest_list(open_store: Open) -> None:
    """List contests, newest first."""
    _contest(open_store, "listing")


@contest.command("links")
@click.argument("contest_id", type=int)
@click.option("--base", required=True, help="What links begin with, as phones reach it.")
@click.option("--judge", "judges", type=int, multiple=True, help="Only for this judge, whose earlier link dies; repeat for several.")
@click.pass_obj
def contest_links(open_store: Open, contest_id: int, base: str, judges: tuple[int, ...]) -> None:
    """Make judges' links; they are printed this once."""
    _contest(open_store, "make_links", contest_id, base, judges)


@contest.command("open")
@click.argument("contest_id", type=int)
@click.option("--entry", type=int, help="This entry; default: the next in turn.")
@click.option("--all", "every", is_flag=True, help="All at once.")
@click.pass_obj
def contest_open(open_store: Open, contest_id: int, entry: int | None, every: bool) -> None:
    """Open scoring of the next entry (and close the one before)."""
    _contest(open_store, "advance", contest_id, "open" if entry is not None else "all" if every else "next", entry)


@contest.command("close")
@click.argument("contest_id", type=int)
@click.option("--entry", type=int, help="This entry only; default: all scoring.")
@click.pass_obj
def contest_close(open_store: Open, contest_id: int, entry: int | None) -> None:
    """Close scoring."""
    _contest(open_store, "advance", contest_id, "shut" if entry is not None else "close", entry)


@contest.command("reveal")
@click.argument("contest_id", type=int)
@click.pass_obj
def contest_reveal(open_store: Open, contest_id: int) -> None:
    """Publish the result; nothing can be changed afterwards."""
    _contest(open_store, "advance", contest_id, "reveal")


groups = (contest,)
