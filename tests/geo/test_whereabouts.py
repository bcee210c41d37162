from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.british_grid import to_lon_lat
from geo.errors import (
    EmptyFile,
    GeographyError,
    MissingColumn,
    NotCoordinates,
    NullIsland,
    OutsideArea,
    SwappedCoordinates,
)
from geo.whereabouts import Finder, UnknownPlace, read_uprns

X_M, Y_M = 648_000.0, 541_000.0


def degrees(east_m: float, north_m: float) -> tuple[float, float]:
    lon, lat = to_lon_lat(X_M + east_m, Y_M + north_m)
    return float(lon), float(lat)


def finder() -> Finder:
    """Two invented areas, the eastern one with a hole."""
    east = shapely.box(X_M, Y_M, X_M + 1000, Y_M + 1000) - shapely.box(X_M + 400, Y_M + 400, X_M + 600, Y_M + 600)
    west = shapely.box(X_M - 1000, Y_M, X_M, Y_M + 1000)
    areas = gpd.GeoDataFrame({"area_ref": ["A", "B"]}, geometry=[east, west], crs="EPSG:27700")
    return Finder(
        areas,
        {
            "A": {"patch_ref": "quay", "zone_ref": "east", "pcn_ref": "U99001", "pcn_share": 0.6},
            "B": {"patch_ref": "mill", "zone_ref": "west", "pcn_ref": None, "pcn_share": None},
        },
        postcodes={"ZZ1 1AA": degrees(100, 100), "ZZ9 9ZZ": degrees(500, 500)},
        uprns={"123": degrees(-100, 100)},
        practices={"Z00001": "U99002"},
    )


def test_point_postcode_and_uprn_lead_to_area_patch_zone_and_network() -> None:
    found = finder().point(*degrees(100, 100))
    assert (found.area_ref, found.patch_ref, found.zone_ref, found.pcn_ref) == ("A", "quay", "east", "U99001")
    assert finder().postcode("zz11aa") == found
    assert finder().uprn("000000000123").zone_ref == "west"
    assert finder().uprn("123").pcn_ref is None


def test_the_registered_network_is_the_practices_not_the_grounds() -> None:
    found = finder().postcode("ZZ1 1AA", practice_ref="z00001")
    assert (found.pcn_ref, found.registered_pcn_ref) == ("U99001", "U99002")


def test_a_point_on_a_border_is_in_the_area_with_the_smallest_reference() -> None:
    assert finder().point(*degrees(0, 500)).area_ref == "A"


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda f: f.point(*degrees(500, 500)), OutsideArea),
        (lambda f: f.postcode("ZZ9 9ZZ"), OutsideArea),
        (lambda f: f.point(*degrees(500, 500)[::-1]), SwappedCoordinates),
        (lambda f: f.point(0.0, 0.0), NullIsland),
        (lambda f: f.point(X_M, Y_M), NotCoordinates),
        (lambda f: f.point(-30.0, 50.0), OutsideArea),
        (lambda f: f.postcode("ZZ1 1AB"), UnknownPlace),
        (lambda f: f.postcode("ZZ1"), UnknownPlace),
        (lambda f: f.uprn("124"), UnknownPlace),
        (lambda f: f.uprn("12a"), UnknownPlace),
        (lambda f: f.registered_network("Z99999"), UnknownPlace),
    ],
)
def test_each_fault_has_its_error_and_none_repeats_the_place(
    ask: Callable[[Finder], object], error: type[GeographyError]
) -> None:
    with pytest.raises(error) as raised:
        ask(finder())
    assert not any(secret in str(raised.value) for secret in ("ZZ1 1AB", "ZZ9", "124", "12a", "648", "541"))


def test_many_points_at_once_never_raise() -> None:
    lon, lat = np.array([degrees(100, 100), degrees(-100, 100), (0.0, 0.0), (np.nan, 1.0)]).T
    table = finder().points(lon, lat)
    assert table["zone_ref"].tolist() == ["east", "west", None, None]
    assert table["pcn_ref"].tolist() == ["U99001", None, None, None]
    assert isinstance(finder().fault(0.0, 0.0), NullIsland)


def test_properties_are_read_within_a_box(tmp_path: Path) -> None:
    path = tmp_path / "uprn.csv"
    path.write_text(
        "UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\n7,1,1,54.7,2.0\n8,1,1,51.0,-3.0\n", encoding="utf-8-sig"
    )
    assert read_uprns(path, box=(1.9, 54.6, 2.1, 54.8)) == {"7": (2.0, 54.7)}
    published = tmp_path / "osopenuprn.zip"
    with zipfile.ZipFile(published, "w") as archive:
        archive.writestr("licence.txt", "OGL")
        archive.write(path, "osopenuprn_202611.csv")
        archive.writestr("versions.txt", "2026")
    assert read_uprns(published, box=(1.9, 54.6, 2.1, 54.8)) == {"7": (2.0, 54.7)}
    published.write_bytes(published.read_bytes()[:200])
    with pytest.raises(MissingColumn, match=r"osopenuprn\.zip is no OS Open UPRN"):
        read_uprns(published, box=(1.9, 54.6, 2.1, 54.8))
    with pytest.raises(EmptyFile, match="no property"):
        read_uprns(path, box=(0.0, 0.0, 1.0, 1.0))
    path.write_text("UPRN,LAT\n7,1\n")
    with pytest.raises(MissingColumn, match=r"uprn\.csv is no OS Open UPRN"):
        read_uprns(path, box=(1.9, 54.6, 2.1, 54.8))
