"""What a check found: what would come in, the faults, the columns and words as they are understood, the first rows."""

from typing import Any

from dash import dcc, html

from dashboard import ids
from dashboard.components.filter_bar import dropdown_words
from dashboard.components.import_problems import problems
from dashboard.formatting import count, day
from dashboard.i18n import has, t

_ROW_FIELDS = (
    "ledger_no",
    "region",
    "stage",
    "discovered_on",
    "due_on",
    "rectified_on",
    "closed_on",
    "category",
    "department",
    "object_name",
    "description",
)
_DAYS = ("discovered_on", "due_on", "rectified_on", "closed_on")
#: the choice that leaves a column or a word without a meaning
NONE = ""


def preview(
    shown: dict[str, Any], faults: list[dict[str, Any]], fields: tuple[str, ...], lang: str, campaign: str, marked: str
) -> list[object]:
    """The whole preview. ``faults``: problems in words; ``marked``: address of the workbook with its faults marked."""
    error = shown.get("error")
    parts: list[object] = [_said(shown, lang, campaign)]
    if error:
        parts.append(_stopped(shown, error["text"], lang))
    if faults:
        parts.append(problems(faults, shown["problem_counts"], lang, marked))
    if shown["columns"]:
        parts.append(_mapping(shown, fields, lang))
    if shown["statuses"]:
        parts.append(_statuses(shown, lang))
    if shown["rows"]:
        parts.append(_rows(shown, lang))
    if shown["columns"] and not error:
        parts.append(_keep(lang))
    return parts


def field_name(name: str, lang: str) -> str:
    """What a field is called."""
    return t(f"imports.field.{name}", lang) if has(f"imports.field.{name}", lang) else name


# ----------------------------------------------------------------------------- in short


def _said(shown: dict[str, Any], lang: str, campaign: str) -> html.Section:
    counts, error = shown["counts"], shown.get("error")
    body: list[object] = [
        html.Header(
            [html.H2(t("imports.preview.title", lang)), html.Span(t("imports.preview.unwritten", lang), className="import-unwritten")]
        )
    ]
    already = shown.get("already")
    if already:
        key = "exactly" if already["exactly"] else "otherwise"
        words = t(f"imports.preview.already_{key}", lang, batch=already["batch"], when=already["when_text"])
        body.append(html.P(words, className="import-note import-note-warning"))
    if shown.get("profile"):
        body.append(html.P(t("imports.preview.by_profile", lang, name=shown["profile"]), className="import-note"))
    if counts and not error:
        numbers = [("new", ""), ("changed", ""), ("same", ""), ("refused", "import-count-bad" if counts["refused"] else "")]
        body.append(html.Dl([_count(name, counts[name], lang, extra) for name, extra in numbers], className="import-counts"))
        lines = [t("imports.preview.rows", lang, rows=count(counts["rows"], lang), accepted=count(counts["accepted"], lang))]
        if counts["warned"]:
            lines.append(t("imports.preview.warned", lang, n=count(counts["warned"], lang)))
        if counts["refused"]:
            lines.append(t("imports.preview.refused", lang, n=count(counts["refused"], lang)))
        body.append(html.P(t("imports.preview.join", lang).join(lines)))
        if counts["missing"]:
            body.append(_missing(shown["missing"], counts["missing"], lang))
    body.append(html.P(_found(shown, lang), className="quiet"))
    if counts and not error:
        body.append(_commit(shown, counts, campaign, lang))
    return html.Section(body, className="import-card import-said")


def _count(name: str, number: int, lang: str, extra: str) -> html.Div:
    return html.Div(
        [html.Dt(t(f"imports.count.{name}", lang)), html.Dd(count(number, lang))],
        className=f"import-count import-count-{name} {extra}".strip(),
    )


def _missing(numbers: list[str], total: int, lang: str) -> html.Details:
    more = [html.Span(t("imports.preview.missing_more", lang, n=count(total - len(numbers), lang)))] if total > len(numbers) else []
    return html.Details(
        [
            html.Summary(t("imports.preview.missing", lang, n=count(total, lang))),
            html.P(t("imports.preview.missing_about", lang), className="quiet"),
            html.P([t("imports.list", lang).join(numbers), *more], className="import-numbers"),
        ],
        className="import-fold",
    )


