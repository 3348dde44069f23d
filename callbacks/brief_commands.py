"""``manage.py brief``: briefs from the command line."""

from pathlib import Path

from callbacks.brief_files import WRITERS, brief_bytes
from callbacks.chromium import ChromiumError
from callbacks.export_commands import held_words, no_book, whole
from callbacks.export_desk import Desk, NotReleased
from callbacks.registry import CHARTS
from dashboard.briefs.template import BriefError, templates, word
from data.store import Store


class BriefFailed(Exception):
    """There is no brief; the text says why."""


def listing(own: Path) -> list[str]:
    """A line for each template; ``own``: the folder of a deployer's own ones."""
    return [f"{id}\t{word(each.name, 'zh-CN')} / {word(each.name, 'en')}" for id, each in templates(CHARTS, own).items()]


def write(
    store: Store,
    desk: Desk,
    own: Path,
    template: str,
    output: Path,
    master: Path | None,
    charts: tuple[str, ...],
    query: str,
    lang: str,
    scope: str,
    **said: str,
) -> str:
    """Write a brief and say what was written. ``template``: a name, or the path of a template file; ``scope``: what it may show
    (data/scope.py). Raises BriefFailed."""
    form = output.suffix.removeprefix(".").lower()
    if form not in WRITERS:
        raise BriefFailed(f"{output.name}: the ending should be one of {', '.join(f'.{each}' for each in WRITERS)}.")
    name = template
    if template.endswith(".json"):
        own, name = Path(template).parent, Path(template).stem
        if not Path(template).is_file():
            raise BriefFailed(f"There is no file {template}.")
    masters = {master.suffix.removeprefix(".").lower(): master} if master else {}
    if masters and form not in masters:
        raise BriefFailed(f"{master}: a master for {output.name} should end in .{form}.")

    def made() -> bytes:
        try:
            return brief_bytes(store, name, query, form, lang, scope, desk, own=own, charts=charts, masters=masters, **said)
        except (BriefError, ChromiumError) as fault:
            raise BriefFailed(str(fault)) from None
        except NotReleased as held:
            raise BriefFailed(held_words(held)) from None
        except OSError as problem:
            raise BriefFailed(no_book(problem)) from None

    try:
        with whole(output) as file:
            size = file.write(made())
    except OSError as problem:
        raise BriefFailed(f"{output} cannot be written: {problem.strerror}.") from None
    return f"{output}: {size:,} bytes"
