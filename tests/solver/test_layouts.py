"""Weeks laid out otherwise than as commissioned: only where it is allowed and better, priced, and named in the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from solver.assemble import assemble
from solver.options import options
from solver.plan import Plan
from solver.problem import CapacityReturn, Home, Package, Parameters, Problem, Visit
from solver.solve import Effort, solve
from solver.verify import verify
from solver.weeks import Weeks
from tests.proof import examples
from tests.solver.worlds import EARLY_AND_LATE, HOUR, many_sided, world

ALONE = Effort(threads=1)
NO_PAIRS = Parameters(pairs_take_singles=False)


def visit(package: int, ref: str, earliest_h: float, latest_h: float, **fields: Any) -> Visit:
    given: dict[str, Any] = {"days": 127, "duration_s": 1800, "crew": 1} | fields
    return Visit(
        ref=ref,
        package=package,
        line=0,
        home=package,
        earliest_s=round(earliest_h * HOUR),
        latest_s=round(latest_h * HOUR),
        **given,
    )


def small(
    weeks: Sequence[Sequence[Visit]],
    *,
    singles: int | None = None,
    pairs: int = 0,
    parameters: Parameters | None = None,
) -> Problem:
    """People five minutes from each other, one provider, an early and a late shift; carers as stated for each."""
    plain, parameters = world(0, packages=1, providers=1), parameters or Parameters()
    laid_out = Weeks(EARLY_AND_LATE, parameters)
    packages: list[Package] = []
    for i, visits in enumerate(weeks):
        week = laid_out.add(visits, patterns=1, waits=True, scarce=() if singles is None else (0, 1))
        carer_min = sum(v.duration_s * v.crew * v.days.bit_count() for v in visits) // 60
        packages.append(
            replace(
                plain.packages[0],
                ref=f"p{i}",
                home=i,
                skills=frozenset(),
                excluded=frozenset(),
                carer_min=carer_min,
                counted_min=carer_min,
                visits=week.visits,
                parts=week.parts,
                fixed=week.fixed,
                others=week.others,
            )
        )
    near = np.full((len(weeks), len(weeks)), 300, np.uint16)
    np.fill_diagonal(near, 0)
    return replace(
        plain,
        parameters=parameters,
        shifts=EARLY_AND_LATE,
        packages=tuple(packages),
        visits=tuple(laid_out.visits),
        parts=tuple(laid_out.parts),
        homes=tuple(Home(ref=f"h{i}", patch=0) for i in range(len(weeks))),
        cases=tuple((i,) for i in range(len(weeks))),
        returns=tuple(
            CapacityReturn(
                ref=f"r{shift}", provider=0, patch=0, shift=shift, minutes=100_000, carers=singles, pairs=pairs
            )
            for shift in range(2)
            if singles is not None
        ),
        travel=dict.fromkeys(plain.travel, near),
    )


def planned(problem: Problem) -> Plan:
    draft, bounds = solve(problem, seed=1, effort=ALONE)
    plan = assemble(draft, bounds)
    assert verify(problem, plan) == []
    return plan


def layouts(plan: Plan) -> list[str]:
    return [one.layout for one in plan.placements]


def level(plan: Plan, name: str) -> int:
    return next(one.value for one in plan.levels if one.level == name)


def starts(plan: Plan, ref: str) -> list[int]:
    return [v.start_s for one in plan.rounds for day in one.days.values() for v in day if v.visit_ref == ref]


def test_a_pair_takes_a_visit_for_one_carer_where_no_single_carer_is_left() -> None:
    problem = small([[visit(0, "bed", 9, 10)]], singles=0, pairs=1)
    plan = planned(problem)
    assert layouts(plan) == ["a pair makes the visits of one carer in shift early"]
    assert [one.crew for one in plan.rounds] == [2]
    forbidden = replace(problem, packages=tuple(replace(one, others=()) for one in problem.packages))
    assert not planned(forbidden).placements


def test_the_carer_who_stands_by_is_paid_for() -> None:
    problem = small([[visit(0, "bed", 9, 10)]], singles=0, pairs=1)
    plan = planned(problem)
    start_up = 2 * 7 * problem.parameters.walk_start_s
    assert level(plan, "5") == start_up + 7 * 1800
    assert level(plan, "3") == 210
    assert plan.kpis["placed_otherwise_than_commissioned"] == 1
    assert plan.kpis["hours_outside_rounds"] == 0


def test_a_pair_that_is_there_already_takes_a_short_visit_rather_than_opening_a_round() -> None:
    both = [visit(0, "bed", 9, 9, crew=2), visit(0, "pill", 9.5, 9.75, duration_s=300)]
    plan = planned(small([both]))
    assert layouts(plan) == ["a pair makes the visits of one carer in shift early"]
    assert len(plan.rounds) == 1
    long_ones = [visit(0, "bed", 9, 9, crew=2), visit(0, "sit", 9.5, 9.75, duration_s=7200)]
    assert layouts(planned(small([long_ones]))) == [""]


def test_two_carers_meet_where_no_pair_is_left_and_the_visit_allows_it() -> None:
    one = visit(0, "bed", 9, 10, crew=2, may_meet=True)
    problem = small([[one]], singles=2, pairs=0)
    plan = planned(problem)
    (said,) = layouts(plan)
    assert said.startswith("two carers meet up: bed at ")
    assert [one.crew for one in plan.rounds] == [1, 1]
    first, second = starts(plan, "bed"), starts(plan, "bed (second carer)")
    assert first == second
    assert len(set(first)) == 1
    assert first[0] % 900 == 0
    assert level(plan, "5") == 2 * 7 * problem.parameters.walk_start_s + 7 * problem.parameters.meet_up_s
    assert not planned(small([[replace(one, may_meet=False)]], singles=2, pairs=0)).placements
    assert not planned(small([[one]], singles=1, pairs=0)).placements


def test_a_meeting_fits_between_what_the_two_carers_have_to_do_anyway() -> None:
    """Each of two carers is bound at one end of the window, and only the middle suits both."""
    bound = [[visit(0, "a", 9, 9, duration_s=2700)], [visit(1, "b", 10.75, 10.75, duration_s=2700)]]
    plan = planned(small([*bound, [visit(2, "bed", 9, 11, crew=2, may_meet=True)]], singles=2, pairs=0))
    assert len(plan.placements) == 3
    assert len(plan.rounds) == 2
    assert set(starts(plan, "bed")) == set(starts(plan, "bed (second carer)")) == {36_000}


def test_other_days_are_chosen_where_they_save_a_round() -> None:
    """One carer's Monday and Wednesday are full at that time; Tuesday and Thursday are free."""
    busy = [visit(0, "long", 9, 9, days=0b0000101, duration_s=3 * HOUR)]
    bath = visit(1, "bath", 9, 11, days=0b0000101, day_choices=(0b0001010,))
    plan = planned(small([busy, [bath]], singles=1))
    assert sorted(layouts(plan)) == ["", "bath on tue thu"]
    assert not any(layouts(planned(small([busy, [replace(bath, day_choices=())]], singles=2))))


