"""Between the end of a round's day and the start of the next lie eleven hours."""

from __future__ import annotations

from solver.examples import WEEK, WEEK_LIMITS
from solver.facts import WeekFacts, WeekLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "DAILY_REST", Scope.WEEK, "BREAK_OR_REST"
STATEMENT = "Between the end of a round's day and the start of the next lie eleven hours."
SOURCE = "Working Time Regulations 1998, regulation 10"
SENTENCE = "the rest between two days would be {value} where {limit} are due"
FACT, LIMIT, UNIT, PER_UNIT = "shortest_rest_s", "daily_rest_s", "h", 3600


def excess(week: WeekFacts, limits: WeekLimits) -> int:
    """Say by how much the limit is exceeded."""
    return limits.daily_rest_s - week.shortest_rest_s


def relaxed(limits: WeekLimits, by: int) -> WeekLimits:
    """Lower the rest that is due."""
    return limits._replace(daily_rest_s=limits.daily_rest_s - by)


def edits(subject: Subject, limits: WeekLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (Edit("replace", "parameters", "", "daily_rest_hours", limits.daily_rest_s / 3600),)


BREAKING = (WEEK._replace(shortest_rest_s=39_599), WEEK_LIMITS)
PASSING = (WEEK._replace(shortest_rest_s=39_600), WEEK_LIMITS)
