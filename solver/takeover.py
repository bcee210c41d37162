"""Who might take a live person over from their provider: a call-off of its own, by the rules of new work."""

from __future__ import annotations

from dataclasses import replace

from solver.ledger import Ledger, broken_ledger_rules
from solver.order import tiers
from solver.pairs import broken_pair_rules
from solver.problem import Problem


def takers(problem: Problem, ledger: Ledger, package: int) -> list[int]:
    """List the contracts that may take a live package over, rounds left aside.

    Parameters
    ----------
    problem
        The council's week.
    ledger
        With what is placed so far.
    package
        Id of a live package.

    Returns
    -------
    list of int
        The first tier, the present provider left out, that has contracts which no rule of pairs or contracts bars.
    """
    served = problem.packages[package]
    asks = replace(served, state="waiting", change="provider_change")
    packages = tuple(asks if i == package else one for i, one in enumerate(problem.packages))
    asked = replace(problem, packages=packages, cases=(*problem.cases, (package,)))
    seen, case = ledger.seen_by(asked), len(problem.cases)
    rank = {
        contract: tier
        for contract, tier in tiers(asked, package).items()
        if problem.contracts[contract].provider != served.provider
        and not broken_pair_rules(asked, package, contract)
        and not broken_ledger_rules(seen.contract_facts(case, contract))
    }
    return sorted(contract for contract, tier in rank.items() if tier == min(rank.values()))
