"""Playlists in the store: what is refused and in which words, damaged rows, keys, two people at once; on both databases."""

import pytest
from sqlalchemy import insert, text, update

from data import calendar
from data.schema import playlist as table
from data.screens import playlists as room
from data.screens.playlists import Cycle, Entry, Keys, Playlist, PlaylistError
from data.screens.scenes import SCENES

ONE = (Entry("overview", dwell=30),)


def made(code="hall", name="会商室", entries=ONE, revision=0, **more):
    return Playlist(
        code, name, revision, more.pop("query", ""), more.pop("lang", "zh-CN"), more.pop("theme", "dark"), tuple(entries), **more
    )


def refused(definition, code="hall", name="会商室"):
    with pytest.raises(PlaylistError) as problem:
        room.read(definition, code=code, name=name)
    assert problem.value.text("en") != problem.value.text("zh-CN")
    return problem.value


def entry(**changed):
    return {"entries": [{"scene": "overview", **changed}]}


# ----------------------------------------------------------------------------- reading


def test_the_standard_playlist_shows_scenes_that_exist_and_is_sound(store):
    found = room.standard()
    assert (found.code, found.damaged) == ("standard", ())
    assert found.entries[0].scene == "overview"
    assert all(each.scene in SCENES for each in found.entries)
    with store.reading() as conn:
        assert room.find(conn, "standard") == found
        assert [each.code for each in room.playlists(conn)] == ["standard"]


@pytest.mark.parametrize(
    ("definition", "key", "words"),
    [
        ({"entries": []}, "no_entries", "播放单里还没有画面，请至少加一个。"),
        (entry(scene="globe"), "scene_unknown", "第1个画面“globe”不存在，请换成列出的画面。"),
        (entry(dwell=4), "dwell_range", "第1个画面的停留时间“4”不行，请填5至600秒的整数。"),
        (entry(dwell=601), "dwell_range", "第1个画面的停留时间“601”不行，请填5至600秒的整数。"),
        (entry(dwell=True), "dwell_range", "第1个画面的停留时间“true”不行，请填5至600秒的整数。"),
        (entry(dwell="20"), "dwell_range", "第1个画面的停留时间“20”不行，请填5至600秒的整数。"),
        (entry(transition="spin"), "transition_unknown", "第1个画面的切换方式“spin”不存在。"),
        (entry(query="hello"), "entry_query", "第1个画面的筛选条件“hello”读不懂，请从进度页复制网址中“?”后面的部分。"),
        ({**entry(), "query": "%%%"}, "query_unusable", "播放单的筛选条件“%%%”读不懂，请从进度页复制网址中“?”后面的部分。"),
        ({**entry(), "lang": "fr"}, "lang_unknown", "播放单的语言“fr”不存在，请选中文或英文。"),
        ({**entry(), "theme": "neon"}, "theme_unknown", "播放单的主题“neon”不存在，请选深色或浅色。"),
        (entry(scene="dossier"), "region_needed", "第1个画面是一个地区的情况，请选地区，或设成逐个地区轮播。"),
        (entry(cycle={"by": "list", "regions": []}), "regions_needed", "第1个画面按名单轮播，请至少选一个地区。"),
        (entry(cycle={"by": "list", "regions": ["<b>"]}), "region_unknown", "第1个画面里的地区“<b>”不存在，请重新选择。"),
        (entry(cycle={"by": "luck"}), "cycle_unknown", "第1个画面的轮播次序“luck”不存在。"),
        (entry(cycle={"by": "worst", "level": "planet"}), "level_unknown", "第1个画面的轮播层级“planet”不存在。"),
        (entry(cycle={"by": "worst", "most": 0}), "most_range", "第1个画面最多轮播“0”个地区不行，请填1至60。"),
        ({"entries": [{"scene": "overview"}] * 61}, "too_many", "画面太多（61个），一个播放单最多60个。"),
        ("nonsense", "damaged", "播放单“hall”的内容已损坏，读不出来。请编辑后重新保存，或删除。"),
        ({"entries": [7]}, "entry_unreadable", "第1个画面的设置读不出来，请删掉重加。"),
    ],
)  # fmt: skip
def test_each_fault_is_said_in_a_sentence(definition, key, words):
    problem = refused(definition)
    assert (problem.key, problem.text("zh-CN")) == (key, words)


@pytest.mark.parametrize("code", ["", "a", "Hall", "会商", "a" * 41, "a b", "a/b", "../x"])
def test_codes_that_cannot_stand_in_an_address_are_refused(code):
    assert refused(entry(), code=code).key == "code_form"


def test_names_are_needed_and_short():
    assert refused(entry(), name="  ").key == "name_needed"
    assert refused(entry(), name="会" * 61).key == "name_long"
    assert room.read(entry(), code="hall", name=" 会\n商 ").name == "会 商"


