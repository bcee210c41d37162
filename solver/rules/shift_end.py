"""A round's day finishes within its shift."""

from __future__ import annotations

from solver.examples import DAY, DAY_LIMITS
from solver.facts import DayFacts, DayLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "SHIFT_END", Scope.DAY, "NO_WORKABLE_ROUND"
STATEMENT = "A round's day finishes within its shift."
SOURCE = "Provider's shift pattern"
SENTENCE = "the day would finish {excess} after the end of the shift"
FACT, LIMIT, UNIT, PER_UNIT = "over_shift_s", "over_shift_s", "min", 60


def excess(day: DayFacts, limits: DayLimits) -> int:
    """Say by how much the limit is exceeded."""
    return day.over_shift_s - limits.over_shift_s


def relaxed(limits: DayLimits, by: int) -> DayLimits:
    """Raise the limit."""
    return limits._replace(over_shift_s=limits.over_shift_s + by)


def edits(subject: Subject, limits: DayLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (DAY._replace(over_shift_s=1), DAY_LIMITS)
PASSING = (DAY._replace(over_shift_s=0), DAY_LIMITS)
