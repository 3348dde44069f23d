"""A standing as one canonical text, and back: the same numbers and words, whatever the store holds later.

The text is JSON without spaces, keys sorted, floats by ``repr``, days ISO, NaN as null. What is written follows from the fields
of data/ranking/standing.py and scheme.py: a field that is added there is frozen without a word here, and a text from before it
is thawed with the field's default. Arrays stand column by column; a column of one value, or of few, holds each of them once.
"""

import json
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from data.ranking.standing import Flags, Floats, Ints, Standing

FORMAT = 1
# said of the lock, not of what was found: the same results have the same text in every edition
OUTSIDE = frozenset({"edition", "editions", "locked_at", "locked_by", "store_version", "sha256"})

# whole numbers below this are the same as integers and as floats
_EXACT = 2.0**53
_ARRAYS: dict[object, type] = {Floats: np.float64, Ints: np.int64, Flags: np.bool_}
_TABLE = list[list[str]]
_PLAIN = (str, int, bool)
Convert = Callable[[Any], Any]


class Unreadable(ValueError):
    """The text is not a frozen standing."""


def freeze(standing: Standing) -> str:
    """The canonical text of everything that was found: all of the standing but what is said of its lock (``OUTSIDE``).

    Raises ValueError for an infinite number, which no ranking holds.
    """
    body = {name: _writer(hint)(getattr(standing, name)) for name, hint in _hints(Standing).items() if name not in OUTSIDE}
    return canonical({"format": FORMAT, "standing": body})


def thaw(text: str) -> Standing:
    """The standing of a text; what is said of the lock stays at its defaults. Raises Unreadable."""
    try:
        body = json.loads(text)
        if body["format"] != FORMAT:
            raise Unreadable(f"format {body['format']!r}")
        return _reader(Standing)(body["standing"])
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError) as problem:
        raise Unreadable(f"{type(problem).__name__}: {problem}") from problem


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces. Raises ValueError for NaN and infinities."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))


def same(a: object, b: object) -> bool:
    """Whether two values of the ranking's types are the same, NaN beside NaN too; dataclasses field by field."""
    if is_dataclass(a) and not isinstance(a, type):
        return type(a) is type(b) and all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    if isinstance(a, np.ndarray):
        if not isinstance(b, np.ndarray) or a.dtype != b.dtype:
            return False
        if a.dtype.kind != "f":
            return np.array_equal(a, b)
        return np.array_equal(a, b, equal_nan=True) and np.array_equal(np.signbit(np.nan_to_num(a)), np.signbit(np.nan_to_num(b)))
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return type(a) is type(b) and bool(a == b or (a != a and b != b))


# ----------------------------------------------------------------------------- by the types of the fields


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {f.name: hints[f.name] for f in fields(kind)}


def _as_is(value: Any) -> Any:
    return value


def _many(hint: Any) -> Any:
    """What a tuple of any length holds; None for a tuple of so many parts."""
    inside = get_args(hint)
    return inside[0] if len(inside) == 2 and inside[1] is Ellipsis else None


@cache
def _writer(hint: Any) -> Convert:
    """How a value of a type is written."""
    if hint in _ARRAYS:
        kind = _ARRAYS[hint]
        return lambda value: _write_array(np.asarray(value, dtype=kind))
    if hint == _TABLE:
        return _write_table
    if is_dataclass(hint):
        parts = {name: _writer(inner) for name, inner in _hints(hint).items()}  # type: ignore[arg-type]
        return lambda value: {name: write(getattr(value, name)) for name, write in parts.items()}
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _write_any
    if origin is dict:
        # pairs, because the order of a scheme's families and lists is theirs and not the alphabet's
        write = _writer(inside[1])
        return lambda value: [[key, write(each)] for key, each in value.items()]
    if origin in (list, tuple):
        each_of = inside[0] if origin is list else _many(hint)
        if each_of is None:
            writers = [_writer(each) for each in inside]
            return lambda value: [w(each) for w, each in zip(writers, value, strict=True)]
        if each_of in _PLAIN:
            return list
        one = _writer(each_of)
        return lambda value: [one(each) for each in value]
    return _as_is if hint in _PLAIN else _write_any


