"""The engine under measurement: one call, with what it cost."""

from __future__ import annotations

import os
import resource
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from solver.draft import Draft
from solver.levels import Bound, held_bounds, values
from solver.problem import Problem
from solver.solve import Effort, solve

SAMPLE_S = 0.2
PROC = Path("/proc")


class Stage(NamedTuple):
    """What a stage of the engine cost."""

    cpu_s: float
    peak_mib: int


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
    stages: dict[str, Stage]
    """In the order in which they were worked."""

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
        CPU seconds and memory, of whatever processes it starts too.
    """
    wall = time.perf_counter()
    with _Watch() as watch:
        draft, bounds = solve(problem, seed=seed, effort=effort, progress=watch)
    lasted = time.perf_counter() - wall
    contracts = {case: placed.contract for case, placed in draft.placed.items()}
    reached = values(problem, contracts, draft.ledger.load_min, draft.cost_s())
    return Solved(
        draft,
        held_bounds(problem, reached, bounds),
        reached,
        round(sum(one.cpu_s for one in watch.stages.values()), 2),
        round(lasted, 2),
        max(one.peak_mib for one in watch.stages.values()),
        watch.stages,
    )


def stage_cells(solved: Solved) -> dict[str, float]:
    """State CPU seconds and peak memory of every stage.

    Parameters
    ----------
    solved
        A plan.

    Returns
    -------
    dict
        Two columns for each stage.
    """
    cells: dict[str, float] = {}
    for name, one in solved.stages.items():
        cells |= {f"{name}_cpu_s": one.cpu_s, f"{name}_mib": one.peak_mib}
    return cells


def cpu_s() -> float:
    """Add up the CPU seconds of this process and of the children that have ended.

    Returns
    -------
    float
        User and system seconds.
    """
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class _Watch:
    """Follow a run by its own progress, stage by stage, and sample its memory meanwhile."""

    def __init__(self) -> None:
        self.stages: dict[str, Stage] = {}
        self._now = "preparing"
        self._began_s = _tree_cpu_s()
        self._peak = _memory_bytes()
        self._done = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> _Watch:
        """Start sampling."""
        self._sampler.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the last stage."""
        self._done.set()
        self._sampler.join()
        self._close()

    def __call__(self, stage: str, _done: int, _of: int, _reached: Mapping[str, int]) -> None:
        """Hear of progress.

        Parameters
        ----------
        stage
            What is being done.
        """
        if stage != self._now:
            self._close()
            self._now = stage

    def _close(self) -> None:
        spent_s, self._began_s = _tree_cpu_s() - self._began_s, _tree_cpu_s()
        before = self.stages.get(self._now, Stage(0.0, 0))
        peak = max(self._peak, _memory_bytes())
        self.stages[self._now] = Stage(round(before.cpu_s + spent_s, 2), max(before.peak_mib, round(peak / 2**20)))
        self._peak = 0

    def _sample(self) -> None:
        while not self._done.wait(SAMPLE_S):
            self._peak = max(self._peak, _memory_bytes())


def _tree_cpu_s() -> float:
    """Add up the CPU seconds of this process, of those it has started, and of those that have ended."""
    if not (PROC / "self" / "stat").exists():
        return cpu_s()
    ticks = 0
    for folder in _process_tree():
        with suppress(OSError):
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            ticks += sum(int(one) for one in fields[11:15])  # user and system time, its own and of children that ended
    return ticks / os.sysconf("SC_CLK_TCK")


def _process_tree() -> Iterator[Path]:
    """List this process and all below it, as folders of ``/proc``."""
    pids = [os.getpid()]
    while pids:
        folder = PROC / str(pids.pop())
        yield folder
        with suppress(OSError):
            for thread in (folder / "task").iterdir():
                pids += [int(pid) for pid in (thread / "children").read_text().split()]


def _memory_bytes() -> int:
    """Add up the proportional set sizes of the process tree; where there is no ``/proc``, this process's peak."""
    if not (PROC / "self" / "smaps_rollup").exists():
        return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    total = 0
    for folder in _process_tree():
        with suppress(OSError):  # it ended while being looked at
            lines = (folder / "smaps_rollup").read_text().splitlines()
            total += sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total
