"""The best plan of a tiny world by trying everything: every contract, every bundle, every order of every day."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from solver.cost import day_cost_s
from solver.draft import offers
from solver.layouts import case_layouts
from solver.ledger import Ledger, Slot, broken_ledger_rules, part_min
from solver.levels import better, values
from solver.means import Mode
from solver.problem import Problem
from solver.rule import Scope
from solver.rules import rules_of
from solver.timetable import timetable


class Brute:
    """Exhaustive search over a world without live rounds."""

    def __init__(self, problem: Problem) -> None:
        assert not problem.rounds
        self.problem = problem
        self.limits = problem.day_limits()
        self.day_rules = rules_of(Scope.DAY)
        self.cheapest_round = lru_cache(maxsize=None)(self._cheapest_round)
        self.cheapest_day = lru_cache(maxsize=None)(self._cheapest_day)

    def best(self) -> dict[str, int]:
        """Value of every level of the best plan."""
        problem = self.problem
        choices = [[None, *self._ways(case)] for case in range(len(problem.cases))]
        found: dict[str, int] | None = None
        for chosen in product(*choices):
            ways = {case: way for case, way in enumerate(chosen) if way is not None}
            contracts = {case: contract for case, (contract, _) in ways.items()}
            ledger = self._ledger(contracts)
            if ledger is None:
                continue
            blank = values(problem, contracts, ledger.load_min, 0)
            if found is not None and not better(problem, blank, found):
                continue  # not even with rounds that cost nothing
            cost_s = self._cost_s(ways)
            if cost_s is not None:
                value = values(problem, contracts, ledger.load_min, cost_s)
                if found is None or better(problem, value, found):
                    found = value
        assert found is not None
        return found

    def _ledger(self, contracts: dict[int, int]) -> Ledger | None:
        ledger = Ledger(self.problem)
        for case, contract in contracts.items():
            if broken_ledger_rules(ledger.contract_facts(case, contract)):
                return None
            ledger.post(case, contract)
        return ledger

    def _ways(self, case: int) -> list[tuple[int, tuple[int, ...]]]:
        """Every contract and layout."""
        problem = self.problem
        return [
            (offer.contract, parts)
            for offer in offers(problem, case)
            for parts in case_layouts(problem, case, problem.providers[offer.provider].pattern)
        ]

    def _cost_s(self, ways: dict[int, tuple[int, tuple[int, ...]]]) -> int | None:
        problem = self.problem
        together: dict[tuple[Slot, int], list[int]] = {}
        minutes: dict[Slot, int] = {}
        for case, (contract, chosen) in ways.items():
            provider = problem.contracts[contract].provider
            patch = problem.packages[problem.cases[case][0]].patch
            for part in chosen:
                slot = Slot(provider, patch, problem.parts[part].shift)
                together.setdefault((slot, problem.parts[part].crew), []).append(part)
                minutes[slot] = minutes.get(slot, 0) + part_min(problem, part)
        ledger = Ledger(problem)
        if any(broken_ledger_rules(ledger.slot_facts(slot, carer_min)) for slot, carer_min in minutes.items()):
            return None
        total = sum(problem.parts[part].extra_s for _, chosen in ways.values() for part in chosen)
        for (slot, crew), parts in together.items():
            costs = [
                price
                for bundles in _partitions(parts)
                if not broken_ledger_rules(ledger.slot_facts(slot, 0, opened=len(bundles), crew=crew))
                if (price := self._bundles_s(bundles, slot, crew)) is not None
            ]
            if not costs:
                return None
            total += min(costs)
        return total

    def _bundles_s(self, bundles: list[list[int]], slot: Slot, crew: int) -> int | None:
        total = 0
        for bundle in bundles:
            price = self.cheapest_round(tuple(sorted(bundle)), slot, crew)
            if price is None:
                return None
            total += price
        return total

    def _cheapest_round(self, parts: tuple[int, ...], slot: Slot, crew: int) -> int | None:
        problem = self.problem
        visits = [v for part in parts for v in problem.parts[part].visits]
        found = []
        for mode in problem.modes_of(slot.provider, slot.patch):
            days = [
                self.cheapest_day(frozenset(v for v in visits if problem.visits[v].days >> d & 1), slot, crew, mode)
                for d in range(7)
            ]
            if None not in days:
                found.append(sum(cost for cost in days if cost is not None))
        return min(found, default=None)

    def _cheapest_day(self, visits: frozenset[int], slot: Slot, crew: int, mode: Mode) -> int | None:
        problem = self.problem
        setting = problem.day_setting(slot.shift, mode, crew)
        best: int | None = 0 if not visits else None
        for order in self._orders(visits, (), 0, setting.shift_start_s, mode):
            _, facts = timetable(problem, order, setting)
            if all(rule.excess(facts, self.limits) <= 0 for rule in self.day_rules):
                cost = day_cost_s(facts, crew, *problem.weights(mode, slot.patch))
                best = cost if best is None else min(best, cost)
        return best

    def _orders(
        self, left: frozenset[int], order: tuple[int, ...], clock_s: int, opens_s: int, mode: Mode
    ) -> Iterator[tuple[int, ...]]:
        """Every order whose visits can start in time, were the carer as early as can be."""
        if not left:
            if order:
                yield order
            return
        problem = self.problem
        for visit in sorted(left):
            row = problem.visits[visit]
            arrive = clock_s + problem.leg_s(mode, order[-1], visit) if order else 0
            start = max(arrive, row.earliest_s, opens_s)
            if start <= row.latest_s:
                yield from self._orders(left - {visit}, (*order, visit), start + row.duration_s, opens_s, mode)


def _partitions(items: list[int]) -> Iterator[list[list[int]]]:
    if not items:
        yield []
        return
    first, *rest = items
    for smaller in _partitions(rest):
        yield [[first], *smaller]
        for i in range(len(smaller)):
            yield [*smaller[:i], [first, *smaller[i]], *smaller[i + 1 :]]
