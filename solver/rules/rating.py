"""A provider whose CQC rating the council's policy bars gets no new work."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "RATING_POLICY", Scope.PAIR, "RATING_POLICY"
STATEMENT = "A provider whose CQC rating the council's policy bars gets no new work."
SOURCE = "Council's rating policy"
SENTENCE = "the provider's CQC rating is barred by the council's policy"
FACT, LIMIT, UNIT, PER_UNIT = "rating_barred", "rating_barred", "", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.rating_barred - limits.rating_barred


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(rating_barred=limits.rating_barred + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (PAIR._replace(rating_barred=1), PairLimits())
PASSING = (PAIR, PairLimits())
