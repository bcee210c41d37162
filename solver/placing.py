"""Compiled: one case against every round of its patch, without changing any of them.

The same steps as :meth:`solver.draft.Draft.place` takes, each part at its cheapest legal place in turn, but on copies:
many may ask at once about rounds that nobody changes. Rules come from the registry, limits are arguments.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit, types
from numba.experimental import structref
from numpy.typing import NDArray

from solver import compiled
from solver.facts import DayLimits, DaySetting, LedgerFacts, LedgerLimits, WeekFacts, WeekLimits
from solver.kernel import DURATION, IMPOSSIBLE, day_facts, join_week, judge_day, leg_s

compiled.cache_folder()
_rules: Any = compiled.rules()
_week_within = _rules.week_within
_ledger_within = _rules.ledger_within

Ints = NDArray[np.int64]
DAY_S = 86_400
FRESH = np.int64(-1)
"""Stands for a round that would be opened."""
NONE, ONE = np.int64(0), np.int64(1)
"""Typed, since a literal would have numba compile what it is passed to once more."""
NO_ROUND = np.int64(-1) << 40
"""Fills up a placement's rounds where it joins fewer than it has parts."""
MOST = 3
"""Placements that are kept of each contract."""

# Columns of a board's rounds
PROVIDER, SHIFT, CREW, MODE, LIVE, MADE, PAID = range(7)
# Columns of parts
SIZE, PART_SHIFT, PART_CREW, MINUTES = range(4)
# Columns of offers
BY, FIRST, END, EXTRA = range(4)
# Columns of seats
PART, SLOT = range(2)
# Columns of slots
ADDED_MIN, NEW_SINGLE, NEW_PAIR = range(3)
# Columns of the rounds that a placement joins
AT, IN_MODE, COST, OF_SHIFT, OF_CREW = range(5)
JOINED = 6
"""Columns of an answer's rounds: position or :data:`FRESH`, means of travel, travel and paid waiting added, shift, crew."""
TIMED = 12
"""Columns of an answer's visits: contract, placement, round, day, row, leave, travel, arrive, start, finish, place, of."""


class Sheet(NamedTuple):
    """A case, who is asked, and the rounds of its patch; :func:`paper_of` makes one argument of it."""

    # The rounds of the board, only read.
    sequences: Ints
    """Rows of every round's days, shape (rounds, 7, longest)."""
    lengths: Ints
    costs: Ints
    """Paid seconds of every day, shape (rounds, modes, 7)."""
    inherited: Ints
    """Excess of each day rule that a live round may keep, shape (rounds, 7, rules)."""
    week_inherited: Ints
    rounds: Ints
    # What timetables and prices depend on besides rounds and visits.
    travel: NDArray[np.uint16]
    """Seconds, shape (tables, homes, homes)."""
    settings: Ints
    """Fields of DaySetting, shape (shifts, modes, 3, 8)."""
    weights: Ints
    """Start-up in paid seconds and travel in per cent, shape (modes, 2)."""
    modes_open: Ints
    """Bit mask of the modes of each provider's new rounds."""
    # By what placements are judged; a question *what if* changes these.
    rows: Ints
    """Visits, shape (visits, 6): see :mod:`solver.kernel`."""
    limits: DayLimits
    week_limits: WeekLimits
    slot_limits: Ints
    """Fields of LedgerLimits for every slot, shape (slots, 6)."""
    # The case, and who is asked.
    part_visits: Ints
    part_days: Ints
    parts: Ints
    offers: Ints
    asked: Ints
    """First and end of the offers of every contract, one for each layout, shape (contracts, 2)."""
    seats: Ints
    slots: Ints
    """What every slot carries without the case, shape (slots, 3)."""
    own: Ints
    """1 for rows of the case, shape (visits,)."""
    added: Ints
    """Paid seconds that each part adds to each round, and to a new one by the mask of the modes open to it; shape
    (parts, rounds + masks)."""
    added_modes: Ints
    # Copies of the rounds that a placement joins, and room to work in.
    copy_sequences: Ints
    copy_lengths: Ints
    copy_costs: Ints
    copies: Ints
    taken: Ints
    """For each seat: which copy, and whether it was opened for it."""
    tried: Ints
    starts: Ints
    chosen: Ints
    work: Ints
    nothing: Ints
    """An empty round's inherited excesses, shape (7, rules)."""


