"""A provider that the person excludes is never proposed."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "EXCLUDED_BY_PERSON", Scope.PAIR, "EXCLUDED_BY_PERSON"
STATEMENT = "A provider that the person excludes is never proposed."
SOURCE = "Care Act 2014, choice and wellbeing; the person's statement"
SENTENCE = "the person has excluded this provider"
FACT, LIMIT, UNIT, PER_UNIT = "excluded", "excluded", "", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.excluded - limits.excluded


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(excluded=limits.excluded + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (PAIR._replace(excluded=1), PairLimits())
PASSING = (PAIR, PairLimits())
