"""One rollup row unpacked: the items of one campaign in one region, as arrays.

A block holds what follows from the events and nothing that depends on a day: for every item the
days its stages began, the days its deadlines held from, its concluded verifications, its first
extension, its milestones, its codes, and where it is (``hidden``: a position that not every viewer is
shown). ``pack`` and ``unpack`` are inverse; the packed form is a JSON header (dictionaries, names,
lengths) followed by the arrays, deflated.
"""

import json
import struct
import zlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = ("kind", "round", "theme", "category", "source", "department", "disposal", "water")
# a position that is not known; others are millionths of a degree
NOWHERE = -(2**31)

# array name -> dtype; ``*_at`` are offsets (n + 1) into the ragged arrays that follow them
ARRAYS: dict[str, str] = {
    "item_id": "<i8",
    "ledger_order": "<i8",
    **dict.fromkeys(DIMENSIONS, "<i2"),
    "long_term": "|u1",
    "investment": "<f4",
    "x": "<i4",
    "y": "<i4",
    "hidden": "|u1",
    "span_at": "<i4",
    "span_day": "<i2",
    "span_stage": "<i2",
    "due_at": "<i4",
    "due_from": "<i2",
    "due_day": "<i2",
    "verif_at": "<i4",
    "verif_day": "<i2",
    "verif_pass": "|u1",
    "extended_day": "<i2",
    "plan_at": "<i4",
    "plan_day": "<i2",
    "plan_share": "<f8",
    "share_at": "<i4",
    "share_department": "<i2",
    "share_weight": "<f8",
}


# arrays that rows written before positions were kept do not have, and what stands for them
_LATER: dict[str, int] = {"water": -1, "x": NOWHERE, "y": NOWHERE, "hidden": 0}


@dataclass(slots=True)
class Block:
    """Arrays by name (see ARRAYS) and the texts their codes stand for; code -1 is "none"."""

    arrays: dict[str, NDArray[np.generic]]
    words: dict[str, list[str]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.arrays["item_id"])

    def pack(self) -> bytes:
        """The block as bytes."""
        bodies = [np.ascontiguousarray(self.arrays[name], dtype=dtype).tobytes() for name, dtype in ARRAYS.items()]
        about = {"words": self.words, "names": list(ARRAYS), "sizes": [len(body) for body in bodies]}
        header = json.dumps(about, ensure_ascii=False).encode()
        return zlib.compress(struct.pack("<I", len(header)) + header + b"".join(bodies), 1)


def unpack(payload: bytes) -> Block:
    """The block that ``Block.pack`` wrote."""
    raw = zlib.decompress(payload)
    (length,) = struct.unpack_from("<I", raw)
    header = json.loads(raw[4 : 4 + length])
    arrays: dict[str, NDArray[np.generic]] = {}
    at = 4 + length
    names = header.get("names") or [name for name in ARRAYS if name not in _LATER]
    for name, size in zip(names, header["sizes"], strict=True):
        dtype = ARRAYS[name]
        arrays[name] = np.frombuffer(raw, dtype=dtype, count=size // np.dtype(dtype).itemsize, offset=at)
        at += size
    for name, fill in _LATER.items():
        if name not in arrays:
            arrays[name] = np.full(len(arrays["item_id"]), fill, dtype=ARRAYS[name])
    for dimension in DIMENSIONS:
        header["words"].setdefault(dimension, [])
    return Block(arrays, header["words"])
