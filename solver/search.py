"""The search: a draft in flat tables, improved by compiled ruin and recreate, and read back with the rounds it met."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver import anneal
from solver.board import LONGEST
from solver.draft import Draft
from solver.kernel import IMPOSSIBLE, ROOM, RULES
from solver.levels import values
from solver.means import MODES
from solver.packing import Packing
from solver.pool import Column, rebuild
from solver.pricing import NO, WEEK_RULES, YES
from solver.tables import (
    COST,
    END_SEAT,
    FIRST_OFFER,
    FIRST_SEAT,
    LIVE,
    MADE,
    MODE,
    NEXT,
    NOBODY,
    OF_GROUP,
    PATTERN_OF,
    POOLED,
    PRIORITY,
    ROUND,
    ROUNDS,
    STAMPS,
    WAIT,
    Ints,
    Tables,
    world_of,
)

POOLED_MOST = 12_000
"""Rounds that a search keeps for the master, at most."""
START_TEMPERATURE_S = 10_000.0
END_TEMPERATURE_S = 30.0
KEPT_BELOW_S = 3_000.0
"""Rounds of steps that lose less than this, in paid seconds, are kept for the master."""
FEW_STEPS = 30_000
"""Searches up to this long keep rounds from the first step on."""
CHUNK = 1_000
"""Steps between two looks at whether somebody has cancelled."""

Watch = Callable[[int, dict[str, int]], bool]
"""Called with steps done and the best levels so far; False ends the search."""


class Search:
    """A draft's cases and rounds in flat tables.

    Parameters
    ----------
    draft
        Where to start from; keeps the rules, is left as it is.
    seed
        Numbers that seed every random choice.
    packing
        Of another draft of the same problem, cases and patches, to spare the work; made when left out.
    """

    def __init__(self, draft: Draft, seed: Sequence[int], packing: Packing | None = None) -> None:
        self.problem = draft.problem
        self.packing = packing or Packing(draft)
        self.cases = self.packing.cases
        self.tables = self._tables(draft, seed)
        self._load(draft)
        self._world = world_of(self.tables)
        anneal.prepare(self._world)
        anneal.save(self._world, np.int64(1))

    def construct(
        self, prefer: Mapping[int, int] | None = None, *, first_fit: bool = False, blink: float = 0.0
    ) -> None:
        """Place who waits, one after the other, by priority class and longest wait.

        Parameters
        ----------
        prefer
            Contract of a case that is tried before all others.
        first_fit
            Today's practice instead: oldest first, whatever the class, each with the first contract in call-off order
            that has any legal place.
        blink
            Share of offers overlooked at random, so that starts differ.
        """
        order, prefer = self._order(by_class=not first_fit), prefer or {}
        wanted = np.full(len(self.tables.case_offer), NOBODY, np.int64)
        for i, case in enumerate(self.cases):
            for offer in range(*self.tables.cases[i, :2].tolist()):
                if wanted[i] == NOBODY and self.packing.offer_contract[offer] == prefer.get(case):
                    wanted[i] = offer  # as commissioned, which comes first
        anneal.build(self._world, order, wanted, np.int64(first_fit), blink, NO)
        anneal.save(self._world, np.int64(1))

    def settle(self) -> int:
        """Insert and move cases until no single legal insertion at an earlier tier is left.

        Returns
        -------
        int
            Cases inserted or moved.
        """
        nobody = np.full(len(self.tables.case_offer), NOBODY, np.int64)
        steps = int(anneal.build(self._world, self._order(by_class=True), nobody, YES, 0.0, YES))
        anneal.save(self._world, np.int64(1))
        return steps

    def improve(self, steps: int, *, start_s: float = START_TEMPERATURE_S, watch: Watch | None = None) -> int:
        """Ruin and recreate; the best state met is what is read back.

        Parameters
        ----------
        steps
            How many: a budget that replays.
        start_s
            Paid seconds that a step may lose, about, at the start.
        watch
            Looked at every thousand steps.

        Returns
        -------
        int
            Steps taken.
        """
        if not self.cases or steps <= 0:
            return 0
        cooling = (END_TEMPERATURE_S / start_s) ** (1 / steps)
        temperature, done = start_s, 0
        while done < steps:
            chunk = min(CHUNK, steps - done)
            # What is met while it is hot would fill the pool, and is seldom in a good choice.
            keep_below = KEPT_BELOW_S if 2 * done >= steps or steps <= FEW_STEPS else -np.inf
            temperature = anneal.anneal(self._world, temperature, cooling, chunk, keep_below)
            done += chunk
            if watch is not None and not watch(done, self.levels()):
                break
        return done

    def levels(self) -> dict[str, int]:
        """State the value of every level of the best state met.

        Returns
        -------
        dict
            Level to value.
        """
        return dict(zip(self.packing.levels, self.tables.best_values.tolist(), strict=True))

    def best(self) -> tuple[list[Column], dict[int, int]]:
        """Read the best state met.

        Returns
        -------
        columns : list of Column
            Its rounds; emptied ones are left out.
        contracts : dict
            Case to contract.
        """
        t = self.tables
        rounds = t.best_rounds[: t.counters[ROUNDS]]
        here = np.flatnonzero((rounds[:, MADE] > 0) | (rounds[:, LIVE] >= 0))
        table = rounds[here][:, [OF_GROUP, MODE, LIVE, COST]]
        found = self._columns(table, t.best_sequences[here], t.best_lengths[here])
        contracts = {
            case: self.packing.offer_contract[int(t.best_case_offer[i])]
            for i, case in enumerate(self.cases)
            if t.best_case_offer[i] != NOBODY
        }
        return found, contracts

    def draft(self) -> Draft:
        """Make a draft of the best state met.

        Returns
        -------
        Draft
            Of the same cases and patches.
        """
        blank = self.packing.draft.blank()
        rebuild(blank, *self.best())
        return blank

    def pool(self) -> list[Column]:
        """Read the rounds of accepted steps.

        Returns
        -------
        list of Column
            Each once, in the order in which they were met.
        """
        t = self.tables
        number = t.counters[POOLED]
        return self._columns(t.pool_table[:number], t.pool_sequences[:number], t.pool_lengths[:number])

    def _order(self, *, by_class: bool) -> Ints:
        table = self.tables.cases[: len(self.cases)]
        keys = (-table[:, WAIT], table[:, PRIORITY]) if by_class else (np.arange(len(table)), -table[:, WAIT])
        return np.lexsort(keys).astype(np.int64)

    def _columns(self, table: Ints, sequences: NDArray[Any], lengths: NDArray[Any]) -> list[Column]:
        """Read rounds, of each its group, mode, live round and cost."""
        packing, fixed = self.packing, self.packing.fixed
        rows = sequences[np.arange(sequences.shape[2]) < lengths[:, :, None]]
        patterns = np.repeat(fixed["groups"][table[:, 0], PATTERN_OF], lengths.sum(axis=1))
        visits = np.array(packing.visits, np.int64)[rows].tolist()
        held = np.array([*packing.parts, NOBODY], np.int64)[fixed["row_part"][patterns, rows]].tolist()
        found, end = [], 0
        for (group, mode, live, cost_s), sizes in zip(table.tolist(), lengths.tolist(), strict=True):
            ends = [end, *(end := end + size for size in sizes)]
            provider, patch, shift, crew = packing.groups[group]
            days = tuple(tuple(visits[a:b]) for a, b in pairwise(ends))
            parts = tuple(sorted(set(held[ends[0] : end]) - {NOBODY}))
            extra_s = sum(self.problem.parts[part].extra_s for part in parts)
            found.append(Column(patch, provider, shift, crew, mode, live, days, parts, cost_s + extra_s))
        return found

    def _tables(self, draft: Draft, seed: Sequence[int]) -> Tables:
        packing = self.packing
        boards = draft.boards.values()
        number = sum(len(board.standing()) for board in boards) + len(packing.parts) + 64
        busiest = max((int(board.lengths[: len(board.rounds)].max(initial=0)) for board in boards), default=0)
        longest = max(LONGEST, busiest + LONGEST // 2)
        fixed = packing.fixed
        parts, cases = len(fixed["parts"]), len(fixed["cases"])
        seats = int((fixed["offers"][:, END_SEAT] - fixed["offers"][:, FIRST_SEAT]).max())
        offers = int((fixed["cases"][:, FIRST_OFFER + 1] - fixed["cases"][:, FIRST_OFFER]).max())
        prices = 1 << min(20, max(10, (parts * number).bit_length()))
        slots, levels = len(fixed["slots"]), len(packing.levels)
        problem = self.problem

        def ints(*shape: int, fill: int = 0) -> Ints:
            return np.full(shape, fill, np.int64) if fill else np.zeros(shape, np.int64)

        def unpriced() -> Ints:
            fresh = ints(parts, 1 << len(MODES), 2)
            fresh[:, :, 0] = IMPOSSIBLE
            return fresh

        def rounds_of() -> Ints:
            table = ints(number, ROUND)
            table[:, LIVE] = NOBODY
            return table

        return Tables(
            **fixed,
            sequences=ints(number, 7, longest),
            lengths=ints(number, 7),
            costs=ints(number, len(MODES), 7),
            rounds=rounds_of(),
            inherited=ints(number, 7, max(1, RULES)),
            week_inherited=ints(number, max(1, WEEK_RULES)),
            heads=ints(max(1, len(packing.groups)), fill=NOBODY),
            case_offer=ints(cases, fill=NOBODY),
            part_round=ints(parts, fill=NOBODY),
            loads=ints(max(1, len(problem.contracts))),
            growth=ints(max(1, len(problem.providers))),
            intake=ints(max(1, len(problem.embargoes))),
            slot_min=ints(slots),
            slot_new=ints(slots, 2),
            values=ints(levels),
            counters=ints(9),
            best_sequences=ints(number, 7, longest),
            best_lengths=ints(number, 7),
            best_rounds=rounds_of(),
            best_case_offer=ints(cases, fill=NOBODY),
            best_values=ints(levels),
            was_ids=ints(number),
            was_sequences=ints(number, 7, longest),
            was_lengths=ints(number, 7),
            was_costs=ints(number, len(MODES), 7),
            was_rounds=ints(number, ROUND),
            was_cases=ints(cases + 1, 2 + seats),
            was_loads=ints(max(1, len(problem.contracts))),
            was_growth=ints(max(1, len(problem.providers))),
            was_intake=ints(max(1, len(problem.embargoes))),
            was_slot_min=ints(slots),
            was_slot_new=ints(slots, 2),
            was_values=ints(levels),
            fresh=unpriced(),
            prices=ints(prices, 2),
            pool_hashes=np.zeros(1 << (2 * POOLED_MOST - 1).bit_length(), np.uint64),
            pool_sequences=np.zeros((POOLED_MOST, 7, longest), np.int32),
            pool_lengths=np.zeros((POOLED_MOST, 7), np.int32),
            pool_table=ints(POOLED_MOST, 4),
            looked_at=ints(number),
            chosen=ints(7, fixed["part_visits"].shape[1]),
            work=ints(7, ROOM + fixed["part_visits"].shape[1], longest + 1),
            starts=ints(5, max(8, longest + 1)),
            spare_sequences=ints(7, longest),
            spare_lengths=ints(7),
            spare_costs=ints(len(MODES), 7),
            spare_round=ints(ROUND),
            scores=np.zeros(offers + 1, np.float64),
            items=ints(parts + 4 * cases + 16),
            keys=np.zeros(parts + 4 * cases + 16, np.float64),
            random=np.random.SeedSequence(list(seed)).generate_state(1, np.uint64).astype(np.uint64),
        )

    def _load(self, draft: Draft) -> None:
        """Write a draft's rounds, placements and ledger into the tables."""
        t, packing, ledger = self.tables, self.packing, draft.ledger
        tails: dict[int, int] = {}
        number = 0
        for patch, board in draft.boards.items():
            standing = board.standing()
            here = slice(number, number + len(standing))
            t.lengths[here] = board.lengths[standing]
            longest = min(t.sequences.shape[2], board.sequences.shape[2])
            rows = board.sequences[standing, :, :longest] + packing.first_row[patch]
            t.sequences[here, :, :longest] = np.where(np.arange(longest) < t.lengths[here, :, None], rows, 0)
            t.inherited[here] = board.inherited[standing]
            for r, i in enumerate(standing, number):
                one = board.rounds[i]
                group = packing.group_at[one.provider, patch, one.shift, one.crew]
                t.rounds[r, [OF_GROUP, MODE, LIVE, MADE, NEXT]] = (group, one.mode, one.live, one.made, NOBODY)
                t.week_inherited[r, : len(board.week_inherited[i])] = board.week_inherited[i]
                if group in tails:
                    t.rounds[tails[group], NEXT] = r
                else:
                    t.heads[group] = r
                tails[group] = r
                for part in one.parts:
                    t.part_round[packing.part_at[part]] = r
            number += len(standing)
        for case, placed in draft.placed.items():
            i = packing.case_at[case]
            t.case_offer[i] = packing.offer_of(i, placed)
        for table, numbers in (
            (t.loads, ledger.load_min),
            (t.growth, ledger.growth_min),
            (t.intake, ledger.intake_min),
        ):
            table[: len(numbers)] = numbers
        for i, slot in enumerate(packing.slots):
            t.slot_min[i] = ledger.added_min[slot]
            t.slot_new[i] = [ledger.new_rounds[slot, crew] for crew in (1, 2)]
        contracts = {case: placed.contract for case, placed in draft.placed.items()}
        reached = values(self.problem, contracts, ledger.load_min, 0)
        t.values[:] = [reached[level] for level in packing.levels]
        t.counters[STAMPS] = t.counters[ROUNDS] = number
