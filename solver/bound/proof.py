"""Prove a bound for a zone: cells that do not trade people, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from solver.bound.choices import Choice, Choices, as_chosen, as_good, rides
from solver.bound.closing import closed_s
from solver.bound.days import UNIT
from solver.bound.kinds import Cell, Kind, kinds_of
from solver.bound.labels import EXACT, QUICK
from solver.bound.program import Program, Proof
from solver.bound.whole import probed
from solver.cost import day_cost_s
from solver.problem import Problem
from solver.timetable import timetable

PROVEN = "proven"
PROVEN_FOR_CONTRACTS = "proven for these contracts"
ROOM = 40_000
"""Labels of one search, at most; a search that needs more only bounds."""
TOLERANCE = 2_000
"""A part of the value: when the proof is so near to the linear program, there is nothing left to find."""
NOTHING = Proof(-(1 << 62), is_exact=False, added=0, least={})


class Bound(NamedTuple):
    """A proven lower bound."""

    value_s: int
    kind: str
    """:data:`PROVEN`, or :data:`PROVEN_FOR_CONTRACTS` when contracts were not free."""
    columns: int
    iterations: int
    complete: bool
    """Whether it is the value of a plan that keeps every rule but those left out; else it might be higher."""


def proven_bound(
    problem: Problem, zone: int, placed: Mapping[int, int], *, iterations: int, contracts_free: bool = True
) -> Bound:
    """Prove how few paid seconds the rounds of a zone can cost.

    Parameters
    ----------
    problem
        The council's week.
    zone
        Id of the zone.
    placed
        Contract of every placed case of the zone, in the plan to be compared.
    iterations
        Turns of pricing for each group of rounds that may trade parts, at most.
    contracts_free
        Whether the bound is to hold for every plan of the zone that reaches the same on levels 1 to 4, or only for
        those with the very contracts of ``placed``, where it is higher.

    Returns
    -------
    Bound
        Of all rounds of the zone, live ones too.
    """
    choices = probed(as_good(problem, zone, placed)) if contracts_free else as_chosen(problem, placed)
    value, columns, turns, complete = _live_s(problem, zone), 0, 0, True
    for some in _apart(problem, choices):
        one = _prove(_program(problem, *some), iterations)
        value += one.value_s
        columns += one.columns
        turns += one.iterations
        complete = complete and one.complete
    kind = PROVEN if contracts_free else PROVEN_FOR_CONTRACTS
    return Bound(max(0, value), kind, columns, turns, complete)


def _live_s(problem: Problem, zone: int) -> int:
    """Price the live rounds of a zone as they stand."""
    total = 0
    for one in problem.rounds:
        if problem.patches[one.patch].zone != zone:
            continue
        setting, weights = problem.day_setting(one.shift, one.mode, one.crew), problem.weights(one.mode, one.patch)
        for day in one.days:
            _, facts = timetable(problem, day, setting)
            total += day_cost_s(facts, one.crew, *weights)
    return total


def _apart(problem: Problem, choices: Choices) -> list[tuple[Choices, list[Cell]]]:
    """Split choices by cells that have nothing to do with each other; those that are free stay together."""
    cells: dict[Cell, list[Choice]] = {}
    free: set[Cell] = set()
    for those in choices.of.values():
        for one in those:
            for cell, _ in rides(problem, one):
                cells.setdefault(cell, []).append(one)
                if len(those) > 1:
                    free.add(cell)
    apart = [(choices, sorted(free))] if free else []
    apart += [
        (Choices(of={one.case: (one,) for one in riding}, rows=()), [cell])
        for cell, riding in sorted(cells.items())
        if cell not in free
    ]
    return apart


def _program(problem: Problem, choices: Choices, cells: list[Cell]) -> Program:
    parts: dict[Cell, set[int]] = {cell: set() for cell in cells}
    for those in choices.of.values():
        for one in those:
            for cell, part in rides(problem, one):
                if cell in parts:
                    parts[cell].add(part)
    kinds: list[tuple[Cell, Kind]] = []
    for cell, riding in parts.items():
        live = [i for i, one in enumerate(problem.rounds) if Cell(one.provider, one.patch, one.shift, one.crew) == cell]
        kinds += [(cell, kind) for kind in kinds_of(problem, cell, sorted(riding), live)]
    return Program(problem, kinds, choices)


def _prove(program: Program, iterations: int) -> Bound:
    """Solve and price in turn, at prices between the program's and the best that were tried."""
    if not program.ride:
        return Bound(0, PROVEN, 0, 0, True)
    best, solved, turns = NOTHING, False, 0
    manner, smooth = QUICK, 0.0
    value, prices = program.solve()
    kept = prices
    while turns < iterations and not solved:
        turns += 1
        tried = smooth * kept + (1 - smooth) * prices
        if turns == iterations:
            manner = EXACT
        proof = program.price(tried, manner=manner, room=ROOM)
        if manner == EXACT and proof.bound > best.bound:
            best, kept = proof, tried
        solved = manner == EXACT and value * UNIT - best.bound <= value * UNIT / TOLERANCE
        if proof.added:
            value, prices = program.solve()
            smooth = 0.5 if manner == EXACT else 0.0
        elif manner == QUICK:
            manner = EXACT
        elif smooth > 0:
            smooth = 0.0
        else:
            break
    value_s, whole = closed_s(program, kept, best)
    return Bound(value_s, PROVEN, len(program.known), turns, whole)
