"""Red flags of the hand-counted campaign: who stands inside which zone, on which day, for whom, and what people decide of it."""

from datetime import date, datetime

import pytest
import shapely
from sqlalchemy import insert, select, update

from data.filters import Filters
from data.identity import item_id, to_hex
from data.places.flags import FlagError, decide
from data.positions.near import near, where
from data.queries.zone_flags import COLUMNS, zone_flags
from data.rollup.refresh import refresh
from data.schema import campaign, item, object_, zone, zone_flag
from data.scope import made
from data.store import bump
from tests import campaign as small

SOURCE, OTHER_SOURCE = 9001, 9002
GRADE1, GRADE2, QUASI, OVER, SECRET = 101, 102, 103, 104, 105
# nested squares about (118.80, 32.06): half a side of 0.01, 0.02 and 0.04 degrees; the intake in the middle
X, Y = 118.80, 32.06
ZONES = {
    GRADE1: ("grade1", SOURCE, shapely.box(X - 0.01, Y - 0.01, X + 0.01, Y + 0.01), {}),
    GRADE2: ("grade2", SOURCE, shapely.box(X - 0.02, Y - 0.02, X + 0.02, Y + 0.02), {}),
    QUASI: ("quasi", SOURCE, shapely.box(X - 0.04, Y - 0.04, X + 0.04, Y + 0.04), {}),
    # in force from September on, to the end of October
    OVER: (
        "grade2",
        OTHER_SOURCE,
        shapely.box(118.90, 32.00, 118.94, 32.04),
        {"valid_from": date(2022, 9, 1), "valid_to": date(2022, 10, 31)},
    ),
    SECRET: ("grade1", 9003, shapely.box(120.70, 31.60, 120.74, 31.64), {"sensitivity": "restricted"}),
}
# A1 in grade 1, 0.004 degrees from its eastern edge; A2 on that edge; A3 in grade 2 only; B1 in the other source's zone; C1 in the secret
# one; C2 has no position of its own and hangs on the intake of grade 1; A5 was withdrawn, B4 merged
PLACES = {
    "A1": (X + 0.006, Y), "A2": (X + 0.01, Y + 0.002), "A3": (X + 0.015, Y), "A4": (119.5, 32.5), "A5": (X, Y), "B1": (118.92, 32.02),
    "B4": (X, Y), "C1": (120.72, 31.62),
}  # fmt: skip


@pytest.fixture
def places(small_store):
    tree = small_store.tree()
    with small_store.writing() as conn:
        campaign_id = conn.execute(select(campaign.c.campaign_id).where(campaign.c.code == small.CODE)).scalar_one()
        for number, (lon, lat) in PLACES.items():
            conn.execute(
                update(item).where(item.c.item_id == item_id(small.CODE, number)).values(lon=lon, lat=lat, crs_declared="CGCS2000")
            )
        region_id = tree.get(small.XUANWU).region_id
        intake = {"object_id": SOURCE, "object_type": "source_area", "name": "取水口", "region_id": region_id, "lon": X, "lat": Y}
        conn.execute(insert(object_).values(intake | {"sensitivity": "restricted", "simulated": True}))
        section = {"object_id": 9100, "object_type": "section", "name": "断面", "official_code": "D1", "region_id": region_id}
        conn.execute(insert(object_).values(section | {"lon": X + 0.02, "lat": Y, "simulated": True}))
        conn.execute(update(item).where(item.c.item_id == item_id(small.CODE, "C2")).values(object_id=SOURCE))
        for zone_id, (grade, source, area, more) in ZONES.items():
            west, south, east, north = area.bounds
            row = {
                "zone_id": zone_id,
                "object_id": source,
                "code": f"Z{zone_id}",
                "name": f"保护区{zone_id}",
                "grade": grade,
                "simulated": True,
            }
            row |= {"approval_no": f"模拟批复{zone_id}号", "geometry": shapely.to_geojson(area), "approved_on": date(2019, 5, 1)}
            conn.execute(insert(zone).values(row | {"west": west, "south": south, "east": east, "north": north} | more))
        refresh(conn, campaign_id, [tree.get(code).region_id for code in (small.XUANWU, small.QINHUAI, small.CHANGSHU)])
        bump(conn, "places")
    return small_store


def flags(store, scope="all", lang="zh-CN", **changes):
    return zone_flags(scope, store, Filters(campaign=(small.CODE,)).but(**changes), lang)


def said(frame):
    """(number, grade, verdict) row by row."""
    return list(zip(frame["ledger_no"], frame["grade"], frame["verdict"], strict=True))


def item_hex(number):
    return to_hex(item_id(small.CODE, number))


