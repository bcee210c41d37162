"""Compiled: what the rounds of a search cost, and what a part would add to one; rounds are written down before they change."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from solver import compiled
from solver.facts import DaySetting, WeekFacts
from solver.kernel import IMPOSSIBLE, day_facts, is_same_day, join_week, judge_facts
from solver.tables import (
    COST,
    CREW,
    DEAREST,
    END_SEAT,
    FIRST_SEAT,
    HELD,
    KEY,
    LIVE,
    MADE,
    MODE,
    MODES_OPEN,
    OF_GROUP,
    PART,
    PRICED_AS,
    SHIFT,
    SIZE,
    STAMP,
    STAMPS,
    STEP,
    TOUCHED,
    TOUCHED_CASES,
    TOUCHED_ROUNDS,
    VALUE,
)

compiled.cache_folder()
_rules: Any = compiled.rules()
WEEK_RULES: int = _rules.WEEK_RULES
_week_within = _rules.week_within
DAY_S = 86_400
DEARER = np.int64(7)
"""Stands for the means of travel of a price that is only known to be no less than what is kept."""
NO, YES = np.int64(0), np.int64(1)
"""Typed, since a literal would have numba compile what it is passed to once more."""


@njit(**compiled.INNER)
def draw(random):  # type: ignore[no-untyped-def]
    """Draw a number from [0, 1) by splitmix64, so that a search replays on any machine of its kind.

    Parameters
    ----------
    random
        The generator's state, shape (1,).

    Returns
    -------
    float
        Uniform.

    References
    ----------
    Steele, Lea and Flood (2014), OOPSLA, 453-472.
    """
    random[0] += np.uint64(0x9E3779B97F4A7C15)
    z = random[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return np.float64(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(**compiled.INNER)
def copy(to, source):  # type: ignore[no-untyped-def]
    """Copy a row; numba compiles this once, a slice assignment at every place.

    Parameters
    ----------
    to, source
        Rows of the same length.
    """
    for i in range(len(source)):
        to[i] = source[i]


@njit(**compiled.INNER)
def copy_table(to, source):  # type: ignore[no-untyped-def]
    """Copy a table.

    Parameters
    ----------
    to, source
        Tables of the same shape.
    """
    for i in range(source.shape[0]):
        for j in range(source.shape[1]):
            to[i, j] = source[i, j]


@njit(**compiled.INNER)
def _setting(w, group, mode):  # type: ignore[no-untyped-def]
    s = w.settings[w.groups[group, SHIFT], mode, w.groups[group, CREW]]
    return DaySetting(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7])


@njit(**compiled.INNER)
def weights_of(w, group, mode):  # type: ignore[no-untyped-def]
    """Look up the weights of a group's rounds.

    Parameters
    ----------
    w
        The world.
    group, mode
        Group and means of travel.

    Returns
    -------
    tuple of int
        Start-up in paid seconds, and travel in per cent.
    """
    one = w.weights[w.groups[group, PRICED_AS], mode]
    return one[0], one[1]


@njit(**compiled.INNER)
def is_fixed(w, r):  # type: ignore[no-untyped-def]
    """Say whether a round keeps its means of travel: a live one always, any other while a step holds it to one.

    Parameters
    ----------
    w
        The world.
    r
        The round.

    Returns
    -------
    bool
        False where the cheapest legal means is taken.
    """
    return w.rounds[r, LIVE] >= 0 or w.rounds[r, HELD] > 0


@njit(**compiled.INNER)
def _week_kept(w, r, first, last, work):  # type: ignore[no-untyped-def]
    worked = 0
    rest, total = np.int64(7 * DAY_S), NO
    for d in range(7):
        after = (d + 1) % 7
        if w.lengths[r, d] > 0:
            worked += 1
            total += work[d]
            if w.lengths[r, after] > 0:
                rest = min(rest, DAY_S + first[after] - last[d])
    return _week_within(WeekFacts(worked, rest, total), w.week_limits, w.week_inherited[r])


@njit(**compiled.INNER)
def refresh(w, r):  # type: ignore[no-untyped-def]
    """Price a round's days anew in every means of travel, and take the cheapest legal one.

    Parameters
    ----------
    w
        The world.
    r
        The round.

    Returns
    -------
    bool
        Whether some means keeps every rule; if none does, the round's cost is impossible.
    """
    one = w.rounds[r]
    group, live, fixed = one[OF_GROUP], one[LIVE] >= 0, is_fixed(w, r)
    one[STAMP] = w.counters[STAMPS]
    w.counters[STAMPS] += 1
    made = 0
    for d in range(7):
        made += w.lengths[r, d]
    one[MADE] = made
    w.values[w.level_5] -= one[COST] if one[COST] < IMPOSSIBLE else 0
    best, best_mode = IMPOSSIBLE, one[MODE]
    first, last, work = w.starts[2], w.starts[3], w.starts[4]
    for mode in range(w.weights.shape[1]):
        open_here = mode == one[MODE] if fixed else (w.groups[group, MODES_OPEN] >> mode) & 1
        if not open_here:
            for d in range(7):
                w.costs[r, mode, d] = IMPOSSIBLE
            continue
        setting = _setting(w, group, mode)
        weights = weights_of(w, group, mode)
        total = np.int64(0)
        for d in range(7):
            copied = -1
            if not live:
                for e in range(d):
                    if is_same_day(w.sequences[r], w.lengths[r], e, d):
                        copied = e
                        break
            if copied >= 0:
                w.costs[r, mode, d] = w.costs[r, mode, copied]
                first[d], last[d], work[d] = first[copied], last[copied], work[copied]
            else:
                facts = day_facts(w.sequences[r, d], w.lengths[r, d], w.rows, w.travel, setting, w.starts[:2])
                w.costs[r, mode, d] = judge_facts(facts, setting, w.limits, weights, w.inherited[r, d])
                first[d], last[d], work[d] = facts.start_s, facts.finish_s, facts.work_s
            total += min(w.costs[r, mode, d], IMPOSSIBLE // 16)
        if total < best and total < IMPOSSIBLE // 16 and _week_kept(w, r, first, last, work):
            best, best_mode = total, mode
    one[MODE], one[COST] = best_mode, best
    if best < IMPOSSIBLE:
        w.values[w.level_5] += best
        w.counters[DEAREST] = max(w.counters[DEAREST], best)
    return best < IMPOSSIBLE


@njit(**compiled.INNER)
def note(w, r):  # type: ignore[no-untyped-def]
    """Write a round down as it is, once in a step, before it changes.

    Parameters
    ----------
    w
        The world.
    r
        The round.
    """
    one = w.rounds[r]
    if one[TOUCHED] == w.counters[STEP]:
        return
    at = w.counters[TOUCHED_ROUNDS]
    w.was_ids[at] = r
    copy(w.was_rounds[at], one)
    copy(w.was_lengths[at], w.lengths[r])
    copy_table(w.was_costs[at], w.costs[r])
    for d in range(7):
        for i in range(w.lengths[r, d]):
            w.was_sequences[at, d, i] = w.sequences[r, d, i]
    one[TOUCHED] = w.counters[STEP]
    w.counters[TOUCHED_ROUNDS] += 1


@njit(**compiled.INNER)
def complete(w):  # type: ignore[no-untyped-def]
    """Say whether every round that the step has touched keeps the rules.

    Parameters
    ----------
    w
        The world.

    Returns
    -------
    bool
        False where somebody's leaving broke one, until it is mended.
    """
    for i in range(w.counters[TOUCHED_ROUNDS]):
        if w.rounds[w.was_ids[i], COST] >= IMPOSSIBLE:
            return False
    return True


@njit(**compiled.INNER)
def note_case(w, case):  # type: ignore[no-untyped-def]
    """Write down with whom a case is, and where its parts are, before that changes.

    Parameters
    ----------
    w
        The world.
    case
        The case.
    """
    for i in range(w.counters[TOUCHED_CASES]):
        if w.was_cases[i, 0] == case:
            return
    at = w.counters[TOUCHED_CASES]
    w.was_cases[at, 0] = case
    w.was_cases[at, 1] = w.case_offer[case]
    offer = w.case_offer[case]
    if offer >= 0:
        first = w.offers[offer, FIRST_SEAT]
        for s in range(first, w.offers[offer, END_SEAT]):
            w.was_cases[at, 2 + s - first] = w.part_round[w.seats[s, PART]]
    w.counters[TOUCHED_CASES] += 1


@njit(**compiled.INNER)
def kept(w, part, r):  # type: ignore[no-untyped-def]
    """Find where the price of a part in a round as it is now is kept.

    Parameters
    ----------
    w
        The world.
    part, r
        Part and round.

    Returns
    -------
    entry : ndarray of int64
        Key and value: paid seconds, times eight, and the means of travel.
    key : int
        By which it is kept.
    known : bool
        Whether it is there; else the entry is another's.
    """
    key = w.rounds[r, STAMP] * w.parts.shape[0] + part + 1
    at = ((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & np.uint64(len(w.prices) - 1)
    return w.prices[at], key, w.prices[at, KEY] == key


@njit(**compiled.INNER)
def join_round(w, part, r, group, mode, below):  # type: ignore[no-untyped-def]
    """Price a round's week with a part joined, and note at which positions.

    Parameters
    ----------
    w
        The world; gets the positions.
    part, r
        Part and round.
    group
        Of the round.
    mode
        Means of travel.
    below
        Paid seconds of the week from which on nobody wants it.

    Returns
    -------
    int
        Paid seconds of the week, as :func:`solver.kernel.join_week` says.
    """
    k = w.parts[part, SIZE]
    return join_week(
        w.sequences[r],
        w.lengths[r],
        w.costs[r, mode],
        w.inherited[r],
        w.part_visits[part, :k],
        w.part_days[part, :k],
        w.rows,
        w.travel,
        _setting(w, group, mode),
        w.limits,
        weights_of(w, group, mode),
        below,
        w.chosen,
        w.work,
    )


@njit(**compiled.INNER)
def price(w, part, r, below):  # type: ignore[no-untyped-def]
    """Say what joining a part to a round adds, in its cheapest legal place and means of travel, if it is below a price.

    Parameters
    ----------
    w
        The world.
    part, r
        Part and round, of the same shift and crew size.
    below
        Paid seconds from which on nobody wants it.

    Returns
    -------
    added : int
        Paid seconds; where it would add as much or more, some number from there on;
        :data:`solver.kernel.IMPOSSIBLE` where no rule allows it.
    mode : int
        Means of travel.
    """
    entry, key, known = kept(w, part, r)
    added, found = entry[VALUE] >> 3, entry[VALUE] & 7
    if known and (found != DEARER or added >= below):
        return added, found
    one = w.rounds[r]
    group = one[OF_GROUP]
    best = min(below + one[COST], IMPOSSIBLE)
    dearer, fixed = False, is_fixed(w, r)
    found = DEARER
    for mode in range(w.weights.shape[1]):
        open_here = mode == one[MODE] if fixed else (w.groups[group, MODES_OPEN] >> mode) & 1
        if open_here:
            week = join_round(w, part, r, group, mode, best)
            if week < best:
                best, found = week, np.int64(mode)
            elif week < IMPOSSIBLE:
                dearer = True
    if found != DEARER:
        added = best - one[COST]
    elif dearer:
        added = np.int64(below)
    else:
        added, found = IMPOSSIBLE, one[MODE]
    keep(entry, key, added, found)
    return added, found


@njit(**compiled.INNER)
def keep(entry, key, added, mode):  # type: ignore[no-untyped-def]
    """Keep a price, with its means of travel in the same number: what is looked up most is best small.

    Parameters
    ----------
    entry, key
        As :func:`kept` found them.
    added
        Paid seconds, or :data:`solver.kernel.IMPOSSIBLE`.
    mode
        Means of travel, or :data:`DEARER`.
    """
    entry[KEY], entry[VALUE] = key, (added << 3) | mode
