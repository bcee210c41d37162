"""The package's own times can be kept by somebody."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "TIMES_CONTRADICT", Scope.PAIR, "TIMES_CONTRADICT"
STATEMENT = "The gaps between a package's visits can hold together with the windows of those visits."
SOURCE = "The package itself: nobody can keep times that contradict each other"
SENTENCE = (
    "the gaps between its visits cannot hold together with their windows, by {excess}: widen a window or a tolerance, "
    "or relax a gap"
)
FACT, LIMIT, UNIT, PER_UNIT = "gaps_short_s", "gaps_short_s", "min", 60


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.gaps_short_s - limits.gaps_short_s


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(gaps_short_s=limits.gaps_short_s + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State nothing: which window or gap gives way is for whoever assessed the care to say."""
    return ()


BREAKING = (PAIR._replace(gaps_short_s=61), PairLimits())
PASSING = (PAIR, PairLimits())
