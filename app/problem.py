"""From a council file to the engine's problem: refs become ids, times become seconds, homes get zones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.formats import council as cf
from app.formats.council import CouncilFile
from app.formats.times import minutes
from app.ground import Ground
from app.market import (
    Index,
    contracts_of,
    embargoes_of,
    index_of,
    patches_of,
    procedure_of,
    providers_of,
    returns_of,
    shift_of,
)
from app.visits import carer_min, priced, visits_of
from solver import problem as sp
from solver.facts import UNLIMITED
from solver.problem import NOWHERE, Problem
from solver.weeks import Week, Weeks


def problem_of(council: CouncilFile, folder: Path = Path(), *, as_agreed: bool = True) -> Problem:
    """State a council's week as a planning problem.

    Parameters
    ----------
    council
        A council file that has been read and checked.
    folder
        Folder of the file; paths of street extracts start there.
    as_agreed
        Whether live visits keep their agreed times; if not, they have the windows that they were
        commissioned with.

    Returns
    -------
    Problem
        Ids are positions in the file's collections.

    Raises
    ------
    ForeignStreets
        The street extract is missing or another one.
    """
    ground = Ground(council=council, folder=folder)
    index = index_of(council)
    areas = ground.areas_of(council.homes)
    homes = _homes(council, index, areas)
    returns = returns_of(council, index)
    packages, visits, parts, visit_at = _packages(council, index, homes, returns, as_agreed)
    contracts = contracts_of(council, index, packages)
    return Problem(
        name=council.name,
        week_starts_on=council.week.starts_on.toordinal(),
        parameters=_parameters(council),
        shifts=tuple(
            shift_of(index.patterns[pattern.pattern_ref], shift)
            for pattern in council.shift_patterns
            for shift in pattern.shifts
        ),
        providers=providers_of(council, index),
        procedures=tuple(procedure_of(one) for one in council.call_off_procedures),
        contracts=contracts,
        embargoes=embargoes_of(council, index),
        returns=returns,
        zones=tuple(zone.zone_ref for zone in council.zones),
        patches=patches_of(council),
        homes=homes,
        packages=packages,
        visits=visits,
        parts=parts,
        rounds=_rounds(council, index, packages, visit_at),
        cases=_cases(packages),
        travel=ground.tables(),
        stays=tuple(
            sp.Stay(service=one.service, days=(council.week.starts_on - one.starts_on).days)
            for one in council.stays
            if one.starts_on <= council.week.starts_on
            and (one.actual_end is None or one.actual_end >= council.week.starts_on)
        ),
    )


def _parameters(council: CouncilFile) -> sp.Parameters:
    p = council.parameters
    return sp.Parameters(
        walk_leg_s=60 * p.walk_leg_max_min,
        walk_total_s=60 * p.walk_total_max_min,
        drive_leg_s=60 * p.drive_leg_max_min,
        cycle_leg_s=60 * p.cycle_leg_max_min,
        break_after_s=round(3600 * p.break_after_hours),
        break_s=60 * p.break_min,
        daily_rest_s=round(3600 * p.daily_rest_hours),
        carer_week_s=round(3600 * p.carer_week_max_hours),
        paid_gap_s=60 * p.paid_gap_max_min,
        split_gap_s=UNLIMITED if p.split_shift_gap_max_min is None else 60 * p.split_shift_gap_max_min,
        carers_per_round=p.carers_per_seven_day_round,
        cover_carers=p.cover_carers_per_round,
        modes=p.modes,
        walk_start_s=60 * p.walk_round_start_min,
        drive_start_s=60 * p.drive_round_start_min,
        cycle_start_s=60 * p.cycle_round_start_min,
        drive_percent=p.drive_minute_percent,
        cycle_percent=p.cycle_minute_percent,
        dusk_s=60 * minutes(council.week.dusk),
        pairs_take_singles=p.pairs_take_singles,
        meet_up_s=60 * p.meet_up_min,
        lit_ways_after_dark=p.walk_lit_ways_after_dark,
        contact_pay_pence=p.contact_pay_pence_per_hour,
        moves=None if p.moves is None else p.moves.people,
        moves_change_provider=p.moves is not None and p.moves.change_provider,
        move_saving_s=UNLIMITED
        if p.moves is None or p.moves.saving_min_per_week is None
        else 60 * p.moves.saving_min_per_week,
    )


def _homes(council: CouncilFile, index: Index, areas: list[str | None]) -> tuple[sp.Home, ...]:
    unsafe = {area.area_ref for area in council.areas if area.safety_after_dark}
    return tuple(
        sp.Home(
            ref=home.home_ref,
            patch=index.patch_of_area.get(area, NOWHERE) if area else NOWHERE,
            unsafe_after_dark=area in unsafe,
        )
        for home, area in zip(council.homes, areas, strict=True)
    )


def _packages(
    council: CouncilFile,
    index: Index,
    homes: tuple[sp.Home, ...],
    returns: Iterable[sp.CapacityReturn],
    as_agreed: bool,
) -> tuple[tuple[sp.Package, ...], tuple[sp.Visit, ...], tuple[sp.Part, ...], dict[tuple[str, str], int]]:
    packages: list[sp.Package] = []
    visit_at: dict[tuple[str, str], int] = {}
    shifts = [
        shift_of(index.patterns[pattern.pattern_ref], shift)
        for pattern in council.shift_patterns
        for shift in pattern.shifts
    ]
    weeks = Weeks(shifts, _parameters(council))
    stated: dict[int, set[int]] = {}
    for one in returns:
        stated.setdefault(one.patch, set()).add(one.shift)
    for i, package in enumerate(council.packages):
        state, first = _state(package, council), len(weeks.visits)
        agreed = as_agreed and state in ("live", "held")
        home = index.homes[package.home_ref]
        waits = state == "waiting"
        bought = visits_of(package, i, home, council, first, agreed=agreed, waits=waits)
        visit_at.update({(package.package_ref, one.ref): first + j for j, one in enumerate(bought.rows)})
        week = weeks.add(
            bought.rows,
            patterns=len(council.shift_patterns),
            waits=waits,
            narrowed=bought.others,
            scarce=range(len(shifts)) if homes[home].unsafe_after_dark else stated.get(homes[home].patch, ()),
        )
        packages.append(_package(package, council, index, homes, state, week, bought.short_s))
    return tuple(packages), tuple(weeks.visits), tuple(weeks.parts), visit_at


def _package(
    package: cf.Package,
    council: CouncilFile,
    index: Index,
    homes: tuple[sp.Home, ...],
    state: sp.State,
    week: Week,
    short_s: int,
) -> sp.Package:
    home = index.homes[package.home_ref]
    patch = homes[home].patch
    needs, ready = package.requirements, package.dates.discharge_ready
    weekly = carer_min(package, council)
    return sp.Package(
        ref=package.package_ref,
        home=home,
        zone=index.zone_of_patch[patch] if patch != NOWHERE else NOWHERE,
        patch=patch,
        lot=package.lot,
        priority=package.priority,
        days_waiting=max(0, (council.week.starts_on - package.dates.referred).days),
        state=state,
        change=package.change,
        lines=tuple(line.line_ref for line in package.lines),
        carer_min=weekly,
        counted_min=weekly if package.counts_to_cap else 0,
        visits=week.visits,
        parts=week.parts,
        fixed=week.fixed,
        others=week.others,
        priced=priced(package, council),
        regulated=package.regulated,
        skills=frozenset(needs.skills),
        gender=needs.carer_gender,
        language=needs.language,
        excluded=frozenset(index.providers[ref] for ref in needs.excluded_provider_refs),
        linked=index.packages[package.linked_to] if package.linked_to else NOWHERE,
        provider=index.providers[package.provider_ref] if package.provider_ref else NOWHERE,
        former=index.providers[package.former_provider_ref] if package.former_provider_ref else NOWHERE,
        answers=tuple((index.providers[one.provider_ref], one.answer) for one in package.answers),
        decline_codes=tuple(one.code for one in package.answers if one.answer == "declined" and one.code),
        gaps_short_s=short_s,
        discharge_ready=ready.toordinal() if ready and package.waits_in == "hospital" else None,
    )


def _state(package: cf.Package, council: CouncilFile) -> sp.State:
    if package.dates.ends is not None and package.dates.ends < council.week.starts_on:
        return "released"
    if package.state != "suspended":
        return "live" if package.state == "live" else "waiting"
    since = package.dates.suspended_from or council.week.starts_on
    away = (council.week.starts_on - since).days
    return "held" if away <= council.parameters.hospital_hold_days else "released"


def _rounds(
    council: CouncilFile,
    index: Index,
    packages: Sequence[sp.Package],
    visit_at: dict[tuple[str, str], int],
) -> tuple[sp.LiveRound, ...]:
    rounds = []
    for one in council.rounds:
        days: list[tuple[int, ...]] = [()] * 7
        for day in one.days:
            days[sp.DAYS.index(day.day)] = tuple(
                visit_at[visit.package_ref, visit.visit_ref]
                for visit in day.visits
                if (visit.package_ref, visit.visit_ref) in visit_at
                and packages[index.packages[visit.package_ref]].state in ("live", "held")
            )
        rounds.append(
            sp.LiveRound(
                ref=one.round_ref,
                provider=index.providers[one.provider_ref],
                patch=index.patches[one.patch_ref],
                shift=index.shifts[one.shift_ref],
                mode=one.mode,
                crew=one.crew,
                source=one.source,
                days=tuple(days),
            )
        )
    return tuple(rounds)


def _cases(packages: Sequence[sp.Package]) -> tuple[tuple[int, ...], ...]:
    cases: list[tuple[int, ...]] = []
    for i, package in enumerate(packages):
        if package.state != "waiting":
            continue
        partner = packages[package.linked] if package.linked != NOWHERE else None
        if partner is None or partner.state != "waiting" or partner.patch != package.patch:
            cases.append((i,))
        elif i < package.linked:
            cases.append((i, package.linked))
    return tuple(cases)
