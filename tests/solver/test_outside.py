"""A home outside every zone, and limits that zones have in common."""

from __future__ import annotations

from dataclasses import replace

from solver.assemble import assemble
from solver.problem import NOWHERE
from solver.solve import Effort, solve
from solver.verify import verify
from tests.solver.worlds import world

QUICK = Effort(searches=2, iterations=2, threads=1)


def test_a_home_outside_every_zone_is_said_not_dropped_also_where_zones_share_limits() -> None:
    plain = world(4, packages=16, providers=2, patches=2, zones=2)
    packages = tuple(
        replace(package, zone=NOWHERE, patch=NOWHERE) if i in (3, 7) else package
        for i, package in enumerate(plain.packages)
    )
    homes = tuple(replace(home, patch=NOWHERE) if i in (3, 7) else home for i, home in enumerate(plain.homes))
    providers = tuple(replace(provider, growth_limit_min=1_500) for provider in plain.providers)
    problem = replace(plain, packages=packages, homes=homes, providers=providers)
    draft, bounds = solve(problem, seed=1, effort=QUICK)
    plan = assemble(draft, bounds)
    assert verify(problem, plan) == []
    unplaced = {one.package_ref for one in plan.unplaced}
    assert {packages[3].ref, packages[7].ref} <= unplaced
    assert len(plan.placements) + len(plan.unplaced) == len(packages)
    for one in plan.unplaced:
        if one.package_ref in (packages[3].ref, packages[7].ref):
            codes = {reason.code for refusal in one.refusals for reason in refusal.reasons}
            assert "NOT_IN_ZONE" in codes


def test_zones_trade_what_a_provider_may_start_in_all_of_them() -> None:
    plain = world(6, packages=12, providers=1, patches=2, zones=2)
    heaviest = max(package.carer_min for package in plain.packages)
    problem = replace(plain, providers=tuple(replace(one, growth_limit_min=heaviest) for one in plain.providers))
    draft, _ = solve(problem, seed=1, effort=QUICK)
    first = min(package.priority for package in plain.packages)
    fits = [package for package in plain.packages if package.priority == first and not package.skills]
    placed = [problem.packages[problem.cases[case][0]] for case in draft.placed]
    # By class first: at least one of the first class starts, although each zone's share alone is too little for some.
    assert any(package.priority == first for package in placed) or not fits