def test_every_item_is_flagged_for_the_strictest_zone_of_its_source(places):
    frame = flags(places)
    assert tuple(frame.columns) == COLUMNS
    # withdrawn A5 and merged B4 are not there, A4 is in no zone; C2 hangs on the intake
    assert said(frame) == [
        ("A1", "grade1", "proposed"), ("A2", "grade1", "proposed"), ("C1", "grade1", "proposed"), ("C2", "grade1", "proposed"),
        ("A3", "grade2", "proposed"), ("B1", "grade2", "proposed"),
    ]  # fmt: skip
    assert frame.attrs["counts"] == {"proposed": 6, "confirmed": 0, "dismissed": 0}
    assert (frame.attrs["count"], frame.attrs["grades"], frame.attrs["zones"]) == (6, {"grade1": 4, "grade2": 2}, 4)
    first, second = frame.iloc[0], frame.iloc[1]
    # 0.004 degrees of longitude at 32.06 north: 111,195 m × cos × 0.004
    assert first["inside_m"] == 377 and not first["on_edge"]
    assert second["inside_m"] == 0 and second["on_edge"]
    assert (first["item_id"], first["zone_id"]) == (item_hex("A1"), to_hex(GRADE1))
    assert (first["zone"], first["approval_no"], first["kind"], first["status"]) == ("保护区101", "模拟批复101号", "finding", "closed")
    assert first["region"] == "江苏省南京市玄武区" and flags(places, lang="en").iloc[0]["region"].startswith("Xuanwu")


def test_a_verdict_moves_a_flag_and_nothing_is_overwritten(places):
    before = places.version()
    assert decide(places, item_hex("A1"), to_hex(GRADE1), "confirmed", None, "shi") == 1
    assert places.version() == before + 1
    assert decide(places, item_hex("A2"), to_hex(GRADE1), "dismissed", "  坐标有误，\n在对岸 ", "shi") == 1
    frame = flags(places)
    # the dismissed one is flagged for the next zone it lies in, and of a grade the open ones come first
    assert said(frame) == [
        ("C1", "grade1", "proposed"), ("C2", "grade1", "proposed"), ("A1", "grade1", "confirmed"), ("A2", "grade1", "dismissed"),
        ("A2", "grade2", "proposed"), ("A3", "grade2", "proposed"), ("B1", "grade2", "proposed"),
    ]  # fmt: skip
    gone = frame[frame["verdict"] == "dismissed"].iloc[0]
    assert gone["reason"] == "坐标有误， 在对岸" and isinstance(gone["decided_on"], date)
    assert frame.attrs["counts"] == {"proposed": 5, "confirmed": 1, "dismissed": 1}
    assert frame.attrs["grades"] == {"grade1": 3, "grade2": 3}
    assert decide(places, item_hex("A2"), to_hex(GRADE1), "reopened", None, "shi") == 2
    assert said(flags(places))[:3] == [("A2", "grade1", "proposed"), ("C1", "grade1", "proposed"), ("C2", "grade1", "proposed")]
    with places.reading() as conn:
        kept = conn.execute(select(zone_flag.c.number, zone_flag.c.verdict).where(zone_flag.c.item_id == item_id(small.CODE, "A2"))).all()
    assert sorted(map(tuple, kept)) == [(1, "dismissed"), (2, "reopened")]


@pytest.mark.parametrize(
    ("number", "zone_id", "verdict", "reason", "code"),
    [
        ("A1", GRADE1, "maybe", None, "verdict_unknown"),
        ("A1", GRADE1, "dismissed", "  ", "reason_needed"),
        ("A1", GRADE1, "dismissed", "长" * 1001, "reason_long"),
        ("A1", 999, "confirmed", None, "zone_unknown"),
        ("A3", GRADE1, "confirmed", None, "not_inside"),
        ("no such item", GRADE1, "confirmed", None, "not_inside"),
        ("A1", GRADE1, "reopened", None, "nothing_to_reopen"),
    ],
)
def test_what_cannot_be_decided_is_said_in_words_and_writes_nothing(places, number, zone_id, verdict, reason, code):
    before = places.version()
    with pytest.raises(FlagError) as raised:
        decide(places, item_hex(number), zone_id, verdict, reason)
    assert raised.value.code == code
    for lang in ("zh-CN", "en"):
        words = raised.value.text(lang)
        assert words and "{" not in words
    assert places.version() == before and len(said(flags(places))) == 6


def test_the_same_verdict_twice_is_said(places):
    decide(places, item_hex("A1"), GRADE1, "confirmed")
    with pytest.raises(FlagError, match="confirmed already"):
        decide(places, item_hex("A1"), GRADE1, "confirmed")
    # a verdict may turn into the other one without being opened in between
    assert decide(places, item_hex("A1"), GRADE1, "dismissed", "现场核实不在区内") == 2
    assert ("A1", "grade1", "dismissed") in said(flags(places))