@structref.register
class PaperType(types.StructRef):
    """Numba's type of a :class:`Paper`."""

    def preprocess_fields(self, fields: tuple[tuple[str, Any], ...]) -> tuple[tuple[str, Any], ...]:
        """Forget literal values, so that one compilation serves all.

        Parameters
        ----------
        fields
            Names and types.

        Returns
        -------
        tuple
            The same, without literals.
        """
        return tuple((name, types.unliteral(one)) for name, one in fields)


class Paper(structref.StructRefProxy):
    """A sheet behind one pointer: a compiled function that took its fields one by one would compile for minutes."""


structref.define_proxy(Paper, PaperType, list(Sheet._fields))


@njit(cache=True)
def paper_of(sheet):  # type: ignore[no-untyped-def]
    """Put a sheet behind one pointer.

    Parameters
    ----------
    sheet
        The sheet; memory is shared.

    Returns
    -------
    Paper
        For compiled functions.
    """
    return Paper(*sheet)


@njit(cache=True)
def _setting(q, shift, mode, crew):  # type: ignore[no-untyped-def]
    s = q.settings[shift, mode, crew]
    return DaySetting(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7])


@njit(cache=True)
def _open_to(q, r):  # type: ignore[no-untyped-def]
    """Mask the means of travel that a round of the board may use; a live one keeps its own."""
    if q.rounds[r, LIVE] >= 0:
        return ONE << q.rounds[r, MODE]
    return q.modes_open[q.rounds[r, PROVIDER]]


@njit(cache=True)
def _price(sequences, lengths, costs, inherited, modes, part, q):  # type: ignore[no-untyped-def]
    """Say what a week costs with a part joined at its cheapest legal places, and in which of some means of travel."""
    one = q.parts[part]
    k = one[SIZE]
    best, best_mode = IMPOSSIBLE, NONE
    for mode in range(len(q.weights)):
        if (modes >> mode) & 1:
            week = join_week(
                sequences,
                lengths,
                costs[mode],
                inherited,
                q.part_visits[part, :k],
                q.part_days[part, :k],
                q.rows,
                q.travel,
                _setting(q, one[PART_SHIFT], mode, one[PART_CREW]),
                q.limits,
                (q.weights[mode, 0], q.weights[mode, 1]),
                q.chosen,
                q.work,
            )
            if week < best:
                best, best_mode = week, np.int64(mode)
    return best, best_mode


@njit(cache=True)
def _price_part(q, part, providers):  # type: ignore[no-untyped-def]
    """Price a part in every round of some providers, and in a round opened for it."""
    rounds = q.rounds
    number = len(rounds)
    for i in range(q.added.shape[1]):
        q.added[part, i] = IMPOSSIBLE
    shift, crew = q.parts[part, PART_SHIFT], q.parts[part, PART_CREW]
    for r in range(number):
        if rounds[r, SHIFT] != shift or rounds[r, CREW] != crew or providers[rounds[r, PROVIDER]] == 0:
            continue
        if rounds[r, LIVE] < 0 and rounds[r, MADE] == 0:
            continue
        week, mode = _price(
            q.sequences[r],
            q.lengths[r],
            q.costs[r],
            q.inherited[r],
            _open_to(q, r),
            part,
            q,
        )
        if week < IMPOSSIBLE:
            q.added[part, r], q.added_modes[part, r] = week - rounds[r, PAID], mode
    _copy(q, FRESH, FRESH, NONE)
    priced = NONE
    for provider in range(len(q.modes_open)):
        modes = q.modes_open[provider]
        if provider >= len(providers) or providers[provider] == 0 or (priced >> modes) & 1:
            continue
        priced |= ONE << modes
        q.added[part, number + modes], q.added_modes[part, number + modes] = _price(
            q.copy_sequences[0],
            q.copy_lengths[0],
            q.copy_costs[0],
            q.nothing,
            modes,
            part,
            q,
        )


