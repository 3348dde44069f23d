"""Schedules: the file and its faults, what is done when, what lies in the folder, what the mail server gets."""

import email
import email.policy
import hashlib
import json
import socketserver
import threading
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from callbacks import schedule_mail, schedule_run
from callbacks.export_desk import Desk
from callbacks.exports import export_bytes
from callbacks.schedule_mail import Attachment, MailError, Server, message, send
from callbacks.schedule_run import Site
from data.exports import release
from data.schedules import plan
from data.schedules.runs import Runs
from data.store import Store
from tests.campaign import AS_OF, XUANWU

QUERY = "campaign=xh-2022"
NO_SERVER = Server("", 587, "", "", "", "starttls")
GOOD = """
[[schedule]]
name = "progress"
when = "daily 08:00"
charts = ["progress-by-region", "status-structure"]
formats = ["csv"]
query = "campaign=xh-2022"
to = "out"
"""


@pytest.fixture
def store(sqlite_small_store) -> Store:
    return sqlite_small_store


@pytest.fixture
def site(store, tmp_path) -> Site:
    return Site(store, tmp_path, "http://dubang.example", "internal", NO_SERVER, "zh-CN")


def written(folder: Path, text: str) -> Path:
    path = folder / "schedules.toml"
    path.write_text(text, "utf-8")
    return path


def entries(folder: Path, text: str) -> list[plan.Entry]:
    found, wrong = plan.read(written(folder, text))
    assert wrong == []
    return found


# ----------------------------------------------------------------------------- the file


@pytest.mark.parametrize(
    ("line", "was", "becomes", "said"),
    [
        (3, 'name = "progress"', 'name = "Über"', "名称“Über”不行"),
        (3, 'name = "progress"', 'name = "../x"', "名称“../x”不行"),
        (4, "daily 08:00", "daily 8:00", "时间“daily 8:00”读不懂"),
        (5, "charts =", "chart =", "不认识“chart”"),
        (5, '["progress-by-region", "status-structure"]', '"progress-by-region"', "charts 应是一组文字"),
        (5, "status-structure", "nope", "没有“nope”这张图"),
        (6, "csv", "exe", "没有“exe”这种格式"),
        (7, "xh-2022", "zz", "没有代码为“zz”的行动"),
        (7, "campaign=xh-2022", "as_of=yesteryear", "as_of=yesteryear 不是日期"),
        (8, '"out"', '"a@b.cn"', "邮箱写成一组"),
        (8, '"out"', '["a@b.cn", "a b@c"]', "“a b@c”不是邮箱地址"),
        (8, '"out"', '["a@b.cn\\nBcc: x@y.cn"]', "不是邮箱地址"),
        (8, '"out"', '["a@b.cn"]', "没有设邮件服务器"),
        (8, '"out"', "[]", "写明 to"),
        (2, 'to = "out"\n', "", "写明 to"),
        (2, 'charts = ["progress-by-region", "status-structure"]\n', "", "写 charts 或 brief"),
        (5, 'charts = ["progress-by-region", "status-structure"]', 'brief = "nope"', "没有“nope”这份简报"),
        (6, 'formats = ["csv"]', 'level = "galaxy"', "没有“galaxy”这一级"),
        (7, 'query = "campaign=xh-2022"', 'regions = ["999999"]', "没有代码为“999999”的地区"),
        (4, 'when = "daily 08:00"', 'when = "daily 08:00', "不是 TOML"),
        (9, 'to = "out"', 'to = "out"\n[[other]]\nx = 1', "不认识“other”"),
    ],
)
def test_every_fault_is_told_with_its_line(site, tmp_path, line, was, becomes, said) -> None:
    assert was in GOOD
    found, wrong = plan.read(written(tmp_path, GOOD.replace(was, becomes)))
    told = [(fault.line, schedule_run.said(fault, "zh-CN")) for fault in wrong]
    told += schedule_run.faults(site, found, AS_OF)
    assert [where for where, words in told if said in words] == [line], told
    for fault in wrong:
        assert "第" not in schedule_run.said(fault, "en")


