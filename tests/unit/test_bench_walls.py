"""What the walls' bench computes: slopes, what counts as lost, and how a wall's questions and answers are read."""

import asyncio
import csv
import io
import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.trend import trend
from bench.wall_report import wall_text
from bench.wall_serve import IMPORTED, kind_of, ledger, read_notes
from bench.wall_soak import Sample, Soak, settle
from bench.walls import Lines, Pace, Shown, WallRun, overdue, question, scene_path

MB = 1_000_000


@pytest.mark.parametrize(
    ("times", "values", "slope", "error"),
    [
        ([0, 1, 2, 3], [5, 7, 9, 11], 2.0, 0.0),
        ([0, 1, 2, 3], [4, 4, 4, 4], 0.0, 0.0),
        # by hand: middle 1.5, mean 2; 5 apart; what is left is 0.2 + ... = 1.2, two degrees free
        ([0, 1, 2, 3], [1, 2, 1, 4], 0.8, math.sqrt(2.8 / 2 / 5)),
        ([0, 1], [0, 3], 3.0, math.inf),
        ([2, 2], [0, 3], 0.0, math.inf),
        ([], [], 0.0, math.inf),
    ],
)
def test_a_line_of_least_squares(times, values, slope, error):
    line = trend(times, values)
    assert (line.slope, line.error) == (pytest.approx(slope), pytest.approx(error))


def test_times_and_values_belong_together():
    with pytest.raises(ValueError, match="2 times and 1 values"):
        trend([0, 1], [3])


@pytest.mark.parametrize(
    ("values", "grows"),
    [
        ([1000, 1000, 1000, 1000, 1000], False),
        # 4 % in all is within the share, 8 % is not
        ([1000, 1010, 1020, 1030, 1040], False),
        ([1000, 1020, 1040, 1060, 1080], True),
        # as steep, but it only jumps about
        ([1000, 1400, 700, 1500, 1080], False),
        ([1080, 1060, 1040, 1020, 1000], False),
    ],
)
def test_growth_is_steep_and_sure(values, grows):
    assert trend(range(5), values).grows(0.05) is grows


def samples(*heaps, nodes=lambda k: 1500, every=15.0):
    return [Sample(k * every, int(heap * MB), nodes(k), 90, 80 * MB) for k, heap in enumerate(heaps)]


def soak(**values):
    asked = {"list": 3, "scene": 200, "beat": 900}
    flat = {"samples": samples(*[12.0] * 33), "sent": asked, "arrived": dict(asked), "imports": [0.6, 0.8], "shown": 190, "scenes": 11}
    return Soak(60.0, 8.0, **(flat | values))


def test_eight_minutes_at_sixty_times_are_eight_hours_and_slopes_are_of_those():
    found = soak(samples=samples(*(12 + 0.5 * k / 4 for k in range(33))))
    assert found.hours == 8
    # half a megabyte every minute of the clock
    assert found.trend("heap").slope == pytest.approx(0.5 * MB)
    assert found.trend("heap", real=True).slope == pytest.approx(30 * MB)
    assert found.met()


def test_a_heap_that_gains_more_than_a_megabyte_an_hour_fails():
    assert not soak(samples=samples(*(12 + 1.2 * k / 4 for k in range(33)))).met()


def test_the_first_hour_does_not_count():
    # caches fill in the first minute, then nothing grows
    found = soak(samples=samples(*(2.0, 6.0, 9.0, 11.0), *[12.0] * 29))
    assert [each.at for each in settle(found.samples, 60)][:2] == [60.0, 75.0]
    assert found.trend("heap").slope == 0
    assert found.met()
    # too few are left of a short run: all count
    assert settle(found.samples[:6], 60) == found.samples[:6]


def test_nodes_that_grow_steadily_fail():
    assert not soak(samples=samples(*[12.0] * 33, nodes=lambda k: 1500 + 10 * k)).met()
    assert soak(samples=samples(*[12.0] * 33, nodes=lambda k: 1500 + 300 * (k % 2))).met()


@pytest.mark.parametrize(
    ("values", "dropped"),
    [
        ({}, 0),
        ({"arrived": {"list": 3, "scene": 200, "beat": 898}}, 2),
        ({"arrived": {"list": 3, "scene": 199, "beat": 900}}, 1),
        ({"arrived": {}}, 1100),
        ({"failed": 1}, 1),
        ({"gaps": 3}, 3),
        ({"skipped": 1}, 1),
        ({"late": 1}, 1),
    ],
)
def test_every_way_of_losing_a_refresh_is_counted(values, dropped):
    found = soak(**values)
    assert found.dropped == dropped
    assert found.met() is (dropped == 0)


@pytest.mark.parametrize("values", [{"reloads": 1}, {"errors": 1}])
def test_a_wall_that_begins_anew_or_stumbles_has_not_held_out(values):
    assert not soak(**values).met()


def imported(**values):
    each = Counter({(pid, f"{k}.scene"): 1 for pid in (1, 2) for k in range(11)})
    good = {"after": [1.0, 20.0], "beats": [0, 1], "overdue": (770, 770 + IMPORTED), "computed": each, "distinct": 11}
    return Shown(**(good | values))


def test_an_import_is_on_all_walls_within_one_refresh():
    assert imported().met()


@pytest.mark.parametrize(
    "values",
    [
        {"beats": [1, 2]},
        {"missing": 1},
        {"wrong": 1},
        {"overdue": (770, 770)},
        {"computed": Counter({(1, "1.overview"): 2, (2, "1.overview"): 1})},
        {"after": [], "beats": [], "computed": Counter()},
    ],
)
def test_late_missing_or_wrong_walls_and_scenes_computed_twice_fail(values):
    assert not imported(**values).met()


