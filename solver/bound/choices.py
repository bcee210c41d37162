"""Who may be served by whom in a plan that is as good on the levels above: linear rows over the choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from solver.bound.kinds import Cell
from solver.facts import UNLIMITED
from solver.layouts import case_layouts
from solver.ledger import Ledger, Slot, counted_min, growth_min, members, part_min
from solver.levels import case_gains
from solver.order import tiers
from solver.pairs import broken_pair_rules, embargoes_over
from solver.problem import NOWHERE, Problem


class Choice(NamedTuple):
    """A case with a contract; with :data:`solver.problem.NOWHERE` it goes on waiting."""

    case: int
    contract: int
    layout: int = 0
    """Place among the case's layouts."""


class Row(NamedTuple):
    """A weighted sum over choices and free amounts that is at most, or exactly, so much."""

    weights: dict[Choice, int]
    amounts: dict[int, int]
    """Weights of free amounts, by their position."""
    is_exact: bool
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a plan may choose.

    Parameters
    ----------
    of
        Choices of every case.
    rows
        That all must keep together.
    most
        Greatest value of each free amount; none is below 0.
    """

    of: dict[int, tuple[Choice, ...]]
    rows: tuple[Row, ...]
    most: tuple[int, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether every case has a single choice."""
        return all(len(those) == 1 for those in self.of.values())


def rides(problem: Problem, choice: Choice) -> list[tuple[Cell, int]]:
    """List the parts of a choice with the cells in which they ride.

    Parameters
    ----------
    problem
        The council's week.
    choice
        A case and a contract.

    Returns
    -------
    list of tuple
        Cell and part; none for a case that goes on waiting.
    """
    if choice.contract == NOWHERE:
        return []
    provider = problem.contracts[choice.contract].provider
    found = []
    for part in _layouts(problem, choice.case, choice.contract)[choice.layout]:
        ridden = problem.parts[part]
        found.append((Cell(provider, problem.packages[ridden.package].patch, ridden.shift, ridden.crew), part))
    return found


def _layouts(problem: Problem, case: int, contract: int) -> tuple[tuple[int, ...], ...]:
    provider = problem.providers[problem.contracts[contract].provider]
    return case_layouts(problem, case, provider.pattern)


def _every_layout(problem: Problem, case: int, contract: int) -> tuple[Choice, ...]:
    return tuple(Choice(case, contract, i) for i in range(len(_layouts(problem, case, contract))))


def as_chosen(problem: Problem, placed: Mapping[int, int]) -> Choices:
    """Leave no choice of contracts but the one that was made.

    Parameters
    ----------
    problem
        The council's week.
    placed
        Contract of every placed case.

    Returns
    -------
    Choices
        One for each layout of each placed case.
    """
    of = {case: _every_layout(problem, case, contract) for case, contract in sorted(placed.items())}
    return Choices(of=of, rows=())


def as_good(problem: Problem, zone: int, placed: Mapping[int, int]) -> Choices:
    """List the choices of all plans of a zone that reach the same on levels 1 to 4.

    Limits that zones share count as if this zone had them alone.

    Parameters
    ----------
    problem
        The council's week.
    zone
        Id of the zone.
    placed
        Contract of every placed case of the zone.

    Returns
    -------
    Choices
        Every such plan is among them; others may be too.
    """
    cases = [case for case, packages in enumerate(problem.cases) if problem.packages[packages[0]].zone == zone]
    of = {case: _open(problem, case) for case in cases}
    made = [Choice(case, contract) for case, contract in sorted(placed.items())]
    reached = _levels(problem, made)
    of = _that_can_reach(problem, of, reached)
    every = [choice for those in of.values() for choice in those if choice.contract != NOWHERE]
    rows = [
        Row({one: gain for one in every if (gain := _gain(problem, one, level))}, {}, True, total)
        for level, total in reached.items()
    ]
    rows += _limits(problem, every)
    guarantees, most = _guarantees(problem, zone, every, made)
    return Choices(of=of, rows=(*rows, *guarantees), most=most)


def _open(problem: Problem, case: int) -> tuple[Choice, ...]:
    packages = problem.cases[case]
    ranks = [tiers(problem, package) for package in packages]
    return tuple(
        one
        for contract in sorted(ranks[0])
        if all(contract in rank for rank in ranks)
        and not any(broken_pair_rules(problem, package, contract) for package in packages)
        for one in _every_layout(problem, case, contract)
    )


