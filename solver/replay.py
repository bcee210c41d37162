"""Rebuild the board that a plan describes, to ask it further questions."""

from __future__ import annotations

from solver.draft import Draft
from solver.means import MODES
from solver.plan import Plan
from solver.pool import Column, rebuild
from solver.problem import Problem
from solver.verify.moves import read_moves
from solver.verify.reading import Reading


class UnreadablePlan(Exception):
    """The plan names things that the council file does not hold, so no board can be rebuilt from it."""


def draft_of(problem: Problem, plan: Plan) -> Draft:
    """Rebuild the draft of a plan.

    Parameters
    ----------
    problem
        What the plan was made from, or a changed copy with the same visits.
    plan
        A plan that verifies.

    Returns
    -------
    Draft
        With the plan's rounds and placements; its problem is the week as it stands after the plan's moves.

    Raises
    ------
    UnreadablePlan
        Some ref names nothing.
    """
    read = read_moves(problem, plan)
    problem = read.problems[-1]
    reading = Reading(problem, plan)
    if faults := [*reading.faults, *read.faults]:
        raise UnreadablePlan(f"{faults[0].where}: {faults[0].sentence} Run careround verify.")
    draft = Draft(problem)
    held: dict[str, list[int]] = {}
    for placement in reading.placements:
        at = {frozenset(problem.visits[v].ref for v in problem.parts[i].visits): i for i in placement.layout.parts}
        for part in placement.stated.parts:
            held.setdefault(part.round_ref, []).append(at[frozenset(part.visit_refs)])
    columns = [
        Column(
            one.patch,
            one.provider,
            one.shift,
            one.stated.crew,
            MODES.index(one.mode),
            one.live,
            one.days,
            tuple(sorted(held.get(ref, ()))),
            0,
        )
        for ref, one in reading.rounds.items()
    ]
    contracts = {
        case: reading.contract_of[packages[0]]
        for case, packages in enumerate(problem.cases)
        if packages[0] in reading.contract_of
    }
    rebuild(draft, columns, contracts)
    return draft
