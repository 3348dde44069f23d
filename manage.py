"""The command line: make a store, bring ledgers in, get charts out."""

import sys
from importlib import import_module
from pathlib import Path

import click

from data.places.commands import groups as place_groups
from data.ranking.commands import groups as ranking_groups
from data.ranking.period_commands import groups as period_groups


@click.group()
@click.pass_context
def cli(context: click.Context) -> None:
    """Dubang: the dashboard for inspection campaigns."""
    # command groups that stand in other rooms open the store through this
    context.obj = _store
    context.meta["dubang.settings"] = _settings
    # region and column names are Chinese; a console in another code page must not end a command
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _engine():  # type: ignore[no-untyped-def]
    from config import Settings
    from data.engine import make_engine

    return make_engine(Settings.from_env().database_url)


def _settings():  # type: ignore[no-untyped-def]
    from config import Settings

    return Settings.from_env()


class Late(click.Group):
    """A group that stands in a room of callbacks, which takes seconds to import: only when one of its commands is asked for."""

    def __init__(self, name: str, room: str, about: str) -> None:
        super().__init__(name, help=about)
        self._room = room

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._group().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._group().get_command(ctx, cmd_name)

    def _group(self) -> click.Group:
        return getattr(import_module(self._room), str(self.name))


def _store():  # type: ignore[no-untyped-def]
    from data import migrate
    from data.store import Store

    engine = _engine()
    if migrate.revision(engine) is None:
        raise click.ClickException("There is no store yet: run  python manage.py store init  first.")
    return Store(engine)


def _desk(store):  # type: ignore[no-untyped-def]
    """The desk that exported files pass, as the settings have it."""
    from callbacks.export_desk import Desk
    from config import Settings
    from dashboard.map_notice import MapNotice, set_notice

    settings = Settings.from_env()
    set_notice(MapNotice(settings.map_approval, settings.map_source))
    return Desk(store, Path(settings.instance) / "exports", settings.public_url, settings.export_least)


# ---------------------------------------------------------------------------- store


@cli.group()
def store() -> None:
    """The shared store."""


@store.command("init")
def store_init() -> None:
    """Make the tables and load the country's regions; safe to repeat."""
    from data.store import init

    made = init(_engine())
    click.echo(f"Store ready: {made.engine.url.render_as_string(hide_password=True)}, {len(made.tree())} regions.")


@store.command("upgrade")
def store_upgrade() -> None:
    """Bring the tables up to this version, and fold again what that makes necessary."""
    from data import migrate
    from data.rollup.refresh import refresh_stale
    from data.store import Store, bump

    engine = _engine()
    migrate.upgrade(engine)
    with Store(engine).writing() as conn:
        done = refresh_stale(conn)
        if done:
            bump(conn, "upgrade")
    click.echo(f"Schema revision {migrate.revision(engine)}, {done} rollups rebuilt.")


@store.command("demo")
@click.option("--items", default=20_000, show_default=True, help="Number of findings to simulate.")
@click.option("--if-empty", is_flag=True, help="Do nothing when the store already holds a campaign.")
def store_demo(items: int, if_empty: bool) -> None:
    """Make the store if need be and fill it with a simulated campaign, marked as such."""
    from data.demo.build import build
    from data.store import init

    made = init(_engine())
    if made.campaigns():
        if if_empty:
            click.echo("The store already holds campaigns; left as it is.")
            return
        raise click.ClickException("The store already holds campaigns; the simulated one goes into an empty store only.")
    build(made, items=items)
    click.echo(f"Simulated campaigns: {', '.join(c.code for c in made.campaigns())}.")


@store.command("refresh")
def store_refresh() -> None:
    """Rebuild the rollups that other writers have marked as stale."""
    from data.rollup.refresh import refresh_stale
    from data.store import bump

    opened = _store()
    with opened.writing() as conn:
        done = refresh_stale(conn)
        if done:
            bump(conn, "refresh")
    click.echo(f"{done} rollups rebuilt.")


@store.command("verify")
@click.option("--repair", is_flag=True, help="Rebuild the rollups that differ.")
def store_verify(repair: bool) -> None:
    """Recount every item from its events and compare with the rollup; exit status 1 when they differ."""
    from data.rollup.verify import verify

    report = verify(_store(), repair=repair)
    click.echo(report.text())
    if report.differences and not repair:
        raise SystemExit(1)


# ---------------------------------------------------------------------------- ledgers


@cli.group()
def ledger() -> None:
    """Ledgers: look at a file, import it, take an import back."""


def _ledger_options(command):  # type: ignore[no-untyped-def]
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
@_ledger_options
def ledger_check(files: tuple[str, ...], **options: object) -> None:
    """Read FILES and say what an import would do; nothing is written."""
    from data.ledgers import cli as ledgers

    raise SystemExit(ledgers.check(_store(), files, **options))


