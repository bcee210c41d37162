"""Refs: each is defined once, and each use names something that exists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from app.formats.checks.reading import DEFINED, Reading
from app.formats.checks.saying import fault, near, unknown
from app.formats.council import REF_PATTERN
from app.formats.faults import Fault, joined


def _refs_defined_twice(reading: Reading) -> Iterator[Fault]:
    """A ref names one thing only; patches and shifts are unique over the whole file."""
    for kind in DEFINED:
        first: dict[str, str] = {}
        for path, ref in reading.defined.get(kind, ()):
            if first.setdefault(ref, path) != path:
                yield fault(path, ref, f"is already the ref of {_owner(first[ref])}", f"give this {kind} another ref")


def _lines_and_visits_defined_twice(reading: Reading) -> Iterator[Fault]:
    """Lines and visits have a ref of their own within their package."""
    for path, package in reading.packages:
        lines: dict[str, str] = {}
        visits: dict[str, str] = {}
        for index, line in enumerate(package.lines):
            here = f"{path}.lines[{index}]"
            if lines.setdefault(line.line_ref, here) != here:
                yield fault(
                    f"{here}.line_ref", line.line_ref, f"is already the ref of {lines[line.line_ref]}", _ANOTHER
                )
            for place, visit in enumerate(line.visits):
                at = f"{here}.visits[{place}]"
                if visits.setdefault(visit.visit_ref, at) != at:
                    reason = f"is already the ref of {visits[visit.visit_ref]}"
                    yield fault(f"{at}.visit_ref", visit.visit_ref, reason, _ANOTHER)


_ANOTHER = "give it a ref that is unique in the package"


def _unknown_pcns(reading: Reading) -> Iterator[Fault]:
    yield from unknown(reading, "pcn", ((f"{path}.pcn_ref", area.pcn_ref) for path, area in reading.areas))


def _unknown_areas(reading: Reading) -> Iterator[Fault]:
    for path, patch in reading.patches():
        yield from unknown(reading, "area", _each(f"{path}.area_refs", patch.area_refs))
    yield from unknown(reading, "area", ((f"{path}.area_ref", stay.area_ref) for path, stay in reading.stays))


def _unknown_zones(reading: Reading) -> Iterator[Fault]:
    for path, item in reading.agreements:
        yield from unknown(reading, "zone", [(f"{path}.zone_ref", item.zone_ref)])


def _unknown_patches(reading: Reading) -> Iterator[Fault]:
    for path, item in (*reading.workplaces, *reading.driven_services):
        yield from unknown(reading, "patch", [(f"{path}.patch_ref", item.patch_ref)])


def _unknown_shift_patterns(reading: Reading) -> Iterator[Fault]:
    uses = ((f"{path}.pattern_ref", provider.pattern_ref) for path, provider in reading.providers)
    yield from unknown(reading, "shift pattern", uses)


def _unknown_shifts(reading: Reading) -> Iterator[Fault]:
    for path, item in reading.workplaces:
        yield from unknown(reading, "shift", [(f"{path}.shift_ref", item.shift_ref)])


def _shifts_of_another_pattern(reading: Reading) -> Iterator[Fault]:
    """A provider's rounds and capacity returns are in shifts of its own pattern."""
    pattern = {provider.provider_ref: provider.pattern_ref for _, provider in reading.providers}
    holder = {shift.shift_ref: pattern.pattern_ref for _, pattern, shift in reading.shifts()}
    own: dict[str, list[str]] = {}
    for shift_ref, pattern_ref in holder.items():
        own.setdefault(pattern_ref, []).append(shift_ref)
    for path, item in reading.workplaces:
        mine = pattern.get(item.provider_ref)
        if mine in own and holder.get(item.shift_ref, mine) != mine:
            reason = f"is no shift of {item.provider_ref}, which works pattern {mine}"
            yield fault(f"{path}.shift_ref", item.shift_ref, reason, f"give one of {', '.join(own[mine])}")


def _unknown_providers(reading: Reading) -> Iterator[Fault]:
    yield from unknown(reading, "provider", _provider_uses(reading))


def _provider_uses(reading: Reading) -> Iterator[tuple[str, str | None]]:
    for path, provider in reading.providers:
        yield from _each(f"{path}.sub_contractor_refs", provider.sub_contractor_refs)
    for path, item in reading.agreements:
        yield f"{path}.provider_ref", item.provider_ref
    for path, place in reading.workplaces:
        yield f"{path}.provider_ref", place.provider_ref
    for path, package in reading.packages:
        yield f"{path}.provider_ref", package.provider_ref
        yield f"{path}.former_provider_ref", package.former_provider_ref
        excluded = package.requirements.excluded_provider_refs
        yield from _each(f"{path}.requirements.excluded_provider_refs", excluded)
        yield from _each(f"{path}.preferences.provider_refs", package.preferences.provider_refs)
        for index, answer in enumerate(package.answers):
            yield f"{path}.answers[{index}].provider_ref", answer.provider_ref


