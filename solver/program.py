"""A program in whole numbers, solved level by level: each level is held at what it reached before the next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.highs import SMALL, Floats, Stated, branch, relax, value_of
from solver.knapsacks import CELLS, Knapsacks

SEARCHED_MOST = 1_500
"""Optional variables that a branch and bound looks at unless told otherwise, those of least reduced cost."""
NEAR = 0.1
"""Share of its value within which of the relaxation a choice is a good one to start from."""
WHOLE_MOST = 10_000
"""Variables that a branch and bound may not leave out, up to which it looks at all of them; beyond, the root alone takes a
minute, and it looks at those that the relaxation or the best choice chooses."""
AROUND = 40
"""Neighbourhoods that are searched besides then."""
HELD = 1e-4
"""How far a level that is held may slip in a relaxation, so that rounding errors do not make it infeasible."""

FREED = 24
"""Chosen variables that the first neighbourhood frees; later ones free more or fewer, by how hard they were."""
FREED_LEAST = 6
NEAR_NODES = 20
"""Branch-and-bound nodes for a neighbourhood."""
ROWS_MOST = 4
"""Rows at most whose chosen variables are freed together."""
ASIDE = 0.02
"""How likely the relaxation's own choice is freed, against one that it would not make at all."""
Terms = list[tuple[int, float]]
"""Variables and their factors."""


class _Level(NamedTuple):
    """What is to be made small, and what a relaxation says of it."""

    term: Floats
    ideal: Floats
    """Values of the relaxation."""
    reduced: Floats
    """Reduced cost of every variable."""
    relaxed: float
    """Its value."""
    within: float
    prices: Floats
    """Of every row."""
    knapsacks: Knapsacks | None = None
    """What searches neighbourhoods; else HiGHS does."""

    @property
    def bound(self) -> float:
        """No choice is below it; values are whole numbers."""
        return math.ceil(self.relaxed - 1e-3 - 1e-7 * abs(self.relaxed)) if math.isfinite(self.relaxed) else -math.inf