def _write_any(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return None if value != value else value
    return value


@cache
def _reader(hint: Any) -> Convert:
    """How a value of a type is read."""
    if hint in _ARRAYS:
        kind = _ARRAYS[hint]
        return lambda body: _read_array(kind, body)
    if hint == _TABLE:
        return _read_table
    if is_dataclass(hint):
        return _fields_reader(hint)
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        inner = date.fromisoformat if date in inside else _as_is
        return lambda body: None if body is None else inner(body)
    if hint is date:
        return date.fromisoformat
    if origin is dict:
        read = _reader(inside[1])
        return lambda body: {key: read(each) for key, each in body}
    if origin is list:
        one = _reader(inside[0])
        return _as_is if one is _as_is else lambda body: [one(each) for each in body]
    if origin is tuple:
        each_of = _many(hint)
        if each_of is not None:
            one = _reader(each_of)
            return lambda body: tuple(one(each) for each in body)
        readers = [_reader(each) for each in inside]
        if all(read is _as_is for read in readers):
            return tuple
        return lambda body: tuple(read(each) for read, each in zip(readers, body, strict=True))
    return _as_is


def _fields_reader(kind: Any) -> Convert:
    readers = {name: _reader(hint) for name, hint in _hints(kind).items()}
    needed = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}

    def read(body: dict[str, Any]) -> Any:
        lacking = needed - set(body)
        if lacking:
            raise Unreadable(f"{kind.__name__}: {', '.join(sorted(lacking))}")
        return kind(**{name: each(body[name]) for name, each in readers.items() if name in body})

    return read


# ----------------------------------------------------------------------------- columns


def _write_table(value: list[list[str]]) -> object:
    return {"shape": [len(value), len(value[0]) if value else 0], "columns": [_short(list(each)) for each in zip(*value, strict=True)]}


def _read_table(body: Any) -> list[list[str]]:
    rows, columns = body["shape"][0], [_long(each, body["shape"][0]) for each in body["columns"]]
    return [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in range(rows)]


def _write_array(array: NDArray[Any]) -> object:
    columns = [array] if array.ndim == 1 else [array[:, k] for k in range(array.shape[1])]
    return {"shape": list(array.shape), "columns": [_column(each) for each in columns]}


def _read_array(kind: type, body: Any) -> NDArray[Any]:
    shape, columns = body["shape"], [_filled(kind, each, body["shape"][0]) for each in body["columns"]]
    if len(shape) == 1:
        return columns[0]
    if len(columns) != shape[1]:
        raise Unreadable(f"{len(columns)} columns for {shape[1]}")
    out = np.empty(shape, dtype=kind)
    for k, column in enumerate(columns):
        out[:, k] = column
    return out


def _column(array: NDArray[Any]) -> object:
    if array.dtype.kind != "f":
        return _short(array.astype(np.int64).tolist())
    if np.isinf(array).any():
        raise ValueError("an infinite number cannot be frozen")
    nothing = np.isnan(array)
    filled = np.where(nothing, 0.0, array)
    # zero has two signs, and only a float keeps the second
    negative_zero = bool((np.signbit(filled) & (filled == 0)).any())
    if negative_zero:
        return _with_nulls(filled, nothing)
    if bool(((filled == np.floor(filled)) & (np.abs(filled) < _EXACT)).all()):
        # counts are floats in memory; as integers they are shorter and read quicker
        return _short(_with_nulls(filled.astype(np.int64), nothing))
    few, at = np.unique(array, return_inverse=True, equal_nan=True)
    if 1 < len(few) <= len(array) // 2:
        return {"of": _with_nulls(few, np.isnan(few)), "at": at.tolist()}
    return _short(_with_nulls(filled, nothing))


def _with_nulls(array: NDArray[Any], nothing: Flags) -> list[Any]:
    values: list[Any] = array.tolist()
    for k in np.flatnonzero(nothing).tolist():
        values[k] = None
    return values


def _short(values: list[Any]) -> object:
    if len(values) > 1 and values.count(values[0]) == len(values):
        return {"all": values[0]}
    return values


def _long(column: Any, rows: int) -> list[Any]:
    values = [column["all"]] * rows if isinstance(column, dict) else column
    if len(values) != rows:
        raise Unreadable(f"{len(values)} values for {rows} places")
    return values


def _filled(kind: type, column: Any, rows: int) -> NDArray[Any]:
    if isinstance(column, dict) and "of" in column:
        values: NDArray[Any] = np.array(column["of"], dtype=kind)[np.array(column["at"], dtype=np.intp)]
    elif isinstance(column, dict):
        values = np.full(rows, np.nan if column["all"] is None else column["all"], dtype=kind)
    else:
        values = np.array(column, dtype=kind)
    if values.shape != (rows,):
        raise Unreadable(f"{len(values)} values for {rows} places")
    return values
