"""Item ids: derived from campaign and ledger key, so that importing again finds the same item."""

from collections.abc import Iterable
from hashlib import blake2b


def item_id(campaign_code: str, ledger_key: str) -> int:
    """A positive 63-bit id of one ledger key in one campaign."""
    digest = blake2b(f"{campaign_code}\x1f{ledger_key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def item_ids(campaign_code: str, ledger_keys: Iterable[str]) -> list[int]:
    """``item_id`` of many keys."""
    start = blake2b(f"{campaign_code}\x1f".encode(), digest_size=8)
    out = []
    for key in ledger_keys:
        digest = start.copy()
        digest.update(key.encode())
        out.append(int.from_bytes(digest.digest(), "big") >> 1)
    return out


def to_hex(value: int) -> str:
    """The id as addresses and exports write it: 16 hexadecimal digits."""
    return f"{value:016x}"


def from_hex(text: str) -> int | None:
    """The id behind 16 hexadecimal digits, or None."""
    if len(text) != 16:
        return None
    try:
        value = int(text, 16)
    except ValueError:
        return None
    return value if value < 1 << 63 else None
