"""What fills the map between the streets: water, parks, fields, works, and the places people name."""

import numpy as np
import shapely
from shapely import Polygon

from scripts.borough import plan
from scripts.borough.geometry import Bend
from scripts.borough.health import Practice
from scripts.borough.network import Map
from scripts.borough.osmfile import NOTE, Outline, Spot

SCHOOLS = ("Primary School", "Junior School", "Academy", "Infant School", "High School")
LANDUSE = {
    "park": {"leisure": "park"}, "green": {"landuse": "meadow"}, "industrial": {"landuse": "industrial"}, "rural": {"landuse": "farmland"},
    "old_town": {"landuse": "retail"},
}  # fmt: skip


def outlines(result: Map, names: list[str], fields: list[Polygon], rng: np.random.Generator) -> list[Outline]:
    """Draw water, parks and landuse.

    Parameters
    ----------
    result
        The finished map.
    names
        Name of each superblock, empty when it has none.
    fields
        Open spaces inside the blocks, local metres after the bend.
    rng
        Source of every choice.

    Returns
    -------
    list of Outline
        Simple polygons without holes.
    """
    water = result.river.buffer(17.0, cap_style="flat")
    found = [Outline(shape=water, tags={"natural": "water", "water": "river", "name": plan.RIVER_NAME})]
    wet = water.buffer(3.0)
    for face, quarter, name in zip(result.faces, result.quarters, names, strict=True):
        tags = dict(LANDUSE.get(quarter, {"landuse": "residential"}))
        if quarter == "rural" and rng.random() < 0.22:
            tags = {"natural": "wood"}
        if quarter in ("park", "green", "industrial") and name:
            tags["name"] = name
        inner = face.difference(wet).buffer(-4.0).simplify(3.0)
        shape = max(shapely.get_parts(inner), key=lambda p: p.area, default=None)
        if isinstance(shape, Polygon) and shape.area > 500.0:
            found.append(Outline(shape=Polygon(shape.exterior), tags=tags))
    for i, field in enumerate(fields):
        kind: dict[str, str] = (
            {"amenity": "school", "name": f"{plan.DISTRICTS[i % len(plan.DISTRICTS)][0]} {SCHOOLS[i // len(plan.DISTRICTS) % len(SCHOOLS)]}"},
            {"leisure": "pitch"}, {"leisure": "recreation_ground"}, {"landuse": "allotments"},
        )[0 if rng.random() < 0.5 else int(rng.integers(1, 4))]  # fmt: skip
        found.append(Outline(shape=field, tags=kind))
    return found


def spots(practices: list[Practice], bend: Bend, names: list[str], result: Map) -> list[Spot]:
    """Name the places: town, suburbs, villages, the station and the surgeries.

    Parameters
    ----------
    practices
        General practices.
    bend
        The displacement of the plan, to move hand-placed names along.
    names
        Ward names used.
    result
        The finished map; only what lies in it is named.

    Returns
    -------
    list of Spot
        Points with OpenStreetMap tags.
    """
    hand = [((0.0, 0.0), {"place": "town", "name": "Doggerby", "note": NOTE})]
    hand.append((plan.STATION, {"railway": "station", "name": "Doggerby", "public_transport": "station"}))
    hand += [(c, {"place": "suburb", "name": name}) for name, c in plan.DISTRICTS if name in names]
    hand += [
        (a.centre, {"place": "village", "name": a.name})
        for a in plan.ANCHORS
        if a.quarter == "village" and a.name not in names
    ]
    hand += [(c, {"place": "hamlet", "name": name}) for name, c in plan.HAMLETS]
    moved = bend(np.array([c for c, _ in hand]))
    made = [
        Spot(x=round(float(x), 2), y=round(float(y), 2), tags=tags)
        for (x, y), (_, tags) in zip(moved, hand, strict=True)
        if result.boundary.contains(shapely.Point(x, y))
    ]
    made += [
        Spot(
            x=p.home.x + 1.5,
            y=p.home.y + 1.5,
            tags={"amenity": "doctors", "name": p.name.title(), "ref:GB:nhs": p.code},
        )
        for p in practices
    ]
    return made
