"""Street networks to measure travel on: a shipped town, a real city, and the city tiled three by three."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.ground import cache_folder
from geo.british_grid import to_lon_lat
from geo.network import Mode, StreetNetwork, network_for
from geo.snap import SnappedHomes

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "data" / "demo" / "doggerby.osm.pbf"
NEWPORT = Path("osm") / "newport_2023-06-13.osm.pbf"
LEEDS_AREAS = Path("boundaries") / "leeds_lsoa2011.topo.json"

_LINKS_A_SIDE = 20
"""Streets between two tiles."""


def city(mode: Mode) -> tuple[str, StreetNetwork]:
    """Load Newport where its extract is at hand, or else the fictional borough.

    Parameters
    ----------
    mode
        Means of travel.

    Returns
    -------
    name, network
        The extract lies beside the clone, or where ``CAREROUND_REAL_DATA`` points.
    """
    extract = extract_of_city()
    return (town if extract == SHIPPED else _newport)(mode)


def extract_of_city() -> Path:
    """Find the extract of `city`.

    Returns
    -------
    path
        Newport's, or the fictional borough's.
    """
    return real_file(NEWPORT) or SHIPPED


def areas_of_city() -> tuple[str, Path]:
    """Find the small areas (LSOA) of a city.

    Returns
    -------
    name, path
        Leeds' areas, or the fictional borough's.
    """
    real = real_file(LEEDS_AREAS)
    return ("Leeds", real) if real else ("Doggerby", ROOT / "data" / "boundaries" / "doggerby_lsoa.geojson")


def real_file(inner: Path) -> Path | None:
    """Find a file of real towns' data, which is not part of the project.

    Parameters
    ----------
    inner
        Its path in the folder of that data.

    Returns
    -------
    path
        The folder lies beside the clone, or where ``CAREROUND_REAL_DATA`` points; None without the file.
    """
    stated = os.environ.get("CAREROUND_REAL_DATA")
    path = (Path(stated) if stated else ROOT.parent / "shared" / "data") / inner
    return path if path.is_file() else None


def _newport(mode: Mode) -> tuple[str, StreetNetwork]:
    return "Newport", network_for(extract_of_city(), mode, cache_folder())


def town(mode: Mode) -> tuple[str, StreetNetwork]:
    """Load the fictional borough that is shipped.

    Parameters
    ----------
    mode
        Means of travel.

    Returns
    -------
    name, network
        Of Doggerby.
    """
    return "Doggerby", network_for(SHIPPED, mode, cache_folder())


def homes_along(network: StreetNetwork, count: int, seed: int) -> SnappedHomes:
    """Place homes at random along the streets, more on longer ones.

    Parameters
    ----------
    network
        Streets of one mode.
    count
        Number of homes.
    seed
        Of the draw.

    Returns
    -------
    homes
        All on the network.
    """
    rng = np.random.default_rng(seed)
    usable = np.flatnonzero(network.edge_usable)
    length_m = network.edge_length_m[usable]
    edge = rng.choice(usable, count, p=length_m / length_m.sum()).astype(np.int32)
    return SnappedHomes(
        edge=edge,
        offset_m=rng.random(count) * network.edge_length_m[edge],
        metres_from_street=np.zeros(count),
        off_network=np.zeros(count, np.bool_),
    )


def tiled(network: StreetNetwork, across: int) -> StreetNetwork:
    """Lay copies of a network side by side and join neighbours by streets.

    Parameters
    ----------
    network
        Two-way or not; it should have one large part.
    across
        Copies in a row, and rows.

    Returns
    -------
    network
        With ``across`` squared times the junctions, one large part again.
    """
    width_m, height_m = np.ptp(network.node_x_m) + 200.0, np.ptp(network.node_y_m) + 200.0
    copies = [(row, column) for row in range(across) for column in range(across)]
    tails, heads = _links(network, across)
    east = np.array([column * width_m for _, column in copies])
    north = np.array([row * height_m for row, _ in copies])
    nodes, points = network.node_count, len(network.point_x_m)
    node_x_m = (network.node_x_m[None, :] + east[:, None]).ravel()
    node_y_m = (network.node_y_m[None, :] + north[:, None]).ravel()
    link_m = np.hypot(node_x_m[tails] - node_x_m[heads], node_y_m[tails] - node_y_m[heads])
    pace = float(network.edge_length_m.sum() / network.edge_time_s.sum())
    link_s = np.maximum(1, np.rint(link_m / pace * 1024)) / 1024
    ends = np.column_stack([tails, heads]).ravel()
    point_x_m = np.concatenate([(network.point_x_m[None, :] + east[:, None]).ravel(), node_x_m[ends]])
    point_y_m = np.concatenate([(network.point_y_m[None, :] + north[:, None]).ravel(), node_y_m[ends]])
    node_lon, node_lat = to_lon_lat(node_x_m, node_y_m)
    point_lon, point_lat = to_lon_lat(point_x_m, point_y_m)
    count = len(copies)

    def numbered(values: npt.NDArray[np.int32], step: int) -> npt.NDArray[np.int32]:
        return (values[None, :] + step * np.arange(count)[:, None]).ravel().astype(np.int32)

    def again(values: npt.NDArray[np.float64], more: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.concatenate([np.tile(values, count), more])

    starts = (network.point_start[None, :-1] + points * np.arange(count)[:, None]).ravel()
    link_starts = count * points + 2 * np.arange(len(tails) + 1)
    return replace(
        network,
        node_x_m=node_x_m,
        node_y_m=node_y_m,
        node_lon=node_lon,
        node_lat=node_lat,
        node_component=np.tile(network.node_component, count),
        edge_from=np.concatenate([numbered(network.edge_from, nodes), tails.astype(np.int32)]),
        edge_to=np.concatenate([numbered(network.edge_to, nodes), heads.astype(np.int32)]),
        edge_length_m=again(network.edge_length_m, link_m),
        edge_time_s=again(network.edge_time_s, link_s),
        edge_back_time_s=again(network.edge_back_time_s, link_s),
        edge_highway=np.concatenate([np.tile(network.edge_highway, count), np.zeros(len(tails), np.uint8)]),
        edge_lit=np.concatenate([np.tile(network.edge_lit, count), np.full(len(tails), -1, np.int8)]),
        point_x_m=point_x_m,
        point_y_m=point_y_m,
        point_lon=point_lon,
        point_lat=point_lat,
        point_start=np.concatenate([starts, link_starts]).astype(np.int64),
        island_count=network.island_count * count,
        island_length_m=network.island_length_m * count,
    )


def _links(network: StreetNetwork, across: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Join the outermost junctions of neighbouring tiles, in order along the border."""
    large = np.flatnonzero(network.node_component == 0)
    x_m, y_m = network.node_x_m[large], network.node_y_m[large]

    def outermost(key: npt.NDArray[np.float64], along: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        some = np.argsort(key, kind="stable")[:_LINKS_A_SIDE]
        return large[some[np.argsort(along[some], kind="stable")]]

    west, east, south, north = outermost(x_m, y_m), outermost(-x_m, y_m), outermost(y_m, x_m), outermost(-y_m, x_m)
    tails, heads = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
    for row in range(across):
        for column in range(across):
            here = (row * across + column) * network.node_count
            if column + 1 < across:
                tails.append(east + here)
                heads.append(west + here + network.node_count)
            if row + 1 < across:
                tails.append(north + here)
                heads.append(south + here + across * network.node_count)
    return np.concatenate(tails), np.concatenate(heads)
