"""One package now: every contract of its zone, with a place in its rounds or the reasons against."""

from __future__ import annotations

from dataclasses import dataclass, replace

from solver.draft import Draft
from solver.facts import OrderFacts, OrderLimits
from solver.order import contracts_elsewhere, contracts_here, tiers
from solver.plan import PlanReason
from solver.question import Placement, Question
from solver.reasons import FORCE_OF
from solver.refuse import bars, refusal
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
    placements
        Its cheapest placements, at most three, on different rounds; empty when refused.
    reasons
        Why not; empty when it can be asked now. ``TIER_NOT_REACHED`` alone means that an earlier tier can
        take it.
    """

    contract: int
    tier: int | None
    placements: tuple[Placement, ...]
    reasons: tuple[PlanReason, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing but the order of call-off can stand against it."""
        return bool(self.placements)

    @property
    def added_s(self) -> int | None:
        """Paid seconds a week that its cheapest placement adds; None when refused."""
        return self.placements[0].added_s if self.placements else None

    @property
    def added_travel_s(self) -> int | None:
        """Travel a week that its cheapest placement adds, in seconds of a carer; None when refused."""
        return self.placements[0].added_travel_s if self.placements else None


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
    here = contracts_here(problem, zone)
    barred = {contract: bars(draft, case, contract) for contract in (*here, *contracts_elsewhere(problem, zone))}
    question = Question(draft, case, here, told=[one for one in here if not barred[one]]) if here else None
    found = []
    for contract, those in barred.items():
        asked = question if contract in here else None
        reasons = tuple(refusal(draft, case, contract, those, asked, with_unlocks=with_unlocks))
        placements = () if reasons or asked is None else tuple(asked.placements(contract))
        found.append(Option(contract=contract, tier=rank.get(contract), placements=placements, reasons=reasons))
    found.sort(key=lambda one: (not one.fits, last if one.tier is None else one.tier, one.added_s or 0, one.contract))
    tiers_open = sorted({one.tier for one in found if one.fits and one.tier is not None})
    return [_in_order(one, sum(tier < (one.tier or 0) for tier in tiers_open)) if one.fits else one for one in found]


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
