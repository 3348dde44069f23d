"""Where files are handed in, and the line of those that wait."""

from dataclasses import dataclass

from dash import html

from dashboard import ids
from dashboard.i18n import t

LEDGER_FILES = ".xlsx,.xlsm,.xls,.csv,.tsv,.txt,.htm,.html"

# words that assets/import.js needs; {name}, {n} and {limit} are filled in there
_SCRIPT_WORDS = ("sending", "too_large", "lost")


@dataclass(frozen=True, slots=True)
class Zone:
    """Whose files are handed in: ``room`` is the first word of the page's ids, ``arrived`` the store that the script sets, ``words`` the
    keys of what is chosen, ``accept`` the endings that the file chooser shows."""

    room: str = "import"
    arrived: str = ids.IMPORT_ARRIVED
    words: str = "imports"
    accept: str = LEDGER_FILES


def upload_zone(lang: str, limit: int, zone: Zone = Zone()) -> html.Section:
    """The place to drop or choose files; ``limit`` in bytes is said in words."""
    largest = size(limit, lang)
    words = {f"data-{word.replace('_', '-')}": t(f"imports.upload.{word}", lang) for word in _SCRIPT_WORDS}
    own = {name: t(f"{zone.words}.upload.{name}", lang) for name in ("title", "choose", "drop", "kinds")}
    return html.Section(
        id=ids.IMPORT_ZONE,
        className="import-card import-zone",
        children=[
            html.Button(own["choose"], id=ids.IMPORT_CHOOSE, className="import-primary", n_clicks=0, type="button"),
            html.P([html.Span(own["drop"], className="import-drop-hint"), " ", html.Span(own["kinds"])]),
            html.P(t("imports.upload.limit", lang, limit=largest), className="quiet"),
            html.Div(id=ids.IMPORT_SENDING, role="status", **{"aria-live": "polite"}),
        ],
        **words,
        **{"data-limit": str(limit), "data-largest": largest, "aria-label": own["title"]},
        **{"data-room": zone.room, "data-arrived": zone.arrived, "data-accept": zone.accept},
    )


def size(number: int, lang: str) -> str:
    """Bytes in words: ``37 KB``, ``1.2 MB``."""
    if number < 1024 * 1024:
        return t("imports.upload.kb", lang, n=max(1, round(number / 1024)))
    tenths = round(number * 10 / 1024 / 1024)
    return t("imports.upload.mb", lang, n=f"{tenths / 10:g}")


def queue(files: list[dict[str, str]], current: str | None, lang: str, room: str = "import") -> list[object]:
    """The files that wait, when there are several. Each: id, name, state (key of its word). ``room``: first word of the page's ids."""
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
                            id={"type": f"{room}-pick", "upload": each["id"]},
                            className="import-queue-pick" + (" import-queue-here" if each["id"] == current else ""),
                            n_clicks=0,
                            type="button",
                            **{"aria-current": "true" if each["id"] == current else "false"},
                        ),
                        drop_button(each["id"], each["name"], lang, room),
                    ]
                )
                for each in files
            ],
        ),
    ]


def drop_button(upload: str, name: str, lang: str, room: str = "import") -> html.Button:
    """Takes a file out of the line; nothing that was imported is touched."""
    return html.Button(
        t("imports.queue.drop", lang),
        id={"type": f"{room}-drop", "upload": upload},
        className="import-quiet-button",
        n_clicks=0,
        type="button",
        title=t("imports.queue.drop_about", lang, name=name),
    )