def _gain(problem: Problem, choice: Choice, level: str) -> int:
    return case_gains(problem, choice.case, choice.contract).get(level, 0)


def _levels(problem: Problem, made: list[Choice]) -> dict[str, int]:
    classes = {f"1.{one.priority}" for packages in problem.cases for one in (problem.packages[p] for p in packages)}
    levels = [*sorted(classes), "1.wait", "2", "3"]
    return {level: sum(_gain(problem, one, level) for one in made) for level in levels}


def _that_can_reach(
    problem: Problem, of: dict[int, tuple[Choice, ...]], reached: dict[str, int]
) -> dict[int, tuple[Choice, ...]]:
    """Drop choices that no plan with those levels can hold; let wait who can, but nobody else."""
    could: dict[str, int] = {}
    for case, those in of.items():
        if those:
            for one in members(problem, case):
                could[f"1.{one.priority}"] = could.get(f"1.{one.priority}", 0) + 1
    all_in = {level for level, count in could.items() if reached[level] == count}
    waits = {
        case: (Choice(case, NOWHERE),)
        if not those or not any(f"1.{one.priority}" in all_in for one in members(problem, case))
        else ()
        for case, those in of.items()
    }
    if all(not waits[case] for case, those in of.items() if those):
        least = {case: min(_gain(problem, one, "2") for one in those) for case, those in of.items() if those}
        slack = reached["2"] - sum(least.values())
        of = {
            case: tuple(one for one in those if _gain(problem, one, "2") - least[case] <= slack)
            for case, those in of.items()
        }
    return {case: those + waits[case] for case, those in of.items()}


def _limits(problem: Problem, every: list[Choice]) -> list[Row]:
    """State hours caps, growth, intakes and capacity returns."""
    ledger = Ledger(problem)
    loads: dict[tuple[str, object], dict[Choice, int]] = {}
    for one in every:
        provider = problem.contracts[one.contract].provider
        loads.setdefault(("cap", one.contract), {})[one] = counted_min(problem, one.case)
        loads.setdefault(("growth", provider), {})[one] = growth_min(problem, one.case)
        for i in {i for package in problem.cases[one.case] for i in embargoes_over(problem, package, one.contract)}:
            loads.setdefault(("intake", i), {})[one] = growth_min(problem, one.case)
        for cell, part in rides(problem, one):
            slot = loads.setdefault(("slot", Slot(cell.provider, cell.patch, cell.shift)), {})
            slot[one] = slot.get(one, 0) + part_min(problem, part)
    rows = []
    for (name, key), weights in loads.items():
        limit, carried = UNLIMITED, 0
        if name == "cap" and isinstance(key, int):
            limit, carried = problem.contracts[key].cap_min, ledger.load_min[key]
        elif name == "growth" and isinstance(key, int):
            limit, carried = problem.providers[key].growth_limit_min, ledger.growth_min[key]
        elif name == "intake" and isinstance(key, int):
            limit, carried = problem.embargoes[key].intake_limit_min, ledger.intake_min[key]
        elif isinstance(key, Slot) and key in ledger.stated:
            limit = ledger.stated[key].minutes
        if limit < UNLIMITED and sum(weights.values()) > limit - carried:
            rows.append(Row(weights, {}, False, max(0, limit - carried)))
    return rows


def _guarantees(
    problem: Problem, zone: int, every: list[Choice], made: list[Choice]
) -> tuple[list[Row], tuple[int, ...]]:
    """State level 4: what each contract leaves unfilled is a free amount, and their sum is limited."""
    ledger, reached = Ledger(problem), 0
    rows: list[Row] = []
    most: list[int] = []
    for i, contract in enumerate(problem.contracts):
        unfilled = contract.guaranteed_min - ledger.load_min[i]
        if contract.zone != zone or unfilled <= 0:
            continue
        filled = {one: -counted_min(problem, one.case) for one in every if one.contract == i}
        rows.append(Row(filled, {len(most): -1}, False, -unfilled))
        most.append(unfilled)
        reached += max(0, unfilled - sum(counted_min(problem, one.case) for one in made if one.contract == i))
    if rows:
        rows.append(Row({}, dict.fromkeys(range(len(most)), 1), False, reached))
    return rows, tuple(most)
