"""The page that a browser prints where no Chromium stands beside the server: one picture on one sheet."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from dashboard.exports.table import Table
from dashboard.i18n import t

SCRIPT = Path(__file__).resolve().parent / "picture_print.js"


def print_page(figure: Mapping[str, Any], size: tuple[int, int], table: Table, build: str) -> str:
    """The page; ``size`` in px is that of the sheet, ``build`` names the program whose Plotly is asked for."""
    wide, high = size
    lang = table.lang
    held = json.dumps({"figure": figure, "wide": wide}, ensure_ascii=False, default=str).replace("<", "\\u003c")
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(table.title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<style>@page{{size:{wide}px {high}px;margin:0}}html,body{{margin:0;print-color-adjust:exact;-webkit-print-color-adjust:exact}}"
        f"#sheet{{width:{wide}px;height:{high}px;overflow:hidden;break-inside:avoid}}#picture{{transform-origin:0 0}}"
        "p{font:14px system-ui,sans-serif;margin:12px}@media print{p{display:none}}</style></head>"
        f"<body><p>{escape(t('picture.print', lang))} "
        f'<button type="button" id="print">{escape(t("picture.print_button", lang))}</button></p>'
        f'<div id="sheet"><div id="picture" role="img" aria-label="{escape(table.alt)}"></div></div>'
        f'<script type="application/json" id="told">{held}</script><script src="/wall/plotly.min.js?v={build}" defer></script>'
        '<script src="/print/picture_print.js" defer></script></body></html>'
    )
