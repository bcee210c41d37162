"""The engine against routing libraries that plan each day by itself, all scored by one scorer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from time import process_time

import numpy as np
from rich.console import Console

from benchmarks.engine.instances import Waiting, for_peers, zone
from benchmarks.engine.measured import measured
from benchmarks.engine.peers import PEERS, Peer, present
from benchmarks.engine.schedule import RoundDay, round_days_of, score
from benchmarks.engine.tasks import Task, round_days, shares, tasks
from benchmarks.engine.zones import SEEDS, means
from benchmarks.results import Cell, Results, Row
from solver.problem import Problem
from solver.solve import Effort
from solver.warm import warm

PACKAGES = {"quick": 30, "usual": 120, "full": 120}
CPU_S = {"quick": 2.0, "usual": 15.0, "full": 60.0}
"""CPU seconds for the week of each library that takes a limit."""
OURS = "careround"
PAYMENTS: tuple[Waiting, ...] = ("unpaid", "paid", "short", "by_shift")


def peers(size: str, seed: int, threads: int) -> Results:
    """Compare the engine with routing libraries that plan each day by itself.

    Parameters
    ----------
    size
        ``quick``, ``usual`` or ``full``.
    seed
        Of the first instance; the others follow.
    threads
        That the engine may use.

    Returns
    -------
    Results
        A row for each instance, way of paying for waiting, and solver; the table shows the means over the seeds.
        Libraries that are not installed are named and left out.
    """
    warm()
    libraries, missing = present()
    seeds = range(seed, seed + SEEDS[size])
    rows: list[Row] = []
    for one in seeds:
        Console(stderr=True).print(f"seed {one} …")
        rows += _compared(zone(PACKAGES[size], one).problem, one, threads, libraries, CPU_S[size])
    title = (
        f"Zones of {PACKAGES[size]} against routing libraries, day by day: means of {len(seeds)} seed(s); "
        "more_… says what a solver has more than careround"
    )
    if missing:
        title += f". Not installed, so left out: {', '.join(missing)} (pip install -e '.[bench]')"
    return Results(name="peers", title=title, rows=rows, summary=_against_ours(rows))


def week_by(library: Peer, week: Sequence[Task], cpu_s: float, seed: int) -> list[RoundDay]:
    """Let a library plan a week, task by task.

    Parameters
    ----------
    library
        Adapter of the library.
    week
        The tasks.
    cpu_s
        For the whole week.
    seed
        Of the library's random numbers.

    Returns
    -------
    list of RoundDay
        Not yet linked to weekly rounds.
    """
    return [
        day
        for task, share in zip(week, shares(cpu_s, week), strict=True)
        for day in round_days(task, library(task, share, seed))
    ]


def _compared(whole: Problem, seed: int, threads: int, libraries: Mapping[str, Peer], cpu_s: float) -> list[Row]:
    rows: list[Row] = []
    plans: dict[str, list[tuple[list[RoundDay], float]]] = defaultdict(list)
    for waiting in PAYMENTS:
        problem = for_peers(whole, waiting)
        solved = measured(problem, seed, Effort(threads=threads))
        about: dict[str, Cell] = {"packages": len(problem.packages), "seed": seed, "waiting": waiting}
        reached = score(problem, round_days_of(solved.draft))
        rows.append({**about, "solver": OURS, **reached._asdict(), "cpu_s": solved.cpu_s})
        for name, library in libraries.items():
            if waiting != "short":  # no library can state it: the better of its other two plans counts
                began = process_time()
                days = week_by(library, tasks(problem), cpu_s, seed)
                plans[name].append((days, process_time() - began))
            tried = plans[name] if waiting == "short" else plans[name][-1:]
            best = min((score(problem, days) for days, _ in tried), key=lambda one: (one.left_out, one.paid_min))
            spent = round(sum(one for _, one in tried), 2)
            rows.append({**about, "solver": name, **best._asdict(), "cpu_s": spent})
    return rows


def _against_ours(rows: Sequence[Row]) -> list[Row]:
    summary: list[Row] = []
    for waiting in PAYMENTS:
        ours = [row for row in rows if (row["waiting"], row["solver"]) == (waiting, OURS)]
        for name in (OURS, *PEERS):
            theirs = [row for row in rows if (row["waiting"], row["solver"]) == (waiting, name)]
            if theirs:
                summary.append(
                    {
                        "solver": f"{name}, {waiting}",
                        **means(theirs, ("round_days", "paid_min", "rounds_per_person")),
                        "faults": sum(int(row["left_out"]) + int(row["faults"]) for row in theirs),
                        "cpu_s": means(theirs, ("cpu_s",))["cpu_s"],
                        "more_days_percent": _more(theirs, ours, "round_days"),
                        "more_paid_percent": _more(theirs, ours, "paid_min"),
                        "more_rounds_pp_percent": _more(theirs, ours, "rounds_per_person"),
                    }
                )
    return summary


def _more(theirs: Sequence[Row], ours: Sequence[Row], column: str) -> float:
    pairs = zip(theirs, ours, strict=True)
    return round(float(np.mean([100 * (float(a[column]) / float(b[column]) - 1) for a, b in pairs])), 1)
