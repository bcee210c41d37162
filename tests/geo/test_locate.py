from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.boundaries import read_areas
from geo.british_grid import to_grid, to_lon_lat
from geo.errors import GeographyError, NotCoordinates, NullIsland, OutsideArea, SwappedCoordinates
from geo.locate import Locator
from tests.geo.towns import LAT, LON
from tests.real_data import RealData

X_M, Y_M = (float(v) for v in to_grid(LON, LAT))


def two_areas() -> Locator:
    """West (B) and east (A) of the middle of the invented town, 1 km square each, with a hole in the east."""
    west = shapely.box(X_M - 1000, Y_M, X_M, Y_M + 1000)
    east = shapely.box(X_M, Y_M, X_M + 1000, Y_M + 1000) - shapely.box(X_M + 400, Y_M + 400, X_M + 600, Y_M + 600)
    return Locator(gpd.GeoDataFrame({"area_ref": ["B", "A"]}, geometry=[west, east], crs="EPSG:27700"))


def degrees(east_m: float, north_m: float) -> tuple[float, float]:
    lon, lat = to_lon_lat(X_M + east_m, Y_M + north_m)
    return float(lon), float(lat)


def test_a_point_is_in_its_area() -> None:
    locator = two_areas()
    assert locator.locate(*degrees(-500, 500)) == "B"
    assert locator.locate(*degrees(200, 500)) == "A"


@pytest.mark.parametrize("north_m", [0.0, 250.0, 999.99])
def test_a_point_on_a_border_is_in_the_area_with_the_smallest_reference(north_m: float) -> None:
    assert two_areas().locate(*degrees(0, north_m)) == "A"


def test_a_hole_belongs_to_nobody() -> None:
    with pytest.raises(OutsideArea, match="none of the areas"):
        two_areas().locate(*degrees(500, 500))


@pytest.mark.parametrize(
    ("lon", "lat", "error"),
    [
        (54.7, 2.0, SwappedCoordinates),
        (0.0, 0.0, NullIsland),
        (float("nan"), 54.7, NotCoordinates),
        (660_000.0, 541_000.0, NotCoordinates),
        (2.5, 54.7, OutsideArea),
        (-3.123, 51.456, OutsideArea),
    ],
)
def test_each_fault_has_its_error_and_none_repeats_the_place(
    lon: float, lat: float, error: type[GeographyError]
) -> None:
    with pytest.raises(error) as raised:
        two_areas().locate(lon, lat)
    for value in (lon, lat):
        if value != 0:
            assert str(value) not in str(raised.value)


def test_many_points_at_once_give_the_same_and_name_the_row_of_a_fault() -> None:
    locator = two_areas()
    lon, lat = np.array([degrees(-500, 500), degrees(200, 500), degrees(0, 10)]).T
    assert locator.locate_all(lon, lat).tolist() == ["B", "A", "A"]
    with pytest.raises(NullIsland, match=r"Row 1 \(1 of 2 points"):
        locator.locate_all([lon[0], 0.0], [lat[0], 0.0])
    assert locator.find([lon[0], 0.0, np.nan], [lat[0], 0.0, 1.0]).tolist() == ["B", None, None]
    assert locator.find([], []).tolist() == []


@pytest.mark.real_data
def test_every_area_holds_its_own_inner_point(real_data: RealData, tmp_path: Path) -> None:
    areas = read_areas(real_data.path("boundaries", "leeds_lsoa2011.topo.json"))
    inner = shapely.point_on_surface(areas.geometry.to_numpy())
    lon, lat = to_lon_lat(shapely.get_x(inner), shapely.get_y(inner))
    assert Locator(areas).locate_all(lon, lat).tolist() == areas["area_ref"].tolist()
