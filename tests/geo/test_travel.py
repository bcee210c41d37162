from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geo.british_grid import to_grid
from geo.errors import NotCoordinates, OffNetwork, UnreachableHome
from geo.network import Mode, StreetNetwork, build_network
from geo.travel import UNREACHABLE_S, SnappedHomes, route, routes, snap, travel_seconds, travel_seconds_from
from tests.geo.towns import Town, at, crossroads, judge_graph, judged_seconds, real_network, scattered_homes
from tests.real_data import RealData

TOWNS = ["leeds_headingley_2022-10-17.osm.pbf", "newport_2023-06-13.osm.pbf"]


def homes_at(network: StreetNetwork, *places: tuple[float, float]) -> SnappedHomes:
    lon, lat = zip(*(at(*place) for place in places), strict=True)
    return snap(network, lon, lat)


def test_homes_snap_to_the_middle_of_streets(tmp_path: Path) -> None:
    network = build_network(crossroads().write(tmp_path / "town.osm.pbf"), "walk")
    homes = homes_at(network, (50, 10), (150, -12))
    assert homes.edge[0] == homes.edge[1]
    assert homes.metres_from_street == pytest.approx([10, 12], abs=0.1)
    assert abs(homes.offset_m[0] - homes.offset_m[1]) == pytest.approx(100, abs=0.2)


def test_two_homes_on_one_long_road_are_apart(tmp_path: Path) -> None:
    network = build_network(crossroads().write(tmp_path / "town.osm.pbf"), "walk")
    seconds = travel_seconds(network, homes_at(network, (50, 10), (150, -12), (0, 100)), cutoff_s=None)
    # 100 m, 150 m and 250 m at 75 m a minute.
    assert seconds.tolist() == [[0, 80, 120], [80, 0, 200], [120, 200, 0]]


def test_the_way_around_a_ring_is_taken_where_it_is_shorter(tmp_path: Path) -> None:
    town = Town().way((0, 0), (400, 0), (400, 100), (0, 100), (0, 0)).way((0, 0), (-100, 0))
    network = build_network(town.write(tmp_path / "town.osm.pbf"), "walk")
    seconds = travel_seconds(network, homes_at(network, (50, -1), (50, 101), (390, -1)), cutoff_s=None)
    assert seconds[0, 1] == pytest.approx(200 / 1.25, abs=1)
    assert seconds[0, 2] == pytest.approx(340 / 1.25, abs=1)


def test_a_car_goes_around_where_the_street_is_one_way(tmp_path: Path) -> None:
    town = Town().way((0, 0), (300, 0), (300, 300), (0, 300), (0, 0), oneway="yes").way((0, 0), (-100, 0))
    network = build_network(town.write(tmp_path / "town.osm.pbf"), "drive")
    homes = homes_at(network, (100, 0), (200, 0))
    seconds = travel_seconds(network, homes, cutoff_s=None).astype(int)
    pace = 30 * 0.44704 * 0.65
    assert seconds[0, 1] == pytest.approx(100 / pace, abs=1)
    assert seconds[1, 0] == pytest.approx(1100 / pace, abs=1)
    to_homes, from_homes = travel_seconds_from(network, homes.take([1]), homes, None)
    assert to_homes.tolist() == seconds[1].tolist()
    assert from_homes.tolist() == seconds[:, 1].tolist()


def test_homes_at_one_door_are_no_time_apart(tmp_path: Path) -> None:
    network = build_network(crossroads().write(tmp_path / "town.osm.pbf"), "walk")
    assert travel_seconds(network, homes_at(network, (50, 10), (50, 10)), cutoff_s=60).tolist() == [[0, 0], [0, 0]]


def test_a_home_at_a_junction_and_at_a_dead_end_are_reached(tmp_path: Path) -> None:
    network = build_network(crossroads().write(tmp_path / "town.osm.pbf"), "walk")
    seconds = travel_seconds(network, homes_at(network, (0, 0), (200, 0), (0, -200)), cutoff_s=None)
    assert seconds.tolist() == [[0, 160, 160], [160, 0, 320], [160, 320, 0]]


