"""The engine's benchmarks compare like with like: one scorer, the same legs, windows and prices for everybody."""

from __future__ import annotations

import importlib.util
from itertools import permutations, product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks.engine import against_peers
from benchmarks.engine.against_peers import week_by
from benchmarks.engine.assignment import Instance, assign, cost_of, gap, read_instance
from benchmarks.engine.councils import full_boards, mobilisation
from benchmarks.engine.hospice import Call, calls_of, faults, hospice
from benchmarks.engine.hospice_week import day_patterns, read_week, week_of
from benchmarks.engine.instances import Waiting, for_peers, zone
from benchmarks.engine.measured import measured
from benchmarks.engine.online import asked_everywhere
from benchmarks.engine.peers import PEERS
from benchmarks.engine.plot import draw, main, newest
from benchmarks.engine.schedule import RoundDay, linked, round_days_of, score
from benchmarks.engine.tasks import FORBIDDEN_S, Routes, Task, round_days, shares, tasks
from benchmarks.results import Results, Row, write_csv
from solver.assemble import assemble
from solver.draft import Draft
from solver.problem import Problem
from solver.solve import Effort
from tests.solver.worlds import world

SMALL = Effort(searches=1, iterations=1, most_iterations=5, threads=1)


def small_zone(waiting: Waiting = "unpaid", packages: int = 6) -> Problem:
    return for_peers(world(5, packages=packages, providers=1, side_m=700.0), waiting)


def commissioned(problem: Problem) -> list[int]:
    """Visits of no other layout than the week as commissioned."""
    return [v for package in problem.packages for v in package.visits]


def test_in_a_zone_everybody_waits_and_nobody_is_served() -> None:
    made = zone(12, 1, "several", scale=0.04)
    problem, figures = made
    assert (figures.packages, len(problem.cases), problem.rounds) == (12, 12, ())
    assert {package.state for package in problem.packages} == {"waiting"}
    assert {package.patch for package in problem.packages} == {0}
    assert figures.visits_a_week == sum(problem.visits[v].days.bit_count() for v in commissioned(problem))
    assert not any(fixed for package in problem.packages for fixed in package.fixed)
    draft = Draft(problem)
    assert all(len(draft.offers[case]) == 4 for case in draft.cases)
    hours = sum(package.counted_min for package in problem.packages)
    primaries = sum(one.cap_min for one in problem.contracts if one.role == "primary")
    assert primaries == pytest.approx(0.6 * hours, rel=0.1)
    again = zone(12, 1, "several", scale=0.04).problem
    assert [one.ref for one in again.packages] == [one.ref for one in problem.packages]


def test_a_zone_larger_than_its_council_is_refused() -> None:
    with pytest.raises(ValueError, match="raise the scale"):
        zone(500, 1, scale=0.02)


def test_what_is_switched_off_for_peers_leaves_windows_legs_and_shifts() -> None:
    whole = world(1, packages=4)
    relaxed = for_peers(whole, "paid")
    assert (relaxed.visits, relaxed.shifts, relaxed.homes) == (whole.visits, whole.shifts, whole.homes)
    assert relaxed.travel is whole.travel
    assert relaxed.parameters.walk_leg_s == whole.parameters.walk_leg_s
    assert relaxed.parameters.modes == ("walk",)
    assert any(package.others for package in whole.packages)
    assert not any(package.others for package in relaxed.packages)


def test_tasks_hold_every_visit_of_the_week_once() -> None:
    problem = small_zone()
    week = tasks(problem)
    held = sorted((visit, day) for task in week for day in task.days for visit in task.visits)
    due = sorted((v, d) for v in commissioned(problem) for d in range(7) if problem.visits[v].days >> d & 1)
    assert held == due
    assert sum(shares(10.0, week)) == pytest.approx(10.0)
    for task in week:
        assert not task.travel_s[0].any()
        legs = task.travel_s[1:, 1:]
        assert ((legs <= problem.parameters.walk_leg_s) | (legs == FORBIDDEN_S)).all()


