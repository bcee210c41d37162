"""The planning problem: a council's week as integers, ids and arrays.

Ids are positions in the tuples of :class:`Problem`; refs are kept only to be written out again. Times
are integer seconds after the midnight that starts the day of the visit; loads are carer-minutes a week
(30 minutes with two carers count 60). Days are a bit mask, Monday is bit 0. Dates are ordinals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from solver.facts import UNLIMITED, DayLimits, DaySetting, WeekLimits
from solver.means import MODES, TABLE_OF, Mode, Table

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOWHERE = -1
"""Zone or patch of a home outside every zone; provider of a package that has none."""

State = Literal["waiting", "live", "held", "released"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Limits and weights of a plan, in seconds.

    Parameters
    ----------
    walk_leg_s, walk_total_s, drive_leg_s, cycle_leg_s
        Longest walk between two visits, walking in a shift, longest drive, longest way by bicycle.
    break_after_s, break_s
        Work that calls for a break, and its length.
    daily_rest_s
        Rest between two days of a round.
    carer_week_s
        Paid time of a carer's week on a round, at most.
    paid_gap_s
        Idle gaps up to this long are paid.
    split_gap_s
        Longest idle gap between two visits of a day.
    carers_per_round
        Carers assumed to share a round that runs all week.
    cover_carers
        Further carers assumed to cover leave and sickness on a round over four weeks.
    modes
        Means of travel that new rounds may use.
    walk_start_s, drive_start_s, cycle_start_s
        Paid seconds that a round's day costs before its first visit, on foot, by car or by bicycle.
    drive_percent, cycle_percent
        A second by car or by bicycle in per cent of one on foot.
    dusk_s
        Visits that start from then on are after dark.
    pairs_take_singles
        Whether a pair may make visits that need one carer, the other standing by.
    meet_up_s
        Paid seconds that a visit costs besides its rounds where two carers meet up for it.
    grid_s
        Starts that are fixed all week lie on this grid.
    lit_ways_after_dark
        Whether ways to visits that may start after dark are walked where there is light.
    contact_pay_pence
        Assumed carer's pay for an hour of contact; None: wages are not judged.
    moves
        Live people who may change rounds; None where nobody has opened such a budget.
    move_saving_s
        Paid seconds a week that a move must save to be made for them alone.
    moves_change_provider
        Whether they may go to another provider where no round of their own can take them.
    """

    walk_leg_s: int = 900
    walk_total_s: int = 5_400
    drive_leg_s: int = 1_500
    cycle_leg_s: int = 1_200
    break_after_s: int = 21_600
    break_s: int = 1_200
    daily_rest_s: int = 39_600
    carer_week_s: int = 172_800
    paid_gap_s: int = 1_800
    split_gap_s: int = UNLIMITED
    carers_per_round: int = 2
    cover_carers: int = 0
    modes: tuple[Mode, ...] = ("walk", "drive")
    walk_start_s: int = 1_800
    drive_start_s: int = 3_600
    cycle_start_s: int = 1_800
    drive_percent: int = 170
    cycle_percent: int = 110
    dusk_s: int = 57_600
    pairs_take_singles: bool = True
    meet_up_s: int = 600
    grid_s: int = 900
    lit_ways_after_dark: bool = False
    contact_pay_pence: int | None = None
    moves: int | None = None
    move_saving_s: int = UNLIMITED
    moves_change_provider: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A working shift of a shift pattern."""

    ref: str
    pattern: int
    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A care provider."""

    ref: str
    pattern: int
    registered: bool = True
    dormant: bool = False
    active: bool = True
    rating_barred: bool = False
    skills: frozenset[str] = frozenset()
    genders: frozenset[str] = frozenset({"female", "male"})
    languages: frozenset[str] = frozenset()
    growth_limit_min: int = UNLIMITED
    started_min: int = 0
    """Carer-minutes that started in the six days before the planned week, hospital returns left out."""
    modes: tuple[Mode, ...] | None = None
    """Means of travel that its new rounds may use, of those that the parameters allow; None: all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A published call-off procedure: roles in order, and how a role's providers are chosen from.

    Parameters
    ----------
    steps
        Roles, and ``rank``, ``rotation``, or a fair rotation of ``fair_hours`` or ``fair_offers``.
    specialists_by_need
        Whether a specialist is asked only for what no other contract of the zone offers.
    """

    ref: str
    steps: tuple[tuple[frozenset[str], str], ...]
    specialists_by_need: bool = False
    tender_above_pence: int = UNLIMITED


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a provider has agreed to do in a zone.

    Parameters
    ----------
    cap_min
        Carer-minutes that it may carry in this plan (obligation or maximum, as the procedure says).
    cap_fields
        Fields of the council file that state ``cap_min``.
    live_min
        Carer-minutes that it carries now.
    rates
        (from date, visits up to minutes, pence per hour).
    account
        What it has had in a fair rotation before this plan: carer-minutes a week, or offers.
    """

    ref: str
    provider: int
    zone: int
    lots: frozenset[str]
    role: str
    rank: int
    procedure: int
    starts_on: int
    ends_on: int | None = None
    cap_min: int = UNLIMITED
    cap_fields: tuple[str, ...] = ("max_hours",)
    guaranteed_min: int = 0
    live_min: int = 0
    rates: tuple[tuple[int, int, int], ...] = ()
    account: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Embargo:
    """A stop on new work that is in force in the planned week."""

    ref: str
    provider: int
    zone: int | None
    lot: str | None
    blocks: frozenset[str]
    """Kinds of work blocked: ``new``, ``increases``, ``hospital_returns``."""
    intake_limit_min: int = UNLIMITED


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityReturn:
    """A fresh statement of what a provider can still take in a patch and shift."""

    ref: str
    provider: int
    patch: int
    shift: int
    minutes: int
    carers: int
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A neighbourhood that carries rounds."""

    ref: str
    zone: int
    driven: tuple[int, int] | None = None
    """Price of a driven round's day, start-up in paid seconds and travel in per cent; None: none is in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A home; position and travel live in the problem's tables."""

    ref: str
    patch: int
    unsafe_after_dark: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit of a package's week; the window bounds its start, inclusive."""

    ref: str
    package: int
    line: int
    home: int
    days: int
    earliest_s: int
    latest_s: int
    duration_s: int
    crew: int
    """Carers who come."""
    critical: bool = False
    stand_by: int = 0
    """Those of them who are not needed: a pair makes a visit for one carer."""
    gaps: tuple[tuple[int, int, int], ...] = ()
    """(visit, least, most) seconds from that visit's start to this one's."""
    day_choices: tuple[int, ...] = ()
    """Other day masks that would do as well."""
    same_time: bool = False
    """Whether it starts at the same time on all its days, which the person need not know before."""
    choices_s: tuple[int, int] | None = None
    """Earliest and latest of the starts that it may have, where the window is one start of them."""
    may_meet: bool = False
    """Whether two carers may meet at the home instead of coming as a pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The visits of one line in one shift with one crew size; whole with one round, all week."""

    package: int
    line: int
    shift: int
    crew: int
    visits: tuple[int, ...]
    extra_s: int = 0
    """Paid seconds a week that it costs besides its round: carers who stand by, the price of meeting up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Another way to lay out a package's week than as commissioned, for the providers of a shift pattern.

    Parameters
    ----------
    ref
        Says what is different, in words; one of its kind in the package.
    pattern
        Id of the shift pattern.
    parts
        Ids; parts that are as commissioned are shared with other layouts.
    """

    ref: str
    pattern: int
    parts: tuple[int, ...]


