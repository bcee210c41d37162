from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.boundaries import dissolve, read_areas
from geo.british_grid import geometries_to_grid, geometries_to_lon_lat
from geo.coverage import close_gaps, parts_of, shared_borders
from geo.errors import DamagedBoundaries
from geo.pcn import plurality, read_membership, read_registered
from tests.real_data import RealData


def areas_of(**shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    """Invented areas on the grid, metres."""
    return gpd.GeoDataFrame(
        {"area_ref": list(shapes), "name": list(shapes)}, geometry=list(shapes.values()), crs="EPSG:27700"
    )


def test_a_hairline_gap_goes_to_the_neighbour_with_the_longest_border() -> None:
    ring = shapely.box(0, 0, 300, 300) - shapely.box(100, 100, 200, 200)
    closed, report = close_gaps(areas_of(A=ring, B=shapely.box(100.5, 100, 200, 200)))
    assert (report.gaps_closed, report.overlaps, report.gaps_left) == (1, 0, ())
    assert report.gap_m2 == pytest.approx(50)
    assert shapely.coverage_is_valid(closed.geometry.to_numpy())
    assert closed.geometry.area.sum() == pytest.approx(90_000)


def test_ground_that_two_areas_claim_ends_with_one() -> None:
    closed, report = close_gaps(areas_of(A=shapely.box(0, 0, 101, 100), B=shapely.box(100, 0, 200, 100)))
    assert report.overlaps == 1
    assert report.overlap_m2 == pytest.approx(100)
    assert closed.geometry.area.sum() == pytest.approx(20_000)
    assert len(report.changed) == 1
    assert not report.clean


def test_a_lake_stays_a_hole_and_is_named() -> None:
    ring = shapely.box(0, 0, 300, 300) - shapely.box(100, 100, 200, 200)
    _, report = close_gaps(areas_of(A=ring))
    assert report.clean
    assert list(report.gaps_left) == pytest.approx([10_000])


def test_an_area_drawn_twice_is_refused() -> None:
    with pytest.raises(DamagedBoundaries, match="drawn twice"):
        close_gaps(areas_of(A=shapely.box(0, 0, 100, 100), B=shapely.box(0, 0, 100, 100)))


def test_a_corner_is_no_border_and_parts_hang_together_by_borders() -> None:
    areas = areas_of(
        A=shapely.box(0, 0, 1, 1), B=shapely.box(1, 0, 2, 1), C=shapely.box(1, 1, 2, 2), D=shapely.box(9, 9, 10, 10)
    )
    borders = shared_borders(areas)
    assert borders == {"A": {"B": 1.0}, "B": {"A": 1.0, "C": 1.0}, "C": {"B": 1.0}, "D": {}}
    groups = {"A": "one", "C": "one", "B": "two", "D": "two", "elsewhere": "two"}
    assert parts_of(groups, borders) == {"one": [["A"], ["C"]], "two": [["B"], ["D"]]}


def leeds_zones(areas: gpd.GeoDataFrame, real_data: RealData) -> gpd.GeoDataFrame:
    lookup = plurality(
        read_membership(real_data.path("nhs", "epcncorepartnerdetails.csv")),
        read_registered(real_data.path("nhs", "gp-reg-pat-prac-lsoa.csv"), within=areas["area_ref"].tolist()),
        date(2023, 2, 24),
    )
    return dissolve(areas, dict(zip(lookup["area_ref"], lookup["pcn_ref"], strict=True)))


def as_coarse_as(topology: Path, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Round every corner to the grid on which a TopoJSON file stores its own."""
    transform = json.loads(topology.read_text(encoding="utf-8"))["transform"]
    step, corner = np.array(transform["scale"]), np.array(transform["translate"])
    in_degrees = geometries_to_lon_lat(areas.geometry.to_numpy())
    coarse = shapely.transform(in_degrees, lambda xy: np.rint((xy - corner) / step) * step + corner)
    return areas.set_geometry(list(shapely.make_valid(geometries_to_grid(coarse))), crs=areas.crs)


@pytest.mark.real_data
def test_boundaries_with_gaps_give_the_zones_of_the_clean_ones(real_data: RealData) -> None:
    topology = real_data.path("boundaries", "leeds_lsoa2011.topo.json")
    clean_areas, _ = close_gaps(read_areas(topology))
    mended_areas, report = close_gaps(read_areas(real_data.path("boundaries", "leeds_lsoa2011_with_gaps.geojson")))
    assert shapely.coverage_is_valid(mended_areas.geometry.to_numpy())
    assert (report.gaps_closed, report.overlaps) == (4570, 1252)
    assert report.largest_change < 1e-8
    clean, mended = leeds_zones(clean_areas, real_data), leeds_zones(mended_areas, real_data)
    assert mended["area_ref"].tolist() == clean["area_ref"].tolist()
    assert mended["part_count"].tolist() == clean["part_count"].tolist()
    assert abs(mended.geometry.area.sum() / clean.geometry.area.sum() - 1) < 1e-4
    # One zone at a time they differ by up to 0.07 %, for the clean file's corners are rounded to about three metres …
    change = np.abs(mended.geometry.area.to_numpy() / clean.geometry.area.to_numpy() - 1)
    assert 5e-4 < change.max() < 1e-3
    # … and by nothing else: with its own corners rounded likewise the mended file gives the very same zones.
    coarse = leeds_zones(as_coarse_as(topology, mended_areas), real_data)
    apart = shapely.symmetric_difference(coarse.geometry.to_numpy(), clean.geometry.to_numpy())
    assert (shapely.area(apart) / clean.geometry.area.to_numpy()).max() < 1e-12
    assert sum(len(part.interiors) for zone in mended.geometry for part in shapely.get_parts(zone)) < 10
