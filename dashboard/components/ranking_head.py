"""How a ranking stands: its period, edition and scheme in words, what to know before reading an order, and who is left out."""

from collections.abc import Sequence
from itertools import groupby

import pandas as pd
from dash import html

from dashboard.captions import race as words
from dashboard.formatting import count, day, moment
from dashboard.i18n import has, t
from dashboard.links import race
from dashboard.site import Options
from dashboard.view import View
from data.filters import LIVE, Filters

# more names than this are behind a fold
NAMED = 12


def standing_head(df: pd.DataFrame, filters: Filters, offered: Options, view: View) -> list[object]:
    """Heading and marks of one standing; ``df`` is the frame of ``county-ranking``."""
    lang = view.lang
    a = df.attrs
    period = a.get("period_name") or filters.period or ""
    out: list[object] = [
        html.Div(
            className="race-title",
            children=[html.H1(t("rankings.heading", lang, period=period) if period else t("rankings.title", lang)), *_chips(df, lang)],
        )
    ]
    if not a.get("scheme"):
        return out
    said = [t("rankings.scheme", lang, scheme=a.get("scheme_name") or a["scheme"], version=a.get("scheme_version") or "")]
    if a.get("as_of"):
        said.append(t("shell.as_of", lang, day=day(a["as_of"], lang, year=True)))
    if a.get("known_at"):
        said.append(t("shell.known_at", lang, day=day(a["known_at"], lang, year=True)))
    if a.get("ranked") or a.get("unranked"):
        key = "rankings.counts" if a.get("unranked") else "rankings.counts_all"
        said.append(t(key, lang, n=count(a.get("ranked") or 0, lang), out=count(a.get("unranked") or 0, lang)))
    if a.get("before_period_name"):
        said.append(t("rankings.before", lang, period=a["before_period_name"]))
    out.append(html.P(t("filters.separator", lang).join(said), className="race-facts"))
    if a.get("locked"):
        out.append(html.P(_lock(a, filters, view), className="race-facts race-lock-line"))
    return out


def _chips(df: pd.DataFrame, lang: str) -> list[object]:
    a = df.attrs
    out: list[object] = []
    if a.get("locked"):
        many = int(a.get("editions") or 1) > 1
        text = t("rankings.locked_of" if many else "rankings.locked", lang, n=a.get("edition") or 1, all=a.get("editions") or 1)
        out.append(html.Span(text, className="race-chip chip-locked"))
    elif a.get("running"):
        out.append(html.Span(t("rankings.running", lang), className="race-chip chip-running"))
    elif a.get("scheme"):
        out.append(html.Span(t("rankings.open", lang), className="race-chip chip-running"))
    if a.get("simulated"):
        out.append(html.Span(t("shell.simulated", lang), className="race-chip mark-simulated"))
    return out


def _lock(a: dict[object, object], filters: Filters, view: View) -> list[object]:
    lang = view.lang
    parts = [t("rankings.locked_when", lang, when=moment(str(a["locked_at"])[:19], lang))] if a.get("locked_at") else []
    if a.get("locked_by"):
        parts.append(str(a["locked_by"]))
    if a.get("store_version"):
        parts.append(t("shell.version", lang, n=a["store_version"]))
    out: list[object] = [t("filters.separator", lang).join(parts)]
    if a.get("sha256"):
        sha = str(a["sha256"])
        out += [" ", html.Code(t("rankings.hash", lang, hash=sha[:8]), title=sha)]
    link = race(
        filters, view, scheme=a.get("scheme"), period=a.get("period"), edition=str(a.get("edition") or ""), as_of=None, known_at=None
    )
    out += [" ", html.A(t("rankings.fixed_link", lang), href=link, **{"data-nav": "plain"})]
    return out


def notes(df: pd.DataFrame, filters: Filters, offered: Options, view: View) -> list[object]:
    """What must be known first: a link that names what there is not, nothing to rank, an order without meaning, a trial that is not
    official."""
    lang = view.lang
    out: list[object] = []
    unknown = list(offered.get("unknown") or [])  # type: ignore[call-overload]
    if "scheme" in unknown:
        known = offered.get("schemes") or []
        out.append(
            _note(
                [t("rankings.unknown.scheme", lang, code=filters.scheme)],
                [(each["label"], race(Filters(scheme=each["value"]), view)) for each in known],  # type: ignore[attr-defined]
                lang,
            )
        )
        return out
    if "period" in unknown:
        offers = [(each["label"], race(filters, view, period=each["value"], edition=None, as_of=None)) for each in _few(offered)]
        out.append(_note([t("rankings.unknown.period", lang, code=filters.period)], offers, lang))
    if "edition" in unknown:
        link = (t("rankings.newest_edition", lang), race(filters, view, edition=None))
        out.append(_note([t("rankings.unknown.edition", lang, n=filters.edition)], [link], lang))
    if "group" in unknown:
        link = (t("rankings.all_groups", lang), race(filters, view, group=None))
        out.append(_note([t("rankings.unknown.group", lang, code=filters.group)], [link], lang))
    if not offered.get("periods"):
        out.append(_note([t("rankings.no_periods", lang)], [], lang))
    elif not unknown and not df.attrs.get("ranked") and df.empty:
        out.append(_note([t("rankings.nothing", lang)], [(t("rankings.bar.reset", lang), race(Filters(), view))], lang))
    if df.attrs.get("saturated"):
        out.append(_saturated(df, filters, offered, view))
    if df.attrs.get("dormant"):
        out.append(_note([t("rankings.dormant", lang, names=t("format.join", lang).join(df.attrs["dormant"]))], [], lang, quiet=True))
    if filters.edition == LIVE and offered.get("editions"):
        out.append(_note([t("rankings.live", lang)], [(t("rankings.newest_edition", lang), race(filters, view, edition=None))], lang))
    return out