@pytest.mark.parametrize("waiting", ["paid", "unpaid"])
def test_the_scorer_agrees_with_the_engine_about_its_own_rounds(waiting: Waiting) -> None:
    solved = measured(small_zone(waiting), 1, SMALL)
    reached = score(solved.draft.problem, round_days_of(solved.draft))
    assert reached.paid_min == round(solved.draft.cost_s() / 60)
    assert (reached.left_out, reached.faults) == (0, 0)
    assert solved.cpu_s > 0
    assert solved.peak_mib > 10


def test_the_scorer_finds_what_is_left_out_late_or_done_twice() -> None:
    problem = small_zone()
    days = round_days_of(measured(problem, 1, SMALL).draft)
    assert score(problem, days[1:]).left_out == len(days[0].visits)
    assert score(problem, [*days, days[0]]).faults == len(days[0].visits)
    longest = max(days, key=lambda one: len(one.visits))
    turned = longest._replace(visits=longest.visits[::-1])
    assert score(problem, [turned if one is longest else one for one in days]).faults > 0


def test_days_are_linked_to_the_round_that_served_most_of_their_people() -> None:
    problem = small_zone()
    by_package = {one.package: v for v, one in reversed(list(enumerate(problem.visits)))}
    a, b, c, d = (by_package[package] for package in range(4))

    def worked(day: int, *visits: int) -> RoundDay:
        return RoundDay(day, 0, 1, "walk", visits)

    days = linked(problem, [worked(0, a, b), worked(0, c, d), worked(1, c, d), worked(1, b), worked(2, a)])
    assert [one.round for one in days] == [0, 1, 1, 0, 0]
    both = linked(problem, [worked(0, a), worked(1, a), worked(1, b)])
    assert [one.round for one in both] == [0, 0, 1]


@pytest.mark.parametrize("name", sorted(PEERS))
@pytest.mark.parametrize("waiting", ["paid", "unpaid"])
def test_a_peer_finds_legal_rounds_as_good_as_every_order_tried(name: str, waiting: Waiting) -> None:
    module, library = PEERS[name]
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed (the bench extra)")
    problem = small_zone(waiting)
    week = tasks(problem)
    reached = score(problem, week_by(library, week, 0.04 * len(week), 1))
    assert (reached.left_out, reached.faults) == (0, 0)
    small = first_of(max(week, key=lambda task: len(task.visits)), 4)
    found = paid_min(problem, small, library(small, 0.1, 1))
    if waiting != "paid" or name != "vroom":  # VROOM has no price for waiting
        assert found == min(paid_min(problem, small, routes) for routes in every_way(len(small.visits)))


def test_where_short_gaps_are_paid_the_better_of_a_librarys_plans_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = world(5, packages=6, providers=1, side_m=700.0)
    monkeypatch.setattr(against_peers, "zone", lambda _packages, _seed: SimpleNamespace(problem=whole))
    monkeypatch.setattr(against_peers, "present", lambda: ({"pyvrp": one_round_each}, ["vroom"]))
    results = against_peers.peers("quick", 1, 1)
    assert "left out: vroom" in results.title
    groups = [(start_min, waiting) for start_min in (30, 60) for waiting in ("unpaid", "paid", "short")]
    expected = [(*group, solver) for group in groups for solver in ("careround", "pyvrp")]
    expected += [(30, waiting, "careround, planned for an hour") for waiting in ("unpaid", "paid", "short")]
    assert [(row["start_min"], row["waiting"], row["solver"]) for row in results.rows] == expected
    visits = sum(whole.visits[v].days.bit_count() for v in commissioned(whole))
    assert [row["round_days"] for row in results.rows if row["solver"] == "pyvrp"] == [visits] * 6
    assert all(row["left_out"] == row["faults"] == 0 for row in results.rows)
    ours, dear, theirs = results.summary[:3]
    assert (theirs["paid_over_pyvrp_percent"], theirs["days_over_vroom_percent"]) == (0, "")
    assert float(ours["paid_over_pyvrp_percent"]) <= float(dear["paid_over_pyvrp_percent"]) < 0


