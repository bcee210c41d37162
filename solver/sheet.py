"""A case, who is asked, and the rounds of its patch, as arrays: what :mod:`solver.placing` prices and places on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba.experimental import structref
from numpy.typing import NDArray

from solver import compiled
from solver.facts import DayLimits, WeekLimits
from solver.kept import kept
from solver.kernel import ROOM
from solver.pointer import PointerType, define_pointer

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


class Room(NamedTuple):
    """Copies of the rounds that a placement joins, and room to work in: whoever asks has their own."""

    added: Ints
    """Paid seconds that each part adds to each round, and to a new one by the mask of the modes open to it."""
    added_modes: Ints
    known: Ints
    """What has been found out, shape (kinds, parts, contracts)."""
    opened: Ints
    """Modes of new rounds in which each part is priced, a bit for each mask."""
    places: Ints
    """The cheapest legal rounds of each part with each contract, shape (parts, contracts, MOST, 3)."""
    copy_sequences: Ints
    copy_lengths: Ints
    copy_costs: Ints
    copies: Ints
    taken: Ints
    """For each seat: which copy, and whether it was opened for it."""
    may_open: Ints
    """Whether each seat's slot lets another round be opened."""
    skips: Ints
    """How many places each seat passes over."""
    kept_skips: Ints
    """Those of a contract's cheapest placements, shape (MOST, seats)."""
    kept_places: Ints
    """Rounds that they join."""
    tried: Ints
    starts: Ints
    chosen: Ints
    work: Ints
    nothing: Ints
    """An empty round's inherited excesses, shape (7, rules)."""


def room_for(sheet: Sheet, most: int) -> Room:
    """Make room to work in.

    Parameters
    ----------
    sheet
        The sheet.
    most
        Seats of an offer, at most; at least 1.

    Returns
    -------
    Room
        Large enough for it.
    """
    number, _, longest = sheet.sequences.shape
    parts, widest = sheet.part_visits.shape
    modes, contracts = len(sheet.weights), len(sheet.asked)
    rules = max(sheet.inherited.shape[2], sheet.week_inherited.shape[1])
    shapes = Room(
        added=(parts, number + (1 << modes)),
        added_modes=(parts, number + (1 << modes)),
        known=(3, parts, contracts),
        opened=(parts,),
        places=(parts, contracts, MOST, 3),
        copy_sequences=(most + 1, 7, longest),
        copy_lengths=(most + 1, 7),
        copy_costs=(most + 1, modes, 7),
        copies=(most + 1, 5),
        taken=(most, 2),
        may_open=(most,),
        skips=(most,),
        kept_skips=(MOST, most),
        kept_places=(2 * MOST + 2, most),
        tried=(number + most + 1,),
        starts=(2, longest + 1),
        chosen=(7, widest),
        work=(7, ROOM + widest, longest + 1),
        nothing=(7, rules),
    )
    return Room(*(np.zeros(shape, np.int64) for shape in shapes))


class PaperType(PointerType):
    """Numba's type of a :class:`Paper`."""


class Paper(structref.StructRefProxy):
    """A sheet behind one pointer."""


define_pointer(Paper, PaperType, [*Sheet._fields, *Room._fields])


@kept(**compiled.ENTRY)
def paper_of(fields):  # type: ignore[no-untyped-def]
    """Put a sheet and room to work in behind one pointer.

    Parameters
    ----------
    fields
        Those of a :class:`Sheet`, then those of a :class:`Room`; memory is shared.

    Returns
    -------
    Paper
        For compiled functions; to be asked one thing at a time.
    """
    return Paper(*fields)
