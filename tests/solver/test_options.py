"""One package now: options agree with placing for real, with trying everything, and with limits that are tightened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from solver.cost import day_cost_s
from solver.draft import Draft
from solver.kernel import IMPOSSIBLE
from solver.layouts import case_layouts, said_of
from solver.ledger import Ledger, broken_ledger_rules
from solver.means import MODES
from solver.options import Option, options
from solver.order import contracts_here
from solver.pairs import broken_pair_rules
from solver.pool import columns
from solver.problem import DAYS, LiveRound, Problem
from solver.question import Placement, Question, TimedVisit
from solver.refuse import refuse
from solver.rule import Scope
from solver.rules import rules_of
from solver.solve import todays_practice
from solver.timetable import timetable
from solver.verify.naive import Standing, case_fits, legal_week
from tests.proof import examples
from tests.solver.worlds import many_sided

worlds = pytest.mark.parametrize("seed", range(examples(40, 600)))


def busy(seed: int) -> tuple[Draft, list[int]]:
    """A board on which about half of the cases sit, and the others."""
    draft = todays_practice(many_sided(seed))
    for case in draft.cases[seed % 2 :: 2]:
        if case in draft.placed:
            draft.withdraw(case)
    return draft, [case for case in draft.cases if case not in draft.placed]


@worlds
def test_what_fits_is_what_can_be_placed_and_what_trying_everything_finds(seed: int) -> None:
    draft, waiting = busy(seed)
    rounds = _standing(draft)
    for case in waiting:
        for option in _here(draft, case):
            refused = refuse(draft, case, option.contract, with_unlocks=False)
            assert option.fits == (not refused)
            barred = any(broken_pair_rules(draft.problem, one, option.contract) for one in draft.problem.cases[case])
            fits = not barred and case_fits(draft.problem, draft.ledger, rounds, case, option.contract)
            assert option.fits == fits
            if not barred:
                twin = draft.copied()
                assert (twin.place(case, option.contract) is not None) == option.fits


# In the last of these worlds a pair is paid to wait, and saves more by a single carer's visit than its second hand costs.
@pytest.mark.parametrize("seed", sorted({*range(examples(40, 600)), 62}))
def test_the_first_placement_costs_no_more_than_placing_for_real(seed: int) -> None:
    draft, waiting = busy(seed)
    for case in waiting:
        for option in _here(draft, case):
            if option.fits:
                twin = draft.copied()
                added = twin.place(case, option.contract)
                assert added is not None
                assert option.added_s is not None
                assert option.added_s <= added
                assert twin.cost_s() - draft.cost_s() == added
                lone = len(twin.placed[case].seats) == 1
                assert not lone or option.added_s == added


@worlds
def test_placements_differ_in_rounds_and_come_cheapest_first(seed: int) -> None:
    draft, waiting = busy(seed)
    for case in waiting:
        for option in _here(draft, case):
            prices = [one.added_s for one in option.placements]
            assert prices == sorted(prices)
            assert len(prices) <= 3
            joined = [_who_where(one) for one in option.placements]
            assert len(set(joined)) == len(joined)


@worlds
def test_each_placement_is_legal_and_its_times_and_figures_are_those_of_the_plain_timetable(seed: int) -> None:
    draft, waiting = busy(seed)
    looked_at = 0
    for case in waiting:
        for option in _here(draft, case):
            for one in option.placements:
                assert _figures(draft, case, option.contract, one) == (
                    one.added_s,
                    one.added_travel_s,
                    one.added_waiting_s,
                )
                looked_at += 1
    assert looked_at or not waiting or not any(o.fits for case in waiting for o in _here(draft, case))


@worlds
def test_a_case_that_the_board_never_heard_of_gets_the_same_options(seed: int) -> None:
    draft, waiting = busy(seed)
    problem = draft.problem
    for case in waiting:
        patch = problem.packages[problem.cases[case][0]].patch
        bare = Draft(problem, [], [patch])
        known = Draft(problem, [case], [patch])
        assert options(bare.seen_by(problem), case) == options(known, case)


@worlds
def test_a_case_that_came_in_after_the_board_was_made_gets_the_same_options(seed: int) -> None:
    problem = busy(seed)[0].problem
    last = len(problem.packages) - 1
    if (last,) not in problem.cases:
        return
    case, patch = problem.cases.index((last,)), problem.packages[last].patch
    before = replace(
        problem,
        packages=problem.packages[:last],
        visits=tuple(one for one in problem.visits if one.package != last),
        parts=tuple(one for one in problem.parts if one.package != last),
        cases=(),
    )
    assert problem.visits[: len(before.visits)] == before.visits
    assert problem.parts[: len(before.parts)] == before.parts
    assert options(Draft(before, [], [patch]).seen_by(problem), case) == options(Draft(problem, [case], [patch]), case)


@worlds
def test_a_tighter_limit_takes_away_just_the_options_that_it_forbids(seed: int) -> None:
    problem = many_sided(seed)
    walk, leg = problem.parameters.walk_total_s // 3, problem.parameters.walk_leg_s // 3
    for tightened in (
        replace(problem, parameters=replace(problem.parameters, walk_total_s=walk, walk_leg_s=leg)),
        replace(
            problem,
            contracts=tuple(replace(one, cap_min=min(one.cap_min, one.live_min + 700)) for one in problem.contracts),
        ),
        replace(
            problem,
            providers=tuple(replace(one, growth_limit_min=min(one.growth_limit_min, 500)) for one in problem.providers),
        ),
    ):
        before, after = Draft(problem), Draft(tightened)
        live = _standing(after)
        for case in before.cases:
            was = {one.contract for one in _here(before, case) if one.fits}
            now = {one.contract for one in _here(after, case) if one.fits}
            assert now <= was
            legal = {one for one in was if case_fits(tightened, Ledger(tightened), live, case, one)}
            assert now == legal
            for contract in was - now:
                assert refuse(after, case, contract)


def test_the_compiled_answer_is_there_for_every_contract_even_one_that_the_ledger_bars() -> None:
    draft, waiting = busy(3)
    for case in waiting:
        here = contracts_here(draft.problem, draft.problem.packages[draft.problem.cases[case][0]].zone)
        question = Question(draft, case, here)
        _, totals, _, _, _ = question.price_all()
        for contract in here:
            assert question.takes(contract) == (totals[question.at_of[contract], 0] < IMPOSSIBLE)
            assert question.takes(contract, question.terms) == question.takes(contract)
            if not broken_ledger_rules(draft.ledger.contract_facts(case, contract)):
                assert (draft.copied().place(case, contract) is not None) == question.takes(contract)


@worlds
def test_who_can_take_a_case_is_the_same_whether_placements_are_told_or_not(seed: int) -> None:
    draft, waiting = busy(seed)
    for case in waiting:
        here = contracts_here(draft.problem, draft.problem.packages[draft.problem.cases[case][0]].zone)
        told, untold = Question(draft, case, here), Question(draft, case, here, told=())
        for contract in here:
            assert untold.takes(contract) == told.takes(contract) == bool(told.placements(contract))
            assert untold.takes(contract, untold.terms) == untold.takes(contract)
            with pytest.raises(KeyError):
                untold.placements(contract)


@worlds
def test_asking_under_other_limits_leaves_the_answer_as_it_was(seed: int) -> None:
    draft, waiting = busy(seed)
    for case in waiting:
        here = contracts_here(draft.problem, draft.problem.packages[draft.problem.cases[case][0]].zone)
        asked, again = Question(draft, case, here), Question(draft, case, here)
        for contract in here:
            for rule in (*rules_of(Scope.LEDGER), *rules_of(Scope.DAY), *rules_of(Scope.WEEK)):
                alone = Question(draft, case, [contract])
                assert again.takes_relaxed(rule, 600, contract) == alone.takes_relaxed(rule, 600, contract)
            assert again.placements(contract) == asked.placements(contract)


@worlds
def test_the_least_relaxation_is_just_enough_and_the_same_whoever_else_is_asked(seed: int) -> None:
    draft, waiting = busy(seed)
    for case in waiting:
        here = contracts_here(draft.problem, draft.problem.packages[draft.problem.cases[case][0]].zone)
        together = Question(draft, case, here)
        for contract in here:
            if together.takes(contract):
                continue
            alone = Question(draft, case, [contract], told=())
            for rule in (*rules_of(Scope.LEDGER), *rules_of(Scope.DAY), *rules_of(Scope.WEEK)):
                by = together.least_relaxed(rule, contract, 60, 14_400)
                assert by == alone.least_relaxed(rule, contract, 60, 14_400)
                assert alone.takes_relaxed(rule, by or 14_400, contract) == (by is not None)
                if by is not None and by > 60:
                    assert not alone.takes_relaxed(rule, by - 60, contract)


def _here(draft: Draft, case: int) -> list[Option]:
    zone = draft.problem.packages[draft.problem.cases[case][0]].zone
    here = contracts_here(draft.problem, zone)
    return [one for one in options(draft, case, with_unlocks=False) if one.contract in here]


def _who_where(one: Placement) -> tuple[object, ...]:
    return tuple(
        sorted(
            (
                visit.package_ref,
                visit.visit_ref,
                visit.day,
                -1 if r.position is None else r.position,
                r.crew,
                r.shift_ref,
                i,
            )
            for i, r in enumerate(one.rounds)
            for visit in r.visits
        )
    )


def _standing(draft: Draft) -> list[Standing]:
    return [
        Standing(
            provider=one.provider,
            patch=one.patch,
            shift=one.shift,
            mode=MODES[one.mode],
            crew=one.crew,
            live=one.live,
            days=one.days,
        )
        for one in columns(draft)
    ]


def _figures(draft: Draft, case: int, contract: int, one: Placement) -> tuple[int, int, int]:
    """Work a placement's figures out by the plain timetable; check its rounds and times on the way."""
    problem = draft.problem
    patch = problem.packages[problem.cases[case][0]].patch
    board = draft.boards[patch]
    pattern = problem.providers[problem.contracts[contract].provider].pattern
    parts = next(
        those for those in case_layouts(problem, case, pattern) if said_of(problem, case, pattern, those) == one.layout
    )
    paid, travel, waiting = sum(problem.parts[part].extra_s for part in parts), 0, 0
    made = 0
    for r in one.rounds:
        shift = next(i for i, it in enumerate(problem.shifts) if it.ref == r.shift_ref)
        now = LiveRound(
            ref="", provider=0, patch=patch, shift=shift, mode="walk", crew=r.crew, source="", days=((),) * 7
        )
        live = -1
        if r.position is not None:
            live = board.rounds[r.position].live
            now = replace(now, mode=MODES[board.rounds[r.position].mode], days=board.days(r.position))
        then = replace(
            now, mode=r.mode, days=tuple(_merged(problem, parts, day, d, r.visits) for d, day in enumerate(now.days))
        )
        standing = Standing(
            provider=0, patch=patch, shift=then.shift, mode=then.mode, crew=r.crew, live=live, days=then.days
        )
        assert legal_week(problem, standing)
        for sign, week in ((1, then), (-1, now)):
            for part in _day_figures(problem, week, r.visits if sign > 0 else ()):
                paid, travel, waiting = (a + sign * b for a, b in zip((paid, travel, waiting), part, strict=True))
        made += len(r.visits)
        others = {problem.visits[v].package for day in now.days for v in day}
        assert r.shared_with == tuple(problem.packages[i].ref for i in sorted(others))
    assert made or not parts  # visits that fit no shift need no round
    return paid, travel, waiting


