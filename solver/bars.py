"""What a council's week holds before any plan: bars on whole contracts, and rules that live rounds break."""

from __future__ import annotations

from solver.plan import PlanContractRefusal, PlanInherited
from solver.problem import DAYS, Problem
from solver.rule import Scope
from solver.rules import rules_of
from solver.timetable import timetable


def inherited(problem: Problem) -> tuple[PlanInherited, ...]:
    """List the rules that live rounds already break by themselves.

    Parameters
    ----------
    problem
        Holds the live rounds.

    Returns
    -------
    tuple of PlanInherited
        By round, day and rule.
    """
    found: list[PlanInherited] = []
    limits = problem.day_limits()
    for one in problem.rounds:
        setting = problem.day_setting(one.shift, one.mode, one.crew)
        for d, visits in enumerate(one.days):
            if not visits:
                continue
            _, facts = timetable(problem, visits, setting)
            found.extend(
                PlanInherited(round_ref=one.ref, day=DAYS[d], rule=rule.code, code=rule.reason, excess=excess)
                for rule in rules_of(Scope.DAY)
                if (excess := rule.excess(facts, limits)) > 0
            )
    return tuple(found)


def contract_refusals(problem: Problem) -> tuple[PlanContractRefusal, ...]:
    """List the bars that hold for every package of a lot in a zone, once for each contract.

    Parameters
    ----------
    problem
        The council's week.

    Returns
    -------
    tuple of PlanContractRefusal
        Inactive, dormant or deregistered providers, contracts out of term, embargoes on new work.
    """
    found = []
    for contract in problem.contracts:
        provider = problem.providers[contract.provider]
        today = problem.week_starts_on
        ended = contract.ends_on is not None and contract.ends_on < today
        for lot in sorted(contract.lots):
            embargoed = any(
                "new" in one.blocks
                and one.provider == contract.provider
                and one.zone in (None, contract.zone)
                and one.lot in (None, lot)
                for one in problem.embargoes
            )
            flags = {
                "DEREGISTERED": not provider.registered,
                "INACTIVE": not provider.active,
                "DORMANT": provider.dormant,
                "RATING_POLICY": provider.rating_barred,
                "CONTRACT_NOT_IN_FORCE": ended or contract.starts_on > today,
                "EMBARGO": embargoed,
            }
            codes = tuple(code for code, holds in flags.items() if holds)
            if codes:
                found.append(
                    PlanContractRefusal(
                        provider_ref=provider.ref, zone_ref=problem.zones[contract.zone], lot=lot, codes=codes
                    )
                )
    return tuple(sorted(found, key=lambda one: (one.zone_ref, one.provider_ref, one.lot, one.codes)))
