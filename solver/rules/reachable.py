"""Every home can be reached from the home before."""

from __future__ import annotations

from solver.examples import DAY, DAY_LIMITS
from solver.facts import DayFacts, DayLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "REACHABLE", Scope.DAY, "NO_WORKABLE_ROUND"
STATEMENT = "Every home can be reached from the home before."
SOURCE = "Street network"
SENTENCE = "{value} of the round cannot be travelled"
FACT, LIMIT, UNIT, PER_UNIT = "unreachable_legs", "unreachable_legs", "leg", 1


def excess(day: DayFacts, limits: DayLimits) -> int:
    """Say by how much the limit is exceeded."""
    return day.unreachable_legs - limits.unreachable_legs


def relaxed(limits: DayLimits, by: int) -> DayLimits:
    """Raise the limit."""
    return limits._replace(unreachable_legs=limits.unreachable_legs + by)


def edits(subject: Subject, limits: DayLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (DAY._replace(unreachable_legs=1), DAY_LIMITS)
PASSING = (DAY._replace(unreachable_legs=0), DAY_LIMITS)
