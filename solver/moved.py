"""Live people who change rounds: the week as it stands once they have moved.

Someone moves from live rounds to other live rounds of the same provider, patch, shift and crew size, with all visits that
such a round makes for them, and keeps the windows around the agreed times. A round that gives somebody up takes nobody
in: so the state before each move can be told from the state after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from solver.problem import NOWHERE, Problem
from solver.timetable import timetable

Days = tuple[tuple[int, ...], ...]
"""Visits in order, for each of the seven days."""


class Stretch(NamedTuple):
    """The visits that a live round makes for a package, all week, and the round that they go to."""

    source: int
    target: int
    """Ids of live rounds."""


class Gain(NamedTuple):
    """A case that a move places, or places at an earlier tier."""

    case: int
    before: int | None
    """Its contract without the move; None: it waits."""
    after: int


class Move(NamedTuple):
    """A live package that changes rounds, and what that buys."""

    package: int
    stretches: tuple[Stretch, ...]
    gains: tuple[Gain, ...]


def why_it_stays(problem: Problem, package: int, stretches: Sequence[Stretch], moved: Iterable[Move]) -> str | None:
    """Say why a package may not move so, rules of rounds left aside.

    Parameters
    ----------
    problem
        The week before anybody moves.
    package
        Id.
    stretches
        Where it would move.
    moved
        The moves before.

    Returns
    -------
    str or None
        A sentence; None where nothing bars it.
    """
    one, before = problem.packages[package], list(moved)
    if one.state != "live":
        return "Only people who are served now move."
    if one.linked != NOWHERE:
        return "One of a couple does not move alone."
    if any(problem.visits[visit].gaps for visit in one.visits):
        return "Its visits keep gaps to one another, so none of them moves."
    if any(other.package == package for other in before):
        return "It moves once only."
    sources = {stretch.source for other in before for stretch in other.stretches} | {one.source for one in stretches}
    targets = {stretch.target for other in before for stretch in other.stretches} | {one.target for one in stretches}
    if sources & targets:
        return "A round that gives somebody up takes nobody in."
    if not stretches or len({stretch.source for stretch in stretches}) < len(stretches):
        return "It leaves each round once."
    for stretch in stretches:
        a, b = problem.rounds[stretch.source], problem.rounds[stretch.target]
        visits = visits_on(problem, package, stretch.source)
        if not any(visits):
            return f"Round {a.ref} makes none of its visits."
        if (a.provider, a.patch, a.shift, a.crew) != (b.provider, b.patch, b.shift, b.crew):
            return "It moves between rounds of one provider, patch, shift and crew size."
        if any(problem.visits[visit].crew != a.crew for day in visits for visit in day):
            return f"Round {a.ref} makes its visits with another crew than they need."
        if any(visit in b.days[d] for d, day in enumerate(visits) for visit in day):
            return f"Round {b.ref} makes its visits already."
    return None


def visits_on(problem: Problem, package: int, live: int) -> Days:
    """List the visits that a live round makes for a package.

    Parameters
    ----------
    problem
        The council's week.
    package, live
        Ids.

    Returns
    -------
    tuple of tuple of int
        In order, seven days.
    """
    return tuple(tuple(v for v in day if problem.visits[v].package == package) for day in problem.rounds[live].days)


def starts_on(problem: Problem, live: int) -> dict[tuple[int, int], int]:
    """Time a live round as it is, without anybody new.

    Parameters
    ----------
    problem
        The week before anybody moves.
    live
        Id of the round.

    Returns
    -------
    dict
        (visit, day) to start, in seconds after midnight.
    """
    one = problem.rounds[live]
    setting = problem.day_setting(one.shift, one.mode, one.crew)
    return {
        (timed.visit, d): timed.start_s
        for d, day in enumerate(one.days)
        for timed in timetable(problem, day, setting)[0]
    }


def relocated(
    problem: Problem, package: int, stretches: Iterable[Stretch], placed: Mapping[int, Sequence[Sequence[int]]]
) -> Problem:
    """State the week once a package has moved.

    Parameters
    ----------
    problem
        The week before.
    package
        Id of the package.
    stretches
        Where it moves.
    placed
        Days of the rounds that it joins, other visits among them or not: they say where its visits stand.

    Returns
    -------
    Problem
        The package's visits stand in other live rounds; all else is the same.
    """
    rounds = list(problem.rounds)
    for stretch in stretches:
        mine = visits_on(problem, package, stretch.source)
        source, target = rounds[stretch.source], rounds[stretch.target]
        rounds[stretch.source] = replace(
            source,
            days=tuple(tuple(v for v in day if v not in gone) for day, gone in zip(source.days, mine, strict=True)),
        )
        rounds[stretch.target] = replace(
            target,
            days=tuple(
                among(base, joining, order)
                for base, joining, order in zip(target.days, mine, placed[stretch.target], strict=True)
            ),
        )
    return replace(problem, rounds=tuple(rounds), moved=(*problem.moved, package))


def among(base: Sequence[int], joining: Collection[int], order: Sequence[int]) -> tuple[int, ...]:
    """Put visits among others where an order says that they stand.

    Parameters
    ----------
    base
        Visits in order; keep that order.
    joining
        Visits that join.
    order
        Any visits in order, those that join among them; one that it does not hold comes last.

    Returns
    -------
    tuple of int
        Each visit that joins stands behind the nearest that is before it in ``order``.
    """
    day = list(base)
    for i, visit in enumerate(order):
        if visit in joining:
            ahead = next((v for v in reversed(order[:i]) if v in day), None)
            day.insert(0 if ahead is None else day.index(ahead) + 1, visit)
    return (*day, *(visit for visit in joining if visit not in day))