AS_COMMISSIONED = ""
"""Ref of the layout that every package has."""
SECOND_CARER = " (second carer)"
"""Ends the ref of a visit that the second of two carers makes who meet at the home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A person's weekly pattern of care.

    Parameters
    ----------
    state
        ``held`` is a hospital stay whose slot is kept, ``released`` one whose slot is not.
    carer_min
        Planned carer-minutes a week, all lines.
    counted_min
        Those of them that count towards hours caps.
    visits
        As commissioned.
    parts, fixed
        For each shift pattern: the parts as commissioned, and the visits that fit no shift.
    others
        Other layouts that may be chosen instead.
    priced
        (visit minutes, carer-minutes a week) for the price; lines without visits count as 60-minute ones.
    """

    ref: str
    home: int
    zone: int
    patch: int
    lot: str
    priority: int
    days_waiting: int
    state: State
    change: str
    lines: tuple[str, ...]
    carer_min: int
    counted_min: int
    visits: tuple[int, ...]
    parts: tuple[tuple[int, ...], ...]
    fixed: tuple[tuple[int, ...], ...]
    others: tuple[Layout, ...] = ()
    priced: tuple[tuple[int, int], ...] = ()
    regulated: bool = True
    skills: frozenset[str] = frozenset()
    gender: str | None = None
    language: str | None = None
    excluded: frozenset[int] = frozenset()
    linked: int = NOWHERE
    provider: int = NOWHERE
    former: int = NOWHERE
    answers: tuple[tuple[int, str], ...] = ()
    decline_codes: tuple[str, ...] = ()
    """Codes that providers gave when they declined it."""
    gaps_short_s: int = 0
    """By how many seconds its gaps and windows contradict each other; nobody can keep them then."""
    discharge_ready: int | None = None
    """When a person who waits in hospital could have left, as an ordinal."""

    def layouts(self, pattern: int) -> tuple[Layout, ...]:
        """List the ways to lay out the week under a shift pattern.

        Parameters
        ----------
        pattern
            Id of the shift pattern.

        Returns
        -------
        tuple of Layout
            As commissioned, and the others.
        """
        usual = Layout(ref=AS_COMMISSIONED, pattern=pattern, parts=self.parts[pattern])
        return (usual, *(one for one in self.others if one.pattern == pattern))


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRound:
    """A round that people are served by now."""

    ref: str
    provider: int
    patch: int
    shift: int
    mode: Mode
    crew: int
    source: str
    days: tuple[tuple[int, ...], ...]
    """Visits in order for each of the seven days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stay in reablement, fast response or hospital that goes on in the planned week."""

    service: str
    days: int
    """From its start to the planned Monday."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Everything a plan is made from.

    Parameters
    ----------
    cases
        Waiting packages that are placed together: couples, and everybody else alone.
    travel
        Tables of travel between homes, those that some round may need: uint16 seconds of shape (homes, homes);
        :data:`solver.facts.UNREACHABLE_S` where there is no way.
    moved
        Live packages whose rounds are not those agreed (see :mod:`solver.moved`).
    """

    name: str
    week_starts_on: int
    parameters: Parameters
    shifts: tuple[Shift, ...]
    providers: tuple[Provider, ...]
    procedures: tuple[Procedure, ...]
    contracts: tuple[Contract, ...]
    embargoes: tuple[Embargo, ...]
    returns: tuple[CapacityReturn, ...]
    zones: tuple[str, ...]
    patches: tuple[Patch, ...]
    homes: tuple[Home, ...]
    packages: tuple[Package, ...]
    visits: tuple[Visit, ...]
    parts: tuple[Part, ...]
    rounds: tuple[LiveRound, ...]
    cases: tuple[tuple[int, ...], ...]
    travel: Mapping[Table, NDArray[np.uint16]]
    stays: tuple[Stay, ...] = ()
    moved: tuple[int, ...] = ()

    def table_of(self, mode: Mode, *, dark: bool = False) -> Table:
        """Name the table that a leg is read from.

        Parameters
        ----------
        mode
            Means of travel.
        dark
            Whether the visit that it leads to may start after dusk.

        Returns
        -------
        str
            A key of ``travel``, unless that travel is not known.
        """
        is_lit = dark and mode == "walk" and self.parameters.lit_ways_after_dark and "dark_walk" in self.travel
        return "dark_walk" if is_lit else TABLE_OF[mode]

    @property
    def known_modes(self) -> tuple[Mode, ...]:
        """Means of travel by which the ways between homes are known."""
        return tuple(mode for mode in MODES if TABLE_OF[mode] in self.travel)

    def leg_s(self, mode: Mode, before: int, after: int) -> int:
        """Say how long it takes from a visit to the next.

        Parameters
        ----------
        mode
            Means of travel.
        before, after
            Visit ids.

        Returns
        -------
        int
            Seconds; on lit ways, where that is asked for, if ``after`` may start after dusk.
        """
        a, b = self.visits[before], self.visits[after]
        return int(self.travel[self.table_of(mode, dark=b.latest_s >= self.parameters.dusk_s)][a.home, b.home])

    def legs_s(self, mode: Mode, visits: Sequence[int]) -> NDArray[np.int64]:
        """State :meth:`leg_s` between some visits.

        Parameters
        ----------
        mode
            Means of travel.
        visits
            Visit ids.

        Returns
        -------
        ndarray of int64, shape (visits, visits)
            Seconds from row to column.
        """
        homes = np.array([self.visits[v].home for v in visits], np.int64)
        dark = np.array([self.visits[v].latest_s >= self.parameters.dusk_s for v in visits], bool)
        day, night = (self.travel[self.table_of(mode, dark=one)][np.ix_(homes, homes)] for one in (False, True))
        return np.where(dark, night, day).astype(np.int64)

    def modes_of(self, provider: int, patch: int) -> tuple[Mode, ...]:
        """List the means of travel that a provider's new rounds in a patch may use.

        Parameters
        ----------
        provider, patch
            Ids.

        Returns
        -------
        tuple of Mode
            In the order of :data:`solver.means.MODES`; may be empty.
        """
        offered = self.providers[provider].modes
        return tuple(
            mode
            for mode in MODES
            if mode in self.parameters.modes
            and (offered is None or mode in offered)
            and (mode != "driven" or self.patches[patch].driven is not None)
        )

    def day_setting(self, shift: int, mode: Mode, crew: int) -> DaySetting:
        """Say what a round's timetable depends on besides its visits.

        Parameters
        ----------
        shift
            Id of the round's shift.
        mode
            Means of travel.
        crew
            Carers that make the round together.

        Returns
        -------
        DaySetting
            Seconds after midnight, and flags.
        """
        return DaySetting(
            shift_start_s=self.shifts[shift].start_s,
            shift_end_s=self.shifts[shift].end_s,
            mode=MODES.index(mode),
            crew=crew,
            paid_gap_s=self.parameters.paid_gap_s,
            dusk_s=self.parameters.dusk_s,
            table=self._place_of(self.table_of(mode)),
            dark_table=self._place_of(self.table_of(mode, dark=True)),
        )

    def _place_of(self, table: Table) -> int:
        return list(self.travel).index(table) if table in self.travel else -1

    def day_limits(self) -> DayLimits:
        """Say what a day of a round is judged by.

        Returns
        -------
        DayLimits
            In seconds and counts.
        """
        p = self.parameters
        return DayLimits(
            walk_leg_s=p.walk_leg_s,
            walk_total_s=p.walk_total_s,
            drive_leg_s=p.drive_leg_s,
            cycle_leg_s=p.cycle_leg_s,
            over_shift_s=0,
            break_after_s=p.break_after_s,
            break_s=p.break_s,
            split_gap_s=p.split_gap_s,
            late_s=0,
            critical_late_s=0,
            dark_unsafe_visits=0,
            unreachable_legs=0,
        )

    def weights(self, mode: Mode, patch: int) -> tuple[int, int]:
        """Look up the published weights of a round's day.

        Parameters
        ----------
        mode
            Means of travel.
        patch
            Id of the round's patch, which may have a price of its own for driven rounds; a live one where none is in
            force counts like one whose carer drives.

        Returns
        -------
        tuple of int
            Start-up in paid seconds, and travel in per cent.
        """
        p = self.parameters
        if mode == "walk":
            return p.walk_start_s, 100
        if mode == "cycle":
            return p.cycle_start_s, p.cycle_percent
        priced = self.patches[patch].driven if mode == "driven" else None
        return priced or (p.drive_start_s, p.drive_percent)

    def week_limits(self) -> WeekLimits:
        """Say what a round's week is judged by.

        Returns
        -------
        WeekLimits
            Carers, seconds of rest, and seconds of work of all those carers.
        """
        p = self.parameters
        return WeekLimits(
            carers=p.carers_per_round, daily_rest_s=p.daily_rest_s, work_s=p.carers_per_round * p.carer_week_s
        )
