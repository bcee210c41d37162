"""Who is asked first: tiers of the call-off procedure."""

from __future__ import annotations

from solver.problem import NOWHERE, Problem

FIRST_REFUSAL = 0
"""Tier of the provider that a hospital return, or an increase, goes to before the order starts."""


def tiers(problem: Problem, package: int) -> dict[int, int]:
    """Rank the contracts of a package's zone in the published order.

    Parameters
    ----------
    problem
        Holds contracts and procedures.
    package
        Id of the package.

    Returns
    -------
    dict
        Contract id to tier; 1 is asked first, equal tiers together, 0 is first refusal. Contracts off
        the package's lot have no tier.
    """
    asked = problem.packages[package]
    keys: dict[int, tuple[int, int]] = {}
    for i, contract in enumerate(problem.contracts):
        if contract.zone != asked.zone or asked.lot not in contract.lots:
            continue
        steps = problem.procedures[contract.procedure].steps
        step = next((k for k, (roles, _) in enumerate(steps) if contract.role in roles), len(steps))
        by_rank = step == len(steps) or steps[step][1] == "rank"
        keys[i] = (step, contract.rank if by_rank else 0)
    places = {key: place for place, key in enumerate(sorted(set(keys.values())), start=1)}
    return {i: FIRST_REFUSAL if _first_refusal(problem, package, i) else places[key] for i, key in keys.items()}


def _first_refusal(problem: Problem, package: int, contract: int) -> bool:
    asked = problem.packages[package]
    return (
        asked.former != NOWHERE
        and asked.change in ("hospital_return", "increase")
        and problem.contracts[contract].provider == asked.former
    )
