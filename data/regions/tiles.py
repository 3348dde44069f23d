"""A schematic of regions: each on a square of its own, neighbours beside each other and north above south as far as squares allow."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

Cell = tuple[int, int]
Points = NDArray[np.float64]
Pairs = NDArray[np.int64]
# free squares for every square that is needed, so that a coast may have bays: the grid that serves neighbours best is taken
_SLACKS = (0.0, 0.1, 0.2, 0.3)
# more columns than rows, or the other way, as far as this
_WIDEST = 1.6
# how much staying near the own place counts beside staying beside the neighbours
_HOME = 0.35
# neighbours that each has at least
_LEAST = 3
# candidates that are looked at exactly in each round, and rounds
_TRIED, _ROUNDS = 24, 600
# more regions than this are laid out in rows without improving
MOST = 150


def layout(places: Mapping[str, tuple[float, float]], neighbours: Sequence[tuple[str, str]]) -> dict[str, Cell]:
    """Column and row, from the north-west corner, of each code. ``places``: where regions are (across, up) in one unit; ``neighbours``:
    pairs that touch. No two share a square; the same regions give the same squares, in whatever order they come."""
    codes = sorted(places)
    pairs = sorted({(min(a, b), max(a, b)) for a, b in neighbours if a != b and a in places and b in places})
    cells = _laid_out(tuple((code, *places[code]) for code in codes), tuple(pairs))
    return dict(zip(codes, cells, strict=True))


@lru_cache(maxsize=64)
def _laid_out(places: tuple[tuple[str, float, float], ...], pairs: tuple[tuple[str, str], ...]) -> tuple[Cell, ...]:
    n = len(places)
    if n < 2:
        return ((0, 0),) * n
    points = np.array([(x, -y) for _, x, y in places], dtype=np.float64)
    order = {code: k for k, (code, _, _) in enumerate(places)}
    touching = _with_islands(points, {(order[a], order[b]) for a, b in pairs}) if n <= MOST else np.zeros((0, 2), dtype=np.int64)
    tried = [_tried(points, touching, *grid) for grid in dict.fromkeys(_grid(points, n, slack) for slack in _SLACKS)]
    found = min(tried, key=lambda each: each[0])[1]
    # no empty column or row at the edges
    found = found - found.min(axis=0)
    return tuple((int(c), int(r)) for c, r in found)


def _tried(points: Points, touching: Pairs, columns: int, rows: int) -> tuple[float, Pairs]:
    """How far neighbours are from where they want to be on a grid of this size, and the squares."""
    wanted = _wanted(points, columns, rows)
    cells = np.array([(c, r) for r in range(rows) for c in range(columns)], dtype=np.float64)
    at = _first(wanted, columns, rows)
    steps = _steps(points, touching)
    if len(touching):
        at = _improved(at, cells, wanted, touching, steps)
    return _apart(cells[at], touching, steps), cells[at].astype(np.int64)


def _with_islands(points: Points, pairs: set[tuple[int, int]]) -> Pairs:
    """The pairs, and for what touches hardly anything the nearest of the others."""
    found = set(pairs)
    for k in range(len(points)):
        missing = _LEAST - sum(k in pair for pair in pairs)
        if missing > 0:
            away = np.hypot(*(points - points[k]).T)
            nearest = np.argsort(away, kind="stable")[1 : missing + 1]
            found |= {(min(k, int(other)), max(k, int(other))) for other in nearest if other != k}
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)


def _steps(points: Points, pairs: Pairs) -> Points:
    """Neighbours want to be one square apart in their true direction."""
    steps = points[pairs[:, 1]] - points[pairs[:, 0]]
    length = np.hypot(steps[:, 0], steps[:, 1])
    return steps / np.where(length > 0, length, 1.0)[:, None]


def _grid(points: Points, n: int, slack: float) -> Cell:
    """Columns and rows: nearly a square, leaning to the shape of the whole."""
    wide, high = (np.ptp(points, axis=0) + 1e-9).tolist()
    lean = min(max(wide / high, 1 / _WIDEST), _WIDEST)
    squares = n * (1 + slack)
    columns = max(1, round(sqrt(squares * lean)))
    return columns, max(1, ceil(squares / columns))


def _wanted(points: Points, columns: int, rows: int) -> Points:
    """Where each would be on the grid: half by its true place, half by its rank, so that crowds spread."""
    out = np.empty_like(points)
    n = len(points)
    for axis, size in enumerate((columns, rows)):
        values = points[:, axis]
        true = (values - values.min()) / max(float(np.ptp(values)), 1e-9)
        rank = np.empty(n)
        rank[np.lexsort((points[:, 1 - axis], values))] = np.arange(n) / max(1, n - 1)
        out[:, axis] = (true + rank) / 2 * (size - 1)
    return out


def _first(wanted: Points, columns: int, rows: int) -> Pairs:
    """Squares row by row: the northernmost into the first row, in each row from west to east, each as near to its column as is free."""
    n = len(wanted)
    order = np.lexsort((wanted[:, 0], wanted[:, 1]))
    # as many in each row as share it out evenly
    ends = np.round(np.linspace(0, n, rows + 1)).astype(int)
    at = np.empty(n, dtype=np.int64)
    for row in range(rows):
        held = order[ends[row] : ends[row + 1]]
        held = held[np.argsort(wanted[held, 0], kind="stable")]
        free = columns - len(held)
        last = -1
        for k, tile in enumerate(held.tolist()):
            # to the right of the one before, with room left for those that follow
            last = min(max(round(float(wanted[tile, 0])), last + 1), k + free)
            at[tile] = row * columns + last
    return at


def _improved(at: Pairs, cells: Points, wanted: Points, pairs: Pairs, steps: Points) -> Pairs:
    """Swaps of two squares, free ones too, as long as one makes the picture truer."""
    owner = np.full(len(cells), -1, dtype=np.int64)
    owner[at] = np.arange(len(at))
    cost = _cost(at, cells, wanted, pairs, steps)
    for _ in range(_ROUNDS):
        alone = _each(at, cells, wanted, pairs, steps)
        now = alone[np.arange(len(at)), at]
        # what each would gain by going to each square, and whoever is there by coming back
        gain = alone - now[:, None]
        back = owner >= 0
        gain[:, back] += (alone[owner[back]][:, at] - now[owner[back], None]).T
        gain[np.arange(len(at)), at] = np.inf
        better = False
        for choice in np.argsort(gain, axis=None, kind="stable")[:_TRIED].tolist():
            tile, cell = divmod(choice, len(cells))
            tried = at.copy()
            tried[tile] = cell
            if owner[cell] >= 0:
                tried[owner[cell]] = at[tile]
            value = _cost(tried, cells, wanted, pairs, steps)
            if value < cost - 1e-9:
                at, cost, better = tried, value, True
                owner = np.full(len(cells), -1, dtype=np.int64)
                owner[at] = np.arange(len(at))
                break
        if not better:
            break
    return at


def _cost(at: Pairs, cells: Points, wanted: Points, pairs: Pairs, steps: Points) -> float:
    held = cells[at]
    return _HOME * float(((held - wanted) ** 2).sum()) + _apart(held, pairs, steps)


def _apart(held: Points, pairs: Pairs, steps: Points) -> float:
    return float(((held[pairs[:, 1]] - held[pairs[:, 0]] - steps) ** 2).sum())


def _each(at: Pairs, cells: Points, wanted: Points, pairs: Pairs, steps: Points) -> Points:
    """The cost of each tile on each square while all others stay: a sum of squared distances, from the sums of its targets."""
    n, held = len(at), cells[at]
    owner = np.concatenate([pairs[:, 0], pairs[:, 1]])
    target = np.concatenate([held[pairs[:, 1]] - steps, held[pairs[:, 0]] + steps])
    weight = _HOME + np.bincount(owner, minlength=n)
    sums = [_HOME * wanted[:, axis] + np.bincount(owner, weights=target[:, axis], minlength=n) for axis in (0, 1)]
    squares = _HOME * (wanted**2).sum(axis=1) + np.bincount(owner, weights=(target**2).sum(axis=1), minlength=n)
    out: Points = weight[:, None] * (cells**2).sum(axis=1) - 2.0 * np.stack(sums, axis=1) @ cells.T + squares[:, None]
    return out
