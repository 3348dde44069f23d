"""The scenes of the wall, as data: which charts stand where, on a screen of ordinary shape and on a very wide one.

Standard library only. A scene never has more than ``MOST`` panels: what a reader five metres away can keep apart.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MOST = 7
# the wall's own units, as dashboard/wall/wall.css lays them out: between head and foot, beside and between the panels, within one, and
# the lines above its picture. The very wide walls in use are from 4000 to 5800 units wide
WIDTH, HEIGHT = {"wall": 1920, "wide": 4000}, 876
SIDE, GAP, INNER, HEAD, LEAD_HEAD = 40, 20, (46, 30), 80, 41
_FILE = Path(__file__).resolve().parent / "scenes.json"


class SceneError(ValueError):
    """The file of scenes cannot be read; the text names the scene and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A registered chart in a scene; ``query`` is laid over the scene's selection."""

    id: str
    chart: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the panels stand, as CSS says it: shares of columns and rows, and a row of panel ids for each row."""

    columns: str
    rows: str
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """``lead``: the panel whose finding is the scene's headline. ``region``: it is about one region and needs one."""

    id: str
    lead: str
    panels: tuple[Panel, ...]
    wall: Grid
    wide: Grid
    region: bool = False

    def rooms(self, shape: str) -> dict[str, tuple[int, int]]:
        """Width and height that each panel's picture has, in the wall's own units (1080 to the height), under one line of title."""
        grid = self.wall if shape == "wall" else self.wide
        across = _edges(grid.columns, WIDTH[shape] - 2 * SIDE)
        down = _edges(grid.rows, HEIGHT)
        cells = [row.split() for row in grid.areas]
        out: dict[str, tuple[int, int]] = {}
        for panel in self.panels:
            at = [(r, c) for r, row in enumerate(cells) for c, name in enumerate(row) if name == panel.id]
            (top, left), (bottom, right) = min(at), max(at)
            head = LEAD_HEAD if panel.id == self.lead else HEAD
            out[panel.id] = (across[right][1] - across[left][0] - INNER[0], down[bottom][1] - down[top][0] - INNER[1] - head)
        return out

    @property
    def charts(self) -> tuple[str, ...]:
        return tuple(panel.chart for panel in self.panels)


def _edges(shares: str, room: int) -> list[tuple[int, int]]:
    """Where each column or row begins and ends."""
    parts = [float(share.removesuffix("fr")) for share in shares.split()]
    left, out, at = room - GAP * (len(parts) - 1), list[tuple[int, int]](), 0.0
    for part in parts:
        size = left * part / sum(parts)
        out.append((round(at), round(at + size)))
        at += size + GAP
    return out


@cache
def scenes() -> dict[str, Scene]:
    """Every scene by its id, in the order of the file."""
    return {name: scene_of(name, told) for name, told in json.loads(_FILE.read_text("utf-8")).items()}


def scene_of(name: str, told: object) -> Scene:
    """One scene as the file tells it. Raises SceneError."""
    try:
        assert isinstance(told, Mapping)
        panels = tuple(Panel(**panel) for panel in told["panels"])
        grids = {shape: Grid(g["columns"], g["rows"], tuple(g["areas"])) for shape in ("wall", "wide") for g in [told[shape]]}
        scene = Scene(name, told["lead"], panels, grids["wall"], grids["wide"], bool(told.get("region", False)))
    except (AssertionError, KeyError, TypeError) as problem:
        raise SceneError(f"scene {name!r}: {type(problem).__name__} {problem}") from None
    ids = [panel.id for panel in panels]
    if not 1 <= len(set(ids)) == len(ids) <= MOST:
        raise SceneError(f"scene {name!r}: 1 to {MOST} panels with names of their own")
    if scene.lead not in ids:
        raise SceneError(f"scene {name!r}: lead {scene.lead!r} is none of its panels")
    for grid in (scene.wall, scene.wide):
        placed = {word for row in grid.areas for word in row.split()}
        if placed != set(ids):
            raise SceneError(f"scene {name!r}: the areas name {sorted(placed ^ set(ids))} otherwise than the panels")
        if len(grid.areas) != len(grid.rows.split()) or {len(row.split()) for row in grid.areas} != {len(grid.columns.split())}:
            raise SceneError(f"scene {name!r}: areas, columns and rows are not of one size")
    return scene


SCENES = scenes()
