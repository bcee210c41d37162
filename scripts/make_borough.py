#!/usr/bin/env python3
"""Make Doggerby, a fictional English borough of about 200,000 people on the Dogger Bank.

`python3 scripts/make_borough.py --seed 1 --out data` writes the streets, areas, practices, patients,
postcodes and population into `data/demo` and `data/boundaries`. The same seed gives the same bytes.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import shapely
from shapely import Polygon

from scripts.borough import areas as census
from scripts.borough import features, files, health, homes, names, osmfile, plan, postcodes, quarters, tagging
from scripts.borough.crossings import add_islands, build_bridges, build_roundabouts, link_across
from scripts.borough.geometry import Bend, bent, jagged
from scripts.borough.ground import Ground, lay_out
from scripts.borough.network import Line, Map, finish, keep_connected


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of the borough to make."""

    boundary: tuple[plan.Point, ...]
    lsoas: int
    wards: int
    practices: int
    pcns: int
    people: int


SIZES = {
    "full": Size(boundary=plan.BOUNDARY, lsoas=120, wards=20, practices=28, pcns=7, people=200_000),
    "small": Size(boundary=plan.SMALL_BOUNDARY, lsoas=8, wards=2, practices=5, pcns=2, people=14_000),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Borough:
    """Everything made, ready to write or draw."""

    ground: Ground
    map: Map
    homes: list[homes.Home]
    places: dict[str, tuple[float, float]]
    areas: list[census.Area]
    wards: list[str]
    practices: list[health.Practice]
    patients: list[tuple[str, str, str, int]]
    bend: Bend
    fields: list[Polygon]


def make(seed: int, size: Size) -> Borough:
    """Make the borough.

    Parameters
    ----------
    seed
        Seed of every random choice.
    size
        How much of it.

    Returns
    -------
    Borough
        The finished borough in memory.
    """
    streams = [np.random.default_rng([seed, k]) for k in range(10)]
    ground = lay_out(Polygon(jagged(size.boundary, streams[9])), streams[0])
    for number in range(len(ground.blocks)):
        quarters.fill(ground, number, np.random.default_rng([seed, 100, number]))
    bend = Bend(streams[1])
    result = finish(ground, bend)
    build_roundabouts(result)
    build_bridges(result, frozenset({"Crossing Lane"}))
    _link(result, bend)
    keep_connected(result)
    add_islands(result, streams[8])
    around = _surroundings(result)
    names.name_streets(result.lines, result.quarters, around, streams[2])
    tagging.tag_all(result.lines, around, streams[3])
    people = homes.settle(result, streams[4])
    homes.fill_up(people, size.people)
    places = postcodes.give_postcodes(people, streams[5])
    areas, wards = census.draw_areas(result, people, size.lsoas, size.wards)
    practices = health.open_practices(result, people, size.practices, size.pcns, streams[6])
    patients = health.register(result, areas, people, practices, streams[7])
    return Borough(ground=ground, map=result, homes=people, places=places, areas=areas, wards=wards, practices=practices,
                   patients=patients, bend=bend,
                   fields=[Polygon(bent(np.array(f.exterior.coords), bend)) for _, f in ground.fields])  # fmt: skip


def _link(result: Map, bend: Bend) -> None:
    """Add footbridges over river and railway and a subway under the bypass."""

    def near(point: plan.Point) -> tuple[float, float]:
        x, y = bend(np.array([point]))[0]
        return (float(x), float(y))

    over = {"bridge": "yes", "layer": "1"}
    link_across(result, result.river, near(plan.FOOTBRIDGE), "cut", over, longest_m=130.0)
    if not result.rail.is_empty:
        for place in plan.RAIL_FOOTBRIDGES:
            link_across(result, result.rail, near(place), "cut", over)
    for line in [line for line in result.lines if line.kind == "trunk"]:
        for place in plan.SUBWAYS:
            if line.geometry().distance(shapely.Point(near(place))) < 120.0:
                link_across(
                    result, line.geometry(), near(place), "cut", {"tunnel": "yes", "layer": "-1"}, longest_m=140.0
                )


def _surroundings(result: Map) -> list[str]:
    """Character of the town around each line."""
    tree = shapely.STRtree(result.faces)

    def around(line: Line) -> str:
        middle = line.geometry().interpolate(0.5, normalized=True)
        return result.quarters[line.block] if line.block >= 0 else result.quarters[int(tree.nearest(middle))]

    return [around(line) for line in result.lines]


FILES = (
    (
        "demo/doggerby.osm.pbf",
        "streets, addresses, landuse and places of the borough, OpenStreetMap tagging",
        "EPSG:4326",
    ),
    ("boundaries/doggerby_lsoa.geojson", "LSOA-like areas with population", "OGC:CRS84"),
    ("boundaries/doggerby_wards.geojson", "wards, unions of the LSOA-like areas", "OGC:CRS84"),
    ("boundaries/doggerby_lsoa_ward_lookup.csv", "LSOA to ward to district", "none"),
    ("demo/epcncorepartnerdetails.csv", "practice membership of primary care networks, NHS ODS layout", "none"),
    ("demo/epraccur.csv", "general practices, NHS ODS layout, headerless", "none"),
    ("demo/gp-reg-pat-prac-lsoa.csv", "registered patients by practice and LSOA, NHS layout", "none"),
    ("demo/codepoint_open.csv", "postcodes with position and ward, Code-Point Open layout, headerless", "EPSG:27700"),
    ("demo/lsoa_population_60plus.csv", "population by LSOA with ages 60 and over, and invented deprivation", "none"),
)


def write(borough: Borough, out: Path, seed: int, size: str) -> None:
    """Write every file and the list of sources.

    Parameters
    ----------
    borough
        The finished borough.
    out
        Data folder; `demo` and `boundaries` are made in it.
    seed, size
        How it was made, for the list of sources.
    """
    demo, boundaries = out / "demo", out / "boundaries"
    demo.mkdir(parents=True, exist_ok=True)
    boundaries.mkdir(parents=True, exist_ok=True)
    shapes = features.outlines(
        borough.map, [b.name for b in borough.ground.blocks], borough.fields, np.random.default_rng([seed, 200])
    )
    spots = features.spots(borough.practices, borough.bend, borough.wards, borough.map)
    osmfile.write_pbf(demo / "doggerby.osm.pbf", borough.map, borough.homes, shapes, spots)
    files.write_boundaries(boundaries, borough.areas, borough.wards)
    files.write_csv(demo / "epcncorepartnerdetails.csv", health.PCN_HEADER, health.pcn_rows(borough.practices))
    files.write_csv(demo / "epraccur.csv", None, health.practice_rows(borough.practices), quote_all=True)
    files.write_csv(demo / "gp-reg-pat-prac-lsoa.csv", health.PATIENTS_HEADER, borough.patients)
    files.write_csv(
        demo / "codepoint_open.csv",
        None,
        files.postcode_rows(borough.places, borough.homes, borough.areas),
        quote_all=True,
    )
    rows = files.population_rows(borough.areas, borough.homes, np.random.default_rng([seed, 201]))
    files.write_csv(demo / "lsoa_population_60plus.csv", files.POPULATION_HEADER, rows)
    files.write_sources(boundaries / "SOURCES.toml", out, seed, size, FILES)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="seed of every random choice")
    parser.add_argument("--size", choices=sorted(SIZES), default="full", help="small: the town centre only, for tests")
    parser.add_argument("--out", type=Path, help="data folder to write into")
    parser.add_argument("--picture", type=Path, help="draw the borough as PNG (needs matplotlib)")
    parser.add_argument(
        "--window", type=float, nargs=3, metavar=("X_KM", "Y_KM", "WIDTH_KM"), help="part of it to draw"
    )
    chosen = parser.parse_args()
    borough = make(chosen.seed, SIZES[chosen.size])
    if chosen.out is not None:
        write(borough, chosen.out, chosen.seed, chosen.size)
    if chosen.picture is not None:
        from scripts.borough.picture import draw

        draw(chosen.picture, borough.map, borough.areas, borough.homes, tuple(chosen.window) if chosen.window else None)
    people = sum(a.population for a in borough.areas)
    print(f"Doggerby (fictional), seed {chosen.seed}: {people:,} people in {len(borough.areas)} areas, {len(borough.homes):,} addresses, "
          f"{len(borough.places):,} postcodes, {borough.map.boundary.area / 1e6:.1f} km²")  # fmt: skip


if __name__ == "__main__":
    main()
