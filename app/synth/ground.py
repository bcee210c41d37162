"""The ground under a fictional council: areas, the older people in them, and homes near streets."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from app.formats.council import Area, Pcn, StreetsTravel
from app.synth.addresses import addresses, walking_network
from geo.british_grid import geometries_to_grid, geometries_to_lon_lat, to_grid

if TYPE_CHECKING:
    from geo.streets import StreetNetwork

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CELLS_M = (400, 500, 600, 800, 1000, 1500, 2000, 3000, 5000, 10_000)  # width of a cell [assumption]
MOST_CELLS = 140  # about the small areas of a town of 200,000 people
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
        GeoJSON or TopoJSON of small areas; a honeycomb where absent.
    rng
        Places made-up homes where the extract has too few addresses.
    relative_to
        Folder that the council file will be in; absent: the path stays as given.
    cache_dir
        Folder for saved networks; absent: built anew.

    Returns
    -------
    ground
        Areas and homes.
    """
    streets = walking_network(network, cache_dir)
    lon, lat, postcode = addresses(network, streets, rng)
    path = network if relative_to is None else Path(os.path.relpath(network, relative_to))
    travel = StreetsTravel(
        source="streets", file=path.as_posix(), sha256=hashlib.sha256(network.read_bytes()).hexdigest()
    )
    if areas is None:
        shapes = honeycomb(streets, lon, lat)
    else:
        from geo.boundaries import read_areas

        shapes = shapes_of(read_areas(areas))
    return assembled(network.name.split(".")[0], travel, shapes, lon, lat, postcode, keep_empty=areas is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A small area before it is known whether anybody lives in it; its polygon in degrees WGS84."""

    ref: str
    name: str
    polygon: Any


def shapes_of(areas: Any) -> list[Shape]:
    """Take the areas of a boundary file, with corners rounded as the council file has them.

    Parameters
    ----------
    areas
        As from `geo.boundaries.read_areas`.

    Returns
    -------
    shapes
        In the same order.
    """
    polygons = _rounded(geometries_to_lon_lat(areas.geometry.to_numpy()))
    return [
        Shape(ref=ref, name=name, polygon=polygon)
        for ref, name, polygon in zip(areas["area_ref"], areas["name"], polygons, strict=True)
    ]


def honeycomb(streets: StreetNetwork, lon: Floats, lat: Floats) -> list[Shape]:
    """Lay six-sided cells over a town without boundaries, as small as the most inhabited cells allow.

    Parameters
    ----------
    streets
        Its walking network; the cells cover it.
    lon, lat
        Its homes, degrees WGS84.

    Returns
    -------
    shapes
        All cells, also those in which nobody lives, so that the ground has no holes.
    """
    from geo.honeycomb import hexagons
    from geo.locate import Locator

    there = streets.node_component == 0
    # Homes stand beside their streets: at the edge of town the cells must reach them too.
    home_x, home_y = to_grid(lon, lat)
    x_m = np.concatenate([streets.node_x_m[there], home_x])
    y_m = np.concatenate([streets.node_y_m[there], home_y])
    for size_m in CELLS_M:
        cells = hexagons(x_m, y_m, size_m)
        if size_m == CELLS_M[-1] or len(set(Locator(cells).find(lon, lat))) <= MOST_CELLS:
            return shapes_of(cells)
    raise AssertionError("the last size always returns")


def _rounded(polygons: Any) -> Any:
    """Round corners to six places, about 0.1 m; shared corners stay shared."""
    import shapely

    return shapely.transform(polygons, lambda corners: np.round(corners, 6))


def _geojson(polygon: Any) -> dict[str, Any]:
    from shapely.geometry import mapping

    plain: dict[str, Any] = json.loads(json.dumps(mapping(polygon)))
    return plain


def assembled(
    name: str,
    travel: StreetsTravel,
    shapes: Sequence[Shape],
    lon: Floats,
    lat: Floats,
    postcode: Sequence[str],
    *,
    keep_empty: bool,
) -> Ground:
    """Put every home into its area.

    Parameters
    ----------
    name
        Name of the place.
    travel
        Its street extract.
    shapes
        Its areas.
    lon, lat
        Its homes, degrees WGS84.
    postcode
        Their postcodes, empty where not known.
    keep_empty
        Whether areas without homes stay: yes for cells over one town, no for boundaries that reach further.

    Returns
    -------
    ground
        With older people in proportion to the homes, without PCNs and practices.
    """
    import geopandas

    from geo.locate import Locator
    from geo.postcodes import sector

    metres = geometries_to_grid(np.array([shape.polygon for shape in shapes], dtype=object))
    refs = [shape.ref for shape in shapes]
    locator = Locator(geopandas.GeoDataFrame({"area_ref": refs}, geometry=list(metres), crs=27700))
    number = {ref: i for i, ref in enumerate(refs)}
    owner = np.array([-1 if ref is None else number[ref] for ref in locator.find(lon, lat)], dtype=np.int64)
    counts = np.bincount(owner[owner >= 0], minlength=len(shapes))
    kept = np.flatnonzero((counts > 0) | keep_empty).tolist()
    renumbered = np.full(len(shapes), -1, dtype=np.int64)
    renumbered[kept] = np.arange(len(kept))
    inside = np.flatnonzero(owner >= 0).tolist()
    inner = [metres[i].representative_point() for i in kept]
    x, y = to_grid(lon[inside], lat[inside])
    return Ground(
        name=name,
        travel=travel,
        areas=tuple(
            Area(area_ref=shapes[i].ref, name=shapes[i].name, geometry=_geojson(shapes[i].polygon)) for i in kept
        ),
        older_people=np.asarray(counts[kept] * OLDER_PEOPLE_PER_HOME, dtype=np.float64),
        x_m=np.array([p.x for p in inner]),
        y_m=np.array([p.y for p in inner]),
        neighbours=bordering([metres[i] for i in kept]),
        practices=((),) * len(kept),
        home_area=renumbered[owner[inside]],
        home_lon=lon[inside],
        home_lat=lat[inside],
        home_x_m=x,
        home_y_m=y,
        home_sector=tuple((sector(postcode[i]) or "") if postcode[i] else "" for i in inside),
    )


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
