from __future__ import annotations

import contextlib
import multiprocessing
from dataclasses import fields
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from geo.errors import DamagedExtract, DamagedNetwork, NoStreets
from geo.network import Mode, StreetNetwork, build_network, load_network, network_for, save_network
from geo.search import arcs_of
from geo.streets import ISLAND
from geo.ways import graph_of_ways
from tests.geo.towns import Town, crossroads, real_network
from tests.real_data import RealData

HEADINGLEY = "leeds_headingley_2022-10-17.osm.pbf"
NEWPORT = "newport_2023-06-13.osm.pbf"


def same(a: StreetNetwork, b: StreetNetwork) -> bool:
    return all(np.array_equal(getattr(a, f.name), getattr(b, f.name)) for f in fields(StreetNetwork))


def test_streets_run_between_junctions_and_are_stored_once(tmp_path: Path) -> None:
    network = build_network(crossroads().write(tmp_path / "town.osm.pbf"), "walk")
    assert (network.node_count, network.edge_count) == (5, 4)
    assert network.edge_length_m == pytest.approx(np.full(4, 200.0), rel=1e-4)
    # 75 m a minute: 200 m take 160 s.
    assert network.edge_time_s == pytest.approx(np.full(4, 160.0), rel=1e-4)
    assert np.array_equal(network.edge_time_s, network.edge_back_time_s)


def test_bends_are_kept_in_the_line_and_in_the_length(tmp_path: Path) -> None:
    town = Town().way((0, 0), (100, 0), (100, 100), (200, 100))
    network = build_network(town.write(tmp_path / "town.osm.pbf"), "walk")
    assert network.edge_count == 1
    assert network.edge_length_m[0] == pytest.approx(300, rel=1e-4)
    assert len(network.point_lon) == 4


def test_a_junction_stands_where_the_light_changes(tmp_path: Path) -> None:
    town = Town().way((0, 0), (100, 0), lit="yes").way((100, 0), (200, 0), lit="no").way((200, 0), (300, 0))
    network = build_network(town.write(tmp_path / "town.osm.pbf"), "walk")
    assert sorted(network.edge_lit.tolist()) == [-1, 0, 1]


def test_one_way_streets_bind_cars_and_not_people(tmp_path: Path) -> None:
    square = ((0, 0), (200, 0), (200, 200), (0, 200), (0, 0))
    town = Town().way(*square, oneway="yes").way((0, 0), (-100, 0)).way((200, 200), (300, 200))
    extract = town.write(tmp_path / "town.osm.pbf")
    assert np.isfinite(build_network(extract, "walk").edge_back_time_s).all()
    drive = build_network(extract, "drive")
    assert np.isinf(drive.edge_back_time_s).sum() == 2
    assert np.isfinite(drive.edge_back_time_s).sum() == 2


def test_a_way_tagged_minus_one_is_driven_against_its_nodes(tmp_path: Path) -> None:
    town = Town().way((0, 0), (200, 0), oneway="-1").way((0, 0), (0, 200), (200, 200), (200, 0), oneway="-1")
    network = build_network(town.write(tmp_path / "town.osm.pbf"), "drive")
    for edge in np.flatnonzero(np.isinf(network.edge_back_time_s)):
        first = network.point_start[edge]
        assert network.point_lon[first] == network.node_lon[network.edge_from[edge]]
        assert network.point_lat[first] == network.node_lat[network.edge_from[edge]]


def test_a_bollard_cuts_the_road_for_cars_only(tmp_path: Path) -> None:
    town = Town().way((0, 0), (100, 0), (200, 0))
    town.node(100, 0, barrier="bollard")
    extract = town.write(tmp_path / "town.osm.pbf")
    assert build_network(extract, "walk").edge_count == 1
    drive = build_network(extract, "drive")
    assert (drive.edge_count, drive.node_count) == (2, 4)
    assert drive.node_component.max() == 1


def test_small_islands_are_left_aside_and_counted(tmp_path: Path) -> None:
    town = Town().way((0, 0), (2000, 0)).way((0, 500), (80, 500))
    network = build_network(town.write(tmp_path / "town.osm.pbf"), "walk")
    assert network.island_count == 1
    assert network.island_length_m == pytest.approx(80, rel=1e-4)
    assert network.edge_usable.sum() == 1
    assert "1 islands with 0.1 km" in network.summary()


def test_a_large_part_across_a_river_is_no_island(tmp_path: Path) -> None:
    town = Town().way((0, 0), (2000, 0)).way((0, 500), (1500, 500))
    network = build_network(town.write(tmp_path / "town.osm.pbf"), "walk")
    assert network.island_count == 0
    assert sorted(set(network.node_component.tolist())) == [0, 1]


