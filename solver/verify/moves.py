"""Checks of moves: within the budget, every rule kept, and each buys what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from solver.levels import level_specs
from solver.moved import Gain, Move, Stretch, relocated, starts_on, visits_on, why_it_stays
from solver.order import tiers
from solver.plan import Plan, PlanMove, PlanMoves
from solver.problem import DAYS, Problem
from solver.takeover import takers
from solver.verify.naive import Standing, legal_week
from solver.verify.reading import Reading
from solver.verify.state import State, state_of
from solver.verify.undone import states
from solver.verify.violation import Violation

LEVELS = ("1.", "2", "3")
"""Beginnings of the levels for which people may be moved."""


class ReadMoves(NamedTuple):
    """The moves of a plan with their refs looked up."""

    problems: tuple[Problem, ...]
    """The week before anybody moves, and after each move."""
    moves: tuple[Move, ...]
    faults: tuple[Violation, ...]


def read_moves(problem: Problem, plan: Plan) -> ReadMoves:
    """Look the moves of a plan up, and say how the week stands once they are made.

    Parameters
    ----------
    problem
        The week as the council file states it.
    plan
        Any plan.

    Returns
    -------
    ReadMoves
        A move that may not be made is a fault, and is not made.
    """
    stated = plan.moves.made if plan.moves is not None else ()
    packages = {one.ref: i for i, one in enumerate(problem.packages)}
    rounds = {one.ref: i for i, one in enumerate(problem.rounds)}
    visits = {(one.ref, problem.visits[v].ref): v for one in problem.packages for v in one.visits}
    contracts = {one.ref: i for i, one in enumerate(problem.contracts)}
    order = {
        one.round_ref: tuple(
            tuple(visits.get((visit.package_ref, visit.visit_ref), -1) for visit in one.days.get(day, ()))
            for day in DAYS
        )
        for one in plan.rounds
    }
    problems, moves, faults = [problem], list[Move](), list[Violation]()
    for one in stated:
        names = [(stretch.from_round_ref, stretch.to_round_ref) for stretch in one.stretches]
        gains = _gains(problem, one)
        if gains is None or one.package_ref not in packages or any(ref not in rounds for pair in names for ref in pair):
            faults.append(_wrong(one, "It names something that the council does not have.", structural=True))
            continue
        package = packages[one.package_ref]
        stretches = tuple(Stretch(rounds[a], rounds[b]) for a, b in names)
        contract = None if one.to_contract_ref is None else contracts.get(one.to_contract_ref, -1)
        if contract == -1:
            faults.append(_wrong(one, "It names a contract that the council does not have.", structural=True))
            continue
        why = why_it_stays(problem, package, stretches, moves, contract)
        if why is not None:
            faults.append(_wrong(one, why, structural=True))
            continue
        placed = {s.target: order.get(problem.rounds[s.target].ref, ((),) * 7) for s in stretches}
        problems.append(relocated(problems[-1], package, stretches, placed, contract))
        moves.append(Move(package, stretches, gains, contract))
    return ReadMoves(tuple(problems), tuple(moves), tuple(faults))


def check_moves(reading: Reading, read: ReadMoves) -> Iterator[Violation]:
    """Check the moves of a plan that is sound in itself.

    Parameters
    ----------
    reading
        The plan, read against the week after the moves.
    read
        Its moves.

    Yields
    ------
    Violation
        ``MOVES_BUDGET`` or ``WRONG_MOVE``.
    """
    problem, stated = read.problems[0], reading.plan.moves
    budget = problem.parameters.moves
    if (stated is None) != (budget is None):
        sentence = "Whether a budget of moves is open is not what the council file says."
        yield Violation(code="MOVES_BUDGET", where="moves", sentence=sentence)
    if stated is None:
        return
    if len(stated.made) > (budget or 0):
        sentence = f"{len(stated.made)} people move, and the budget is {budget or 0}."
        yield Violation(code="MOVES_BUDGET", where="moves", sentence=sentence, excess=len(stated.made) - (budget or 0))
    for one, move, week in zip(stated.made, read.moves, read.problems[1:], strict=False):
        yield from _says_so(problem, reading, one, move)
        if not keeps_rules(problem, week, move):
            yield _wrong(one, "A round that it leaves or joins would break a rule that it keeps today.")
    yield from _bought(reading, read, stated)


def keeps_rules(problem: Problem, after: Problem, move: Move) -> bool:
    """Say whether the live rounds that a move touches keep the rules as well as today, for themselves.

    Parameters
    ----------
    problem
        The week before anybody moves.
    after
        The week after the move.
    move
        The move.

    Returns
    -------
    bool
        What a round breaks today it may go on breaking, no worse.
    """
    for stretch in move.stretches:
        for live in stretch:
            one = after.rounds[live]
            standing = Standing(
                provider=one.provider,
                patch=one.patch,
                shift=one.shift,
                mode=one.mode,
                crew=one.crew,
                live=live,
                days=one.days,
            )
            if not legal_week(problem, standing):
                return False
    return True


def unproven(read: ReadMoves, history: list[State] | None) -> str | None:
    """Say why moves do not buy what they say.

    Parameters
    ----------
    read
        The moves.
    history
        As :func:`solver.verify.undone.states` found them.

    Returns
    -------
    str or None
        A sentence; None where each buys it.
    """
    if history is None:
        return "They cannot be taken back, so what they buy cannot be told."
    least_s = read.problems[0].parameters.move_saving_s
    for move, before, after in zip(read.moves, history[:-1], history[1:], strict=True):
        ref = read.problems[0].packages[move.package].ref
        if move.contract is not None and move.contract not in takers(before.problem, before.ledger, move.package):
            return f"Another contract would be asked to take {ref} over, or none."
        for gain in move.gains:
            if after.contracts.get(gain.case) != gain.after:
                return f"The move of {ref} does not lead to the contract it names."
            if before.earlier_place(gain.case) is not None:
                return f"Without the move of {ref} there is a place as good for what it buys."
        if move.gains and not _improves(before, after):
            return f"The move of {ref} betters no level from 1 to 3."
        if not move.gains and before.cost_s() - after.cost_s() < least_s:
            return f"The move of {ref} buys nothing, and saves less than the threshold."
    return None


def _improves(before: State, after: State) -> bool:
    was, now = before.values(), after.values()
    for spec in level_specs(before.problem):
        if spec.level.startswith(LEVELS) and was[spec.level] != now[spec.level]:
            return (now[spec.level] > was[spec.level]) == (spec.sense == "max")
    return False


def _says_so(problem: Problem, reading: Reading, stated: PlanMove, move: Move) -> Iterator[Violation]:
    """Check provider and times, against the live rounds of today and the plan's."""
    if stated.provider_ref != problem.providers[problem.packages[move.package].provider].ref:
        yield _wrong(stated, "Another provider serves the person.")
    starts = {
        (one.round_ref, day, visit.package_ref, visit.visit_ref): visit.start_s
        for one in reading.plan.rounds
        for day, visits in one.days.items()
        for visit in visits
    }
    for stretch, said in zip(move.stretches, stated.stretches, strict=True):
        today = starts_on(problem, stretch.source)
        due = {
            (DAYS[d], problem.visits[visit].ref): (
                today[visit, d],
                starts.get((said.to_round_ref, DAYS[d], stated.package_ref, problem.visits[visit].ref)),
            )
            for d, day in enumerate(visits_on(problem, move.package, stretch.source))
            for visit in day
        }
        told = {(one.day, one.visit_ref): (one.before_s, one.start_s) for one in said.visits}
        if told != due or len(told) < len(said.visits):
            yield _wrong(stated, "Its visits, or the times before and after, are not those of the rounds.")
    for gain, bought in zip(move.gains, stated.gains, strict=True):
        rank = [tiers(problem, package) for package in problem.cases[gain.case]]
        due_tiers = [None if i is None else max(one.get(i, 0) for one in rank) for i in (gain.before, gain.after)]
        if due_tiers != [bought.before_tier, bought.tier]:
            yield _wrong(stated, "The tiers of what it buys are not those of the call-off procedure.")


