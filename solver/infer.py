"""Plausible live rounds from the people served now and the times commissioned for them."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from solver.draft import Draft, Offer
from solver.facts import UNLIMITED
from solver.means import MODES, Mode
from solver.pool import Column
from solver.problem import NOWHERE, Contract, Problem, Procedure
from solver.search import Search
from solver.timetable import timetable


class InferredRound(NamedTuple):
    """A round that would serve some of a provider's people."""

    provider: int
    patch: int
    shift: int
    mode: Mode
    crew: int
    days: tuple[tuple[int, ...], ...]
    """Visit ids in order, seven days."""
    starts_s: tuple[tuple[int, ...], ...]
    """Start of each visit, seconds after midnight."""


def infer_rounds(problem: Problem, *, seed: int, iterations: int = 20) -> list[InferredRound]:
    """Bundle the visits of live packages into rounds of their providers.

    Parameters
    ----------
    problem
        Its own live rounds are set aside; live and held packages keep their provider.
    seed
        Of every random choice.
    iterations
        Ruin-and-recreate steps per live package.

    Returns
    -------
    list of InferredRound
        Ordered by provider, patch, shift and first visit. People outside every zone are on no round.
    """
    pairs = sorted(
        {(one.provider, one.zone) for one in problem.packages if _is_served(problem, one.home, one.provider, one.state)}
    )
    contract_of = {pair: i for i, pair in enumerate(pairs)}
    served = [i for i, one in enumerate(problem.packages) if _is_served(problem, one.home, one.provider, one.state)]
    world = replace(
        problem,
        rounds=(),
        returns=(),
        embargoes=(),
        procedures=(Procedure(ref="serving", steps=((frozenset({"spot"}), "rotation"),)),),
        contracts=tuple(
            Contract(
                ref=f"serving-{i}",
                provider=provider,
                zone=zone,
                lots=frozenset(),
                role="spot",
                rank=1,
                procedure=0,
                starts_on=0,
            )
            for i, (provider, zone) in enumerate(pairs)
        ),
        providers=tuple(replace(one, growth_limit_min=UNLIMITED) for one in problem.providers),
        cases=tuple((i,) for i in served),
    )
    offers = [
        Offer(contract_of[problem.packages[i].provider, problem.packages[i].zone], problem.packages[i].provider, 1)
        for i in served
    ]
    found: list[Column] = []
    for patch in range(len(problem.patches)):
        cases = [case for case, i in enumerate(served) if problem.packages[i].patch == patch]
        search = Search(Draft(world, cases, [patch], {case: [offers[case]] for case in cases}), [seed, patch])
        search.construct()
        search.improve(iterations * len(cases))
        found.extend(search.best()[0])
    found.sort(key=lambda one: (one.provider, one.patch, one.shift, one.crew, min(day for day in one.days if day)))
    return [_timed(world, column) for column in found]


def _is_served(problem: Problem, home: int, provider: int, state: str) -> bool:
    return state in ("live", "held") and provider != NOWHERE and problem.homes[home].patch != NOWHERE


def _timed(problem: Problem, column: Column) -> InferredRound:
    mode = MODES[column.mode]
    setting = problem.day_setting(column.shift, mode, column.crew)
    starts = []
    for day in column.days:
        timed, _ = timetable(problem, day, setting)
        starts.append(tuple(one.start_s for one in timed))
    return InferredRound(column.provider, column.patch, column.shift, mode, column.crew, column.days, tuple(starts))
