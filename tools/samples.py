"""``make samples``: every chart in every format and both languages, and every brief, from the simulated campaign, into dist/samples.

To be looked at, and to be shown to somebody who asks what comes out. Pictures and PDF are left out where there is no Chromium.
"""

import hashlib
import sys
import tempfile
import time
from pathlib import Path

from callbacks import chromium
from callbacks.brief_files import WRITERS, brief_bytes
from callbacks.export_desk import Desk
from callbacks.export_pictures import FIRST, picture_of
from callbacks.export_tables import export_table
from callbacks.exports import FORMATS
from callbacks.registry import CHARTS
from dashboard.briefs.template import OURS
from dashboard.exports.picture_page import presets
from dashboard.view import LANGUAGES, View
from data.demo.build import build
from data.engine import make_engine
from data.filters import Filters
from data.store import Store, init

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "dist" / "samples"
CAMPAIGN = "campaign=js-2022"
# what the page with the chart asks for
BESIDE = {chart: "water=SIM-BING" for chart in CHARTS if chart.startswith("river-")}
BESIDE["item-list"] = f"{CAMPAIGN}&rows=overdue&region=320300"
BESIDE |= dict.fromkeys(("outfall-stages", "outfall-questions", "zone-flags"), "campaign=js-outfalls-2022")


def main() -> None:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="dubang-samples-") as folder:
        store = init(make_engine(f"sqlite:///{Path(folder) / 'demo.db'}"))
        build(store)
        desk = Desk(store, Path(folder) / "waiting")
        made = _charts(store, desk) + _pictures(store, desk) + _briefs(store, desk)
        store.engine.dispose()
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(OUT).as_posix()}" for path in sorted(made)]
    (OUT / "SHA256SUMS").write_text("\n".join(lines) + "\n", "utf-8")
    size = sum(path.stat().st_size for path in made) / 1e6
    print(f"{len(made)} files, {size:.0f} MB, in {time.perf_counter() - began:.0f} s: {OUT.relative_to(ROOT)}")


def _write(path: Path, body: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def _table(store: Store, desk: Desk, chart: str, lang: str):  # type: ignore[no-untyped-def]
    filters = Filters.from_query(BESIDE.get(chart, CAMPAIGN))
    table, state = desk.stamped(export_table(store, CHARTS[chart], filters, View(lang), "all"), "all")
    desk.record.add(state)
    return table


def _charts(store: Store, desk: Desk) -> list[Path]:
    out = []
    for lang in LANGUAGES:
        for chart in CHARTS:
            table = _table(store, desk, chart, lang)
            out += [_write(OUT / lang / form / f"{table.stem}.{form}", write(table)) for form, (_, write) in FORMATS.items()]
    return out


def _pictures(store: Store, desk: Desk) -> list[Path]:
    """PNG in every size; SVG and PDF as a slide."""
    if chromium.find() is None:
        print("There is no Chromium here: no pictures, no PDF.", file=sys.stderr)
        return []
    out = []
    for lang in LANGUAGES:
        for preset in presets().values():
            drawn = []
            for chart in CHARTS:
                table = _table(store, desk, chart, lang)
                filters = Filters.from_query(BESIDE.get(chart, CAMPAIGN))
                drawn.append((table, picture_of(store, CHARTS[chart], filters, View(lang), "all", table, preset)))
            figures, size = [each.figure for _, each in drawn], (preset.width, preset.height)
            for (table, _), body in zip(drawn, chromium.images(figures, size), strict=True):
                out.append(_write(OUT / lang / "png" / preset.name / f"{table.stem}.png", body))
            if preset.name != FIRST:
                continue
            for (table, shown), body in zip(drawn, chromium.images(figures, size, form="svg"), strict=True):
                out.append(_write(OUT / lang / "svg" / f"{table.stem}.svg", chromium.titled(body, table.alt)))
                page = chromium.pdf([{"figure": shown.figure, "alt": table.alt}], (shown.width, shown.height), title=table.title)
                out.append(_write(OUT / lang / "pdf" / f"{table.stem}.pdf", page))
    return out


def _briefs(store: Store, desk: Desk) -> list[Path]:
    forms = [form for form in WRITERS if form != "pdf" or chromium.find() is not None]
    out = []
    for lang in LANGUAGES:
        for template in OURS:
            query = f"{CAMPAIGN}&region=321300" if template == "dossier" else CAMPAIGN
            for form in forms:
                body = brief_bytes(store, template, query, form, lang, desk=desk)
                out.append(_write(OUT / lang / "briefs" / f"{template}.{form}", body))
    return out


if __name__ == "__main__":
    main()
