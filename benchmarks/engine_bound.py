"""How near plans are to what is proven: one zone with everybody waiting, the plan of the engine against its bound.

The zone is the one with most people in the fictional borough on the Merton profile, cut to so many packages.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import mean
from time import process_time

from app.problem import problem_of
from app.synth import PROFILES
from benchmarks.insertion import everybody_waiting
from benchmarks.results import Results, Row
from solver.bound import Bound, labels, proven_bound
from solver.problem import Problem
from solver.solve import Effort, solve
from solver.warm import warm

SIZES = {"quick": ((20,), 1), "usual": ((20, 40, 60), 2), "full": ((20, 40, 60), 5)}
"""Packages of the zone, and how many seeds."""
TURNS = 80
ZONE_SHARE = 0.25
"""The greatest zone surely holds so much of the people."""


def engine_bound(size: str, seed: int) -> Results:
    """Measure the gap between plans and proven bounds.

    Parameters
    ----------
    size
        ``quick``, ``usual`` or ``full``.
    seed
        The first of the seeds.

    Returns
    -------
    Results
        A row for each zone, and the mean of each number of packages.
    """
    warm()
    labels.warm()
    sizes, seeds = SIZES[size]
    rows: list[Row] = []
    for packages in sizes:
        some = [_compare(*one_zone(packages, one), one) for one in range(seed, seed + seeds)]
        rows += some
        if seeds > 1:
            rows.append({**{name: _mean(some, name) for name in some[0]}, "packages": packages, "seed": "mean"})
    return Results(name="engine_bound", title="Plans of one zone against the proven bound on level 5", rows=rows)


def one_zone(packages: int, seed: int) -> tuple[Problem, int]:
    """Make a zone where everybody waits.

    Parameters
    ----------
    packages
        How many wait, at most one more for a couple.
    seed
        Of the council.

    Returns
    -------
    problem : Problem
        Whose cases all are of one zone.
    zone : int
        That zone.
    """
    scale = packages / ZONE_SHARE / PROFILES["merton"].people
    problem = problem_of(everybody_waiting(seed, scale), Path())
    by_zone: dict[int, list[tuple[int, ...]]] = {}
    for case in problem.cases:
        by_zone.setdefault(problem.packages[case[0]].zone, []).append(case)
    zone, cases = max(by_zone.items(), key=lambda item: (sum(map(len, item[1])), -item[0]))
    kept, count = [], 0
    for case in cases:
        if count < packages:
            kept.append(case)
            count += len(case)
    return replace(problem, cases=tuple(kept)), zone


def _compare(problem: Problem, zone: int, seed: int) -> Row:
    began = process_time()
    draft, _ = solve(problem, seed=seed, effort=Effort(threads=1))
    between = process_time()
    placed = {case: one.contract for case, one in draft.placed.items()}
    free = proven_bound(problem, zone, placed, iterations=TURNS)
    after = process_time()
    cost_s = draft.cost_s()
    return {
        "packages": sum(map(len, problem.cases)),
        "seed": seed,
        "placed": sum(len(problem.cases[case]) for case in placed),
        "plan_paid_min": round(cost_s / 60),
        "bound_paid_min": round(free.value_s / 60),
        "gap_percent": _gap(cost_s, free),
        "is_optimum": int(free.complete),
        "columns": free.columns,
        "solve_cpu_s": round(between - began, 2),
        "bound_cpu_s": round(after - between, 2),
    }


def _gap(cost_s: int, bound: Bound) -> float:
    """By how much the plan may be above the best one, in per cent of the plan."""
    return round(100 * (cost_s - bound.value_s) / cost_s, 2) if cost_s else 0.0


def _mean(rows: list[Row], name: str) -> float:
    return round(mean(float(row[name]) for row in rows), 2)
