"""A provider under embargo for this kind of work gets none of it."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "EMBARGO", Scope.PAIR, "EMBARGO"
STATEMENT = "A provider under embargo for this kind of work gets none of it."
SOURCE = "Sheffield 2017 report, recommendation 3; CQC, council or voluntary embargo"
SENTENCE = "an embargo blocks this work"
FACT, LIMIT, UNIT, PER_UNIT = "embargoes", "embargoes", "", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.embargoes - limits.embargoes


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(embargoes=limits.embargoes + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return tuple(Edit("replace", "embargoes", ref, subject.change, "allowed") for ref in subject.embargo_refs)


BREAKING = (PAIR._replace(embargoes=1), PairLimits())
PASSING = (PAIR, PairLimits())
