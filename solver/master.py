"""The master: choose rounds and contracts from the pool, level by level (set partitioning)."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2

from solver.draft import Draft, case_parts
from solver.facts import UNLIMITED
from solver.ledger import Slot, counted_min, growth_min, part_min
from solver.levels import case_gains, level_specs
from solver.pairs import embargoes_over
from solver.pool import Column

NODE_LIMIT = 2_000
"""Branch-and-bound nodes for each level: a budget that replays, unlike seconds."""


class Choice(NamedTuple):
    """What the master chose."""

    columns: list[Column]
    contracts: dict[int, int]
    """Contract of every placed case."""
    bounds: dict[str, int]
    """For each level solved, the best value any choice from this pool could still reach."""


def choose(draft: Draft, pool: list[Column], incumbent: list[Column], contracts: dict[int, int]) -> Choice:
    """Choose the best rounds of the pool, each level fixed at its value before the next.

    Parameters
    ----------
    draft
        With nothing placed: gives the ledger's limits and what may be offered.
    pool
        Columns to choose from; holds those of the incumbent.
    incumbent, contracts
        A choice known to be legal, to start from; the result is never worse.

    Returns
    -------
    Choice
        The incumbent itself when nothing better is found within the node limit.
    """
    model = _Master(draft, pool)
    model.hint(incumbent, contracts)
    bounds: dict[str, int] = {}
    for spec in level_specs(draft.problem):
        if spec.level in model.terms:
            bounds[spec.level] = model.optimise(spec.level, maximise=spec.sense == "max")
    return Choice(*model.solution(), bounds)


class _Master:
    def __init__(self, draft: Draft, pool: list[Column]) -> None:
        self.draft, self.problem, self.pool = draft, draft.problem, pool
        self.model = mathopt.Model(name="master")
        self.x = [self.model.add_binary_variable(name=f"x{i}") for i in range(len(pool))]
        self.y = {
            (case, offer.contract): self.model.add_binary_variable(name=f"y{case}_{offer.contract}")
            for case in draft.cases
            for offer in draft.offers[case]
        }
        self.best: dict[mathopt.Variable, float] = {}
        self.terms: dict[str, mathopt.LinearExpression] = {}
        self._partition()
        self._limits()
        self._levels()

    def hint(self, columns: list[Column], contracts: dict[int, int]) -> None:
        place = {column: i for i, column in enumerate(self.pool)}
        self.best = dict.fromkeys(self.model.variables(), 0.0)
        for column in columns:
            self.best[self.x[place[column]]] = 1.0
        for case, contract in contracts.items():
            self.best[self.y[case, contract]] = 1.0
        for contract, slack in self.shortfall.items():
            filled = sum(counted_min(self.problem, case) for case, chosen in contracts.items() if chosen == contract)
            self.best[slack] = max(0, self._unfilled(contract) - filled)

    def optimise(self, level: str, *, maximise: bool) -> int:
        term = self.terms[level]
        now: int = round(term.evaluate(self.best))
        if maximise:
            self.model.maximize(term)
        else:
            self.model.minimize(term)
        with _quiet():
            result = mathopt.solve(
                self.model,
                mathopt.SolverType.HIGHS,
                params=mathopt.SolveParameters(
                    node_limit=NODE_LIMIT,
                    absolute_gap_tolerance=0.5,
                    relative_gap_tolerance=0.0,
                    highs=_options(),
                ),
                model_params=mathopt.ModelSolveParameters(
                    solution_hints=[mathopt.SolutionHint(variable_values=dict(self.best))]
                ),
            )
        bound = now
        if result.termination.objective_bounds is not None:
            raw = result.termination.objective_bounds.dual_bound
            if abs(raw) < 1e15:
                bound = math.floor(raw + 1e-6) if maximise else math.ceil(raw - 1e-6)
        if result.has_primal_feasible_solution():
            found = {variable: round(value) for variable, value in result.variable_values().items()}
            value = round(term.evaluate(found))
            if (value > now) if maximise else (value < now):
                self.best, now = {variable: float(value) for variable, value in found.items()}, value
        if maximise:
            self.model.add_linear_constraint(term >= now - 0.5)
        else:
            self.model.add_linear_constraint(term <= now + 0.5)
        return max(bound, now) if maximise else min(bound, now)

    def solution(self) -> tuple[list[Column], dict[int, int]]:
        columns = [column for i, column in enumerate(self.pool) if self.best[self.x[i]] > 0.5]
        contracts = {case: contract for (case, contract), one in self.y.items() if self.best[one] > 0.5}
        return columns, contracts

    def _partition(self) -> None:
        problem, draft = self.problem, self.draft
        held: dict[tuple[int, int], list[mathopt.Variable]] = {}
        live: dict[int, list[mathopt.Variable]] = {}
        for i, column in enumerate(self.pool):
            for part in column.parts:
                held.setdefault((part, column.provider), []).append(self.x[i])
            if column.live >= 0:
                live.setdefault(column.live, []).append(self.x[i])
        for those in live.values():
            self.model.add_linear_constraint(mathopt.fast_sum(those) == 1)
        for case in draft.cases:
            mine = [(offer, self.y[case, offer.contract]) for offer in draft.offers[case]]
            if not mine:
                continue
            self.model.add_linear_constraint(mathopt.fast_sum([y for _, y in mine]) <= 1)
            for provider in sorted({offer.provider for offer, _ in mine}):
                taken = mathopt.fast_sum([y for offer, y in mine if offer.provider == provider])
                for part in case_parts(problem, case, problem.providers[provider].pattern):
                    self.model.add_linear_constraint(mathopt.fast_sum(held.get((part, provider), [])) == taken)

    def _limits(self) -> None:
        problem, ledger = self.problem, self.draft.ledger
        by_contract: dict[int, list[tuple[int, mathopt.Variable]]] = {}
        for (case, contract), y in self.y.items():
            by_contract.setdefault(contract, []).append((case, y))
        grown: dict[int, list[mathopt.LinearExpression]] = {}
        taken_in: dict[int, list[mathopt.LinearExpression]] = {}
        self.shortfall: dict[int, mathopt.Variable] = {}
        for contract, those in by_contract.items():
            load = mathopt.fast_sum([counted_min(problem, case) * y for case, y in those])
            cap = problem.contracts[contract].cap_min
            if cap < UNLIMITED:
                self.model.add_linear_constraint(load <= max(0, cap - ledger.load_min[contract]))
            if (unfilled := self._unfilled(contract)) > 0:
                slack = self.model.add_variable(lb=0.0, ub=unfilled)
                self.model.add_linear_constraint(slack >= unfilled - load)
                self.shortfall[contract] = slack
            for case, y in those:
                growth = growth_min(problem, case)
                grown.setdefault(problem.contracts[contract].provider, []).append(growth * y)
                over = {i for package in problem.cases[case] for i in embargoes_over(problem, package, contract)}
                for i in sorted(over):
                    taken_in.setdefault(i, []).append(growth * y)
        for provider, terms in grown.items():
            limit = problem.providers[provider].growth_limit_min
            if limit < UNLIMITED:
                room = max(0, limit - ledger.growth_min[provider])
                self.model.add_linear_constraint(mathopt.fast_sum(terms) <= room)
        for i, terms in taken_in.items():
            limit = problem.embargoes[i].intake_limit_min
            if limit < UNLIMITED:
                self.model.add_linear_constraint(mathopt.fast_sum(terms) <= max(0, limit - ledger.intake_min[i]))
        self._slots()

    def _slots(self) -> None:
        minutes: dict[Slot, list[mathopt.LinearExpression]] = {}
        opened: dict[tuple[Slot, int], list[mathopt.Variable]] = {}
        for i, column in enumerate(self.pool):
            slot = Slot(column.provider, column.patch, column.shift)
            if slot not in self.draft.ledger.stated or not column.parts:
                continue
            added = sum(part_min(self.problem, part) for part in column.parts)
            minutes.setdefault(slot, []).append(added * self.x[i])
            if column.live < 0:
                opened.setdefault((slot, column.crew), []).append(self.x[i])
        ledger = self.draft.ledger
        for slot, terms in minutes.items():
            room = max(0, ledger.stated[slot].minutes - ledger.added_min[slot])
            self.model.add_linear_constraint(mathopt.fast_sum(terms) <= room)
        for (slot, crew), ones in opened.items():
            stated = ledger.stated[slot].carers if crew == 1 else ledger.stated[slot].pairs
            self.model.add_linear_constraint(mathopt.fast_sum(ones) <= max(0, stated - ledger.new_rounds[slot, crew]))

    def _levels(self) -> None:
        gains: dict[str, list[mathopt.LinearExpression]] = {}
        for (case, contract), y in self.y.items():
            for level, gain in case_gains(self.problem, case, contract).items():
                gains.setdefault(level, []).append(gain * y)
        flat = mathopt.as_flat_linear_expression
        self.terms = {level: flat(mathopt.fast_sum(terms)) for level, terms in gains.items()}
        if self.shortfall:
            self.terms["4"] = flat(mathopt.fast_sum(list(self.shortfall.values())))
        costs = [column.cost_s * x for column, x in zip(self.pool, self.x, strict=True)]
        self.terms["5"] = flat(mathopt.fast_sum(costs))

    def _unfilled(self, contract: int) -> int:
        return max(0, self.problem.contracts[contract].guaranteed_min - self.draft.ledger.load_min[contract])


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what HiGHS prints by itself, whatever it is told, off standard output, which may be for machines."""
    sys.stdout.flush()
    kept = os.dup(1)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)


def _options() -> highs_pb2.HighsOptionsProto:
    options = highs_pb2.HighsOptionsProto()
    options.int_options["threads"] = 1
    options.int_options["random_seed"] = 0
    return options
