"""Every carer of a round has one whole day a week free of it."""

from __future__ import annotations

from solver.examples import WEEK, WEEK_LIMITS
from solver.facts import WeekFacts, WeekLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "WEEKLY_REST", Scope.WEEK, "BREAK_OR_REST"
STATEMENT = "Every carer of a round has one whole day a week free of it."
SOURCE = "Working Time Regulations 1998, regulation 11; two carers to a seven-day round assumed"
SENTENCE = "the round works {value} days a week with a crew of {limit}, each due a day off"
FACT, LIMIT, UNIT, PER_UNIT = "days_worked", "carers", "", 1


def excess(week: WeekFacts, limits: WeekLimits) -> int:
    """Say by how much the limit is exceeded."""
    return week.days_worked - 6 * limits.carers


def relaxed(limits: WeekLimits, by: int) -> WeekLimits:
    """Assume more carers."""
    return limits._replace(carers=limits.carers + (by + 5) // 6)


def edits(subject: Subject, limits: WeekLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (Edit("replace", "parameters", "", "carers_per_seven_day_round", limits.carers),)


BREAKING = (WEEK, WEEK_LIMITS._replace(carers=1))
PASSING = (WEEK, WEEK_LIMITS)
