"""What more time buys: the engine and the routing libraries at growing budgets, on one zone."""

from __future__ import annotations

from time import process_time

from rich.console import Console

from benchmarks.engine.against_peers import OURS, PACKAGES, week_by
from benchmarks.engine.instances import Waiting, for_peers, zone
from benchmarks.engine.measured import measured
from benchmarks.engine.peers import present
from benchmarks.engine.schedule import Score, round_days_of, score
from benchmarks.engine.tasks import tasks
from benchmarks.results import Results, Row
from solver.problem import Problem
from solver.solve import Effort
from solver.warm import warm

BUDGETS_S = {"quick": (0.5, 1.5), "usual": (2.0, 5.0, 15.0, 45.0), "full": (2.0, 5.0, 15.0, 45.0, 120.0)}
"""CPU seconds for the week of each library that takes a limit."""
CONSTRUCTIONS = {"quick": (1, 2), "usual": (1, 2, 4, 8, 16), "full": (1, 2, 4, 8, 16, 32)}
"""The engine's budget: searches of a zone."""


def over_time(size: str, seed: int, threads: int) -> Results:
    """Solve one zone with growing budgets, each time from the start.

    Parameters
    ----------
    size
        ``quick``, ``usual`` or ``full``.
    seed
        Of the zone and of every search.
    threads
        That the engine may use.

    Returns
    -------
    Results
        A row for each run; ``python -m benchmarks.engine.plot`` draws them.
    """
    warm()
    whole = zone(PACKAGES[size], seed).problem
    rows: list[Row] = []
    for waiting in ("unpaid", "paid"):
        problem = for_peers(whole, waiting)
        rows += _ours(problem, waiting, seed, threads, CONSTRUCTIONS[size])
        rows += _theirs(problem, waiting, seed, BUDGETS_S[size])
    title = f"One zone of {PACKAGES[size]}, seed {seed}: what more time buys"
    if missing := present()[1]:
        title += f". Not installed, so left out: {', '.join(missing)} (pip install -e '.[bench]')"
    return Results(name="over_time", title=title, rows=rows)


def _ours(problem: Problem, waiting: Waiting, seed: int, threads: int, budgets: tuple[int, ...]) -> list[Row]:
    rows: list[Row] = []
    for searches in budgets:
        Console(stderr=True).print(f"careround, waiting {waiting}, {searches} search(es) …")
        solved = measured(problem, seed, Effort(searches=searches, threads=threads))
        rows.append(_row(OURS, waiting, solved.cpu_s, score(problem, round_days_of(solved.draft))))
    return rows


def _theirs(problem: Problem, waiting: Waiting, seed: int, budgets: tuple[float, ...]) -> list[Row]:
    week, rows = tasks(problem), []
    for name, library in present()[0].items():
        # VROOM takes no limit: it is run once.
        for budget in budgets[:1] if name == "vroom" else budgets:
            Console(stderr=True).print(f"{name}, waiting {waiting}, {budget:g} s …")
            began = process_time()
            days = week_by(library, week, budget, seed)
            rows.append(_row(name, waiting, round(process_time() - began, 2), score(problem, days)))
    return rows


def _row(solver: str, waiting: Waiting, cpu_s: float, reached: Score) -> Row:
    return {
        "solver": solver,
        "waiting": waiting,
        "cpu_s": cpu_s,
        "paid_min": reached.paid_min,
        "round_days": reached.round_days,
        "rounds_per_person": reached.rounds_per_person,
        "left_out": reached.left_out,
        "faults": reached.faults,
    }
