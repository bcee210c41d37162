"""Within a budget that a named person opens: live people who change rounds, so that others need not wait.

Who stands in the way is found by pricing: a live person without whom a round could take somebody, and whom another round
of the same provider could take. Each such move is made on a draft, what it opens is placed, and the draft is settled; the
move is kept if the checker, taking it back, finds that nothing as good was possible without it. One person at a time:
what only two moves together would buy is not found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from solver import kernel
from solver.board import Board
from solver.draft import Draft
from solver.facts import UNLIMITED
from solver.layouts import case_layouts
from solver.ledger import Slot, broken_ledger_rules, part_min
from solver.live_seats import (
    Seat,
    days_without,
    joining,
    keeps_days,
    live_seats,
    rewrite,
    rows_of_part,
    rows_of_seat,
    saved_by_leaving_s,
    tables_without,
)
from solver.means import MODES
from solver.moved import Gain, Move, Stretch, relocated, why_it_stays
from solver.pool import columns, rebuild
from solver.problem import NOWHERE
from solver.settle import in_order, settled
from solver.takeover import takers
from solver.verify.moves import ReadMoves, keeps_rules, unproven
from solver.verify.naive import Standing, legal_week
from solver.verify.state import Held, State
from solver.verify.undone import states

MOST_TRIED = 12
"""Moves made on a draft for one person and contract, the cheapest first, before it is given up."""
Told = Callable[[int, int], None]
"""Called with what is done, and of how much."""


class Moving(NamedTuple):
    """A plan with its moves."""

    draft: Draft
    """Its problem is the week after the moves."""
    moves: tuple[Move, ...]
    history: tuple[State, ...]
    """The plan before the first move and after each, as the checker takes them back."""


class Way(NamedTuple):
    """How a person might move for a case, and what that seems to cost."""

    changes: bool
    """Whether the provider changes: looked at last."""
    price_s: int
    seats: tuple[Seat, ...]
    targets: tuple[int, ...]
    """Positions of the rounds that the seats go to."""
    contract: int = NOWHERE
    """With another provider, else NOWHERE."""


def moving(draft: Draft, tell: Told | None = None, stop: Callable[[], bool] = lambda: False) -> Moving:
    """Move live people within the budget, where that places somebody, or at an earlier tier, or saves enough.

    Parameters
    ----------
    draft
        Settled, with nobody moved; is left as it was.
    tell
        Told how far it is.
    stop
        Asked now and then; True ends it with the moves made so far.

    Returns
    -------
    Moving
        Settled; the same draft where nobody moves.
    """
    stage = _Stage(draft)
    wishes = list(_wishes(draft))
    for done, (case, contract) in enumerate(wishes):
        if stop() or not stage.room():
            break
        stage.open(case, contract)
        if tell is not None:
            tell(done, len(wishes))
    if draft.problem.parameters.move_saving_s < UNLIMITED and not stop():
        stage.save()
    return stage.proven()


Prices = dict[tuple[Seat, int], int | None]
"""(who, round) to the paid seconds a week that they add there; None where no rule allows it."""


class _Stage:
    """Moves made so far, and the drafts before and after each."""

    def __init__(self, draft: Draft) -> None:
        self.before = draft.problem
        self.drafts = [draft]
        self.moves: list[Move] = []
        self.seats = list(live_seats(draft))
        self.priced: Prices = {}
        self.takers: dict[int, list[int]] = {}

    @property
    def now(self) -> Draft:
        return self.drafts[-1]

    def room(self) -> bool:
        """Say whether the budget allows one more."""
        return len(self.moves) < (self.before.parameters.moves or 0)

    def open(self, case: int, contract: int) -> None:
        """Place a case with a contract by moving one person, if that can be."""
        draft = self.now
        placed = draft.placed.get(case)
        if placed is not None and _tier(draft, case, contract) >= _tier(draft, case, placed.contract):
            return
        if placed is None:
            ways = self._ways(draft, case, contract, self.priced)
        else:
            twin = draft.copied()
            ways = self._ways(twin, case, contract, {}) if twin.withdraw(case) else []
        for way in ways[:MOST_TRIED]:
            taker = None if way.contract == NOWHERE else way.contract
            if self._make(way.seats, way.targets, case, contract, taker):
                return

    def save(self) -> None:
        """Move people for paid minutes alone, the greatest saving first."""
        least_s = self.before.parameters.move_saving_s
        found = []
        for seat in self.seats:
            for target, price_s in self._targets(self.now, seat, self.priced):
                saving_s = saved_by_leaving_s(self.now, seat) - price_s
                if saving_s >= least_s:
                    found.append((-saving_s, seat, target))
        for _, seat, target in sorted(found):
            if not self.room():
                return
            again = dict(self._targets(self.now, seat, self.priced)).get(target)
            if again is not None and saved_by_leaving_s(self.now, seat) - again >= least_s:
                self._make((seat,), (target,), None, None)

    def proven(self) -> Moving:
        """Drop the last moves until the checker can tell what each of those left buys."""
        while True:
            read = ReadMoves(tuple(one.problem for one in self.drafts), tuple(self.moves), ())
            history = states(read.problems, read.moves, _state(self.now))
            if unproven(read, history) is None and history is not None:
                return Moving(self.now, tuple(self.moves), tuple(history))
            self.drafts.pop()
            self.moves.pop()

    def _ways(self, draft: Draft, case: int, contract: int, priced: Prices) -> list[Way]:
        """List whom to move where, so that a round can take a part of the case that none can; the cheapest first."""
        problem = draft.problem
        if broken_ledger_rules(draft.ledger.contract_facts(case, contract)):
            return []
        provider = problem.contracts[contract].provider
        layouts = case_layouts(problem, case, problem.providers[provider].pattern)
        return sorted({way for parts in layouts for way in self._ways_for(draft, parts, provider, priced)})

    def _ways_for(self, draft: Draft, parts: Sequence[int], provider: int, priced: Prices) -> list[Way]:
        """List whom to move where for one layout."""
        problem = draft.problem
        kept_out = [part for part in parts if not _has_place(draft, part, provider)]
        found: dict[int, list[tuple[int, int, Seat, int]]] = {}
        blocks: dict[int, set[int]] = {}
        for i, part in enumerate(kept_out or parts):
            board = draft.boards[problem.packages[problem.parts[part].package].patch]
            wanted = rows_of_part(board, part)
            for seat in self._in_the_way(draft, board, part, provider):
                without = tables_without(board, seat)
                joined = joining(board, seat.round, *without, *wanted)
                if joined is None:
                    continue
                blocks.setdefault(seat.package, set()).add(i)
                for target, price_s in self._targets(draft, seat, priced):
                    found.setdefault(seat.package, []).append((i, joined[0] + price_s, seat, target))
        ways: list[Way] = []
        if self.before.parameters.moves_change_provider:
            for package in sorted(one for one, those in blocks.items() if len(those) >= len(kept_out)):
                ways.extend(self._takeovers(draft, package, priced))
        for mine in found.values():
            if not kept_out:  # each part has a place by itself: any one may make room for them together
                ways.extend(Way(False, price_s, (seat,), (target,)) for _, price_s, seat, target in mine)
                continue
            best = {i: min((one[1:] for one in mine if one[0] == i), default=None) for i in range(len(kept_out))}
            chosen = [one for one in best.values() if one is not None]
            if len(chosen) == len(kept_out):
                seats = {seat: target for _, seat, target in chosen}
                ways.append(Way(False, sum(one[0] for one in chosen), tuple(seats), tuple(seats.values())))
            if len(kept_out) == 1:
                ways.extend(Way(False, price_s, (seat,), (target,)) for _, price_s, seat, target in mine)
        return ways

    def _takeovers(self, draft: Draft, package: int, priced: Prices) -> Iterator[Way]:
        """List the contracts that could take a package over whole, each at the cheapest rounds."""
        mine = tuple(seat for seat in self.seats if seat.package == package)
        if package not in self.takers:
            self.takers[package] = takers(draft.problem, draft.ledger, package)
        for contract in self.takers[package]:
            found = [self._targets(draft, seat, priced, contract) for seat in mine]
            if all(found):
                best = [min(one, key=lambda pair: pair[::-1]) for one in found]
                targets = tuple(target for target, _ in best)
                yield Way(True, sum(price_s for _, price_s in best), mine, targets, contract)

    def _in_the_way(self, draft: Draft, board: Board, part: int, provider: int) -> Iterator[Seat]:
        rounds = set(draft.candidates(board, part, provider))
        moved = {move.package for move in self.moves}
        for seat in self.seats:
            if seat.patch == board.patch and seat.round in rounds and seat.package not in moved:
                yield seat

    def _targets(self, draft: Draft, seat: Seat, priced: Prices, contract: int | None = None) -> list[tuple[int, int]]:
        """List the rounds that could take a person, with the paid seconds that they add there."""
        board = draft.boards[seat.patch]
        source = board.rounds[seat.round]
        provider = source.provider if contract is None else self.before.contracts[contract].provider
        rows = rows_of_seat(board, seat)
        found = []
        for r, one in enumerate(board.rounds):
            if one.live < 0 or (one.provider, one.shift, one.crew) != (provider, source.shift, source.crew):
                continue
            stretch = Stretch(source.live, one.live)
            if contract is None and why_it_stays(self.before, seat.package, (stretch,), self.moves) is not None:
                continue  # who changes provider is looked at whole, when the move is made
            if (seat, r) not in priced:
                joined = joining(board, r, board.sequences[r], board.lengths[r], *rows)
                priced[seat, r] = None if joined is None else joined[0] - board.week_cost(r)
            price_s = priced[seat, r]
            if price_s is not None:
                found.append((r, price_s))
        return found

    def _make(
        self,
        seats: Sequence[Seat],
        targets: Sequence[int],
        case: int | None,
        contract: int | None,
        taker: int | None = None,
    ) -> bool:
        """Make a move, place the case, settle, and keep it all if it is proven to buy something."""
        draft, package = self.now, seats[0].package
        twin = draft.copied()
        stretches = []
        for seat, target in zip(seats, targets, strict=True):
            board = twin.boards[seat.patch]
            rows = rows_of_seat(board, seat)
            stretches.append(Stretch(board.rounds[seat.round].live, board.rounds[target].live))
            rewrite(board, seat.round, days_without(board, seat))
            joined = joining(board, target, board.sequences[target], board.lengths[target], *rows)
            if joined is None or not keeps_days(board, seat.round):
                return False
            rewrite(board, target, joined[1])
        if why_it_stays(self.before, package, stretches, self.moves, taker) is not None:
            return False
        placed = {
            stretch.target: twin.boards[seat.patch].days(target)
            for stretch, seat, target in zip(stretches, seats, targets, strict=True)
        }
        problem = relocated(draft.problem, package, stretches, placed, taker)
        move = Move(package, tuple(stretches), (), taker)
        if not keeps_rules(self.before, problem, move):
            return False
        if case is not None and contract is not None:
            done = twin.move(case, contract) if case in twin.placed else twin.place(case, contract) is not None
            if not done:
                return False
        after = Draft(problem, draft.cases)
        rebuild(after, columns(twin), {one: placed.contract for one, placed in twin.placed.items()})
        if taker is not None and not _within_limits(after):
            return False
        after = settled(after)
        state, touched = _state(after), {live for stretch in stretches for live in stretch}
        # What a round could break with the person on it, it may not break without.
        changed = [one for one in state.rounds if one.live in touched]
        if not all(legal_week(problem, one) for one in changed):
            return False
        move = move._replace(gains=_gains(draft, after))
        read = ReadMoves((draft.problem, problem), (move,), ())
        if unproven(read, states(read.problems, read.moves, state)) is not None:
            return False
        self.drafts.append(after)
        self.moves.append(move)
        self.priced, self.takers = {}, {}
        return True


def _wishes(draft: Draft) -> Iterator[tuple[int, int]]:
    """List who should be placed with whom, were there room: those who wait first, then those at a late tier."""
    for case in in_order(draft, [case for case in draft.cases if case not in draft.placed]):
        yield from ((case, offer.contract) for offer in draft.offers[case])
    for case in in_order(draft, sorted(draft.placed)):
        tier = _tier(draft, case, draft.placed[case].contract)
        yield from ((case, offer.contract) for offer in draft.offers[case] if offer.tier < tier)


def _tier(draft: Draft, case: int, contract: int) -> int:
    return next(offer.tier for offer in draft.offers[case] if offer.contract == contract)


def _has_place(draft: Draft, part: int, provider: int) -> bool:
    """Say whether some round, or a new one, could take a part by itself."""
    problem, wanted = draft.problem, draft.problem.parts[part]
    board = draft.boards[problem.packages[wanted.package].patch]
    here = np.array([board.tables.part_at[part]], np.int64)
    if any(board.price(r, here)[0][0] < kernel.IMPOSSIBLE for r in draft.candidates(board, part, provider)):
        return True
    slot = Slot(provider, board.patch, wanted.shift)
    if broken_ledger_rules(draft.ledger.slot_facts(slot, part_min(problem, part), opened=1, crew=wanted.crew)):
        return False
    new = board.open(provider, wanted.shift, wanted.crew)
    fits = bool(board.price(new, here)[0][0] < kernel.IMPOSSIBLE)
    board.close_last()
    return fits


def _within_limits(draft: Draft) -> bool:
    """Say whether contracts, providers and capacity returns bear what a draft holds."""
    ledger = draft.ledger
    for case, placed in draft.placed.items():
        ledger.post(case, placed.contract, sign=-1)
        broken = broken_ledger_rules(ledger.contract_facts(case, placed.contract))
        ledger.post(case, placed.contract)
        if broken:
            return False
    return not any(broken_ledger_rules(ledger.slot_facts(slot, 0)) for slot in ledger.stated)


def _gains(before: Draft, after: Draft) -> tuple[Gain, ...]:
    found = []
    for case in sorted(after.placed):
        was, now = before.placed.get(case), after.placed[case]
        if was is None or was.contract != now.contract:
            found.append(Gain(case, None if was is None else was.contract, now.contract))
    return tuple(found)


def _state(draft: Draft) -> State:
    """Show a draft to the checker."""
    rounds = tuple(
        Standing(
            provider=one.provider,
            patch=patch,
            shift=one.shift,
            mode=MODES[one.mode],
            crew=one.crew,
            live=one.live,
            days=board.days(r),
        )
        for patch, board in draft.boards.items()
        for r, one in enumerate(board.rounds)
        if not board.is_empty(r)
    )
    placed = {
        case: Held(one.contract, tuple(seat.part for seat in one.seats)) for case, one in sorted(draft.placed.items())
    }
    return State(problem=draft.problem, rounds=rounds, placed=placed)
