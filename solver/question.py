"""A question about one case: who could take it, and where; asked as often as one likes, with nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver import placing
from solver.board import Board
from solver.draft import Draft
from solver.facts import DayLimits, LedgerLimits, WeekLimits
from solver.kernel import IMPOSSIBLE, ROW
from solver.layouts import case_layouts, said_of
from solver.ledger import Slot, part_min
from solver.means import MODES, Mode
from solver.placing import MOST, Ints, Sheet
from solver.problem import AS_COMMISSIONED, DAYS


class TimedVisit(NamedTuple):
    """A visit of the case as a round would make it, seconds after midnight."""

    day: str
    package_ref: str
    visit_ref: str
    leave_s: int | None
    """When the carer leaves the home before; None for the first."""
    travel_s: int
    arrive_s: int
    start_s: int
    finish_s: int
    place: int
    """In the round's day, from 1."""
    of: int
    """Visits of that day."""


class JoinedRound(NamedTuple):
    """A round with the case on it."""

    position: int | None
    """On the board of the case's patch; None for a round that would be opened."""
    shift_ref: str
    mode: Mode
    crew: int
    needs_carers: bool
    """A new round for which no capacity return states carers."""
    visits: tuple[TimedVisit, ...]
    shared_with: tuple[str, ...]
    """Refs of the other packages on it: for the brokerage team alone."""


class Placement(NamedTuple):
    """One way to place the case."""

    added_s: int
    """Paid seconds a week that it adds, with what its layout costs besides."""
    added_travel_s: int
    """Travel a week that it adds, in seconds of a carer."""
    added_waiting_s: int
    """Paid waiting a week that it adds, in seconds of a carer."""
    rounds: tuple[JoinedRound, ...]
    layout: str = AS_COMMISSIONED
    """What is different from the week as commissioned, in words."""


