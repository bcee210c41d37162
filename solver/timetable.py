"""The canonical timetable of a round's day, computed naively; what verification rests on.

The carer starts as late as possible without delaying the finish, and then does everything as early as
possible. The compiled kernel computes the same thing; a property test holds them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from solver.facts import UNREACHABLE_S, DayFacts, DaySetting, WeekFacts
from solver.means import MODES
from solver.problem import Problem


class Timed(NamedTuple):
    """One visit with its times, seconds after midnight."""

    visit: int
    leave_s: int
    """When the carer leaves the visit before (the start, for the first)."""
    travel_s: int
    arrive_s: int
    start_s: int
    finish_s: int


def timetable(problem: Problem, visits: Sequence[int], setting: DaySetting) -> tuple[tuple[Timed, ...], DayFacts]:
    """Time a day's visits in the given order and state the facts of the day.

    Parameters
    ----------
    problem
        Holds the visits.
    visits
        Visit ids in order; may be empty.
    setting
        Of the round.

    Returns
    -------
    timed : tuple of Timed
        One for each visit.
    facts : DayFacts
        All zero for an empty day.
    """
    rows = [problem.visits[visit] for visit in visits]
    legs = [0] + [problem.leg_s(MODES[setting.mode], a, b) for a, b in pairwise(visits)]
    earliest = [max(row.earliest_s, setting.shift_start_s) for row in rows]
    starts: list[int] = []
    for i in range(len(rows)):
        arrival = starts[-1] + rows[i - 1].duration_s + legs[i] if i else earliest[0]
        starts.append(max(earliest[i], arrival))
    if rows:
        latest = starts[-1]
        for i in range(len(rows) - 2, -1, -1):
            row = rows[i]
            latest = min(max(row.latest_s, starts[i]), latest - legs[i + 1] - row.duration_s)
        starts[0] = latest
        for i in range(1, len(rows)):
            starts[i] = max(earliest[i], starts[i - 1] + rows[i - 1].duration_s + legs[i])
    timed = []
    for i, row in enumerate(rows):
        leave = starts[i - 1] + rows[i - 1].duration_s if i else starts[0]
        timed.append(Timed(visits[i], leave, legs[i], leave + legs[i], starts[i], starts[i] + row.duration_s))
    return tuple(timed), _facts(problem, timed, setting)


def _facts(problem: Problem, timed: Sequence[Timed], setting: DaySetting) -> DayFacts:
    if not timed:
        return DayFacts(*([0] * len(DayFacts._fields)))
    rows = [problem.visits[one.visit] for one in timed]
    idle = [one.start_s - one.arrive_s for one in timed]
    paid_idle = sum(gap for gap in idle if gap <= setting.paid_gap_s)
    travel = sum(one.travel_s for one in timed)
    contact = sum(row.duration_s for row in rows)
    longest_leg = max(one.travel_s for one in timed)
    late = [max(0, one.start_s - row.latest_s) for one, row in zip(timed, rows, strict=True)]
    mode = MODES[setting.mode]
    exposed = mode in ("walk", "cycle") and setting.crew == 1
    return DayFacts(
        visits=len(rows),
        start_s=timed[0].start_s,
        finish_s=timed[-1].finish_s,
        over_shift_s=max(0, timed[-1].finish_s - setting.shift_end_s),
        contact_s=contact,
        travel_s=travel,
        walk_s=travel if mode == "walk" else 0,
        longest_walk_leg_s=longest_leg if mode == "walk" else 0,
        longest_drive_leg_s=longest_leg if mode in ("drive", "driven") else 0,
        longest_cycle_leg_s=longest_leg if mode == "cycle" else 0,
        paid_idle_s=paid_idle,
        longest_idle_s=max(idle),
        work_s=contact + travel + paid_idle,
        late_s=sum(by for by, row in zip(late, rows, strict=True) if not row.critical),
        critical_late_s=sum(by for by, row in zip(late, rows, strict=True) if row.critical),
        dark_unsafe_visits=sum(
            exposed and one.start_s >= setting.dusk_s and problem.homes[row.home].unsafe_after_dark
            for one, row in zip(timed, rows, strict=True)
        ),
        unreachable_legs=sum(one.travel_s == UNREACHABLE_S for one in timed),
    )


def week_facts(days: Sequence[DayFacts]) -> WeekFacts:
    """State the facts of a round's week from those of its days.

    Parameters
    ----------
    days
        Seven, Monday first.

    Returns
    -------
    WeekFacts
        The week repeats: Sunday's rest runs to Monday.
    """
    day_s = 86_400
    rests = [
        day_s + days[(i + 1) % 7].start_s - day.finish_s
        for i, day in enumerate(days)
        if day.visits and days[(i + 1) % 7].visits
    ]
    return WeekFacts(
        days_worked=sum(day.visits > 0 for day in days),
        shortest_rest_s=min(rests, default=7 * day_s),
        work_s=sum(day.work_s for day in days),
    )
