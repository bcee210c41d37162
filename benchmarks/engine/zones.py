"""Zones from scratch: all rules on, the engine alone; and against routing libraries, day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import process_time

import numpy as np
from rich.console import Console

from benchmarks.engine.instances import Market, Waiting, for_peers, zone
from benchmarks.engine.measured import Solved, measured
from benchmarks.engine.peers import PEERS, Peer, present
from benchmarks.engine.schedule import Score, round_days_of, score
from benchmarks.engine.tasks import Task, round_days, shares, tasks
from benchmarks.results import Cell, Results, Row
from solver.problem import Problem
from solver.solve import Effort
from solver.warm import warm

SEEDS = {"quick": 1, "usual": 5, "full": 5}
ZONES: dict[str, tuple[tuple[int, Market], ...]] = {
    "quick": ((30, "one"), (30, "several")),
    "usual": ((60, "one"), (60, "several"), (120, "one"), (120, "several")),
    "full": ((60, "one"), (60, "several"), (120, "one"), (120, "several")),
}
PEER_PACKAGES = {"quick": 30, "usual": 120, "full": 120}
PEER_CPU_S = {"quick": 2.0, "usual": 15.0, "full": 60.0}
"""CPU seconds for the week of each library that takes a limit."""


def zones(size: str, seed: int, processes: int) -> Results:
    """Plan zones from scratch with every rule on.

    Parameters
    ----------
    size
        ``quick``, ``usual`` or ``full``.
    seed
        Of the first instance; the others follow.
    processes
        That the engine may use.

    Returns
    -------
    Results
        A row for each instance; the table shows the means over the seeds.
    """
    warm()
    rows = [
        _planned(packages, market, one, processes)
        for packages, market in ZONES[size]
        for one in range(seed, seed + SEEDS[size])
    ]
    kinds = [(f"{packages} packages, {market}", (packages, market)) for packages, market in ZONES[size]]
    return Results(
        name="zone",
        title=f"Zones from scratch, every rule on: means of {SEEDS[size]} seed(s)",
        rows=rows,
        summary=[
            {
                "zone": name,
                **means([row for row in rows if (row["packages"], row["market"]) == kind], SHOWN),
            }
            for name, kind in kinds
        ],
    )


SHOWN = ("placed", "rounds", "round_days", "paid_min", "rounds_per_person", "gap_percent", "cpu_s", "wall_s")


def peers(size: str, seed: int, processes: int) -> Results:
    """Compare the engine with routing libraries that plan each day by itself.

    Parameters
    ----------
    size
        ``quick``, ``usual`` or ``full``.
    seed
        Of the first instance; the others follow.
    processes
        That the engine may use.

    Returns
    -------
    Results
        A row for each instance and solver; the table shows the means over the seeds. Libraries that are not installed
        are named and left out.
    """
    warm()
    libraries, missing = present()
    seeds = range(seed, seed + SEEDS[size])
    rows: list[Row] = []
    for one in seeds:
        whole = zone(PEER_PACKAGES[size], one).problem
        for waiting in ("paid", "unpaid"):
            Console(stderr=True).print(f"seed {one}, waiting {waiting} …")
            rows += _compared(whole, waiting, one, processes, libraries, PEER_CPU_S[size])
    title = (
        f"Zones of {PEER_PACKAGES[size]} against routing libraries, day by day: means of {len(seeds)} seed(s); "
        "more_… says what a solver has more than careround"
    )
    if missing:
        title += f". Not installed, so left out: {', '.join(missing)} (pip install -e '.[bench]')"
    return Results(name="peers", title=title, rows=rows, summary=_against_ours(rows))


def means(rows: Sequence[Row], columns: Sequence[str]) -> dict[str, Cell]:
    """Average columns over rows.

    Parameters
    ----------
    rows
        Of one kind.
    columns
        Numbers.

    Returns
    -------
    dict
        Column to mean.
    """
    return {column: round(float(np.mean([float(row[column]) for row in rows])), 2) for column in columns}


def week_of(library: Peer, week: Sequence[Task], cpu_s: float, seed: int, problem: Problem) -> Score:
    """Let a library solve a week, task by task, and score it.

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
    problem
        The zone.

    Returns
    -------
    Score
        Of its rounds, linked day after day.
    """
    days = [
        day
        for task, share in zip(week, shares(cpu_s, week), strict=True)
        for day in round_days(task, library(task, share, seed))
    ]
    return score(problem, days)


def _planned(packages: int, market: Market, seed: int, processes: int) -> Row:
    made = zone(packages, seed, market)
    solved = measured(made.problem, seed, Effort(processes=processes))
    reached = score(made.problem, round_days_of(solved.draft))
    return {
        "packages": packages,
        "market": market,
        "seed": seed,
        **{key: value for key, value in made.figures._asdict().items() if key != "packages"},
        "placed": len(solved.draft.placed),
        "tiers": solved.values["2"],
        **reached._asdict(),
        "bound_min": round(solved.bounds.get("5", 0) / 60),
        "gap_percent": solved.gap_percent,
        **_cost(solved),
    }


def _cost(solved: Solved) -> dict[str, Cell]:
    return {"cpu_s": solved.cpu_s, "wall_s": solved.wall_s, "peak_mib": solved.peak_mib}


def _compared(
    whole: Problem, waiting: Waiting, seed: int, processes: int, libraries: Mapping[str, Peer], cpu_s: float
) -> list[Row]:
    problem = for_peers(whole, waiting)
    week = tasks(problem)
    about: dict[str, Cell] = {"packages": len(problem.packages), "seed": seed, "waiting": waiting, "tasks": len(week)}
    solved = measured(problem, seed, Effort(processes=processes))
    reached = score(problem, round_days_of(solved.draft))
    rows: list[Row] = [{**about, "solver": "careround", **reached._asdict(), "cpu_s": solved.cpu_s}]
    for name, library in libraries.items():
        began = process_time()
        reached = week_of(library, week, cpu_s, seed, problem)
        spent = round(process_time() - began, 2)
        rows.append({**about, "solver": name, **reached._asdict(), "cpu_s": spent})
    return rows


def _against_ours(rows: Sequence[Row]) -> list[Row]:
    summary: list[Row] = []
    for waiting in ("paid", "unpaid"):
        ours = [row for row in rows if (row["waiting"], row["solver"]) == (waiting, "careround")]
        for name in ("careround", *PEERS):
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