def test_zones_and_items_are_those_of_the_as_of_day(places):
    # B1 was found on 08-16, when the zone it lies in was not in force yet; A5 was not withdrawn yet, nor B4 merged
    assert [n for n, _, _ in said(flags(places, as_of=date(2022, 8, 31)))] == ["A1", "A2", "A5", "B4", "C1", "C2", "A3"]
    assert [n for n, _, _ in said(flags(places, as_of=date(2022, 9, 1)))][-1] == "B1"
    assert [n for n, _, _ in said(flags(places, as_of=date(2022, 10, 31)))][-1] == "B1"
    assert "B1" not in [n for n, _, _ in said(flags(places, as_of=date(2022, 11, 1)))]
    assert [n for n, _, _ in said(flags(places, as_of=date(2022, 6, 1)))] == ["A1", "A2"]
    # before its approval a zone holds nothing
    assert said(flags(places, as_of=date(2019, 4, 30))) == []


def test_a_verdict_is_known_from_the_day_it_was_taken(places):
    decide(places, item_hex("A1"), GRADE1, "confirmed")
    with places.writing() as conn:
        conn.execute(update(zone_flag).values(decided_at=datetime(2022, 9, 20, 15, 59)))
        bump(conn, "earlier")
    # the last minute of 09-20 in Shanghai
    assert flags(places, known_at=date(2022, 9, 20)).set_index("ledger_no").loc["A1", "verdict"] == "confirmed"
    assert flags(places).set_index("ledger_no").loc["A1", "decided_on"] == date(2022, 9, 20)
    assert flags(places, known_at=date(2022, 9, 19)).set_index("ledger_no").loc["A1", "verdict"] == "proposed"


def test_a_general_viewer_gets_nothing_of_a_restricted_position(places):
    general = made("all", exact=False)
    # C2 hangs on the intake, C1 lies in a restricted zone
    assert [n for n, _, _ in said(flags(places, general))] == ["A1", "A2", "A3", "B1"]
    # the innermost zone is drawn round the intake and would betray it: what lies in it counts for the next one out
    assert flags(places, general).attrs["grades"] == {"grade2": 4}
    for number, zone_id in (("C2", GRADE1), ("C1", SECRET)):
        with pytest.raises(FlagError):
            decide(places, item_hex(number), zone_id, "confirmed", scope=general)
    everything, shown = (near(places, scope, Filters(campaign=(small.CODE,)), X, Y, 3.0) for scope in ("all", general))
    assert {(thing.what, thing.name) for thing in everything.things} - {(thing.what, thing.name) for thing in shown.things} == {
        ("object", "取水口"), ("item", "某单位-C2"), ("zone", "保护区101"),
    }  # fmt: skip
    assert where(places, "all", 120.72, 31.62).zones[0].zone.zone_id == SECRET
    hidden = where(places, general, 120.72, 31.62)
    assert hidden.zones == [] and hidden.nearest.zone.zone_id != SECRET


def test_a_confined_viewer_gets_the_own_region(places):
    assert [n for n, _, _ in said(flags(places, small.QINHUAI))] == ["B1"]
    assert [n for n, _, _ in said(flags(places, "320100"))] == ["A1", "A2", "A3", "B1"]
    with pytest.raises(FlagError):
        decide(places, item_hex("A1"), GRADE1, "confirmed", scope=small.QINHUAI)
    assert near(places, small.CHANGSHU, Filters(campaign=(small.CODE,)), X, Y, 3.0).counts["object"] == 0


def test_what_is_near_and_where_a_place_is(places):
    around = near(places, "all", Filters(campaign=(small.CODE,)), X + 0.006, Y, 1.0)
    # A1 at the place itself; A2 400 m away; A3 848 m; the intake 565 m, C2 on it; inside all three zones. Withdrawn A5 and merged B4 stand
    # at the intake and are not drawn
    assert around.counts == {"item": 4, "object": 1, "zone": 3}
    assert [(thing.what, thing.kind) for thing in around.things[:3]] == [("zone", "grade1"), ("zone", "grade2"), ("zone", "quasi")]
    assert [round(thing.edge_m) for thing in around.things[:3]] == [377, 1319, 3204]
    assert [thing.ledger_no for thing in around.things if thing.what == "item"][:2] == ["A1", "A2"]
    assert next(thing.metres for thing in around.things if thing.what == "object") == pytest.approx(565.4, abs=0.5)
    place = where(places, "all", X + 0.006, Y)
    assert [held.zone.grade for held in place.zones] == ["grade1", "grade2", "quasi"]
    assert place.nearest.zone.zone_id == GRADE1 and round(place.nearest.edge_m) == 377
    assert (place.region_code, place.region, place.coarse) == (small.XUANWU, "江苏省南京市玄武区", True)
    far = where(places, "all", 119.0, 32.06, day=date(2022, 9, 30))
    assert far.zones == [] and far.nearest.zone.zone_id == OVER
    # the last day of that zone is over
    assert where(places, "all", 118.92, 32.02, day=date(2022, 11, 1)).zones == []
    assert where(places, "all", 118.92, 32.02, day=date(2022, 10, 31)).zones[0].zone.zone_id == OVER
