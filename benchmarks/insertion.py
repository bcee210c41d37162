"""The engine's inner loop: what one weekly insertion costs in the kernel, and what a construction costs.

The week is the fictional borough's on the Merton profile with everybody waiting, as in a transfer of all work
(Merton 2022 report, 2.10): no live rounds, every package to be placed.
"""

from __future__ import annotations

import time
from statistics import median

import numpy as np

from app.formats.council import CouncilFile
from app.ground import cache_folder
from app.problem import problem_of
from app.synth import PROFILES, synth
from app.synth.profiles import ProfileName
from benchmarks.results import Results, Row
from solver import kernel
from solver.board import Board
from solver.draft import Draft
from solver.means import MODES
from solver.problem import Problem
from solver.search import Search
from solver.warm import warm

SIZES = {"quick": (60, 120), "usual": (120, 650), "full": (120, 650)}
LEAST_S = 0.002
"""A call is repeated until it has run so long, so that the clock's own step does not show."""


def insertion(size: str, seed: int) -> Results:
    """Measure insertions and constructions for two numbers of packages.

    Parameters
    ----------
    size
        ``quick``, ``usual`` or ``full``.
    seed
        Of the council and of the construction.

    Returns
    -------
    Results
        A row for each number of packages.
    """
    warm()
    rows: list[Row] = []
    for people in SIZES[size]:
        scale = people / PROFILES["merton"].people
        problem = problem_of(everybody_waiting(seed, scale))
        draft, cpu_s = timed_construction(problem, seed)
        samples = insertion_us(draft)
        rows.append(
            {
                "packages": len(problem.packages),
                "parts": len(problem.parts),
                "placed": sum(len(problem.cases[case]) for case in draft.placed),
                "construction_cpu_s": round(cpu_s, 2),
                "rounds": sum(
                    not board.is_empty(r) for board in draft.boards.values() for r in range(len(board.rounds))
                ),
                "insertion_us_median": round(median(samples), 2),
                "insertion_us_p90": round(float(np.percentile(samples, 90)), 2),
                "samples": len(samples),
            }
        )
    return Results(
        name="insertion", title=f"Insertion and construction, {size} size, seed {seed}, one process", rows=rows
    )


def everybody_waiting(seed: int, scale: float, profile: ProfileName = "merton") -> CouncilFile:
    """Make the fictional borough's council with no package served yet.

    Parameters
    ----------
    seed
        Of the council.
    scale
        Share of the profile's people.
    profile
        Whose contract model.

    Returns
    -------
    CouncilFile
        Without live rounds.
    """
    council = synth(profile, seed=seed, scale=scale, rounds="none", cache_dir=cache_folder())
    packages = tuple(one.model_copy(update={"state": "waiting", "provider_ref": None}) for one in council.packages)
    return council.model_copy(update={"packages": packages, "rounds": ()})


def timed_construction(problem: Problem, seed: int) -> tuple[Draft, float]:
    """Construct once, from empty rounds.

    Parameters
    ----------
    problem
        A council's week.
    seed
        Of the construction.

    Returns
    -------
    draft : Draft
        With whom it could place.
    cpu_s : float
        Seconds of this process.
    """
    draft = Draft(problem)
    began = time.process_time()
    search = Search(draft, [seed])
    search.construct()
    return search.draft(), time.process_time() - began


def insertion_us(draft: Draft) -> list[float]:
    """Time weekly insertions of every fitting part into every round that has visits.

    Parameters
    ----------
    draft
        A construction.

    Returns
    -------
    list of float
        For each round, microseconds per part priced at all its places on all its days.
    """
    return [
        _round_us(board, r)
        for board in draft.boards.values()
        for r in range(len(board.rounds))
        if not board.is_empty(r)
    ]


def _round_us(board: Board, r: int) -> float:
    problem, one = board.problem, board.rounds[r]
    mode = MODES[one.mode]
    shift, crew = one.shift, one.crew
    fitting = [
        i
        for i, part in enumerate(board.tables.parts)
        if (problem.parts[part].shift, problem.parts[part].crew) == (shift, crew)
    ]
    wanted = np.array(fitting, np.int64)
    out = np.empty(len(wanted), np.int64)
    setting, weights = problem.day_setting(shift, mode, crew), problem.weights(mode, board.patch)
    times, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < LEAST_S:
        kernel.join_many(
            board.sequences[r],
            board.lengths[r],
            board.costs[r, one.mode],
            board.inherited[r],
            board.tables.part_visits,
            board.tables.part_days,
            board.tables.part_sizes,
            wanted,
            board.tables.rows,
            board.tables.travel,
            setting,
            board.tables.limits,
            weights,
            out,
        )
        times += 1
    return 1e6 * spent / (times * len(wanted))
