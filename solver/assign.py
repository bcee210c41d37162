"""Who could go to which contract, rounds left aside: levels 1 to 4 as far as hours, growth and intake allow.

Rounds only ever make things harder, so the values are bounds on any plan's, proven for the whole council; and where new
rounds may be opened freely, the assignment is one that a plan can keep.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from solver.draft import Draft
from solver.facts import UNLIMITED
from solver.highs import Floats, value_of
from solver.layouts import case_layouts
from solver.ledger import Slot, counted_min, growth_min, slot_minutes
from solver.levels import Bound, LevelSpec, case_gains, level_specs
from solver.pairs import embargoes_over
from solver.program import SEARCHED_MOST, Program, Terms

NEAR_ENOUGH = dict.fromkeys(("2", "3", "4"), 0.002)
"""Share of a level that is not searched for, people placed apart: for thousands of cases the last tier takes minutes."""
FIRST_LEVELS = ("1.", "2", "3", "4")
"""Levels that an assignment decides; rounds decide the rest."""


class Assignment(NamedTuple):
    """A contract for everybody whom hours, growth and intake leave room for."""

    contracts: dict[int, int]
    bounds: tuple[Bound, ...]
    """Of levels 1 to 4, proven."""


def assign(draft: Draft, contracts: Mapping[int, int], *, nodes: int) -> Assignment:
    """Assign cases to contracts, level by level, rounds left aside.

    Parameters
    ----------
    draft
        With nothing placed: gives the ledger's limits and what may be offered.
    contracts
        A legal choice to start from, case to contract.
    nodes
        Branch-and-bound nodes for each level.

    Returns
    -------
    Assignment
        Never worse than the start.
    """
    program = Contracts(draft)
    program.slots()
    program.start(contracts)
    bounds = program.reach(
        [spec for spec in level_specs(draft.problem) if spec.level.startswith(FIRST_LEVELS)],
        nodes,
        within=NEAR_ENOUGH,
    )
    return Assignment(program.contracts(), tuple(one._replace(kind="proven") for one in bounds))


class Contracts(Program):
    """Cases and contracts as variables; the limits of the ledger as rows.

    Parameters
    ----------
    draft
        With nothing placed.
    rounds, layouts
        How many further variables stand for rounds, and for layouts; they come first.
    searched
        Rounds that a branch and bound looks at, at most.
    """

    def __init__(self, draft: Draft, rounds: int = 0, layouts: int = 0, searched: int = SEARCHED_MOST) -> None:
        self.draft, self.problem = draft, draft.problem
        self.y: dict[tuple[int, int], int] = {}
        before = rounds + layouts
        for case in draft.cases:
            for offer in draft.offers[case]:
                self.y[case, offer.contract] = before + len(self.y)
        self.short: dict[int, int] = {}
        for contract in sorted({contract for _, contract in self.y}):
            if self._unfilled(contract) > 0:
                self.short[contract] = before + len(self.y) + len(self.short)
        number = before + len(self.y) + len(self.short)
        upper, whole = np.ones(number), np.ones(number, bool)
        for contract, place in self.short.items():
            upper[place], whole[place] = self._unfilled(contract), False
        super().__init__(upper, whole, np.arange(number) < rounds, searched)
        # While one class of priority is searched, the others should not be sent away: they are looked at next.
        self.tie[list(self.y.values())] = -0.4 / (len(draft.cases) + 1)
        for case in draft.cases:
            self.row([(self.y[case, offer.contract], 1.0) for offer in draft.offers[case]], -math.inf, 1.0)
        self._limits()
        self.terms = self._levels()

    def start(self, contracts: Mapping[int, int]) -> None:
        """Set the choice to improve on.

        Parameters
        ----------
        contracts
            Contract of every placed case.
        """
        self.best[:] = 0.0
        for case, contract in contracts.items():
            self.best[self.y[case, contract]] = 1.0
        for contract, at in self.short.items():
            filled = sum(counted_min(self.problem, case) for case, chosen in contracts.items() if chosen == contract)
            self.best[at] = max(0, self._unfilled(contract) - filled)

    def contracts(self) -> dict[int, int]:
        """Read who goes where.

        Returns
        -------
        dict
            Case to contract.
        """
        return {case: contract for (case, contract), at in self.y.items() if self.best[at] > 0.5}

    def reach(
        self,
        specs: Iterable[LevelSpec],
        nodes: int,
        done: Mapping[str, int] | None = None,
        within: Mapping[str, float] | None = None,
    ) -> list[Bound]:
        """Reach the levels one after the other, each held before the next.

        Parameters
        ----------
        specs
            Levels, first things first; those without a term are at nothing, whatever is chosen.
        nodes
            Branch-and-bound nodes for each.
        done
            Values of levels that need no search where the choice has them already, as long as those before have theirs.
        within
            Share of a level that a better choice must be worth to be looked for; any better one is where left out.

        Returns
        -------
        list of Bound
            What was held, and what could not have been bettered.
        """
        bounds, done, near, same = [], done or {}, within or {}, True
        for spec in specs:
            sign, term = -1 if spec.sense == "max" else 1, self.terms.get(spec.level, np.zeros(self.number))
            held = round(value_of(term, self.best))
            same = same and (not term.any() or done.get(spec.level) == held)
            if same or not term.any():
                self.hold(sign * term)
                bounds.append(Bound(spec.level, held, None if term.any() else held, "pool"))
                continue
            bound = self.optimise(sign * term, nodes=nodes, within=near.get(spec.level, 0.0))
            held = round(value_of(term, self.best))
            bounds.append(Bound(spec.level, held, round(sign * bound) if math.isfinite(bound) else None, "pool"))
        return bounds

    def slots(self) -> None:
        """Add what capacity returns state in minutes, by the layout that asks least of them; their carers need rounds."""
        problem, ledger = self.problem, self.draft.ledger
        minutes: dict[Slot, dict[int, float]] = {}
        for (case, contract), y in self.y.items():
            provider = problem.contracts[contract].provider
            layouts = [
                slot_minutes(problem, provider, parts)
                for parts in case_layouts(problem, case, problem.providers[provider].pattern)
            ]
            for slot in layouts[0]:
                if slot in ledger.stated:
                    minutes.setdefault(slot, {})[y] = min(one.get(slot, 0) for one in layouts)
        for slot, terms in minutes.items():
            self.row(list(terms.items()), -math.inf, max(0, ledger.stated[slot].minutes - ledger.added_min[slot]))

    def _limits(self) -> None:
        problem, ledger = self.problem, self.draft.ledger
        by_contract: dict[int, Terms] = {}
        grown: dict[int, Terms] = {}
        taken_in: dict[int, Terms] = {}
        for (case, contract), y in self.y.items():
            growth = growth_min(problem, case)
            by_contract.setdefault(contract, []).append((y, counted_min(problem, case)))
            grown.setdefault(problem.contracts[contract].provider, []).append((y, growth))
            over = {i for package in problem.cases[case] for i in embargoes_over(problem, package, contract)}
            for i in sorted(over):
                taken_in.setdefault(i, []).append((y, growth))
        for contract, load in by_contract.items():
            cap = problem.contracts[contract].cap_min
            if cap < UNLIMITED:
                self.row(load, -math.inf, max(0, cap - ledger.load_min[contract]))
            if contract in self.short:
                self.row([*load, (self.short[contract], 1.0)], self._unfilled(contract), math.inf)
        for provider, terms in grown.items():
            if (limit := problem.providers[provider].growth_limit_min) < UNLIMITED:
                self.row(terms, -math.inf, max(0, limit - ledger.growth_min[provider]))
        for i, terms in taken_in.items():
            if (limit := problem.embargoes[i].intake_limit_min) < UNLIMITED:
                self.row(terms, -math.inf, max(0, limit - ledger.intake_min[i]))

    def _levels(self) -> dict[str, Floats]:
        terms: dict[str, Floats] = {}
        for (case, contract), y in self.y.items():
            for level, gain in case_gains(self.problem, case, contract).items():
                if gain:
                    terms.setdefault(level, np.zeros(self.number))[y] = gain
        if self.short:
            terms["4"] = np.zeros(self.number)
            terms["4"][list(self.short.values())] = 1.0
        return terms

    def _unfilled(self, contract: int) -> int:
        return max(0, self.problem.contracts[contract].guaranteed_min - self.draft.ledger.load_min[contract])