@ledger.command("import")
@_ledger_options
def ledger_import(files: tuple[str, ...], **options: object) -> None:
    """Import FILES, each in one transaction."""
    from data.ledgers import cli as ledgers

    raise SystemExit(ledgers.import_files(_store(), files, **options))


@ledger.command("undo")
@click.argument("batch", type=int)
@click.option("--lang", type=click.Choice(["zh-CN", "en"]), default="zh-CN", show_default=True)
def ledger_undo(batch: int, lang: str) -> None:
    """Take one import back; its events stay in the history."""
    from data.ledgers import cli as ledgers

    raise SystemExit(ledgers.undo(_store(), batch, lang=lang))


@ledger.command("history")
@click.option("--lang", type=click.Choice(["zh-CN", "en"]), default="zh-CN", show_default=True)
def ledger_history(lang: str) -> None:
    """List imports, newest first."""
    from data.ledgers import cli as ledgers

    raise SystemExit(ledgers.history(_store(), lang=lang))


@ledger.command("profiles")
@click.option("--save", type=click.Path(exists=True, dir_okay=False), help="Keep the profile of this file under its name.")
@click.option("--lang", type=click.Choice(["zh-CN", "en"]), default="zh-CN", show_default=True)
def ledger_profiles(save: str | None, lang: str) -> None:
    """List the mappings kept for unusual ledgers."""
    from data.ledgers import cli as ledgers

    raise SystemExit(ledgers.list_profiles(_store(), save, lang))


# ---------------------------------------------------------------------------- regions, published figures


@cli.group()
def regions() -> None:
    """Places."""


@regions.command("import")
@click.argument("table", type=click.Path(exists=True, dir_okay=False))
@click.option("--geojson", type=click.Path(exists=True, dir_okay=False), help="Boundaries, joined on the code.")
@click.option("--root", "root_name", help="Name of the place that holds them all.")
def regions_import(table: str, geojson: str | None, root_name: str | None) -> None:
    """Load the regions of any place from a TABLE (code, name, level, parent_code …)."""
    from data.regions.table_import import import_regions
    from data.store import bump

    opened = _store()
    with opened.writing() as conn:
        report = import_regions(conn, table, geojson_path=geojson, root_name=root_name)
        if report.ok:
            bump(conn, "regions import")
    click.echo(report.text())
    if not report.ok:
        raise SystemExit(1)


@cli.group()
def facts() -> None:
    """Published figures, kept apart from computed ones."""


@facts.command("import")
@click.argument("table", type=click.Path(exists=True, dir_okay=False))
def facts_import(table: str) -> None:
    """Load published figures from a CSV TABLE."""
    from data.published import import_facts

    opened = _store()
    with opened.writing() as conn:
        click.echo(f"{import_facts(conn, table)} published figures in the store.")


# ---------------------------------------------------------------------------- places, rankings

for _group in (*place_groups, *ranking_groups, *period_groups):
    cli.add_command(_group)


# ---------------------------------------------------------------------------- contests


@cli.group()
def contest() -> None:
    """Arena contests (docs/contest.md)."""


def _contest(command: str, *given: object) -> None:
    from data.contest import cli as commands
    from data.contest.model import ContestError

    try:
        click.echo(getattr(commands, command)(_store(), *given))
    except ContestError as problem:
        raise click.ClickException(problem.text()) from None


@contest.command("create")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
def contest_create(file: str) -> None:
    """Make a contest from a TOML FILE; prints its id."""
    _contest("create", file)


@contest.command("list")
def contest_list() -> None:
    """List contests, newest first."""
    _contest("listing")


@contest.command("links")
@click.argument("contest_id", type=int)
@click.option("--base", required=True, help="What links begin with, as phones reach it.")
@click.option("--judge", "judges", type=int, multiple=True, help="Only for this judge, whose earlier link dies; repeat for several.")
def contest_links(contest_id: int, base: str, judges: tuple[int, ...]) -> None:
    """Make judges' links; they are printed this once."""
    _contest("make_links", contest_id, base, judges)


@contest.command("open")
@click.argument("contest_id", type=int)
@click.option("--entry", type=int, help="This entry; default: the next in turn.")
@click.option("--all", "every", is_flag=True, help="All at once.")
def contest_open(contest_id: int, entry: int | None, every: bool) -> None:
    """Open scoring of the next entry (and close the one before)."""
    _contest("advance", contest_id, "open" if entry is not None else "all" if every else "next", entry)