def _few(offered: Options) -> list[dict[str, str]]:
    return list(offered.get("periods") or [])[:3]  # type: ignore[call-overload]


def _note(said: Sequence[object], offers: Sequence[tuple[str, str]], lang: str, quiet: bool = False) -> html.P:
    children = list(said)
    for k, (label, href) in enumerate(offers):
        children += [t("format.join", lang) if k else " ", html.A(label, href=href, **{"data-nav": "plain"})]
    return html.P(children, className="page-note" + (" note-quiet" if quiet else ""))


def _saturated(df: pd.DataFrame, filters: Filters, offered: Options, view: View) -> html.P:
    """So many at the top that the order says nothing, and which measures still tell the places apart."""
    lang = view.lang
    n = df.attrs["saturated"]
    children: list[object] = [html.Strong(t("rankings.saturated", lang, n=count(int(n) if n is not True else 0, lang)))]
    separators = df.attrs.get("separators") or []
    single = {str(each["value"]) for each in offered.get("schemes") or []}  # type: ignore[attr-defined]
    if not separators:
        return html.P([*children, t("rankings.saturated_none", lang)], className="page-note race-saturated", role="note")
    children.append(t("rankings.saturated_see", lang))
    for k, each in enumerate(separators):
        if k:
            children.append(t("format.join", lang))
        label = t("rankings.separator", lang, name=each["name"], n=count(each["distinct"], lang))
        # the list of that measure alone, where a scheme is loaded for it
        code = "single-" + str(each["measure"]).removesuffix("_rate").replace("_", "-")
        if code in single:
            children.append(
                html.A(label, href=race(filters, view, scheme=code, period=None, edition=None, weights=()), **{"data-nav": "plain"})
            )
        else:
            children.append(html.A(label, href="#race-table", **{"data-open": "table"}))
    children.append(t("rankings.stop", lang))
    return html.P(children, className="page-note race-saturated", role="note")


def excluded(df: pd.DataFrame, view: View) -> list[object]:
    """Who is not ranked and why, by reason; never an order."""
    lang = view.lang
    if df.empty:
        return []
    ranks, reasons, texts = words.optional(df, "rank", "reason", "reason_text")
    names = words.names(df, view)
    rows = [
        (str(reason), str(text or reason), name)
        for rank, reason, text, name in zip(ranks, reasons, texts, names, strict=True)
        if words.whole(rank) is None and reason and reason == reason
    ]
    if not rows:
        return [html.P(t("rankings.excluded_none", lang), className="quiet")]
    rows.sort(key=lambda row: row[0])
    out: list[object] = []
    for _, each in groupby(rows, key=lambda row: row[0]):
        held = list(each)
        reason = held[0][0]
        head = t(f"ranking.reason.{reason}", lang) if has(f"ranking.reason.{reason}", lang) else held[0][1]
        alike = len({text for _, text, _ in held}) == 1
        listed = t("format.join", lang).join(
            name if alike else t("rankings.excluded_why", lang, name=name, why=text) for _, text, name in held
        )
        term = html.Dt(t("rankings.excluded_n", lang, reason=head, n=count(len(held), lang)))
        if len(held) > NAMED:
            body: object = html.Details([html.Summary(t("rankings.excluded_show", lang, n=count(len(held), lang))), html.P(listed)])
        else:
            body = listed
        out += [term, html.Dd(body)]
    return [html.Dl(out, className="race-excluded-list")]


def rules(df: pd.DataFrame, view: View) -> list[object]:
    """The scheme in words."""
    found = df.attrs.get("scheme_words") or []
    if not found:
        return [html.P(t("rankings.no_rules", view.lang), className="quiet")]
    return [html.Ol([html.Li(each) for each in found], className="race-rules-list")]


def last_three(df: pd.DataFrame) -> list[tuple[str, str]]:
    """(code, name) of the places at the end of the order, the last first."""
    codes, names = words.optional(df, "region_code", "region")
    ranked = pd.DataFrame(df, copy=False)["rank"].notna().to_numpy().nonzero()[0]
    return [(codes[k], names[k]) for k in ranked[: -words.LAST - 1 : -1].tolist()]


__all__ = ["excluded", "last_three", "notes", "rules", "standing_head"]
