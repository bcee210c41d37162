"""The batch: zones in processes, the master, then one settled draft for the council."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from solver.construct import STYLES, construct
from solver.draft import Draft
from solver.facts import UNLIMITED
from solver.ledger import growth_min
from solver.levels import better, values
from solver.master import choose
from solver.pool import Column, columns, rebuild
from solver.problem import NOWHERE, Problem
from solver.search import improve
from solver.settle import settle

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, of)."""


def silent(_stage: str, _done: int, _of: int) -> None:
    """Tell nobody.

    Parameters
    ----------
    _stage
        What is being done.
    _done
        How many are done.
    _of
        How many there are.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to search: counts, never seconds, so that a plan replays.

    Parameters
    ----------
    constructions
        Constructions per zone, each followed by a search.
    iterations
        Ruin-and-recreate steps after each construction, per waiting case of the zone.
    most_iterations
        Of them in all, however many cases wait.
    processes
        Zones solved at the same time; changes nothing in the plan.
    """

    constructions: int = 4
    iterations: int = 6
    most_iterations: int = 300
    processes: int = 2


class ZoneResult(NamedTuple):
    """The chosen rounds of a zone."""

    zone: int
    columns: list[Column]
    contracts: dict[int, int]
    bounds: dict[str, int]


def solve(
    problem: Problem, *, seed: int, effort: Effort | None = None, progress: Progress | None = None
) -> tuple[Draft, dict[str, int]]:
    """Place the waiting cases of a council's week.

    Parameters
    ----------
    problem
        The council's week.
    seed
        Of every random choice; same problem, seed and effort give the same plan.
    effort
        How hard to search.
    progress
        Told when a zone is done.

    Returns
    -------
    draft : Draft
        Settled: no single legal insertion at an earlier tier is left.
    bounds : dict
        For each level, the best value that any choice from the pools could reach (zones added up); only
        levels that every zone solved.
    """
    effort = effort or Effort()
    tell = progress or silent
    by_zone = _cases_by_zone(problem)
    tell("zones", 0, len(by_zone))
    results: list[ZoneResult] = []
    for result in _zones(problem, by_zone, seed, effort):
        results.append(result)
        tell("zones", len(results), len(by_zone))
    results.sort(key=lambda result: result.zone)
    draft = Draft(problem)
    untouched = _untouched_rounds(draft, results)
    rebuild(
        draft,
        untouched + [column for result in results for column in result.columns],
        {case: contract for result in results for case, contract in result.contracts.items()},
    )
    tell("settling", 0, 1)
    settle(draft)
    tell("settling", 1, 1)
    return draft, _joint_bounds(results)


def solve_zone(problem: Problem, zone: int, cases: list[int], seed: int, effort: Effort) -> ZoneResult:
    """Place the waiting cases of one zone.

    Parameters
    ----------
    problem
        With the zone's share of limits that zones have in common.
    zone, cases
        Ids.
    seed, effort
        As for :func:`solve`.

    Returns
    -------
    ZoneResult
        The best choice from every round that the constructions made.
    """
    patches = [i for i, patch in enumerate(problem.patches) if patch.zone == zone]
    pool: dict[Column, None] = {}
    best: tuple[dict[str, int], list[Column], dict[int, int]] | None = None
    for attempt in range(max(1, effort.constructions)):
        rng = np.random.default_rng([seed, zone, attempt])
        draft = Draft(problem, cases, patches)
        construct(draft, cases, style=STYLES[attempt % len(STYLES)], rng=rng)
        settle(draft)
        improve(draft, rng=rng, iterations=min(effort.most_iterations, effort.iterations * len(cases)), keep=pool)
        settle(draft)
        found = columns(draft)
        pool.update(dict.fromkeys(found))
        contracts = {case: placed.contract for case, placed in draft.placed.items()}
        value = values(problem, contracts, draft.ledger.load_min, sum(column.cost_s for column in found))
        if best is None or better(problem, value, best[0]):
            best = value, found, contracts
    assert best is not None
    choice = choose(Draft(problem, cases, patches), list(pool), best[1], best[2])
    return ZoneResult(zone, choice.columns, choice.contracts, choice.bounds)


def _cases_by_zone(problem: Problem) -> dict[int, list[int]]:
    by_zone: dict[int, list[int]] = {}
    for case, packages in enumerate(problem.cases):
        zone = problem.packages[packages[0]].zone
        if zone != NOWHERE:
            by_zone.setdefault(zone, []).append(case)
    return dict(sorted(by_zone.items()))


def _zones(problem: Problem, by_zone: dict[int, list[int]], seed: int, effort: Effort) -> Iterable[ZoneResult]:
    shares = {zone: _share(problem, by_zone, zone) for zone in by_zone}
    if effort.processes <= 1 or len(by_zone) <= 1:
        for zone, cases in by_zone.items():
            yield solve_zone(shares[zone], zone, cases, seed, effort)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(effort.processes, len(by_zone)), mp_context=spawn) as workers:
        tasks = [workers.submit(solve_zone, shares[zone], zone, cases, seed, effort) for zone, cases in by_zone.items()]
        for task in as_completed(tasks):
            yield task.result()


def _share(problem: Problem, by_zone: dict[int, list[int]], zone: int) -> Problem:
    """Give a zone its share of what a provider may start in all zones together, by waiting hours."""
    waiting = {z: sum(growth_min(problem, case) for case in cases) for z, cases in by_zone.items()}
    zones_of: dict[int, set[int]] = {}
    for contract in problem.contracts:
        if contract.zone in waiting:
            zones_of.setdefault(contract.provider, set()).add(contract.zone)

    def part(room: int, provider: int) -> int:
        everywhere = sum(waiting[z] for z in zones_of.get(provider, ()))
        return room * waiting[zone] // everywhere if everywhere else room

    providers = tuple(
        one
        if one.growth_limit_min >= UNLIMITED
        else replace(one, growth_limit_min=one.started_min + part(max(0, one.growth_limit_min - one.started_min), i))
        for i, one in enumerate(problem.providers)
    )
    embargoes = tuple(
        one
        if one.intake_limit_min >= UNLIMITED or one.zone is not None
        else replace(one, intake_limit_min=part(one.intake_limit_min, one.provider))
        for one in problem.embargoes
    )
    return replace(problem, providers=providers, embargoes=embargoes)


def _untouched_rounds(draft: Draft, results: list[ZoneResult]) -> list[Column]:
    solved = {result.zone for result in results}
    return [column for column in columns(draft) if draft.problem.patches[column.patch].zone not in solved]


def _joint_bounds(results: list[ZoneResult]) -> dict[str, int]:
    shared = set.intersection(*(set(result.bounds) for result in results)) if results else set()
    return {level: sum(result.bounds[level] for result in results) for level in sorted(shared)}
