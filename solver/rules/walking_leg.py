"""No walk between two visits is longer than the walking leg limit."""

from __future__ import annotations

from solver.examples import DAY, DAY_LIMITS
from solver.facts import DayFacts, DayLimits
from solver.rule import Edit, Scope, Subject, ceil_to

CODE, SCOPE, REASON = "WALK_LEG", Scope.DAY, "NO_WORKABLE_ROUND"
STATEMENT = "No walk between two visits is longer than the walking leg limit."
SOURCE = "Bradford 2022 report, 3.1.1 (rounds for carers who do not drive); limit 15 min assumed"
SENTENCE = "the longest walk between two visits would be {value}, over the limit of {limit}"
FACT, LIMIT, UNIT, PER_UNIT = "longest_walk_leg_s", "walk_leg_s", "min", 60


def excess(day: DayFacts, limits: DayLimits) -> int:
    """Say by how much the limit is exceeded."""
    return day.longest_walk_leg_s - limits.walk_leg_s


def relaxed(limits: DayLimits, by: int) -> DayLimits:
    """Raise the limit."""
    return limits._replace(walk_leg_s=limits.walk_leg_s + by)


def edits(subject: Subject, limits: DayLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (Edit("replace", "parameters", "", "walk_leg_max_min", ceil_to(limits.walk_leg_s, 60)),)


BREAKING = (DAY._replace(longest_walk_leg_s=901), DAY_LIMITS)
PASSING = (DAY._replace(longest_walk_leg_s=900), DAY_LIMITS)
