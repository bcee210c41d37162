"""A day for the labelling, and what the rest of it can cost at least from any visit and moment on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from solver import compiled
from solver.kept import kept

compiled.cache_folder()

NEVER = np.int64(1) << 40
"""Seconds of a leg that no rule allows."""
FAR = np.int64(1) << 60
"""A cost beyond all costs."""
ONE = np.uint64(1)


class Day(NamedTuple):
    """A day of some round to be made as cheap as possible; costs are in fixed-point units."""

    opens_s: NDArray[np.int64]
    closes_s: NDArray[np.int64]
    service_s: NDArray[np.int64]
    travel_s: NDArray[np.int64]
    """Shape (visits, visits); :data:`NEVER` where a leg is too long."""
    least_s: NDArray[np.int64]
    """From the end of one visit to the start of another over any others between, at least; same shape."""
    leg_cost: NDArray[np.int64]
    prize: NDArray[np.int64]
    """What each visit earns."""
    mates: NDArray[np.uint64]
    """Visits that must ride along, as a bit set for each visit, shape (visits, words)."""
    must: NDArray[np.uint64]
    """Visits that must be made, as a bit set."""
    after: NDArray[np.int64]
    """A visit that must be made before each, or -1."""
    start_cost: int
    second_cost: int
    """What a paid idle second costs."""
    paid_gap_s: int
    shift_end_s: int
    travel_left_s: int
    """Travel allowed in all; :data:`NEVER` where that is not limited."""
    break_after_s: int
    break_s: int
    grid_s: int
    """Width of a time step of the bounds; at most the shortest visit."""


@kept(**compiled.ENTRY)
def bound_ahead(day):  # type: ignore[no-untyped-def]
    """Bound what the rest of a day can cost, by visit and time of completion.

    Visits may be repeated in these days, but not as A, B, A.

    Parameters
    ----------
    day
        A :class:`Day`.

    Returns
    -------
    best : ndarray of int64, shape (visits, steps)
        At most the cost of what follows; never positive, since a day may end.
    first : ndarray of int32, shape (visits, steps)
        The next visit in that case, or -1.
    second : ndarray of int64, shape (visits, steps)
        At most the cost of what follows when another visit is next.
    """
    n = len(day.opens_s)
    origin = day.opens_s.min()
    steps = (day.shift_end_s - origin) // day.grid_s + 2
    best = np.zeros((n, steps), np.int64)
    first = np.full((n, steps), -1, np.int32)
    second = np.zeros((n, steps), np.int64)
    # A visit that follows is completed so many steps later, at the earliest and at the latest, but not before its first step.
    early, late = np.empty((n, n), np.int64), np.empty((n, n), np.int64)
    opens = np.empty(n, np.int64)
    for u in range(n):
        opens[u] = (day.opens_s[u] + day.service_s[u] - origin) // day.grid_s
        for v in range(n):
            on_way_s = min(day.travel_s[v, u], day.shift_end_s) + day.service_s[u]
            early[v, u], late[v, u] = on_way_s // day.grid_s, (on_way_s + day.grid_s - 1) // day.grid_s
    for k in range(steps - 1, -1, -1):
        begin = origin + k * day.grid_s
        end = begin + day.grid_s - 1
        for v in range(n):
            for u in range(n):
                leg = day.travel_s[v, u]
                if u == v or begin + leg > day.closes_s[u]:
                    continue
                i = max(k + early[v, u], opens[u])
                j = min(max(k + late[v, u], opens[u]), steps - 1)
                if i >= steps:
                    continue
                cost = best[u, i] if first[u, i] != v else second[u, i]
                if j > i:
                    cost = min(cost, best[u, j] if first[u, j] != v else second[u, j])
                cost += day.leg_cost[v, u] - day.prize[u]
                if day.opens_s[u] - begin - leg <= day.paid_gap_s:
                    cost += day.second_cost * max(0, day.opens_s[u] - end - leg)
                if cost < best[v, k]:
                    second[v, k] = best[v, k]
                    best[v, k] = cost
                    first[v, k] = u
                elif cost < second[v, k]:
                    second[v, k] = cost
    return best, first, second


@njit(**compiled.INNER)
def least_ahead(ahead, v, a, b, origin, grid, seen):  # type: ignore[no-untyped-def]
    """Bound what follows a visit completed somewhere between two moments, some visits being out of the question.

    Parameters
    ----------
    ahead
        As :func:`bound_ahead` states it.
    v
        The visit.
    a, b
        The moments, seconds after midnight.
    origin
        When the first time step begins.
    grid
        Width of a time step, seconds.
    seen
        Visits that cannot follow, as a bit set.

    Returns
    -------
    int
        At most the cost of what follows.
    """
    best, first, second = ahead
    i, j = (a - origin) // grid, min((b - origin) // grid, best.shape[1] - 1)
    least = np.int64(0)
    for k in range(i, j + 1):
        if best[v, k] < least:
            u = first[v, k]
            out = seen[u >> 6] >> np.uint64(u & 63) & ONE
            least = min(least, second[v, k]) if out else best[v, k]
    return least


@kept(**compiled.ENTRY)
def least_cost(day, ahead):  # type: ignore[no-untyped-def]
    """Bound the cost of every day that makes a visit, were repeats allowed.

    Parameters
    ----------
    day
        A :class:`Day`.
    ahead
        As :func:`bound_ahead` states it.

    Returns
    -------
    int
        No day costs less.
    """
    best = FAR
    origin = day.opens_s.min()
    nothing = np.zeros(day.mates.shape[1], np.uint64)
    for v in range(len(day.opens_s)):
        if day.opens_s[v] <= day.closes_s[v]:
            a, b = day.opens_s[v] + day.service_s[v], day.closes_s[v] + day.service_s[v]
            rest = least_ahead(ahead, v, a, b, origin, day.grid_s, nothing)
            best = min(best, day.start_cost - day.prize[v] + rest)
    return best
