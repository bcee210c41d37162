"""Settled: nobody waits, or sits at a later tier, while one legal insertion would do better."""

from __future__ import annotations

from collections.abc import Iterator

from solver.order import tiers
from solver.pairs import broken_pair_rules
from solver.rules import rule_named
from solver.verify.naive import Standing, case_fits, legal_week
from solver.verify.people import ledger_of
from solver.verify.reading import Reading
from solver.verify.violation import Violation


def check_settled(reading: Reading) -> Iterator[Violation]:
    """Look for a single legal insertion that would place somebody, or place them at an earlier tier.

    Parameters
    ----------
    reading
        A plan that is sound in itself.

    Yields
    ------
    Violation
        ``NOT_SETTLED`` for a waiting package, ``TIER_NOT_REACHED`` for one at too late a tier.
    """
    problem = reading.problem
    ledger = ledger_of(reading)
    rounds = standing_rounds(reading)
    for case, packages in enumerate(problem.cases):
        chosen = reading.contract_of.get(packages[0])
        ranks = [tiers(problem, package) for package in packages]
        common = {i: max(rank[i] for rank in ranks) for i in ranks[0] if all(i in rank for rank in ranks)}
        limit = common.get(chosen) if chosen is not None else None
        if chosen is not None and limit is None:
            continue
        earlier = [i for i, tier in common.items() if limit is None or tier < limit]
        asked = [i for i in earlier if not any(broken_pair_rules(problem, package, i) for package in packages)]
        if not asked:
            continue
        now, without = (ledger, rounds)
        if chosen is not None:
            now, without = ledger_of(reading, without=case), rounds_without(reading, rounds, packages)
            if not all(legal_week(problem, one) for one in without):
                continue  # leaving would break the rounds of those who stay: not a single insertion
        for contract in sorted(asked, key=lambda i: (common[i], i)):
            if case_fits(problem, now, without, case, contract):
                yield _unsettled(reading, packages[0], contract, common[contract], limit)
                break


def standing_rounds(reading: Reading) -> list[Standing]:
    """State the plan's rounds for naive insertion.

    Parameters
    ----------
    reading
        The plan, read.

    Returns
    -------
    list of Standing
        Empty rounds that are not live are left out.
    """
    return [
        Standing(
            provider=one.provider,
            patch=one.patch,
            shift=one.shift,
            mode=one.mode,
            crew=one.stated.crew,
            live=one.live,
            days=one.days,
        )
        for one in reading.rounds.values()
        if one.live >= 0 or any(one.days)
    ]


def rounds_without(reading: Reading, rounds: list[Standing], packages: tuple[int, ...]) -> list[Standing]:
    """Take the visits of packages out of rounds.

    Parameters
    ----------
    reading
        The plan, read.
    rounds
        As they stand.
    packages
        Ids.

    Returns
    -------
    list of Standing
        Rounds that are left empty, and not live, are gone.
    """
    visits = reading.problem.visits
    out = []
    for one in rounds:
        days = tuple(tuple(v for v in day if visits[v].package not in packages) for day in one.days)
        if one.live >= 0 or any(days):
            out.append(one if days == one.days else _with_days(one, days))
    return out


def _with_days(one: Standing, days: tuple[tuple[int, ...], ...]) -> Standing:
    return Standing(
        provider=one.provider,
        patch=one.patch,
        shift=one.shift,
        mode=one.mode,
        crew=one.crew,
        live=one.live,
        days=days,
    )


def _unsettled(reading: Reading, package: int, contract: int, tier: int, limit: int | None) -> Violation:
    problem = reading.problem
    ref = problem.contracts[contract].ref
    where = f"package {problem.packages[package].ref}"
    if limit is None:
        return Violation(code="NOT_SETTLED", where=where, sentence=f"It waits, and contract {ref} can take it.")
    rule = rule_named("CONTRACT_ORDER")
    return Violation(
        code=rule.reason,
        where=where,
        sentence=f"It is at tier {limit}, and contract {ref} at tier {tier} can take it.",
        rule=rule.code,
        excess=1,
    )
