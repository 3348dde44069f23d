"""Random views of the bench's campaign: the mix of filters that the charts are asked for."""

import random
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from bench.histories import CATEGORIES, DAYS, DEPARTMENTS, ROUNDS, SOURCES, THEMES
from bench.write import START
from data.engine import make_engine
from data.filters import SORTS, Filters
from data.rollup.moment import AGEING
from data.schema import department, term
from data.store import Store

LEVELS = ("country", "province", "prefecture", "county")
MIX = (
    "region: none, a province, a city or a county (1/4 each); 0 to 3 of round, theme, category, source and department, each with 1 to 3 "
    "values; level: the default one or any deeper one (1/2 each); basically completed counts as rectified in 3 of 10; the as-of day "
    f"uniform over the campaign's {DAYS} days"
)
SETS = (
    "discovered", "effective", "rectified", "closed", "open", "due", "due_rectified", "on_time", "overdue", "due_soon", "suspended",
    "not_due", "no_due", "merged", "withdrawn", "status:in_progress", "status:returned", "stage:rectified_reported", "reached:closed",
    *(f"ageing:{bucket}" for bucket, _, _ in AGEING),
)  # fmt: skip


@dataclass(slots=True)
class Draws:
    """Never the same view twice; the same seed gives the same views."""

    regions: dict[str, list[str]]
    values: dict[str, list[str]]
    dice: random.Random
    seen: set[str]

    @classmethod
    def of(cls, url: str, seed: int) -> "Draws":
        engine = make_engine(url)
        tree = Store(engine).tree()
        regions: dict[str, list[str]] = {level: [] for level in LEVELS}
        for region_id in tree.order:
            place = tree.by_id(region_id)
            if place.level in regions and place.kind == "admin" and not place.code.startswith("r"):
                regions[place.level].append(place.code)
        with engine.connect() as conn:
            values = {
                dimension: list(
                    conn.execute(select(term.c.code).where(term.c.dimension == dimension).order_by(term.c.sort_order).limit(size)).scalars()
                )
                for dimension, size in (("category", CATEGORIES), ("source", SOURCES), ("theme", THEMES))
            }
            values["department"] = list(conn.execute(select(department.c.code).limit(DEPARTMENTS)).scalars())
        values["round"] = [str(n) for n in range(1, ROUNDS + 1)]
        engine.dispose()
        return cls(regions, values, random.Random(seed), set())

    def view(self) -> Filters:
        """The filters of a page nobody has looked at."""
        while True:
            found = self._view()
            query = found.to_query()
            if query not in self.seen:
                self.seen.add(query)
                return found

    def _view(self) -> Filters:
        dice = self.dice
        level = dice.choice(LEVELS)
        region = None if level == "country" else dice.choice(self.regions[level])
        deeper = LEVELS[LEVELS.index(level) + 1 :]
        chosen: dict[str, tuple[str, ...]] = {}
        for dimension in dice.sample(sorted(self.values), dice.randint(0, 3)):
            offered = self.values[dimension]
            chosen[dimension] = tuple(sorted(dice.sample(offered, dice.randint(1, min(3, len(offered) - 1)))))
        return Filters(
            region=region,
            level=dice.choice(deeper) if deeper and dice.random() < 0.5 else None,
            as_of=START + timedelta(days=dice.randrange(DAYS)),
            count_basic=dice.random() < 0.3,
            **chosen,  # type: ignore[arg-type]
        )

    def rows(self) -> Filters:
        """A view with a set of items and an order."""
        dice = self.dice
        sort = dice.choice([None, *SORTS])
        return self.view().but(rows=dice.choice(SETS), sort=sort, descending=sort is not None and dice.random() < 0.5)
