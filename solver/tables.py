"""The flat tables that the compiled search works on: what stays fixed, and what changes.

Ids are local to the tables: visits are *rows*, cases are positions in ``Draft.cases``, offers stand case by case.
A *group* is the rounds of one provider, patch, shift and crew size; its rounds are linked in a list, and emptied ones
stay in it to be used again. Columns of the integer tables are named by the constants below.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba.experimental import structref
from numpy.typing import NDArray

from solver import compiled
from solver.facts import DayLimits, WeekLimits
from solver.kept import kept
from solver.pointer import PointerType, define_pointer

Ints = NDArray[np.int64]

# Columns of parts
SIZE, MINUTES, OF_CASE = range(3)
# Columns of cases
FIRST_OFFER, END_OFFER, COUNTED, GROWTH, PRIORITY, WAIT, CARER_MIN = range(7)
# Columns of offers
CASE, CONTRACT, PROVIDER, TIER, FIRST_SEAT, END_SEAT, FIRST_EMBARGO, END_EMBARGO, PATTERN = range(9)
# Columns of seats
PART, GROUP = range(2)
# Columns of groups
SLOT, SHIFT, CREW, MODES_OPEN, PATTERN_OF, PRICED_AS = range(6)
# Columns of contracts
CAP, GUARANTEED = range(2)
# Columns of prices
KEY, VALUE = range(2)
# Columns of rounds
OF_GROUP, MODE, LIVE, STAMP, COST, MADE, NEXT, DIRTY, TOUCHED, RUINED, HELD = range(11)
ROUND = 11
# Places in counters
STAMPS, ROUNDS, STEP, TOUCHED_ROUNDS, TOUCHED_CASES, POOLED, ACCEPTED, IMPROVED, DEAREST = range(9)
NOBODY = -1


compiled.cache_folder()


class Tables(NamedTuple):
    """Every table of a search; :func:`world_of` makes one argument of them for compiled functions."""

    # What a search does not change.
    rows: Ints
    """Visits, shape (rows, 6): see :mod:`solver.kernel`."""
    row_part: Ints
    """Part of a row under each shift pattern, shape (patterns, rows); -1 for visits of live people."""
    travel: NDArray[np.uint16]
    """Seconds, shape (tables, homes, homes)."""
    settings: Ints
    """Fields of DaySetting, shape (shifts, modes, 3, 8)."""
    weights: Ints
    """Start-up in paid seconds and travel in per cent, shape (patches, modes, 2)."""
    part_visits: Ints
    """Rows of every part, shape (parts, widest)."""
    part_days: Ints
    """Day mask of each of them."""
    parts: Ints
    cases: Ints
    offers: Ints
    seats: Ints
    embargoes: Ints
    """Embargoes over the offers, as offers point at them."""
    embargo_limits: Ints
    gains: Ints
    """What an offer adds to each level but 4 and 5, shape (offers, levels)."""
    level_weights: NDArray[np.float64]
    """Paid seconds for a unit of each level, negative where more is better."""
    senses: Ints
    """1 where less is better, -1 where more is."""
    groups: Ints
    contracts: Ints
    growth_limits: Ints
    slots: Ints
    """Minutes, carers and pairs of each stated slot, shape (slots, 3)."""
    near: Ints
    """Nearest cases of each case, itself first, shape (cases, near); -1 fills up."""
    limits: DayLimits
    week_limits: WeekLimits
    level_4: int
    level_5: int
    # What it changes.
    sequences: Ints
    """Rows of every round's days, shape (rounds, 7, longest)."""
    lengths: Ints
    costs: Ints
    """Paid seconds of every day, shape (rounds, modes, 7)."""
    rounds: Ints
    inherited: Ints
    """Excess of each day rule that a live round may keep, shape (rounds, 7, rules)."""
    week_inherited: Ints
    heads: Ints
    """First round of every group, -1 for none."""
    case_offer: Ints
    part_round: Ints
    loads: Ints
    growth: Ints
    intake: Ints
    slot_min: Ints
    slot_new: Ints
    """New rounds of each slot, by crew size less one, shape (slots, 2)."""
    values: Ints
    """Of every level."""
    counters: Ints
    # The best state met.
    best_sequences: Ints
    best_lengths: Ints
    best_rounds: Ints
    best_case_offer: Ints
    best_values: Ints
    # What a step has changed, to be taken back.
    was_ids: Ints
    """Rounds, in the order in which they were first touched."""
    was_sequences: Ints
    was_lengths: Ints
    was_costs: Ints
    was_rounds: Ints
    was_cases: Ints
    """Touched cases, their offers before, and where their parts were."""
    was_loads: Ints
    was_growth: Ints
    was_intake: Ints
    was_slot_min: Ints
    was_slot_new: Ints
    was_values: Ints
    fresh: Ints
    """Cost and means of travel of each part in a new round, by the mask of means open to it; shape (parts, masks, 2)."""
    # What joining a part to a round adds, kept by part and stamp of the round's contents.
    prices: Ints
    """Shape (a power of two, 2)."""
    # Rounds of accepted steps, each once.
    pool_hashes: NDArray[np.uint64]
    """Open addressing; 0 is free."""
    pool_sequences: NDArray[np.int32]
    pool_lengths: NDArray[np.int32]
    pool_table: Ints
    """Group, mode, live round and cost of each, shape (rounds, 4)."""
    # Room to work in.
    looked_at: Ints
    """Rounds."""
    chosen: Ints
    work: Ints
    starts: Ints
    spare_sequences: Ints
    spare_lengths: Ints
    spare_costs: Ints
    spare_round: Ints
    scores: NDArray[np.float64]
    items: Ints
    keys: NDArray[np.float64]
    random: NDArray[np.uint64]


class WorldType(PointerType):
    """Numba's type of a :class:`World`."""


class World(structref.StructRefProxy):
    """The tables behind one pointer."""


define_pointer(World, WorldType, Tables._fields)


@kept(**compiled.ENTRY)
def world_of(tables):  # type: ignore[no-untyped-def]
    """Put the tables behind one pointer.

    Parameters
    ----------
    tables
        The tables; memory is shared.

    Returns
    -------
    World
        For compiled functions.
    """
    return World(*tables)
