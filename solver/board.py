"""The rounds of one patch as arrays, and what can be joined to them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver import kernel
from solver.cost import day_cost_s
from solver.facts import DayFacts, DaySetting
from solver.means import MODES
from solver.patch_tables import PatchTables
from solver.problem import NOWHERE, Problem
from solver.rule import Scope
from solver.rules import rules_of
from solver.timetable import week_facts

LONGEST = 32
"""Visits that a round can hold in a day; more where a live round holds about as many already."""
WEEK_RULES = rules_of(Scope.WEEK)
UNKNOWN = int(kernel.IMPOSSIBLE) + 1
"""Stands for a price that has not been worked out."""


@dataclass(slots=True, kw_only=True)
class BoardRound:
    """What a round is, besides its sequences."""

    provider: int
    shift: int
    crew: int
    mode: int
    """Position in :data:`solver.means.MODES`."""
    live: int = -1
    """Id of the live round that it is, else -1."""
    parts: list[int] = field(default_factory=list)
    """Waiting parts that it holds."""
    made: int = 0
    """Visits that it makes in the week."""

    def copy(self) -> BoardRound:
        """Copy the round, its list of parts too."""
        return BoardRound(
            provider=self.provider,
            shift=self.shift,
            crew=self.crew,
            mode=self.mode,
            live=self.live,
            parts=list(self.parts),
            made=self.made,
        )


Saved = tuple[BoardRound, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""A round, its sequences, lengths and costs."""


class AsRounds(NamedTuple):
    """The rounds of a board as arrays."""

    sequences: NDArray[np.int64]
    """Rows of every round's days, shape (rounds, 7, longest)."""
    lengths: NDArray[np.int64]
    costs: NDArray[np.int64]
    """Paid seconds of every day, shape (rounds, modes, 7)."""
    inherited: NDArray[np.int64]
    """Excess of each day rule that a live round may keep, shape (rounds, 7, rules)."""
    week_inherited: NDArray[np.int64]
    rounds: NDArray[np.int64]
    """Provider, shift, crew, mode, live round, visits made and paid seconds, shape (rounds, 7)."""
    order: NDArray[np.int64]
    """Rounds of providers but those that have lost every visit, by provider, shift and crew size."""
    groups: NDArray[np.int64]
    """First and end in that order of each provider's rounds of a shift and crew size, shape (providers, shifts, 3, 2)."""


