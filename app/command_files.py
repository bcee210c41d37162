"""The files that commands read and write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    from app.formats.council import CouncilFile
    from app.formats.plan import PlanFile
    from solver.marginal import MarginalValue
    from solver.solve import Progress as Tell


def write_all(out: Path, council: CouncilFile, plan: PlanFile, run: dict[str, Any], tell: Tell) -> None:
    """Write a council, its plan, the facts of the run and the internal report.

    Parameters
    ----------
    out
        The folder.
    council, plan
        What to write.
    run
        Facts of the run.
    tell
        Told of stages.
    """
    from app.formats.read import write_json

    write_json(out / "council.json", council)
    write_json(out / "plan.json", plan)
    write_run(out / "run.json", run)
    write_reports(out, council, plan, out, "internal", tell)


def write_reports(
    out: Path,
    council: CouncilFile,
    plan: PlanFile,
    folder: Path,
    audience: str,
    tell: Tell,
    capacity: tuple[MarginalValue, ...] | None = None,
) -> None:
    """Write the HTML report, the map data and the workbook of a plan.

    Parameters
    ----------
    out
        The folder.
    council, plan
        The week and the proposal for it.
    folder
        Folder of the council file.
    audience
        ``shared`` or ``internal``.
    tell
        Told of stages.
    capacity
        What a step more of each limit is worth; left out where nobody asked.
    """
    from app.ground import Ground
    from app.reports.geojson import write_rounds_geojson
    from app.reports.html import write_report
    from app.reports.xlsx import write_workbook

    ground = Ground(council=council, folder=folder)
    who: Any = audience
    stages: tuple[tuple[str, Callable[[], None]], ...] = (
        (
            "drawing the report",
            lambda: write_report(out / "report.html", council, plan, ground=ground, audience=who, capacity=capacity),
        ),
        (
            "writing the map data",
            lambda: write_rounds_geojson(out / "rounds.geojson", council, plan, ground=ground, audience=who),
        ),
        (
            "writing the workbook",
            lambda: write_workbook(out / "plan.xlsx", council, plan, ground=ground, audience=who, capacity=capacity),
        ),
    )
    for stage, write in stages:
        tell(stage, 0, 1, {})
        write()
        tell(stage, 1, 1, {})


def write_run(path: Path, run: dict[str, Any]) -> None:
    """Write the facts of a run, whole or not at all.

    Parameters
    ----------
    path
        The file.
    run
        Times, memory, versions: what a plan does not hold.
    """
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(json.dumps(run, indent=2) + "\n", encoding="utf-8")
    temporary.replace(path)


def read_council_file(path: Path) -> CouncilFile:
    """Read a council file, and note on the terminal what is doubtful in it.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    CouncilFile
        Checked.

    Raises
    ------
    BadFile
        With every fault found.
    """
    from app.formats.checks import warnings
    from app.formats.read import read_council

    council = read_council(path)
    soft = warnings(council)
    if soft:
        console = Console(stderr=True)
        for one in soft[:3]:
            console.print(f"[yellow]note[/yellow] {one.path}: {one.reason}. {one.mend}.", highlight=False)
        if len(soft) > 3:
            console.print(f"[yellow]note[/yellow] … and {len(soft) - 3} more of this kind.")
    return council


def make_folder_of(out: Path) -> None:
    """Make the folder that a file is to stand in.

    Parameters
    ----------
    out
        The file.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
