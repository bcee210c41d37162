"""A question about one case: who could take it, and where; asked as often as one likes, with nothing changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import chain, pairwise
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from solver import placing
from solver.board import Board
from solver.draft import Draft
from solver.facts import DayLimits, LedgerLimits, WeekLimits
from solver.kernel import IMPOSSIBLE
from solver.layouts import case_layouts, said_of
from solver.ledger import Slot, part_min
from solver.means import MODES, Mode
from solver.problem import AS_COMMISSIONED, DAYS
from solver.rule import Rule, Scope
from solver.sheet import BY, JOINED, MOST, TIMED, Ints, Sheet, changed, paper_of

WINDOW_FACTS = {"late_s": 0, "critical_late_s": 1}
"""Rules on these facts are relaxed by widening the windows of the case's own visits."""


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


class Terms(NamedTuple):
    """By what placements are judged."""

    rows: Ints
    """Visits with their windows."""
    day: DayLimits
    week: WeekLimits
    slots: Ints
    """Limits of slots."""


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
    told
        Those of them whose placements are told; all when left out.
    """

    def __init__(self, draft: Draft, case: int, contracts: Sequence[int], told: Collection[int] | None = None) -> None:
        problem = self.problem = draft.problem
        self.draft, self.case = draft, case
        self.patch = problem.packages[problem.cases[case][0]].patch
        self.board: Board = draft.boards[self.patch]
        self.at_of = {contract: i for i, contract in enumerate(contracts)}
        self.told = frozenset(contracts if told is None else told)
        self.slots: dict[Slot, int] = {}
        patterns = sorted({problem.providers[problem.contracts[contract].provider].pattern for contract in contracts})
        self._layouts = {pattern: case_layouts(problem, case, pattern) for pattern in patterns}
        every = dict.fromkeys(part for layouts in self._layouts.values() for parts in layouts for part in parts)
        self._part_at = {part: i for i, part in enumerate(every)}
        self._visits = list(dict.fromkeys(visit for part in every for visit in problem.parts[part].visits))
        sizes = {part: len(problem.parts[part].visits) for part in every}
        self._longest = max(
            (sum(sizes[part] for part in one) for those in self._layouts.values() for one in those), default=0
        )
        self.sheet = self._sheet(contracts, self._rows())
        self.terms = Terms(self.sheet.rows, self.sheet.limits, self.sheet.week_limits, self.sheet.slot_limits)
        self._relaxed: dict[tuple[str, int], dict[int, bool]] = {}
        self._said: dict[tuple[int, int], str] = {}
        self._stated: dict[int, list[tuple[Slot, int]]] = {}
        for slot, i in self.slots.items():
            if slot in draft.ledger.stated:
                self._stated.setdefault(slot.provider, []).append((slot, i))

    def takes(self, contract: int, terms: Terms | None = None) -> bool:
        """Say whether the rounds could take the case, limits of the contract left aside.

        Parameters
        ----------
        contract
            One of those asked.
        terms
            Other windows or limits; as things stand when left out.

        Returns
        -------
        bool
            In any layout, each part at its cheapest legal place in turn.
        """
        if terms is None:
            return bool(self._found[1][self.at_of[contract], 0] < IMPOSSIBLE)
        return self._who_takes([contract], terms)[contract]

    def placements(self, contract: int) -> list[Placement]:
        """List the cheapest placements with a contract, limits of the contract left aside.

        Parameters
        ----------
        contract
            One of those told.

        Returns
        -------
        list of Placement
            At most three, on different rounds or in different layouts, cheapest first; empty when no round can take
            the case.

        Raises
        ------
        KeyError
            When the contract is not one of those told.
        """
        if contract not in self.told:
            raise KeyError(contract)
        at = self.at_of[contract]
        _, totals, _, _, _ = self._found
        return [self._placement(at, rank) for rank, price in enumerate(totals[at].tolist()) if price < IMPOSSIBLE]

    def takes_relaxed(self, rule: Rule, by: int, contract: int, but: Collection[Slot] = ()) -> bool:
        """Say whether the rounds could take the case if one rule of theirs allowed more.

        Parameters
        ----------
        rule
            Of days, weeks or capacity returns.
        by
            How much more, in units of the rule's fact.
        contract
            One of those asked.
        but
            Slots whose capacity returns stay as they are.

        Returns
        -------
        bool
            All else is as things stand; False where no capacity return speaks of any slot that would change.
        """
        slots = self._stated.get(self.problem.contracts[contract].provider, [])
        if rule.scope is Scope.LEDGER and all(slot in but for slot, _ in slots):
            return False
        if but:
            return self.takes(contract, self._with(rule, by, but))
        if (rule.code, by) not in self._relaxed:
            # Who is refused by rounds is asked by rule after rule: all of them at once.
            refused = [one for one in self.at_of if one == contract or not self.takes(one)]
            self._relaxed[rule.code, by] = self._who_takes(refused, self._with(rule, by))
        known = self._relaxed[rule.code, by]
        return known[contract] if contract in known else self.takes(contract, self._with(rule, by))

    def _with(self, rule: Rule, by: int, but: Collection[Slot] = ()) -> Terms:
        """Relax a rule."""
        if rule.scope is Scope.LEDGER:
            limits = self.terms.slots.copy()
            for slot, i in chain.from_iterable(self._stated.values()):
                if slot not in but:
                    limits[i] = rule.relaxed(LedgerLimits(*limits[i].tolist()), by)
            return self.terms._replace(slots=limits)
        if rule.fact in WINDOW_FACTS:
            return self.terms._replace(rows=self._widened(WINDOW_FACTS[rule.fact], by))
        if rule.scope is Scope.DAY:
            return self.terms._replace(day=cast("DayLimits", rule.relaxed(self.terms.day, by)))
        return self.terms._replace(week=cast("WeekLimits", rule.relaxed(self.terms.week, by)))

    def _who_takes(self, contracts: Sequence[int], terms: Terms) -> dict[int, bool]:
        wanted = np.zeros(len(self.at_of), np.int64)
        wanted[[self.at_of[one] for one in contracts]] = placing.WHETHER
        first = self._priced(changed(self._paper, *terms), wanted)[1][:, 0].tolist()
        return {one: first[self.at_of[one]] < IMPOSSIBLE for one in contracts}

    def _widened(self, critical: int, by: int) -> Ints:
        """Widen the windows of the case's time-critical visits, or of the others; a start that is fixed all week has none."""
        rows = self.sheet.rows.copy()
        for visit, row in self._row_of.items():
            one = self.problem.visits[visit]
            if one.critical == bool(critical) and one.choices_s is None:
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
        wanted = [placing.PLACEMENTS if one in self.told else placing.WHETHER for one in self.at_of]
        return self._priced(self._paper, np.array(wanted, np.int64))

    def _priced(self, paper: Any, wanted: Ints) -> tuple[int, Ints, Ints, Ints, Ints]:
        totals = np.empty((len(self.at_of), MOST), np.int64)
        layouts = np.empty(totals.shape, np.int64)
        joined = np.empty((*totals.shape, self._seats_most, JOINED), np.int64)
        timed = np.empty((totals.size * 7 * self._longest, TIMED), np.int64)
        count = placing.best_placements(paper, wanted, totals, layouts, joined, timed)
        return count, totals, layouts, joined, timed

    def _rows(self) -> Ints:
        """Add the case's visits to the board's, where it does not know them."""
        board = self.board
        self._row_of = {visit: board.row_of[visit] for visit in self._visits if visit in board.row_of}
        new = [visit for visit in self._visits if visit not in board.row_of]
        self._homes: dict[int, int] = {}
        if not new:
            return board.rows
        added = []
        for row, visit in enumerate(new, start=len(board.visits)):
            self._row_of[visit] = row
            home = self.problem.visits[visit].home
            at = board.home_at.get(home)
            if at is None:
                at = self._homes.setdefault(home, len(board.home_at) + len(self._homes))
            added.append(board.row(visit, at))
        return np.concatenate([board.rows[: len(board.visits)], np.array(added, np.int64)])

    def _travel(self) -> NDArray[np.uint16]:
        if not self._homes:
            return self.board.travel
        homes, known = [*self.board.home_at, *self._homes], len(self.board.home_at)
        travel = np.empty((len(self.board.travel), len(homes), len(homes)), np.uint16)
        travel[:, :known, :known] = self.board.travel[:, :known, :known]
        for i, table in enumerate(self.problem.travel.values()):
            for at, home in enumerate(homes[known:], start=known):
                travel[i, at] = table[home, homes]
                travel[i, :, at] = table[homes, home]
        return travel

    def _sheet(self, contracts: Sequence[int], rows: Ints) -> Sheet:
        problem = self.problem
        offers: list[tuple[int, int, int, int]] = []
        asked: list[tuple[int, int]] = []
        seats: list[tuple[int, int]] = []
        shapes = {
            pattern: [
                (
                    [(self._part_at[part], problem.parts[part].shift) for part in layout],
                    sum(problem.parts[part].extra_s for part in layout),
                )
                for layout in layouts
            ]
            for pattern, layouts in self._layouts.items()
        }
        for contract in contracts:
            provider = problem.contracts[contract].provider
            shape = shapes[problem.providers[provider].pattern]
            asked.append((len(offers), len(offers) + len(shape)))
            shifts = dict.fromkeys(shift for layout, _ in shape for _, shift in layout)
            slot_of = {
                shift: self.slots.setdefault(Slot(provider, self.patch, shift), len(self.slots)) for shift in shifts
            }
            for layout, extra_s in shape:
                offers.append((provider, len(seats), len(seats) + len(layout), extra_s))
                seats.extend((part, slot_of[shift]) for part, shift in layout)
        self._seats_most = max([1, *(end - first for _, first, end, _ in offers)])
        widest = max((len(problem.parts[part].visits) for part in self._part_at), default=1)
        visits, days, table = [], [], []
        for part in self._part_at:
            one = problem.parts[part]
            filled = [0] * (widest - len(one.visits))
            table.append((len(one.visits), one.shift, one.crew, part_min(problem, part)))
            visits.append([self._row_of[visit] for visit in one.visits] + filled)
            days.append([problem.visits[visit].days for visit in one.visits] + filled)
        own = np.zeros(len(rows), np.int64)
        own[list(self._row_of.values())] = 1
        return Sheet(
            *self.board.as_rounds(),
            self._travel(),
            *self.board.surroundings(),
            rows,
            self.board.limits,
            self.board.week_limits,
            _ints([self.draft.ledger.slot_limits(slot) for slot in self.slots], len(LedgerLimits._fields)),
            _ints(visits, widest),
            _ints(days, widest),
            _ints(table, 4),
            _ints(offers, 4),
            _ints(asked, 2),
            _ints(seats, 2),
            self._carried(),
            own,
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

    @cached_property
    def _paper(self) -> Any:
        return paper_of(self.sheet)

    @cached_property
    def _found(self) -> tuple[int, Ints, Ints, Ints, Ints]:
        return self.price_all()

    @cached_property
    def _timed(self) -> dict[tuple[int, int, int], tuple[TimedVisit, ...]]:
        """By contract, placement and round."""
        count, *_, timed = self._found
        problem = self.problem
        names = {
            row: (problem.packages[problem.visits[visit].package].ref, problem.visits[visit].ref)
            for visit, row in self._row_of.items()
        }
        starts = np.flatnonzero((np.diff(timed[:count, :3], axis=0) != 0).any(axis=1)) + 1
        rows = timed[:count].tolist()
        bounds = [0, *starts.tolist(), count] if count else [0]
        return {
            (rows[first][0], rows[first][1], rows[first][2]): tuple(
                TimedVisit(DAYS[day], *names[row], None if leave_s < 0 else leave_s, way, arrive, start, finish, at, of)
                for _, _, _, day, row, leave_s, way, arrive, start, finish, at, of in rows[first:end]
            )
            for first, end in pairwise(bounds)
        }

    def _placement(self, at: int, rank: int) -> Placement:
        _, totals, layouts, joined, _ = self._found
        offer = int(layouts[at, rank])
        ways = joined[at, rank].tolist()
        used = [(one, self._timed[at, rank, i]) for i, one in enumerate(ways) if (at, rank, i) in self._timed]
        provider = int(self.sheet.offers[offer, BY])
        return Placement(
            int(totals[at, rank]),
            sum(one[2] for one, _ in used),
            sum(one[3] for one, _ in used),
            tuple(self._round(provider, one, visits) for one, visits in used),
            self._layout(self.problem.providers[provider].pattern, offer - int(self.sheet.asked[at, 0])),
        )

    def _layout(self, pattern: int, at: int) -> str:
        if (pattern, at) not in self._said:
            self._said[pattern, at] = said_of(self.problem, self.case, pattern, self._layouts[pattern][at])
        return self._said[pattern, at]

    def _round(self, provider: int, joined: list[int], visits: tuple[TimedVisit, ...]) -> JoinedRound:
        at, mode, _, _, shift, crew = joined
        fresh = at < 0
        slot = Slot(provider, self.patch, shift)
        return JoinedRound(
            None if fresh else at,
            self.problem.shifts[shift].ref,
            MODES[mode],
            crew,
            (fresh or self.board.rounds[at].live < 0) and slot not in self.draft.ledger.stated,
            visits,
            () if fresh else self.board.packages_of(at),
        )


def _ints(rows: Sequence[Sequence[int]], columns: int) -> Ints:
    return np.array(rows, np.int64).reshape(len(rows), columns)
