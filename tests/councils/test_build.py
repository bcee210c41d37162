from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from app.cli import app
from app.councils.build import Built, FolderInUse, build
from app.councils.sources import RawFiles
from app.formats.council import StreetsTravel
from app.formats.read import read_council
from geo.boundaries import read_areas
from geo.british_grid import to_grid
from geo.errors import DamagedBoundaries, GeographyError, UnknownArea
from tests.councils.files import EAST_M, NORTH_M, box, code, outlines, published
from tests.geo.towns import LAT, LON, Town
from tests.real_data import RealData
from tests.synth.towns import tiny_town

ON = date(2026, 11, 16)


def built(raw: RawFiles, out: Path, **more: object) -> Built:
    return build(raw, out, name="Bankside", on=ON, cache_dir=out.parent / "cache", **more)  # type: ignore[arg-type]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_council_is_built_from_its_files(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    found = built(raw, tmp_path / "bankside")
    assert sorted(path.name for path in found.folder.iterdir()) == [
        "areas.csv", "areas.geojson", "council.json", "overlaps.csv", "pcn_moves.csv", "pcns.geojson", "postcodes.csv",
        "practices.csv", "provenance.json", "quality.html", "uprns.csv", "zones.csv", "zones.geojson",
    ]  # fmt: skip
    (move,) = rows_of(found.folder / "pcn_moves.csv")
    assert (move["area_ref"], move["from_ref"], move["to_ref"]) == (code(4, 2), "U99001", "U99002")
    areas = {row["area_ref"]: row for row in rows_of(found.folder / "areas.csv")}
    assert len(areas) == 24
    assert areas[code(4, 2)]["pcn_ref"] == areas[code(4, 2)]["zone_ref"] == "U99002"
    assert areas[code(4, 2)]["pcn_share"] == "0.3"
    assert areas[code(0, 0)]["population_60_plus"] == "300"
    assert len(rows_of(found.folder / "postcodes.csv")) == 24
    assert rows_of(found.folder / "practices.csv")[0]["pcn_ref"] == "U99001"


def test_its_council_file_is_valid_and_begins_the_week_after(tmp_path: Path) -> None:
    folder = built(published(tmp_path / "raw"), tmp_path / "bankside").folder
    council = read_council(folder / "council.json")
    assert (len(council.areas), len(council.zones), len(council.pcns)) == (24, 2, 2)
    assert council.week.starts_on == date(2026, 11, 23)
    assert council.packages == ()


