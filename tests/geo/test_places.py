from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from geo.basemap import ground_for_map, streets_for_map
from geo.errors import DamagedExtract, EmptyFile, MalformedRow, MissingColumn
from geo.network import build_network
from geo.places import addresses_from_osm, read_population
from geo.postcodes import read_code_point, sector, spaced
from tests.geo.towns import Town, at, crossroads, real_network
from tests.real_data import RealData


@pytest.mark.parametrize("text", ["zz99zz", "ZZ9 9ZZ", " Zz9  9zz ", "ZZ9\u00a09ZZ"])
def test_postcodes_are_spaced_and_in_capitals(text: str) -> None:
    assert spaced(text) == "ZZ9 9ZZ"
    assert sector(text) == "ZZ9 9"


@pytest.mark.parametrize("text", ["", "ZZ9", "9ZZ ZZ9", "ZZ99 99ZZ"])
def test_what_is_no_postcode_is_none(text: str) -> None:
    assert spaced(text) is None
    assert sector(text) is None


def test_code_point_rows_become_points(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(
        '"ZZ9 9ZZ","10","416546","433216"\n"ZZ99ZA","10","416344","433039"\n"ZZ9 9ZB",90,0,0\n'
    )
    postcodes = read_code_point(tmp_path / "c.csv")
    assert postcodes["postcode"].tolist() == ["ZZ9 9ZA", "ZZ9 9ZZ"]
    assert postcodes["lon"].tolist() == pytest.approx([-1.7534, -1.7503], abs=1e-3)


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("ZZ9 9ZZ,10,0,0\n", EmptyFile, "places no postcode"),
        ("ZZ9 9ZZ,10,east,1\n", MalformedRow, "row 1: easting or northing"),
        ("ZZ9 9ZZ,10,1,1\nZZ9,10,1,1\n", MalformedRow, "row 2: no postcode"),
        ("a,b,c,d\nZZ9 9ZZ,10,1,1\n", MissingColumn, "no column Postcode"),
    ],
)
def test_a_damaged_postcode_file_is_named(tmp_path: Path, text: str, error: type[Exception], says: str) -> None:
    (tmp_path / "c.csv").write_text(text)
    with pytest.raises(error, match=says):
        read_code_point(tmp_path / "c.csv")


@pytest.mark.real_data
def test_real_postcodes_are_read(real_data: RealData) -> None:
    postcodes = read_code_point(real_data.path("postcodes", "codepoint_open_2018-08.csv"))
    assert len(postcodes) > 50_000
    assert postcodes["postcode"].str.fullmatch(r"[A-Z0-9]{2,4} \d[A-Z]{2}").all()


def test_addresses_and_homes_are_found_and_shops_are_not(tmp_path: Path) -> None:
    town = crossroads()
    town.node(50, 10, addr__housenumber="1")  # a plain keyword: not an address
    ring = ((60, 10), (70, 10), (70, 20), (60, 20), (60, 10))
    town.way(*ring, highway="", building="yes", addr__housenumber="3", addr__street="Quay", addr__postcode="zz99zz")
    town.way(*[(x + 20, y) for x, y in ring], highway="", building="house")
    town.way(*[(x + 40, y) for x, y in ring], highway="", building="yes")
    town.way(*[(x + 60, y) for x, y in ring], highway="", building="yes", addr__housenumber="9", shop="bakery")
    found = addresses_from_osm(town.write(tmp_path / "town.osm.pbf"))
    assert found["residential"].tolist() == [False, True]
    first = found.to_dict("records")[0]
    assert (first["postcode"], first["street"]) == ("ZZ9 9ZZ", "Quay")
    assert (first["lon"], first["lat"]) == pytest.approx(at(65, 15), abs=1e-6)


def test_a_damaged_extract_has_no_addresses(tmp_path: Path) -> None:
    (tmp_path / "town.osm.pbf").write_bytes(b"\x00\x00\x00\x0d\x0a\x09OSMHeadgarbage and more garbage")
    with pytest.raises(DamagedExtract, match="cannot be read to its end"):
        addresses_from_osm(tmp_path / "town.osm.pbf")
    with pytest.raises(DamagedExtract, match="cannot be read to its end"):
        ground_for_map(tmp_path / "town.osm.pbf")


@pytest.mark.real_data
def test_a_real_city_has_addresses(real_data: RealData) -> None:
    found = addresses_from_osm(real_data.path("osm", "newport_2023-06-13.osm.pbf"))
    assert len(found) > 20_000
    assert (found["postcode"] != "").mean() > 0.5


def test_population_is_read_wide(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        "LSOA11CD,Population (Total),Population (60+)\nE99000002,900,200\nE99000001,1000,300\n"
    )
    population = read_population(tmp_path / "p.csv")
    assert population.to_numpy().tolist() == [["E99000001", 1000, 300], ["E99000002", 900, 200]]


def test_population_is_read_by_age_band_and_says_where_older_begins(tmp_path: Path) -> None:
    rows = "".join(
        f"E99000001,X,{band},{n}\n" for band, n in [("All Ages", 100), ("0-15", 50), ("45-64", 30), ("65+", 20)]
    )
    (tmp_path / "p.csv").write_text("LSOA Code,LSOA Name,Age band,Population\n" + rows)
    population = read_population(tmp_path / "p.csv")
    assert population.to_numpy().tolist() == [["E99000001", 100, 20]]
    assert population.attrs["older_from"] == 65


@pytest.mark.real_data
def test_real_populations_are_read(real_data: RealData) -> None:
    wide = read_population(real_data.path("population", "lsoa_population_60plus_imd2019.csv"))
    by_band = read_population(real_data.path("population", "sheffield_pop_lsoa_age_band_2020.csv"))
    assert (len(wide), len(by_band)) == (1160, 345)
    assert by_band["population"].sum() == 589_214


def test_streets_for_the_map_are_joined_and_thinned(tmp_path: Path) -> None:
    town = (
        Town()
        .way((0, 0), (50, 1), (100, 0), (200, 0))
        .way((200, 0), (300, 0), lit="yes")
        .way((0, 0), (0, 90), highway="path")
    )
    streets = streets_for_map(build_network(town.write(tmp_path / "town.osm.pbf"), "walk"))
    assert [(name, len(line)) for name, line in streets] == [("path", 2), ("residential", 2)]


def test_the_ground_has_water_rails_and_parks(tmp_path: Path) -> None:
    town = crossroads()
    ring = ((0, 0), (100, 0), (100, 100), (0, 100), (0, 0))
    town.way(*ring, highway="", leisure="park").way(*[(x + 200, y) for x, y in ring], highway="", natural="water")
    town.way((0, 300), (400, 300), highway="", waterway="river").way((0, 400), (400, 400), highway="", railway="rail")
    town.way((0, 500), (9, 500), (9, 509), (0, 500), highway="", leisure="park")
    ground = ground_for_map(town.write(tmp_path / "town.osm.pbf"))
    assert [kind for kind, _ in ground] == ["green", "water", "river", "rail"]


@pytest.mark.real_data
def test_the_map_of_a_real_city_is_small_enough_to_send(real_data: RealData) -> None:
    extract = real_data.path("osm", "newport_2023-06-13.osm.pbf")
    streets = json.dumps(streets_for_map(real_network(extract, "walk")), separators=(",", ":"))
    ground = sum(len(shapely.to_geojson(geometry)) for _, geometry in ground_for_map(extract))
    assert len(streets) + ground < 1_500_000
