"""The playlists of the wall as a list, and what is said of a key. The editor's rows are drawn by assets/screens.js."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from dashboard import ids
from dashboard.i18n import t
from dashboard.site import address
from dashboard.view import View

STANDARD = "standard"
# frozen states that are listed; older ones stay in the store
KEPT = 20


def playlist_name(code: str, name: str, lang: str) -> str:
    """A playlist's name; the one that comes with the program has one in each language."""
    return t("screens.standard_name", lang) if code == STANDARD else name


def clock(seconds: int, lang: str) -> str:
    """A length of time as people say it: ``3分5秒`` / ``3 min 5 s``."""
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return t("screens.clock_seconds", lang, s=rest)
    return t("screens.clock", lang, m=minutes, s=rest) if rest else t("screens.clock_minutes", lang, m=minutes)


def step(do: str, code: str, label: str, class_name: str = "switch") -> html.Button:
    """A button that does something with a playlist; assets/screens.js tells the page's store of it."""
    return html.Button(label, type="button", className=class_name, **{"data-step": ids.SCREENS_ASKED, "data-do": do, "data-on": code})


def screen_list(rows: Sequence[Mapping[str, Any]], view: View) -> html.Ul:
    """``rows``: code, name, entries (how many), seconds (of one round), cycles (bool), keyed, simulated, standard, walls (how many show it
    now), faults (sentences), address (whole), frozen (code, name, at, as_of, version, hash of each state)."""
    return html.Ul([_row(row, view) for row in rows], className="screens-list")


def _row(row: Mapping[str, Any], view: View) -> html.Li:
    lang, code, name = view.lang, row["code"], row["name"]
    marks = [t("screens.standard", lang)] if row["standard"] else []
    marks += [t("screens.simulated", lang)] if row["simulated"] else []
    marks += [t("screens.keyed", lang)] if row["keyed"] else []
    key = "screens.about_cycle" if row["cycles"] else "screens.about"
    about = [t(key, lang, n=row["entries"], time=clock(row["seconds"], lang))] if row["entries"] else []
    about += [t("screens.on_walls", lang, n=row["walls"])] if row["walls"] else []
    body: list[object] = [
        html.Div([html.B(name), html.Code(f"/screen/{code}"), *(html.Span(each, className="screens-mark") for each in marks)]),
        html.Div(" · ".join(about), className="quiet"),
    ]
    if row["faults"]:
        body.append(html.Div(t("screens.damaged", lang, n=len(row["faults"])), className="screens-damaged", title="\n".join(row["faults"])))
    if row["frozen"]:
        body.append(_frozen(row, view))
    return html.Li(
        [html.Div(body, className="screens-name"), html.Div(_steps(row, view), className="screens-steps")], className="screens-row"
    )


def _frozen(row: Mapping[str, Any], view: View) -> html.Details:
    """The states that were frozen, the newest first, each with its own address."""
    lang = view.lang
    lines = [
        html.Li(
            [
                html.A(each["name"], href=_frozen_address(row["code"], each["code"], view), target="_blank"),
                html.Span(t("screens.frozen_about", lang, at=each["at"], as_of=each["as_of"], n=each["version"], hash=each["hash"])),
            ]
        )
        for each in row["frozen"][:KEPT]
    ]
    return html.Details([html.Summary(t("screens.frozen_states", lang, n=len(row["frozen"]))), html.Ul(lines)], className="screens-frozen")


def _frozen_address(code: str, state: str, view: View) -> str:
    plain = address(f"/screen/{code}", None, view)
    return f"{plain}{'&' if '?' in plain else '?'}frozen={state}"


def _freeze(row: Mapping[str, Any], view: View) -> html.Details:
    lang, code = view.lang, row["code"]
    field = dcc.Input(id={"type": "screens-freeze", "on": code}, placeholder=row["name"], maxLength=100)
    label = html.Label([t("screens.freeze_name", lang), field])
    body = [html.P(t("screens.freeze_about", lang)), label, step("freeze", code, t("screens.freeze", lang), "action")]
    return html.Details(
        [html.Summary(t("screens.freeze", lang), className="switch"), html.Div(body)], className="screens-sure screens-freeze"
    )


def _steps(row: Mapping[str, Any], view: View) -> list[object]:
    lang, code, name = view.lang, row["code"], row["name"]
    out: list[object] = []
    if row["entries"]:
        out.append(html.A(t("screens.open", lang), href=address(f"/screen/{code}", None, view), target="_blank", className="action"))
        words = {"data-copy": row["address"], "type": "button"}
        out.append(html.Button(t("screens.copy_address", lang), className="switch", **words))
    if not row["standard"]:
        out.append(step("edit", code, t("screens.edit", lang)))
    if row["entries"]:
        out.append(_freeze(row, view))
        out.append(step("duplicate", code, t("screens.duplicate", lang)))
    if row["standard"]:
        return out
    out.append(step("key", code, t("screens.new_key" if row["keyed"] else "screens.make_key", lang)))
    if row["keyed"]:
        out.append(_sure(t("screens.drop_key", lang), t("screens.drop_key_about", lang), step("drop", code, t("screens.drop_key", lang))))
    sure = step("remove", code, t("screens.remove", lang), "switch screens-danger")
    out.append(_sure(t("screens.remove", lang), t("screens.remove_about", lang, name=name), sure))
    return out


def _sure(label: str, question: str, button: html.Button) -> html.Details:
    return html.Details([html.Summary(label, className="switch"), html.Div([html.P(question), button])], className="screens-sure")


def key_made(name: str, url: str, base: str, reachable: bool, view: View) -> html.Div:
    """A new key, shown once."""
    lang = view.lang
    body: list[object] = [
        html.P(t("screens.key_made", lang, name=name)),
        html.P([html.Code(url), html.Button(t("screens.copy_address", lang), className="switch", **{"data-copy": url, "type": "button"})]),
        html.P(t("screens.key_made_about", lang), className="quiet"),
    ]
    if not reachable:
        body.append(html.P(t("screens.key_base", lang, base=base), className="screens-damaged"))
    return html.Div(body, className="screens-note")


def said(text: str, bad: bool = False) -> html.P:
    """One sentence about what was done, or why it was not."""
    return html.P(text, className="screens-refused" if bad else "screens-note", role="alert" if bad else None)


def left_out(name: str, faults: Sequence[str], view: View) -> html.Div:
    """What of a damaged playlist is not in the editor."""
    return html.Div(
        [html.P(t("screens.opened_damaged", view.lang, name=name)), html.Ul([html.Li(each) for each in faults])],
        className="screens-refused",
        role="alert",
    )