@njit(cache=True)
def price_offer(q, offer, providers, priced):  # type: ignore[no-untyped-def]
    """Price those parts of an offer that are not priced yet, in every round of some providers and in new ones.

    Parameters
    ----------
    q
        The case, and the rounds of its patch.
        Gets paid seconds added, :data:`solver.kernel.IMPOSSIBLE` where no rule allows it, and means of travel.
    offer
        The offer.
    providers
        1 for the providers whose rounds are priced.
    priced
        1 for the parts that are priced already, shape (parts,); gets those of the offer.
    """
    for s in range(q.offers[offer, FIRST], q.offers[offer, END]):
        part = q.seats[s, PART]
        if priced[part] == 0:
            priced[part] = 1
            _price_part(q, part, providers)


@njit(cache=True)
def _copy(q, at, source, to):  # type: ignore[no-untyped-def]
    """Copy a round of the board, an earlier copy of it, or an empty round."""
    if source >= 0:
        sequences, lengths, costs = q.copy_sequences[source], q.copy_lengths[source], q.copy_costs[source]
        for i in range(q.copies.shape[1]):
            q.copies[to, i] = q.copies[source, i]
    elif at >= 0:
        sequences, lengths, costs = q.sequences[at], q.lengths[at], q.costs[at]
        mode = q.rounds[at, MODE]
        q.copies[to, AT], q.copies[to, IN_MODE], q.copies[to, COST] = at, mode, q.rounds[at, PAID]
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


@njit(cache=True)
def _join(q, part, mode, to):  # type: ignore[no-untyped-def]
    """Join a part to a copy in a means of travel, and price the copy's days anew."""
    one, at = q.parts[part], q.copies[to, AT]
    k = one[SIZE]
    inherited = q.inherited[at] if at >= 0 else q.nothing
    sequences, lengths = q.copy_sequences[to], q.copy_lengths[to]
    join_week(
        sequences,
        lengths,
        q.copy_costs[to, mode],
        inherited,
        q.part_visits[part, :k],
        q.part_days[part, :k],
        q.rows,
        q.travel,
        _setting(q, one[PART_SHIFT], mode, one[PART_CREW]),
        q.limits,
        (q.weights[mode, 0], q.weights[mode, 1]),
        q.chosen,
        q.work,
    )
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


@njit(cache=True)
def _price_days(q, provider, to):  # type: ignore[no-untyped-def]
    """Price a copy's days anew in every means of travel, so that another part can join it."""
    at, shift, crew = q.copies[to, AT], q.copies[to, OF_SHIFT], q.copies[to, OF_CREW]
    inherited = q.inherited[at] if at >= 0 else q.nothing
    modes = _open_to(q, at) if at >= 0 else q.modes_open[provider]
    for mode in range(len(q.weights)):
        for d in range(7):
            q.copy_costs[to, mode, d] = IMPOSSIBLE
            if (modes >> mode) & 1:
                q.copy_costs[to, mode, d] = judge_day(
                    q.copy_sequences[to, d],
                    q.copy_lengths[to, d],
                    q.rows,
                    q.travel,
                    _setting(q, shift, mode, crew),
                    q.limits,
                    (q.weights[mode, 0], q.weights[mode, 1]),
                    inherited[d],
                    q.starts,
                )


@njit(cache=True)
def _another_may_join(q, seat, end):  # type: ignore[no-untyped-def]
    """Say whether a later part of an offer is of the same shift and crew size as this one."""
    part = q.seats[seat, PART]
    for later in range(seat + 1, end):
        other = q.seats[later, PART]
        same_shift = q.parts[other, PART_SHIFT] == q.parts[part, PART_SHIFT]
        if same_shift and q.parts[other, PART_CREW] == q.parts[part, PART_CREW]:
            return True
    return False


@njit(cache=True)
def _same_day(sequences, lengths, d):  # type: ignore[no-untyped-def]
    """Find the first day with the same visits in the same order."""
    for e in range(d):
        if lengths[e] == lengths[d]:
            same = True
            for i in range(lengths[d]):
                if sequences[e, i] != sequences[d, i]:
                    same = False
                    break
            if same:
                return e
    return d


