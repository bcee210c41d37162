"""Means of travel: the cheapest that is allowed, at the price of the place, and only where it is offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from solver import kernel
from solver.assemble import assemble
from solver.board import Board
from solver.cost import day_cost_s
from solver.facts import UNREACHABLE_S
from solver.means import MODES, Mode, Table
from solver.options import options
from solver.plan import Plan, PlanReason
from solver.problem import (
    CapacityReturn,
    Contract,
    Home,
    LiveRound,
    Package,
    Parameters,
    Part,
    Patch,
    Problem,
    Procedure,
    Provider,
    Shift,
    Visit,
)
from solver.rule import Scope
from solver.rules import rules_of
from solver.solve import Effort, solve
from solver.timetable import timetable
from solver.verify import verify
from tests.solver.edits import applied
from tests.solver.worlds import world

QUICK = Effort(searches=1, iterations=2, threads=1)
MIN = 60
HOUR = 3_600
MORNING = 8 * HOUR, 9 * HOUR
EVENING = 17 * HOUR, 18 * HOUR


def calls(
    *windows: tuple[int, int],
    legs: dict[Table, int],
    modes: tuple[Mode, ...],
    offered: tuple[Mode, ...] | None = None,
    driven: tuple[int, int] | None = None,
    unsafe: bool = False,
    carers: int | None = None,
    **parameters: Any,
) -> Problem:
    """One daily half-hour call at each home, all homes equally far from each other."""
    n = len(windows)
    visits = tuple(
        Visit(
            ref="call",
            package=i,
            line=0,
            home=i,
            days=1,
            earliest_s=earliest,
            latest_s=latest,
            duration_s=30 * MIN,
            crew=1,
        )
        for i, (earliest, latest) in enumerate(windows)
    )
    return Problem(
        name="Calls (fictional)",
        week_starts_on=740_000,
        parameters=Parameters(modes=modes, **parameters),
        shifts=(Shift(ref="long", pattern=0, start_s=7 * HOUR, end_s=19 * HOUR),),
        providers=(Provider(ref="provider", pattern=0, modes=offered),),
        procedures=(Procedure(ref="call-off", steps=((frozenset({"primary"}), "rank"),)),),
        contracts=(
            Contract(
                ref="contract",
                provider=0,
                zone=0,
                lots=frozenset({"older_people"}),
                role="primary",
                rank=1,
                procedure=0,
                starts_on=0,
            ),
        ),
        embargoes=(),
        returns=()
        if carers is None
        else (CapacityReturn(ref="return", provider=0, patch=0, shift=0, minutes=9_000, carers=carers, pairs=0),),
        zones=("zone",),
        patches=(Patch(ref="patch", zone=0, driven=driven),),
        homes=tuple(Home(ref=f"home-{i}", patch=0, unsafe_after_dark=unsafe) for i in range(n)),
        packages=tuple(
            Package(
                ref=f"package-{i}",
                home=i,
                zone=0,
                patch=0,
                lot="older_people",
                priority=1,
                days_waiting=n - i,
                state="waiting",
                change="new",
                lines=("line",),
                carer_min=30,
                counted_min=30,
                visits=(i,),
                parts=((i,),),
                fixed=((),),
            )
            for i in range(n)
        ),
        visits=visits,
        parts=tuple(Part(package=i, line=0, shift=0, crew=1, visits=(i,)) for i in range(n)),
        rounds=(),
        cases=tuple((i,) for i in range(n)),
        travel={table: np.where(np.eye(n, dtype=bool), 0, leg_s).astype(np.uint16) for table, leg_s in legs.items()},
    )


def planned(problem: Problem) -> Plan:
    plan = assemble(*solve(problem, seed=1, effort=QUICK))
    assert verify(problem, plan) == []
    return plan


def means_of(plan: Plan) -> list[str]:
    return [one.mode for one in plan.rounds]


def refused_by(plan: Plan, rule: str) -> PlanReason:
    (refusal,) = (refusal for one in plan.unplaced for refusal in one.refusals)
    return next(reason for reason in refusal.reasons if reason.rule == rule)


FAR: dict[Table, int] = {"walk": UNREACHABLE_S, "cycle": 10 * MIN, "drive": 6 * MIN}
"""Too far to walk."""


def test_a_round_is_cycled_where_that_is_cheaper_than_a_car() -> None:
    problem = calls(MORNING, MORNING, legs=FAR, modes=("walk", "drive", "cycle"), carers=1)
    assert means_of(planned(problem)) == ["cycle"]
    dear = replace(problem, parameters=replace(problem.parameters, cycle_start_s=5_000))
    assert means_of(planned(dear)) == ["drive"]
    plan = planned(problem)
    assert plan.kpis["cycled_visits_percent"] == 100.0
    assert plan.kpis["walkable_visits_percent"] == 0.0


def test_a_car_is_found_though_it_pays_from_the_fourth_home_on_only() -> None:
    far: dict[Table, int] = {"walk": UNREACHABLE_S, "drive": 10 * MIN}
    windows = [(8 * HOUR, 12 * HOUR)] * 4
    problem = calls(*windows, legs=far, modes=("walk", "drive"))
    first_steps = planned(problem)
    assert means_of(first_steps) == ["walk"] * 4  # each by itself: a second and a third home in a car would cost more
    plan = assemble(*solve(problem, seed=1, effort=Effort(searches=1, threads=1)))
    assert means_of(plan) == ["drive"]
    assert verify(problem, plan) == []
    three = calls(*windows[:3], legs=far, modes=("walk", "drive"))
    assert means_of(assemble(*solve(three, seed=1, effort=Effort(searches=1, threads=1)))) == ["walk"] * 3


def test_a_way_by_bicycle_has_its_own_limit_and_does_not_count_as_walking() -> None:
    problem = calls(
        MORNING, MORNING, legs=FAR, modes=("cycle",), carers=1, cycle_leg_s=9 * MIN, walk_total_s=5 * MIN, walk_leg_s=60
    )
    plan = planned(problem)
    reason = refused_by(plan, "CYCLE_LEG")
    assert reason.unlock is not None
    opened = applied(problem, reason.unlock)
    assert opened.parameters.cycle_leg_s == 10 * MIN
    assert not planned(opened).unplaced


def test_carers_who_do_not_drive_are_driven_where_a_price_is_in_force() -> None:
    problem = calls(
        MORNING,
        MORNING,
        legs=FAR,
        modes=("walk", "drive", "driven"),
        offered=("walk", "driven"),
        driven=(8_000, 170),
        carers=1,
    )
    plan = planned(problem)
    assert means_of(plan) == ["driven"]
    assert plan.kpis["driven_visits_percent"] == 100.0
    assert next(one.value for one in plan.levels if one.level == "5") == 8_000 + 6 * MIN * 170 // 100
    without = replace(problem, patches=(replace(problem.patches[0], driven=None),))
    assert means_of(planned(without)) == ["walk"]
    assert len(planned(without).unplaced) == 1


def test_the_price_of_the_patch_decides_whether_carers_are_driven() -> None:
    problem = calls(MORNING, MORNING, legs=FAR, modes=("drive", "driven"), driven=(3_000, 170), carers=1)
    assert means_of(planned(problem)) == ["driven"]
    dear = replace(problem, patches=(replace(problem.patches[0], driven=(8_000, 170)),))
    assert means_of(planned(dear)) == ["drive"]


def test_a_live_driven_round_goes_on_without_a_price_and_counts_like_one_by_car() -> None:
    problem = calls(MORNING, MORNING, legs=FAR, modes=("walk",))
    served = replace(problem.packages[0], state="live", provider=0)
    live = LiveRound(
        ref="live", provider=0, patch=0, shift=0, mode="driven", crew=1, source="declared", days=((0,), *[()] * 6)
    )
    problem = replace(problem, packages=(served, problem.packages[1]), rounds=(live,), cases=((1,),))
    plan = planned(problem)
    assert means_of(plan) == ["driven"]
    cost_s = problem.parameters.drive_start_s + 6 * MIN * problem.parameters.drive_percent // 100
    assert next(one.value for one in plan.levels if one.level == "5") == cost_s


@pytest.mark.parametrize(("mode", "placed"), [("walk", 1), ("cycle", 1), ("drive", 2), ("driven", 2)])
def test_after_dark_a_single_carer_comes_to_an_unsafe_home_by_car_only(mode: Mode, placed: int) -> None:
    near: dict[Table, int] = {"walk": 300, "cycle": 200, "drive": 200}
    problem = calls(MORNING, EVENING, legs=near, modes=(mode,), driven=(3_000, 170), unsafe=True)
    plan = planned(problem)
    assert len(plan.placements) == placed
    assert placed == 2 or refused_by(plan, "SAFETY_AFTER_DARK").code == "SAFETY_MEANS"


def test_the_verifier_finds_means_that_a_provider_does_not_offer() -> None:
    problem = calls(MORNING, MORNING, legs=FAR, modes=("cycle", "drive", "driven"), offered=("cycle", "driven"))
    plan = planned(problem)
    assert set(means_of(plan)) == {"cycle"}
    for mode in ("drive", "driven", "walk"):
        wrong = replace(plan, rounds=tuple(replace(one, mode=mode) for one in plan.rounds))
        assert "SAFETY_MEANS" in {one.code for one in verify(problem, wrong)}, mode
    known = replace(problem, travel={"cycle": problem.travel["cycle"]}, parameters=Parameters(modes=("cycle",)))
    wrong = replace(plan, rounds=tuple(replace(one, mode="drive") for one in plan.rounds))
    assert "SAFETY_MEANS" in {one.code for one in verify(known, wrong)}
    wrong = replace(plan, rounds=tuple(replace(one, mode="swim") for one in plan.rounds))
    assert "UNKNOWN_REF" in {one.code for one in verify(problem, wrong)}


LIT: dict[Table, int] = {"walk": 10 * MIN, "dark_walk": 18 * MIN}


def test_a_walk_after_dark_is_as_long_as_on_lit_ways_and_refused_when_that_is_too_long() -> None:
    problem = calls(EVENING, EVENING, legs=LIT, modes=("walk",), carers=1)
    assert not planned(problem).unplaced
    lit = replace(problem, parameters=replace(problem.parameters, lit_ways_after_dark=True))
    plan = planned(lit)
    reason = refused_by(plan, "WALK_LEG")
    assert reason.unlock is not None
    opened = applied(lit, reason.unlock)
    assert opened.parameters.walk_leg_s == 18 * MIN
    plan = planned(opened)
    assert not plan.unplaced
    assert [visit.travel_s for one in plan.rounds for visit in one.days["mon"]] == [0, 18 * MIN]


def test_the_window_of_the_visit_decides_whether_a_way_is_dark() -> None:
    dusk = Parameters().dusk_s
    for latest_s, leg_s in ((dusk - 1, 10 * MIN), (dusk, 18 * MIN)):
        window = (dusk - HOUR, latest_s)
        problem = calls(MORNING, window, legs=LIT, modes=("walk",), lit_ways_after_dark=True, walk_leg_s=HOUR)
        assert problem.leg_s("walk", 0, 1) == leg_s
        assert problem.leg_s("walk", 1, 0) == 10 * MIN
        assert problem.legs_s("walk", [0, 1]).tolist() == [[0, leg_s], [10 * MIN, 0]]


@pytest.mark.parametrize("seed", range(24))
def test_joining_finds_the_cheapest_of_all_places_whatever_the_means(seed: int) -> None:
    problem = world(seed, packages=9, side_m=900.0, double_share=0.0, all_means=True)
    problem = replace(problem, parameters=replace(problem.parameters, split_gap_s=3 * HOUR))
    board = Board(problem, 0, range(len(problem.parts)), ())
    rng = np.random.default_rng(seed)
    for mode in MODES:
        setting = problem.day_setting(1, mode, 1)
        late = [row for row, visit in enumerate(board.tables.visits) if problem.visits[visit].earliest_s > 15 * HOUR]
        day = sorted(
            (int(row) for row in rng.choice(late, size=3, replace=False)),
            key=lambda row: int(board.tables.rows[row, 1]),
        )
        for row in (row for row in late if row not in day):
            places = [_price(problem, board, [*day[:p], row, *day[p:]], mode) for p in range(len(day) + 1)]
            sequences, lengths, costs = np.zeros((7, 40), np.int64), np.zeros(7, np.int64), np.zeros(7, np.int64)
            sequences[0, : len(day)], lengths[0] = day, len(day)
            nothing = np.zeros((7, kernel.RULES), np.int64)
            chosen, work = np.zeros((7, 1), np.int64), np.zeros((7, kernel.ROOM + 1, 41), np.int64)
            joins, monday, weights = np.array([row], np.int64), np.ones(1, np.int64), problem.weights(mode, 0)
            price = kernel.join_week(
                sequences, lengths, costs, nothing, joins, monday, board.tables.rows, board.tables.travel, setting, board.tables.limits,
                weights, kernel.IMPOSSIBLE, chosen, work,
            )  # fmt: skip
            assert int(price) == min(places)
            if min(places) < kernel.IMPOSSIBLE:
                assert places[int(chosen[0, 0])] == min(places)


def _price(problem: Problem, board: Board, rows: Sequence[int], mode: Mode) -> int:
    _, facts = timetable(problem, [board.tables.visits[row] for row in rows], problem.day_setting(1, mode, 1))
    if any(rule.excess(facts, problem.day_limits()) > 0 for rule in rules_of(Scope.DAY)):
        return int(kernel.IMPOSSIBLE)
    return day_cost_s(facts, 1, *problem.weights(mode, 0))


def test_a_split_shift_is_refused_where_the_council_says_so_and_the_limit_unlocks_it() -> None:
    near: dict[Table, int] = {"walk": 300}
    problem = calls(MORNING, (12 * HOUR, 12 * HOUR + 300), legs=near, modes=("walk",), carers=1)
    plan = planned(problem)
    assert not plan.unplaced
    assert len(plan.rounds) == 1
    strict = replace(problem, parameters=replace(problem.parameters, split_gap_s=HOUR))
    plan = planned(strict)
    reason = refused_by(plan, "SPLIT_SHIFT")
    assert reason.code == "BREAK_OR_REST"
    assert reason.unlock is not None
    opened = applied(strict, reason.unlock)
    assert opened.parameters.split_gap_s == 12 * HOUR - 9 * HOUR - 35 * MIN
    assert not planned(opened).unplaced
    wrong = planned(problem)
    assert "SPLIT_SHIFT" in {one.rule for one in verify(strict, wrong)}


def test_who_left_a_gap_that_is_too_long_is_priced_by_what_coming_back_adds() -> None:
    near: dict[Table, int] = {"walk": 300}
    hours = (8, 10, 12)
    windows = [(hour * HOUR, hour * HOUR) for hour in hours]
    problem = calls(*windows, legs=near, modes=("walk",), carers=1, split_gap_s=2 * HOUR, paid_gap_s=2 * HOUR)
    draft, _ = solve(problem, seed=1, effort=QUICK)
    whole = draft.cost_s()
    assert not draft.withdraw(1)
    (option,) = options(draft, 1)
    assert option.added_s == whole - draft.cost_s() == 300 + 2 * 85 * MIN
