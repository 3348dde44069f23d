"""The full demo store: what a reader of the pages sees, and that every story in it holds together."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest
from sqlalchemy import text

from data.filters import Filters
from data.loops.catalogue import load_loops
from data.queries.headline import headline
from data.queries.progress_by_region import progress_by_region
from data.queries.warnings import warnings
from data.warnings.rules import KINDS

LAST = date(2022, 11, 30)
GONE = ("withdrawn", "duplicate", "merged", "transferred")
COMPLETE = ("rectified_reported", "verifying", "closed")


def read(store, sql):
    with store.reading() as conn:
        return pd.read_sql(text(sql), conn)


@pytest.fixture(scope="module")
def items(demo_store):
    return read(
        demo_store,
        "SELECT i.*, c.code AS campaign, r.gb2260_code AS region_code, r.lon AS home_lon, r.lat AS home_lat FROM item i"
        " JOIN campaign c USING (campaign_id) JOIN region r ON r.region_id = i.region_id",
    ).set_index("item_id")


@pytest.fixture(scope="module")
def events(demo_store):
    frame = read(demo_store, "SELECT * FROM item_event ORDER BY item_id, event_no")
    frame["effective_at"] = pd.to_datetime(frame["effective_at"])
    # the evening clock of Shanghai, to be compared with the civil time beside it
    frame["recorded_at"] = pd.to_datetime(frame["recorded_at"]) + timedelta(hours=8)
    frame["day"] = frame["effective_at"].dt.strftime("%Y-%m-%d")
    return frame


@pytest.fixture(scope="module")
def standing(events):
    """Events that no void took back."""
    voided = events[events.kind == "void"][["item_id", "voids"]].rename(columns={"voids": "event_no"}).astype("int64")
    marked = events.merge(voided, on=["item_id", "event_no"], how="left", indicator=True)
    return marked[(marked["_merge"] == "left_only") & (marked.kind != "void")]


@pytest.fixture(scope="module")
def findings(items):
    return items[items.campaign == "js-2022"]


# ----------------------------------------------------------------------------- what the pages show


def test_progress_is_far_on_and_uneven(demo_store, findings):
    frame = progress_by_region("all", demo_store, Filters.from_query("campaign=js-2022&level=county"))
    total = frame.attrs["total"]
    assert frame.attrs["as_of"] == LAST
    assert frame.attrs["simulated"] is True
    assert total["discovered"] == 20000
    assert 0.85 <= total["completion_rate"] <= 0.90
    assert 0.72 <= total["closeout_rate"] <= 0.80
    assert 0.02 <= total["overdue"] / total["effective"] <= 0.045
    assert len(frame) == 95
    rates = frame["completion_rate"]
    assert 0.5 <= rates.min() <= 0.68
    assert 1 <= (rates == 1.0).sum() <= 5
    assert rates.std() > 0.05
    assert frame["discovered"].max() > 5 * frame["discovered"].min()
    # the page counts what the items say
    effective = findings[~findings.stage.isin(GONE)]
    assert total["effective"] == len(effective)
    assert total["rectified"] == effective.stage.isin(COMPLETE).sum()
    assert total["closed"] == (effective.stage == "closed").sum()


def test_departments_and_categories_differ(findings):
    effective = findings[~findings.stage.isin(GONE)]
    done = effective.stage.isin(COMPLETE)
    assert effective.department_id.nunique() == 8
    assert 10 <= effective.category.nunique() <= 12
    for column in ("department_id", "category"):
        rates = done.groupby(effective[column]).mean()
        assert rates.max() - rates.min() > 0.15, column


def test_completion_rises_from_month_to_month(demo_store):
    rates = []
    for day in ("2022-08-31", "2022-09-30", "2022-10-31", "2022-11-30"):
        frame = headline("all", demo_store, Filters.from_query(f"campaign=js-2022&as_of={day}")).set_index("measure")
        rates.append(frame.loc["completion_rate", "value"])
    assert all(later - earlier > 0.05 for earlier, later in pairwise(rates)), rates


def test_every_campaign_is_simulated_and_current(demo_store):
    frame = read(
        demo_store,
        "SELECT c.code, c.simulated, c.name_zh, c.name_en, b.as_known, b.file_name, b.items_new,"
        " (SELECT count(*) FROM item i WHERE i.campaign_id = c.campaign_id) AS items"
        " FROM campaign c JOIN import_batch b USING (campaign_id)",
    ).set_index("code")
    sizes = {"js-2022": 20000, "js-tasks-2022": 120, "js-projects-2022": 60, "js-cases-2022": 800, "js-outfalls-2022": 1500}
    assert frame["items"].to_dict() == {**sizes, "js-sources-2022": 150, "js-scattered-2022": 300}
    assert (frame["items_new"] == frame["items"]).all()
    assert frame["simulated"].astype(bool).all()
    assert set(frame["as_known"].astype(str)) == {"2022-11-30"}
    assert frame["name_zh"].str.endswith("（演示）").all() and frame["name_en"].str.endswith("(demo)").all()
    assert frame["file_name"].str.contains("模拟数据").all()


def test_codes_have_labels_in_both_languages(demo_store, items):
    terms = read(demo_store, "SELECT * FROM term")
    assert terms["name_zh"].str.len().gt(0).all() and terms["name_en"].str.len().gt(0).all()
    for dimension in ("theme", "category", "source", "disposal", "severity"):
        known = set(terms[terms.dimension == dimension].code)
        assert set(items[dimension].dropna()) <= known, dimension


# ----------------------------------------------------------------------------- looks like life


def reports(events, findings):
    """Days on which findings were reported complete, leaving out those dealt with on the spot."""
    chosen = events[(events.stage == "rectified_reported") & events.item_id.isin(findings.index)].drop_duplicates("item_id")
    joined = chosen.merge(findings[["discovered_on", "due_original"]], left_on="item_id", right_index=True)
    joined["left"] = (pd.to_datetime(joined.due_original) - pd.to_datetime(joined.day)).dt.days
    return joined[joined.day > joined.discovered_on.astype(str)]


def test_weekends_dip_and_deadlines_rush(events, findings):
    done = reports(events, findings)
    weekday = pd.to_datetime(done.day).dt.day_of_week
    per_day = weekday.value_counts()
    assert per_day[[5, 6]].mean() < 0.4 * per_day[[0, 1, 2, 3, 4]].mean()
    left = done["left"].value_counts()
    assert left[0] > 2.5 * left[[4, 5, 6, 7]].mean()
    by_day = done.day.value_counts()
    for end in ("2022-09-30", "2022-10-31"):
        around = [d.strftime("%Y-%m-%d") for d in pd.bdate_range(pd.Timestamp(end) - timedelta(days=9), periods=5)]
        assert by_day[end] > 1.8 * by_day.reindex(around, fill_value=0).mean(), end


def share(part, whole):
    return len(set(part)) / len(set(whole))


def test_frequencies_of_what_happens_to_findings(demo_store, events, findings):
    mine = events[events.item_id.isin(findings.index)]
    closed = mine[mine.stage == "closed"].item_id
    with_due = findings[findings.due_original.notna()].index
    extended = read(demo_store, "SELECT item_id FROM extension").item_id
    assert set(mine.actor_role) == {"督导帮扶组", "属地政府", "市级主管部门", "省级主管部门"}
    first = mine[mine.kind.eq("verification") & mine.result.isin(["pass", "fail"])].drop_duplicates("item_id")
    assert 0.05 <= (first.result == "fail").mean() <= 0.11
    assert 0.012 <= share(mine[mine.stage == "reopened"].item_id, closed) <= 0.03
    assert 0.045 <= share(extended[extended.isin(with_due)], with_due) <= 0.075
    assert 0.01 <= (findings.stage == "merged").mean() <= 0.025
    assert 0.005 <= (findings.stage == "withdrawn").mean() <= 0.02
    assert 0.004 <= (findings.stage == "duplicate").mean() <= 0.015
    late = mine[mine.recorded_at.dt.normalize() >= mine.effective_at.dt.normalize() + timedelta(days=1)]
    assert 0.04 <= share(late.item_id, findings.index) <= 0.07
    reported = mine[mine.stage == "rectified_reported"].drop_duplicates("item_id").set_index("item_id").day
    same_day = (reported.reindex(findings.index) == findings.discovered_on.astype(str)).mean()
    assert 0.1 <= same_day <= 0.25
    assert 0.01 <= findings.due_original.isna().mean() <= 0.05
    assert set(events.kind) == {"stage", "due", "verification", "attribute", "note", "void"}


def test_visits_give_a_finding_rate(demo_store):
    visits = read(demo_store, 'SELECT result, findings, checked_on FROM "check"')
    concluded = visits[visits.result == "concluded"]
    assert visits.findings.sum() == 20000
    assert 0.55 <= (concluded.findings > 0).mean() <= 0.7
    assert 300 <= (visits.result == "not_verifiable").sum() <= 1000
    assert visits[visits.result != "concluded"].findings.max() == 0
    assert set(visits.result) == {"concluded", "not_verifiable", "pending"}


def test_three_rounds_send_thirteen_teams_to_other_cities(demo_store):
    frame = read(
        demo_store,
        "SELECT t.code, t.home_region_id, a.region_id, a.person_days, r.number, r.start_on, r.end_on FROM assignment a"
        " JOIN team t USING (team_id) JOIN round r USING (round_id)",
    )
    assert (frame.code.nunique(), len(frame)) == (13, 39)
    assert (frame.home_region_id != frame.region_id).all()
    assert frame.groupby("number").region_id.nunique().to_dict() == {1: 13, 2: 13, 3: 13}
    assert frame.start_on.astype(str).min() == "2022-08-15"
    assert (frame.person_days > 0).all()


# ----------------------------------------------------------------------------- holds together


def test_both_clocks_run_forwards_and_stop_on_the_last_day(events, items):
    last = pd.Timestamp("2022-11-30 23:59:59")
    assert events.effective_at.max() <= last and events.recorded_at.max() <= last
    assert (events.recorded_at >= events.effective_at).all()
    follows = events.item_id == events.item_id.shift()
    assert (events.effective_at >= events.effective_at.shift())[follows].all()
    assert (events.recorded_at >= events.recorded_at.shift())[follows].all()
    assert (events.event_no == events.event_no.shift() + 1)[follows].all() and (events.event_no[~follows] == 1).all()
    # two stages never begin at the same moment: their order needs no other rule
    stages = events[events.kind == "stage"]
    assert not stages.duplicated(["item_id", "effective_at"]).any()
    first = events.drop_duplicates("item_id").set_index("item_id").day
    assert (first == items.discovered_on.astype(str).reindex(first.index)).all() and len(first) == len(items)


def test_items_repeat_what_their_events_say(standing, items):
    stages = standing[standing.kind == "stage"].drop_duplicates("item_id", keep="last").set_index("item_id")
    assert (stages.stage == items.stage.reindex(stages.index)).all()
    assert (stages.day == items.stage_on.astype(str).reindex(stages.index)).all()
    dues = standing[standing.kind == "due"]
    for column, keep in (("due_original", "first"), ("due_current", "last")):
        said = dues.drop_duplicates("item_id", keep=keep).set_index("item_id").due_on.astype(str)
        held = items[column].dropna().astype(str)
        assert set(said.index) == set(held.index)
        assert (said == held.reindex(said.index)).all()
    assert (dues.due_on.astype(str) >= dues.day).all()
    with_due = items[items.due_original.notna()]
    assert (with_due.due_original.astype(str) >= with_due.discovered_on.astype(str)).all()
    assert (with_due.due_current.astype(str) >= with_due.due_original.astype(str)).all()


def test_stages_belong_to_their_loops(events, items):
    loops = load_loops()
    stages = events[events.kind == "stage"].merge(items[["loop", "kind"]], left_on="item_id", right_index=True, suffixes=("", "_of"))
    for loop, part in stages.groupby("loop"):
        assert set(part.stage) <= set(loops[loop].stages)
        assert set(part.kind_of) <= set(loops[loop].kinds)


def test_findings_go_through_the_loop_in_order(standing, findings):
    stages = standing[(standing.kind == "stage") & standing.item_id.isin(findings.index)]
    before = stages.stage.shift().where(stages.item_id == stages.item_id.shift())
    pairs = set(zip(stages.stage, before.fillna(""), strict=True))
    allowed = {
        "discovered": {""},
        "guided_on_site": {"discovered"},
        "fed_back": {"guided_on_site"},
        "rectifying": {"fed_back", "returned", "reopened", "suspended"},
        "rectified_reported": {"guided_on_site", "rectifying"},
        "verifying": {"rectified_reported"},
        "returned": {"verifying"},
        "closed": {"verifying"},
        "reopened": {"closed"},
        "suspended": {"rectifying"},
        **{stage: {"fed_back"} for stage in GONE},
    }
    assert {(stage, came) for stage, came in pairs if came not in allowed[stage]} == set()
    assert {stage for stage, _ in pairs} == set(allowed)


def test_verifications_and_extensions_agree_with_events(demo_store, events):
    checked = events[events.kind == "verification"]
    rows = read(demo_store, "SELECT * FROM verification ORDER BY item_id, number")
    assert len(rows) == len(checked)
    assert list(rows.result) == list(checked.result) and list(rows.item_id) == list(checked.item_id)
    concluded = pd.to_datetime(rows.concluded_at)
    assert concluded.isna().equals(rows.result == "pending")
    assert (concluded.dropna().to_numpy() == checked[checked.result.to_numpy() != "pending"].effective_at.to_numpy()).all()
    after = events.shift(-1)[events.kind == "verification"]
    said = checked.result[checked.result != "pending"]
    assert set(zip(said, after.stage[said.index], strict=True)) == {("pass", "closed"), ("fail", "returned")}
    put_off = read(demo_store, "SELECT * FROM extension ORDER BY item_id, number")
    later = events[(events.kind == "due") & events.duplicated(["item_id", "kind"])]
    assert list(put_off.item_id) == list(later.item_id)
    assert list(put_off.new_due.astype(str)) == list(later.due_on.astype(str))
    assert (put_off.new_due.astype(str) > put_off.old_due.astype(str)).all()
    assert (put_off.approved_at.astype(str).str[:10] <= put_off.old_due.astype(str)).all()


def test_links_lead_from_later_to_earlier_items(demo_store, items):
    links = read(demo_store, "SELECT * FROM item_link")
    assert set(links["type"]) == {"merged_into", "duplicate_of", "relapse_of", "follow_up_of"}
    here, there = items.reindex(links.item_id), items.reindex(links.target_id)
    assert there.ledger_no.notna().all()
    assert (here.discovered_on.astype(str).to_numpy() >= there.discovered_on.astype(str).to_numpy()).all()
    assert (here.campaign.to_numpy() == there.campaign.to_numpy()).all()
    for kind, stage in (("merged_into", "merged"), ("duplicate_of", "duplicate")):
        assert set(links[links["type"] == kind].item_id) == set(items[items.stage == stage].index)
    findings = links[links.item_id.isin(items[items.campaign == "js-2022"].index)]
    assert (items.reindex(findings.item_id).region_id.to_numpy() == items.reindex(findings.target_id).region_id.to_numpy()).all()


def test_shared_items_divide_one_whole(demo_store, findings):
    rows = read(demo_store, "SELECT * FROM item_department")
    shares = rows.groupby("item_id").weight.sum()
    assert shares.min() == pytest.approx(1.0) and shares.max() == pytest.approx(1.0)
    assert 0.04 <= len(shares) / len(findings) <= 0.06
    leads = rows[rows.role == "lead"].set_index("item_id").department_id
    assert (leads == findings.department_id.reindex(leads.index)).all() and len(leads) == len(shares)


def test_milestones_add_up_to_the_whole(demo_store, items):
    rows = read(demo_store, "SELECT * FROM milestone ORDER BY item_id, number")
    assert set(rows.item_id) == set(items[items.loop == "sm5-task"].index)
    sums = rows.groupby("item_id").planned_share.sum()
    assert sums.min() == pytest.approx(1.0) and sums.max() == pytest.approx(1.0)
    ends = rows.drop_duplicates("item_id", keep="last").set_index("item_id").planned_on.astype(str)
    due = items.due_original.dropna().astype(str)
    assert (ends[ends.index.isin(due.index)] == due.reindex(ends[ends.index.isin(due.index)].index)).all()


def test_enterprises_leave_the_ledger_after_a_quarter_of_supervision(standing, items):
    mine = standing[standing.item_id.isin(items[items.campaign == "js-scattered-2022"].index)]
    left = mine[mine.stage == "exit_reported"].set_index("item_id").effective_at
    done = mine[mine.stage == "done"].drop_duplicates("item_id", keep="last").set_index("item_id").effective_at
    assert len(left) > 100
    assert ((left - done.reindex(left.index)).dt.days >= 91).all()


def test_names_are_nobodys_and_points_lie_at_home(demo_store, items):
    named = items.object_name.dropna()
    assert named.map(lambda name: bool(re.fullmatch(r"某[^\d]+-\d{4}", name))).all()
    placed = items[items.lon.notna()]
    assert len(placed) > 20000
    # what stands on a river's bank may be anywhere in the county
    wet = read(demo_store, "SELECT item_id FROM item JOIN object USING (object_id) WHERE water_body_id IS NOT NULL").item_id
    away = placed[~placed.index.isin(wet)]
    assert 15000 < len(away) < len(placed)
    assert (away.lon - away.home_lon).abs().max() < 0.15 and (away.lat - away.home_lat).abs().max() < 0.15
    assert items.title.str.len().gt(0).all() and items.description.str.len().gt(0).all()


def test_every_kind_of_warning_is_there_and_the_list_can_be_read(demo_store):
    df = warnings("all", demo_store, Filters())
    assert set(df["kind"]) == set(KINDS) and set(df["level"]) == {"red", "yellow", "blue"}
    assert len(df) <= 70
    # a city each, and not an item each
    assert df["key"].is_unique and (df["kind"] == "overdue").sum() <= 13
    assert df.attrs["simulated"] and not df["acknowledged"].any()
