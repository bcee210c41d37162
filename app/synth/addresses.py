"""Homes of a town near its streets: the mapped addresses, or points along residential streets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geo.british_grid import to_grid, to_lon_lat

if TYPE_CHECKING:
    from geo.streets import StreetNetwork

Floats = npt.NDArray[np.float64]

FURTHEST_FROM_STREET_M = 60.0  # a home further away than this is no home here [assumption]
STREETS_WITH_HOMES = ("residential", "living_street", "unclassified", "tertiary", "pedestrian")
METRES_PER_HOME = 15.0  # spacing of made-up homes along a street without addresses [assumption]
FEWEST_ADDRESSES = 2000  # below this an extract has no useful addresses, so homes are made up along streets


def walking_network(network: Path, cache_dir: Path | None) -> StreetNetwork:
    """Load the walking network of an extract, or build it where no folder keeps it.

    Parameters
    ----------
    network
        Street extract, ``.osm.pbf``.
    cache_dir
        Folder for saved networks, or none.

    Returns
    -------
    network
        The walking network.
    """
    from geo.network import build_network, network_for

    return build_network(network, "walk") if cache_dir is None else network_for(network, "walk", cache_dir)


def _street_points(streets: StreetNetwork) -> tuple[Floats, Floats, npt.NDArray[np.str_]]:
    """Points every few metres along the streets of the largest connected part, with the class of street."""
    part = (streets.node_component[streets.edge_from] == 0) & (streets.node_component[streets.edge_to] == 0)
    names = np.array(streets.highway_names)
    xs: list[Floats] = []
    ys: list[Floats] = []
    kinds: list[npt.NDArray[np.str_]] = []
    for edge in np.flatnonzero(part):
        span = slice(int(streets.point_start[edge]), int(streets.point_start[edge + 1]))
        px, py = streets.point_x_m[span], streets.point_y_m[span]
        along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(px), np.diff(py)))])
        at = np.arange(METRES_PER_HOME / 2, along[-1], METRES_PER_HOME)
        if len(at) == 0:
            at = np.array([along[-1] / 2])
        xs.append(np.interp(at, along, px))
        ys.append(np.interp(at, along, py))
        kinds.append(np.full(len(at), names[streets.edge_highway[edge]]))
    return np.concatenate(xs), np.concatenate(ys), np.concatenate(kinds)


def addresses(
    network: Path, streets: StreetNetwork, rng: np.random.Generator
) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Find the homes of a town near its streets; make some up along them where the extract has too few.

    Parameters
    ----------
    network
        Street extract, ``.osm.pbf``.
    streets
        Its walking network; homes are near its largest connected part.
    rng
        Places made-up homes to the left or right of their street.

    Returns
    -------
    lon, lat
        Degrees WGS84, six places.
    postcode
        Empty where not known.
    """
    from scipy.spatial import cKDTree

    from geo.places import addresses_from_osm

    x, y, kinds = _street_points(streets)
    found = addresses_from_osm(network)
    if len(found) >= FEWEST_ADDRESSES:
        lon, lat = found["lon"].to_numpy(), found["lat"].to_numpy()
        away, _ = cKDTree(np.column_stack([x, y])).query(np.column_stack(to_grid(lon, lat)))
        near = np.flatnonzero(away <= FURTHEST_FROM_STREET_M)
        postcode = tuple(found["postcode"].iloc[near].tolist())
        return np.round(lon[near], 6), np.round(lat[near], 6), postcode
    lived_in = np.isin(kinds, STREETS_WITH_HOMES)
    x, y = x[lived_in], y[lived_in]
    side = rng.uniform(-8.0, 8.0, size=(2, len(x)))
    lon, lat = to_lon_lat(x + side[0], y + side[1])
    return np.round(lon, 6), np.round(lat, 6), ("",) * len(lon)
