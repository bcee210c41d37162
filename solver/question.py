"""A question about one case: who could take it, and where; asked as often as one likes, with nothing changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from solver import placing
from solver.board import Board
from solver.draft import Draft
from solver.facts import UNLIMITED, DayLimits, LedgerFacts, LedgerLimits, WeekLimits
from solver.kernel import EARLIEST, IMPOSSIBLE, LATEST
from solver.layouts import case_layouts, said_of
from solver.ledger import Slot, part_min
from solver.means import MODES, Mode
from solver.patch_tables import visit_row
from solver.problem import AS_COMMISSIONED, DAYS
from solver.rule import Rule, Scope
from solver.sheet import BY, JOINED, MOST, TIMED, Ints, Sheet, paper_of, room_for

IMPOSSIBLE_S = int(IMPOSSIBLE)
FULL_SLOT = LedgerFacts(0, 0, 0, UNLIMITED, UNLIMITED, UNLIMITED)
"""All that capacity returns speak of."""
NO_SLOT = LedgerLimits(0, 0, 0, 0, 0, 0)
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


class Shape(NamedTuple):
    """Layouts of a case under a shift pattern: what the offers of every contract have in common."""

    bounds: list[tuple[int, int, int]]
    """First and end of each layout's seats, and what it costs besides."""
    seats: list[tuple[int, int]]
    """Position of each seat's part, and its shift."""
    shifts: list[int]


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
        self._providers = [problem.contracts[contract].provider for contract in contracts]
        self.told = frozenset(contracts if told is None else told)
        self.slots: dict[Slot, int] = {}
        patterns = sorted({problem.providers[provider].pattern for provider in self._providers})
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
        self._least: dict[str, dict[int, int | None]] = {}
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
        at = self.at_of[contract]
        return self._fits[at] if terms is None else self._who_takes(self._only([at]), terms)[at]

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
        return [self._placement(at, rank) for rank, price in enumerate(totals[at].tolist()) if price < IMPOSSIBLE_S]

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
        slots = self._stated.get(self._providers[self.at_of[contract]], [])
        if rule.scope is Scope.LEDGER and all(slot in but for slot, _ in slots):
            return False
        terms = self._with(rule, by, [i for slot, i in slots if slot not in but])
        return self.takes(contract, None if terms is self.terms else terms)

    def least_relaxed(self, rule: Rule, contract: int, step: int, widest: int) -> int | None:
        """Find by how much one rule of the rounds would have to allow more, for them to take the case.

        Parameters
        ----------
        rule
            Of days, weeks or capacity returns.
        contract
            One of those asked, whose rounds do not take the case as things stand.
        step, widest
            How much more, in units of the rule's fact: in whole steps, and at most; the same for every contract.

        Returns
        -------
        int or None
            The least such number of steps, in units of the rule's fact; None where the widest is not enough.
        """
        least = self._least.setdefault(rule.code, {})
        at = self.at_of[contract]
        if at not in least:
            # Contracts that are refused are asked for one after the other: most of the answers are the same.
            others = [self.at_of[one] for one in self.told if not self._fits[self.at_of[one]]]
            least.update(self._least_of(rule, [at, *(one for one in others if one != at)], step, widest // step))
        return least[at]

    def _least_of(self, rule: Rule, ats: list[int], step: int, most: int) -> dict[int, int | None]:
        """Halve the steps again and again for all at once, since to allow more never makes a round refuse."""
        found: dict[int, int | None] = dict.fromkeys(ats)
        left = [(0, most, self._taking(rule, most * step, ats))]
        while left:
            low, high, those = left.pop()
            if high - low <= 1:
                found.update(dict.fromkeys(those, high * step))
            elif those:
                middle = (low + high) // 2
                taking = self._taking(rule, middle * step, those)
                left += [(low, middle, taking), (middle, high, [at for at in those if at not in taking])]
        return found

    def _taking(self, rule: Rule, by: int, ats: list[int]) -> list[int]:
        """Pick those whose rounds could take the case if one rule allowed more; none does as things stand."""
        slots: list[int] = []
        if rule.scope is Scope.LEDGER:
            stated = {at: self._stated.get(self._providers[at], ()) for at in ats}
            ats = [at for at in ats if stated[at]]
            slots = [i for at in ats for _, i in stated[at]]
        terms = self._with(rule, by, slots)
        if not ats or terms is self.terms:
            return []
        taking = self._who_takes(self._only(ats), terms)
        return [at for at in ats if taking[at]]

    def _with(self, rule: Rule, by: int, slots: Sequence[int]) -> Terms:
        """Relax a rule, of capacity returns for some slots; the terms themselves where that changes nothing."""
        terms = self.terms
        rows, day, week, _ = terms
        if rule.scope is Scope.LEDGER:
            if rule.excess(FULL_SLOT, NO_SLOT) <= 0:
                return terms
            limits = terms.slots.copy()
            for i in slots:
                limits[i] = rule.relaxed(self._slot_limits[i], by)
            return Terms(rows, day, week, limits)
        if rule.fact in WINDOW_FACTS:
            wide = self._wide[WINDOW_FACTS[rule.fact]]
            return Terms(self._widened(wide, by), day, week, terms.slots) if wide else terms
        if rule.scope is Scope.DAY:
            return Terms(rows, cast("DayLimits", rule.relaxed(day, by)), week, terms.slots)
        return Terms(rows, day, cast("WeekLimits", rule.relaxed(week, by)), terms.slots)

    def _who_takes(self, wanted: Ints, terms: Terms) -> list[bool]:
        """Say by contract whether rounds could take the case; False where that is not asked."""
        totals, *others = self._unwritten
        placing.best_placements(self._paper, *terms, wanted, totals, *others)
        return _possible(totals)

    def _only(self, ats: list[int]) -> Ints:
        wanted = np.zeros(len(self.at_of), np.int64)
        wanted[ats] = placing.WHETHER
        return wanted

    @cached_property
    def _unwritten(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Room for an answer of which only whether is asked."""
        return self._room(0)

    @cached_property
    def _fits(self) -> list[bool]:
        """Whether rounds take the case as things stand, by contract."""
        return _possible(self._found[1])

    @cached_property
    def _wide(self) -> tuple[list[int], list[int]]:
        """Rows of the case's visits whose windows can be widened, then of time-critical ones; a start that is fixed all week has none."""
        rows: tuple[list[int], list[int]] = ([], [])
        for visit, row in self._row_of.items():
            one = self.problem.visits[visit]
            if one.choices_s is None:
                rows[one.critical].append(row)
        return rows

    def _widened(self, rows: list[int], by: int) -> Ints:
        wide = self.sheet.rows.copy()
        wide[rows, EARLIEST] = np.maximum(0, wide[rows, EARLIEST] - by)
        wide[rows, LATEST] = np.minimum(86_340, wide[rows, LATEST] + by)
        return wide

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
        room = self._room(len(self.at_of))
        count = placing.best_placements(self._paper, *self.terms, np.array(wanted, np.int64), *room)
        return count, *room

    def _room(self, told: int) -> tuple[Ints, Ints, Ints, Ints]:
        """Make room for the placements of some contracts, and for whether there is one with each of those asked."""
        return (
            np.empty((len(self.at_of), MOST), np.int64),
            np.empty((told, MOST), np.int64),
            np.empty((told, MOST, self._seats_most, JOINED), np.int64),
            np.empty((told * MOST * 7 * self._longest, TIMED), np.int64),
        )

    def _rows(self) -> Ints:
        """Add the case's visits to the board's, where it does not know them."""
        board = self.board
        self._row_of = {visit: board.tables.row_of[visit] for visit in self._visits if visit in board.tables.row_of}
        new = [visit for visit in self._visits if visit not in board.tables.row_of]
        self._homes: dict[int, int] = {}
        if not new:
            return board.tables.rows
        added = []
        for row, visit in enumerate(new, start=len(board.tables.visits)):
            self._row_of[visit] = row
            home = self.problem.visits[visit].home
            at = board.tables.home_at.get(home)
            if at is None:
                at = self._homes.setdefault(home, len(board.tables.home_at) + len(self._homes))
            added.append(visit_row(self.problem, visit, at))
        return np.concatenate([board.tables.rows[: len(board.tables.visits)], np.array(added, np.int64)])

    def _travel(self) -> NDArray[np.uint16]:
        if not self._homes:
            return self.board.tables.travel
        homes, known = [*self.board.tables.home_at, *self._homes], len(self.board.tables.home_at)
        travel = np.empty((len(self.board.tables.travel), len(homes), len(homes)), np.uint16)
        travel[:, :known, :known] = self.board.tables.travel[:, :known, :known]
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
        shapes = {pattern: self._shape(layouts) for pattern, layouts in self._layouts.items()}
        for contract in contracts:
            provider = problem.contracts[contract].provider
            shape = shapes[problem.providers[provider].pattern]
            asked.append((len(offers), len(offers) + len(shape.bounds)))
            slot_of = {
                shift: self.slots.setdefault(Slot(provider, self.patch, shift), len(self.slots))
                for shift in shape.shifts
            }
            at = len(seats)
            offers += [(provider, at + first, at + end, extra_s) for first, end, extra_s in shape.bounds]
            seats += [(part, slot_of[shift]) for part, shift in shape.seats]
        self._seats_most = max([1, *(end - first for one in shapes.values() for first, end, _ in one.bounds)])
        self._slot_limits = [self.draft.ledger.slot_limits(slot) for slot in self.slots]
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
            *self.board.tables.surroundings,
            rows,
            self.board.tables.limits,
            self.board.tables.week_limits,
            _ints(self._slot_limits, len(LedgerLimits._fields)),
            _ints(visits, widest),
            _ints(days, widest),
            _ints(table, 4),
            _ints(offers, 4),
            _ints(asked, 2),
            _ints(seats, 2),
            self._carried(),
            own,
        )

    def _shape(self, layouts: Sequence[Sequence[int]]) -> Shape:
        parts = [self.problem.parts[part] for layout in layouts for part in layout]
        at = [self._part_at[part] for layout in layouts for part in layout]
        ends = list(accumulate(map(len, layouts)))
        extras = [sum(self.problem.parts[part].extra_s for part in layout) for layout in layouts]
        return Shape(
            list(zip([0, *ends], ends, extras, strict=False)),
            [(i, part.shift) for i, part in zip(at, parts, strict=True)],
            list(dict.fromkeys(part.shift for part in parts)),
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
        return paper_of((*self.sheet, *room_for(self.sheet, self._seats_most)))

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
        contracts, ranks, rounds, days, rows, leaves_s, *others = timed[:count].T.tolist()
        visits = tuple(
            map(
                TimedVisit._make,
                zip(
                    [DAYS[day] for day in days],
                    [names[row][0] for row in rows],
                    [names[row][1] for row in rows],
                    [None if leave_s < 0 else leave_s for leave_s in leaves_s],
                    *others,
                    strict=True,
                ),
            )
        )
        starts = np.flatnonzero((np.diff(timed[:count, :3], axis=0) != 0).any(axis=1)) + 1
        bounds = [0, *starts.tolist(), count] if count else [0]
        return {(contracts[first], ranks[first], rounds[first]): visits[first:end] for first, end in pairwise(bounds)}

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


def _possible(totals: Ints) -> list[bool]:
    """Say by contract whether there is a placement."""
    return [price < IMPOSSIBLE_S for price in totals[:, 0].tolist()]


def _ints(rows: Sequence[Sequence[int]], columns: int) -> Ints:
    return np.array(rows, np.int64).reshape(len(rows), columns)
