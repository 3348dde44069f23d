"""The bench's notes say what the server did: a scene is noted when it is computed, and not when it is kept; every question of a wall."""

import os

import pytest

from app import create_app
from bench.wall_serve import noted, read_notes
from bench.walls import LIST, LOOK, scene_path
from callbacks import screen
from config import Settings
from data.store import bump


@pytest.fixture
def wall(sqlite_small_store, tmp_path, monkeypatch):
    """(store, client, what reads the notes)"""
    monkeypatch.setattr(screen, "scene_text", screen.scene_text)
    app = noted(create_app(Settings.from_env({}, instance=str(tmp_path / "i")), sqlite_small_store), tmp_path / "notes")
    return sqlite_small_store, app.server.test_client(), lambda: read_notes(tmp_path / "notes")


def test_a_scene_is_computed_once_for_all_who_ask_and_again_after_a_change(wall):
    store, client, notes = wall
    entry = client.get(f"{LIST}?{LOOK}").json["entries"][1]["name"]
    first = client.get(scene_path(entry, [])).json
    again = client.get(scene_path(entry, list(first["hashes"].values()))).json
    assert again["hashes"] == first["hashes"] and first["panels"] and not again["panels"]
    version = store.version()
    assert notes().computed == {(os.getpid(), version, f"{entry}|lang=zh-CN&style=screen&theme=dark|wall|all"): 1}
    with store.writing() as conn:
        bump(conn, "bench")
    for _ in range(2):
        client.get(scene_path(entry, []))
    assert {(number, times) for (_, number, _), times in notes().computed.items()} == {(version, 1), (version + 1, 1)}


def test_questions_are_noted_with_how_they_were_answered(wall):
    _, client, notes = wall
    client.get(f"{LIST}?{LOOK}")
    client.post(f"{LIST}/beat?{LOOK}", json={"wall": "bench-wall-1"})
    client.post(f"{LIST}/beat?{LOOK}", json={"wall": "x"})
    client.get(scene_path("99.nothing", []))
    client.get("/readyz")
    assert notes().asked == {("list", 200): 1, ("beat", 200): 1, ("beat", 400): 1, ("scene", 404): 1}
