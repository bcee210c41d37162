"""A background map from the council's own extract.

Drawn from the same file as the network, so that no tile server elsewhere ever
learns which streets are looked at.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geo.british_grid import geometries_to_grid, geometries_to_lon_lat
from geo.errors import DamagedExtract
from geo.streets import StreetNetwork

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

LonLatLine = list[tuple[float, float]]

_DECIMALS = 5
"""About a metre: finer than any line of the map is wide."""

_LINES = {"waterway": ("river", "canal"), "railway": ("rail", "light_rail", "tram")}
_WATER = {"natural": ("water",), "waterway": ("riverbank", "dock"), "landuse": ("reservoir", "basin")}
_GREEN = {
    "leisure": ("park", "nature_reserve", "recreation_ground", "golf_course", "garden", "common"),
    "landuse": ("forest", "recreation_ground", "cemetery", "village_green"),
    "natural": ("wood", "heath"),
}


def streets_for_map(network: StreetNetwork, *, tolerance_m: float = 4.0) -> list[tuple[str, LonLatLine]]:
    """Simplify the streets of a network for drawing.

    Parameters
    ----------
    network
        The walking network shows most.
    tolerance_m
        Vertices may be left out where the line moves by less than this.

    Returns
    -------
    streets
        Class of street and line (lon, lat in degrees, five decimals), in order
        of class; streets of one class are joined where they meet end to end.
    """
    import shapely

    owner = np.repeat(np.arange(network.edge_count), np.diff(network.point_start))
    lines = np.asarray(
        shapely.linestrings(np.column_stack([network.point_x_m, network.point_y_m]), indices=owner), dtype=object
    )
    streets: list[tuple[str, LonLatLine]] = []
    for number, name in enumerate(network.highway_names):
        of_class = lines[network.edge_highway == number]
        joined = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(list(of_class))))
        thinned = shapely.simplify(joined, tolerance_m)
        streets.extend((name, _rounded(line)) for line in geometries_to_lon_lat(thinned))
    return streets


def _rounded(line: BaseGeometry) -> LonLatLine:
    return [(round(float(x), _DECIMALS), round(float(y), _DECIMALS)) for x, y in line.coords]


def ground_for_map(
    pbf: Path, *, tolerance_m: float = 8.0, least_area_m2: float = 2_000.0
) -> list[tuple[str, BaseGeometry]]:
    """Find water, railways and parks for drawing under the streets.

    Parameters
    ----------
    pbf
        The extract, ``.osm.pbf``.
    tolerance_m
        Vertices may be left out where the outline moves by less than this.
    least_area_m2
        Smaller areas are left out.

    Returns
    -------
    ground
        ``green``, ``water``, ``river`` or ``rail`` and geometry (degrees, WGS
        84, five decimals), in the order in which they are painted.

    Raises
    ------
    DamagedExtract
        The file is cut short, or no OpenStreetMap extract.
    """
    import osmium
    import shapely

    if not pbf.is_file():
        raise FileNotFoundError(f"{pbf}: there is no such extract. Check the path.")
    shapes = osmium.geom.WKBFactory()
    found: dict[str, list[BaseGeometry]] = {"green": [], "water": [], "river": [], "rail": []}
    keys = sorted({*_LINES, *_WATER, *_GREEN})
    wanted = osmium.filter.KeyFilter(*keys)
    try:
        for item in osmium.FileProcessor(os.fspath(pbf)).with_areas(wanted).with_filter(wanted):
            tags = dict(item.tags)
            try:
                if isinstance(item, osmium.osm.Area):
                    kind = "water" if _is_any(tags, _WATER) else "green" if _is_any(tags, _GREEN) else None
                    if kind is not None:
                        found[kind].append(shapely.from_wkb(shapes.create_multipolygon(item)))
                elif isinstance(item, osmium.osm.Way) and _is_any(tags, _LINES) and "tunnel" not in tags:
                    kind = "river" if "waterway" in tags else "rail"
                    if tags.get("service") is None:
                        found[kind].append(shapely.from_wkb(shapes.create_linestring(item)))
            except (RuntimeError, shapely.errors.GEOSException):
                continue  # half of it lies outside the extract
    except RuntimeError as error:
        raise DamagedExtract(
            f"{pbf} cannot be read to its end as OpenStreetMap data ({error}). Fetch it again and compare its "
            "size or checksum with the publisher's."
        ) from error
    ground: list[tuple[str, BaseGeometry]] = []
    for kind, geometries in found.items():
        if not geometries:
            continue
        metres = geometries_to_grid(geometries)
        large = metres if kind in ("river", "rail") else metres[shapely.area(metres) >= least_area_m2]
        thinned = shapely.simplify(large, tolerance_m)
        degrees = geometries_to_lon_lat(thinned[~shapely.is_empty(thinned)])
        ground.extend((kind, geometry) for geometry in shapely.transform(degrees, lambda p: np.round(p, _DECIMALS)))
    return ground


def _is_any(tags: dict[str, str], wanted: dict[str, tuple[str, ...]]) -> bool:
    return any(tags.get(key) in values for key, values in wanted.items())
