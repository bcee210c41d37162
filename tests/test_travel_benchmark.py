"""The travel benchmark compares like with like."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.cities import homes_along, tiled
from benchmarks.home_graph import home_graph
from benchmarks.path_libraries import LIBRARIES
from benchmarks.travel import measured
from benchmarks.valhalla_times import places_of, valhalla_times
from geo.network import Mode, StreetNetwork, build_network
from geo.snap import snap
from geo.travel import UNREACHABLE_S, travel_seconds
from tests.geo.towns import Town


def small_town(tmp_path: Path, mode: Mode) -> StreetNetwork:
    town = Town().way((0, 0), (400, 0), (400, 300), (0, 300), (0, 0), oneway="yes").way((400, 0), (900, 0))
    town.way((0, 0), (-300, 100)).way((400, 300), (700, 500)).way((0, 300), (200, 600), (0, 700)).way(
        (0, 0), (400, 300)
    )
    return build_network(town.write(tmp_path / "town.osm.pbf"), mode)


@pytest.mark.parametrize("mode", ["walk", "drive"])
@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_a_library_gives_the_same_times_on_the_split_streets(tmp_path: Path, mode: Mode, library: str) -> None:
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed (the bench extra)")
    network = small_town(tmp_path, mode)
    homes = homes_along(network, 30, seed=1)
    for cutoff_s in (300, None):
        answer = LIBRARIES[library][0](home_graph(network, homes), cutoff_s)
        found = np.floor(answer(np.arange(30)) + 0.5)
        found[~(found <= (cutoff_s or UNREACHABLE_S - 1))] = UNREACHABLE_S
        assert np.abs(found - travel_seconds(network, homes, cutoff_s=cutoff_s)).max() <= (library == "pandana")


def test_a_tiled_town_is_one_town_nine_times_as_large(tmp_path: Path) -> None:
    network = small_town(tmp_path, "walk")
    large = tiled(network, 3)
    assert large.node_count == 9 * network.node_count
    assert len(large.point_start) == large.edge_count + 1
    assert large.point_start[-1] == len(large.point_x_m) == len(large.point_lon)
    seconds = travel_seconds(large, homes_along(large, 40, seed=2), cutoff_s=None)
    assert (seconds < UNREACHABLE_S).all()


def test_a_row_says_how_much_was_measured_and_what_differs(tmp_path: Path) -> None:
    rows, failures = measured("Town", small_town(tmp_path, "walk"), count=20, most=4, seed=1)
    assert failures == []
    assert len({tuple(row) for row in rows}) == 1
    by_library = {row["library"]: row for row in rows}
    assert by_library["networkx"]["homes_measured"] == 4
    assert by_library["careround"]["times_slower"] == 1
    assert by_library["scipy"]["pairs_that_differ"] == 0


def test_without_valhalla_it_is_said_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = small_town(tmp_path, "walk")
    homes = homes_along(network, 5, seed=1)
    reference = travel_seconds(network, homes, cutoff_s=None)
    bare = tmp_path / "bare-python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')  # no installed packages
    bare.chmod(0o755)
    monkeypatch.setenv("CAREROUND_VALHALLA_PYTHON", str(bare))
    found = valhalla_times(tmp_path / "town.osm.pbf", network, homes, np.arange(2), reference)
    assert found == "pyvalhalla is not installed"


def test_homes_are_handed_over_where_they_stand(tmp_path: Path) -> None:
    network = small_town(tmp_path, "walk")
    homes = homes_along(network, 25, seed=4)
    lon, lat = places_of(network, homes).T
    again = snap(network, lon, lat)
    assert again.metres_from_street.max() < 0.1
    np.testing.assert_allclose(
        again.offset_m[again.edge == homes.edge], homes.offset_m[again.edge == homes.edge], atol=0.2
    )
