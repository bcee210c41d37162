"""Compiled: one case against every round of its patch, without changing any of them.

The same steps as :meth:`solver.draft.Draft.place` takes, each part at its cheapest legal place in turn, but on copies:
many may ask at once about rounds that nobody changes. Parts of different shifts or crew sizes do not touch each other:
the places of each are found once, whatever layouts it is in. Only where two parts may join one round are they placed in turn.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from solver import compiled
from solver.copies import (
    FRESH,
    NONE,
    ONE,
    copy_round,
    join,
    open_to,
    price,
    price_days,
    price_round,
    slot_takes,
    week_kept,
    write,
)
from solver.kept import kept
from solver.kernel import IMPOSSIBLE
from solver.sheet import (
    ADDED,
    AT,
    BY,
    COST,
    END,
    EXTRA,
    FIRST,
    IN_MODE,
    MINUTES,
    MOST,
    OF_CREW,
    OF_SHIFT,
    PART,
    PART_CREW,
    PART_SHIFT,
    PLACE_MODE,
    PRICED,
    RANKED,
    ROUND,
    SLOT,
    SOUGHT,
)

compiled.cache_folder()

NO_ROUND = np.int64(-1) << 40
"""Fills up a placement's rounds where it joins fewer than it has parts."""
WHETHER, PLACEMENTS = 1, 2
"""What is asked about a contract."""
FOUND, MISSING = np.int64(1), np.int64(2)
"""Whether some round of the board can take a part."""


@njit(**compiled.INNER)
def _provider(q, contract):  # type: ignore[no-untyped-def]
    return q.offers[q.asked[contract, 0], BY]


@njit(inline="always")
def _rounds_for(q, part, provider):  # type: ignore[no-untyped-def]
    """List a provider's rounds of a part's shift and crew size, by position."""
    group = q.groups[provider, q.parts[part, PART_SHIFT], q.parts[part, PART_CREW]]
    return q.order[group[0] : group[1]]


@njit(**compiled.INNER)
def _joins_well(q, part, at, mode):  # type: ignore[no-untyped-def]
    """Say whether a round of the board, or a new one, keeps the rules of a week with a part that its days can take."""
    copy_round(q, at, FRESH, NONE)
    join(q, part, mode, NONE)
    return week_kept(q, part, NONE)


@njit(**compiled.INNER)
def _fresh(q, part, provider):  # type: ignore[no-untyped-def]
    """Price a part in a round opened for it, and say where its price stands; one that breaks a week's rule has none."""
    modes = q.modes_open[provider]
    place = len(q.rounds) + modes
    if (q.opened[part] >> modes) & 1 == 0:
        q.opened[part] |= ONE << modes
        copy_round(q, FRESH, FRESH, NONE)
        added, mode = price(q.copy_sequences[0], q.copy_lengths[0], q.copy_costs[0], q.nothing, modes, part, q)
        if added < IMPOSSIBLE and not _joins_well(q, part, FRESH, mode):
            added = IMPOSSIBLE
        q.added[part, place], q.added_modes[part, place] = added, mode
    return place


@njit(**compiled.INNER)
def _price_part(q, part, contract):  # type: ignore[no-untyped-def]
    """Price a part in every round of a contract's provider, and in a round opened for it."""
    if q.known[PRICED, part, contract] == 0:
        q.known[PRICED, part, contract] = 1
        provider = _provider(q, contract)
        for r in _rounds_for(q, part, provider):
            q.added[part, r], q.added_modes[part, r] = price_round(q, r, part)
        _fresh(q, part, provider)


@njit(**compiled.INNER)
def _rank_places(q, part, contract):  # type: ignore[no-untyped-def]
    """Find a part's cheapest legal rounds of the board with a contract; of equals the first on the board."""
    if q.known[RANKED, part, contract]:
        return
    q.known[RANKED, part, contract] = 1
    _price_part(q, part, contract)
    rounds, added, places = _rounds_for(q, part, _provider(q, contract)), q.added[part], q.places[part, contract]
    places[:, ADDED] = IMPOSSIBLE
    last, last_at, k = -IMPOSSIBLE, FRESH, 0
    while k < MOST:
        best, at = IMPOSSIBLE, FRESH
        for r in rounds:
            if added[r] < best and (added[r] > last or (added[r] == last and r > last_at)):
                best, at = added[r], r
        if best >= IMPOSSIBLE:
            break
        last, last_at = best, at
        mode = q.added_modes[part, at]
        if _joins_well(q, part, at, mode):
            places[k, ADDED], places[k, ROUND], places[k, PLACE_MODE] = best, at, mode
            k += 1


