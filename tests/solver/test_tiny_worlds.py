"""Worlds so small that every plan can be tried: ours is never better, and places as many people."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from solver.assemble import assemble
from solver.facts import UNLIMITED
from solver.levels import better, level_specs
from solver.problem import Problem
from solver.solve import Effort, solve
from tests.proof import examples
from tests.solver.brute import Brute
from tests.solver.worlds import world

ALONE = Effort(threads=1)
tiny_worlds = pytest.mark.parametrize("seed", range(examples(24, 1000)))
some_tiny_worlds = pytest.mark.parametrize("seed", range(examples(10, 200)))


def tiny(seed: int) -> Problem:
    """One to four packages, one or two providers, sometimes with little room, sometimes by all means."""
    rng = np.random.default_rng([seed, 5])
    packages = int(rng.integers(1, 5))
    return world(
        seed,
        packages=packages,
        providers=int(rng.integers(1, 3)),
        side_m=float(rng.choice([400.0, 1500.0, 5000.0])),
        cap_min=int(rng.choice([UNLIMITED, 1800, 1000])),
        carers=(None, None, 0, 1)[int(rng.integers(4))],
        growth_min=int(rng.choice([UNLIMITED, UNLIMITED, 1500])),
        couples=int(seed % 3 == 0 and packages > 1),
        loose=(0.0, 0.3)[seed % 4 == 1 and packages < 4],
        all_means=seed % 4 == 2,
    )


@lru_cache(maxsize=256)
def levels(seed: int) -> tuple[Problem, dict[str, int]]:
    problem = tiny(seed)
    return problem, reached(problem)


def reached(problem: Problem) -> dict[str, int]:
    plan = assemble(*solve(problem, seed=1, effort=ALONE))
    return {one.level: one.value for one in plan.levels}


@tiny_worlds
def test_a_plan_is_never_better_than_the_best_of_all_plans(seed: int) -> None:
    problem, ours = levels(seed)
    best = Brute(problem).best()
    assert not better(problem, ours, best), (ours, best)


@tiny_worlds
def test_a_plan_places_as_many_people_as_the_best_of_all_plans(seed: int) -> None:
    problem, ours = levels(seed)
    best = Brute(problem).best()
    for spec in level_specs(problem):
        if spec.level.startswith("1."):
            assert ours[spec.level] == best[spec.level], (ours, best)


def test_plans_of_tiny_worlds_are_nearly_always_the_best_on_every_level() -> None:
    seeds = range(examples(24, 1000))
    best = sum(levels(seed)[1] == Brute(tiny(seed)).best() for seed in seeds)
    assert best >= 0.99 * len(seeds)


@some_tiny_worlds
def test_tightening_a_limit_never_places_more(seed: int) -> None:
    problem, ours = levels(seed)
    tighter = replace(
        problem,
        contracts=tuple(replace(one, cap_min=min(one.cap_min, 1200)) for one in problem.contracts),
        parameters=replace(problem.parameters, walk_leg_s=600, drive_leg_s=600),
    )
    then = reached(tighter)
    for spec in level_specs(problem):
        if spec.level.startswith("1.") and then[spec.level] != ours[spec.level]:
            assert then[spec.level] < ours[spec.level]
            return