def run(beat, size=500, failed=()):
    """A no-op callback takes 2 ms alone, 3 among the walls, and 8 when ten times as much is asked; of beats one in ten takes ``beat``."""
    paces = [Pace(10.0, busy=0.5), Pace(1.0, failed=Counter(failed), busy=0.1)]
    for pace, nothing in zip(paces, (0.008, 0.003), strict=True):
        for k in range(100):
            pace.note("nothing", nothing, 450)
            pace.note("beat", beat if k >= 90 else 0.004, size)
            pace.note("scene", 0.006, size)
    return WallRun("sqlite", 200, 0.002, 11, 2, paces, imported())


def test_a_unit_is_what_nothing_takes_alone_and_what_it_takes_among_the_walls_is_told():
    found = run(0.019)
    assert found.among == 0.003
    assert found.units([0.004, 0.006, 0.020]) == pytest.approx(3)
    assert found.units([0.004, 0.006, 0.020], 0.95) == pytest.approx(10)


@pytest.mark.parametrize(
    ("found", "met"),
    [(run(0.019), True), (run(0.021), False), (run(0.019, size=2000), False), (run(0.019, failed=[503]), False)],
)
def test_answers_are_held_to_their_time_and_their_bytes(found, met):
    assert found.met(found.paces[1]) is met


def test_the_table_says_what_was_met_and_what_was_missed():
    text = wall_text([run(0.019)], soak())
    assert "| SQLite | 2.00 ms | 3.00 ms | × 1 | 100 | 2.0 | 9.5 | 500 | 100 | 3.0 | 3.0 | 500 | 1.5 | 10 % | met |" in text
    # nothing is asked of a pace ten times the clock's
    assert "| SQLite | 2.00 ms | 3.00 ms | × 10 | 100 | 2.0 | 9.5 | 500 | 100 | 3.0 | 3.0 | 500 | 4.0 | 50 % | – |" in text
    assert "missed" not in text
    said = " ".join(text.split())
    assert "(overdue: 770, then 830)" in said
    assert "11 scenes, each computed once by each of 2 processes (22 in all for 200 walls)" in said
    assert "8 hours of its time in 8 minutes" in said
    assert "| JS heap | 12.0 MB | +0.000 MB ± 0.000 (≤ 1) | +0.0 MB | met |" in text
    assert "Dropped: 0: met." in said
    lost = wall_text([run(0.021, failed=[503])], soak(gaps=2))
    assert "| missed; 1 refused |" in lost
    assert "Dropped: 2: missed." in " ".join(lost.split())


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/screen/standard", "list"),
        ("/api/screen/standard/scene/1.overview", "scene"),
        ("/api/screen/standard/beat", "beat"),
        ("/api/screen", None),
        ("/api/contest/1/state", None),
        ("/screen/standard", None),
    ],
)
def test_a_walls_questions_by_kind(path, kind):
    assert kind_of(path) == kind


def test_notes_of_all_processes_are_counted(tmp_path):
    path = tmp_path / "notes"
    assert read_notes(path).asked == {}
    path.write_text("computed 7 3 1.overview|x\ncomputed 8 3 1.overview|x\ncomputed 7 3 1.overview|x\nasked beat 200\nasked beat 503\n")
    found = read_notes(path)
    assert found.computed == {(7, 3, "1.overview|x"): 2, (8, 3, "1.overview|x"): 1}
    assert found.asked == {("beat", 200): 1, ("beat", 503): 1}


def test_the_band_is_read_as_a_number():
    figures = [{"value": "81.2%", "piece": "rows=rectified"}, {"value": "1,284件", "piece": "rows=overdue"}]
    assert overdue({"panels": {"map": {"kind": "figure"}, "kpis": {"kind": "figures", "figures": figures}}}) == 1284


def test_each_ledger_holds_findings_of_its_own():
    first, other = (list(csv.reader(io.StringIO(ledger(n).decode("utf-8-sig")))) for n in (1, 2))
    assert len(first) == IMPORTED + 1
    assert first[0] == other[0]
    assert len({row[1] for row in first[1:] + other[1:]}) == 2 * IMPORTED


def test_a_wall_says_what_it_has_and_posts_json():
    assert scene_path("1.overview", ["ab", "cd"]).endswith("/scene/1.overview?lang=zh-CN&look=dark&shape=wall&have=ab%2Ccd")
    assert "have" not in scene_path("1.overview", [])
    head, _, body = question(80, "/x", {"wall": "w"}).partition(b"\r\n\r\n")
    assert head.startswith(b"POST /x HTTP/1.1\r\nHost: 127.0.0.1:80\r\n")
    assert body == b'{"wall":"w"}'
    assert f"Content-Length: {len(body)}".encode() in head


def test_a_connection_that_the_server_closed_is_replaced_and_every_byte_counts():
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"

    async def talk():
        opened = []

        async def serve(reader, writer):
            opened.append(1)
            # one answer a connection, though it says that it stays open
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        lines = Lines(server.sockets[0].getsockname()[1])
        got = [await lines.ask(question(lines.port, "/x")) for _ in range(3)]
        lines.close()
        server.close()
        await server.wait_closed()
        return got, len(opened)

    # a browser's test before this one may have left a loop running in this thread
    with ThreadPoolExecutor(1) as other:
        got, opened = other.submit(asyncio.run, talk()).result()
    assert [(each.status, each.size, each.body) for each in got] == [(200, len(answer), b"ok")] * 3
    assert opened == 3