@njit(**compiled.INNER)
def _place(q, part, contract, may_open, skip):  # type: ignore[no-untyped-def]
    """Find a ranked part's cheapest place, or its next one: paid seconds, position, means of travel.

    A round of the board goes before a new one at the same price.
    """
    fresh = len(q.rounds) + q.modes_open[_provider(q, contract)]
    opened = q.added[part, fresh] if may_open else IMPOSSIBLE
    for i in range(MOST):
        it = q.places[part, contract, i]
        if opened < it[ADDED]:
            if skip == 0:
                return opened, FRESH, q.added_modes[part, fresh]
            skip -= 1
            opened = IMPOSSIBLE
        if skip == 0:
            return it[ADDED], it[ROUND], it[PLACE_MODE]
        skip -= 1
    return IMPOSSIBLE, FRESH, NONE


@njit(**compiled.INNER)
def _has_place(q, part, contract, may_open):  # type: ignore[no-untyped-def]
    """Say whether a part has any legal place with a contract."""
    provider = _provider(q, contract)
    if may_open and q.added[part, _fresh(q, part, provider)] < IMPOSSIBLE:
        return True
    if q.known[SOUGHT, part, contract] == 0:
        q.known[SOUGHT, part, contract] = MISSING
        for r in _rounds_for(q, part, provider):
            added, mode = price_round(q, r, part)
            if added < IMPOSSIBLE and _joins_well(q, part, r, mode):
                q.known[SOUGHT, part, contract] = FOUND
                break
    return q.known[SOUGHT, part, contract] == FOUND


@njit(**compiled.INNER)
def _apart(q, offer):  # type: ignore[no-untyped-def]
    """Say whether no two parts of an offer could join the same round."""
    for s in range(q.offers[offer, FIRST], q.offers[offer, END]):
        if _another_may_join(q, s, q.offers[offer, END]):
            return False
    return True


@njit(**compiled.INNER)
def _another_may_join(q, seat, end):  # type: ignore[no-untyped-def]
    """Say whether a later part of an offer is of the same shift and crew size as this one."""
    part = q.seats[seat, PART]
    for later in range(seat + 1, end):
        other = q.seats[later, PART]
        same_shift = q.parts[other, PART_SHIFT] == q.parts[part, PART_SHIFT]
        if same_shift and q.parts[other, PART_CREW] == q.parts[part, PART_CREW]:
            return True
    return False


@njit(**compiled.INNER)
def _slots_take(q, offer, seat, opened):  # type: ignore[no-untyped-def]
    """Say whether a seat's slot takes its part besides the parts before it, and whether another round may be opened."""
    slot, crew = q.seats[seat, SLOT], q.parts[q.seats[seat, PART], PART_CREW]
    minutes = NONE
    for before in range(q.offers[offer, FIRST], seat + 1):
        if q.seats[before, SLOT] == slot:
            minutes += q.parts[q.seats[before, PART], MINUTES]
    return slot_takes(q, slot, minutes, NONE, crew), slot_takes(q, slot, minutes, opened, crew)


@njit(**compiled.INNER)
def _slots_take_apart(q, offer):  # type: ignore[no-untyped-def]
    """Say whether an offer's slots take its parts, and note for which of them a round may be opened."""
    first = q.offers[offer, FIRST]
    for s in range(first, q.offers[offer, END]):
        takes, may_open = _slots_take(q, offer, s, ONE)
        if not takes:
            return False
        q.may_open[s - first] = may_open
    return True


