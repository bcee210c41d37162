"""The lexicographic objective, level by level; each is fixed before the next counts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from solver.order import tiers
from solver.pairs import week_price_pence
from solver.problem import Package, Problem


class LevelSpec(NamedTuple):
    """A level: its place in the order, what it measures, and which way is better."""

    level: str
    name: str
    sense: str
    """``max`` or ``min``."""


class Bound(NamedTuple):
    """What a level cannot better."""

    level: str
    held: int
    """The value that it was held at before later levels were looked at."""
    value: int | None
    """None where no bound is known."""
    kind: str
    """``proven`` for any plan, ``pool`` for any choice among the rounds that the search met."""


@lru_cache(maxsize=16)
def level_specs(problem: Problem) -> tuple[LevelSpec, ...]:
    """List the levels of a problem, first things first.

    Parameters
    ----------
    problem
        Its waiting packages name the priority classes.

    Returns
    -------
    tuple of LevelSpec
        ``0`` live people whose round changes; ``1.k`` people of priority class k placed; ``1.wait`` days
        waited by the people placed; ``2`` sum of tiers; ``3`` carer-minutes placed; ``4`` guaranteed
        carer-minutes unfilled; ``5`` paid seconds of all rounds; ``6`` fee in pence a week.
    """
    classes = sorted({package.priority for case in problem.cases for package in _members(problem, case)})
    return (
        LevelSpec("0", "live people whose agreed round changes", "min"),
        *(LevelSpec(f"1.{k}", f"people of priority class {k} placed", "max") for k in classes),
        LevelSpec("1.wait", "days waited by the people placed", "max"),
        LevelSpec("2", "sum of call-off tiers of the people placed", "min"),
        LevelSpec("3", "carer-minutes a week placed", "max"),
        LevelSpec("4", "guaranteed carer-minutes a week unfilled", "min"),
        LevelSpec("5", "paid seconds a week of all rounds: start-up, travel, paid waiting", "min"),
        LevelSpec("6", "fee of the people placed, pence a week", "min"),
    )


@lru_cache(maxsize=200_000)
def case_gains(problem: Problem, case: int, contract: int) -> dict[str, int]:
    """State what placing a case with a contract adds to each level but 0, 4 and 5.

    Parameters
    ----------
    problem
        The council's week.
    case, contract
        Ids.

    Returns
    -------
    dict
        Level to value.
    """
    gains: dict[str, int] = {"1.wait": 0, "2": 0, "3": 0, "6": 0}
    for package in problem.cases[case]:
        one = problem.packages[package]
        gains[f"1.{one.priority}"] = gains.get(f"1.{one.priority}", 0) + 1
        gains["1.wait"] += one.days_waiting
        gains["2"] += tiers(problem, package).get(contract, 0)
        gains["3"] += one.carer_min
        gains["6"] += week_price_pence(problem, package, contract)
    return gains


def values(problem: Problem, contracts: dict[int, int], load_min: list[int], cost_s: int) -> dict[str, int]:
    """State the value of every level.

    Parameters
    ----------
    problem
        The council's week.
    contracts
        Contract of every placed case.
    load_min
        Carer-minutes that each contract carries.
    cost_s
        Paid seconds of all rounds.

    Returns
    -------
    dict
        Level to value.
    """
    totals = {spec.level: 0 for spec in level_specs(problem)}
    for case, contract in contracts.items():
        for level, gain in case_gains(problem, case, contract).items():
            totals[level] += gain
    totals["0"] = len(problem.moved)
    totals["4"] = sum(
        max(0, contract.guaranteed_min - load) for contract, load in zip(problem.contracts, load_min, strict=True)
    )
    totals["5"] = cost_s
    return totals


def better(problem: Problem, a: dict[str, int], b: dict[str, int]) -> bool:
    """Say whether one plan's values beat another's, level by level.

    Parameters
    ----------
    problem
        The council's week.
    a, b
        Values as :func:`values` states them.

    Returns
    -------
    bool
        True when ``a`` is better at the first level where they differ.
    """
    for spec in level_specs(problem):
        if a[spec.level] != b[spec.level]:
            return (a[spec.level] > b[spec.level]) == (spec.sense == "max")
    return False


def held_bounds(problem: Problem, reached: dict[str, int], bounds: Iterable[Bound]) -> dict[str, Bound]:
    """Pick the bounds that hold for what was reached.

    Parameters
    ----------
    problem
        The council's week.
    reached
        Value of every level.
    bounds
        As they were found, each with earlier levels held at some value.

    Returns
    -------
    dict
        Level to bound, proven ones before those of a pool; a bound counts only where every earlier level was held at
        what was reached, as it is for a proof of level 5, which is made for a plan.
    """
    specs = [spec for spec in level_specs(problem) if spec.level != "0"]
    found = {(one.kind, one.level): one for one in bounds}
    held: dict[str, Bound] = {}
    # A proof of level 5 was made for the very values that were reached before it, whatever the assignment held.
    proof = found.pop(("proven", "5"), None)
    if proof is not None and proof.held == reached["5"] and proof.value is not None and proof.value <= reached["5"]:
        held["5"] = proof
    for kind in ("proven", "pool"):
        for spec in specs:
            one = found.get((kind, spec.level))
            if one is None:
                break
            if one.value is not None and spec.level not in held:
                sound = one.value >= reached[spec.level] if spec.sense == "max" else one.value <= reached[spec.level]
                if sound:
                    held[spec.level] = one
            if one.held != reached[spec.level]:
                break
    return held


def _members(problem: Problem, case: tuple[int, ...]) -> list[Package]:
    return [problem.packages[package] for package in case]