def _found(shown: dict[str, Any], lang: str) -> list[object]:
    parts = []
    for sheet in shown["sheets"]:
        name = t("imports.preview.sheet", lang, name=sheet["name"]) if sheet["name"] else ""
        parts.append(t("imports.preview.header", lang, sheet=name, row=sheet["header_row"], rows=count(sheet["rows"], lang)))
        skipped = [
            t(f"imports.skipped.{why}", lang, n=n) for why, n in sheet["skipped"].items() if why in ("total", "note", "header_again")
        ]
        if skipped:
            parts.append(t("imports.preview.skipped", lang, what=t("imports.list", lang).join(skipped)))
    if shown["left_out"]:
        parts.append(t("imports.preview.left_out", lang, names=t("imports.list", lang).join(shown["left_out"])))
    if shown["as_known"] and not shown.get("error"):
        kind = t(f"kind.{shown['kind']}", lang)
        parts.append(t("imports.preview.taken_as" if shown["kind_given"] else "imports.preview.guessed_as", lang, kind=kind))
        parts.append(t("imports.preview.as_known", lang, day=day(shown["as_known"], lang, year=True)))
    return [t("imports.preview.sentences", lang).join(parts)]


def _commit(shown: dict[str, Any], counts: dict[str, int], campaign: str, lang: str) -> html.Div:
    if not counts["accepted"]:
        return html.P(t("imports.preview.nothing", lang), className="import-note import-note-bad")
    if (shown.get("already") or {}).get("exactly"):
        return html.P(t("imports.preview.nothing_new", lang), className="import-note")
    return html.Div(
        className="import-actions",
        children=[
            html.Button(t("imports.preview.commit", lang, n=count(counts["accepted"], lang)), id={"type": "import-commit", "at": "preview"},
                        className="import-primary", n_clicks=0, type="button"),
            html.Span(t("imports.preview.commit_about", lang, campaign=campaign), className="quiet"),
        ],
    )  # fmt: skip


def _stopped(shown: dict[str, Any], words: str, lang: str) -> html.Section:
    body: list[object] = [html.P(words, className="import-note import-note-bad", role="alert")]
    if shown["head"]:
        rows = [
            html.Tr([html.Th(str(number), scope="row"), *(html.Td(cell) for cell in row)]) for number, row in enumerate(shown["head"], 1)
        ]
        body += [
            html.P(t("imports.preview.head_about", lang)),
            html.Div(html.Table(html.Tbody(rows), className="import-table"), className="import-scroll", tabIndex="0"),
        ]
    elif shown["columns"]:
        body.append(html.P(t("imports.preview.mend", lang)))
    return html.Section(body, className="import-card")


# ----------------------------------------------------------------------------- columns and words


def _again(lang: str, at: str) -> html.Button:
    return html.Button(
        t("imports.form.check_again", lang), id={"type": "import-check", "at": at}, className="import-secondary", n_clicks=0, type="button"
    )


def _mapping(shown: dict[str, Any], fields: tuple[str, ...], lang: str) -> html.Section:
    columns = shown["columns"]
    choices = [
        {"value": NONE, "label": t("imports.mapping.kept", lang)},
        *({"value": name, "label": field_name(name, lang)} for name in fields),
    ]
    kept = sum(1 for column in columns if not column["field"])
    rows = [
        html.Tr(
            [
                html.Th(column["header"], scope="row"),
                html.Td(column["sample"], className="import-sample"),
                html.Td(
                    dcc.Dropdown(
                        id={"type": "import-column", "index": index},
                        options=choices,
                        value=column["field"] or NONE,
                        clearable=False,
                        labels=dropdown_words(lang),
                        className="import-choice" + ("" if column["field"] else " import-choice-none"),
                    )
                ),
            ]
        )
        for index, column in enumerate(columns)
    ]
    head = [html.Th(t(f"imports.mapping.{name}", lang), scope="col") for name in ("header", "sample", "field")]
    keys = dcc.Dropdown(
        id={"type": "import-option", "name": "keys"},
        options=[{"value": column["header"], "label": column["header"]} for column in columns],
        value=[key for key in shown["keys"] if any(column["header"] == key for column in columns)],
        multi=True,
        placeholder=t("imports.mapping.keys_default", lang),
        labels=dropdown_words(lang),
    )
    return html.Section(
        className="import-card",
        children=[
            html.H2(t("imports.mapping.title", lang, n=len(columns))),
            html.P([t("imports.mapping.about", lang), t("imports.mapping.kept_count", lang, n=kept) if kept else ""], className="quiet"),
            html.Div(html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="import-table import-mapping")),
            html.Div([html.Span(t("imports.mapping.keys", lang), className="filter-label"), keys,
                      html.Span(t("imports.mapping.keys_about", lang), className="import-hint")], className="import-field import-keys"),
            html.Div(_again(lang, "columns"), className="import-actions"),
        ],
    )  # fmt: skip