def test_a_visit_with_one_time_all_week_has_it_though_the_days_differ() -> None:
    busy = [visit(0, "monday", 9, 9, days=1, duration_s=5400)]
    bath = visit(1, "bath", 8.75, 11, days=0b0000111)
    assert len(set(starts(planned(small([busy, [bath]], singles=1)), "bath"))) > 1
    plan = planned(small([busy, [replace(bath, same_time=True)]], singles=1))
    assert len(set(starts(plan, "bath"))) == 1
    assert len(plan.placements) == 2


def test_days_and_one_time_all_week_are_chosen_together() -> None:
    """Commissioned for Monday, which is full; Tuesday is free after ten only, and only that day may be chosen instead."""
    busy = [
        visit(0, "monday", 8.5, 8.5, days=1, duration_s=5 * HOUR),
        visit(0, "tuesday", 8.5, 8.5, days=2, duration_s=5400),
    ]
    bath = visit(1, "bath", 8.75, 10.5, days=1, day_choices=(2,), same_time=True)
    plan = planned(small([busy, [bath]], singles=1))
    assert sorted(layouts(plan)) == ["", "bath on tue; bath at 10:15"]
    for less in (replace(bath, day_choices=()), replace(bath, latest_s=bath.earliest_s)):
        assert layouts(planned(small([busy, [less]], singles=1))) == [""]


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({}, 0),
        ({"day_choices": (2, 4)}, 2),
        ({"same_time": True}, 16),
        ({"same_time": True, "day_choices": (2, 4)}, 3 * 17 - 1),
        ({"same_time": True, "day_choices": (2, 4, 8, 16, 32, 64)}, 7 * (1 + 9) - 1),
        ({"same_time": True, "day_choices": tuple(range(2, 40))}, 17 * 8 - 1),
    ],
)
def test_alternatives_are_listed_only_where_something_is_left_open_and_thinned_out_where_much_is(
    fields: dict[str, Any], number: int
) -> None:
    bath = visit(0, "bath", 8, 12, days=1, **fields)
    others = Weeks(EARLY_AND_LATE, NO_PAIRS).add([bath], patterns=1, waits=True).others
    assert len(others) == number
    assert len({one.ref for one in others}) == number


