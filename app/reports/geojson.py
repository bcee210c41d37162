"""Rounds, homes and zones as a map file (GeoJSON, RFC 7946)."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.formats.council import CouncilFile
from app.formats.plan import PlanFile
from app.ground import Ground
from app.reports import Audience
from app.reports.attribution import attributions
from app.reports.legs import leg_of, legs_of, lines_of
from app.reports.totals import Totals, areas_in, totals_of
from app.reports.week import Week
from app.reports.whole import write_whole

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_DECIMALS = 6
_COARSE = 4  # decimals of shared outlines: about ten metres


def write_rounds_geojson(
    path: Path | str, council: CouncilFile, plan: PlanFile, *, ground: Ground, audience: Audience = "shared"
) -> None:
    """Write a plan for use in a map program.

    Parameters
    ----------
    path
        The file; an older one is replaced in one step.
    council, plan
        The week and the proposal for it.
    ground
        Where the homes lie.
    audience
        ``internal``: a line for each round and day along the streets, a point for each home. ``shared``: areas and
        zones with totals, small ones hidden (``null``).
    """
    week = Week(council=council, plan=plan, ground=ground)
    features = _rounds(week) + _homes(week) if audience == "internal" else _areas(week, totals_of(week))
    collection = {
        "type": "FeatureCollection",
        "council": council.name,
        "fictional": council.fictional,
        "audience": audience,
        "status": "A proposal: people decide.",
        "attribution": " ".join(attributions(council)),
        "features": features,
    }
    write_whole(path, (json.dumps(collection, ensure_ascii=False, allow_nan=False) + "\n").encode())


def _rounds(week: Week) -> list[dict[str, Any]]:
    legs = legs_of(week)
    lines = dict(zip(legs, lines_of(week, legs, simpler=0.0), strict=True))
    features = []
    for view in week.rounds:
        plan = view.round
        for group in view.groups:
            points: list[tuple[float, float]] = []
            for before, after in pairwise(group.visits):
                if before.home_ref != after.home_ref:
                    line = lines[leg_of(week, plan.mode, before, after)]
                    points += line[1:] if points and points[-1] == line[0] else line
            if len(points) > 1:
                geometry: dict[str, Any] = {"type": "LineString", "coordinates": [_rounded(point) for point in points]}
            else:
                geometry = {"type": "Point", "coordinates": _at(week, group.visits[0].home_ref)}
            properties = {
                "kind": "round", "round_ref": plan.round_ref, "status": view.kind, "days": " ".join(group.days),
                "provider_ref": plan.provider_ref, "provider": week.provider_name(plan.provider_ref),
                "zone_ref": plan.zone_ref, "patch_ref": plan.patch_ref, "shift_ref": plan.shift_ref,
                "mode": plan.mode, "crew": plan.crew, "source": plan.source, "visits": len(group.visits),
                "start": group.visits[0].start, "finish": group.visits[-1].finish,
                "travel_s": sum(visit.travel_s for visit in group.visits),
            }  # fmt: skip
            features.append(_feature(geometry, properties))
    return features


def _homes(week: Week) -> list[dict[str, Any]]:
    on_rounds: dict[str, list[str]] = {}
    for view in week.rounds:
        for group in view.groups:
            for visit in group.visits:
                on_rounds.setdefault(visit.package_ref, []).append(view.round.round_ref)
    features = []
    for package in week.council.packages:
        ref = package.package_ref
        status = "placed" if ref in week.placed else "waiting" if ref in week.unplaced else package.state
        properties = {
            "kind": "home", "package_ref": ref, "home_ref": package.home_ref, "status": status,
            "zone_ref": week.zone_of(ref), "priority": package.priority,
            "provider_ref": week.placed[ref].provider_ref if ref in week.placed else package.provider_ref,
            "round_refs": list(dict.fromkeys(on_rounds.get(ref, []))),
        }  # fmt: skip
        features.append(_feature({"type": "Point", "coordinates": _at(week, package.home_ref)}, properties))
    return features


def _areas(week: Week, totals: Totals) -> list[dict[str, Any]]:
    import shapely
    from shapely.geometry import shape

    shapes = {area.area_ref: shape(area.geometry) for area in week.council.areas}
    names = {area.area_ref: area.name for area in week.council.areas}
    homes = {(round(home.lon, _COARSE), round(home.lat, _COARSE)) for home in week.council.homes}
    features = []
    for zone in (*week.zones, ""):
        for area in areas_in(week, zone):
            if area:
                properties = {
                    "kind": "area", "area_ref": area, "name": names[area], "zone_ref": zone or None,
                    "people": totals.count("area", zone, area),
                }  # fmt: skip
                features.append(_feature(_outline(shapes[area], homes), properties))
    for zone_ref, name in week.zones.items():
        members = [shapes[area] for area in areas_in(week, zone_ref)]
        properties = {
            "kind": "zone", "zone_ref": zone_ref, "name": name,
            **{key: totals.count(at, zone_ref) for key, at in _ZONE_COUNTS.items()},
            "hours_placed": totals.hours("placed", zone_ref), "hours_waiting": totals.hours("waiting", zone_ref),
        }  # fmt: skip
        features.append(_feature(_outline(shapely.union_all(members), homes), properties))
    return features


_ZONE_COUNTS = {"people": "everybody", "served": "served", "came_in": "in", "placed": "placed", "waiting": "waiting"}


def _feature(geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _at(week: Week, home_ref: str) -> list[float]:
    home = week.homes[home_ref]
    return _rounded((home.lon, home.lat))


def _rounded(point: tuple[float, float]) -> list[float]:
    return [round(point[0], _DECIMALS), round(point[1], _DECIMALS)]


def _outline(geometry: BaseGeometry, homes: set[tuple[float, float]]) -> dict[str, Any]:
    """Round a polygon to about ten metres, keep clear of homes, and wind its rings as RFC 7946 asks.

    An outline's corner that falls on somebody's door by chance would look like that person's point; it is left out.
    """
    import shapely
    from shapely.geometry.polygon import orient

    def ring(points: Any) -> list[list[float]]:
        coarse = [(round(x, _COARSE), round(y, _COARSE)) for x, y in points]
        kept = [point for point, before in zip(coarse, [None, *coarse], strict=False) if point != before]
        clear = [point for point in kept[:-1] if point not in homes] or kept[:-1]
        return [list(point) for point in (*clear, clear[0])]

    parts = [orient(part, 1.0) for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    polygons = [
        [line for line in (ring(edge.coords) for edge in (part.exterior, *part.interiors)) if len(line) > 3]
        for part in parts
    ]
    polygons = [polygon for polygon in polygons if polygon]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}
