"""How long the engine's kernels take to be ready in a new process: never compiled, and compiled before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.engine.measured import cpu_s
from benchmarks.results import Results, Row

ROOT = Path(__file__).resolve().parents[2]
PROCESS = """
import json, time
began = time.perf_counter()
import numba, numpy, ortools.math_opt.python.mathopt
imported = time.perf_counter()
from solver.warm import warm
warm()
print(json.dumps({"libraries_s": imported - began, "kernels_s": time.perf_counter() - imported}))
"""
RUNS = {
    "quick": ("cold", "cached"),
    "usual": ("cold", "cached", "cached", "cached"),
    "full": ("cold",) + ("cached",) * 9,
}


def kernels_start(size: str) -> Results:
    """Measure the start of the kernels.

    Parameters
    ----------
    size
        ``quick``, ``usual`` or ``full``: how often the cached start is repeated.

    Returns
    -------
    Results
        A row for each start: seconds for the libraries' imports, then for the kernels.
    """
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="careround-bench-") as folder:
        for run in RUNS[size]:
            began = cpu_s()
            taken = _started(Path(folder))
            rows.append(
                {
                    "start": run,
                    **{name: round(one, 2) for name, one in taken.items()},
                    "cpu_s": round(cpu_s() - began, 2),
                }
            )
    return Results(
        name="start", title="Start of the kernels in a new process, without and with compiled code", rows=rows
    )


def _started(cache: Path) -> dict[str, float]:
    # Python keeps its own bytecode too, as where the engine is installed, whatever this process was told.
    kept = {"CAREROUND_CACHE_DIR": str(cache), "PYTHONPYCACHEPREFIX": str(cache / "bytecode")}
    said = subprocess.run(
        [sys.executable, "-c", PROCESS],
        cwd=ROOT,
        env={**os.environ, **kept, "PYTHONDONTWRITEBYTECODE": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    taken: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return taken