@njit(**compiled.INNER)
def _place_apart(q, offer, contract, skips):  # type: ignore[no-untyped-def]
    """Place an offer's parts, none of which can join another's round, each at its cheapest place or at its next one.

    Which round each joins is noted in the copies; their weeks are left for later.
    """
    first, end = q.offers[offer, FIRST], q.offers[offer, END]
    seats, parts, copies, taken, may_open = q.seats, q.parts, q.copies, q.taken, q.may_open
    total = NONE
    for s in range(first, end):
        part, i = seats[s, PART], s - first
        added, at, mode = _place(q, part, contract, may_open[i] != 0, skips[i])
        if added >= IMPOSSIBLE:
            return IMPOSSIBLE, NONE
        copies[i, AT], copies[i, IN_MODE] = at, mode
        copies[i, OF_SHIFT], copies[i, OF_CREW] = parts[part, PART_SHIFT], parts[part, PART_CREW]
        taken[i, 0] = i
        total += added
    return total, end - first


@njit(**compiled.INNER)
def _cheapest(q, provider, part, may_open, copies):  # type: ignore[no-untyped-def]
    """Find the cheapest place of a part that has not been tried: paid seconds, position, copy, means of travel."""
    added, tried = q.added[part], q.tried  # once: reading a field costs more than a comparison
    number, shift, crew = len(q.rounds), q.parts[part, PART_SHIFT], q.parts[part, PART_CREW]
    modes = q.modes_open[provider]
    best, at, source, best_mode = IMPOSSIBLE, FRESH, FRESH, NONE
    for r in _rounds_for(q, part, provider):
        if tried[r]:
            continue
        more, mode, held = added[r], q.added_modes[part, r], FRESH
        for copy in range(copies):
            if q.copies[copy, AT] == r:
                held = np.int64(copy)
                week, mode = price(
                    q.copy_sequences[copy],
                    q.copy_lengths[copy],
                    q.copy_costs[copy],
                    q.inherited[r],
                    open_to(q, r),
                    part,
                    q,
                )
                more = week - q.copies[copy, COST] if week < IMPOSSIBLE else IMPOSSIBLE
        if more < best:
            best, at, source, best_mode = more, np.int64(r), held, mode
    for copy in range(copies):
        it = q.copies[copy]
        if it[AT] >= 0 or it[OF_SHIFT] != shift or it[OF_CREW] != crew or tried[number + copy]:
            continue
        week, mode = price(
            q.copy_sequences[copy],
            q.copy_lengths[copy],
            q.copy_costs[copy],
            q.nothing,
            modes,
            part,
            q,
        )
        if week < IMPOSSIBLE and week - q.copies[copy, COST] < best:
            best, at, source, best_mode = week - q.copies[copy, COST], FRESH, np.int64(copy), mode
    if may_open and not tried[len(tried) - 1] and added[number + modes] < best:
        best, at, source, best_mode = added[number + modes], FRESH, FRESH, q.added_modes[part, number + modes]
    return best, at, source, best_mode


@njit(**compiled.INNER)
def _place_in_turn(q, offer, contract, skips):  # type: ignore[no-untyped-def]
    """Place an offer's parts on copies, each at its cheapest legal place in turn, or at its next one.

    Says what is added, :data:`solver.kernel.IMPOSSIBLE` when there is no such placement, and how many rounds it joins.
    """
    provider, first, end = q.offers[offer, BY], q.offers[offer, FIRST], q.offers[offer, END]
    copies, total = NONE, NONE
    for s in range(first, end):
        _price_part(q, q.seats[s, PART], contract)
    for s in range(first, end):
        part, opened = q.seats[s, PART], ONE
        for before in range(first, s):
            same_crew = q.parts[q.seats[before, PART], PART_CREW] == q.parts[part, PART_CREW]
            if same_crew and q.seats[before, SLOT] == q.seats[s, SLOT]:
                opened += q.taken[before - first, 1]
        takes, may_open = _slots_take(q, offer, s, opened)
        if not takes:
            return IMPOSSIBLE, copies
        q.tried[:] = 0
        left = skips[s - first]
        while True:
            added, at, source, mode = _cheapest(q, provider, part, may_open, copies)
            if added >= IMPOSSIBLE:
                return IMPOSSIBLE, copies
            copy_round(q, at, source, copies)
            join(q, part, mode, copies)
            kept = week_kept(q, part, copies)
            if not kept or left > 0:
                left -= 1 if kept else 0
                place = at if at >= 0 else (len(q.rounds) + source if source >= 0 else len(q.tried) - 1)
                q.tried[place] = 1
                continue
            q.copies[copies, COST] += added
            if _another_may_join(q, s, end):
                price_days(q, provider, copies)
            held = source
            if held >= 0:
                copy_round(q, at, copies, held)
            else:
                held = copies
                copies += ONE
            q.taken[s - first, 0] = held
            q.taken[s - first, 1] = 1 if at < 0 and source < 0 else 0
            total += added
            break
    return total, copies


@njit(**compiled.INNER)
def _keep(q, offer, total, copies, totals, layouts):  # type: ignore[no-untyped-def]
    """Enter a placement among a contract's cheapest, unless it joins the same rounds as one that is there."""
    last = MOST - 1
    if total >= totals[last]:
        return
    kept_skips, kept_places = q.kept_skips, q.kept_places
    parts = q.offers[offer, END] - q.offers[offer, FIRST]
    places = kept_places[MOST]
    for s in range(parts):
        places[s] = _place_of(q, s)
    places = kept_places[MOST + 1]
    for copy in range(len(places)):  # in ascending order; numba's sort takes seconds to compile
        place, at = _round_of(q, copy) if copy < copies else NO_ROUND, copy
        while at > 0 and places[at - 1] > place:
            places[at] = places[at - 1]
            at -= 1
        places[at] = place
    for i in range(MOST):
        if totals[i] >= IMPOSSIBLE:
            break
        same = True
        if layouts[i] == offer:
            for s in range(parts):
                same = same and kept_places[i, s] == kept_places[MOST, s]
        else:
            for copy in range(len(places)):
                same = same and kept_places[MOST + 2 + i, copy] == places[copy]
        if same:
            if totals[i] <= total:
                return
            last = i  # dearer, and on the same rounds: it makes room
            break
    at = last
    while at > 0 and total < totals[at - 1]:
        at -= 1
    for i in range(last, at, -1):
        totals[i], layouts[i] = totals[i - 1], layouts[i - 1]
        for s in range(len(places)):
            kept_skips[i, s], kept_places[i, s] = kept_skips[i - 1, s], kept_places[i - 1, s]
            kept_places[MOST + 2 + i, s] = kept_places[MOST + 1 + i, s]
    totals[at], layouts[at] = total, offer
    for s in range(len(places)):
        kept_skips[at, s], kept_places[at, s] = q.skips[s], kept_places[MOST, s]
        kept_places[MOST + 2 + at, s] = places[s]


@njit(**compiled.INNER)
def _place_of(q, s):  # type: ignore[no-untyped-def]
    """Tell rounds of the board and opened ones apart by one number."""
    at = q.copies[q.taken[s, 0], AT]
    return at if at >= 0 else -1 - q.taken[s, 0]


@njit(**compiled.INNER)
def _round_of(q, copy):  # type: ignore[no-untyped-def]
    """Tell rounds of the board and kinds of opened ones apart by one number, whatever the layout."""
    it = q.copies[copy]
    return it[AT] if it[AT] >= 0 else -1 - 3 * it[OF_SHIFT] - it[OF_CREW]


@njit(**compiled.INNER)
def _ready_apart(q, offer, contract):  # type: ignore[no-untyped-def]
    """Rank the places of an offer's parts, none of which can join another's round; say whether each has one."""
    if not _slots_take_apart(q, offer):
        return False
    first = q.offers[offer, FIRST]
    for s in range(first, q.offers[offer, END]):
        _rank_places(q, q.seats[s, PART], contract)
        if _place(q, q.seats[s, PART], contract, q.may_open[s - first] != 0, NONE)[0] >= IMPOSSIBLE:
            return False
    return True


@njit(**compiled.INNER)
def _takes_offer(q, offer, contract):  # type: ignore[no-untyped-def]
    """Say whether rounds can take an offer."""
    if not _apart(q, offer):
        q.skips[:] = 0
        return _place_in_turn(q, offer, contract, q.skips)[0] < IMPOSSIBLE
    if not _slots_take_apart(q, offer):
        return False
    first = q.offers[offer, FIRST]
    for s in range(first, q.offers[offer, END]):
        if not _has_place(q, q.seats[s, PART], contract, q.may_open[s - first] != 0):
            return False
    return True


