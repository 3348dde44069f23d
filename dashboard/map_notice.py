"""What has to be said of a map with boundaries: its approval number (审图号) and whose boundaries it draws.

The deployer's settings, handed over by the roots: an app sets them for each request, the command line once. A figure asks ``current()``.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import urlsplit

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


@dataclass(frozen=True, slots=True)
class BaseMap:
    """An internal or national base map that browsers ask for themselves. ``url`` "": none. ``hosts``: origins the pages may show."""

    url: str = ""
    attribution: str = ""
    hosts: tuple[str, ...] = ()

    @classmethod
    def checked(cls, url: str, hosts: str, attribution: str) -> "BaseMap":
        """The settings as a base map. Raises RuntimeError with a sentence for the operator when the address is not one of a host named."""
        if not url:
            return cls()
        named = [each.strip().lower() for each in hosts.split(",") if each.strip()]
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            host, port, parts = "", None, urlsplit("")
        netloc = f"{host}:{port}" if port else host
        if parts.scheme not in ("http", "https") or not host or parts.username is not None or "{" in netloc:
            raise RuntimeError(f"DUBANG_BASE_MAP_URL is no address of a base map: {url!r}")
        if netloc not in named and host not in named:
            raise RuntimeError(f"DUBANG_BASE_MAP_URL asks {netloc}, which DUBANG_BASE_MAP_HOSTS does not name.")
        if not all("{" + each + "}" in url for each in "xyz"):
            raise RuntimeError("DUBANG_BASE_MAP_URL needs {z}, {x} and {y} where zoom, column and row of a tile stand.")
        return cls(url, attribution, (f"{parts.scheme}://{netloc}",))
