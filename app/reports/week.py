"""A council's week and its proposal joined by ref, in the words that reports use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from app.formats.council import Contract, CouncilFile, Day, Home, Package, Visit
from app.formats.plan import Placement, PlanFile, RoundDayPlan, RoundPlan, TimedVisit, Unplaced
from app.ground import Ground
from app.reports.labels import DAY_NAMES, days_label
from solver.carers import Roster, Wage, wage_of_round
from solver.law import living_wage_pence
from solver.problem import SECOND_CARER

NOWHERE = "outside every zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayGroup:
    """Days of a round that have the same timetable.

    Parameters
    ----------
    days
        Monday first.
    visits
        In order.
    """

    days: tuple[Day, ...]
    visits: tuple[TimedVisit, ...]

    @property
    def label(self) -> str:
        """The days in words: ``Monday to Friday``."""
        return days_label(self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """A round with what is added up from its timetable.

    Parameters
    ----------
    round
        As the plan has it.
    number
        Place in the report, from 1.
    kind
        ``new``, ``extended`` (live, with new people or without some who move) or ``live``.
    groups
        Its days, identical ones together.
    people
        Packages on it all week.
    new_packages
        Those that the plan proposes.
    visits_a_week
        Visits, each day's counted.
    contact_min, travel_min, gap_min
        Minutes a week of one carer: with people, on the way, and between.
    longest_leg_min
        Longest single way.
    wage
        Effective hourly rate against the legal minimum; None where pay or minimum is not known: not judged.
    carers
        Distinct carers that people on it are expected to meet over four weeks, by the roster assumption.
    """

    round: RoundPlan
    number: int
    kind: str
    groups: tuple[DayGroup, ...]
    people: int
    new_packages: tuple[str, ...]
    visits_a_week: int
    contact_min: float
    travel_min: float
    gap_min: float
    longest_leg_min: float
    wage: Wage | None
    carers: int

    @property
    def anchor(self) -> str:
        """Name of the round's place in the page."""
        return f"round-{self.number}"


