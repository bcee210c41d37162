"""Unlocks applied to a problem, as the council file would state them, or one unit short of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from solver.plan import PlanEdit, PlanUnlock
from solver.problem import Parameters, Problem
from solver.rule import ceil_to

PARAMETERS = {
    "walk_leg_max_min": "walk_leg_s",
    "walk_total_max_min": "walk_total_s",
    "drive_leg_max_min": "drive_leg_s",
    "cycle_leg_max_min": "cycle_leg_s",
    "split_shift_gap_max_min": "split_gap_s",
    "break_min": "break_s",
}

Fields = dict[str, Any]
CHANGES: dict[tuple[str, str], Callable[[Any, Any, int], Fields]] = {
    ("contracts", "max_hours"): lambda _, value, less: {"cap_min": _minutes(value) - less},
    ("contracts", "ends_on"): lambda _, value, __: {"ends_on": value},
    ("contracts", "starts_on"): lambda _, __, ___: {"starts_on": 0},
    ("contracts", "lots"): lambda one, value, _: {"lots": one.lots | {value}},
    ("providers", "growth_limit_hours"): lambda _, value, less: {"growth_limit_min": _minutes(value) - less},
    ("providers", "skills"): lambda one, value, _: {"skills": one.skills | {value}},
    ("embargoes", "new"): lambda one, _, __: {"blocks": one.blocks - {"new"}},
    ("embargoes", "weekly_intake_limit_hours"): lambda _, value, less: {"intake_limit_min": _minutes(value) - less},
    ("capacity_returns", "carers"): lambda _, value, less: {"carers": value - less},
    ("capacity_returns", "pairs"): lambda _, value, less: {"pairs": value - less},
    ("capacity_returns", "hours"): lambda _, value, less: {"minutes": _minutes(value) - less},
}
"""What an edit of a thing changes in it, given the thing, the value, and how many units to fall short."""


def applied(problem: Problem, unlock: PlanUnlock) -> Problem:
    """Apply an unlock."""
    for edit in unlock.edits:
        problem = _edited(problem, edit, 0)
    return problem


def one_unit_short(problem: Problem, unlock: PlanUnlock) -> Problem | None:
    """Apply an unlock but for one unit; None where it is all or nothing."""
    if not all(_counts(edit.value) for edit in unlock.edits):
        return None
    for edit in unlock.edits:
        problem = _edited(problem, edit, 1)
    return problem


def _counts(value: Any) -> bool:
    return isinstance(value, int | float | list | tuple) and not isinstance(value, bool)


def _edited(problem: Problem, edit: PlanEdit, less: int) -> Problem:
    if edit.collection == "parameters":
        return replace(problem, parameters=_parameters(problem.parameters, edit, less))
    if edit.collection == "visits":
        return _window(problem, edit, less)
    change = CHANGES[edit.collection, edit.field]

    def edited(things: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(one, **change(one, edit.value, less)) if one.ref == edit.ref else one for one in things)

    if edit.collection == "contracts":
        return replace(problem, contracts=edited(problem.contracts))
    if edit.collection == "providers":
        return replace(problem, providers=edited(problem.providers))
    if edit.collection == "embargoes":
        return replace(problem, embargoes=edited(problem.embargoes))
    return replace(problem, returns=edited(problem.returns))


def _parameters(parameters: Parameters, edit: PlanEdit, less: int) -> Parameters:
    if edit.field == "carer_week_max_hours":
        return replace(
            parameters, carer_week_s=round(3600 * edit.value) - ceil_to(60 * less, parameters.carers_per_round)
        )
    name = PARAMETERS[edit.field]
    tighter = less if name == "break_s" else -less
    fields: Fields = {name: 60 * (edit.value + tighter)}
    return replace(parameters, **fields)


def _window(problem: Problem, edit: PlanEdit, less: int) -> Problem:
    package, ref = edit.ref.split("/")
    earliest, latest = (3600 * int(clock[:2]) + 60 * int(clock[3:]) for clock in edit.value)
    visits = tuple(
        replace(one, earliest_s=earliest + 60 * less, latest_s=latest - 60 * less)
        if one.ref == ref and problem.packages[one.package].ref == package
        else one
        for one in problem.visits
    )
    return replace(problem, visits=visits)


def _minutes(hours: float) -> int:
    return round(60 * hours)
