"""Choices as whole numbers: the rows of a mixed-integer program, and which choices no whole plan can hold."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, lil_array

from solver.bound.choices import Choice, Choices
from solver.highs import QUIET

PROBE_NODES = 2_000
PROBES = 1_000
"""Choices that are probed, at most; those of great zones stay open."""
INFEASIBLE = 2
"""Status of :func:`scipy.optimize.milp` when there is no solution."""


class Whole(NamedTuple):
    """Rows over choices (0 or 1 each) and free amounts."""

    columns: tuple[Choice, ...]
    most: NDArray[np.float64]
    """Greatest value of each choice and each amount."""
    integrality: NDArray[np.int64]
    matrix: csc_array
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def whole(choices: Choices) -> Whole:
    """State choices as rows: one for each case, then those that all keep together.

    Parameters
    ----------
    choices
        Of every case.

    Returns
    -------
    Whole
        Choices first, free amounts after them.
    """
    columns = tuple(one for those in choices.of.values() for one in those)
    place = {one: i for i, one in enumerate(columns)}
    n = len(columns)
    size = len(choices.of) + len(choices.rows)
    matrix = lil_array((size, n + len(choices.most)))
    low, high = np.ones(size), np.ones(size)
    for i, those in enumerate(choices.of.values()):
        for one in those:
            matrix[i, place[one]] = 1
    for i, row in enumerate(choices.rows, start=len(choices.of)):
        for one, weight in row.weights.items():
            if one in place:
                matrix[i, place[one]] = weight
        for amount, weight in row.amounts.items():
            matrix[i, n + amount] = weight
        low[i], high[i] = (row.total if row.is_exact else -np.inf), row.total
    most = np.array([1.0] * n + [float(one) for one in choices.most])
    integrality = np.array([1] * n + [0] * len(choices.most), np.int64)
    return Whole(columns, most, integrality, csc_array(matrix), low, high)


def probed(choices: Choices) -> Choices:
    """Drop every choice that no whole plan with these rows can hold.

    Equal levels leave few ways: that as many people have waited as many days, at the same sum of tiers and with the
    same hours, is nearly a fingerprint.

    Parameters
    ----------
    choices
        Of every case.

    Returns
    -------
    Choices
        Every whole plan that there was is still among them.
    """
    rows = whole(choices)
    most, gone = rows.most.copy(), set()
    open_ones = [(i, one) for i, one in enumerate(rows.columns) if len(choices.of[one.case]) > 1]
    for i, one in open_ones[:PROBES]:
        least = np.zeros(len(most))
        least[i] = 1
        with QUIET:
            solved = milp(
                np.zeros(len(most)),
                constraints=LinearConstraint(rows.matrix, rows.low, rows.high),
                integrality=rows.integrality,
                bounds=Bounds(least, most),
                options={"node_limit": PROBE_NODES},
            )
        if solved.status == INFEASIBLE:
            most[i] = 0
            gone.add(one)
    return replace(
        choices, of={case: tuple(one for one in those if one not in gone) for case, those in choices.of.items()}
    )
