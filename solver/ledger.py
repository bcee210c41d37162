"""What contracts, providers and capacity returns carry while a plan grows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from typing import NamedTuple

from solver.facts import UNLIMITED, LedgerFacts, LedgerLimits
from solver.pairs import embargoes_over
from solver.problem import NOWHERE, Package, Problem
from solver.rule import Rule, Scope
from solver.rules import broken

NOTHING = LedgerFacts(0, 0, 0, 0, 0, 0)
UNSTATED = LedgerLimits()


class Slot(NamedTuple):
    """What a capacity return speaks of."""

    provider: int
    patch: int
    shift: int


class Stated(NamedTuple):
    """What fresh capacity returns state for a slot, added up."""

    minutes: int
    carers: int
    pairs: int
    returns: tuple[int, ...]


class Ledger:
    """Loads by contract, growth by provider, and what was added against capacity returns.

    Parameters
    ----------
    problem
        The council's week; the ledger starts from its live loads.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.load_min = [contract.live_min for contract in problem.contracts]
        self.growth_min = [provider.started_min for provider in problem.providers]
        self.intake_min = [0] * len(problem.embargoes)
        self.added_min: dict[Slot, int] = defaultdict(int)
        self.new_rounds: dict[tuple[Slot, int], int] = defaultdict(int)
        self.stated = stated_capacity(problem)
        self._limiting = frozenset(one.provider for one in problem.embargoes if one.intake_limit_min < UNLIMITED)

    def seen_by(self, problem: Problem) -> Ledger:
        """Show the ledger to a problem that has grown by packages since.

        Parameters
        ----------
        problem
            With the same ids for all that was there.

        Returns
        -------
        Ledger
            Shares what it carries: only to be read.
        """
        twin = copy(self)
        twin.problem = problem
        return twin

    def copied(self) -> Ledger:
        """Copy the ledger, to change it.

        Returns
        -------
        Ledger
            Shares only what never changes.
        """
        twin = copy(self)
        for name in ("load_min", "growth_min", "intake_min", "added_min", "new_rounds"):
            setattr(twin, name, getattr(self, name).copy())
        return twin

    def contract_facts(self, case: int, contract: int) -> tuple[LedgerFacts, LedgerLimits]:
        """State what a contract and its provider would carry with a case, and their limits.

        Parameters
        ----------
        case, contract
            Ids.

        Returns
        -------
        LedgerFacts
            Nothing of capacity returns.
        LedgerLimits
            To judge them by.
        """
        offered = self.problem.contracts[contract]
        growth, counted = growth_min(self.problem, case), counted_min(self.problem, case)
        intakes = self.intakes(case, contract)
        _, intake, limit = max(intakes, key=lambda one: one[1] - one[2]) if intakes else (NOWHERE, 0, UNLIMITED)
        facts = LedgerFacts(
            # What counts nothing is not judged, also where live work is over the cap already.
            load_min=self.load_min[contract] + counted if counted else 0,
            growth_min=self.growth_min[offered.provider] + growth if growth else 0,
            intake_min=intake,
            return_min=0,
            new_single_rounds=0,
            new_pair_rounds=0,
        )
        limits = LedgerLimits(
            load_min=offered.cap_min,
            growth_min=self.problem.providers[offered.provider].growth_limit_min,
            intake_min=limit,
        )
        return facts, limits

    def slot_facts(self, slot: Slot, minutes: int, opened: int = 0, crew: int = 1) -> tuple[LedgerFacts, LedgerLimits]:
        """State what a slot would carry with more minutes and rounds, and its limits.

        Parameters
        ----------
        slot
            Provider, patch and shift.
        minutes
            Carer-minutes a week to be added.
        opened, crew
            New rounds to be opened, and their crew size.

        Returns
        -------
        LedgerFacts
            Nothing of contracts.
        LedgerLimits
            Unlimited where no fresh return speaks of the slot.
        """
        facts = NOTHING._replace(return_min=self.added_min[slot] + minutes)
        if opened:
            field = "new_single_rounds" if crew == 1 else "new_pair_rounds"
            facts = facts._replace(**{field: self.new_rounds[slot, crew] + opened})
        return facts, self.slot_limits(slot)

    def slot_limits(self, slot: Slot) -> LedgerLimits:
        """State the limits of a slot.

        Parameters
        ----------
        slot
            Provider, patch and shift.

        Returns
        -------
        LedgerLimits
            Unlimited where no fresh return speaks of the slot.
        """
        stated = self.stated.get(slot)
        if stated is None:
            return UNSTATED
        return LedgerLimits(return_min=stated.minutes, new_single_rounds=stated.carers, new_pair_rounds=stated.pairs)

    def intakes(self, case: int, contract: int) -> list[tuple[int, int, int]]:
        """List the embargoes over a contract that limit what it may take in.

        Parameters
        ----------
        case, contract
            Ids.

        Returns
        -------
        list of tuple of int
            Embargo id, carer-minutes taken in with the case, and limit; none for a hospital return.
        """
        if self.problem.contracts[contract].provider not in self._limiting:
            return []
        over = [(i, self.problem.embargoes[i].intake_limit_min) for i in self._embargoes(case, contract)]
        limited = [(i, limit) for i, limit in over if limit < UNLIMITED]
        growth = growth_min(self.problem, case) if limited else 0
        return [(i, self.intake_min[i] + growth, limit) for i, limit in limited] if growth else []

    def post(self, case: int, contract: int, sign: int = 1) -> None:
        """Enter a placed case, or take it back.

        Parameters
        ----------
        case, contract
            Ids.
        sign
            1 to enter, -1 to take back.
        """
        self.load_min[contract] += sign * counted_min(self.problem, case)
        growth = growth_min(self.problem, case)
        self.growth_min[self.problem.contracts[contract].provider] += sign * growth
        for i in self._embargoes(case, contract):
            self.intake_min[i] += sign * growth

    def _embargoes(self, case: int, contract: int) -> Iterator[int]:
        packages = self.problem.cases[case]
        yield from sorted({i for package in packages for i in embargoes_over(self.problem, package, contract)})


