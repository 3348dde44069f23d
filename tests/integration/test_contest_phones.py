"""Judges' phones over HTTP: the narrow door, the binding of a link, and what a hostile or clumsy request does (nothing)."""

import json

import pytest
from sqlalchemy import func, select

from app import create_app
from callbacks import guard
from callbacks.wrong_tokens import WrongTokens
from config import Settings
from data.contest import contests
from data.schema import contest_judge, contest_score
from tests import contests as made

AWAY = {"REMOTE_ADDR": "192.0.2.7"}
PHONE = "a-phone-of-its-own-00000001"


@pytest.fixture
def hall(sqlite_store, tmp_path):
    """(store, contest id, people, client): 玄武区 is open, no link has been opened, the server listens beyond this machine."""
    contest_id = made.make(sqlite_store)
    people = made.link(sqlite_store, contest_id, bound=False)
    with sqlite_store.writing() as conn:
        contests.open_next(conn, contest_id)
    settings = Settings.from_env({}, instance=str(tmp_path / "i"), host="0.0.0.0", secret_key="k" * 40, trusted_hosts="hall.example")
    return sqlite_store, contest_id, people, create_app(settings, sqlite_store).server.test_client()


def call(client, contest_id, what, token, body=None, phone=PHONE, **headers):
    given = {"Host": "hall.example", "X-Judge-Token": token, **({"X-Judge-Device": phone} if phone else {}), **headers}
    path = f"/api/contest/{contest_id}/{what}"
    if body is None:
        return client.get(path, headers=given, environ_overrides=AWAY)
    data = body if isinstance(body, (bytes, str)) else json.dumps(body)
    return client.post(path, data=data, content_type="application/json", headers=given, environ_overrides=AWAY)


def opened(client, contest_id, token, phone=PHONE):
    return call(client, contest_id, "open", token, {"device": phone}, phone=phone)


def scores(store):
    with store.reading() as conn:
        return conn.execute(select(func.count()).select_from(contest_score)).scalar_one()


def sheet(client, contest_id, token):
    return call(client, contest_id, "state", token).json


def test_a_judge_from_another_machine_reaches_the_own_page_and_nothing_else(hall):
    _, contest_id, people, client = hall
    _, token = people["张市长"]
    base = {"headers": {"Host": "hall.example"}, "environ_overrides": AWAY}
    page = client.get(f"/contest/{contest_id}/judge/{token}", **base)
    assert page.status_code == 200 and "十一月擂台赛" in page.text and "张市长" in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"] and "_dash" not in page.text
    for name in ("judge.js", "judge.css"):
        assert client.get(f"/phone/{name}", **base).status_code == 200
    closed = {**base, "headers": {**base["headers"], "X-Judge-Token": token}}
    for path in ("/", "/contest", f"/contest/{contest_id}", f"/contest/{contest_id}/run", "/_dash-layout", "/assets/shell.css",
                 "/export/contest-result.json", f"/api/contest/{contest_id}/other", "/phone/../config.py"):  # fmt: skip
        assert client.get(path, **closed).status_code == 401, path
    assert client.post(f"/contest/{contest_id}/links", **closed).status_code == 401
    assert client.post("/_dash-update-component", json={}, **closed).status_code == 401
    assert client.get(f"/contest/{contest_id}/judge/{token}", headers={"Host": "evil.example"}).status_code == 400


def test_wrong_tokens_say_nothing_and_are_slowed_down(hall):
    _, contest_id, people, client = hall
    _, token = people["张市长"]
    base = {"headers": {"Host": "hall.example"}, "environ_overrides": AWAY}
    wrong = ["x", "A" * 32, token[:-1], token + "A", token.swapcase(), "%00", "' OR 1=1 --"]
    for each in wrong:
        answer = client.get(f"/contest/{contest_id}/judge/{each}", **base)
        assert answer.status_code == 404 and "擂台赛" not in answer.text
    assert client.get(f"/contest/{contest_id + 1}/judge/{token}", **base).status_code == 404
    assert call(client, contest_id, "state", "").status_code == 404
    codes = [client.get(f"/contest/{contest_id}/judge/{'B' * 32}", **base).status_code for _ in range(40)]
    assert codes[0] == 404 and codes[-1] == 429
    # an honest judge in the same room is let in all the same
    assert client.get(f"/contest/{contest_id}/judge/{token}", **base).status_code == 200
    limit = WrongTokens(most=2, seconds=60)
    assert [limit.note("a"), limit.note("a"), limit.note("a"), limit.note("b")] == [False, False, True, False]