class Board:
    """The rounds of one patch.

    Parameters
    ----------
    problem
        The council's week.
    patch
        Id of the patch.
    parts
        Parts that may be joined here.
    rounds
        Live rounds that run here.
    """

    def __init__(self, problem: Problem, patch: int, parts: Sequence[int], rounds: Sequence[int]) -> None:
        self.problem, self.patch = problem, patch
        self.tables = PatchTables(problem, patch, parts, rounds)
        self.rounds: list[BoardRound] = []
        busiest = max((len(day) for r in rounds for day in problem.rounds[r].days), default=0)
        longest = max(LONGEST, busiest + LONGEST // 2)
        self.sequences = np.zeros((8, 7, longest), np.int64)
        self.lengths = np.zeros((8, 7), np.int64)
        self.costs = np.zeros((8, len(MODES), 7), np.int64)
        self.week: list[list[int]] = []
        self.week_inherited: list[list[int]] = []
        self.inherited = np.zeros((8, 7, max(1, kernel.RULES)), np.int64)
        self.known = np.full((max(1, len(parts)), 8), UNKNOWN, np.int64)
        """What joining each part to each round adds, as far as it has been priced since the round changed."""
        self.known_mode = np.zeros(self.known.shape, np.int64)
        self.journal: dict[int, Saved] | None = None
        """Rounds as they were before they changed, while somebody wants to know."""
        self._starts = np.zeros((2, longest + 1), np.int64)
        self._as_rounds: AsRounds | None = None
        self._refs: dict[int, tuple[str, ...]] = {}
        for live in rounds:
            self._add_live(live)

    def as_rounds(self) -> AsRounds:
        """Show the rounds as arrays.

        Returns
        -------
        AsRounds
            Only to be read, and only until a round changes.
        """
        if self._as_rounds is None:
            number = len(self.rounds)
            table = [
                (one.provider, one.shift, one.crew, one.mode, one.live, one.made, self.week_cost(r))
                for r, one in enumerate(self.rounds)
            ]
            rounds = np.array(table, np.int64).reshape(number, 7)
            self._as_rounds = AsRounds(
                self.sequences[:number],
                self.lengths[:number],
                self.costs[:number],
                self.inherited[:number],
                np.array(self.week_inherited, np.int64).reshape(number, len(WEEK_RULES)),
                rounds,
                *self._grouped(rounds),
            )
        return self._as_rounds

    def _grouped(self, rounds: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        provider, shift, crew, _, live, made, _ = rounds.T
        shape = (len(self.problem.providers), len(self.problem.shifts), 3)
        here = np.flatnonzero((provider != NOWHERE) & ((live >= 0) | (made > 0)))
        keys = (provider[here] * shape[1] + shift[here]) * shape[2] + crew[here]
        order = np.argsort(keys, kind="stable")
        bounds = np.searchsorted(keys[order], np.arange(np.prod(shape) + 1))
        return here[order], np.stack([bounds[:-1], bounds[1:]], axis=1).reshape(*shape, 2)

    def packages_of(self, r: int) -> tuple[str, ...]:
        """List the packages that a round serves; remembered until a round changes.

        Parameters
        ----------
        r
            Position of the round on the board.

        Returns
        -------
        tuple of str
            Refs, in the order of the packages' ids.
        """
        if r not in self._refs:
            packages = {self.problem.visits[visit].package for visit in self.visits_of(r)}
            self._refs[r] = tuple(self.problem.packages[package].ref for package in sorted(packages))
        return self._refs[r]

    def visits_of(self, r: int) -> set[int]:
        """List the visits that a round makes, each once.

        Parameters
        ----------
        r
            Position of the round on the board.

        Returns
        -------
        set of int
            Visit ids.
        """
        return {self.tables.visits[row] for day in range(7) for row in self.day(r, day)}

    def seen_by(self, problem: Problem) -> Board:
        """Show the rounds to a problem that has grown by packages since.

        Parameters
        ----------
        problem
            With the same ids for all that was there.

        Returns
        -------
        Board
            Shares every array: only to be read.
        """
        self.as_rounds()
        twin = copy(self)
        twin.problem = problem
        return twin

    def copied(self) -> Board:
        """Copy the rounds, to change them.

        Returns
        -------
        Board
            Shares only what never changes.
        """
        twin = copy(self)
        twin.rounds = [one.copy() for one in self.rounds]
        twin.week = [list(one) for one in self.week]
        twin.week_inherited = [list(one) for one in self.week_inherited]
        for name in ("sequences", "lengths", "costs", "inherited", "known", "known_mode", "_starts"):
            setattr(twin, name, getattr(self, name).copy())
        twin._changed()
        return twin

    def open(self, provider: int, shift: int, crew: int) -> int:
        """Add an empty round.

        Parameters
        ----------
        provider, shift
            Ids.
        crew
            1 or 2.

        Returns
        -------
        int
            Position of the round on the board.
        """
        return self._add(BoardRound(provider=provider, shift=shift, crew=crew, mode=0))

    def close_last(self) -> None:
        """Drop the round that was opened last."""
        self._changed()
        self.rounds.pop()
        self.week.pop()
        self.week_inherited.pop()

    def week_cost(self, r: int) -> int:
        """Price a round's week as it stands, in paid seconds.

        Parameters
        ----------
        r
            Position of the round on the board.

        Returns
        -------
        int
            Paid seconds.
        """
        return self.week[r][self.rounds[r].mode]

    def price(self, r: int, parts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Price a round's week with each of several parts joined, each by itself.

        Parameters
        ----------
        r
            Position of the round.
        parts
            Positions of parts on this board.

        Returns
        -------
        added : ndarray of int64, shape (parts,)
            Paid seconds that the part adds; :data:`solver.kernel.IMPOSSIBLE` where no rule allows it.
        modes : ndarray of int64, shape (parts,)
            Means of travel in which that is so.
        """
        missing = parts[self.known[parts, r] == UNKNOWN]
        if len(missing):
            self.known[missing, r], self.known_mode[missing, r] = self._price(r, missing)
        return self.known[parts, r], self.known_mode[parts, r]

    def _price(self, r: int, parts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        one = self.rounds[r]
        best = np.full(len(parts), kernel.IMPOSSIBLE, np.int64)
        modes = np.full(len(parts), one.mode, np.int64)
        out = np.empty(len(parts), np.int64)
        for mode in self._modes(one):
            setting = self._setting(one, mode)
            kernel.join_many(
                self.sequences[r],
                self.lengths[r],
                self.costs[r, mode],
                self.inherited[r],
                self.tables.part_visits,
                self.tables.part_days,
                self.tables.part_sizes,
                parts,
                self.tables.rows,
                self.tables.travel,
                setting,
                self.tables.limits,
                self.tables.weights[mode],
                out,
            )
            better = out < best
            best[better] = out[better]
            modes[better] = mode
        possible = best < kernel.IMPOSSIBLE
        best[possible] -= self.week_cost(r)
        return best, modes

    def join(self, r: int, part: int) -> int | None:
        """Join a part to a round at its cheapest legal place.

        Parameters
        ----------
        r
            Position of the round.
        part
            Position of the part on this board.

        Returns
        -------
        int or None
            Paid seconds added; None, with nothing changed, when no rule allows it.
        """
        one, before = self.rounds[r], self.save(r)
        added, modes = self.price(r, np.array([part], np.int64))
        if added[0] >= kernel.IMPOSSIBLE:
            return None
        mode = int(modes[0])
        k = int(self.tables.part_sizes[part])
        visits, days = self.tables.part_visits[part, :k], self.tables.part_days[part, :k]
        chosen = np.zeros((7, max(k, self.tables.part_visits.shape[1])), np.int64)
        kernel.join_week(
            self.sequences[r],
            self.lengths[r],
            self.costs[r, mode],
            self.inherited[r],
            visits,
            days,
            self.tables.rows,
            self.tables.travel,
            self._setting(one, mode),
            self.tables.limits,
            self.tables.weights[mode],
            kernel.IMPOSSIBLE,
            chosen,
            np.zeros((7, kernel.ROOM + chosen.shape[1], self.sequences.shape[2] + 1), np.int64),
        )
        self._note(r)
        for day in range(7):
            today = [int(v) for v, mask in zip(visits, days, strict=True) if int(mask) >> day & 1]
            sequence = self.day(r, day)
            for j in range(len(today) - 1, -1, -1):
                sequence.insert(int(chosen[day, j]), today[j])
            self._write(r, day, sequence)
        one.mode = mode
        one.parts.append(self.tables.parts[part])
        self.refresh(r)
        if not self.keeps_week(r):
            self.restore(r, before)
            return None
        return int(added[0])

    def leave(self, r: int, parts: Sequence[int]) -> bool:
        """Take parts out of a round.

        Parameters
        ----------
        r
            Position of the round.
        parts
            Part ids.

        Returns
        -------
        bool
            Whether what remains keeps every rule in some allowed means of travel.
        """
        one = self.rounds[r]
        self._note(r)
        gone = {self.tables.row_of[visit] for part in parts for visit in self.problem.parts[part].visits}
        for day in range(7):
            self._write(r, day, [row for row in self.day(r, day) if row not in gone])
        one.parts = [part for part in one.parts if part not in parts]
        self.refresh(r)
        for mode in (one.mode, *self._modes(one)):
            if self.costs[r, mode].max() < kernel.IMPOSSIBLE and self.keeps_week(r, mode):
                if mode != one.mode:
                    one.mode = mode
                    self._changed()
                return True
        return False

    def is_empty(self, r: int) -> bool:
        """Say whether a round that is not live has lost every visit.

        Parameters
        ----------
        r
            Position of the round on the board.

        Returns
        -------
        bool
            True for an opened round without visits.
        """
        return self.rounds[r].live < 0 and not self.rounds[r].made

    def standing(self) -> list[int]:
        """List the rounds but those that are not live and have lost every visit.

        Returns
        -------
        list of int
            Positions on the board.
        """
        return [r for r in range(len(self.rounds)) if not self.is_empty(r)]

    def day(self, r: int, day: int) -> list[int]:
        """Read a day's rows in order.

        Parameters
        ----------
        r
            Position of the round on the board.
        day
            0 is Monday.

        Returns
        -------
        list of int
            In order.
        """
        rows: list[int] = self.sequences[r, day, : self.lengths[r, day]].tolist()
        return rows

    def days(self, r: int) -> tuple[tuple[int, ...], ...]:
        """Read a round's week as visit ids, seven days.

        Parameters
        ----------
        r
            Position of the round on the board.

        Returns
        -------
        tuple of tuple of int
            In order.
        """
        return tuple(tuple(self.tables.visits[row] for row in self.day(r, day)) for day in range(7))

    def refresh(self, r: int) -> None:
        """Price a round's days anew in every means of travel.

        Parameters
        ----------
        r
            Position of the round on the board.
        """
        one = self.rounds[r]
        self._changed()
        self.known[:, r] = UNKNOWN
        one.made = int(self.lengths[r].sum())
        self.costs[r] = kernel.IMPOSSIBLE
        for mode in self._modes(one):
            setting = self._setting(one, mode)
            for day in range(7):
                self.costs[r, mode, day] = kernel.judge_day(
                    self.sequences[r, day],
                    self.lengths[r, day],
                    self.tables.rows,
                    self.tables.travel,
                    setting,
                    self.tables.limits,
                    self.tables.weights[mode],
                    self.inherited[r, day],
                    self._starts,
                )
        self.week[r] = self._week_costs(r)

    def save(self, r: int) -> Saved:
        """Copy a round, to be put back by :meth:`restore`.

        Parameters
        ----------
        r
            Position of the round on the board.

        Returns
        -------
        tuple
            To be put back.
        """
        return self.rounds[r].copy(), self.sequences[r].copy(), self.lengths[r].copy(), self.costs[r].copy()

    def restore(self, r: int, saved: Saved) -> None:
        """Put a saved round back.

        Parameters
        ----------
        r
            Position of the round on the board.
        saved
            As :meth:`save` returned it.
        """
        self._changed()
        self.known[:, r] = UNKNOWN
        self.rounds[r] = saved[0].copy()
        self.sequences[r], self.lengths[r], self.costs[r] = saved[1], saved[2], saved[3]
        self.week[r] = self._week_costs(r)

    def put(
        self,
        provider: int,
        shift: int,
        crew: int,
        mode: int,
        live: int,
        days: Sequence[Sequence[int]],
        parts: Sequence[int],
    ) -> int:
        """Place a whole round, of visit ids, or give a live one new days.

        Parameters
        ----------
        provider, shift, crew, mode
            Of the round.
        live
            Id of the live round that it extends, else -1.
        days
            Visit ids in order, seven days.
        parts
            Waiting parts that it holds.

        Returns
        -------
        int
            Position of the round.
        """
        if live >= 0:
            r = next(i for i, one in enumerate(self.rounds) if one.live == live)
        else:
            r = self.open(provider, shift, crew)
        self.rounds[r].mode = mode
        self.rounds[r].parts = list(parts)
        for day in range(7):
            self._write(r, day, [self.tables.row_of[visit] for visit in days[day]])
        self.refresh(r)
        return r

    def keeps_week(self, r: int, mode: int | None = None) -> bool:
        """Say whether a round's week keeps the rules of weeks, or breaks them no more than the live round does.

        Parameters
        ----------
        r
            Position of the round on the board.
        mode
            Means of travel; its own when left out.

        Returns
        -------
        bool
            In that means of travel.
        """
        excesses = self._week_excesses(r, self.rounds[r].mode if mode is None else mode)
        return all(excess <= kept for excess, kept in zip(excesses, self.week_inherited[r], strict=True))

    def _week_costs(self, r: int) -> list[int]:
        """Price a round's week in every means of travel; in its own even where somebody's leaving broke a rule."""
        one = self.rounds[r]
        costs = [int(cost) for cost in self.costs[r].sum(axis=1)]
        if costs[one.mode] >= kernel.IMPOSSIBLE:
            costs[one.mode] = sum(
                day_cost_s(day, one.crew, *self.tables.weights[one.mode]) for day in self._day_facts(r, one.mode)
            )
        return costs

    def _day_facts(self, r: int, mode: int) -> list[DayFacts]:
        setting = self._setting(self.rounds[r], mode)
        return [
            kernel.day_facts(
                self.sequences[r, d], self.lengths[r, d], self.tables.rows, self.tables.travel, setting, self._starts
            )
            for d in range(7)
        ]

    def _week_excesses(self, r: int, mode: int) -> list[int]:
        """Judge a round's week: facts without algebra, worked out for the winner only."""
        facts = week_facts(self._day_facts(r, mode))
        return [rule.excess(facts, self.tables.week_limits) for rule in WEEK_RULES]

    def _setting(self, one: BoardRound, mode: int) -> DaySetting:
        return self.tables.setting(one.shift, mode, one.crew)

    def _changed(self) -> None:
        """Forget what is remembered of the rounds as they stood."""
        self._as_rounds, self._refs = None, {}

    def _note(self, r: int) -> None:
        if self.journal is not None and r not in self.journal:
            self.journal[r] = self.save(r)

    def _modes(self, one: BoardRound) -> tuple[int, ...]:
        if one.live >= 0:
            return (one.mode,)
        return self.tables.modes_open(one.provider)

    def _write(self, r: int, day: int, sequence: Sequence[int]) -> None:
        self.lengths[r, day] = len(sequence)
        self.sequences[r, day, : len(sequence)] = sequence

    def _add(self, one: BoardRound) -> int:
        r = len(self.rounds)
        self._changed()
        if r == len(self.sequences):
            self.sequences = np.concatenate([self.sequences, np.zeros_like(self.sequences)])
            self.lengths = np.concatenate([self.lengths, np.zeros_like(self.lengths)])
            self.costs = np.concatenate([self.costs, np.zeros_like(self.costs)])
            self.inherited = np.concatenate([self.inherited, np.zeros_like(self.inherited)])
            self.known = np.concatenate([self.known, np.full_like(self.known, UNKNOWN)], axis=1)
            self.known_mode = np.concatenate([self.known_mode, np.zeros_like(self.known_mode)], axis=1)
        self.rounds.append(one)
        self.week.append([0] * len(MODES))
        self.week_inherited.append([0] * len(WEEK_RULES))
        self.known[:, r] = UNKNOWN
        self.lengths[r] = 0
        self.costs[r] = 0
        self.inherited[r] = 0
        return r

    def _add_live(self, live: int) -> None:
        source = self.problem.rounds[live]
        mode = MODES.index(source.mode)
        r = self._add(BoardRound(provider=source.provider, shift=source.shift, crew=source.crew, mode=mode, live=live))
        setting = self._setting(self.rounds[r], mode)
        for day in range(7):
            self._write(r, day, [self.tables.row_of[visit] for visit in source.days[day]])
            kernel.day_excesses(
                self.sequences[r, day],
                self.lengths[r, day],
                self.tables.rows,
                self.tables.travel,
                setting,
                self.tables.limits,
                self._starts,
                self.inherited[r, day],
            )
        np.maximum(self.inherited[r], 0, out=self.inherited[r])
        self.week_inherited[r] = [max(0, excess) for excess in self._week_excesses(r, mode)]
        self.refresh(r)
