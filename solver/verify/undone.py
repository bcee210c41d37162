"""Moves taken back, one after the other, to see what each of them buys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solver.cost import day_cost_s
from solver.moved import Move, visits_on
from solver.problem import Problem
from solver.verify.naive import Days, Standing, facts_of, legal_day, merges, rounds_with
from solver.verify.state import Held, State


def states(problems: Sequence[Problem], moves: Sequence[Move], last: State) -> list[State] | None:
    """Take moves back one by one, from the last.

    What a move buys is withdrawn with it, whom it moved stands in the old rounds again, and whoever it brought to an
    earlier tier is inserted where they would be without it.

    Parameters
    ----------
    problems
        The week before the moves, and after each of them.
    moves
        In the order in which they were made.
    last
        The plan, on the last of the weeks.

    Returns
    -------
    list of State or None
        The plan before the first move, and after each; None where a move cannot be taken back.
    """
    found = [last]
    for problem, move in reversed(list(zip(problems, moves, strict=False))):
        before = _undone(problem, found[-1], move)
        if before is None:
            return None
        found.append(before)
    return found[::-1]


def _undone(problem: Problem, state: State, move: Move) -> State | None:
    """Take one move back; ``problem`` is the week before it."""
    rounds: list[Standing] = []
    for one in state.without(gain.case for gain in move.gains).rounds:
        if one.live in {stretch.target for stretch in move.stretches}:
            mine = set(problem.packages[move.package].visits)
            held = problem.rounds[one.live].days
            days: Days | None = tuple(
                tuple(v for v in day if v not in mine or v in base) for day, base in zip(one.days, held, strict=True)
            )
        elif one.live in {stretch.source for stretch in move.stretches}:
            days = _rejoined(problem, one, visits_on(problem, move.package, one.live))
        else:
            days = one.days
        if days is None:
            return None
        rounds.append(replace(one, days=days))
    gained = {gain.case for gain in move.gains}
    placed = {case: way for case, way in state.placed.items() if case not in gained}
    before = State(problem=problem, rounds=tuple(rounds), placed=placed)
    for gain in move.gains:
        if gain.before is not None:
            again = rounds_with(problem, before.ledger, list(before.rounds), gain.case, gain.before)
            if again is None:
                return None
            standing, parts = again
            placed = {**before.placed, gain.case: Held(gain.before, parts)}
            before = State(problem=problem, rounds=tuple(standing), placed=placed)
    return before


def _rejoined(problem: Problem, one: Standing, mine: Days) -> Days | None:
    """Put a package's visits back into the live round that it left: the cheapest legal way in the live order."""
    weights, days = problem.weights(one.mode, one.patch), []
    for d, (day, back) in enumerate(zip(one.days, mine, strict=True)):
        order = problem.rounds[one.live].days[d]
        live = set(order)
        best: tuple[int, tuple[int, ...]] | None = None
        for merged in merges(day, back):
            if tuple(v for v in merged if v in live) != order:
                continue
            facts = facts_of(problem, one, one.mode, merged)
            price = day_cost_s(facts, one.crew, *weights)
            if (best is None or price < best[0]) and legal_day(problem, one, d, facts):
                best = price, merged
        if best is None:
            return None
        days.append(best[1])
    return tuple(days)
