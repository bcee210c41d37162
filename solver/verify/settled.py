"""Settled: nobody waits, or sits at a later tier, while one legal insertion would do better."""

from __future__ import annotations

from collections.abc import Iterator

from solver.order import tiers
from solver.rules import rule_named
from solver.verify.reading import Reading
from solver.verify.state import state_of
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
    problem, state = reading.problem, state_of(reading)
    for case, packages in enumerate(problem.cases):
        found = state.earlier_place(case)
        if found is not None:
            chosen = state.contracts.get(case)
            limit = None if chosen is None else max(tiers(problem, package)[chosen] for package in packages)
            yield _unsettled(reading, packages[0], *found, limit)


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
