from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geo.cycling import CYCLING
from geo.modes import RULES
from geo.network import build_network
from geo.travel import snap, travel_seconds
from tests.geo.towns import Town, at, real_network
from tests.real_data import RealData


@pytest.mark.parametrize("highway", ["residential", "cycleway", "path", "track", "bridleway", "primary", "service"])
def test_streets_and_tracks_are_cycled_unless_barred(highway: str) -> None:
    assert CYCLING.may_use({"highway": highway})
    assert not CYCLING.may_use({"highway": highway, "bicycle": "no"})
    assert not CYCLING.may_use({"highway": highway, "access": "private"})
    assert CYCLING.may_use({"highway": highway, "access": "private", "bicycle": "permissive"})


@pytest.mark.parametrize("highway", ["footway", "pedestrian"])
def test_footways_are_cycled_only_where_signed(highway: str) -> None:
    assert not CYCLING.may_use({"highway": highway})
    assert CYCLING.may_use({"highway": highway, "bicycle": "designated"})
    assert not CYCLING.may_use({"highway": highway, "bicycle": "dismount"})


@pytest.mark.parametrize("highway", ["steps", "motorway", "corridor", "construction", "elevator"])
def test_bicycles_keep_off_what_is_no_street_for_them(highway: str) -> None:
    assert not CYCLING.may_use({"highway": highway, "bicycle": "yes"})


def test_a_public_footpath_is_no_bridleway_and_a_motor_road_no_street() -> None:
    assert not CYCLING.may_use({"highway": "path", "designation": "public_footpath"})
    assert CYCLING.may_use({"highway": "path", "designation": "public_bridleway"})
    assert not CYCLING.may_use({"highway": "trunk", "motorroad": "yes"})


@pytest.mark.parametrize(
    ("tags", "direction"),
    [
        ({"oneway": "yes"}, "forward"),
        ({"oneway": "-1"}, "backward"),
        ({"oneway": "yes", "oneway:bicycle": "no"}, "both"),
        ({"oneway": "yes", "cycleway": "opposite_lane"}, "both"),
        ({"oneway": "yes", "cycleway:left": "opposite_track"}, "both"),
        ({"junction": "roundabout"}, "forward"),
        ({}, "both"),
    ],
)
def test_one_way_streets_bind_bicycles_unless_a_sign_frees_them(tags: dict[str, str], direction: str) -> None:
    assert CYCLING.direction(tags) == direction


def test_a_stile_stops_bicycles_and_a_bollard_does_not() -> None:
    assert RULES["cycle"].stops_at({"barrier": "stile"})
    assert not RULES["cycle"].stops_at({"barrier": "bollard"})
    assert not RULES["cycle"].stops_at({"barrier": "stile", "bicycle": "yes"})
    assert not RULES["dark_walk"].stops_at({"barrier": "stile"})


def test_a_bicycle_goes_250_m_a_minute_and_around_one_way_streets(tmp_path: Path) -> None:
    town = Town().way((0, 0), (300, 0), oneway="yes").way((300, 0), (300, 300), (0, 300), (0, 0))
    town.way((0, 0), (-100, 0)).way((300, 0), (400, 0))
    network = build_network(town.write(tmp_path / "town.osm.pbf"), "cycle")
    homes = snap(network, *np.array([at(-50, 0), at(350, 0)]).T)
    seconds = travel_seconds(network, homes, cutoff_s=None)
    assert seconds[0, 1] == pytest.approx(400 / 250 * 60, abs=1)
    assert seconds[1, 0] == pytest.approx(1000 / 250 * 60, abs=1)


@pytest.mark.real_data
def test_a_real_city_is_joined_up_by_bicycle(real_data: RealData) -> None:
    network = real_network(real_data.path("osm", "newport_2023-06-13.osm.pbf"), "cycle")
    assert (network.node_component == 0).mean() > 0.9
    assert {"cycleway", "residential"} <= set(network.highway_names)
    assert not {"steps", "motorway"} & set(network.highway_names)
