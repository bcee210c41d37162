"""The batch: searches and masters zone by zone, several at a time, then one settled draft for the council."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from solver.assign import Assignment, assign
from solver.bound import proven_bound
from solver.crew import Crew, Report
from solver.draft import Draft
from solver.facts import UNLIMITED
from solver.ledger import growth_min
from solver.levels import Bound, better, case_gains, level_specs, values
from solver.master import choose
from solver.packing import Packing
from solver.pairs import embargoes_over
from solver.pool import Column, cheapest, columns, rebuild
from solver.problem import NOWHERE, Problem
from solver.program import SEARCHED_MOST
from solver.search import Search
from solver.settle import settled

Progress = Callable[[str, int, int, Mapping[str, int]], None]
"""Called with (stage, done, of, what is reached: levels of the objective, as far as known)."""
POLISH_S = 1_000.0
"""Where a search starts that polishes a good plan: warm enough to mend, too cold to forget."""
SMALL_ZONE = 24_000
"""Steps up to which a zone gets more of them for each case than a great one."""
ASSIGNING = 20
"""By what the nodes are divided for the assignment, which is the whole council's, and nearly whole by itself."""
CHOSEN_MOST = 400
"""Waiting cases of a zone whose rounds a master still chooses among; beyond, it takes minutes and finds nothing."""
START_BLINK = 0.05
"""How much more of the offers each further start overlooks, so that starts differ."""


def silent(_stage: str, _done: int, _of: int, _reached: Mapping[str, int]) -> None:
    """Tell nobody.

    Parameters
    ----------
    _stage
        What is being done.
    _done
        How much is done.
    _of
        How much there is.
    _reached
        Levels reached.
    """


def never() -> bool:
    """Go on to the end.

    Returns
    -------
    bool
        False.
    """
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to search: counts, never seconds, so that a plan replays.

    Parameters
    ----------
    searches
        Searches per zone, each from a start of its own.
    iterations
        Ruin-and-recreate steps of a search, per waiting case of the zone.
    most_iterations
        Of them in all, however many cases wait.
    nodes
        Branch-and-bound nodes of a zone's master, for each level.
    columns
        Rounds that the masters' branch and bound looks at, in all zones together; between 1,500 and half of them for each.
    prove
        Turns of pricing, per zone, of the proof of how little its rounds could cost; none when 0. Seconds for a zone of
        20 packages, minutes for one of 60.
    threads
        Processors to use: so many searches run at the same time; changes nothing in the plan.
    """

    searches: int = 3
    iterations: int = 120
    most_iterations: int = 60_000
    nodes: int = 50
    columns: int = 8_000
    prove: int = 0
    threads: int = 2

    def steps(self, cases: int) -> int:
        """Say how many steps a search takes.

        Parameters
        ----------
        cases
            Waiting cases that it may place.

        Returns
        -------
        int
            Steps.
        """
        few = min(SMALL_ZONE, self.iterations * cases * 5 // 3)  # a small zone is searched more closely
        return min(self.most_iterations, max(few, self.iterations * cases))

    def columns_of(self, zones: int) -> int:
        """Say how many rounds the branch and bound of a zone's master looks at.

        Parameters
        ----------
        zones
            Zones that share the effort.

        Returns
        -------
        int
            Columns.
        """
        return max(SEARCHED_MOST, min(self.columns // 2, self.columns // max(1, zones)))


@dataclass(frozen=True, eq=False)
class Council:
    """What every task reads."""

    blank: Draft
    """With nothing placed."""
    by_zone: dict[int, list[int]]
    seed: int
    effort: Effort
    assigned: Future[Assignment]
    """Who could go where, rounds left aside, once it is known."""
    start: tuple[list[Column], dict[int, int]] | None
    packings: dict[int, Packing] = field(default_factory=dict)
    """Of zones that have been worked on."""

    @property
    def problem(self) -> Problem:
        """The council's week."""
        return self.blank.problem

    @property
    def contracts(self) -> dict[int, int]:
        """The contracts of the assignment; waits until it is made."""
        return self.assigned.result().contracts

    def follows(self, attempt: int) -> bool:
        """Say whether a search starts from the assignment.

        Parameters
        ----------
        attempt
            Number of the search.

        Returns
        -------
        bool
            False for the last of several: it may be right where rounds are what is scarce.
        """
        return attempt == 0 or attempt < self.effort.searches - 1

    def searches(self) -> list[tuple[int, int]]:
        """List zone and number of every search.

        Returns
        -------
        list
            First those that need not wait for the assignment, and what takes longest.
        """
        numbers = range(max(1, self.effort.searches))
        return sorted(
            ((zone, attempt) for zone in self.by_zone for attempt in numbers),
            key=lambda one: (self.follows(one[1]), -len(self.by_zone[one[0]]), one),
        )

    def packing(self, zone: int) -> Packing:
        """Pack a zone, with its share of what providers may start in all zones together.

        Parameters
        ----------
        zone
            Id of the zone.

        Returns
        -------
        Packing
            Of a draft with nothing placed; the same one again for every task of the zone.
        """
        # Two threads may both pack it; they come to the same, and the first stays.
        return self.packings.get(zone) or self.packings.setdefault(zone, self._packed(zone))

    def _packed(self, zone: int) -> Packing:
        patches = [i for i, one in enumerate(self.problem.patches) if one.zone == zone]
        return Packing(self.blank.within(_share(self, zone), self.by_zone[zone], patches))


