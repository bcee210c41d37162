from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.boundaries import dissolve, hexagons, read_areas
from geo.errors import DamagedBoundaries, DuplicateArea, EmptyFile, MissingColumn, MissingCrs, UnknownArea
from tests.real_data import RealData


def square(column: int, row: int) -> shapely.Polygon:
    """An invented area of 0.01 degrees in the North Sea."""
    return shapely.box(2 + column / 100, 54.7 + row / 100, 2.01 + column / 100, 54.71 + row / 100)


def four_areas(**columns: list[Any]) -> gpd.GeoDataFrame:
    codes = columns or {"LSOA21CD": [f"E9900000{k}" for k in range(4)], "LSOA21NM": [f"Doggerby {k}" for k in range(4)]}
    return gpd.GeoDataFrame(codes, geometry=[square(0, 0), square(1, 0), square(0, 1), square(1, 1)], crs="EPSG:4326")


def topology(**changes: Any) -> dict[str, Any]:
    """Two unit squares that share a border, quantised."""
    return {
        "type": "Topology",
        "transform": {"scale": [0.01, 0.01], "translate": [2.0, 54.7]},
        "arcs": [[[1, 0], [0, 1]], [[1, 1], [-1, 0], [0, -1], [1, 0]], [[1, 0], [1, 0], [0, 1], [-1, 0]]],
        "objects": {
            "areas": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]], "properties": {"WD23CD": "E99000001", "WD23NM": "West"}},
                    {
                        "type": "MultiPolygon",
                        "arcs": [[[2, -1]]],
                        "properties": {"WD23CD": "E99000002", "WD23NM": "East"},
                    },
                ],
            }
        },
    } | changes


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp"])
def test_each_published_format_gives_the_same_areas(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"areas.{ending}"
    four_areas().to_file(path)
    areas = read_areas(path)
    assert areas["area_ref"].tolist() == [f"E9900000{k}" for k in range(4)]
    assert areas["name"].tolist() == [f"Doggerby {k}" for k in range(4)]
    assert areas.crs == "EPSG:27700"
    assert areas.geometry.area.to_numpy() == pytest.approx(np.full(4, 716_700.0), rel=5e-3)
    assert areas.attrs["mended"] == []


def test_topojson_areas_share_their_border_exactly(tmp_path: Path) -> None:
    (tmp_path / "areas.topo.json").write_text(json.dumps(topology()), encoding="utf-8")
    areas = read_areas(tmp_path / "areas.topo.json")
    assert areas["area_ref"].tolist() == ["E99000001", "E99000002"]
    joined = shapely.union_all(areas.geometry.to_numpy())
    assert isinstance(joined, shapely.Polygon)
    assert len(joined.interiors) == 0
    assert areas.geometry.iloc[0].intersection(areas.geometry.iloc[1]).length > 1000


@pytest.mark.parametrize("broken", [{"arcs": [[[0, 0], [1, 0]]]}, {"objects": {"a": {"type": "Polygon"}}}])
def test_a_damaged_topology_is_named(tmp_path: Path, broken: dict[str, Any]) -> None:
    (tmp_path / "areas.topo.json").write_text(json.dumps(topology(**broken)), encoding="utf-8")
    with pytest.raises(DamagedBoundaries, match=r"areas\.topo\.json is not a complete TopoJSON"):
        read_areas(tmp_path / "areas.topo.json")


def test_a_file_in_grid_metres_is_taken_as_it_is(tmp_path: Path) -> None:
    four_areas().to_crs("EPSG:27700").to_file(tmp_path / "areas.gpkg")
    assert read_areas(tmp_path / "areas.gpkg").total_bounds[0] > 600_000


def test_a_file_in_web_mercator_is_projected(tmp_path: Path) -> None:
    four_areas().to_crs("EPSG:3857").to_file(tmp_path / "areas.gpkg")
    four_areas().to_file(tmp_path / "degrees.gpkg")
    near = read_areas(tmp_path / "areas.gpkg").total_bounds - read_areas(tmp_path / "degrees.gpkg").total_bounds
    assert np.abs(near).max() < 0.01


def test_a_shapefile_without_prj_needs_its_crs_named(tmp_path: Path) -> None:
    four_areas().to_crs("EPSG:27700").to_file(tmp_path / "areas.shp")
    (tmp_path / "areas.prj").unlink()
    with pytest.raises(MissingCrs, match=r"needs its \.prj"):
        read_areas(tmp_path / "areas.shp")
    assert len(read_areas(tmp_path / "areas.shp", crs="EPSG:27700")) == 4


def test_geojson_in_metres_without_a_crs_is_noticed(tmp_path: Path) -> None:
    document = json.loads(four_areas().to_crs("EPSG:27700").to_json())
    document.pop("crs", None)
    (tmp_path / "areas.geojson").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(MissingCrs, match="crs=EPSG:27700"):
        read_areas(tmp_path / "areas.geojson")


def test_a_name_is_found_beside_a_plain_reference(tmp_path: Path) -> None:
    plain = four_areas().rename(columns={"LSOA21CD": "zone_ref", "LSOA21NM": "zone_name"})
    plain.to_file(tmp_path / "zones.geojson")
    assert read_areas(tmp_path / "zones.geojson")["name"].tolist() == [f"Doggerby {k}" for k in range(4)]


@pytest.mark.parametrize(("stated", "odd"), [("EPSG:4326", "EPSG:27700"), ("EPSG:27700", "EPSG:4326")])
def test_a_file_that_mixes_two_reference_systems_is_refused(tmp_path: Path, stated: str, odd: str) -> None:
    document = json.loads(four_areas().to_crs(stated).to_json())
    document["features"][2] = json.loads(four_areas().to_crs(odd).to_json())["features"][2]
    document["crs"] = {"type": "name", "properties": {"name": stated}}
    (tmp_path / "areas.geojson").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(MissingCrs, match=r"mixes degrees and metres: 1 of its 4 areas .*\(rows 3\)"):
        read_areas(tmp_path / "areas.geojson")


def test_degrees_that_are_said_to_be_metres_are_noticed(tmp_path: Path) -> None:
    four_areas().to_file(tmp_path / "areas.geojson")
    with pytest.raises(MissingCrs, match="its numbers are degrees"):
        read_areas(tmp_path / "areas.geojson", crs="EPSG:27700")
    with pytest.raises(MissingCrs, match="grid is no coordinate reference system"):
        read_areas(tmp_path / "areas.geojson", crs="grid")


def test_exchanged_longitude_and_latitude_are_noticed(tmp_path: Path) -> None:
    areas = four_areas()
    areas["geometry"] = shapely.transform(areas.geometry.to_numpy(), lambda pairs: pairs[:, ::-1])
    areas.to_file(tmp_path / "areas.gpkg")
    with pytest.raises(DamagedBoundaries, match="may have changed places"):
        read_areas(tmp_path / "areas.gpkg")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "areas.topo.json").write_text(json.dumps(topology()), encoding="utf-8-sig")
    assert len(read_areas(tmp_path / "areas.topo.json")) == 2


