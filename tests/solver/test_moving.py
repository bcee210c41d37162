"""Moves within a budget: nobody moves without one, each move buys something, and the checker believes no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest

from solver.assemble import assemble
from solver.facts import UNLIMITED
from solver.levels import level_specs
from solver.moving import moving
from solver.plan import Plan, PlanMoves
from solver.problem import Parameters, Problem
from solver.replay import draft_of
from solver.solve import Effort, solve
from solver.verify import verify
from tests.proof import examples
from tests.solver.worlds import many_sided, world

LIGHT = Effort(searches=2, iterations=2, threads=1)
HOUR_S = 3600
PLACES, PLACES_BY_TWO_ROUNDS, EARLIER_TIER, SAVES, TAKEN_OVER = 7, 1, 14, 19, 18
"""Seeds of crowded worlds where one move does that."""


def crowded(seed: int, moves: int | None = 3, saving_s: int = UNLIMITED) -> Problem:
    """Fourteen people served by two providers that open no new rounds, and eight who wait."""
    parameters = Parameters(moves=moves, move_saving_s=saving_s, pairs_take_singles=False)
    return world(seed, packages=8, providers=2, live=14, carers=0, side_m=1200.0, parameters=parameters)


def torn(seed: int, *, change: bool, cap_min: int = UNLIMITED) -> Problem:
    """Three providers; people may go to another one where the budget says so."""
    parameters = Parameters(moves=3, pairs_take_singles=False, moves_change_provider=change)
    return world(
        seed, packages=8, providers=3, live=18, carers=0, side_m=1200.0, cap_min=cap_min, parameters=parameters
    )


@lru_cache(maxsize=64)
def planned(problem: Problem) -> Plan:
    draft, bounds = solve(problem, seed=1, effort=LIGHT)
    if problem.parameters.moves is None:
        return assemble(draft, bounds)
    moved = moving(draft)
    return assemble(moved.draft, bounds, moved)


def moves_of(plan: Plan) -> PlanMoves:
    assert plan.moves is not None
    return plan.moves


def new_codes(problem: Problem, plan: Plan) -> set[str]:
    return {one.code for one in verify(problem, plan) if not one.inherited}


def levels(plan: Plan) -> dict[str, int]:
    return {one.level: one.value for one in plan.levels}


def test_without_a_budget_nobody_moves_and_the_plan_says_nothing_of_moves() -> None:
    plan = planned(crowded(PLACES, moves=None))
    assert plan.moves is None
    assert levels(plan)["0"] == 0


def test_a_budget_that_buys_nothing_is_left_alone() -> None:
    problem = crowded(0)
    plan = planned(problem)
    assert moves_of(plan).made == ()
    assert replace(plan, moves=None) == planned(crowded(0, moves=None))


def test_somebody_waits_no_longer_because_one_person_moves() -> None:
    problem = crowded(PLACES)
    without, plan = planned(crowded(PLACES, moves=None)), planned(problem)
    (move,) = moves_of(plan).made
    (gain,) = move.gains
    assert gain.before_tier is None
    assert {one.package_ref for one in without.unplaced} - {one.package_ref for one in plan.unplaced} == {
        *gain.package_refs
    }
    assert levels(plan)["0"] == 1
    assert moves_of(plan).without == levels(without)
    (package,) = (one for one in problem.packages if one.ref == move.package_ref)
    assert (package.state, problem.providers[package.provider].ref) == ("live", move.provider_ref)


def test_one_person_may_leave_two_rounds_at_once() -> None:
    (move,) = moves_of(planned(crowded(PLACES_BY_TWO_ROUNDS))).made
    assert len({one.from_round_ref for one in move.stretches}) == 2


def test_somebody_gets_an_earlier_tier_because_one_person_moves() -> None:
    (move,) = moves_of(planned(crowded(EARLIER_TIER))).made
    (gain,) = move.gains
    assert gain.before_tier is not None
    assert gain.tier < gain.before_tier


def test_paid_minutes_alone_move_people_only_from_the_threshold_on() -> None:
    assert moves_of(planned(crowded(SAVES))).made == ()
    (move,) = moves_of(planned(crowded(SAVES, saving_s=HOUR_S))).made
    assert move.gains == ()
    assert move.added_s <= -HOUR_S
    assert moves_of(planned(crowded(SAVES, saving_s=1 - move.added_s))).made == ()


@pytest.mark.parametrize("seed", range(examples(24, 600)))
def test_whatever_is_moved_the_plan_verifies_and_levels_1_to_3_are_as_good_as_before(seed: int) -> None:
    saving_s = HOUR_S if seed % 2 else UNLIMITED
    if seed % 3:
        problem = crowded(seed, saving_s=saving_s)
    else:
        drawn = many_sided(seed)
        problem = replace(drawn, parameters=replace(drawn.parameters, moves=2, move_saving_s=saving_s))
    plan = planned(problem)
    made = moves_of(plan).made
    assert new_codes(problem, plan) == set()
    assert len(made) <= (problem.parameters.moves or 0)
    assert levels(plan)["0"] == len(made)
    was, now = moves_of(plan).without, levels(plan)
    changed = [spec for spec in level_specs(problem) if spec.level != "0" and was[spec.level] != now[spec.level]]
    if any(one.gains for one in made):
        assert changed[0].level.startswith(("1.", "2", "3"))
        assert (now[changed[0].level] > was[changed[0].level]) == (changed[0].sense == "max")
    _keep_their_times(problem, plan)
    assert {one.ref for one in draft_of(problem, plan).problem.packages} == {one.ref for one in problem.packages}


def _keep_their_times(problem: Problem, plan: Plan) -> None:
    """Moved visits start within the tolerance of the agreed times, or as late as they did."""
    rows = {(problem.packages[one.package].ref, one.ref): one for one in problem.visits}
    for move in moves_of(plan).made:
        for stretch in move.stretches:
            for visit in stretch.visits:
                row = rows[move.package_ref, visit.visit_ref]
                assert row.earliest_s <= visit.start_s <= max(row.latest_s, visit.before_s)


@pytest.mark.parametrize("seed", range(examples(16, 400)))
def test_people_change_provider_only_where_the_budget_says_so_and_by_the_rules_of_new_work(seed: int) -> None:
    cap_min = 4_000 if seed % 2 else UNLIMITED
    stay, go = (torn(seed, change=change, cap_min=cap_min) for change in (False, True))
    assert all(move.to_contract_ref is None for move in moves_of(planned(stay)).made)
    plan = planned(go)
    assert new_codes(go, plan) == set()
    if any(move.to_contract_ref is not None for move in moves_of(plan).made):
        assert "WRONG_MOVE" in new_codes(stay, plan)


def test_whoever_changes_provider_goes_whole_and_counts_as_new_work_there() -> None:
    problem = torn(TAKEN_OVER, change=True)
    (move,) = moves_of(planned(problem)).made
    before, after = problem, draft_of(problem, planned(problem)).problem
    (package,) = (i for i, one in enumerate(problem.packages) if one.ref == move.package_ref)
    (contract,) = (i for i, one in enumerate(problem.contracts) if one.ref == move.to_contract_ref)
    one, to = problem.packages[package], problem.contracts[contract].provider
    assert {visit.visit_ref for stretch in move.stretches for visit in stretch.visits} == {
        problem.visits[visit].ref for visit in one.visits
    }
    assert after.packages[package].provider == to != one.provider
    assert after.contracts[contract].live_min == before.contracts[contract].live_min + one.counted_min
    assert after.providers[to].started_min == before.providers[to].started_min + one.carer_min
    assert sum(c.live_min for c in after.contracts) == sum(c.live_min for c in before.contracts)


def test_the_same_moves_are_found_again() -> None:
    problem = crowded(PLACES)
    again = replace(problem)  # equal, and not the one whose plan is remembered
    assert planned(again) == planned(problem)


def with_move(plan: Plan, **fields: Any) -> Plan:
    (move,) = moves_of(plan).made
    return replace(plan, moves=replace(moves_of(plan), made=(replace(move, **fields),)))


def told(plan: Plan, **fields: Any) -> Plan:
    return replace(plan, moves=replace(moves_of(plan), **fields))


def _other_round(plan: Plan) -> Plan:
    (move,) = moves_of(plan).made
    stretch = move.stretches[0]
    back = replace(stretch, from_round_ref=stretch.to_round_ref, to_round_ref=stretch.from_round_ref)
    return with_move(plan, stretches=(back,))


def _other_times(plan: Plan) -> Plan:
    (move,) = moves_of(plan).made
    first, *rest = move.stretches[0].visits
    visits = (replace(first, before_s=first.before_s + 60), *rest)
    return with_move(plan, stretches=(replace(move.stretches[0], visits=visits),))


def _other_gain(plan: Plan) -> Plan:
    (move,) = moves_of(plan).made
    other = next(one for one in plan.placements if one.package_ref not in move.gains[0].package_refs)
    gain = replace(move.gains[0], package_refs=(other.package_ref,), contract_ref=other.contract_ref, tier=other.tier)
    return with_move(plan, gains=(gain,))


SPOILT: dict[str, tuple[Callable[[Plan], Plan], str]] = {
    "a move that is not listed": (lambda p: told(p, made=()), "LIVE_MOVED"),
    "a move the other way": (_other_round, "WRONG_MOVE"),
    "a move of somebody unknown": (lambda p: with_move(p, package_ref="nobody"), "WRONG_MOVE"),
    "a move of somebody who waits": (lambda p: with_move(p, package_ref=p.placements[0].package_ref), "WRONG_MOVE"),
    "a move to another provider": (lambda p: with_move(p, provider_ref="provider-9"), "WRONG_MOVE"),
    "a move at other times": (_other_times, "WRONG_MOVE"),
    "a move that buys nothing": (lambda p: with_move(p, gains=()), "WRONG_MOVE"),
    "a move that buys what there was anyway": (_other_gain, "WRONG_MOVE"),
    "other paid minutes": (lambda p: with_move(p, added_s=moves_of(p).made[0].added_s + 1), "WRONG_MOVE"),
    "other levels without the moves": (
        lambda p: told(p, without={**moves_of(p).without, "3": moves_of(p).without["3"] + 1}),
        "WRONG_MOVE",
    ),
    "nothing said of an open budget": (lambda p: replace(p, moves=None), "LIVE_MOVED"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_move_that_is_not_what_it_says_is_caught(name: str) -> None:
    spoil, code = SPOILT[name]
    problem = crowded(PLACES)
    assert code in new_codes(problem, spoil(planned(problem)))


@pytest.mark.parametrize("moves", [None, 0])
def test_a_move_beyond_the_budget_is_caught(moves: int | None) -> None:
    problem = crowded(PLACES)
    closed = replace(problem, parameters=replace(problem.parameters, moves=moves))
    assert "MOVES_BUDGET" in new_codes(closed, planned(problem))
