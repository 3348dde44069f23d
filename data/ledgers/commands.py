"""The group ``ledger`` of the command line. What it does stands in cli.py, which is imported when a command runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from data.store import Store

Open = Callable[[], "Store"]


@click.group()
def ledger() -> None:
    """Ledgers: look at a file, import it, take an import back."""


def _options(command: Any) -> Any:
    for option in reversed(
        (
            click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False)),
            click.option("--campaign", help="Code of the campaign, e.g. sx-2019."),
            click.option("--new-campaign", help="Name of the campaign, when it is to be made."),
            click.option("--kind", help="Kind of item: finding, task, case, outfall, project …"),
            click.option("--as-known", help="The day the ledger speaks of (YYYY-MM-DD); default: today."),
            click.option("--profile", help="A profile: a JSON file, or the name of a saved one."),
            click.option("--key", "key_columns", multiple=True, help="Header of a key column; repeat for several."),
            click.option("--year", type=int, help="The year of dates written without one."),
            click.option("--sheet", help="Name of the sheet to read; default: every sheet that holds a ledger."),
            click.option("--region", help="Code or name of the region the ledger belongs to."),
            click.option("--round", "round_number", type=int, help="Number of the round the ledger belongs to."),
            click.option("--partial", is_flag=True, help="Not a full export: rows that are not in it are not missing."),
            click.option("--report", type=click.Path(dir_okay=False), help="Save the workbook with its faults marked."),
            click.option("--lang", type=click.Choice(["zh-CN", "en"]), default="zh-CN", show_default=True),
        )
    ):
        command = option(command)
    return command


@ledger.command("check")
@_options
@click.pass_obj
def ledger_check(open_store: Open, files: tuple[str, ...], **options: Any) -> None:
    """Read FILES and say what an import would do; nothing is written."""
    from data.ledgers import cli

    raise SystemExit(cli.check(open_store(), files, **options))


@ledger.command("import")
@_options
@click.pass_obj
def ledger_import(open_store: Open, files: tuple[str, ...], **options: Any) -> None:
    """Import FILES, each in one transaction."""
    from data.ledgers import cli

    raise SystemExit(cli.import_files(open_store(), files, **options))


@ledger.command("undo")
@click.argument("batch", type=int)
@click.option("--lang", type=click.Choice(["zh-CN", "en"]), default="zh-CN", show_default=True)
@click.pass_obj
def ledger_undo(open_store: Open, batch: int, lang: str) -> None:
    """Take one import back; its events stay in the history."""
    from data.ledgers import cli

    raise SystemExit(cli.undo(open_store(), batch, lang=lang))


@ledger.command("history")
@click.option("--lang", type=click.Choice(["zh-CN", "en"]), default="zh-CN", show_default=True)
@click.pass_obj
def ledger_history(open_store: Open, lang: str) -> None:
    """List imports, newest first."""
    from data.ledgers import cli

    raise SystemExit(cli.history(open_store(), lang=lang))


@ledger.command("profiles")
@click.option("--save", type=click.Path(exists=True, dir_okay=False), help="Keep the profile of this file under its name.")
@click.option("--lang", type=click.Choice(["zh-CN", "en"]), default="zh-CN", show_default=True)
@click.pass_obj
def ledger_profiles(open_store: Open, save: str | None, lang: str) -> None:
    """List the mappings kept for unusual cli."""
    from data.ledgers import cli

    raise SystemExit(cli.list_profiles(open_store(), save, lang))


groups = (ledger,)