def test_good_files_and_names_that_come_twice(site, tmp_path) -> None:
    (found,) = entries(tmp_path, GOOD)
    assert (found.name, found.charts, found.folder, found.batch) == (
        "progress",
        ("progress-by-region", "status-structure"),
        tmp_path / "out",
        False,
    )
    assert schedule_run.faults(site, [found], AS_OF) == []
    twice, wrong = plan.read(written(tmp_path, GOOD + GOOD))
    assert len(twice) == 1 and [(fault.line, fault.code) for fault in wrong] == [(11, "name_twice")]
    inline, none = plan.read(written(tmp_path, 'schedule = [{name = "a", when = "daily 08:00", charts = ["x"], to = "o"}]'))
    assert [each.name for each in inline] == ["a"] and none == []
    assert [fault.code for fault in plan.read(tmp_path / "nowhere.toml")[1]] == ["no_file"]
    (tmp_path / "schedules.toml").write_bytes(b"\xff\xfe\x00")
    assert [fault.code for fault in plan.read(tmp_path / "schedules.toml")[1]] == ["unreadable"]


# ----------------------------------------------------------------------------- what is done


def test_what_is_due_is_done_once_into_the_folder(site, store, tmp_path) -> None:
    found, runs, said = entries(tmp_path, GOOD), Runs(tmp_path / "done.json"), []
    seven, nine = datetime(2022, 10, 3, 7), datetime(2022, 10, 3, 9)
    assert schedule_run.run_due(site, found, runs, seven, said.append) == 0 and said == []
    assert schedule_run.run_due(site, found, Runs(runs.path), nine, said.append) == 0
    assert said == [f"progress\t做好了\t2个文件，在 {tmp_path / 'out'}。"]
    names = [f"progress_{chart}_{AS_OF.isoformat()}.csv" for chart in ("progress-by-region", "status-structure")]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    body = (tmp_path / "out" / names[1]).read_bytes()
    # restricted positions are for nobody else's folder
    desk = Desk(store, tmp_path / "x")
    assert body == export_bytes(store, "status-structure", QUERY, "csv", scope="all/general", desk=desk)
    code = body.decode("utf-8-sig").splitlines()[1].rsplit(",", 1)[1]
    assert [line.via for line in desk.record.lines(code)].count("schedule") == 1
    assert schedule_run.run_due(site, found, Runs(runs.path), nine, said.append) == 0 and len(said) == 1
    # three days nobody was there: once, for the newest moment
    assert schedule_run.run_due(site, found, Runs(runs.path), datetime(2022, 10, 6, 20), said.append) == 0 and len(said) == 2
    assert json.loads(runs.path.read_text())["progress"]["slot"] == "2022-10-06T08:00:00"


def test_one_that_fails_does_not_stop_the_others(site, tmp_path) -> None:
    bad = GOOD.replace('"progress"', '"first"').replace('"out"', '"taken/out"')
    (tmp_path / "taken").write_text("a file where a folder should be")
    found, runs, said = entries(tmp_path, bad + GOOD), Runs(tmp_path / "done.json"), []
    schedule_run.run_due(site, found, runs, datetime(2022, 10, 3, 7), said.append)
    assert schedule_run.run_due(site, found, runs, datetime(2022, 10, 3, 9), said.append) == 1
    assert said[0].startswith("first\t没有做成\t文件写不下去") and said[1].startswith("progress\t做好了")
    held = Runs(runs.path).held
    assert (held["first"].ok, held["first"].slot, held["progress"].ok) == (False, "", True)
    # again on the next call, but the other is done
    assert schedule_run.run_due(site, found, Runs(runs.path), datetime(2022, 10, 3, 9, 5), said.append) == 1 and len(said) == 3


def test_named_days_are_those_of_the_moment_that_is_made_up_for(site, tmp_path) -> None:
    text = GOOD.replace("campaign=xh-2022", "campaign=xh-2022&as_of=yesterday").replace('"progress-by-region", ', "")
    found, runs = entries(tmp_path, text), Runs(tmp_path / "done.json")
    schedule_run.run_due(site, found, runs, datetime(2022, 9, 20, 7), str)
    schedule_run.run_due(site, found, runs, datetime(2022, 9, 26, 7, 59), str)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["progress_status-structure_2022-09-24.csv"]


def test_a_schedule_of_a_batch_puts_its_zip(site, tmp_path) -> None:
    text = GOOD.replace('to = "out"', f'to = "out"\nregions = ["{XUANWU}", "320582"]\nlang = "en"')
    (found,) = entries(tmp_path, text)
    ok, words = schedule_run.attempt(site, found, date(2022, 10, 3))
    assert (ok, words) == (True, f"1 file in {tmp_path / 'out'}.")
    (path,) = (tmp_path / "out").iterdir()
    assert path.name == "progress_batch_2-charts_2022-09-30.zip"
    with zipfile.ZipFile(path) as file:
        assert len([name for name in file.namelist() if name.startswith("files/")]) == 4
    # what was made is used again
    assert schedule_run.attempt(site, found, date(2022, 10, 3))[0] and len(list((tmp_path / "batches").glob("*/batch.zip"))) == 1


