"""Facts of a package and a contract that do not depend on any round."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from solver.facts import UNLIMITED, PairFacts, PairLimits
from solver.problem import NOWHERE, Contract, Package, Problem
from solver.rule import Rule, Scope
from solver.rules import broken

SPECIALIST = "specialist"
ORDINARY = ("block", "primary", "framework")
"""Roles that are asked before a specialist who is asked by need."""
EMBARGO_KIND = {
    "new": "new",
    "hand_back": "new",
    "provider_change": "new",
    "increase": "increases",
    "hospital_return": "hospital_returns",
}


def pair_facts(problem: Problem, package: int, contract: int) -> PairFacts:
    """Gather what is true of a package and a contract.

    Parameters
    ----------
    problem
        The council's week.
    package, contract
        Ids.

    Returns
    -------
    PairFacts
        Counts and flags.
    """
    asked, offered = problem.packages[package], problem.contracts[contract]
    provider = problem.providers[offered.provider]
    answers = [answer for by, answer in asked.answers if by == offered.provider] if asked.answers else ()
    partner = problem.packages[asked.linked] if asked.linked != NOWHERE else None
    return PairFacts(
        deregistered=int(asked.regulated and not provider.registered),
        excluded=int(offered.provider in asked.excluded),
        off_lot=int(asked.lot not in offered.lots),
        off_zone=int(offered.zone != asked.zone),
        days_outside_term=_days_outside_term(problem, contract),
        embargoes=len(blocking_embargoes(problem, package, contract)),
        inactive=int(not provider.active),
        dormant=int(provider.dormant),
        unmet_requirements=len(asked.skills - provider.skills)
        + int(asked.gender is not None and asked.gender not in provider.genders)
        + int(asked.language is not None and asked.language not in provider.languages),
        rating_barred=int(provider.rating_barred),
        week_price_pence=week_price_pence(problem, package, contract),
        linked_elsewhere=int(
            partner is not None
            and partner.state in ("live", "held")
            and partner.provider not in (NOWHERE, offered.provider)
        ),
        declined=int("declined" in answers),
        no_answer=int("no_answer" in answers),
        person_declined=int("person_declined" in answers),
        gaps_short_s=asked.gaps_short_s,
        without_need=int(_specialist_without_need(problem, package, contract)),
    )


def pair_limits(problem: Problem, contract: int) -> PairLimits:
    """Say what a package and this contract are judged by.

    Parameters
    ----------
    problem
        The council's week.
    contract
        Id of the contract.

    Returns
    -------
    PairLimits
        Zero allowances, and the procedure's mini-tender threshold.
    """
    procedure = problem.procedures[problem.contracts[contract].procedure]
    return PairLimits(tender_above_pence=procedure.tender_above_pence)


def broken_pair_rules(problem: Problem, package: int, contract: int) -> list[Rule]:
    """List every pair rule that bars this contract for this package.

    Parameters
    ----------
    problem
        The council's week.
    package, contract
        Ids.

    Returns
    -------
    list of Rule
        Empty when nothing bars it.
    """
    facts, limits = pair_facts(problem, package, contract), pair_limits(problem, contract)
    return broken(Scope.PAIR, facts, limits)


def contract_carrying(contracts: Sequence[Contract], package: Package, week: int) -> int:
    """Find the contract under which a live package is served.

    Parameters
    ----------
    contracts
        All contracts.
    package
        A live or held package.
    week
        The planned Monday, as an ordinal.

    Returns
    -------
    int
        Contract id; one in force goes before one that is not; :data:`NOWHERE` for a spot arrangement.
    """
    fitting = [
        (not (one.starts_on <= week and (one.ends_on is None or one.ends_on >= week)), i)
        for i, one in enumerate(contracts)
        if one.provider == package.provider and one.zone == package.zone and package.lot in one.lots
    ]
    return min(fitting)[1] if fitting else NOWHERE


def blocking_embargoes(problem: Problem, package: int, contract: int) -> list[int]:
    """List the embargoes that block this kind of work for this contract.

    Parameters
    ----------
    problem
        The council's week.
    package, contract
        Ids.

    Returns
    -------
    list of int
        Embargo ids.
    """
    kind = EMBARGO_KIND[problem.packages[package].change]
    return [i for i in embargoes_over(problem, package, contract) if kind in problem.embargoes[i].blocks]


def embargoes_over(problem: Problem, package: int, contract: int) -> list[int]:
    """List the embargoes whose scope covers this package with this contract.

    Parameters
    ----------
    problem
        The council's week.
    package, contract
        Ids.

    Returns
    -------
    list of int
        Embargo ids.
    """
    asked, offered = problem.packages[package], problem.contracts[contract]
    return [
        i
        for i, embargo in enumerate(problem.embargoes)
        if embargo.provider == offered.provider
        and embargo.zone in (None, offered.zone)
        and embargo.lot in (None, asked.lot)
    ]


def week_price_pence(problem: Problem, package: int, contract: int) -> int:
    """Price a package's week at a contract's rates in force in the planned week.

    Parameters
    ----------
    problem
        The council's week.
    package, contract
        Ids.

    Returns
    -------
    int
        Pence; 0 where the contract states no rate.
    """
    in_force = _in_force(problem.contracts[contract].rates, problem.week_starts_on)
    if not in_force:
        return 0
    total = 0
    for visit_min, carer_min in problem.packages[package].priced:
        total += carer_min * _hour_pence(in_force, visit_min)
    return min(UNLIMITED - 1, total // 60)


def _hour_pence(in_force: tuple[tuple[int, int], ...], visit_min: int) -> int:
    """Look up the rate of a visit; the last one where all are for shorter visits."""
    for up_to, pence in in_force:
        if visit_min <= up_to:
            return pence
    return in_force[-1][1]


@lru_cache(maxsize=4096)
def _in_force(rates: tuple[tuple[int, int, int], ...], today: int) -> tuple[tuple[int, int], ...]:
    """Pick the rates of a day, by length of visit: they are asked for with every package."""
    latest: dict[int, tuple[int, int]] = {}
    for starts, up_to, pence in rates:
        if starts <= today and starts >= latest.get(up_to, (0, 0))[0]:
            latest[up_to] = (starts, pence)
    return tuple((up_to, pence) for up_to, (_, pence) in sorted(latest.items()))


def _specialist_without_need(problem: Problem, package: int, contract: int) -> bool:
    """Say whether a specialist is asked by need, and an ordinary contract of the zone has the lot and every skill."""
    asked, offered = problem.packages[package], problem.contracts[contract]
    if offered.role != SPECIALIST or not problem.procedures[offered.procedure].specialists_by_need:
        return False
    return any(
        one.zone == asked.zone
        and one.role in ORDINARY
        and asked.lot in one.lots
        and asked.skills <= problem.providers[one.provider].skills
        and not _days_outside_term(problem, i)
        for i, one in enumerate(problem.contracts)
    )


def _days_outside_term(problem: Problem, contract: int) -> int:
    offered, today = problem.contracts[contract], problem.week_starts_on
    if offered.ends_on is not None and offered.ends_on < today:
        return today - offered.ends_on
    return max(0, offered.starts_on - today)
