"""Moves written out for a plan: from where to where, the times before and after, and what each buys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from solver.moved import Gain, Stretch, starts_on, visits_on
from solver.moving import Moving
from solver.order import tiers
from solver.plan import PlanGain, PlanMove, PlanMovedVisit, PlanMoves, PlanRound, PlanStretch
from solver.problem import DAYS, Problem


def moves_plan(moving: Moving, rounds: Iterable[PlanRound]) -> PlanMoves:
    """Write moves out, with the times before and after.

    Parameters
    ----------
    moving
        The moves.
    rounds
        Of the plan.

    Returns
    -------
    PlanMoves
        In the order in which they are made.
    """
    history = moving.history
    problem = history[0].problem
    starts = {
        (one.round_ref, day, visit.package_ref, visit.visit_ref): visit.start_s
        for one in rounds
        for day, visits in one.days.items()
        for visit in visits
    }

    return PlanMoves(
        made=tuple(
            PlanMove(
                package_ref=problem.packages[move.package].ref,
                provider_ref=problem.providers[problem.packages[move.package].provider].ref,
                stretches=tuple(_stretch_plan(problem, starts, move.package, stretch) for stretch in move.stretches),
                gains=tuple(_gain_plan(problem, gain) for gain in move.gains),
                added_s=after.cost_s() - before.cost_s(),
                to_contract_ref=None if move.contract is None else problem.contracts[move.contract].ref,
            )
            for move, before, after in zip(moving.moves, history[:-1], history[1:], strict=True)
        ),
        without=history[0].values(),
    )


def _stretch_plan(
    problem: Problem, starts: Mapping[tuple[str, str, str, str], int], package: int, stretch: Stretch
) -> PlanStretch:
    source, target = (problem.rounds[live].ref for live in stretch)
    today, ref = starts_on(problem, stretch.source), problem.packages[package].ref
    return PlanStretch(
        from_round_ref=source,
        to_round_ref=target,
        visits=tuple(
            PlanMovedVisit(
                day=DAYS[d],
                visit_ref=problem.visits[visit].ref,
                before_s=today[visit, d],
                start_s=starts[target, DAYS[d], ref, problem.visits[visit].ref],
            )
            for d, day in enumerate(visits_on(problem, package, stretch.source))
            for visit in day
        ),
    )


def _gain_plan(problem: Problem, gain: Gain) -> PlanGain:
    packages = problem.cases[gain.case]
    ranks = [tiers(problem, package) for package in packages]
    return PlanGain(
        package_refs=tuple(problem.packages[package].ref for package in packages),
        contract_ref=problem.contracts[gain.after].ref,
        tier=max(rank[gain.after] for rank in ranks),
        before_contract_ref=None if gain.before is None else problem.contracts[gain.before].ref,
        before_tier=None if gain.before is None else max(rank[gain.before] for rank in ranks),
    )
