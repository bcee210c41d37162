"""The machine and the versions that a figure was measured with."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from app import __version__

LIBRARIES = ("numba", "numpy", "ortools", "osmnx", "scipy")
ROOT = Path(__file__).resolve().parents[1]


def machine_facts() -> dict[str, str]:
    """Say what machine this is, and which versions run on it.

    Returns
    -------
    dict
        Name to value, as text; no name of the machine or of a person.
    """
    return {
        "careround": __version__,
        "commit": _commit(),
        "processor": _processor(),
        "cores": str(os.cpu_count() or 1),
        "memory_gib": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f}",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "no git"
