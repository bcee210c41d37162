"""What a little more capacity is worth to the people whom a plan leaves waiting."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.formats.council import CouncilFile
from app.formats.plan import PlanFile
from app.plans import stated_plan
from app.problem import problem_of
from solver.marginal import MarginalValue, marginal_values
from solver.replay import draft_of


def capacity(
    council: CouncilFile, plan: PlanFile, *, folder: Path = Path(), step_hours: float = 10.0
) -> tuple[MarginalValue, ...]:
    """Relax every limit in somebody's way by a step, and insert people who wait into the plan's rounds.

    Parameters
    ----------
    council, plan
        That belong together.
    folder
        Folder of the council file.
    step_hours
        Carer-hours a week by which a limit is relaxed; limits on carers and pairs by one.

    Returns
    -------
    tuple of MarginalValue
        What places most hours first.

    Raises
    ------
    UnreadablePlan
        The plan does not belong to this council.
    """
    draft = draft_of(problem_of(council, folder), stated_plan(plan, council))
    return marginal_values(draft, step_min=round(60 * step_hours))


def stated(value: MarginalValue) -> dict[str, Any]:
    """State a marginal value for machines.

    Parameters
    ----------
    value
        What a limit is worth.

    Returns
    -------
    dict
        Numbers in the limit's unit, ``carer_min`` or ``carers``; where none is expected, null.
    """
    unit = "carers" if value.expected is None else "carer_min"
    one: dict[str, Any] = {**asdict(value), "unit": unit}
    for name in ("expected", "proven"):
        worth = getattr(value, name)
        one[name] = None if worth is None else {**worth._asdict(), "by_shift": dict(worth.by_shift)}
    return one


__all__ = ["MarginalValue", "capacity", "stated"]
