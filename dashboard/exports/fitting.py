"""How much room words take on paper, reckoned from their signs: nothing here knows a font."""

from collections.abc import Sequence
from unicodedata import east_asian_width

# a narrow sign, in em; a full-width one counts 1, and so does one that a Chinese typeface draws full-width (“ · —)
_NARROW = 0.57


def em(text: str) -> float:
    """Width of one line in em."""
    return len(text) * _NARROW if text.isascii() else sum(1.0 if east_asian_width(sign) in "WFA" else _NARROW for sign in text)


def lines(text: str, wide: float, size: float) -> int:
    """Lines that a text takes in ``wide`` pt at a type of ``size`` pt. Latin words are not parted, so a tenth of the room is lost."""
    room = max(wide / size, 1.0) * (0.9 if text.isascii() else 0.97)
    return sum(max(1, -(-int(em(part) * 100) // int(room * 100))) for part in text.split("\n"))


def cut(text: str, wide: float, size: float, most: int) -> str:
    """The text, or as much of it as stands in ``most`` lines, ending in an ellipsis."""
    if lines(text, wide, size) <= most:
        return text
    return text[: _held(text, wide, size, most, "…")].rstrip() + "…"


def pieces(text: str, wide: float, size: float, most: int) -> list[str]:
    """The text in pieces that each stand in ``most`` lines, parted at a space where there is one."""
    out = []
    while lines(text, wide, size) > most:
        end = max(1, _held(text, wide, size, most, ""))
        if text[:end].isascii() and (space := text.rfind(" ", 0, end)) > 0:
            end = space + 1
        out.append(text[:end])
        text = text[end:]
    return [*out, text]


def _held(text: str, wide: float, size: float, most: int, end: str) -> int:
    """How many signs stand in ``most`` lines with ``end`` behind them."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if lines(text[:middle] + end, wide, size) <= most:
            low = middle
        else:
            high = middle - 1
    return low


def fitted(text: str, wide: float, sizes: Sequence[float], most: int) -> tuple[str, float, int]:
    """(text, type size, lines): the largest size at which it stands in ``most`` lines; cut at the smallest."""
    for size in sizes:
        if (taken := lines(text, wide, size)) <= most:
            return text, size, taken
    said = cut(text, wide, sizes[-1], most)
    return said, sizes[-1], lines(said, wide, sizes[-1])


def fits(heads: Sequence[str], rows: Sequence[Sequence[str]], wide: float, size: float) -> bool:
    """Whether a table has room in ``wide`` pt without parting short words: columns of long ones may give two fifths of what they want."""
    wanted = [each * size for each in shares(heads, rows)]
    short = sum(each for each in wanted if each <= _SHORT * size)
    return sum(wanted) <= wide or wide - short >= 0.6 * (sum(wanted) - short) > 0


def widths(heads: Sequence[str], rows: Sequence[Sequence[str]], wide: float, size: float, wider: float = 1.5) -> list[float]:
    """Widths of a table's columns in pt, together at most ``wide``. Where that is less than what they want (``shares``), columns of long
    words give way first, then all, but no day, number or Latin word is parted while there is room for it; where it is more, all become up
    to ``wider`` times as wide."""
    wanted = [each * size for each in shares(heads, rows)]
    if sum(wanted) <= wide:
        return [each * min(wider, wide / sum(wanted)) for each in wanted]
    least = [min(each, whole * size) for each, whole in zip(wanted, _wholes(heads, rows), strict=True)]
    kept = [each if each <= _SHORT * size else floor for each, floor in zip(wanted, least, strict=True)]
    for floors, share in ((kept, 0.45), (least, 0.0)):
        room, more = wide - sum(floors), sum(wanted) - sum(floors)
        if more > 0 and room >= share * more:
            return [floor + (each - floor) * room / more for each, floor in zip(wanted, floors, strict=True)]
    return [each * wide / sum(wanted) for each in wanted]


def _wholes(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """em without which a word that has to stand whole would be parted: days, numbers, Latin words, up to ``_SHORT``."""
    out = []
    for k, head in enumerate(heads):
        said = max((em(word) for row in rows for word in row[k].split() if word.isascii()), default=1.5)
        # heads are bold
        out.append(min(_SHORT, max([said, *(em(word) * 1.15 for word in head.split() if word.isascii())])) + 1.2)
    return out


# em of a column up to which it is never made narrower
_SHORT = 9.0


def shares(heads: Sequence[str], rows: Sequence[Sequence[str]], least: float = 3.0, most: float = 22.0) -> list[float]:
    """What a table's columns want, in em: what the rows take, from ``least`` to ``most``; a head may stand in three lines, but none of its
    words is parted."""
    out = []
    for k, head in enumerate(heads):
        longest = max((em(part) for row in rows for part in row[k].split("\n")), default=0.0)
        word = max((em(each) for each in head.split() if each.isascii()), default=0.0)
        lined = em(head) / (1 if em(head) <= 3 else 2 if em(head) <= 6 else 3)
        out.append(min(most, max(least, longest, word * 1.15, lined + 0.3)) + 1.2)
    return out
