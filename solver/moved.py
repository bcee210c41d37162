"""Live people who change rounds: the week as it stands once they have moved.

Someone moves from live rounds to other live rounds of the same provider, patch, shift and crew size, with all visits that
such a round makes for them, and keeps the windows around the agreed times. Where the budget allows it, they may go to
another provider instead, and then with all their visits. A round that gives somebody up takes nobody in: so the state
before each move can be told from the state after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from solver.facts import UNLIMITED
from solver.pairs import contract_carrying, embargoes_over
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
    contract: int | None = None
    """With another provider; None where the provider stays."""


def why_it_stays(
    problem: Problem, package: int, stretches: Sequence[Stretch], moved: Iterable[Move], contract: int | None = None
) -> str | None:
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
    contract
        With another provider; None where the provider stays.

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
    provider = one.provider
    if contract is not None:
        provider = problem.contracts[contract].provider
        if not problem.parameters.moves_change_provider:
            return "The budget allows no change of provider."
        if provider == one.provider or not _all_told(problem, package, stretches):
            return "Who changes provider does so with all visits of a single line."
    for stretch in stretches:
        a, b = problem.rounds[stretch.source], problem.rounds[stretch.target]
        visits = visits_on(problem, package, stretch.source)
        if not any(visits):
            return f"Round {a.ref} makes none of its visits."
        if (a.provider, b.provider) != (one.provider, provider):
            return "It leaves rounds of its provider for rounds of the one that is named."
        if (a.patch, a.shift, a.crew) != (b.patch, b.shift, b.crew):
            return "It moves between rounds of one patch, shift and crew size."
        if any(problem.visits[visit].crew != a.crew for day in visits for visit in day):
            return f"Round {a.ref} makes its visits with another crew than they need."
        if any(visit in b.days[d] for d, day in enumerate(visits) for visit in day):
            return f"Round {b.ref} makes its visits already."
    return None


def _all_told(problem: Problem, package: int, stretches: Iterable[Stretch]) -> bool:
    """Say whether stretches hold every visit of a package that has one line."""
    one = problem.packages[package]
    held = [(v, d) for s in stretches for d, day in enumerate(visits_on(problem, package, s.source)) for v in day]
    due = [(v, d) for v in one.visits for d in range(7) if problem.visits[v].days >> d & 1]
    return len(one.lines) == 1 and sorted(held) == sorted(due)


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
    problem: Problem,
    package: int,
    stretches: Iterable[Stretch],
    placed: Mapping[int, Sequence[Sequence[int]]],
    contract: int | None = None,
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
    contract
        With another provider; None where the provider stays.

    Returns
    -------
    Problem
        The package's visits stand in other live rounds; all else is the same.
    """
    stretches = list(stretches)
    if contract is not None:
        problem = _taken_over(problem, package, stretches, contract)
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


def _taken_over(problem: Problem, package: int, stretches: Iterable[Stretch], contract: int) -> Problem:
    """Count a package with another provider: as new work there, and no longer where it was."""
    one, to = problem.packages[package], problem.contracts[contract].provider
    was = contract_carrying(problem.contracts, one, problem.week_starts_on)
    counted = {was: -one.counted_min, contract: one.counted_min}
    over = embargoes_over(problem, package, contract)
    returns = list(problem.returns)
    for stretch in stretches:
        target = problem.rounds[stretch.target]
        rows = [problem.visits[v] for day in visits_on(problem, package, stretch.source) for v in day]
        asked = sum(row.duration_s * row.crew for row in rows) // 60
        slot = (to, target.patch, target.shift)
        first = next((i for i, r in enumerate(returns) if (r.provider, r.patch, r.shift) == slot), None)
        if first is not None:
            returns[first] = replace(returns[first], minutes=returns[first].minutes - asked)
    return replace(
        problem,
        packages=tuple(replace(p, provider=to) if i == package else p for i, p in enumerate(problem.packages)),
        contracts=tuple(
            replace(c, live_min=c.live_min + counted[i]) if i in counted else c for i, c in enumerate(problem.contracts)
        ),
        providers=tuple(
            replace(p, started_min=p.started_min + one.carer_min) if i == to else p
            for i, p in enumerate(problem.providers)
        ),
        embargoes=tuple(
            replace(e, intake_limit_min=e.intake_limit_min - one.carer_min)
            if i in over and e.intake_limit_min < UNLIMITED
            else e
            for i, e in enumerate(problem.embargoes)
        ),
        returns=tuple(returns),
    )


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
