"""A contest as it is held: an officer, three judges' phones (one of them offline for a while), a second phone, a restart, the wall."""

import re
from contextlib import contextmanager
from threading import Thread

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from app import create_app
from config import Settings
from data.contest import contests, progress
from data.store import Store
from tests import contests as made

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LOST = 'ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_FAILED|503|"network"'


class Hall:
    """The app on one port, which can go away and come back as another process would: nothing in memory survives."""

    def __init__(self, address: str, folder) -> None:
        self.address, self.folder, self.port = address, folder, 0
        self.start()

    def start(self) -> None:
        from data.engine import make_engine

        self.store = Store(make_engine(self.address))
        settings = Settings.from_env({}, database_url=self.address, instance=str(self.folder))
        self.server = make_server("127.0.0.1", self.port, create_app(settings, self.store).server, threaded=True)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join(10)
        self.server.server_close()
        self.store.engine.dispose()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def held(store, folder):
    hall = Hall(store.engine.url.render_as_string(hide_password=False), folder)
    yield hall
    hall.stop()


def card(page, name):
    return page.locator("section.entry", has=page.get_by_role("heading", name=re.compile(f"^{name}")))


def give(page, name, *points):
    """Score an entry as a judge does: a number for each line, submit, confirm."""
    for n, value in enumerate(points):
        line = card(page, name).locator("fieldset").nth(n)
        line.get_by_role("button", name=str(int(value)), exact=True).click()
        if value != int(value):
            line.get_by_role("button", name=re.compile(r"\+0\.5")).click()
    card(page, name).get_by_role("button", name="提交").click()
    expect(card(page, name).locator(".sure")).to_contain_text("提交后不能再改")
    card(page, name).get_by_role("button", name="确认提交").click()


def state_of(page, name, words):
    expect(card(page, name).locator(".mark")).to_have_text(words)


def counted(store, contest_id):
    with store.reading() as conn:
        return [(turn.entry.name_zh, turn.scored) for turn in progress.turns(conn, contest_id)[1]]


def test_three_phones_and_a_wall_one_offline_and_a_restart(sqlite_store, new_page, tmp_path):
    contest_id = made.make(sqlite_store, trim=0, departments="", questions="", counties="玄武区\n秦淮区")
    people = made.link(sqlite_store, contest_id, bound=False)
    with held(sqlite_store, tmp_path / "hall") as hall:
        wall = new_page(viewport={"width": 1920, "height": 1080})
        wall.watch.expect(LOST)
        wall.goto(f"{hall.base}/contest/{contest_id}")
        expect(wall.get_by_text("即将开始")).to_be_visible()

        officer = new_page()
        officer.watch.expect(LOST)
        officer.goto(f"{hall.base}/contest/{contest_id}/run")
        officer.get_by_role("button", name="开始下一个：玄武区").click()
        expect(officer.locator(".contest-turns tr", has_text="玄武区")).to_contain_text("评分中")
        expect(wall.locator(".wall-now")).to_have_text("玄武区")
        expect(wall.locator(".wall-of")).to_have_text("0 / 3 位评委已打分")

        phones = []
        for name in ("张市长", "李副市长", "王秘书长"):
            phone = new_page(**PHONE)
            phone.watch.expect(LOST)
            phone.goto(f"{hall.base}/contest/{contest_id}/judge/{people[name][1]}")
            expect(phone.locator(".who")).to_have_text(name)
            state_of(phone, "玄武区", "未交")
            state_of(phone, "秦淮区", "未开始")
            assert phone.evaluate("document.documentElement.scrollWidth") <= 390
            phones.append(phone)
        one, two, three = phones

        # the second phone with the same link
        stranger = new_page(**PHONE)
        stranger.watch.expect("409")
        stranger.goto(f"{hall.base}/contest/{contest_id}/judge/{people['张市长'][1]}")
        expect(stranger.locator("#line")).to_contain_text("另一部手机")
        expect(stranger.locator("section.entry")).to_have_count(0)

        give(one, "玄武区", 9, 8.5)
        state_of(one, "玄武区", "已交")
        expect(wall.locator(".wall-of")).to_have_text("1 / 3 位评委已打分")
        # a reload of the phone keeps what was given and asks nothing again
        one.reload()
        state_of(one, "玄武区", "已交")
        expect(card(one, "玄武区").locator(".given")).to_have_text("现场汇报 9，整改成效 8.5")

        # a phone that loses its connection keeps the points
        two.context.set_offline(True)
        give(two, "玄武区", 7, 7)
        state_of(two, "玄武区", "已存本机")
        expect(two.locator("#line")).to_contain_text("打分已存本机")
        assert counted(hall.store, contest_id)[0] == ("玄武区", 1)

        # the server goes away; a judge scores meanwhile; it comes back without anything in memory
        hall.stop()
        give(three, "玄武区", 10, 10)
        state_of(three, "玄武区", "已存本机")
        hall.start()
        state_of(three, "玄武区", "已交")
        expect(wall.locator(".wall-of")).to_have_text("2 / 3 位评委已打分")
        two.context.set_offline(False)
        state_of(two, "玄武区", "已交")
        expect(wall.locator(".wall-of")).to_have_text("3 / 3 位评委已打分")
        # numbers only: no name of a judge and no points are on the wall
        shown = wall.locator(".wall").inner_text()
        assert not any(word in shown for word in ("张市长", "李副市长", "王秘书长", "8.5"))

        # the officer sees who has handed in, gives one back, and it can be scored anew
        officer.get_by_role("button", name="开始下一个：秦淮区").click()
        for phone in phones:
            state_of(phone, "秦淮区", "未交")
            state_of(phone, "玄武区", "已交")
        for phone, points in zip(phones, ((8, 8), (9, 9), (9, 8)), strict=True):
            give(phone, "秦淮区", *points)
            state_of(phone, "秦淮区", "已交")
        officer.locator("tr", has_text="李副市长").locator("summary", has_text="秦淮区").click()
        officer.get_by_role("button", name="退回: 李副市长, 秦淮区").click()
        state_of(two, "秦淮区", "未交")
        card(two, "秦淮区").get_by_role("button", name="提交").click()
        card(two, "秦淮区").get_by_role("button", name="确认提交").click()
        state_of(two, "秦淮区", "已交")

        officer.get_by_role("button", name="截止全部评分").click()
        expect(wall.get_by_text("评分已截止，等待公布")).to_be_visible()
        officer.get_by_text("公布成绩", exact=True).first.click()
        officer.get_by_role("button", name="公布成绩").click()
        expect(officer.locator(".contest-facts")).to_contain_text("已公布")

        # from the last to the first: 秦淮区 (80+90+85)/3 = 85.00, 玄武区 (87.5+70+100)/3 = 85.83
        first, last = wall.locator(".wall-line", has_text="玄武区"), wall.locator(".wall-line", has_text="秦淮区")
        expect(wall.locator(".wall-line")).to_have_count(2)
        expect(first).to_be_hidden()
        wall.keyboard.press("Space")
        expect(last).to_be_visible()
        expect(first).to_be_hidden()
        wall.keyboard.press("Space")
        expect(first).to_be_visible()
        assert first.inner_text().split("\n") == ["第 1 名", "玄武区", "85.83 分"]
        assert last.inner_text().split("\n") == ["第 2 名", "秦淮区", "85.00 分"]
        # the wall needs no scroll, and a reload shows what was shown
        assert wall.evaluate("document.documentElement.scrollHeight") <= 1080
        wall.reload()
        expect(first).to_be_visible()
        wall.keyboard.press("Home")
        expect(first).to_be_hidden()
        for phone in phones:
            expect(phone.locator("#line")).to_contain_text("成绩已经公布")