def test_a_road_that_only_leads_out_is_no_place_for_a_home_to_drive_to(tmp_path: Path) -> None:
    town = Town().way((0, 0), (1000, 0)).way((1000, 0), (1500, 0), oneway="yes")
    network = build_network(town.write(tmp_path / "town.osm.pbf"), "drive")
    assert network.edge_usable.tolist().count(True) == 1
    assert ISLAND in network.node_component


def test_a_private_road_is_left_out_and_what_hangs_on_it_is_an_island(tmp_path: Path) -> None:
    town = Town().way((0, 0), (2000, 0)).way((500, 0), (500, 100), access="private").way((500, 100), (560, 100))
    extract = town.write(tmp_path / "town.osm.pbf")
    modes: tuple[Mode, ...] = ("walk", "dark_walk", "cycle", "drive")
    for mode in modes:
        network = build_network(extract, mode)
        assert network.edge_length_m.sum() == pytest.approx(2060, rel=1e-4)
        assert (network.island_count, round(network.island_length_m)) == (1, 60)


def test_nodes_in_the_same_place_are_not_taken_for_one(tmp_path: Path) -> None:
    # A bridge over a street may have a node exactly above one of the street's.
    town = Town().way((0, 0), (1000, 0), (2000, 0)).way((1000, -800), (1000, 1e-9), (1000, 900))
    network = build_network(town.way((1000, 0), (1000, 300)).write(tmp_path / "town.osm.pbf"), "walk")
    assert sorted(set(network.node_component.tolist())) == [0, 1]


def test_streets_of_no_length_and_doubled_nodes_do_no_harm(tmp_path: Path) -> None:
    town = (
        Town().way((0, 0), (100, 0), (100, 0), (200, 0)).way((200, 0), (200.000001, 0)).way((200.000001, 0), (300, 0))
    )
    network = build_network(town.write(tmp_path / "town.osm.pbf"), "walk")
    assert (network.edge_time_s > 0).all()
    assert network.edge_length_m.sum() == pytest.approx(300, rel=1e-4)


def test_a_ring_and_side_by_side_streets_are_kept_apart(tmp_path: Path) -> None:
    town = Town().way((0, 0), (100, 0)).way((0, 0), (50, 80), (100, 0)).way((0, 0), (-50, 0))
    town.way((100, 0), (200, 50), (200, -50), (100, 0))
    network = build_network(town.write(tmp_path / "town.osm.pbf"), "walk")
    assert network.edge_count == 4
    assert (network.edge_from == network.edge_to).sum() == 1


def test_the_same_extract_gives_the_same_network(tmp_path: Path) -> None:
    extract = crossroads().write(tmp_path / "town.osm.pbf")
    assert same(build_network(extract, "drive"), build_network(extract, "drive"))


def test_a_saved_network_is_the_same_array_for_array(tmp_path: Path) -> None:
    network = build_network(crossroads().write(tmp_path / "town.osm.pbf"), "walk")
    save_network(network, tmp_path / "kept" / "town.npz")
    assert same(load_network(tmp_path / "kept" / "town.npz"), network)
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["town.npz"]


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.99])
def test_a_saved_network_cut_short_is_said_to_be_damaged(tmp_path: Path, keep: float) -> None:
    save_network(build_network(crossroads().write(tmp_path / "town.osm.pbf"), "walk"), tmp_path / "town.npz")
    whole = (tmp_path / "town.npz").read_bytes()
    (tmp_path / "town.npz").write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises(DamagedNetwork, match=r"town\.npz .*[Dd]elete the file"):
        load_network(tmp_path / "town.npz")


def test_an_extract_without_streets_is_refused(tmp_path: Path) -> None:
    town = Town().way((0, 0), (100, 0), highway="", waterway="river")
    with pytest.raises(NoStreets, match=r"town\.osm\.pbf holds no street"):
        build_network(town.write(tmp_path / "town.osm.pbf"), "walk")


def test_something_else_than_an_extract_is_said_to_be_damaged(tmp_path: Path) -> None:
    for content in (b"", b"<html>404 not found</html>", b"\x00\x00\x00\x0d\x0a\x09OSMHeader"):
        (tmp_path / "town.osm.pbf").write_bytes(content)
        with pytest.raises((DamagedExtract, NoStreets), match=r"town\.osm\.pbf"):
            build_network(tmp_path / "town.osm.pbf", "walk")


def test_a_missing_extract_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such extract"):
        network_for(tmp_path / "town.osm.pbf", "walk", tmp_path / "cache")


