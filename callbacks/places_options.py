"""The choices made on the page of places, from form values to what a job is told."""

import unicodedata
from typing import Any

from callbacks.bench import Bench
from callbacks.import_bench import real_campaigns
from callbacks.import_files import PLACES
from callbacks.import_options import free_code
from dashboard.components.import_upload import size
from dashboard.components.places_form import ENCODINGS, NEW, SENSITIVITIES, SYSTEMS, bench
from dashboard.components.places_preview import field_name
from dashboard.i18n import t
from data import calendar
from data.ledgers import jobs
from data.ledgers.uploads import Upload, read_json
from data.places import crs, tasks
from data.places.headers import fields_of
from data.places.model import LAYERS
from data.regions.match import RegionMatcher
from data.store import Store

#: files that say themselves what their coordinates are in, or whose standard does
DECLARING = (".geojson", ".json", ".zip", ".kml", ".kmz")


def first_values(store: Store, name: str) -> dict[str, Any]:
    """What the form says before anybody has chosen; ``name`` of the file."""
    today = calendar.today()
    declares = name.lower().endswith(DECLARING)
    return {
        "layer": None,
        "crs": "file" if declares else None,
        "campaign": "",
        "new_name": "",
        "new_code": free_code(store, today.year),
        "as_known": today.isoformat(),
        "encoding": "",
        "sensitivity": "",
    }


def _card(store: Store, upload: Upload, lang: str) -> object:
    values = {**first_values(store, upload.name), **(read_json(upload.folder / "form.json") or {})}
    campaigns = real_campaigns(store, lang)
    if values.get("campaign") not in ("", NEW, *(each["value"] for each in campaigns)):
        values["campaign"] = ""
    return bench({"id": upload.id, "name": upload.name, "size": size(upload.size, lang)}, values, campaigns, LAYERS, lang)


def read_form(store: Store, values: dict[str, Any], days: dict[str, Any], lang: str) -> tuple[dict[str, Any], list[str]]:
    """Options for a job (as ``PlaceOptions.from_dict`` takes them), and sentences about what does not fit."""
    wrong: list[str] = []

    def text(name: str) -> str:
        value = values.get(name)
        return " ".join(value.split())[:200] if isinstance(value, str) else ""

    layer = text("layer")
    if layer not in LAYERS:
        wrong.append(t("places.form.layer_missing", lang))
    region, more = _region(store, text("region"), lang)
    system, also = _system(text("crs"), text("epsg"), layer, lang)
    wrong += [*also, *more]
    options: dict[str, Any] = {
        "layer": layer,
        "crs": system,
        "sheet": text("sheet") or None,
        "encoding": text("encoding") if text("encoding") in ENCODINGS else None,
        "sensitivity": text("sensitivity") if text("sensitivity") in SENSITIVITIES else None,
        "region": region,
        "lang": lang,
    }
    if layer == "outfall":
        campaign, name, unfit = _campaign(store, text("campaign"), text("new_code"), text("new_name"), lang)
        as_known = days.get("as_known")
        options |= {"campaign": campaign, "new_campaign": name, "as_known": as_known[:10] if isinstance(as_known, str) else None}
        wrong += unfit
        if campaign and not options["as_known"]:
            wrong.append(t("places.form.as_known_missing", lang))
    return options, wrong


def _system(chosen: str, number: str, layer: str, lang: str) -> tuple[str | None, list[str]]:
    """The declared system; None leaves it to the file. What is not known is never guessed; a class of a section has no coordinates."""
    if layer == "quality":
        return None, []
    if chosen not in SYSTEMS:
        return None, [t("places.form.crs_missing", lang)]
    if chosen == "unknown":
        return None, [t("places.form.crs_refused", lang)]
    if chosen != "epsg":
        return SYSTEMS[chosen], []
    digits = unicodedata.normalize("NFKC", number).upper().removeprefix("EPSG").lstrip(": ")
    if not digits:
        return None, [t("places.form.epsg_missing", lang)]
    if not digits.isdigit() or (known := crs.known(f"EPSG:{digits}")) is None:
        return None, [t("places.form.epsg_wrong", lang, value=number)]
    return known, []


def _region(store: Store, said: str, lang: str) -> tuple[str | None, list[str]]:
    """The code of the region that is meant, by code or name."""
    if not said:
        return None, []
    tree = store.tree()
    place = tree.get(said)
    if place is not None:
        return place.code, []
    with store.reading() as conn:
        matcher = RegionMatcher.load(conn, tree)
    match = matcher.match(text=said)
    if match.region_id is not None:
        return tree.by_id(match.region_id).code, []
    if match.problem == "ambiguous":
        names = t("imports.list", lang).join(matcher.full_names(match, lang)[:8])
        return None, [t("places.form.region_several", lang, value=said, candidates=names)]
    return None, [t("places.form.region_wrong", lang, value=said)]


def _campaign(store: Store, chosen: str, new_code: str, new_name: str, lang: str) -> tuple[str | None, str | None, list[str]]:
    """Code of the campaign that outfalls go into (None: none) and the name of one that is to be made."""
    if chosen != NEW:
        return chosen or None, None, []
    wrong = []
    if not new_name:
        wrong.append(t("imports.form.new_name_missing", lang))
    if not new_code:
        wrong.append(t("imports.form.new_code_missing", lang))
    elif new_code in {c.code for c in store.campaigns()}:
        wrong.append(t("imports.form.new_code_taken", lang, code=new_code))
    return new_code, new_name, wrong


def read_columns(shown: dict[str, Any] | None, chosen: dict[Any, Any], lang: str) -> tuple[dict[str, str], list[str]]:
    """Columns chosen by hand, field -> header ("" for none), as far as they differ from what the check found; and what does not fit."""
    if shown is None:
        return {}, []
    found = {name: header or "" for name, header in shown["fields"].items()}
    known = set(fields_of(shown["layer"]))
    wanted = {name: value for name, value in chosen.items() if name in known and (value == "" or value in shown["headers"])}
    out = {name: value for name, value in wanted.items() if value != found.get(name, "")}
    taken: dict[str, str] = {}
    wrong = []
    for name, header in {**found, **wanted}.items():
        if header and header in taken:
            names = {"one": field_name(taken[header], lang), "other": field_name(name, lang)}
            wrong.append(t("places.mapping.twice", lang, header=header, **names))
        taken.setdefault(header, name)
    return out, wrong


PLACE_BENCH = Bench(PLACES, jobs.PLACES_CHECK, jobs.PLACES_IMPORT, jobs.PLACES_UNDO, tasks.outcome, _card)
