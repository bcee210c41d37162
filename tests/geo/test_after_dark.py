from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geo.access import lit_state
from geo.after_dark import WALKING_AFTER_DARK
from geo.network import build_network
from geo.travel import snap, travel_seconds
from tests.geo.towns import Town, at, real_network
from tests.real_data import RealData


@pytest.mark.parametrize("highway", ["residential", "footway", "path", "steps", "cycleway", "tertiary", "service"])
def test_what_is_said_of_the_light_decides(highway: str) -> None:
    assert WALKING_AFTER_DARK.may_use({"highway": highway, "lit": "yes"})
    assert WALKING_AFTER_DARK.may_use({"highway": highway, "lit": "sunset-sunrise"})
    assert not WALKING_AFTER_DARK.may_use({"highway": highway, "lit": "no"})
    assert not WALKING_AFTER_DARK.may_use({"highway": highway, "lit": "limited"})


@pytest.mark.parametrize(
    ("tags", "lit"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "pedestrian"}, True),
        ({"highway": "tertiary"}, True),
        ({"highway": "primary", "maxspeed": "40 mph"}, True),
        ({"highway": "primary", "maxspeed": "50 mph"}, False),
        ({"highway": "secondary", "maxspeed": "GB:nsl_single"}, False),
        ({"highway": "unclassified"}, False),
        ({"highway": "unclassified", "maxspeed": "30 mph"}, True),
        ({"highway": "unclassified", "maxspeed": "60 mph"}, False),
        ({"highway": "service"}, True),
        ({"highway": "service", "service": "driveway"}, True),
        ({"highway": "service", "service": "alley"}, False),
        ({"highway": "service", "service": "parking_aisle"}, False),
        ({"highway": "footway", "footway": "sidewalk"}, True),
        ({"highway": "footway"}, False),
        ({"highway": "path"}, False),
        ({"highway": "steps"}, False),
        ({"highway": "cycleway"}, False),
        ({"highway": "track"}, False),
    ],
)
def test_where_nothing_is_said_the_class_of_street_decides(tags: dict[str, str], lit: bool) -> None:
    assert WALKING_AFTER_DARK.may_use(tags) is lit
    assert WALKING_AFTER_DARK.may_use(tags) is lit


def test_what_is_barred_by_day_is_barred_after_dark() -> None:
    assert not WALKING_AFTER_DARK.may_use({"highway": "residential", "lit": "yes", "access": "private"})
    assert not WALKING_AFTER_DARK.may_use({"highway": "motorway", "lit": "yes"})


def test_a_park_that_closes_at_dusk_is_not_crossed_whatever_its_light() -> None:
    assert not WALKING_AFTER_DARK.may_use({"highway": "footway", "lit": "yes", "opening_hours": "sunrise-sunset"})
    assert not WALKING_AFTER_DARK.may_use({"highway": "footway", "lit": "yes", "foot:conditional": "no @ (dusk-dawn)"})
    assert WALKING_AFTER_DARK.may_use({"highway": "footway", "lit": "yes", "opening_hours": "24/7"})


def test_after_dark_people_go_around_the_park(tmp_path: Path) -> None:
    town = Town().way((0, 0), (0, 300), (300, 300)).way((0, 0), (300, 300), highway="path")
    extract = town.write(tmp_path / "town.osm.pbf")
    times = []
    for mode in ("walk", "dark_walk"):
        network = build_network(extract, mode)
        homes = snap(network, *np.array([at(0, 1), at(299, 300)]).T)
        times.append(int(travel_seconds(network, homes, cutoff_s=None)[0, 1]))
    assert times == [pytest.approx(300 * 2**0.5 / 1.25, abs=2), pytest.approx(600 / 1.25, abs=3)]


@pytest.mark.real_data
def test_in_a_real_city_no_unlit_street_is_walked_after_dark(real_data: RealData) -> None:
    extract = real_data.path("osm", "newport_2023-06-13.osm.pbf")
    dark, day = real_network(extract, "dark_walk"), real_network(extract, "walk")
    assert (dark.edge_lit != lit_state({"lit": "no"})).all()
    assert {"residential", "footway", "steps"} <= set(dark.highway_names)
    assert "track" not in dark.highway_names
    assert 0.4 < dark.edge_length_m.sum() / day.edge_length_m.sum() < 0.8
    assert (dark.node_component == 0).mean() > 0.75
