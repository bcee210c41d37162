"""A day, a week, a pair and a ledger that keep every rule; the rules' examples start from them."""

from __future__ import annotations

from solver.facts import DayFacts, DayLimits, LedgerFacts, PairFacts, WeekFacts, WeekLimits

DAY = DayFacts(
    visits=5,
    start_s=25_200,
    finish_s=46_800,
    over_shift_s=0,
    contact_s=10_800,
    travel_s=3_000,
    walk_s=3_000,
    longest_walk_leg_s=800,
    longest_drive_leg_s=0,
    longest_cycle_leg_s=0,
    paid_idle_s=1_200,
    longest_idle_s=1_200,
    work_s=15_000,
    late_s=0,
    critical_late_s=0,
    dark_unsafe_visits=0,
    unreachable_legs=0,
)

DAY_LIMITS = DayLimits(
    walk_leg_s=900,
    walk_total_s=5_400,
    drive_leg_s=1_500,
    cycle_leg_s=1_200,
    over_shift_s=0,
    break_after_s=21_600,
    break_s=1_200,
    split_gap_s=7_200,
    late_s=0,
    critical_late_s=0,
    dark_unsafe_visits=0,
    unreachable_legs=0,
)

WEEK = WeekFacts(days_worked=7, shortest_rest_s=61_200, work_s=105_000)

WEEK_LIMITS = WeekLimits(carers=2, daily_rest_s=39_600, work_s=345_600)

PAIR = PairFacts(
    deregistered=0,
    excluded=0,
    off_lot=0,
    off_zone=0,
    days_outside_term=0,
    embargoes=0,
    inactive=0,
    dormant=0,
    unmet_requirements=0,
    rating_barred=0,
    week_price_pence=30_000,
    linked_elsewhere=0,
    declined=0,
    no_answer=0,
    person_declined=0,
)

LEDGER = LedgerFacts(
    load_min=300, growth_min=300, intake_min=300, return_min=300, new_single_rounds=0, new_pair_rounds=0
)
