"""The wall's page: plain HTML, a few small scripts and Plotly; everything on it comes from its own addresses once the scripts ask."""

import json
from html import escape
from pathlib import Path

from dashboard.i18n import t, texts
from dashboard.view import View

FOLDER = Path(__file__).resolve().parent / "wall"
# in the order they are needed
SCRIPTS = (
    "wall_net.js",
    "wall_draw.js",
    "wall_scroll.js",
    "wall_check.js",
    "wall_head.js",
    "wall_scenes.js",
    "wall_parts.js",
    "wall_keys.js",
    "wall.js",
    "wall_life.js",
)
STYLES = ("wall.css",)


def page(view: View, code: str, name: str, key: str, query: str, *, full: bool, build: str) -> str:
    """The page of one playlist. ``key`` lets a wall on another machine ask for it; ``query`` is its address's own; ``full``: the rest of
    the site is open to this visitor as well."""
    lang = view.lang
    words = {key.removeprefix("wall.js."): text for key, text in texts(lang).items() if key.startswith("wall.js.")}
    told = {"code": code, "key": key, "query": query, "lang": lang, "theme": view.theme, "full": full, "build": build, "words": words}
    held = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    sheets = "".join(f'<link rel="stylesheet" href="/wall/{each}?v={build}">' for each in ("tokens.css", *STYLES))
    needed = ["plotly.min.js", *(["plotly-locale-zh-cn.js"] if lang == "zh-CN" else []), *SCRIPTS]
    scripts = "".join(f'<script src="/wall/{each}?v={build}" defer></script>' for each in needed)
    return (
        f'<!DOCTYPE html><html lang="{lang}" data-bs-theme="{view.theme}"><head><meta charset="utf-8"><title>{escape(name)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="icon" href="data:,">{sheets}</head><body>'
        '<header id="head"><div id="finding"><h1 id="title"></h1><p id="place"></p></div><div id="marks"></div></header>'
        '<main id="stages"></main>'
        '<footer id="foot"><ol id="dots"></ol><p id="source"></p><p id="stale" role="status" hidden></p></footer>'
        f'<p id="begin">{escape(t("wall.beginning", lang))}</p><div id="over" hidden></div>'
        f"<noscript><p>{escape(t('wall.noscript', lang))}</p></noscript>"
        f'<script type="application/json" id="told">{held}</script>{scripts}</body></html>'
    )
