"""What a viewer may see, as one primitive: ``all`` or a region code, with ``/general`` behind it for those who are not shown restricted
positions. Every query takes it first, every cache key holds it. Standard library only."""

ALL = "all"
_GENERAL = "/general"


def made(region: str, exact: bool) -> str:
    """The scope of a viewer confined to ``region`` (or ``all``); ``exact``: restricted positions are shown as they are."""
    return region if exact else region + _GENERAL


def region_of(scope: str) -> str:
    """``all``, or the code of the region the viewer is confined to."""
    return scope.removesuffix(_GENERAL)


def exact(scope: str) -> bool:
    """Whether restricted positions (intakes) are shown where they are; else where their county is."""
    return not scope.endswith(_GENERAL)
