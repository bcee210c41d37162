from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.boundaries import read_areas
from geo.coverage import close_gaps
from geo.errors import DamagedBoundaries, DuplicateArea, MalformedRow, MissingColumn, UnknownArea
from geo.zones import assign, overlaps, read_scheme, scheme_csv, scheme_from_geojson, scheme_geojson, scheme_of
from tests.real_data import RealData

EAST_M, NORTH_M = 648_000, 541_000


def layer(**boxes: tuple[float, float]) -> gpd.GeoDataFrame:
    """Invented strips on the Dogger Bank, from and to in metres."""
    shapes = [shapely.box(EAST_M + low, NORTH_M, EAST_M + high, NORTH_M + 1000) for low, high in boxes.values()]
    return gpd.GeoDataFrame({"area_ref": list(boxes)}, geometry=shapes, crs="EPSG:27700")


AREAS = layer(A=(0, 1000), B=(1000, 2000), C=(2000, 3000))
SCHEME = scheme_of(
    {"A": "west", "B": "west", "C": "east"},
    name="Doggerby 2026",
    valid_from=date(2026, 4, 1),
    names={"west": "West bank, old", "p1": "Quay"},
    patches={"A": "p1", "B": "p2", "C": "p3"},
)


def test_a_scheme_survives_the_table_and_the_map(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(scheme_csv(SCHEME), encoding="utf-8")
    assert read_scheme(path, name=SCHEME.name, valid_from=SCHEME.valid_from).patch_of == SCHEME.patch_of
    again = scheme_from_geojson(json.loads(json.dumps(scheme_geojson(SCHEME, AREAS))))
    assert (again.name, again.valid_from, again.zones) == ("Doggerby 2026", date(2026, 4, 1), SCHEME.zones)
    assert again.names["west"] == "West bank, old"
    assert again.zone_of == SCHEME.zone_of


def test_without_patches_a_zone_is_its_own_patch() -> None:
    assert scheme_of({"A": "one"}, name="s").zone_of == {"one": "one"}


def test_a_patch_in_two_zones_and_an_area_without_patch_are_refused() -> None:
    with pytest.raises(DuplicateArea, match="patch p lies in the zones east and west"):
        scheme_of({"A": "east", "B": "west"}, name="s", patches={"A": "p", "B": "p"})
    with pytest.raises(UnknownArea, match="B is in zone west and in no patch"):
        scheme_of({"A": "east", "B": "west"}, name="s", patches={"A": "p"})


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("area_ref,zone_ref\nA,west\nA,east\n", DuplicateArea, "row 3: A has two rows"),
        ("area_ref,zone_ref\nA,\n", MalformedRow, "row 2: area, zone or patch is empty"),
        ("area_ref,colour\nA,red\n", MissingColumn, "zone_ref"),
        ("area_ref,zone_ref\nA\n", MalformedRow, "row 2: 1 columns"),
    ],
)
def test_a_damaged_table_is_named(tmp_path: Path, text: str, error: type[Exception], says: str) -> None:
    path = tmp_path / "s.csv"
    path.write_text(text)
    with pytest.raises(error, match=says):
        read_scheme(path)


def test_a_damaged_export_is_named() -> None:
    with pytest.raises(DamagedBoundaries, match="no zone scheme"):
        scheme_from_geojson({"type": "FeatureCollection", "features": [{"properties": {}}]})


def test_an_area_goes_to_the_zone_with_most_of_its_ground() -> None:
    groups, shares = assign(AREAS, layer(X=(0, 1400), Y=(1400, 2500)))
    assert groups == {"A": "X", "B": "Y", "C": "Y"}
    assert shares["share"].tolist() == pytest.approx([1.0, 0.6, 0.5])


def test_overlaps_count_ground_and_people() -> None:
    table = overlaps(AREAS, layer(X=(0, 1400), Y=(1400, 3000)), areas=AREAS, people={"A": 100, "B": 50, "C": 10})
    rows = {(row.left_ref, row.right_ref): row for row in table.itertuples()}
    assert set(rows) == {("A", "X"), ("B", "X"), ("B", "Y"), ("C", "Y")}
    assert rows["B", "X"].km2 == pytest.approx(0.4)
    assert rows["B", "X"].people == pytest.approx(20)
    assert rows["B", "Y"].share_of_right == pytest.approx(600 / 1600)
    assert table["people"].sum() == pytest.approx(160)


@pytest.mark.real_data
def test_real_areas_lie_in_real_wards(real_data: RealData) -> None:
    areas, _ = close_gaps(read_areas(real_data.path("boundaries", "rutland_lsoa2011.topo.json")))
    wards, _ = close_gaps(read_areas(real_data.path("boundaries", "rutland_wards.topo.json")))
    groups, shares = assign(areas, wards)
    assert len(groups) == 23
    assert shares["share"].min() > 0.5
    assert overlaps(areas, wards)["km2"].sum() == pytest.approx(areas.geometry.area.sum() / 1e6, rel=0.01)