def _providers_contracting_themselves(reading: Reading) -> Iterator[Fault]:
    for path, provider in reading.providers:
        for at, ref in _each(f"{path}.sub_contractor_refs", provider.sub_contractor_refs):
            if ref == provider.provider_ref:
                yield fault(at, ref, "is the provider itself", "name another provider, or remove it")


def _unknown_procedures(reading: Reading) -> Iterator[Fault]:
    uses = ((f"{path}.procedure_ref", contract.procedure_ref) for path, contract in reading.contracts)
    yield from unknown(reading, "procedure", uses)


def _unknown_homes(reading: Reading) -> Iterator[Fault]:
    yield from unknown(reading, "home", ((f"{path}.home_ref", package.home_ref) for path, package in reading.packages))


def _unknown_linked_packages(reading: Reading) -> Iterator[Fault]:
    uses = ((f"{path}.linked_to", package.linked_to) for path, package in reading.packages)
    yield from unknown(reading, "package", uses)


def _unknown_packages_in_rounds(reading: Reading) -> Iterator[Fault]:
    for path, live in reading.rounds:
        for index, day in enumerate(live.days):
            at = f"{path}.days[{index}].visits"
            uses = ((f"{at}[{place}].package_ref", visit.package_ref) for place, visit in enumerate(day.visits))
            yield from unknown(reading, "package", uses)


def _unknown_visits_in_gaps(reading: Reading) -> Iterator[Fault]:
    for path, package in reading.packages:
        known = {visit.visit_ref for line in package.lines for visit in line.visits}
        for index, line in enumerate(package.lines):
            for place, visit in enumerate(line.visits):
                for number, gap in enumerate(visit.gaps):
                    if gap.after_visit_ref not in known:
                        at = f"{path}.lines[{index}].visits[{place}].gaps[{number}].after_visit_ref"
                        mend = f"name another visit of the package{near(gap.after_visit_ref, known)}"
                        yield fault(at, gap.after_visit_ref, "is no visit of this package", mend)


def _entries_given_twice(reading: Reading) -> Iterator[Fault]:
    """Days, lots, roles and areas in a list are each named once."""
    for path, values in _value_lists(reading):
        for index, value in enumerate(values):
            if value in values[:index]:
                yield fault(f"{path}[{index}]", value, "is in the list twice", "keep it once")


def _value_lists(reading: Reading) -> Iterator[tuple[str, Sequence[str]]]:
    for path, contract in reading.contracts:
        yield f"{path}.lots", contract.lots
    for path, returned in reading.capacity_returns:
        yield f"{path}.days", returned.days
        yield f"{path}.modes", returned.modes
    for path, _, _, visit in reading.visits():
        yield f"{path}.days", visit.days
    for path, provider in reading.providers:
        yield f"{path}.sub_contractor_refs", provider.sub_contractor_refs
        yield f"{path}.modes", provider.modes or ()
    if reading.parameters is not None:
        yield "parameters.modes", reading.parameters.modes


# Fields that hold refs, by name: good enough for items that do not parse otherwise.
_KINDS = {
    **{name: kind for kind, (_, _, name) in DEFINED.items()},
    "linked_to": "package",
    "former_provider_ref": "provider",
    "provider_refs": "provider",
    "excluded_provider_refs": "provider",
    "sub_contractor_refs": "provider",
    "area_refs": "area",
}


def _unknown_refs_in_items_that_do_not_parse(reading: Reading) -> Iterator[Fault]:
    """An item with a bad field still has its refs checked, so that one reading tells as much as it can."""
    for path, value in reading.unparsed:
        for at, kind, ref in _refs_within(path, value):
            yield from unknown(reading, kind, [(at, ref)])


def _refs_within(path: str, value: Any, kind: str | None = None) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _refs_within(joined(path, name), item, _KINDS.get(name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _refs_within(joined(path, index), item, kind)
    elif kind is not None and isinstance(value, str) and re.fullmatch(REF_PATTERN, value):
        yield path, kind, value


def _each(path: str, refs: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((f"{path}[{index}]", ref) for index, ref in enumerate(refs))


def _owner(path: str) -> str:
    return path.rsplit(".", 1)[0]


CHECKS = (
    _refs_defined_twice,
    _lines_and_visits_defined_twice,
    _unknown_pcns,
    _unknown_areas,
    _unknown_zones,
    _unknown_patches,
    _unknown_shift_patterns,
    _unknown_shifts,
    _shifts_of_another_pattern,
    _unknown_providers,
    _providers_contracting_themselves,
    _unknown_procedures,
    _unknown_homes,
    _unknown_linked_packages,
    _unknown_packages_in_rounds,
    _unknown_visits_in_gaps,
    _unknown_refs_in_items_that_do_not_parse,
    _entries_given_twice,
)
