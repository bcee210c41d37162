"""Ground: coordinates that can be in Britain, areas that are areas, each in one patch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.formats.checks.reading import Reading
from app.formats.checks.saying import fault
from app.formats.faults import Fault

# Great Britain with its islands, WGS84 degrees.
WEST, EAST, SOUTH, NORTH = -9.0, 3.5, 49.0, 61.5
# About 5 km. A home a little outside every area is placed or reported when it is located; one further
# away is a slip in its coordinates.
_BEYOND_AREAS_DEG = 0.05
_Box = tuple[float, float, float, float]


def _week_not_on_a_monday(reading: Reading) -> Iterator[Fault]:
    if reading.week is None:
        return
    day = reading.week.starts_on
    if not 2000 <= day.year <= 2100:
        yield fault("week.starts_on", str(day), "is not in the years 2000–2100", "give the planned week's Monday")
    elif day.weekday() != 0:
        monday = day.fromordinal(day.toordinal() - day.weekday())
        yield fault("week.starts_on", str(day), f"is a {day:%A}, not a Monday", f"give the week's Monday, {monday}")


def _homes_out_of_place(reading: Reading) -> Iterator[Fault]:
    """A home lies in Britain, and within about 5 km of the council's areas."""
    box = None if "areas" in reading.broken else _box_of_areas(reading)
    for path, home in reading.homes:
        reason_mend = _misplaced(home.lon, home.lat)
        if reason_mend is not None:
            yield fault(path, "", *reason_mend)
        elif box is not None and not _within(home.lon, home.lat, box):
            yield fault(
                path,
                "",
                "lies more than 5 km outside the box around all areas",
                "correct lon and lat, or add the area it lies in; "
                "someone placed outside the council's ground is not planned here",
            )


def _misplaced(lon: float, lat: float) -> tuple[str, str] | None:
    if _in_britain(lon, lat):
        return None
    if lon == 0 and lat == 0:
        return "lies at 0, 0: its coordinates were lost", "geocode the address again"
    if _in_britain(lat, lon):
        return "lies outside Britain, but not with lon and lat swapped", "swap lon and lat: lon is east, lat is north"
    reason = f"lies outside Britain (lon {WEST:g} to {EAST:g}, lat {SOUTH:g} to {NORTH:g})"
    return reason, "give WGS84 degrees, lon east and lat north; not metres of the National Grid"


def _in_britain(lon: float, lat: float) -> bool:
    # lon 0 and lat 0 lie in no box below; a zero longitude alone is Greenwich.
    return WEST <= lon <= EAST and SOUTH <= lat <= NORTH


def _within(lon: float, lat: float, box: _Box) -> bool:
    return box[0] <= lon <= box[2] and box[1] <= lat <= box[3]


def _box_of_areas(reading: Reading) -> _Box | None:
    west, south, east, north = 180.0, 90.0, -180.0, -90.0
    for _, area in reading.areas:
        for ring in _rings(area.geometry) or ():
            for position in ring:
                if not _is_position(position) or not _in_britain(position[0], position[1]):
                    return None  # a fault by itself; homes cannot be judged against it
                west, east = min(west, position[0]), max(east, position[0])
                south, north = min(south, position[1]), max(north, position[1])
    if west > east:
        return None
    return (
        west - _BEYOND_AREAS_DEG * 1.6,  # degrees of longitude are shorter this far north
        south - _BEYOND_AREAS_DEG,
        east + _BEYOND_AREAS_DEG * 1.6,
        north + _BEYOND_AREAS_DEG,
    )


def _geometries_that_are_no_areas(reading: Reading) -> Iterator[Fault]:
    for path, area in reading.areas:
        yield from _geometry_faults(f"{path}.geometry", area.geometry)


def _geometry_faults(path: str, geometry: dict[str, Any]) -> Iterator[Fault]:
    kind = geometry.get("type")
    if kind in ("Feature", "FeatureCollection", "GeometryCollection"):
        yield fault(f"{path}.type", "", f"is a {kind}", "give the Polygon or MultiPolygon inside it")
        return
    if kind not in ("Polygon", "MultiPolygon"):
        yield fault(f"{path}.type", "", "is no Polygon or MultiPolygon", "give the area's outline as GeoJSON")
        return
    rings = _rings(geometry)
    if not rings:
        yield fault(
            f"{path}.coordinates", "", f"are not the rings of a {kind}", "give the outline as GeoJSON (RFC 7946)"
        )
        return
    for number, ring in enumerate(rings):
        said = _ring_fault(ring)
        if said is not None:
            yield fault(f"{path}.coordinates", "", f"{said[0]} (ring {number + 1} of {len(rings)})", said[1])
            return


def _rings(geometry: dict[str, Any]) -> list[list[Any]] | None:
    """Return the rings of a geometry, or ``None`` if it has not the lists of its type."""
    held = geometry.get("coordinates")
    polygons = [held] if geometry.get("type") == "Polygon" else held
    # Tuples are what shapely and Python code hold where a file has lists.
    if not isinstance(polygons, list | tuple):
        return None
    if not all(isinstance(polygon, list | tuple) and polygon for polygon in polygons):
        return None
    rings = [ring for polygon in polygons for ring in polygon]
    return rings if all(isinstance(ring, list | tuple) for ring in rings) else None


def _ring_fault(ring: list[Any]) -> tuple[str, str] | None:
    if not all(_is_position(position) for position in ring):
        return "hold a position that is not two finite numbers", "give each position as [lon, lat]"
    if len(ring) < 4:
        return f"hold a ring of {len(ring)} positions", "give at least 4, the last equal to the first"
    if list(ring[0][:2]) != list(ring[-1][:2]):
        return "hold a ring that is not closed", "repeat its first position at its end"
    if len({(position[0], position[1]) for position in ring}) < 3:
        return "hold a ring without extent", "give at least three different positions"
    for position in ring:
        misplaced = _misplaced(position[0], position[1])
        if misplaced is not None:
            return "hold a position that " + misplaced[0], misplaced[1]
    return None


def _is_position(position: Any) -> bool:
    return (
        isinstance(position, list | tuple)
        and len(position) in (2, 3)
        and all(isinstance(number, int | float) and not isinstance(number, bool) for number in position)
    )


def _areas_not_in_one_patch(reading: Reading) -> Iterator[Fault]:
    """Every area is in one patch, so that every home is in one zone."""
    held: dict[str, str] = {}
    for path, patch in reading.patches():
        for index, ref in enumerate(patch.area_refs):
            at = f"{path}.area_refs[{index}]"
            if held.setdefault(ref, at) != at:
                owner = held[ref].rsplit(".", 1)[0]
                yield fault(at, ref, f"is already in {owner}", "keep the area in one patch only")
    if reading.broken & {"zones", "areas"}:
        return
    for path, area in reading.areas:
        if area.area_ref not in held:
            yield fault(f"{path}.area_ref", area.area_ref, "is in no patch", "add it to the area_refs of one patch")


CHECKS = (_week_not_on_a_monday, _homes_out_of_place, _geometries_that_are_no_areas, _areas_not_in_one_patch)
