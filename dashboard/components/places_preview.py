"""What a check of places found: the counts, repairs to confirm by kind, the map, the faults, the columns, and the way in."""

from typing import Any

from dash import dcc, html

from dashboard import ids, map_notice
from dashboard.components.filter_bar import dropdown_words
from dashboard.components.places_faults import faults_grid
from dashboard.components.places_form import SYSTEMS, check_button
from dashboard.formatting import count
from dashboard.i18n import has, t, texts

#: of the rows that come in; each stands in a legend
STATES = ("ok", "repairable", "repaired", "before", "refused")


def preview(
    shown: dict[str, Any], faults: list[dict[str, Any]], notes: list[str], drawn: dict[str, Any], confirmed: list[int], lang: str
) -> list[object]:
    """The whole preview.

    ``shown``: the preview as its file has it, with ``campaign`` (name or "") and ``all_fields`` (fields a column may be) beside.
    ``faults``: rows of the grid; ``notes``: sentences about the whole file; ``drawn``: what the map draws; ``confirmed``: rows whose
    repair had been confirmed before an import that did not come to its end.
    """
    parts: list[object] = [_said(shown, notes, lang)]
    if shown["repairable"]:
        parts.append(_repairs(shown["repairable"], lang))
    if shown["rows"]:
        # the class of a section has no position; what its script listens to stands there all the same
        parts.append(_map(shown, drawn, lang) if shown["layer"] != "quality" else _no_map())
    if faults:
        parts.append(faults_grid(faults, shown, confirmed, lang))
    if shown["headers"]:
        parts.append(_mapping(shown, lang))
    if shown["rows"]:
        parts.append(_commit(shown, confirmed, lang))
    return parts


def kind_name(repair: str, lang: str) -> str:
    """What a repair mends."""
    return t(f"places.repair.{repair}", lang) if has(f"places.repair.{repair}", lang) else t("places.repair.other", lang, code=repair)


def field_name(name: str, lang: str) -> str:
    """What a field is called."""
    return t(f"places.field.{name}", lang) if has(f"places.field.{name}", lang) else name


# ----------------------------------------------------------------------------- in short


def _said(shown: dict[str, Any], notes: list[str], lang: str) -> html.Section:
    body: list[object] = [
        html.Header(
            [html.H2(t("places.preview.title", lang)), html.Span(t("places.preview.unwritten", lang), className="import-unwritten")]
        )
    ]
    if shown["already"] is not None:
        body.append(html.P(t("places.preview.already", lang, batch=shown["already"]), className="import-note import-note-warning"))
    if not shown["rows"]:
        body.append(html.P(t("places.preview.empty", lang), className="import-note import-note-bad"))
    else:
        names = ("rows", "accepted", "waiting", "refused", *(("warned",) if shown["warned"] else ()))
        body.append(html.Dl([_count(name, shown[name], lang) for name in names], className="import-counts"))
        if not shown["waiting"] and not shown["refused"] and not shown["warned"]:
            body.append(html.P(t("places.preview.nothing_wrong", lang)))
    layer = t(f"places.layer.{shown['layer']}", lang)
    understood = t(
        "places.preview.understood" if shown["crs"] else "places.preview.understood_plain",
        lang,
        layer=layer,
        crs=_system(shown["crs"], lang),
    )
    body.append(html.P(understood, className="quiet"))
    if notes:
        body.append(html.Ul([html.Li(note) for note in notes], className="places-notes", **{"aria-label": t("places.preview.notes", lang)}))
    return html.Section(body, className="import-card import-said")


def _system(said: str, lang: str) -> str:
    """A coordinate system as people call it; "rows" stands for a column that says it row by row."""
    if said == "rows":
        return t("places.preview.crs_rows", lang)
    name = next((name for name, system in SYSTEMS.items() if system == said), None)
    return t(f"places.form.crs_{name}", lang) if name else said


def _count(name: str, number: int, lang: str) -> html.Div:
    loud = {"waiting": " places-count-waiting", "refused": " import-count-bad"}.get(name, "") if number else ""
    return html.Div(
        [html.Dt(t(f"places.count.{name}", lang)), html.Dd(count(number, lang))], className=f"import-count import-count-{name}{loud}"
    )


# ----------------------------------------------------------------------------- repairs


def _repairs(kinds: dict[str, int], lang: str) -> html.Section:
    total = sum(kinds.values())
    return html.Section(
        className="import-card",
        children=[
            html.H2(t("places.repairs.title", lang, n=count(total, lang))),
            html.P(t("places.repairs.about", lang)),
            html.Ul([_repair(kind, n, lang) for kind, n in sorted(kinds.items(), key=lambda each: -each[1])], className="places-repairs"),
        ],
    )


def _repair(kind: str, n: int, lang: str) -> html.Li:
    name = kind_name(kind, lang)
    about = f"places.repair_about.{kind}"
    return html.Li(
        [
            html.Span(
                [html.Strong(name), " ", html.Span(t(about if has(about, lang) else "places.repair_about.other", lang), className="quiet")]
            ),
            html.Span(
                t("places.repairs.confirmed", lang, n=count(0, lang), all=count(n, lang)),
                id={"type": "places-kind", "repair": kind},
                className="places-confirmed",
                role="status",
            ),
            html.Button(
                t("places.repairs.all", lang),
                id={"type": "places-all", "repair": kind},
                className="import-secondary places-small",
                n_clicks=0,
                type="button",
                **{"aria-label": t("places.repairs.all_about", lang, kind=name, n=count(n, lang))},
            ),
            html.Button(
                t("places.repairs.none", lang),
                id={"type": "places-none", "repair": kind},
                className="import-quiet-button",
                n_clicks=0,
                type="button",
                **{"aria-label": t("places.repairs.none_about", lang, kind=name)},
            ),
        ]
    )


