"""The engine against routing libraries that plan each day by itself, all scored by one scorer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from time import process_time
from typing import NamedTuple

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
OURS_DEAR = f"{OURS}, planned for an hour"
PAYMENTS: tuple[Waiting, ...] = ("unpaid", "paid", "short")
DEAR_S = 3600
"""The second price of a round's day before its first visit, in paid seconds, besides the default: what fewer round-days cost."""


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
        A row for each instance, way of paying for waiting, price of a round's day, and solver; at the default price also
        for the engine's plan for the dearer one. The table shows the means over the seeds. Libraries that are not
        installed are named and left out.
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
        "…_over_… compares a solver with that library in the same rows"
    )
    if missing:
        title += f". Not installed, so left out: {', '.join(missing)} (pip install -e '.[bench]')"
    return Results(name="peers", title=title, rows=rows, summary=_summary(rows))


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


class _Planned(NamedTuple):
    days: list[RoundDay]
    cpu_s: float


def _compared(whole: Problem, seed: int, threads: int, libraries: Mapping[str, Peer], cpu_s: float) -> list[Row]:
    usual_s = whole.parameters.walk_start_s
    rows: list[Row] = []
    ours: dict[tuple[Waiting, int], _Planned] = {}
    for start_s in (usual_s, DEAR_S):
        plans: dict[str, list[_Planned]] = defaultdict(list)
        for waiting in PAYMENTS:
            problem = for_peers(whole, waiting, start_s)
            about: dict[str, Cell] = {
                "packages": len(problem.packages),
                "seed": seed,
                "waiting": waiting,
                "start_min": start_s // 60,
            }
            solved = measured(problem, seed, Effort(threads=threads))
            ours[waiting, start_s] = _Planned(round_days_of(solved.draft), solved.cpu_s)
            rows.append({**about, "solver": OURS, **_scored(problem, [ours[waiting, start_s]])})
            for name, library in libraries.items():
                if waiting != "short":  # no library can state it: the better of its other two plans counts
                    began = process_time()
                    days = week_by(library, tasks(problem), cpu_s, seed)
                    plans[name].append(_Planned(days, process_time() - began))
                tried = plans[name] if waiting == "short" else plans[name][-1:]
                rows.append({**about, "solver": name, **_scored(problem, tried)})
    for waiting in PAYMENTS:
        about = {"packages": len(whole.packages), "seed": seed, "waiting": waiting, "start_min": usual_s // 60}
        problem = for_peers(whole, waiting)
        rows.append({**about, "solver": OURS_DEAR, **_scored(problem, [ours[waiting, DEAR_S]])})
    return rows


def _scored(problem: Problem, tried: Sequence[_Planned]) -> Row:
    best = min((score(problem, one.days) for one in tried), key=lambda one: (one.left_out, one.paid_min))
    return {**best._asdict(), "cpu_s": round(sum(one.cpu_s for one in tried), 2)}


def _summary(rows: Sequence[Row]) -> list[Row]:
    groups: dict[tuple[Cell, Cell], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        groups[row["waiting"], row["start_min"]][str(row["solver"])].append(row)
    return [
        {"solver": f"{name}, {waiting}, {start_min} min", **_means(group, name)}
        for (waiting, start_min), group in groups.items()
        for name in (OURS, OURS_DEAR, *PEERS)
        if group[name]
    ]


def _means(group: Mapping[str, list[Row]], name: str) -> Row:
    those = group[name]
    return {
        **means(those, ("round_days", "paid_min", "rounds_per_person")),
        "faults": sum(int(row["left_out"]) + int(row["faults"]) for row in those),
        "cpu_s": means(those, ("cpu_s",))["cpu_s"],
        "days_over_vroom_percent": _over(those, group["vroom"], "round_days"),
        "paid_over_pyvrp_percent": _over(those, group["pyvrp"], "paid_min"),
    }


def _over(those: Sequence[Row], library: Sequence[Row], column: str) -> Cell:
    if not library:
        return ""
    pairs = zip(those, library, strict=True)
    return round(float(np.mean([100 * (float(a[column]) / float(b[column]) - 1) for a, b in pairs])), 1)
