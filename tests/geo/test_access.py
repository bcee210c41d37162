from __future__ import annotations

import re

import osmium
import pytest
from osmnx import _overpass

from geo import access, modes
from geo.cycling import CYCLING
from tests.real_data import RealData


def test_foot_tag_overrides_the_general_access_tag() -> None:
    assert access.WALKING.may_use({"highway": "track", "access": "private", "foot": "designated"})
    assert not access.WALKING.may_use({"highway": "track", "access": "yes", "foot": "private"})


@pytest.mark.parametrize("value", ["no", "private", "agricultural", "military"])
def test_barred_ways_are_for_nobody(value: str) -> None:
    tags = {"highway": "service", "access": value}
    assert not access.WALKING.may_use(tags)
    assert not access.DRIVING.may_use(tags)


@pytest.mark.parametrize("highway", ["motorway", "motorway_link", "construction", "bus_stop", "proposed", "layby"])
def test_people_on_foot_keep_off_what_is_no_street_for_them(highway: str) -> None:
    assert not access.WALKING.may_use({"highway": highway})


@pytest.mark.parametrize("highway", ["footway", "steps", "path", "cycleway", "pedestrian", "track"])
def test_cars_keep_off_paths(highway: str) -> None:
    assert not access.DRIVING.may_use({"highway": highway})
    assert access.WALKING.may_use({"highway": highway})


def test_a_cycle_track_is_walked_unless_signed_otherwise() -> None:
    assert access.WALKING.may_use({"highway": "cycleway"})
    assert not access.WALKING.may_use({"highway": "cycleway", "foot": "no"})


def test_a_motor_road_is_not_walked() -> None:
    assert not access.WALKING.may_use({"highway": "trunk", "motorroad": "yes"})
    assert access.WALKING.may_use({"highway": "trunk"})


def test_only_pedestrian_squares_are_walked_around() -> None:
    assert access.WALKING.may_use({"highway": "pedestrian", "area": "yes"})
    assert not access.WALKING.may_use({"highway": "service", "area": "yes"})


def test_a_bollard_stops_cars_and_not_people() -> None:
    assert modes.RULES["drive"].stops_at({"barrier": "bollard"})
    assert not modes.RULES["walk"].stops_at({"barrier": "bollard"})


def test_a_private_gate_stops_both_and_an_open_one_neither() -> None:
    for mode in ("walk", "drive"):
        assert modes.RULES[mode].stops_at({"barrier": "gate", "access": "private"})
        assert not modes.RULES[mode].stops_at({"barrier": "gate"})


def test_a_crossing_with_an_access_tag_is_no_barrier() -> None:
    assert not modes.RULES["drive"].stops_at({"highway": "crossing", "access": "no"})


@pytest.mark.parametrize(
    ("tags", "direction"),
    [
        ({"oneway": "yes"}, "forward"),
        ({"oneway": "-1"}, "backward"),
        ({"junction": "roundabout"}, "forward"),
        ({"highway": "motorway"}, "forward"),
        ({"highway": "motorway", "oneway": "no"}, "both"),
        ({}, "both"),
    ],
)
def test_one_way_tags_give_the_direction(tags: dict[str, str], direction: str) -> None:
    assert access.DRIVING.direction(tags) == direction


@pytest.mark.parametrize(
    ("tags", "mph"),
    [
        ({"maxspeed": "20 mph"}, 20),
        ({"maxspeed": "20mph"}, 20),
        ({"maxspeed": "48"}, 29.826),
        ({"maxspeed": "GB:nsl_single"}, 60),
        ({"highway": "residential"}, 30),
        ({"highway": "service"}, 10),
        ({"highway": "service", "maxspeed": "signals"}, 10),
        ({"highway": "residential", "maxspeed": "0"}, 30),
    ],
)
def test_speed_is_the_limit_times_the_urban_factor(tags: dict[str, str], mph: float) -> None:
    expected = mph * 0.44704 * access.URBAN_FACTOR
    assert access.driving_speed_m_per_s(tags) == pytest.approx(expected, rel=1e-3)


def test_light_is_lit_unlit_or_not_stated() -> None:
    assert [access.lit_state(t) for t in ({"lit": "yes"}, {"lit": "24/7"}, {"lit": "no"}, {})] == [1, 1, 0, -1]


def _osmnx_keeps(tags: dict[str, str], mode: access.Mode) -> bool:
    """Osmnx's own filter, read from osmnx."""
    for part in re.findall(r"\[[^\]]+\]", _overpass._get_network_filter("bike" if mode == "cycle" else mode)):
        key, _, values = part.strip("[]").replace('"', "").partition("!~")
        if not values:
            if key not in tags:
                return False
        elif key in tags and re.search(values, tags[key]):
            return False
    return True


def _stated_departure(tags: dict[str, str], mode: access.Mode) -> bool:
    if mode == "walk":
        return (
            tags["highway"] == "cycleway"
            or "foot" in tags
            or tags.get("access") in access.BARRED
            or tags.get("area") == "yes"
            or any(key.startswith("sidewalk") for key in tags)
            or tags["highway"] in ("motorway_link", "busway", "bus_stop", "layby", "traffic_island")
            or tags.get("motorroad") == "yes"
        )
    if mode == "cycle":
        return (
            tags["highway"]
            in ("footway", "pedestrian", "motorway_link", "busway", "bus_stop", "layby", "traffic_island")
            or any(key in tags for key in CYCLING.keys)
            or tags.get("designation") == "public_footpath"
            or tags.get("motorroad") == "yes"
        )
    return (
        tags["highway"] == "service"
        or "service" in tags  # said of a street that is not a service road
        or any(key in tags for key in access.DRIVING.keys)
        or tags["highway"] in ("busway", "bus_stop", "layby", "traffic_island")
    )


@pytest.mark.real_data
@pytest.mark.parametrize("mode", ["walk", "cycle", "drive"])
@pytest.mark.parametrize("town", ["leeds_headingley_2022-10-17", "newport_2023-06-13", "rutland_2018-02-27"])
def test_the_rules_depart_from_osmnx_only_where_the_docs_say_so(
    real_data: RealData, town: str, mode: access.Mode
) -> None:
    extract = real_data.path("osm", f"{town}.osm.pbf")
    reader = osmium.FileProcessor(str(extract), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway"))
    ways = [dict(item.tags) for item in reader]
    unexplained = [
        tags
        for tags in ways
        if modes.RULES[mode].may_use(tags) != _osmnx_keeps(tags, mode) and not _stated_departure(tags, mode)
    ]
    assert unexplained == []
