"""The contract is in force in the planned week."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "CONTRACT_NOT_IN_FORCE", Scope.PAIR, "CONTRACT_NOT_IN_FORCE"
STATEMENT = "The contract is in force in the planned week."
SOURCE = "Contract dates"
SENTENCE = "the contract is not in force in the planned week, by {excess}"
FACT, LIMIT, UNIT, PER_UNIT = "days_outside_term", "days_outside_term", "day", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.days_outside_term - limits.days_outside_term


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(days_outside_term=limits.days_outside_term + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (
        Edit("replace", "contracts", subject.contract_ref, "ends_on", None),
        Edit("replace", "contracts", subject.contract_ref, "starts_on", subject.week_starts_on),
    )


BREAKING = (PAIR._replace(days_outside_term=1), PairLimits())
PASSING = (PAIR, PairLimits())
