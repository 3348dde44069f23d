"""Reading a query's frame quickly: columns once, as plain Python values."""

import pandas as pd


def columns(df: pd.DataFrame, *names: str) -> list[list]:
    """The named columns as lists. Raises KeyError for a column the frame does not have.

    Every ``df[name]`` copies ``df.attrs``, deeply; a bare frame over the same data has none to copy.
    """
    bare = pd.DataFrame(df, copy=False)
    return [bare[name].tolist() for name in names]


def rows(df: pd.DataFrame, *names: str) -> list[tuple]:
    """The named columns as rows."""
    return list(zip(*columns(df, *names), strict=True))
