"""Many rows into one table as fast as the database takes them."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import JSON, Connection, Table


def insert_rows(
    conn: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[object]], json_as_text: bool = False
) -> None:
    """Insert tuples of ``columns``: COPY on PostgreSQL, executemany on SQLite; in the caller's transaction.

    Values are plain Python ones (int, float, str, bool, None; dict or list in JSON columns). Days are given as
    ``YYYY-MM-DD`` and moments as ``YYYY-MM-DD HH:MM:SS.ffffff`` text, the form SQLite stores and PostgreSQL reads.
    ``json_as_text``: values of JSON columns are JSON text already.
    """
    json_at = [] if json_as_text else [i for i, name in enumerate(columns) if isinstance(table.c[name].type, JSON)]
    if json_at:
        rows = (_with_json(row, json_at) for row in rows)
    names = ", ".join(f'"{name}"' for name in columns)
    # the driver takes any iterable, which the type of a DBAPI cursor does not say
    cursor: Any = conn.connection.cursor()
    try:
        if conn.dialect.name == "postgresql":
            with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            cursor.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows)  # noqa: S608 (names of our own tables)
    finally:
        cursor.close()


def _with_json(row: Sequence[object], at: list[int]) -> tuple[object, ...]:
    out = list(row)
    for i in at:
        if out[i] is not None and not isinstance(out[i], str):
            out[i] = json.dumps(out[i], ensure_ascii=False)
    return tuple(out)