class Question:
    """One case, and the rounds of its patch as they stand.

    Parameters
    ----------
    draft
        The board without the case; only read, and not to be changed while the question is asked.
    case
        Id of an unplaced case.
    contracts
        Contracts of the case's zone that are asked.
    """

    def __init__(self, draft: Draft, case: int, contracts: Sequence[int]) -> None:
        problem = self.problem = draft.problem
        self.draft, self.case = draft, case
        self.patch = problem.packages[problem.cases[case][0]].patch
        self.board: Board = draft.boards[self.patch]
        self.at_of = {contract: i for i, contract in enumerate(contracts)}
        self.slots: dict[Slot, int] = {}
        patterns = sorted({problem.providers[problem.contracts[contract].provider].pattern for contract in contracts})
        self._layouts = {pattern: case_layouts(problem, case, pattern) for pattern in patterns}
        every = [part for layouts in self._layouts.values() for parts in layouts for part in parts]
        self._visits = list(dict.fromkeys(visit for part in every for visit in problem.parts[part].visits))
        self._longest = max(
            (sum(len(problem.parts[p].visits) for p in one) for those in self._layouts.values() for one in those),
            default=0,
        )
        rows = self._rows()
        self.sheet = self._sheet(contracts, rows)
        self._names = {
            row: (problem.packages[problem.visits[visit].package].ref, problem.visits[visit].ref)
            for visit, row in self._row_of.items()
        }
        self._shared: dict[int, tuple[str, ...]] = {}

    def takes(self, contract: int, changed: Sheet | None = None) -> bool:
        """Say whether the rounds could take the case, limits of the contract left aside.

        Parameters
        ----------
        contract
            One of those asked.
        changed
            With other windows or limits; as things stand when left out.

        Returns
        -------
        bool
            In any layout, each part at its cheapest legal place in turn.
        """
        at = self.at_of[contract]
        if changed is None:
            return bool(self._found[1][at, 0] < IMPOSSIBLE)
        return bool(placing.takes(placing.paper_of(changed), *self.sheet.asked[at]))

    def placements(self, contract: int) -> list[Placement]:
        """List the cheapest placements with a contract, limits of the contract left aside.

        Parameters
        ----------
        contract
            One of those asked.

        Returns
        -------
        list of Placement
            At most three, on different rounds or in different layouts, cheapest first; empty when no round can take
            the case.
        """
        at = self.at_of[contract]
        _, totals, _, _, _ = self._found
        return [self._placement(at, rank) for rank, price in enumerate(totals[at].tolist()) if price < IMPOSSIBLE]

    def what_if(
        self,
        *,
        rows: Ints | None = None,
        day: DayLimits | None = None,
        week: WeekLimits | None = None,
        slots: Ints | None = None,
    ) -> Sheet:
        """State other windows or limits, to ask again.

        Parameters
        ----------
        rows
            Visits with other windows.
        day, week
            Limits of a day and of a week.
        slots
            Limits of slots.

        Returns
        -------
        Sheet
            What is left out is as things stand.
        """
        sheet = self.sheet
        return sheet._replace(
            rows=sheet.rows if rows is None else rows,
            limits=day or sheet.limits,
            week_limits=week or sheet.week_limits,
            slot_limits=sheet.slot_limits if slots is None else slots,
        )

    def granted(
        self, provider: int, grant: Callable[[LedgerLimits], LedgerLimits], but: Collection[Slot]
    ) -> Ints | None:
        """Change the limits of a provider's slots.

        Parameters
        ----------
        provider
            Id of the provider.
        grant
            What the limits would be.
        but
            Slots that stay as they are.

        Returns
        -------
        ndarray or None
            Limits of all slots; None where no capacity return speaks of any that would change.
        """
        limits = self.sheet.slot_limits.copy()
        changed = False
        for slot, i in self.slots.items():
            if slot.provider == provider and slot not in but and slot in self.draft.ledger.stated:
                limits[i] = grant(LedgerLimits(*limits[i].tolist()))
                changed = True
        return limits if changed else None

    def widened(self, critical: int, by: int) -> Ints:
        """Widen the windows of the case's visits; a start that is fixed all week has none.

        Parameters
        ----------
        critical
            1 for its time-critical visits, 0 for the others.
        by
            Seconds, on either side.

        Returns
        -------
        ndarray
            All rows.
        """
        rows = self.sheet.rows.copy()
        for visit, row in self._row_of.items():
            if rows[row, 4] == critical and self.problem.visits[visit].choices_s is None:
                rows[row, 1] = max(0, rows[row, 1] - by)
                rows[row, 2] = min(86_340, rows[row, 2] + by)
        return rows

    def price_all(self) -> tuple[int, Ints, Ints, Ints, Ints]:
        """Price the case in every round of every provider asked: the compiled part of the answer.

        Returns
        -------
        count : int
            Visits timed.
        totals, layouts, joined, timed : ndarray of int64
            As :func:`solver.placing.best_placements` fills them.
        """
        sheet = self.sheet
        providers = np.zeros(1 + len(self.problem.providers), np.int64)
        providers[sheet.offers[:, placing.BY]] = 1
        totals = np.empty((len(sheet.asked), MOST), np.int64)
        layouts = np.empty(totals.shape, np.int64)
        joined = np.empty((*totals.shape, len(sheet.taken), placing.JOINED), np.int64)
        timed = np.empty((totals.size * 7 * self._longest, placing.TIMED), np.int64)
        count = placing.best_placements(placing.paper_of(sheet), providers, totals, layouts, joined, timed)
        return count, totals, layouts, joined, timed

    def _rows(self) -> Ints:
        """Add the case's visits to the board's, where it does not know them."""
        board = self.board
        self._row_of = {visit: board.row_of[visit] for visit in self._visits if visit in board.row_of}
        new = [visit for visit in self._visits if visit not in board.row_of]
        self._homes: dict[int, int] = {}
        if not new:
            return board.rows
        rows = np.zeros((len(board.visits) + len(new), ROW), np.int64)
        rows[: len(board.visits)] = board.rows[: len(board.visits)]
        for row, visit in enumerate(new, start=len(board.visits)):
            self._row_of[visit] = row
            home = self.problem.visits[visit].home
            at = board.home_at.get(home)
            if at is None:
                at = self._homes.setdefault(home, len(board.home_at) + len(self._homes))
            rows[row] = board.row(visit, at)
        return rows

    def _travel(self) -> NDArray[np.uint16]:
        if not self._homes:
            return self.board.travel
        homes, known = [*self.board.home_at, *self._homes], len(self.board.home_at)
        travel = np.empty((len(self.board.travel), len(homes), len(homes)), np.uint16)
        for i, table in enumerate(self.problem.travel.values()):
            travel[i, :known, :known] = self.board.travel[i][:known, :known]
            travel[i, known:] = table[np.ix_(homes[known:], homes)]
            travel[i, :known, known:] = table[np.ix_(homes[:known], homes[known:])]
        return travel

    def _sheet(self, contracts: Sequence[int], rows: Ints) -> Sheet:
        problem = self.problem
        parts: dict[int, int] = {}
        offers: list[tuple[int, int, int, int]] = []
        asked: list[tuple[int, int]] = []
        seats: list[tuple[int, int]] = []
        self._laid_out: list[tuple[int, tuple[int, ...]]] = []
        for contract in contracts:
            provider = problem.contracts[contract].provider
            pattern = problem.providers[provider].pattern
            asked.append((len(offers), len(offers) + len(self._layouts[pattern])))
            for layout in self._layouts[pattern]:
                first = len(seats)
                for part in layout:
                    slot = Slot(provider, self.patch, problem.parts[part].shift)
                    seats.append((parts.setdefault(part, len(parts)), self.slots.setdefault(slot, len(self.slots))))
                offers.append((provider, first, len(seats), sum(problem.parts[part].extra_s for part in layout)))
                self._laid_out.append((pattern, layout))
        widest = max((len(problem.parts[part].visits) for part in parts), default=1)
        visits, days = np.zeros((len(parts), widest), np.int64), np.zeros((len(parts), widest), np.int64)
        table = np.zeros((len(parts), 4), np.int64)
        for part, i in parts.items():
            one = problem.parts[part]
            table[i] = (len(one.visits), one.shift, one.crew, part_min(problem, part))
            visits[i, : len(one.visits)] = [self._row_of[visit] for visit in one.visits]
            days[i, : len(one.visits)] = [problem.visits[visit].days for visit in one.visits]
        own = np.zeros(len(rows), np.int64)
        own[list(self._row_of.values())] = 1
        board, most = self.board, max([1, *(end - first for _, first, end, _ in offers)])
        rounds = board.as_rounds()
        number, longest = len(rounds[0]), board.sequences.shape[2]
        return Sheet(
            *rounds,
            self._travel(),
            *board.surroundings(),
            rows,
            board.limits,
            board.week_limits,
            self._slot_limits(),
            visits,
            days,
            table,
            _ints(offers, 4),
            _ints(asked, 2),
            _ints(seats, 2),
            self._carried(),
            own,
            added=np.empty((len(parts), number + (1 << len(MODES))), np.int64),
            added_modes=np.zeros((len(parts), number + (1 << len(MODES))), np.int64),
            copy_sequences=np.zeros((most + 1, 7, longest), np.int64),
            copy_lengths=np.zeros((most + 1, 7), np.int64),
            copy_costs=np.zeros((most + 1, len(MODES), 7), np.int64),
            copies=np.zeros((most + 1, 5), np.int64),
            taken=np.zeros((most, 2), np.int64),
            tried=np.zeros(number + most + 1, np.int64),
            starts=np.zeros(longest + 1, np.int64),
            chosen=np.zeros((7, widest), np.int64),
            work=np.zeros((8 + widest, longest + 1), np.int64),
            nothing=np.zeros((7, max(board.inherited.shape[2], rounds[4].shape[1])), np.int64),
        )

    def _carried(self) -> Ints:
        ledger = self.draft.ledger
        return _ints(
            [
                (
                    ledger.added_min.get(slot, 0),
                    ledger.new_rounds.get((slot, 1), 0),
                    ledger.new_rounds.get((slot, 2), 0),
                )
                for slot in self.slots
            ],
            3,
        )

    def _slot_limits(self) -> Ints:
        return _ints([self.draft.ledger.slot_limits(slot) for slot in self.slots], len(LedgerLimits._fields))

    @cached_property
    def _found(self) -> tuple[int, Ints, Ints, Ints, Ints]:
        return self.price_all()

    @cached_property
    def _timed(self) -> dict[tuple[int, int, int], list[list[int]]]:
        """By contract, placement and round."""
        count, *_, timed = self._found
        found: dict[tuple[int, int, int], list[list[int]]] = {}
        for at, rank, which, *times in timed[:count].tolist():
            found.setdefault((at, rank, which), []).append(times)
        return found

    def _placement(self, at: int, rank: int) -> Placement:
        _, totals, layouts, joined, _ = self._found
        offer = int(layouts[at, rank])
        ways = joined[at, rank].tolist()
        used = [(one, self._timed[at, rank, i]) for i, one in enumerate(ways) if (at, rank, i) in self._timed]
        return Placement(
            int(totals[at, rank]),
            sum(one[2] for one, _ in used),
            sum(one[3] for one, _ in used),
            tuple(self._round(offer, one, times) for one, times in used),
            said_of(self.problem, self.case, *self._laid_out[offer]),
        )

    def _visit(self, day: int, row: int, leave_s: int, *times: int) -> TimedVisit:
        return TimedVisit(DAYS[day], *self._names[row], None if leave_s < 0 else leave_s, *times)

    def _round(self, offer: int, joined: list[int], times: list[list[int]]) -> JoinedRound:
        at, mode, _, _, shift, crew = joined
        fresh = at < 0
        slot = Slot(int(self.sheet.offers[offer, placing.BY]), self.patch, shift)
        return JoinedRound(
            None if fresh else at,
            self.problem.shifts[shift].ref,
            MODES[mode],
            crew,
            (fresh or self.board.rounds[at].live < 0) and slot not in self.draft.ledger.stated,
            tuple(self._visit(*one) for one in times),
            () if fresh else self._others(at),
        )

    def _others(self, at: int) -> tuple[str, ...]:
        if at not in self._shared:
            packages = {self.problem.visits[visit].package for visit in self.board.visits_of(at)}
            self._shared[at] = tuple(self.problem.packages[package].ref for package in sorted(packages))
        return self._shared[at]


def _ints(rows: Sequence[Sequence[int]], columns: int) -> Ints:
    return np.array(rows, np.int64).reshape(len(rows), columns)