def test_homes_far_from_any_street_are_flagged_not_refused(tmp_path: Path) -> None:
    network = build_network(crossroads().write(tmp_path / "town.osm.pbf"), "walk")
    homes = homes_at(network, (50, 0), (449, 0), (451, 0), (20_000, 90_000))
    assert homes.off_network.tolist() == [False, False, True, True]
    seconds = travel_seconds(network, homes, cutoff_s=None)
    assert seconds[0, 2] == seconds[2, 0] == seconds[2, 3] == UNREACHABLE_S
    assert seconds[2, 2] == 0
    assert (travel_seconds_from(network, homes.take([2]), homes, None)[0] == UNREACHABLE_S).all()


def test_homes_pass_over_islands_and_motorways(tmp_path: Path) -> None:
    town = Town().way((0, 0), (2000, 0)).way((100, 50), (150, 50))
    town.way((0, -20), (2000, -20), highway="motorway", oneway="no").way((0, -20), (0, 0), highway="motorway_link")
    extract = town.write(tmp_path / "town.osm.pbf")
    for mode in ("walk", "drive"):
        network = build_network(extract, mode)
        homes = homes_at(network, (120, 49), (500, -19))
        assert homes.metres_from_street == pytest.approx([49, 19], abs=0.2)


def test_pairs_beyond_the_cutoff_and_without_a_way_are_marked(tmp_path: Path) -> None:
    town = Town().way((0, 0), (2000, 0)).way((0, 500), (2000, 500))
    network = build_network(town.write(tmp_path / "town.osm.pbf"), "walk")
    homes = homes_at(network, (0, 0), (100, 0), (1000, 0), (0, 500))
    seconds = travel_seconds(network, homes, cutoff_s=80)
    assert seconds[0].tolist() == [0, 80, UNREACHABLE_S, UNREACHABLE_S]
    assert travel_seconds(network, homes, cutoff_s=79)[0, 1] == UNREACHABLE_S
    assert travel_seconds(network, homes, cutoff_s=None)[0].tolist() == [0, 80, 800, UNREACHABLE_S]
    assert travel_seconds_from(network, homes.take([0]), homes, 80)[0].tolist() == seconds[0].tolist()


def test_no_homes_have_an_empty_table(tmp_path: Path) -> None:
    network = build_network(crossroads().write(tmp_path / "town.osm.pbf"), "walk")
    none = snap(network, [], [])
    assert len(none) == 0
    assert travel_seconds(network, none, cutoff_s=None).shape == (0, 0)
    one = homes_at(network, (50, 0))
    assert [a.shape for a in travel_seconds_from(network, one, none, None)] == [(0,), (0,)]


def test_missing_coordinates_are_named_by_row_only(tmp_path: Path) -> None:
    network = build_network(crossroads().write(tmp_path / "town.osm.pbf"), "walk")
    with pytest.raises(NotCoordinates, match=r"1 homes .*\(rows 1\)") as raised:
        snap(network, [2.0, float("nan")], [54.7, 54.7123])
    assert "54.7" not in str(raised.value)


def test_a_leg_is_drawn_along_the_streets(tmp_path: Path) -> None:
    network = build_network(crossroads().write(tmp_path / "town.osm.pbf"), "walk")
    homes = homes_at(network, (50, 10), (0, 100), (150, 0))
    x_m, y_m = to_grid(*route(network, homes, 0, 1).T)
    expected = to_grid(*np.array([at(50, 0), at(0, 0), at(0, 100)]).T)
    assert np.column_stack([x_m, y_m]) == pytest.approx(np.column_stack(expected), abs=0.1)
    assert len(route(network, homes, 0, 2)) == 2
    assert len(route(network, homes, 0, 0)) == 2
    assert np.array_equal(routes(network, homes, [(2, 0), (0, 1)])[1], route(network, homes, 0, 1))


