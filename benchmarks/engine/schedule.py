"""One scorer for everybody's rounds: the canonical timetable, the day rules and the published cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from solver.cost import day_cost_s
from solver.draft import Draft
from solver.means import MODES, Mode
from solver.problem import Problem
from solver.rule import Scope
from solver.rules import rules_of
from solver.timetable import timetable

UNLINKED = -1


class RoundDay(NamedTuple):
    """One day's work of a carer or of a pair."""

    day: int
    """0 is Monday."""
    shift: int
    crew: int
    mode: Mode
    visits: tuple[int, ...]
    round: int = UNLINKED
    """Which weekly round it belongs to, where the days are parts of one."""


class Score(NamedTuple):
    """How good a week's rounds are."""

    rounds: int
    round_days: int
    paid_min: int
    """Paid minutes a week: start-up, travel and paid waiting of all carers."""
    rounds_per_person: float
    left_out: int
    """Visits of the week that nobody makes."""
    faults: int
    """Broken day rules, and visits made twice or by the wrong crew or in the wrong shift."""


def score(problem: Problem, days: Iterable[RoundDay], parts: Iterable[int] | None = None) -> Score:
    """Score a week's rounds.

    Parameters
    ----------
    problem
        A zone.
    days
        Everybody's days, in any order; those of no weekly round are linked first (see :func:`linked`).
    parts
        What is to be done; when left out, everybody's week as commissioned, by the shift pattern of the first provider.

    Returns
    -------
    Score
        By the rules and weights of the problem, whoever made the rounds.
    """
    worked = linked(problem, [one for one in days if one.visits])
    cost_s, faults = 0, 0
    for one in worked:
        cost, broken = _priced(problem, one)
        cost_s, faults = cost_s + cost, faults + broken
    if parts is None:
        pattern = problem.providers[0].pattern
        parts = [part for package in problem.packages for part in package.parts[pattern]]
    parts = list(parts)
    cost_s += sum(problem.parts[part].extra_s for part in parts)
    wanted = Counter((v, d) for v, d, _, _ in _wanted(problem, parts))
    made = Counter((v, one.day) for one in worked for v in one.visits)
    due = {(v, d): (shift, crew) for v, d, shift, crew in _wanted(problem, parts)}
    wrong = sum(due.get((v, one.day)) != (one.shift, one.crew) for one in worked for v in one.visits)
    rounds_of: dict[int, set[int]] = defaultdict(set)
    for one in worked:
        for visit in one.visits:
            rounds_of[problem.visits[visit].package].add(one.round)
    return Score(
        rounds=len({one.round for one in worked}),
        round_days=len(worked),
        paid_min=round(cost_s / 60),
        rounds_per_person=round(float(np.mean([len(those) for those in rounds_of.values()] or [0])), 2),
        left_out=(wanted - made).total(),
        faults=faults + wrong + (made - wanted).total(),
    )


def linked(problem: Problem, days: Sequence[RoundDay]) -> list[RoundDay]:
    """Make weekly rounds of days that were planned one by one, as favourably as day after day allows.

    Parameters
    ----------
    problem
        A zone.
    days
        Days that name their round stay as they are.

    Returns
    -------
    list of RoundDay
        Monday's are the first rounds of their shift and crew size. Each later day is matched to the rounds so far,
        one to one, so that as many of its people as possible meet a round that has served them before; what is left
        opens rounds.
    """
    out = [one for one in days if one.round != UNLINKED]
    opened = max((one.round for one in out), default=-1) + 1
    alone = [one for one in days if one.round == UNLINKED]
    for kind in sorted({(one.shift, one.crew, one.mode) for one in alone}):
        known: dict[int, set[int]] = {}
        for day in range(7):
            today = [one for one in alone if (one.shift, one.crew, one.mode) == kind and one.day == day]
            people = [{problem.visits[visit].package for visit in one.visits} for one in today]
            rounds = sorted(known)
            shared = np.array([[len(known[r] & those) for r in rounds] for those in people])
            matched = linear_sum_assignment(-shared) if rounds and today else ((), ())
            match = {int(i): int(k) for i, k in zip(*matched, strict=True)}
            for i, one in enumerate(today):
                if i in match:
                    r = rounds[match[i]]
                else:
                    r, opened = opened, opened + 1
                known.setdefault(r, set()).update(people[i])
                out.append(one._replace(round=r))
    return out


def round_days_of(draft: Draft) -> list[RoundDay]:
    """Read the engine's own rounds.

    Parameters
    ----------
    draft
        A plan.

    Returns
    -------
    list of RoundDay
        Each names its round.
    """
    out: list[RoundDay] = []
    for patch in sorted(draft.boards):
        board = draft.boards[patch]
        for r, one in enumerate(board.rounds):
            if not board.is_empty(r):
                ref = len({day.round for day in out})
                out += [
                    RoundDay(d, one.shift, one.crew, MODES[one.mode], visits, ref)
                    for d, visits in enumerate(board.days(r))
                    if visits
                ]
    return out


def _priced(problem: Problem, one: RoundDay) -> tuple[int, int]:
    setting = problem.day_setting(one.shift, one.mode, one.crew)
    facts = timetable(problem, one.visits, setting)[1]
    limits = problem.day_limits()
    broken = sum(rule.excess(facts, limits) > 0 for rule in rules_of(Scope.DAY))
    return day_cost_s(facts, one.crew, *problem.weights(one.mode, 0)), broken


def _wanted(problem: Problem, parts: Iterable[int]) -> Iterable[tuple[int, int, int, int]]:
    """List the visits of parts as (visit, day, shift, crew)."""
    for part in parts:
        one = problem.parts[part]
        for visit in one.visits:
            yield from ((visit, day, one.shift, one.crew) for day in range(7) if problem.visits[visit].days >> day & 1)
