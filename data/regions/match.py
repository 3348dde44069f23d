"""Which place a ledger row means: by code, by full or short name, with parents, or glued into one text.

Nothing is guessed: a name that several places bear is reported with all of them, and a name and a code (or a parent)
that contradict each other are reported as that.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from data.regions.names import NameIndex, normal
from data.regions.tree import RegionTree
from data.schema import region_alias

_MEMO_LIMIT = 200_000
_NUMBER = re.compile(r"\d+")
# a division code where a name is expected: county, township or village form
_CODE_FORM = re.compile(r"\d{6}(\d{3}){0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Match:
    """What was found. ``region_id`` is None exactly when ``problem`` says why.

    ``how``: code, name, code+name, or name_despite_code (the code is none we know, the name is clear).
    ``problem``: unknown, ambiguous, several (one cell names places that lie apart), conflict, or None; ``candidates``
    then are the places it may have meant.
    ``field``: the input that the problem lies in (code, province, prefecture, county, township, text, within).
    """

    region_id: int | None
    how: str | None
    candidates: list[int]
    problem: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    ids: list[int]
    problem: str | None = None
    field: str | None = None


class RegionMatcher:
    """Matches cells against one tree; answers are remembered, so a long ledger costs one look-up a place."""

    def __init__(self, tree: RegionTree, aliases: Iterable[tuple[str, int]] = ()) -> None:
        """``aliases``: (spelling or former code, region id)."""
        self.tree = tree
        self.words: dict[str, Any] = json.loads((Path(__file__).parent / "match_words.json").read_text(encoding="utf-8"))
        aliases = list(aliases)
        self._names = NameIndex(tree, aliases, self.words)
        self._codes = {unicodedata.normalize("NFKC", alias): i for alias, i in aliases if any(ch.isdigit() for ch in alias)}
        self._itself = frozenset(self.words["itself"])
        self._filler = frozenset(self.words["filler"])
        self._lists = re.compile("[" + re.escape(self.words["list_separators"]) + "]+")
        self._memo: dict[tuple[object, ...], Match] = {}

    @classmethod
    def load(cls, conn: Connection, tree: RegionTree) -> "RegionMatcher":
        """A matcher with the aliases of the store."""
        return cls(tree, [(alias, i) for alias, i in conn.execute(select(region_alias.c.alias, region_alias.c.region_id))])

    def match(
        self,
        province: str | None = None,
        prefecture: str | None = None,
        county: str | None = None,
        township: str | None = None,
        code: str | int | float | None = None,
        text: str | None = None,
        within: int | str | None = None,
    ) -> Match:
        """The place that these cells of one row mean; ``within`` is the id or code of the campaign's own region."""
        key = (province, prefecture, county, township, code, text, within)
        found = self._memo.get(key)
        if found is None:
            if len(self._memo) >= _MEMO_LIMIT:
                self._memo.clear()
            cells = {"province": province, "prefecture": prefecture, "county": county, "text": text, "township": township}
            found = self._memo[key] = self._match({k: str(v) for k, v in cells.items() if v is not None}, code, within)
        return found

    def full_names(self, match: Match, lang: str = "zh-CN") -> list[str]:
        """The candidates of a match as full names, for messages."""
        return [self.tree.full_name(i, lang) for i in match.candidates]

    # ------------------------------------------------------------------ one row

    def _match(self, cells: dict[str, str], code: object, within: int | str | None) -> Match:
        home = self._home(within)
        if code is None:
            code = self._code_among(cells)
        by_code = self._by_code(code)
        named = self._by_names(cells, None if home is None or by_code else [home])
        if by_code is None or (not by_code and named and not named.problem):
            if named is None:
                return Match(None, None, [], "unknown", "text")
            if named.problem:
                return Match(None, None, named.ids, named.problem, named.field)
            how = "name" if by_code is None else "name_despite_code"
            return self._inside(Match(named.ids[0], how, []), home, named.field)
        if not by_code:
            return Match(None, None, named.ids if named else [], "unknown", "code")
        return self._inside(self._agree(by_code[0], named), home, "code")

    def _agree(self, coded: int, named: _Found | None) -> Match:
        """The code's place, or the one below it that the names say; a conflict when they lie apart."""
        if named is None or named.problem == "unknown":
            return Match(coded, "code", [])
        below = [i for i in named.ids if self._lies_in(i, coded)]
        above = [i for i in named.ids if self._lies_in(coded, i)]
        if named.problem == "conflict" or not (below or above):
            return Match(None, None, [coded, *(i for i in named.ids if i != coded)], "conflict", "code")
        if above:
            return Match(coded, "code+name", [])
        if len(below) == 1:
            return Match(below[0], "code+name", [])
        return Match(None, None, below, "ambiguous", named.field)

    def _inside(self, match: Match, home: int | None, field: str | None) -> Match:
        if match.region_id is None or home is None or self._lies_in(match.region_id, home):
            return match
        return Match(None, None, [match.region_id], "conflict", "within" if field is None else field)

    def _home(self, within: int | str | None) -> int | None:
        if within is None:
            return None
        if isinstance(within, int):
            return within if within in self.tree else None
        place = self.tree.get(within)
        return place.region_id if place else None

    def _lies_in(self, region_id: int, other: int) -> bool:
        return self._names.inside(region_id, [other])

    # ------------------------------------------------------------------ by code

    def _code_among(self, cells: dict[str, str]) -> str | None:
        """A code written into a column of names, taken out of it: the one of the smallest place."""
        found = [(field, n) for field, raw in cells.items() if _CODE_FORM.fullmatch(n := unicodedata.normalize("NFKC", raw).strip())]
        for field, _ in found:
            del cells[field]
        return found[-1][1] if found else None

    def _by_code(self, code: object) -> list[int] | None:
        """None without a code, an empty list for one we do not know."""
        if code is None:
            return None
        if isinstance(code, float) and code.is_integer():
            code = int(code)
        text = unicodedata.normalize("NFKC", str(code)).strip().removesuffix(".0").replace(" ", "")
        if not text or text.casefold() in self._filler:
            return None
        for candidate in (text, text[:6] if len(text) in (9, 12) and _NUMBER.fullmatch(text) else text):
            place = self.tree.get(candidate) or self.tree.get(candidate.upper())
            if place is not None and place.position < len(self.tree):
                return [place.region_id]
            if candidate in self._codes:
                return [self._codes[candidate]]
        return []

    # ------------------------------------------------------------------ by names

    def _by_names(self, cells: dict[str, str], scope: list[int] | None) -> _Found | None:
        """Narrow down from the largest place to the smallest; None when every cell is empty."""
        ids: list[int] | None = None
        last = ""
        open_problem = "ambiguous"
        for field in ("province", "prefecture", "county", "text", "township"):
            raw = cells.get(field, "")
            key = normal(raw)
            if not key or key in self._filler:
                continue
            inside = ids if ids is not None else scope
            # such words name the place in the column before, except where a place is called just so (全州)
            if key in self._itself and not self._names.exact(key, inside):
                if ids is None:
                    ids, last = scope, field
                continue
            step = self._cell(raw, field, inside)
            if step.problem == "unknown" and field == "township" and ids and ids != scope:
                # townships are not in every tree; the county is known and that is enough
                continue
            if step.problem and ids is not None:
                step = self._upwards(key, field, ids) or step
            if step.problem in {"unknown", "conflict"}:
                return step
            ids, last, open_problem = step.ids, field, step.problem or "ambiguous"
        if ids is None:
            return None
        return _Found(ids, open_problem if len(ids) > 1 else None, last) if ids else _Found([], "unknown", last)

    def _upwards(self, key: str, field: str, ids: list[int]) -> _Found | None:
        """A later cell that only repeats a larger place keeps what is known already, as far as it lies there."""
        larger = self._names.exact(key, None)
        kept = [i for i in ids if any(self._names.inside(i, [j]) for j in larger)]
        return _Found(kept, None, field) if kept else None

    def _cell(self, raw: str, field: str, scope: list[int] | None) -> _Found:
        """The places one cell may mean inside ``scope``."""
        parts = [p for p in self._lists.split(raw) if normal(p)]
        if len(parts) > 1:
            return self._list(parts, field, scope)
        key = normal(raw)
        names = self._names
        level = field if field in {"province", "prefecture", "county", "township"} else None
        written = [key, *(key.removesuffix(end) for end in self.words["own_suffix"] if key.endswith(end))]
        for form in written:
            found = names.exact(form, scope)
            if found:
                return _Found(names.best(found, level), None, field)
        relative = names.relative(key, scope)
        if relative:
            return _Found(relative, None, field)
        partly: list[int] = []
        for form in written:
            glued, rest = names.glued(form, scope)
            if glued and not rest:
                return _Found(glued, None, field)
            partly = partly or glued
        if scope is not None:
            elsewhere = names.exact(key, None)
            if elsewhere:
                return _Found(names.best(elsewhere, level), "conflict", field)
            glued, rest = names.glued(key, None)
            if glued and not rest:
                return _Found(glued, "conflict", field)
        return _Found(partly or names.resembling(key, scope), "unknown", field)

    def _list(self, parts: list[str], field: str, scope: list[int] | None) -> _Found:
        """Parts with separators between them: a path from large to small or back, or several places."""
        ids = scope
        for n, part in enumerate(parts):
            if normal(part) in self._filler and n:
                continue
            step = self._cell(part, field if n == len(parts) - 1 else "text", ids)
            if step.problem == "conflict" and n and ids:
                apart = self._cell(part, "text", scope)
                larger = [i for i in ids if self._names.inside(i, apart.ids)]
                if larger and not apart.problem:
                    # from small to large, as some languages write it
                    ids = larger
                    continue
                if not apart.problem:
                    return _Found([*ids, *(i for i in apart.ids if i not in ids)], "several", field)
            if step.problem:
                return _Found(step.ids, step.problem, field)
            ids = step.ids
        return _Found(ids or [], None, field)
