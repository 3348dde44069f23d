"""An officer puts a playlist in order with the mouse and with the keyboard, saves it, and what the store holds is what the page showed."""

import re

import pytest
from playwright.sync_api import Page, expect

from data.screens import playlists
from data.screens.playlists import Entry, Keys, Playlist

pytestmark = pytest.mark.browser


def scenes(page: Page):
    return page.locator("#screens-entries .screens-named b")


def grip(page: Page, n: int):
    return page.locator(".screens-grip").nth(n)


def field(page: Page, label: str):
    return page.locator(".screens-fields").first.get_by_label(label)


def add(page: Page, name: str) -> None:
    page.locator(".screens-palette").get_by_role("button", name=name, exact=True).click()


def held(store, code):
    with store.reading() as conn:
        return playlists.find(conn, code)


def drag(page: Page, n: int, onto: int) -> None:
    """The grip of card ``n`` to the middle of card ``onto``, in steps as a hand does."""
    start, end = grip(page, n).bounding_box(), page.locator("#screens-entries > li").nth(onto).bounding_box()
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    # past the middle, on the far side of it
    beyond = end["y"] + end["height"] * (0.8 if onto > n else 0.2)
    page.mouse.move(start["x"] + 14, beyond, steps=12)
    page.mouse.up()


def test_order_by_dragging_and_by_keys_is_what_is_saved(sqlite_small_store, live_server, page: Page) -> None:
    store = sqlite_small_store
    page.goto(live_server(store) + "/screens")
    expect(page.locator(".screens-row")).to_contain_text(["标准轮播"])
    page.get_by_role("button", name="新建播放单").click()
    expect(scenes(page)).to_have_text(["总览"])
    for name in ("整改进度", "赛马排名", "预警"):
        add(page, name)
    expect(scenes(page)).to_have_text(["总览", "整改进度", "赛马排名", "预警"])
    drag(page, 3, 0)
    expect(scenes(page)).to_have_text(["预警", "总览", "整改进度", "赛马排名"])
    expect(page.locator("#screens-spoken")).to_have_text("“预警”移到第1位，共4个。")
    # by keyboard: the card keeps the keyboard while it goes down
    grip(page, 1).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(scenes(page)).to_have_text(["预警", "整改进度", "赛马排名", "总览"])
    page.locator(".screens-move_up").nth(2).focus()
    page.keyboard.press("Enter")
    expect(scenes(page)).to_have_text(["预警", "赛马排名", "整改进度", "总览"])
    assert page.evaluate("document.activeElement.className") == "switch screens-move_up"
    # how long, and how it changes
    page.locator(".screens-dwell input").nth(0).fill("45")
    page.locator(".screens-main select").nth(1).select_option("slide")
    expect(page.locator(".screens-total")).to_have_text("4个画面，一轮约1分55秒")
    field(page, "名称").fill("早会")
    field(page, "网址代码").fill("morning")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#screens-edit-said")).to_contain_text("已保存“早会”。大屏网址：")
    expect(page.locator(".screens-state")).to_have_text("已保存，没有未保存的修改")
    found = held(store, "morning")
    assert [(each.scene, each.dwell, each.transition) for each in found.entries] == [
        ("warnings", 45, "fade"), ("race", 20, "slide"), ("progress", 20, "fade"), ("overview", 30, "fade"),
    ]  # fmt: skip
    expect(page.locator(".screens-row").nth(1)).to_contain_text("早会")
    # again, and the store has both changes
    drag(page, 0, 3)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#screens-edit-said")).to_contain_text("已保存“早会”（第2版）")
    assert [each.scene for each in held(store, "morning").entries] == ["race", "progress", "overview", "warnings"]


