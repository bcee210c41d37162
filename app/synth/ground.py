"""The ground under a fictional council: areas, the older people in them, and homes near streets."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.formats.council import Area, Pcn, StreetsTravel
from app.synth.standin import GroundArea, addresses_from_osm, as_geojson, grid, read_areas
from geo.british_grid import to_grid, to_lon_lat

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FURTHEST_FROM_STREET_M = 60.0  # a home further away than this is no home here [assumption]
STREETS_WITH_HOMES = ("residential", "living_street", "unclassified", "tertiary", "pedestrian")
METRES_PER_HOME = 15.0  # spacing of made-up homes along a street without addresses [assumption]
FEWEST_ADDRESSES = 2000  # below this an extract has no useful addresses, so homes are made up along streets
OLDER_PEOPLE_PER_HOME = 0.55  # people of 60 and over per home where no count is at hand [assumption]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """Areas and homes of a place.

    Parameters
    ----------
    name
        Name of the place.
    travel
        The street extract, as the council file names it.
    areas, pcns
        As the council file has them.
    older_people
        People of 60 and over in each area, shape (areas,).
    x_m, y_m
        A point in each area, EPSG:27700 metres.
    neighbours
        For each area the areas that share a border with it.
    practices
        For each area its general practices with the share of patients.
    home_area
        Area of each address, shape (homes,).
    home_lon, home_lat, home_x_m, home_y_m
        Addresses in degrees WGS84 and EPSG:27700 metres.
    home_sector
        Postcode sector of each address, empty where not known.
    """

    name: str
    travel: StreetsTravel
    areas: tuple[Area, ...]
    pcns: tuple[Pcn, ...] = ()
    older_people: Floats
    x_m: Floats
    y_m: Floats
    neighbours: tuple[tuple[int, ...], ...]
    practices: tuple[tuple[tuple[str, float], ...], ...]
    home_area: Ints
    home_lon: Floats
    home_lat: Floats
    home_x_m: Floats
    home_y_m: Floats
    home_sector: tuple[str, ...]


def town(
    network: Path, areas: Path | None, *, rng: np.random.Generator, relative_to: Path | None, cache_dir: Path | None
) -> Ground:
    """Read the ground of a real town: its streets, its addresses and its areas or a grid.

    Parameters
    ----------
    network
        Street extract, ``.osm.pbf``.
    areas
        GeoJSON or TopoJSON of small areas; a grid where absent.
    rng
        Places made-up homes where the extract has too few addresses.
    relative_to
        Folder that the council file will be in; absent: the path stays as given.
    cache_dir
        Folder for saved networks; absent: built anew.

    Returns
    -------
    ground
        The areas that hold homes, and their homes.
    """
    streets = _walking_network(network, cache_dir)
    lon, lat, postcode = _addresses(network, streets, rng)
    x, y = to_grid(lon, lat)
    shapes = read_areas(areas) if areas is not None else grid(x, y)
    path = network if relative_to is None else Path(os.path.relpath(network, relative_to))
    travel = StreetsTravel(
        source="streets", file=path.as_posix(), sha256=hashlib.sha256(network.read_bytes()).hexdigest()
    )
    return _assembled(network.name.split(".")[0], travel, shapes, lon, lat, x, y, postcode)


def _walking_network(network: Path, cache_dir: Path | None) -> Any:
    from geo.network import build_network, network_for

    return build_network(network, "walk") if cache_dir is None else network_for(network, "walk", cache_dir)


def _street_points(streets: Any) -> tuple[Floats, Floats, npt.NDArray[np.str_]]:
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


def _addresses(network: Path, streets: Any, rng: np.random.Generator) -> tuple[Floats, Floats, tuple[str, ...]]:
    from scipy.spatial import cKDTree

    x, y, kinds = _street_points(streets)
    found = addresses_from_osm(network)
    if len(found.lon) >= FEWEST_ADDRESSES:
        ax, ay = to_grid(found.lon, found.lat)
        away, _ = cKDTree(np.column_stack([x, y])).query(np.column_stack([ax, ay]))
        near = np.flatnonzero(away <= FURTHEST_FROM_STREET_M)
        return found.lon[near], found.lat[near], tuple(found.postcode[i] for i in near)
    lived_in = np.isin(kinds, STREETS_WITH_HOMES)
    x, y = x[lived_in], y[lived_in]
    side = rng.uniform(-8.0, 8.0, size=(2, len(x)))
    lon, lat = to_lon_lat(x + side[0], y + side[1])
    return np.round(lon, 6), np.round(lat, 6), ("",) * len(lon)


def _assembled(
    name: str,
    travel: StreetsTravel,
    shapes: list[GroundArea],
    lon: Floats,
    lat: Floats,
    x: Floats,
    y: Floats,
    postcode: tuple[str, ...],
) -> Ground:
    """Keep the areas that hold homes and put every home into its area."""
    owner = area_of_points([area.shape_m for area in shapes], x, y)
    counts = np.bincount(owner[owner >= 0], minlength=len(shapes))
    kept = np.flatnonzero(counts > 0)
    number = np.full(len(shapes) + 1, -1)
    number[kept] = np.arange(len(kept))
    inside = np.flatnonzero(owner >= 0)
    kept_shapes = [shapes[i].shape_m for i in kept]
    inner = [shape.representative_point() for shape in kept_shapes]
    return Ground(
        name=name,
        travel=travel,
        areas=tuple(
            Area(area_ref=shapes[i].ref, name=shapes[i].name, geometry=as_geojson(shapes[i].shape_m)) for i in kept
        ),
        older_people=counts[kept] * OLDER_PEOPLE_PER_HOME,
        x_m=np.array([p.x for p in inner]),
        y_m=np.array([p.y for p in inner]),
        neighbours=bordering(kept_shapes),
        practices=((),) * len(kept),
        home_area=number[owner[inside]],
        home_lon=np.round(lon[inside], 6),
        home_lat=np.round(lat[inside], 6),
        home_x_m=x[inside],
        home_y_m=y[inside],
        home_sector=tuple(sector_of(postcode[i]) for i in inside),
    )


def area_of_points(shapes: list[Any], x: Floats, y: Floats) -> Ints:
    """Find the first area that covers each point; -1 outside all.

    Parameters
    ----------
    shapes
        Areas, EPSG:27700 metres.
    x, y
        Points, EPSG:27700 metres, shape (points,).

    Returns
    -------
    owner
        Number of the area, shape (points,).
    """
    from shapely import STRtree, points

    owner = np.full(len(x), len(shapes), dtype=np.int64)
    point, area = STRtree(shapes).query(points(x, y), predicate="covered_by")
    np.minimum.at(owner, point, area)
    owner[owner == len(shapes)] = -1
    return owner


def bordering(shapes: list[Any]) -> tuple[tuple[int, ...], ...]:
    """Find for each area the areas it shares more than a corner with.

    Parameters
    ----------
    shapes
        Areas, EPSG:27700 metres; hairline gaps between them do no harm.

    Returns
    -------
    neighbours
        Numbers of the neighbours, ascending.
    """
    from shapely import STRtree

    near_m, least_border_m2 = 10.0, 1_000.0  # two areas meeting in a corner overlap by less once widened
    wide = [shape.buffer(near_m) for shape in shapes]
    pairs = STRtree(wide).query(wide, predicate="intersects").T
    found: list[list[int]] = [[] for _ in shapes]
    for i, j in sorted((int(i), int(j)) for i, j in pairs if i < j):
        if wide[i].intersection(wide[j]).area >= least_border_m2:
            found[i].append(j)
            found[j].append(i)
    return tuple(tuple(sorted(f)) for f in found)


def sector_of(postcode: str) -> str:
    """Cut a postcode to its sector: ``NP20 4AB`` is in ``NP20 4``.

    Parameters
    ----------
    postcode
        With a space, or empty.

    Returns
    -------
    sector
        Empty when the postcode is not whole.
    """
    outward, _, inward = postcode.strip().upper().partition(" ")
    return f"{outward} {inward[0]}" if outward and inward[:1].isdigit() else ""


def darkened(ground: Ground, chosen: tuple[int, ...]) -> Ground:
    """Mark areas in which carers after dark go as a pair or by car.

    Parameters
    ----------
    ground
        The ground.
    chosen
        Numbers of the areas.

    Returns
    -------
    ground
        The same ground with the areas marked.
    """
    areas = list(ground.areas)
    for i in chosen:
        areas[i] = areas[i].model_copy(update={"safety_after_dark": True})
    return replace(ground, areas=tuple(areas))
