"""The choices of the filter bar, and what is chosen in words.

Options as ``Store.options`` gives them: ``campaigns rounds themes categories sources departments waters regions``, each a list of
``{"value", "label"}``, and ``as_of``: ``{"min", "max", "default"}`` (ISO days or None).
"""

from collections.abc import Iterable

from dashboard.formatting import day
from dashboard.i18n import t
from dashboard.site import Options
from dashboard.view import View
from data.filters import Filters

Choice = dict[str, str]
SHOWN_REGIONS = 200
_LEVELS = ("country", "province", "prefecture", "county", "township")

# field of Filters -> key of the options
LISTS = {
    "campaign": "campaigns",
    "round": "rounds",
    "theme": "themes",
    "category": "categories",
    "source": "sources",
    "department": "departments",
    "water": "waters",
}


def choices(options: Options, field: str) -> list[Choice]:
    """The choices for a field of Filters, values as text."""
    found = options.get(LISTS.get(field, field)) or []
    return [{"value": str(each["value"]), "label": str(each["label"])} for each in found]  # type: ignore[attr-defined]


def kept(options: Options, field: str, chosen: Iterable[str]) -> list[Choice]:
    """The choices, and whatever is chosen without being among them: a control never loses its value."""
    found = choices(options, field)
    known = {each["value"] for each in found}
    return found + [{"value": value, "label": value} for value in chosen if value not in known]


def region_choices(options: Options, chosen: str | None, search: str = "") -> list[Choice]:
    """At most SHOWN_REGIONS regions: the chosen one first, then those whose name or code has the searched text."""
    found = choices(options, "regions")
    levels = _levels(options)
    wanted = search.strip().casefold()
    if wanted:
        found = [each for each in found if wanted in each["label"].casefold() or each["value"].startswith(wanted)]
        found.sort(key=lambda each: (not each["label"].casefold().startswith(wanted), len(each["label"])))
    elif len(found) > SHOWN_REGIONS:
        # nobody scrolls through a country's counties: provinces and cities first, the others by searching
        found.sort(key=lambda each: levels.get(each["value"], len(_LEVELS)))
    first = [each for each in choices(options, "regions") if each["value"] == chosen]
    if chosen and not first:
        first = [{"value": chosen, "label": chosen}]
    return first + [each for each in found if each["value"] != chosen][: SHOWN_REGIONS - len(first)]


def _levels(options: Options) -> dict[str, int]:
    found: list[Choice] = options.get("regions") or []  # type: ignore[assignment]
    return {str(each["value"]): _LEVELS.index(each["level"]) for each in found if each.get("level") in _LEVELS}


def labels(options: Options, field: str, values: Iterable[str]) -> list[str]:
    """The labels of some values; a value without a label stands for itself."""
    known = {each["value"]: each["label"] for each in choices(options, field)}
    return [known.get(value, value) for value in values]


def as_of(options: Options, filters: Filters) -> str | None:
    """The day the selection is counted at, ISO."""
    if filters.as_of:
        return filters.as_of.isoformat()
    return _days(options).get("default")


def _days(options: Options) -> dict[str, str | None]:
    found = options.get("as_of") or {}
    return {key: (str(value)[:10] if value else None) for key, value in found.items()}  # type: ignore[attr-defined]


def day_limits(options: Options) -> tuple[str | None, str | None]:
    """First and last day of the as-of control, ISO."""
    days = _days(options)
    return days.get("min"), days.get("max")


def _all_campaigns(options: Options, lang: str) -> str:
    """Without a choice every campaign counts; several at once are a mixture, and that is said."""
    offered = len(choices(options, "campaign"))
    return t("filters.all_added", lang, n=offered) if offered > 1 else t("filters.all_campaigns", lang)


def sentence(filters: Filters, options: Options, view: View) -> str:
    """What is selected, in words."""
    lang = view.lang
    join = t("format.join", lang)
    parts = []
    campaigns = labels(options, "campaign", filters.campaign)
    parts.append(join.join(campaigns) if campaigns else _all_campaigns(options, lang))
    parts.append(labels(options, "regions", [filters.region])[0] if filters.region else t("filters.all_regions", lang))
    for field in ("round", "theme", "category", "source", "department", "water"):
        chosen = labels(options, field, getattr(filters, field))
        if chosen:
            parts.append(t("filters.chosen", lang, name=t(f"filters.{field}", lang), values=join.join(chosen)))
    if filters.kind:
        kinds = [t(f"kind.{kind}", lang) for kind in filters.kind]
        parts.append(t("filters.chosen", lang, name=t("filters.kind", lang), values=join.join(kinds)))
    if filters.area:
        parts.append(t("filters.area", lang))
    if filters.level:
        parts.append(t("filters.by_level", lang, level=t(f"level.{filters.level}", lang)))
    when = as_of(options, filters)
    if when:
        parts.append(t("filters.until", lang, day=day(when, lang, year=True)))
    if filters.known_at:
        parts.append(t("filters.known_until", lang, day=day(filters.known_at, lang, year=True)))
    if filters.count_basic:
        parts.append(t("filters.basic_counted", lang))
    return t("filters.separator", lang).join(parts)
