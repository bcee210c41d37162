"""Live rounds: made of live visits of their provider, each once a day."""

from __future__ import annotations

from collections.abc import Iterator

from app.formats.checks.reading import Reading
from app.formats.checks.saying import fault
from app.formats.council import Day, Line, Package, Round, Visit
from app.formats.faults import Fault

_Stop = tuple[str, Round, Day, str, str]


def _stops(reading: Reading) -> Iterator[_Stop]:
    """Yield path, round, day, package and visit of every stop."""
    for path, live in reading.rounds:
        for index, day in enumerate(live.days):
            for place, stop in enumerate(day.visits):
                yield f"{path}.days[{index}].visits[{place}]", live, day.day, stop.package_ref, stop.visit_ref


def _packages(reading: Reading) -> dict[str, Package]:
    return {package.package_ref: package for _, package in reading.packages}


def _visits(reading: Reading) -> dict[tuple[str, str], tuple[Line, Visit]]:
    return {(package.package_ref, visit.visit_ref): (line, visit) for _, package, line, visit in reading.visits()}


def _stops_at_packages_not_served(reading: Reading) -> Iterator[Fault]:
    """Rounds hold visits of live and suspended packages of their own provider."""
    packages = _packages(reading)
    for path, live, _, package_ref, _ in _stops(reading):
        package = packages.get(package_ref)
        if package is None:
            continue
        if package.state == "waiting":
            mend = "remove the visit from the round, or set the package to live"
            yield fault(f"{path}.package_ref", package_ref, "is a waiting package in a live round", mend)
        elif package.provider_ref is not None and package.provider_ref != live.provider_ref:
            reason = f"is served by {package.provider_ref}, not by the round's provider {live.provider_ref}"
            yield fault(f"{path}.package_ref", package_ref, reason, "correct the package's or the round's provider_ref")


def _stops_at_unknown_visits(reading: Reading) -> Iterator[Fault]:
    visits, packages = _visits(reading), _packages(reading)
    for path, _, _, package_ref, visit_ref in _stops(reading):
        package = packages.get(package_ref)
        if package is not None and (package_ref, visit_ref) not in visits:
            known = [visit.visit_ref for line in package.lines for visit in line.visits]
            mend = f"name one of its visits: {', '.join(known[:10])}"
            yield fault(f"{path}.visit_ref", visit_ref, f"is no visit of package {package_ref}", mend)


def _stops_of_lines_without_rounds(reading: Reading) -> Iterator[Fault]:
    """Only visits and sits are on rounds."""
    visits = _visits(reading)
    for path, _, _, package_ref, visit_ref in _stops(reading):
        found = visits.get((package_ref, visit_ref))
        if found is not None and found[0].service not in ("visits", "sit"):
            reason = f"belongs to a {found[0].service} line, which no round makes"
            yield fault(f"{path}.visit_ref", visit_ref, reason, "remove it from the round")


def _stops_on_other_days(reading: Reading) -> Iterator[Fault]:
    visits = _visits(reading)
    for path, _, day, package_ref, visit_ref in _stops(reading):
        found = visits.get((package_ref, visit_ref))
        if found is not None and day not in found[1].days:
            mend = f"remove it from this day, or add {day} to the visit's days"
            yield fault(f"{path}.visit_ref", visit_ref, f"is not made on {day}", mend)


def _stops_made_twice(reading: Reading) -> Iterator[Fault]:
    """A visit is made once a day, by one round; two carers who meet up come from two."""
    visits = _visits(reading)
    made: dict[tuple[str, str, Day], list[str]] = {}
    for path, live, day, package_ref, visit_ref in _stops(reading):
        found = visits.get((package_ref, visit_ref))
        rounds = made.setdefault((package_ref, visit_ref, day), [])
        allowed = 2 if found is not None and found[1].crew_kind == "meet_up" else 1
        if live.round_ref in rounds or len(rounds) >= allowed:
            reason = f"of package {package_ref} is already in round {rounds[0]} on {day}"
            yield fault(f"{path}.visit_ref", visit_ref, reason, "keep it in one round")
        rounds.append(live.round_ref)


def _pairs_needed_on_single_rounds(reading: Reading) -> Iterator[Fault]:
    visits = _visits(reading)
    for path, live, _, package_ref, visit_ref in _stops(reading):
        found = visits.get((package_ref, visit_ref))
        if found is not None and found[1].crew == 2 and found[1].crew_kind == "pair" and live.crew == 1:
            reason = f"needs a pair, and round {live.round_ref} is one carer"
            mend = "set the round's crew to 2, or move the visit to a pair's round"
            yield fault(f"{path}.visit_ref", visit_ref, reason, mend)


def _days_given_twice(reading: Reading) -> Iterator[Fault]:
    for path, live in reading.rounds:
        seen = set()
        for index, day in enumerate(live.days):
            if day.day in seen:
                mend = "put the day's visits into one entry, in order"
                yield fault(f"{path}.days[{index}].day", day.day, "is in the round twice", mend)
            seen.add(day.day)


CHECKS = (
    _stops_at_packages_not_served,
    _stops_at_unknown_visits,
    _stops_of_lines_without_rounds,
    _stops_on_other_days,
    _stops_made_twice,
    _pairs_needed_on_single_rounds,
    _days_given_twice,
)
