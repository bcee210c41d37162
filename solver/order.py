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


def contracts_here(problem: Problem, zone: int) -> list[int]:
    """List the contracts of a zone.

    Parameters
    ----------
    problem
        Holds the contracts.
    zone
        Id of the zone, or :data:`solver.problem.NOWHERE`.

    Returns
    -------
    list of int
        Contract ids.
    """
    return [i for i, contract in enumerate(problem.contracts) if zone != NOWHERE and contract.zone == zone]


def contracts_elsewhere(problem: Problem, zone: int) -> list[int]:
    """List a contract of every provider that has none in a zone: it is refused there, and says so.

    Parameters
    ----------
    problem
        Holds the contracts.
    zone
        Id of the zone, or :data:`solver.problem.NOWHERE`.

    Returns
    -------
    list of int
        The first contract of each such provider.
    """
    here = {problem.contracts[i].provider for i in contracts_here(problem, zone)}
    first: dict[int, int] = {}
    for i, contract in enumerate(problem.contracts):
        first.setdefault(contract.provider, i)
    return [i for provider, i in first.items() if provider not in here]


def contracts_explained(problem: Problem, zone: int) -> list[int]:
    """List the contracts whose refusals a plan states for somebody who goes on waiting.

    Parameters
    ----------
    problem
        Holds the contracts.
    zone
        Id of the person's zone, or :data:`solver.problem.NOWHERE`.

    Returns
    -------
    list of int
        Those of the zone; where it has none, one of every provider, so that nobody waits without a reason.
    """
    return contracts_here(problem, zone) or contracts_elsewhere(problem, zone)


def _first_refusal(problem: Problem, package: int, contract: int) -> bool:
    asked = problem.packages[package]
    return (
        asked.former != NOWHERE
        and asked.change in ("hospital_return", "increase")
        and problem.contracts[contract].provider == asked.former
    )
