"""Areas for a town that has no boundaries: a honeycomb over its streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geo.british_grid import BRITISH_NATIONAL_GRID

if TYPE_CHECKING:
    import geopandas as gpd

BEYOND_LAST_STREET_M = 50.0
"""A home may stand behind the outermost street."""


def hexagons(x_m: npt.ArrayLike, y_m: npt.ArrayLike, size_m: float) -> gpd.GeoDataFrame:
    """Make areas for a town that has no boundaries: a honeycomb over its streets.

    Parameters
    ----------
    x_m, y_m
        Points that the areas must cover, such as a network's junctions,
        EPSG:27700 metres; at least three, not on one line.
    size_m
        Width of a cell from side to side in metres.

    Returns
    -------
    areas
        area_ref (``H`` + row + column), name, geometry (EPSG:27700), clipped to
        the convex hull of the points, 50 m wider.

    Raises
    ------
    ValueError
        The size is not positive, or the points span no area.
    """
    import geopandas as gpd
    import shapely

    if not size_m > 0:
        raise ValueError(f"size_m is {size_m}; a cell must be wider than 0 m.")
    points = shapely.MultiPoint(np.column_stack([np.asarray(x_m), np.asarray(y_m)]))
    hull = points.convex_hull
    if hull.area == 0:
        raise ValueError("The points lie on one line and span no area. Give the streets of the whole town.")
    hull = hull.buffer(BEYOND_LAST_STREET_M)
    low_x, low_y, high_x, high_y = hull.bounds
    side_m = size_m / np.sqrt(3)
    turns = np.radians(np.arange(30, 390, 60))
    corners = np.column_stack([np.cos(turns), np.sin(turns)]) * side_m
    references, cells = [], []
    for row in range(int(np.ceil((high_y - low_y) / (1.5 * side_m))) + 1):
        for column in range(int(np.ceil((high_x - low_x) / size_m)) + 1):
            middle = (low_x + (column + (row % 2) / 2) * size_m, low_y + row * 1.5 * side_m)
            cell = shapely.intersection(shapely.polygons(corners + middle), hull)
            if cell.area > 0:
                references.append(f"H{row:02d}{column:02d}")
                cells.append(cell)
    return gpd.GeoDataFrame(
        {"area_ref": references, "name": [f"Cell {r[1:3]}/{r[3:]}" for r in references]},
        geometry=cells,
        crs=BRITISH_NATIONAL_GRID,
    )
