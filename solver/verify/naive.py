"""Insertion by trying everything, in plain Python: what the settled check rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement

from solver.cost import day_cost_s
from solver.facts import DayFacts
from solver.layouts import case_layouts
from solver.ledger import Ledger, Slot, broken_ledger_rules, part_min
from solver.means import Mode
from solver.problem import Problem
from solver.rule import Scope
from solver.rules import rules_of
from solver.timetable import timetable, week_facts

Days = tuple[tuple[int, ...], ...]


@dataclass(slots=True, kw_only=True)
class Standing:
    """A round as it stands."""

    provider: int
    patch: int
    shift: int
    mode: Mode
    crew: int
    live: int
    days: Days


def case_fits(problem: Problem, ledger: Ledger, rounds: list[Standing], case: int, contract: int) -> bool:
    """Say whether a single legal insertion of a case with a contract exists.

    Parameters
    ----------
    problem
        The council's week.
    ledger
        Without the case; is left as it was.
    rounds
        Without the case.
    case, contract
        Ids; the pair rules allow them.

    Returns
    -------
    bool
        True when every part of some layout finds a place and no limit is exceeded.
    """
    return rounds_with(problem, ledger, rounds, case, contract) is not None


def rounds_with(
    problem: Problem, ledger: Ledger, rounds: list[Standing], case: int, contract: int
) -> tuple[list[Standing], tuple[int, ...]] | None:
    """Insert a case with a contract, in the first of its layouts that fits.

    Parts of a layout are placed one after the other, each at its cheapest legal place, as in the search.

    Parameters
    ----------
    problem
        The council's week.
    ledger
        Without the case; is left as it was.
    rounds
        Without the case.
    case, contract
        Ids; the pair rules allow them.

    Returns
    -------
    rounds : list of Standing
        With the case.
    parts : tuple of int
        Of the layout. None instead of both when no layout finds places, or some limit is exceeded.
    """
    if broken_ledger_rules(ledger.contract_facts(case, contract)):
        return None
    provider = problem.contracts[contract].provider
    for parts in case_layouts(problem, case, problem.providers[provider].pattern):
        found = _with_parts(problem, ledger, rounds, provider, parts)
        if found is not None:
            return found, parts
    return None


def _with_parts(
    problem: Problem, ledger: Ledger, rounds: list[Standing], provider: int, parts: Iterable[int]
) -> list[Standing] | None:
    standing = list(rounds)
    added: dict[Slot, int] = {}
    opened: dict[tuple[Slot, int], int] = {}
    for part in parts:
        one = problem.parts[part]
        slot = Slot(provider, problem.packages[one.package].patch, one.shift)
        minutes = added.get(slot, 0) + part_min(problem, part)
        if broken_ledger_rules(ledger.slot_facts(slot, minutes)):
            return None
        added[slot] = minutes
        more = opened.get((slot, one.crew), 0) + 1
        may_open = not broken_ledger_rules(ledger.slot_facts(slot, minutes, opened=more, crew=one.crew))
        place = _cheapest(problem, standing, part, slot, may_open=may_open)
        if place is None:
            return None
        at, mode, days = place
        if at < 0:
            opened[slot, one.crew] = more
            standing.append(replace(_opened(slot, one.crew, mode), days=days))
        else:
            standing[at] = replace(standing[at], mode=mode, days=days)
    return standing


def _cheapest(
    problem: Problem, rounds: list[Standing], part: int, slot: Slot, *, may_open: bool
) -> tuple[int, Mode, Days] | None:
    one = problem.parts[part]
    best: tuple[int, int, Mode, Days] | None = None
    for at, standing in enumerate(rounds):
        if (standing.provider, standing.patch, standing.shift) != slot or standing.crew != one.crew:
            continue
        modes = (standing.mode,) if standing.live >= 0 else problem.modes_of(standing.provider, standing.patch)
        now = sum(cost for _, cost in _week(problem, standing, standing.mode, standing.days))
        for mode in modes:
            joined = _join(problem, standing, mode, part)
            if joined is None or not week_kept(problem, standing, mode, joined[1]):
                continue
            if best is None or joined[0] - now < best[0]:
                best = joined[0] - now, at, mode, joined[1]
    if may_open:
        for mode in problem.modes_of(slot.provider, slot.patch):
            empty = _opened(slot, one.crew, mode)
            joined = _join(problem, empty, mode, part)
            if joined is None or not week_kept(problem, empty, mode, joined[1]):
                continue
            if best is None or joined[0] < best[0]:
                best = joined[0], -1, mode, joined[1]
    return best[1:] if best else None


def _opened(slot: Slot, crew: int, mode: Mode) -> Standing:
    """Open a round without visits."""
    return Standing(
        provider=slot.provider, patch=slot.patch, shift=slot.shift, mode=mode, crew=crew, live=-1, days=((),) * 7
    )


def _join(problem: Problem, standing: Standing, mode: Mode, part: int) -> tuple[int, Days] | None:
    """Join a part to a round day by day, trying every position; return the week's cost and days."""
    total = 0
    days: list[tuple[int, ...]] = []
    known: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, tuple[int, ...]] | None] = {}
    for d, old in enumerate(standing.days):
        new = tuple(v for v in problem.parts[part].visits if problem.visits[v].days >> d & 1)
        key = (old, new)
        if key not in known:
            known[key] = _best_day(problem, standing, mode, d, old, new)
        best = known[key]
        if best is None:
            return None
        total += best[0]
        days.append(best[1])
    return total, tuple(days)


