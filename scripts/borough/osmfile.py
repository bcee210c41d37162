"""Writing the borough as an OpenStreetMap extract in PBF."""

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
from osmium.osm.mutable import Node as OsmNode
from osmium.osm.mutable import Relation as OsmRelation
from osmium.osm.mutable import Way as OsmWay
from shapely import Polygon

from scripts.borough import plan
from scripts.borough.geometry import to_lonlat
from scripts.borough.homes import Home
from scripts.borough.network import Map

# Far above every number OpenStreetMap has given out, so that nothing here is mistaken for a real object.
FIRST_NODE = 90_000_000_000
FIRST_WAY = 9_000_000_000
FIRST_RELATION = 900_000_000
WRITTEN_AT = "2026-01-01T00:00:00Z"
NOTE = "fictional: no such place exists"

Vertex = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A polygon of the map with its tags, local metres."""

    shape: Polygon
    tags: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point of the map with its tags, local metres."""

    x: float
    y: float
    tags: dict[str, str]


def write_pbf(path: Path, result: Map, homes: list[Home], outlines: list[Outline], spots: list[Spot]) -> None:
    """Write the extract: nodes, ways and one boundary relation, each sorted by number.

    Parameters
    ----------
    path
        File to write; replaced when it exists.
    result
        The finished, tagged map.
    homes
        Addresses, written as nodes with `addr:*` tags.
    outlines
        Landuse, water and parks.
    spots
        Points of interest.
    """
    rail, river = _chain(result.rail.coords), _chain(result.river.coords)
    chains: list[tuple[list[Vertex], dict[str, str]]] = [(line.points, line.tags) for line in result.lines]
    if rail:
        chains.append((rail, {"railway": "rail", "name": plan.RAILWAY_NAME, "usage": "main", "electrified": "no"}))
    chains.append((river, {"waterway": "river", "name": plan.RIVER_NAME}))
    chains += [(_chain(outline.shape.exterior.coords), outline.tags) for outline in outlines]
    border = _chain(result.boundary.exterior.coords)
    chains.append((border, {"boundary": "administrative", "admin_level": "8", "note": NOTE}))
    number: dict[Vertex, int] = {}
    for points, _ in chains:
        for point in points:
            number.setdefault(point, len(number))
    marks = {v: {"railway": "level_crossing"} for v in result.crossings}
    places = [(*v, marks.get(v, {})) for v in number]
    places += [(s.x, s.y, s.tags) for s in spots]
    places += [(h.x, h.y, _address(h)) for h in homes]
    lonlat = to_lonlat(np.array([(x, y) for x, y, _ in places]))
    header = osmium.io.Header()
    header.set("generator", "careround scripts/make_borough.py: Doggerby, a FICTIONAL borough")
    header.add_box(osmium.osm.Box(*(float(v) for v in (*lonlat.min(0), *lonlat.max(0)))))
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path), header=header) as out:
        for i, ((_, _, tags), (lon, lat)) in enumerate(zip(places, lonlat.tolist(), strict=True)):
            out.add_node(
                OsmNode(
                    id=FIRST_NODE + i, location=(lon, lat), tags=tags, version=1, timestamp=WRITTEN_AT, visible=True
                )
            )
        for i, (points, tags) in enumerate(chains):
            out.add_way(
                OsmWay(
                    id=FIRST_WAY + i,
                    nodes=[FIRST_NODE + number[p] for p in points],
                    tags=tags,
                    version=1,
                    timestamp=WRITTEN_AT,
                    visible=True,
                )
            )
        out.add_relation(OsmRelation(
            id=FIRST_RELATION, members=[("w", FIRST_WAY + len(chains) - 1, "outer")], version=1, timestamp=WRITTEN_AT, visible=True,
            tags={"type": "boundary", "boundary": "administrative", "admin_level": "8", "name": "Doggerby", "note": NOTE},
        ))  # fmt: skip


def _chain(coords: object) -> list[Vertex]:
    points = (
        [(round(float(x), 2), round(float(y), 2)) for x, y in np.asarray(coords)[:, :2]]
        if len(np.asarray(coords))
        else []
    )
    return points[:1] + [b for a, b in itertools.pairwise(points) if a != b]


def _address(home: Home) -> dict[str, str]:
    tags = {"addr:street": home.street, "addr:postcode": home.postcode}
    if home.units > 1:
        return tags | {"addr:housename": home.number, "addr:flats": f"1-{home.units}", "building": "apartments"}
    return tags | {"addr:housenumber": home.number}
