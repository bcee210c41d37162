"""The contract covers the zone of the home."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "NOT_IN_ZONE", Scope.PAIR, "NOT_IN_ZONE"
STATEMENT = "The contract covers the zone of the home."
SOURCE = "Contract; Merton 2022 report, 2.3 (geographic lots)"
SENTENCE = "the contract does not cover the zone of the home"
FACT, LIMIT, UNIT, PER_UNIT = "off_zone", "off_zone", "", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.off_zone - limits.off_zone


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(off_zone=limits.off_zone + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (PAIR._replace(off_zone=1), PairLimits())
PASSING = (PAIR, PairLimits())
