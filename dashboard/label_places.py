"""Names in a drawing that cover neither each other nor more of the drawing than they must."""

from collections.abc import Sequence
from dataclasses import dataclass

_OFF = 7.0
# more than all the corners that a name could cover
_BARRED = 1e5
# where the middle of a name may stand from its place, in half widths and half heights: beside it first
_SIDES = ((1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0), (1.0, -1.0), (-1.0, -1.0), (1.0, 1.0), (-1.0, 1.0))
# and where it may give way to a mark
_GIVEN_WAY = ((0.5, -1.0), (-0.5, -1.0), (0.5, 1.0), (-0.5, 1.0), (1.0, -1.7), (-1.0, -1.7), (1.0, 1.7), (-1.0, 1.7))


@dataclass(frozen=True, slots=True)
class Box:
    """A name of a size that belongs to a place, all in px, y downwards; ``centred``: it may stand on the place itself."""

    x: float
    y: float
    wide: float
    tall: float
    centred: bool = False


def placed(
    wanted: Sequence[Box],
    taken: Sequence[tuple[float, float]],
    edges: tuple[float, float, float, float],
    barred: Sequence[tuple[float, float, float]] = (),
) -> list[tuple[float, float] | None]:
    """The middle of each name, in the order of their importance; None where it would cover another one wherever it stood.

    ``taken``: corners of what is drawn, which are covered only where there is no better side; ``edges``: left, top, right, bottom;
    ``barred``: marks (middle and half their size) that a name covers only where it would cover one on every side.
    """
    held: list[tuple[float, float, float, float]] = []
    out: list[tuple[float, float] | None] = []
    for box in wanted:
        best: tuple[float, tuple[float, float]] | None = None
        sides = ((0.0, 0.0), *_SIDES) if box.centred else _SIDES
        for rank, (side_x, side_y) in enumerate((*sides, *_GIVEN_WAY)):
            if rank >= len(sides) and (best is None or best[0] < _BARRED):
                break
            x = box.x + side_x * (box.wide / 2 + _OFF)
            y = box.y + side_y * (box.tall / 2 + _OFF)
            # what would hang over an edge is pushed in
            x = min(max(x, edges[0] + box.wide / 2), edges[2] - box.wide / 2)
            y = min(max(y, edges[1] + box.tall / 2), edges[3] - box.tall / 2)
            area = (x - box.wide / 2, y - box.tall / 2, x + box.wide / 2, y + box.tall / 2)
            if any(_meet(area, other) for other in held):
                continue
            covered = sum(area[0] <= px <= area[2] and area[1] <= py <= area[3] for px, py in taken)
            hidden = sum(_meet(area, (px - half, py - half, px + half, py + half)) for px, py, half in barred)
            cost = hidden * _BARRED + covered * 2.0 + rank * 0.5
            if best is None or cost < best[0]:
                best = cost, (x, y)
        out.append(best[1] if best else None)
        if best:
            x, y = best[1]
            held.append((x - box.wide / 2, y - box.tall / 2, x + box.wide / 2, y + box.tall / 2))
    return out


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
