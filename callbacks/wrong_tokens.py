"""Guesses at judges' links, counted by address: a few are a typing error, many are answered without a look at the store."""

import threading
import time
from collections import OrderedDict, deque

MOST = 30
SECONDS = 60.0
_ADDRESSES = 10_000


class WrongTokens:
    """``note(address)`` after each wrong token says whether the address has guessed too often within a minute."""

    def __init__(self, most: int = MOST, seconds: float = SECONDS) -> None:
        self._most, self._seconds = most, seconds
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, address: str) -> bool:
        """Count one more; True when it is one too many."""
        now = time.monotonic()
        with self._lock:
            times = self._seen.pop(address, None) or deque(maxlen=self._most + 1)
            while times and times[0] < now - self._seconds:
                times.popleft()
            times.append(now)
            self._seen[address] = times
            while len(self._seen) > _ADDRESSES:
                self._seen.popitem(last=False)
            return len(times) > self._most
