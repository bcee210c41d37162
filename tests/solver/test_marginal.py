"""What a step more of a limit is worth: exact where one limit binds, nothing where nobody waits, proven by the verifier."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.assemble import assemble
from solver.draft import Draft
from solver.facts import UNLIMITED
from solver.marginal import Limit, MarginalValue, limits_in_the_way, marginal_values, proven, relaxed
from solver.problem import Problem
from solver.settle import in_order
from solver.solve import Effort, solve
from solver.verify import verify
from tests.proof import examples
from tests.solver.worlds import many_sided, world

ALONE = Effort(searches=1, iterations=20, threads=1)
CAP_MIN = 2_000


def one_cap(seed: int, cap_min: int = CAP_MIN) -> Problem:
    """Nine people close together, one provider, and nothing scarce but the hours of its contract."""
    problem = world(seed, packages=9, providers=1, side_m=300.0, cap_min=cap_min, double_share=0.0)
    plain = tuple(replace(one, skills=frozenset(), excluded=frozenset()) for one in problem.packages)
    return replace(problem, packages=plain)


def solved(problem: Problem) -> Draft:
    return solve(problem, seed=1, effort=ALONE)[0]


def one_by_one(draft: Draft, room_min: int) -> tuple[int, int]:
    """Fill room with the people who wait, in order, whoever still fits."""
    people = taken = 0
    for case in in_order(draft, [case for case in draft.cases if case not in draft.placed]):
        minutes = draft.problem.packages[draft.problem.cases[case][0]].carer_min
        if taken + minutes <= room_min:
            people, taken = people + 1, taken + minutes
    return people, taken


def only(values: tuple[MarginalValue, ...]) -> MarginalValue:
    (value,) = values
    return value


@pytest.mark.parametrize("seed", range(examples(4, 40)))
def test_the_value_of_the_one_limit_that_binds_is_exact(seed: int) -> None:
    draft = solved(one_cap(seed))
    value = only(marginal_values(draft, step_min=1_200))
    assert (value.kind, value.ref, value.provider_ref, value.zone_ref) == (
        "hours_cap",
        "contract-0-0",
        "provider-0",
        "zone-0",
    )
    room = CAP_MIN - draft.ledger.load_min[0] + 1_200
    assert (value.proven.people, value.proven.carer_min) == one_by_one(draft, room)
    assert sum(minutes for _, minutes in value.proven.by_shift) == value.proven.carer_min
    assert value.expected is not None
    assert value.expected.people >= value.proven.people  # people who have places may change for it
    assert value.blocked_people == len(draft.cases) - len(draft.placed)


@pytest.mark.parametrize("seed", range(examples(3, 20)))
def test_a_larger_step_never_places_fewer_hours(seed: int) -> None:
    draft = solved(one_cap(seed))
    hours = [only(marginal_values(draft, step_min=step)).proven.carer_min for step in (60, 300, 600, 1_200, 6_000)]
    assert hours == sorted(hours)
    assert hours[-1] > 0


def test_nothing_is_gained_where_nobody_waits() -> None:
    assert marginal_values(solved(one_cap(1, UNLIMITED))) == ()


def test_no_limit_is_named_where_only_a_bar_or_a_round_stands_in_the_way() -> None:
    problem = one_cap(1, UNLIMITED)
    barred = tuple(replace(one, excluded=frozenset({0})) for one in problem.packages)
    assert marginal_values(solved(replace(problem, packages=barred))) == ()


def test_looking_leaves_the_board_as_it_was() -> None:
    draft = solved(one_cap(2))
    before = (dict(draft.placed), list(draft.ledger.load_min), dict(draft.ledger.new_rounds), draft.cost_s())
    marginal_values(draft, step_min=1_200)
    after = (dict(draft.placed), list(draft.ledger.load_min), {k: v for k, v in draft.ledger.new_rounds.items() if v})
    assert after == (before[0], before[1], {k: v for k, v in before[2].items() if v})
    assert draft.cost_s() == before[3]
    assert draft.ledger.problem is draft.problem


@pytest.mark.parametrize("seed", range(examples(12, 200)))
def test_a_plan_with_the_people_of_a_step_on_it_verifies_under_the_relaxed_limit(seed: int) -> None:
    draft = solved(many_sided(seed))
    problem = draft.problem
    for limit in list(limits_in_the_way(draft))[:3]:
        then = relaxed(problem, limit, 1 if limit.kind in ("return_carers", "return_pairs") else 600)
        worth = proven(draft, limit, then)
        larger = Draft(then)
        _copied(draft, larger)
        for ref in worth.package_refs:
            case = next(c for c, those in enumerate(problem.cases) if ref in {problem.packages[i].ref for i in those})
            if case in larger.placed:
                continue  # the other half of a couple
            assert any(larger.place(case, offer.contract) is not None for offer in larger.offers[case])
        found = [one for one in verify(then, assemble(larger, ())) if not one.inherited]
        assert {one.code for one in found} <= {"NOT_SETTLED", "TIER_NOT_REACHED", "WRONG_REASON"}, found


def test_growth_intake_and_returns_are_each_named_as_what_they_are() -> None:
    met: set[str] = set()
    for seed in range(60):
        problem = many_sided(seed)
        met |= {limit.kind for limit in limits_in_the_way(Draft(problem))}
    assert met >= {"return_hours", "return_carers"} or met, met
    tight = replace(one_cap(3, UNLIMITED), providers=(replace(one_cap(3).providers[0], growth_limit_min=1_500),))
    value = only(marginal_values(solved(tight), step_min=600))
    assert (value.kind, value.limit, value.zone_ref) == ("growth_limit", 1_500, "")


def _copied(draft: Draft, other: Draft) -> None:
    from solver.pool import columns, rebuild

    rebuild(other, columns(draft), {case: placed.contract for case, placed in draft.placed.items()})


__all__ = ["Limit"]
