"""The rows behind a number as CSV, however many: they go out as they are read, and are never all in memory."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from flask import Response, current_app
from pandas import DataFrame

from callbacks.export_answers import held_back
from callbacks.export_desk import Desk, NotReleased
from callbacks.export_tables import table_of
from callbacks.guard import refuse
from callbacks.registry import Chart, relevant
from dashboard.exports.csv_text import head_bytes, row_bytes
from dashboard.exports.table import cell
from dashboard.view import View
from data.exports import states
from data.exports.record import taking
from data.filters import Filters
from data.queries.item_list import ItemStream, item_list
from data.store import Store


def rows_answer(desk: Desk, store: Store, chart: Chart, filters: Filters, view: View, scope: str, host: str) -> Response | None:
    """All rows of a set, in the order that was asked for; None where there are so few that they are a file like any other, whose state is
    kept whole. A line in the book is written before the first row goes ("csv…") and one after the last; of a download that was broken off
    there is only the first."""
    filters = relevant(chart, filters)
    stream, first = _opened(scope, store, filters, view.lang)
    if stream is None or first is None:
        return None
    try:
        table, state = desk.stamped(replace(table_of(store, chart, first, filters, view, scope), rows=[]), scope, host)
        state = replace(state, rows=stream.count, body=None)
        name = f"{table.stem}.csv"
        status = desk.may(table.code)
        # before the first byte: a book that cannot be written lets nothing out
        desk.record.add(state, taking(table.code, "csv…", name, hashlib.sha256().hexdigest(), 0, "web", status))
    except NotReleased as held:
        stream.close()
        return held_back(desk, state, table.code, held, view.lang)
    except OSError:
        stream.close()
        return refuse(503, "no_book")
    except BaseException:
        stream.close()
        raise

    def parts() -> Iterator[bytes]:
        digest, size = hashlib.sha256(), 0
        part = head_bytes(table)
        for rows in stream:
            digest.update(part)
            size += len(part)
            yield part
            part = row_bytes(table, ([cell(value) for value in row] for row in rows))
        digest.update(part)
        yield part
        desk.record.add(state, taking(table.code, "csv", name, digest.hexdigest(), size + len(part), "web", status))

    answer = current_app.response_class(parts(), content_type="text/csv; charset=utf-8")
    # also where nobody reads to the end
    answer.call_on_close(stream.close)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Dubang-Code"] = table.code
    return answer


def _opened(scope: str, store: Store, filters: Filters, lang: str) -> tuple[ItemStream | None, DataFrame | None]:
    """The rows, and a frame that says of them what is said of the same store's; (None, None): there are few."""
    while True:
        stream = ItemStream(scope, store, filters, lang)
        try:
            if stream.count <= states.MOST_ROWS:
                stream.close()
                return None, None
            first = item_list(scope, store, filters.but(page=1), lang=lang)
            if first.attrs["store_version"] == stream.version:
                return stream, first
        except BaseException:
            stream.close()
            raise
        stream.close()
