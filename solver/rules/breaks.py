"""When a day's work exceeds six hours it holds one idle gap of at least twenty minutes."""

from __future__ import annotations

from solver.examples import DAY, DAY_LIMITS
from solver.facts import DayFacts, DayLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "BREAK", Scope.DAY, "BREAK_OR_REST"
STATEMENT = "When a day's work exceeds six hours it holds one idle gap of at least twenty minutes."
SOURCE = "Working Time Regulations 1998, regulation 12"
SENTENCE = "the longest gap would be {value} in a day that needs a break of {limit}"
FACT, LIMIT, UNIT, PER_UNIT = "longest_idle_s", "break_s", "min", 60


def excess(day: DayFacts, limits: DayLimits) -> int:
    """Say by how much the limit is exceeded."""
    if day.work_s <= limits.break_after_s:
        return 0
    return limits.break_s - day.longest_idle_s


def relaxed(limits: DayLimits, by: int) -> DayLimits:
    """Lower the break that is due."""
    return limits._replace(break_s=limits.break_s - by)


def edits(subject: Subject, limits: DayLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (Edit("replace", "parameters", "", "break_min", max(0, limits.break_s // 60)),)


BREAKING = (DAY._replace(work_s=21_601, longest_idle_s=1_199), DAY_LIMITS)
PASSING = (DAY._replace(work_s=21_601, longest_idle_s=1_200), DAY_LIMITS)