@contest.command("close")
@click.argument("contest_id", type=int)
@click.option("--entry", type=int, help="This entry only; default: all scoring.")
def contest_close(contest_id: int, entry: int | None) -> None:
    """Close scoring."""
    _contest("advance", contest_id, "shut" if entry is not None else "close", entry)


@contest.command("reveal")
@click.argument("contest_id", type=int)
def contest_reveal(contest_id: int) -> None:
    """Publish the result; nothing can be changed afterwards."""
    _contest("advance", contest_id, "reveal")


# ---------------------------------------------------------------------------- charts, serving


# ---------------------------------------------------------------------------- the wall


@cli.group()
def screen() -> None:
    """Frozen states of the wall (docs/wall.md)."""


def _screen(command: str, *given: object) -> None:
    from callbacks import screen_commands
    from config import Settings
    from dashboard.map_notice import MapNotice, set_notice

    settings = Settings.from_env()
    set_notice(MapNotice(settings.map_approval, settings.map_source))
    try:
        click.echo(getattr(screen_commands, command)(_store(), *given))
    except screen_commands.CommandError as problem:
        raise click.ClickException(str(problem)) from None


@screen.command("freeze")
@click.argument("playlist", default="standard")
@click.option("--name", default="", help="What the header calls it; default: the playlist's name.")
def screen_freeze(playlist: str, name: str) -> None:
    """Keep what every scene of a PLAYLIST shows now; prints the state's code."""
    _screen("freeze_playlist", playlist, name)


@screen.command("list")
def screen_list() -> None:
    """List frozen states, newest first."""
    _screen("listing")


@screen.command("verify")
def screen_verify() -> None:
    """Compare every frozen state with its hash."""
    _screen("verify")


# ---------------------------------------------------------------------------- charts and serving


@cli.command()
@click.argument("chart")
@click.option("--query", default="", help="The page's query string, e.g. campaign=sx-2019&level=prefecture.")
@click.option("--format", "fmt", type=click.Choice(["json", "csv", "xlsx", "pptx", "docx"]), default="json", show_default=True)
@click.option("--lang", type=click.Choice(["zh-CN", "en"]), default=None)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="File to write; default: standard output.")
def export(chart: str, query: str, fmt: str, lang: str | None, output: str | None) -> None:
    """Write one chart's data without a server."""
    from callbacks.export_desk import NotReleased
    from callbacks.exports import export_bytes

    opened = _store()
    try:
        body = export_bytes(opened, chart, query, fmt, lang, desk=_desk(opened))
    except NotReleased as held:
        raise click.ClickException(f"Only what is {held.least} may go out from here; this state is {held.status}.") from None
    except KeyError:
        from callbacks.registry import CHARTS

        raise click.ClickException(f"There is no chart {chart!r}. Charts: {', '.join(CHARTS)}") from None
    if output:
        with click.open_file(output, "wb") as file:
            file.write(body)
    else:
        sys.stdout.buffer.write(body)


cli.add_command(Late("batch", "callbacks.batch_commands", "The same charts or one brief for many regions, in one zip."))
cli.add_command(Late("schedule", "callbacks.schedule_commands", "What is made by itself, at its time (docs/exports.md)."))


@cli.command()
@click.argument("template", required=False)
@click.option("--query", default="", help="The page's query string, e.g. campaign=sx-2019&region=140000.")
@click.option("--lang", type=click.Choice(["zh-CN", "en"]), default="zh-CN", show_default=True)
@click.option("--chart", "charts", multiple=True, help="A chart of one's own choice instead of a template; may be repeated.")
@click.option("--issuer", default="", help="Who issues it.")
@click.option("--number", default="", help="Its document number.")
@click.option("--title", default="", help="Its title, in place of the template's.")
@click.option("--master", type=click.Path(dir_okay=False, path_type=Path), help="A .pptx or .docx whose layouts and styles are used.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write: .pptx, .docx, .xlsx or .pdf.")
def brief(template: str | None, output: Path | None, master: Path | None, charts: tuple[str, ...], **how: str) -> None:
    """Write a brief: a TEMPLATE by name, or a template file (.json). Without a template they are listed."""
    from callbacks.brief_commands import BriefFailed, listing, write

    if template is None and not charts:
        for line in listing():
            click.echo(line)
        return
    if output is None:
        raise click.UsageError("Say where to write it: -o file.pptx (or .docx, .xlsx, .pdf).")
    opened = _store()
    try:
        click.echo(write(opened, _desk(opened), template or "charts", output, master, charts, **how))
    except BriefFailed as fault:
        raise click.ClickException(str(fault)) from None


@cli.command()
def run() -> None:
    """Serve the pages (DUBANG_HOST, DUBANG_PORT)."""
    from app import serve
    from config import Settings

    serve(Settings.from_env())


if __name__ == "__main__":
    cli()
