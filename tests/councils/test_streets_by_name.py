from __future__ import annotations

import json
import socket
from pathlib import Path

import numpy as np
import osmium
import osmnx
import pytest
from osmium.osm.mutable import Node, Way
from typer.testing import CliRunner

from app.cli import app
from app.councils import build as building
from app.councils.fetch import Unfetched
from app.councils.streets_by_name import streets_of_place
from geo.access import Mode
from geo.network import build_network
from geo.snap import snap
from geo.travel import travel_seconds
from tests.councils.files import published
from tests.councils.map_services import elements_of, map_services, place_around
from tests.real_data import RealData
from tests.synth.towns import tiny_town

MODES: tuple[Mode, ...] = ("walk", "dark_walk", "cycle", "drive")
BANKSIDE = "Bankside, Dogger Bank"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """osmnx waits a second before it asks, as the services wish; the one of the tests does not mind."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


def fetched(extract: Path, folder: Path, place: str = BANKSIDE) -> Path:
    elements = elements_of(extract)
    with map_services({BANKSIDE: place_around(elements)}, elements) as address:
        return streets_of_place(place, folder, nominatim=address, overpass=f"{address}/api")


def crossroads(path: Path) -> Path:
    """Streets with everything that the rules read: one-way against its nodes, a bollard, light, hours, a bus lane for bicycles."""
    streets = [
        ([1, 2, 3], {"highway": "residential", "oneway": "-1", "oneway:bicycle": "no"}),
        ([3, 4, 5], {"highway": "footway", "lit": "yes", "bicycle": "designated", "foot:conditional": "no @ (sunset-sunrise)"}),
        ([5, 6, 1], {"highway": "unclassified", "maxspeed": "20 mph", "cycleway:left": "opposite_lane", "oneway": "yes"}),
        ([2, 7, 8, 6], {"highway": "service", "service": "driveway", "motor_vehicle": "private"}),
        ([1, 9], {"highway": "path", "designation": "public_footpath"}),
    ]  # fmt: skip
    with osmium.SimpleWriter(str(path)) as writer:
        for ref in range(1, 10):
            tags = {"barrier": "bollard", "bicycle": "yes"} if ref == 7 else {}
            writer.add_node(Node(id=ref, location=(1.8 + 0.001 * (ref % 4), 54.7 + 0.001 * (ref // 4)), tags=tags))
        for number, (refs, tags) in enumerate(streets, start=1):
            writer.add_way(Way(id=number, nodes=refs, tags=tags))
    return path


@pytest.mark.parametrize("mode", MODES)
def test_streets_by_name_obey_the_same_rules_as_an_extract(tmp_path: Path, mode: Mode) -> None:
    extract = crossroads(tmp_path / "crossroads.osm.pbf")
    here, there = (build_network(path, mode) for path in (extract, fetched(extract, tmp_path)))
    assert there.summary() == here.summary()
    for field in ("edge_time_s", "edge_back_time_s", "edge_lit", "edge_highway"):
        assert sorted(getattr(there, field).tolist()) == sorted(getattr(here, field).tolist())


@pytest.mark.real_data
def test_travel_on_streets_by_name_is_that_on_the_extract(tmp_path: Path, real_data: RealData) -> None:
    extract = real_data.path("osm", "leeds_headingley_2022-10-17.osm.pbf")
    here, there = build_network(extract, "drive"), build_network(fetched(extract, tmp_path), "drive")
    rng = np.random.default_rng(3)
    lon = rng.uniform(here.node_lon.min(), here.node_lon.max(), 300)
    lat = rng.uniform(here.node_lat.min(), here.node_lat.max(), 300)
    mine, theirs = (travel_seconds(net, snap(net, lon, lat), cutoff_s=None) for net in (here, there))
    np.testing.assert_array_equal(theirs, mine)


def test_nothing_of_osmnx_is_left_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = (osmnx.settings.overpass_url, osmnx.settings.all_oneway, osmnx.settings.use_cache, socket.getaddrinfo)
    fetched(crossroads(tmp_path / "crossroads.osm.pbf"), tmp_path)
    after = (osmnx.settings.overpass_url, osmnx.settings.all_oneway, osmnx.settings.use_cache, socket.getaddrinfo)
    assert after == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bankside-dogger-bank.osm.pbf", "crossroads.osm.pbf"]


def test_a_place_without_an_outline_is_refused(tmp_path: Path) -> None:
    elements = elements_of(crossroads(tmp_path / "crossroads.osm.pbf"))
    with map_services({"Street": place_around(elements, "LineString")}, elements) as address:
        for place in ("Nowhere", "Street"):
            with pytest.raises(Unfetched, match=f"no outline or no streets for “{place}”.*--streets"):
                streets_of_place(place, tmp_path, nominatim=address, overpass=f"{address}/api")


def test_a_council_is_built_on_the_streets_of_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw, elements = published(tmp_path / "raw"), elements_of(tiny_town())
    words = ["council", "build", "--name", "Bankside", "--on", "2026-11-16", "--areas", str(raw.areas)]
    words += ["--postcodes", str(raw.postcodes), "--place", BANKSIDE, "--out", str(tmp_path / "built")]
    monkeypatch.setenv("CAREROUND_CACHE_DIR", str(tmp_path / "cache"))
    with map_services({BANKSIDE: place_around(elements)}, elements) as address:

        def at_home(place: str, folder: Path) -> Path:
            return streets_of_place(place, folder, nominatim=address, overpass=f"{address}/api")

        monkeypatch.setattr(building, "streets_of_place", at_home)
        answer = CliRunner().invoke(app, words)
        both = CliRunner().invoke(app, [*words, "--streets", str(tiny_town()), "--replace"])
    assert answer.exit_code == 0, answer.output
    record = json.loads((tmp_path / "built" / "provenance.json").read_text(encoding="utf-8"))
    (streets,) = [one for one in record["sources"] if one["kind"] == "streets"]
    assert (streets["file"], streets["licence"]) == ("bankside-dogger-bank.osm.pbf", "Open Database Licence 1.0")
    assert build_network(tmp_path / "built" / "streets.osm.pbf", "walk").edge_count > 1000
    assert (both.exit_code, "Leave out one of them" in both.output) == (2, True)


def test_without_internet_the_command_says_so_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = published(tmp_path / "raw")
    with map_services({}, []) as address:
        nobody = address  # free again after the block

    def unreachable(place: str, folder: Path) -> Path:
        return streets_of_place(place, folder, nominatim=nobody, overpass=nobody)

    monkeypatch.setattr(building, "streets_of_place", unreachable)
    words = ["council", "build", "--name", "Bankside", "--on", "2026-11-16", "--areas", str(raw.areas)]
    answer = CliRunner().invoke(app, [*words, "--place", BANKSIDE, "--out", str(tmp_path / "built")])
    assert answer.exit_code == 2
    assert "Is there internet here?" in answer.output
    assert "--streets" in answer.output
    assert not (tmp_path / "built").exists()