class Found(NamedTuple):
    """What a search of a zone found."""

    zone: int
    reached: dict[str, int]
    columns: list[Column]
    contracts: dict[int, int]
    pool: list[Column]


class ZoneResult(NamedTuple):
    """The chosen rounds of a zone."""

    zone: int
    columns: list[Column]
    contracts: dict[int, int]
    bounds: tuple[Bound, ...]
    pool: list[Column]
    """Of the rounds that the searches of the zone kept, the cheapest for each work."""


def solve(
    problem: Problem,
    *,
    seed: int,
    effort: Effort | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] = never,
    start: Draft | None = None,
) -> tuple[Draft, tuple[Bound, ...]]:
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
        Told of stages, steps and levels reached.
    stop
        Asked now and then; True ends the searches, and the plan is the best so far. Such a plan does not replay.
    start
        A draft of the same problem to start from as well, last week's plan for instance.

    Returns
    -------
    draft : Draft
        Settled: no single legal insertion at an earlier tier is left.
    bounds : tuple of Bound
        For each level, what no plan, or no choice from the pools (zones added up), can better while it holds the
        levels before.
    """
    effort = effort or Effort()
    tell = progress or silent
    by_zone = _cases_by_zone(problem)
    warm = None if start is None else (columns(start), {c: placed.contract for c, placed in start.placed.items()})
    tell("preparing", 0, 1, {})
    packing = Packing(Draft(problem))
    practice = settled(_cascade(packing), packing)
    placed = {case: one.contract for case, one in practice.placed.items()}
    with Crew(effort.threads, stop) as crew:
        assigned = crew.begin(partial(assign, packing.draft, placed, nodes=max(1, effort.nodes // ASSIGNING)))
        council = Council(packing.draft, by_zone, seed, effort, assigned, warm)
        tasks = council.searches()
        searched = crew.run(partial(search_zone, council), tasks, _teller(problem, tell, "searching", tasks))
        found = dict(zip(tasks, searched, strict=True))
        greatest_first = sorted(by_zone, key=lambda zone: (-len(by_zone[zone]), zone))
        choices = [(zone, [found[zone, i] for one, i in sorted(found) if one == zone]) for zone in greatest_first]
        chosen = crew.run(partial(choose_zone, council), choices, _teller(problem, tell, "choosing", choices))
        chosen.sort(key=lambda one: one.zone)
    tell("settling", 0, 1, {})
    draft = settled(_joined(packing.draft, chosen), packing)
    if _zones_share_limits(problem, by_zone):
        draft = _together(packing, draft, [column for one in chosen for column in one.pool], seed, effort, stop)
    draft = _best([draft, practice, *([settled(start, packing)] if start is not None else [])])
    tell("settling", 1, 1, reached(draft))
    bounds = [*assigned.result().bounds, *_joint_bounds(chosen)]
    if effort.prove:
        bounds.append(_proven(draft, effort.prove, tell))
    return draft, tuple(bounds)


def search_zone(council: Council, task: tuple[int, int], report: Report) -> Found:
    """Search a zone once, from a start of its own.

    Parameters
    ----------
    council
        With the council's limits; the zone gets its share of those that zones have in common.
    task
        Zone, and number of the search.
    report
        Told steps and levels.

    Returns
    -------
    Found
        The best state met, and the rounds on the way.
    """
    zone, attempt = task
    effort, cases = council.effort, council.by_zone[zone]
    packing = council.packing(zone)
    draft = packing.draft
    if attempt == 0 and council.start is not None:
        draft = _warm(draft, council.start)
    search = Search(draft, [council.seed, zone, attempt], packing)
    search.construct(council.contracts if council.follows(attempt) else {}, blink=START_BLINK * attempt)
    search.settle()
    search.improve(effort.steps(len(cases)), watch=lambda done, now: report([done, *now.values()]))
    return Found(zone, search.levels(), *search.best(), search.pool())


def choose_zone(council: Council, task: tuple[int, list[Found]], report: Report) -> ZoneResult:
    """Polish the best that a zone's searches found, and choose among the rounds of all of them.

    Parameters
    ----------
    council
        The council's week.
    task
        Zone, and what its searches found.
    report
        Told steps and levels.

    Returns
    -------
    ZoneResult
        Never worse than the best of the searches.
    """
    zone, found = task
    problem, effort = council.problem, council.effort
    packing = council.packing(zone)
    draft = packing.draft
    few = effort.columns_of(len(council.by_zone))
    nodes = effort.nodes if len(draft.cases) <= CHOSEN_MOST else 0
    pool = [column for one in found for column in (*one.pool, *one.columns)]
    best = found[0]
    for one in found[1:]:
        if better(problem, one.reached, best.reached):
            best = one
    chosen = draft.blank()
    rebuild(chosen, best.columns, best.contracts)
    search = Search(chosen, [council.seed, zone, len(found)], packing)
    search.settle()
    steps = effort.steps(len(council.by_zone[zone])) // 2
    search.improve(steps, start_s=POLISH_S, watch=lambda done, now: report([done, *now.values()]))
    polished, contracts = search.best()
    pool = cheapest([*pool, *search.pool(), *polished])
    # What the assignment reached for the whole council it has searched for already, and its bounds say more than the pool's.
    done = reached_by(problem, {case: council.contracts[case] for case in draft.cases if case in council.contracts})
    choice = choose(draft, pool, polished, contracts, nodes=nodes, columns=few, done=done)
    return ZoneResult(zone, choice.columns, choice.contracts, choice.bounds, pool)


def todays_practice(problem: Problem) -> Draft:
    """Place the cases as a broker does today: oldest first, first contract in order that has any legal place.

    Parameters
    ----------
    problem
        The council's week.

    Returns
    -------
    Draft
        Nothing is planned anew afterwards.
    """
    return _cascade(Packing(Draft(problem)))


def reached(draft: Draft) -> dict[str, int]:
    """State the value of every level of a draft.

    Parameters
    ----------
    draft
        Any draft.

    Returns
    -------
    dict
        Level to value.
    """
    contracts = {case: placed.contract for case, placed in draft.placed.items()}
    return values(draft.problem, contracts, draft.ledger.load_min, draft.cost_s())


def reached_by(problem: Problem, contracts: Mapping[int, int]) -> dict[str, int]:
    """State the value of the levels that contracts alone decide.

    Parameters
    ----------
    problem
        The council's week.
    contracts
        Case to contract.

    Returns
    -------
    dict
        Level to value; without guarantees and rounds.
    """
    totals: dict[str, int] = {}
    for case, contract in contracts.items():
        for level, gain in case_gains(problem, case, contract).items():
            totals[level] = totals.get(level, 0) + gain
    return {level: value for level, value in totals.items() if level.startswith(("1.", "2", "3"))}


def _teller(
    problem: Problem, tell: Progress, stage: str, tasks: Sequence[tuple[int, object]]
) -> Callable[[int, Mapping[int, Sequence[int]]], None]:
    """Add up what tasks report: per zone the best of its searches."""
    names = [spec.level for spec in level_specs(problem)]

    def heard(done: int, numbers: Mapping[int, Sequence[int]]) -> None:
        best: dict[int, dict[str, int]] = {}
        for i, (_, *now) in numbers.items():
            zone, levels = tasks[i][0], dict(zip(names, now, strict=True))
            if zone not in best or better(problem, levels, best[zone]):
                best[zone] = levels
        steps = sum(one[0] for one in numbers.values())
        sums = {level: sum(one[level] for one in best.values()) for level in names} if best else {}
        tell(stage, done, len(tasks), {"steps": steps, **sums})

    return heard


def _cases_by_zone(problem: Problem) -> dict[int, list[int]]:
    by_zone: dict[int, list[int]] = {}
    for case, packages in enumerate(problem.cases):
        zone = problem.packages[packages[0]].zone
        if zone != NOWHERE:
            by_zone.setdefault(zone, []).append(case)
    return dict(sorted(by_zone.items()))


def _cascade(packing: Packing) -> Draft:
    """Place the cases as :func:`todays_practice` does."""
    search = Search(packing.draft, [0], packing)
    search.construct(first_fit=True)
    return search.draft()


def _warm(blank: Draft, start: tuple[list[Column], dict[int, int]]) -> Draft:
    """Read what a plan says of a zone."""
    draft, cases = blank.blank(), set(blank.cases)
    contracts = {case: contract for case, contract in start[1].items() if case in cases}
    rebuild(draft, [column for column in start[0] if column.patch in draft.boards], contracts)
    return draft


def _share(council: Council, zone: int) -> Problem:
    """Give a zone its share of what providers may start in all zones together.

    The share is what the council's assignment starts there; what it leaves is divided by waiting hours.
    """
    problem, by_zone = council.problem, council.by_zone
    if not _zones_share_limits(problem, by_zone):
        return problem
    waiting = {z: sum(growth_min(problem, case) for case in cases) for z, cases in by_zone.items()}
    zones_of: dict[int, set[int]] = {}
    for contract in problem.contracts:
        if contract.zone in waiting:
            zones_of.setdefault(contract.provider, set()).add(contract.zone)
    started: dict[tuple[int, int], int] = {}
    taken_in: dict[tuple[int, int], int] = {}
    for case, i in council.contracts.items():
        contract = problem.contracts[i]
        growth = growth_min(problem, case)
        started[contract.provider, contract.zone] = started.get((contract.provider, contract.zone), 0) + growth
        over = {e for package in problem.cases[case] for e in embargoes_over(problem, package, i)}
        for e in over:
            taken_in[e, contract.zone] = taken_in.get((e, contract.zone), 0) + growth

    def part(room: int, provider: int, used: dict[tuple[int, int], int], key: int) -> int:
        everywhere = sum(waiting[z] for z in zones_of.get(provider, ()))
        spare = max(0, room - sum(used.get((key, z), 0) for z in by_zone))
        return used.get((key, zone), 0) + (spare * waiting[zone] // everywhere if everywhere else spare)

    providers = tuple(
        one
        if one.growth_limit_min >= UNLIMITED
        else replace(
            one, growth_limit_min=one.started_min + part(max(0, one.growth_limit_min - one.started_min), i, started, i)
        )
        for i, one in enumerate(problem.providers)
    )
    embargoes = tuple(
        one
        if one.intake_limit_min >= UNLIMITED or one.zone is not None
        else replace(one, intake_limit_min=part(one.intake_limit_min, one.provider, taken_in, i))
        for i, one in enumerate(problem.embargoes)
    )
    return replace(problem, providers=providers, embargoes=embargoes)


def _joined(blank: Draft, results: list[ZoneResult]) -> Draft:
    """Put the zones' choices on one draft, with the rounds of zones where nobody waits."""
    draft = blank.blank()
    rebuild(
        draft,
        [column for result in results for column in result.columns],
        {case: contract for result in results for case, contract in result.contracts.items()},
    )
    return draft


