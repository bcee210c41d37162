"""One package now: how long every provider's answer takes on the board of a large council."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.practice import problem_for
from benchmarks.results import Results, Row
from solver import kernel
from solver.board import MODES, Board
from solver.draft import Draft, case_parts
from solver.options import options
from solver.warm import warm

SIZES = {"quick": (0.1, 20), "usual": (1.0, 100), "full": (1.0, 1_000)}
"""Share of the Leeds profile's 3,000 people, and packages asked for at most."""
WARM_UPS = 5


def options_of_packages(size: str, seed: int) -> Results:
    """Time the options of waiting packages on a Leeds-size board, in CPU milliseconds.

    Parameters
    ----------
    size
        ``quick``, ``usual`` or ``full``.
    seed
        Of the council, and of which packages are asked for.

    Returns
    -------
    Results
        A row for the kernel's part alone, for the whole call with reasons, and for the call that also looks for unlocks.
    """
    warm()
    scale, most = SIZES[size]
    problem = problem_for("leeds", scale, seed)
    draft = Draft(problem)
    rng = np.random.default_rng(seed)
    cases = [int(case) for case in rng.permutation(draft.cases)[:most]]
    rounds = sum(len(board.rounds) for board in draft.boards.values())

    def timed(name: str, ask: Callable[[int], object]) -> Row:
        for case in cases[:WARM_UPS]:
            ask(case)
        taken_ms = []
        for case in cases:
            began = time.process_time()
            ask(case)
            taken_ms.append(1e3 * (time.process_time() - began))
        return {
            "call": name,
            "packages": len(problem.packages),
            "rounds": rounds,
            "asked": len(cases),
            "p50_cpu_ms": round(float(np.median(taken_ms)), 3),
            "p99_cpu_ms": round(float(np.percentile(taken_ms, 99)), 3),
            "most_cpu_ms": round(max(taken_ms), 3),
        }

    return Results(
        name="options",
        title=f"One package now, Leeds profile at {scale:g} of its size, seed {seed}, one core",
        rows=[
            timed("kernel alone", lambda case: price_everywhere(draft, case)),
            timed("options with reasons", lambda case: options(draft, case, with_unlocks=False)),
            timed("options with reasons and unlocks", lambda case: options(draft, case, with_unlocks=True)),
        ],
    )


def price_everywhere(draft: Draft, case: int) -> int:
    """Price a case's parts in every round of the providers that may be offered it, by the kernel.

    Parameters
    ----------
    draft
        The board without the case.
    case
        Id of the case.

    Returns
    -------
    int
        How many pairs of a part and a round were priced.
    """
    problem = draft.problem
    patch = problem.packages[problem.cases[case][0]].patch
    if patch not in draft.boards:
        return 0
    board, priced = draft.boards[patch], 0
    for offer in draft.offers[case]:
        for part in case_parts(problem, case, problem.providers[offer.provider].pattern):
            for r in draft.candidates(board, part, offer.provider):
                _price(board, r, board.part_at[part])
                priced += 1
    return priced


def _price(board: Board, r: int, part: int) -> None:
    one, out = board.rounds[r], np.empty(1, np.int64)
    kernel.join_many(
        board.sequences[r],
        board.lengths[r],
        board.costs[r, one.mode],
        board.inherited[r],
        board.part_visits,
        board.part_days,
        board.part_sizes,
        np.array([part], np.int64),
        board.rows,
        board.travel[one.mode],
        board.problem.day_setting(one.shift, MODES[one.mode], one.crew),
        board.limits,
        board.problem.weights(MODES[one.mode]),
        out,
    )
