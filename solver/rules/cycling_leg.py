"""No way by bicycle between two visits is longer than the cycling leg limit."""

from __future__ import annotations

from solver.examples import DAY, DAY_LIMITS
from solver.facts import DayFacts, DayLimits
from solver.rule import Edit, Scope, Subject, ceil_to

CODE, SCOPE, REASON = "CYCLE_LEG", Scope.DAY, "NO_WORKABLE_ROUND"
STATEMENT = "No way by bicycle between two visits is longer than the cycling leg limit."
SOURCE = "Assumption: 20 min, five kilometres at a steady pace"
SENTENCE = "the longest way by bicycle between two visits would be {value}, over the limit of {limit}"
FACT, LIMIT, UNIT, PER_UNIT = "longest_cycle_leg_s", "cycle_leg_s", "min", 60


def excess(day: DayFacts, limits: DayLimits) -> int:
    """Say by how much the limit is exceeded."""
    return day.longest_cycle_leg_s - limits.cycle_leg_s


def relaxed(limits: DayLimits, by: int) -> DayLimits:
    """Raise the limit."""
    return limits._replace(cycle_leg_s=limits.cycle_leg_s + by)


def edits(subject: Subject, limits: DayLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (Edit("replace", "parameters", "", "cycle_leg_max_min", ceil_to(limits.cycle_leg_s, 60)),)


BREAKING = (DAY._replace(longest_cycle_leg_s=1201), DAY_LIMITS)
PASSING = (DAY._replace(longest_cycle_leg_s=1200), DAY_LIMITS)
