"""Reading a query's frame quickly: columns once, as plain Python values."""

import threading
from collections import deque
from collections.abc import Callable
from typing import TypeVar

import pandas as pd

T = TypeVar("T")
# (frame, key, what was made of it): a figure, its title and its caption read the same frame one after another
_read: deque[tuple[pd.DataFrame, object, object]] = deque(maxlen=12)
_lock = threading.Lock()


def once(df: pd.DataFrame, key: object, make: Callable[[], T]) -> T:
    """What ``make`` gives for this very frame; made once for the outlets that ask in turn. Do not change what is returned."""
    with _lock:
        for held, name, made in _read:
            if held is df and name == key:
                return made  # type: ignore[return-value]
    out = make()
    with _lock:
        _read.append((df, key, out))
    return out


def columns(df: pd.DataFrame, *names: str) -> list[list]:
    """The named columns as lists. Raises KeyError for a column the frame does not have.

    Every ``df[name]`` copies ``df.attrs``, deeply; a bare frame over the same data has none to copy.
    """
    bare = pd.DataFrame(df, copy=False)
    return [bare[name].tolist() for name in names]


def rows(df: pd.DataFrame, *names: str) -> list[tuple]:
    """The named columns as rows."""
    return list(zip(*columns(df, *names), strict=True))
