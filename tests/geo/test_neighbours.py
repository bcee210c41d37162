from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.hierarchy import hierarchy_from, hierarchy_of
from geo.network import Mode, StreetNetwork, build_network
from geo.search import arcs_of
from geo.travel import UNREACHABLE_S, TravelTable, snap, travel_seconds, travel_seconds_from, travel_table
from tests.geo.towns import Town, at, judge_graph, judged_seconds, real_network, scattered_homes
from tests.real_data import RealData

NEWPORT = "newport_2023-06-13.osm.pbf"
WHOLE_NUMBERS = st.integers(0, 6)


def two_banks() -> Town:
    """Two parts that are not joined, the first with a ring and a dead end."""
    town = Town().way((0, 0), (400, 0), (400, 300), (0, 300), (0, 0)).way((400, 0), (900, 0))
    return town.way((0, 900), (1000, 900))


def homes_of(network: StreetNetwork, count: int, seed: int) -> tuple[StreetNetwork, TravelTable, np.ndarray]:
    homes = snap(network, *scattered_homes(network, count, seed))
    return network, travel_table(network, homes, cutoff_s=600), travel_seconds(network, homes, cutoff_s=600)


def test_a_sparse_table_keeps_exactly_the_pairs_within_the_cutoff(tmp_path: Path) -> None:
    network = build_network(two_banks().write(tmp_path / "town.osm.pbf"), "walk")
    _, table, dense = homes_of(network, 40, 1)
    assert np.array_equal(table.dense(), dense)
    assert table.pair_count == (dense != UNREACHABLE_S).sum() - 40
    assert [str(part.dtype) for part in (table.indptr, table.neighbours, table.seconds)] == ["int64", "int32", "uint16"]
    assert [table.get(i, j) for i in range(40) for j in range(40)] == dense.ravel().tolist()
    neighbours, seconds = table.around(3)
    assert neighbours.tolist() == sorted(neighbours.tolist())
    assert seconds.tolist() == dense[3, neighbours].tolist()


def test_a_sparse_table_of_no_homes_and_of_one_home_is_empty(tmp_path: Path) -> None:
    network = build_network(two_banks().write(tmp_path / "town.osm.pbf"), "walk")
    for count in (0, 1):
        table = travel_table(network, snap(network, *np.array([at(50, 0)] * count).reshape(-1, 2).T), cutoff_s=None)
        assert (len(table), table.pair_count, table.dense().shape) == (count, 0, (count, count))


def test_a_home_off_the_network_has_no_neighbours(tmp_path: Path) -> None:
    network = build_network(two_banks().write(tmp_path / "town.osm.pbf"), "walk")
    homes = snap(network, *np.array([at(50, 0), at(50, 3000), at(60, 0), at(60, 3000)]).T)
    table = travel_table(network, homes, cutoff_s=None)
    assert np.diff(table.indptr).tolist() == [1, 0, 1, 0]


@lru_cache(maxsize=1)
def real_newport(extract: Path, mode: Mode) -> tuple[StreetNetwork, TravelTable, np.ndarray]:
    return homes_of(real_network(extract, mode), 600, 5)


@pytest.mark.real_data
@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_a_real_city_has_the_same_times_sparse_and_dense(real_data: RealData, mode: Mode) -> None:
    _, table, dense = real_newport(real_data.path("osm", NEWPORT), mode)
    assert np.array_equal(table.dense(), dense)


@pytest.mark.real_data
@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_a_thousand_random_pairs_equal_networkx(real_data: RealData, mode: Mode) -> None:
    import networkx as nx

    network = real_network(real_data.path("osm", NEWPORT), mode)
    homes = snap(network, *scattered_homes(network, 500, seed=12))
    seconds = travel_seconds(network, homes, cutoff_s=None)
    judge = judge_graph(network, homes)
    rng = np.random.default_rng(13)
    for i in rng.integers(0, 500, 20).tolist():
        ticks = nx.single_source_dijkstra_path_length(judge, ("home", i), weight="ticks")
        for j in rng.integers(0, 500, 50).tolist():
            assert seconds[i, j] == ((int(ticks[("home", j)]) + 512) // 1024 if ("home", j) in ticks else UNREACHABLE_S)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(WHOLE_NUMBERS, WHOLE_NUMBERS, WHOLE_NUMBERS, WHOLE_NUMBERS, st.sampled_from(["no", "yes", "-1"])),
        min_size=1,
        max_size=14,
    ),
    st.sampled_from(["walk", "drive"]),
)
def test_any_town_has_the_times_of_networkx(
    tmp_path_factory: pytest.TempPathFactory, roads: list[tuple[int, int, int, int, str]], mode: Mode
) -> None:
    town = Town().way((0, 0), (70, 0), (150, 0)).way((70, 0), (70, 80))
    for a, b, c, d, oneway in roads:
        if (a, b) != (c, d):
            town.way((70.0 * a, 80.0 * b), (70.0 * c, 80.0 * d), oneway=oneway)
    network = build_network(town.write(tmp_path_factory.mktemp("town") / "town.osm.pbf"), mode)
    homes = snap(network, *scattered_homes(network, 8, seed=1))
    seconds = travel_seconds(network, homes, cutoff_s=None).astype(int)
    judge = judge_graph(network, homes)
    for i in range(8):
        for j in range(8):
            expected = judged_seconds(judge, i, j)
            assert seconds[i, j] == (UNREACHABLE_S if expected is None else expected)
    there = seconds != UNREACHABLE_S
    for k in range(8):
        around = seconds[:, k, None] + seconds[None, k]
        assert (seconds <= around + 1)[there[:, k, None] & there[None, k]].all()
    if mode == "walk":
        assert (seconds == seconds.T).all()
    for i in range(8):
        to_homes, from_homes = travel_seconds_from(network, homes.take([i]), homes, None)
        assert to_homes.tolist() == seconds[i].tolist()
        assert from_homes.tolist() == seconds[:, i].tolist()


def test_a_hierarchy_is_made_once_and_the_same_each_time(tmp_path: Path) -> None:
    network = build_network(two_banks().write(tmp_path / "town.osm.pbf"), "walk")
    assert hierarchy_of(network) is hierarchy_of(network)
    again = hierarchy_from(arcs_of(network))
    assert all(np.array_equal(getattr(again, name), getattr(hierarchy_of(network), name)) for name in again.__slots__)


@pytest.mark.real_data
@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_three_thousand_homes_of_a_real_city_agree_with_each_home_asked_alone(real_data: RealData, mode: Mode) -> None:
    network = real_network(real_data.path("osm", NEWPORT), mode)
    homes = snap(network, *scattered_homes(network, 3000, seed=3))
    table = travel_table(network, homes, cutoff_s=1800)
    assert table.pair_count > 100_000
    for i in (0, 1500, 2999):
        to_homes, from_homes = travel_seconds_from(network, homes.take([i]), homes, 1800)
        neighbours, seconds = table.around(i)
        others = np.flatnonzero(to_homes != UNREACHABLE_S)
        assert neighbours.tolist() == others[others != i].tolist()
        assert seconds.tolist() == to_homes[neighbours].tolist()
        assert [table.get(j, i) for j in range(0, 3000, 300)] == from_homes[::300].tolist()
