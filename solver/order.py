"""Who is asked first: tiers of the call-off procedure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from solver.problem import NOWHERE, Problem

FAIR = frozenset({"fair_hours", "fair_offers"})
"""Selections that keep an account of turns."""
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


def turns(problem: Problem, contracts: Mapping[int, int]) -> dict[tuple[int, int], tuple[int, ...]]:
    """Put the contracts of every fair rotation in the order in which they are to be asked.

    The one furthest below an equal share goes first. The account starts from what the council file states, and enters the
    proposals of the plan as they are offered: priority class first, longest wait first.

    Parameters
    ----------
    problem
        Holds contracts, procedures and accounts.
    contracts
        Contract proposed for every placed case.

    Returns
    -------
    dict
        (package, tier) to contract ids in turn; tiers by rank, or of plain rotation, have no order that is known.
    """
    if not any(how in FAIR for one in problem.procedures for _, how in one.steps):
        return {}
    account = [one.account for one in problem.contracts]
    order: dict[tuple[int, int], tuple[int, ...]] = {}
    for case in offered_first(problem, contracts):
        for package in problem.cases[case]:
            rank = tiers(problem, package)
            for tier in {at for i, at in rank.items() if at > FIRST_REFUSAL and selection(problem, i) in FAIR}:
                peers = [i for i, at in rank.items() if at == tier]
                if all(selection(problem, i) == selection(problem, peers[0]) for i in peers):
                    # Among equals the share is one number, so the least account is the largest shortfall.
                    peers.sort(key=lambda i: (account[i], problem.contracts[i].rank, problem.contracts[i].ref))
                    order[package, tier] = tuple(peers)
        chosen = contracts[case]
        by_offers = selection(problem, chosen) == "fair_offers"
        account[chosen] += 1 if by_offers else sum(problem.packages[one].carer_min for one in problem.cases[case])
    return order


def offered_first(problem: Problem, cases: Iterable[int]) -> list[int]:
    """Order cases as they are offered: by priority class, longest wait first.

    Parameters
    ----------
    problem
        The council's week.
    cases
        Case ids.

    Returns
    -------
    list of int
        The same cases.
    """
    members = {case: [problem.packages[package] for package in problem.cases[case]] for case in cases}
    return sorted(
        members,
        key=lambda case: (
            min(one.priority for one in members[case]),
            -max(one.days_waiting for one in members[case]),
            case,
        ),
    )


def selection(problem: Problem, contract: int) -> str:
    """Say how the step of a contract's role selects.

    Parameters
    ----------
    problem
        Holds the procedure.
    contract
        Id of the contract.

    Returns
    -------
    str
        As :class:`solver.problem.Procedure` names it; by rank where no step names the role.
    """
    one = problem.contracts[contract]
    steps = problem.procedures[one.procedure].steps
    return next((how for roles, how in steps if one.role in roles), "rank")


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