def test_a_second_phone_is_told_so_and_scores_nothing(hall):
    store, contest_id, people, client = hall
    judge_id, token = people["张市长"]
    answer = opened(client, contest_id, token)
    assert answer.status_code == 200
    kept = answer.headers["Set-Cookie"]
    assert "HttpOnly" in kept and "SameSite=Strict" in kept and f"dubang-judge-{judge_id}={PHONE}" in kept
    entry = sheet(client, contest_id, token)["entries"][0]["id"]
    client.delete_cookie(f"dubang-judge-{judge_id}", domain="hall.example", path=f"/api/contest/{contest_id}/")
    other = "another-phone-000000000002"
    for what, body in (("open", {"device": other}), ("state", None), ("score", {"entry": entry, "key": "k" * 20, "points": {}})):
        answer = call(client, contest_id, what, token, body, phone=other)
        assert answer.status_code == 409 and answer.json["error"] == "other_phone", what
        assert "另一部手机" in answer.json["message"]
    assert scores(store) == 0
    with store.reading() as conn:
        held = conn.execute(select(contest_judge.c.token_sha256, contest_judge.c.device_sha256)).all()
    # neither the token nor the phone's own text is in the store
    assert token not in str(held) and PHONE not in str(held)


def test_the_cookie_alone_or_the_kept_text_alone_names_the_phone(hall):
    _, contest_id, people, client = hall
    _, token = people["张市长"]
    assert call(client, contest_id, "state", token).status_code == 409
    opened(client, contest_id, token)
    assert call(client, contest_id, "state", token, phone=None).status_code == 200  # the cookie jar of the client
    client.delete_cookie("dubang-judge-1", domain="hall.example", path=f"/api/contest/{contest_id}/")
    assert call(client, contest_id, "state", token).status_code == 200


def test_a_ballot_is_taken_once_and_the_same_again_is_the_same(hall):
    store, contest_id, people, client = hall
    _, token = people["张市长"]
    opened(client, contest_id, token)
    told = sheet(client, contest_id, token)
    assert [(e["name"], e["state"], e["own"]) for e in told["entries"]] == [
        ("玄武区", "open", False),
        ("秦淮区", "waiting", False),
        ("建邺区", "waiting", False),
    ]
    points = {str(c["id"]): 9 for c in told["criteria"] if c["part"] == "county"}
    body = {"entry": told["entries"][0]["id"], "key": "ballot-of-the-mayor", "points": points}
    answers = [call(client, contest_id, "score", token, body) for _ in range(20)]
    assert [a.status_code for a in answers] == [200] * 20
    assert [a.json["fresh"] for a in answers] == [True] + [False] * 19
    assert scores(store) == 2
    assert sheet(client, contest_id, token)["entries"][0]["points"] == dict.fromkeys(points, 9.0)
    body["points"] = dict.fromkeys(points, 8)
    answer = call(client, contest_id, "score", token, body)
    assert (answer.status_code, answer.json["error"]) == (409, "scored_already")
    with store.writing() as conn:
        contests.close_all(conn, contest_id)
    late = call(client, contest_id, "score", token, {**body, "entry": told["entries"][1]["id"]})
    assert (late.status_code, late.json["error"]) == (409, "closed") and "已经截止" in late.json["message"]


