"""Chance for the simulation: one seeded stream per campaign, drawn in large blocks because scalar draws are slow."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import log
from typing import Generic, TypeVar

import numpy as np

T = TypeVar("T")

_BLOCK = 1 << 15


class Dice:
    """A stream of random numbers that depends on nothing but its seeds."""

    def __init__(self, *seeds: int) -> None:
        self._generator = np.random.default_rng(list(seeds))
        self._uniform: list[float] = []
        self._normal: list[float] = []

    def u(self) -> float:
        """Uniform in [0, 1)."""
        if not self._uniform:
            self._uniform = self._generator.random(_BLOCK).tolist()
        return self._uniform.pop()

    def normal(self, mean: float = 0.0, sd: float = 1.0) -> float:
        if not self._normal:
            self._normal = self._generator.standard_normal(_BLOCK).tolist()
        return mean + sd * self._normal.pop()

    def chance(self, p: float) -> bool:
        """True with probability ``p``."""
        return self.u() < p

    def within(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.u() * (high - low + 1))

    def wait(self, mean: float) -> float:
        """An exponential waiting time."""
        return -mean * log(1.0 - self.u())

    def one(self, values: Sequence[T]) -> T:
        return values[int(self.u() * len(values))]


class Lot(Generic[T]):
    """A weighted choice among fixed values."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.values = list(weights)
        self._upto = list(accumulate(weights.values()))

    def draw(self, dice: Dice) -> T:
        x = dice.u() * self._upto[-1]
        for value, upto in zip(self.values, self._upto, strict=True):
            if x < upto:
                return value
        return self.values[-1]