@dataclass(frozen=True, kw_only=True)
class Week:
    """A council's week and the plan made for it.

    Parameters
    ----------
    council
        The week's input.
    plan
        The proposal.
    ground
        Where the homes lie.
    """

    council: CouncilFile
    plan: PlanFile
    ground: Ground

    @cached_property
    def packages(self) -> Mapping[str, Package]:
        """Packages by ref."""
        return {package.package_ref: package for package in self.council.packages}

    @cached_property
    def homes(self) -> Mapping[str, Home]:
        """Homes by ref."""
        return {home.home_ref: home for home in self.council.homes}

    @cached_property
    def visits(self) -> Mapping[tuple[str, str], Visit]:
        """Visits by package and visit ref."""
        return {
            (package.package_ref, visit.visit_ref): visit
            for package in self.council.packages
            for line in package.lines
            for visit in line.visits
        }

    @cached_property
    def contracts(self) -> Mapping[str, Contract]:
        """Contracts by ref."""
        return {contract.contract_ref: contract for contract in self.council.contracts}

    @cached_property
    def providers(self) -> Mapping[str, str]:
        """Names of providers by ref."""
        return {provider.provider_ref: provider.name for provider in self.council.providers}

    @cached_property
    def zones(self) -> Mapping[str, str]:
        """Names of zones by ref."""
        return {zone.zone_ref: zone.name or zone.zone_ref for zone in self.council.zones}

    @cached_property
    def patches(self) -> Mapping[str, str]:
        """Names of patches by ref."""
        return {patch.patch_ref: patch.name or patch.patch_ref for zone in self.council.zones for patch in zone.patches}

    @cached_property
    def shifts(self) -> Mapping[str, str]:
        """Labels of shifts by ref."""
        return {shift.shift_ref: shift.label for pattern in self.council.shift_patterns for shift in pattern.shifts}

    @cached_property
    def zone_of_area(self) -> Mapping[str, str]:
        """Zone of every area that lies in one."""
        return {
            area: zone.zone_ref for zone in self.council.zones for patch in zone.patches for area in patch.area_refs
        }

    @cached_property
    def area_of_home(self) -> Mapping[str, str | None]:
        """Area of every home."""
        found = self.ground.areas_of(self.council.homes)
        return {home.home_ref: area for home, area in zip(self.council.homes, found, strict=True)}

    @cached_property
    def placed(self) -> Mapping[str, Placement]:
        """Placements by package."""
        return {placement.package_ref: placement for placement in self.plan.placements}

    @cached_property
    def unplaced(self) -> Mapping[str, Unplaced]:
        """Packages that go on waiting, by ref."""
        return {one.package_ref: one for one in self.plan.unplaced}

    @cached_property
    def moved_between(self) -> frozenset[str]:
        """Refs of the live rounds that people who move would leave or join."""
        moves = () if self.plan.moves is None else self.plan.moves.made
        return frozenset(
            ref for one in moves for part in one.stretches for ref in (part.from_round_ref, part.to_round_ref)
        )

    @property
    def roster(self) -> Roster:
        """Who is assumed to work a round."""
        parameters = self.council.parameters
        return Roster(parameters.carers_per_seven_day_round, parameters.cover_carers_per_round)

    @cached_property
    def carers_of(self) -> Mapping[str, int]:
        """Distinct carers that each person on a round is expected to meet over four weeks, by package."""
        carers: dict[str, int] = {}
        for view in self.rounds:
            for ref in {visit.package_ref for day in view.round.days for visit in day.visits}:
                carers[ref] = carers.get(ref, 0) + view.carers
        return carers

    @cached_property
    def rounds_of(self) -> Mapping[str, tuple[str, ...]]:
        """Refs of the rounds that serve each package."""
        rounds: dict[str, list[str]] = {}
        for view in self.rounds:
            for ref in {visit.package_ref for day in view.round.days for visit in day.visits}:
                rounds.setdefault(ref, []).append(view.round.round_ref)
        return {ref: tuple(sorted(refs)) for ref, refs in sorted(rounds.items())}

    @cached_property
    def rounds(self) -> tuple[RoundView, ...]:
        """Rounds with their sums: new ones first, then extended ones, then the other live ones."""
        rows = [(self._kind(one), one) for one in self.plan.rounds]
        order = {"new": 0, "extended": 1, "live": 2}
        rows.sort(key=lambda row: (order[row[0]], row[1].zone_ref, row[1].provider_ref, row[1].round_ref))
        return tuple(self._view(one, kind, number) for number, (kind, one) in enumerate(rows, 1))

    def zone_of(self, package_ref: str) -> str | None:
        """Find the zone that a package's home lies in.

        Parameters
        ----------
        package_ref
            A package of the council.

        Returns
        -------
        str or None
            Zone ref; None outside every zone.
        """
        area = self.area_of_home.get(self.packages[package_ref].home_ref)
        return None if area is None else self.zone_of_area.get(area)

    def zone_name(self, zone_ref: str | None) -> str:
        """Name a zone.

        Parameters
        ----------
        zone_ref
            Of the council; None for a home outside every zone.

        Returns
        -------
        str
            Its name.
        """
        return NOWHERE if zone_ref is None else self.zones.get(zone_ref, zone_ref)

    def provider_name(self, provider_ref: str) -> str:
        """Name a provider.

        Parameters
        ----------
        provider_ref
            Of the council.

        Returns
        -------
        str
            Its name, without the mark of fiction that the whole report carries once.
        """
        name = self.providers.get(provider_ref, provider_ref)
        return name.removesuffix(" (fictional)") if self.council.fictional else name

    def visit_label(self, visit: TimedVisit) -> str:
        """Name a visit.

        Parameters
        ----------
        visit
            Of a timetable.

        Returns
        -------
        str
            Its label in the council file.
        """
        ref = visit.visit_ref.removesuffix(SECOND_CARER)
        found = self.visits.get((visit.package_ref, ref))
        return (ref if found is None else found.label) + visit.visit_ref[len(ref) :]

    def _kind(self, one: RoundPlan) -> str:
        if one.source == "proposed":
            return "new"
        refs = {visit.package_ref for day in one.days for visit in day.visits}
        return "extended" if refs & self.placed.keys() or one.round_ref in self.moved_between else "live"

    def _view(self, one: RoundPlan, kind: str, number: int) -> RoundView:
        visits = [visit for day in one.days for visit in day.visits]
        refs = {visit.package_ref for visit in visits}
        gaps = [
            seconds(after.start) - seconds(before.finish) - after.travel_s
            for day in one.days
            for before, after in pairwise(day.visits)
        ]
        return RoundView(
            round=one,
            number=number,
            kind=kind,
            groups=_groups(one.days),
            people=len(refs),
            new_packages=tuple(sorted(refs & self.placed.keys())),
            visits_a_week=len(visits),
            contact_min=sum(seconds(visit.finish) - seconds(visit.start) for visit in visits) / 60,
            travel_min=sum(visit.travel_s for visit in visits) / 60,
            gap_min=sum(gaps) / 60,
            longest_leg_min=max((visit.travel_s for visit in visits), default=0) / 60,
            wage=self._wage(visits),
            carers=self.roster.carers(sum(bool(day.visits) for day in one.days), one.crew),
        )

    def _wage(self, visits: Sequence[TimedVisit]) -> Wage | None:
        parameters = self.council.parameters
        waits = [seconds(visit.start) - seconds(visit.arrive) for visit in visits]
        return wage_of_round(
            parameters.contact_pay_pence_per_hour,
            living_wage_pence(self.council.week.starts_on),
            sum(seconds(visit.finish) - seconds(visit.start) for visit in visits),
            sum(visit.travel_s for visit in visits),
            sum(wait for wait in waits if wait <= 60 * parameters.paid_gap_max_min),
        )


def seconds(clock: str) -> int:
    """Read a time of the plan file.

    Parameters
    ----------
    clock
        ``HH:MM:SS``; past midnight the hours read on.

    Returns
    -------
    int
        Seconds after midnight.
    """
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def _groups(days: tuple[RoundDayPlan, ...]) -> tuple[DayGroup, ...]:
    same: dict[tuple[TimedVisit, ...], list[Day]] = {}
    place = list(DAY_NAMES)
    for day in sorted(days, key=lambda one: place.index(one.day)):
        if day.visits:
            same.setdefault(day.visits, []).append(day.day)
    return tuple(DayGroup(days=tuple(names), visits=visits) for visits, names in same.items())
