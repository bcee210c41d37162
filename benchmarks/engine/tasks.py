"""A zone's week cut into what a routing library can solve: one day, one shift, one crew size at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.engine.schedule import RoundDay
from solver.problem import Problem

FORBIDDEN_S = 86_400
"""Stands for a leg over the limit: no shift is so long."""

Routes = list[list[int]]
"""Positions of a task's visits, in order, for each route."""


class Task(NamedTuple):
    """Routes to be found for one shift and crew size of a day, or of several days that are the same.

    ``travel_s[0]`` and ``travel_s[:, 0]`` are a depot at no distance: a round starts at its first visit and ends at its
    last. Visit ``i`` stands at row ``i + 1``.
    """

    shift: int
    crew: int
    days: tuple[int, ...]
    visits: tuple[int, ...]
    opens_s: int
    closes_s: int
    earliest_s: tuple[int, ...]
    latest_s: tuple[int, ...]
    """Of the start, so that the visit ends within the shift."""
    duration_s: tuple[int, ...]
    travel_s: NDArray[np.int64]
    start_s: int
    """What a route costs before its first visit, in paid seconds; every second of travel costs one."""
    waiting_is_paid: bool
    """Whether every idle second between visits costs one too."""

    @property
    def fleet(self) -> int:
        """Routes that may be opened: more than anybody needs."""
        return len(self.visits) // 2 + 2


def tasks(problem: Problem) -> list[Task]:
    """Cut a zone's week into tasks; days with the same visits are one task.

    Parameters
    ----------
    problem
        A zone in which everybody walks; rules that a task cannot state are switched off
        (:func:`benchmarks.engine.instances.for_peers`).

    Returns
    -------
    list of Task
        In order of shift, crew size and first day.
    """
    pattern = problem.providers[0].pattern
    due: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for package in problem.packages:
        for part in package.parts[pattern]:
            one = problem.parts[part]
            for visit in one.visits:
                for day in range(7):
                    if problem.visits[visit].days >> day & 1:
                        due[one.shift, one.crew, day].append(visit)
    same: dict[tuple[int, int, tuple[int, ...]], list[int]] = defaultdict(list)
    for (shift, crew, day), visits in sorted(due.items()):
        same[shift, crew, tuple(sorted(visits))].append(day)
    return [_task(problem, shift, crew, tuple(days), visits) for (shift, crew, visits), days in same.items()]


def _task(problem: Problem, shift: int, crew: int, days: tuple[int, ...], visits: tuple[int, ...]) -> Task:
    rows = [problem.visits[visit] for visit in visits]
    hours = problem.shifts[shift]
    homes = np.array([row.home for row in rows])
    travel = np.zeros((len(rows) + 1, len(rows) + 1), np.int64)
    legs = problem.travel["walk"][np.ix_(homes, homes)].astype(np.int64)
    travel[1:, 1:] = np.where(legs > problem.parameters.walk_leg_s, FORBIDDEN_S, legs)
    return Task(
        shift=shift,
        crew=crew,
        days=days,
        visits=visits,
        opens_s=hours.start_s,
        closes_s=hours.end_s,
        earliest_s=tuple(max(row.earliest_s, hours.start_s) for row in rows),
        latest_s=tuple(min(row.latest_s, hours.end_s - row.duration_s) for row in rows),
        duration_s=tuple(row.duration_s for row in rows),
        travel_s=travel,
        start_s=problem.parameters.walk_start_s,
        waiting_is_paid=problem.parameters.paid_gap_s > 0,
    )


def shares(budget_s: float, week: Sequence[Task]) -> list[float]:
    """Share a time budget out among tasks, by their visits.

    Parameters
    ----------
    budget_s
        Seconds for the whole week.
    week
        The tasks.

    Returns
    -------
    list of float
        Seconds of each task.
    """
    visits = sum(len(task.visits) for task in week)
    return [budget_s * len(task.visits) / visits for task in week]


def round_days(task: Task, routes: Routes) -> list[RoundDay]:
    """Write a task's routes as days of work, on each of its days.

    Parameters
    ----------
    task
        The task.
    routes
        Its solution.

    Returns
    -------
    list of RoundDay
        Not yet linked to weekly rounds.
    """
    return [
        RoundDay(day, task.shift, task.crew, "walk", tuple(task.visits[i] for i in route))
        for day in task.days
        for route in routes
        if route
    ]
