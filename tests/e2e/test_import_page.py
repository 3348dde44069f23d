"""A clerk at the import page: faults with remedies, a mapping put right, an import that shows on /progress, and the way back."""

import re
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

HEADER = ["问题编号", "市", "县", "企业名称", "存在问题", "发现日期", "整改期限", "弄完的日子", "整改状态"]
ROWS = [
    ["A-1", "南京市", "江宁区", "甲厂", "无组织排放", "2022-08-16", "2022-09-10", "2022-09-01", ""],
    ["A-2", "南京市", "六合区", "乙厂", "台账不全", "2022-08-17", "2022-10-20", "", "整改中"],
    ["A-3", "徐州市", "不存在县", "丙厂", "危废混存", "2022-08-18", "2022-09-20", "", "整改中"],
    ["A-2", "南京市", "玄武区", "丁厂", "<b>重复</b>", "2022-08-18", "2022-09-20", "", "整改中"],
    ["A-5", "南京市", "玄武区", "戊厂", "异味扰民", "2022-08-18", "2022-09-20", "", "整改中"],
]
WAIT = 60_000
expect.set_options(timeout=20_000)


def workbook(path: Path, rows: list[list[str]], header: list[str] = HEADER) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("台账")
        for number, row in enumerate([["南京市监督帮扶问题整改台账"], header, *rows]):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value)
    return path


def hand_in(page: Page, *files: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="选择台账文件").click()
    chooser.value.set_files([str(file) for file in files])
    expect(page.locator(".import-file-name")).to_be_visible()


def day(page: Page, value: str) -> None:
    """Type the ledger's day as a clerk would."""
    box = page.locator(".import-field-as-known input")
    box.fill(value)
    box.press("Enter")
    page.locator(".import-file-name").click()


def check(page: Page, name: str = "检查文件") -> None:
    page.get_by_role("button", name=name).first.click()
    # a small file may be through between two looks of the page: then its bar is never drawn
    with suppress(AssertionError):
        expect(page.locator(".import-progress")).to_be_visible(timeout=3000)
    expect(page.locator(".import-progress")).to_have_count(0, timeout=WAIT)


def new_campaign(page: Page, code: str = "js-2022", name: str = "江苏监督帮扶") -> None:
    page.get_by_label("新专项名称").fill(name)
    page.get_by_label("新专项代码").fill(code)
    day(page, "2022-09-30")


def choose(page: Page, row: str, choice: str) -> None:
    """Another meaning for a column or a word of the ledger."""
    page.locator("tr", has=page.get_by_role("rowheader", name=row, exact=True)).locator(".dash-dropdown").click()
    page.get_by_role("option", name=choice, exact=True).click()


def commit(page: Page) -> None:
    page.get_by_role("button", name=re.compile("导入这")).click()
    expect(page.locator(".import-outcome")).to_be_visible(timeout=WAIT)


def counts(page: Page, within: str = ".import-said") -> dict[str, str]:
    groups = page.locator(f"{within} .import-count")
    return {g.locator("dt").inner_text(): g.locator("dd").inner_text() for g in groups.all()}


def completion(page: Page, base: str, code: str = "js-2022") -> str:
    """The card of rectified over effective items on the progress page."""
    page.goto(f"{base}/progress?campaign={code}&as_of=2022-09-30")
    card = page.locator(".kpi", has_text="整改完成率").first
    expect(card.locator(".kpi-parts")).to_contain_text("/")
    return card.locator(".kpi-parts").inner_text()