def test_the_smallest_kind_of_area_gives_the_reference(tmp_path: Path) -> None:
    columns = {"LAD21CD": ["E06999999"] * 4, "WD21CD": ["E05999999"] * 4, "lsoa21cd": list("abcd")}
    four_areas(**columns).to_file(tmp_path / "areas.gpkg")
    assert read_areas(tmp_path / "areas.gpkg")["area_ref"].tolist() == list("abcd")


def test_columns_may_be_named(tmp_path: Path) -> None:
    four_areas(Lot=list("WXYZ"), Label=["West", "X", "Y", "Z"]).to_file(tmp_path / "areas.gpkg")
    with pytest.raises(MissingColumn, match=r"it has Lot, Label.*code="):
        read_areas(tmp_path / "areas.gpkg")
    with pytest.raises(MissingColumn, match="no column lot"):
        read_areas(tmp_path / "areas.gpkg", code="lot")
    areas = read_areas(tmp_path / "areas.gpkg", code="Lot", name="Label")
    assert areas["name"].iloc[0] == "West"


def test_a_reference_that_occurs_twice_is_named(tmp_path: Path) -> None:
    four_areas(WD23CD=["a", "b", "b", "c"]).to_file(tmp_path / "areas.gpkg")
    with pytest.raises(DuplicateArea, match="holds b more than once"):
        read_areas(tmp_path / "areas.gpkg")


def test_an_area_without_reference_is_named(tmp_path: Path) -> None:
    four_areas(zone=["a", "", "b", "c"]).to_file(tmp_path / "areas.gpkg")
    with pytest.raises(MissingColumn, match=r"areas \[2\] have no reference"):
        read_areas(tmp_path / "areas.gpkg", code="zone")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"type": "FeatureCollection", "features": []}', EmptyFile),
        ('{"type": "FeatureCollection", "featu', DamagedBoundaries),
        ("[1, 2]", DamagedBoundaries),
        ("", DamagedBoundaries),
    ],
)
def test_empty_and_damaged_files_are_told_apart(tmp_path: Path, text: str, error: type[Exception]) -> None:
    (tmp_path / "areas.geojson").write_text(text, encoding="utf-8")
    with pytest.raises(error, match=r"areas\.geojson"):
        read_areas(tmp_path / "areas.geojson")


