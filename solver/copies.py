"""Compiled: copies of rounds that a case's parts join, priced and judged, while the rounds themselves stay as they are.

Rules come from the registry, limits are those of the paper: see :mod:`solver.sheet`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from solver import compiled
from solver.facts import DaySetting, LedgerFacts, LedgerLimits, WeekFacts
from solver.kernel import DURATION, IMPOSSIBLE, day_facts, is_same_day, join_week, judge_day, leg_s
from solver.sheet import (
    ADDED_MIN,
    AT,
    COST,
    IN_MODE,
    LIVE,
    MODE,
    NEW_PAIR,
    NEW_SINGLE,
    OF_CREW,
    OF_SHIFT,
    PAID,
    PART_CREW,
    PART_SHIFT,
    PROVIDER,
    SIZE,
)

compiled.cache_folder()
_rules: Any = compiled.rules()
_week_within = _rules.week_within
_ledger_within = _rules.ledger_within

DAY_S = 86_400
FRESH = np.int64(-1)
"""Stands for a round that would be opened."""
NONE, ONE = np.int64(0), np.int64(1)
"""Typed, since a literal would have numba compile what it is passed to once more."""


@njit(**compiled.INNER)
def setting_of(q, shift, mode, crew):  # type: ignore[no-untyped-def]
    """Say what the days of a round are timed and judged in.

    Parameters
    ----------
    q
        The paper.
    shift, mode, crew
        Of the round.

    Returns
    -------
    DaySetting
        As :meth:`solver.problem.Problem.day_setting` states it.
    """
    s = q.settings[shift, mode, crew]
    return DaySetting(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7])


@njit(**compiled.INNER)
def open_to(q, r):  # type: ignore[no-untyped-def]
    """Mask the means of travel that a round of the board may use; a live one keeps its own.

    Parameters
    ----------
    q
        The paper.
    r
        Position of the round on the board.

    Returns
    -------
    int
        A bit for each of :data:`solver.means.MODES`.
    """
    if q.rounds[r, LIVE] >= 0:
        return ONE << q.rounds[r, MODE]
    return q.modes_open[q.rounds[r, PROVIDER]]


@njit(**compiled.INNER)
def _join_week(q, part, mode, sequences, lengths, costs, inherited, below):  # type: ignore[no-untyped-def]
    """Price a week in a means of travel with a part joined, and note at which positions."""
    one = q.parts[part]
    k = one[SIZE]
    return join_week(
        sequences,
        lengths,
        costs,
        inherited,
        q.part_visits[part, :k],
        q.part_days[part, :k],
        q.rows,
        q.travel,
        setting_of(q, one[PART_SHIFT], mode, one[PART_CREW]),
        q.limits,
        (q.weights[mode, 0], q.weights[mode, 1]),
        below,
        q.chosen,
        q.work,
    )


@njit(**compiled.INNER)
def price(sequences, lengths, costs, inherited, modes, part, q):  # type: ignore[no-untyped-def]
    """Say what a week costs with a part joined at its cheapest legal places, and in which of some means of travel.

    Parameters
    ----------
    sequences, lengths, costs, inherited
        The week, as :func:`solver.kernel.join_week` takes it; costs in every means of travel.
    modes
        Mask of the means of travel that may be used.
    part
        Of the case.
    q
        The paper.

    Returns
    -------
    week : int
        Paid seconds, or :data:`solver.kernel.IMPOSSIBLE`.
    mode : int
        The first of the cheapest.
    """
    best, best_mode = IMPOSSIBLE, NONE
    for mode in range(len(q.weights)):
        if (modes >> mode) & 1:
            week = _join_week(q, part, mode, sequences, lengths, costs[mode], inherited, best)
            if week < best:
                best, best_mode = week, np.int64(mode)
    return best, best_mode


@njit(**compiled.INNER)
def price_round(q, r, part):  # type: ignore[no-untyped-def]
    """Say what a part adds to a round of the board.

    Parameters
    ----------
    q
        The paper.
    r
        Position of the round on the board.
    part
        Of the case.

    Returns
    -------
    added : int
        Paid seconds, or :data:`solver.kernel.IMPOSSIBLE`.
    mode : int
        Means of travel in which that is so.
    """
    week, mode = price(q.sequences[r], q.lengths[r], q.costs[r], q.inherited[r], open_to(q, r), part, q)
    return (week - q.rounds[r, PAID] if week < IMPOSSIBLE else IMPOSSIBLE), mode


@njit(**compiled.INNER)
def copy_round(q, at, source, to):  # type: ignore[no-untyped-def]
    """Copy a round of the board, an earlier copy of it, or an empty round.

    Parameters
    ----------
    q
        The paper.
    at
        Position of the round on the board, or :data:`FRESH`.
    source
        An earlier copy of it, or :data:`FRESH`.
    to
        Which copy is written.
    """
    if source >= 0:
        sequences, lengths, costs = q.copy_sequences[source], q.copy_lengths[source], q.copy_costs[source]
        for i in range(q.copies.shape[1]):
            q.copies[to, i] = q.copies[source, i]
    elif at >= 0:
        sequences, lengths, costs = q.sequences[at], q.lengths[at], q.costs[at]
        q.copies[to, AT], q.copies[to, IN_MODE], q.copies[to, COST] = at, q.rounds[at, MODE], q.rounds[at, PAID]
    else:
        q.copies[to, AT], q.copies[to, IN_MODE], q.copies[to, COST] = FRESH, NONE, NONE
        for d in range(7):
            q.copy_lengths[to, d] = 0
            for mode in range(q.costs.shape[1]):
                q.copy_costs[to, mode, d] = 0
        return
    for d in range(7):
        q.copy_lengths[to, d] = lengths[d]
        for mode in range(q.costs.shape[1]):
            q.copy_costs[to, mode, d] = costs[mode, d]
        for i in range(lengths[d]):
            q.copy_sequences[to, d, i] = sequences[d, i]


@njit(**compiled.INNER)
def join(q, part, mode, to):  # type: ignore[no-untyped-def]
    """Join a part to a copy in a means of travel; the copy's days are not priced anew.

    Parameters
    ----------
    q
        The paper.
    part
        Of the case.
    mode
        Means of travel of the round from now on.
    to
        Which copy.
    """
    one, at = q.parts[part], q.copies[to, AT]
    k = one[SIZE]
    inherited = q.inherited[at] if at >= 0 else q.nothing
    sequences, lengths = q.copy_sequences[to], q.copy_lengths[to]
    _join_week(q, part, mode, sequences, lengths, q.copy_costs[to, mode], inherited, IMPOSSIBLE)
    for d in range(7):
        today = 0
        for j in range(k):
            today += (q.part_days[part, j] >> d) & 1
        n = lengths[d]
        put, place = n + today, today - 1
        for j in range(k - 1, -1, -1):
            if (q.part_days[part, j] >> d) & 1 == 0:
                continue
            while n > q.chosen[d, place]:
                n -= 1
                put -= 1
                sequences[d, put] = sequences[d, n]
            put -= 1
            sequences[d, put] = q.part_visits[part, j]
            place -= 1
        lengths[d] += today
    q.copies[to, OF_SHIFT], q.copies[to, OF_CREW] = one[PART_SHIFT], one[PART_CREW]
    q.copies[to, IN_MODE] = mode


@njit(**compiled.INNER)
def price_days(q, provider, to):  # type: ignore[no-untyped-def]
    """Price a copy's days anew in every means of travel, so that another part can join it.

    Parameters
    ----------
    q
        The paper.
    provider
        Of the round.
    to
        Which copy.
    """
    at, shift, crew = q.copies[to, AT], q.copies[to, OF_SHIFT], q.copies[to, OF_CREW]
    inherited = q.inherited[at] if at >= 0 else q.nothing
    modes = open_to(q, at) if at >= 0 else q.modes_open[provider]
    for mode in range(len(q.weights)):
        for d in range(7):
            q.copy_costs[to, mode, d] = IMPOSSIBLE
            if (modes >> mode) & 1:
                q.copy_costs[to, mode, d] = judge_day(
                    q.copy_sequences[to, d],
                    q.copy_lengths[to, d],
                    q.rows,
                    q.travel,
                    setting_of(q, shift, mode, crew),
                    q.limits,
                    (q.weights[mode, 0], q.weights[mode, 1]),
                    inherited[d],
                    q.starts,
                )


@njit(**compiled.INNER)
def same_day(sequences, lengths, d):  # type: ignore[no-untyped-def]
    """Find the first day with the same visits in the same order.

    Parameters
    ----------
    sequences, lengths
        A week.
    d
        The day.

    Returns
    -------
    int
        ``d`` itself where no earlier one is the same.
    """
    for e in range(d):
        if is_same_day(sequences, lengths, e, d):
            return e
    return d


@njit(**compiled.INNER)
def week_kept(q, part, to):  # type: ignore[no-untyped-def]
    """Say whether a copy keeps the rules of a week, or breaks them by no more than the live round did.

    Parameters
    ----------
    q
        The paper.
    part
        That joined it last.
    to
        Which copy.

    Returns
    -------
    bool
        By the limits of the paper.
    """
    one, at, mode = q.parts[part], q.copies[to, AT], q.copies[to, IN_MODE]
    setting = setting_of(q, one[PART_SHIFT], mode, one[PART_CREW])
    sequences, lengths, rows, travel = q.copy_sequences[to], q.copy_lengths[to], q.rows, q.travel
    worked, rest, total = NONE, np.int64(7 * DAY_S), NONE
    first, last, work = q.work[0, 0], q.work[0, 1], q.work[0, 2]
    for d in range(7):
        if lengths[d] == 0:
            continue
        worked += ONE
        same = same_day(sequences, lengths, d)
        if same < d:
            first[d], last[d], work[d] = first[same], last[same], work[same]
        else:
            facts = day_facts(sequences[d], lengths[d], rows, travel, setting, q.starts)
            first[d], last[d], work[d] = facts.start_s, facts.finish_s, facts.work_s
        total += work[d]
    for d in range(7):
        after = (d + 1) % 7
        if lengths[d] > 0 and lengths[after] > 0:
            rest = min(rest, DAY_S + first[after] - last[d])
    inherited = q.week_inherited[at] if at >= 0 else q.nothing[0]
    return _week_within(WeekFacts(worked, rest, total), q.week_limits, inherited)


@njit(**compiled.INNER)
def slot_takes(q, slot, minutes, opened, crew):  # type: ignore[no-untyped-def]
    """Say whether a capacity return leaves room.

    Parameters
    ----------
    q
        The paper.
    slot
        Of the case's seats.
    minutes
        Carer-minutes a week to be added.
    opened, crew
        New rounds to be opened, and their crew size.

    Returns
    -------
    bool
        True where no return speaks of the slot.
    """
    now, stated = q.slots[slot], q.slot_limits[slot]
    facts = LedgerFacts(
        0,
        0,
        0,
        now[ADDED_MIN] + minutes,
        now[NEW_SINGLE] + opened if opened > 0 and crew == 1 else 0,
        now[NEW_PAIR] + opened if opened > 0 and crew == 2 else 0,
    )
    return _ledger_within(facts, LedgerLimits(stated[0], stated[1], stated[2], stated[3], stated[4], stated[5]))


@njit(**compiled.INNER)
def _travel_and_waiting(q, sequences, lengths, shift, crew, mode):  # type: ignore[no-untyped-def]
    travel, waiting = NONE, NONE
    each_travel, each_waiting = q.work[0, 0], q.work[0, 1]
    setting = setting_of(q, shift, mode, crew)
    for d in range(7):
        same = same_day(sequences, lengths, d)
        if same < d:
            each_travel[d], each_waiting[d] = each_travel[same], each_waiting[same]
        else:
            facts = day_facts(sequences[d], lengths[d], q.rows, q.travel, setting, q.starts)
            each_travel[d], each_waiting[d] = facts.travel_s, facts.paid_idle_s
        travel += crew * each_travel[d]
        waiting += crew * each_waiting[d]
    return travel, waiting


@njit(**compiled.INNER)
def write(q, contract, rank, copies, joined, timed, count):  # type: ignore[no-untyped-def]
    """Write a placement's rounds and the times of the case's visits down.

    Parameters
    ----------
    q
        The paper; its copies are the rounds that the placement joins.
    contract, rank
        Which placement.
    copies
        How many rounds it joins.
    joined, timed
        Get the results, as :func:`solver.placing.best_placements` says.
    count
        How many visits were timed before.

    Returns
    -------
    int
        How many visits are timed now.
    """
    for copy in range(copies):
        at, mode = q.copies[copy, AT], q.copies[copy, IN_MODE]
        shift, crew = q.copies[copy, OF_SHIFT], q.copies[copy, OF_CREW]
        sequences, lengths = q.copy_sequences[copy], q.copy_lengths[copy]
        travel, waiting = _travel_and_waiting(q, sequences, lengths, shift, crew, mode)
        if at >= 0:
            before = _travel_and_waiting(q, q.sequences[at], q.lengths[at], shift, crew, q.rounds[at, MODE])
            travel -= before[0]
            waiting -= before[1]
        for i, value in enumerate((at, mode, travel, waiting, shift, crew)):
            joined[contract, rank, copy, i] = value
        setting = setting_of(q, shift, mode, crew)
        written = q.work[0, 0]
        for d in range(7):
            written[d] = count
            same = same_day(sequences, lengths, d)
            if same < d:
                for line in range(written[same], written[same + 1]):
                    for j in range(timed.shape[1]):
                        timed[count, j] = timed[line, j]
                    timed[count, 3] = d
                    count += ONE
                written[d + 1] = count
                continue
            if lengths[d] > 0:
                day_facts(sequences[d], lengths[d], q.rows, q.travel, setting, q.starts)
            for i in range(lengths[d]):
                row, start = sequences[d, i], q.starts[0, i]
                if not q.own[row]:
                    continue
                leave, leg, arrive = FRESH, NONE, start
                if i > 0:
                    last = sequences[d, i - 1]
                    leave = q.starts[0, i - 1] + q.rows[last, DURATION]
                    leg = leg_s(last, row, q.rows, q.travel, setting)
                    arrive = leave + leg
                finish = start + q.rows[row, DURATION]
                of = lengths[d]
                for j, value in enumerate((contract, rank, copy, d, row, leave, leg, arrive, start, finish, i + 1, of)):
                    timed[count, j] = value
                count += ONE
            written[d + 1] = count
    return count
