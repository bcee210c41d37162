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
from solver.kept import kept
from solver.means import CYCLE, DRIVE, DRIVEN, WALK

compiled.cache_folder()
_rules: Any = compiled.rules()
RULES: int = _rules.DAY_RULES
_within = _rules.day_within
_excesses = _rules.day_excesses
_paid_s = njit(**compiled.INNER)(cost.paid_s)

HOME, EARLIEST, LATEST, DURATION, CRITICAL, UNSAFE = range(6)
ROW = 6
AHEAD, BEHIND, POSITION, TRIAL, STARTS, _LEGS, JOINING, NUMBERS, OPEN = range(9)
"""Rows of the scratch of a day that is joined: earliest and latest starts, positions tried, the day tried, its timetable
(two rows), visits that join, numbers about them, and from the last on, for each visit, the positions open to it."""
MASK, JOIN, LIKE, TIMES, LEAST, WAY = range(6)
"""Those numbers: which of the part's visits join and how many, the first day that is like this one, how many are, what it
costs at least, and its way as it stands in seconds."""
ROOM = OPEN
"""Rows of that scratch besides one for each visit that joins."""
IMPOSSIBLE = np.int64(1) << 50
"""Cost of what no rule allows."""
NO_IDLE = np.int64(0)


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


@kept(**compiled.FLAT)
def day_facts(sequence, n, rows, travel, setting, starts):  # type: ignore[no-untyped-def]
    """Time a day by the canonical timetable and state its facts.

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
        Shape (2, longest): the first row gets the start of each visit; the second is scratch.

    Returns
    -------
    DayFacts
        All zero for an empty day.
    """
    if n == 0:
        return DayFacts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    start, legs = starts[0], starts[1]
    clock = max(rows[sequence[0], EARLIEST], setting.shift_start_s)
    start[0] = clock
    for i in range(1, n):
        a, b = sequence[i - 1], sequence[i]
        legs[i] = leg_s(a, b, rows, travel, setting)
        clock = max(clock + rows[a, DURATION] + legs[i], rows[b, EARLIEST])
        start[i] = clock
    for i in range(n - 2, -1, -1):
        a = sequence[i]
        clock = min(max(rows[a, LATEST], start[i]), clock - legs[i + 1] - rows[a, DURATION])
    start[0] = clock
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
            leg = legs[i]
            arrive = start[i - 1] + rows[a, DURATION] + leg
            start[i] = max(arrive, rows[b, EARLIEST], setting.shift_start_s)
            idle = start[i] - arrive
            contact += rows[b, DURATION]
            travelled += leg
            longest_leg = max(longest_leg, leg)
            longest_idle = max(longest_idle, idle)
            if idle <= setting.paid_gap_s:
                paid_idle += idle
            if leg == UNREACHABLE_S:
                unreachable += 1
        over = start[i] - rows[b, LATEST]
        if over > 0:
            if rows[b, CRITICAL]:
                critical_late += over
            else:
                late += over
        if exposed and rows[b, UNSAFE] and start[i] >= setting.dusk_s:
            unsafe += 1
    finish = start[n - 1] + rows[sequence[n - 1], DURATION]
    return DayFacts(
        n,
        start[0],
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


@njit(**compiled.INNER)
def judge_facts(facts, setting, limits, weights, inherited):  # type: ignore[no-untyped-def]
    """Price a day by its facts, or say that a rule is exceeded by more than it inherits.

    Parameters
    ----------
    facts
        DayFacts.
    setting
        DaySetting of the round.
    limits
        DayLimits to judge by.
    weights
        Start-up in paid seconds, and travel in per cent.
    inherited
        Excess of each rule that a live round may keep.

    Returns
    -------
    int
        Paid seconds, or :data:`IMPOSSIBLE`.
    """
    if facts.visits == 0:
        return np.int64(0)
    if not _within(facts, limits, inherited):
        return IMPOSSIBLE
    return np.int64(_paid_s(facts.travel_s, facts.paid_idle_s, setting.crew, weights[0], weights[1]))


@kept(**compiled.FLAT)
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
        Shape (2, longest): the first row gets the start of each visit; the second is scratch.

    Returns
    -------
    int
        Paid seconds, or :data:`IMPOSSIBLE`.
    """
    return judge_facts(day_facts(sequence, n, rows, travel, setting, starts), setting, limits, weights, inherited)


@kept(**compiled.FLAT)
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
        Shape (2, longest): the first row gets the start of each visit; the second is scratch.
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
    duration, latest = rows[visit, DURATION], rows[visit, LATEST]
    earliest = max(rows[visit, EARLIEST], setting.shift_start_s)
    for p in range(n + 1):
        allowed[p] = 0
    for p in range(n + 1):
        start = earliest
        if p > 0:
            start = max(start, ahead[p - 1] + rows[sequence[p - 1], DURATION])
            if start > latest:
                break  # and at every later position
        if p < n and start + duration > behind[p]:
            continue  # whatever the way is, which takes longer to look up than all the rest
        if p > 0:
            a = sequence[p - 1]
            start = max(start, ahead[p - 1] + rows[a, DURATION] + leg_s(a, visit, rows, travel, setting))
        if start > latest:
            continue
        if p == n or start + duration + leg_s(visit, sequence[p], rows, travel, setting) <= behind[p]:
            allowed[p], found = 1, True
    return found


@njit(**compiled.INNER)
def _rewind(position, k):  # type: ignore[no-untyped-def]
    """Go to just before the first positions of ``k`` visits."""
    for j in range(k):
        position[j] = 0
    position[k - 1] = -1


@njit(**compiled.INNER)
def _next_positions(position, k, n, allowed):  # type: ignore[no-untyped-def]
    """Step to the next positions, in order, that are open to ``k`` visits; False when there are no more."""
    j = k - 1
    while True:
        while j >= 0 and position[j] == n:
            j -= 1
        if j < 0:
            return False
        position[j] += 1
        for i in range(j + 1, k):
            position[i] = position[j]
        # The first visit that may not stand where it does is stepped on; the rest follow it.
        j = 0
        while j < k and allowed[j, position[j]] != 0:
            j += 1
        if j == k:
            return True


@njit(**compiled.INNER)
def _detour_s(sequence, n, visits, k, position, rows, travel, setting):  # type: ignore[no-untyped-def]
    """Say how much longer the way gets with ``k`` visits at their positions."""
    longer = np.int64(0)
    for j in range(k):
        p = position[j]
        if j > 0 and position[j - 1] == p:
            longer += leg_s(visits[j - 1], visits[j], rows, travel, setting)
        elif p > 0:
            longer += leg_s(sequence[p - 1], visits[j], rows, travel, setting)
        if p < n and (j + 1 == k or position[j + 1] != p):
            longer += leg_s(visits[j], sequence[p], rows, travel, setting)
            if p > 0:
                longer -= leg_s(sequence[p - 1], sequence[p], rows, travel, setting)
    return longer


@njit(**compiled.INNER)
def _look(sequence, n, rows, travel, setting, limits, weights, work):  # type: ignore[no-untyped-def]
    """Say what a day costs at least with some visits joined: start-up and the shortest way, without any waiting.

    Notes the positions that are open to each visit, and the way as it stands.
    """
    ahead, behind, position, allowed = work[AHEAD], work[BEHIND], work[POSITION], work[OPEN:]
    visits, k = work[JOINING], work[NUMBERS, JOIN]
    strict = limits.late_s == 0 and limits.critical_late_s == 0
    clock, way = np.int64(0), np.int64(0)
    for i in range(n):
        row = sequence[i]
        start = max(rows[row, EARLIEST], setting.shift_start_s)
        if i > 0:
            a = sequence[i - 1]
            leg = leg_s(a, row, rows, travel, setting)
            start = max(start, clock + rows[a, DURATION] + leg)
            way += leg
            behind[i] = leg  # until the way back
        clock = start
        ahead[i] = start
        strict = strict and start <= rows[row, LATEST]
    work[NUMBERS, WAY] = way
    if strict:
        for i in range(n - 1, -1, -1):
            row, leg = sequence[i], behind[i]
            behind[i] = rows[row, LATEST] if i + 1 == n else min(rows[row, LATEST], clock - rows[row, DURATION])
            clock = behind[i] - leg
        for j in range(k):
            if not _open_positions(sequence, n, visits[j], rows, travel, setting, ahead, behind, allowed[j]):
                return IMPOSSIBLE
    else:
        allowed[:k, : n + 1] = 1
    longer = IMPOSSIBLE
    _rewind(position, k)
    while _next_positions(position, k, n, allowed):
        longer = min(longer, _detour_s(sequence, n, visits, k, position, rows, travel, setting))
    if longer == IMPOSSIBLE:
        return IMPOSSIBLE
    return np.int64(_paid_s(way + longer, NO_IDLE, setting.crew, weights[0], weights[1]))


@njit(**compiled.INNER)
def _join_day(  # type: ignore[no-untyped-def]
    sequence, n, rows, travel, setting, limits, weights, inherited, below, work, chosen
):
    """Find the cheapest legal way, below a price, to join visits that were looked at into a day.

    Any price from ``below`` on says that there may be a legal way, but none below; IMPOSSIBLE that there is none.
    """
    position, trial, starts, allowed = work[POSITION], work[TRIAL], work[STARTS : STARTS + 2], work[OPEN:]
    visits, k, way = work[JOINING], work[NUMBERS, JOIN], work[NUMBERS, WAY]
    best, found, dearer = below, False, False
    _rewind(position, k)
    while _next_positions(position, k, n, allowed):
        longer = _detour_s(sequence, n, visits, k, position, rows, travel, setting)
        if _paid_s(way + longer, NO_IDLE, setting.crew, weights[0], weights[1]) >= best:
            dearer = True  # by its way alone: waiting only adds to it
            continue
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
            best, found = price, True
            for i in range(k):
                chosen[i] = position[i]
        elif price < IMPOSSIBLE:
            dearer = True
    return best if found or dearer else IMPOSSIBLE


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


@kept(**compiled.FLAT)
def join_week(  # type: ignore[no-untyped-def]
    sequences, lengths, costs, inherited, visits, days, rows, travel, setting, limits, weights, below, chosen, work
):
    """Find the cheapest legal way to join a part into a round's week, if it is below a price.

    Parameters
    ----------
    sequences
        Rows of each day, shape (7, longest).
    lengths
        Visits of each day.
    costs
        Paid seconds of each day as it stands, in this means of travel.
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
    below
        Paid seconds of the week from which on nobody wants it; :data:`IMPOSSIBLE` where any price will do.
    chosen
        Gets the positions chosen, in the days as they stand, shape (7, part's visits).
    work
        Scratch of shape (7, :data:`ROOM` + part's visits, longest + 1).

    Returns
    -------
    int
        Paid seconds of the week; ``below`` where it would cost as much or more, if it is legal at all;
        :data:`IMPOSSIBLE` where no way is legal.
    """
    longest = sequences.shape[1]
    total = np.int64(0)
    # What each day costs at least is soon known, and mostly enough to refuse.
    for d in range(7):
        today = work[d, NUMBERS]
        mask, k = np.int64(0), np.int64(0)
        for j in range(len(visits)):
            if days[j] >> d & 1:
                work[d, JOINING, k] = visits[j]
                mask |= 1 << j
                k += 1
        today[MASK], today[JOIN], today[LIKE], today[TIMES] = mask, k, d, 1
        if k == 0:
            if costs[d] >= IMPOSSIBLE:
                return IMPOSSIBLE
            total += costs[d]
            continue
        if lengths[d] + k > longest:
            return IMPOSSIBLE
        for e in range(d):
            if work[e, NUMBERS, MASK] == mask and is_same_day(sequences, lengths, e, d):
                today[LIKE] = e
                break
        like = work[today[LIKE], NUMBERS]
        if today[LIKE] < d:
            like[TIMES] += 1
        else:
            today[LEAST] = _look(sequences[d], lengths[d], rows, travel, setting, limits, weights, work[d])
            if today[LEAST] >= IMPOSSIBLE:
                return IMPOSSIBLE
        total += like[LEAST]
    if total >= below:
        return below
    for d in range(7):
        today = work[d, NUMBERS]
        like = today[LIKE]
        if today[JOIN] == 0:
            continue
        if like < d:
            for j in range(today[JOIN]):  # one by one: numba compiles an assignment of rows with all its error texts
                chosen[d, j] = chosen[like, j]
            continue
        times = today[TIMES]
        others = total - times * today[LEAST]
        most = (below - others + times - 1) // times
        price = _join_day(
            sequences[d],
            lengths[d],
            rows,
            travel,
            setting,
            limits,
            weights,
            inherited[d],
            most,
            work[d],
            chosen[d],
        )
        if price >= IMPOSSIBLE:
            return IMPOSSIBLE
        if price >= most:
            return below
        total = others + times * price
    return total


@kept(**compiled.ENTRY)
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
    work = np.empty((7, ROOM + part_visits.shape[1], sequences.shape[1] + 1), np.int64)
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
            IMPOSSIBLE,
            chosen,
            work,
        )