def test_what_is_not_released_stays(site, store, tmp_path) -> None:
    held = Site(store, tmp_path, "", "approved", NO_SERVER, "zh-CN")
    (found,) = entries(tmp_path, GOOD.replace('"progress-by-region", ', ""))
    ok, words = schedule_run.attempt(held, found, AS_OF)
    assert not ok and "请先按查证码审核放行" in words and not (tmp_path / "out").exists()
    code = words.rsplit(" ", 1)[1]
    with store.writing() as conn:
        release.decide(conn, code, "approved", "张三")
    assert schedule_run.attempt(held, found, AS_OF)[0]


def test_two_do_not_run_at_once(tmp_path) -> None:
    with schedule_run.alone(tmp_path / "lock"), pytest.raises(schedule_run.Busy), schedule_run.alone(tmp_path / "lock"):
        pass
    with schedule_run.alone(tmp_path / "lock"):
        pass


# ----------------------------------------------------------------------------- mail


class _Conversation(socketserver.StreamRequestHandler):
    """As much of a mail server as is needed, one that keeps what it is given."""

    def handle(self) -> None:
        kept: Post = self.server.post  # type: ignore[attr-defined]
        self._say("220 post")
        while line := self.rfile.readline():
            word = line.decode().strip()
            verb = word.split(" ")[0].upper()
            kept.heard.append(word)
            if verb == "DATA":
                self._say("354 go on")
                body = bytearray()
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part[1:] if part.startswith(b".") else part
                kept.mails.append(email.message_from_bytes(bytes(body), policy=email.policy.default))
                self._say("250 kept")
            elif verb == "RCPT" and "refused" in word:
                self._say("550 nobody of that name")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 post" if verb != "STARTTLS" else "502 no")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Post:
    def __init__(self, port: int) -> None:
        self.server = Server("127.0.0.1", port, "", "", "dubang@example.cn", "none")
        self.mails: list[email.message.EmailMessage] = []
        self.heard: list[str] = []


@pytest.fixture
def post() -> Iterator[Post]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Conversation) as server:
        server.daemon_threads = True
        server.post = kept = Post(server.server_address[1])  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield kept
        server.shutdown()
        thread.join()


def test_a_mail_has_its_subject_its_sentence_and_the_very_files(store, tmp_path, post) -> None:
    site = Site(store, tmp_path, "http://dubang.example", "internal", post.server, "zh-CN")
    text = (
        GOOD.replace('to = "out"', 'to = ["zhang@example.cn", "li@example.cn"]')
        .replace('"progress-by-region", ', "")
        .replace('["csv"]', '["csv", "xlsx"]')
    )
    (found,) = entries(tmp_path, text)
    assert schedule_run.faults(site, [found], AS_OF) == []
    ok, words = schedule_run.attempt(site, found, AS_OF)
    assert (ok, words) == (True, "2个文件，已发给 zhang@example.cn, li@example.cn。")
    (mail,) = post.mails
    assert (mail["To"], mail["From"], mail["Auto-Submitted"]) == ("zhang@example.cn, li@example.cn", "dubang@example.cn", "auto-generated")
    assert any("一" <= sign <= "鿿" for sign in mail["Subject"])
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] in text and "截至2022年9月30日" in text and "http://dubang.example/s/" in text and "“progress”" in text
    files = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert sorted(files) == [f"progress_status-structure_{AS_OF.isoformat()}.{form}" for form in ("csv", "xlsx")]
    book = {line.sha256 for line in Desk(store, tmp_path / "x").record.lines()}
    assert {hashlib.sha256(body).hexdigest() for body in files.values()} <= book


def test_who_has_a_mail_does_not_get_it_again_because_another_was_refused(store, tmp_path, post) -> None:
    site, said = Site(store, tmp_path, "", "internal", post.server, "zh-CN"), []
    found = entries(tmp_path, GOOD.replace('to = "out"', 'to = ["a@example.cn", "refused@example.cn"]'))
    runs = Runs(tmp_path / "done.json")
    schedule_run.run_due(site, found, runs, datetime(2022, 10, 3, 7), said.append)
    assert schedule_run.run_due(site, found, runs, datetime(2022, 10, 3, 9), said.append) == 1
    assert "不接受这些收件人：refused@example.cn" in said[0] and len(post.mails) == 1
    assert schedule_run.run_due(site, found, Runs(runs.path), datetime(2022, 10, 3, 10), said.append) == 0 and len(post.mails) == 1


