"""A case, who is asked, and the rounds of its patch, as arrays: what :mod:`solver.placing` prices and places on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit, types
from numba.experimental import structref
from numpy.typing import NDArray

from solver import compiled
from solver.facts import DayLimits, WeekLimits

compiled.cache_folder()

Ints = NDArray[np.int64]
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
# Columns of copies of rounds
AT, IN_MODE, COST, OF_SHIFT, OF_CREW = range(5)
# Columns of a part's places
ADDED, ROUND, PLACE_MODE = range(3)
# What is known of a part and a contract
PRICED, RANKED, SOUGHT = range(3)
JOINED = 6
"""Columns of an answer's rounds: position or -1, means of travel, travel and paid waiting added, shift, crew."""
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
    order: Ints
    """Rounds that a part may join, by provider, shift and crew size."""
    groups: Ints
    """First and end of each provider's rounds of a shift and crew size in that order, shape (providers, shifts, 3, 2)."""
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


WORK = (
    "added",  # paid seconds that each part adds to each round, and to a new one by the mask of the modes open to it
    "added_modes",
    "known",  # what has been found out, shape (kinds, parts, contracts)
    "opened",  # modes of new rounds in which each part is priced, a bit for each mask
    "places",  # the cheapest legal rounds of each part with each contract, shape (parts, contracts, MOST, 3)
    "copy_sequences",
    "copy_lengths",
    "copy_costs",
    "copies",
    "taken",  # for each seat: which copy, and whether it was opened for it
    "may_open",  # whether each seat's slot lets another round be opened
    "tried",
    "starts",
    "chosen",
    "work",
    "nothing",  # an empty round's inherited excesses, shape (7, rules)
)
"""What a paper has besides its sheet: copies of the rounds that a placement joins, and room to work in."""


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


structref.define_proxy(Paper, PaperType, [*Sheet._fields, *WORK])


@njit(cache=True)
def paper_of(sheet):  # type: ignore[no-untyped-def]
    """Put a sheet behind one pointer, with room to work in.

    Parameters
    ----------
    sheet
        The sheet; memory is shared.

    Returns
    -------
    Paper
        For compiled functions; to be asked one thing at a time.
    """
    number, _, longest = sheet.sequences.shape
    parts, widest = sheet.part_visits.shape
    modes = len(sheet.weights)
    most = 1
    for offer in range(len(sheet.offers)):
        most = max(most, sheet.offers[offer, END] - sheet.offers[offer, FIRST])
    return Paper(
        sheet.sequences, sheet.lengths, sheet.costs, sheet.inherited, sheet.week_inherited, sheet.rounds, sheet.order,
        sheet.groups, sheet.travel, sheet.settings, sheet.weights, sheet.modes_open,
        sheet.rows, sheet.limits, sheet.week_limits, sheet.slot_limits,
        sheet.part_visits, sheet.part_days, sheet.parts, sheet.offers, sheet.asked, sheet.seats, sheet.slots, sheet.own,
        np.empty((parts, number + (1 << modes)), np.int64),
        np.empty((parts, number + (1 << modes)), np.int64),
        np.empty((3, parts, len(sheet.asked)), np.int64),
        np.empty(parts, np.int64),
        np.empty((parts, len(sheet.asked), MOST, 3), np.int64),
        np.zeros((most + 1, 7, longest), np.int64),
        np.zeros((most + 1, 7), np.int64),
        np.zeros((most + 1, modes, 7), np.int64),
        np.zeros((most + 1, 5), np.int64),
        np.zeros((most, 2), np.int64),
        np.zeros(most, np.int64),
        np.zeros(number + most + 1, np.int64),
        np.zeros(longest + 1, np.int64),
        np.zeros((7, widest), np.int64),
        np.zeros((8 + widest, longest + 1), np.int64),
        np.zeros((7, max(sheet.inherited.shape[2], sheet.week_inherited.shape[1])), np.int64),
    )  # fmt: skip


@njit(cache=True)
def changed(q, rows, limits, week_limits, slot_limits):  # type: ignore[no-untyped-def]
    """Judge by other windows and limits.

    Parameters
    ----------
    q
        The paper; stays as it is, but its room to work in is used.
    rows, limits, week_limits, slot_limits
        Fields of the sheet.

    Returns
    -------
    Paper
        Nothing is known of it yet.
    """
    q.known[:] = 0
    q.opened[:] = 0
    return Paper(
        q.sequences, q.lengths, q.costs, q.inherited, q.week_inherited, q.rounds, q.order, q.groups,
        q.travel, q.settings, q.weights, q.modes_open,
        rows, limits, week_limits, slot_limits,
        q.part_visits, q.part_days, q.parts, q.offers, q.asked, q.seats, q.slots, q.own,
        q.added, q.added_modes, q.known, q.opened, q.places,
        q.copy_sequences, q.copy_lengths, q.copy_costs, q.copies, q.taken, q.may_open,
        q.tried, q.starts, q.chosen, q.work, q.nothing,
    )  # fmt: skip
