"""What a batch is to make: values only. Which charts and formats there are is known above."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from data.filters import Filters

# a subject is a chart's id, or this and the name of a template
BRIEF = "brief:"


class BatchError(Exception):
    """Nothing was made. ``code`` names the message (``batches.error.<code>`` of the locales), ``params`` fill it in."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Place:
    """A region: its code, its whole name, and the short one that stands in names of files, in the batch's language."""

    code: str
    name: str
    short: str


@dataclass(frozen=True, slots=True)
class Definition:
    """``subjects`` × ``formats`` for each of ``places``. ``query``: the canonical selection without region and level; ``as_of``: the day
    that files are counted at where ``query`` names none (ISO); ``version``: the store's, of which every file is; ``scope``: the data scope
    of whoever asked; ``host``: how its readers reach the server; ``below`` and ``level``: how the places were named ("": one by one)."""

    subjects: tuple[str, ...]
    formats: tuple[str, ...]
    places: tuple[Place, ...]
    query: str
    lang: str
    scope: str
    host: str
    as_of: str | None
    version: int
    below: str = ""
    level: str = ""

    @property
    def units(self) -> list[tuple[Place, str]]:
        """What is made at one go: a place and a subject, in all formats."""
        return [(place, subject) for place in self.places for subject in self.subjects]

    @property
    def total(self) -> int:
        """How many files."""
        return len(self.places) * len(self.subjects) * len(self.formats)

    @property
    def fingerprint(self) -> str:
        """The same for what asks for the same: not the version, which a batch may leave behind, nor where it was asked from."""
        told = asdict(self)
        for name in ("version", "host"):
            told.pop(name)
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def query_of(self, place: Place, race: bool = False) -> str:
        """The selection of one place's file. A ranking (``race``) has a period of its own, which a day would move."""
        filters = Filters.from_query(self.query).but(region=place.code)
        if filters.as_of is None and self.as_of and not race:
            filters = filters.but(as_of=date.fromisoformat(self.as_of))
        return filters.to_query()

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> "Definition":
        """What ``as_dict`` gave. TypeError or KeyError for anything else."""
        places = tuple(Place(**each) for each in told["places"])
        return cls(**{**told, "places": places, "subjects": tuple(told["subjects"]), "formats": tuple(told["formats"])})