def test_chinese_names_and_ledger_titles_stay_what_they_are(post) -> None:
    mail = message(
        post.server, ["a@example.cn"], "完成率\r\nBcc: x@evil.example\t=1", "正文 \ud83d 。", [Attachment("周报_玄武区.csv", b"a,b\r\nc\n")]
    )
    send(post.server, mail)
    (got,) = post.mails
    assert got["Bcc"] is None and got["Subject"] == "完成率 Bcc: x@evil.example =1"
    (part,) = got.iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("周报_玄武区.csv", b"a,b\r\nc\n")
    assert "正文 ? 。" in got.get_body(("plain",)).get_content()


def test_what_cannot_be_sent_is_said(post, monkeypatch) -> None:
    def sent(server: Server, *to: str) -> str:
        with pytest.raises(MailError) as wrong:
            send(server, message(server, to, "题", "文", []))
        return schedule_run.mail_words(wrong.value, "zh-CN")

    assert sent(post.server, "refused@example.cn") == "邮件服务器不接受这些收件人：refused@example.cn。"
    # nobody who has it gets it again
    assert sent(post.server, "a@example.cn", "refused@example.cn") == "已发出，但邮件服务器不接受这些收件人：refused@example.cn。"
    assert len(post.mails) == 1
    # a server that offers no TLS gets neither password nor mail
    safe = Server(post.server.host, post.server.port, "me", "secret", post.server.sender, "starttls")
    assert sent(safe, "a@example.cn").startswith("邮件没有发出：")
    assert not any("secret" in word or word.startswith("AUTH") for word in post.heard) and len(post.mails) == 1
    assert sent(Server("127.0.0.1", 9, "", "", post.server.sender, "none"), "a@example.cn").startswith("邮件没有发出：")
    monkeypatch.setattr(schedule_mail, "MOST_BYTES", 10)
    with pytest.raises(MailError) as large:
        message(post.server, ["a@example.cn"], "题", "文", [Attachment("a.csv", b"x" * 2_000_000)])
    assert "附件共 2.0 MB" in schedule_run.mail_words(large.value, "zh-CN")


@pytest.mark.parametrize(
    ("server", "said"),
    [
        (NO_SERVER, "没有设邮件服务器"),
        (Server("mail.example.cn", 25, "", "", "dubang@example.cn", "none"), "只限本机"),
        (Server("mail.example.cn", 25, "", "", "dubang", "starttls"), "发件人地址“dubang”不对"),
        (Server("mail.example.cn", 25, "", "", "dubang@example.cn", "tls"), "DUBANG_SMTP_TLS 是“tls”"),
    ],
)
def test_settings_that_would_not_do(server, said) -> None:
    with pytest.raises(MailError) as wrong:
        server.checked()
    assert said in schedule_run.mail_words(wrong.value, "zh-CN")
    assert schedule_run.mail_words(wrong.value, "en").isprintable()


# ----------------------------------------------------------------------------- command line


def test_the_commands(store, tmp_path, monkeypatch) -> None:
    from manage import cli

    monkeypatch.setenv("DUBANG_DATABASE_URL", store.engine.url.render_as_string())
    monkeypatch.setenv("DUBANG_INSTANCE", str(tmp_path))

    def told(*given: str):
        return CliRunner().invoke(cli, ["schedule", *given])

    none = told("check")
    assert none.exit_code == 1 and "schedules.toml" in none.output and "Traceback" not in none.output
    written(tmp_path, GOOD)
    assert told("check").output == "1个定时任务，没有问题。\n"
    assert "progress\tdaily 08:00\t下次 " in told("list").output and "还没有做过" in told("list").output
    first = told("run")
    assert (first.exit_code, first.output) == (0, "") and not (tmp_path / "out").exists()
    now = told("run", "--now", "progress")
    assert now.exit_code == 0 and "2个文件" in now.output and len(list((tmp_path / "out").iterdir())) == 2
    unknown = told("run", "--now", "nope", "--lang", "en")
    assert unknown.exit_code == 1 and "There is no schedule “nope”. There are: progress." in unknown.output
    # what is wrong with one is told, and the others are done
    written(tmp_path, GOOD + GOOD.replace('"progress"', '"other"').replace("daily 08:00", "daily"))
    wrong = told("run", "--now", "progress")
    assert wrong.exit_code == 1 and "第12行" in wrong.output and "2个文件" in wrong.output
    with schedule_run.alone(tmp_path / "schedules.lock"):
        busy = told("run")
    assert busy.exit_code == 0 and "另一个进程" in busy.output