def test_a_plan_for_a_dearer_round_day_is_also_scored_at_the_default_price(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = world(5, packages=6, providers=1, side_m=700.0)
    monkeypatch.setattr(against_peers, "zone", lambda _packages, _seed: SimpleNamespace(problem=whole))
    monkeypatch.setattr(against_peers, "present", lambda: ({}, []))
    rows = {(row["waiting"], row["start_min"], row["solver"]): row for row in against_peers.peers("quick", 1, 1).rows}
    for waiting in ("unpaid", "paid", "short"):
        planned, scored = rows[waiting, 60, "careround"], rows[waiting, 30, "careround, planned for an hour"]
        assert scored["round_days"] == planned["round_days"]
        assert int(planned["paid_min"]) - int(scored["paid_min"]) >= 30 * int(scored["round_days"])


def one_round_each(task: Task, _seconds: float, _seed: int) -> Routes:
    return [[i] for i in range(len(task.visits))]


def first_of(task: Task, count: int) -> Task:
    return task._replace(
        visits=task.visits[:count],
        earliest_s=task.earliest_s[:count],
        latest_s=task.latest_s[:count],
        duration_s=task.duration_s[:count],
        travel_s=task.travel_s[: count + 1, : count + 1],
    )


def paid_min(problem: Problem, task: Task, routes: list[list[int]]) -> float:
    reached = score(problem, round_days(task, routes))
    return float("inf") if reached.faults else reached.paid_min


def every_way(count: int) -> list[list[list[int]]]:
    """Every way to split an order of visits into routes."""
    ways = []
    for order in permutations(range(count)):
        for cuts in product((False, True), repeat=count - 1):
            routes = [[order[0]]]
            for visit, cut in zip(order[1:], cuts, strict=True):
                if cut:
                    routes.append([])
                routes[-1].append(visit)
            ways.append(routes)
    return ways


def test_a_small_assignment_is_solved_to_the_best(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    asked = Instance(rng.integers(5, 30, (3, 6)), rng.integers(3, 9, (3, 6)), np.array([14, 14, 14]))
    priced = [cost_of(asked, np.array(one)) for one in product(range(3), repeat=6)]
    assert cost_of(asked, assign(asked).providers) == min(cost for cost in priced if cost)
    numbers = [3, 6, *asked.cost.ravel(), *asked.load.ravel(), *asked.cap]
    (tmp_path / "some").write_text(" ".join(map(str, numbers)))
    again = read_instance(tmp_path / "some")
    assert all((one == other).all() for one, other in zip(asked, again, strict=True))


def test_assignment_instances_that_are_not_at_hand_are_said_to_be_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CAREROUND_BENCH_DATA", str(tmp_path))
    results = gap("quick")
    assert results.rows == []
    assert "CAREROUND_BENCH_DATA" in results.title


HOSPICE = """
nPatients 7
nNurses 2
nDays 5
nurseAvail
2 1
patAvail
1 2 2
release
48 48 48 60 60 48 48
deadline
90 90 66 90 90 90 90
duration
0 0 6 12 12 0 0
dayReq
5 5 5 2 3 5 5
code
0 0 0 1 1 0 0
maxWeekly
240 240
base
1 6 2 7
travelTime
0 0 2 2 2 0 0
0 0 2 2 2 0 0
0 0 0 1 1 2 2
0 0 1 0 1 2 2
0 0 1 1 0 2 2
0 0 0 0 0 0 0
0 0 0 0 0 0 0
preAssignNurse
1 0 0
preAssignDays
1 1 1 1 1
0 0 0 0 0
0 0 0 0 0
preAssignWindows
50 56
0 0
0 0
"""


def test_a_hospice_week_is_planned_within_its_own_rules(tmp_path: Path) -> None:
    (tmp_path / "week").write_text(HOSPICE)
    asked = read_week(tmp_path / "week")
    problem = week_of(asked)
    solved = measured(problem, 1, Effort(threads=1))
    calls = calls_of(asked, assemble(solved.draft, ()))
    assert {call.client for call in calls} == {0, 1, 2}
    assert {call.aide for call in calls} == {0}
    assert sorted(call.day for call in calls if call.client == 2) == [0, 2, 4]
    assert faults(asked, calls) == []


@pytest.mark.parametrize(("weekly", "served"), [(95, {0, 1, 2}), (94, {0, 2})])
def test_a_hospice_aide_works_no_longer_than_its_week(tmp_path: Path, weekly: int, served: set[int]) -> None:
    (tmp_path / "week").write_text(HOSPICE)
    asked = read_week(tmp_path / "week")._replace(weekly=np.array([weekly, weekly]))
    calls = calls_of(asked, assemble(measured(week_of(asked), 1, Effort(threads=1)).draft, ()))
    assert {call.client for call in calls} == served
    assert faults(asked, calls) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"start": 67.0}, "outside its window"),
        ({"start": 48.0}, "before its shift"),
        ({"aide": 1}, "another aide"),
        ({"day": 6}, "on days"),
    ],
)
def test_a_hospice_roster_that_breaks_the_rules_is_found_out(
    tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    (tmp_path / "week").write_text(HOSPICE)
    asked = read_week(tmp_path / "week")
    calls = [Call(0, 0, day, 50.0) for day in range(5)]
    assert faults(asked, calls) == []
    assert faults(asked, []) == ["client 0 is not served any more"]
    assert any(said in one for one in faults(asked, [call._replace(**changed) for call in calls]))
    crowded = [*calls, *(Call(0, 1, day, 62.0) for day in (0, 2)), *(Call(0, 2, day, 74.0) for day in (0, 2, 4))]
    assert faults(asked, crowded) == [f"aide 0 would be late at node 4 on day {day}" for day in (0, 2)]
    long_days = asked._replace(weekly=np.array([29, 240]))
    assert faults(long_days, calls) == ["aide 0 would work 30 units, over 29"]


def test_days_of_a_hospice_client_lie_apart() -> None:
    assert day_patterns(5, 3, 1) == [0b10101]
    assert day_patterns(5, 2, 2) == [0b01001, 0b10001, 0b10010]
    assert len(day_patterns(5, 1, 0)) == 5


def test_hospice_weeks_are_reported_against_what_is_published_or_said_to_be_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CAREROUND_BENCH_DATA", str(tmp_path))
    missing = hospice("quick", 1, 1)
    assert missing.rows == []
    assert "CAREROUND_BENCH_DATA" in missing.title
    (tmp_path / "heching").mkdir()
    (tmp_path / "heching" / "week.txt").write_text(HOSPICE)
    columns = "instance,new_packages,published_accepted_new_shift_plus3,published_time_s"
    (tmp_path / "heching" / "best_known.csv").write_text(f"{columns}\nweek.txt,2,2,4-5\nanother.txt,2,2,1\n")
    results = hospice("quick", 1, 1)
    (row,) = results.rows
    assert (row["accepted"], row["published_accepted"], row["published_s"]) == (2, 2, "4-5")
    assert (row["existing_placed"], row["rules_held"]) == (1, "yes")
    assert results.failures == []
    assert "1 others are listed but not at hand" in results.title


def test_a_full_board_keeps_those_who_have_waited_longest() -> None:
    problem = full_boards("merton", 4, 0.04, 1)
    assert sum(len(case) for case in problem.cases) == 4
    assert len(problem.rounds) > 0
    draft = Draft(problem)
    _, totals, _, _, _ = asked_everywhere(draft, draft.cases[0]).price_all()
    assert len(totals)


def test_in_a_mobilisation_growth_does_not_limit() -> None:
    problem = mobilisation("merton", 0.02, 1)
    assert problem.rounds == ()
    assert all(one.growth_limit_min >= 1_000_000 for one in problem.providers)


def test_the_newest_rows_over_time_are_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--csv", str(tmp_path / "none.csv")])
    assert "python -m benchmarks over_time" in capsys.readouterr().err
    row: Row = {
        "solver": "careround",
        "waiting": "paid",
        "cpu_s": 1.5,
        "paid_min": 3,
        "round_days": 2,
        "rounds_per_person": 1,
    }
    rows = Results(name="over_time", title="", rows=[row])
    write_csv(rows, tmp_path, "2026-01-01T000000", {})
    last = write_csv(rows, tmp_path, "2026-01-02T000000", {})
    assert newest(tmp_path) == last
    if importlib.util.find_spec("matplotlib") is not None:
        draw(last, tmp_path / "drawn.svg")
        assert (tmp_path / "drawn.svg").read_text().startswith("<?xml")
