from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geo.errors import DamagedExtract
from geo.extract import cut_extract
from geo.network import build_network
from geo.snap import snap
from geo.travel import travel_seconds
from tests.geo.towns import Town, at, real_network
from tests.real_data import RealData


def long_street(folder: Path) -> Path:
    """A street of ten stretches of 100 m, a gate with a lock at 200 m, and a far street."""
    town = Town().way(*((100.0 * k, 0.0) for k in range(11)), highway="residential")
    town.node(200, 0, barrier="bollard")
    return town.way((5000, 5000), *((5000.0 + k, 5000.0) for k in range(1, 30))).write(folder / "long.osm.pbf")


def box_of(west_m: float, east_m: float) -> tuple[float, float, float, float]:
    (west, south), (east, north) = at(west_m, -50), at(east_m, 50)
    return west, south, east, north


def test_what_crosses_the_box_is_kept_whole_with_its_tags(tmp_path: Path) -> None:
    region, part = long_street(tmp_path), tmp_path / "part.osm.pbf"
    assert cut_extract(region, part, box_of(250, 450))
    network = build_network(part, "walk")
    assert network.edge_length_m.sum() == pytest.approx(1000, abs=1)
    assert build_network(part, "drive").node_count == build_network(region, "drive").node_count - 2


def test_an_extract_that_is_mostly_inside_or_wholly_outside_is_left_alone(tmp_path: Path) -> None:
    part = tmp_path / "part.osm.pbf"
    street = Town().way(*((100.0 * k, 0.0) for k in range(11))).write(tmp_path / "street.osm.pbf")
    assert not cut_extract(street, part, box_of(-50, 750))
    assert not cut_extract(street, part, box_of(8000, 9000))
    assert not part.exists()


def test_a_damaged_region_leaves_nothing_behind(tmp_path: Path) -> None:
    region = long_street(tmp_path)
    region.write_bytes(region.read_bytes()[:-40])
    with pytest.raises(DamagedExtract, match="cut short"):
        cut_extract(region, tmp_path / "part.osm.pbf", box_of(250, 450))
    assert [path.name for path in tmp_path.iterdir()] == ["long.osm.pbf"]


@pytest.mark.real_data
def test_homes_well_inside_the_part_have_the_times_of_the_whole(tmp_path: Path, real_data: RealData) -> None:
    city, part = real_data.path("osm", "leeds_headingley_2022-10-17.osm.pbf"), tmp_path / "part.osm.pbf"
    here = real_network(city, "walk")
    (west, east), (south, north) = (np.percentile(of, (30, 70)) for of in (here.node_lon, here.node_lat))
    assert cut_extract(city, part, (west, south, east, north))
    assert part.stat().st_size < city.stat().st_size / 2
    rng = np.random.default_rng(4)
    lon = rng.uniform(west + (east - west) / 3, east - (east - west) / 3, 80)
    lat = rng.uniform(south + (north - south) / 3, north - (north - south) / 3, 80)
    there = build_network(part, "walk")
    whole, cut = (travel_seconds(network, snap(network, lon, lat), cutoff_s=300) for network in (here, there))
    assert np.count_nonzero(whole < 300) > 500
    np.testing.assert_array_equal(cut, whole)
