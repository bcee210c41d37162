"""Regulated care is given only by a provider registered with the CQC."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "DEREGISTERED", Scope.PAIR, "DEREGISTERED"
STATEMENT = "Regulated care is given only by a provider registered with the CQC."
SOURCE = "Health and Social Care Act 2008, section 10"
SENTENCE = "the provider is not registered with the CQC"
FACT, LIMIT, UNIT, PER_UNIT = "deregistered", "deregistered", "", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.deregistered - limits.deregistered


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(deregistered=limits.deregistered + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (PAIR._replace(deregistered=1), PairLimits())
PASSING = (PAIR, PairLimits())