def test_limits_themselves_are_allowed():
    found = room.read({"entries": [{"scene": "overview", "dwell": 5}, {"scene": "map", "dwell": 600}] * 30}, code="ab", name="会" * 60)
    assert (len(found.entries), found.entries[0].dwell, found.entries[1].dwell) == (60, 5, 600)


def test_a_region_of_the_playlist_is_enough_for_a_scene_about_a_region():
    told = {"query": "region=320100&rows=overdue&page=3", "entries": [{"scene": "dossier"}]}
    found = room.read(told, code="hall", name="x")
    # rows and pages are no part of a selection
    assert (found.query, found.entries[0].query) == ("region=320100", "")


def test_what_an_entry_says_is_laid_over_what_the_playlist_says():
    assert room.laid_over("campaign=a&region=320000", "region=320100") == "campaign=a&region=320100"
    assert room.laid_over("campaign=a", "") == "campaign=a"
    assert room.laid_over("", "kind=task") == "kind=task"


# ----------------------------------------------------------------------------- keeping


def test_what_is_saved_is_what_is_found_and_each_save_counts(store):
    cycle = Cycle("list", None, ("320102", "320104"), 12)
    entries = (Entry("overview", "region=320100", 45, "slide"), Entry("dossier", "", 15, "cut", cycle), Entry("overview"))
    with store.writing() as conn:
        first = room.save(conn, made(entries=entries, query="campaign=js-2022", lang="en", theme="light"), "值班员")
    assert first.revision == 1
    with store.reading() as conn:
        assert room.find(conn, "hall") == first
        assert [each.scene for each in room.find(conn, "hall").entries] == ["overview", "dossier", "overview"]
    with store.writing() as conn:
        second = room.save(conn, made(entries=entries[:1], revision=1), "值班员")
    assert second.revision == 2
    keys = Keys(store.engine)
    assert (keys.revision("hall"), keys.revision("standard"), keys.revision("none")) == (2, 1, 0)


def test_a_second_editor_does_not_overwrite_the_first(store):
    with store.writing() as conn:
        room.save(conn, made(), "甲")
        room.save(conn, made(name="甲的", revision=1), "甲")
    with pytest.raises(PlaylistError, match="changed") as problem, store.writing() as conn:
        room.save(conn, made(name="乙的", revision=1), "乙")
    assert problem.value.text("zh-CN").startswith("“乙的”刚刚被甲改过，没有覆盖。您的改动还在页面上")
    with store.reading() as conn:
        assert (room.find(conn, "hall").name, room.find(conn, "hall").revision) == ("甲的", 2)


def test_codes_are_taken_changed_and_free_again(store):
    with store.writing() as conn:
        room.save(conn, made(), None)
        room.save(conn, made("lobby"), None)
    for bad, key in ((made(), "code_taken"), (made("standard"), "code_standard"), (made("gone", revision=3), "missing")):
        with pytest.raises(PlaylistError) as problem, store.writing() as conn:
            room.save(conn, bad, None)
        assert problem.value.key == key
    with pytest.raises(PlaylistError) as problem, store.writing() as conn:
        room.save(conn, made("lobby", revision=1), None, was="hall")
    assert problem.value.key == "code_taken"
    with store.writing() as conn:
        assert room.save(conn, made("hall-2", revision=1), None, was="hall").revision == 2
    with store.writing() as conn:
        assert room.find(conn, "hall") is None
        room.remove(conn, "lobby")
        assert room.find(conn, "lobby") is None
        # a wall that still shows the old one sees a number it has not seen
        assert room.save(conn, made("lobby"), None).revision == 2
        assert [each.code for each in room.playlists(conn)] == ["standard", "hall-2", "lobby"]
        room.remove(conn, "lobby")
        assert room.save(conn, made("lobby", revision=2), None, was="hall-2").code == "lobby"
    for code, key in (("standard", "standard_fixed"), ("nothing", "missing")):
        with pytest.raises(PlaylistError) as problem, store.writing() as conn:
            room.remove(conn, code)
        assert problem.value.key == key


def test_nothing_is_saved_that_could_not_be_read_again(store):
    with pytest.raises(PlaylistError) as problem, store.writing() as conn:
        room.save(conn, made(entries=(Entry("overview", dwell=1),)), None)
    assert problem.value.key == "dwell_range"
    with store.reading() as conn:
        assert room.find(conn, "hall") is None


def test_regions_that_the_store_does_not_have_are_named(small_store):
    tree = small_store.tree()
    room.check_regions(made(entries=(Entry("overview", "region=320100"),)), tree)
    for bad in (
        made(entries=(Entry("overview", "region=999999"),)),
        made(entries=(Entry("dossier", cycle=Cycle("list", None, ("320102", "999999"))),)),
    ):
        with pytest.raises(PlaylistError, match="999999"):
            room.check_regions(bad, tree)
    with pytest.raises(PlaylistError) as problem:
        room.check_regions(made(query="region=999999"), tree)
    assert problem.value.key == "region_absent"


