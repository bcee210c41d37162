"""The committed borough is whole, fictional, and comes out of its script byte for byte."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import subprocess
import sys
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import osmium
import pytest
import shapely
from pyproj import Geod, Transformer
from shapely.geometry import shape

from tests.real_data import RealData

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
DEMO, BOUNDARIES = DATA / "demo", DATA / "boundaries"
NOT_WALKED = {"trunk"}
DRIVEN = {"trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "service"}

Ways = list[tuple[list[int], dict[str, str]]]


@cache
def extract() -> tuple[dict[int, tuple[float, float]], Ways, dict[int, dict[str, str]]]:
    """Read the street extract: positions, ways and the tags of tagged nodes."""
    positions, ways, tagged = {}, [], {}
    for thing in osmium.FileProcessor(DEMO / "doggerby.osm.pbf"):
        if isinstance(thing, osmium.osm.Node):
            positions[thing.id] = (thing.location.lon, thing.location.lat)
            if len(thing.tags):
                tagged[thing.id] = {t.k: t.v for t in thing.tags}
        elif isinstance(thing, osmium.osm.Way):
            ways.append(([n.ref for n in thing.nodes], {t.k: t.v for t in thing.tags}))
    return positions, ways, tagged


def streets() -> Ways:
    """Return the ways that are streets or paths."""
    return [(nodes, tags) for nodes, tags in extract()[1] if "highway" in tags]


def segments(ways: Ways) -> tuple[np.ndarray[Any, Any], list[tuple[int, int, int]]]:
    """Cut ways into segments: geometries, and way position with both node numbers."""
    positions = extract()[0]
    keys = [(w, a, b) for w, (nodes, _) in enumerate(ways) for a, b in itertools.pairwise(nodes)]
    lines = shapely.linestrings([(positions[a], positions[b]) for _, a, b in keys])
    return np.asarray(lines), keys


def features(name: str) -> list[dict[str, Any]]:
    """Read the features of a boundary file."""
    found: list[dict[str, Any]] = json.loads((BOUNDARIES / name).read_text(encoding="utf-8"))["features"]
    return found


def rows(name: str) -> list[list[str]]:
    """Read a table of the demo folder."""
    with (DEMO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def sources() -> list[dict[str, str]]:
    """Read the list of sources."""
    found: list[dict[str, str]] = tomllib.loads((BOUNDARIES / "SOURCES.toml").read_text(encoding="utf-8"))["file"]
    return found


def walk_graph() -> nx.Graph[int]:
    """Build what people on foot may use."""
    graph: nx.Graph[int] = nx.Graph()
    for nodes, tags in streets():
        if tags.get("foot") != "no" and tags.get("access") != "private":
            nx.add_path(graph, nodes)
    return graph


def test_every_file_has_the_checksum_its_source_entry_states() -> None:
    for entry in sources():
        assert hashlib.sha256((DATA / entry["file"]).read_bytes()).hexdigest() == entry["sha256"], entry["file"]
        assert {"file", "what", "source", "licence", "date", "crs", "sha256"} == set(entry)


def test_every_committed_data_file_is_listed_and_all_stay_under_eight_megabytes() -> None:
    files = {p.relative_to(DATA).as_posix() for folder in (DEMO, BOUNDARIES) for p in folder.iterdir() if p.is_file()}
    assert files - {"boundaries/SOURCES.toml", "boundaries/__init__.py", "demo/__init__.py"} == {
        s["file"] for s in sources()
    }
    assert sum((DATA / f).stat().st_size for f in files) < 8_000_000


def test_the_same_seed_makes_the_same_bytes_and_another_seed_another_town(tmp_path: Path) -> None:
    for name, seed in (("one", "5"), ("two", "5"), ("other", "6")):
        command = [
            sys.executable,
            str(ROOT / "scripts" / "make_borough.py"),
            "--seed",
            seed,
            "--size",
            "small",
            "--out",
            str(tmp_path / name),
        ]
        subprocess.run(command, check=True, capture_output=True)
    made = {
        name: {p.name: p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()}
        for name in ("one", "two", "other")
    }
    assert len(made["one"]) == len(sources()) + 1
    assert made["one"] == made["two"]
    assert made["one"]["doggerby.osm.pbf"] != made["other"]["doggerby.osm.pbf"]


def test_the_areas_tile_the_borough_without_gap_or_overlap() -> None:
    areas = [shape(f["geometry"]) for f in features("doggerby_lsoa.geojson")]
    assert all(a.is_valid and a.geom_type == "Polygon" for a in areas)
    whole = shapely.union_all(areas)
    assert isinstance(whole, shapely.Polygon)
    assert not whole.interiors
    assert sum(a.area for a in areas) == pytest.approx(whole.area, rel=1e-9)
    assert shapely.coverage_is_valid(areas)


def test_wards_are_unions_of_their_areas() -> None:
    areas = {f["properties"]["LSOA21CD"]: shape(f["geometry"]) for f in features("doggerby_lsoa.geojson")}
    wards = {f["properties"]["WD24CD"]: shape(f["geometry"]) for f in features("doggerby_wards.geojson")}
    with (BOUNDARIES / "doggerby_lsoa_ward_lookup.csv").open(encoding="utf-8", newline="") as file:
        lookup = list(csv.DictReader(file))
    assert len(wards) == 20
    assert all(w.geom_type == "Polygon" for w in wards.values())
    for code, ward in wards.items():
        union = shapely.union_all([areas[r["LSOA21CD"]] for r in lookup if r["WD24CD"] == code])
        assert union.symmetric_difference(ward).area < 1e-9 * ward.area


def test_areas_hold_between_1400_and_1900_people_and_about_200_000_together() -> None:
    people = [f["properties"]["population"] for f in features("doggerby_lsoa.geojson")]
    assert len(people) == 120
    assert min(people) >= 1400
    assert max(people) <= 1900
    assert 195_000 < sum(people) < 205_000


def test_the_street_network_is_one_piece_on_foot() -> None:
    graph = walk_graph()
    assert nx.is_connected(graph)
    assert 8_000 <= sum(degree > 2 for _, degree in graph.degree()) <= 14_000


def test_a_few_private_works_roads_join_nothing() -> None:
    everything: nx.Graph[int] = nx.Graph()
    for nodes, tags in streets():
        if tags.get("foot") != "no":
            nx.add_path(everything, nodes)
    parts = sorted((len(p) for p in nx.connected_components(everything)), reverse=True)
    assert 2 <= len(parts) <= 4
    assert max(parts[1:]) < 20


def test_nearly_every_road_can_be_driven_to_and_from() -> None:
    graph: nx.DiGraph[int] = nx.DiGraph()
    for nodes, tags in streets():
        if tags["highway"] in DRIVEN and tags.get("access") != "private":
            nx.add_path(graph, nodes)
            if tags.get("oneway") != "yes":
                nx.add_path(graph, nodes[::-1])
    assert len(max(nx.strongly_connected_components(graph), key=len)) > 0.99 * len(graph)


def test_streets_cross_only_in_shared_nodes_or_on_bridges() -> None:
    ways = [(nodes, tags) for nodes, tags in streets() if "layer" not in tags]
    lines, keys = segments(ways)
    first, second = shapely.STRtree(lines).query(lines, predicate="crosses")
    loose = [
        (keys[i], keys[j]) for i, j in zip(first.tolist(), second.tolist(), strict=True)
        if i < j and not {keys[i][1], keys[i][2]} & {keys[j][1], keys[j][2]}
    ]  # fmt: skip
    assert loose == []


def test_exactly_three_road_bridges_and_one_footbridge_cross_the_river() -> None:
    positions, ways, _ = extract()
    river = shapely.union_all(
        [shapely.LineString([positions[n] for n in nodes]) for nodes, tags in ways if tags.get("waterway") == "river"]
    )
    over = [tags for nodes, tags in streets() if shapely.LineString([positions[n] for n in nodes]).crosses(river)]
    assert all(tags.get("bridge") == "yes" and tags.get("layer") == "1" for tags in over)
    assert sum(tags["highway"] in DRIVEN for tags in over) == 3
    assert len(over) == 4


def test_the_railway_is_crossed_at_few_places_and_never_unseen() -> None:
    positions, ways, tagged = extract()
    rails = [nodes for nodes, tags in ways if tags.get("railway") == "rail"]
    rail = shapely.union_all([shapely.LineString([positions[n] for n in nodes]) for nodes in rails])
    level = {n for nodes in rails for n in nodes if tagged.get(n, {}).get("railway") == "level_crossing"}
    over = [
        (nodes, tags) for nodes, tags in streets() if shapely.LineString([positions[n] for n in nodes]).crosses(rail)
    ]
    assert all("layer" in tags or level & set(nodes) for nodes, tags in over)
    assert 5 <= len(over) <= 14
    assert any(t.get("railway") == "station" for t in tagged.values())


def test_the_road_hierarchy_steps_one_way_streets_and_light_are_all_there() -> None:
    kinds = Counter(tags["highway"] for _, tags in streets())
    wanted = {"trunk", "primary", "secondary", "tertiary", "residential", "unclassified", "service", "living_street", "pedestrian", "track",
              "footway", "path", "cycleway", "steps"}  # fmt: skip
    assert wanted <= set(kinds)
    assert kinds["steps"] >= 30
    assert sum(tags.get("oneway") == "yes" for _, tags in streets()) >= 40
    light = Counter(tags.get("lit", "unknown") for _, tags in streets())
    assert min(light[v] for v in ("yes", "no", "unknown")) > 500
    alleys = sum(tags.get("service") == "alley" for _, tags in streets())
    assert alleys > 200


def test_street_names_are_given_to_one_street_each() -> None:
    places: dict[str, list[shapely.LineString]] = {}
    positions = extract()[0]
    for nodes, tags in streets():
        if "name" in tags and tags["highway"] == "residential":
            places.setdefault(tags["name"], []).append(shapely.LineString([positions[n] for n in nodes]))
    assert len(places) > 1000
    for name, lines in places.items():
        west, south, east, north = shapely.union_all(lines).bounds
        assert max(east - west, north - south) < 0.04, name


def test_tens_of_thousands_of_addresses_lie_inside_the_borough_with_a_listed_postcode() -> None:
    positions, _, tagged = extract()
    listed = {r[0] for r in rows("codepoint_open.csv")}
    homes = {n: t for n, t in tagged.items() if "addr:postcode" in t}
    assert len(homes) > 60_000
    assert {t["addr:postcode"] for t in homes.values()} == listed
    assert all("addr:street" in t and ("addr:housenumber" in t or "addr:housename" in t) for t in homes.values())
    whole = shapely.union_all([shape(f["geometry"]) for f in features("doggerby_lsoa.geojson")])
    shapely.prepare(whole)
    spots = np.array([positions[n] for n in homes])
    assert shapely.contains_xy(whole, spots[:, 0], spots[:, 1]).all()
    assert 12 <= len(homes) / len(listed) <= 20


def test_codes_cannot_be_real() -> None:
    assert all(f["properties"]["LSOA21CD"].startswith("E0199") for f in features("doggerby_lsoa.geojson"))
    assert all(f["properties"]["WD24CD"].startswith("E0599") for f in features("doggerby_wards.geojson"))
    assert all(f["properties"]["LAD24CD"] == "E06990001" for f in features("doggerby_wards.geojson"))
    # No postcode area begins with X: the first place of a real postcode is never Q, V or X.
    assert all(r[0].startswith("XD") and len(r[0].split(" ")[1]) == 3 for r in rows("codepoint_open.csv"))
    assert {r[0][:3] for r in rows("epraccur.csv")} == {"X99"}
    members = rows("epcncorepartnerdetails.csv")[1:]
    assert {r[4] for r in members} == {f"U{k:05d}" for k in range(1, 8)}


@pytest.mark.real_data
def test_network_and_practice_codes_are_absent_from_the_published_lists(real_data: RealData) -> None:
    text = real_data.path("nhs", "epcncorepartnerdetails.csv").read_text(encoding="utf-8-sig")
    published = {r["PCN Code"] for r in csv.DictReader(text.splitlines())} | {
        r["Partner Organisation Code"] for r in csv.DictReader(text.splitlines())
    }
    ours = {r[4] for r in rows("epcncorepartnerdetails.csv")[1:]} | {
        r[0] for r in rows("epcncorepartnerdetails.csv")[1:]
    }
    assert not ours & published


@pytest.mark.real_data
def test_tables_have_the_columns_their_publishers_give_them(real_data: RealData) -> None:
    for name in ("epcncorepartnerdetails.csv", "gp-reg-pat-prac-lsoa.csv"):
        head = real_data.path("nhs", name).read_text(encoding="utf-8-sig").splitlines()[0]
        assert rows(name)[0] == next(csv.reader([head]))
    for folder, theirs, ours in (
        ("nhs", "epraccur.csv", "epraccur.csv"),
        ("postcodes", "codepoint_open_2018-08.csv", "codepoint_open.csv"),
    ):
        first = real_data.path(folder, theirs).read_text(encoding="utf-8-sig").splitlines()[0]
        assert {len(r) for r in rows(ours)} == {len(next(csv.reader([first])))}
    real = (
        real_data.path("population", "lsoa_population_60plus_imd2019.csv")
        .read_text(encoding="utf-8-sig")
        .splitlines()[0]
    )
    assert set(rows("lsoa_population_60plus.csv")[0]) <= set(next(csv.reader([real])))


def test_most_patients_of_an_area_belong_to_one_network_but_seldom_all() -> None:
    network = {r[0]: r[4] for r in rows("epcncorepartnerdetails.csv")[1:] if not r[9]}
    counts: dict[str, Counter[str]] = {}
    for practice, _, lsoa, number in rows("gp-reg-pat-prac-lsoa.csv")[1:]:
        counts.setdefault(lsoa, Counter())[network[practice]] += int(number)
    codes = {f["properties"]["LSOA21CD"] for f in features("doggerby_lsoa.geojson")}
    assert codes <= set(counts)
    shares = sorted(c.most_common(1)[0][1] / c.total() for lsoa, c in counts.items() if lsoa in codes)
    assert shares[0] > 0.3
    assert shares[len(shares) // 10] < 0.65
    assert shares[-len(shares) // 4] > 0.8
    winners = Counter(c.most_common(1)[0][0] for lsoa, c in counts.items() if lsoa in codes)
    assert len(winners) == 7
    assert min(winners.values()) >= 8


def test_older_people_live_at_the_edges_rather_than_in_the_centre() -> None:
    head, *table = rows("lsoa_population_60plus.csv")
    share = {r[0]: int(r[head.index("Population (60+)")]) / int(r[head.index("Population (Total)")]) for r in table}
    place = {
        f["properties"]["LSOA21CD"]: (f["properties"]["BNG_E"] - 648_000, f["properties"]["BNG_N"] - 541_000)
        for f in features("doggerby_lsoa.geojson")
    }
    inner = [s for code, s in share.items() if np.hypot(*place[code]) < 1300]
    outer = [s for code, s in share.items() if np.hypot(*place[code]) > 2500]
    assert np.mean(outer) > 1.3 * np.mean(inner)
    assert 0.18 < np.mean(list(share.values())) < 0.3
    for row in table:
        total, young, middle, old = (
            int(row[head.index(f"Population ({k})")]) for k in ("Total", "0-15", "16-59", "60+")
        )
        assert total == young + middle + old


def test_a_metre_on_the_plan_is_a_metre_on_the_ground_and_on_the_national_grid() -> None:
    positions = extract()[0]
    spots = np.array(list(positions.values()))[:: max(1, len(positions) // 400)]
    east, north = Transformer.from_crs(4326, 27700, always_xy=True).transform(spots[:, 0], spots[:, 1])
    assert np.isfinite(east).all()
    assert np.isfinite(north).all()
    lon, lat = Transformer.from_crs(27700, 4326, always_xy=True).transform(east, north)
    assert np.abs(np.column_stack([lon, lat]) - spots).max() < 1e-6
    ground = Geod(ellps="WGS84").inv(spots[:-1, 0], spots[:-1, 1], spots[1:, 0], spots[1:, 1])[2]
    grid = np.hypot(np.diff(east), np.diff(north))
    assert np.abs(np.asarray(ground) / grid - 1).max() < 0.005


def test_the_borough_lies_in_the_sea_and_says_that_it_is_fictional() -> None:
    positions = np.array(list(extract()[0].values()))
    assert positions.min(0).tolist() > [1.7, 54.6]
    assert positions.max(0)[0] < 2.0
    header = osmium.FileProcessor(DEMO / "doggerby.osm.pbf").header
    assert "FICTIONAL" in header.get("generator")
    assert "FICTIONAL" in (BOUNDARIES / "doggerby_lsoa.geojson").read_text(encoding="utf-8")[:300]
    assert "FICTIONAL" in (BOUNDARIES / "SOURCES.toml").read_text(encoding="utf-8")[:60]
