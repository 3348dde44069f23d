"""The rows behind a number as CSV, however many: they go out as they are read, and are never all in memory."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import replace

from flask import Response, current_app

from callbacks.export_answers import held_back
from callbacks.export_desk import Desk, NotReleased
from callbacks.export_tables import table_of
from callbacks.registry import Chart, relevant
from dashboard.exports.csv_text import head_bytes, row_bytes
from dashboard.exports.table import cell
from dashboard.view import View
from data.exports.record import taking
from data.filters import Filters
from data.queries.item_list import item_list, item_rows_from
from data.store import Store

log = logging.getLogger(__name__)


def rows_answer(desk: Desk, store: Store, chart: Chart, filters: Filters, view: View, scope: str, host: str) -> Response:
    """All rows of a set, in the order that was asked for. The line in the book is written when the last row has gone; one that was broken
    off is written as such."""
    filters = relevant(chart, filters)
    first = item_list(scope, store, filters.but(page=1, size=50), lang=view.lang)
    table = table_of(store, chart, first, filters.but(page=1, size=50), view, scope)
    count = int(first.attrs["count"])
    table, state = desk.stamped(replace(table, rows=[]), scope, host)
    state = replace(state, rows=count, body=None)
    try:
        status = desk.may(table.code)
    except NotReleased as held:
        return held_back(desk, state, table.code, held, view.lang)
    name = f"{table.stem}.csv"

    def parts() -> Iterator[bytes]:
        digest, size, form = hashlib.sha256(), 0, "csv…"
        try:
            part = head_bytes(table)
            for rows in item_rows_from(scope, store, filters, view.lang):
                digest.update(part)
                size += len(part)
                yield part
                part = row_bytes(table, ([cell(value) for value in row] for row in rows))
            digest.update(part)
            size += len(part)
            yield part
            form = "csv"
        finally:
            desk.record.add(state, taking(table.code, form, name, digest.hexdigest(), size, "web", status))

    # before the first byte: a book that cannot be written lets nothing out
    desk.record.add(state)
    answer = current_app.response_class(parts(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Dubang-Code"] = table.code
    return answer
