"""The benchmarks measure what they say, and leave a table that names its machine."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.engine_bound import one_zone
from benchmarks.insertion import everybody_waiting, insertion_us
from benchmarks.machine import machine_facts
from benchmarks.results import Results, write_csv
from benchmarks.usage import run_careround
from solver.draft import Draft
from solver.search import Search
from tests.solver.worlds import world

ROOT = Path(__file__).resolve().parents[1]


def test_every_round_with_visits_gives_one_sample() -> None:
    search = Search(Draft(world(3, packages=10)), [1])
    search.construct()
    draft = search.draft()
    rounds = sum(not board.is_empty(r) for board in draft.boards.values() for r in range(len(board.rounds)))
    samples = insertion_us(draft)
    assert len(samples) == rounds
    assert all(0 < sample < 10_000 for sample in samples)


def test_a_council_from_scratch_has_nobody_served() -> None:
    council = everybody_waiting(1, 0.02)
    assert {package.state for package in council.packages} == {"waiting"}
    assert council.rounds == ()


def test_a_zone_for_the_bound_has_as_many_people_waiting_as_asked_for() -> None:
    problem, zone = one_zone(8, 1)
    people = [problem.packages[package] for case in problem.cases for package in case]
    assert len(people) in (8, 9)
    assert {(person.zone, person.state) for person in people} == {(zone, "waiting")}


def test_a_command_is_measured_with_its_exit_code() -> None:
    used = run_careround("verify", "nothing.json", "nothing.json")
    assert used.exit_code == 2
    assert "nothing.json" in used.said
    assert used.cpu_s > 0
    assert used.wall_s > 0
    assert used.peak_mib > 10


def test_a_csv_names_its_machine_in_every_row(tmp_path: Path) -> None:
    results = Results(
        name="some", title="Some", rows=[{"profile": "merton", "cpu_s": 1.5}, {"profile": "leeds", "cpu_s": 2}]
    )
    path = write_csv(results, tmp_path / "made", "2026-11-22T010203", machine_facts())
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["profile"] for row in rows] == ["merton", "leeds"]
    assert all(row["machine_processor"] and row["machine_numba"] and row["measured_at"] for row in rows)


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nothing"])
    assert "no benchmark nothing" in capsys.readouterr().err


def test_the_page_of_the_benchmarks_names_each() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text()
    assert set(re.findall(r"^##+ `(\w+)`", page, flags=re.MULTILINE)) == set(BENCHMARKS)
