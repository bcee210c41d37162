"""A couple is served by one provider."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "LINKED_PACKAGE", Scope.PAIR, "LINKED_PACKAGE"
STATEMENT = "A couple is served by one provider."
SOURCE = "Linked packages have the same provider"
SENTENCE = "the linked package is with another provider"
FACT, LIMIT, UNIT, PER_UNIT = "linked_elsewhere", "linked_elsewhere", "", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.linked_elsewhere - limits.linked_elsewhere


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(linked_elsewhere=limits.linked_elsewhere + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (PAIR._replace(linked_elsewhere=1), PairLimits())
PASSING = (PAIR, PairLimits())