def test_the_cache_answers_by_content_and_mode(tmp_path: Path) -> None:
    extract = crossroads().write(tmp_path / "town.osm.pbf")
    first = network_for(extract, "walk", tmp_path / "cache")
    again = network_for(extract, "walk", tmp_path / "cache")
    assert same(first, again)
    network_for(extract, "drive", tmp_path / "cache")
    network_for(extract, "walk", tmp_path / "cache", walk_m_per_min=60.0)
    Town().way((0, 0), (100, 0)).write(tmp_path / "other.osm.pbf").replace(extract)
    assert network_for(extract, "walk", tmp_path / "cache").edge_count == 1
    assert len(list((tmp_path / "cache").iterdir())) == 4


def test_a_damaged_cache_file_is_built_again(tmp_path: Path) -> None:
    extract = crossroads().write(tmp_path / "town.osm.pbf")
    network = network_for(extract, "walk", tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(b"half")
    assert same(network_for(extract, "walk", tmp_path / "cache"), network)


def test_a_cache_that_cannot_be_written_is_left_aside(tmp_path: Path) -> None:
    extract = crossroads().write(tmp_path / "town.osm.pbf")
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert same(network_for(extract, "walk", tmp_path / "cache"), build_network(extract, "walk"))


def _edges_of(extract: Path, cache: Path) -> int:
    return network_for(extract, "walk", cache).edge_count


def test_two_processes_may_build_the_same_network_at_once(tmp_path: Path) -> None:
    extract = crossroads().write(tmp_path / "town.osm.pbf")
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.starmap(_edges_of, [(extract, tmp_path / "cache")] * 2, chunksize=1) == [4, 4]
    assert len(list((tmp_path / "cache").iterdir())) == 1


@pytest.mark.real_data
@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.999])
def test_a_real_extract_cut_short_is_said_to_be_damaged(real_data: RealData, tmp_path: Path, keep: float) -> None:
    whole = real_data.path("osm", NEWPORT).read_bytes()
    (tmp_path / "town.osm.pbf").write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises(DamagedExtract, match="probably cut short"):
        network_for(tmp_path / "town.osm.pbf", "drive", tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


@pytest.mark.real_data
@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_joining_segments_to_streets_changes_no_time_between_junctions(real_data: RealData, mode: Mode) -> None:
    extract = real_data.path("osm", HEADINGLEY)
    network, raw = real_network(extract, mode), graph_of_ways(extract, mode, 75.0)
    places: dict[tuple[float, float], list[int]] = {}
    for node, where in raw.nodes(data=True):
        places.setdefault((where["x"], where["y"]), []).append(node)
    nodes = [
        (i, places[key][0])
        for i in range(network.node_count)
        if len(places[key := (float(network.node_lon[i]), float(network.node_lat[i]))]) == 1
    ]
    arcs = arcs_of(network)
    joined: nx.DiGraph[int] = nx.DiGraph()
    joined.add_nodes_from(range(network.node_count))
    tails = np.repeat(np.arange(network.node_count), np.diff(arcs.start))
    joined.add_weighted_edges_from(zip(tails.tolist(), arcs.head.tolist(), arcs.time_s.tolist(), strict=True))
    rng = np.random.default_rng(4)
    for k in rng.choice(len(nodes), 6, replace=False):
        i, source = nodes[k]
        ours = nx.single_source_dijkstra_path_length(joined, i)
        theirs = nx.single_source_dijkstra_path_length(raw, source, weight="ticks")
        assert {n: ours.get(a) for n, (a, _) in enumerate(nodes)} == {
            n: theirs[b] / 1024 if b in theirs else None for n, (_, b) in enumerate(nodes)
        }


@pytest.mark.real_data
def test_a_real_city_has_the_size_that_osmnx_sees(real_data: RealData) -> None:
    network = real_network(real_data.path("osm", NEWPORT), "walk")
    assert 11_000 < network.node_count < 14_000
    assert (network.node_component == 0).mean() > 0.95


def test_a_flipped_byte_never_ends_in_a_foreign_error(tmp_path: Path) -> None:
    whole = crossroads().write(tmp_path / "town.osm.pbf").read_bytes()
    rng = np.random.default_rng(6)
    for place in rng.integers(0, len(whole), 40):
        broken = bytearray(whole)
        broken[place] ^= 1 << int(rng.integers(8))
        (tmp_path / "broken.osm.pbf").write_bytes(bytes(broken))
        with contextlib.suppress(DamagedExtract, NoStreets):
            build_network(tmp_path / "broken.osm.pbf", "drive")
