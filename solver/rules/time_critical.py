"""Every time-critical visit starts inside its time window."""

from __future__ import annotations

from solver.examples import DAY, DAY_LIMITS
from solver.facts import DayFacts, DayLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "TIME_CRITICAL", Scope.DAY, "TIME_CRITICAL_CLASH"
STATEMENT = "Every time-critical visit starts inside its time window."
SOURCE = "Medication and other critical times; 15 min assumed"
SENTENCE = "time-critical visits would start {excess} late in all"
FACT, LIMIT, UNIT, PER_UNIT = "critical_late_s", "critical_late_s", "min", 60


def excess(day: DayFacts, limits: DayLimits) -> int:
    """Say by how much the limit is exceeded."""
    return day.critical_late_s - limits.critical_late_s


def relaxed(limits: DayLimits, by: int) -> DayLimits:
    """Raise the limit."""
    return limits._replace(critical_late_s=limits.critical_late_s + by)


def edits(subject: Subject, limits: DayLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (DAY._replace(critical_late_s=1), DAY_LIMITS)
PASSING = (DAY._replace(critical_late_s=0), DAY_LIMITS)
