"""An address as a picture of squares (QR code), to be read by a telephone from paper or from a slide. Nothing asks any host for it."""

import io
import itertools
from functools import lru_cache

import segno

# signs of an address; a longer one has no picture that a telephone reads from paper
LONGEST = 1000
# modules of quiet ground around the picture, which readers need to find it
QUIET = 4


def path(address: str) -> tuple[str, int]:
    """(what SVG draws, in modules; the side in modules, quiet ground included). ``("", 0)`` of an empty address, or of one too long."""
    if not 0 < len(address) <= LONGEST:
        return "", 0
    rows = [list(row) for row in _code(address).matrix]
    parts = []
    for y, row in enumerate(rows, QUIET):
        x = QUIET
        for dark, group in itertools.groupby(row, bool):
            wide = sum(1 for _ in group)
            if dark:
                parts.append(f"M{x} {y}h{wide}v1h-{wide}z")
            x += wide
    return "".join(parts), len(rows) + 2 * QUIET


def png(address: str, scale: int = 4) -> bytes:
    """A PNG, ``scale`` pixels a module, dark on white; empty of an empty address, or of one too long."""
    return _png(address, max(1, scale)) if 0 < len(address) <= LONGEST else b""


@lru_cache(maxsize=256)
def _png(address: str, scale: int) -> bytes:
    out = io.BytesIO()
    _code(address).save(out, kind="png", scale=scale, border=QUIET, dark="#14202B", light="#FFFFFF")
    return out.getvalue()


def _code(address: str) -> segno.QRCode:
    return segno.make(address, error="m", micro=False)
