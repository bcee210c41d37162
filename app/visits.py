"""From the visits of a council file to the engine's: windows, gaps, parts of shifts, carer-minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from app.formats import council as cf
from app.formats.council import CouncilFile
from app.formats.times import clock, finish_by_min, minutes, starts_min
from app.gaps import keep_gaps
from solver import problem as sp
from solver.facts import UNLIMITED

UNIT_MIN = {"hour": 60, "night": 9 * 60, "week": 70 * 60}
"""Carer-minutes of a unit of service without visits: a night of 9 h and a live-in week of 70 h [assumption]."""

ENVELOPE_OPENS, ENVELOPE_CLOSES = "07:00", "22:00"
"""Starts and ends of an envelope's visits lie between these, which are the hours of care [assumption]."""
ENVELOPE_VISIT_LEAST_MIN, ENVELOPE_VISIT_MOST_MIN = 30, 60
ENVELOPE = ":envelope-"
"""Part of the refs of visits that an envelope is planned as."""


class CommissionedWeek(NamedTuple):
    """The visits of a package with their windows."""

    rows: list[sp.Visit]
    short_s: int
    """Seconds by which gaps and windows contradict each other; 0 where they hold together."""
    others: list[tuple[str, list[sp.Visit]]]
    """The same with windows that keep the gaps otherwise, and how."""


def visits_of(
    package: cf.Package, i: int, home: int, council: CouncilFile, first: int, *, agreed: bool, waits: bool
) -> CommissionedWeek:
    """State a package's visits with their windows.

    Parameters
    ----------
    package
        Of the council file.
    i, home
        Ids of the package and of its home.
    council
        Names the week and the tolerances.
    first
        Id of the first visit.
    agreed
        Whether the agreed times hold; if not, the windows commissioned do.
    waits
        Whether the package waits; of one that is served, an envelope's visits are not known.

    Returns
    -------
    CommissionedWeek
        Visits that fall in the planned week.
    """
    rows: list[sp.Visit] = []
    gaps: dict[str, tuple[cf.Gap, ...]] = {}
    for k, line in enumerate(package.lines):
        for visit in timed_visits(line) if waits else line.visits:
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
                    day_choices=tuple(
                        mask for days in visit.day_choices if (mask := active_days(visit, council, days))
                    ),
                    same_time=visit.same_time_all_week,
                    may_meet=_may_meet(visit, council),
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
    if agreed:
        return CommissionedWeek(kept, 0, [])
    narrowed, short_s = keep_gaps(kept, first)
    others = [
        (f"gaps kept by the {name} visits", keep_gaps(kept, first, by_earlier)[0])
        for name, by_earlier in (("earlier", 100), ("later", 0))
        if narrowed != kept
    ]
    return CommissionedWeek(narrowed, short_s, others)


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


def _may_meet(visit: cf.Visit, council: CouncilFile) -> bool:
    allowed = council.parameters.meet_ups
    return carers(visit) == 2 and (
        allowed == "anywhere" or (allowed == "as_commissioned" and visit.crew_kind == "meet_up")
    )


def timed_visits(line: cf.Line) -> tuple[cf.Visit, ...]:
    """List a line's visits, an envelope's with the times that it leaves open.

    Parameters
    ----------
    line
        A service line; an envelope without visits is planned as equal visits of up to an hour, spread over the days
        and over the hours of care [assumption].

    Returns
    -------
    tuple of Visit
        Each with a window or a preferred time.
    """
    if not line.envelope:
        return line.visits
    if line.visits:
        open_all_day = {"window": (ENVELOPE_OPENS, ENVELOPE_CLOSES)}
        return tuple(
            one.model_copy(update=open_all_day) if one.window is None and one.preferred is None else one
            for one in line.visits
        )
    if line.service != "visits":
        return ()
    week_min = round((line.units_per_week or 0) * UNIT_MIN[line.unit])
    days = min(7, max(1, week_min // ENVELOPE_VISIT_LEAST_MIN))
    times = max(1, -(-week_min // (days * ENVELOPE_VISIT_MOST_MIN)))
    opens, closes = minutes(ENVELOPE_OPENS), minutes(ENVELOPE_CLOSES)
    length = min(max(5, week_min // (days * times)), (closes - opens) // times)
    band = (closes - opens) // times
    return tuple(
        cf.Visit(
            visit_ref=f"{line.line_ref}{ENVELOPE}{k + 1}",
            label="at a time the provider chooses",
            days=tuple(cf.DAYS[i * 7 // days] for i in range(days)),
            duration_min=length,
            window=(clock(opens + k * band), clock(opens + (k + 1) * band - length)),
        )
        for k in range(times)
    )


def active_days(visit: cf.Visit, council: CouncilFile, days: tuple[cf.Day, ...] | None = None) -> int:
    """Say on which days of the planned week a visit's dates allow it.

    Parameters
    ----------
    visit
        Of the council file; one every n weeks keeps its place every week.
    council
        Names the week.
    days
        Other days than the visit's own.

    Returns
    -------
    int
        Day mask, Monday is bit 0.
    """
    mask = 0
    for name in visit.days if days is None else days:
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


def carer_min(package: cf.Package, council: CouncilFile) -> int:
    """Add up a package's week.

    Parameters
    ----------
    package
        Of the council file.
    council
        Names the week.

    Returns
    -------
    int
        Carer-minutes.
    """
    return sum(minutes for _, minutes in priced(package, council))


def priced(package: cf.Package, council: CouncilFile) -> tuple[tuple[int, int], ...]:
    """List what a package is paid by.

    Parameters
    ----------
    package
        Of the council file.
    council
        Names the week.

    Returns
    -------
    tuple of tuple of int
        Visit minutes and carer-minutes a week; lines without visits count as 60-minute ones.
    """
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
