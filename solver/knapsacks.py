"""Knapsack rows of a program: found, filled exactly instead of by fractions, and searched by what that proves."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver import fillings
from solver.highs import Floats, Stated, value_of

CELLS_MOST = 1 << 24
"""Variables times loads of a knapsack: beyond that the table is too large, and the row is priced like others."""
NODES, CELLS = 50, 1 << 24
"""Nodes of a search, and cells of tables that searches may work out on average, so that caps in small units do not take longer."""
STEPS_FIRST, STEPS_NODE = 100, 40
"""Steps by which prices are bettered when a search begins, and at each of its other nodes."""
Places = NDArray[np.intp]


class Priced(NamedTuple):
    """What prices of the other rows prove."""

    bound: float
    """No choice is below it."""
    reduced: Floats
    """By how much the bound rises with a unit of each variable that is nothing; below nothing, by how much it rises
    without one that is chosen."""
    ideal: Floats
    """Nearly what a linear program over fillings would choose."""
    prices: Floats
    """Of every row; nothing for knapsack rows."""


class Knapsacks:
    """A program as knapsacks, and other rows that join them.

    A row is a knapsack if it has a most and no least, all its factors are whole, above nothing, and not all the same, all its variables are
    whole and at most one, and no shorter knapsack has any of them.

    Parameters
    ----------
    stated
        The program.
    """

    def __init__(self, stated: Stated) -> None:
        rows = stated.rows.copy()
        rows.eliminate_zeros()
        self._stated = stated = stated._replace(rows=rows)
        self.rows: list[int] = []
        """Knapsack rows; none when there is nothing to be gained."""
        self.cells = 0
        """How many cells of tables were worked out in searches."""
        self._unit = stated.whole & (stated.upper == 1)
        self._scale = stated.upper
        number = len(stated.term)
        self._block, self._weight, caps = np.full(number, -1), np.zeros(number, np.int64), []
        for row in self._candidates():
            here = slice(rows.indptr[row], rows.indptr[row + 1])
            at, factors = rows.indices[here], rows.data[here].astype(np.int64)
            divisor = int(np.gcd.reduce(factors))
            cap = math.floor(stated.most[row] + fillings.NEAR) // divisor
            if (
                not 0 <= cap < factors.sum() // divisor
                or len(at) * (cap + 1) > CELLS_MOST
                or (self._block[at] >= 0).any()
            ):
                continue
            self._block[at], self._weight[at] = len(self.rows), factors // divisor
            self.rows.append(row)
            caps.append(cap)
        self._caps = np.array(caps, np.int64)
        self._block[self._block < 0] = len(self.rows)
        self._others = np.setdiff1d(np.arange(rows.shape[0]), self.rows)
        self._joining = sp.csr_array(rows[self._others] * self._scale)

    def _candidates(self) -> list[int]:
        """List rows that could be knapsacks, the shortest first."""
        rows, most = self._stated.rows, self._stated.most
        entries = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
        apt = (rows.data > 0) & (rows.data == np.round(rows.data)) & self._unit[rows.indices]
        least, greatest = np.full(rows.shape[0], np.inf), np.zeros(rows.shape[0])
        np.minimum.at(least, entries, np.where(apt, rows.data, -1.0))
        np.maximum.at(greatest, entries, rows.data)
        found = np.flatnonzero((least > 0) & (least < greatest) & np.isfinite(most) & (self._stated.least <= 0))
        return [int(row) for row in found[np.argsort(np.diff(rows.indptr)[found], kind="stable")]]

    def price(self, prices: Floats, best: Floats, steps: int) -> Priced:
        """Better the prices of the other rows, and say what they prove.

        Parameters
        ----------
        prices
            Of every row, to start from, as a linear relaxation has them.
        best
            The best choice known.
        steps
            How many prices to try.

        Returns
        -------
        Priced
            Nothing in it is less than at the prices to start from.
        """
        everything = np.arange(len(best))
        blocks, order, rows = self._blocks(everything, np.zeros(len(best)))
        room, state = fillings.pad(blocks), np.full(len(order), fillings.FREE, np.int8)
        at = self._prices(prices, rows)
        room.most[0] = value_of(self._stated.term, best) - 1.0
        bound = float(fillings.ascend(blocks, state, at, steps, room))
        fillings.weigh(blocks, state, room)
        reduced, ideal, all_prices = np.zeros(len(best)), np.zeros(len(best)), np.zeros(len(prices))
        reduced[order] = room.along - room.without
        ideal[order] = room.ideal
        all_prices[rows] = at
        return Priced(bound, self._shares(reduced), ideal * self._scale, all_prices)

    def search(self, free: Places, best: Floats, prices: Floats) -> tuple[Floats | None, bool]:
        """Look for a choice as good as the best known by changing some variables: branch and bound by what fillings prove.

        Parameters
        ----------
        free
            Variables that may change; each whole and at most one.
        best
            The best choice known.
        prices
            Of every row, to start from.

        Returns
        -------
        ndarray or None
            A choice that costs as little at least, perhaps the same one.
        bool
            Searched to the end.
        """
        rest = best.copy()
        rest[free] = 0.0
        blocks, order, rows = self._blocks(free, rest)
        found, most = np.full(len(free), -1.0), value_of(blocks.cost, best[free[order]])
        at = self._prices(prices, rows)
        done, cells = fillings.search(blocks, at, found, most, NODES, STEPS_FIRST, STEPS_NODE)
        self.cells += int(cells)
        if found.min() < 0:
            return None, bool(done)
        rest[free[order]] = found
        return rest, bool(done)

    def can_search(self, free: Places) -> bool:
        """Say whether some variables are all whole and at most one.

        Parameters
        ----------
        free
            Variables that may change.

        Returns
        -------
        bool
            False also when there are none.
        """
        return len(free) > 0 and bool(self._unit[free].all())

    def _shares(self, values: Floats) -> Floats:
        """Divide by the upper bounds."""
        return np.divide(values, self._scale, out=np.zeros(len(values)), where=self._scale > 0)

    def _prices(self, prices: Floats, rows: Places) -> Floats:
        """Take the prices of some rows, without those that prove nothing."""
        at = prices[rows].copy()
        at[((at > 0) & ~np.isfinite(self._stated.least[rows])) | ((at < 0) & ~np.isfinite(self._stated.most[rows]))] = 0
        return at

    def _blocks(self, free: Places, rest: Floats) -> tuple[fillings.Blocks, Places, Places]:
        """State some variables block by block, the others at rest; with their order, and the rows that join them."""
        order = np.argsort(self._block[free], kind="stable")
        those = free[order]
        carried = np.bincount(self._block, self._weight * rest, minlength=len(self.rows) + 1)[: len(self.rows)]
        part = sp.csr_array(self._joining[:, those])
        taken = self._stated.rows[self._others] @ rest
        used = np.flatnonzero(np.diff(part.indptr))
        part, rows = sp.csr_array(part[used]), self._others[used]
        columns = sp.csc_array(part)
        blocks = fillings.Blocks(
            cost=(self._stated.term * self._scale)[those],
            start=np.searchsorted(self._block[those], np.arange(len(self.rows) + 1)).astype(np.int64),
            weight=self._weight[those],
            cap=self._caps - np.round(carried).astype(np.int64),
            row_start=part.indptr.astype(np.int64),
            row_at=part.indices.astype(np.int64),
            row_factor=part.data,
            least=self._stated.least[rows] - taken[used],
            most=self._stated.most[rows] - taken[used],
            column_start=columns.indptr.astype(np.int64),
            column_row=columns.indices.astype(np.int64),
            column_factor=columns.data,
        )
        return blocks, order, rows
