"""A shared file holds nothing of any one person, also not hidden in its data."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from app.reports.drawing import unpacked
from app.reports.geojson import write_rounds_geojson
from app.reports.html import write_report
from app.reports.suppression import intervals
from app.reports.totals import HIDDEN, _sums, totals_of
from app.reports.week import Week
from app.reports.xlsx import write_workbook
from tests.reports.examples import ground_of, week

WRITERS = {"report.html": write_report, "rounds.geojson": write_rounds_geojson, "plan.xlsx": write_workbook}
SCALES = (0.1, 1.0)


@cache
def shared(scale: float) -> dict[str, str]:
    """The text of every file written for sharing; of a workbook, that of all its parts."""
    council, plan = week(scale)
    folder = Path(mkdtemp(prefix="careround-shared-"))
    texts = {}
    for name, write in WRITERS.items():
        write(folder / name, council, plan, ground=ground_of(council))  # the default audience
        if name.endswith("xlsx"):
            with zipfile.ZipFile(folder / name) as parts:
                texts[name] = "\n".join(parts.read(part).decode() for part in parts.namelist())
        else:
            texts[name] = (folder / name).read_text("utf-8")
    return texts


each_file = pytest.mark.parametrize(("name", "scale"), [(name, scale) for name in WRITERS for scale in SCALES])


def map_data(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="map-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


@each_file
def test_no_reference_of_a_person_package_home_visit_or_round_is_in_it(name: str, scale: float) -> None:
    council, plan = week(scale)
    refs = {one.round_ref for one in plan.rounds} | {home.home_ref for home in council.homes}
    refs |= {home.site_ref for home in council.homes if home.site_ref}
    for package in council.packages:
        refs |= {package.package_ref, package.person_ref}
        refs |= {line.line_ref for line in package.lines}
        refs |= {visit.visit_ref for line in package.lines for visit in line.visits}
    text = shared(scale)[name]
    assert not refs & set(re.findall(r"[A-Za-z0-9_.:/-]+", text))
    assert not re.search(r"(pkg|per|home|rnd)-\d", text)


@each_file
def test_no_home_is_in_it_however_it_is_rounded(name: str, scale: float) -> None:
    council, _ = week(scale)
    text = shared(scale)[name]
    numbers = re.findall(r"-?\d+\.\d{4,}", text)
    fine = {number for number in numbers if len(number.split(".")[1]) > 4}
    pairs = {(float(a), float(b)) for a, b in pairwise(numbers)}
    for home in council.homes:
        for decimals in (7, 6, 5):
            assert f"{home.lon:.{decimals}f}" not in fine
            assert f"{home.lat:.{decimals}f}" not in fine
        for decimals in (6, 5, 4):
            assert (round(home.lon, decimals), round(home.lat, decimals)) not in pairs


def numbers_of(text: str) -> set[tuple[float, float]]:
    """Every point of a page's packed map, four decimals."""
    data = map_data(text)
    origin = tuple(data["origin"])
    packed: list[str] = []

    def gather(value: Any) -> None:
        if isinstance(value, str):
            packed.append(value)
        elif isinstance(value, list):
            for item in value:
                gather(item)

    for parts in (*data["streets"].values(), *data["ground"].values()):
        gather(parts)
    for one in (*data["zones"], *data["areas"]):
        gather(one["rings"])
    return {(round(x, 5), round(y, 5)) for line in packed for x, y in unpacked(line, (origin[0], origin[1]))}


@pytest.mark.parametrize("scale", SCALES)
def test_no_point_of_the_packed_map_is_a_home(scale: float) -> None:
    council, _ = week(scale)
    points = numbers_of(shared(scale)["report.html"])
    homes = {(round(home.lon, 5), round(home.lat, 5)) for home in council.homes}
    # Public streets run by some doors; what must not be is a point for each home, or for many.
    assert len(points & homes) <= len(homes) // 100
    assert {"legs", "homes", "rounds", "waiting"}.isdisjoint(map_data(shared(scale)["report.html"]))


@each_file
def test_no_time_of_a_visit_is_in_it(name: str, scale: float) -> None:
    _, plan = week(scale)
    text = shared(scale)[name]
    if name.endswith("xlsx"):
        text = "\n".join(part for part in text.splitlines() if "dcterms" not in part)
    visits = [visit for one in plan.rounds for day in one.days for visit in day.visits]
    times = {time[:5] for visit in visits for time in (visit.arrive, visit.start, visit.finish)}
    assert not times & set(re.findall(r"[0-9]{2}:[0-9]{2}", text))


@each_file
def test_no_postcode_sector_of_fewer_than_five_people_is_in_it(name: str, scale: float) -> None:
    council, _ = week(scale)
    homes = {home.home_ref: home for home in council.homes}
    people = Counter(homes[package.home_ref].postcode_sector for package in council.packages)
    text = shared(scale)[name]
    assert not [sector for sector, count in people.items() if sector and count < 5 and sector in text]


@pytest.mark.parametrize("scale", SCALES)
def test_no_hidden_total_can_be_worked_out_from_all_that_is_published(scale: float) -> None:
    council, plan = week(scale)
    one = Week(council=council, plan=plan, ground=ground_of(council))
    totals = totals_of(one)
    sums = [(total, tuple(parts)) for total, parts in _sums(one)]
    assert totals.hidden
    for low, high in intervals(totals.counts, sums, totals.hidden).values():
        assert high - low >= 4 - 1e-6


@pytest.mark.parametrize("scale", SCALES)
def test_no_count_from_one_to_four_is_published(scale: float) -> None:
    council, plan = week(scale)
    totals = totals_of(Week(council=council, plan=plan, ground=ground_of(council)))
    assert not [key for key, count in totals.counts.items() if 0 < count < 5 and key not in totals.hidden]
    data = json.loads(shared(scale)["rounds.geojson"])
    for feature in data["features"]:
        for name in ("people", "served", "came_in", "placed", "waiting"):
            value = feature["properties"].get(name)
            assert value is None or value == 0 or value >= 5
    for area in map_data(shared(scale)["report.html"])["areas"]:
        assert area["value"] is None or area["value"] == 0 or area["value"] >= 5


def test_hidden_numbers_are_marked_and_the_mark_is_explained() -> None:
    page = shared(0.1)["report.html"]
    assert f"<strong>{HIDDEN}</strong> stands for" in page
    assert page.count(HIDDEN) > 20


def test_an_embargo_is_not_named() -> None:
    text = shared(1.0)["report.html"]
    assert "EMBARGO" not in text
    assert ">Embargo<" not in text
    assert "Not available (contract, registration or embargo)" in text


def test_rates_of_contracts_are_in_neither_report() -> None:
    council, _ = week(1.0)
    text = shared(1.0)["report.html"]
    assert "pence" not in text
    for contract in council.contracts[:5]:
        assert contract.contract_ref not in text
