"""The batch: zones in processes, the master, then one settled draft for the council."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from solver.construct import STYLES, cascade, construct
from solver.draft import Draft
from solver.facts import UNLIMITED
from solver.ledger import growth_min
from solver.levels import better
from solver.master import choose
from solver.pool import Column, columns, rebuild
from solver.problem import NOWHERE, Problem
from solver.search import draft_values, improve
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
    pool: list[Column]
    """Every round that some construction of the zone made."""


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
    tell("settling", 0, 1)
    draft = _joined(problem, results)
    settle(draft)
    if _zones_share_limits(problem, by_zone):
        draft = _together(problem, draft, [column for result in results for column in result.pool], seed, effort)
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
    practice = Draft(problem, cases, patches)
    cascade(practice)
    settle(practice)
    tried = [practice]
    for attempt in range(max(1, effort.constructions)):
        rng = np.random.default_rng([seed, zone, attempt])
        draft = Draft(problem, cases, patches)
        construct(draft, cases, style=STYLES[attempt % len(STYLES)], rng=rng)
        settle(draft)
        steps = min(effort.most_iterations, effort.iterations * len(cases))
        improve(draft, rng=rng, iterations=steps, keep=pool)
        settle(draft)
        tried.append(draft)
    pool.update(dict.fromkeys(column for draft in tried for column in columns(draft)))
    best = _best(problem, tried)
    contracts = {case: placed.contract for case, placed in best.placed.items()}
    choice = choose(Draft(problem, cases, patches), list(pool), columns(best), contracts)
    return ZoneResult(zone, choice.columns, choice.contracts, choice.bounds, list(pool))


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


def _joined(problem: Problem, results: list[ZoneResult]) -> Draft:
    """Put the zones' choices on one draft, with the rounds of zones where nobody waits."""
    draft = Draft(problem)
    solved = {result.zone for result in results}
    untouched = [column for column in columns(draft) if problem.patches[column.patch].zone not in solved]
    rebuild(
        draft,
        untouched + [column for result in results for column in result.columns],
        {case: contract for result in results for case, contract in result.contracts.items()},
    )
    return draft


def _zones_share_limits(problem: Problem, by_zone: dict[int, list[int]]) -> bool:
    """Say whether some provider may start only so much in several zones together."""
    limited = {i for i, one in enumerate(problem.providers) if one.growth_limit_min < UNLIMITED}
    limited |= {one.provider for one in problem.embargoes if one.zone is None and one.intake_limit_min < UNLIMITED}
    zones = {(one.provider, one.zone) for one in problem.contracts if one.provider in limited and one.zone in by_zone}
    return len(zones) > len({provider for provider, _ in zones})


def _together(problem: Problem, draft: Draft, pool: list[Column], seed: int, effort: Effort) -> Draft:
    """Let the zones trade their shares of common limits: other starts, one master, one search.

    The zones were solved with shares of what providers may start in all of them; this looks at the true limits,
    and starts from today's practice too, so that a plan is never worse than that.
    """
    starts = [draft]
    for attempt, style in enumerate(STYLES):
        other = Draft(problem)
        construct(other, other.cases, style=style, rng=np.random.default_rng([seed, len(problem.zones), attempt]))
        settle(other)
        starts.append(other)
    practice = Draft(problem)
    cascade(practice)
    settle(practice)
    starts.append(practice)
    every = dict.fromkeys([*pool, *(column for start in starts for column in columns(start))])
    best = _best(problem, starts)
    contracts = {case: placed.contract for case, placed in best.placed.items()}
    choice = choose(Draft(problem), list(every), columns(best), contracts)
    chosen = Draft(problem)
    rebuild(chosen, choice.columns, choice.contracts)
    settle(chosen)
    rng = np.random.default_rng([seed, len(problem.zones), len(STYLES)])
    steps = min(effort.most_iterations, effort.iterations * len(chosen.cases))
    improve(chosen, rng=rng, iterations=steps, keep={})
    settle(chosen)
    return _best(problem, [best, chosen])


def _best(problem: Problem, drafts: list[Draft]) -> Draft:
    best, best_values = drafts[0], draft_values(drafts[0])
    for draft in drafts[1:]:
        reached = draft_values(draft)
        if better(problem, reached, best_values):
            best, best_values = draft, reached
    return best


def _joint_bounds(results: list[ZoneResult]) -> dict[str, int]:
    shared = set.intersection(*(set(result.bounds) for result in results)) if results else set()
    return {level: sum(result.bounds[level] for result in results) for level in sorted(shared)}