def test_a_leg_that_cannot_be_drawn_says_why(tmp_path: Path) -> None:
    town = Town().way((0, 0), (2000, 0)).way((0, 500), (2000, 500))
    network = build_network(town.write(tmp_path / "town.osm.pbf"), "walk")
    homes = homes_at(network, (0, 0), (0, 500), (0, 2000))
    with pytest.raises(UnreachableHome, match="row 0 to the home in row 1"):
        route(network, homes, 0, 1)
    with pytest.raises(OffNetwork, match=r"rows \[2\]"):
        route(network, homes, 0, 2)


@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_times_on_a_hand_made_town_equal_networkx(tmp_path: Path, mode: Mode) -> None:
    town = Town().way((0, 0), (400, 0), (400, 100), (0, 100), (0, 0), oneway="yes").way((400, 0), (600, 0))
    town.way((0, 0), (-300, 0)).way((0, 0), (200, -80), (400, 0)).way((600, 0), (700, 50), (700, -50), (600, 0))
    town.way((400, 100), (400, 300), highway="living_street").way((0, 100), (0, 300), (400, 300), oneway="-1")
    network = build_network(town.write(tmp_path / "town.osm.pbf"), mode)
    homes = snap(network, *scattered_homes(network, 60, seed=3))
    seconds = travel_seconds(network, homes, cutoff_s=None)
    judge = judge_graph(network, homes)
    assert all(judged_seconds(judge, i, j) == seconds[i, j] for i in range(60) for j in range(60))


@pytest.mark.real_data
@pytest.mark.parametrize("town", TOWNS)
@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_times_in_real_towns_equal_networkx_on_random_pairs(real_data: RealData, town: str, mode: Mode) -> None:
    network = real_network(real_data.path("osm", town), mode)
    homes = snap(network, *scattered_homes(network, 300, seed=7))
    seconds = travel_seconds(network, homes, cutoff_s=None)
    judge = judge_graph(network, homes)
    rng = np.random.default_rng(11)
    pairs = rng.integers(0, 300, (40, 2)).tolist()
    close = [(i, j) for i in range(300) for j in np.flatnonzero(homes.edge == homes.edge[i]) if i != j][:40]
    for i, j in pairs + close:
        assert judged_seconds(judge, i, int(j)) == seconds[i, j]


@pytest.mark.real_data
def test_walking_times_are_symmetric_and_obey_the_triangle(real_data: RealData) -> None:
    network = real_network(real_data.path("osm", TOWNS[1]), "walk")
    homes = snap(network, *scattered_homes(network, 300, seed=8))
    seconds = travel_seconds(network, homes, cutoff_s=None).astype(np.int64)
    assert (seconds == seconds.T).all()
    for k in range(0, 300, 10):
        assert (seconds <= seconds[:, k, None] + seconds[None, k] + 1).all()


@pytest.mark.real_data
@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_one_home_and_a_cutoff_give_the_same_as_the_full_table(real_data: RealData, mode: Mode) -> None:
    network = real_network(real_data.path("osm", TOWNS[0]), mode)
    homes = snap(network, *scattered_homes(network, 200, seed=9))
    full = travel_seconds(network, homes, cutoff_s=None)
    within = travel_seconds(network, homes, cutoff_s=600)
    assert (within == np.where(full <= 600, full, UNREACHABLE_S)).all()
    for i in range(0, 200, 7):
        to_homes, from_homes = travel_seconds_from(network, homes.take([i]), homes, 600)
        assert (to_homes == within[i]).all()
        assert (from_homes == within[:, i]).all()


@pytest.mark.real_data
def test_drawn_legs_are_as_long_as_their_time_says(real_data: RealData) -> None:
    network = real_network(real_data.path("osm", TOWNS[0]), "walk")
    homes = snap(network, *scattered_homes(network, 200, seed=10))
    seconds = travel_seconds(network, homes, cutoff_s=None)
    legs = [(i, (7 * i + 3) % 200) for i in range(200)]
    for (i, j), line in zip(legs, routes(network, homes, legs), strict=True):
        x_m, y_m = to_grid(line[:, 0], line[:, 1])
        metres = np.hypot(np.diff(x_m), np.diff(y_m)).sum()
        assert metres / 1.25 == pytest.approx(float(seconds[i, j]), rel=1e-5, abs=0.6)