def members(problem: Problem, case: int) -> list[Package]:
    """List the packages of a case.

    Parameters
    ----------
    problem
        The council's week.
    case
        Id of the case.

    Returns
    -------
    list of Package
        One, or the two of a couple.
    """
    return [problem.packages[package] for package in problem.cases[case]]


def counted_min(problem: Problem, case: int) -> int:
    """Add up what a case counts towards hours caps.

    Parameters
    ----------
    problem
        The council's week.
    case
        Id of the case.

    Returns
    -------
    int
        Carer-minutes a week.
    """
    return sum([problem.packages[package].counted_min for package in problem.cases[case]])


def growth_min(problem: Problem, case: int) -> int:
    """Add up what a case counts towards growth; hospital returns never do.

    Parameters
    ----------
    problem
        The council's week.
    case
        Id of the case.

    Returns
    -------
    int
        Carer-minutes a week that would start.
    """
    return sum([package.carer_min for package in members(problem, case) if package.change != "hospital_return"])


def broken_ledger_rules(checked: tuple[LedgerFacts, LedgerLimits]) -> list[Rule]:
    """List the ledger rules that facts break.

    Parameters
    ----------
    checked
        Facts and limits of a contract or of a slot.

    Returns
    -------
    list of Rule
        Empty when all are kept.
    """
    facts, limits = checked
    return broken(Scope.LEDGER, facts, limits)


def part_min(problem: Problem, part: int) -> int:
    """Add up a part's week.

    Parameters
    ----------
    problem
        The council's week.
    part
        Id of the part.

    Returns
    -------
    int
        Carer-minutes a week.
    """
    rows = [problem.visits[visit] for visit in problem.parts[part].visits]
    return sum(row.duration_s * row.crew * row.days.bit_count() for row in rows) // 60


def slot_minutes(problem: Problem, provider: int, parts: Iterable[int]) -> dict[Slot, int]:
    """Add up what parts ask of each slot of a provider.

    Parameters
    ----------
    problem
        The council's week.
    provider
        Id of the provider.
    parts
        Ids.

    Returns
    -------
    dict
        Carer-minutes a week.
    """
    found: dict[Slot, int] = {}
    for part in parts:
        one = problem.parts[part]
        slot = Slot(provider, problem.packages[one.package].patch, one.shift)
        found[slot] = found.get(slot, 0) + part_min(problem, part)
    return found


def stated_capacity(problem: Problem) -> dict[Slot, Stated]:
    """Add up the fresh capacity returns by slot.

    Parameters
    ----------
    problem
        The council's week.

    Returns
    -------
    dict
        Slots that no fresh return speaks of are absent: unknown, not zero.
    """
    totals: dict[Slot, Stated] = {}
    for i, one in enumerate(problem.returns):
        slot = Slot(one.provider, one.patch, one.shift)
        before = totals.get(slot, Stated(0, 0, 0, ()))
        totals[slot] = Stated(
            before.minutes + one.minutes,
            before.carers + one.carers,
            before.pairs + one.pairs,
            (*before.returns, i),
        )
    return totals
