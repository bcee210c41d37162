"""Packages and lines: their state fits what they hold, and couples fit each other."""

from __future__ import annotations

from collections.abc import Iterator

from app.formats.checks.reading import Reading
from app.formats.checks.saying import fault
from app.formats.faults import Fault

_TIMED = ("visits", "sit")


def _served_without_provider(reading: Reading) -> Iterator[Fault]:
    """A live or suspended package has the provider that serves it."""
    for path, package in reading.packages:
        if package.state != "waiting" and package.provider_ref is None:
            mend = "name the provider that serves it, or set the state to waiting"
            yield fault(f"{path}.provider_ref", "", f"is missing in a {package.state} package", mend)


def _waiting_with_provider(reading: Reading) -> Iterator[Fault]:
    for path, package in reading.packages:
        if package.state == "waiting" and package.provider_ref is not None:
            mend = (
                "set the state to live, or remove provider_ref; "
                "former_provider_ref holds who had it before, preferences.provider_refs who is wished for"
            )
            yield fault(f"{path}.provider_ref", package.provider_ref, "serves a package that is waiting", mend)


def _served_without_times(reading: Reading) -> Iterator[Fault]:
    """Every visit of a live or suspended package has its commissioned time."""
    for path, package, line, visit in reading.visits():
        if package.state != "waiting" and line.service in _TIMED and visit.agreed_start is None and not line.envelope:
            mend = "give the commissioned time HH:MM"
            yield fault(f"{path}.agreed_start", "", f"is missing in a {package.state} package", mend)


def _provider_both_serving_and_excluded(reading: Reading) -> Iterator[Fault]:
    for path, package in reading.packages:
        excluded = package.requirements.excluded_provider_refs
        if package.provider_ref in excluded:
            reason = "serves the package and is excluded by the person"
            mend = "remove it from requirements.excluded_provider_refs, or set the package to waiting"
            yield fault(f"{path}.provider_ref", package.provider_ref, reason, mend)
        for index, ref in enumerate(package.preferences.provider_refs):
            if ref in excluded:
                reason = "is preferred and excluded at once"
                yield fault(f"{path}.preferences.provider_refs[{index}]", ref, reason, "keep it in one of the two")


def _couples_that_do_not_match(reading: Reading) -> Iterator[Fault]:
    """Two linked packages name each other, share a home and, once served, a provider."""
    by_ref = {package.package_ref: package for _, package in reading.packages}
    for path, package in reading.packages:
        if package.linked_to is None:
            continue
        at = f"{path}.linked_to"
        other = by_ref.get(package.linked_to)
        if package.linked_to == package.package_ref:
            yield fault(at, package.linked_to, "links the package to itself", "name the other half, or remove it")
        elif other is None:
            continue
        elif other.linked_to != package.package_ref:
            mend = f"set linked_to of {other.package_ref} to {package.package_ref}, or remove this link"
            yield fault(at, package.linked_to, "does not link back", mend)
        elif other.home_ref != package.home_ref:
            mend = "give both packages the same home_ref, or remove the links"
            yield fault(at, package.linked_to, "has another home", mend)
        elif None not in (package.provider_ref, other.provider_ref) and package.provider_ref != other.provider_ref:
            mend = "correct the provider_ref, or remove the links while they are served apart"
            yield fault(at, package.linked_to, "is served by another provider", mend)


def _lines_without_content(reading: Reading) -> Iterator[Fault]:
    """A line has visits, or weekly units, or both where it is an envelope."""
    for path, _, line in reading.lines():
        if line.envelope:
            if not line.units_per_week:
                mend = "give the weekly hours that the provider may use"
                yield fault(f"{path}.units_per_week", "", "is missing or 0 in an envelope", mend)
        elif line.service == "visits" and not line.visits:
            mend = "give the visits; or set envelope with units_per_week, if the provider chooses the times"
            yield fault(f"{path}.visits", "", "is empty", mend)
        elif not line.visits and not line.units_per_week:
            reason = "is missing or 0 in a line without visits"
            yield fault(f"{path}.units_per_week", "", reason, f"give the {line.unit}s a week")


def _package_dates_reversed(reading: Reading) -> Iterator[Fault]:
    for path, package in reading.packages:
        dates = package.dates
        started = dates.actual_start or dates.agreed_start
        if started is not None and dates.ends is not None and dates.ends < started:
            yield fault(f"{path}.dates.ends", str(dates.ends), f"is before the start {started}", "correct one of them")
        for name, later in (("authorised", dates.authorised), ("actual_start", dates.actual_start)):
            if later is not None and later < dates.referred:
                reason = f"is before the referral {dates.referred}"
                yield fault(f"{path}.dates.{name}", str(later), reason, "correct one of them")


def _stay_dates_reversed(reading: Reading) -> Iterator[Fault]:
    for path, stay in reading.stays:
        for name, end in (("planned_end", stay.planned_end), ("actual_end", stay.actual_end)):
            if end is not None and end < stay.starts_on:
                yield fault(f"{path}.{name}", str(end), f"is before starts_on {stay.starts_on}", "correct one of them")


CHECKS = (
    _served_without_provider,
    _waiting_with_provider,
    _served_without_times,
    _provider_both_serving_and_excluded,
    _couples_that_do_not_match,
    _lines_without_content,
    _package_dates_reversed,
    _stay_dates_reversed,
)
