"""A plan as rounds and contracts, to be looked at with something taken away or put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from solver.cost import day_cost_s
from solver.ledger import Ledger, Slot, slot_minutes
from solver.levels import values
from solver.order import tiers
from solver.pairs import broken_pair_rules
from solver.problem import Problem
from solver.verify.naive import Days, Standing, case_fits, facts_of, legal_week
from solver.verify.reading import Reading


class Held(NamedTuple):
    """With whom a case is placed, and in which layout."""

    contract: int
    parts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class State:
    """Rounds as they stand, and who is placed with whom.

    Parameters
    ----------
    problem
        The council's week.
    rounds
        Live ones, and others that are not empty.
    placed
        Contract and layout of every placed case.
    """

    problem: Problem
    rounds: tuple[Standing, ...]
    placed: Mapping[int, Held]

    @cached_property
    def ledger(self) -> Ledger:
        """What contracts, providers and capacity returns carry."""
        return ledger_with(self.problem, self.placed, self.rounds)

    @property
    def contracts(self) -> dict[int, int]:
        """Contract of every placed case."""
        return {case: way.contract for case, way in self.placed.items()}

    def without(self, cases: Iterable[int]) -> State:
        """Take cases out.

        Parameters
        ----------
        cases
            Ids of placed cases.

        Returns
        -------
        State
            Rounds that are left empty, and not live, are gone.
        """
        gone = set(cases)
        placed = {case: way for case, way in self.placed.items() if case not in gone}
        packages = {package for case in gone for package in self.problem.cases[case]}
        rounds = rounds_without(self.problem, self.rounds, packages)
        return State(problem=self.problem, rounds=rounds, placed=placed)

    def cost_s(self) -> int:
        """Price every round, and what layouts cost besides, in paid seconds a week."""
        extra_s = sum(self.problem.parts[part].extra_s for way in self.placed.values() for part in way.parts)
        return extra_s + sum(
            day_cost_s(facts_of(self.problem, one, one.mode, day), one.crew, *self.problem.weights(one.mode, one.patch))
            for one in self.rounds
            for day in one.days
        )

    def values(self) -> dict[str, int]:
        """State the value of every level of the objective.

        Returns
        -------
        dict
            Level to value.
        """
        return values(self.problem, self.contracts, self.ledger.load_min, self.cost_s())

    def earlier_place(self, case: int) -> tuple[int, int] | None:
        """Look for a single legal insertion that would place a case, or place it at an earlier tier.

        Parameters
        ----------
        case
            Id, placed or not.

        Returns
        -------
        contract, tier : int
            The first in call-off order; None when there is none.
        """
        problem, packages = self.problem, self.problem.cases[case]
        ranks = [tiers(problem, package) for package in packages]
        common = {i: max(rank[i] for rank in ranks) for i in ranks[0] if all(i in rank for rank in ranks)}
        chosen = self.placed[case].contract if case in self.placed else None
        if chosen is not None and chosen not in common:
            return None
        asked = [
            i
            for i, tier in sorted(common.items(), key=lambda one: (one[1], one[0]))
            if (chosen is None or tier < common[chosen])
            and not any(broken_pair_rules(problem, package, i) for package in packages)
        ]
        if not asked:
            return None
        now = self if chosen is None else self.without([case])
        if chosen is not None and not all(legal_week(problem, one) for one in now.rounds):
            return None  # leaving would break the rounds of those who stay: not a single insertion
        for contract in asked:
            if case_fits(problem, now.ledger, list(now.rounds), case, contract):
                return contract, common[contract]
        return None


def state_of(reading: Reading) -> State:
    """Read a plan as rounds and contracts.

    Parameters
    ----------
    reading
        The plan, read.

    Returns
    -------
    State
        Empty rounds that are not live are left out.
    """
    layouts = {one.package: one.layout for one in reading.placements}
    return State(
        problem=reading.problem,
        rounds=tuple(
            Standing(
                provider=one.provider,
                patch=one.patch,
                shift=one.shift,
                mode=one.mode,
                crew=one.stated.crew,
                live=one.live,
                days=one.days,
            )
            for one in reading.rounds.values()
            if one.live >= 0 or any(one.days)
        ),
        placed={
            case: Held(
                reading.contract_of[packages[0]],
                tuple(part for package in packages if package in layouts for part in layouts[package].parts),
            )
            for case, packages in enumerate(reading.problem.cases)
            if packages[0] in reading.contract_of
        },
    )


def ledger_with(problem: Problem, placed: Mapping[int, Held], rounds: Iterable[Standing]) -> Ledger:
    """Enter placed cases and new rounds into a fresh ledger.

    Parameters
    ----------
    problem
        The council's week.
    placed
        Contract and layout of every placed case.
    rounds
        As they stand.

    Returns
    -------
    Ledger
        Loads with them.
    """
    ledger = Ledger(problem)
    for case, way in placed.items():
        ledger.post(case, way.contract)
        provider = problem.contracts[way.contract].provider
        for slot, minutes in slot_minutes(problem, provider, way.parts).items():
            ledger.added_min[slot] += minutes
    for standing in rounds:
        if standing.live < 0:
            ledger.new_rounds[Slot(standing.provider, standing.patch, standing.shift), standing.crew] += 1
    return ledger


def rounds_without(problem: Problem, rounds: Iterable[Standing], packages: Iterable[int]) -> tuple[Standing, ...]:
    """Take the visits of packages out of rounds.

    Parameters
    ----------
    problem
        The council's week.
    rounds
        As they stand.
    packages
        Ids.

    Returns
    -------
    tuple of Standing
        Rounds that are left empty, and not live, are gone.
    """
    gone = set(packages)
    out = []
    for one in rounds:
        days: Days = tuple(tuple(v for v in day if problem.visits[v].package not in gone) for day in one.days)
        if one.live >= 0 or any(days):
            out.append(one if days == one.days else replace(one, days=days))
    return tuple(out)