def _merged(
    problem: Problem, parts: tuple[int, ...], day: tuple[int, ...], d: int, visits: tuple[TimedVisit, ...]
) -> tuple[int, ...]:
    names = {
        (problem.packages[problem.parts[part].package].ref, problem.visits[v].ref): v
        for part in parts
        for v in problem.parts[part].visits
    }
    merged = list(day)
    for visit in sorted((one for one in visits if one.day == DAYS[d]), key=lambda one: one.place):
        merged.insert(visit.place - 1, names[visit.package_ref, visit.visit_ref])
        assert visit.of == len(day) + sum(one.day == DAYS[d] for one in visits)
    return tuple(merged)


def _day_figures(problem: Problem, week: LiveRound, visits: tuple[TimedVisit, ...]) -> Iterator[tuple[int, int, int]]:
    setting = problem.day_setting(week.shift, week.mode, week.crew)
    for d, day in enumerate(week.days):
        timed, facts = timetable(problem, day, setting)
        yield (
            day_cost_s(facts, week.crew, *problem.weights(week.mode, week.patch)),
            week.crew * facts.travel_s,
            week.crew * facts.paid_idle_s,
        )
        for visit in visits:
            if visit.day == DAYS[d]:
                one = timed[visit.place - 1]
                leave = None if visit.place == 1 else one.leave_s
                assert (visit.leave_s, visit.travel_s) == (leave, one.travel_s)
                assert (visit.arrive_s, visit.start_s, visit.finish_s) == (one.arrive_s, one.start_s, one.finish_s)
