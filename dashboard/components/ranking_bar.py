"""The bar of the ranking page: which scheme, period and list, which places, and in words what is chosen."""

from dash import dcc, html

from dashboard import ids
from dashboard.components.filter_bar import dropdown_words
from dashboard.formatting import day
from dashboard.i18n import t
from dashboard.links import race
from dashboard.options import choices, kept, labels, region_choices
from dashboard.site import Options
from dashboard.view import View
from data.filters import LIVE, MAX_PICKED, Filters

# controls: field of Filters -> DOM id
CONTROLS = {
    "scheme": ids.RACE_SCHEME,
    "period": ids.RACE_PERIOD,
    "edition": ids.RACE_EDITION,
    "by": ids.RACE_BY,
    "group": ids.RACE_GROUP,
    "campaign": ids.RACE_CAMPAIGN,
    "region": ids.RACE_REGION,
    "pick": ids.RACE_PICK,
}
# those that hold several values
SEVERAL = ("campaign", "pick")
# those that a reader may leave empty
CLEARABLE = ("group", "campaign", "region", "pick")
SEARCHED = ("region", "pick")
FOLDED = ("campaign", "region")
_ABOVE = ("province", "prefecture", "county", "township")


def ranking_bar(filters: Filters, offered: Options, options: Options, view: View) -> html.Section:
    """The bar with every control set. ``offered`` as ``ranking_options`` gives it, ``options`` as ``filter_options`` does."""
    lang = view.lang
    fields = {name: _field(name, filters, offered, options, lang) for name in CONTROLS}
    shown = [fields[name] for name in CONTROLS if name not in FOLDED]
    return html.Section(
        id=ids.RACE_BAR,
        className="filter-bar",
        children=[
            html.Div(
                className="filter-said",
                children=[
                    html.P(said(filters, offered, options, view), id=ids.RACE_SAID, className="filter-sentence", role="status"),
                    html.A(
                        t("rankings.bar.reset", lang),
                        id=ids.RACE_RESET,
                        href=race(Filters(), view),
                        className="filter-reset",
                        **{"data-nav": "plain"},
                    ),
                ],
            ),
            html.Div(shown, className="filter-controls race-controls"),
            html.Details(
                className="filter-more",
                open=any(getattr(filters, name) for name in FOLDED),
                children=[
                    html.Summary(t("rankings.bar.more", lang)),
                    html.Div([fields[name] for name in FOLDED], className="filter-controls"),
                ],
            ),
        ],
        **{"aria-label": t("rankings.bar.title", lang)},
    )


def _field(name: str, filters: Filters, offered: Options, options: Options, lang: str) -> html.Div:
    words = t(f"rankings.bar.{name}", lang)
    empty = t("rankings.bar.none", lang) if name in ("scheme", "period", "edition") else t(f"rankings.bar.all_{name}", lang)
    control = dcc.Dropdown(
        id=CONTROLS[name],
        options=control_options(name, filters, offered, options, lang),
        value=control_value(name, filters, offered),
        multi=name in SEVERAL,
        clearable=name in CLEARABLE,
        searchable=name not in ("edition", "by"),
        placeholder=empty,
        labels=dropdown_words(lang),
    )
    label = html.Span(words, className="filter-label", **{"aria-hidden": "true"})
    return html.Div(className=f"filter-field race-{name}", children=[label, control], role="group", **{"aria-label": words})


def control_value(name: str, filters: Filters, offered: Options) -> object:
    """What a control shows: the choice, or what is shown without one."""
    if name in SEVERAL:
        return list(getattr(filters, name))
    if name in ("scheme", "period", "edition"):
        return getattr(filters, name) or offered.get(name)
    if name == "by":
        return filters.by or (offered.get("lists") or ["level"])[0]  # type: ignore[index]
    return getattr(filters, name)


def control_options(name: str, filters: Filters, offered: Options, options: Options, lang: str, search: str = "") -> list[dict[str, str]]:
    """The choices of a control; whatever is chosen is among them."""
    if name == "campaign":
        return kept(options, "campaign", filters.campaign)
    if name == "region":
        above = _ABOVE[: _ABOVE.index(str(offered.get("level")))] if offered.get("level") in _ABOVE else _ABOVE
        return region_choices(_only(options, above), filters.region, search)
    if name == "pick":
        places = _only(options, (str(offered.get("level")),))
        found = region_choices(places, None, search)
        chosen = labels(options, "regions", filters.pick)
        first = [{"value": code, "label": label} for code, label in zip(filters.pick, chosen, strict=True)]
        return first + [each for each in found if each["value"] not in filters.pick]
    if name == "by":
        found = [{"value": each, "label": t(f"rankings.by.{each}", lang)} for each in offered.get("lists") or ["level"]]  # type: ignore[attr-defined]
    elif name == "edition":
        found = _editions(offered, lang)
    elif name == "period":
        found = [{"value": each["value"], "label": period_label(each, lang)} for each in offered.get("periods") or []]  # type: ignore[attr-defined]
    else:
        found = choices(offered, f"{name}s")
    value = control_value(name, filters, offered)
    if value and value not in {each["value"] for each in found}:
        found = [*found, {"value": str(value), "label": str(value)}]
    return found


def _only(options: Options, levels: tuple[str, ...]) -> Options:
    regions = options.get("regions") or []
    return {"regions": [each for each in regions if each.get("level") in levels]}  # type: ignore[attr-defined]


def period_label(period: dict[str, object], lang: str) -> str:
    """``2022年第46周 · 已锁定``"""
    state = "locked" if period.get("editions") else "running" if period.get("running") else "open"
    return t(f"rankings.bar.period_{state}", lang, period=period["label"])


def _editions(offered: Options, lang: str) -> list[dict[str, str]]:
    out = []
    for each in offered.get("editions") or []:  # type: ignore[attr-defined]
        words = t("rankings.bar.edition_n", lang, n=each["value"], day=day(each["locked_at"], lang))
        out.append({"value": each["value"], "label": words})
    live = "live_beside" if out else "live"
    return [*out, {"value": LIVE, "label": t(f"rankings.bar.edition_{live}", lang)}]


def said(filters: Filters, offered: Options, options: Options, view: View) -> str:
    """What is chosen, in one line."""
    lang = view.lang
    parts = [str(offered.get("scheme_name") or filters.scheme or "")]
    parts += [each["label"] for each in offered.get("periods") or [] if each["value"] == offered.get("period")]  # type: ignore[attr-defined]
    if not offered.get("period") and filters.period:
        parts.append(filters.period)
    if filters.campaign:
        parts.append(t("rankings.bar.only", lang, names=t("format.join", lang).join(labels(options, "campaign", filters.campaign))))
    if filters.region:
        parts.append(t("rankings.bar.within", lang, name=labels(options, "regions", [filters.region])[0]))
    if filters.group:
        parts.append(labels({"groups": offered.get("groups") or []}, "groups", [filters.group])[0])
    parts.append(t(f"rankings.by.{control_value('by', filters, offered)}", lang))
    if filters.as_of:
        parts.append(t("filters.until", lang, day=day(filters.as_of, lang, year=True)))
    if filters.known_at:
        parts.append(t("filters.known_until", lang, day=day(filters.known_at, lang, year=True)))
    return t("filters.separator", lang).join(part for part in parts if part)


__all__ = ["CONTROLS", "MAX_PICKED", "control_options", "control_value", "ranking_bar", "said"]
