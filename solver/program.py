"""A program in whole numbers, solved level by level: each level is held at what it reached before the next."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2

SEARCHED_MOST = 1_500
"""Optional variables that a branch and bound looks at, those of least reduced cost: more take minutes, and gain little."""
SMALL = 0.5
"""Values are whole numbers: less than one apart is equal."""
HELD = 1e-4
"""How far a level that is held may slip in a relaxation, so that rounding errors do not make it infeasible."""

Floats = NDArray[np.float64]
Terms = list[tuple[int, float]]
"""Variables and their factors."""


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
    """

    def __init__(self, upper: Floats, whole: NDArray[np.bool_], optional: NDArray[np.bool_]) -> None:
        self.number = len(upper)
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

    def optimise(self, term: Floats, *, nodes: int, within: float = 0.0) -> float:
        """Make a term as small as the search finds, and hold it from then on.

        Parameters
        ----------
        term
            Factor of every variable; whole numbers where the variables are.
        nodes
            Branch-and-bound nodes; a budget that replays, unlike seconds. With none, only the bound is worked out.
        within
            Share of the value that a better choice must be worth to be looked for.

        Returns
        -------
        float
            No choice that holds the levels before can be below it.
        """
        self._build()
        now = float(term @ self.best)
        relaxed, reduced = self._relax(term)
        bound = min(now, math.ceil(relaxed - 1e-3 - 1e-7 * abs(relaxed))) if math.isfinite(relaxed) else -math.inf
        if bound <= now - max(SMALL, within * abs(now)) and nodes:
            self._branch(term, reduced, now - relaxed, nodes, within)
            now = float(term @ self.best)
        self.hold(term)
        return min(bound, now)

    def hold(self, term: Floats) -> None:
        """Hold a term at what the best choice makes of it.

        Parameters
        ----------
        term
            Factor of every variable; less is better.
        """
        nonzero = np.flatnonzero(term)
        if len(nonzero):
            now = float(term @ self.best) + HELD
            self._rows.append((nonzero.tolist(), term[nonzero].tolist(), -math.inf, now))

    def _relax(self, term: Floats) -> tuple[float, Floats]:
        """Solve without whole numbers: the bound, and the reduced cost of every variable."""
        result = _solve(self._model(term, np.arange(self.number), whole=False), nodes=None)
        if result is None or not result.has_dual_feasible_solution():
            return -math.inf, np.zeros(self.number)
        costs = np.zeros(self.number)
        for variable, value in result.reduced_costs().items():
            costs[variable.id] = value
        return float(result.termination.objective_bounds.dual_bound), costs

    def _branch(self, term: Floats, reduced: Floats, gap: float, nodes: int, within: float) -> None:
        """Search among the variables that could still be in a better choice, those of least reduced cost first."""
        chosen = self.best > 1e-6
        useful = np.flatnonzero(self.optional & ((reduced < gap) | chosen))
        if len(useful) > SEARCHED_MOST:
            rank = np.where(chosen[useful], -math.inf, reduced[useful])
            useful = useful[np.argsort(rank, kind="stable")[:SEARCHED_MOST]]
        free = np.sort(np.concatenate([useful, np.flatnonzero(~self.optional)]))
        # By the relaxation's prices a better choice cannot differ from this one there (reduced-cost fixing).
        fixed = self.whole & np.where(chosen, reduced <= -gap, reduced >= gap)
        model = self._model(term + self.tie, free, whole=True, fixed=fixed)
        result = _solve(model, nodes=nodes, hint=self.best[free], within=within)
        if result is None or not result.has_primal_feasible_solution():
            return
        found = np.zeros(self.number)
        for variable, value in result.variable_values().items():
            at = free[variable.id]
            found[at] = round(value) if self.whole[at] else value
        if float(term @ found) < float(term @ self.best) - SMALL and self._holds(found):
            self.best = found

    def _holds(self, found: Floats) -> bool:
        reached = np.asarray(self._a @ found)
        return bool(np.all(reached >= self._lower - 1e-6) and np.all(reached <= self._upper + 1e-6))

    def _model(
        self, term: Floats, free: NDArray[np.intp], *, whole: bool, fixed: NDArray[np.bool_] | None = None
    ) -> mathopt.Model:
        """State the program over some variables, some of them held at the best choice; the others are nothing."""
        proto, number = model_pb2.ModelProto(), len(free)
        held = np.zeros(number, bool) if fixed is None else fixed[free]
        proto.variables.ids.extend(range(number))
        proto.variables.lower_bounds.extend(np.where(held, self.best[free], 0.0).tolist())
        proto.variables.upper_bounds.extend(np.where(held, self.best[free], self.upper[free]).tolist())
        proto.variables.integers.extend((self.whole[free] & whole).tolist())
        part = sp.csr_array(self._a[:, free])
        used = np.flatnonzero(np.diff(part.indptr))
        rows = sp.coo_array(part[used])
        proto.linear_constraints.ids.extend(range(len(used)))
        proto.linear_constraints.lower_bounds.extend(self._lower[used].tolist())
        proto.linear_constraints.upper_bounds.extend(self._upper[used].tolist())
        order = np.lexsort((rows.col, rows.row))
        proto.linear_constraint_matrix.row_ids.extend(rows.row[order].tolist())
        proto.linear_constraint_matrix.column_ids.extend(rows.col[order].tolist())
        proto.linear_constraint_matrix.coefficients.extend(rows.data[order].tolist())
        proto.objective.linear_coefficients.ids.extend(range(number))
        proto.objective.linear_coefficients.values.extend(term[free].tolist())
        return mathopt.Model.from_model_proto(proto)

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


def _solve(
    model: mathopt.Model, *, nodes: int | None, hint: Floats | None = None, within: float = 0.0
) -> mathopt.SolveResult | None:
    """Run HiGHS: an interior-point relaxation without ``nodes``, else branch and bound from the hint."""
    options = highs_pb2.HighsOptionsProto()
    options.int_options["threads"] = 1
    options.int_options["random_seed"] = 0
    settings = mathopt.ModelSolveParameters()
    if nodes is None:
        parameters = mathopt.SolveParameters(lp_algorithm=mathopt.LPAlgorithm.BARRIER, highs=options)
    else:
        parameters = mathopt.SolveParameters(
            node_limit=nodes, absolute_gap_tolerance=SMALL, relative_gap_tolerance=within, highs=options
        )
        if hint is not None:
            values = dict(zip(model.variables(), hint.tolist(), strict=True))
            settings.solution_hints = [mathopt.SolutionHint(variable_values=values)]
    with quiet():
        try:
            return mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters, model_params=settings)
        except ValueError:  # HiGHS gave up in numerical trouble: no better choice, no bound
            return None


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what HiGHS prints by itself, whatever it is told, off standard output, which may be for machines.

    Yields
    ------
    None
        Output goes nowhere meanwhile.
    """
    sys.stdout.flush()
    kept = os.dup(1)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)
