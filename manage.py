"""The command line: make a store, bring ledgers in, get charts out."""

import sys
from functools import partial
from importlib import import_module
from pathlib import Path

import click

from data.contest.commands import groups as contest_groups
from data.ledgers.commands import groups as ledger_groups
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
    from callbacks import chromium
    from callbacks.export_desk import Desk, system_user
    from config import Settings
    from dashboard.map_notice import MapNotice, set_notice

    settings = Settings.from_env()
    chromium.settle(settings.chromium)
    set_notice(MapNotice(settings.map_approval, settings.map_source))
    desk = Desk(store, Path(settings.instance) / "exports", settings.public_url, settings.export_least)
    desk.by = system_user()
    return desk


def _scope() -> str:
    """What files from here may show, as the settings have it (data/scope.py)."""
    from data import scope

    return scope.made(scope.ALL, bool(_settings().exact_places))


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


# ---------------------------------------------------------------------------- ledgers, places, rankings, contests

for _group in (*ledger_groups, *contest_groups, *place_groups, *ranking_groups, *period_groups):
    cli.add_command(_group)


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


_FORMATS = ["json", "csv", "xlsx", "pptx", "docx", "png", "svg", "pdf"]


@cli.command()
@click.argument("chart")
@click.option("--query", default="", help="The page's query string, e.g. campaign=sx-2019&level=prefecture.")
@click.option("--format", "fmt", type=click.Choice(_FORMATS), default="json", show_default=True)
@click.option("--preset", type=click.Choice(["slide", "column", "wechat", "square"]), default="slide", show_default=True, help="Size.")
@click.option("--scale", type=click.IntRange(1, 8), default=1, show_default=True, help="Of a PNG: pixels for each of the preset's.")
@click.option("--lang", type=click.Choice(["zh-CN", "en"]), default=None)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="File to write; default: standard output.")
def export(chart: str, query: str, fmt: str, preset: str, scale: int, lang: str | None, output: str | None) -> None:
    """Write one chart's data without a server; png, svg and pdf are drawn by a Chromium on this machine."""
    from callbacks.export_commands import ExportFailed, made, write

    opened = _store()
    make = partial(made, opened, _desk(opened), chart, query, fmt, lang, _scope(), preset, scale)
    try:
        if output and output != "-":
            write(Path(output), make)
        else:
            sys.stdout.buffer.write(make())
    except ExportFailed as fault:
        raise click.ClickException(str(fault)) from None


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

    own = Path(_settings().instance) / "briefs"
    if template is None and not charts:
        for line in listing(own):
            click.echo(line)
        return
    if output is None:
        raise click.UsageError("Say where to write it: -o file.pptx (or .docx, .xlsx, .pdf).")
    opened = _store()
    try:
        click.echo(write(opened, _desk(opened), own, template or "charts", output, master, charts, scope=_scope(), **how))
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