def test_a_ledger_with_faults_is_put_right_imported_seen_and_undone(sqlite_store, live_server, page, tmp_path):
    base = live_server(sqlite_store)
    page.goto(f"{base}/import")
    expect(page.get_by_text("还没有导入过台账。")).to_be_visible()
    expect(page.get_by_text("每个文件不超过 64 MB")).to_be_visible()
    hand_in(page, workbook(tmp_path / "九月台账.xlsx", ROWS))

    # a choice that is missing is asked for, and nothing is started
    page.get_by_role("button", name="检查文件").click()
    expect(page.get_by_text("请填写新专项的名称。")).to_be_visible()
    new_campaign(page)
    check(page)

    expect(page.get_by_text("还没有写入任何数据")).to_be_visible()
    assert counts(page) == {"新增": "3", "内容有变": "0", "没有变化": "0", "不能导入": "2"}
    grid = page.locator("#import-grid")
    unknown = grid.locator(".ag-center-cols-container .ag-row", has_text="不存在县")
    expect(unknown).to_contain_text("不在区划表中")
    expect(unknown).to_contain_text("请核对名称或代码")
    expect(unknown.locator("[col-id=row]")).to_have_text("5")
    expect(grid.locator(".ag-center-cols-container .ag-row", has_text="第 4 行重复").locator("[col-id=row]")).to_have_text("6")
    # what the ledger holds is text, whatever it looks like
    assert page.locator(".import-understood").inner_text().count("<b>重复</b>") == 1
    assert sqlite_store.campaigns() == []

    # the column that nothing was known of: the date of completion
    assert "上报完成" not in page.locator(".import-understood").inner_text()
    choose(page, "弄完的日子", "整改完成日期")
    page.get_by_role("button", name=re.compile("导入这")).click()
    expect(page.get_by_text("请先点“重新检查”")).to_be_visible()
    check(page, "按新的选择重新检查")
    assert "上报完成" in page.locator(".import-understood").inner_text()

    commit(page)
    expect(page.locator(".import-outcome h2")).to_have_text("导入完成：第 1 批，江苏监督帮扶")
    assert counts(page, ".import-outcome")["新增"] == "3"
    expect(page.locator(".import-history")).to_contain_text("导入 3，拒收 2")
    page.get_by_role("link", name="查看整改进展").click()
    expect(page.locator(".kpi", has_text="整改完成率").first).to_be_visible()
    assert "campaign=js-2022" in page.url
    assert completion(page, base).startswith("1/3")

    # the next week: one more is done
    page.goto(f"{base}/import")
    later = [row[:] for row in ROWS]
    later[4][7:9] = ["2022-09-19", "已整改"]
    page.get_by_role("button", name="导入另一个文件").click()
    hand_in(page, workbook(tmp_path / "十月台账.xlsx", [later[0], later[4]]))
    day(page, "2022-09-30")
    check(page)
    choose(page, "弄完的日子", "整改完成日期")
    check(page, "按新的选择重新检查")
    expect(page.get_by_text("库里有、这份台账没有的编号：1 个")).to_be_visible()
    commit(page)
    assert completion(page, base).startswith("2/3")

    # taken back, after a question in words
    page.goto(f"{base}/import")
    page.locator(".import-history tr", has_text="#2").get_by_role("button", name="撤销").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("撤销第 2 批（十月台账.xlsx）")
    page.get_by_role("button", name="确认撤销第 2 批").click()
    expect(page.get_by_text("第 2 批已撤销，涉及 1 个事项。")).to_be_visible(timeout=WAIT)
    expect(page.locator(".import-history tr", has_text="#2")).to_contain_text("已撤销")
    assert completion(page, base).startswith("1/3")


