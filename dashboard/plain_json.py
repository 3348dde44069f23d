"""JSON of what charts and their files are made of."""

import json
from collections.abc import Callable

import orjson

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
# days and dataclasses as ``default`` says them
_ASKED = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def dumped(value: object, default: Callable[[object], object] | None = None, ask: bool = False) -> bytes:
    """UTF-8; NaN and infinities are null, days ISO text, half of a surrogate pair a replacement sign.

    ``default`` gives what JSON has no word for as something that it has; with ``ask`` also days and dataclasses. Raises TypeError.
    """
    try:
        return orjson.dumps(value, default, _OPTIONS | _ASKED if ask else _OPTIONS)
    except TypeError:
        # half of a surrogate pair, a whole number of more than 64 bits
        text = json.dumps(_finite(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=default or _isoformat)
        return text.encode("utf-8", "replace")


def _isoformat(value: object) -> object:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no word in JSON")


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    if hasattr(value, "tolist"):
        return _finite(value.tolist())
    return value
