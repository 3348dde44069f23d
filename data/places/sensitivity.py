"""Who may see the position of an object when nobody says: an intake is for few."""

RESTRICTED = "restricted"
_USUAL = {"source_area": RESTRICTED}
_OTHERS = "internal"


def usual(object_type: str) -> str:
    """The sensitivity of a new object, whether a ledger or a layer brings it."""
    return _USUAL.get(object_type, _OTHERS)


def raised(object_type: str, standing: str, placed: bool, by_layer: bool) -> str | None:
    """What a known object's sensitivity becomes when a file gives it a position and says nothing of who may see it; None: it stays.

    It is only ever raised, to what is usual: while the object had no position (``placed`` is false) or no layer had ever spoken of it
    (``by_layer`` is false), nobody had decided who may see where it is.
    """
    wanted = usual(object_type)
    return wanted if wanted == RESTRICTED != standing and not (placed and by_layer) else None
