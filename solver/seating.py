"""Compiled: price a part in a round, seat it there, take it out again, and place a whole case.

The same steps as :class:`solver.draft.Draft` takes, on flat tables; every rule comes from the registry.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from solver import compiled
from solver.facts import UNLIMITED, DaySetting, LedgerFacts, LedgerLimits, WeekFacts
from solver.kernel import DURATION, IMPOSSIBLE, is_same_day, join_week, judge_day
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
    KEY,
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
    PRICED_AS,
    PROVIDER,
    ROUNDS,
    SHIFT,
    SIZE,
    SLOT,
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
_ledger_within = _rules.ledger_within
DAY_S = 86_400
FRESH = -2
"""Stands for a round that would be opened."""
DEARER = np.int64(7)
"""Stands for the means of travel of a price that is only known to be no less than what is kept."""
NEVER, LATER, DEARER_OFFER = np.inf, np.nan, -np.inf
"""Scores of an offer that is illegal, of one that could only be better than another if its rounds paid for it, and of one
that is no better than another."""
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


@njit(inline="always")
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
def _unpaid_s(w, r, d, setting):  # type: ignore[no-untyped-def]
    """Add up the gaps of a day, timed last, that are too long to be paid."""
    unpaid = NO
    for i in range(1, w.lengths[r, d]):
        left = w.starts[0, i - 1] + w.rows[w.sequences[r, d, i - 1], DURATION]
        idle = w.starts[0, i] - left - w.starts[1, i]
        if idle > setting.paid_gap_s:
            unpaid += idle
    return unpaid


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
    group, live = one[OF_GROUP], one[LIVE] >= 0
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
        open_here = mode == one[MODE] if live else (w.groups[group, MODES_OPEN] >> mode) & 1
        if not open_here:
            for d in range(7):
                w.costs[r, mode, d] = IMPOSSIBLE
            continue
        setting = _setting(w, group, mode)
        weights = weights_of(w, group, mode)
        total = np.int64(0)
        for d in range(7):
            n = w.lengths[r, d]
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
                w.costs[r, mode, d] = judge_day(
                    w.sequences[r, d],
                    n,
                    w.rows,
                    w.travel,
                    setting,
                    w.limits,
                    weights,
                    w.inherited[r, d],
                    w.starts[:2],
                )
                if n > 0:
                    first[d] = w.starts[0, 0]
                    last[d] = w.starts[0, n - 1] + w.rows[w.sequences[r, d, n - 1], DURATION]
                    work[d] = last[d] - first[d] - _unpaid_s(w, r, d, setting)
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
def _kept(w, part, r):  # type: ignore[no-untyped-def]
    """Find where the price of a part in a round as it is now is kept, by which key, and whether it is there."""
    key = w.rounds[r, STAMP] * w.parts.shape[0] + part + 1
    at = ((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & np.uint64(len(w.prices) - 1)
    return w.prices[at], key, w.prices[at, KEY] == key


@njit(inline="always")
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


@njit(inline="always")
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
    kept, key, known = _kept(w, part, r)
    added, found = kept[VALUE] >> 3, kept[VALUE] & 7
    if known and (found != DEARER or added >= below):
        return added, found
    one = w.rounds[r]
    group = one[OF_GROUP]
    best = min(below + one[COST], IMPOSSIBLE)
    dearer = False
    found = DEARER
    for mode in range(w.weights.shape[1]):
        open_here = mode == one[MODE] if one[LIVE] >= 0 else (w.groups[group, MODES_OPEN] >> mode) & 1
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
    _keep(kept, key, added, found)
    return added, found


@njit(**compiled.INNER)
def _keep(kept, key, added, mode):  # type: ignore[no-untyped-def]
    """Keep a price, with its means of travel in the same number: what is looked up most is best small."""
    kept[KEY], kept[VALUE] = key, (added << 3) | mode


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
            kept, _, known = _kept(w, part, r)
            if known and kept[VALUE] & 7 != DEARER:
                least = min(least, (kept[VALUE] >> 3) + 1)
        r = w.rounds[r, NEXT]
    for i in range(count):
        added, mode = price(w, part, w.looked_at[i], min(best, least))
        if added < best:
            best, place, best_mode = added, w.looked_at[i], mode
    return best - 1 if place == FRESH else best, place, best_mode


@njit(inline="always")
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


@njit(inline="always")
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
        forbidden, key, _ = _kept(w, part, r)
        _keep(forbidden, key, IMPOSSIBLE, w.rounds[r, MODE])


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
        kept = 0
        for i in range(w.lengths[r, d]):
            row = w.sequences[r, d, i]
            if of_row[row] != part:
                w.sequences[r, d, kept] = row
                kept += 1
        w.lengths[r, d] = kept
        made += kept
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


@njit(inline="always")
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


@njit(inline="always")
def _score_each(w, first, end, blink_offers):  # type: ignore[no-untyped-def]
    """Score a case's offers, as far as they may be the best.

    Those overlooked have no score; layouts that rounds must pay for are left for later.
    """
    # A round that somebody's leaving broke pays for whoever mends it, so that contracts do not compare.
    least = NEVER
    broken = False
    for i in range(w.counters[TOUCHED_ROUNDS]):
        broken = broken or w.rounds[w.was_ids[i], COST] >= IMPOSSIBLE
    found, blinked = NEVER, False
    for offer in range(first, end):
        if offer == first or w.offers[offer, CONTRACT] != w.offers[offer - 1, CONTRACT]:
            found = NEVER
            blinked = blink_offers > 0.0 and draw(w.random) < blink_offers
        if blinked:
            w.scores[offer - first] = NEVER
        elif _without_rounds(w, offer) >= (found if broken else least):
            w.scores[offer - first] = LATER
        else:
            scored = _score(w, offer, NEVER if broken else least)
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
