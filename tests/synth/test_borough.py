"""The five profiles on the shipped fictional borough."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from app.formats.council import CouncilFile
from app.formats.read import read_council
from app.formats.write import write_json
from app.ground import cache_folder
from app.synth import ProfileName, synth
from app.synth.ground import bordering
from app.synth.zoning import pieces

NAMES: tuple[ProfileName, ...] = ("sheffield", "bradford", "rotherham", "leeds", "merton")
BOROUGH_DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def networks() -> Path:
    return cache_folder()


@cache
def council(name: ProfileName, networks: Path) -> CouncilFile:
    return synth(name, seed=1, scale=0.1, cache_dir=networks, rounds="returns")


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_read_back_without_a_fault(name: ProfileName, networks: Path, tmp_path: Path) -> None:
    write_json(tmp_path / "council.json", council(name, networks))
    assert read_council(tmp_path / "council.json") == council(name, networks)


def test_no_postcode_area_or_practice_is_real(networks: Path) -> None:
    file = council("merton", networks)
    assert file.travel.source == "streets"
    assert file.travel.file == "careround:doggerby"
    # XD is no postcode area; codes of networks and areas lie beyond the issued ones; practice codes begin with X99.
    assert all(home.postcode_sector.startswith("XD") for home in file.homes)
    assert all(pcn.pcn_ref.startswith("U000") for pcn in file.pcns)
    assert all(area.area_ref.startswith("E0199") for area in file.areas)
    assert all(package.gp_practice is None or package.gp_practice.startswith("X99") for package in file.packages)


@pytest.mark.parametrize("name", NAMES)
def test_every_patch_is_in_one_piece(name: ProfileName, networks: Path) -> None:
    import numpy as np
    from shapely.geometry import shape

    from geo.british_grid import geometries_to_grid

    file = council(name, networks)
    number = {area.area_ref: i for i, area in enumerate(file.areas)}
    polygons = np.array([shape(area.geometry) for area in file.areas], dtype=object)
    neighbours = bordering(list(geometries_to_grid(polygons)))
    for zone in file.zones:
        for patch in zone.patches:
            assert len(pieces([number[ref] for ref in patch.area_refs], neighbours)) == 1, patch.patch_ref


def test_bradford_zones_join_pcn_footprints(networks: Path) -> None:
    file = council("bradford", networks)
    pcn_of_area = {area.area_ref: area.pcn_ref for area in file.areas}
    zones_of_pcn: dict[str, list[str]] = {}
    for zone in file.zones:
        for area in (a for patch in zone.patches for a in patch.area_refs):
            zones_of_pcn.setdefault(pcn_of_area[area] or "", []).append(zone.zone_ref)
    # A stray area of a footprint goes with its neighbours, so that zones are in one piece.
    kept = sum(max(zones.count(z) for z in sorted(set(zones))) for zones in zones_of_pcn.values())
    assert kept / len(file.areas) > 0.9


def test_merton_zones_have_about_the_same_older_population(networks: Path) -> None:
    from geo.places import read_population

    counts = read_population(BOROUGH_DATA / "demo" / "lsoa_population_60plus.csv")
    older = dict(zip(counts["area_ref"], counts["population_60_plus"], strict=True))
    zones = council("merton", networks).zones
    sums = [sum(older[a] for patch in zone.patches for a in patch.area_refs) for zone in zones]
    assert max(sums) / min(sums) < 1.25
    assert [zone.name for zone in zones] == ["West", "Central", "East"]


def test_areas_without_a_network_are_refused() -> None:
    with pytest.raises(ValueError, match="without a network"):
        synth("merton", seed=1, areas=Path("areas.geojson"))