def _best_day(
    problem: Problem, standing: Standing, mode: Mode, d: int, old: tuple[int, ...], new: tuple[int, ...]
) -> tuple[int, tuple[int, ...]] | None:
    best: tuple[int, tuple[int, ...]] | None = None
    for day in merges(old, new):
        facts = facts_of(problem, standing, mode, day)
        if not legal_day(problem, standing, d, facts):
            continue
        cost = day_cost_s(facts, standing.crew, *problem.weights(mode, standing.patch))
        if best is None or cost < best[0]:
            best = cost, day
    return best


def merges(old: tuple[int, ...], new: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """List the ways to join visits, in order, into a day.

    Parameters
    ----------
    old, new
        Visit ids in order.

    Yields
    ------
    tuple of int
        Visit ids in order.
    """
    for places in combinations_with_replacement(range(len(old) + 1), len(new)):
        day: list[int] = []
        for p in range(len(old) + 1):
            day.extend(visit for visit, place in zip(new, places, strict=True) if place == p)
            if p < len(old):
                day.append(old[p])
        yield tuple(day)


def _week(problem: Problem, standing: Standing, mode: Mode, days: Days) -> list[tuple[DayFacts, int]]:
    facts = [facts_of(problem, standing, mode, day) for day in days]
    return [(one, day_cost_s(one, standing.crew, *problem.weights(mode, standing.patch))) for one in facts]


def facts_of(problem: Problem, standing: Standing, mode: Mode, day: tuple[int, ...]) -> DayFacts:
    """State the facts of a round's day by its naive timetable.

    Parameters
    ----------
    problem
        The council's week.
    standing
        The round.
    mode
        Means of travel.
    day
        Visit ids in order.

    Returns
    -------
    DayFacts
        All zero for an empty day.
    """
    setting = problem.day_setting(standing.shift, mode, standing.crew)
    return timetable(problem, day, setting)[1]


def legal_day(problem: Problem, standing: Standing, d: int, facts: DayFacts) -> bool:
    """Say whether a day keeps every rule, or breaks it by no more than the live round breaks it already.

    Parameters
    ----------
    problem
        Holds the live rounds that excesses are inherited from.
    standing
        The round.
    d
        Day, 0 is Monday.
    facts
        Of that day.

    Returns
    -------
    bool
        True for an empty day.
    """
    if not facts.visits:
        return True
    limits = problem.day_limits()
    broken = [rule for rule in rules_of(Scope.DAY) if rule.excess(facts, limits) > 0]
    if not broken:
        return True
    if standing.live < 0 or not problem.rounds[standing.live].days[d]:
        return False
    base = facts_of(problem, standing, problem.rounds[standing.live].mode, problem.rounds[standing.live].days[d])
    return all(rule.excess(facts, limits) <= rule.excess(base, limits) for rule in broken)


def week_kept(problem: Problem, standing: Standing, mode: Mode, days: Days) -> bool:
    """Say whether the week rules hold, or are broken by no more than a live round breaks them already.

    Parameters
    ----------
    problem
        Holds the live rounds that excesses are inherited from.
    standing
        The round.
    mode
        Means of travel.
    days
        Visit ids in order, seven days.

    Returns
    -------
    bool
        Whether daily rest, weekly rest and weekly hours hold.
    """
    return _week_within(problem, standing, [facts_of(problem, standing, mode, day) for day in days])


def _week_within(problem: Problem, standing: Standing, days: list[DayFacts]) -> bool:
    limits = problem.week_limits()
    facts = week_facts(days)
    broken = [rule for rule in rules_of(Scope.WEEK) if rule.excess(facts, limits) > 0]
    if not broken or standing.live < 0:
        return not broken
    live = problem.rounds[standing.live]
    base = week_facts([facts_of(problem, standing, live.mode, day) for day in live.days])
    return all(rule.excess(facts, limits) <= rule.excess(base, limits) for rule in broken)


def legal_week(problem: Problem, standing: Standing) -> bool:
    """Say whether a round keeps every rule of days and weeks, in its means of travel or another that it may use.

    Parameters
    ----------
    problem
        The council's week.
    standing
        The round.

    Returns
    -------
    bool
        What a live round inherits counts as kept.
    """
    modes = (standing.mode,) if standing.live >= 0 else problem.modes_of(standing.provider, standing.patch)
    weeks = ([facts_of(problem, standing, mode, day) for day in standing.days] for mode in modes)
    return any(
        all(legal_day(problem, standing, d, facts) for d, facts in enumerate(week))
        and _week_within(problem, standing, week)
        for week in weeks
    )
