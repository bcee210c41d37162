"""After dark, homes in safety areas are reached by a pair or by car."""

from __future__ import annotations

from solver.examples import DAY, DAY_LIMITS
from solver.facts import DayFacts, DayLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "SAFETY_AFTER_DARK", Scope.DAY, "SAFETY_MEANS"
STATEMENT = "After dark, homes in safety areas are reached by a pair or by car."
SOURCE = "Bradford 2022 report, 3.1.1 (safety concerns of home care staff); changes the means, never who gets care"
SENTENCE = "{value} after dark in a safety area would be reached alone on foot or by bicycle"
FACT, LIMIT, UNIT, PER_UNIT = "dark_unsafe_visits", "dark_unsafe_visits", "visit", 1


def excess(day: DayFacts, limits: DayLimits) -> int:
    """Say by how much the limit is exceeded."""
    return day.dark_unsafe_visits - limits.dark_unsafe_visits


def relaxed(limits: DayLimits, by: int) -> DayLimits:
    """Raise the limit."""
    return limits._replace(dark_unsafe_visits=limits.dark_unsafe_visits + by)


def edits(subject: Subject, limits: DayLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (DAY._replace(dark_unsafe_visits=1), DAY_LIMITS)
PASSING = (DAY._replace(dark_unsafe_visits=0), DAY_LIMITS)
