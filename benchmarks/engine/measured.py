"""The engine under measurement: one call, with what it cost."""

from __future__ import annotations

import os
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from solver.draft import Draft
from solver.levels import Bound, held_bounds, values
from solver.problem import Problem
from solver.solve import Effort, solve

SAMPLE_S = 0.2
PROC = Path("/proc")


class Solved(NamedTuple):
    """A plan and what it cost."""

    draft: Draft
    bounds: dict[str, Bound]
    """Those that hold for the plan."""
    values: dict[str, int]
    """Of every level of the objective."""
    cpu_s: float
    wall_s: float
    peak_mib: int

    @property
    def gap_percent(self) -> float:
        """By how much level 5 is above its bound; -1 where there is none, or one for other values of levels 1 to 4."""
        return round(100 * (self.values["5"] / self.bound_5 - 1), 2) if self.bound_5 else -1.0

    @property
    def bound_5(self) -> int:
        """The bound of level 5; 0 where there is none."""
        return (self.bounds["5"].value or 0) if "5" in self.bounds else 0


def measured(problem: Problem, seed: int, effort: Effort) -> Solved:
    """Solve a week and say what it cost.

    Parameters
    ----------
    problem
        A council's week, or a zone's.
    seed, effort
        As for :func:`solver.solve.solve`.

    Returns
    -------
    Solved
        CPU seconds and memory with the zones' processes.
    """
    began, wall = cpu_s(), time.perf_counter()
    with peak_memory() as peak:
        draft, bounds = solve(problem, seed=seed, effort=effort)
    spent, lasted = cpu_s() - began, time.perf_counter() - wall
    contracts = {case: placed.contract for case, placed in draft.placed.items()}
    reached = values(problem, contracts, draft.ledger.load_min, draft.cost_s())
    return Solved(
        draft,
        held_bounds(problem, reached, bounds),
        reached,
        round(spent, 2),
        round(lasted, 2),
        round(max(peak) / 2**20),
    )


def cpu_s() -> float:
    """Add up the CPU seconds of this process and of the children that have ended.

    Returns
    -------
    float
        User and system seconds.
    """
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


@contextmanager
def peak_memory() -> Iterator[list[int]]:
    """Watch the memory of this process and of those it starts.

    Yields
    ------
    list of int
        Samples in bytes, shared pages counted once; the last is taken at the end.
    """
    samples = [_memory_bytes()]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLE_S):
            samples.append(_memory_bytes())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield samples
    finally:
        done.set()
        watcher.join()
        samples.append(_memory_bytes())


def _memory_bytes() -> int:
    """Add up the proportional set sizes of the process tree; where there is no ``/proc``, this process's peak."""
    if not (PROC / "self" / "smaps_rollup").exists():
        return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    total, pids = 0, [os.getpid()]
    while pids:
        folder = PROC / str(pids.pop())
        try:
            lines = (folder / "smaps_rollup").read_text().splitlines()
            total += sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            for thread in (folder / "task").iterdir():
                pids += [int(pid) for pid in (thread / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended while being looked at
    return total
