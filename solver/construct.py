"""Greedy construction: place the waiting cases one by one, by regret or by wait."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver import kernel
from solver.board import Board
from solver.draft import Draft, Offer, case_parts
from solver.ledger import Slot, broken_ledger_rules, members, part_min

Style = Literal["wait", "regret", "cheapest"]
STYLES: tuple[Style, ...] = ("wait", "regret", "cheapest")
LOST = 1 << 40
"""Regret of losing a tier, or the only place left: more than any cost."""


class Bid(NamedTuple):
    """What a contract would cost a case now; smaller is better."""

    tier: int
    unfilled: int
    """0 while the contract's guaranteed hours are not yet filled, else 1."""
    added_s: int
    contract: int


def construct(
    draft: Draft, cases: Iterable[int], *, style: Style, rng: np.random.Generator, blink: float = 0.0
) -> list[int]:
    """Place cases in classes of priority, each with the first tier that can take it, at least cost.

    Parameters
    ----------
    draft
        Grows in place.
    cases
        Unplaced cases of the draft.
    style
        Whom to place next within a priority class: the longest wait, the largest regret (what the second
        best contract would cost more) or the cheapest.
    rng
        Perturbs regrets and costs a little, so that runs differ.
    blink
        Share of offers overlooked at random: so that a first tier is sometimes left to somebody who has no
        other (Christiaens and Vanden Berghe 2020 do the same with positions).

    Returns
    -------
    list of int
        Cases that no contract can take.

    References
    ----------
    Regret insertion: Potvin and Rousseau (1993), European Journal of Operational Research 66, 331-340.
    """
    asking = sorted(cases)
    waiting = [case for case in asking if draft.offers[case]]
    prices = Prices(draft, waiting)
    if blink:
        for case in waiting:
            asked = [offer.contract for offer in draft.offers[case]]
            prices.refused |= {(case, contract) for contract in asked if rng.random() < blink}
    noise = {case: float(rng.uniform(0.9, 1.1)) for case in waiting}
    left = [case for case in asking if not draft.offers[case]]
    for priority in sorted({_priority(draft, case) for case in waiting}):
        pool = [case for case in waiting if _priority(draft, case) == priority]
        while pool:
            case = _next(draft, prices, pool, style, noise)
            pool.remove(case)
            if not _place_best(draft, prices, case):
                left.append(case)
            prices.forget(case)
    return left


def cascade(draft: Draft) -> list[int]:
    """Place the cases as a broker does today: oldest first, first contract in order that has any legal place.

    Parameters
    ----------
    draft
        Grows in place.

    Returns
    -------
    list of int
        Cases that no contract can take.
    """
    oldest = sorted(
        (case for case in draft.cases if case not in draft.placed), key=lambda case: (-case_wait(draft, case), case)
    )
    return [case for case in oldest if all(draft.place(case, offer.contract) is None for offer in draft.offers[case])]


def case_wait(draft: Draft, case: int) -> int:
    """Say how long a case has waited, in days.

    Parameters
    ----------
    draft
        Holds the problem.
    case
        Id of the case.

    Returns
    -------
    int
        Days.
    """
    return max(package.days_waiting for package in members(draft.problem, case))


def _priority(draft: Draft, case: int) -> int:
    return min(package.priority for package in members(draft.problem, case))


def _next(draft: Draft, prices: Prices, pool: list[int], style: Style, noise: dict[int, float]) -> int:
    if style == "wait":
        return min(pool, key=lambda case: (-case_wait(draft, case), case))
    best, chosen = -float("inf"), pool[0]
    for case in pool:
        bids = prices.bids(case)
        if style == "regret":
            merit = noise[case] * _regret(bids)
        else:
            merit = -noise[case] * bids[0].added_s if bids else float("inf")
        if merit > best:
            best, chosen = merit, case
    return chosen


def _regret(bids: list[Bid]) -> float:
    if not bids:
        return float("inf")
    if len(bids) == 1:
        return 2 * LOST
    if bids[1].tier > bids[0].tier:
        return LOST + bids[1].added_s
    return bids[1].added_s - bids[0].added_s


def _place_best(draft: Draft, prices: Prices, case: int) -> bool:
    for bid in list(prices.bids(case)):
        if draft.place(case, bid.contract) is not None:
            prices.placed(case)
            return True
        prices.refuse(case, bid.contract)
    return False


