"""The checker notices a gap between two visits that is not kept."""

from __future__ import annotations

from dataclasses import replace

from solver.assemble import assemble
from solver.facts import UNLIMITED
from solver.problem import Problem
from solver.solve import Effort, solve
from solver.verify import verify
from tests.solver.worlds import world


def with_gap(problem: Problem, package: int, least_s: int) -> Problem:
    """Ask for a gap between the first and the last visit of a package."""
    first, last = problem.packages[package].visits[0], problem.packages[package].visits[-1]
    visits = list(problem.visits)
    visits[last] = replace(visits[last], gaps=((first, least_s, UNLIMITED),))
    return replace(problem, visits=tuple(visits))


def test_a_gap_that_is_too_short_is_found_and_one_that_holds_is_not() -> None:
    problem = world(2, packages=10, providers=2)
    plan = assemble(*solve(problem, seed=1, effort=Effort(searches=1, iterations=1, threads=1)))
    placed = {one.package_ref for one in plan.placements}
    package = next(
        i
        for i, one in enumerate(problem.packages)
        if one.ref in placed and problem.visits[one.visits[0]].latest_s < problem.visits[one.visits[-1]].earliest_s
    )
    assert verify(with_gap(problem, package, 60), plan) == []
    codes = {one.code for one in verify(with_gap(problem, package, 20 * 3600), plan)}
    assert codes == {"GAP"}
