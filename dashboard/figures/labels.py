"""Labels side by side that do not cover each other."""

from collections.abc import Sequence


def spread(wanted: Sequence[float], apart: float | Sequence[float], low: float, high: float) -> list[float]:
    """Where labels begin, as near to ``wanted`` as may be without covering each other. ``apart``: how long each is, or all of them are;
    all lie between ``low`` and ``high`` where there is room. Order is kept; of equals the first comes first."""
    sizes = [apart] * len(wanted) if isinstance(apart, (int, float)) else list(apart)
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    # blocks of labels that touch: (sum of where they want their first to be, labels)
    blocks: list[tuple[float, list[int]]] = []
    for k in order:
        blocks.append((wanted[k], [k]))
        while len(blocks) > 1 and _top(blocks[-1], sizes) < _top(blocks[-2], sizes) + _length(blocks[-2][1], sizes):
            total, members = blocks.pop()
            before, earlier = blocks.pop()
            offset = _length(earlier, sizes)
            blocks.append((before + total - offset * len(members), earlier + members))
    out = [0.0] * len(wanted)
    floor = low
    for block in blocks:
        at = max(floor, _top(block, sizes))
        for k in block[1]:
            out[k] = at
            at += sizes[k]
        floor = at
    # pushed back from the upper edge
    ceiling = high
    for k in reversed(order):
        out[k] = min(out[k], ceiling - sizes[k])
        ceiling = out[k]
    return out


def _length(members: Sequence[int], sizes: Sequence[float]) -> float:
    return sum(sizes[k] for k in members)


def _top(block: tuple[float, list[int]], sizes: Sequence[float]) -> float:
    return block[0] / len(block[1])
