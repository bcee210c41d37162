"""No drive between two visits is longer than the driving leg limit."""

from __future__ import annotations

from solver.examples import DAY, DAY_LIMITS
from solver.facts import DayFacts, DayLimits
from solver.rule import Edit, Scope, Subject, ceil_to

CODE, SCOPE, REASON = "DRIVE_LEG", Scope.DAY, "NO_WORKABLE_ROUND"
STATEMENT = "No drive between two visits is longer than the driving leg limit."
SOURCE = "Assumption: 25 min keeps a round inside its patch"
SENTENCE = "the longest drive between two visits would be {value}, over the limit of {limit}"
FACT, LIMIT, UNIT, PER_UNIT = "longest_drive_leg_s", "drive_leg_s", "min", 60


def excess(day: DayFacts, limits: DayLimits) -> int:
    """Say by how much the limit is exceeded."""
    return day.longest_drive_leg_s - limits.drive_leg_s


def relaxed(limits: DayLimits, by: int) -> DayLimits:
    """Raise the limit."""
    return limits._replace(drive_leg_s=limits.drive_leg_s + by)


def edits(subject: Subject, limits: DayLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (Edit("replace", "parameters", "", "drive_leg_max_min", ceil_to(limits.drive_leg_s, 60)),)


BREAKING = (DAY._replace(longest_drive_leg_s=1501), DAY_LIMITS)
PASSING = (DAY._replace(longest_drive_leg_s=1500), DAY_LIMITS)
