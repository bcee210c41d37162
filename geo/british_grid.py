"""Between longitude/latitude and British National Grid metres.

One fixed transformation is used in both directions: the seven-parameter shift
EPSG:1314, whose stated accuracy is 2 m. PROJ would otherwise choose an
operation point by point from what is installed on the machine, and near the
edge of its area of use it chooses different ones there and back (120 m apart).
The same file would then give other metres on another computer.

References
----------
EPSG Geodetic Parameter Dataset, operation 1314 (OSGB36 to WGS 84 (6)) and
projected system 27700 (British National Grid), https://epsg.org
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pyproj import Transformer
    from shapely.geometry.base import BaseGeometry

BRITISH_NATIONAL_GRID = "EPSG:27700"
LON_LAT = "EPSG:4326"

_PIPELINE = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
    "+step +proj=push +v_3 +step +proj=cart +ellps=WGS84 "
    "+step +inv +proj=helmert +x=446.448 +y=-125.157 +z=542.06 "
    "+rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 +convention=position_vector "
    "+step +inv +proj=cart +ellps=airy +step +proj=pop +v_3 "
    "+step +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 "
    "+x_0=400000 +y_0=-100000 +ellps=airy"
)

Floats = npt.NDArray[np.float64]


@lru_cache(maxsize=1)
def _transformer() -> Transformer:
    from pyproj import Transformer

    return Transformer.from_pipeline(_PIPELINE)


def to_grid(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Project longitude and latitude to British National Grid metres.

    Parameters
    ----------
    lon, lat
        Degrees, WGS 84, one shape.

    Returns
    -------
    x_m, y_m
        Easting and northing in metres (EPSG:27700), same shape.
    """
    x, y = _transformer().transform(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def to_lon_lat(x_m: npt.ArrayLike, y_m: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Turn British National Grid metres into longitude and latitude.

    Parameters
    ----------
    x_m, y_m
        Easting and northing in metres (EPSG:27700), one shape.

    Returns
    -------
    lon, lat
        Degrees, WGS 84, same shape.
    """
    lon, lat = _transformer().transform(
        np.asarray(x_m, dtype=np.float64),
        np.asarray(y_m, dtype=np.float64),
        direction="INVERSE",
    )
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _pairs_to_grid(pairs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack(to_grid(pairs[:, 0], pairs[:, 1]))


def _pairs_to_lon_lat(pairs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack(to_lon_lat(pairs[:, 0], pairs[:, 1]))


def geometries_to_grid(geometries: Any) -> npt.NDArray[np.object_]:
    """Project shapely geometries from longitude/latitude to the grid.

    Parameters
    ----------
    geometries
        One geometry or an array of them, degrees, WGS 84.

    Returns
    -------
    projected
        The same geometries in EPSG:27700 metres.
    """
    import shapely

    return np.asarray(shapely.transform(geometries, _pairs_to_grid), dtype=object)


def geometries_to_lon_lat(geometries: Any) -> npt.NDArray[np.object_]:
    """Turn shapely geometries from the grid into longitude/latitude.

    Parameters
    ----------
    geometries
        One geometry or an array of them, EPSG:27700 metres.

    Returns
    -------
    unprojected
        The same geometries in degrees, WGS 84.
    """
    import shapely

    return np.asarray(shapely.transform(geometries, _pairs_to_lon_lat), dtype=object)


def geometry_to_lon_lat(geometry: BaseGeometry) -> BaseGeometry:
    """Turn one shapely geometry from the grid into longitude/latitude.

    Parameters
    ----------
    geometry
        EPSG:27700 metres.

    Returns
    -------
    unprojected
        The same geometry in degrees, WGS 84.
    """
    result: BaseGeometry = geometries_to_lon_lat([geometry])[0]
    return result
