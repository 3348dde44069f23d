"""Names of a batch's files. What data says never becomes a path: only letters, digits and three signs are left of it."""

import re
import unicodedata

LONGEST = 40
_OTHER = re.compile(r"[^\w.-]+")
# names that a file must not have on some systems
_TAKEN = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def safe(text: str, longest: int = LONGEST) -> str:
    """A part of a file name out of any text: no path, no leading dot, no blank; may be empty."""
    plain = _OTHER.sub("-", unicodedata.normalize("NFKC", text[: 4 * longest]))
    plain = re.sub(r"\.{2,}|-{2,}", "-", plain).strip("-._")[:longest].strip("-._")
    return f"_{plain}" if _TAKEN.fullmatch(plain) else plain


def file_name(code: str, short: str, stem: str, form: str) -> str:
    """``320102_玄武_status-structure_2022-11-30.pptx``: region, chart and day (and ``demo``) as ``stem`` has them."""
    parts = [safe(code, 20), safe(short), safe(stem, 120)]
    return "_".join(part for part in parts if part) + f".{safe(form, 10)}"
