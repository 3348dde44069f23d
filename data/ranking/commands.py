"""The groups ``scheme``, ``series`` and ``events`` of the command line. What they do stands in cli.py, which is imported when one runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from data.store import Store

Open = Callable[[], "Store"]
_lang = click.option("--lang", type=click.Choice(["zh-CN", "en"]), default="zh-CN", show_default=True)
_file = click.argument("file", type=click.Path(exists=True, dir_okay=False))


@click.group()
def scheme() -> None:
    """Ranking schemes: check a rule document's file, load it, look at those there are."""


@scheme.command("check")
@_file
@_lang
@click.pass_obj
def scheme_check(open_store: Open, file: str, lang: str) -> None:
    """Say the scheme of FILE in words, or what is wrong with it; nothing is written."""
    from data.ranking import cli

    try:
        store = open_store()
    except click.ClickException:
        # a rule document can be judged before there is a store; its series and its version then cannot
        store = None
    raise SystemExit(cli.check_scheme(store, file, lang))


@scheme.command("load")
@_file
@click.option("--default", is_flag=True, help="Show this scheme when none is asked for.")
@_lang
@click.pass_obj
def scheme_load(open_store: Open, file: str, default: bool, lang: str) -> None:
    """Keep the scheme of FILE in the store; a loaded version never changes."""
    from data.ranking import cli

    raise SystemExit(cli.load_scheme(open_store(), file, default, lang))


@scheme.command("list")
@_lang
@click.pass_obj
def scheme_list(open_store: Open, lang: str) -> None:
    """List the schemes and their versions; * marks the default."""
    from data.ranking import cli

    raise SystemExit(cli.list_schemes(open_store(), lang))


@scheme.command("show")
@click.argument("code")
@click.option("--version", help="The version; default: the newest.")
@click.option("--source", is_flag=True, help="Print the file instead of the words.")
@_lang
@click.pass_obj
def scheme_show(open_store: Open, code: str, version: str | None, source: bool, lang: str) -> None:
    """Say the scheme CODE in words."""
    from data.ranking import cli

    raise SystemExit(cli.show_scheme(open_store(), code, version, source, lang))


@click.group()
def series() -> None:
    """Indicator series that others publish: PM2.5 change, section compliance …"""


@series.command("import")
@_file
@click.option("--code", help="Code of the series, e.g. pm25_change.")
@click.option("--name", help="Its name.")
@click.option("--name-en", help="Its English name.")
@click.option("--unit", help="rate (shares 0-1), %, ug/m3 …")
@click.option("--decimals", type=click.IntRange(0, 6), help="Decimals it is printed with; default 1.")
@click.option("--standard", help="The standard or section set that the figures follow.")
@click.option("--origin", help="Who publishes it.")
@click.option("--region", help="Code of the place that names are looked for in.")
@click.option("--simulated", is_flag=True, help="The figures are made up.")
@_lang
@click.pass_obj
def series_import(open_store: Open, file: str, lang: str, **options: Any) -> None:
    """Add the figures of a CSV or XLSX FILE (region, as_of, value or numerator and denominator)."""
    from data.ranking import cli

    raise SystemExit(cli.import_series(open_store(), file, lang, **options))


@series.command("list")
@_lang
@click.pass_obj
def series_list(open_store: Open, lang: str) -> None:
    """List the series of the store."""
    from data.ranking import cli

    raise SystemExit(cli.list_series(open_store(), lang))


@click.group()
def events() -> None:
    """Bonus, penalty and veto events of rankings."""


@events.command("import")
@_file
@click.option("--region", help="Code of the place that names are looked for in.")
@click.option("--simulated", is_flag=True, help="The events are made up.")
@_lang
@click.pass_obj
def events_import(open_store: Open, file: str, lang: str, **options: Any) -> None:
    """Add the events of a CSV or XLSX FILE (region, adjustment, date, points, reason, document_no, key)."""
    from data.ranking import cli

    raise SystemExit(cli.import_events(open_store(), file, lang, **options))


@events.command("void")
@click.argument("event", type=int)
@click.option("--reason", required=True, help="Why it is taken back.")
@_lang
@click.pass_obj
def events_void(open_store: Open, event: int, reason: str, lang: str) -> None:
    """Take one EVENT back; both rows stay in the store."""
    from data.ranking import cli

    raise SystemExit(cli.take_back_event(open_store(), event, reason, lang))


@events.command("list")
@_lang
@click.pass_obj
def events_list(open_store: Open, lang: str) -> None:
    """List the events, newest first."""
    from data.ranking import cli

    raise SystemExit(cli.list_events(open_store(), lang))


groups = (scheme, series, events)
