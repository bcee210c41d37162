"""HiGHS, by OR-Tools: a program stated as a matrix, and the answer read as arrays.

MathOpt's own classes make an object for each variable of each answer, which takes as long as many a small program;
its messages are read here instead.
"""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    parameters_pb2,
    result_pb2,
    solution_pb2,
)
from ortools.math_opt.core.python import solver
from pybind11_abseil.status import StatusNotOk

Floats = NDArray[np.float64]
SMALL = 0.5
"""Values are whole numbers: less than one apart is equal."""
DONE = (result_pb2.TERMINATION_REASON_OPTIMAL, result_pb2.TERMINATION_REASON_INFEASIBLE)


class Stated(NamedTuple):
    """Variables from nothing to an upper bound, rows over them, and what is to be small."""

    term: Floats
    upper: Floats
    whole: NDArray[np.bool_]
    """Which of them are whole numbers."""
    rows: sp.csr_array
    """Of shape (rows, variables)."""
    least: Floats
    """Of every row."""
    most: Floats
    """Of every row."""


class Answer(NamedTuple):
    """What came of it."""

    bound: float
    """Nothing is below it."""
    values: Floats | None
    """The best values found."""
    reduced: Floats | None
    """Reduced cost of every variable, of a relaxation."""
    prices: Floats | None
    """Dual value of every row, of a relaxation: what a unit more of its limit adds."""
    done: bool
    """Searched to the end."""


NO_ANSWER = Answer(-math.inf, None, None, None, done=False)
"""HiGHS gave up in numerical trouble: no better choice, no bound."""


def value_of(term: Floats, choice: Floats) -> float:
    """Add up what a choice is worth.

    Without BLAS, which for more than some 10,000 variables has other threads help: they wait for work by turning round,
    which takes a hundred times the sum's own time, and holds up the zones that are worked on beside.

    Parameters
    ----------
    term
        Factor of every variable.
    choice
        Value of every variable.

    Returns
    -------
    float
        The sum of products.
    """
    return float(np.einsum("i,i->", term, choice))


def relax(stated: Stated) -> Answer:
    """Solve without whole numbers, by interior points.

    Parameters
    ----------
    stated
        The program.

    Returns
    -------
    Answer
        With reduced costs and prices.
    """
    parameters = parameters_pb2.SolveParametersProto(lp_algorithm=parameters_pb2.LP_ALGORITHM_BARRIER)
    nothing = np.zeros(len(stated.whole), bool)
    return _run(stated._replace(whole=nothing), parameters, model_parameters_pb2.ModelSolveParametersProto())


def branch(stated: Stated, *, nodes: int, hint: Floats, within: float = 0.0, near: bool = False) -> Answer:
    """Branch and bound.

    Parameters
    ----------
    stated
        The program; values are whole numbers.
    nodes
        Nodes at most; a budget that replays, unlike seconds.
    hint
        A choice to start from.
    within
        Share of the value that is near enough.
    near
        Whether the choice to start from is good: then what is better is looked for near it (RINS) and not near the
        relaxation (RENS), and variables are not tried out before they are branched on, which with hundreds of
        fractional ones takes longer than the nodes that it saves.

    Returns
    -------
    Answer
        The best found.
    """
    parameters = parameters_pb2.SolveParametersProto(
        node_limit=nodes, absolute_gap_tolerance=SMALL, relative_gap_tolerance=within
    )
    # Begun again after the root, it would take as long once more, and few nodes do not repay that.
    parameters.highs.bool_options["mip_allow_restart"] = False
    if near:
        parameters.highs.int_options["mip_pscost_minreliable"] = 0
        parameters.highs.bool_options["mip_heuristic_run_rens"] = False
    model = model_parameters_pb2.ModelSolveParametersProto()
    values = model.solution_hints.add().variable_values
    values.ids.extend(range(len(hint)))
    values.values.extend(hint.tolist())
    return _run(stated, parameters, model)


def _run(
    stated: Stated,
    parameters: parameters_pb2.SolveParametersProto,
    model: model_parameters_pb2.ModelSolveParametersProto,
) -> Answer:
    parameters.highs.int_options["threads"] = 1
    parameters.highs.int_options["random_seed"] = 0
    program, init = _message(stated), parameters_pb2.SolverInitializerProto()
    nothing = callback_pb2.CallbackRegistrationProto()
    with QUIET:
        try:
            result = solver.solve(
                program, parameters_pb2.SOLVER_TYPE_HIGHS, init, parameters, model, None, nothing, None, None
            )
        except StatusNotOk:
            return NO_ANSWER
    return _read(result, *reversed(stated.rows.shape))


def _message(stated: Stated) -> model_pb2.ModelProto:
    """State the program as MathOpt's message; rows without variables are left out."""
    message, number = model_pb2.ModelProto(), len(stated.term)
    message.variables.ids.extend(range(number))
    message.variables.lower_bounds.extend([0.0] * number)
    message.variables.upper_bounds.extend(stated.upper.tolist())
    message.variables.integers.extend(stated.whole.tolist())
    used = np.flatnonzero(np.diff(stated.rows.indptr))
    rows = sp.csr_array(stated.rows[used])
    rows.sort_indices()
    message.linear_constraints.ids.extend(range(len(used)))
    message.linear_constraints.lower_bounds.extend(stated.least[used].tolist())
    message.linear_constraints.upper_bounds.extend(stated.most[used].tolist())
    matrix = message.linear_constraint_matrix
    matrix.row_ids.extend(np.repeat(np.arange(len(used)), np.diff(rows.indptr)).tolist())
    matrix.column_ids.extend(rows.indices.tolist())
    matrix.coefficients.extend(rows.data.tolist())
    message.objective.linear_coefficients.ids.extend(range(number))
    message.objective.linear_coefficients.values.extend(stated.term.tolist())
    return message


def _read(result: result_pb2.SolveResultProto, number: int, rows: int) -> Answer:
    values = reduced = prices = None
    bound = -math.inf
    for solution in result.solutions:
        primal, dual = solution.primal_solution, solution.dual_solution
        if values is None and primal.feasibility_status == solution_pb2.SOLUTION_STATUS_FEASIBLE:
            values = _array(primal.variable_values.ids, primal.variable_values.values, number)
        if reduced is None and dual.feasibility_status == solution_pb2.SOLUTION_STATUS_FEASIBLE:
            reduced = _array(dual.reduced_costs.ids, dual.reduced_costs.values, number)
            prices = _array(dual.dual_values.ids, dual.dual_values.values, rows)
    if math.isfinite(result.termination.objective_bounds.dual_bound):
        bound = result.termination.objective_bounds.dual_bound
    return Answer(bound, values, reduced, prices, done=result.termination.reason in DONE)


def _array(ids: object, values: object, number: int) -> Floats:
    array = np.zeros(number)
    array[np.array(ids, np.int64)] = np.array(values, np.float64)
    return array


class Quiet:
    """Keeps what HiGHS prints by itself, whatever it is told, off standard output, which may be for machines.

    Output goes nowhere while any thread is inside.
    """

    def __init__(self) -> None:
        self._lock, self._inside, self._kept = Lock(), 0, -1

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                sys.stdout.flush()
                self._kept = os.dup(1)
                with Path(os.devnull).open("wb") as nowhere:
                    os.dup2(nowhere.fileno(), 1)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                os.dup2(self._kept, 1)
                os.close(self._kept)


QUIET = Quiet()
"""The one of this process, whose standard output there is one of."""