def _zones_share_limits(problem: Problem, by_zone: dict[int, list[int]]) -> bool:
    """Say whether some provider may start only so much in several zones together."""
    limited = {i for i, one in enumerate(problem.providers) if one.growth_limit_min < UNLIMITED}
    limited |= {one.provider for one in problem.embargoes if one.zone is None and one.intake_limit_min < UNLIMITED}
    zones = {(one.provider, one.zone) for one in problem.contracts if one.provider in limited and one.zone in by_zone}
    return len(zones) > len({provider for provider, _ in zones})


def _together(
    packing: Packing, draft: Draft, pool: list[Column], seed: int, effort: Effort, stop: Callable[[], bool]
) -> Draft:
    """Let the zones trade their shares of common limits: one search and one master under the true limits."""
    search = Search(draft, [seed, len(draft.problem.zones)], packing)
    search.improve(effort.steps(len(draft.cases)) // 2, start_s=POLISH_S, watch=lambda _done, _now: not stop())
    best, contracts = search.best()
    choice = choose(packing.draft, [*pool, *search.pool(), *best], best, contracts, nodes=effort.nodes)
    chosen = packing.draft.blank()
    rebuild(chosen, choice.columns, choice.contracts)
    return settled(chosen, packing)


def _best(drafts: list[Draft]) -> Draft:
    best, best_values = drafts[0], reached(drafts[0])
    for draft in drafts[1:]:
        now = reached(draft)
        if better(draft.problem, now, best_values):
            best, best_values = draft, now
    return best


def _proven(draft: Draft, turns: int, tell: Progress) -> Bound:
    """Prove, zone by zone, how little the rounds could cost with levels 1 to 4 as they are."""
    problem, total = draft.problem, 0
    contracts: dict[int, dict[int, int]] = {zone: {} for zone in range(len(problem.zones))}
    for case, placed in draft.placed.items():
        contracts[problem.contracts[placed.contract].zone][case] = placed.contract
    for zone, those in contracts.items():
        tell("proving", zone, len(contracts), {})
        total += proven_bound(problem, zone, those, iterations=turns).value_s
    tell("proving", len(contracts), len(contracts), {})
    return Bound("5", reached(draft)["5"], total, "proven")


def _joint_bounds(results: list[ZoneResult]) -> list[Bound]:
    """Add up the zones' bounds, level by level."""
    joint = []
    for ones in zip(*(result.bounds for result in results), strict=True):
        known = [one.value for one in ones if one.value is not None]
        value = sum(known) if len(known) == len(ones) else None
        joint.append(Bound(ones[0].level, sum(one.held for one in ones), value, "pool"))
    return joint
