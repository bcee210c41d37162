"""The master: choose rounds and contracts from the pool, level by level (set partitioning)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from solver.assign import Contracts
from solver.draft import Draft
from solver.layouts import case_layouts
from solver.ledger import Slot, part_min
from solver.levels import Bound, level_specs
from solver.pool import Column, cheapest
from solver.problem import Problem
from solver.program import SEARCHED_MOST, Terms

NEAR_COST = 0.005
"""Share of levels 5 and 6 that is not searched for in a large pool: it takes longer than all before."""
LARGE = {"5": SEARCHED_MOST, "6": 500}
"""Rounds from which a pool is large for a level: fees come last, and with rounds held at their cost there is little left to find."""


class Choice(NamedTuple):
    """What the master chose."""

    columns: list[Column]
    contracts: dict[int, int]
    """Contract of every placed case."""
    bounds: tuple[Bound, ...]
    """For each level, what no choice from this pool can better while it holds the levels before."""


def choose(
    draft: Draft,
    pool: Sequence[Column],
    incumbent: Sequence[Column],
    contracts: dict[int, int],
    *,
    nodes: int,
    columns: int = SEARCHED_MOST,
    done: Mapping[str, int] | None = None,
) -> Choice:
    """Choose the best rounds of the pool, each level fixed at its value before the next.

    Parameters
    ----------
    draft
        With nothing placed: gives the ledger's limits and what may be offered.
    pool
        Columns to choose from; holds those of the incumbent. Of those that do the same work only the cheapest counts.
    incumbent, contracts
        A choice known to be legal, to start from; the result is never worse.
    nodes
        Branch-and-bound nodes for each level; with none, only bounds are worked out.
    columns
        Columns that the branch and bound looks at, at most; bounds are for all of them.
    done
        Values of levels that are known to be as good as they get.

    Returns
    -------
    Choice
        The incumbent itself when nothing better is found.
    """
    master = Master(draft, pool, columns)
    master.begin(incumbent, contracts)
    near = {level: NEAR_COST for level, most in LARGE.items() if len(master.pool) > most}
    bounds = master.reach(level_specs(draft.problem), nodes, done, near)
    chosen = [column for i, column in enumerate(master.pool) if master.best[i] > 0.5]
    return Choice(chosen, master.contracts(), tuple(bounds))


class Master(Contracts):
    """Rounds as variables besides the contracts.

    Parameters
    ----------
    draft
        With nothing placed.
    pool
        Columns to choose from.
    searched
        How many of them a branch and bound looks at.

    References
    ----------
    Set partitioning over a pool of routes: Foster and Ryan (1976), Operational Research Quarterly 27, 367-384.
    """

    def __init__(self, draft: Draft, pool: Sequence[Column], searched: int = SEARCHED_MOST) -> None:
        self.pool = cheapest(pool)
        self.holding: dict[tuple[int, int], Terms] = {}
        """Rounds that hold a part, by part and provider."""
        for i, column in enumerate(self.pool):
            for part in column.parts:
                self.holding.setdefault((part, column.provider), []).append((i, 1.0))
        self.ways = {
            (case, provider): self._ways(draft.problem, case, provider)
            for case in draft.cases
            for provider in sorted({offer.provider for offer in draft.offers[case]})
        }
        several = [(key, parts) for key, ways in self.ways.items() if len(ways) > 1 for parts in ways]
        self.layouts = {(*key, parts): len(self.pool) + i for i, (key, parts) in enumerate(several)}
        """Case, provider and parts, where there are several layouts to choose from."""
        super().__init__(draft, len(self.pool), len(self.layouts), searched)
        self._partition()
        self._carers()
        self.terms["5"] = np.zeros(self.number)
        self.terms["5"][: len(self.pool)] = [column.cost_s for column in self.pool]

    def _ways(self, problem: Problem, case: int, provider: int) -> list[tuple[int, ...]]:
        """List the layouts for which the pool holds every part, and the one as commissioned."""
        layouts = case_layouts(problem, case, problem.providers[provider].pattern)
        held = [one for one in layouts[1:] if all((part, provider) in self.holding for part in one)]
        return [layouts[0], *held]

    def begin(self, columns: Sequence[Column], contracts: dict[int, int]) -> None:
        """Set the choice to improve on.

        Parameters
        ----------
        columns, contracts
            Rounds that do the work of some of the pool, and the contract of every placed case.
        """
        self.start(contracts)
        place = {column.work: i for i, column in enumerate(self.pool)}
        self.best[[place[column.work] for column in columns]] = 1.0
        held: dict[int, set[int]] = {}
        for column in columns:
            for part in column.parts:
                held.setdefault(self.draft.case_of[self.problem.parts[part].package], set()).add(part)
        for (case, provider, parts), at in self.layouts.items():
            here = case in contracts and self.problem.contracts[contracts[case]].provider == provider
            self.best[at] = float(here and held.get(case) == set(parts))

    def _partition(self) -> None:
        draft = self.draft
        live: dict[int, Terms] = {}
        for i, column in enumerate(self.pool):
            if column.live >= 0:
                live.setdefault(column.live, []).append((i, 1.0))
        for those in live.values():
            self.row(those, 1.0, 1.0)
        for (case, provider), ways in self.ways.items():
            taken = [(self.y[case, one.contract], -1.0) for one in draft.offers[case] if one.provider == provider]
            at = {parts: self.layouts.get((case, provider, parts)) for parts in ways}
            if len(ways) > 1:
                self.row([(i, 1.0) for i in at.values() if i is not None] + taken, 0.0, 0.0)
            for part in dict.fromkeys(part for parts in ways for part in parts):
                chosen = [(i, -1.0) for parts, i in at.items() if i is not None and part in parts]
                self.row(self.holding.get((part, provider), []) + (chosen or taken), 0.0, 0.0)

    def _carers(self) -> None:
        """Hold new rounds, and what they add, within fresh capacity returns."""
        ledger = self.draft.ledger
        minutes: dict[Slot, Terms] = {}
        opened: dict[tuple[Slot, int], Terms] = {}
        for i, column in enumerate(self.pool):
            slot = Slot(column.provider, column.patch, column.shift)
            if slot not in ledger.stated or not column.parts:
                continue
            minutes.setdefault(slot, []).append((i, sum(part_min(self.problem, part) for part in column.parts)))
            if column.live < 0:
                opened.setdefault((slot, column.crew), []).append((i, 1.0))
        for slot, terms in minutes.items():
            self.row(terms, -math.inf, max(0, ledger.stated[slot].minutes - ledger.added_min[slot]))
        for (slot, crew), ones in opened.items():
            stated = ledger.stated[slot].carers if crew == 1 else ledger.stated[slot].pairs
            self.row(ones, -math.inf, max(0, stated - ledger.new_rounds[slot, crew]))
