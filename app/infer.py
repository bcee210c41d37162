"""Live rounds for a council that does not know them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from app.formats.council import DAYS, CouncilFile, Round, RoundDay, RoundVisit
from app.problem import problem_of
from solver.infer import InferredRound, infer_rounds
from solver.problem import Problem


class TimedRound(NamedTuple):
    """A round of the council file and when its visits start."""

    round: Round
    start_min: tuple[tuple[int, ...], ...]
    """Minutes after midnight for each day that the round works."""


def timed_rounds(
    council: CouncilFile, folder: Path = Path(), *, seed: int = 0, as_agreed: bool = True, iterations: int = 1
) -> tuple[TimedRound, ...]:
    """Bundle live visits into plausible rounds of their providers.

    Parameters
    ----------
    council
        Its own rounds are set aside.
    folder
        Folder of the council file.
    seed
        Of every random choice.
    as_agreed
        Whether visits keep their agreed times within the live tolerance; if not, they have the windows that
        they were commissioned with.
    iterations
        Search steps per live package.

    Returns
    -------
    tuple of TimedRound
        Marked as inferred on the day before the planned week.
    """
    bare = council.model_copy(update={"rounds": ()})
    problem = problem_of(bare, folder, as_agreed=as_agreed)
    as_of = council.week.starts_on - timedelta(1)
    found = infer_rounds(problem, seed=seed, iterations=iterations)
    return tuple(_timed_round(problem, number, one, as_of) for number, one in enumerate(found, start=1))


def with_inferred_rounds(council: CouncilFile, folder: Path = Path(), *, seed: int = 0) -> CouncilFile:
    """Give a council inferred live rounds in place of any that it states.

    Parameters
    ----------
    council
        With live packages and their agreed times.
    folder
        Folder of the council file.
    seed
        Of every random choice.

    Returns
    -------
    CouncilFile
        With rounds whose source is ``inferred``.
    """
    return council.model_copy(update={"rounds": tuple(one.round for one in timed_rounds(council, folder, seed=seed))})


def _timed_round(problem: Problem, number: int, one: InferredRound, as_of: date) -> TimedRound:
    days = tuple(
        RoundDay(
            day=DAYS[d],
            visits=tuple(
                RoundVisit(package_ref=problem.packages[problem.visits[v].package].ref, visit_ref=problem.visits[v].ref)
                for v in visits
            ),
        )
        for d, visits in enumerate(one.days)
        if visits
    )
    return TimedRound(
        Round(
            round_ref=f"round-{number:04d}",
            provider_ref=problem.providers[one.provider].ref,
            patch_ref=problem.patches[one.patch].ref,
            shift_ref=problem.shifts[one.shift].ref,
            mode=one.mode,
            crew=1 if one.crew == 1 else 2,
            source="inferred",
            as_of=as_of,
            days=days,
        ),
        tuple(tuple(start // 60 for start in starts) for starts in one.starts_s if starts),
    )
