"""What has to be said of a map with boundaries: its approval number (审图号) and whose boundaries it draws.

The deployer's settings, handed over by the roots: an app sets them for each request, the command line once. A figure asks ``current()``.
"""

from contextvars import ContextVar
from dataclasses import dataclass

from dashboard.i18n import t


@dataclass(frozen=True, slots=True)
class MapNotice:
    """``approval``: the approval number; without one a map is for internal use. ``source``: whose boundaries."""

    approval: str = ""
    source: str = ""

    @property
    def internal(self) -> bool:
        return not self.approval

    def text(self, lang: str) -> str:
        """``审图号：GS(2024)0650号 · 边界来源：…``, or ``内部使用 · …``."""
        first = t("map.notice.internal", lang) if self.internal else t("map.notice.approval", lang, number=self.approval)
        return t("map.notice.line", lang, first=first, source=self.source or t("map.notice.package", lang))


_UNSAID = MapNotice()
_notice: ContextVar[MapNotice] = ContextVar("map_notice", default=_UNSAID)


def set_notice(notice: MapNotice) -> None:
    """What holds from here on, in this request or this command."""
    _notice.set(notice)


def current() -> MapNotice:
    """What the deployer says of maps."""
    return _notice.get()
