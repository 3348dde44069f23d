"""Batches in tests: what is asked for, made and opened again, and whether index, hashes and files say the same."""

import csv
import hashlib
import io
import zipfile

import openpyxl

from callbacks import batch_run
from callbacks.batch_define import Asked, define
from data.batches.jobs import Batches, Job
from data.store import Store
from tests.campaign import CHANGSHU, QINHUAI, XUANWU

QUERY = "campaign=xh-2022"
PLACES = (XUANWU, QINHUAI, CHANGSHU)


def asked(charts=("status-structure",), forms=("csv",), regions=PLACES, query=QUERY, **more) -> Asked:
    return Asked(charts, forms, query, regions=regions, **more)


def make(store: Store, batches: Batches, what: Asked, least: str = "internal", tell=lambda job: None) -> Job:
    return run(store, batches, batches.make(define(store, what, "all", None)), least, tell)


def run(store: Store, batches: Batches, job: Job, least: str = "internal", tell=lambda job: None) -> Job:
    return batch_run.run(store, batches, job, batches.folder.parent / "exports", "", least, tell)


def opened(job: Job) -> dict[str, bytes]:
    with zipfile.ZipFile(job.bundle) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def index(held: dict[str, bytes]) -> list[dict[str, object]]:
    """The index as CSV, after its workbook has been found to say the same."""
    rows = list(csv.DictReader(io.StringIO(held["index.csv"].decode("utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(held["index.xlsx"])).worksheets[0]
    cells = list(sheet.iter_rows(values_only=True))
    assert len(cells) == len(rows) + 1
    for row, line in zip(rows, cells[1:], strict=True):
        told = dict(zip(rows[0], line, strict=True))
        assert (told["region_code"], told["file"] or "", told["sha256"] or "") == (row["region_code"], row["file"], row["sha256"])
        assert str(told["bytes"] or 0) == row["bytes"]
    return rows


def agree(held: dict[str, bytes]) -> list[dict[str, object]]:
    """Index, hashes and files say the same; gives the index."""
    rows = index(held)
    there = {row["file"]: row for row in rows if row["file"]}
    assert {name for name in held if name.startswith("files/")} == set(there)
    for name, row in there.items():
        assert (len(held[name]), hashlib.sha256(held[name]).hexdigest()) == (int(row["bytes"]), row["sha256"])
    sums = dict(line.split("  ", 1)[::-1] for line in held["SHA256SUMS"].decode().splitlines())
    assert set(sums) == set(held) - {"SHA256SUMS"}
    assert all(hashlib.sha256(held[name]).hexdigest() == sha for name, sha in sums.items())
    return rows
