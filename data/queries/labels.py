"""Names of the codes that items carry, in the language asked for."""

from sqlalchemy import select

from data.schema import department, term
from data.store import Store


def labels(store: Store, lang: str) -> dict[str, dict[str, str]]:
    """``{dimension: {code: name}}`` for theme, category, source, disposal and department; kept until the store changes."""
    return store.remembered(f"labels:{lang}", lambda: _read(store, lang))


def _read(store: Store, lang: str) -> dict[str, dict[str, str]]:
    out: dict[str, dict[str, str]] = {"theme": {}, "category": {}, "source": {}, "disposal": {}, "department": {}}
    with store.reading() as conn:
        query = select(term.c.dimension, term.c.code, term.c.name_zh, term.c.name_en).order_by(
            term.c.dimension, term.c.sort_order, term.c.code
        )
        for dimension, code, zh, en in conn.execute(query):
            out.setdefault(dimension, {})[code] = en if lang == "en" and en else zh
        query = select(department.c.code, department.c.name_zh, department.c.name_en).order_by(department.c.department_id)
        for code, zh, en in conn.execute(query):
            out["department"][code] = en if lang == "en" and en else zh
    return out


def label(store: Store, lang: str, dimension: str, code: str | None) -> str | None:
    """One name; the code itself where none is known."""
    if code is None:
        return None
    return labels(store, lang).get(dimension, {}).get(code, code)
