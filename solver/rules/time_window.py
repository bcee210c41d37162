"""Every visit starts inside its time window."""

from __future__ import annotations

from solver.examples import DAY, DAY_LIMITS
from solver.facts import DayFacts, DayLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "TIME_WINDOW", Scope.DAY, "NO_WORKABLE_ROUND"
STATEMENT = "Every visit starts inside its time window."
SOURCE = "Agreed times with tolerance; 45 min assumed where a visit is not time-critical"
SENTENCE = "visits would start {excess} late in all"
FACT, LIMIT, UNIT, PER_UNIT = "late_s", "late_s", "min", 60


def excess(day: DayFacts, limits: DayLimits) -> int:
    """Say by how much the limit is exceeded."""
    return day.late_s - limits.late_s


def relaxed(limits: DayLimits, by: int) -> DayLimits:
    """Raise the limit."""
    return limits._replace(late_s=limits.late_s + by)


def edits(subject: Subject, limits: DayLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (DAY._replace(late_s=1), DAY_LIMITS)
PASSING = (DAY._replace(late_s=0), DAY_LIMITS)
