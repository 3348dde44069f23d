"""The judge's page on a phone: plain HTML, one small script and one style sheet, nothing of the big pages."""

import json
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path

from dashboard.i18n import t, texts
from dashboard.view import LANGUAGES, View

FOLDER = Path(__file__).resolve().parents[1] / "phone"
FILES = {"judge.js": "text/javascript", "judge.css": "text/css"}


@cache
def file(name: str) -> tuple[bytes, str]:
    """(content, stamp) of one of the page's files. Raises KeyError for any other name."""
    if name not in FILES:
        raise KeyError(name)
    content = (FOLDER / name).read_bytes()
    return content, sha256(content).hexdigest()[:12]


def phone_page(view: View, contest_id: int, name: str, judge: str) -> str:
    """The page; entries and criteria come from its own address once the script asks."""
    lang = view.lang
    words = {key.removeprefix("contest.phone."): text for key, text in texts(lang).items() if key.startswith("contest.phone.")}
    words["lang"] = lang
    held = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    other = next(each for each in LANGUAGES if each != lang)
    script, sheet = (f"/phone/{each}?v={file(each)[1]}" for each in ("judge.js", "judge.css"))
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(name)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="stylesheet" href="{sheet}"></head>'
        f'<body data-contest="{contest_id}"><header><h1>{escape(name)}</h1><p class="who">{escape(judge)}</p>'
        f'<a class="language" lang="{other}" href="?lang={other}">{escape(t(f"shell.language.{other}", lang))}</a></header>'
        f'<p id="line" class="line" role="status" aria-live="polite">{escape(words["connecting"])}</p>'
        f'<main id="entries"></main><noscript><p class="line bad">{escape(words["noscript"])}</p></noscript>'
        f'<script type="application/json" id="words">{held}</script><script src="{script}" defer></script></body></html>'
    )


def refused_page(view: View, name: str, message: str) -> str:
    """A link that does not score any more, and why."""
    sheet = f"/phone/judge.css?v={file('judge.css')[1]}"
    return (
        f'<!DOCTYPE html><html lang="{view.lang}"><head><meta charset="utf-8"><title>{escape(name)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="{sheet}"></head>'
        f'<body><header><h1>{escape(name)}</h1></header><p class="line bad">{escape(message)}</p></body></html>'
    )
