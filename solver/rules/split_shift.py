"""Where a council bars split shifts, no idle gap between two visits of a day is longer than its limit."""

from __future__ import annotations

from solver.examples import DAY, DAY_LIMITS
from solver.facts import DayFacts, DayLimits
from solver.rule import Edit, Scope, Subject, ceil_to

CODE, SCOPE, REASON = "SPLIT_SHIFT", Scope.DAY, "BREAK_OR_REST"
STATEMENT = "Where a council bars split shifts, no idle gap between two visits of a day is longer than its limit."
SOURCE = "The council's or its providers' terms of work; no limit unless the council file states one"
SENTENCE = "the longest gap between two visits would be {value}, over the limit of {limit}"
FACT, LIMIT, UNIT, PER_UNIT = "longest_idle_s", "split_gap_s", "min", 60


def excess(day: DayFacts, limits: DayLimits) -> int:
    """Say by how much the limit is exceeded."""
    return day.longest_idle_s - limits.split_gap_s


def relaxed(limits: DayLimits, by: int) -> DayLimits:
    """Raise the limit."""
    return limits._replace(split_gap_s=limits.split_gap_s + by)


def edits(subject: Subject, limits: DayLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (Edit("replace", "parameters", "", "split_shift_gap_max_min", ceil_to(limits.split_gap_s, 60)),)


BREAKING = (DAY._replace(longest_idle_s=7201), DAY_LIMITS)
PASSING = (DAY._replace(longest_idle_s=7200), DAY_LIMITS)
