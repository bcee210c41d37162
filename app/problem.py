"""From a council file to the engine's problem: refs become ids, times become seconds, homes get zones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from app.formats import council as cf
from app.formats.council import CouncilFile
from app.formats.times import finish_by_min, minutes, starts_min
from app.ground import Ground
from solver import problem as sp
from solver.facts import UNLIMITED
from solver.problem import NOWHERE, Problem

UNIT_MIN = {"hour": 60, "night": 9 * 60, "week": 70 * 60}
"""Carer-minutes of a unit of service without visits: a night of 9 h and a live-in week of 70 h [assumption]."""
DAY_S = 86_400


class ImpossibleGaps(ValueError):
    """The gaps of a package cannot hold together with its windows."""


class Index(NamedTuple):
    """Where each ref of a council file stands in its collection."""

    providers: dict[str, int]
    contracts: dict[str, int]
    zones: dict[str, int]
    patches: dict[str, int]
    shifts: dict[str, int]
    patterns: dict[str, int]
    procedures: dict[str, int]
    homes: dict[str, int]
    packages: dict[str, int]
    patch_of_area: dict[str, int]
    zone_of_patch: list[int]


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
    walk_s, drive_s = ground.tables()
    homes = _homes(council, index, areas)
    packages, visits, parts, visit_at = _packages(council, index, homes, as_agreed)
    contracts = _contracts(council, index, packages)
    return Problem(
        name=council.name,
        week_starts_on=council.week.starts_on.toordinal(),
        parameters=_parameters(council),
        shifts=tuple(
            _shift(index.patterns[pattern.pattern_ref], shift)
            for pattern in council.shift_patterns
            for shift in pattern.shifts
        ),
        providers=_providers(council, index),
        procedures=tuple(_procedure(one) for one in council.call_off_procedures),
        contracts=contracts,
        embargoes=_embargoes(council, index),
        returns=_returns(council, index),
        zones=tuple(zone.zone_ref for zone in council.zones),
        patches=tuple(
            sp.Patch(ref=patch.patch_ref, zone=z) for z, zone in enumerate(council.zones) for patch in zone.patches
        ),
        homes=homes,
        packages=packages,
        visits=visits,
        parts=parts,
        rounds=_rounds(council, index, packages, visit_at),
        cases=_cases(packages),
        walk_s=walk_s,
        drive_s=drive_s,
        stays=tuple(
            sp.Stay(service=one.service, days=(council.week.starts_on - one.starts_on).days)
            for one in council.stays
            if one.starts_on <= council.week.starts_on
            and (one.actual_end is None or one.actual_end >= council.week.starts_on)
        ),
    )


def index_of(council: CouncilFile) -> Index:
    """Number the refs of a council file.

    Parameters
    ----------
    council
        A checked council file.

    Returns
    -------
    Index
        Ref to position.
    """
    patches = [(z, patch) for z, zone in enumerate(council.zones) for patch in zone.patches]
    return Index(
        providers={one.provider_ref: i for i, one in enumerate(council.providers)},
        contracts={one.contract_ref: i for i, one in enumerate(council.contracts)},
        zones={one.zone_ref: i for i, one in enumerate(council.zones)},
        patches={patch.patch_ref: i for i, (_, patch) in enumerate(patches)},
        shifts={
            ref: i for i, ref in enumerate(shift.shift_ref for one in council.shift_patterns for shift in one.shifts)
        },
        patterns={one.pattern_ref: i for i, one in enumerate(council.shift_patterns)},
        procedures={one.procedure_ref: i for i, one in enumerate(council.call_off_procedures)},
        homes={one.home_ref: i for i, one in enumerate(council.homes)},
        packages={one.package_ref: i for i, one in enumerate(council.packages)},
        patch_of_area={area: i for i, (_, patch) in enumerate(patches) for area in patch.area_refs},
        zone_of_patch=[z for z, _ in patches],
    )


def minutes_of(hours: float | None, default: int = UNLIMITED) -> int:
    """Turn carer-hours of the file into whole carer-minutes.

    Parameters
    ----------
    hours
        Carer-hours a week, or None.
    default
        What None stands for.

    Returns
    -------
    int
        Carer-minutes.
    """
    return default if hours is None else round(hours * 60)


def _parameters(council: CouncilFile) -> sp.Parameters:
    p = council.parameters
    return sp.Parameters(
        walk_leg_s=60 * p.walk_leg_max_min,
        walk_total_s=60 * p.walk_total_max_min,
        drive_leg_s=60 * p.drive_leg_max_min,
        break_after_s=round(3600 * p.break_after_hours),
        break_s=60 * p.break_min,
        daily_rest_s=round(3600 * p.daily_rest_hours),
        paid_gap_s=60 * p.paid_gap_max_min,
        carers_per_round=p.carers_per_seven_day_round,
        modes=p.modes,
        walk_start_s=60 * p.walk_round_start_min,
        drive_start_s=60 * p.drive_round_start_min,
        drive_percent=p.drive_minute_percent,
        dusk_s=60 * minutes(council.week.dusk),
        contact_pay_pence=p.contact_pay_pence_per_hour,
    )


def _shift(pattern: int, shift: cf.Shift) -> sp.Shift:
    start, end = 60 * minutes(shift.start), 60 * minutes(shift.end)
    return sp.Shift(ref=shift.shift_ref, pattern=pattern, start_s=start, end_s=end if end > start else end + DAY_S)


def _providers(council: CouncilFile, index: Index) -> tuple[sp.Provider, ...]:
    started: dict[str, int] = defaultdict(int)
    week = council.week.starts_on
    for package in council.packages:
        began = package.dates.actual_start
        recent = began is not None and timedelta(0) < week - began < timedelta(7)
        if package.provider_ref and recent and package.change != "hospital_return":
            started[package.provider_ref] += _carer_min(package, council)
    barred = set(council.parameters.rating_policy_bars)
    return tuple(
        sp.Provider(
            ref=one.provider_ref,
            pattern=index.patterns[one.pattern_ref],
            registered=one.registration == "registered",
            dormant=one.dormant,
            active=one.active,
            rating_barred=one.rating in barred,
            skills=frozenset(one.skills),
            genders=frozenset(one.carer_genders),
            languages=frozenset(one.languages),
            growth_limit_min=minutes_of(one.growth_limit_hours),
            started_min=started[one.provider_ref],
        )
        for one in council.providers
    )


def _procedure(one: cf.CallOffProcedure) -> sp.Procedure:
    threshold = one.mini_tender_above_pence_per_week
    return sp.Procedure(
        ref=one.procedure_ref,
        steps=tuple((frozenset(step.roles), step.selection) for step in one.steps),
        tender_above_pence=UNLIMITED if threshold is None else threshold,
    )


def _contracts(council: CouncilFile, index: Index, packages: Sequence[sp.Package]) -> tuple[sp.Contract, ...]:
    asked_beyond = {one.procedure_ref: one.beyond_obligation == "asked" for one in council.call_off_procedures}
    plain = [
        sp.Contract(
            ref=one.contract_ref,
            provider=index.providers[one.provider_ref],
            zone=index.zones[one.zone_ref],
            lots=frozenset(one.lots),
            role=one.role,
            rank=one.rank,
            procedure=index.procedures[one.procedure_ref],
            starts_on=one.starts_on.toordinal(),
            ends_on=one.ends_on.toordinal() if one.ends_on else None,
            cap_min=_cap(one, asked_beyond[one.procedure_ref])[0],
            cap_fields=_cap(one, asked_beyond[one.procedure_ref])[1],
            guaranteed_min=minutes_of(one.guaranteed_hours, 0),
            rates=tuple((rate.from_date.toordinal(), rate.visits_up_to_min, rate.pence_per_hour) for rate in one.rates),
        )
        for one in council.contracts
    ]
    live: dict[int, int] = defaultdict(int)
    for package in packages:
        if package.state in ("live", "held"):
            contract = contract_carrying(plain, package, council.week.starts_on.toordinal())
            if contract != NOWHERE:
                live[contract] += package.counted_min
    return tuple(replace(one, live_min=live[i]) for i, one in enumerate(plain))


def contract_carrying(contracts: Sequence[sp.Contract], package: sp.Package, week: int) -> int:
    """Find the contract under which a live package is served.

    Parameters
    ----------
    contracts
        All contracts.
    package
        A live or held package.
    week
        The planned Monday, as an ordinal.

    Returns
    -------
    int
        Contract id; one in force goes before one that is not; :data:`NOWHERE` for a spot arrangement.
    """
    fitting = [
        (not (one.starts_on <= week and (one.ends_on is None or one.ends_on >= week)), i)
        for i, one in enumerate(contracts)
        if one.provider == package.provider and one.zone == package.zone and package.lot in one.lots
    ]
    return min(fitting)[1] if fitting else NOWHERE


def _cap(one: cf.Contract, asked_beyond: bool) -> tuple[int, tuple[str, ...]]:
    limits = {"max_hours": minutes_of(one.max_hours)}
    if not asked_beyond:
        limits["obligation_hours"] = minutes_of(one.obligation_hours)
    cap = min(limits.values())
    return cap, tuple(field for field, limit in limits.items() if limit == cap)


def _embargoes(council: CouncilFile, index: Index) -> tuple[sp.Embargo, ...]:
    week = council.week.starts_on
    return tuple(
        sp.Embargo(
            ref=one.embargo_ref,
            provider=index.providers[one.provider_ref],
            zone=index.zones[one.zone_ref] if one.zone_ref else None,
            lot=one.lot,
            blocks=frozenset(
                kind for kind in ("new", "increases", "hospital_returns") if getattr(one, kind) == "blocked"
            ),
            intake_limit_min=minutes_of(one.weekly_intake_limit_hours),
        )
        for one in council.embargoes
        if one.starts_on <= week + timedelta(6) and (one.ends_on is None or one.ends_on >= week)
    )


def _returns(council: CouncilFile, index: Index) -> tuple[sp.CapacityReturn, ...]:
    week, oldest = council.week.starts_on, timedelta(council.parameters.capacity_return_valid_days)
    return tuple(
        sp.CapacityReturn(
            ref=one.return_ref,
            provider=index.providers[one.provider_ref],
            patch=index.patches[one.patch_ref],
            shift=index.shifts[one.shift_ref],
            minutes=minutes_of(one.hours),
            carers=one.carers,
            pairs=one.pairs,
        )
        for one in council.capacity_returns
        if one.valid_from <= week + timedelta(6) and one.valid_to >= week and week - one.valid_from <= oldest
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
    council: CouncilFile, index: Index, homes: tuple[sp.Home, ...], as_agreed: bool
) -> tuple[tuple[sp.Package, ...], tuple[sp.Visit, ...], tuple[sp.Part, ...], dict[tuple[str, str], int]]:
    packages: list[sp.Package] = []
    visits: list[sp.Visit] = []
    parts: list[sp.Part] = []
    visit_at: dict[tuple[str, str], int] = {}
    shifts = [
        _shift(index.patterns[pattern.pattern_ref], shift)
        for pattern in council.shift_patterns
        for shift in pattern.shifts
    ]
    for i, package in enumerate(council.packages):
        state = _state(package, council)
        agreed = as_agreed and state in ("live", "held")
        mine = _visits(package, i, index.homes[package.home_ref], council, len(visits), agreed=agreed)
        visit_at.update({(package.package_ref, one.ref): len(visits) + j for j, one in enumerate(mine)})
        first = len(visits)
        visits.extend(mine)
        by_pattern: list[tuple[int, ...]] = []
        fixed: list[tuple[int, ...]] = []
        for pattern in range(len(council.shift_patterns)):
            grouped, outside = _split(
                mine, first, [s for s, one in enumerate(shifts) if one.pattern == pattern], shifts
            )
            by_pattern.append(tuple(range(len(parts), len(parts) + len(grouped))))
            fixed.append(tuple(outside))
            parts.extend(
                sp.Part(package=i, line=line, shift=shift, crew=crew, visits=tuple(those))
                for (shift, crew, line), those in sorted(grouped.items())
            )
        packages.append(
            _package(package, council, index, homes, state, tuple(range(first, len(visits))), by_pattern, fixed)
        )
    return tuple(packages), tuple(visits), tuple(parts), visit_at


def _package(
    package: cf.Package,
    council: CouncilFile,
    index: Index,
    homes: tuple[sp.Home, ...],
    state: sp.State,
    visits: tuple[int, ...],
    parts: list[tuple[int, ...]],
    fixed: list[tuple[int, ...]],
) -> sp.Package:
    home = index.homes[package.home_ref]
    patch = homes[home].patch
    needs, ready = package.requirements, package.dates.discharge_ready
    carer_min = _carer_min(package, council)
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
        carer_min=carer_min,
        counted_min=carer_min if package.counts_to_cap else 0,
        visits=visits,
        parts=tuple(parts),
        fixed=tuple(fixed),
        priced=_priced(package, council),
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


def _visits(
    package: cf.Package, i: int, home: int, council: CouncilFile, first: int, *, agreed: bool
) -> list[sp.Visit]:
    rows: list[sp.Visit] = []
    gaps: dict[str, tuple[cf.Gap, ...]] = {}
    for k, line in enumerate(package.lines):
        for visit in line.visits:
            days = active_days(visit, council)
            if not days:
                continue
            earliest, latest = _window(visit, council, agreed=agreed)
            gaps[visit.visit_ref] = visit.gaps
            rows.append(
                sp.Visit(
                    ref=visit.visit_ref,
                    package=i,
                    line=k,
                    home=home,
                    days=days,
                    earliest_s=earliest,
                    latest_s=latest,
                    duration_s=60 * visit.duration_min,
                    crew=carers(visit),
                    critical=visit.time_critical,
                )
            )
    at = {row.ref: j for j, row in enumerate(rows)}
    kept = [
        replace(
            row,
            gaps=tuple(
                (
                    first + at[gap.after_visit_ref],
                    60 * (gap.min_min or 0),
                    UNLIMITED if gap.max_min is None else 60 * gap.max_min,
                )
                for gap in gaps[row.ref]
                if gap.after_visit_ref in at
            ),
        )
        for row in rows
    ]
    return kept if agreed else _keep_gaps(kept, first, package.package_ref)


def _keep_gaps(rows: list[sp.Visit], first: int, package_ref: str) -> list[sp.Visit]:
    """Narrow windows until every gap holds whatever start is chosen inside them."""
    for _ in range(len(rows) + 1):
        before_pass = list(rows)
        for j, row in enumerate(rows):
            for other, least, most in row.gaps:
                a, b = rows[other - first], rows[j]
                if a.days & b.days:
                    a, b = _narrowed(a, b, least, most)
                    rows[other - first], rows[j] = a, b
        if rows == before_pass:
            break
    for row in rows:
        for other, least, most in row.gaps:
            a = rows[other - first]
            kept = a.latest_s + least <= row.earliest_s and row.latest_s - a.earliest_s <= most
            if a.days & row.days and not kept:
                raise ImpossibleGaps(
                    f"package {package_ref}: the gaps around visit {row.ref} cannot hold together with its windows. "
                    "Widen a window or a tolerance, or relax a gap."
                )
    return rows


def _narrowed(a: sp.Visit, b: sp.Visit, least: int, most: int) -> tuple[sp.Visit, sp.Visit]:
    """Cut two windows about evenly; what one cannot give, the other gives."""
    room_a, room_b = a.latest_s - a.earliest_s, b.latest_s - b.earliest_s
    short = max(0, a.latest_s + least - b.earliest_s)
    cut_b = min(short - min(short // 2, room_a), room_b)
    cut_a = min(short - cut_b, room_a)
    a, b = replace(a, latest_s=a.latest_s - cut_a), replace(b, earliest_s=b.earliest_s + cut_b)
    room_a, room_b = a.latest_s - a.earliest_s, b.latest_s - b.earliest_s
    over = max(0, b.latest_s - a.earliest_s - most)
    cut_a = min(over - min(over // 2, room_b), room_a)
    cut_b = min(over - cut_a, room_b)
    return replace(a, earliest_s=a.earliest_s + cut_a), replace(b, latest_s=b.latest_s - cut_b)


def carers(visit: cf.Visit) -> int:
    """Count the carers that the council buys for a visit.

    Parameters
    ----------
    visit
        Of the council file.

    Returns
    -------
    int
        1 where family is the second pair of hands.
    """
    return 1 if visit.crew_kind == "with_family" else visit.crew


def active_days(visit: cf.Visit, council: CouncilFile) -> int:
    """Say on which days of the planned week a visit's dates allow it.

    Parameters
    ----------
    visit
        Of the council file; one every n weeks keeps its place every week.
    council
        Names the week.

    Returns
    -------
    int
        Day mask, Monday is bit 0.
    """
    mask = 0
    for name in visit.days:
        d = sp.DAYS.index(name)
        day = council.week.starts_on + timedelta(d)
        if (visit.from_date is None or visit.from_date <= day) and (visit.to_date is None or day <= visit.to_date):
            mask |= 1 << d
    return mask


def _window(visit: cf.Visit, council: CouncilFile, *, agreed: bool) -> tuple[int, int]:
    if agreed and visit.agreed_start:
        middle, tolerance = 60 * minutes(visit.agreed_start), 60 * council.parameters.live_tolerance_min
        return max(0, middle - tolerance), middle + tolerance
    starts = starts_min(visit, council.parameters)
    assert starts is not None
    earliest, latest = starts
    by = finish_by_min(visit, starts)
    if by is not None:
        latest = max(earliest, min(latest, by - visit.duration_min))
    return 60 * earliest, 60 * latest


def _split(
    rows: list[sp.Visit], first: int, shifts: list[int], all_shifts: list[sp.Shift]
) -> tuple[dict[tuple[int, int, int], list[int]], list[int]]:
    """Put each visit into the shift where it has the most room to start; the rest is fixed blocks."""
    grouped: dict[tuple[int, int, int], list[int]] = {}
    outside: list[int] = []
    for j, row in enumerate(rows):
        room = [
            (
                min(row.latest_s, all_shifts[s].end_s - row.duration_s) - max(row.earliest_s, all_shifts[s].start_s),
                -s,
            )
            for s in shifts
        ]
        best, chosen = max(room, default=(-1, 0))
        if best < 0:
            outside.append(first + j)
        else:
            grouped.setdefault((-chosen, row.crew, row.line), []).append(first + j)
    for those in grouped.values():
        those.sort(key=lambda v: (rows[v - first].earliest_s + rows[v - first].latest_s, v))
    return grouped, outside


def _carer_min(package: cf.Package, council: CouncilFile) -> int:
    return sum(minutes for _, minutes in _priced(package, council))


def _priced(package: cf.Package, council: CouncilFile) -> tuple[tuple[int, int], ...]:
    priced: list[tuple[int, int]] = []
    for line in package.lines:
        if line.units_per_week is not None and (line.envelope or not line.visits):
            priced.append((60, round(line.units_per_week * UNIT_MIN[line.unit])))
            continue
        for visit in line.visits:
            times = active_days(visit, council).bit_count()
            if times:
                minutes = visit.duration_min * carers(visit) * times
                priced.append((visit.duration_min, -(-minutes // visit.every_n_weeks)))
    return tuple(priced)


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
