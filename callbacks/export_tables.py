"""A chart's data and words, ready for any format: what every exported file is made from."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from callbacks.registry import Chart, relevant, render, result
from callbacks.site import options_for
from dashboard.captions.alternative import alternative
from dashboard.exports.kinds import kinds
from dashboard.exports.natives import native, readers
from dashboard.exports.table import Cell, Table, cell, cells
from dashboard.formatting import day, moment
from dashboard.i18n import has, t
from dashboard.options import sentence
from dashboard.view import View
from data import calendar
from data.filters import Filters
from data.store import Store


def export_table(store: Store, chart: Chart, filters: Filters, view: View, scope: str) -> Table:
    """One chart's data and words, ready for any format. Tables of rows are whole, as far as the query's limit goes."""
    filters = relevant(chart, filters)
    if chart.rows:
        frame = chart.query(scope, store, filters, lang=view.lang, whole=True)
    else:
        frame = result(store, chart, filters, view.lang, scope, whole=True)
    return table_of(store, chart, frame, filters, view, scope)


def table_of(store: Store, chart: Chart, frame: pd.DataFrame, filters: Filters, view: View, scope: str) -> Table:
    """The same of a frame that is there already; ``filters`` as ``registry.relevant`` gives them."""
    lang = view.lang
    drawn = render(chart, frame, filters, view.but(theme="light"))
    attrs = frame.attrs
    filters = _pinned(chart, filters, attrs)
    cut = int(attrs.get("cut") or 0)
    caption = drawn.caption + (t("export.cut", lang, n=len(frame), cut=cut) if cut else "")
    simulated = bool(attrs.get("simulated"))
    mark = t("export.simulated", lang)
    when, known = attrs.get("as_of"), attrs.get("known_at")
    columns = [str(column) for column in frame.columns]
    named = attrs.get("labels") or {}
    labels = [named.get(column) or (t(f"column.{column}", lang) if has(f"column.{column}", lang) else column) for column in columns]
    notes = [
        (t("export.note.title", lang), drawn.title),
        (t("export.note.caption", lang), caption),
        (t("export.note.as_of", lang), day(when, lang, year=True)),
        *_basis(store, scope, filters, attrs, view),
        *[(column, label) for column, label in zip(columns, labels, strict=True)],
    ]
    version = int(attrs.get("store_version") or store.version())
    told = calendar.local_moment(changed) if (changed := store.changed_at(version)) else None
    known_words = t("export.known", lang, moment=moment(told, lang)) if told else ""
    definition = t(f"define.{chart.id}", lang) if has(f"define.{chart.id}", lang) else ""
    if definition:
        notes.insert(3, (t("export.note.definition", lang), definition))
    if known_words:
        notes.insert(3, (t("export.note.told", lang), moment(told, lang)))
    if known:
        notes.insert(3, (t("export.note.known_at", lang), day(known, lang, year=True)))
    return Table(
        chart=chart.id,
        title=drawn.title,
        caption=caption,
        as_of=when,
        known_at=known,
        filters=filters.as_dict(),
        columns=columns,
        labels=labels,
        rows=_rows(frame),
        simulated=simulated,
        mark=mark,
        notes=notes,
        notes_name=t("export.sheet", lang),
        kinds=kinds(frame),
        decimals=int(attrs.get("decimals") or 0) if attrs.get("decimals") is not None else 2,
        native=native(chart.id, frame, view),
        under=drawn.subtitle or t(f"chart.{chart.id}", lang),
        source=t("export.source_line", lang, source=t("export.source", lang, n=version), day=day(when, lang, year=True)),
        shown=readers(columns, labels, chart.id),
        more=t("export.more_rows", lang, n="{n}"),
        lang=lang,
        query=filters.to_query(),
        selection=_selection(store, scope, filters, attrs, view),
        definition=definition,
        known=known_words,
        version=version,
        totals=_totals(attrs),
        alt=alternative(chart.id, drawn.title, caption, view),
        figure=drawn.figure,
    )


def _pinned(chart: Chart, filters: Filters, attrs: Mapping[Any, Any]) -> Filters:
    """The selection that means the same tomorrow: its day written out, of a ranking its period and the edition or day of it."""
    if not chart.race:
        return filters.but(as_of=attrs["as_of"]) if attrs.get("as_of") else filters
    if not attrs.get("period"):
        return filters
    held = filters.but(scheme=attrs["scheme"], period=attrs["period"])
    return held.but(edition=str(attrs["edition"])) if attrs.get("locked") else held.but(as_of=attrs["as_of"])


def _selection(store: Store, scope: str, filters: Filters, attrs: Mapping[Any, Any], view: View) -> str:
    """Campaign and filters in words; of a ranking its scheme and period."""
    if attrs.get("scheme_words"):
        return t("figure.dot", view.lang).join(str(attrs[key]) for key in ("scheme_name", "period_name") if attrs.get(key))
    return sentence(filters, options_for(store, scope, filters, view.lang), view)


def _totals(attrs: Mapping[Any, Any]) -> dict[str, Cell]:
    held = attrs.get("total")
    if not isinstance(held, dict):
        return {}
    return {name: cell(value) for name, value in _leaves(held, "") if not isinstance(value, (list, tuple, set))}


def _leaves(node: Mapping[Any, Any], before: str) -> Iterator[tuple[str, object]]:
    """Sums of sums by the way to them: ``completed.fixed_numerator``."""
    for name, value in node.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _basis(store: Store, scope: str, filters: Filters, attrs: Mapping[Any, Any], view: View) -> list[tuple[str, str]]:
    """What the figures rest on: the selection; of a ranking its scheme in words, and of a locked one the store it was made from and its
    hash, by which anybody can check the file against the record."""
    lang = view.lang
    words = attrs.get("scheme_words") or ()
    if words:
        out = [(t("export.note.scheme", lang), "\n".join(map(str, words)))]
    else:
        out = [(t("export.note.filters", lang), sentence(filters, options_for(store, scope, filters, lang), view))]
    version = int(attrs.get("store_version") or store.version())
    out.append((t("export.note.query", lang), filters.to_query()))
    out.append((t("export.note.source", lang), t("export.source", lang, n=version)))
    if attrs.get("locked") and attrs.get("sha256"):
        out.append((t("export.note.sha256", lang), str(attrs["sha256"])))
    return out


def _rows(frame: pd.DataFrame) -> list[list]:  # type: ignore[type-arg]
    bare = pd.DataFrame(frame, copy=False)
    columns = [cells(bare[column].tolist()) for column in bare.columns]
    return [list(row) for row in zip(*columns, strict=True)]
