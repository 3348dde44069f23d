"""Sets of items as packed bits, and days as arrays: the arithmetic under every count.

Items stand in 64-aligned runs, one for each region, so that a region is a slice of whole words and a
count per region is a population count summed over slices.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.calendar import NEVER

Words = NDArray[np.uint64]
Days = NDArray[np.int16]
Positions = NDArray[np.int64]

_SPARSE = 16  # a layer held by fewer than 1/16 of the items is kept as positions
_PLANES = 10  # durations up to 1,023 days are told apart


def pack(mask: NDArray[np.bool_]) -> Words:
    """Booleans (a multiple of 64 of them) as words."""
    return np.packbits(mask).view(np.uint64)


def unpack(words: Words) -> NDArray[np.bool_]:
    """Words as booleans."""
    return np.unpackbits(words.view(np.uint8)).view(np.bool_)


def positions(words: Words) -> Positions:
    """Where the bits are set, ascending."""
    return np.flatnonzero(unpack(words))


def count(words: Words) -> int:
    """How many bits are set."""
    return int(np.bitwise_count(words).sum())


def counts(words: Words, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Bits set in each of the slices that begin at ``starts`` (ascending, distinct, the last one open)."""
    return np.add.reduceat(np.bitwise_count(words), starts, dtype=np.int64)


def none(words: int) -> Words:
    """The empty set over that many words."""
    return np.zeros(words, dtype=np.uint64)


@dataclass(slots=True)
class _Layer:
    """The k-th spell of each item: dense (where is None, arrays as long as the index) or by position."""

    where: Positions | None
    start: Days
    end: Days
    size: int

    def at(self, day: int, a: int, b: int, by: Days | None) -> Words:
        if self.where is None:
            low, high = a * 64, b * 64
            inside = (self.start[low:high] <= day) & (self.end[low:high] > day)
            return pack(inside if by is None else inside & (self.start[low:high] <= by))
        low, high = np.searchsorted(self.where, (a * 64, b * 64))
        hit = (self.start[low:high] <= day) & (self.end[low:high] > day)
        if by is not None:
            hit &= self.start[low:high] <= by[self.where[low:high] - a * 64]
        mask = np.zeros((b - a) * 64, dtype=bool)
        mask[self.where[low:high][hit] - a * 64] = True
        return pack(mask)


class Spells:
    """Intervals [start, end) of items; an item may have several, which do not overlap."""

    __slots__ = ("end", "layers", "owner", "start")

    def __init__(self, owner: Positions, start: Days, end: Days, size: int) -> None:
        """Rows in ascending order of owner; ``size`` is the number of positions."""
        self.owner, self.start, self.end = owner, start, end
        self.layers: list[_Layer] = []
        if not len(owner):
            return
        first = np.concatenate(([True], owner[1:] != owner[:-1]))
        begins = np.flatnonzero(first)
        rank = np.arange(len(owner)) - np.repeat(begins, np.diff(np.append(begins, len(owner))))
        for k in range(int(rank.max()) + 1):
            at = rank == k
            where, s, e = owner[at], start[at], end[at]
            if len(where) * _SPARSE < size:
                self.layers.append(_Layer(where, s, e, size))
            else:
                dense_start = np.full(size, NEVER, dtype=np.int16)
                dense_end = np.full(size, NEVER, dtype=np.int16)
                dense_start[where], dense_end[where] = s, e
                self.layers.append(_Layer(None, dense_start, dense_end, size))

    def at(self, day: int, a: int, b: int, by: Days | None = None) -> Words:
        """Items inside one of their spells at the end of ``day``, of the words a to b.

        ``by``: a day for each position of those words; only spells that began by that day count.
        """
        out: Words | None = None
        for layer in self.layers:
            words = layer.at(day, a, b, by)
            out = words if out is None else out | words
        return none(b - a) if out is None else out

    def begun(self, day: int, a: int, b: int) -> tuple[slice, NDArray[np.bool_]]:
        """Rows whose owners lie in the words a to b, and which of them have started by ``day``."""
        low, high = np.searchsorted(self.owner, (a * 64, b * 64))
        return slice(int(low), int(high)), self.start[low:high] <= day


class Durations:
    """Whole days an item took, bit-sliced: exact order statistics of any set without touching its items."""

    __slots__ = ("known", "planes")

    def __init__(self, values: NDArray[np.int16]) -> None:
        """``values`` by position; negative: not known."""
        self.known = pack(values >= 0)
        capped = np.minimum(values, (1 << _PLANES) - 1)
        self.planes = [pack((values >= 0) & ((capped >> bit) & 1).astype(bool)) for bit in range(_PLANES)]

    def smallest(self, words: Words, k: int, a: int) -> int:
        """The k-th smallest (from 0) duration among ``words``, which begin at word a and hold known ones only."""
        left, value = words, 0
        for bit in range(_PLANES - 1, -1, -1):
            plane = self.planes[bit][a : a + len(words)]
            low = left & ~plane
            n = count(low)
            if k < n:
                left = low
            else:
                k -= n
                left = left & plane
                value |= 1 << bit
        return value

    def quantiles(self, words: Words, a: int) -> tuple[int, float | None, int | None]:
        """(number known, median, P90 by nearest rank) among ``words``; None over an empty set."""
        known = words & self.known[a : a + len(words)]
        n = count(known)
        if not n:
            return 0, None, None
        low = self.smallest(known, (n - 1) // 2, a)
        high = low if n % 2 else self.smallest(known, n // 2, a)
        return n, (low + high) / 2, self.smallest(known, max(0, -(-9 * n // 10) - 1), a)