def test_an_officer_makes_a_contest_from_pasted_names(sqlite_store, live_server, page):
    base = live_server(sqlite_store)
    page.goto(f"{base}/contest")
    expect(page.get_by_text("还没有擂台赛。")).to_be_visible()
    page.locator("summary", has_text="新建擂台赛").click()
    page.locator("#contest-field-name").fill("十一月擂台赛")
    page.locator("#contest-field-day").fill("2022-11-20")
    page.locator("#contest-field-counties").fill("玄武区\n秦淮区\n玄武区")
    page.locator("#contest-field-leaders").fill("张市长")
    page.locator("#contest-field-criteria").fill("现场汇报，10\n整改成效，10")
    page.get_by_role("button", name="新建擂台赛").click()
    expect(page.get_by_role("alert").filter(has_text="“玄武区”出现了两次")).to_be_visible()
    with sqlite_store.reading() as conn:
        assert contests.listing(conn) == []
    page.locator("#contest-field-counties").fill("玄武区\n秦淮区\n建邺区")
    page.get_by_role("button", name="新建擂台赛").click()
    row = page.locator(".contest-row", has_text="十一月擂台赛")
    expect(row).to_contain_text("3 个参赛单位，1 位评委")
    row.get_by_role("link", name="管理").click()
    expect(page.locator("h1", has_text="十一月擂台赛")).to_be_visible()
    with page.expect_popup() as popup:
        page.get_by_role("button", name="生成评委链接并打印").click()
    sheet = popup.value
    expect(sheet.locator(".slip")).to_have_count(1)
    expect(sheet.locator(".slip svg")).to_be_visible()
    expect(sheet.get_by_text("别的手机打不开")).to_be_visible()
    assert re.search(r"/contest/\d+/judge/[\w-]{32}$", sheet.locator(".slip-url").inner_text())


def test_the_pages_speak_english_and_a_phone_is_worked_by_keyboard(sqlite_store, live_server, new_page):
    contest_id = made.make(sqlite_store, departments="", questions="", trim=0, criteria="汇报，30")
    people = made.link(sqlite_store, contest_id, bound=False)
    with sqlite_store.writing() as conn:
        contests.open_all(conn, contest_id)
    base = live_server(sqlite_store)
    phone = new_page(**PHONE, color_scheme="dark")
    phone.goto(f"{base}/contest/{contest_id}/judge/{people['张市长'][1]}?lang=en")
    box = phone.locator("section.entry").first
    expect(box.locator(".mark")).to_have_text("to score")
    field = box.locator("input")
    field.focus()
    phone.keyboard.type("27.5")
    phone.keyboard.press("Tab")
    expect(box.get_by_role("button", name="Submit")).to_be_enabled()
    box.get_by_role("button", name="Submit").focus()
    phone.keyboard.press("Enter")
    box.get_by_role("button", name="Yes, submit").focus()
    phone.keyboard.press("Enter")
    expect(phone.locator("section.entry.sent .given")).to_contain_text("27.5")
    wall = new_page(viewport={"width": 3840, "height": 2160})
    wall.goto(f"{base}/contest/{contest_id}?lang=en")
    expect(wall.locator(".wall-turn").first).to_contain_text("1 / 3")
    assert wall.evaluate("document.documentElement.scrollHeight") <= 2160
