"""Live rounds of a fictional council, in the four grades in which councils know theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

import numpy as np

from app.formats.council import CouncilFile, Package, Round, RoundDay
from app.formats.times import clock

RoundsGrade = Literal["none", "returns", "ecm", "declared"]
ONE_FLAWED_IN = 30  # rounds per visibly flawed one in call-monitoring data [assumption]
JITTER_MIN = 4.0  # spread of monitored times around the planned ones [assumption]
AGREED_WITHIN_MIN = 25  # agreed times of live visits are this near to the preferred ones [assumption]
ECM_AGE_DAYS = 9  # age of the call-monitoring extract [assumption]


class Timed(Protocol):
    """A round and the times it keeps, as `app.infer.timed_rounds` finds them."""

    @property
    def round(self) -> Round:
        """The round; its source is overwritten with the grade's."""
        ...

    @property
    def start_min(self) -> tuple[tuple[int, ...], ...]:
        """Start of service of each visit, minutes after midnight: one tuple per day of the round, in its order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedRound:
    """A round and the times it keeps.

    Parameters
    ----------
    round
        The round.
    start_min
        Start of service of each visit, minutes after midnight: one tuple per day of ``round.days``, in the order
        of its visits.
    """

    round: Round
    start_min: tuple[tuple[int, ...], ...]


Infer = Callable[[CouncilFile], Sequence[Timed]]


def with_live_rounds(
    council: CouncilFile, grade: RoundsGrade, *, infer: Infer, rng: np.random.Generator
) -> CouncilFile:
    """Give a council its live rounds in one grade.

    Parameters
    ----------
    council
        Without rounds; live visits are agreed at their preferred times.
    grade
        ``none`` and ``returns``: no rounds. ``ecm``: rounds from call monitoring, some days old, times with
        jitter, one in thirty flawed. ``declared``: the providers' own rounds and times.
    infer
        Finds plausible rounds for the live packages.
    rng
        Source of all draws.

    Returns
    -------
    council
        With rounds, and live visits agreed at the times that their rounds keep.
    """
    if grade in ("none", "returns"):
        return council
    closer = council.parameters.model_copy(update={"tolerance_min": AGREED_WITHIN_MIN})
    timed: Sequence[Timed] = infer(council.model_copy(update={"parameters": closer}))
    if grade == "ecm":
        first = int(rng.integers(min(ONE_FLAWED_IN, max(1, len(timed)))))
        timed = [_flawed(one, rng) if k % ONE_FLAWED_IN == first else one for k, one in enumerate(timed)]
    as_of = council.week.starts_on - timedelta(days=ECM_AGE_DAYS if grade == "ecm" else 3)
    rounds = tuple(one.round.model_copy(update={"source": grade, "as_of": as_of}) for one in timed)
    times = _agreed(timed, jitter_min=JITTER_MIN if grade == "ecm" else 0.0, rng=rng)
    return council.model_copy(
        update={"rounds": rounds, "packages": tuple(_retimed(package, times) for package in council.packages)}
    )


def _agreed(timed: Sequence[Timed], *, jitter_min: float, rng: np.random.Generator) -> dict[tuple[str, str], int]:
    """Take each visit's median time over the week, on five minutes."""
    starts: dict[tuple[str, str], list[int]] = {}
    for one in timed:
        for day, minutes in zip(one.round.days, one.start_min, strict=True):
            for visit, minute in zip(day.visits, minutes, strict=True):
                starts.setdefault((visit.package_ref, visit.visit_ref), []).append(minute)
    out: dict[tuple[str, str], int] = {}
    for key, minutes_of in starts.items():
        middle = sorted(minutes_of)[len(minutes_of) // 2]
        if jitter_min:
            middle += round(float(np.clip(rng.normal(0.0, jitter_min), -10, 10)))
        out[key] = max(0, 5 * round(middle / 5))
    return out


def _retimed(package: Package, times: dict[tuple[str, str], int]) -> Package:
    if package.state == "waiting":
        return package
    lines = tuple(
        line.model_copy(
            update={
                "visits": tuple(
                    visit.model_copy(update={"agreed_start": clock(times[package.package_ref, visit.visit_ref])})
                    if (package.package_ref, visit.visit_ref) in times
                    else visit
                    for visit in line.visits
                )
            }
        )
        for line in package.lines
    )
    return package.model_copy(update={"lines": lines})


def _flawed(one: Timed, rng: np.random.Generator) -> Timed:
    """Swap two visits of the busiest day's order, with their times: a leg too long, an order slightly off."""
    days = list(one.round.days)
    busiest = max(range(len(days)), key=lambda i: (len(days[i].visits), -i)) if days else 0
    if not days or len(days[busiest].visits) < 3:
        return one
    visits = list(days[busiest].visits)
    k = int(rng.integers(len(visits) - 2))
    visits[k], visits[k + 2] = visits[k + 2], visits[k]
    days[busiest] = RoundDay(day=days[busiest].day, visits=tuple(visits))
    minutes = list(one.start_min)
    swapped = list(minutes[busiest])
    swapped[k], swapped[k + 2] = swapped[k + 2], swapped[k]
    minutes[busiest] = tuple(swapped)
    return TimedRound(round=one.round.model_copy(update={"days": tuple(days)}), start_min=tuple(minutes))
