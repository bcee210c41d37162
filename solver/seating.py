"""Compiled: seat a part in its cheapest round, take it out again, and place a whole case.

The same steps as :class:`solver.draft.Draft` takes, on flat tables; every rule comes from the registry.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from solver import compiled
from solver.facts import UNLIMITED, LedgerFacts, LedgerLimits
from solver.kernel import IMPOSSIBLE
from solver.pricing import (
    DEARER,
    NO,
    YES,
    complete,
    copy,
    copy_table,
    draw,
    join_round,
    keep,
    kept,
    note,
    note_case,
    price,
    refresh,
)
from solver.tables import (
    CAP,
    CASE,
    CONTRACT,
    COST,
    COUNTED,
    CREW,
    DEAREST,
    END_EMBARGO,
    END_SEAT,
    FIRST_EMBARGO,
    FIRST_SEAT,
    GROUP,
    GROWTH,
    GUARANTEED,
    LIVE,
    MADE,
    MINUTES,
    MODE,
    MODES_OPEN,
    NEXT,
    NOBODY,
    OF_GROUP,
    PART,
    PATTERN_OF,
    PROVIDER,
    ROUNDS,
    SIZE,
    SLOT,
    VALUE,
)

compiled.cache_folder()
_rules: Any = compiled.rules()
_ledger_within = _rules.ledger_within
FRESH = -2
"""Stands for a round that would be opened."""
NEVER, LATER, DEARER_OFFER = np.inf, np.nan, -np.inf
"""Scores of an offer that is illegal, of a layout that could only be better than another of its contract if its rounds paid
for it, and of an offer that is no better than another."""


@njit(**compiled.INNER)
def _slot_takes(w, slot, minutes, opened, crew):  # type: ignore[no-untyped-def]
    if slot < 0:
        return True
    singles = w.slot_new[slot, 0] + 1 if opened and crew == 1 else 0
    pairs = w.slot_new[slot, 1] + 1 if opened and crew == 2 else 0
    facts = LedgerFacts(0, 0, 0, w.slot_min[slot] + minutes, singles, pairs)
    stated = w.slots[slot]
    return _ledger_within(facts, LedgerLimits(UNLIMITED, UNLIMITED, UNLIMITED, stated[0], stated[1], stated[2]))


@njit(**compiled.INNER)
def contract_takes(w, offer):  # type: ignore[no-untyped-def]
    """Say whether hours, growth and intake leave room for an offer's case.

    Parameters
    ----------
    w
        The world.
    offer
        The offer.

    Returns
    -------
    bool
        By the ledger rules.
    """
    one = w.offers[offer]
    counted, growth = w.cases[one[CASE], COUNTED], w.cases[one[CASE], GROWTH]
    intake, intake_limit = np.int64(0), np.int64(UNLIMITED)
    if growth > 0:
        for i in range(one[FIRST_EMBARGO], one[END_EMBARGO]):
            embargo = w.embargoes[i]
            limit = w.embargo_limits[embargo]
            now = w.intake[embargo] + growth
            if limit < UNLIMITED and (intake_limit == UNLIMITED or now - limit > intake - intake_limit):
                intake, intake_limit = now, limit
    facts = LedgerFacts(
        w.loads[one[CONTRACT]] + counted if counted > 0 else 0,
        w.growth[one[PROVIDER]] + growth if growth > 0 else 0,
        intake,
        0,
        0,
        0,
    )
    limits = LedgerLimits(
        w.contracts[one[CONTRACT], CAP],
        w.growth_limits[one[PROVIDER]],
        intake_limit,
        UNLIMITED,
        UNLIMITED,
        UNLIMITED,
    )
    return _ledger_within(facts, limits)


@njit(**compiled.INNER)
def post(w, offer, sign):  # type: ignore[no-untyped-def]
    """Enter an offer's case in the ledger and the levels, or take it back.

    Parameters
    ----------
    w
        The world.
    offer
        The offer.
    sign
        1 or -1.
    """
    one = w.offers[offer]
    contract = one[CONTRACT]
    counted, growth = w.cases[one[CASE], COUNTED], w.cases[one[CASE], GROWTH]
    before = max(0, w.contracts[contract, GUARANTEED] - w.loads[contract])
    w.loads[contract] += sign * counted
    after = max(0, w.contracts[contract, GUARANTEED] - w.loads[contract])
    w.growth[one[PROVIDER]] += sign * growth
    for i in range(one[FIRST_EMBARGO], one[END_EMBARGO]):
        w.intake[w.embargoes[i]] += sign * growth
    for level in range(len(w.values)):
        w.values[level] += sign * w.gains[offer, level]
    w.values[w.level_4] += after - before


@njit(**compiled.INNER)
def best_place(w, part, group, blink, below):  # type: ignore[no-untyped-def]
    """Find the cheapest round of a group that may take a part, if it is below a price.

    Parameters
    ----------
    w
        The world.
    part, group
        Part, and the rounds that it may join.
    blink
        Share of rounds overlooked at random.
    below
        Paid seconds from which on nobody wants it; IMPOSSIBLE where any price will do.

    Returns
    -------
    tuple of int
        Paid seconds added, the round, and its means of travel; :data:`FRESH` for one to be opened. ``below`` and nobody when
        no rule allows any below.
    """
    slot, crew = w.groups[group, SLOT], w.groups[group, CREW]
    minutes = w.parts[part, MINUTES]
    best, place, best_mode = np.int64(below), np.int64(NOBODY), NO
    if not _slot_takes(w, slot, minutes, NO, crew):
        return best, place, best_mode
    fresh = w.fresh[part, w.groups[group, MODES_OPEN]]
    if fresh[0] < below and _slot_takes(w, slot, minutes, YES, crew):
        # A round that is there goes before a new one at the same price.
        best, place, best_mode = fresh[0] + 1, np.int64(FRESH), fresh[1]
    # Prices that are known come first: what cannot be below them need not be worked out.
    count, least = NO, best
    r = w.heads[group]
    while r >= 0:
        one = w.rounds[r]
        if (one[MADE] > 0 or one[LIVE] >= 0) and (blink == 0.0 or draw(w.random) >= blink) and one[COST] + below > 0:
            w.looked_at[count] = r
            count += 1
            entry, _, known = kept(w, part, r)
            if known and entry[VALUE] & 7 != DEARER:
                least = min(least, (entry[VALUE] >> 3) + 1)
        r = w.rounds[r, NEXT]
    for i in range(count):
        added, mode = price(w, part, w.looked_at[i], min(best, least))
        if added < best:
            best, place, best_mode = added, w.looked_at[i], mode
    return best - 1 if place == FRESH else best, place, best_mode


@njit(**compiled.INNER)
def _open(w, group):  # type: ignore[no-untyped-def]
    """Find an empty round of a group, or make one; -1 when the tables are full."""
    r = w.heads[group]
    while r >= 0:
        if w.rounds[r, MADE] == 0 and w.rounds[r, LIVE] < 0:
            return r
        r = w.rounds[r, NEXT]
    r = w.counters[ROUNDS]
    if r >= w.rounds.shape[0]:
        return np.int64(NOBODY)
    w.counters[ROUNDS] += 1
    for i in range(w.rounds.shape[1]):
        w.rounds[r, i] = 0
    w.rounds[r, OF_GROUP] = group
    w.rounds[r, LIVE] = NOBODY
    w.rounds[r, NEXT] = w.heads[group]
    w.heads[group] = r
    return r


@njit(**compiled.INNER)
def _insert(w, part, r, mode):  # type: ignore[no-untyped-def]
    """Put a part's rows into a round's week at the cheapest places in a means of travel."""
    k = w.parts[part, SIZE]
    join_round(w, part, r, w.rounds[r, OF_GROUP], mode, IMPOSSIBLE)
    for d in range(7):
        today = 0
        for j in range(k):
            today += (w.part_days[part, j] >> d) & 1
        at = w.lengths[r, d] + today
        n = w.lengths[r, d]
        j = k - 1
        place = today - 1
        while place >= 0:
            while not (w.part_days[part, j] >> d) & 1:
                j -= 1
            position = w.chosen[d, place]
            while n > position:
                n -= 1
                at -= 1
                w.sequences[r, d, at] = w.sequences[r, d, n]
            at -= 1
            w.sequences[r, d, at] = w.part_visits[part, j]
            j -= 1
            place -= 1
        w.lengths[r, d] += today


@njit(**compiled.INNER)
def seat(w, part, group, blink):  # type: ignore[no-untyped-def]
    """Seat a part at its cheapest legal place in a group.

    Parameters
    ----------
    w
        The world.
    part, group
        Part, and the rounds that it may join.
    blink
        Share of rounds overlooked at random.

    Returns
    -------
    bool
        False, with nothing changed, when no rule allows it.
    """
    slot, crew = w.groups[group, SLOT], w.groups[group, CREW]
    while True:
        added, r, mode = best_place(w, part, group, blink, IMPOSSIBLE)
        if added >= IMPOSSIBLE:
            return False
        opened = r == FRESH
        if opened:
            r = _open(w, group)
            if r < 0:
                return False
        note(w, r)
        copy(w.spare_round, w.rounds[r])
        copy(w.spare_lengths, w.lengths[r])
        copy_table(w.spare_costs, w.costs[r])
        for d in range(7):
            for i in range(w.lengths[r, d]):
                w.spare_sequences[d, i] = w.sequences[r, d, i]
        _insert(w, part, r, mode)
        if refresh(w, r):
            w.part_round[part] = r
            if slot >= 0:
                w.slot_min[slot] += w.parts[part, MINUTES]
                if opened:
                    w.slot_new[slot, crew - 1] += 1
            return True
        # A rule of the whole week says no, which the day rules alone could not know: as it was before.
        w.values[w.level_5] += w.spare_round[COST] if w.spare_round[COST] < IMPOSSIBLE else 0
        copy(w.rounds[r], w.spare_round)
        copy(w.lengths[r], w.spare_lengths)
        copy_table(w.costs[r], w.spare_costs)
        for d in range(7):
            for i in range(w.lengths[r, d]):
                w.sequences[r, d, i] = w.spare_sequences[d, i]
        if opened:
            return False
        entry, key, _ = kept(w, part, r)
        keep(entry, key, IMPOSSIBLE, w.rounds[r, MODE])


@njit(**compiled.INNER)
def take_out(w, part):  # type: ignore[no-untyped-def]
    """Take a seated part's rows out of its round, which must be priced anew afterwards.

    Parameters
    ----------
    w
        The world.
    part
        The part.

    Returns
    -------
    int
        The round.
    """
    r = w.part_round[part]
    note(w, r)
    group = w.rounds[r, OF_GROUP]
    of_row = w.row_part[w.groups[group, PATTERN_OF]]
    made = 0
    for d in range(7):
        stay = 0
        for i in range(w.lengths[r, d]):
            row = w.sequences[r, d, i]
            if of_row[row] != part:
                w.sequences[r, d, stay] = row
                stay += 1
        w.lengths[r, d] = stay
        made += stay
    w.part_round[part] = NOBODY
    slot = w.groups[group, SLOT]
    if slot >= 0:
        w.slot_min[slot] -= w.parts[part, MINUTES]
        if made == 0 and w.rounds[r, LIVE] < 0:
            w.slot_new[slot, w.groups[group, CREW] - 1] -= 1
    w.rounds[r, MADE] = made
    return r


@njit(**compiled.INNER)
def _score(w, offer, below):  # type: ignore[no-untyped-def]
    """Say what placing a case by an offer would be worth now, in paid seconds, levels weighed; less is better.

    What is not below a score need not be known: it is :data:`DEARER_OFFER`.
    """
    if not contract_takes(w, offer):
        return NEVER
    one = w.offers[offer]
    total, parts = _without_rounds(w, offer), one[END_SEAT] - one[FIRST_SEAT]
    for s in range(one[FIRST_SEAT], one[END_SEAT]):
        # No part saves more than all that a round costs; the others may save as much.
        parts -= 1
        room = below - total + parts * w.counters[DEAREST]
        enough = np.int64(room) + 1 if room < IMPOSSIBLE else IMPOSSIBLE
        added, place, _ = best_place(w, w.seats[s, PART], w.seats[s, GROUP], 0.0, enough)
        if place == NOBODY:
            return NEVER if enough == IMPOSSIBLE else DEARER_OFFER
        total += added
    return total


@njit(**compiled.INNER)
def _without_rounds(w, offer):  # type: ignore[no-untyped-def]
    """Say what placing a case by an offer would be worth if rounds cost nothing."""
    one = w.offers[offer]
    total = 0.0
    for level in range(len(w.values)):
        total += w.level_weights[level] * w.gains[offer, level]
    short = max(0, w.contracts[one[CONTRACT], GUARANTEED] - w.loads[one[CONTRACT]])
    filled = min(short, w.cases[one[CASE], COUNTED])
    return total - w.level_weights[w.level_4] * filled


@njit(**compiled.INNER)
def _place_by(w, offer, blink):  # type: ignore[no-untyped-def]
    """Place a case by an offer, each part at its cheapest legal place in turn; False, with nothing changed, if it cannot be."""
    if not contract_takes(w, offer):
        return False
    one = w.offers[offer]
    note_case(w, one[CASE])
    for s in range(one[FIRST_SEAT], one[END_SEAT]):
        if not seat(w, w.seats[s, PART], w.seats[s, GROUP], blink):
            for done in range(one[FIRST_SEAT], s):
                refresh(w, take_out(w, w.seats[done, PART]))
            return False
    w.case_offer[one[CASE]] = offer
    post(w, offer, YES)
    return True


@njit(**compiled.INNER)
def _score_each(w, first, end, blink_offers):  # type: ignore[no-untyped-def]
    """Score a case's offers, as far as they may be the best.

    Those overlooked have no score; layouts that rounds must pay for are left for later.
    """
    # A round that somebody's leaving broke pays for whoever mends it: nothing can be said beforehand, or of other contracts.
    least, whole = NEVER, complete(w)
    found, blinked = NEVER, False
    for offer in range(first, end):
        if offer == first or w.offers[offer, CONTRACT] != w.offers[offer - 1, CONTRACT]:
            found = NEVER
            blinked = blink_offers > 0.0 and draw(w.random) < blink_offers
        if blinked:
            w.scores[offer - first] = NEVER
        elif _without_rounds(w, offer) >= found:
            w.scores[offer - first] = LATER
        else:
            scored = _score(w, offer, least if whole else NEVER)
            w.scores[offer - first] = scored
            if scored != DEARER_OFFER:
                found, least = min(found, scored), min(least, scored)


@njit(**compiled.INNER)
def place(w, first, end, blink, blink_offers, first_fit):  # type: ignore[no-untyped-def]
    """Place a case by the best of some of its offers.

    Parameters
    ----------
    w
        The world.
    first, end
        Which offers; their case is not placed.
    blink, blink_offers
        Shares of rounds and of offers overlooked at random.
    first_fit
        Take the first offer in call-off order that has any legal place, as a broker does today.

    Returns
    -------
    bool
        False, with nothing changed, when no offer is legal.
    """
    if not first_fit:
        _score_each(w, first, end, blink_offers)
    chosen = first - 1
    while True:
        if first_fit:
            chosen += 1
            if chosen == end:
                return False
        else:
            best, chosen = NEVER, np.int64(NOBODY)
            for offer in range(first, end):
                if DEARER_OFFER < w.scores[offer - first] < best:
                    best, chosen = w.scores[offer - first], offer
            if chosen < 0:
                waiting = False
                for offer in range(first, end):
                    if np.isnan(w.scores[offer - first]):
                        w.scores[offer - first] = _score(w, offer, NEVER)
                        waiting = True
                if not waiting:
                    return False
                continue
        if _place_by(w, chosen, blink):
            return True
        w.scores[chosen - first] = NEVER
        if not first_fit:
            for offer in range(first, end):
                if w.scores[offer - first] == DEARER_OFFER:
                    w.scores[offer - first] = _score(w, offer, NEVER)


@njit(**compiled.INNER)
def withdraw(w, case):  # type: ignore[no-untyped-def]
    """Take a placed case, and whatever of its parts is still seated, out of its rounds.

    Parameters
    ----------
    w
        The world.
    case
        A placed case.

    Returns
    -------
    bool
        Whether every round it leaves still keeps the rules.
    """
    offer = w.case_offer[case]
    note_case(w, case)
    legal = True
    for s in range(w.offers[offer, FIRST_SEAT], w.offers[offer, END_SEAT]):
        part = w.seats[s, PART]
        if w.part_round[part] >= 0:
            legal = refresh(w, take_out(w, part)) and legal
    post(w, offer, -YES)
    w.case_offer[case] = NOBODY
    return legal
