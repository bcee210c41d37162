"""The paid time of a round's week is at most what its carers may work in one."""

from __future__ import annotations

from solver.examples import WEEK, WEEK_LIMITS
from solver.facts import WeekFacts, WeekLimits
from solver.rule import Edit, Scope, Subject, ceil_to

CODE, SCOPE, REASON = "WEEKLY_HOURS", Scope.WEEK, "BREAK_OR_REST"
STATEMENT = "The paid time of a round's week is at most what its carers may work in one."
SOURCE = "Working Time Regulations 1998, regulation 4: 48 h a carer, on average; two carers to a round assumed"
SENTENCE = "the round's week would be {value} of paid time, over the {limit} that its carers may work"
FACT, LIMIT, UNIT, PER_UNIT = "work_s", "work_s", "h", 3600


def excess(week: WeekFacts, limits: WeekLimits) -> int:
    """Say by how much the limit is exceeded."""
    return week.work_s - limits.work_s


def relaxed(limits: WeekLimits, by: int) -> WeekLimits:
    """Raise the limit."""
    return limits._replace(work_s=limits.work_s + by)


def edits(subject: Subject, limits: WeekLimits) -> tuple[Edit, ...]:
    """State the limits in the council file, by the carer."""
    hours = ceil_to(limits.work_s, limits.carers) / 3600
    return (Edit("replace", "parameters", "", "carer_week_max_hours", hours),)


BREAKING = (WEEK._replace(work_s=345_601), WEEK_LIMITS)
PASSING = (WEEK._replace(work_s=345_600), WEEK_LIMITS)