def test_broken_bodies_are_refused_in_words(hall):
    store, contest_id, people, client = hall
    _, token = people["张市长"]
    opened(client, contest_id, token)
    told = sheet(client, contest_id, token)
    entry = told["entries"][0]["id"]
    criteria = [str(c["id"]) for c in told["criteria"] if c["part"] == "county"]
    whole = {"entry": entry, "key": "k" * 20, "points": dict.fromkeys(criteria, 5)}
    broken = [
        [], None, "x", {}, {**whole, "entry": "1"}, {**whole, "entry": True}, {**whole, "entry": 10**30}, {**whole, "key": 5}, {**whole, "key": "x"},
        {**whole, "key": "k" * 65}, {**whole, "points": []}, {**whole, "points": {"x": 1}}, {**whole, "points": {"²": 1}}, {**whole, "points": {"1" * 50: 1}},
        {**whole, "points": dict.fromkeys(criteria, "11")}, {**whole, "points": dict.fromkeys(criteria, 11)}, {**whole, "points": dict.fromkeys(criteria, -1)},
        {**whole, "points": dict.fromkeys(criteria, float("nan"))}, {**whole, "points": dict.fromkeys(criteria, 1e300)}, {**whole, "points": dict.fromkeys(criteria, {"$ne": 1})},
    ]  # fmt: skip
    for each in broken:
        answer = call(client, contest_id, "score", token, json.dumps(each))
        assert answer.status_code in (400, 404), each
        assert answer.json["message"] and "Traceback" not in answer.text
    for raw in (b"", b"{", b"\xff", b"[" * 20_000, b'{"entry": ' + b"9" * 5000 + b"}", b" " * 20_000):
        assert call(client, contest_id, "score", token, raw).status_code in (400, 413)
    assert call(client, contest_id, "score", token, whole, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert call(client, contest_id, "score", token, whole, Origin="http://evil.example").status_code == 403
    assert scores(store) == 0
    answer = call(client, contest_id, "score", token, whole, Origin="http://hall.example")
    assert answer.status_code == 200 and scores(store) == 2


def test_a_removed_judge_is_told_so(hall):
    store, contest_id, people, client = hall
    judge_id, token = people["张市长"]
    opened(client, contest_id, token)
    with store.writing() as conn:
        contests.remove_judge(conn, contest_id, judge_id)
    assert call(client, contest_id, "state", token).json["error"] == "removed"
    assert opened(client, contest_id, token).json["error"] == "removed"
    page = client.get(f"/contest/{contest_id}/judge/{token}?lang=en", headers={"Host": "hall.example"}, environ_overrides=AWAY)
    assert "no longer on this contest" in page.text and "judge.js" not in page.text


def test_the_officer_prints_links_once(sqlite_store, tmp_path):
    contest_id = made.make(sqlite_store, name="<b>擂台</b>")
    app = create_app(Settings.from_env({}, instance=str(tmp_path / "i"), judge_url="http://10.1.2.3:8060/"), sqlite_store)
    client = app.server.test_client()
    first = client.post(f"/contest/{contest_id}/links")
    assert first.status_code == 200 and first.text.count("<svg") == 8
    assert first.text.count(f"http://10.1.2.3:8060/contest/{contest_id}/judge/") == 8
    assert "<b>擂台" not in first.text and "本机" not in first.text
    assert "都已有链接" in client.post(f"/contest/{contest_id}/links").text
    again = client.post(f"/contest/{contest_id}/links", data={"judge": "1"})
    assert again.text.count("<svg") == 1 and "张市长" in again.text
    assert client.post(f"/contest/{contest_id}/links", data={"judge": "999"}).status_code == 409
    assert client.post("/contest/999/links").status_code == 409
    assert client.post(f"/contest/{contest_id}/links", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert "contest" in guard.OWNER and "contest" not in guard.JUDGE


def test_a_judge_reads_why_in_both_languages(hall):
    store, contest_id, people, client = hall
    _, token = people["张市长"]
    opened(client, contest_id, token)
    told = sheet(client, contest_id, token)
    criteria = [str(c["id"]) for c in told["criteria"] if c["part"] == "county"]

    def words(what, body=None, phone=PHONE):
        said = []
        for lang in ("zh-CN", "en"):
            answer = call(client, contest_id, f"{what}?lang={lang}", token, body, phone=phone)
            assert answer.status_code >= 400
            said.append(answer.json["message"])
        return said

    def body(value, entry=0):
        return {"entry": told["entries"][entry]["id"], "key": "k" * 20, "points": dict.fromkeys(criteria, value)}

    assert words("score", body(11)) == ["“现场汇报”须在 0 到 10 分之间。", "“现场汇报” must be between 0 and 10 points."]
    assert words("score", body(-1)) == ["“现场汇报”须在 0 到 10 分之间。", "“现场汇报” must be between 0 and 10 points."]
    assert words("score", body(5, 1)) == ["秦淮区还没有开始评分。", "Scoring of Qinhuai District has not begun."]
    client.delete_cookie("dubang-judge-1", domain="hall.example", path=f"/api/contest/{contest_id}/")
    other = [
        "这个链接已在另一部手机上打开，不能在这里打分。如需换手机，请工作人员解除绑定。",
        "This link was opened on another phone and cannot score here. To change phones, ask the staff to release it.",
    ]
    for what, sent in (("open", {"device": "another-phone-000000000002"}), ("score", body(5))):
        assert words(what, sent, phone="another-phone-000000000002") == other
    with store.writing() as conn:
        contests.close_all(conn, contest_id)
    assert words("score", body(5)) == [
        "玄武区的评分已经截止，这次打分没有计入。",
        "Scoring of Xuanwu District has closed; these points were not counted.",
    ]
    assert scores(store) == 0
