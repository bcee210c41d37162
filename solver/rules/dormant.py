"""A provider whose CQC registration is dormant is not asked."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "DORMANT", Scope.PAIR, "DORMANT"
STATEMENT = "A provider whose CQC registration is dormant is not asked."
SOURCE = "CQC registration feed, dormancy"
SENTENCE = "the provider's registration is dormant"
FACT, LIMIT, UNIT, PER_UNIT = "dormant", "dormant", "", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.dormant - limits.dormant


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(dormant=limits.dormant + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (Edit("replace", "providers", subject.provider_ref, "dormant", False),)


BREAKING = (PAIR._replace(dormant=1), PairLimits())
PASSING = (PAIR, PairLimits())
