"""Fair rotation: the largest shortfall is asked first, the plan's own proposals count, and the verifier holds the order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.assemble import assemble
from solver.facts import UNLIMITED
from solver.order import offered_first, tiers, turns
from solver.plan import Plan
from solver.problem import Problem
from solver.solve import Effort, solve
from solver.verify import verify
from tests.proof import examples
from tests.solver.worlds import world

ALONE = Effort(searches=1, iterations=5, threads=1)


def rotating(seed: int = 1, *, accounts: tuple[int, ...] = (0, 300, 100, 200), how: str = "fair_hours") -> Problem:
    """One primary that takes nothing, and three framework contracts in fair rotation."""
    problem = world(seed, packages=6, providers=4, side_m=300.0, double_share=0.0, selection=how)
    contracts = tuple(
        replace(one, account=account, cap_min=UNLIMITED if i else 0)
        for i, (one, account) in enumerate(zip(problem.contracts, accounts, strict=True))
    )
    plain = tuple(replace(one, skills=frozenset(), excluded=frozenset()) for one in problem.packages)
    return replace(problem, contracts=contracts, packages=plain)


def planned(problem: Problem) -> Plan:
    return assemble(*solve(problem, seed=1, effort=ALONE))


def new(problem: Problem, plan: Plan) -> list[str]:
    return [one.code for one in verify(problem, plan) if not one.inherited]


def test_the_largest_shortfall_against_an_equal_share_is_asked_first() -> None:
    problem = rotating()
    first = offered_first(problem, range(len(problem.cases)))[0]
    order = turns(problem, {first: 2})
    assert order == {(problem.cases[first][0], 2): (2, 3, 1)}


def test_equal_accounts_are_told_apart_by_rank_then_ref() -> None:
    problem = rotating(accounts=(0, 50, 50, 50))
    first = offered_first(problem, range(len(problem.cases)))[0]
    assert turns(problem, {first: 1})[problem.cases[first][0], 2] == (1, 2, 3)
    same_rank = replace(problem, contracts=tuple(replace(one, rank=1) for one in problem.contracts))
    by_ref = sorted((1, 2, 3), key=lambda i: problem.contracts[i].ref)
    assert list(turns(same_rank, {first: 1})[problem.cases[first][0], 2]) == by_ref


@pytest.mark.parametrize("how", ["fair_hours", "fair_offers"])
def test_what_a_plan_proposes_counts_towards_the_next_turn(how: str) -> None:
    problem = rotating(accounts=(0, 0, 0, 0), how=how)
    asked = offered_first(problem, range(len(problem.cases)))
    chosen: dict[int, int] = {}
    for case in asked:
        chosen[case] = 1
        chosen[case] = turns(problem, chosen)[problem.cases[case][0], 2][0]
    assert set(list(chosen.values())[:3]) == {1, 2, 3}


def test_a_tier_by_rank_or_of_plain_rotation_has_no_turns() -> None:
    problem = rotating(how="rotation")
    assert turns(problem, dict.fromkeys(range(len(problem.cases)), 1)) == {}


@pytest.mark.parametrize("seed", range(examples(4, 60)))
@pytest.mark.parametrize("how", ["fair_hours", "fair_offers"])
def test_a_plan_lists_its_offers_in_turn_and_verifies(seed: int, how: str) -> None:
    problem = rotating(seed, how=how)
    plan = planned(problem)
    assert new(problem, plan) == []
    case_of = {problem.packages[package].ref: package for case in problem.cases for package in case}
    for one in plan.placements:
        own = [offer for offer in one.offers if offer.tier == one.tier]
        assert [offer.turn for offer in own] == sorted(offer.turn or 0 for offer in own)
        assert {offer.contract_ref for offer in own} == {
            problem.contracts[i].ref for i, at in tiers(problem, case_of[one.package_ref]).items() if at == one.tier
        }
        place = [offer.contract_ref for offer in own].index(one.contract_ref)
        assert all(offer.predicted == (i <= place) for i, offer in enumerate(own))
        assert [offer.answer for offer in own[place + 1 :]] == ["not_needed"] * (len(own) - place - 1)


def test_a_changed_order_turn_or_answer_is_caught() -> None:
    problem = rotating(2)
    plan = planned(problem)
    one = next(one for one in plan.placements if len(one.offers) > 2)
    first, second, *rest = one.offers
    accounted = replace(first, answer="decline" if first.answer != "decline" else "accept", codes=())
    for offers in (
        (second, first, *rest),
        (replace(first, turn=9), second, *rest),
        (second, *rest),
        (accounted, second, *rest),
    ):
        changed = tuple(replace(each, offers=offers) if each is one else each for each in plan.placements)
        assert "WRONG_OFFERS" in new(problem, replace(plan, placements=changed))


def test_a_pass_of_a_contract_that_nobody_has_is_reported_and_nothing_falls_over() -> None:
    problem = rotating(2)
    plan = planned(problem)
    one = next(one for one in plan.placements if one.passed)
    passed = tuple(replace(each, contract_ref="contract-of-nobody", predicted=True) for each in one.passed)
    changed = tuple(replace(each, passed=passed) if each is one else each for each in plan.placements)
    assert "WRONG_PASSED" in new(problem, replace(plan, placements=changed))


def test_another_account_is_another_order_for_the_same_rounds() -> None:
    problem = rotating(2)
    plan = planned(problem)
    moved = replace(problem, contracts=tuple(replace(c, account=1_000 - c.account) for c in problem.contracts))
    assert "WRONG_OFFERS" in new(moved, plan)


def test_a_specialist_asked_by_need_is_asked_only_for_what_others_do_not_offer() -> None:
    problem = rotating(3)
    by_need = replace(problem.procedures[0], specialists_by_need=True)
    contracts = (*problem.contracts[:3], replace(problem.contracts[3], role="specialist"))
    providers = tuple(
        replace(one, skills=frozenset({"peg"}) if i == 3 else frozenset()) for i, one in enumerate(problem.providers)
    )
    packages = (replace(problem.packages[0], skills=frozenset({"peg"})), *problem.packages[1:])
    specialised = replace(problem, procedures=(by_need,), contracts=contracts, providers=providers, packages=packages)
    plan = planned(specialised)
    assert new(specialised, plan) == []
    contract = {one.package_ref: one.contract_ref for one in plan.placements}
    assert contract.pop(problem.packages[0].ref) == problem.contracts[3].ref
    assert problem.contracts[3].ref not in contract.values()
    in_order = replace(specialised, procedures=problem.procedures)
    assert "WRONG_REASON" not in new(in_order, planned(in_order))
