"""The bench of the import page: the card of a ledger with its form."""

from callbacks.bench import Bench
from callbacks.import_files import LEDGERS
from callbacks.import_options import first_values, profiles
from dashboard.components.import_form import NEW, bench
from dashboard.components.import_upload import size
from data.ledgers import jobs, tasks
from data.ledgers.uploads import Upload, read_json
from data.store import Store


def _card(store: Store, upload: Upload, lang: str) -> object:
    """The card of one upload with its form; what was chosen for it before is there again."""
    values = {**first_values(store), **(read_json(upload.folder / "form.json") or {})}
    campaigns = real_campaigns(store, lang)
    if values.get("campaign") not in (None, NEW, *(each["value"] for each in campaigns)):
        values["campaign"] = None
    return bench({"id": upload.id, "name": upload.name, "size": size(upload.size, lang)}, values, campaigns, profiles(store), lang)


def real_campaigns(store: Store, lang: str) -> list[dict[str, str]]:
    """The campaigns that files may go into, as choices: none of the simulated ones."""
    return [{"value": c.code, "label": campaign_name(store, c.code, lang)} for c in store.campaigns() if not c.simulated]


def campaign_name(store: Store, code: str, lang: str) -> str:
    """A campaign's name in the reader's language; its code where there is none."""
    found = next((c for c in store.campaigns() if c.code == code), None)
    if found is None:
        return code
    return (found.name_en if lang == "en" and found.name_en else found.name_zh) or code


LEDGER_BENCH = Bench(LEDGERS, jobs.CHECK, jobs.IMPORT, jobs.UNDO, tasks.outcome, _card)
