"""Generalised assignment, packages to providers under hour caps, on published instances with known best values.

The master's core without rounds: each package with one provider, hours within caps, least cost. The instances are
stated to the same solver with the same settings as the master's.
"""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.engine.measured import cpu_s
from benchmarks.results import Results, Row
from solver.program import Program

ROOT = Path(__file__).resolve().parents[2]
NODES, TURNS, STEPS = 5, 2_000, 300
"""Branch-and-bound nodes as the engine's master has them, neighbourhoods, and prices that are tried: budgets that replay, for
every size."""
MOST_ITEMS = {"quick": 60, "usual": 400, "full": 10_000}


class Instance(NamedTuple):
    """Packages to be given to providers."""

    cost: NDArray[np.int64]
    """Of shape (providers, packages)."""
    load: NDArray[np.int64]
    """Of shape (providers, packages)."""
    cap: NDArray[np.int64]
    """Of shape (providers,)."""


class Assigned(NamedTuple):
    """What was found within the time."""

    providers: NDArray[np.int64]
    """Provider of each package; none when nothing was found."""
    bound: float


def gap(size: str) -> Results:
    """Solve the published instances that are at hand.

    Parameters
    ----------
    size
        ``quick``: up to 60 packages; ``usual``: up to 400; ``full``: all.

    Returns
    -------
    Results
        A row for each instance; the table shows each family. Instances with nothing found are failures.
    """
    folder = instances_folder("gap")
    if folder is None:
        title = "Generalised assignment: the instances are not at hand (CAREROUND_BENCH_DATA says where they are)"
        return Results(name="gap", title=title, rows=[])
    with (folder / "best_known.csv").open(newline="", encoding="utf-8") as file:
        known = [row for row in csv.DictReader(file) if int(row["items"]) <= MOST_ITEMS[size]]
    here = [row for row in known if (folder / row["path"]).is_file()]
    rows, failures = [], []
    for row in here:
        Console(stderr=True).print(f"{row['path']} …")
        solved = _solved(row, read_instance(folder / row["path"]))
        rows.append(solved)
        if not solved["cost"]:
            failures.append(f"{row['path']}: nothing found")
    return Results(
        name="gap",
        title=f"Generalised assignment, {len(here)} instances ({len(known) - len(here)} others are listed but not at hand): "
        "per cent over the best known cost",
        rows=rows,
        failures=failures,
        summary=_families(rows),
    )


def instances_folder(family: str) -> Path | None:
    """Find the published instances of a family.

    Parameters
    ----------
    family
        Name of its folder.

    Returns
    -------
    Path or None
        Beside the clone, or where ``CAREROUND_BENCH_DATA`` points; None when they are not there.
    """
    stated = os.environ.get("CAREROUND_BENCH_DATA")
    folder = (Path(stated) if stated else ROOT.parent / "shared" / "bench") / family
    return folder if (folder / "best_known.csv").is_file() else None


def read_instance(path: Path) -> Instance:
    """Read an instance: providers and packages, costs, loads, caps.

    Parameters
    ----------
    path
        A text file of integers.

    Returns
    -------
    Instance
        As the file has it.
    """
    numbers = np.array(path.read_text(encoding="utf-8").split(), np.int64)
    m, n = int(numbers[0]), int(numbers[1])
    cost, load = numbers[2 : 2 + 2 * m * n].reshape(2, m, n)
    return Instance(cost, load, numbers[2 + 2 * m * n : 2 + 2 * m * n + m])


def assign(asked: Instance, turns: int = TURNS) -> Assigned:
    """Give each package to a provider within the caps, at least cost: everybody first, then the cost.

    Parameters
    ----------
    asked
        The instance.
    turns
        Neighbourhoods that are searched after the branch and bound.

    Returns
    -------
    Assigned
        The best found.
    """
    m, n = asked.cost.shape
    anybody = _program(asked, 0.0)
    anybody.optimise(np.full(n * m, -1.0), nodes=1)
    if anybody.best.sum() < n - 0.5:
        return Assigned(np.empty(0, np.int64), 0.0)
    everybody = _program(asked, 1.0)
    everybody.best = anybody.best
    bound = everybody.optimise(asked.cost.T.ravel().astype(float), nodes=NODES, turns=turns, steps=STEPS)
    return Assigned(everybody.best.reshape(n, m).argmax(axis=1), bound)


def cost_of(asked: Instance, providers: NDArray[np.int64]) -> int:
    """Price an assignment.

    Parameters
    ----------
    asked
        The instance.
    providers
        Provider of each package.

    Returns
    -------
    int
        Its cost; 0 when a cap is exceeded or nobody is assigned.
    """
    packages = np.arange(len(providers))
    carried = np.bincount(providers, asked.load[providers, packages], minlength=len(asked.cap))
    return 0 if (carried > asked.cap).any() else int(asked.cost[providers, packages].sum())


def _program(asked: Instance, least: float) -> Program:
    """State the caps, and that each package goes to at least so many providers, and to one at most."""
    m, n = asked.cost.shape
    program = Program(np.ones(n * m), np.ones(n * m, bool), np.full(n * m, least > 0))
    for j in range(n):
        program.row([(j * m + i, 1.0) for i in range(m)], least, 1.0)
    for i in range(m):
        program.row([(j * m + i, float(asked.load[i, j])) for j in range(n)], -np.inf, float(asked.cap[i]))
    return program


def _solved(known: dict[str, str], asked: Instance) -> Row:
    began, wall = cpu_s(), time.perf_counter()
    found = assign(asked)
    cost, best = cost_of(asked, found.providers), int(known["best_known"])
    return {
        "instance": known["path"],
        "family": known["cls"],
        "packages": int(known["items"]),
        "providers": int(known["agents"]),
        "best_known": best,
        "cost": cost,
        "over_best_percent": round(100 * (cost / best - 1), 3) if cost else -1.0,
        "bound": round(found.bound, 1),
        "cpu_s": round(cpu_s() - began, 2),
        "wall_s": round(time.perf_counter() - wall, 2),
    }


def _families(rows: list[Row]) -> list[Row]:
    summary: list[Row] = []
    for family, packages in sorted({(str(row["family"]), int(row["packages"])) for row in rows}):
        those = [row for row in rows if (row["family"], row["packages"]) == (family, packages)]
        over = [float(row["over_best_percent"]) for row in those]
        summary.append(
            {
                "family": f"{family}, {packages} packages",
                "instances": len(those),
                "within_0.1_percent": sum(0 <= one <= 0.1 for one in over),
                "mean_over_best_percent": round(float(np.mean(over)), 3),
                "most_over_best_percent": max(over),
                "cpu_s": round(sum(float(row["cpu_s"]) for row in those), 1),
            }
        )
    return summary