def test_a_visit_that_may_come_at_any_time_goes_to_the_shift_that_has_room() -> None:
    full = [visit(0, "morning", 7, 7, duration_s=3 * HOUR), visit(0, "noon", 10.5, 10.5, duration_s=7 * HOUR // 2)]
    plan = planned(small([full, [visit(1, "cleaning", 8, 20)]], singles=1))
    assert len(plan.placements) == 2
    late = [one for one in plan.placements if one.package_ref == "p1"]
    assert [part.shift_ref for part in late[0].parts] == ["late"]


@pytest.mark.parametrize(("minutes", "scarce", "may"), [(30, (), True), (45, (), False), (45, (0,), True)])
def test_a_pair_may_come_where_that_could_be_better_than_a_round_of_ones_own(
    minutes: int, scarce: tuple[int, ...], may: bool
) -> None:
    """A round's day costs 30 minutes before its first visit."""
    week = [visit(0, "wash", 9, 10, duration_s=60 * minutes)]
    others = Weeks(EARLY_AND_LATE, Parameters()).add(week, patterns=1, waits=True, scarce=scarce).others
    assert bool(others) == may


def test_people_who_are_served_keep_the_week_that_they_have() -> None:
    week = Weeks(EARLY_AND_LATE, Parameters()).add(
        [visit(0, "bed", 9, 10, same_time=True, day_choices=(1,))], patterns=1, waits=False
    )
    assert week.others == ()


def test_options_show_the_layout_and_what_it_costs() -> None:
    problem = small([[visit(0, "bed", 9, 10)]], singles=1, pairs=1)
    draft, _ = solve(replace(problem, cases=()), seed=1, effort=ALONE)
    placements = options(draft.seen_by(problem), 0)[0].placements
    assert [one.layout for one in placements] == ["", "a pair makes the visits of one carer in shift early"]
    start_s = 7 * problem.parameters.walk_start_s
    assert [one.added_s for one in placements] == [start_s, 2 * start_s + 7 * 1800]


@pytest.mark.parametrize("change", ["layout", "start", "second"])
def test_a_plan_that_misstates_a_layout_does_not_verify(change: str) -> None:
    problem = small([[visit(0, "bed", 9, 10, crew=2, may_meet=True)]], singles=2, pairs=0)
    plan = planned(problem)
    if change == "layout":
        wrong = replace(plan, placements=tuple(replace(one, layout="as they like") for one in plan.placements))
    elif change == "start":
        wrong = replace(plan, rounds=(_later(plan.rounds[0]), *plan.rounds[1:]))
    else:
        wrong = replace(plan, rounds=plan.rounds[:1])
    assert any(not one.inherited for one in verify(problem, wrong))


def _later(one: Any) -> Any:
    days = {
        day: tuple(
            replace(v, arrive_s=v.arrive_s + 900, start_s=v.start_s + 900, finish_s=v.finish_s + 900) for v in those
        )
        for day, those in one.days.items()
    }
    return replace(one, days=days)


@pytest.mark.parametrize("seed", range(examples(8, 100)))
def test_what_must_not_differ_between_layouts_does_not(seed: int) -> None:
    """Every layout makes each visit as often as it is bought, in parts that no other layout holds in part."""
    problem = many_sided(seed)
    for package in problem.packages:
        for pattern in range(len(package.parts)):
            fixed = {problem.visits[v].ref: problem.visits[v] for v in package.fixed[pattern]}
            due = fixed | {
                problem.visits[v].ref: problem.visits[v]
                for part in package.parts[pattern]
                for v in problem.parts[part].visits
            }
            for one in package.layouts(pattern):
                made = [problem.visits[v] for part in one.parts for v in problem.parts[part].visits]
                first = {v.ref: v for v in made if not v.ref.endswith("(second carer)")}
                # As commissioned a visit may fit no shift, and do so at another start.
                assert due.keys() - fixed.keys() <= first.keys() <= due.keys()
                for ref, row in first.items():
                    hands = sum(
                        v.crew - v.stand_by
                        for v in made
                        if v.ref.startswith(ref) and v.ref[len(ref) :] in ("", " (second carer)")
                    )
                    assert hands == due[ref].crew
                    assert row.duration_s == due[ref].duration_s
    used = [v for part in problem.parts for v in part.visits]
    shared = {v for package in problem.packages for v in package.visits}
    extra = [v for v in used if v not in shared]
    assert len(extra) == len(set(extra))
