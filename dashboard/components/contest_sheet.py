"""The printed sheet of judges' links: a slip for each judge, to be cut apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.i18n import t
from dashboard.view import View


@dataclass(frozen=True, slots=True)
class Slip:
    """One judge's link; ``code`` is its QR code as SVG, made by us."""

    name: str
    role: str
    url: str
    code: str


def links_sheet(view: View, name: str, slips: Sequence[Slip], *, base: str, reachable: bool, sorry: str = "") -> str:
    """The page. ``reachable``: whether other machines can open the links; ``sorry``: why there are none."""
    lang = view.lang
    title = escape(t("contest.links_title", lang))
    body = []
    if sorry or not slips:
        body.append(f'<p class="lead">{escape(sorry or t("contest.links_none", lang))}</p>')
    else:
        body.append(f'<p class="slip-about">{escape(t("contest.links_about", lang))}</p>')
        key = "contest.links_base" if reachable else "contest.links_loopback"
        body.append(f'<p class="slip-about{"" if reachable else " contest-refused"}">{escape(t(key, lang, base=base))}</p>')
    for slip in slips:
        role = escape(t(f"contest.role.{slip.role}", lang))
        body.append(
            f'<section class="slip"><div class="slip-code">{slip.code}</div><div><h2>{escape(slip.name)}</h2>'
            f'<p>{escape(name)} · {role}</p><p class="slip-url">{escape(slip.url)}</p></div></section>'
        )
    return (
        f'<!DOCTYPE html><html lang="{lang}" data-bs-theme="light"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/assets/tokens.css">'
        '<link rel="stylesheet" href="/assets/shell.css"><link rel="stylesheet" href="/assets/contest.css"></head>'
        f'<body class="plain-page slips"><h1>{escape(name) or title}</h1>{"".join(body)}</body></html>'
    )
