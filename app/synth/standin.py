"""Plain readers that `geo` will replace: addresses of an extract, areas of a file, a grid of areas."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.british_grid import geometry_to_lon_lat, to_grid

HOMES = frozenset(
    {"house", "yes", "residential", "semidetached_house", "detached", "terrace", "apartments", "bungalow", "flats"}
)
LARGEST_HOME_M2 = 600.0  # a building tagged only "yes" beyond this is a shed or a shop, not a home [assumption]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Addresses:
    """Places where people may live: degrees WGS84 and the postcode where it is stated."""

    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    postcode: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroundArea:
    """A small area: reference, name and shape (EPSG:27700 metres)."""

    ref: str
    name: str
    shape_m: Any


def addresses_from_osm(pbf: Path) -> Addresses:
    """Read homes of an extract: buildings that people live in, and address points.

    Parameters
    ----------
    pbf
        The extract, ``.osm.pbf``.

    Returns
    -------
    addresses
        In the order of the file.
    """
    import osmium

    lon: list[float] = []
    lat: list[float] = []
    postcode: list[str] = []
    reader = osmium.FileProcessor(str(pbf)).with_locations()
    for thing in reader.with_filter(osmium.filter.KeyFilter("building", "addr:housenumber")):
        if thing.is_node():
            if "shop" in thing.tags or "amenity" in thing.tags:
                continue
            lon.append(thing.location.lon)
            lat.append(thing.location.lat)
        elif thing.is_way() and thing.tags.get("building") in HOMES:
            ring = [(node.lon, node.lat) for node in thing.nodes if node.location.valid()]
            if not ring or _too_large(ring):
                continue
            lon.append(sum(p[0] for p in ring) / len(ring))
            lat.append(sum(p[1] for p in ring) / len(ring))
        else:
            continue
        postcode.append(thing.tags.get("addr:postcode", ""))
    return Addresses(lon=np.array(lon), lat=np.array(lat), postcode=tuple(postcode))


def _too_large(ring: list[tuple[float, float]]) -> bool:
    x = np.array([p[0] for p in ring]) * 111_320 * np.cos(np.radians(ring[0][1]))
    y = np.array([p[1] for p in ring]) * 111_320
    return bool(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2 > LARGEST_HOME_M2)


def grid(x_m: npt.NDArray[np.float64], y_m: npt.NDArray[np.float64], most: int = 140) -> list[GroundArea]:
    """Lay square cells over points, as small as ``most`` inhabited cells allow.

    Parameters
    ----------
    x_m, y_m
        Points, EPSG:27700 metres, shape (points,).
    most
        Most cells.

    Returns
    -------
    areas
        Cells that hold a point, south-west first.
    """
    from shapely.geometry import box

    for size in (400, 500, 600, 800, 1000, 1500, 2000, 3000, 5000, 10000):
        cells = sorted({(int(x // size), int(y // size)) for x, y in zip(x_m, y_m, strict=True)})
        if len(cells) <= most:
            break
    first_i, first_j = min(c[0] for c in cells), min(c[1] for c in cells)
    return [
        GroundArea(
            ref=f"cell-{i - first_i:03d}-{j - first_j:03d}",
            name=f"Cell {i - first_i}/{j - first_j}",
            shape_m=box(i * size, j * size, (i + 1) * size, (j + 1) * size),
        )
        for i, j in cells
    ]


def read_areas(path: Path) -> list[GroundArea]:
    """Read areas of a GeoJSON or TopoJSON file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    areas
        In the order of their codes.
    """
    import geopandas

    frame = geopandas.read_file(path)
    frame = (frame.set_crs(4326) if frame.crs is None else frame).to_crs(27700)
    code = next(c for c in frame.columns if c.upper().endswith("CD") or c.lower() in ("id", "code", "area_ref"))
    name = next((c for c in frame.columns if c.upper().endswith("NM") or c.lower() == "name"), code)
    areas = [
        GroundArea(ref=str(c), name=str(n), shape_m=g)
        for c, n, g in zip(frame[code], frame[name], frame.geometry, strict=True)
    ]
    return sorted(areas, key=lambda area: area.ref)


def as_geojson(shape_m: Any) -> dict[str, Any]:
    """Write a shape in degrees, rounded to six places (about 0.1 m)."""
    from shapely import set_precision
    from shapely.geometry import mapping

    shape = set_precision(geometry_to_lon_lat(shape_m), 1e-6)
    plain: dict[str, Any] = json.loads(json.dumps(mapping(shape)))
    return _rounded(plain)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    return value


__all__ = ["Addresses", "GroundArea", "addresses_from_osm", "as_geojson", "grid", "read_areas", "to_grid"]
