"""Facts that rules judge, and the limits they judge them by; all plain integers.

Facts are computed twice: by the compiled kernel while searching and by the naive timetable while
verifying. Both fill these tuples.
"""

from __future__ import annotations

from typing import NamedTuple

UNLIMITED = 1_000_000_000
"""Stands for *no limit* in carer-minutes, carers and pence."""

UNREACHABLE_S = 65_535
"""Travel time that stands for *no way, or beyond the table*."""


class DaySetting(NamedTuple):
    """What the timetable of one round's day depends on besides its visits."""

    shift_start_s: int
    shift_end_s: int
    mode: int
    """Position in :data:`solver.means.MODES`."""
    crew: int
    paid_gap_s: int
    """Idle gaps up to this long are paid."""
    dusk_s: int
    table: int
    """Position of the table of travel that legs are read from; -1 where that travel is not known."""
    dark_table: int
    """The same, of legs to visits that may start after dusk."""


class DayFacts(NamedTuple):
    """What is true of one day of a round under its canonical timetable."""

    visits: int
    start_s: int
    finish_s: int
    over_shift_s: int
    """From the end of the shift to the finish; at least 0."""
    contact_s: int
    travel_s: int
    walk_s: int
    longest_walk_leg_s: int
    longest_drive_leg_s: int
    """Whoever drives."""
    longest_cycle_leg_s: int
    paid_idle_s: int
    longest_idle_s: int
    work_s: int
    """Contact, travel and paid idle time."""
    late_s: int
    """Sum of starts after the latest start, visits that are not time-critical."""
    critical_late_s: int
    dark_unsafe_visits: int
    """Visits after dusk in a safety area that a single carer reaches on foot or by bicycle."""
    unreachable_legs: int


class DayLimits(NamedTuple):
    """Limits of one day of a round."""

    walk_leg_s: int
    walk_total_s: int
    drive_leg_s: int
    cycle_leg_s: int
    over_shift_s: int
    break_after_s: int
    break_s: int
    split_gap_s: int
    """Longest idle gap in a day."""
    late_s: int
    critical_late_s: int
    dark_unsafe_visits: int
    unreachable_legs: int


class PairFacts(NamedTuple):
    """What is true of a package and a contract, whatever the rounds; 1 means *it is so*."""

    deregistered: int
    excluded: int
    off_lot: int
    off_zone: int
    days_outside_term: int
    embargoes: int
    inactive: int
    dormant: int
    unmet_requirements: int
    """Skills, carer gender and language that the provider does not declare."""
    rating_barred: int
    week_price_pence: int
    linked_elsewhere: int
    declined: int
    no_answer: int
    person_declined: int
    gaps_short_s: int = 0
    """By how many seconds the package's own gaps and windows contradict each other."""
    without_need: int = 0
    """1 for a specialist asked by need, where some other contract of the zone offers all that is needed."""


class PairLimits(NamedTuple):
    """Allowances of a package and a contract; zero unless somebody overrides."""

    deregistered: int = 0
    excluded: int = 0
    off_lot: int = 0
    off_zone: int = 0
    days_outside_term: int = 0
    embargoes: int = 0
    inactive: int = 0
    dormant: int = 0
    unmet_requirements: int = 0
    rating_barred: int = 0
    tender_above_pence: int = UNLIMITED
    linked_elsewhere: int = 0
    declined: int = 0
    no_answer: int = 0
    person_declined: int = 0
    gaps_short_s: int = 0
    without_need: int = 0


class LedgerFacts(NamedTuple):
    """What a contract would carry with the package, in carer-minutes a week and in rounds."""

    load_min: int
    growth_min: int
    intake_min: int
    return_min: int
    """Added carer-minutes against the fullest capacity return (patch and shift)."""
    new_single_rounds: int
    new_pair_rounds: int


class LedgerLimits(NamedTuple):
    """Limits of a contract, its provider and its capacity returns."""

    load_min: int = UNLIMITED
    growth_min: int = UNLIMITED
    intake_min: int = UNLIMITED
    return_min: int = UNLIMITED
    new_single_rounds: int = UNLIMITED
    new_pair_rounds: int = UNLIMITED


class WeekFacts(NamedTuple):
    """What is true of a round's week."""

    days_worked: int
    shortest_rest_s: int
    """Between a day's finish and the next day's start."""
    work_s: int
    """Contact, travel and paid idle time of the days together, of each carer of a pair."""


class WeekLimits(NamedTuple):
    """Limits of a round's week."""

    carers: int
    daily_rest_s: int
    work_s: int
    """Of all carers who share the round."""


class OrderFacts(NamedTuple):
    """What is true of a placement in the call-off order."""

    earlier_open: int
    """Earlier tiers in which a legal insertion exists."""


class OrderLimits(NamedTuple):
    """Allowance in the call-off order."""

    earlier_open: int = 0
