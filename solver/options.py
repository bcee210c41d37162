"""One package now: every contract of its zone, with a place in its rounds or the reasons against."""

from __future__ import annotations

from dataclasses import dataclass, replace

from solver.assemble import round_plan, round_refs
from solver.draft import Draft
from solver.facts import OrderFacts, OrderLimits
from solver.order import contracts_elsewhere, contracts_here, tiers
from solver.plan import PlanReason, PlanRound
from solver.reasons import FORCE_OF
from solver.refuse import refuse
from solver.rules import rule_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What one contract can do for a package.

    Parameters
    ----------
    contract
        Id of the contract.
    tier
        Place in the call-off order; None when the contract is not on the lot.
    added_s
        Paid seconds a week that it would add; None when refused.
    added_travel_s
        Travel a week that it would add, in seconds of a carer.
    rounds
        Rounds as they would be with the package in them; empty when refused. A round that would be opened
        for it is called ``option-1``, ``option-2``, ….
    reasons
        Why not; empty when it can be asked now. ``TIER_NOT_REACHED`` alone means that an earlier tier can
        take it.
    """

    contract: int
    tier: int | None
    added_s: int | None
    added_travel_s: int | None
    rounds: tuple[PlanRound, ...]
    reasons: tuple[PlanReason, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing but the order of call-off can stand against it."""
        return self.added_s is not None


def options(draft: Draft, case: int, *, with_unlocks: bool = True) -> list[Option]:
    """Rank every provider for a case: each contract of its zone, and one of each provider that has none there.

    Parameters
    ----------
    draft
        The board without the case; is left as it was.
    case
        Id of an unplaced case.
    with_unlocks
        Whether refusals look for the least change that would help.

    Returns
    -------
    list of Option
        Those that fit first, by tier and then by what they add; then the refused, in call-off order.
    """
    problem = draft.problem
    package = problem.cases[case][0]
    zone = problem.packages[package].zone
    rank = tiers(problem, package)
    last = len(problem.contracts) + 1
    found = [
        _option(draft, case, i, rank.get(i), with_unlocks=with_unlocks)
        for i in (*contracts_here(problem, zone), *contracts_elsewhere(problem, zone))
    ]
    found.sort(key=lambda one: (not one.fits, last if one.tier is None else one.tier, one.added_s or 0, one.contract))
    tiers_open = sorted({one.tier for one in found if one.fits and one.tier is not None})
    return [_in_order(one, sum(tier < (one.tier or 0) for tier in tiers_open)) if one.fits else one for one in found]


def _option(draft: Draft, case: int, contract: int, tier: int | None, *, with_unlocks: bool) -> Option:
    reasons = refuse(draft, case, contract, with_unlocks=with_unlocks)
    if reasons:
        return Option(
            contract=contract, tier=tier, added_s=None, added_travel_s=None, rounds=(), reasons=tuple(reasons)
        )
    refs = round_refs(draft)
    with draft.trial(case, contract) as added:
        keys = list(dict.fromkeys((seat.patch, seat.round) for seat in draft.placed[case].seats))
        rounds = tuple(
            round_plan(draft, key, refs.get(key, f"option-{number}")) for number, key in enumerate(keys, start=1)
        )
        with_case = sum(_travel_s(one) for one in rounds)
    before = sum(_travel_s(round_plan(draft, key, "")) for key in keys if key[1] < len(draft.boards[key[0]].rounds))
    return Option(
        contract=contract,
        tier=tier,
        added_s=added,
        added_travel_s=with_case - before,
        rounds=rounds,
        reasons=(),
    )


def _travel_s(one: PlanRound) -> int:
    return one.crew * sum(visit.travel_s for day in one.days.values() for visit in day)


def _in_order(one: Option, earlier_open: int) -> Option:
    rule = rule_named("CONTRACT_ORDER")
    facts, limits = OrderFacts(earlier_open=earlier_open), OrderLimits()
    if rule.excess(facts, limits) <= 0:
        return one
    said = rule.said(facts, limits)
    reason = PlanReason(
        code=rule.reason,
        rule=rule.code,
        force=FORCE_OF[rule.reason],
        sentence=said[0].upper() + said[1:] + ".",
        evidence={"value": earlier_open, "limit": 0, "unit": rule.unit},
    )
    return replace(one, reasons=(reason,))
