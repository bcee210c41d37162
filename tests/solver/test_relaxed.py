"""Where a rule is relaxed, or a round more is there to choose from, the best plan is no worse, level by level."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from solver.assemble import assemble
from solver.carried import carried
from solver.draft import Draft
from solver.levels import better, level_specs
from solver.master import choose
from solver.pool import Column, cheapest, rebuild
from solver.problem import Problem
from solver.rule import Scope
from solver.rules import rules_of
from solver.search import Search
from solver.solve import Effort, reached, solve
from tests.proof import examples
from tests.solver.brute import Brute
from tests.solver.test_tiny_worlds import tiny
from tests.solver.worlds import many_sided

ALONE = Effort(threads=1)
EXACT_NODES = 5_000
DAY_CODES = [rule.code for rule in rules_of(Scope.DAY)]
RELAXED: dict[str, Callable[[Problem], Problem]] = {
    "hours cap": lambda p: replace(p, contracts=tuple(replace(one, cap_min=one.cap_min + 600) for one in p.contracts)),
    "growth limit": lambda p: replace(
        p, providers=tuple(replace(one, growth_limit_min=one.growth_limit_min + 600) for one in p.providers)
    ),
    "returned hours": lambda p: replace(p, returns=tuple(replace(one, minutes=one.minutes + 600) for one in p.returns)),
    "returned carers": lambda p: replace(
        p, returns=tuple(replace(one, carers=one.carers + 1, pairs=one.pairs + 1) for one in p.returns)
    ),
    "walking": lambda p: replace(
        p, parameters=replace(p.parameters, walk_leg_s=p.parameters.walk_leg_s + 300, walk_total_s=7_200)
    ),
    "driving": lambda p: replace(p, parameters=replace(p.parameters, drive_leg_s=p.parameters.drive_leg_s + 600)),
    "breaks": lambda p: replace(p, parameters=replace(p.parameters, break_s=0)),
    "rest": lambda p: replace(p, parameters=replace(p.parameters, daily_rest_s=0, carers_per_round=7)),
}
tiny_worlds = pytest.mark.parametrize("seed", range(examples(5, 300)))


@lru_cache(maxsize=64)
def world_and_best(seed: int) -> tuple[Problem, dict[str, int]]:
    problem = tiny(seed)
    return problem, Brute(problem).best()


@tiny_worlds
@pytest.mark.parametrize("code", DAY_CODES)
def test_the_best_of_all_plans_is_no_worse_with_a_rule_of_days_relaxed(code: str, seed: int) -> None:
    problem, best = world_and_best(seed)
    (rule,) = (one for one in rules_of(Scope.DAY) if one.code == code)
    relaxed = Brute(problem)
    relaxed.limits = rule.relaxed(relaxed.limits, 600 if rule.per_unit >= 60 else 1)
    assert not better(problem, best, relaxed.best())


@tiny_worlds
@pytest.mark.parametrize("name", RELAXED)
def test_neither_the_best_of_all_plans_nor_the_batch_is_worse_with_a_limit_relaxed(name: str, seed: int) -> None:
    problem, best = world_and_best(seed)
    relaxed = RELAXED[name](problem)
    best_then = Brute(relaxed).best()
    assert not better(problem, best, best_then)
    draft, bounds = solve(problem, seed=1, effort=ALONE)
    kept = carried(relaxed, assemble(draft, bounds))
    assert kept.dropped == ()
    then = reached(solve(relaxed, seed=1, effort=ALONE, start=kept.draft)[0])
    assert not better(problem, reached(draft), then)
    for spec in level_specs(relaxed):
        if spec.level.startswith("1."):
            assert then[spec.level] == best_then[spec.level]


def some_rounds(problem: Problem, seed: int) -> tuple[list[Column], list[Column], dict[int, int]]:
    """Rounds that a short search meets, in any order; and the rounds and contracts of a first plan."""
    search = Search(Draft(problem), [seed])
    search.construct()
    first, contracts = search.best()
    search.improve(300)
    pool = [one for one in dict.fromkeys((*search.pool(), *search.best()[0])) if one not in first]
    order = np.random.default_rng(seed).permutation(len(pool))
    return [pool[i] for i in order], first, contracts


def chosen(problem: Problem, pool: list[Column], first: list[Column], contracts: dict[int, int]) -> dict[str, int]:
    choice = choose(Draft(problem), [*first, *pool], first, contracts, nodes=EXACT_NODES)
    draft = Draft(problem)
    rebuild(draft, choice.columns, choice.contracts)
    return reached(draft)


@pytest.mark.parametrize("seed", range(examples(8, 200)))
def test_the_master_is_no_worse_with_a_round_more_to_choose_from(seed: int) -> None:
    problem = many_sided(seed)
    pool, first, contracts = some_rounds(problem, seed)
    start = min(len(pool), 20)
    before = chosen(problem, pool[:start], first, contracts)
    for size in range(start + 1, min(len(pool), start + 6) + 1):
        after = chosen(problem, pool[:size], first, contracts)
        assert not better(problem, before, after), (size, before, after)
        before = after


@pytest.mark.parametrize("seed", range(examples(4, 50)))
def test_of_rounds_that_do_the_same_work_the_master_takes_the_cheapest(seed: int) -> None:
    problem = many_sided(seed)
    pool, first, contracts = some_rounds(problem, seed)
    dearer = [one._replace(cost_s=one.cost_s + 60) for one in (*first, *pool)]
    assert cheapest([*dearer, *first, *pool]) == cheapest([*first, *pool])
    choice = choose(Draft(problem), [*dearer, *first, *pool], dearer[: len(first)], contracts, nodes=EXACT_NODES)
    alone = choose(Draft(problem), [*first, *pool], first, contracts, nodes=EXACT_NODES)
    assert sum(one.cost_s for one in choice.columns) == sum(one.cost_s for one in alone.columns)
    assert not set(choice.columns) & set(dearer)