class Program:
    """Variables between nothing and an upper bound, rows over them, and levels to be reached one after the other.

    Parameters
    ----------
    upper
        Upper bound of each variable.
    whole
        Which of them are whole numbers.
    optional
        Which of them a branch and bound may leave out when there are too many; nothing then.
    searched
        How many of those it looks at.
    """

    def __init__(
        self, upper: Floats, whole: NDArray[np.bool_], optional: NDArray[np.bool_], searched: int = SEARCHED_MOST
    ) -> None:
        self.number, self.searched = len(upper), searched
        self.upper, self.whole, self.optional = upper, whole, optional
        self.best = np.zeros(self.number)
        """The best choice known."""
        self.tie = np.zeros(self.number)
        """What decides between choices that are equal on a level; never worth a unit of it."""
        self._rows: list[tuple[Sequence[int], Sequence[float], float, float]] = []
        self._built = 0

    def row(self, terms: Terms, lower: float, upper: float) -> None:
        """Add a row.

        Parameters
        ----------
        terms
            Variables and factors; a row without any is left out.
        lower, upper
            What their sum may be.
        """
        if terms:
            self._rows.append(([i for i, _ in terms], [float(v) for _, v in terms], lower, upper))

    def optimise(self, term: Floats, *, nodes: int, turns: int = 0, steps: int = 0, within: float = 0.0) -> float:
        """Make a term as small as the search finds, and hold it from then on.

        Parameters
        ----------
        term
            Factor of every variable; whole numbers where the variables are.
        nodes
            Branch-and-bound nodes; a budget that replays, unlike seconds.
        turns
            Neighbourhoods of the best choice that are searched afterwards; fewer where large knapsacks take long. With neither, only the bound is worked out.
        steps
            Prices that are tried for a bound that fills knapsack rows exactly, where there are any; it then guides the turns.
        within
            Share of the value that a better choice must be worth to be looked for.

        Returns
        -------
        float
            No choice that holds the levels before can be below it.
        """
        self._build()
        level = self._relaxed(term, steps, within)
        if nodes and self._worth(level):
            self._branch(level, nodes)
        if turns and self._worth(level):
            self._look_around(level, turns)
        self.hold(term)
        return min(level.bound, value_of(term, self.best))

    def hold(self, term: Floats) -> None:
        """Hold a term at what the best choice makes of it.

        Parameters
        ----------
        term
            Factor of every variable; less is better.
        """
        nonzero = np.flatnonzero(term)
        if len(nonzero):
            now = value_of(term, self.best) + HELD
            self._rows.append((nonzero.tolist(), term[nonzero].tolist(), -math.inf, now))

    def _relaxed(self, term: Floats, steps: int, within: float) -> _Level:
        """Bound a term by a linear program, and, if asked for, by knapsacks that are filled exactly."""
        stated = self._stated(term, np.zeros(self.number), np.arange(self.number), whole=True)
        answer = relax(stated)
        if answer.values is None or answer.reduced is None or answer.prices is None:
            return _Level(
                term, np.zeros(self.number), np.zeros(self.number), -math.inf, within, np.zeros(len(self._rows))
            )
        level = _Level(term, answer.values, answer.reduced, answer.bound, within, answer.prices)
        if not steps or not self._worth(level) or not (knapsacks := Knapsacks(stated)).rows:
            return level
        priced = knapsacks.price(answer.prices, self.best, steps)
        if priced.bound < level.relaxed:
            return level._replace(knapsacks=knapsacks)
        return _Level(term, priced.ideal, priced.reduced, priced.bound, within, priced.prices, knapsacks)

    def _worth(self, level: _Level) -> bool:
        """Say whether a choice could be enough better to be looked for."""
        now = value_of(level.term, self.best)
        return level.bound <= now - max(SMALL, level.within * abs(now))

    def _branch(self, level: _Level, nodes: int) -> None:
        """Search among the variables that could still be in a better choice, those of least reduced cost first."""
        if np.count_nonzero(~self.optional) > WHOLE_MOST:
            ideal = np.flatnonzero(~self.whole | (level.ideal > 1e-6) | (self.best > 1e-6))
            self._try(level, ideal, nodes, level.within)
            self._look_around(level, AROUND)
            return
        gap = value_of(level.term, self.best) - level.relaxed
        chosen = self.best > 1e-6
        useful = np.flatnonzero(self.optional & ((level.reduced < gap) | chosen))
        free = np.sort(np.concatenate([self._least(useful, level.reduced), np.flatnonzero(~self.optional)]))
        # By the relaxation's prices a better choice cannot differ from this one there (reduced-cost fixing).
        fixed = self.whole & np.where(chosen, level.reduced <= -gap, level.reduced >= gap)
        near = gap <= NEAR * abs(value_of(level.term, self.best))
        self._try(level, free[~fixed[free]], nodes, level.within, near=near)

    def _look_around(self, level: _Level, turns: int) -> None:
        """Free part of the choice at a time, hold the rest, and branch there; the part grows while that is easy.

        References
        ----------
        Large neighbourhoods: Shaw (1998), CP98, LNCS 1520, 417-431.
        """
        rng, sizes = np.random.default_rng(0), [float(FREED)] * 2
        for turn in range(turns):
            chosen = self.whole & (self.best > SMALL)
            if not chosen.any() or not self._worth(level):
                break
            if level.knapsacks is not None and level.knapsacks.cells > turns * CELLS:
                break
            kind = int(turn % 3 == 2)
            freed = sizes[kind]
            part = self._by_ideal(rng, level, chosen, int(freed)) if kind else self._by_rows(rng, chosen, int(freed))
            better, done = self._search(level, self._free(level, chosen, part))
            if done and not better:
                if part.sum() == chosen.sum():
                    break
                sizes[kind] = min(freed * 1.05, float(chosen.sum()))
            elif not better:
                sizes[kind] = max(freed * 0.9, FREED_LEAST)

    def _by_rows(self, rng: np.random.Generator, chosen: NDArray[np.bool_], freed: int) -> NDArray[np.bool_]:
        """Pick chosen variables that share a few rows: what one of them leaves there another can take."""
        part = np.zeros(self.number, bool)
        several = np.flatnonzero(self._pattern @ chosen >= 2)
        rows = rng.choice(several, min(len(several), int(rng.integers(2, ROWS_MOST + 1))), replace=False)
        for row in rows:
            here = self._a.indices[self._a.indptr[row] : self._a.indptr[row + 1]]
            here = here[chosen[here]]
            part[rng.choice(here, min(len(here), -(-freed // len(rows))), replace=False)] = True
        return part

    def _by_ideal(
        self, rng: np.random.Generator, level: _Level, chosen: NDArray[np.bool_], freed: int
    ) -> NDArray[np.bool_]:
        """Pick chosen variables anywhere, rather those that the relaxation would not choose."""
        part, those = np.zeros(self.number, bool), np.flatnonzero(chosen)
        weights = ASIDE + np.maximum(0.0, 1.0 - level.ideal[those])
        part[rng.choice(those, min(freed, len(those)), replace=False, p=weights / weights.sum())] = True
        return part

    def _free(self, level: _Level, chosen: NDArray[np.bool_], part: NDArray[np.bool_]) -> NDArray[np.intp]:
        """List the variables that may change while all chosen ones outside the part are held."""
        # Knapsacks are searched for choices that are as good, too: one apart, as values are whole numbers.
        gap = value_of(level.term, self.best) - level.relaxed + (level.knapsacks is not None)
        held = chosen & ~part
        room = self._upper - self._a @ np.where(held, self.best, 0.0) - self._below @ np.where(held, 0.0, self.upper)
        blocked = np.zeros(self.number, bool)
        blocked[self._column[self._a.data > room[self._row] + 1e-6]] = True
        useful = np.flatnonzero(self.whole & ~chosen & ~blocked & (level.reduced < gap))
        return np.sort(np.concatenate([self._least(useful, level.reduced), np.flatnonzero(part | ~self.whole)]))

    def _least(self, those: NDArray[np.intp], reduced: Floats) -> NDArray[np.intp]:
        """Leave out variables when there are too many: never chosen ones, and those of most reduced cost first."""
        if len(those) <= self.searched:
            return those
        rank = np.where(self.best[those] > 1e-6, -math.inf, reduced[those])
        return those[np.argsort(rank, kind="stable")[: self.searched]]

    def _try(
        self, level: _Level, free: NDArray[np.intp], nodes: int, within: float = 0.0, *, near: bool = False
    ) -> tuple[bool, bool]:
        """Branch over some variables, and take what is better; say whether anything was, and whether all was seen."""
        rest = self.best.copy()
        rest[free] = 0.0
        stated = self._stated(level.term + self.tie, rest, free, whole=True)
        answer = branch(stated, nodes=nodes, hint=self.best[free], within=within, near=near)
        if answer.values is None:
            return False, answer.done
        rest[free] = np.where(self.whole[free], np.round(answer.values), answer.values)
        better = value_of(level.term, rest) < value_of(level.term, self.best) - SMALL and self._holds(rest)
        if better:
            self.best = rest
        return better, answer.done

    def _search(self, level: _Level, free: NDArray[np.intp]) -> tuple[bool, bool]:
        """Search a neighbourhood, by knapsacks if possible; a choice that is as good is taken then, so as to look further."""
        if level.knapsacks is None or not level.knapsacks.can_search(free):
            return self._try(level, free, NEAR_NODES)
        found, done = level.knapsacks.search(free, self.best, level.prices)
        if found is None or not self._holds(found):
            return False, done
        before, self.best = value_of(level.term, self.best), found
        return value_of(level.term, found) < before - SMALL, done

    def _holds(self, found: Floats) -> bool:
        reached = np.asarray(self._a @ found)
        return bool(np.all(reached >= self._lower - 1e-6) and np.all(reached <= self._upper + 1e-6))

    def _stated(self, term: Floats, rest: Floats, free: NDArray[np.intp], *, whole: bool = False) -> Stated:
        """State the program over some variables; the others are at rest."""
        taken = self._a @ rest
        part = sp.csr_array(self._a[:, free]) if len(free) < self.number else self._a
        return Stated(
            term[free], self.upper[free], self.whole[free] & whole, part, self._lower - taken, self._upper - taken
        )

    def _build(self) -> None:
        """Gather the rows into a matrix, if any have been added."""
        if self._built == len(self._rows):
            return
        self._built = len(self._rows)
        rows = np.repeat(np.arange(len(self._rows)), [len(one[0]) for one in self._rows])
        columns = np.array([i for one in self._rows for i in one[0]], np.int64)
        values = np.array([v for one in self._rows for v in one[1]], np.float64)
        self._a = sp.csr_array((values, (rows, columns)), shape=(len(self._rows), self.number))
        self._lower = np.array([one[2] for one in self._rows])
        self._upper = np.array([one[3] for one in self._rows])
        self._row, self._column = rows, self._a.indices
        self._pattern = sp.csr_array((np.ones(len(values)), self._a.indices, self._a.indptr), shape=self._a.shape)
        self._below = self._a.minimum(0.0)