def test_regions_cycles_and_mistakes(sqlite_small_store, live_server, page: Page) -> None:
    store = sqlite_small_store
    page.goto(live_server(store) + "/screens")
    page.get_by_role("button", name="新建播放单").click()
    add(page, "一地一档")
    card = page.locator("#screens-entries > li").nth(1)
    card.locator("summary").click()
    card.get_by_label("轮换地区").select_option("list")
    field(page, "网址代码").fill("Bad Code")
    page.get_by_role("button", name="保存", exact=True).click()
    said = page.locator("#screens-edit-said")
    expect(said).to_contain_text("代码“Bad Code”不能用")
    field(page, "网址代码").fill("counties")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(said).to_have_text("第2个画面按名单轮播，请至少选一个地区。")
    # what was typed is still there
    expect(field(page, "网址代码")).to_have_value("counties")
    expect(page.locator(".screens-state")).to_have_text("有未保存的修改")
    for text, name in (("玄武", "江苏省南京市玄武区"), ("320104", "江苏省南京市秦淮区")):
        card.locator(".screens-many input").fill(text)
        card.locator(".screens-hit", has_text=name).first.click()
        expect(card.locator(".screens-many .screens-chip", has_text=name)).to_be_visible()
    card.locator(".screens-dwell input").fill("3")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(said).to_have_text("第2个画面的停留时间“3”不行，请填5至600秒的整数。")
    card.locator(".screens-dwell input").fill("12")
    # the whole playlist is about one city
    page.locator(".screens-fields").first.locator(".screens-finder input").fill("南京")
    page.locator(".screens-fields").first.locator(".screens-hit").first.click()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(said).to_contain_text("已保存")
    found = held(store, "counties")
    assert (found.query, found.entries[1].cycle.regions, found.entries[1].dwell) == ("region=320100", ("320102", "320104"), 12)
    # a reload does not lose what is not saved
    add(page, "分布")
    page.reload()
    page.locator(".screens-row", has_text="/screen/counties").get_by_role("button", name="编辑").click()
    expect(scenes(page)).to_have_text(["总览", "一地一档", "分布"])
    expect(page.locator(".screens-state")).to_have_text("这是上次没有保存的修改，已替您找回。")
    page.get_by_role("button", name="放弃修改").click()
    expect(scenes(page)).to_have_text(["总览", "一地一档"])


def test_somebody_else_s_change_is_not_overwritten(sqlite_small_store, live_server, page: Page) -> None:
    store = sqlite_small_store
    with store.writing() as conn:
        playlists.save(conn, Playlist("hall", "会商室", 0, "", "zh-CN", "dark", (Entry("overview"),)), None)
    page.goto(live_server(store) + "/screens")
    row = page.locator(".screens-row", has_text="会商室")
    row.get_by_role("button", name="编辑").click()
    add(page, "预警")
    with store.writing() as conn:
        playlists.save(conn, Playlist("hall", "会商室", 1, "", "zh-CN", "light", (Entry("map"),)), "李四")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#screens-edit-said")).to_contain_text("“会商室”刚刚被李四改过，没有覆盖")
    page.get_by_role("button", name="另存为新播放单").click()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#screens-edit-said")).to_contain_text("已保存“会商室”")
    assert [each.scene for each in held(store, "hall").entries] == ["map"]
    assert [each.scene for each in held(store, "hall-2").entries] == ["overview", "warnings"]


def test_keys_and_removal_are_asked_for_and_said(sqlite_small_store, live_server, page: Page) -> None:
    store = sqlite_small_store
    with store.writing() as conn:
        playlists.save(conn, Playlist("hall", "会商室<b>", 0, "", "zh-CN", "dark", (Entry("overview"),)), None)
    page.goto(live_server(store) + "/screens")
    row = page.locator(".screens-row", has_text="/screen/hall")
    # names are text
    expect(row.locator(".screens-name b")).to_have_text("会商室<b>")
    row.get_by_role("button", name="生成远程密钥").click()
    shown = page.locator("#screens-said code")
    expect(shown).to_have_text(re.compile(r"/screen/hall/[\w-]{32}$"))
    key = shown.inner_text().rpartition("/")[2]
    assert Keys(store.engine).opens("hall", key)
    expect(page.locator("#screens-said")).to_contain_text("别的机器打不开")
    row.locator("summary", has_text="停用密钥").click()
    row.get_by_role("button", name="停用密钥").click()
    expect(page.locator("#screens-said")).to_have_text("已停用“会商室<b>”的密钥。")
    assert not Keys(store.engine).opens("hall", key)
    row.locator("summary", has_text="删除").click()
    expect(row).to_contain_text("正在播放它的大屏会停在最后的画面")
    row.get_by_role("button", name="删除").click()
    expect(page.locator("#screens-said")).to_have_text("已删除“会商室<b>”。")
    expect(page.locator(".screens-row")).to_have_count(1)
    assert held(store, "hall") is None


def test_the_editor_on_a_phone_in_english_and_dark(sqlite_small_store, live_server, new_page) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True)
    page.goto(live_server(sqlite_small_store) + "/screens?lang=en")
    page.get_by_role("button", name="Duplicate").tap()
    expect(page.locator('[name="screens-name"]')).to_have_value("Standard (copy)")
    first = scenes(page).first.inner_text()
    page.locator(".screens-move_down").first.tap()
    expect(scenes(page).nth(1)).to_have_text(first)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