# ----------------------------------------------------------------------------- damage


def put(conn, code, definition, name="会商室"):
    now = calendar.now_utc()
    row = {"code": code, "name": name, "definition": definition, "created_at": now, "changed_at": now}
    conn.execute(insert(table).values(row))


def test_a_damaged_entry_does_not_take_the_others_with_it(store):
    with store.writing() as conn:
        put(
            conn,
            "hall",
            {"theme": "neon", "entries": [{"scene": "map"}, {"scene": "globe"}, {"scene": "race", "dwell": -1}, {"scene": "progress"}]},
        )
        found = room.find(conn, "hall")
    assert [each.scene for each in found.entries] == ["map", "progress"]
    assert found.theme == "dark"
    assert [fault.text("zh-CN")[:4] for fault in found.faults] == ["播放单的", "第2个画", "第3个画"]
    assert len(found.damaged) == 3 and "globe" in found.damaged[1]


def test_a_row_that_cannot_be_read_is_listed_and_the_others_are_shown(store):
    with store.writing() as conn:
        room.save(conn, made("good", "好的"), None)
        put(conn, "bad", {"entries": [{"scene": "globe"}]}, "坏的")
        put(conn, "none", ["x"], "空的")
    with store.reading() as conn:
        for code in ("bad", "none"):
            with pytest.raises(PlaylistError, match=code):
                room.find(conn, code)
        listed = {each.code: (len(each.entries), len(each.faults)) for each in room.playlists(conn)}
    assert listed == {"standard": (len(room.standard().entries), 0), "good": (1, 0), "bad": (0, 1), "none": (0, 1)}
    # it can be mended
    with store.writing() as conn:
        assert room.save(conn, made("bad", "好了", revision=1), None).revision == 2


def test_a_row_that_is_no_json_any_more_is_damaged_not_an_error(sqlite_store):
    with sqlite_store.writing() as conn:
        room.save(conn, made("good"), None)
        room.save(conn, made("torn"), None)
        conn.execute(text("UPDATE playlist SET definition = '{\"entries\": [{\"sc' WHERE code = 'torn'"))
        assert room.find(conn, "good").entries[0].scene == "overview"
        assert [each.code for each in room.playlists(conn)] == ["standard", "good", "torn"]
        with pytest.raises(PlaylistError):
            room.find(conn, "torn")


# ----------------------------------------------------------------------------- keys


def test_a_key_opens_its_own_playlist_until_it_is_dropped(store):
    keys = Keys(store.engine)
    with store.writing() as conn:
        room.save(conn, made(), None)
        room.save(conn, made("lobby"), None)
        first = room.make_key(conn, "hall")
        other = room.make_key(conn, "lobby")
    assert len(first) == 32 and first != other
    with store.reading() as conn:
        assert (room.by_key(conn, first), room.by_key(conn, other)) == ("hall", "lobby")
        assert room.by_key(conn, first.swapcase()) is None
        assert room.by_key(conn, "") is None
        assert [each.keyed for each in room.playlists(conn)] == [False, True, True]
        stored = conn.execute(text("SELECT key_sha256 FROM playlist WHERE code = 'hall'")).scalar()
    assert first not in stored and len(stored) == 64
    assert keys.opens("hall", first) and keys.opens("lobby", other)
    assert not keys.opens("hall", other) and not keys.opens("lobby", first) and not keys.opens("standard", first)
    assert not keys.opens("hall", stored) and not keys.opens("hall", "") and not keys.opens("hall", "x" * 32)
    with store.writing() as conn:
        second = room.make_key(conn, "hall")
    assert keys.opens("hall", second) and not keys.opens("hall", first)
    with store.writing() as conn:
        # a change of the playlist leaves its key alone
        assert room.save(conn, made(revision=1, name="改名"), None).keyed
    assert keys.opens("hall", second)
    with store.writing() as conn:
        room.drop_key(conn, "hall")
        room.remove(conn, "lobby")
    assert not keys.opens("hall", second) and not keys.opens("lobby", other)
    with pytest.raises(PlaylistError) as problem, store.writing() as conn:
        room.make_key(conn, "standard")
    assert problem.value.key == "standard_fixed"


def test_a_removed_playlist_s_key_is_dead_also_when_the_row_is_revived(store):
    with store.writing() as conn:
        room.save(conn, made(), None)
        key = room.make_key(conn, "hall")
        room.remove(conn, "hall")
        revived = room.save(conn, made(), None)
    assert not revived.keyed
    assert not Keys(store.engine).opens("hall", key)
    with store.writing() as conn:
        conn.execute(update(table).values(removed_at=None))
    assert not Keys(store.engine).opens("hall", key)
