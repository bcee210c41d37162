"""The main job, profile by profile: make a council, allocate its week, verify the plan, each as its command."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from rich.console import Console

from app.synth.profiles import PROFILES, ProfileName
from benchmarks.results import Results, Row
from benchmarks.usage import Usage, run_careround
from solver.warm import warm

PEOPLE = {"quick": 60, "usual": 650}
"""People of a council, served or waiting; ``full`` is the size of the council's report."""
STEPS = ("synth", "allocate", "verify")
FIGURES = {
    "waiting": "packages_in",
    "placed": "people_placed",
    "rounds": "rounds",
    "new_rounds": "rounds_new",
    "walkable_visits_percent": "walkable_visits_percent",
    "travel_min_per_contact_hour": "travel_min_per_contact_hour",
}


def main_job(size: str, seed: int, threads: int) -> Results:
    """Measure the main job on the fictional borough.

    Parameters
    ----------
    size
        ``quick``, ``usual`` or ``full``.
    seed
        Of the council and of the plan.
    threads
        Zones solved at once.

    Returns
    -------
    Results
        A row for each profile; a step that fails leaves its row out and is a failure.
    """
    warm()  # kernels compile once per version: no part of a run
    names: list[ProfileName] = ["merton"] if size == "quick" else list(PROFILES)
    rows: list[Row] = []
    failures: list[str] = []
    for name in names:
        Console(stderr=True).print(f"{name} …")
        scale = 1.0 if size == "full" else min(1.0, PEOPLE[size] / PROFILES[name].people)
        with tempfile.TemporaryDirectory(prefix="careround-bench-") as folder:
            used, failure = _steps(name, scale, seed, threads, Path(folder))
            if failure:
                failures.append(f"{name}: {failure}")
            else:
                rows.append(_row(name, scale, used, Path(folder)))
    title = f"Main job, {size} size, seed {seed}, {threads} thread(s); CPU with children, memory of the largest process"
    return Results(name="main_job", title=title, rows=rows, failures=failures)


def _steps(name: str, scale: float, seed: int, threads: int, folder: Path) -> tuple[dict[str, Usage], str]:
    council, plan = folder / "council.json", folder / "plan.json"
    lines: dict[str, tuple[str | Path, ...]] = {
        "synth": ("--profile", name, "--seed", str(seed), "--scale", f"{scale:.4f}", "--out", council),
        "allocate": (council, "--out", plan, "--seed", str(seed), "--threads", str(threads)),
        "verify": (council, plan),
    }
    used: dict[str, Usage] = {}
    for step in STEPS:
        used[step] = run_careround(step, *lines[step], "--json")
        if used[step].exit_code:
            said = used[step].said.strip().splitlines()[:4]
            return used, f"careround {step} ended with {used[step].exit_code}: {' '.join(said)}"
    return used, ""


def _row(name: str, scale: float, used: dict[str, Usage], folder: Path) -> Row:
    council = json.loads((folder / "council.json").read_text())
    plan = json.loads((folder / "plan.json").read_text())
    row: dict[str, str | int | float] = {
        "profile": name,
        "scale": round(scale, 4),
        "people": len(council["packages"]),
        "providers": len(council["providers"]),
    }
    row |= {figure: plan["kpis"][key] for figure, key in FIGURES.items()}
    row |= {f"level_{key}": value for key, value in _levels(plan).items()}
    for step in STEPS:
        row[f"{step}_cpu_s"] = round(used[step].cpu_s, 2)
        row[f"{step}_wall_s"] = round(used[step].wall_s, 2)
        row[f"{step}_peak_mib"] = used[step].peak_mib
    return row


def _levels(plan: dict[str, list[dict[str, str | int]]]) -> dict[str, int]:
    """State levels 1 to 5; the classes of level 1 are added up, so that profiles have the same columns."""
    found = {str(level["level"]): int(level["value"]) for level in plan["levels"]}
    placed = sum(value for level, value in found.items() if level.startswith("1.") and level != "1.wait")
    return {"1": placed, **{level: found[level] for level in ("1.wait", "2", "3", "4", "5")}}
