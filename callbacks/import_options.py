"""The choices made on the import page, from form values to what a job is told."""

import re
from typing import Any

from dashboard.components.import_form import NEW, ORDERS
from dashboard.components.import_preview import NONE, field_name
from dashboard.i18n import t
from data import calendar
from data.filters import KINDS
from data.ledgers import pipeline
from data.ledgers.tasks import SHARED
from data.store import Store

_WHOLE = re.compile(r"^\d{1,4}$")


def named(states: object) -> dict[Any, Any]:
    """Values of a pattern of components by the varying part of their ids: ``ctx.states_list``'s entry to {name: value}."""
    out: dict[Any, Any] = {}
    for each in states if isinstance(states, list) else []:
        ident = each.get("id")
        if isinstance(ident, dict):
            key = ident.get("name", ident.get("index"))
            if isinstance(key, (str, int)):
                out[key] = each.get("value")
    return out


def first_values(store: Store) -> dict[str, Any]:
    """What the form says before anybody has chosen: the only campaign there is, or a new one; today; a full export."""
    campaigns = store.campaigns()
    real = [c for c in campaigns if not c.simulated]
    today = calendar.today()
    code = NEW if not real else real[0].code if len(real) == 1 else None
    return {
        "campaign": code,
        "new_name": "",
        "new_code": free_code(store, today.year),
        "as_known": today.isoformat(),
        "kind": "",
        "full": "full",
        "profile": "auto",
        "date_order": "auto",
    }


def free_code(store: Store, year: int) -> str:
    """A code that no campaign has yet."""
    taken = {c.code for c in store.campaigns()}
    return next(code for number in range(1, len(taken) + 2) if (code := f"{year}-{number}") not in taken)


def read_form(store: Store, values: dict[str, Any], days: dict[str, Any], lang: str) -> tuple[dict[str, Any], list[str]]:
    """Options for a job, and sentences about what does not fit."""
    wrong: list[str] = []

    def text(name: str) -> str:
        value = values.get(name)
        return " ".join(value.split())[:200] if isinstance(value, str) else ""

    def number(name: str, low: int, high: int) -> int | None:
        said = text(name).translate(str.maketrans("０１２３４５６７８９", "0123456789"))
        if not said:
            return None
        if not _WHOLE.match(said) or not low <= int(said) <= high:
            wrong.append(t(f"imports.form.{name}_wrong", lang))
            return None
        return int(said)

    codes = {c.code for c in store.campaigns()}
    campaign, new_name = text("campaign"), None
    if campaign == NEW:
        campaign, new_name = text("new_code"), text("new_name")
        if not new_name:
            wrong.append(t("imports.form.new_name_missing", lang))
        if not campaign:
            wrong.append(t("imports.form.new_code_missing", lang))
        elif campaign in codes:
            wrong.append(t("imports.form.new_code_taken", lang, code=campaign))
    elif not campaign:
        wrong.append(t("imports.form.campaign_missing", lang))
    profile = text("profile")
    order, kind, as_known = text("date_order"), text("kind"), days.get("as_known")
    options = {
        "campaign": campaign,
        "new_name": new_name,
        "kind": kind if kind in KINDS else None,
        "as_known": as_known[:10] if isinstance(as_known, str) else None,
        "full": text("full") != "part",
        "profile": profile[1:] if profile.startswith("=") else "" if profile == "none" else None,
        "region": text("region") or None,
        "year": number("year", 1990, 2099),
        "date_order": order if order in ORDERS else None,
        "sheet": text("sheet") or None,
        "header_row": number("header_row", 1, 1000),
        "round": text("round") or None,
        "lang": lang,
    }
    if not options["as_known"]:
        wrong.append(t("imports.form.as_known_missing", lang))
    return options, wrong


def read_choices(
    shown: dict[str, Any] | None, columns: dict[Any, Any], statuses: dict[Any, Any], keys: object, fields: tuple[str, ...], lang: str
) -> tuple[dict[str, Any], list[str]]:
    """What was chosen in the tables of the preview, as far as it differs from what the check found; and what does not fit.

    Gives ``columns`` ({field: header}), ``statuses`` ({word: stage}) and ``keys`` to be laid over the options.
    """
    out: dict[str, Any] = {}
    wrong: list[str] = []
    if shown is None:
        return out, wrong
    found = shown["columns"]
    wanted = {i: value for i, value in columns.items() if isinstance(i, int) and 0 <= i < len(found) and (value == NONE or value in fields)}
    if any(value != (found[i]["field"] or NONE) for i, value in wanted.items()):
        mapping: dict[str, str] = {}
        for i, value in sorted(wanted.items()):
            if value == NONE:
                continue
            if value in mapping and value not in SHARED:
                wrong.append(t("imports.mapping.twice", lang, one=mapping[value], other=found[i]["header"], field=field_name(value, lang)))
            mapping.setdefault(value, found[i]["header"])
        # a field that lost its column stays without one
        mapping |= {column["field"]: "" for column in found if column["field"] and column["field"] not in mapping}
        out["columns"] = mapping
    stages = {stage["id"] for stage in shown["stages"]}
    changed = {
        shown["statuses"][i]["word"]: value
        for i, value in statuses.items()
        if isinstance(i, int) and 0 <= i < len(shown["statuses"]) and value in stages and value != shown["statuses"][i]["stage"]
    }
    if changed:
        out["statuses"] = changed
    headers = {column["header"] for column in found}
    if isinstance(keys, list) and set(keys) <= headers and keys != shown["keys"]:
        out["keys"] = keys
    return out, wrong


def profile_body(shown: dict[str, Any], options: dict[str, Any], statuses: dict[str, str], name: str) -> dict[str, Any]:
    """A profile that reads next week's file as this one was read. ``statuses``: the words that were chosen, not those
    that every import knows: with them each row would look as if it were read in another way."""
    columns = {column["field"]: column["header"] for column in reversed(shown["columns"]) if column["field"]}
    # a field that the file has no column for, but that was taken away on purpose, is not to be found again
    columns |= {field: "" for field, header in (options.get("columns") or {}).items() if header == "" and field not in columns}
    body: dict[str, Any] = {"name": name, "columns": columns, "statuses": statuses, "key_columns": shown["keys"]}
    for key in ("kind", "sheet", "header_row", "date_order"):
        if options.get(key):
            body[key] = options[key]
    if options.get("region"):
        body["default_region"] = options["region"]
    return body


def profiles(store: Store) -> list[str]:
    """Names of the saved profiles."""
    return pipeline.profiles(store)
