"""The pipeline: receive package → locate in zone → travel → candidate rounds → choose → explain → record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from app.formats.council import CouncilFile
from app.formats.plan import PlanFile
from app.formats.read import council_sha256
from app.plans import plan_file, stated_plan
from app.problem import problem_of
from solver.assemble import assemble
from solver.carried import carried
from solver.moving import moving
from solver.problem import Problem
from solver.solve import Effort, Progress, never, silent, solve
from solver.verify import Violation, verify


class UnverifiedPlan(Exception):
    """The checker found fault with a plan that careround made; nothing was written.

    Parameters
    ----------
    violations
        What the checker found.
    """

    def __init__(self, violations: list[Violation]) -> None:
        first = "; ".join(f"{one.code} at {one.where}" for one in violations[:3])
        super().__init__(f"{len(violations)} violation(s), the first: {first}. Please report this.")
        self.violations = violations


def allocate(
    council: CouncilFile,
    *,
    folder: Path = Path(),
    seed: int = 1,
    effort: Effort | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] = never,
    start: PlanFile | None = None,
    dropped: Callable[[Sequence[str]], None] | None = None,
) -> PlanFile:
    """Propose rounds and providers for everybody who waits.

    Parameters
    ----------
    council
        A checked council file.
    folder
        Folder of the council file; paths of street extracts start there.
    seed
        Of every random choice.
    effort
        How hard to search.
    progress
        Told of stages and of what is reached.
    stop
        Asked now and then; True ends the search, and the plan is the best so far, verified like any other.
    start
        A plan to start from as well, last week's for instance; the result is no worse than what of it still fits.
    dropped
        Told, before the search, what of that plan no longer fits and why: a sentence for each placement.

    Returns
    -------
    PlanFile
        Verified: the checker finds nothing new.

    Raises
    ------
    ForeignStreets
        The street extract is missing or another one.
    UnverifiedPlan
        The checker found fault; a defect of careround.
    """
    effort = effort or Effort()
    stopped: list[bool] = []

    def ended() -> bool:
        """Ask once more, and remember that the answer was yes."""
        if not stopped and stop():
            stopped.append(True)
        return bool(stopped)

    tell = progress or silent
    tell("locating homes and measuring travel", 0, 1, {})
    problem = problem_of(council, folder)  # receive, locate in zone, travel
    tell("locating homes and measuring travel", 1, 1, {})
    warm = None
    if start is not None:
        kept = carried(problem, stated_plan(start, council))
        warm = kept.draft
        if dropped is not None:
            dropped(kept.dropped)
    # candidate rounds, choose
    draft, bounds = solve(problem, seed=seed, effort=effort, progress=tell, stop=ended, start=warm)
    moves = None
    if problem.parameters.moves is not None:
        moves = moving(draft, lambda done, of: tell("moving people within the budget", done, of, {}), ended)
        draft = moves.draft
        tell("moving people within the budget", 1, 1, {})
    tell("explaining", 0, 1, {})
    plan = assemble(draft, bounds, moves)  # explain
    tell("explaining", 1, 1, {})
    replayable = not stopped
    file = plan_file(plan, council, seed=seed, effort=effort.searches, replayable=replayable, start=start)  # record
    tell("verifying", 0, 1, {})
    if new := [one for one in check(problem, council, file) if not one.inherited]:
        raise UnverifiedPlan(new)
    tell("verifying", 1, 1, {})
    return file


def check(problem: Problem, council: CouncilFile, file: PlanFile) -> list[Violation]:
    """Verify a plan file against its council.

    Parameters
    ----------
    problem
        Of the council.
    council
        The council file.
    file
        Any plan file.

    Returns
    -------
    list of Violation
        Inherited ones are marked.
    """
    found = verify(problem, stated_plan(file, council))
    if file.provenance.council_sha256 != council_sha256(council):
        found.insert(
            0,
            Violation(
                code="OTHER_COUNCIL",
                where="provenance.council_sha256",
                sentence="The plan was made from another council file, or the file has changed since.",
                structural=True,
            ),
        )
    budget = council.parameters.moves
    stated = file.moves and (file.moves.people, file.moves.approved_by, file.moves.reason)
    if stated != (budget and (budget.people, budget.approved_by, budget.reason)):
        found.append(
            Violation(code="MOVES_BUDGET", where="moves", sentence="The budget of moves is not the one of the council.")
        )
    if (file.council, file.fictional) != (council.name, council.fictional):
        found.insert(
            0,
            Violation(code="OTHER_COUNCIL", where="council", sentence="The council is named or marked otherwise."),
        )
    return found
