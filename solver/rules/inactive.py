"""Only active providers are asked."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "INACTIVE", Scope.PAIR, "INACTIVE"
STATEMENT = "Only active providers are asked."
SOURCE = "Leeds 2014 report (inactive providers on the framework)"
SENTENCE = "the provider is inactive"
FACT, LIMIT, UNIT, PER_UNIT = "inactive", "inactive", "", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.inactive - limits.inactive


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(inactive=limits.inactive + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (Edit("replace", "providers", subject.provider_ref, "active", True),)


BREAKING = (PAIR._replace(inactive=1), PairLimits())
PASSING = (PAIR, PairLimits())
