"""What holds in any world: plans verify, repeat, know no names, leave live people alone, and mean their numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from solver.assemble import assemble
from solver.board import Board
from solver.cost import day_cost_s
from solver.draft import Draft
from solver.means import MODES
from solver.options import options
from solver.packing import Packing
from solver.plan import Plan, PlanReason
from solver.pool import columns
from solver.problem import DAYS, Problem
from solver.refuse import refuse
from solver.replay import draft_of
from solver.search import Search
from solver.solve import Effort, solve, todays_practice
from solver.timetable import timetable
from solver.verify import verify
from tests.proof import examples
from tests.solver.edits import applied, one_unit_short
from tests.solver.worlds import many_sided, world

LIGHT = Effort(searches=2, iterations=2, threads=1)
worlds = pytest.mark.parametrize("seed", range(examples(30, 600)))
some_worlds = pytest.mark.parametrize("seed", range(examples(10, 200)))


@lru_cache(maxsize=64)
def solved(seed: int) -> tuple[Problem, Draft, Plan]:
    problem = many_sided(seed)
    draft, bounds = solve(problem, seed=seed, effort=LIGHT)
    return problem, draft, assemble(draft, bounds)


def planned(problem: Problem, seed: int = 1, effort: Effort = LIGHT) -> Plan:
    draft, bounds = solve(problem, seed=seed, effort=effort)
    return assemble(draft, bounds)


@worlds
def test_a_plan_verifies_with_nothing_new(seed: int) -> None:
    problem, _, plan = solved(seed)
    assert [one for one in verify(problem, plan) if not one.inherited] == []
    assert len(plan.placements) + len(plan.unplaced) == sum(len(case) for case in problem.cases)


@some_worlds
def test_the_same_seed_gives_the_same_plan(seed: int) -> None:
    problem, _, plan = solved(seed)
    assert planned(problem, seed) == plan


def test_zones_solved_at_once_give_the_same_plan_as_one_by_one() -> None:
    problem = world(5, packages=14, zones=2, patches=3, live=6, patterns=2, growth_min=3000)
    assert planned(problem) == planned(problem, effort=replace(LIGHT, threads=2))


@some_worlds
def test_renaming_everything_changes_nothing_but_names(seed: int) -> None:
    problem, _, plan = solved(seed)
    names = {ref: f"n{-i % 97:02d}-{i}" for i, ref in enumerate(_refs(problem))}
    other = planned(_renamed(problem, names), seed)
    back = {new: old for old, new in names.items()}
    assert _comparable(other, back) == _comparable(plan, {})


@worlds
def test_live_people_keep_provider_round_order_and_means(seed: int) -> None:
    problem, _, plan = solved(seed)
    by_ref = {one.round_ref: one for one in plan.rounds}
    for live in problem.rounds:
        one = by_ref[live.ref]
        assert (one.provider_ref, one.mode, one.crew) == (problem.providers[live.provider].ref, live.mode, live.crew)
        for d, day in enumerate(DAYS):
            before = [(problem.packages[problem.visits[v].package].ref, problem.visits[v].ref) for v in live.days[d]]
            now = [(visit.package_ref, visit.visit_ref) for visit in one.days.get(day, ())]
            assert [visit for visit in now if visit in before] == before


@worlds
def test_costs_tracked_are_costs_from_scratch(seed: int) -> None:
    problem, draft, plan = solved(seed)
    rounds_s = sum(_scratch_cost(board, r) for board in draft.boards.values() for r in range(len(board.rounds)))
    extra_s = sum(problem.parts[seat.part].extra_s for placed in draft.placed.values() for seat in placed.seats)
    assert rounds_s + extra_s == draft.cost_s()
    assert draft.cost_s() == next(one.value for one in plan.levels if one.level == "5")


@some_worlds
def test_joining_and_leaving_at_random_keeps_costs_from_scratch(seed: int) -> None:
    problem = world(seed, packages=14, side_m=900.0)
    board = Board(problem, 0, range(len(problem.parts)), ())
    rng = np.random.default_rng(seed)
    for part in rng.permutation(len(problem.parts)):
        wanted = problem.parts[int(part)]
        same = [r for r, one in enumerate(board.rounds) if (one.shift, one.crew) == (wanted.shift, wanted.crew)]
        r = same[int(rng.integers(len(same)))] if same and rng.random() < 0.8 else None
        if r is None:
            r = board.open(0, wanted.shift, wanted.crew)
        before = board.week_cost(r)
        added = board.join(r, board.tables.part_at[int(part)])
        assert board.week_cost(r) == before + (added or 0)
        if board.rounds[r].parts and rng.random() < 0.3:
            board.leave(r, [board.rounds[r].parts[int(rng.integers(len(board.rounds[r].parts)))]])
        costs = [_scratch_cost(board, r) for r in range(len(board.rounds))]
        kept = [r for r in range(len(board.rounds)) if board.week_cost(r) < 1 << 50]
        assert [board.week_cost(r) for r in kept] == [costs[r] for r in kept]


@some_worlds
def test_looking_at_a_draft_leaves_no_trace(seed: int) -> None:
    problem, draft, _ = solved(seed)
    before = _fingerprint(draft)
    for case in draft.cases:
        for contract in range(len(problem.contracts)):
            if case in draft.placed:
                continue
            if problem.contracts[contract].zone == problem.packages[problem.cases[case][0]].zone:
                refuse(draft, case, contract)
                assert _fingerprint(draft) == before
        if case not in draft.placed:
            options(draft, case)
            assert _fingerprint(draft) == before
    for case in list(draft.placed):
        with draft.without(case):
            options(draft, case, with_unlocks=False)
        assert _fingerprint(draft) == before
        tier = next(offer.tier for offer in draft.offers[case] if offer.contract == draft.placed[case].contract)
        for offer in draft.offers[case]:
            if offer.tier < tier:
                assert not draft.move(case, offer.contract)  # settled
                assert _fingerprint(draft) == before


@worlds
def test_an_unlock_is_enough_and_a_little_less_is_not(seed: int) -> None:
    problem, _, plan = solved(seed)
    for package, contract, reason in _unlocks(problem, plan):
        assert reason.unlock is not None
        whole, short = applied(problem, reason.unlock), one_unit_short(problem, reason.unlock)
        assert not _refused(whole, plan, package, contract), (reason.rule, reason.unlock)
        assert short is None or _refused(short, plan, package, contract), (reason.rule, reason.unlock)


def test_every_kind_of_unlock_of_a_limit_is_met() -> None:
    met = {
        reason.rule
        for seed in range(60)
        for _, _, reason in _unlocks(solved(seed)[0], solved(seed)[2])
        if reason.unlock
    }
    assert {"HOURS_CAP", "GROWTH_PACE", "CARERS", "SKILL", "EMBARGO"} <= met, met


@some_worlds
def test_no_hours_anywhere_leave_everybody_waiting_for_want_of_hours(seed: int) -> None:
    problem = world(seed, packages=6, providers=2, live=4 * (seed % 2), cap_min=0)
    plan = planned(problem)
    assert not plan.placements
    assert len(plan.unplaced) == 6
    for one in plan.unplaced:
        assert len(one.refusals) == 2
        for refusal in one.refusals:
            assert "HOURS_CAP" in {reason.code for reason in refusal.reasons}
    assert [one for one in verify(problem, plan) if not one.inherited] == []


def test_a_zone_without_contracts_leaves_its_people_waiting_and_says_so() -> None:
    problem = world(4, packages=8, zones=2, patches=2)
    problem = replace(problem, contracts=tuple(one for one in problem.contracts if one.zone == 0))
    there = {one.ref for one in problem.packages if one.zone == 1}
    plan = planned(problem)
    unplaced = {one.package_ref: one for one in plan.unplaced}
    assert there
    assert there <= set(unplaced)
    for ref in there:
        assert unplaced[ref].refusals
        for refusal in unplaced[ref].refusals:
            assert "NOT_IN_ZONE" in {reason.code for reason in refusal.reasons}
    assert plan.kpis["unplaced_by_reason"]["NOT_IN_ZONE"] >= len(there)
    assert verify(problem, plan) == []


def test_a_home_outside_every_zone_waits_and_is_counted_outside() -> None:
    problem = world(4, packages=6)
    stray = replace(problem.packages[2], zone=-1, patch=-1)
    packages = tuple(stray if i == 2 else one for i, one in enumerate(problem.packages))
    homes = tuple(replace(one, patch=-1) if i == stray.home else one for i, one in enumerate(problem.homes))
    problem = replace(problem, packages=packages, homes=homes)
    plan = planned(problem)
    assert stray.ref in {one.package_ref for one in plan.unplaced}
    assert plan.kpis["waiting_by_zone"]["outside"] == 1
    assert verify(problem, plan) == []


@some_worlds
def test_a_draft_started_anew_is_a_new_one(seed: int) -> None:
    problem = many_sided(seed)
    draft = todays_practice(problem)
    assert _fingerprint(draft.blank()) == _fingerprint(Draft(problem))
    for zone in range(len(problem.zones)):
        cases = [i for i, packages in enumerate(problem.cases) if problem.packages[packages[0]].zone == zone]
        patches = [i for i, one in enumerate(problem.patches) if one.zone == zone]
        part, alone = draft.within(problem, cases, patches), Draft(problem, cases, patches)
        assert _fingerprint(part) == _fingerprint(alone)
        assert (part.cases, part.offers, part.case_of) == (alone.cases, alone.offers, alone.case_of)
        assert [one.tables.parts for one in part.boards.values()] == [one.tables.parts for one in alone.boards.values()]


@some_worlds
def test_a_search_reads_back_the_draft_that_it_was_given(seed: int) -> None:
    problem = many_sided(seed)
    draft = todays_practice(problem)
    contracts = {case: placed.contract for case, placed in draft.placed.items()}
    packing = Packing(Draft(problem))  # of a draft where nobody is placed
    for search in (Search(draft, [0]), Search(draft, [0], packing)):
        assert search.best() == (columns(draft), contracts)
        assert _fingerprint(search.draft()) == _fingerprint(draft)


def _scratch_cost(board: Board, r: int) -> int:
    problem, one = board.problem, board.rounds[r]
    mode = MODES[one.mode]
    setting = problem.day_setting(one.shift, mode, one.crew)
    facts = [timetable(problem, day, setting)[1] for day in board.days(r)]
    return sum(day_cost_s(day, one.crew, *problem.weights(mode, board.patch)) for day in facts)


def _fingerprint(draft: Draft) -> object:
    ledger = draft.ledger
    return (
        columns(draft),
        [len(board.rounds) for board in draft.boards.values()],
        dict(draft.placed),
        list(ledger.load_min),
        list(ledger.growth_min),
        list(ledger.intake_min),
        {slot: n for slot, n in ledger.added_min.items() if n},
        {slot: n for slot, n in ledger.new_rounds.items() if n},
    )


def _unlocks(problem: Problem, plan: Plan) -> Iterator[tuple[int, int, PlanReason]]:
    package_at = {one.ref: i for i, one in enumerate(problem.packages)}
    contract_at = {one.ref: i for i, one in enumerate(problem.contracts)}
    for one in plan.unplaced:
        for refusal in one.refusals:
            for reason in refusal.reasons:
                if reason.unlock is not None:
                    yield package_at[one.package_ref], contract_at[refusal.contract_ref], reason


def _refused(problem: Problem, plan: Plan, package: int, contract: int) -> bool:
    draft = draft_of(problem, plan)
    case = next(case for case, packages in enumerate(problem.cases) if package in packages)
    return bool(refuse(draft, case, contract, with_unlocks=False))


def _refs(problem: Problem) -> list[str]:
    named = ("providers", "contracts", "packages", "homes", "patches", "rounds", "embargoes", "returns", "shifts")
    return [*(one.ref for name in named for one in getattr(problem, name)), *problem.zones]


def _renamed(problem: Problem, names: dict[str, str]) -> Problem:
    def renamed(things: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(one, ref=names[one.ref]) for one in things)

    return replace(
        problem,
        zones=tuple(names[ref] for ref in problem.zones),
        providers=renamed(problem.providers),
        contracts=renamed(problem.contracts),
        packages=renamed(problem.packages),
        homes=renamed(problem.homes),
        patches=renamed(problem.patches),
        rounds=renamed(problem.rounds),
        embargoes=renamed(problem.embargoes),
        returns=renamed(problem.returns),
        shifts=renamed(problem.shifts),
    )


def _comparable(plan: Plan, names: dict[str, str]) -> Any:
    """Write a plan without regard to the order that names give."""
    text = json.dumps(asdict(plan))
    if names:
        pattern = re.compile(r"n\d\d-\d+")
        text = pattern.sub(lambda match: names[match.group()], text)
    values = json.loads(text)
    values["rounds"].sort(key=lambda one: str(one["round_ref"]))
    values["contract_refusals"].sort(key=str)
    for one in values["placements"]:
        one["parts"].sort(key=str)
    for one in values["unplaced"]:
        one["overtaken_by"].sort()
    return values