def _gains(problem: Problem, stated: PlanMove) -> tuple[Gain, ...] | None:
    cases = {tuple(problem.packages[i].ref for i in packages): case for case, packages in enumerate(problem.cases)}
    contracts = {one.ref: i for i, one in enumerate(problem.contracts)}
    found = []
    for one in stated.gains:
        before = one.before_contract_ref
        if (
            one.package_refs not in cases
            or one.contract_ref not in contracts
            or (before or one.contract_ref) not in contracts
        ):
            return None
        found.append(
            Gain(cases[one.package_refs], None if before is None else contracts[before], contracts[one.contract_ref])
        )
    return tuple(found)


def _bought(reading: Reading, read: ReadMoves, stated: PlanMoves) -> Iterator[Violation]:
    history = states(read.problems, read.moves, state_of(reading))
    why = unproven(read, history)
    if why is not None:
        yield Violation(code="WRONG_MOVE", where="moves", sentence=why)
    if history is None:
        return
    for one, before, after in zip(stated.made, history[:-1], history[1:], strict=True):
        added_s = after.cost_s() - before.cost_s()
        if one.added_s != added_s:
            yield _wrong(one, f"It adds {added_s} paid seconds a week, the plan says {one.added_s}.")
    due = history[0].values()
    for level in sorted(set(due) | set(stated.without)):
        if due.get(level) != stated.without.get(level):
            yield Violation(
                code="WRONG_MOVE",
                where=f"moves, level {level}",
                sentence=f"Without the moves it would be {due.get(level)}, the plan says {stated.without.get(level)}.",
            )


def _wrong(stated: PlanMove, sentence: str, *, structural: bool = False) -> Violation:
    return Violation(
        code="WRONG_MOVE", where=f"move of package {stated.package_ref}", sentence=sentence, structural=structural
    )
