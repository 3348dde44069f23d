"""The cache: one computation for each key, text only, and no page that waits for a cache server."""

import logging
import socket
import threading
import time

import pytest
from flask import Flask

from callbacks.cached import REDIS_SECONDS, Answers


def test_an_answer_is_computed_once_for_each_key() -> None:
    answers, made = Answers(Flask("t")), []

    def compute() -> str:
        made.append(1)
        return "a"

    assert [answers.get(("x", 1, "all"), compute) for _ in range(3)] == ["a", "a", "a"]
    assert len(made) == 1
    answers.get(("x", 2, "all"), compute)
    answers.get(("x", 1, "320100"), compute)
    assert len(made) == 3


def test_keys_do_not_run_into_each_other() -> None:
    answers = Answers(Flask("t"))
    assert answers.get(("ab", "c"), lambda: "1") == "1"
    assert answers.get(("a", "bc"), lambda: "2") == "2"


def test_many_askers_wait_for_one_computation() -> None:
    answers, made, got = Answers(Flask("t")), [], []

    def compute() -> str:
        made.append(1)
        time.sleep(0.1)
        return "slow"

    threads = [threading.Thread(target=lambda: got.append(answers.get(("k",), compute))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["slow"] * 12
    assert len(made) == 1


def test_a_failure_is_not_kept() -> None:
    answers = Answers(Flask("t"))

    def fail() -> str:
        raise ValueError("once")

    with pytest.raises(ValueError, match="once"):
        answers.get(("k",), fail)
    assert answers.get(("k",), lambda: "fine") == "fine"


def test_processes_share_answers_through_redis_as_text(redis_url: str) -> None:
    one, other = Answers(Flask("a"), redis_url), Answers(Flask("b"), redis_url)
    key = ("shared", time.time_ns())
    assert one.get(key, lambda: "整改") == "整改"
    assert other.get(key, lambda: "computed again") == "整改"
    assert other.shared_ok is True
    import redis

    with redis.from_url(redis_url) as client:
        values = [client.get(name) for name in client.keys("dubang:*")]
    assert "整改".encode() in values


def test_what_somebody_planted_in_redis_is_only_text(redis_url: str) -> None:
    import pickle

    import redis

    answers = Answers(Flask("a"), redis_url)
    key = ("planted", time.time_ns())
    assert answers.get(key, lambda: "mine") == "mine"
    with redis.from_url(redis_url) as client:
        for name in client.keys("dubang:*"):
            client.set(name, pickle.dumps({"run": "me"}))
    assert isinstance(Answers(Flask("b"), redis_url).get(key, lambda: "mine"), str)


@pytest.mark.parametrize("kind", ["refused", "silent"])
def test_a_cache_server_that_is_away_costs_a_moment_once(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if kind == "silent":
            server.listen(8)
        answers = Answers(Flask("t"), f"redis://127.0.0.1:{server.getsockname()[1]}/0")
        started = time.monotonic()
        with caplog.at_level(logging.WARNING):
            for k in range(20):
                assert answers.get(("k", k), lambda: "v") == "v"
        assert time.monotonic() - started < 3 * REDIS_SECONDS
    assert answers.shared_ok is False
    assert len(caplog.records) == 1