def test_provenance_names_every_file_with_its_checksum(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    folder = built(raw, tmp_path / "bankside").folder
    record = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    by_kind = {one["kind"]: one for one in record["sources"]}
    assert set(by_kind) == set(raw.given())
    assert by_kind["areas"]["sha256"] == hashlib.sha256(raw.areas.read_bytes()).hexdigest()
    assert by_kind["areas"]["crs"] == "EPSG:4326"
    assert by_kind["registered"]["licence"] == "Open Government Licence v3.0"


def test_the_report_says_what_to_look_at(tmp_path: Path) -> None:
    page = (built(published(tmp_path / "raw"), tmp_path / "bankside").folder / "quality.html").read_text(
        encoding="utf-8"
    )
    text = re.sub(r"<[^>]+>", " ", page)
    assert "1 areas are not with the network of most of their patients" in text
    assert "1 of the areas moved left the network of over half of their patients" in text
    assert "Bankside" in text
    assert "NORTH QUAY PCN" in text
    assert page.count("<path") > 24
    assert "<script" not in page
    assert not re.search(r"https?://(?!www\.w3\.org)", page)


def test_a_network_with_few_areas_here_is_to_look_at(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    overrides = tmp_path / "o.csv"
    east = [code(column, row) for column in range(6) for row in range(4)][2:]
    overrides.write_text("area_ref,pcn_ref\n" + "".join(f"{area},U99002\n" for area in east))
    found = built(dataclasses.replace(raw, overrides=overrides), tmp_path / "bankside")
    assert any("NORTH QUAY PCN (U99001) has 2 of the council's areas" in sentence for _, sentence in found.findings)


def test_a_border_drawn_twice_is_closed_and_told(tmp_path: Path) -> None:
    found = built(published(tmp_path / "raw"), tmp_path / "bankside")
    assert found.ground.coverage.gaps_closed == 1
    assert found.ground.coverage.gap_m2 == pytest.approx(400, rel=0.01)


def test_own_zones_come_from_outlines_or_from_a_table(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    by_outline = built(dataclasses.replace(raw, zones=raw.wards), tmp_path / "one")
    assert set(by_outline.ground.scheme.zones.values()) == {"E05990001", "E05990002"}
    assert set(by_outline.ground.zone_shares) == {code(2, row) for row in range(4)}
    table = by_outline.folder / "zones.csv"
    by_table = built(dataclasses.replace(raw, zones=table), tmp_path / "two")
    assert by_table.ground.scheme.zones == by_outline.ground.scheme.zones


def test_streets_of_a_whole_region_are_cut_to_the_council(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    town = Town()
    east, north = (EAST_M, NORTH_M) - np.array(to_grid(LON, LAT))
    for row in range(8):
        town.way(*((east + 300.0 * k, north + 400.0 * row) for k in range(17)))
    town.way(*((east + 90_000 + k, north) for k in range(400)))
    region = town.write(tmp_path / "region.osm.pbf")
    found = built(dataclasses.replace(raw, streets=region), tmp_path / "bankside")
    kept = found.folder / "streets.osm.pbf"
    assert kept.stat().st_size < region.stat().st_size
    council = read_council(found.folder / "council.json")
    assert isinstance(council.travel, StreetsTravel)
    assert council.travel.sha256 == hashlib.sha256(kept.read_bytes()).hexdigest()
    assert any("further than 3 km from the council were left out" in sentence for _, sentence in found.findings)
    record = json.loads((found.folder / "provenance.json").read_text(encoding="utf-8"))
    (source,) = [one for one in record["sources"] if one["kind"] == "streets"]
    assert source["sha256"] == hashlib.sha256(region.read_bytes()).hexdigest()


def test_wards_and_streets_of_another_place_are_refused(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    far = outlines(tmp_path / "far.geojson", {"E05990009": box(50, 50)}, "WD23")
    with pytest.raises(UnknownArea, match="covers none of the council's areas"):
        built(dataclasses.replace(raw, wards=far), tmp_path / "bankside")
    elsewhere = Town().way((0, 0), (500, 0)).write(tmp_path / "elsewhere.osm.pbf")
    with pytest.raises(UnknownArea, match="no street within 250 m of any of the council's 24 postcodes"):
        built(dataclasses.replace(raw, streets=elsewhere), tmp_path / "bankside")
    assert not (tmp_path / "bankside").exists()


def test_a_file_that_does_not_say_its_columns_or_system_is_told_them(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    document = json.loads(raw.areas.read_text(encoding="utf-8"))
    for one in document["features"]:
        one["properties"] = {"small": one["properties"]["LSOA21CD"]}
    raw.areas.write_text(json.dumps(document), encoding="utf-8")
    words = ["council", "build", "--name", "B", "--on", "2026-11-16", "--areas", str(raw.areas)]
    unknown = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "one")])
    assert (unknown.exit_code, "--code" in unknown.output) == (2, True)
    told = CliRunner().invoke(
        app, [*words, "--out", str(tmp_path / "one"), "--code", "small", "--crs", "EPSG:4326", "--json"]
    )
    assert told.exit_code == 0, told.output


def test_an_exported_scheme_comes_back_with_its_patches_and_names(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    table = tmp_path / "z.csv"
    rows = [f"{code(c, r)},Z{c // 3},Side {c // 3},P{c},Patch {c}" for c in range(6) for r in range(4)]
    table.write_text("area_ref,zone_ref,zone_name,patch_ref,patch_name\n" + "\n".join(rows) + "\n")
    first = built(dataclasses.replace(raw, zones=table), tmp_path / "one")
    exported = first.folder / "zones.geojson"
    again = built(dataclasses.replace(raw, zones=exported), tmp_path / "two")
    assert again.ground.scheme == first.ground.scheme
    assert again.ground.scheme.names["Z1"] == "Side 1"
    edited = json.loads(exported.read_text(encoding="utf-8"))
    west, east = edited["features"][0], edited["features"][1]
    west["geometry"], east["geometry"] = east["geometry"], west["geometry"]
    drawn = tmp_path / "drawn.geojson"
    drawn.write_text(json.dumps(edited), encoding="utf-8")
    with pytest.raises(DamagedBoundaries, match="disagree about 8 areas"):
        built(dataclasses.replace(raw, zones=drawn), tmp_path / "three")
    for feature in edited["features"]:
        del feature["properties"]["area_refs"]
    drawn.write_text(json.dumps(edited), encoding="utf-8")
    redrawn = built(dataclasses.replace(raw, zones=drawn), tmp_path / "three").ground.scheme
    assert (redrawn.patch_of[code(0, 0)], redrawn.patch_of[code(1, 0)], redrawn.patch_of[code(5, 0)]) == (
        "P1",
        "P0",
        "P5",
    )


def test_areas_without_a_zone_stand_in_one_of_their_own(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    table = tmp_path / "z.csv"
    table.write_text(f"area_ref,zone_ref\n{code(0, 0)},west side\nE01000001,elsewhere\n")
    found = built(dataclasses.replace(raw, zones=table), tmp_path / "bankside")
    assert set(found.ground.scheme.zones.values()) == {"west side", "no-zone"}
    assert any("23 areas are in no zone" in sentence for _, sentence in found.findings)
    assert {zone.zone_ref for zone in read_council(found.folder / "council.json").zones} == {"west-side", "no-zone"}


def test_boundaries_alone_make_one_zone_and_the_report_says_what_is_unknown(tmp_path: Path) -> None:
    found = built(RawFiles(areas=published(tmp_path / "raw").areas), tmp_path / "bankside")
    assert set(found.ground.scheme.zones.values()) == {"all"}
    said = " ".join(sentence for _, sentence in found.findings)
    assert all(word in said for word in ("Networks are unknown", "Population is unknown", "Postcodes are unknown"))


def test_homes_off_the_streets_are_counted(tmp_path: Path) -> None:
    raw = dataclasses.replace(published(tmp_path / "raw"), streets=tiny_town())
    found = built(raw, tmp_path / "bankside")
    said = [sentence for _, sentence in found.findings if "from any street" in sentence]
    assert re.match(r"\d+ of 24 postcodes are over 250 m", said[0])
    assert read_council(found.folder / "council.json").travel.source == "streets"
    assert (found.folder / "streets.osm.pbf").read_bytes() == tiny_town().read_bytes()


def spoiled(raw: RawFiles, kind: str, content: bytes) -> RawFiles:
    raw.given()[kind].write_bytes(content)
    return raw


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        ("areas", b'{"type": "FeatureCollection", "fea', "not complete JSON"),
        ("areas", b'{"type": "FeatureCollection", "features": []}', "no areas"),
        ("wards", b"\x00\x01", "wards.geojson"),
        ("membership", b"Z00001,QUAY\n", "row 1: 2 columns"),
        ("registered", b"PRACTICE,LSOA\nZ00001,E1\n", "no column PRACTICE_CODE"),
        ("registered", b"PRACTICE_CODE,LSOA_CODE,NUMBER_OF_PATIENTS\nZ00001,E01000001,5\n", "same year"),
        ("practices", b"PK\x03\x04\x00", "binary"),
        ("postcodes", b'"ZZ1 0AA","10","here","there"\n', "is no number"),
        ("postcodes", b'"ZZ1 0AA","10","400000","400000"\n', "no postcode in the council"),
        ("population", b"LSOA21CD,People\nE1,5\n", "no column Population"),
    ],
)
def test_a_damaged_file_is_named_and_nothing_is_written(tmp_path: Path, kind: str, content: bytes, says: str) -> None:
    raw = spoiled(published(tmp_path / "raw"), kind, content)
    with pytest.raises(GeographyError, match=says) as raised:
        built(raw, tmp_path / "bankside")
    assert raw.given()[kind].name in str(raised.value)
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]


def test_streets_cut_short_are_named_and_nothing_is_written(tmp_path: Path) -> None:
    cut = tmp_path / "raw" / "cut.osm.pbf"
    raw = dataclasses.replace(published(tmp_path / "raw"), streets=cut)
    cut.write_bytes(tiny_town().read_bytes()[:-300])
    with pytest.raises(GeographyError, match=r"cut\.osm\.pbf"):
        built(raw, tmp_path / "bankside")
    assert not (tmp_path / "bankside").exists()


def test_files_in_different_reference_systems_meet(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    assert raw.wards is not None
    path = tmp_path / "raw" / "wards.gpkg"
    read_areas(raw.wards).rename(columns={"area_ref": "WD23CD", "name": "WD23NM"}).to_file(path)
    mixed = built(dataclasses.replace(raw, wards=path, zones=path), tmp_path / "mixed")
    plain = built(dataclasses.replace(raw, zones=raw.wards), tmp_path / "plain")
    assert mixed.ground.scheme.zones == plain.ground.scheme.zones
    assert {one.kind: one.crs for one in mixed.sources}["wards"] == "EPSG:27700"


def test_areas_of_another_year_are_refused(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    assert raw.registered is not None
    raw.registered.write_text(raw.registered.read_text().replace("E0199", "E0100"))
    with pytest.raises(UnknownArea, match="2011 or 2021"):
        built(raw, tmp_path / "bankside")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_byte_order_mark_and_windows_text_are_read(tmp_path: Path, encoding: str) -> None:
    raw = published(tmp_path / "raw")
    assert raw.membership is not None
    raw.membership.write_text(raw.membership.read_text().replace("QUAY PCN", "QUÀY PCN"), encoding=encoding)
    found = built(raw, tmp_path / "bankside")
    assert "NORTH QUÀY PCN" in (found.folder / "quality.html").read_text(encoding="utf-8")


def test_grid_metres_said_to_be_degrees_are_refused(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    text = json.loads(raw.areas.read_text())
    for feature in text["features"]:
        feature["geometry"]["coordinates"] = [
            [[648_000, 541_000], [649_000, 541_000], [649_000, 542_000], [648_000, 541_000]]
        ]
    raw.areas.write_text(json.dumps(text))
    with pytest.raises(GeographyError, match="not degrees"):
        built(raw, tmp_path / "bankside")


def test_the_same_area_drawn_twice_is_refused(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    text = json.loads(raw.areas.read_text())
    text["features"][1]["geometry"] = text["features"][0]["geometry"]
    raw.areas.write_text(json.dumps(text))
    with pytest.raises(DamagedBoundaries, match="drawn twice"):
        built(raw, tmp_path / "bankside")


def test_a_folder_with_other_files_is_never_touched(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    with pytest.raises(FolderInUse, match="holds other files"):
        built(raw, tmp_path / "raw", replace=True)
    first = built(raw, tmp_path / "bankside").folder
    with pytest.raises(FolderInUse, match="--replace"):
        built(raw, first)
    (first / "areas.csv").unlink()
    assert (built(raw, first, replace=True).folder / "areas.csv").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bankside", "raw"]


def test_a_failed_replacement_leaves_the_old_build(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    folder = built(raw, tmp_path / "bankside").folder
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(GeographyError):
        built(spoiled(raw, "population", b"nothing\n"), folder, replace=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_same_files_give_the_same_folder(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    one, two = (built(raw, tmp_path / name).folder for name in ("one", "two"))
    assert {path.name: path.read_bytes() for path in one.iterdir()} == {
        path.name: path.read_bytes() for path in two.iterdir()
    }


def test_codes_that_match_no_area_are_refused(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    overrides = tmp_path / "o.csv"
    overrides.write_text("area_ref,pcn_ref\nE01000001,U99001\n")
    with pytest.raises(UnknownArea, match="E01000001"):
        built(dataclasses.replace(raw, overrides=overrides), tmp_path / "bankside")


def test_the_command_builds_and_a_fault_ends_with_two(tmp_path: Path) -> None:
    raw = published(tmp_path / "raw")
    words = ["council", "build", "--out", str(tmp_path / "b"), "--name", "Bankside", "--on", "2026-11-16"]
    fine = CliRunner().invoke(app, [*words, "--areas", str(raw.areas), "--dated", "areas=2021-12-31", "--json"])
    assert fine.exit_code == 0, fine.output
    assert json.loads((tmp_path / "b" / "provenance.json").read_text())["sources"][0]["dated"] == "2021-12-31"
    undated = CliRunner().invoke(app, [*words, "--areas", str(raw.areas), "--dated", "areas=May"])
    assert (undated.exit_code, "May is no date" in undated.output) == (2, True)
    assert json.loads(fine.stdout)["folder"] == str(tmp_path / "b")
    missing = CliRunner().invoke(app, [*words, "--areas", str(tmp_path / "none.geojson"), "--replace"])
    assert missing.exit_code == 2
    assert "there is no such file (areas)" in missing.output


@pytest.mark.real_data
@pytest.mark.parametrize(("town", "areas", "zones"), [("rutland", 23, 2), ("bradford", 310, 13)])
def test_a_real_council_is_built(real_data: RealData, tmp_path: Path, town: str, areas: int, zones: int) -> None:
    raw = RawFiles(
        areas=real_data.path("boundaries", f"{town}_lsoa2011.topo.json"),
        wards=real_data.path("boundaries", f"{town}_wards.topo.json"),
        membership=real_data.path("nhs", "epcncorepartnerdetails.csv"),
        registered=real_data.path("nhs", "gp-reg-pat-prac-lsoa.csv"),
        practices=real_data.path("nhs", "epraccur.csv"),
        population=real_data.path("population", "lsoa_population_60plus_imd2019.csv"),
    )
    found = build(raw, tmp_path / town, name=town, on=date(2023, 2, 24), cache_dir=tmp_path)
    council = read_council(found.folder / "council.json")
    assert (len(council.areas), len(council.zones)) == (areas, zones)
    assert found.ground.footprint is not None
    assert found.ground.footprint.without == ()
