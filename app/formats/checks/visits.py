"""Visits: times that can be kept, and gaps that can hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.formats.checks.reading import Reading
from app.formats.checks.saying import fault
from app.formats.council import Line, Package, Parameters, Visit
from app.formats.faults import Fault
from app.formats.times import clock, finish_by_min, minutes, starts_min

_TIMED = ("visits", "sit")


def _visits_without_time(reading: Reading) -> Iterator[Fault]:
    """A visit has a window or a preferred time; only an envelope leaves the times to the provider."""
    for path, _, line, visit in reading.visits():
        if line.service in _TIMED and not line.envelope and visit.window is None and visit.preferred is None:
            yield fault(
                path, "", "has neither window nor preferred", "give the window of starts, or the preferred time"
            )


def _windows_reversed(reading: Reading) -> Iterator[Fault]:
    for path, _, _, visit in reading.visits():
        if _reversed(visit) and visit.window is not None:
            first, last = visit.window
            mend = "put the earliest start first; a window ends at 23:59 at the latest, the visit may run on"
            yield fault(f"{path}.window[1]", last, f"is before the window's begin {first}", mend)


def _reversed(visit: Visit) -> bool:
    return visit.window is not None and minutes(visit.window[1]) < minutes(visit.window[0])


def _preferred_outside_window(reading: Reading) -> Iterator[Fault]:
    for path, _, _, visit in reading.visits():
        if visit.window is None or visit.preferred is None or _reversed(visit):
            continue
        if not minutes(visit.window[0]) <= minutes(visit.preferred) <= minutes(visit.window[1]):
            reason = f"is outside the window {visit.window[0]}–{visit.window[1]}"
            yield fault(
                f"{path}.preferred", visit.preferred, reason, "move it into the window, or give only one of them"
            )


def _finish_by_too_early(reading: Reading) -> Iterator[Fault]:
    """The earliest start still ends in time."""
    for path, _, _, visit in reading.visits():
        starts = _starts(visit, reading.parameters)
        by = None if starts is None else finish_by_min(visit, starts)
        if starts is None or by is None:
            continue
        ends = starts[0] + visit.duration_min
        if ends > by:
            reason = f"cannot be kept: the earliest start {clock(starts[0])} and {visit.duration_min} min end later"
            mend = f"give {clock(ends)} or later, or let the visit start earlier"
            yield fault(f"{path}.finish_by", visit.finish_by, reason, mend)


def _starts(visit: Visit, parameters: Parameters | None) -> tuple[int, int] | None:
    """Return the allowed starts where they can be judged."""
    return None if parameters is None or _reversed(visit) else starts_min(visit, parameters)


def _recurrence_without_anchor(reading: Reading) -> Iterator[Fault]:
    for path, _, _, visit in reading.visits():
        if visit.every_n_weeks > 1 and visit.anchor is None:
            reason = f"is missing in a visit of every {visit.every_n_weeks} weeks"
            yield fault(f"{path}.anchor", "", reason, "give any date of a week in which the visit falls")


def _visit_dates_reversed(reading: Reading) -> Iterator[Fault]:
    for path, _, _, visit in reading.visits():
        if visit.from_date is not None and visit.to_date is not None and visit.to_date < visit.from_date:
            reason = f"is before from_date {visit.from_date}"
            yield fault(f"{path}.to_date", str(visit.to_date), reason, "correct one of them")


def _meeting_alone(reading: Reading) -> Iterator[Fault]:
    """Two who meet up are two."""
    for path, _, _, visit in reading.visits():
        if visit.crew == 1 and visit.crew_kind == "meet_up":
            yield fault(f"{path}.crew", 1, "carer cannot meet up", "set crew to 2, or remove crew_kind")


def _gaps_without_limits(reading: Reading) -> Iterator[Fault]:
    for path, _, _, visit in reading.visits():
        for index, gap in enumerate(visit.gaps):
            at = f"{path}.gaps[{index}]"
            if gap.min_min is None and gap.max_min is None:
                yield fault(at, "", "has neither min_min nor max_min", "give one of them, or remove the gap")
            elif gap.min_min is not None and gap.max_min is not None and gap.min_min > gap.max_min:
                reason = f"is more than max_min {gap.max_min}"
                yield fault(f"{at}.min_min", gap.min_min, reason, "exchange them, or correct one")


def _gaps_in_a_circle(reading: Reading) -> Iterator[Fault]:
    """No visit comes after itself, by whatever chain of gaps."""
    for path, package in reading.packages:
        after = {
            visit.visit_ref: [gap.after_visit_ref for gap in visit.gaps]
            for line in package.lines
            for visit in line.visits
        }
        circle = _circle(after)
        if circle:
            chain = " after ".join([*circle, circle[0]])
            yield fault(path, "", f"has gaps in a circle: {chain}", "remove one of these gaps")


def _circle(after: Mapping[str, list[str]]) -> list[str]:
    """Return the refs of one circle, or nothing."""
    done: set[str] = set()
    for start in after:
        trail: list[str] = []
        todo = [(start, 0)]
        while todo:
            ref, depth = todo.pop()
            del trail[depth:]
            if ref in trail:
                return trail[trail.index(ref) :]
            if ref in done:
                continue
            done.add(ref)
            trail.append(ref)
            todo.extend((next_ref, depth + 1) for next_ref in after.get(ref, ()))
    return []


def _gaps_that_cannot_hold(reading: Reading) -> Iterator[Fault]:
    """Some pair of allowed starts keeps each gap, on days when both visits are made."""
    for path, package in reading.packages:
        by_ref = {visit.visit_ref: visit for line in package.lines for visit in line.visits}
        for at, visit in _placed(path, package):
            for index, gap in enumerate(visit.gaps):
                before = by_ref.get(gap.after_visit_ref)
                if before is None or before is visit or not set(before.days) & set(visit.days):
                    continue
                earlier, later = _starts(before, reading.parameters), _starts(visit, reading.parameters)
                if earlier is None or later is None:
                    continue
                least, most = max(0, later[0] - earlier[1]), later[1] - earlier[0]
                where = f"{at}.gaps[{index}]"
                if gap.min_min is not None and most < gap.min_min:
                    reason = f"cannot hold: the windows allow at most {most} min after {gap.after_visit_ref}"
                    yield fault(f"{where}.min_min", gap.min_min, reason, "shorten the gap, or move a window")
                elif gap.max_min is not None and least > gap.max_min:
                    reason = f"cannot hold: the windows allow no less than {least} min after {gap.after_visit_ref}"
                    yield fault(f"{where}.max_min", gap.max_min, reason, "lengthen the gap, or move a window")


def _placed(path: str, package: Package) -> Iterator[tuple[str, Visit]]:
    lines: tuple[Line, ...] = package.lines
    for index, line in enumerate(lines):
        for place, visit in enumerate(line.visits):
            yield f"{path}.lines[{index}].visits[{place}]", visit


CHECKS = (
    _visits_without_time,
    _windows_reversed,
    _preferred_outside_window,
    _finish_by_too_early,
    _recurrence_without_anchor,
    _visit_dates_reversed,
    _meeting_alone,
    _gaps_without_limits,
    _gaps_in_a_circle,
    _gaps_that_cannot_hold,
)
