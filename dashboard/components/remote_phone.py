"""The page with which a phone steers a wall: plain HTML, one small script and one style sheet, nothing of the big pages."""

import json
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path

from dashboard.i18n import t, texts
from dashboard.view import LANGUAGES, View

FOLDER = Path(__file__).resolve().parents[1] / "phone"
FILES = {"remote.js": "text/javascript", "remote.css": "text/css"}


@cache
def file(name: str) -> tuple[bytes, str]:
    """(content, stamp) of one of the page's files. Raises KeyError for any other name."""
    if name not in FILES:
        raise KeyError(name)
    content = (FOLDER / name).read_bytes()
    return content, sha256(content).hexdigest()[:12]


def remote_page(view: View, wall: str, playlist: str) -> str:
    """The page for a wall's name and its playlist's; how the wall stands comes from its own address once the script asks."""
    lang = view.lang
    words = {key.removeprefix("remote.js."): text for key, text in texts(lang).items() if key.startswith("remote.js.")}
    words["lang"] = lang
    held = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    other = next(each for each in LANGUAGES if each != lang)
    script, sheet = (f"/phone/{each}?v={file(each)[1]}" for each in ("remote.js", "remote.css"))

    def button(do: str, kind: str = "") -> str:
        return f'<button type="button" data-do="{do}" class="{kind}">{escape(t(f"remote.{do}", lang))}</button>'

    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(t("remote.heading", lang))}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="icon" href="data:,"><link rel="stylesheet" href="{sheet}"></head><body>'
        f'<header><h1>{escape(wall)}</h1><p class="who">{escape(playlist)}</p>'
        f'<a class="language" lang="{other}" href="?lang={other}">{escape(t(f"shell.language.{other}", lang))}</a></header>'
        f'<p id="line" class="line" role="status" aria-live="polite">{escape(words["connecting"])}</p><main id="remote" hidden>'
        f'<section class="now"><p id="count"></p><h2 id="title"></h2><p id="marks"></p></section>'
        f'<div class="keys">{button("previous")}{button("next", "main")}{button("pause")}{button("first")}</div>'
        f'<div class="pair" role="group" aria-label="{escape(t("remote.mode", lang))}">{button("live")}{button("frozen")}</div>'
        f'<h3>{escape(t("remote.region", lang))}</h3><div class="find"><label for="find">{escape(t("remote.find", lang))}</label>'
        '<input id="find" type="search" autocomplete="off" enterkeyhint="search">'
        f'<button type="button" data-do="back" hidden>{escape(t("remote.back", lang))}</button></div>'
        '<p id="found" role="status"></p><ul id="regions"></ul>'
        f'<h3>{escape(t("remote.scenes", lang))}</h3><ol id="scenes"></ol>'
        f'<button type="button" data-do="theme" class="wide">{escape(t("remote.theme", lang))}</button></main>'
        f'<noscript><p class="line bad">{escape(t("remote.noscript", lang))}</p></noscript>'
        f'<script type="application/json" id="words">{held}</script><script src="{script}" defer></script></body></html>'
    )