# ----------------------------------------------------------------------------- map


def _map(shown: dict[str, Any], drawn: dict[str, Any], lang: str) -> html.Section:
    words = {name: t(f"places.map.{name}", lang) for name in ("zoom_in", "zoom_out", "nowhere", "unloaded")}
    label = t("places.map.label", lang, **{name: count(shown[name], lang) for name in ("accepted", "waiting", "refused")})
    there = {
        "ok": shown["accepted"], "repairable": shown["waiting"], "repaired": shown["waiting"],
        "before": sum(1 for _, before, _ in drawn["repairs"] if before),
        "refused": shown["refused"],
    }  # fmt: skip
    legend = [
        html.Li([html.Span(className=f"places-key places-key-{state}"), t(f"places.map.{state}", lang)]) for state in STATES if there[state]
    ]
    sampled = len(drawn["points"])
    return html.Section(
        className="import-card places-map-card",
        children=[
            html.H2(t("places.map.title", lang)),
            html.P(t("places.map.about", lang), className="quiet"),
            html.Div(id=ids.PLACES_MAP, className="places-map", role="application", **{"aria-label": label}),
            html.P(id=ids.PLACES_MAP_SAID, role="status", className="quiet"),
            html.Ul(legend, className="places-legend"),
            html.P(t("places.map.sampled", lang, n=count(sampled, lang)), className="quiet") if sampled < shown["accepted"] else None,
            html.P(map_notice.current().text(lang), className="quiet"),
            dcc.Store(id=ids.PLACES_DRAWN, data={**drawn, "words": words, "lang": lang}),
        ],
    )


def _no_map() -> html.Div:
    return html.Div([html.P(id=ids.PLACES_MAP_SAID), dcc.Store(id=ids.PLACES_DRAWN)], hidden=True)


# ----------------------------------------------------------------------------- the columns


def _mapping(shown: dict[str, Any], lang: str) -> html.Details:
    headers = shown["headers"]
    found = {name: header for name, header in shown["fields"].items() if header}
    order = [*found, *(name for name in shown["all_fields"] if name not in found)]
    choices = [{"value": "", "label": t("places.mapping.none", lang)}, *({"value": each, "label": each} for each in headers)]
    rows = [
        html.Tr(
            [
                html.Th(field_name(name, lang), scope="row"),
                html.Td(
                    html.Div(
                        dcc.Dropdown(
                            id={"type": "places-column", "field": name},
                            options=choices,
                            value=found.get(name) or "",
                            clearable=False,
                            labels=dropdown_words(lang),
                            className="import-choice" + ("" if found.get(name) else " import-choice-none"),
                        ),
                        role="group",
                        **{"aria-label": field_name(name, lang)},
                    )
                ),
            ]
        )
        for name in order
    ]
    unread = [each for each in headers if each not in found.values()]
    return html.Details(
        className="import-card import-fold",
        open=not shown["accepted"] and not shown["waiting"],
        children=[
            html.Summary(html.H2(t("places.mapping.title", lang))),
            html.P(t("places.mapping.about", lang), className="quiet"),
            html.P(t("places.mapping.unread", lang, names=t("imports.list", lang).join(unread)), className="quiet") if unread else None,
            html.Table(
                [
                    html.Thead(html.Tr([html.Th(t(f"places.mapping.{each}", lang), scope="col") for each in ("field", "header")])),
                    html.Tbody(rows),
                ],
                className="import-table places-columns",
            ),
            html.Div(check_button(lang, "columns", "check_again"), className="import-actions"),
        ],
    )


# ----------------------------------------------------------------------------- the way in


def _commit(shown: dict[str, Any], confirmed: list[int], lang: str) -> html.Section:
    comes = shown["accepted"] + len(confirmed)
    out = shown["rows"] - comes
    tally = {
        "accepted": shown["accepted"],
        "rows": shown["rows"],
        "kinds": shown["repairable"],
        "lang": lang,
        "words": {
            **{key: _templates(f"places.commit.{key}", lang) for key in ("button", "out")},
            "everything": t("places.commit.everything", lang),
            "nothing": t("places.commit.nothing", lang),
            "confirmed": texts(lang)["places.repairs.confirmed"],
        },
    }
    return html.Section(
        className="import-card places-commit",
        children=[
            html.Div(
                className="import-actions",
                children=[
                    html.Button(
                        t("places.commit.button", lang, n=count(comes, lang)),
                        id={"type": "places-commit", "at": "preview"},
                        className="import-primary",
                        n_clicks=0,
                        type="button",
                        disabled=not comes,
                    ),
                    html.Strong(
                        (t("places.commit.out", lang, n=count(out, lang)) if out else t("places.commit.everything", lang))
                        if comes
                        else t("places.commit.nothing", lang),
                        id=ids.PLACES_OUT,
                        role="status",
                    ),
                    html.Span(
                        [t("places.commit.campaign", lang, campaign=shown["campaign"]), " "] if shown["campaign"] else None,
                        className="quiet",
                    ),
                    html.Span(t("places.commit.about", lang), className="quiet places-commit-about"),
                ],
            ),
            html.Div(id=ids.PLACES_COMMIT_SAID, role="alert"),
            dcc.Store(id=ids.PLACES_TALLY, data=tally),
            dcc.Store(id=ids.PLACES_CONFIRMED, data=confirmed),
        ],
    )


def _templates(key: str, lang: str) -> list[str]:
    """The words for one and for several, with the number still to be filled in."""
    words = texts(lang)
    return [words.get(f"{key}#one", words[key]), words[key]]