@njit(cache=True)
def _week_kept(q, part, to):  # type: ignore[no-untyped-def]
    """Say whether a copy keeps the rules of a week, or breaks them by no more than the live round did."""
    one, at, mode = q.parts[part], q.copies[to, AT], q.copies[to, IN_MODE]
    setting = _setting(q, one[PART_SHIFT], mode, one[PART_CREW])
    sequences, lengths, rows, travel = q.copy_sequences[to], q.copy_lengths[to], q.rows, q.travel
    worked, rest = NONE, np.int64(7 * DAY_S)
    first, last = q.work[0], q.work[1]
    for d in range(7):
        if lengths[d] == 0:
            continue
        worked += ONE
        same = _same_day(sequences, lengths, d)
        if same < d:
            first[d], last[d] = first[same], last[same]
        else:
            facts = day_facts(sequences[d], lengths[d], rows, travel, setting, q.starts)
            first[d], last[d] = facts.start_s, facts.finish_s
    for d in range(7):
        after = (d + 1) % 7
        if lengths[d] > 0 and lengths[after] > 0:
            rest = min(rest, DAY_S + first[after] - last[d])
    inherited = q.week_inherited[at] if at >= 0 else q.nothing[0]
    return _week_within(WeekFacts(worked, rest), q.week_limits, inherited)


@njit(cache=True)
def _slot_takes(q, slot, minutes, opened, crew):  # type: ignore[no-untyped-def]
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


