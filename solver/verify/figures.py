"""Checks of the plan's own figures: levels, KPIs, inherited breaks and bars on whole contracts."""

from __future__ import annotations

from collections.abc import Iterator

from solver.bars import contract_refusals, inherited
from solver.cost import day_cost_s
from solver.kpis import kpis
from solver.levels import level_specs, values
from solver.verify.people import ledger_of
from solver.verify.reading import Reading
from solver.verify.violation import Violation


def check_figures(reading: Reading) -> Iterator[Violation]:
    """Recompute every figure that a plan states.

    Parameters
    ----------
    reading
        A plan that is sound in itself; its rounds have been checked.

    Yields
    ------
    Violation
        ``WRONG_LEVEL``, ``WRONG_KPI``, ``WRONG_INHERITED`` or ``WRONG_REFUSALS``.
    """
    yield from _levels(reading)
    plan = reading.plan
    due = kpis(reading.problem, plan.placements, plan.unplaced, plan.rounds)
    for name in sorted(set(due) | set(plan.kpis)):
        if name not in due or name not in plan.kpis or due[name] != plan.kpis[name]:
            yield Violation(
                code="WRONG_KPI", where=f"kpis.{name}", sentence=f"It is {due.get(name)}, not {plan.kpis.get(name)}."
            )
    if plan.inherited != inherited(reading.problem):
        yield Violation(
            code="WRONG_INHERITED", where="inherited", sentence="The breaks of live rounds are not those listed."
        )
    if plan.contract_refusals != contract_refusals(reading.problem):
        yield Violation(
            code="WRONG_REFUSALS", where="contract_refusals", sentence="The bars on contracts are not those listed."
        )
    for one in plan.rounds:
        read = reading.rounds[one.round_ref]
        fresh = any(
            (each.provider, each.patch, each.shift) == (read.provider, read.patch, read.shift)
            for each in reading.problem.returns
        )
        if one.needs_carers != (read.live < 0 and not fresh):
            yield Violation(
                code="WRONG_KPI",
                where=f"round {one.round_ref}",
                sentence="A round needs carers when it is new and no fresh capacity return speaks of it.",
            )


def _levels(reading: Reading) -> Iterator[Violation]:
    problem = reading.problem
    contracts = {
        case: reading.contract_of[packages[0]]
        for case, packages in enumerate(problem.cases)
        if packages[0] in reading.contract_of
    }
    cost = sum(
        day_cost_s(facts, one.stated.crew, *problem.weights(one.mode, one.patch))
        for one in reading.rounds.values()
        for facts in one.facts
    )
    cost += sum(problem.parts[part].extra_s for one in reading.placements for part in one.layout.parts)
    due = values(problem, contracts, ledger_of(reading).load_min, cost)
    specs = {spec.level: spec for spec in level_specs(problem)}
    stated = {one.level: one for one in reading.plan.levels}
    if [one.level for one in reading.plan.levels] != list(specs):
        yield Violation(code="WRONG_LEVEL", where="levels", sentence="The levels are not those of the objective.")
    for level, one in stated.items():
        spec = specs.get(level)
        if spec is None or (one.name, one.sense) != (spec.name, spec.sense) or one.value != due[level]:
            yield Violation(
                code="WRONG_LEVEL",
                where=f"level {level}",
                sentence=f"Its value is {due.get(level)}, the plan says {one.value}.",
            )
        elif one.bound is not None:
            beyond = one.value > one.bound if spec.sense == "max" else one.value < one.bound
            if beyond:
                yield Violation(
                    code="WRONG_LEVEL", where=f"level {level}", sentence="The value is better than its bound."
                )
