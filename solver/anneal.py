"""Compiled: slack-induced ruin and recreate on flat tables, and the pool of rounds that it meets.

A step takes strings of parts out of neighbouring rounds, half of the time with the other parts of the same people so
that they may change provider, and places everything again with blinks. Steps that make things a little worse are
accepted while it is warm.

References
----------
Christiaens and Vanden Berghe (2020), Slack induction by string removals, Transportation Science 54, 417-433;
Schrimpf et al. (2000), Record breaking optimization results using the ruin and recreate principle, Journal of
Computational Physics 159, 139-171.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from solver import compiled
from solver.kept import kept
from solver.kernel import IMPOSSIBLE
from solver.pricing import (
    NO,
    YES,
    complete,
    copy,
    copy_table,
    draw,
    join_round,
    refresh,
)
from solver.ruin import gather, hold, let_go, partner_of, ruin, seed_case
from solver.seating import (
    place,
    seat,
    withdraw,
)
from solver.tables import (
    ACCEPTED,
    CARER_MIN,
    CONTRACT,
    COST,
    DIRTY,
    END_OFFER,
    END_SEAT,
    FIRST_OFFER,
    FIRST_SEAT,
    GROUP,
    IMPROVED,
    LIVE,
    MADE,
    MODE,
    MODES_OPEN,
    NEXT,
    NOBODY,
    OF_CASE,
    OF_GROUP,
    PART,
    POOLED,
    PRIORITY,
    ROUNDS,
    SIZE,
    STEP,
    TIER,
    TOUCHED_CASES,
    TOUCHED_ROUNDS,
    WAIT,
)

compiled.cache_folder()

SIBLINGS = 0.5
"""Share of steps that take the other parts of the same people too."""
BLINK = 0.01
"""Share of rounds overlooked (the paper's beta)."""
BLINK_OFFERS = 0.05
"""Share of offers overlooked, so that a first tier is sometimes left to somebody who has no other."""
WAITING = 4
"""People who wait tried in a step, at most, near the ruin, and as many from anywhere."""


@kept(**compiled.ENTRY)
def prepare(w):  # type: ignore[no-untyped-def]
    """Price every part alone in a new round, and every round of the state.

    Parameters
    ----------
    w
        The world; gets the prices.
    """
    empty = len(w.rounds) - 1  # there is room for more rounds than anybody opens
    for s in range(len(w.seats)):
        part, group = w.seats[s, PART], w.seats[s, GROUP]
        fresh = w.fresh[part, w.groups[group, MODES_OPEN]]
        if fresh[0] < IMPOSSIBLE or w.parts[part, SIZE] == 0:
            continue
        for mode in range(w.weights.shape[1]):
            if not (w.groups[group, MODES_OPEN] >> mode) & 1:
                continue
            week = join_round(w, part, empty, group, mode, IMPOSSIBLE)
            if week < fresh[0]:
                fresh[0], fresh[1] = week, mode
    w.values[w.level_5] = 0
    for case in range(len(w.case_offer)):
        if w.case_offer[case] >= 0:
            w.values[w.level_5] += w.gains[w.case_offer[case], w.level_5]
    for r in range(w.counters[ROUNDS]):
        w.rounds[r, COST] = 0
        refresh(w, r)


@njit(**compiled.INNER)
def begin(w):  # type: ignore[no-untyped-def]
    """Start a step: whatever changes from here can be taken back.

    Parameters
    ----------
    w
        The world.
    """
    w.counters[STEP] += 1
    w.counters[TOUCHED_ROUNDS] = 0
    w.counters[TOUCHED_CASES] = 0
    copy(w.was_loads, w.loads)
    copy(w.was_growth, w.growth)
    copy(w.was_intake, w.intake)
    copy(w.was_slot_min, w.slot_min)
    copy_table(w.was_slot_new, w.slot_new)
    copy(w.was_values, w.values)


@njit(**compiled.INNER)
def _back(w):  # type: ignore[no-untyped-def]
    """Take the step back."""
    for i in range(w.counters[TOUCHED_ROUNDS]):
        r = w.was_ids[i]
        after = w.rounds[r, NEXT]  # a round once linked stays linked
        copy(w.rounds[r], w.was_rounds[i])
        w.rounds[r, NEXT] = after
        copy(w.lengths[r], w.was_lengths[i])
        copy_table(w.costs[r], w.was_costs[i])
        for d in range(7):
            for j in range(w.lengths[r, d]):
                w.sequences[r, d, j] = w.was_sequences[i, d, j]
    for i in range(w.counters[TOUCHED_CASES]):
        case = w.was_cases[i, 0]
        now = w.case_offer[case]
        if now >= 0:
            for s in range(w.offers[now, FIRST_SEAT], w.offers[now, END_SEAT]):
                w.part_round[w.seats[s, PART]] = NOBODY
        before = w.was_cases[i, 1]
        w.case_offer[case] = before
        if before >= 0:
            first = w.offers[before, FIRST_SEAT]
            for s in range(first, w.offers[before, END_SEAT]):
                w.part_round[w.seats[s, PART]] = w.was_cases[i, 2 + s - first]
    copy(w.loads, w.was_loads)
    copy(w.growth, w.was_growth)
    copy(w.intake, w.was_intake)
    copy(w.slot_min, w.was_slot_min)
    copy_table(w.slot_new, w.was_slot_new)
    copy(w.values, w.was_values)


@kept(**compiled.ENTRY)
def save(w, whole):  # type: ignore[no-untyped-def]
    """Keep the state as the best so far.

    Parameters
    ----------
    w
        The world.
    whole
        Copy every round, not only those that have changed since the last time.
    """
    for r in range(w.counters[ROUNDS]):
        if whole or w.rounds[r, DIRTY] != 0:
            w.rounds[r, DIRTY] = 0
            copy(w.best_rounds[r], w.rounds[r])
            copy(w.best_lengths[r], w.lengths[r])
            for d in range(7):
                for j in range(w.lengths[r, d]):
                    w.best_sequences[r, d, j] = w.sequences[r, d, j]
    copy(w.best_case_offer, w.case_offer)
    copy(w.best_values, w.values)


@njit(**compiled.INNER)
def better(a, b, senses):  # type: ignore[no-untyped-def]
    """Say whether one vector of levels beats another, level by level.

    Parameters
    ----------
    a, b
        Values of every level.
    senses
        1 where less is better, -1 where more is.

    Returns
    -------
    bool
        True when ``a`` is better at the first level where they differ.
    """
    for level in range(len(a)):
        if a[level] != b[level]:
            return (a[level] < b[level]) == (senses[level] > 0)
    return False


@njit(**compiled.INNER)
def keep_round(w, r):  # type: ignore[no-untyped-def]
    """Put a round into the pool, unless it is there or the pool is full.

    Parameters
    ----------
    w
        The world.
    r
        The round.
    """
    one = w.rounds[r]
    if w.counters[POOLED] >= len(w.pool_table) or one[MADE] == 0:
        return
    key = np.uint64(one[OF_GROUP] + 1) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(one[LIVE] + 2)
    for d in range(7):
        for i in range(w.lengths[r, d]):
            key = (key ^ np.uint64(w.sequences[r, d, i] + 1)) * np.uint64(0x100000001B3)
            key ^= key >> np.uint64(29)
        key = (key ^ np.uint64(1_000_003)) * np.uint64(0x100000001B3)
    if key == np.uint64(0):
        key = np.uint64(1)
    mask = np.uint64(len(w.pool_hashes) - 1)
    at = (key * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(20)) & mask
    while w.pool_hashes[at] != np.uint64(0):
        if w.pool_hashes[at] == key:
            return
        at = (at + np.uint64(1)) & mask
    w.pool_hashes[at] = key
    i = w.counters[POOLED]
    w.pool_table[i, 0], w.pool_table[i, 1], w.pool_table[i, 2], w.pool_table[i, 3] = (
        one[OF_GROUP],
        one[MODE],
        one[LIVE],
        one[COST],
    )
    for d in range(7):
        w.pool_lengths[i, d] = w.lengths[r, d]
        for j in range(w.lengths[r, d]):
            w.pool_sequences[i, d, j] = w.sequences[r, d, j]
    w.counters[POOLED] += 1


@njit(**compiled.INNER)
def _place_with(w, case, contract, items):  # type: ignore[no-untyped-def]
    """Place a case with a contract; where that is not legal, add it to the items."""
    first, end = w.cases[case, FIRST_OFFER], w.cases[case, END_OFFER]
    while first < end and w.offers[first, CONTRACT] != contract:
        first += 1
    last = first
    while last < end and w.offers[last, CONTRACT] == contract:
        last += 1
    if first < last and place(w, first, last, BLINK, 0.0, NO):
        return items
    return _add(w, case, items)


@njit(**compiled.INNER)
def _add(w, case, items):  # type: ignore[no-untyped-def]
    """Add a case that waits to the items, unless it is there or has no offer."""
    if w.case_offer[case] >= 0 or w.cases[case, FIRST_OFFER] >= w.cases[case, END_OFFER]:
        return items
    for j in range(items):
        if w.items[j] == case:
            return items
    w.items[items] = case
    return items + 1


@njit(**compiled.INNER)
def _add_waiting(w, seed, items):  # type: ignore[no-untyped-def]
    """Add some who wait: near the ruin, and from anywhere."""
    most = items + WAITING
    for i in range(w.near.shape[1]):
        if w.near[seed, i] < 0 or items == most:
            break
        items = _add(w, w.near[seed, i], items)
    most = items + WAITING
    start = int(draw(w.random) * len(w.case_offer))
    for turn in range(min(200, len(w.case_offer))):
        if items == most:
            break
        items = _add(w, (start + turn) % len(w.case_offer), items)
    return items


@njit(**compiled.INNER)
def _order(w, items):  # type: ignore[no-untyped-def]
    """Order the items: at random, by hours, by priority and wait, or those with the fewest offers first."""
    style = draw(w.random)
    for i in range(items):
        item = w.items[i]
        case = item if item >= 0 else w.parts[-item - 1, OF_CASE]
        chance = draw(w.random)
        if style < 0.4:
            w.keys[i] = chance
        elif style < 0.7:
            w.keys[i] = -w.cases[case, CARER_MIN] + chance
        elif style < 0.85:
            w.keys[i] = 1e6 * w.cases[case, PRIORITY] - w.cases[case, WAIT] + chance
        else:
            w.keys[i] = w.cases[case, END_OFFER] - w.cases[case, FIRST_OFFER] + chance
    for i in range(1, items):  # there are few: insertion sort
        item, key, j = w.items[i], w.keys[i], i - 1
        while j >= 0 and w.keys[j] > key:
            w.items[j + 1], w.keys[j + 1] = w.items[j], w.keys[j]
            j -= 1
        w.items[j + 1], w.keys[j + 1] = item, key


@njit(**compiled.INNER)
def _recreate(w, items):  # type: ignore[no-untyped-def]
    """Place the items again; who finds no place waits."""
    _order(w, items)
    for i in range(items):
        item = w.items[i]
        if item >= 0:
            place(w, w.cases[item, FIRST_OFFER], w.cases[item, END_OFFER], BLINK, BLINK_OFFERS, NO)
            continue
        part = -item - 1
        case = w.parts[part, OF_CASE]
        offer = w.case_offer[case]
        if offer < 0:
            continue  # a sibling found no place, and the case was placed anew or waits
        done = False
        for s in range(w.offers[offer, FIRST_SEAT], w.offers[offer, END_SEAT]):
            if w.seats[s, PART] == part:
                done = w.part_round[part] >= 0 or seat(w, part, w.seats[s, GROUP], BLINK)
        if not done:
            withdraw(w, case)
            place(w, w.cases[case, FIRST_OFFER], w.cases[case, END_OFFER], 0.0, 0.0, NO)


@njit(**compiled.INNER)
def _move_up(w, order):  # type: ignore[no-untyped-def]
    """Move who sits too late in the call-off order, where a legal insertion at an earlier tier is left; say how many."""
    moved = NO
    for case in order:
        offer = w.case_offer[case]
        first = w.cases[case, FIRST_OFFER]
        if offer < 0 or w.offers[first, TIER] >= w.offers[offer, TIER]:
            continue
        end = first
        while w.offers[end, TIER] < w.offers[offer, TIER]:
            end += 1
        begin(w)
        if withdraw(w, case) and place(w, first, end, 0.0, 0.0, YES):
            moved += 1
        else:
            _back(w)
    return moved


@kept(**compiled.ENTRY)
def build(w, order, prefer, first_fit, blink_offers, settled):  # type: ignore[no-untyped-def]
    """Place cases one after the other, first those who have an offer to prefer.

    Parameters
    ----------
    w
        The world.
    order
        Cases, first things first; those placed already are passed over.
    prefer
        Offer of each case to be tried before all others, or -1.
    first_fit
        Take the first offer in call-off order that has any legal place.
    blink_offers
        Share of offers overlooked at random.
    settled
        Move those who sit too late in the call-off order too, until no single legal insertion is left.

    Returns
    -------
    int
        Cases placed or moved.
    """
    steps = NO
    while True:
        taken = NO
        for case in order:
            if prefer[case] >= 0 and w.case_offer[case] < 0:
                begin(w)
                if place(w, prefer[case], prefer[case] + 1, 0.0, 0.0, YES):
                    taken += 1
        for case in order:
            if w.case_offer[case] < 0:
                begin(w)
                if place(w, w.cases[case, FIRST_OFFER], w.cases[case, END_OFFER], 0.0, blink_offers, first_fit):
                    taken += 1
        if settled:
            taken += _move_up(w, order)
        steps += taken
        if taken == 0 or not settled:
            return steps


@njit(**compiled.INNER)
def _step(w, temperature, keep_below):  # type: ignore[no-untyped-def]
    """Ruin and recreate once, and take it back unless it is good enough."""
    begin(w)
    seed = seed_case(w)
    items, held = NO, np.int64(NOBODY)
    if seed >= 0:
        held, partner = hold(w, seed), partner_of(w, seed)
        count = ruin(w, seed, held)
        siblings = draw(w.random) < SIBLINGS
        if partner >= 0:
            mine, other = w.offers[w.case_offer[seed], CONTRACT], w.offers[w.case_offer[partner], CONTRACT]
            withdraw(w, seed)
            withdraw(w, partner)
            items = gather(w, count, siblings)
            items = _place_with(w, seed, other, items)
            items = _place_with(w, partner, mine, items)
        else:
            items = gather(w, count, siblings)
    else:
        seed = int(draw(w.random) * len(w.case_offer))
    items = _add_waiting(w, seed, items)
    _recreate(w, items)
    if held >= 0:
        let_go(w, held)
    lost = 0.0
    for level in range(len(w.values)):
        lost += w.level_weights[level] * (w.values[level] - w.was_values[level])
    allowed = -temperature * np.log(max(1e-300, draw(w.random)))
    if not complete(w):
        _back(w)
        return
    if lost < keep_below:
        for i in range(w.counters[TOUCHED_ROUNDS]):
            keep_round(w, w.was_ids[i])
    if lost >= allowed:
        _back(w)
        return
    w.counters[ACCEPTED] += 1
    for i in range(w.counters[TOUCHED_ROUNDS]):
        w.rounds[w.was_ids[i], DIRTY] = 1
    if better(w.values, w.best_values, w.senses):
        save(w, NO)
        w.counters[IMPROVED] += 1


@kept(**compiled.ENTRY)
def anneal(w, temperature, cooling, steps, keep_below):  # type: ignore[no-untyped-def]
    """Ruin and recreate for a number of steps.

    Parameters
    ----------
    w
        The world.
    temperature
        Paid seconds that a step may lose, about, at the start.
    cooling
        Factor for each step.
    steps
        How many.
    keep_below
        Rounds of steps that lose less than this are kept for the master, whether the step is accepted or not.

    Returns
    -------
    float
        The temperature at the end.
    """
    for _ in range(steps):
        _step(w, temperature, keep_below)
        temperature *= cooling
    return temperature
