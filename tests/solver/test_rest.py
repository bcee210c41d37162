"""Rest between days, and carers and hours enough for a week: kept by the search, not only noticed by the checker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.assemble import assemble
from solver.problem import Package, Parameters, Part, Problem, Shift
from solver.solve import Effort, solve
from solver.verify import verify
from tests.proof import examples
from tests.solver.edits import applied
from tests.solver.test_means import MIN, calls, planned, refused_by
from tests.solver.worlds import HOUR, world

QUICK = Effort(searches=2, iterations=2, threads=1)


def one_long_shift(problem: Problem) -> Problem:
    """Let everybody work from seven in the morning to half past ten at night."""
    long = Shift(ref="long", pattern=0, start_s=7 * 3600, end_s=22 * 3600 + 1800)
    parts: list[Part] = []
    packages: list[Package] = []
    for package in problem.packages:
        mine = [problem.parts[part] for part in package.parts[0]]
        crews = sorted({part.crew for part in mine})
        first = len(parts)
        for crew in crews:
            visits = tuple(v for part in mine if part.crew == crew for v in part.visits)
            parts.append(replace(mine[0], shift=0, crew=crew, visits=visits))
        packages.append(replace(package, parts=(tuple(range(first, len(parts))),), others=()))
    return replace(problem, shifts=(long,), parts=tuple(parts), packages=tuple(packages))


def test_a_shift_too_long_for_daily_rest_is_filled_only_as_far_as_rest_allows() -> None:
    problem = one_long_shift(world(3, packages=14, providers=2))
    plan = assemble(*solve(problem, seed=1, effort=QUICK))
    assert verify(problem, plan) == []
    assert plan.placements


def test_with_one_carer_to_a_round_nobody_who_needs_every_day_is_placed_and_the_reason_is_rest() -> None:
    problem = world(5, packages=10, providers=2, parameters=Parameters(carers_per_round=1))
    plan = assemble(*solve(problem, seed=1, effort=QUICK))
    assert verify(problem, plan) == []
    by_ref = {package.ref: package for package in problem.packages}
    for one in plan.placements:
        days = {problem.visits[visit].days for visit in by_ref[one.package_ref].visits}
        assert all(mask.bit_count() < 7 for mask in days)
    codes = {reason.code for one in plan.unplaced for refusal in one.refusals for reason in refusal.reasons}
    assert "BREAK_OR_REST" in codes


EARLY, LATE = (8 * HOUR, 8 * HOUR), (10 * HOUR, 10 * HOUR)
"""Starts of two half-hour calls; with five minutes' walk between them, the gap is 85 minutes."""


@pytest.mark.parametrize("carers", [1, 2])
@pytest.mark.parametrize(("paid_gap_s", "work_s"), [(30 * MIN, 65 * MIN), (2 * HOUR, 150 * MIN)])
def test_a_round_is_filled_up_to_the_hours_of_its_carers_and_the_limit_unlocks_more(
    carers: int, paid_gap_s: int, work_s: int
) -> None:
    def with_hours(week_s: int) -> Problem:
        return calls(
            EARLY,
            LATE,
            legs={"walk": 300},
            modes=("walk",),
            carers=1,
            paid_gap_s=paid_gap_s,
            carers_per_round=carers,
            carer_week_s=week_s // carers,
        )

    enough, short = with_hours(work_s), with_hours(work_s - carers)
    plan = planned(enough)
    assert not plan.unplaced
    assert "WEEKLY_HOURS" in {one.rule for one in verify(short, plan)}
    plan = planned(short)
    assert verify(short, plan) == []
    reason = refused_by(plan, "WEEKLY_HOURS")
    assert reason.code == "BREAK_OR_REST"
    assert reason.unlock is not None
    opened = applied(short, reason.unlock)
    assert work_s <= carers * opened.parameters.carer_week_s < work_s + MIN
    assert not planned(opened).unplaced


@pytest.mark.parametrize("seed", range(examples(10, 200)))
def test_with_few_hours_a_week_plans_hold_and_live_rounds_keep_what_they_have(seed: int) -> None:
    problem = world(seed, packages=8, providers=2, live=6)
    problem = replace(problem, parameters=replace(problem.parameters, carer_week_s=10 * MIN))
    plan = assemble(*solve(problem, seed=seed, effort=QUICK))
    found = verify(problem, plan)
    assert all(one.inherited for one in found)
    assert "WEEKLY_HOURS" in {one.rule for one in found} or not problem.rounds
