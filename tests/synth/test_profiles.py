"""The five profiles at a tenth of their size, on a made-up town."""

from __future__ import annotations

import math
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from app.formats.checks import warnings
from app.formats.council import CouncilFile, Package
from app.formats.read import read_council
from app.formats.write import json_text, write_json
from app.synth import PROFILES, ProfileName, RoundsGrade, synth
from tests.synth.towns import tiny_town

NAMES: tuple[ProfileName, ...] = ("sheffield", "bradford", "rotherham", "leeds", "merton")


@cache
def council(name: ProfileName, seed: int = 7, rounds: RoundsGrade = "returns") -> CouncilFile:
    return synth(name, seed=seed, scale=0.1, network=tiny_town(), rounds=rounds)


def carer_hours(package: Package) -> float:
    return sum(
        (line.units_per_week or 0.0)
        if line.envelope
        else sum(v.duration_min * v.crew * len(v.days) / v.every_n_weeks / 60 for v in line.visits)
        for line in package.lines
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_council_file_is_read_back_without_a_fault(name: ProfileName, tmp_path: Path) -> None:
    write_json(tmp_path / "council.json", council(name))
    assert read_council(tmp_path / "council.json") == council(name)


@pytest.mark.parametrize("name", NAMES)
def test_only_short_calls_raise_doubts(name: ProfileName) -> None:
    assert {fault.reason for fault in warnings(council(name))} <= {
        "is under 30 min and does not meet the short-call test"
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_size_is_a_tenth_of_the_profile(name: ProfileName) -> None:
    people = {package.person_ref for package in council(name).packages}
    assert len(people) == round(PROFILES[name].people * 0.1)
    hours = sum(carer_hours(package) for package in council(name).packages)
    assert hours == pytest.approx(PROFILES[name].hours_per_week * 0.1, rel=0.04)
    assert 9 <= hours / len(people) <= 15


@pytest.mark.parametrize("name", NAMES)
def test_the_shares_of_served_people_and_of_two_carers_are_the_stated_ones(name: ProfileName) -> None:
    first = [package for package in council(name).packages if package.change != "increase"]
    served = sum(package.state != "waiting" for package in first) / len(first)
    assert 0.75 <= served <= 0.85
    double = sum(any(v.crew == 2 for line in p.lines for v in line.visits) or carer_hours(p) > 30 for p in first)
    assert double / len(first) == pytest.approx(PROFILES[name].double_share, abs=0.05)


@pytest.mark.parametrize("name", NAMES)
def test_visit_lengths_have_their_national_mix(name: ProfileName) -> None:
    lengths = [
        v.duration_min for p in council(name).packages for line in p.lines for v in line.visits if v.label != "sit"
    ]
    for length, share in ((15, 0.02), (30, 0.72), (45, 0.18), (60, 0.08)):
        assert lengths.count(length) / len(lengths) == pytest.approx(share, abs=0.04)


@pytest.mark.parametrize("name", NAMES)
def test_every_area_is_in_one_patch_and_zones_are_as_many_as_stated(name: ProfileName) -> None:
    file = council(name)
    placed = [ref for zone in file.zones for patch in zone.patches for ref in patch.area_refs]
    assert sorted(placed) == sorted(area.area_ref for area in file.areas)
    assert len(file.zones) == len(PROFILES[name].zone_names)


@pytest.mark.parametrize("name", NAMES)
def test_served_people_are_with_a_provider_that_may_serve_them(name: ProfileName) -> None:
    file = council(name)
    skills = {provider.provider_ref: provider.skills for provider in file.providers}
    lots = {(c.provider_ref, lot) for c in file.contracts for lot in c.lots}
    for package in file.packages:
        if package.state != "waiting":
            assert package.provider_ref is not None
            assert (package.provider_ref, package.lot) in lots
            assert set(package.requirements.skills) <= set(skills[package.provider_ref])
            assert package.provider_ref not in package.requirements.excluded_provider_refs


@pytest.mark.parametrize("name", NAMES)
def test_the_week_has_one_of_each_trouble(name: ProfileName) -> None:
    file = council(name)
    monday = file.week.starts_on
    assert any(provider.registration == "deregistered" for provider in file.providers)
    assert any(provider.dormant for provider in file.providers)
    assert any(not provider.active for provider in file.providers)
    assert any(provider.growth_limit_hours is not None for provider in file.providers)
    assert any(contract.starts_on > monday for contract in file.contracts)
    assert any(contract.ends_on is not None and contract.ends_on < monday for contract in file.contracts)
    assert len({embargo.source for embargo in file.embargoes}) == len(file.embargoes) == 2
    suspended = [package.dates.suspended_from for package in file.packages if package.state == "suspended"]
    assert len(suspended) >= 2
    assert any(package.linked_to for package in file.packages)
    assert any(home.site_ref for home in file.homes)
    assert any(package.answers for package in file.packages)
    assert any(stay.service == "hospital" for stay in file.stays)
    assert all(0 <= (monday - p.dates.referred).days <= 62 for p in file.packages if p.state == "waiting")


def test_an_obligation_is_nearly_full_and_leaves_some_waiting_people_to_others() -> None:
    file = council("merton")
    zone_of_home = _zone_of_packages(file)
    served: dict[tuple[str, str], float] = {}
    waiting: dict[str, float] = {}
    for package in file.packages:
        if package.lot != "older_people" or not package.counts_to_cap:
            continue
        zone = zone_of_home[package.home_ref]
        if package.state == "waiting":
            waiting[zone] = waiting.get(zone, 0.0) + carer_hours(package)
        else:
            key = (package.provider_ref or "", zone)
            served[key] = served.get(key, 0.0) + carer_hours(package)
    for contract in file.contracts:
        if contract.role == "primary":
            live = served[contract.provider_ref, contract.zone_ref]
            assert contract.obligation_hours is not None
            room = contract.obligation_hours - live
            assert 0 <= room < waiting[contract.zone_ref] + 5
            assert live / contract.obligation_hours > 0.5


def _zone_of_packages(file: CouncilFile) -> dict[str, str]:
    from shapely.geometry import Point, shape

    shapes = {area.area_ref: shape(area.geometry) for area in file.areas}
    zone_of_area = {ref: z.zone_ref for z in file.zones for patch in z.patches for ref in patch.area_refs}
    out = {}
    for home in file.homes:
        point = Point(home.lon, home.lat)
        nearest = min(shapes, key=lambda ref: (shapes[ref].distance(point), ref))
        out[home.home_ref] = zone_of_area[nearest]
    return out


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_makes_the_same_bytes(name: ProfileName) -> None:
    again = synth(name, seed=7, scale=0.1, network=tiny_town(), rounds="returns")
    assert json_text(again) == json_text(council(name))


def test_another_seed_makes_another_council() -> None:
    other = council("merton", seed=8)
    assert {(h.lon, h.lat) for h in other.homes} != {(h.lon, h.lat) for h in council("merton").homes}
    assert other.packages != council("merton").packages


@pytest.mark.parametrize("name", NAMES)
def test_everything_says_that_it_is_fictional(name: ProfileName) -> None:
    file = council(name)
    assert file.fictional
    assert "fictional" in file.name
    assert all("fictional" in provider.name for provider in file.providers)
    assert all("fictional" in procedure.document for procedure in file.call_off_procedures)


@pytest.mark.parametrize("name", NAMES)
def test_a_call_off_procedure_asks_every_role_of_its_contracts(name: ProfileName) -> None:
    file = council(name)
    asked = {p.procedure_ref: {r for step in p.steps for r in step.roles} for p in file.call_off_procedures}
    assert all(contract.role in asked[contract.procedure_ref] for contract in file.contracts)
    assert {contract.procedure_ref for contract in file.contracts} == set(asked)


def test_critical_gaps_leave_four_hours_between_preferred_starts() -> None:
    gaps = 0
    for package in council("merton", seed=3).packages + council("leeds").packages:
        for line in package.lines:
            by_ref = {visit.visit_ref: visit for visit in line.visits}
            for visit in line.visits:
                for gap in visit.gaps:
                    before = by_ref[gap.after_visit_ref]
                    if visit.preferred is not None and before.preferred is not None:
                        gaps += 1
                        assert _minutes(visit.preferred) - _minutes(before.preferred) >= (gap.min_min or math.inf)
    assert gaps > 0


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def test_capacity_returns_follow_the_grade_of_rounds() -> None:
    none, returns = (council("merton", rounds=grade) for grade in ("none", "returns"))
    assert not none.capacity_returns
    assert len(returns.capacity_returns) > 20
    assert any((returns.week.starts_on - r.valid_from).days > 7 for r in returns.capacity_returns)
    assert none.packages == returns.packages


def test_a_week_that_starts_on_a_tuesday_is_refused() -> None:
    with pytest.raises(ValueError, match="is a Tuesday"):
        synth("merton", seed=1, network=tiny_town(), week=date(2026, 11, 24))


def test_a_scale_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        synth("merton", seed=1, scale=0, network=tiny_town())
