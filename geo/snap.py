"""Homes onto streets: the point of the nearest street, not the nearest junction.

Two homes at the ends of one long road are apart; snapped to junctions they
could fall together or swap ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from geo.british_grid import to_grid
from geo.errors import NoStreets, NotCoordinates
from geo.streets import StreetNetwork

if TYPE_CHECKING:
    from shapely import STRtree

FURTHEST_FROM_STREET_M = 250.0
"""Homes further than this from any street are off the network (assumption)."""

_NO_HOMES_ON = frozenset({"motorway", "motorway_link", "trunk_link", "elevator"})

_Index = tuple[npt.NDArray[np.int32], npt.NDArray[np.object_], "STRtree"]
_indexes: WeakKeyDictionary[StreetNetwork, _Index] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class SnappedHomes:
    """Where homes lie on a street network, one row per home.

    Parameters
    ----------
    edge
        Street number, shape (homes,), int32.
    offset_m
        Metres along the street from its first end.
    metres_from_street
        Straight distance between home and street; not part of travel times.
    off_network
        True for homes too far from any street: they have no travel times.
    """

    edge: npt.NDArray[np.int32]
    offset_m: npt.NDArray[np.float64]
    metres_from_street: npt.NDArray[np.float64]
    off_network: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """Count the homes."""
        return len(self.edge)

    def take(self, rows: npt.ArrayLike) -> SnappedHomes:
        """Select some homes.

        Parameters
        ----------
        rows
            Row numbers or a mask.

        Returns
        -------
        selected
            These homes, in the given order.
        """
        chosen = np.asarray(rows)
        return SnappedHomes(
            edge=self.edge[chosen],
            offset_m=self.offset_m[chosen],
            metres_from_street=self.metres_from_street[chosen],
            off_network=self.off_network[chosen],
        )


def snap(
    network: StreetNetwork,
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    *,
    furthest_m: float = FURTHEST_FROM_STREET_M,
) -> SnappedHomes:
    """Find the nearest point on a street for each home.

    Islands, motorways and slip roads are passed over. Of streets equally near,
    such as those meeting at a junction, the one with the smallest number is taken.

    Parameters
    ----------
    network
        Streets of one mode.
    lon, lat
        Homes in degrees, WGS 84, shape (homes,).
    furthest_m
        Homes further than this from every street are flagged as off the network.

    Returns
    -------
    homes
        One row per home, in the given order.

    Raises
    ------
    NotCoordinates
        A longitude or latitude is missing or no finite number; rows are named.
    NoStreets
        The network has no street that a home may stand on.
    """
    import shapely

    lon_deg = np.atleast_1d(np.asarray(lon, dtype=np.float64))
    lat_deg = np.atleast_1d(np.asarray(lat, dtype=np.float64))
    bad = ~(np.isfinite(lon_deg) & np.isfinite(lat_deg))
    if bad.any():
        rows = ", ".join(str(row) for row in np.flatnonzero(bad)[:10])
        raise NotCoordinates(
            f"{int(bad.sum())} homes have no usable coordinates (rows {rows}). "
            "Give longitude and latitude in degrees, or leave these homes out."
        )
    x_m, y_m = to_grid(lon_deg, lat_deg)
    on_earth = np.isfinite(x_m) & np.isfinite(y_m)
    # What cannot be projected lies on the far side of the Earth: surely off the network.
    points = shapely.points(np.where(on_earth, x_m, 1e9), np.where(on_earth, y_m, 1e9))
    numbers, lines, tree = _street_index(network)
    row, match = tree.query_nearest(points, all_matches=True)
    order = np.lexsort((numbers[match], row))
    first = np.unique(row[order], return_index=True)[1]
    chosen = match[order][first]
    nearest = lines[chosen]
    edge = numbers[chosen]
    share = np.nan_to_num(shapely.line_locate_point(nearest, points, normalized=True))
    distance = shapely.distance(nearest, points)
    return SnappedHomes(
        edge=edge,
        offset_m=np.clip(share, 0.0, 1.0) * network.edge_length_m[edge],
        metres_from_street=distance,
        off_network=~(distance <= furthest_m),
    )


def _street_index(network: StreetNetwork) -> _Index:
    """Build, once per network, the search tree over streets with homes."""
    known = _indexes.get(network)
    if known is not None:
        return known
    import shapely

    barred = [k for k, name in enumerate(network.highway_names) if name in _NO_HOMES_ON]
    numbers = np.flatnonzero(network.edge_usable & ~np.isin(network.edge_highway, barred)).astype(np.int32)
    if len(numbers) == 0:
        raise NoStreets("No street of the network can have homes on it. Check that the extract covers the town.")
    counts = np.diff(network.point_start)
    owner = np.repeat(np.arange(network.edge_count), counts)
    every = shapely.linestrings(np.column_stack([network.point_x_m, network.point_y_m]), indices=owner)
    lines = np.asarray(every, dtype=object)[numbers]
    index = (numbers, lines, shapely.STRtree(lines))
    _indexes[network] = index
    return index