def _statuses(shown: dict[str, Any], lang: str) -> html.Section:
    stages = [{"value": stage["id"], "label": stage["en" if lang == "en" else "zh"]} for stage in shown["stages"]]
    choices = [{"value": NONE, "label": t("imports.status.unknown", lang)}, *stages]
    rows = [
        html.Tr(
            [
                html.Th(each["word"], scope="row"),
                html.Td(t("imports.status.times", lang, n=count(each["count"], lang)), className="import-number"),
                html.Td(
                    dcc.Dropdown(
                        id={"type": "import-status", "index": index},
                        options=choices,
                        value=each["stage"] or NONE,
                        clearable=False,
                        labels=dropdown_words(lang),
                        className="import-choice" + ("" if each["stage"] else " import-choice-none"),
                    )
                ),
            ]
        )
        for index, each in enumerate(shown["statuses"])
    ]
    head = [html.Th(t(f"imports.status.{name}", lang), scope="col") for name in ("word", "rows", "stage")]
    return html.Section(
        className="import-card",
        children=[
            html.H2(t("imports.status.title", lang)),
            html.P(t("imports.status.about", lang), className="quiet"),
            html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="import-table import-mapping"),
            html.Div(_again(lang, "statuses"), className="import-actions"),
        ],
    )


def _rows(shown: dict[str, Any], lang: str) -> html.Section:
    def cell(row: dict[str, Any], name: str) -> str:
        value = row[name]
        if isinstance(value, dict):
            return str(value[lang])
        return day(value, lang, year=True) if value and name in _DAYS else str(value)

    used = [name for name in _ROW_FIELDS if any(cell(row, name) for row in shown["rows"])]
    head = [html.Th(t("imports.rows.row", lang), scope="col"), *(html.Th(field_name(name, lang), scope="col") for name in used)]
    body = [
        html.Tr(
            [html.Th(str(row["row"]), scope="row"), *(html.Td(cell(row, name)) for name in used)],
            className="import-row-refused" if row["refused"] else "",
            title=t("imports.rows.refused", lang) if row["refused"] else "",
        )
        for row in shown["rows"]
    ]
    return html.Section(
        className="import-card",
        children=[
            html.H2(t("imports.rows.title", lang, n=len(shown["rows"]))),
            html.P(t("imports.rows.about", lang), className="quiet"),
            html.Div(
                html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="import-table import-understood"),
                className="import-scroll",
                tabIndex="0",
            ),
        ],
    )


def _keep(lang: str) -> html.Section:
    """Save these choices as a profile."""
    return html.Section(
        className="import-card",
        children=[
            html.H2(t("imports.profile.title", lang)),
            html.P(t("imports.profile.about", lang), className="quiet"),
            html.Div(
                className="import-actions",
                children=[
                    html.Label(
                        [
                            html.Span(t("imports.profile.name", lang), className="visually-hidden"),
                            dcc.Input(
                                id={"type": "import-profile", "at": "name"},
                                type="text",
                                value="",
                                maxLength=60,
                                className="import-input",
                                autoComplete="off",
                                placeholder=t("imports.profile.placeholder", lang),
                            ),
                        ]
                    ),
                    html.Button(
                        t("imports.profile.save", lang),
                        id={"type": "import-keep", "at": "profile"},
                        className="import-secondary",
                        n_clicks=0,
                        type="button",
                    ),
                    html.Span(id=ids.IMPORT_SAVED, role="status"),
                ],
            ),
        ],
    )
