"""Compiled: what a step of the search takes apart, so that it can be placed anew.

References
----------
Christiaens and Vanden Berghe (2020), Slack induction by string removals, Transportation Science 54, 417-433.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from solver import compiled
from solver.pricing import NO, YES, draw, note, note_case, refresh
from solver.seating import take_out, withdraw
from solver.tables import (
    CONTRACT,
    COUNTED,
    END_SEAT,
    FIRST_SEAT,
    HELD,
    LIVE,
    MODE,
    MODES_OPEN,
    NOBODY,
    OF_CASE,
    OF_GROUP,
    PART,
    PATTERN_OF,
    RUINED,
    STEP,
)

compiled.cache_folder()

REMOVED = 10.0
"""Parts taken out in a step, on average (the paper's c-bar)."""
STRING = 10
"""Longest string taken from one round."""
WHOLE_ROUND = 0.12
"""Share of steps that take all of a round."""
EXCHANGED = 0.1
"""Share of steps in which two people with the same hours, wherever they live, change contracts with each other."""
OTHER_MEANS = 0.05
"""Share of steps that hold a round to another means of travel, where there is one."""


@njit(**compiled.INNER)
def _out(w, part, count):  # type: ignore[no-untyped-def]
    """Take a part out and list it; its round is priced anew by whoever asked."""
    note_case(w, w.parts[part, OF_CASE])
    take_out(w, part)
    w.items[count] = part
    return count + 1


@njit(**compiled.INNER)
def _empty(w, r, count):  # type: ignore[no-untyped-def]
    """Take every movable part out of a round."""
    of_row = w.row_part[w.groups[w.rounds[r, OF_GROUP], PATTERN_OF]]
    for d in range(7):
        i = 0
        while i < w.lengths[r, d]:
            part = of_row[w.sequences[r, d, i]]
            if part >= 0:
                count = _out(w, part, count)
                i = 0
            else:
                i += 1
    refresh(w, r)
    return count


@njit(**compiled.INNER)
def _string(w, part, most, count):  # type: ignore[no-untyped-def]
    """Take a string of parts that holds ``part`` out of its round."""
    r = w.part_round[part]
    w.rounds[r, RUINED] = w.counters[STEP]
    of_row = w.row_part[w.groups[w.rounds[r, OF_GROUP], PATTERN_OF]]
    day, at = -1, 0
    for d in range(7):
        if day < 0 or w.lengths[r, d] > w.lengths[r, day]:
            for i in range(w.lengths[r, d]):
                if of_row[w.sequences[r, d, i]] == part:
                    day, at = d, i
                    break
    n = w.lengths[r, day]
    length = min(n, 1 + int(draw(w.random) * most))
    low, high = max(0, at - length + 1), min(at, n - length)
    first = low + int(draw(w.random) * (high - low + 1))
    began = count
    # The window is read off before rows move.
    for i in range(length):
        other = of_row[w.sequences[r, day, first + i]]
        if other >= 0:
            seen = False
            for j in range(began, count):
                if w.items[j] == other:
                    seen = True
                    break
            if not seen:
                w.items[count] = other
                count += 1
    for j in range(began, count):
        note_case(w, w.parts[w.items[j], OF_CASE])
        take_out(w, w.items[j])
    if not refresh(w, r):
        count = _empty(w, r, count)
    return count


@njit(**compiled.INNER)
def seed_case(w):  # type: ignore[no-untyped-def]
    """Choose a placed case with seats at random.

    Parameters
    ----------
    w
        The world.

    Returns
    -------
    int
        The case; -1 if some tries find none.
    """
    for _ in range(50):
        case = int(draw(w.random) * len(w.case_offer))
        offer = w.case_offer[case]
        if offer >= 0 and w.offers[offer, FIRST_SEAT] < w.offers[offer, END_SEAT]:
            return case
    return NOBODY


@njit(**compiled.INNER)
def hold(w, seed):  # type: ignore[no-untyped-def]
    """Sometimes hold a round of a case to another means of travel for the step, and say which; else nobody.

    A car pays from the third or fourth home on, and each part that joins would rather walk: so one goes first.

    Parameters
    ----------
    w
        The world.
    seed
        A placed case.

    Returns
    -------
    int
        The round, which nobody leaves; -1 for none.
    """
    offer = w.case_offer[seed]
    first, end = w.offers[offer, FIRST_SEAT], w.offers[offer, END_SEAT]
    r = w.part_round[w.seats[first + int(draw(w.random) * (end - first)), PART]]
    one = w.rounds[r]
    others = w.groups[one[OF_GROUP], MODES_OPEN] & ~(NO + 1 << one[MODE])
    if others == 0 or one[LIVE] >= 0 or draw(w.random) >= OTHER_MEANS:
        return np.int64(NOBODY)
    note(w, r)
    mode = one[MODE]
    for other in range(w.weights.shape[1]):
        if (others >> other) & 1 and (mode == one[MODE] or draw(w.random) < 0.5):
            mode = np.int64(other)
    one[HELD], one[MODE] = YES, mode
    if refresh(w, r):
        one[RUINED] = w.counters[STEP]  # nobody leaves it
        return r
    let_go(w, r)
    return np.int64(NOBODY)


@njit(**compiled.INNER)
def let_go(w, r):  # type: ignore[no-untyped-def]
    """Let a round have its cheapest means of travel again.

    Parameters
    ----------
    w
        The world.
    r
        A round that was held.
    """
    w.rounds[r, HELD] = NO
    refresh(w, r)


@njit(**compiled.INNER)
def partner_of(w, seed):  # type: ignore[no-untyped-def]
    """Sometimes find who could change contracts with a case: with as many hours, by a contract that serves near the case.

    Where hours are filled to the last and an earlier tier is worth more than any round, nobody changes contract alone.

    Parameters
    ----------
    w
        The world.
    seed
        A placed case.

    Returns
    -------
    int
        A placed case; -1 for none.
    """
    if draw(w.random) >= EXCHANGED:
        return np.int64(NOBODY)
    near = w.near[seed, int(draw(w.random) * w.near.shape[1])]
    if near < 0 or w.case_offer[near] < 0:
        return np.int64(NOBODY)
    contract = w.offers[w.case_offer[near], CONTRACT]
    if contract == w.offers[w.case_offer[seed], CONTRACT]:
        return np.int64(NOBODY)
    start = int(draw(w.random) * len(w.case_offer))
    for turn in range(len(w.case_offer)):
        case = (start + turn) % len(w.case_offer)
        offer = w.case_offer[case]
        if offer >= 0 and w.offers[offer, CONTRACT] == contract and w.cases[case, COUNTED] == w.cases[seed, COUNTED]:
            return np.int64(case)
    return np.int64(NOBODY)


@njit(**compiled.INNER)
def ruin(w, seed, held):  # type: ignore[no-untyped-def]
    """Take parts out of the rounds around a case, and list them in ``w.items``.

    Parameters
    ----------
    w
        The world.
    seed
        A placed case.
    held
        A round that is held: only rounds of its group give parts then; -1 for none.

    Returns
    -------
    int
        How many parts are listed.
    """
    count = NO
    if held < 0 and draw(w.random) < WHOLE_ROUND:
        offer = w.case_offer[seed]
        first, end = w.offers[offer, FIRST_SEAT], w.offers[offer, END_SEAT]
        part = w.seats[first + int(draw(w.random) * (end - first)), PART]
        return _empty(w, w.part_round[part], count)
    most = 1 + int(draw(w.random) * STRING)
    strings = 1 + int(draw(w.random) * (4.0 * REMOVED / (1.0 + most)))
    for i in range(w.near.shape[1]):
        case = w.near[seed, i]
        if case < 0 or strings <= 0 or count > 4 * REMOVED:
            break
        offer = w.case_offer[case]
        if offer < 0:
            continue
        first, end = w.offers[offer, FIRST_SEAT], w.offers[offer, END_SEAT]
        start = int(draw(w.random) * max(1, end - first))
        for turn in range(end - first):
            part = w.seats[first + (start + turn) % (end - first), PART]
            r = w.part_round[part]
            if r < 0 or (held >= 0 and w.rounds[r, OF_GROUP] != w.rounds[held, OF_GROUP]):
                continue
            if w.rounds[r, RUINED] != w.counters[STEP]:
                count = _string(w, part, most, count)
                strings -= 1
                break
    return count


@njit(**compiled.INNER)
def gather(w, count, siblings):  # type: ignore[no-untyped-def]
    """Turn parts taken out into items: whole cases (as themselves) and parts that stay with their provider (below 0).

    A case none of whose parts is seated any more is free; with ``siblings`` the rest of its parts go too.

    Parameters
    ----------
    w
        The world.
    count
        Parts listed in ``w.items``, which gets the items.
    siblings
        Whether the other parts of the same people leave as well.

    Returns
    -------
    int
        How many items are listed.
    """
    items = 0
    for i in range(count):
        part = w.items[i]
        case = w.parts[part, OF_CASE]
        offer = w.case_offer[case]
        if offer < 0:
            continue  # gathered already
        seated = False
        for s in range(w.offers[offer, FIRST_SEAT], w.offers[offer, END_SEAT]):
            seated = seated or w.part_round[w.seats[s, PART]] >= 0
        if not seated or siblings:
            withdraw(w, case)
            w.items[items] = case
        else:
            w.items[items] = -part - 1
        items += 1
    return items