def test_a_binary_file_that_is_no_boundary_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "areas.gpkg").write_bytes(b"PK\x03\x04 not a geopackage")
    with pytest.raises(DamagedBoundaries, match=r"areas\.gpkg cannot be read"):
        read_areas(tmp_path / "areas.gpkg")


def test_points_are_no_areas(tmp_path: Path) -> None:
    points = gpd.GeoDataFrame({"WD23CD": ["a"]}, geometry=[shapely.Point(2, 54.7)], crs="EPSG:4326")
    points.to_file(tmp_path / "areas.gpkg")
    with pytest.raises(DamagedBoundaries, match="a is a Point"):
        read_areas(tmp_path / "areas.gpkg")


def test_a_polygon_that_crosses_itself_is_mended_and_reported(tmp_path: Path) -> None:
    bow = shapely.Polygon([(2, 54.7), (2.01, 54.71), (2.01, 54.7), (2, 54.71)])
    areas = gpd.GeoDataFrame({"WD23CD": ["a"]}, geometry=[bow], crs="EPSG:4326")
    areas.to_file(tmp_path / "areas.gpkg")
    read = read_areas(tmp_path / "areas.gpkg")
    assert read.geometry.is_valid.all()
    (sentence,) = read.attrs["mended"]
    assert sentence.startswith("a: self-intersection, mended")


def test_dissolving_joins_neighbours_and_counts_parts(tmp_path: Path) -> None:
    four_areas(WD23CD=list("abcd")).to_file(tmp_path / "areas.gpkg")
    areas = read_areas(tmp_path / "areas.gpkg")
    zones = dissolve(areas, {"a": "N", "b": "N", "c": "S"}, {"N": "North"})
    assert zones["area_ref"].tolist() == ["N", "S"]
    assert zones["name"].tolist() == ["North", "S"]
    assert zones["part_count"].tolist() == [1, 1]
    assert zones.attrs["left_out"] == ["d"]
    assert dissolve(areas, {"a": "N", "d": "N"})["part_count"].tolist() in ([1], [2])
    assert dissolve(areas, {"a": "N", "elsewhere": "N"})["area_ref"].tolist() == ["N"]
    with pytest.raises(UnknownArea, match="None of the 1 assigned areas"):
        dissolve(areas, {"e": "N"})


def test_a_honeycomb_covers_the_town_without_overlap() -> None:
    rng = np.random.default_rng(1)
    x_m, y_m = 400_000 + rng.uniform(0, 5000, 500), 300_000 + rng.uniform(0, 3000, 500)
    cells = hexagons(x_m, y_m, 1000.0)
    joined = shapely.union_all(cells.geometry.to_numpy())
    assert joined.area == pytest.approx(cells.geometry.area.sum(), rel=1e-9)
    assert shapely.covers(joined.buffer(0.01), shapely.points(x_m, y_m)).all()
    assert cells["area_ref"].is_unique
    assert cells.geometry.area.max() == pytest.approx(1000**2 * np.sqrt(3) / 2)


def test_a_honeycomb_needs_a_town_and_a_size() -> None:
    with pytest.raises(ValueError, match="one line"):
        hexagons([0, 1, 2], [0, 1, 2], 100)
    with pytest.raises(ValueError, match="wider than 0"):
        hexagons([0, 1, 2], [0, 1, 0], 0)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "count"),
    [
        ("sheffield_lsoa2011.topo.json", 345),
        ("leeds_lsoa2011.topo.json", 482),
        ("bradford_lsoa2011.topo.json", 310),
        ("rutland_lsoa2011.topo.json", 23),
        ("leeds_wards.topo.json", 33),
        ("leeds_lsoa2011_with_gaps.geojson", 482),
    ],
)
def test_real_boundaries_are_read_whole(real_data: RealData, file: str, count: int) -> None:
    areas = read_areas(real_data.path("boundaries", file))
    assert len(areas) == count
    assert areas.geometry.is_valid.all()
    assert areas["area_ref"].str.fullmatch(r"E0[15]\d{6}").all()


@pytest.mark.real_data
def test_real_topojson_dissolves_without_holes(real_data: RealData) -> None:
    areas = read_areas(real_data.path("boundaries", "sheffield_lsoa2011.topo.json"))
    whole = dissolve(areas, dict.fromkeys(areas["area_ref"], "Sheffield"))
    assert sum(len(part.interiors) for part in shapely.get_parts(whole.geometry.to_numpy())) == 0
