"""From a point to the area it lies in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geo.british_grid import to_grid, to_lon_lat
from geo.errors import GeographyError, NotCoordinates, NullIsland, OutsideArea, SwappedCoordinates

if TYPE_CHECKING:
    import geopandas as gpd

BORDER_WIDTH_M = 0.05
"""A point this near a border lies on it: less than the coordinates are worth."""

_AROUND_DEGREES = 0.5


class Locator:
    """Finds the area of points, by one rule that holds on borders too.

    A point on a border, or where areas overlap, belongs to the touching area
    with the smallest reference. So a point has one area on every machine.

    Parameters
    ----------
    areas
        area_ref and geometry in EPSG:27700, as from `geo.boundaries.read_areas`.
    """

    def __init__(self, areas: gpd.GeoDataFrame) -> None:
        import shapely

        ordered = areas.sort_values("area_ref")
        self._references = np.array(ordered["area_ref"].tolist(), dtype=object)
        self._shapes = ordered.geometry.to_numpy()
        self._tree = shapely.STRtree(self._shapes)
        low_x, low_y, high_x, high_y = shapely.total_bounds(self._shapes)
        lon, lat = to_lon_lat([low_x, high_x, low_x, high_x], [low_y, low_y, high_y, high_y])
        self._lon_lat_box = (lon.min(), lat.min(), lon.max(), lat.max())

    def locate(self, lon: float, lat: float) -> str:
        """Find the area of one point.

        Parameters
        ----------
        lon, lat
            Degrees, WGS 84.

        Returns
        -------
        area_ref
            The area.

        Raises
        ------
        NotCoordinates
            Not degrees.
        NullIsland
            Both are zero.
        SwappedCoordinates
            The point lies near the areas once longitude and latitude change places.
        OutsideArea
            The point lies in no area.
        """
        found = self.find(np.array([lon]), np.array([lat]))[0]
        if found is None:
            raise self.fault(lon, lat)
        return str(found)

    def locate_all(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.object_]:
        """Find the area of every point, or say which points have none.

        Parameters
        ----------
        lon, lat
            Degrees, WGS 84, shape (points,).

        Returns
        -------
        area_refs
            One per point.

        Raises
        ------
        NotCoordinates, NullIsland, SwappedCoordinates, OutsideArea
            As in `locate`, for the first point that has no area, with its row
            and the number of such points.
        """
        lon_deg, lat_deg = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        found = self.find(lon_deg, lat_deg)
        missing = np.flatnonzero(found == None)  # noqa: E711 (element by element)
        if len(missing):
            row = int(missing[0])
            fault = self.fault(float(lon_deg[row]), float(lat_deg[row]))
            raise type(fault)(f"Row {row} ({len(missing)} of {len(found)} points have no area): {fault}")
        return found

    def find(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.object_]:
        """Find the area of many points at once, without raising.

        Parameters
        ----------
        lon, lat
            Degrees, WGS 84, shape (points,).

        Returns
        -------
        area_refs
            The area of each point, None where there is none; `fault` says why.
        """
        import shapely

        lon_deg, lat_deg = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        found = np.full(len(lon_deg), None, dtype=object)
        low_lon, low_lat, high_lon, high_lat = self._lon_lat_box
        near = np.flatnonzero(
            (np.abs(lon_deg - (low_lon + high_lon) / 2) <= (high_lon - low_lon) / 2 + _AROUND_DEGREES)
            & (np.abs(lat_deg - (low_lat + high_lat) / 2) <= (high_lat - low_lat) / 2 + _AROUND_DEGREES)
        )
        points = shapely.points(*to_grid(lon_deg[near], lat_deg[near]))
        row, area = self._tree.query(points, predicate="dwithin", distance=BORDER_WIDTH_M)
        # The areas are sorted by reference, so the smallest number is the smallest reference.
        smallest = np.full(len(near), len(self._references))
        np.minimum.at(smallest, row, area)
        inside = smallest < len(self._references)
        found[near[inside]] = self._references[smallest[inside]]
        return found

    def fault(self, lon: float, lat: float) -> GeographyError:
        """Say why a point has no area, without repeating where it is.

        Parameters
        ----------
        lon, lat
            A point for which `find` gave None.

        Returns
        -------
        fault
            The error to raise or to report.
        """
        if not (np.isfinite(lon) and np.isfinite(lat)):
            return NotCoordinates("Longitude or latitude is missing or no number. Give both in degrees.")
        if lon == 0 and lat == 0:
            return NullIsland(
                "Longitude and latitude are both 0, which stands for a missing value. Look the address up again."
            )
        low_lon, low_lat, high_lon, high_lat = self._lon_lat_box
        if (
            low_lon - _AROUND_DEGREES <= lat <= high_lon + _AROUND_DEGREES
            and low_lat - _AROUND_DEGREES <= lon <= high_lat + _AROUND_DEGREES
        ):
            return SwappedCoordinates(
                "The point lies near the areas only when longitude and latitude change places. "
                "Give the longitude (about -6 to 2 in England) first or in its own field."
            )
        if abs(lon) > 180 or abs(lat) > 90:
            return NotCoordinates(
                "The values are not degrees. If they are British National Grid metres, convert them "
                "to longitude and latitude (WGS 84) first."
            )
        return OutsideArea(
            "The point lies in none of the areas. Check the address and that the boundaries are those of "
            "this council; a home beyond the border needs an area of its own."
        )
