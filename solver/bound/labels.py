"""The compiled labelling: the cheapest day of a round under prices on its visits, exactly.

A label is a partial day: where it stands, the earliest and the latest completion of the last visit, and what it
cost. Before a forced wait the start may still move; from the first forced wait on, both completions are the same.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from solver import compiled
from solver.bound.outlook import FAR, NEVER, ONE, Day, bound_ahead, least_ahead, least_cost
from solver.kept import kept

compiled.cache_folder()

CHAINS = 1 << 16
EARLY, LATE, COST, LEGS, WORK, RESTED, DEAD, AT, PARENT, IN_STEP, IN_CHAIN = range(11)
"""A label: earliest and latest completion of its last visit, cost, travel, work, whether there was a gap as long as a
break, whether it was dropped, its last visit, the label before, and the next one of its time step and its chain."""
MADE, SEEN, NEED = range(3)
"""Its bit sets: visits made; those, and all that cannot be reached in time any more; visits that must still be made."""
QUICK, EXACT, EVERY = range(3)


@kept(**compiled.ENTRY)
def search(day, ahead, below, room, most, manner):  # type: ignore[no-untyped-def]
    """Find the cheapest days, each visit at most once.

    Labels are extended in order of their earliest completion.

    Parameters
    ----------
    day
        A :class:`Day`.
    ahead
        As :func:`bound_ahead` states it.
    below
        Only days that cost less count.
    room
        Labels that may be made.
    most
        Days that may be found.
    manner
        :data:`QUICK` drops labels for others that are merely cheaper and earlier, which proves nothing;
        :data:`EXACT` finds the cheapest; :data:`EVERY` finds the cheapest order of every set of visits.

    Returns
    -------
    best : int
        Cost of the cheapest day found, ``below`` when there is none.
    whole : bool
        Whether nothing was left out: then no day costs less than ``best``.
    costs : ndarray of int64
        Of the days found.
    sizes : ndarray of int64
        Visits of each.
    orders : ndarray of int64, shape (days, longest)
        Visits of each in order.
    """
    n, words = day.mates.shape
    kept = np.empty((room + 1, 11), np.int64)
    sets = np.empty((room + 1, 3, words), np.uint64)
    origin = day.opens_s.min()
    steps = (day.shift_end_s - origin) // day.grid_s + 2
    step_head = np.full(steps, -1, np.int64)
    chain_head = np.full(CHAINS, -1, np.int64)
    found = np.empty(most, np.int64)
    finished, count = 0, np.int64(0)  # typed, or numba compiles what it is passed to twice
    best, whole = below, manner != QUICK
    worth, later, nexts = np.empty((n, n), np.int64), np.empty((n, n), np.int64), np.empty(n, np.int64)
    floor = np.empty((steps, n), np.int64)
    _look_ahead(day, ahead[0], worth, later, floor)
    costs, sizes, orders = np.empty(0, np.int64), np.zeros(0, np.int64), np.empty((0, n), np.int64)
    # In the first turn (k = -1) a day starts at each visit.
    for k in range(-1, steps):
        label = np.int64(-1) if k < 0 else step_head[k]
        while (k < 0 or label >= 0) and count < room:
            for i in range(_list_next(kept, sets, worth, later, floor, below, label, k, nexts)):
                u = nexts[i]
                if count == room or not _follow(day, kept, sets, worth, floor, origin, below, label, u, count):
                    continue
                early, late = kept[count, EARLY], kept[count, LATE]
                outlook = least_ahead(ahead, u, early, late, origin, day.grid_s, sets[count, SEEN])
                if kept[count, COST] + outlook >= below or not _enter(day, kept, sets, chain_head, count, manner):
                    continue
                step = min((kept[count, EARLY] - origin) // day.grid_s, steps - 1)
                kept[count, IN_STEP] = step_head[step]
                step_head[step] = count
                if kept[count, COST] < below and _is_legal_end(day, kept, sets, count):
                    best = min(best, kept[count, COST])
                    if finished < most:
                        found[finished] = count
                        finished += 1
                    elif manner == EVERY:
                        return best, False, costs, sizes, orders
                count += 1
            if k < 0:
                break
            label = kept[label, IN_STEP]
    costs = np.empty(finished, np.int64)
    sizes = np.zeros(finished, np.int64)
    orders = np.full((finished, n), -1, np.int64)
    for i in range(finished):
        label = found[i]
        costs[i] = kept[label, COST]
        while label >= 0:
            sizes[i] += 1
            label = kept[label, PARENT]
        label = found[i]
        for at in range(sizes[i] - 1, -1, -1):
            orders[i, at] = kept[label, AT]
            label = kept[label, PARENT]
    return best, whole and count < room, costs, sizes, orders


@njit(**compiled.INNER)
def _look_ahead(day, best, worth, later, floor):  # type: ignore[no-untyped-def]
    """Say what each leg costs less what it leads to earns, how many steps it takes, and what follows at least from a step on."""
    steps, n = floor.shape
    for v in range(n):
        for u in range(n):
            may = day.travel_s[v, u] < NEVER
            worth[v, u] = day.leg_cost[v, u] - day.prize[u] if may else FAR
            later[v, u] = (day.travel_s[v, u] + day.service_s[u]) // day.grid_s if may else 0
        for k in range(steps - 1, -1, -1):
            floor[k, v] = best[v, k] if k == steps - 1 else min(best[v, k], floor[k + 1, v])


@njit(**compiled.INNER)
def _list_next(kept, sets, worth, later, floor, below, label, k, nexts):  # type: ignore[no-untyped-def]
    """List the visits that could follow a label at the price, for all that time says roughly; most visits end here."""
    steps, n = floor.shape
    if label < 0:
        for u in range(n):
            nexts[u] = u
        return n
    found = 0
    if kept[label, DEAD] == 0:
        v, left = kept[label, AT], below - kept[label, COST]
        for u in range(n):
            if sets[label, SEEN, u >> 6] >> np.uint64(u & 63) & ONE or worth[v, u] >= FAR:
                continue
            if worth[v, u] + floor[min(k + later[v, u], steps - 1), u] < left:
                nexts[found] = u
                found += 1
    return found


@njit(**compiled.INNER)
def _follow(day, kept, sets, worth, floor, origin, below, label, u, fresh):  # type: ignore[no-untyped-def]
    """Write a label with one more visit into a free place; false when no day at the price may go on so."""
    words = day.mates.shape[1]
    word, bit = u >> 6, ONE << np.uint64(u & 63)
    before = day.after[u]
    if label < 0:
        if before >= 0 or day.opens_s[u] > day.closes_s[u]:
            return False
        kept[fresh, EARLY] = day.opens_s[u] + day.service_s[u]
        kept[fresh, LATE] = day.closes_s[u] + day.service_s[u]
        kept[fresh, COST] = day.start_cost - day.prize[u]
        kept[fresh, LEGS] = 0
        kept[fresh, WORK] = day.service_s[u]
        kept[fresh, RESTED] = 0
        for w in range(words):
            sets[fresh, MADE, w] = sets[fresh, SEEN, w] = np.uint64(0)
            sets[fresh, NEED, w] = day.must[w]
    else:
        if before >= 0 and sets[label, NEED, before >> 6] >> np.uint64(before & 63) & ONE:
            return False
        v = kept[label, AT]
        leg, opens, closes = day.travel_s[v, u], day.opens_s[u], day.closes_s[u]
        legs = kept[label, LEGS] + leg
        if kept[label, EARLY] + leg > closes or legs > day.travel_left_s:
            return False
        wait = max(0, opens - kept[label, LATE] - leg)
        paid = wait if wait <= day.paid_gap_s else 0
        early = max(kept[label, EARLY] + leg, opens) + day.service_s[u]
        cost = kept[label, COST] + worth[v, u] + day.second_cost * paid
        if cost + floor[(early - origin) // day.grid_s, u] >= below:
            return False
        kept[fresh, LEGS], kept[fresh, EARLY], kept[fresh, COST] = legs, early, cost
        kept[fresh, LATE] = min(max(kept[label, LATE] + leg, opens), closes) + day.service_s[u]
        kept[fresh, WORK] = kept[label, WORK] + leg + paid + day.service_s[u]
        kept[fresh, RESTED] = 1 if wait >= day.break_s else kept[label, RESTED]
        for w in range(words):
            sets[fresh, MADE, w], sets[fresh, SEEN, w] = sets[label, MADE, w], sets[label, SEEN, w]
            sets[fresh, NEED, w] = sets[label, NEED, w]
    kept[fresh, AT], kept[fresh, PARENT], kept[fresh, DEAD] = u, label, 0
    if not sets[fresh, NEED, word] & bit:
        for w in range(words):
            sets[fresh, NEED, w] |= day.mates[u, w]
    sets[fresh, NEED, word] &= ~bit
    sets[fresh, MADE, word] |= bit
    sets[fresh, SEEN, word] |= bit
    for x in range(len(day.opens_s)):
        if kept[fresh, EARLY] + day.least_s[u, x] > day.closes_s[x]:
            sets[fresh, SEEN, x >> 6] |= ONE << np.uint64(x & 63)
    lost = np.uint64(0)
    for w in range(words):
        lost |= sets[fresh, NEED, w] & sets[fresh, SEEN, w]
    return lost == 0


@njit(**compiled.INNER)
def _is_legal_end(day, kept, sets, label):  # type: ignore[no-untyped-def]
    """Say whether a day may end here."""
    for w in range(day.mates.shape[1]):
        if sets[label, NEED, w]:
            return False
    return kept[label, RESTED] == 1 or kept[label, WORK] <= day.break_after_s


@njit(**compiled.INNER)
def _enter(day, kept, sets, chain_head, fresh, manner):  # type: ignore[no-untyped-def]
    """Enter a label unless another is as good whatever follows; drop those that it makes needless."""
    key = MADE if manner == EVERY else NEED
    hashed = np.uint64(kept[fresh, AT])
    for w in range(sets.shape[2]):
        hashed = (hashed ^ sets[fresh, key, w]) * np.uint64(0x9E3779B97F4A7C15)
        hashed ^= hashed >> np.uint64(29)
    chain = np.int64(hashed % np.uint64(CHAINS))
    previous, other = np.int64(-1), chain_head[chain]
    while other >= 0:
        following = kept[other, IN_CHAIN]
        if _beats(day, kept, sets, other, fresh, manner):
            return False
        if _beats(day, kept, sets, fresh, other, manner):
            kept[other, DEAD] = 1
            if previous >= 0:
                kept[previous, IN_CHAIN] = following
            else:
                chain_head[chain] = following
        else:
            previous = other
        other = following
    kept[fresh, IN_CHAIN] = chain_head[chain]
    chain_head[chain] = fresh
    return True


@njit(**compiled.INNER)
def _beats(day, kept, sets, one, other, manner):  # type: ignore[no-untyped-def]
    """Say whether a label, however it goes on, ends no dearer than another that goes on alike.

    Who can complete later may turn a long, unpaid gap of the other's into a paid one, once: the days are alike from
    the first gap of both. Who must complete sooner waits longer, in all by as much as it is sooner. The same seconds
    count as work, which matters as long as a break may still fall due.
    """
    if kept[one, AT] != kept[other, AT] or kept[one, EARLY] > kept[other, EARLY]:
        return False
    sooner = max(0, kept[other, LATE] - kept[one, LATE])
    if manner == QUICK:
        penalty = np.int64(0)
    else:
        penalty = day.second_cost * (sooner if kept[one, LATE] <= kept[other, LATE] else day.paid_gap_s)
    if kept[one, COST] + penalty > kept[other, COST]:
        return False
    for w in range(day.mates.shape[1]):
        if sets[one, NEED, w] != sets[other, NEED, w]:
            return False
        if manner == EVERY and sets[one, MADE, w] != sets[other, MADE, w]:
            return False
        if manner == EXACT and sets[one, SEEN, w] & ~sets[other, SEEN, w]:
            return False
    if manner == QUICK:
        return True
    if day.travel_left_s < NEVER and kept[one, LEGS] > kept[other, LEGS]:
        return False
    if kept[one, RESTED] == 1 or kept[one, WORK] + day.shift_end_s - kept[one, EARLY] <= day.break_after_s:
        return True
    may_rest_alike = kept[one, LATE] <= kept[other, LATE] and kept[other, RESTED] == 0
    return may_rest_alike and kept[one, WORK] + sooner <= kept[other, WORK]


def warm() -> None:
    """Compile the labelling on a day of two visits."""
    two = np.array([[0, 300], [300, 0]], np.int64)
    day = Day(
        opens_s=np.array([30_000, 30_000], np.int64),
        closes_s=np.array([36_000, 36_000], np.int64),
        service_s=np.array([1_800, 1_800], np.int64),
        travel_s=two,
        least_s=two,
        leg_cost=two,
        prize=np.array([1_000, 1_000], np.int64),
        mates=np.zeros((2, 1), np.uint64),
        must=np.zeros(1, np.uint64),
        after=np.array([-1, -1], np.int64),
        start_cost=1,
        second_cost=1,
        paid_gap_s=1_800,
        shift_end_s=50_000,
        travel_left_s=5_400,
        break_after_s=21_600,
        break_s=1_200,
        grid_s=120,
    )
    ahead = bound_ahead(day)
    least_cost(day, ahead)
    search(day, ahead, 0, 100, 10, EXACT)
