"""The map file follows RFC 7946 and its audience."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from shapely.geometry import shape
from shapely.geometry.polygon import LinearRing

from app.reports import Audience
from app.reports.geojson import write_rounds_geojson
from tests.reports.examples import ground_of, week


@cache
def collection(audience: Audience) -> dict[str, Any]:
    council, plan = week()
    path = Path(mkdtemp(prefix="careround-geojson-")) / "rounds.geojson"
    write_rounds_geojson(path, council, plan, ground=ground_of(council), audience=audience)
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@pytest.mark.parametrize("audience", ["internal", "shared"])
def test_it_says_whose_data_it_is_and_that_it_is_fictional(audience: Audience) -> None:
    found = collection(audience)
    assert found["type"] == "FeatureCollection"
    assert found["fictional"] is True
    assert found["audience"] == audience
    assert "© OpenStreetMap contributors" in found["attribution"]


@pytest.mark.parametrize("audience", ["internal", "shared"])
def test_coordinates_are_lon_lat_with_at_most_six_decimals_and_rings_turn_left(audience: Audience) -> None:
    for feature in collection(audience)["features"]:
        whole = shape(feature["geometry"])
        west, south, east, north = whole.bounds
        assert 1 < west <= east < 3 < 54 < south <= north < 55
        text = json.dumps(feature["geometry"]["coordinates"])
        assert all(
            len(number.split(".")[1]) <= 6
            for number in text.replace("[", " ").replace("]", " ").replace(",", " ").split()
            if "." in number
        )
        for part in getattr(whole, "geoms", [whole]):
            if part.geom_type == "Polygon":
                assert LinearRing(part.exterior).is_ccw


def test_every_round_and_home_is_in_the_internal_file() -> None:
    council, plan = week()
    features = collection("internal")["features"]
    rounds = {one["properties"]["round_ref"] for one in features if one["properties"]["kind"] == "round"}
    homes = [one for one in features if one["properties"]["kind"] == "home"]
    assert rounds == {one.round_ref for one in plan.rounds}
    assert len(homes) == len(council.packages)
    assert {one["properties"]["status"] for one in homes} >= {"placed", "waiting", "live"}


def test_a_walked_round_follows_the_streets() -> None:
    lines = [one for one in collection("internal")["features"] if one["geometry"]["type"] == "LineString"]
    assert max(len(line["geometry"]["coordinates"]) for line in lines) > 20


def test_the_shared_file_has_areas_and_zones_only() -> None:
    council, _ = week()
    kinds = [one["properties"]["kind"] for one in collection("shared")["features"]]
    assert kinds.count("area") == len(council.areas)
    assert kinds.count("zone") == len(council.zones)
    assert set(kinds) == {"area", "zone"}
