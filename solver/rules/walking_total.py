"""Walking in a shift stays within the walking limit."""

from __future__ import annotations

from solver.examples import DAY, DAY_LIMITS
from solver.facts import DayFacts, DayLimits
from solver.rule import Edit, Scope, Subject, ceil_to

CODE, SCOPE, REASON = "WALK_TOTAL", Scope.DAY, "NO_WORKABLE_ROUND"
STATEMENT = "Walking in a shift stays within the walking limit."
SOURCE = "Bradford 2022 report, 3.1.1; limit 90 min assumed"
SENTENCE = "walking in the shift would come to {value}, over the limit of {limit}"
FACT, LIMIT, UNIT, PER_UNIT = "walk_s", "walk_total_s", "min", 60


def excess(day: DayFacts, limits: DayLimits) -> int:
    """Say by how much the limit is exceeded."""
    return day.walk_s - limits.walk_total_s


def relaxed(limits: DayLimits, by: int) -> DayLimits:
    """Raise the limit."""
    return limits._replace(walk_total_s=limits.walk_total_s + by)


def edits(subject: Subject, limits: DayLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (Edit("replace", "parameters", "", "walk_total_max_min", ceil_to(limits.walk_total_s, 60)),)


BREAKING = (DAY._replace(walk_s=5401), DAY_LIMITS)
PASSING = (DAY._replace(walk_s=5400), DAY_LIMITS)
