"""A provider that gave no answer by the deadline is passed."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "NO_ANSWER", Scope.PAIR, "NO_ANSWER"
STATEMENT = "A provider that gave no answer by the deadline is passed."
SOURCE = "Recorded answer to an offer; call-off procedure's deadline"
SENTENCE = "the provider gave no answer by the deadline"
FACT, LIMIT, UNIT, PER_UNIT = "no_answer", "no_answer", "", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.no_answer - limits.no_answer


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(no_answer=limits.no_answer + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (PAIR._replace(no_answer=1), PairLimits())
PASSING = (PAIR, PairLimits())
