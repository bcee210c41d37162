"""Last week's plan in this week: what fits is kept as it was, what does not is named, and the batch is no worse for it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

from solver.assemble import assemble
from solver.carried import carried
from solver.draft import Draft
from solver.levels import better
from solver.plan import Plan
from solver.pool import columns
from solver.problem import Problem
from solver.solve import Effort, reached, solve
from solver.verify import verify
from tests.proof import examples
from tests.solver.worlds import many_sided, world

LIGHT = Effort(searches=2, iterations=2, threads=1)
worlds = pytest.mark.parametrize("seed", range(examples(12, 300)))


@lru_cache(maxsize=64)
def last_week(seed: int) -> tuple[Problem, Draft, Plan]:
    return solved(many_sided(seed))


def solved(problem: Problem) -> tuple[Problem, Draft, Plan]:
    draft, bounds = solve(problem, seed=1, effort=LIGHT)
    return problem, draft, assemble(draft, bounds)


@worlds
def test_a_plan_of_the_same_week_is_kept_whole(seed: int) -> None:
    problem, draft, plan = last_week(seed)
    kept = carried(problem, plan)
    assert kept.dropped == ()
    assert sorted(columns(kept.draft)) == sorted(columns(draft))
    assert reached(kept.draft) == reached(draft)


@worlds
def test_of_a_changed_week_only_what_is_legal_is_kept_and_the_batch_is_never_worse(seed: int) -> None:
    problem, _, plan = last_week(seed)
    changed = replace(
        problem,
        rounds=problem.rounds[1:],
        parameters=replace(problem.parameters, walk_leg_s=400, drive_leg_s=700),
        contracts=tuple(replace(one, cap_min=min(one.cap_min, 2000)) for one in problem.contracts),
    )
    kept = carried(changed, plan)
    named = {ref for line in kept.dropped for ref in line.split(":")[0].split(" and ")}
    placed = {changed.packages[package].ref for case in kept.draft.placed for package in changed.cases[case]}
    assert named | placed == {one.package_ref for one in plan.placements}
    assert not named & placed
    draft, bounds = solve(changed, seed=1, effort=LIGHT, start=kept.draft)
    assert not better(changed, reached(kept.draft), reached(draft))
    assert [one for one in verify(changed, assemble(draft, bounds)) if not one.inherited] == []


def dropped_when(problem: Problem, plan: Plan, package_ref: str) -> str:
    (line,) = (one for one in carried(problem, plan).dropped if one.startswith(f"{package_ref}:"))
    return line


def test_each_drop_says_why() -> None:
    problem, draft, plan = solved(world(3, packages=8, providers=2, live=6))
    case, placed = next((case, one) for case, one in sorted(draft.placed.items()) if one.seats)
    (package,) = problem.cases[case]
    ref, contract = problem.packages[package].ref, problem.contracts[placed.contract].ref

    def with_package(**fields: object) -> Problem:
        packages = [
            replace(one, **fields) if i == package else one  # type: ignore[arg-type]
            for i, one in enumerate(problem.packages)
        ]
        cases = tuple(one for one in problem.cases if packages[one[0]].state == "waiting")
        return replace(problem, packages=tuple(packages), cases=cases)

    assert "no longer in the council file" in dropped_when(with_package(ref="somebody-else"), plan, ref)
    assert "no longer waits" in dropped_when(with_package(state="live"), plan, ref)
    excluded = frozenset({problem.contracts[placed.contract].provider})
    assert "EXCLUDED_BY_PERSON" in dropped_when(with_package(excluded=excluded), plan, ref)
    contracts = tuple(replace(one, ref=f"{one.ref}-old") for one in problem.contracts)
    assert f"no contract {contract}" in dropped_when(replace(problem, contracts=contracts), plan, ref)
    visits = tuple(replace(one, ref=f"{one.ref}-new") if one.package == package else one for one in problem.visits)
    assert "visits are others" in dropped_when(replace(problem, visits=visits), plan, ref)
    capped = tuple(replace(one, cap_min=0) for one in problem.contracts)
    assert "HOURS_CAP" in dropped_when(replace(problem, contracts=capped), plan, ref)
    later = tuple(
        replace(one, earliest_s=one.earliest_s + 3600, latest_s=one.latest_s + 3600)
        if one.package != package and problem.packages[one.package].state == "waiting"
        else one
        for one in problem.visits
    )
    assert carried(replace(problem, visits=later), plan).draft.placed  # others at other times: what fits stays


def test_a_live_round_that_is_gone_is_the_reason_of_those_whom_it_would_have_taken() -> None:
    problem, _, plan = solved(world(5, packages=8, providers=2, live=10, carers=0))
    live = {one.ref for one in problem.rounds}
    ref = next(part.round_ref for one in plan.placements for part in one.parts if part.round_ref in live)
    without = replace(problem, rounds=tuple(one for one in problem.rounds if one.ref != ref))
    on_it = {one.package_ref for one in plan.placements if any(part.round_ref == ref for part in one.parts)}
    dropped = carried(without, plan).dropped
    assert {line.split(":")[0] for line in dropped if f"round {ref} is gone" in line} == on_it
