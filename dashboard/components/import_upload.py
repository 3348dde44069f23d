"""Where files are handed in, and the line of those that wait."""

from dash import html

from dashboard import ids
from dashboard.i18n import t

# words that assets/import.js needs; {name}, {n} and {limit} are filled in there
_SCRIPT_WORDS = ("sending", "too_large", "lost")


def upload_zone(lang: str, limit: int) -> html.Section:
    """The place to drop or choose files; ``limit`` in bytes is said in words."""
    largest = size(limit, lang)
    words = {f"data-{word.replace('_', '-')}": t(f"imports.upload.{word}", lang) for word in _SCRIPT_WORDS}
    return html.Section(
        id=ids.IMPORT_ZONE,
        className="import-card import-zone",
        children=[
            html.Button(t("imports.upload.choose", lang), id=ids.IMPORT_CHOOSE, className="import-primary", n_clicks=0, type="button"),
            html.P(
                [html.Span(t("imports.upload.drop", lang), className="import-drop-hint"), " ", html.Span(t("imports.upload.kinds", lang))]
            ),
            html.P(t("imports.upload.limit", lang, limit=largest), className="quiet"),
            html.Div(id=ids.IMPORT_SENDING, role="status", **{"aria-live": "polite"}),
        ],
        **words,
        **{"data-limit": str(limit), "data-largest": largest, "aria-label": t("imports.upload.title", lang)},
    )


def size(number: int, lang: str) -> str:
    """Bytes in words: ``37 KB``, ``1.2 MB``."""
    if number < 1024 * 1024:
        return t("imports.upload.kb", lang, n=max(1, round(number / 1024)))
    tenths = round(number * 10 / 1024 / 1024)
    return t("imports.upload.mb", lang, n=f"{tenths / 10:g}")


def queue(files: list[dict[str, str]], current: str | None, lang: str) -> list[object]:
    """The files that wait, when there are several. Each: id, name, state (key of its word)."""
    if len(files) < 2:
        return []
    return [
        html.H2(t("imports.queue.title", lang, n=len(files)), className="import-queue-title"),
        html.Ul(
            className="import-queue",
            children=[
                html.Li(
                    [
                        html.Button(
                            [
                                html.Span(each["name"], className="import-queue-name"),
                                html.Span(t(f"imports.queue.{each['state']}", lang), className="quiet"),
                            ],
                            id={"type": "import-pick", "upload": each["id"]},
                            className="import-queue-pick" + (" import-queue-here" if each["id"] == current else ""),
                            n_clicks=0,
                            type="button",
                            **{"aria-current": "true" if each["id"] == current else "false"},
                        ),
                        drop_button(each["id"], each["name"], lang),
                    ]
                )
                for each in files
            ],
        ),
    ]


def drop_button(upload: str, name: str, lang: str) -> html.Button:
    """Takes a file out of the line; nothing that was imported is touched."""
    return html.Button(
        t("imports.queue.drop", lang),
        id={"type": "import-drop", "upload": upload},
        className="import-quiet-button",
        n_clicks=0,
        type="button",
        title=t("imports.queue.drop_about", lang, name=name),
    )