class Prices:
    """What joining each unplaced part to each round would add, kept up to date as rounds change.

    Parameters
    ----------
    draft
        Whose rounds are priced.
    cases
        Cases still to be placed.
    """

    def __init__(self, draft: Draft, cases: Iterable[int]) -> None:
        self.draft = draft
        self.problem = draft.problem
        self.open = set(cases)
        self.refused: set[tuple[int, int]] = set()
        self._bids: dict[int, list[Bid]] = {}
        self._parts: dict[int, dict[tuple[int, int], list[int]]] = {}
        self._fresh: dict[int, int] = {}
        self._asked: dict[int, set[int]] = {}
        self._rounds: dict[tuple[int, int, int, int], list[int]] = {}
        by_patch: dict[int, list[int]] = {}
        for case in sorted(self.open):
            by_patch.setdefault(self._patch(case), []).append(case)
        for patch, mine in by_patch.items():
            self._open_patch(patch, mine)

    def bids(self, case: int) -> list[Bid]:
        """List what every contract that can still take a case would cost, best first.

        Parameters
        ----------
        case
            Id of the case.

        Returns
        -------
        list of Bid
            Best first.
        """
        if case not in self._bids:
            found = [self._bid(case, offer) for offer in self.draft.offers[case]]
            self._bids[case] = sorted(bid for bid in found if bid is not None)
        return self._bids[case]

    def refuse(self, case: int, contract: int) -> None:
        """Note that a contract could not take a case after all.

        Parameters
        ----------
        case
            Id of the case.
        contract
            Id of the contract.
        """
        self.refused.add((case, contract))
        self._bids.pop(case, None)

    def forget(self, case: int) -> None:
        """Stop pricing a case.

        Parameters
        ----------
        case
            Id of the case.
        """
        self.open.discard(case)
        self._bids.pop(case, None)

    def placed(self, case: int) -> None:
        """Price anew the rounds that a case has just joined.

        Parameters
        ----------
        case
            Id of the case.
        """
        self.forget(case)
        placed = self.draft.placed[case]
        provider = self.problem.contracts[placed.contract].provider
        for patch, r in sorted({(seat.patch, seat.round) for seat in placed.seats}):
            self._price(patch, r)
        patch = self._patch(case)
        for other in list(self._bids):
            here = self._patch(other) == patch
            if any(
                bid.contract == placed.contract or (self.problem.contracts[bid.contract].provider == provider)
                for bid in self._bids[other]
            ) or (here and any(offer.provider == provider for offer in self.draft.offers[other])):
                self._bids.pop(other)

    def _bid(self, case: int, offer: Offer) -> Bid | None:
        draft = self.draft
        if (case, offer.contract) in self.refused:
            return None
        if broken_ledger_rules(draft.ledger.contract_facts(case, offer.contract)):
            return None
        total = 0
        patch = self._patch(case)
        board = draft.boards[patch]
        for part in case_parts(self.problem, case, self.problem.providers[offer.provider].pattern):
            wanted = self.problem.parts[part]
            rounds = self._rounds.get((patch, offer.provider, wanted.shift, wanted.crew))
            best = int(board.known[board.part_at[part], rounds].min()) if rounds else int(kernel.IMPOSSIBLE)
            if self._fresh[part] < best and self._may_open(offer.provider, patch, part):
                best = self._fresh[part]
            if best >= kernel.IMPOSSIBLE:
                return None
            total += best
        contract = self.problem.contracts[offer.contract]
        unfilled = int(draft.ledger.load_min[offer.contract] >= contract.guaranteed_min)
        return Bid(offer.tier, unfilled, total, offer.contract)

    def _may_open(self, provider: int, patch: int, part: int) -> bool:
        wanted = self.problem.parts[part]
        slot = Slot(provider, patch, wanted.shift)
        if slot not in self.draft.ledger.stated:
            return True
        checked = self.draft.ledger.slot_facts(slot, part_min(self.problem, part), opened=1, crew=wanted.crew)
        return not broken_ledger_rules(checked)

    def _open_patch(self, patch: int, cases: list[int]) -> None:
        board = self.draft.boards[patch]
        groups: dict[tuple[int, int], list[int]] = {}
        for case in cases:
            patterns = {self.problem.providers[offer.provider].pattern for offer in self.draft.offers[case]}
            for pattern in sorted(patterns):
                for part in case_parts(self.problem, case, pattern):
                    one = self.problem.parts[part]
                    self._asked[part] = {offer.provider for offer in self.draft.offers[case]}
                    groups.setdefault((one.shift, one.crew), []).append(part)
        self._parts[patch] = groups
        for (shift, crew), parts in groups.items():
            r = board.open(-1, shift, crew)
            added, _ = board.price(r, self._places(board, parts))
            board.close_last()
            self._fresh.update(zip(parts, (int(a) for a in added), strict=True))
        asked = {
            group: {provider for part in parts for provider in self._asked[part]} for group, parts in groups.items()
        }
        for r, standing in enumerate(board.rounds):
            if standing.provider in asked.get((standing.shift, standing.crew), ()):
                self._price(patch, r)

    def _price(self, patch: int, r: int) -> None:
        board = self.draft.boards[patch]
        one = board.rounds[r]
        parts = self._parts.get(patch, {}).get((one.shift, one.crew), [])
        wanted = [part for part in parts if self._case(part) in self.open and one.provider in self._asked[part]]
        rounds = self._rounds.setdefault((patch, one.provider, one.shift, one.crew), [])
        if board.is_empty(r):
            if r in rounds:
                rounds.remove(r)
            return
        if r not in rounds:
            rounds.append(r)
        if wanted:
            board.price(r, self._places(board, wanted))

    def _case(self, part: int) -> int:
        return self.draft.case_of[self.problem.parts[part].package]

    def _patch(self, case: int) -> int:
        return self.problem.packages[self.problem.cases[case][0]].patch

    @staticmethod
    def _places(board: Board, parts: list[int]) -> NDArray[np.int64]:
        return np.array([board.part_at[part] for part in parts], np.int64)
