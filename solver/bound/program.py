"""The linear program over the columns found so far, and the bound that any prices prove."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csc_array

from solver.bound.choices import Choice, Choices, rides
from solver.bound.days import UNIT, Found
from solver.bound.kinds import Cell, Kind
from solver.bound.labels import EXACT, QUICK
from solver.ledger import Slot, stated_capacity
from solver.means import MODES
from solver.problem import Problem

Prices = NDArray[np.float64]
Ride = tuple[Cell, int]
LEAST_ROOM = 40_000
FOUND_MOST = 4_000


class Proof(NamedTuple):
    """What a turn of pricing came to."""

    bound: int
    """In units; no plan costs less."""
    is_exact: bool
    """Whether every search was; else some only bounded."""
    added: int
    """Columns that are new."""
    least: dict[Cell, int]
    """What each cell has of the bound, at most nothing but for live rounds."""


class Program:
    """Rides to be covered, kinds of rounds that cover them, and choices that ask for them.

    The rows are: each ride is covered as often as chosen; the rows of the choices; one choice for each case; new rounds
    within the carers stated; and, for each different day of a tied kind, as many of it as of its anchor.

    Parameters
    ----------
    problem
        The council's week.
    kinds
        With the cell of each.
    choices
        Who may be served by whom; rides in cells without kinds are somebody else's matter.
    """

    def __init__(self, problem: Problem, kinds: Sequence[tuple[Cell, Kind]], choices: Choices) -> None:
        self.choices, self.kinds = choices, kinds
        cells = {cell for cell, _ in kinds}
        wanted = {
            one: [ride for ride in rides(problem, one) if ride[0] in cells]
            for those in choices.of.values()
            for one in those
        }
        self.extra_s = {one: sum(problem.parts[part].extra_s for _, part in those) for one, those in wanted.items()}
        """What each choice costs in these cells besides rounds."""
        every = sorted({ride for those in wanted.values() for ride in those})
        self.ride = {ride: i for i, ride in enumerate(every)}
        self.asks = {one: [self.ride[ride] for ride in those] for one, those in wanted.items()}
        self.first_row = len(every)
        self.first_case = self.first_row + len(choices.rows)
        self.case = {case: self.first_case + i for i, case in enumerate(choices.of)}
        self.size = self.first_case + len(self.case)
        self.carers = _carers(problem, cells)
        self.opened = {cell: self.size + i for i, cell in enumerate(self.carers)}
        self.size += len(self.opened)
        self.tied: dict[tuple[int, int], int] = {}
        for k, (_, kind) in enumerate(kinds):
            for b in range(0 if kind.is_uniform else len(kind.blocks)):
                self.tied[k, b] = self.size
                self.size += 1
        self.parts_in = {cell: sum(ride[0] == cell for ride in every) for cell, _ in kinds}
        self.known: set[tuple[int, int, Found]] = set()
        self._entries: list[tuple[int, float]] = []
        self._ends = [0]
        self._costs: list[int] = []
        self._start(problem)

    def _start(self, problem: Problem) -> None:
        """Put in all that is no round: choices, slack, and days left as they are."""
        for (cell, _), ride in self.ride.items():
            start_s = max((problem.weights(mode, cell.patch)[0] for mode in MODES), default=0)
            self._column(2 * 7 * (start_s + 1) * cell.crew, {ride: 1.0})
        for one, asked in self.asks.items():
            column = dict.fromkeys(asked, -1.0)
            column[self.case[one.case]] = 1.0
            for i, row in enumerate(self.choices.rows):
                if weight := row.weights.get(one, 0):
                    column[self.first_row + i] = float(weight)
            self._column(self.extra_s[one], column)
        for amount in range(len(self.choices.most)):
            weights = ((i, row.amounts.get(amount, 0)) for i, row in enumerate(self.choices.rows))
            self._column(0, {self.first_row + i: float(weight) for i, weight in weights if weight})
        for i, row in enumerate(self.choices.rows):
            if not row.is_exact:
                self._column(0, {self.first_row + i: 1.0})
        for opened_row in self.opened.values():
            self._column(0, {opened_row: 1.0})
        for k, (cell, kind) in enumerate(self.kinds):
            if kind.is_uniform:
                continue
            tied = [self.tied[k, b] for b in range(len(kind.blocks))]
            for day, block in zip(tied, kind.blocks, strict=True):
                if block.may_rest:
                    self._column(0, {day: 1.0})
            if kind.anchor >= 0:
                opened = {self.opened[cell]: 1.0} if cell in self.opened else {}
                self._column(0, {self.ride[cell, kind.anchor]: 1.0, **opened, **dict.fromkeys(tied, -1.0)})

    def _column(self, cost_s: int, column: dict[int, float]) -> None:
        self._entries += column.items()
        self._ends.append(len(self._entries))
        self._costs.append(cost_s)

    def add(self, k: int, b: int, found: Iterable[Found]) -> int:
        """Add the days that are new as columns.

        Parameters
        ----------
        k, b
            Kind and block.
        found
            Days of it.

        Returns
        -------
        int
            How many are new.
        """
        cell, kind = self.kinds[k]
        new = 0
        for one in found:
            if (k, b, one) in self.known:
                continue
            self.known.add((k, b, one))
            new += 1
            column = {} if kind.is_uniform else {self.tied[k, b]: 1.0}
            if kind.is_uniform and cell in self.opened:
                column[self.opened[cell]] = 1.0
            for part in one.parts:
                if part != kind.anchor:
                    days, of = (1, 1) if kind.is_uniform else kind.share(part, b)
                    column[self.ride[cell, part]] = days / of
            self._column(one.cost_s, column)
        return new

    def solve(self) -> tuple[float, Prices]:
        """Solve the linear program.

        Returns
        -------
        value : float
            Paid seconds.
        prices : ndarray of float64
            Of every row.
        """
        rows = np.array([row for row, _ in self._entries], np.int64)
        values = np.array([value for _, value in self._entries], np.float64)
        matrix = csc_array((values, rows, np.array(self._ends)), shape=(self.size, len(self._costs)))
        total = np.zeros(self.size)
        total[self.first_row : self.first_case] = [row.total for row in self.choices.rows]
        total[self.first_case : self.first_case + len(self.case)] = 1
        for cell, row in self.opened.items():
            total[row] = self.carers[cell]
        for (k, _), row in self.tied.items():
            total[row] = float(self.kinds[k][1].live >= 0)
        costs = np.array(self._costs, np.float64)
        solved = linprog(costs, A_eq=matrix, b_eq=total, method="highs")  # type: ignore[call-overload]  # takes sparse rows too
        if solved.status != 0:
            raise RuntimeError(f"the linear program of a bound was not solved: {solved.message}")
        return float(solved.fun), np.array(solved.eqlin.marginals)

    def price(self, prices: Prices, *, manner: int, room: int) -> Proof:
        """Price every kind of round, add the columns found, and state the bound that these prices prove.

        Parameters
        ----------
        prices
            Of every row; any prices prove some bound.
        manner, room
            As for :meth:`solver.bound.days.Block.search`.

        Returns
        -------
        Proof
            Its bound holds as it stands, whatever the linear program's tolerances.
        """
        units = self.units(prices)
        total, exact, added = self._chosen(units), manner != QUICK, 0
        total += sum(units[row] * self.carers[cell] for cell, row in self.opened.items())
        least: dict[Cell, int] = {}
        tied: dict[Cell, int] = dict.fromkeys(self.parts_in, 0)
        for k, (cell, kind) in enumerate(self.kinds):
            value = 0
            for b, block in enumerate(kind.blocks):
                earned = [self.earned(units, cell, kind, part, b) for part in block.parts]
                below = self._below(units, k, b)
                reached, whole, found = block.search(earned, below, room=room, most=FOUND_MOST, manner=manner)
                value += min(below, reached)
                exact &= whole
                added += self.add(k, b, found)
            if kind.is_uniform:
                least[cell] = min(least.get(cell, 0), value - self.opening(units, cell))
            elif kind.live >= 0:
                tied[cell] += value
            else:
                tied[cell] += min(0, value - units[self.ride[cell, kind.anchor]] - self.opening(units, cell))
        # There are no more rounds than parts.
        in_cell = {cell: value + least.get(cell, 0) * self.parts_in[cell] for cell, value in tied.items()}
        return Proof(total + sum(in_cell.values()), exact, added, in_cell)

    def units(self, prices: Prices) -> list[int]:
        """Round prices to whole units, with the signs that they must have.

        Parameters
        ----------
        prices
            Of every row.

        Returns
        -------
        list of int
            Of every row.
        """
        units: list[int] = np.rint(prices * UNIT).astype(np.int64).tolist()
        for row in self.opened.values():
            units[row] = min(0, units[row])
        return units

    def opening(self, units: list[int], cell: Cell) -> int:
        """Say what opening a round is worth: nothing, or less where carers are few.

        Parameters
        ----------
        units
            Price of every row, in units.
        cell
            Of the round.

        Returns
        -------
        int
            In units, at most 0.
        """
        return units[self.opened[cell]] if cell in self.opened else 0

    def earned(self, units: list[int], cell: Cell, kind: Kind, part: int, b: int) -> int:
        """Say what a part earns on a block: its share of the price, such that all blocks share all of it.

        Parameters
        ----------
        units
            Price of every row, in units.
        cell, kind
            Of the block.
        part
            Id of a part of the block.
        b
            Position of the block.

        Returns
        -------
        int
            In units; an anchor earns nothing by the day, but once.
        """
        if part == kind.anchor:
            return 0
        price = units[self.ride[cell, part]]
        if kind.is_uniform:
            return price
        before = sum(one.days for one in kind.blocks[:b] if part in one.parts)
        days, of = kind.share(part, b)
        return price * (before + days) // of - price * before // of

    def least(self, units: list[int], k: int, b: int) -> int:
        """Bound what a block of a tied kind costs above what its parts earn.

        Parameters
        ----------
        units
            Price of every row, in units.
        k, b
            Kind and block.

        Returns
        -------
        int
            In units.
        """
        cell, kind = self.kinds[k]
        block, below = kind.blocks[b], self._below(units, k, b)
        earned = [self.earned(units, cell, kind, part, b) for part in block.parts]
        return min(below, block.search(earned, below, room=LEAST_ROOM, most=FOUND_MOST, manner=EXACT)[0])

    def _below(self, units: list[int], k: int, b: int) -> int:
        """Say from which cost on a block's days do not count."""
        cell, kind = self.kinds[k]
        if kind.is_uniform:
            return self.opening(units, cell)
        return min(0, units[self.tied[k, b]]) if kind.blocks[b].may_rest else units[self.tied[k, b]]

    def _chosen(self, units: list[int]) -> int:
        """Say the least that the choices cost at these prices."""
        rows = self._row_prices(units)
        total = sum(price * row.total for price, row in zip(rows, self.choices.rows, strict=True))
        for amount, most in enumerate(self.choices.most):
            worth = -sum(price * row.amounts.get(amount, 0) for price, row in zip(rows, self.choices.rows, strict=True))
            total += most * min(0, worth)
        for those in self.choices.of.values():
            total += min(self._worth(units, rows, one) for one in those)
        return total

    def above(self, units: list[int]) -> dict[Choice, int]:
        """Say by how much each choice costs more at these prices than the case's cheapest, the first of which has nothing.

        Parameters
        ----------
        units
            Price of every row, in units.

        Returns
        -------
        dict of Choice to int
            In units; in order of cases.
        """
        rows = self._row_prices(units)
        found: dict[Choice, int] = {}
        for those in self.choices.of.values():
            worth = {one: self._worth(units, rows, one) for one in those}
            least = min(worth.values())
            found |= {one: value - least for one, value in worth.items()}
        return found

    def _row_prices(self, units: list[int]) -> list[int]:
        rows = units[self.first_row : self.first_case]
        return [price if row.is_exact else min(0, price) for price, row in zip(rows, self.choices.rows, strict=True)]

    def _worth(self, units: list[int], rows: list[int], one: Choice) -> int:
        asked = sum(units[row] for row in self.asks[one])
        return (
            self.extra_s[one] * UNIT
            + asked
            - sum(price * row.weights.get(one, 0) for price, row in zip(rows, self.choices.rows, strict=True) if price)
        )


def _carers(problem: Problem, cells: Iterable[Cell]) -> dict[Cell, int]:
    """Look up how many new rounds fresh capacity returns allow, where they say so."""
    stated = stated_capacity(problem)
    slots = {cell: Slot(cell.provider, cell.patch, cell.shift) for cell in sorted(cells)}
    return {
        cell: stated[slot].carers if cell.crew == 1 else stated[slot].pairs
        for cell, slot in slots.items()
        if slot in stated
    }
