"""The map of a report as data: the council's own streets, zones and, for the team, rounds and homes.

Coordinates are whole hundred-thousandths of a degree (about a metre) from an origin; lines are packed as text in the
manner of encoded polylines, because a borough's streets are most of a report's size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from app.formats.council import Area
from app.reports.legs import leg_of, legs_of, lines_of
from app.reports.week import Week

_STEP = 1e-5
_CLASSES = {
    "motorway": "main", "trunk": "main", "primary": "main", "secondary": "main",
    "tertiary": "through", "unclassified": "through",
    "residential": "street", "living_street": "street", "pedestrian": "street", "road": "street",
    "service": "lane", "track": "path",
}  # fmt: skip
"""How wide a class of street is drawn; all others are paths."""


def packed(points: Iterable[tuple[float, float]], origin: tuple[float, float]) -> str:
    """Pack a line as text.

    Parameters
    ----------
    points
        Lon, lat in degrees.
    origin
        Lon, lat that the numbers start from.

    Returns
    -------
    str
        Differences in hundred-thousandths of a degree, five bits to a printable letter (none of ``<>&"'``).
    """
    letters: list[str] = []
    last = (0, 0)
    for lon, lat in points:
        here = (round((lon - origin[0]) / _STEP), round((lat - origin[1]) / _STEP))
        for now, before in zip(here, last, strict=True):
            step = now - before
            rest = ~(step << 1) if step < 0 else step << 1
            while rest >= 0x20:
                letters.append(chr((0x20 | (rest & 0x1F)) + 63))
                rest >>= 5
            letters.append(chr(rest + 63))
        last = here
    return "".join(letters)


def unpacked(text: str, origin: tuple[float, float]) -> list[tuple[float, float]]:
    """Unpack a line.

    Parameters
    ----------
    text
        As :func:`packed` wrote it.
    origin
        Lon, lat that the numbers start from.

    Returns
    -------
    list of tuple
        Lon, lat in degrees, five decimals.
    """
    numbers: list[int] = []
    value = shift = 0
    for letter in text:
        code = ord(letter) - 63
        value |= (code & 0x1F) << shift
        shift += 5
        if code < 0x20:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    points = []
    x = y = 0
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((round(origin[0] + x * _STEP, 5), round(origin[1] + y * _STEP, 5)))
    return points


def background(week: Week, shading: Mapping[str, int | None] | None = None) -> dict[str, Any]:
    """Draw what may be seen by anyone: streets, water, parks, railways, areas and zones.

    Parameters
    ----------
    week
        Its ground is drawn.
    shading
        A published number for each area; None where it is hidden. Absent: areas are not drawn.

    Returns
    -------
    dict
        For the page's script.
    """
    from shapely.geometry import shape

    shapes = {area.area_ref: shape(area.geometry) for area in week.council.areas}
    bounds = [geometry.bounds for geometry in shapes.values()]
    west, south = min(b[0] for b in bounds), min(b[1] for b in bounds)
    east, north = max(b[2] for b in bounds), max(b[3] for b in bounds)
    origin = (round(west, 5), round(south, 5))
    drawing: dict[str, Any] = {
        "origin": origin,
        "size": [round((east - west) / _STEP), round((north - south) / _STEP)],
        "streets": _streets(week, origin),
        "ground": _ground(week, origin),
        "zones": _zones(week, shapes, origin),
    }
    if shading is not None:
        drawing["areas"] = [_area(area, shapes[area.area_ref], shading, week, origin) for area in week.council.areas]
    return drawing


def rounds_and_homes(week: Week, origin: tuple[float, float]) -> dict[str, Any]:
    """Draw what only the team may see: rounds along the streets and homes.

    Parameters
    ----------
    week
        Its rounds are drawn.
    origin
        Of the background.

    Returns
    -------
    dict
        For the page's script.
    """
    legs = legs_of(week)
    lines = lines_of(week, legs)
    number = {leg: place for place, leg in enumerate(legs)}
    used = sorted({visit.home_ref for one in week.plan.rounds for day in one.days for visit in day.visits})
    place_of = {home: place for place, home in enumerate(used)}
    rounds = []
    for view in week.rounds:
        plan = view.round
        days = []
        for group in view.groups:
            stops = [visit.home_ref for visit in group.visits]
            days.append(
                {
                    "label": group.label,
                    "stops": [place_of[home] for home in stops],
                    "legs": [
                        number[leg_of(week, plan.mode, a, b)]
                        for a, b in pairwise(group.visits)
                        if a.home_ref != b.home_ref
                    ],
                }
            )
        fresh = {week.packages[ref].home_ref for ref in view.new_packages}
        rounds.append(
            {
                "id": view.anchor, "name": plan.round_ref, "kind": view.kind, "mode": plan.mode, "crew": plan.crew,
                "provider": plan.provider_ref, "zone": plan.zone_ref, "shift": week.shifts.get(plan.shift_ref, plan.shift_ref),
                "days": days, "fresh": sorted(place_of[home] for home in fresh),
            }
        )  # fmt: skip
    return {
        "legs": [packed(line, origin) for line in lines],
        "homes": [packed([_position(week, home)], origin) for home in used],
        "rounds": rounds,
        "waiting": _waiting(week, origin),
    }


def _waiting(week: Week, origin: tuple[float, float]) -> list[dict[str, Any]]:
    return [
        {
            "at": packed([_position(week, week.packages[one.package_ref].home_ref)], origin),
            "id": f"waiting-{place}",
            "name": one.package_ref,
            "zone": week.zone_of(one.package_ref),
        }
        for place, one in enumerate(week.plan.unplaced, 1)
    ]


def _position(week: Week, home_ref: str) -> tuple[float, float]:
    home = week.homes[home_ref]
    return home.lon, home.lat


def _streets(week: Week, origin: tuple[float, float]) -> dict[str, list[str]]:
    classes: dict[str, list[str]] = defaultdict(list)
    if week.ground.extract() is not None:
        from geo.basemap import streets_for_map

        for name, line in streets_for_map(week.ground.network("walk")):
            classes[_CLASSES.get(name.removesuffix("_link"), "path")].append(packed(line, origin))
        # Roads that nobody walks along are on the driving network only.
        for name, line in streets_for_map(week.ground.network("drive")):
            if name.removesuffix("_link") in ("motorway", "trunk"):
                classes["main"].append(packed(line, origin))
    return dict(classes)


def _ground(week: Week, origin: tuple[float, float]) -> dict[str, list[list[str]]]:
    kinds: dict[str, list[list[str]]] = defaultdict(list)
    extract = week.ground.extract()
    if extract is not None:
        from geo.basemap import ground_for_map

        for kind, geometry in ground_for_map(extract):
            kinds[kind].extend(_rings(geometry, origin))
    return dict(kinds)


def _zones(week: Week, shapes: Mapping[str, Any], origin: tuple[float, float]) -> list[dict[str, Any]]:
    import shapely

    zones = []
    for zone in week.council.zones:
        members = [shapes[area] for patch in zone.patches for area in patch.area_refs if area in shapes]
        if members:
            # Neighbouring areas of real files may miss each other by a hair; closing the hair keeps one outline.
            whole = shapely.union_all(shapely.buffer(members, 2 * _STEP)).buffer(-2 * _STEP).simplify(2 * _STEP)
            label = whole.representative_point()
            zones.append(
                {
                    "ref": zone.zone_ref,
                    "name": week.zones[zone.zone_ref],
                    "rings": _rings(whole, origin),
                    "label": packed([(label.x, label.y)], origin),
                }
            )
    return zones


def _area(
    area: Area, geometry: Any, shading: Mapping[str, int | None], week: Week, origin: tuple[float, float]
) -> dict[str, Any]:
    return {
        "name": area.name or area.area_ref,
        "zone": week.zone_of_area.get(area.area_ref),
        "rings": _rings(geometry.simplify(2 * _STEP), origin),
        "value": shading.get(area.area_ref),
    }


def _rings(geometry: Any, origin: tuple[float, float]) -> list[list[str]]:
    """Pack the parts of a geometry; of a polygon, its outline and then its holes."""
    parts: Sequence[Any] = getattr(geometry, "geoms", None) or [geometry]
    packed_parts = []
    for part in parts:
        if part.is_empty:
            continue
        if part.geom_type == "Polygon":
            packed_parts.append([packed(ring.coords, origin) for ring in (part.exterior, *part.interiors)])
        elif part.geom_type in ("LineString", "LinearRing"):
            packed_parts.append([packed(part.coords, origin)])
    return packed_parts