@njit(cache=True)
def _cheapest(q, provider, part, may_open, copies):  # type: ignore[no-untyped-def]
    """Find the cheapest place of a part that has not been tried: paid seconds, position, copy, means of travel."""
    rounds, added, tried = q.rounds, q.added[part], q.tried  # once: reading a field costs more than a comparison
    number, shift, crew = len(rounds), q.parts[part, PART_SHIFT], q.parts[part, PART_CREW]
    modes = q.modes_open[provider]
    best, at, source, best_mode = IMPOSSIBLE, FRESH, FRESH, NONE
    for r in range(number):
        if rounds[r, PROVIDER] != provider or tried[r] or rounds[r, SHIFT] != shift or rounds[r, CREW] != crew:
            continue
        price, mode, held = added[r], q.added_modes[part, r], FRESH
        for copy in range(copies):
            if q.copies[copy, AT] == r:
                held = np.int64(copy)
                week, mode = _price(
                    q.copy_sequences[copy],
                    q.copy_lengths[copy],
                    q.copy_costs[copy],
                    q.inherited[r],
                    _open_to(q, r),
                    part,
                    q,
                )
                price = week - q.copies[copy, COST] if week < IMPOSSIBLE else IMPOSSIBLE
        if price < best:
            best, at, source, best_mode = price, np.int64(r), held, mode
    for copy in range(copies):
        it = q.copies[copy]
        if it[AT] >= 0 or it[OF_SHIFT] != shift or it[OF_CREW] != crew or tried[number + copy]:
            continue
        week, mode = _price(
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
    if may_open and not q.tried[len(q.tried) - 1] and added[number + modes] < best:
        best, at, source, best_mode = added[number + modes], FRESH, FRESH, q.added_modes[part, number + modes]
    return best, at, source, best_mode


@njit(cache=True)
def place_in_turn(q, offer, skips):  # type: ignore[no-untyped-def]
    """Place an offer's parts on copies, each at its cheapest legal place in turn, or at its next one.

    Parameters
    ----------
    q
        The case, and the rounds of its patch.
        Holds prices as :func:`price_offer` leaves them; gets the joined rounds.
    offer
        The offer.
    skips
        How many legal places to pass over, for each part.

    Returns
    -------
    total : int
        Paid seconds added, :data:`solver.kernel.IMPOSSIBLE` when there is no such placement.
    copies : int
        How many rounds it joins.
    """
    provider, first, end = q.offers[offer, BY], q.offers[offer, FIRST], q.offers[offer, END]
    copies, total = NONE, NONE
    for s in range(first, end):
        part, slot = q.seats[s, PART], q.seats[s, SLOT]
        crew = q.parts[part, PART_CREW]
        minutes, opened = q.parts[part, MINUTES], np.int64(1)
        for before in range(first, s):
            if q.seats[before, SLOT] == slot:
                minutes += q.parts[q.seats[before, PART], MINUTES]
                if q.parts[q.seats[before, PART], PART_CREW] == crew:
                    opened += q.taken[before - first, 1]
        if not _slot_takes(q, slot, minutes, NONE, crew):
            return IMPOSSIBLE, copies
        may_open = _slot_takes(q, slot, minutes, opened, crew)
        q.tried[:] = 0
        left = skips[s - first]
        while True:
            price, at, source, mode = _cheapest(q, provider, part, may_open, copies)
            if price >= IMPOSSIBLE:
                return IMPOSSIBLE, copies
            _copy(q, at, source, copies)
            _join(q, part, mode, copies)
            kept = _week_kept(q, part, copies)
            if not kept or left > 0:
                left -= 1 if kept else 0
                place = at if at >= 0 else (len(q.rounds) + source if source >= 0 else len(q.tried) - 1)
                q.tried[place] = 1
                continue
            q.copies[copies, COST] += price
            if _another_may_join(q, s, end):
                _price_days(q, provider, copies)
            held = source
            if held >= 0:
                _copy(q, at, copies, held)
            else:
                held = copies
                copies += ONE
            q.taken[s - first, 0] = held
            q.taken[s - first, 1] = 1 if at < 0 and source < 0 else 0
            total += price
            break
    return total, copies


@njit(cache=True)
def _travel_and_waiting(sequences, lengths, shift, crew, mode, q, starts):  # type: ignore[no-untyped-def]
    travel, waiting = np.int64(0), np.int64(0)
    setting = _setting(q, shift, mode, crew)
    for d in range(7):
        if lengths[d] > 0:
            facts = day_facts(sequences[d], lengths[d], q.rows, q.travel, setting, starts)
            travel += crew * facts.travel_s
            waiting += crew * facts.paid_idle_s
    return travel, waiting


@njit(cache=True)
def _write(q, contract, rank, copies, joined, timed, count):  # type: ignore[no-untyped-def]
    """Write a placement's rounds and the times of the case's visits down."""
    for copy in range(copies):
        at, mode = q.copies[copy, AT], q.copies[copy, IN_MODE]
        shift, crew = q.copies[copy, OF_SHIFT], q.copies[copy, OF_CREW]
        sequences, lengths = q.copy_sequences[copy], q.copy_lengths[copy]
        travel, waiting = _travel_and_waiting(sequences, lengths, shift, crew, mode, q, q.starts)
        if at >= 0:
            before = _travel_and_waiting(
                q.sequences[at],
                q.lengths[at],
                shift,
                crew,
                q.rounds[at, MODE],
                q,
                q.starts,
            )
            travel -= before[0]
            waiting -= before[1]
        for i, value in enumerate((at, mode, travel, waiting, shift, crew)):
            joined[contract, rank, copy, i] = value
        setting = _setting(q, shift, mode, crew)
        for d in range(7):
            if lengths[d] > 0:
                day_facts(sequences[d], lengths[d], q.rows, q.travel, setting, q.starts)
            for i in range(lengths[d]):
                row, start = sequences[d, i], q.starts[i]
                if not q.own[row]:
                    continue
                leave, leg, arrive = FRESH, np.int64(0), start
                if i > 0:
                    last = sequences[d, i - 1]
                    leave = q.starts[i - 1] + q.rows[last, DURATION]
                    leg = leg_s(last, row, q.rows, q.travel, setting)
                    arrive = leave + leg
                finish = start + q.rows[row, DURATION]
                of = lengths[d]
                for j, value in enumerate((contract, rank, copy, d, row, leave, leg, arrive, start, finish, i + 1, of)):
                    timed[count, j] = value
                count += ONE
    return count


@njit(cache=True)
def _keep(q, offer, total, copies, skips, totals, layouts, kept_skips, kept_places):  # type: ignore[no-untyped-def]
    """Enter a placement among a contract's cheapest, unless it joins the same rounds as one that is there."""
    parts = q.offers[offer, END] - q.offers[offer, FIRST]
    places = kept_places[MOST]
    for s in range(parts):
        places[s] = _place_of(q, s)
    places = kept_places[MOST + 1]
    for copy in range(len(places)):
        places[copy] = _round_of(q, copy) if copy < copies else NO_ROUND
    places.sort()
    last = MOST - 1
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
    if total >= totals[last]:
        return
    while at > 0 and total < totals[at - 1]:
        at -= 1
    for i in range(last, at, -1):
        totals[i], layouts[i] = totals[i - 1], layouts[i - 1]
        for s in range(len(places)):
            kept_skips[i, s], kept_places[i, s] = kept_skips[i - 1, s], kept_places[i - 1, s]
            kept_places[MOST + 2 + i, s] = kept_places[MOST + 1 + i, s]
    totals[at], layouts[at] = total, offer
    for s in range(len(places)):
        kept_skips[at, s], kept_places[at, s] = skips[s], kept_places[MOST, s]
        kept_places[MOST + 2 + at, s] = places[s]


@njit(cache=True)
def _place_of(q, s):  # type: ignore[no-untyped-def]
    """Tell rounds of the board and opened ones apart by one number."""
    at = q.copies[q.taken[s, 0], AT]
    return at if at >= 0 else -1 - q.taken[s, 0]


@njit(cache=True)
def _round_of(q, copy):  # type: ignore[no-untyped-def]
    """Tell rounds of the board and kinds of opened ones apart by one number, whatever the layout."""
    it = q.copies[copy]
    return it[AT] if it[AT] >= 0 else -1 - 3 * it[OF_SHIFT] - it[OF_CREW]


@njit(cache=True)
def _try(q, offer, skips, kept):  # type: ignore[no-untyped-def]
    """Place an offer's parts on copies, and keep the placement if it is among a contract's cheapest."""
    total, copies = place_in_turn(q, offer, skips)
    if total >= IMPOSSIBLE:
        return False
    _keep(q, offer, total + q.offers[offer, EXTRA], copies, skips, *kept)
    return True


@njit(cache=True)
def best_placements(q, providers, totals, layouts, joined, timed):  # type: ignore[no-untyped-def]
    """Find the cheapest placements of a case with every contract, on different rounds.

    Parts in different shifts do not touch each other, so that the cheapest three of a layout lie among: all at their
    cheapest, one or two of them at the next, one of them at the next but one. A layout whose extra cost alone is above that
    of the cheapest placement so far is not priced.

    Parameters
    ----------
    q
        The case, and the rounds of its patch.
    providers
        1 for the providers whose rounds are priced.
    totals
        Gets paid seconds added and extra cost, cheapest first, shape (contracts, MOST); IMPOSSIBLE fills up.
    layouts
        Gets the offer of each placement, shape (contracts, MOST).
    joined
        Gets the rounds of each placement, shape (contracts, MOST, parts, JOINED).
    timed
        Gets the times of the case's visits.

    Returns
    -------
    int
        How many visits were timed.
    """
    totals[:] = IMPOSSIBLE
    layouts[:] = FRESH
    joined[:] = FRESH
    most = len(q.taken)
    skips, priced = np.zeros(most, np.int64), np.zeros(len(q.parts), np.int64)
    kept_skips, kept_places = np.zeros((MOST, most), np.int64), np.zeros((2 * MOST + 2, most), np.int64)
    count = NONE
    for contract in range(len(q.asked)):
        for offer in range(q.asked[contract, 0], q.asked[contract, 1]):
            if q.offers[offer, EXTRA] > totals[contract, 0]:
                continue
            price_offer(q, offer, providers, priced)
            parts = q.offers[offer, END] - q.offers[offer, FIRST]
            kept = (totals[contract], layouts[contract], kept_skips, kept_places)
            skips[:] = 0
            if not _try(q, offer, skips, kept):
                continue
            for i in range(parts):
                for j in range(i, parts + 1):
                    skips[:] = 0
                    skips[i] += 1
                    if j < parts:
                        skips[j] += 1
                    _try(q, offer, skips, kept)
        for rank in range(MOST):
            if totals[contract, rank] < IMPOSSIBLE:
                _, copies = place_in_turn(q, layouts[contract, rank], kept_skips[rank])
                count = _write(q, contract, rank, copies, joined, timed, count)
    return count


@njit(cache=True)
def takes(q, first, end):  # type: ignore[no-untyped-def]
    """Say whether the rounds of a provider, and those that it may open, can take the case in some layout.

    Parameters
    ----------
    q
        The case, and the rounds of its patch.
    first, end
        Offers of one contract.

    Returns
    -------
    bool
        Nothing is changed.
    """
    provider = q.offers[first, BY]
    most = provider
    for r in range(len(q.rounds)):
        most = max(most, q.rounds[r, PROVIDER])
    providers = np.zeros(most + 1, np.int64)
    providers[provider] = 1
    skips, priced = np.zeros(len(q.taken), np.int64), np.zeros(len(q.parts), np.int64)
    for offer in range(first, end):
        price_offer(q, offer, providers, priced)
        total, _ = place_in_turn(q, offer, skips)
        if total < IMPOSSIBLE:
            return True
    return False
