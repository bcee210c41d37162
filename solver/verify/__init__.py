"""An independent checker: recomputes every time, hour, rule, level and figure of a plan, naively.

It imports neither the search nor the kernel, and reports every violation; what live rounds broke before
the plan is reported apart, as inherited.
"""

from __future__ import annotations

from solver.plan import Plan
from solver.problem import Problem
from solver.verify.figures import check_figures
from solver.verify.moves import check_moves, read_moves
from solver.verify.offers import check_offers
from solver.verify.people import check_people
from solver.verify.reading import Reading
from solver.verify.reasons import check_reasons
from solver.verify.rounds import check_rounds
from solver.verify.settled import check_settled
from solver.verify.violation import Violation

__all__ = ["Violation", "verify"]


def verify(problem: Problem, plan: Plan) -> list[Violation]:
    """Check a plan against the council's week.

    Parameters
    ----------
    problem
        What the plan was made from.
    plan
        Any plan, ours or a person's.

    Returns
    -------
    list of Violation
        Every one found, inherited ones marked; a plan is good when none is new.
    """
    read = read_moves(problem, plan)
    reading = Reading(read.problems[-1], plan)
    found = [*reading.faults, *read.faults, *check_rounds(reading), *check_people(reading)]
    # What follows compares the plan with a board rebuilt from it; a plan that is broken in itself has none.
    if not any(violation.structural for violation in found):
        found += [*check_settled(reading), *check_reasons(reading), *check_offers(reading), *check_figures(reading)]
        found += check_moves(reading, read)
    return found
