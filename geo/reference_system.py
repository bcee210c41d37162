"""Which coordinate reference system a boundary file is in, and from there to British National Grid metres."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from geo import british_grid
from geo.british_grid import BRITISH_NATIONAL_GRID
from geo.errors import DamagedBoundaries, MissingCrs

_FURTHEST_ON_GRID_M = 2_000_000.0
_LON_LAT_NAMES = ("EPSG:4326", "OGC:CRS84")


def in_grid_metres(geometries: npt.NDArray[np.object_], crs: str | None, path: Path) -> npt.NDArray[np.object_]:
    """Project areas to EPSG:27700, refusing numbers that contradict the reference system.

    Parameters
    ----------
    geometries
        Of all areas; None where an area has none.
    crs
        What the file states, or somebody who knows; None where nobody does.
    path
        The file, for messages.

    Returns
    -------
    projected
        In the same order, metres.

    Raises
    ------
    MissingCrs
        Nobody states one, the numbers contradict it, or the file mixes two.
    DamagedBoundaries
        Some areas lie nowhere near Great Britain.
    """
    import shapely
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if crs is None:
        raise MissingCrs(
            f"{path} does not say its coordinate reference system. Add it (a Shapefile needs its .prj), or give crs= (--crs), "
            "for example EPSG:27700 for British National Grid."
        )
    try:
        system = CRS.from_user_input(crs)
    except CRSError as error:
        raise MissingCrs(
            f"{path}: {crs} is no coordinate reference system. Write it as EPSG:27700, for example."
        ) from error
    _check_numbers(geometries, geographic=system.is_geographic, crs=crs, path=path)
    if system != CRS.from_user_input(BRITISH_NATIONAL_GRID):
        if crs not in _LON_LAT_NAMES:
            import geopandas as gpd

            geometries = gpd.GeoSeries(list(geometries), crs=system).to_crs("EPSG:4326").to_numpy()
        geometries = british_grid.geometries_to_grid(geometries)
    low, high = np.min(shapely.total_bounds(geometries)), np.max(shapely.total_bounds(geometries))
    if not (low > -_FURTHEST_ON_GRID_M and high < _FURTHEST_ON_GRID_M):
        raise DamagedBoundaries(
            f"{path}: some areas lie nowhere near Great Britain when read as {crs}. Longitude and latitude may have changed "
            "places, the coordinate reference system may be another one (give crs=, --crs), or the file is damaged."
        )
    return geometries


def _check_numbers(geometries: npt.NDArray[np.object_], *, geographic: bool, crs: str, path: Path) -> None:
    import shapely

    low_x, low_y, high_x, high_y = shapely.bounds(geometries).T
    # An area within two hundred metres of a grid's origin is nowhere: its numbers are degrees.
    in_degrees = (low_x >= -180) & (high_x <= 180) & (low_y >= -90) & (high_y <= 90)
    known = np.isfinite(low_x)
    in_degrees, rows = in_degrees[known], np.flatnonzero(known)
    fewer = in_degrees if 2 * in_degrees.sum() <= len(rows) else ~in_degrees
    if fewer.any():
        named = ", ".join(str(row + 1) for row in rows[fewer][:10])
        raise MissingCrs(
            f"{path} mixes degrees and metres: {int(fewer.sum())} of its {len(geometries)} areas are in another coordinate "
            f"reference system than the rest (rows {named}). Export all of them in one."
        )
    if geographic and not in_degrees.all():
        raise MissingCrs(
            f"{path} is said to be in degrees ({crs}) but its numbers are not degrees. If they are British National "
            "Grid metres, give crs=EPSG:27700 (--crs)."
        )
    if not geographic and len(rows) and in_degrees.all():
        raise MissingCrs(
            f"{path} is said to be in metres ({crs}) but its numbers are degrees. If they are longitude and latitude, "
            "give crs=EPSG:4326 (--crs)."
        )
