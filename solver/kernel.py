"""The compiled kernel: time a day, join a part into a round's week, and judge it by the rules.

Arrays are local to a patch. ``rows`` has one line per visit: home, earliest, latest, duration (seconds),
critical, unsafe after dark. A round's week is ``sequences[7, longest]`` of rows with ``lengths[7]``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from solver import compiled, cost
from solver.facts import UNREACHABLE_S, DayFacts
from solver.means import CYCLE, DRIVE, DRIVEN, WALK

compiled.cache_folder()
_rules: Any = compiled.rules()
RULES: int = _rules.DAY_RULES
_within = _rules.day_within
_excesses = _rules.day_excesses
_day_cost_s = njit(**compiled.INNER)(cost.day_cost_s)

HOME, EARLIEST, LATEST, DURATION, CRITICAL, UNSAFE = range(6)
ROW = 6
IMPOSSIBLE = np.int64(1) << 50
"""Cost of what no rule allows."""


@njit(**compiled.INNER)
def leg_s(a, b, rows, travel, setting):  # type: ignore[no-untyped-def]
    """Say how long it takes from a visit to the next: a matter of these two alone, so that a day is joined in O(1).

    Parameters
    ----------
    a, b
        Rows of the two visits.
    rows
        Visits of the patch, shape (visits, 6).
    travel
        Seconds between homes of the patch, shape (tables, homes, homes).
    setting
        DaySetting of the round.

    Returns
    -------
    int
        Seconds; by the dark table where the visit after may start after dusk.
    """
    table = setting.dark_table if rows[b, LATEST] >= setting.dusk_s else setting.table
    return np.int64(travel[table, rows[a, HOME], rows[b, HOME]])


@njit(**compiled.ENTRY)
def day_facts(sequence, n, rows, travel, setting, starts):  # type: ignore[no-untyped-def]
    """Time a day by the canonical timetable and state its facts; fills ``starts``.

    Parameters
    ----------
    sequence
        Rows of the day, in order.
    n
        Visits in the day.
    rows
        Visits of the patch, shape (visits, 6).
    travel
        Seconds between homes of the patch, shape (tables, homes, homes).
    setting
        DaySetting of the round.
    starts
        Gets the start of each visit; scratch elsewhere.

    Returns
    -------
    DayFacts
        All zero for an empty day.
    """
    if n == 0:
        return DayFacts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    clock = max(rows[sequence[0], EARLIEST], setting.shift_start_s)
    starts[0] = clock
    for i in range(1, n):
        a, b = sequence[i - 1], sequence[i]
        clock += rows[a, DURATION] + leg_s(a, b, rows, travel, setting)
        clock = max(clock, rows[b, EARLIEST])
        starts[i] = clock
    for i in range(n - 2, -1, -1):
        a, b = sequence[i], sequence[i + 1]
        clock = min(
            max(rows[a, LATEST], starts[i]),
            clock - leg_s(a, b, rows, travel, setting) - rows[a, DURATION],
        )
    starts[0] = clock
    contact = np.int64(rows[sequence[0], DURATION])
    travelled = np.int64(0)
    longest_leg = np.int64(0)
    paid_idle = np.int64(0)
    longest_idle = np.int64(0)
    late = np.int64(0)
    critical_late = np.int64(0)
    unsafe = np.int64(0)
    unreachable = np.int64(0)
    exposed = (setting.mode == WALK or setting.mode == CYCLE) and setting.crew == 1
    by_car = setting.mode == DRIVE or setting.mode == DRIVEN
    for i in range(n):
        b = sequence[i]
        if i > 0:
            a = sequence[i - 1]
            leg = leg_s(a, b, rows, travel, setting)
            arrive = starts[i - 1] + rows[a, DURATION] + leg
            starts[i] = max(arrive, rows[b, EARLIEST], setting.shift_start_s)
            idle = starts[i] - arrive
            contact += rows[b, DURATION]
            travelled += leg
            longest_leg = max(longest_leg, leg)
            longest_idle = max(longest_idle, idle)
            if idle <= setting.paid_gap_s:
                paid_idle += idle
            if leg == UNREACHABLE_S:
                unreachable += 1
        over = starts[i] - rows[b, LATEST]
        if over > 0:
            if rows[b, CRITICAL]:
                critical_late += over
            else:
                late += over
        if exposed and rows[b, UNSAFE] and starts[i] >= setting.dusk_s:
            unsafe += 1
    finish = starts[n - 1] + rows[sequence[n - 1], DURATION]
    return DayFacts(
        n,
        starts[0],
        finish,
        max(0, finish - setting.shift_end_s),
        contact,
        travelled,
        travelled if setting.mode == WALK else 0,
        longest_leg if setting.mode == WALK else 0,
        longest_leg if by_car else 0,
        longest_leg if setting.mode == CYCLE else 0,
        paid_idle,
        longest_idle,
        contact + travelled + paid_idle,
        late,
        critical_late,
        unsafe,
        unreachable,
    )


@njit(**compiled.ENTRY)
def judge_day(sequence, n, rows, travel, setting, limits, weights, inherited, starts):  # type: ignore[no-untyped-def]
    """Price a day, or say that a rule is exceeded by more than it inherits.

    Parameters
    ----------
    sequence
        Rows of the day, in order.
    n
        Visits in the day.
    rows
        Visits of the patch, shape (visits, 6).
    travel
        Seconds between homes of the patch, shape (tables, homes, homes).
    setting
        DaySetting of the round.
    limits
        DayLimits to judge by.
    weights
        Start-up in paid seconds, and travel in per cent.
    inherited
        Excess of each rule that a live round may keep.
    starts
        Gets the start of each visit; scratch elsewhere.

    Returns
    -------
    int
        Paid seconds, or :data:`IMPOSSIBLE`.
    """
    facts = day_facts(sequence, n, rows, travel, setting, starts)
    if n > 0 and not _within(facts, limits, inherited):
        return IMPOSSIBLE
    return np.int64(_day_cost_s(facts, setting.crew, weights[0], weights[1]))


@njit(**compiled.ENTRY)
def day_excesses(sequence, n, rows, travel, setting, limits, starts, out):  # type: ignore[no-untyped-def]
    """State every day rule's excess for a day.

    Parameters
    ----------
    sequence
        Rows of the day, in order.
    n
        Visits in the day.
    rows
        Visits of the patch, shape (visits, 6).
    travel
        Seconds between homes of the patch, shape (tables, homes, homes).
    setting
        DaySetting of the round.
    limits
        DayLimits to judge by.
    starts
        Gets the start of each visit; scratch elsewhere.
    out
        Gets the results.
    """
    out[:] = 0
    if n > 0:
        _excesses(day_facts(sequence, n, rows, travel, setting, starts), limits, out)


@njit(**compiled.INNER)
def _open_positions(sequence, n, visit, rows, travel, setting, ahead, behind, allowed):  # type: ignore[no-untyped-def]
    """Mark the positions where a visit alone meets every window (an O(1) join for each)."""
    found = False
    for p in range(n + 1):
        start = max(rows[visit, EARLIEST], setting.shift_start_s)
        if p > 0:
            a = sequence[p - 1]
            start = max(start, ahead[p - 1] + rows[a, DURATION] + leg_s(a, visit, rows, travel, setting))
        fits = start <= rows[visit, LATEST]
        if fits and p < n:
            arrive = start + rows[visit, DURATION] + leg_s(visit, sequence[p], rows, travel, setting)
            fits = arrive <= behind[p]
        allowed[p] = fits
        found = found or fits
    return found


@njit(**compiled.INNER)
def join_day(  # type: ignore[no-untyped-def]
    sequence, n, visits, k, rows, travel, setting, limits, weights, inherited, work, chosen
):
    """Find the cheapest legal way to join ``k`` visits, in order, into a day.

    ``work`` is scratch of shape (5 + k, longest + 1); ``chosen`` gets the best positions in the old day.

    Parameters
    ----------
    sequence
        Rows of the day, in order.
    n
        Visits in the day.
    visits
        Rows that join, in order.
    k
        How many visits join.
    rows
        Visits of the patch, shape (visits, 6).
    travel
        Seconds between homes of the patch, shape (tables, homes, homes).
    setting
        DaySetting of the round.
    limits
        DayLimits to judge by.
    weights
        Start-up in paid seconds, and travel in per cent.
    inherited
        Excess of each rule that a live round may keep.
    work
        Scratch of shape (5 + k, longest + 1).
    chosen
        Gets the positions chosen.

    Returns
    -------
    int
        Paid seconds of the day, or :data:`IMPOSSIBLE`.
    """
    ahead, behind, starts, trial, position = work[0], work[1], work[2], work[3], work[4]
    allowed = work[5:]
    strict = limits.late_s == 0 and limits.critical_late_s == 0
    clock, legs = np.int64(0), np.int64(0)
    for i in range(n):
        row = sequence[i]
        start = max(rows[row, EARLIEST], setting.shift_start_s)
        if i > 0:
            a = sequence[i - 1]
            leg = leg_s(a, row, rows, travel, setting)
            start = max(start, clock + rows[a, DURATION] + leg)
            legs += leg
        clock = start
        ahead[i] = start
        strict = strict and start <= rows[row, LATEST]
    if strict:
        for i in range(n - 1, -1, -1):
            row = sequence[i]
            behind[i] = rows[row, LATEST]
            if i + 1 < n:
                b = sequence[i + 1]
                leg = leg_s(row, b, rows, travel, setting)
                behind[i] = min(behind[i], behind[i + 1] - leg - rows[row, DURATION])
        for j in range(k):
            if not _open_positions(sequence, n, visits[j], rows, travel, setting, ahead, behind, allowed[j]):
                return IMPOSSIBLE
    else:
        allowed[:k, : n + 1] = 1
    best = IMPOSSIBLE
    position[:k] = 0
    while True:
        j = 0
        while j < k and allowed[j, position[j]] != 0:
            j += 1
        if j == k == 1 and best < IMPOSSIBLE:
            # Its legs alone may cost too much already; waiting only adds to them.
            p, way = position[0], legs
            if p > 0:
                way += leg_s(sequence[p - 1], visits[0], rows, travel, setting)
            if p < n:
                way += leg_s(visits[0], sequence[p], rows, travel, setting)
            if 0 < p < n:
                way -= leg_s(sequence[p - 1], sequence[p], rows, travel, setting)
            if setting.crew * (weights[0] + way * weights[1] // 100) >= best:
                j = -2
        if j == k:
            m, i = np.int64(0), 0  # typed, or numba compiles what a day is judged by twice
            for p in range(n + 1):
                while i < k and position[i] == p:
                    trial[m] = visits[i]
                    m += 1
                    i += 1
                if p < n:
                    trial[m] = sequence[p]
                    m += 1
            price = judge_day(trial, m, rows, travel, setting, limits, weights, inherited, starts)
            if price < best:
                best = price
                for i in range(k):
                    chosen[i] = position[i]
            j = k - 1
        if j == -2:
            j = 0
        # Step the first visit that may not stand where it does, or else the last one; the rest follow it.
        while j >= 0 and position[j] == n:
            j -= 1
        if j < 0:
            return best
        position[j] += 1
        for i in range(j + 1, k):
            position[i] = position[j]


@njit(**compiled.INNER)
def is_same_day(sequences, lengths, e, d):  # type: ignore[no-untyped-def]
    """Say whether two days have the same visits in the same order.

    Parameters
    ----------
    sequences
        Rows of each day, shape (7, longest).
    lengths
        Visits of each day.
    e, d
        The days.

    Returns
    -------
    bool
        True when they are the same.
    """
    n, i = lengths[d], 0
    if lengths[e] != n:
        return False
    while i < n and sequences[e, i] == sequences[d, i]:
        i += 1
    return i == n


@njit(**compiled.ENTRY)
def join_week(  # type: ignore[no-untyped-def]
    sequences, lengths, costs, inherited, visits, days, rows, travel, setting, limits, weights, chosen, work
):
    """Find the cheapest legal way to join a part into a round's week.

    ``costs`` are the week's days as they stand in this means of travel; ``days`` is the day mask of each
    of the part's ``visits``; ``chosen[7, k]`` gets positions. Returns the cost of the whole week.

    Parameters
    ----------
    sequences
        Rows of each day, shape (7, longest).
    lengths
        Visits of each day.
    costs
        Paid seconds of each day as it stands.
    inherited
        Excess of each rule that a live round may keep.
    visits
        Rows that join, in order.
    days
        Day mask of each visit that joins.
    rows
        Visits of the patch, shape (visits, 6).
    travel
        Seconds between homes of the patch, shape (tables, homes, homes).
    setting
        DaySetting of the round.
    limits
        DayLimits to judge by.
    weights
        Start-up in paid seconds, and travel in per cent.
    chosen
        Gets the positions chosen.
    work
        Scratch of shape (8 + part's visits, longest + 1).

    Returns
    -------
    int
        Paid seconds of the week, or :data:`IMPOSSIBLE`.
    """
    longest = sequences.shape[1]
    k_all = len(visits)
    today, mask, price, room = work[0], work[1], work[2], work[3:]
    mask[:7] = 0
    total = np.int64(0)
    for d in range(7):
        k = np.int64(0)  # typed, or numba compiles everything below twice
        for j in range(k_all):
            if days[j] >> d & 1:
                today[k] = visits[j]
                mask[d] |= 1 << j
                k += 1
        if k == 0:
            if costs[d] >= IMPOSSIBLE:
                return IMPOSSIBLE
            total += costs[d]
            continue
        if lengths[d] + k > longest:
            return IMPOSSIBLE
        copied = -1
        for e in range(d):
            if mask[e] == mask[d] and is_same_day(sequences, lengths, e, d):
                copied = e
                break
        if copied >= 0:
            for j in range(k):  # one by one: numba compiles an assignment of rows with all that words its errors
                chosen[d, j] = chosen[copied, j]
            price[d] = price[copied]
        else:
            price[d] = join_day(
                sequences[d],
                lengths[d],
                today,
                k,
                rows,
                travel,
                setting,
                limits,
                weights,
                inherited[d],
                room,
                chosen[d],
            )
        if price[d] >= IMPOSSIBLE:
            return IMPOSSIBLE
        total += price[d]
    return total


@njit(**compiled.ENTRY)
def join_many(  # type: ignore[no-untyped-def]
    sequences,
    lengths,
    costs,
    inherited,
    part_visits,
    part_days,
    part_sizes,
    wanted,
    rows,
    travel,
    setting,
    limits,
    weights,
    out,
):
    """Price the week of one round with each of several parts joined; ``out`` gets the costs.

    Parameters
    ----------
    sequences
        Rows of each day, shape (7, longest).
    lengths
        Visits of each day.
    costs
        Paid seconds of each day as it stands.
    inherited
        Excess of each rule that a live round may keep.
    part_visits
        Rows of every part, shape (parts, widest).
    part_days
        Day mask of each of them.
    part_sizes
        Visits of every part.
    wanted
        Positions of the parts to price.
    rows
        Visits of the patch, shape (visits, 6).
    travel
        Seconds between homes of the patch, shape (tables, homes, homes).
    setting
        DaySetting of the round.
    limits
        DayLimits to judge by.
    weights
        Start-up in paid seconds, and travel in per cent.
    out
        Gets the results.
    """
    chosen = np.empty((7, part_visits.shape[1]), np.int64)
    work = np.empty((8 + part_visits.shape[1], sequences.shape[1] + 1), np.int64)
    for i in range(len(wanted)):
        part = wanted[i]
        k = part_sizes[part]
        out[i] = join_week(
            sequences,
            lengths,
            costs,
            inherited,
            part_visits[part, :k],
            part_days[part, :k],
            rows,
            travel,
            setting,
            limits,
            weights,
            chosen,
            work,
        )
