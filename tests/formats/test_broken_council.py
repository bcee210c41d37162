"""Council files with one thing wrong each: the reader names the path, the reason and the mend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.formats.example import Break, broken, package, read_error, visit

Case = tuple[Break, str, str, str]
STARTS = ("2026-04-01", "2026-10-01")


def put(target: Any, **values: Any) -> None:
    """Set fields; None removes one."""
    for name, value in values.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = value


def account(**values: Any) -> dict[str, Any]:
    """State what a contract has had in a fair rotation."""
    stated = {"since": "2026-04-01", "as_of": "2026-11-20", "stated_by": "brokerage (fictional)"}
    put(stated, **values)
    return stated


def rotating(data: dict[str, Any], first: Any, second: Any) -> None:
    """Let the framework rotate fairly, with a second contract in the north, and give both their account."""
    data["call_off_procedures"][0]["steps"][1]["selection"] = "fair_rotation"
    data["contracts"].append({**data["contracts"][1], "contract_ref": "C-tern-north-2"})
    put(data["contracts"][1], rotation_account=first)
    put(data["contracts"][3], rotation_account=second)


def long_day(data: dict[str, Any]) -> None:
    """Add a pattern that no provider works, and put a round into its shift."""
    shift = {"shift_ref": "long-day", "label": "long", "start": "07:00", "end": "19:00"}
    data["shift_patterns"].append({"pattern_ref": "long", "shifts": [shift]})
    put(data["rounds"][0], shift_ref="long-day")


# name → (break, path of a fault, words of its reason, words of its mend)
FIELDS: dict[str, Case] = {
    "no format": (lambda d: d.pop("format"), "format", "is missing", "careround-council/1"),
    "a format that is a number": (lambda d: put(d, format=1), "format", "1 must be careround-council/1", "give"),
    "no packages list but an object": (lambda d: put(d, packages={}), "packages", "must be a list", "give a list"),
    "an area's ground that is a list": (
        lambda d: put(d["areas"][0], geometry=[]),
        "areas[0].geometry",
        "a list must be an object",
        "give an object",
    ),
    "no zones": (lambda d: d.pop("zones"), "zones", "is missing", "a list of at least 1"),
    "empty zones": (lambda d: put(d, zones=[]), "zones", "an empty list must be a list of at least 1", "at least 1"),
    "a provider that is null": (
        lambda d: d["providers"].append(None),
        "providers[2]",
        "null must be an object",
        "give a value",
    ),
    "a visit of no minutes": (
        lambda d: put(visit(d, "P-001", "tea"), duration_min=0),
        "packages[0].lines[0].visits[1].duration_min",
        "0 must be 5–1440",
        "give a whole number 5–1440",
    ),
    "a number in quotes": (
        lambda d: put(visit(d, "P-001", "tea"), duration_min="30"),
        "packages[0].lines[0].visits[1].duration_min",
        '"30" must be a whole number 5–1440',
        "without quotes",
    ),
    "a number that is not whole": (
        lambda d: put(visit(d, "P-001", "tea"), duration_min=30.5),
        "packages[0].lines[0].visits[1].duration_min",
        "30.5 must be a whole number",
        "give a whole number",
    ),
    "a number for a yes": (
        lambda d: put(d["providers"][0], dormant=1),
        "providers[0].dormant",
        "1 must be true or false",
        "give true or false",
    ),
    "a yes for a number": (
        lambda d: put(d["capacity_returns"][0], carers=True),
        "capacity_returns[0].carers",
        "true must be a whole number",
        "give a whole number",
    ),
    "null where there must be a name": (
        lambda d: d["providers"][0].update(name=None),
        "providers[0].name",
        "must be text",
        "give a value",
    ),
    "a misspelt field": (
        lambda d: put(visit(d, "P-001", "tea"), duration=30),
        "packages[0].lines[0].visits[1].duration",
        "is not a field of the format",
        "did you mean duration_min?",
    ),
    "a field in another case": (
        lambda d: put(d["contracts"][0], Max_Hours=30),
        "contracts[0].Max_Hours",
        "is not a field",
        "did you mean max_hours?",
    ),
    "a field like nothing": (
        lambda d: put(d["week"], zzz=30),
        "week.zzz",
        "is not a field",
        "remove it; known here: dusk, starts_on",
    ),
    "an unknown state": (
        lambda d: put(package(d, "P-004"), state="pending"),
        "packages[3].state",
        '"pending" must be one of waiting, live, suspended',
        "one of waiting",
    ),
    "three carers": (
        lambda d: put(visit(d, "P-005", "am"), crew=3),
        "packages[4].lines[0].visits[0].crew",
        "3 must be one of 1, 2",
        "one of 1, 2",
    ),
    "a time past midnight": (
        lambda d: put(visit(d, "P-004", "bed"), preferred="24:30"),
        "packages[3].lines[0].visits[2].preferred",
        '"24:30" must be a time of day HH:MM',
        "00:00 to 23:59",
    ),
    "a time without its nought": (
        lambda d: put(visit(d, "P-004", "bed"), preferred="8:30"),
        "packages[3].lines[0].visits[2].preferred",
        "must be a time of day",
        "HH:MM",
    ),
    "a window of one time": (
        lambda d: put(visit(d, "P-001", "tea"), window=["16:00"]),
        "packages[0].lines[0].visits[1].window[1]",
        "is missing",
        "a time of day",
    ),
    "a window of three times": (
        lambda d: put(visit(d, "P-001", "tea"), window=["16:00", "17:00", "18:00"]),
        "packages[0].lines[0].visits[1].window",
        "a list of 3 must be a list of 2",
        "a list of 2",
    ),
    "a British date": (
        lambda d: put(d["week"], starts_on="23/11/2026"),
        "week.starts_on",
        "must be a date YYYY-MM-DD",
        "give a date",
    ),
    "a day that does not exist": (
        lambda d: put(d["week"], starts_on="2026-02-30"),
        "week.starts_on",
        "must be a date",
        "YYYY-MM-DD",
    ),
    "a date in seconds": (lambda d: put(d["week"], starts_on=1795392000), "week.starts_on", "must be a date", "YYYY"),
    "a ref with a space": (
        lambda d: put(d["providers"][0], provider_ref="Heron Homecare"),
        "providers[0].provider_ref",
        "… must be a ref",
        "letters, digits",
    ),
    "an empty ref": (
        lambda d: put(package(d, "P-001"), person_ref=""),
        "packages[0].person_ref",
        '"" must be a ref',
        "at most 64",
    ),
    "a date in seconds in quotes": (
        lambda d: put(d["week"], starts_on="1795392000"),
        "week.starts_on",
        '"1795392000" must be a date YYYY-MM-DD',
        "give a date",
    ),
    "a yes for a crew": (
        lambda d: put(visit(d, "P-005", "am"), crew=True),
        "packages[4].lines[0].visits[0].crew",
        "true must be one of 1, 2",
        "give one of 1, 2",
    ),
    "travel of no source": (lambda d: put(d, travel={}), "travel.source", "must say its source", "straight_line"),
    "travel by balloon": (
        lambda d: put(d, travel={"source": "balloon"}),
        "travel.source",
        "is not known",
        "one of straight_line, streets",
    ),
    "streets without a file": (
        lambda d: put(d, travel={"source": "streets", "sha256": "0" * 64}),
        "travel.file",
        "is missing",
        "add it",
    ),
    "a short SHA-256": (
        lambda d: put(d, travel={"source": "streets", "file": "x.osm.pbf", "sha256": "abc"}),
        "travel.sha256",
        '"abc" must be a SHA-256',
        "64 digits",
    ),
    "a walking speed of nought": (
        lambda d: put(d["travel"], walk_m_per_min=0),
        "travel.walk_m_per_min",
        "0 must be above 10 and below 200",
        "give a number",
    ),
    "a budget of moves that nobody opens": (
        lambda d: put(d["parameters"], moves={"people": 3, "approved_by": " ", "reason": "a full week"}),
        "parameters.moves.approved_by",
        "must be text that is not empty",
        "give text that is not empty",
    ),
    "a budget of moves without a reason": (
        lambda d: put(d["parameters"], moves={"people": 3, "approved_by": "A. Broker"}),
        "parameters.moves.reason",
        "is missing",
        "add it",
    ),
    "a budget of no moves": (
        lambda d: put(d["parameters"], moves={"people": 0, "approved_by": "A. Broker", "reason": "a full week"}),
        "parameters.moves.people",
        "0 must be 1–1000",
        "give a whole number 1–1000",
    ),
    "metres for degrees": (
        lambda d: put(d["homes"][0], lon=428000.0, lat=569000.0),
        "homes[0].lon",
        "… must be -180–180",
        "give a number -180–180",
    ),
}

ACROSS: dict[str, Case] = {
    "an unknown provider in a contract": (
        lambda d: put(d["contracts"][0], provider_ref="PR-hern"),
        "contracts[0].provider_ref",
        '"PR-hern" is no provider of this file',
        "nearest: PR-heron",
    ),
    "an unknown provider excluded": (
        lambda d: package(d, "P-004")["requirements"].update(excluded_provider_refs=["PR-gull"]),
        "packages[3].requirements.excluded_provider_refs[0]",
        "is no provider",
        "add the provider",
    ),
    "an unknown provider's answer": (
        lambda d: put(package(d, "P-005")["answers"][0], provider_ref="X"),
        "packages[4].answers[0].provider_ref",
        "is no provider",
        "correct the ref",
    ),
    "a provider that is its own sub-contractor": (
        lambda d: put(d["providers"][0], sub_contractor_refs=["PR-heron"]),
        "providers[0].sub_contractor_refs[0]",
        "is the provider itself",
        "another provider",
    ),
    "an unknown zone in an embargo": (
        lambda d: put(d["embargoes"][0], zone_ref="Z-nroth"),
        "embargoes[0].zone_ref",
        "is no zone",
        "nearest: Z-north",
    ),
    "an unknown patch in a round": (
        lambda d: put(d["rounds"][0], patch_ref="N-sand"),
        "rounds[0].patch_ref",
        "is no patch",
        "nearest: N-sands",
    ),
    "an unknown area in a stay": (
        lambda d: put(d["stays"][0], area_ref="A-eas"),
        "stays[0].area_ref",
        "is no area",
        "nearest: A-east",
    ),
    "an unknown PCN": (lambda d: put(d["areas"][0], pcn_ref="X"), "areas[0].pcn_ref", "is no pcn", "add the pcn"),
    "an unknown shift": (
        lambda d: put(d["capacity_returns"][0], shift_ref="night"),
        "capacity_returns[0].shift_ref",
        "is no shift",
        "add the shift",
    ),
    "a shift of another pattern": (
        long_day,
        "rounds[0].shift_ref",
        '"long-day" is no shift of PR-heron',
        "give one of early, late",
    ),
    "an unknown shift pattern": (
        lambda d: put(d["providers"][1], pattern_ref="two-shift"),
        "providers[1].pattern_ref",
        "is no shift pattern",
        "nearest: two-shifts",
    ),
    "an unknown call-off procedure": (
        lambda d: put(d["contracts"][1], procedure_ref="calloff"),
        "contracts[1].procedure_ref",
        "is no procedure",
        "nearest: call-off",
    ),
    "an unknown home": (
        lambda d: put(package(d, "P-005"), home_ref="H-9"),
        "packages[4].home_ref",
        "is no home",
        "add the home",
    ),
    "an unknown other half": (
        lambda d: put(package(d, "P-002"), linked_to="P-033"),
        "packages[1].linked_to",
        "is no package",
        "nearest: P-003",
    ),
    "an unknown package in a round": (
        lambda d: put(d["rounds"][0]["days"][1]["visits"][0], package_ref="P-999"),
        "rounds[0].days[1].visits[0].package_ref",
        "is no package",
        "correct the ref",
    ),
    "an unknown visit in a round": (
        lambda d: put(d["rounds"][1]["days"][0]["visits"][0], visit_ref="teatime"),
        "rounds[1].days[0].visits[0].visit_ref",
        "is no visit of package P-001",
        "name one of its visits: am, tea",
    ),
    "an unknown visit in a gap": (
        lambda d: put(visit(d, "P-004", "lunch")["gaps"][0], after_visit_ref="morning"),
        "packages[3].lines[0].visits[1].gaps[0].after_visit_ref",
        "is no visit of this package",
        "another visit",
    ),
    "two homes of one ref": (
        lambda d: put(d["homes"][3], home_ref="H-1"),
        "homes[3].home_ref",
        "is already the ref of homes[0]",
        "another ref",
    ),
    "two packages of one ref": (
        lambda d: put(package(d, "P-006"), package_ref="P-001"),
        "packages[5].package_ref",
        "is already the ref of packages[0]",
        "another ref",
    ),
    "two shifts of one ref": (
        lambda d: put(d["shift_patterns"][0]["shifts"][1], shift_ref="early"),
        "shift_patterns[0].shifts[1].shift_ref",
        "is already the ref of shift_patterns[0].shifts[0]",
        "another ref",
    ),
    "two visits of one ref": (
        lambda d: put(visit(d, "P-004", "bed"), visit_ref="am"),
        "packages[3].lines[0].visits[2].visit_ref",
        "is already the ref of packages[3].lines[0].visits[0]",
        "unique in the package",
    ),
    "two lines of one ref": (
        lambda d: put(package(d, "P-006")["lines"][1], line_ref="L1"),
        "packages[5].lines[1].line_ref",
        "is already the ref",
        "unique in the package",
    ),
    "Monday twice in a visit": (
        lambda d: put(visit(d, "P-003", "am"), days=["mon", "wed", "fri", "mon"]),
        "packages[2].lines[0].visits[0].days[3]",
        "is in the list twice",
        "once",
    ),
    "a week from Tuesday": (
        lambda d: put(d["week"], starts_on="2026-11-24"),
        "week.starts_on",
        "is a Tuesday, not a Monday",
        "2026-11-23",
    ),
    "a week in Roman times": (
        lambda d: put(d["week"], starts_on="0001-01-01"),
        "week.starts_on",
        "2000–2100",
        "Monday",
    ),
    "an area in no patch": (
        lambda d: d["zones"][0]["patches"][0]["area_refs"].remove("A-east"),
        "areas[0].area_ref",
        "is in no patch",
        "add it to the area_refs of one patch",
    ),
    "an area in two patches": (
        lambda d: d["zones"][1]["patches"][0]["area_refs"].append("A-east"),
        "zones[1].patches[0].area_refs[1]",
        "is already in zones[0].patches[0]",
        "one patch only",
    ),
    "a home at nought": (lambda d: put(d["homes"][1], lon=0, lat=0), "homes[1]", "lies at 0, 0", "geocode"),
    "a home with lon and lat swapped": (
        lambda d: put(d["homes"][1], lon=54.5052, lat=1.5049),
        "homes[1]",
        "outside Britain, but not with lon and lat swapped",
        "swap lon and lat",
    ),
    "a home in New York": (lambda d: put(d["homes"][1], lon=-74, lat=40.7), "homes[1]", "outside Britain", "WGS84"),
    "a home in another county": (
        lambda d: put(d["homes"][1], lon=-1.5, lat=53.8),
        "homes[1]",
        "more than 5 km outside the box around all areas",
        "add the area it lies in",
    ),
    "an area that is a point": (
        lambda d: put(d["areas"][0], geometry={"type": "Point", "coordinates": [1.5, 54.5]}),
        "areas[0].geometry.type",
        "is no Polygon or MultiPolygon",
        "outline",
    ),
    "an area that is a feature": (
        lambda d: put(d["areas"][0], geometry={"type": "Feature", "geometry": {}}),
        "areas[0].geometry.type",
        "is a Feature",
        "inside it",
    ),
    "an area of no rings": (
        lambda d: put(d["areas"][0]["geometry"], coordinates=[]),
        "areas[0].geometry.coordinates",
        "are not the rings of a Polygon",
        "GeoJSON",
    ),
    "an area of two points": (
        lambda d: put(d["areas"][0]["geometry"], coordinates=[[[1.5, 54.5], [1.6, 54.5], [1.5, 54.5]]]),
        "areas[0].geometry.coordinates",
        "a ring of 3 positions",
        "at least 4",
    ),
    "an area that is not closed": (
        lambda d: d["areas"][0]["geometry"]["coordinates"][0].pop(),
        "areas[0].geometry.coordinates",
        "not closed",
        "repeat its first position",
    ),
    "an area with lon and lat swapped": (
        lambda d: put(
            d["areas"][0]["geometry"],
            coordinates=[[[y, x] for x, y in d["areas"][0]["geometry"]["coordinates"][0]]],
        ),
        "areas[0].geometry.coordinates",
        "but not with lon and lat swapped",
        "swap lon and lat",
    ),
    "an area of words": (
        lambda d: put(d["areas"][0]["geometry"], coordinates=[[["a", "b"]] * 4]),
        "areas[0].geometry.coordinates",
        "not two finite numbers",
        "[lon, lat]",
    ),
    "a visit at no time": (
        lambda d: put(visit(d, "P-005", "am"), preferred=None),
        "packages[4].lines[0].visits[0]",
        "has neither window nor preferred",
        "give the window",
    ),
    "a window back to front": (
        lambda d: put(visit(d, "P-004", "lunch"), window=["13:30", "12:00"]),
        "packages[3].lines[0].visits[1].window[1]",
        "is before the window's begin 13:30",
        "earliest start first",
    ),
    "a preferred time outside the window": (
        lambda d: put(visit(d, "P-004", "lunch"), preferred="14:00"),
        "packages[3].lines[0].visits[1].preferred",
        "is outside the window 12:00–13:30",
        "move it into the window",
    ),
    "an end that no start allows": (
        lambda d: put(visit(d, "P-004", "bed"), finish_by="20:00"),
        "packages[3].lines[0].visits[2].finish_by",
        "cannot be kept: the earliest start 19:45 and 30 min end later",
        "give 20:15 or later",
    ),
    "a fortnight without an anchor": (
        lambda d: put(visit(d, "P-006", "club"), anchor=None),
        "packages[5].lines[2].visits[0].anchor",
        "is missing in a visit of every 2 weeks",
        "any date of a week",
    ),
    "a visit that ends before it begins": (
        lambda d: put(visit(d, "P-004", "bed"), from_date="2026-12-01", to_date="2026-11-01"),
        "packages[3].lines[0].visits[2].to_date",
        "is before from_date 2026-12-01",
        "correct",
    ),
    "one carer who meets up": (
        lambda d: put(visit(d, "P-004", "bed"), crew_kind="meet_up"),
        "packages[3].lines[0].visits[2].crew",
        "carer cannot meet up",
        "set crew to 2",
    ),
    "a gap of nothing": (
        lambda d: put(visit(d, "P-004", "lunch")["gaps"][0], min_min=None),
        "packages[3].lines[0].visits[1].gaps[0]",
        "has neither min_min nor max_min",
        "remove the gap",
    ),
    "a gap with its ends exchanged": (
        lambda d: put(visit(d, "P-004", "lunch")["gaps"][0], max_min=200),
        "packages[3].lines[0].visits[1].gaps[0].min_min",
        "240 is more than max_min 200",
        "exchange",
    ),
    "gaps in a circle": (
        lambda d: put(visit(d, "P-004", "am"), gaps=[{"after_visit_ref": "lunch", "min_min": 10}]),
        "packages[3]",
        "has gaps in a circle: am after lunch after am",
        "remove one of these gaps",
    ),
    "a visit after itself": (
        lambda d: put(visit(d, "P-004", "am"), gaps=[{"after_visit_ref": "am", "min_min": 10}]),
        "packages[3]",
        "in a circle: am after am",
        "remove one",
    ),
    "a gap longer than the windows": (
        lambda d: put(visit(d, "P-004", "lunch")["gaps"][0], min_min=600),
        "packages[3].lines[0].visits[1].gaps[0].min_min",
        "cannot hold: the windows allow at most 315 min after am",
        "shorten the gap",
    ),
    "a gap shorter than the windows": (
        lambda d: put(visit(d, "P-004", "lunch"), gaps=[{"after_visit_ref": "am", "max_min": 60}]),
        "packages[3].lines[0].visits[1].gaps[0].max_min",
        "no less than 195 min after am",
        "lengthen the gap",
    ),
    "a live package of nobody": (
        lambda d: put(package(d, "P-001"), provider_ref=None),
        "packages[0].provider_ref",
        "is missing in a live package",
        "name the provider",
    ),
    "a live visit without its time": (
        lambda d: put(visit(d, "P-001", "tea"), agreed_start=None),
        "packages[0].lines[0].visits[1].agreed_start",
        "is missing in a live package",
        "commissioned time",
    ),
    "a waiting package of somebody": (
        lambda d: put(package(d, "P-004"), provider_ref="PR-heron"),
        "packages[3].provider_ref",
        "serves a package that is waiting",
        "former_provider_ref",
    ),
    "a provider that serves and is excluded": (
        lambda d: put(package(d, "P-001"), requirements={"excluded_provider_refs": ["PR-heron"]}),
        "packages[0].provider_ref",
        "excluded by the person",
        "excluded_provider_refs",
    ),
    "a provider preferred and excluded": (
        lambda d: put(package(d, "P-004"), preferences={"provider_refs": ["PR-tern"]}),
        "packages[3].preferences.provider_refs[0]",
        "preferred and excluded at once",
        "one of the two",
    ),
    "a couple of one": (
        lambda d: put(package(d, "P-002"), linked_to="P-002"),
        "packages[1].linked_to",
        "links the package to itself",
        "the other half",
    ),
    "a link that is not returned": (
        lambda d: put(package(d, "P-003"), linked_to=None),
        "packages[1].linked_to",
        "does not link back",
        "set linked_to of P-003 to P-002",
    ),
    "a couple in two homes": (
        lambda d: put(package(d, "P-003"), home_ref="H-3"),
        "packages[1].linked_to",
        "has another home",
        "the same home_ref",
    ),
    "visits without visits": (
        lambda d: put(package(d, "P-002")["lines"][0], visits=None),
        "packages[1].lines[0].visits",
        "is empty",
        "or set envelope",
    ),
    "an envelope without hours": (
        lambda d: put(package(d, "P-006")["lines"][0], units_per_week=None),
        "packages[5].lines[0].units_per_week",
        "in an envelope",
        "weekly hours",
    ),
    "a sleep-in of no nights": (
        lambda d: put(package(d, "P-006")["lines"][1], units_per_week=0),
        "packages[5].lines[1].units_per_week",
        "is missing or 0",
        "give the nights a week",
    ),
    "a package that ends before it starts": (
        lambda d: put(package(d, "P-001")["dates"], ends="2026-01-01"),
        "packages[0].dates.ends",
        "is before the start 2026-02-16",
        "correct",
    ),
    "a start before the referral": (
        lambda d: put(package(d, "P-001")["dates"], actual_start="2026-01-01"),
        "packages[0].dates.actual_start",
        "is before the referral",
        "correct",
    ),
    "a stay that ends before it starts": (
        lambda d: put(d["stays"][0], actual_end="2026-10-01"),
        "stays[0].actual_end",
        "is before starts_on",
        "correct",
    ),
    "a contract that ends before it starts": (
        lambda d: put(d["contracts"][0], ends_on="2024-01-01"),
        "contracts[0].ends_on",
        "is before starts_on 2025-04-01",
        "correct",
    ),
    "an embargo that ends before it starts": (
        lambda d: put(d["embargoes"][0], ends_on="2026-11-01"),
        "embargoes[0].ends_on",
        "is before starts_on 2026-11-02",
        "leave ends_on out",
    ),
    "an embargo reviewed before it starts": (
        lambda d: put(d["embargoes"][0], review_on="2026-11-01"),
        "embargoes[0].review_on",
        "is before starts_on",
        "next review",
    ),
    "a capacity return that is over before it begins": (
        lambda d: put(d["capacity_returns"][0], valid_to="2026-11-01"),
        "capacity_returns[0].valid_to",
        "is before valid_from",
        "correct",
    ),
    "an obligation above the maximum": (
        lambda d: put(d["contracts"][0], obligation_hours=120),
        "contracts[0].obligation_hours",
        "120 is above max_hours 90",
        "raise max_hours",
    ),
    "a guarantee above the maximum": (
        lambda d: put(d["contracts"][0], guaranteed_hours=91),
        "contracts[0].guaranteed_hours",
        "91 is above max_hours 90",
        "lower guaranteed_hours",
    ),
    "a rate given twice": (
        lambda d: d["contracts"][1]["rates"].append({"from_date": "2026-04-01", "pence_per_hour": 1}),
        "contracts[1].rates[1]",
        "overlaps",
        "keep one",
    ),
    "two prices of a driver on one day": (
        lambda d: d.update(
            driven_services=[
                {"patch_ref": d["zones"][0]["patches"][0]["patch_ref"], "starts_on": start} for start in STARTS
            ]
        ),
        "driven_services[1].starts_on",
        "overlaps driven_services[0]",
        "end one before",
    ),
    "a driver in an unknown patch": (
        lambda d: d.update(driven_services=[{"patch_ref": "nowhere", "starts_on": "2026-04-01"}]),
        "driven_services[0].patch_ref",
        "is no patch",
        "add the patch",
    ),
    "a driver who ends before starting": (
        lambda d: d.update(
            driven_services=[
                {
                    "patch_ref": d["zones"][0]["patches"][0]["patch_ref"],
                    "starts_on": "2026-04-01",
                    "ends_on": "2026-03-31",
                }
            ]
        ),
        "driven_services[0].ends_on",
        "is before starts_on",
        "correct one of them",
    ),
    "a provider's means given twice": (
        lambda d: put(d["providers"][0], modes=["walk", "walk"]),
        "providers[0].modes[1]",
        "is in the list twice",
        "keep it once",
    ),
    "rates that begin later": (
        lambda d: put(d["contracts"][1]["rates"][0], from_date="2027-04-01"),
        "contracts[1].rates",
        "are missing for 2026-11-23",
        "add the rate",
    ),
    "rates for short visits alone": (
        lambda d: put(d["contracts"][1]["rates"][0], visits_up_to_min=30),
        "contracts[1].rates",
        "are missing for visits over 30 min",
        "leave visits_up_to_min out",
    ),
    "a role asked twice": (
        lambda d: put(d["call_off_procedures"][0]["steps"][1], roles=["framework", "primary"]),
        "call_off_procedures[0].steps[1].roles[1]",
        "is asked twice",
        "one step",
    ),
    "a role never asked": (
        lambda d: put(d["contracts"][1], role="spot"),
        "contracts[1].role",
        "is in no step of procedure call-off",
        "add spot to a step",
    ),
    "an account of turns where nobody takes turns": (
        lambda d: put(d["contracts"][0], rotation_account=account(hours=12)),
        "contracts[0].rotation_account",
        "has no effect: procedure call-off asks primary by rank",
        "leave it out",
    ),
    "an account of a rotation that another contract lacks": (
        lambda d: rotating(d, account(hours=12), None),
        "contracts[3].rotation_account",
        "is missing, and C-tern-north of the same rotation has one",
        "0 if nothing",
    ),
    "an account in what the rotation does not count": (
        lambda d: rotating(d, account(hours=12), account(offers=3)),
        "contracts[3].rotation_account.hours",
        "is missing, and the procedure's rotation counts hours",
        "state it",
    ),
    "accounts of two periods": (
        lambda d: rotating(d, account(hours=12), account(hours=3, since="2026-07-01")),
        "contracts[3].rotation_account.since",
        "is another period than that of C-tern-north",
        "for one period",
    ),
    "an account from before its period": (
        lambda d: rotating(d, account(hours=12), account(hours=3, as_of="2026-03-01")),
        "contracts[3].rotation_account.as_of",
        "is before since 2026-04-01",
        "correct one",
    ),
    "an account that nobody stated": (
        lambda d: rotating(d, account(hours=12, stated_by=None), None),
        "contracts[1].rotation_account.stated_by",
        "is missing",
        "add",
    ),
    "a waiting package in a round": (
        lambda d: d["rounds"][0]["days"][0]["visits"].append({"package_ref": "P-004", "visit_ref": "am"}),
        "rounds[0].days[0].visits[3].package_ref",
        "is a waiting package in a live round",
        "remove the visit",
    ),
    "another provider's package in a round": (
        lambda d: put(d["rounds"][1], provider_ref="PR-tern"),
        "rounds[1].days[0].visits[0].package_ref",
        "is served by PR-heron, not by the round's provider PR-tern",
        "correct",
    ),
    "a visit on a day that it is not made": (
        lambda d: d["rounds"][0]["days"][1]["visits"].append({"package_ref": "P-003", "visit_ref": "am"}),
        "rounds[0].days[1].visits[2].visit_ref",
        "is not made on tue",
        "remove it from this day",
    ),
    "a visit in two rounds": (
        lambda d: d["rounds"][1]["days"][0]["visits"].append({"package_ref": "P-001", "visit_ref": "am"}),
        "rounds[1].days[0].visits[1].visit_ref",
        "of package P-001 is already in round R-1 on mon",
        "one round",
    ),
    "a day twice in a round": (
        lambda d: put(d["rounds"][1]["days"][1], day="mon", visits=[]),
        "rounds[1].days[1].day",
        "is in the round twice",
        "one entry",
    ),
    "a pair's visit on a single round": (
        lambda d: put(visit(d, "P-001", "tea"), crew=2),
        "rounds[1].days[0].visits[0].visit_ref",
        "needs a pair, and round R-2 is one carer",
        "set the round's crew to 2",
    ),
    "a night service on a round": (
        lambda d: put(package(d, "P-001")["lines"][0], service="waking_night"),
        "rounds[1].days[0].visits[0].visit_ref",
        "belongs to a waking_night line",
        "remove it from the round",
    ),
}


@pytest.mark.parametrize("name", [*FIELDS, *ACROSS])
def test_a_broken_council_names_path_reason_and_mend(name: str, tmp_path: Path) -> None:
    how, path, reason, mend = {**FIELDS, **ACROSS}[name]
    error = read_error(tmp_path, broken(how))
    assert error is not None, "the file is broken and was read"
    at_path = [fault for fault in error.faults if fault.path == path]
    assert at_path, str(error)
    assert any(reason in f"{fault.value} {fault.reason}" and mend in fault.mend for fault in at_path), str(error)
    assert f"{path}: " in str(error)


def test_there_are_at_least_sixty_broken_councils_of_different_kinds() -> None:
    assert len(FIELDS) + len(ACROSS) >= 60
    assert not FIELDS.keys() & ACROSS.keys()


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_does_not_parse_raises_no_false_alarm_elsewhere(name: str, tmp_path: Path) -> None:
    error = read_error(tmp_path, broken(FIELDS[name][0]))
    assert error is not None
    roots = {fault.path.split(".")[0].split("[")[0] for fault in error.faults}
    assert len(roots) == 1 or name == "a ref with a space", str(error)


def test_an_item_that_does_not_parse_still_has_its_refs_checked(tmp_path: Path) -> None:
    def twice(data: dict[str, Any]) -> None:
        put(package(data, "P-004"), priority=0, home_ref="H-99", requirements={"excluded_provider_refs": ["PR-tren"]})
        put(data["zones"][0], colour="red")
        data["zones"][0]["patches"][0]["area_refs"].append("A-lihgt")

    error = read_error(tmp_path, broken(twice))
    assert error is not None
    assert {fault.path for fault in error.faults} == {
        "packages[3].priority",
        "packages[3].home_ref",
        "packages[3].requirements.excluded_provider_refs[0]",
        "zones[0].colour",
        "zones[0].patches[0].area_refs[2]",
    }


def test_messages_show_no_coordinate_and_no_free_text(tmp_path: Path) -> None:
    def personal(data: dict[str, Any]) -> None:
        put(data["homes"][0], lon="1.50229", lat=-54.50411)
        put(data["homes"][1], lon=54.50521, lat=1.50491)
        put(data["homes"][2], latitude=54.50371, name="Mrs Invented")
        put(package(data, "P-001"), person_ref="Mrs Invented", preferences={"note": ["likes tea"]})
        put(package(data, "P-002"), waits_with=12345, Mrs_Invented_of_7_Long_Lane_and_more_than_forty_letters=1)
        put(package(data, "P-003"), provider_ref="Mrs Invented", **{"Mrs Invented": 1})
        put(data["areas"][0]["geometry"], coordinates=[[[1.50229, "54.50411"]]])

    said = str(read_error(tmp_path, broken(personal)))
    for secret in ("50229", "50411", "50521", "50491", "50371", "Invented", "tea", "12345"):
        assert secret not in said
    assert "homes[0].lon: … must be" in said
    assert "packages[0].person_ref: … must be a ref" in said
