"""One cache for finished answers. Keys hold the viewer's scope and the store's version; values are text.

Each process keeps its own answers (flask-caching, SimpleCache). With a Redis address, processes also share
them; Redis gets 0.3 s and no second try, and after a failure it is left alone for half a minute. A key is
computed by one thread at a time: the others wait for its answer.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable

from flask import Flask
from flask_caching import Cache
from flask_caching.backends.rediscache import RedisCache
from redis import RedisError
from redis import from_url as redis_from_url

log = logging.getLogger(__name__)

KEPT = 1000
SECONDS = 24 * 3600
REDIS_SECONDS = 0.3
REST_SECONDS = 30.0


class _Text:
    """What goes to Redis is text, not pickled objects: nothing read back can run."""

    def dumps(self, value: str) -> bytes:
        return value.encode("utf-8")

    def loads(self, value: bytes | None) -> str | None:
        if value is None:
            return None
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return None


class TextRedisCache(RedisCache):
    """flask-caching's Redis backend with text values."""

    serializer = _Text()


class Busy(Exception):
    """Somebody else is computing this answer and has not finished in the time the caller had."""


class Answers:
    """``get(key, compute)``: a cached text, or what ``compute`` gives."""

    def __init__(self, server: Flask, url: str = "") -> None:
        self.near = Cache(server, config={"CACHE_TYPE": "SimpleCache", "CACHE_THRESHOLD": KEPT, "CACHE_DEFAULT_TIMEOUT": SECONDS})
        self._near = server.extensions["cache"][self.near]
        self._shared: TextRedisCache | None = None
        if url:
            client = redis_from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS, retry=None)
            self._shared = TextRedisCache(client, default_timeout=SECONDS, key_prefix="dubang:")
        self._rest_until = 0.0
        self._guard = threading.Lock()
        self._flights: dict[str, threading.Lock] = {}

    def get(self, parts: tuple[object, ...], compute: Callable[[], str], patience: float = -1) -> str:
        """The answer for a key of primitives; ``compute`` runs at most once at a time for each key. Its errors pass through.

        ``patience``: seconds to wait for somebody else's computing (-1: as long as it takes); then Busy is raised, so that one slow
        answer cannot hold every thread.
        """
        key = "\x1f".join(map(str, parts))
        found = self._near.get(key)
        if found is not None:
            return found
        with self._guard:
            flight = self._flights.setdefault(key, threading.Lock())
        if not flight.acquire(timeout=patience):
            raise Busy(key[:200])
        try:
            found = self._near.get(key)
            if found is not None:
                return found
            shared_key = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
            found = self._from_shared(shared_key)
            if found is None:
                found = compute()
                self._to_shared(shared_key, found)
            self._near.set(key, found)
            return found
        finally:
            with self._guard:
                self._flights.pop(key, None)
            flight.release()

    @property
    def shared_ok(self) -> bool | None:
        """None without Redis, else whether it answered last time."""
        return None if self._shared is None else time.monotonic() >= self._rest_until

    def _from_shared(self, key: str) -> str | None:
        if self._shared is None or time.monotonic() < self._rest_until:
            return None
        try:
            found = self._shared.get(key)
        except (RedisError, OSError) as problem:
            self._leave_alone(problem)
            return None
        return found if isinstance(found, str) else None

    def _to_shared(self, key: str, value: str) -> None:
        if self._shared is None or time.monotonic() < self._rest_until:
            return
        try:
            self._shared.set(key, value)
        except (RedisError, OSError) as problem:
            self._leave_alone(problem)

    def _leave_alone(self, problem: Exception) -> None:
        self._rest_until = time.monotonic() + REST_SECONDS
        log.warning("shared cache does not answer (%s); going on without it for %d s", type(problem).__name__, REST_SECONDS)
