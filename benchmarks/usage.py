"""What work cost, a command or a call: CPU seconds with its children, wall seconds, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one run of a command cost.

    Parameters
    ----------
    exit_code
        As the command ended.
    cpu_s
        User and system seconds of the command and of every process it waited for.
    wall_s
        Seconds from start to end.
    peak_mib
        Resident memory of the largest of its processes, in MiB.
    said
        What it printed.
    """

    exit_code: int
    cpu_s: float
    wall_s: float
    peak_mib: int
    said: str


def run_careround(*arguments: str | Path) -> Usage:
    """Run the command ``careround`` in a process of its own, as people do.

    Parameters
    ----------
    arguments
        Command, arguments and options.

    Returns
    -------
    Usage
        Start-up of Python and imports included.
    """
    line = [sys.executable, "-m", "benchmarks.careround", *map(str, arguments)]
    with tempfile.TemporaryFile("w+") as said:
        began = time.perf_counter()
        process = subprocess.Popen(line, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT, text=True)
        # wait4 states what the process used and, after it, the children it waited for: the zones' workers.
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return Usage(
            exit_code=process.returncode,
            cpu_s=used.ru_utime + used.ru_stime,
            wall_s=wall_s,
            peak_mib=round(used.ru_maxrss / 1024),
            said=said.read(),
        )


def clocked(work: Callable[[], object]) -> tuple[float, float]:
    """Run some work in this process once.

    Parameters
    ----------
    work
        What to measure; its answer is dropped.

    Returns
    -------
    wall_s, cpu_s
        Seconds from start to end, and user and system seconds of this process.
    """
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu
