"""The group ``places`` of the command line. What it does stands in cli.py, which is imported when a command runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from data.store import Store

Open = Callable[[], "Store"]
_LAYERS = ("outfall", "source_area", "section", "station", "enterprise", "zone", "water_body", "track", "quality")
_lang = click.option("--lang", type=click.Choice(["zh-CN", "en"]), default="zh-CN", show_default=True)


def _options(command: Any) -> Any:
    for option in reversed(
        (
            click.argument("file", type=click.Path(exists=True, dir_okay=False)),
            click.option("--layer", required=True, type=click.Choice(_LAYERS), help="What the file holds."),
            click.option("--crs", help="Coordinate system: CGCS2000, WGS84, GCJ-02, BD-09, or an EPSG number such as EPSG:4549."),
            click.option("--sheet", help="Sheet of a workbook, or layer of an archive."),
            click.option("--encoding", help="Encoding of texts, e.g. gbk; default: found out."),
            click.option("--region", help="Code of the region the places must lie in."),
            click.option("--campaign", help="Code of the campaign whose items outfalls become (and tracks belong to)."),
            click.option("--new-campaign", help="Name of the campaign, when it is to be made."),
            click.option("--as-known", help="The day the file speaks of (YYYY-MM-DD); default: today."),
            click.option("--column", "columns", multiple=True, metavar="FIELD=HEADER", help="Which column a field is; repeat."),
            click.option("--sensitivity", type=click.Choice(["public", "internal", "restricted"]), help="Who may see the positions."),
            click.option("--report", type=click.Path(dir_okay=False), help="Save every fault as CSV."),
            _lang,
        )
    ):
        command = option(command)
    return command


@click.group()
def places() -> None:
    """Places on the map: outfalls, sections, water bodies, zones, tracks (docs/recipes/places.md)."""


@places.command("check")
@_options
@click.pass_obj
def places_check(open_store: Open, **options: Any) -> None:
    """Read FILE and say what an import would do; nothing is written."""
    from data.places import cli

    raise SystemExit(cli.check(open_store(), **options))


@places.command("import")
@click.option("--repair", "repairs", multiple=True, help="Confirm every row with this repair (swapped, sign, closed …); repeat.")
@click.option("--row", "rows", multiple=True, type=int, help="Confirm the repair of this row; repeat.")
@click.option("--by", "imported_by", help="Who imports.")
@_options
@click.pass_obj
def places_import(open_store: Open, **options: Any) -> None:
    """Import FILE in one transaction."""
    from data.places import cli

    raise SystemExit(cli.import_file(open_store(), **options))


@places.command("undo")
@click.argument("batch", type=int)
@_lang
@click.pass_obj
def places_undo(open_store: Open, batch: int, lang: str) -> None:
    """Take one import back."""
    from data.places import cli

    raise SystemExit(cli.undo(open_store(), batch, lang))


@places.command("history")
@_lang
@click.pass_obj
def places_history(open_store: Open, lang: str) -> None:
    """List imports, newest first."""
    from data.places import cli

    raise SystemExit(cli.history(open_store(), lang))


groups = (places,)
