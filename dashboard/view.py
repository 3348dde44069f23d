"""How a view is shown: language, style and theme. What data it shows is ``data.filters.Filters``."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import parse_qs, urlencode

LANGUAGES = ("zh-CN", "en")
THEMES = ("light", "dark")


class Style(StrEnum):
    """Where a figure will be looked at."""

    PAGE = "page"
    SCREEN = "screen"
    IMAGE = "image"
    SLIDE = "slide"


@dataclass(frozen=True, slots=True)
class View:
    """Language (``zh-CN`` or ``en``), style and theme (``light`` or ``dark``).

    ``room``: width and height in px that the picture has on the wall or on a sheet; (0, 0) where a picture takes the room it needs.
    ``trims``: it leaves out what has no room there, and says so.
    """

    lang: str = "zh-CN"
    style: Style = Style.PAGE
    theme: str = "light"
    room: tuple[int, int] = (0, 0)
    trims: bool = False

    @classmethod
    def from_query(cls, query: str | Mapping[str, object] | None, lang: str = "zh-CN") -> "View":
        """Read ``lang``, ``style`` and ``theme`` out of a query; never raises. ``lang`` is what holds without one."""
        if isinstance(query, str):
            try:
                query = parse_qs(query.lstrip("?")[:8000], max_num_fields=100)
            except ValueError:
                query = {}
        if not isinstance(query, Mapping):
            query = {}
        styles = tuple(s.value for s in Style)
        return cls(
            lang=_one(query.get("lang"), LANGUAGES) or (lang if lang in LANGUAGES else LANGUAGES[0]),
            style=Style(_one(query.get("style"), styles) or Style.PAGE),
            theme=_one(query.get("theme"), THEMES) or THEMES[0],
        )

    def to_query(self) -> str:
        """The value of the view store: language, style and theme, sorted."""
        return urlencode({"lang": self.lang, "style": self.style.value, "theme": self.theme})

    def but(self, **changes: object) -> "View":
        """The same view with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def _one(value: object, allowed: tuple[str, ...]) -> str | None:
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    if not isinstance(value, str):
        return None
    for each in allowed:
        if value == each or value.lower() == each.lower():
            return each
    return "zh-CN" if "zh-CN" in allowed and value.lower() in ("zh", "zh-hans") else None