@njit(**compiled.INNER)
def _takes(q, contract):  # type: ignore[no-untyped-def]
    """Say whether rounds can take the case with a contract, in some layout."""
    for offer in range(q.asked[contract, 0], q.asked[contract, 1]):
        if _takes_offer(q, offer, contract):
            return True
    return False


@njit(**compiled.INNER)
def _try_each(q, offer, contract, totals, layouts):  # type: ignore[no-untyped-def]
    """Place an offer's parts: all at their cheapest, one or two of them at the next, one of them at the next but one."""
    apart = _apart(q, offer)
    if apart and not _ready_apart(q, offer, contract):
        return
    parts, skips = q.offers[offer, END] - q.offers[offer, FIRST], q.skips
    for i in range(-1, parts):
        for j in range(max(i, 0), parts + 1 if i >= 0 else 1):
            skips[:] = 0
            if i >= 0:
                skips[i] += 1
                if j < parts:
                    skips[j] += 1
            if apart:
                total, copies = _place_apart(q, offer, contract, skips)
            else:
                total, copies = _place_in_turn(q, offer, contract, skips)
            if total < IMPOSSIBLE:
                total += q.offers[offer, EXTRA]
                _keep(q, offer, total, copies, totals, layouts)
            # Without a first placement there is no other; of parts that are apart, none is cheaper.
            if i < 0 and (total >= IMPOSSIBLE or (apart and total >= totals[MOST - 1])):
                return


@njit(**compiled.INNER)
def _make(q, offer, contract, skips):  # type: ignore[no-untyped-def]
    """Make a placement on copies."""
    if not _apart(q, offer):
        return _place_in_turn(q, offer, contract, skips)[1]
    _slots_take_apart(q, offer)
    _, copies = _place_apart(q, offer, contract, skips)
    for i in range(copies):
        part, mode = q.seats[q.offers[offer, FIRST] + i, PART], q.copies[i, IN_MODE]
        copy_round(q, q.copies[i, AT], FRESH, i)
        join(q, part, mode, i)
    return copies


@kept(**compiled.ENTRY)
def best_placements(  # type: ignore[no-untyped-def]
    q, rows, limits, week_limits, slot_limits, wanted, totals, layouts, joined, timed
):
    """Find the cheapest placements of a case with every contract, on different rounds.

    Parts in different shifts do not touch each other, so that the cheapest three of a layout lie among: all at their
    cheapest, one or two of them at the next, one of them at the next but one. A layout that costs much by itself is priced
    like the others: a round that is paid to wait may save more.

    Parameters
    ----------
    q
        The case, and the rounds of its patch.
    rows, limits, week_limits, slot_limits
        By what placements are judged: become fields of the paper.
    wanted
        Of every contract: :data:`PLACEMENTS`, or only :data:`WHETHER` there is one, or nothing, 0.
    totals
        Gets paid seconds added and extra cost, cheapest first, shape (contracts, MOST); IMPOSSIBLE fills up. Of whom
        only whether is asked, the first is 0 if so.
    layouts
        Gets the offer of each placement, shape (contracts, MOST); may be empty where only whether is asked of all.
    joined
        Gets the rounds of each placement, shape (contracts, MOST, parts, JOINED); as empty.
    timed
        Gets the times of the case's visits.

    Returns
    -------
    int
        How many visits were timed.
    """
    q.rows, q.limits, q.week_limits, q.slot_limits = rows, limits, week_limits, slot_limits
    totals[:] = IMPOSSIBLE
    layouts[:] = FRESH
    joined[:] = FRESH
    q.known[:] = 0
    q.opened[:] = 0
    count = NONE
    for contract in range(len(q.asked)):
        if wanted[contract] == WHETHER and _takes(q, contract):
            totals[contract, 0] = 0
        if wanted[contract] != PLACEMENTS:
            continue
        for offer in range(q.asked[contract, 0], q.asked[contract, 1]):
            _try_each(q, offer, contract, totals[contract], layouts[contract])
        for rank in range(MOST):
            if totals[contract, rank] < IMPOSSIBLE:
                copies = _make(q, layouts[contract, rank], contract, q.kept_skips[rank])
                count = write(q, contract, rank, copies, joined, timed, count)
    return count