def test_the_same_file_twice_is_said_to_be_in_already_and_the_profile_offers_itself(sqlite_store, live_server, page, tmp_path):
    base = live_server(sqlite_store)
    page.goto(f"{base}/import")
    file = workbook(tmp_path / "台账.xlsx", [ROWS[0], ROWS[1]])
    hand_in(page, file)
    new_campaign(page)
    check(page)
    choose(page, "弄完的日子", "整改完成日期")
    check(page, "按新的选择重新检查")
    page.get_by_label("方案名称").fill("每周台账")
    page.get_by_role("button", name="保存方案").click()
    expect(page.get_by_text("已保存方案“每周台账”。")).to_be_visible()
    check(page)
    commit(page)
    # a reload loses nothing
    page.reload()
    expect(page.locator(".import-outcome h2")).to_have_text("导入完成：第 1 批，江苏监督帮扶")
    page.get_by_role("button", name="导入另一个文件").click()

    hand_in(page, file)
    day(page, "2022-09-30")
    check(page)
    expect(page.get_by_text("列名与保存的方案“每周台账”相符，已按它对应。")).to_be_visible()
    expect(page.get_by_text(re.compile("已.*作为第 1 批导入"))).to_be_visible()
    assert counts(page) == {"新增": "0", "内容有变": "0", "没有变化": "2", "不能导入": "0"}
    assert len(sqlite_store.campaigns()) == 1


def test_files_that_are_no_ledgers_end_in_a_sentence(sqlite_store, live_server, page, tmp_path):
    base = live_server(sqlite_store)
    page.goto(f"{base}/import")
    bomb = tmp_path / "炸弹.xlsx"
    with zipfile.ZipFile(workbook(tmp_path / "a.xlsx", ROWS)) as honest, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as out:
        for name in honest.namelist():
            out.writestr(name, honest.read(name) if "sheet1" not in name else b"<worksheet>" + b" " * 60_000_000 + b"</worksheet>")
    locked = tmp_path / "加密.xlsx"
    locked.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 4096 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 4096)
    picture = tmp_path / "照片.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    for file, words in ((bomb, "异常庞大"), (locked, "设有打开密码"), (picture, "这不是表格文件")):
        hand_in(page, file)
        new_campaign(page)
        check(page)
        expect(page.locator(".import-outcome")).to_contain_text("这个文件不能导入")
        expect(page.locator(".import-outcome")).to_contain_text(words)
        expect(page.locator(".import-outcome")).to_contain_text("没有写入任何数据")
        page.get_by_role("button", name="移除").click()
        expect(page.locator(".import-file-name")).to_have_count(0)
    empty = tmp_path / "空.xlsx"
    empty.write_bytes(b"")
    page.watch.expect("400")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="选择台账文件").click()
    chooser.value.set_files(str(empty))
    expect(page.locator("#import-sending")).to_contain_text("文件是空的")
    assert sqlite_store.campaigns() == []


def test_a_ledger_without_known_columns_can_be_mapped_and_two_columns_for_one_field_are_refused(sqlite_store, live_server, page, tmp_path):
    base = live_server(sqlite_store)
    page.goto(f"{base}/import?lang=en")
    header = ["Kennung", "Wo", "Seit", "Wann", "Number"]
    file = tmp_path / "liste.csv"
    file.write_text("\n".join(",".join(row) for row in [header, ["K1", "320115", "2022-08-16", "2022-09-01", "9"]]), "utf-8")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose ledger files").click()
    chooser.value.set_files(str(file))
    page.get_by_label("Name of the new campaign").fill("Foreign")
    check(page, "Check the file")
    expect(page.get_by_role("alert").filter(has_text="No header row was found")).to_be_visible()
    expect(page.locator(".import-table")).to_contain_text("Kennung")
    page.get_by_text("More options", exact=True).click()
    page.get_by_label("Header row").fill("1")
    check(page, "Check the file")
    choose(page, "Kennung", "Number")
    choose(page, "Wo", "Region code")
    choose(page, "Seit", "Date found")
    choose(page, "Wann", "Date found")
    page.get_by_role("button", name="Check again with these choices").first.click()
    expect(page.locator("#import-said")).to_contain_text("“Seit” and “Wann” are both understood as “Date found”")
    choose(page, "Wann", "Date rectified")
    check(page, "Check again with these choices")
    assert counts(page) == {"New": "1", "Changed": "0", "Unchanged": "0", "Refused": "0"}
    expect(page.locator(".import-understood")).to_contain_text("Jiangning")
