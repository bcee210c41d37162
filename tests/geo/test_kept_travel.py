from __future__ import annotations

import multiprocessing
from pathlib import Path

import numpy as np
import pytest

from geo import kept_travel
from geo.kept_travel import table_name, travel_seconds_for, travel_table_for
from geo.network import build_network, network_for
from geo.travel import snap, travel_seconds
from tests.geo.towns import at, crossroads

PLACES: list[tuple[float, float]] = [(50, 0), (150, 5), (0, 100), (-20, -3)]


def degrees(places: list[tuple[float, float]] = PLACES) -> tuple[list[float], list[float]]:
    lon, lat = zip(*(at(*place) for place in places), strict=True)
    return list(lon), list(lat)


def test_a_table_is_measured_once_and_then_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = build_network(crossroads().write(tmp_path / "town.osm.pbf"), "walk")
    lon, lat = degrees()
    measured = travel_seconds_for(network, lon, lat, cutoff_s=600, cache_dir=tmp_path / "kept")
    sparse = travel_table_for(network, lon, lat, cutoff_s=600, cache_dir=tmp_path / "kept")
    assert np.array_equal(measured, travel_seconds(network, snap(network, lon, lat), cutoff_s=600))
    monkeypatch.setattr(kept_travel, "snap", None)
    read = travel_seconds_for(network, lon, lat, cutoff_s=600, cache_dir=tmp_path / "kept")
    again = travel_table_for(network, lon, lat, cutoff_s=600, cache_dir=tmp_path / "kept")
    assert np.array_equal(read, measured)
    assert np.array_equal(again.dense(), sparse.dense())
    assert [path.suffix for path in (tmp_path / "kept").iterdir()] == [".npz", ".npz"]


def test_another_network_home_or_cutoff_has_another_name(tmp_path: Path) -> None:
    extract = crossroads().write(tmp_path / "town.osm.pbf")
    walk, drive = build_network(extract, "walk"), build_network(extract, "drive")
    slow = build_network(extract, "walk", walk_m_per_min=60.0)
    lon, lat = degrees()
    names = [table_name(network, lon, lat, 600) for network in (walk, drive, slow)]
    names += [table_name(walk, lon, lat, cutoff_s) for cutoff_s in (601, None)]
    names += [table_name(walk, lat, lon, 600), table_name(walk, lon[::-1], lat[::-1], 600)]
    assert len(set(names)) == len(names)
    assert table_name(build_network(extract, "walk"), np.array(lon), tuple(lat), 600) == names[0]


@pytest.mark.parametrize("content", [b"", b"half a table"])
def test_a_damaged_table_is_measured_again(tmp_path: Path, content: bytes) -> None:
    network = build_network(crossroads().write(tmp_path / "town.osm.pbf"), "walk")
    first = travel_seconds_for(network, *degrees(), cutoff_s=None, cache_dir=tmp_path / "kept")
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_bytes(content)
    assert np.array_equal(travel_seconds_for(network, *degrees(), cutoff_s=None, cache_dir=tmp_path / "kept"), first)


def test_a_folder_that_cannot_be_written_is_left_aside(tmp_path: Path) -> None:
    network = build_network(crossroads().write(tmp_path / "town.osm.pbf"), "walk")
    (tmp_path / "kept").write_text("a file where the folder should be")
    assert travel_seconds_for(network, *degrees(), cutoff_s=None, cache_dir=tmp_path / "kept").shape == (4, 4)


def _total_s(extract: Path, cache: Path) -> int:
    network = network_for(extract, "walk", cache)
    rng = np.random.default_rng(2)
    lon, lat = degrees([(float(x), float(y)) for x, y in rng.uniform(-200, 200, (400, 2))])
    return int(travel_seconds_for(network, lon, lat, cutoff_s=None, cache_dir=cache).sum(dtype=np.int64))


def test_two_processes_may_measure_the_same_table_at_once(tmp_path: Path) -> None:
    extract = crossroads().write(tmp_path / "town.osm.pbf")
    network_for(extract, "walk", tmp_path / "cache")
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        first, second = pool.starmap(_total_s, [(extract, tmp_path / "cache")] * 2, chunksize=1)
    assert first == second == _total_s(extract, tmp_path / "cache")
    assert sorted(path.name.split("-")[0] for path in (tmp_path / "cache").iterdir()) == ["seconds", "walk"]
