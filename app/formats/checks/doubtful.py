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


def _means_nobody_can_use(reading: Reading) -> Iterator[Fault]:
    """What a provider offers counts only among the council's means, and driven rounds only where they have a price."""
    if reading.parameters is None:
        return
    modes = reading.parameters.modes
    for path, provider in reading.providers:
        for index, mode in enumerate(provider.modes or ()):
            if mode not in modes:
                mend = f"add {mode} to parameters.modes, or leave it out here"
                yield fault(f"{path}.modes[{index}]", mode, "is not in parameters.modes: it is never used", mend)
    if "driven" in modes and not reading.driven_services and "driven_services" not in reading.broken:
        at = f"parameters.modes[{modes.index('driven')}]"
        yield fault(at, "driven", "has no price in driven_services: it is never used", "state one, or leave driven out")
    if "driven" not in modes:
        for path, _ in reading.driven_services:
            mend = "add driven to parameters.modes, or leave the service out"
            yield fault(path, "", "is never used: driven is not in parameters.modes", mend)


def _light_that_is_not_known(reading: Reading) -> Iterator[Fault]:
    if reading.is_straight and reading.parameters is not None and reading.parameters.walk_lit_ways_after_dark:
        reason = "has no effect: straight lines do not know which ways are lit"
        yield fault("parameters.walk_lit_ways_after_dark", "", reason, "give streets as travel, or leave it out")


WARNINGS = (
    _short_calls_without_test,
    _time_critical_without_reason,
    _contracts_without_rates,
    _single_visits_on_pair_rounds,
    _suspended_without_date,
    _gaps_on_no_common_day,
    _skills_nobody_has,
    _means_nobody_can_use,
    _light_that_is_not_known,
)
