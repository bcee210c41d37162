"""A plan while it grows: boards, ledger, and who is placed where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from functools import partial
from typing import NamedTuple

import numpy as np

from solver import kernel
from solver.board import Board, Saved
from solver.layouts import case_layouts
from solver.ledger import Ledger, Slot, broken_ledger_rules, part_min
from solver.order import tiers
from solver.pairs import broken_pair_rules
from solver.problem import NOWHERE, Problem


class Offer(NamedTuple):
    """A contract that may be asked for a case."""

    contract: int
    provider: int
    tier: int


class Seat(NamedTuple):
    """Where a part sits: its board's patch and the round's position."""

    part: int
    patch: int
    round: int


Undo = list[tuple[Board, int, Saved | None]]
"""What to put back: the rounds that were joined, None for one that was opened."""


class Placed(NamedTuple):
    """A case's contract, and the rounds of its parts."""

    contract: int
    seats: tuple[Seat, ...]


class Draft:
    """Waiting cases, what may be offered, and the rounds so far.

    Parameters
    ----------
    problem
        The council's week.
    cases
        Cases to place; all of them when left out.
    patches
        Patches to hold; all when left out.
    asked
        Offers of every case, where they are not those of the call-off procedure.
    """

    def __init__(
        self,
        problem: Problem,
        cases: Iterable[int] | None = None,
        patches: Iterable[int] | None = None,
        asked: Mapping[int, list[Offer]] | None = None,
    ) -> None:
        self.problem = problem
        self.cases = list(cases) if cases is not None else list(range(len(problem.cases)))
        held = set(patches) if patches is not None else set(range(len(problem.patches)))
        self.offers = {case: offers(problem, case) if asked is None else asked[case] for case in self.cases}
        self.case_of = {package: case for case in self.cases for package in problem.cases[case]}
        parts: dict[int, list[int]] = {patch: [] for patch in held}
        for case in self.cases:
            if (patch := problem.packages[problem.cases[case][0]].patch) != NOWHERE:
                for pattern in range(len(problem.packages[problem.cases[case][0]].parts)):
                    parts[patch].extend(part for layout in case_layouts(problem, case, pattern) for part in layout)
        live: dict[int, list[int]] = {patch: [] for patch in held}
        for i, one in enumerate(problem.rounds):
            if one.patch in held:
                live[one.patch].append(i)
        self._untouched = {
            patch: Board(problem, patch, sorted(set(parts[patch])), live[patch]) for patch in sorted(held)
        }
        self.boards = {patch: board.copied() for patch, board in self._untouched.items()}
        self.ledger = Ledger(problem)
        self.placed: dict[int, Placed] = {}

    def seen_by(self, problem: Problem) -> Draft:
        """Show the draft to a problem that has grown by packages since.

        Parameters
        ----------
        problem
            With the same ids for all that was there.

        Returns
        -------
        Draft
            Shares every round: only to be read, or to be copied.
        """
        twin = copy(self)
        twin.problem = problem
        twin.boards = {patch: board.seen_by(problem) for patch, board in self.boards.items()}
        twin._untouched = {patch: board.seen_by(problem) for patch, board in self._untouched.items()}
        twin.ledger = self.ledger.seen_by(problem)
        return twin

    def blank(self) -> Draft:
        """Start anew, without asking again what may be offered or building the boards again.

        Returns
        -------
        Draft
            With nothing placed, and live rounds as they are served.
        """
        twin = copy(self)
        twin.boards = {patch: board.copied() for patch, board in self._untouched.items()}
        twin.ledger = Ledger(self.problem)
        twin.placed = {}
        return twin

    def within(self, problem: Problem, cases: Iterable[int], patches: Iterable[int]) -> Draft:
        """Start anew with some of the cases and patches.

        Parameters
        ----------
        problem
            The same week; only what providers may start or take in may differ.
        cases, patches
            Ids; every case of these patches.

        Returns
        -------
        Draft
            With nothing placed.
        """
        twin = copy(self)
        twin.problem, twin.cases = problem, list(cases)
        twin.offers = {case: self.offers[case] for case in twin.cases}
        twin.case_of = {package: case for case in twin.cases for package in problem.cases[case]}
        twin._untouched = {patch: self._untouched[patch].seen_by(problem) for patch in patches}
        return twin.blank()

    def copied(self) -> Draft:
        """Copy the draft, to change it.

        Returns
        -------
        Draft
            Shares only what never changes.
        """
        twin = copy(self)
        twin.boards = {patch: board.copied() for patch, board in self.boards.items()}
        twin.ledger = self.ledger.copied()
        twin.placed = dict(self.placed)
        return twin

    def place(self, case: int, contract: int) -> int | None:
        """Place a case with a contract: by its cheapest layout, each part at its cheapest legal place in turn.

        Parameters
        ----------
        case, contract
            Ids; the pair rules must allow them.

        Returns
        -------
        int or None
            Paid seconds added; None, with nothing changed, when some rule forbids it.
        """
        problem, ledger = self.problem, self.ledger
        if broken_ledger_rules(ledger.contract_facts(case, contract)):
            return None
        provider = problem.contracts[contract].provider
        layouts = case_layouts(problem, case, problem.providers[provider].pattern)
        chosen = layouts[0] if len(layouts) == 1 else min(layouts, key=partial(self._price_s, provider))
        seated = self._seated(chosen, provider, keep=True)
        if seated is None:
            return None
        total, seats = seated
        ledger.post(case, contract)
        self.placed[case] = Placed(contract, seats)
        return total

    def _price_s(self, provider: int, parts: tuple[int, ...]) -> int:
        """Say what seating parts would add."""
        seated = self._seated(parts, provider, keep=False)
        return int(kernel.IMPOSSIBLE) if seated is None else seated[0]

    def _seated(self, parts: tuple[int, ...], provider: int, *, keep: bool) -> tuple[int, tuple[Seat, ...]] | None:
        """Seat parts in turn and say what they add, and where; take them out again unless they are kept."""
        seats: list[Seat] = []
        undo: Undo = []
        total = sum(self.problem.parts[part].extra_s for part in parts)
        for part in parts:
            added = self._seat(part, provider, seats, undo)
            if added is None:
                self._unseat(provider, seats, undo)
                return None
            total += added
        if not keep:
            self._unseat(provider, seats, undo)
        return total, tuple(seats)

    def withdraw(self, case: int) -> bool:
        """Take a placed case out of its rounds.

        Parameters
        ----------
        case
            Id of a placed case.

        Returns
        -------
        bool
            Whether every round it leaves still keeps the rules.
        """
        placed = self.placed.pop(case)
        provider = self.problem.contracts[placed.contract].provider
        legal = True
        for seat in placed.seats:
            board = self.boards[seat.patch]
            legal = board.leave(seat.round, [seat.part]) and legal
            self.post_seat(provider, seat, sign=-1)
            if board.is_empty(seat.round):
                self._post_new(provider, seat, sign=-1)
        self.ledger.post(case, placed.contract, sign=-1)
        return legal

    def move(self, case: int, contract: int) -> bool:
        """Move a placed case to another contract, if that and what it leaves behind are legal.

        Parameters
        ----------
        case, contract
            Ids.

        Returns
        -------
        bool
            False, with nothing changed, when some rule forbids it.
        """
        placed = self.placed[case]
        self.ledger.post(case, placed.contract, sign=-1)
        barred = broken_ledger_rules(self.ledger.contract_facts(case, contract))
        self.ledger.post(case, placed.contract)
        if barred:
            return False
        saved = self._saved(placed)
        if self.withdraw(case) and self.place(case, contract) is not None:
            return True
        self._put_back(case, placed, saved)
        return False

    @contextmanager
    def without(self, case: int) -> Iterator[bool]:
        """Look at the draft without a placed case; it is put back afterwards.

        Parameters
        ----------
        case
            Id of a placed case.

        Yields
        ------
        bool
            Whether every round it leaves still keeps the rules.
        """
        placed = self.placed[case]
        saved = self._saved(placed)
        try:
            yield self.withdraw(case)
        finally:
            self._put_back(case, placed, saved)

    def _saved(self, placed: Placed) -> dict[tuple[int, int], Saved]:
        return {(seat.patch, seat.round): self.boards[seat.patch].save(seat.round) for seat in placed.seats}

    def _put_back(self, case: int, placed: Placed, saved: dict[tuple[int, int], Saved]) -> None:
        provider = self.problem.contracts[placed.contract].provider
        for (patch, r), was in saved.items():
            if self.boards[patch].is_empty(r):
                self.post_round(provider, patch, was[0].shift, was[0].crew)
            self.boards[patch].restore(r, was)
        for seat in placed.seats:
            self.post_seat(provider, seat)
        self.ledger.post(case, placed.contract)
        self.placed[case] = placed

    def candidates(self, board: Board, part: int, provider: int) -> list[int]:
        """List a provider's rounds that a part could join.

        Parameters
        ----------
        board
            Of the part's patch.
        part, provider
            Ids.

        Returns
        -------
        list of int
            Positions of rounds of the same shift and crew size; emptied ones are left out.
        """
        wanted = self.problem.parts[part]
        return [
            r
            for r, one in enumerate(board.rounds)
            if one.provider == provider
            and one.shift == wanted.shift
            and one.crew == wanted.crew
            and not board.is_empty(r)
        ]

    def cost_s(self) -> int:
        """Price every round, live ones too, and what layouts cost besides, in paid seconds."""
        extra_s = sum(self.problem.parts[seat.part].extra_s for placed in self.placed.values() for seat in placed.seats)
        return extra_s + sum(board.week_cost(r) for board in self.boards.values() for r in range(len(board.rounds)))

    def _seat(self, part: int, provider: int, seats: list[Seat], undo: Undo) -> int | None:
        problem = self.problem
        wanted = problem.parts[part]
        patch = problem.packages[wanted.package].patch
        board = self.boards[patch]
        slot = Slot(provider, patch, wanted.shift)
        minutes = part_min(problem, part)
        if broken_ledger_rules(self.ledger.slot_facts(slot, minutes)):
            return None
        here = np.array([board.tables.part_at[part]], np.int64)
        places = [(int(board.price(r, here)[0][0]), 0, r) for r in self.candidates(board, part, provider)]
        if not broken_ledger_rules(self.ledger.slot_facts(slot, minutes, opened=1, crew=wanted.crew)):
            new = board.open(provider, wanted.shift, wanted.crew)
            places.append((int(board.price(new, here)[0][0]), 1, new))
            board.close_last()
        for added, is_new, r in sorted(places):
            if added >= kernel.IMPOSSIBLE:
                break
            if is_new:
                board.open(provider, wanted.shift, wanted.crew)
            saved = None if is_new else board.save(r)
            if board.join(r, int(here[0])) is not None:
                undo.append((board, r, saved))
                seats.append(Seat(part, patch, r))
                self.post_seat(provider, seats[-1])
                if is_new:
                    self._post_new(provider, seats[-1])
                return added
            if is_new:
                board.close_last()
        return None

    def _unseat(self, provider: int, seats: list[Seat], undo: Undo) -> None:
        for seat, (board, r, saved) in zip(reversed(seats), reversed(undo), strict=True):
            self.post_seat(provider, seat, sign=-1)
            if saved is None:
                self._post_new(provider, seat, sign=-1)
                board.close_last()
            else:
                board.restore(r, saved)

    def _post_new(self, provider: int, seat: Seat, sign: int = 1) -> None:
        wanted = self.problem.parts[seat.part]
        self.post_round(provider, seat.patch, wanted.shift, wanted.crew, sign)

    def post_seat(self, provider: int, seat: Seat, sign: int = 1) -> None:
        """Enter a seated part against its slot, or take it back.

        Parameters
        ----------
        provider
            Id of the provider.
        seat
            Where the part sits.
        sign
            1 to enter, -1 to take back.
        """
        slot = Slot(provider, seat.patch, self.problem.parts[seat.part].shift)
        self.ledger.added_min[slot] += sign * part_min(self.problem, seat.part)

    def post_round(self, provider: int, patch: int, shift: int, crew: int, sign: int = 1) -> None:
        """Enter a new round against its slot, or take it back.

        Parameters
        ----------
        provider
            Id of the provider.
        patch
            Id of the patch.
        shift
            Id of the shift.
        crew
            1 or 2.
        sign
            1 to enter, -1 to take back.
        """
        self.ledger.new_rounds[Slot(provider, patch, shift), crew] += sign


def offers(problem: Problem, case: int) -> list[Offer]:
    """List the contracts that no pair rule bars for a case, in call-off order.

    Parameters
    ----------
    problem
        The council's week.
    case
        Id of the case.

    Returns
    -------
    list of Offer
        Tier of a couple is the later of the two.
    """
    packages: Sequence[int] = problem.cases[case]
    ranks = [tiers(problem, package) for package in packages]
    common = [contract for contract in ranks[0] if all(contract in other for other in ranks)]
    open_ones = [
        Offer(contract, problem.contracts[contract].provider, max(rank[contract] for rank in ranks))
        for contract in common
        if not any(broken_pair_rules(problem, package, contract) for package in packages)
    ]
    return sorted(open_ones, key=lambda offer: (offer.tier, offer.contract))
