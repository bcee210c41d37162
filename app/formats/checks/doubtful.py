"""What is doubtful without being wrong: it warns, and never bars a file."""

from __future__ import annotations

from collections.abc import Iterator

from app.formats.checks.reading import Reading
from app.formats.checks.saying import fault
from app.formats.faults import Fault

_SHORT_MIN = 30  # NICE NG21, 1.4.3; Sheffield 2017 report, recommendation 4


def _short_calls_without_test(reading: Reading) -> Iterator[Fault]:
    """A visit under 30 minutes names why it may be short; people never wait for that."""
    for path, _, line, visit in reading.visits():
        if line.service != "visits" or visit.duration_min >= _SHORT_MIN:
            continue
        test = visit.short_call
        if test is None:
            reason = f"is under {_SHORT_MIN} min without short_call"
            yield fault(
                f"{path}.duration_min", visit.duration_min, reason, "record the short-call test, or lengthen it"
            )
        elif not test.legacy and not (test.carer_known and test.part_of_wider_package and test.specific_task_or_check):
            reason = f"is under {_SHORT_MIN} min and does not meet the short-call test"
            mend = "lengthen it, or have an assessor look at it again"
            yield fault(f"{path}.duration_min", visit.duration_min, reason, mend)


def _time_critical_without_reason(reading: Reading) -> Iterator[Fault]:
    for path, _, _, visit in reading.visits():
        if visit.time_critical and not visit.tolerance_reason:
            yield fault(f"{path}.tolerance_reason", "", "is missing in a time-critical visit", "say why it is")


def _contracts_without_rates(reading: Reading) -> Iterator[Fault]:
    for path, contract in reading.contracts:
        if not contract.rates:
            yield fault(
                f"{path}.rates", "", "are missing: its fees are not counted", "give the rates, if they may be known"
            )


def _single_visits_on_pair_rounds(reading: Reading) -> Iterator[Fault]:
    crews = {(package.package_ref, visit.visit_ref): visit.crew for _, package, _, visit in reading.visits()}
    for path, live in reading.rounds:
        for index, day in enumerate(live.days):
            for place, stop in enumerate(day.visits):
                if live.crew == 2 and crews.get((stop.package_ref, stop.visit_ref)) == 1:
                    at = f"{path}.days[{index}].visits[{place}].visit_ref"
                    reason = f"needs one carer, and round {live.round_ref} is a pair"
                    yield fault(at, stop.visit_ref, reason, "check the round's crew and the visit's")


def _suspended_without_date(reading: Reading) -> Iterator[Fault]:
    for path, package in reading.packages:
        if package.state == "suspended" and package.dates.suspended_from is None:
            mend = "give the date, so that the end of the hold is known"
            yield fault(f"{path}.dates.suspended_from", "", "is missing in a suspended package", mend)


def _gaps_on_no_common_day(reading: Reading) -> Iterator[Fault]:
    days = {(package.package_ref, visit.visit_ref): set(visit.days) for _, package, _, visit in reading.visits()}
    for path, package, _, visit in reading.visits():
        for index, gap in enumerate(visit.gaps):
            if not days[package.package_ref, gap.after_visit_ref] & set(visit.days):
                reason = f"never applies: {gap.after_visit_ref} is on other days"
                yield fault(f"{path}.gaps[{index}]", "", reason, "check the days of both visits")


def _skills_nobody_has(reading: Reading) -> Iterator[Fault]:
    known = {skill for _, provider in reading.providers for skill in provider.skills}
    for path, package in reading.packages:
        for index, skill in enumerate(package.requirements.skills):
            if skill not in known:
                at = f"{path}.requirements.skills[{index}]"
                yield fault(at, skill, "is a skill that no provider declares", "check its spelling on both sides")


WARNINGS = (
    _short_calls_without_test,
    _time_critical_without_reason,
    _contracts_without_rates,
    _single_visits_on_pair_rounds,
    _suspended_without_date,
    _gaps_on_no_common_day,
    _skills_nobody_has,
)
