"""LSOA-like areas and wards: street blocks gathered into contiguous areas of like population."""

from dataclasses import dataclass

import networkx as nx
import numpy as np
import shapely
from scipy.optimize import linear_sum_assignment
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from scripts.borough import plan
from scripts.borough.homes import Home
from scripts.borough.network import Map
from scripts.borough.partition import carve, even_out, shares

THROUGH = frozenset(
    {
        "trunk",
        "roundabout",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "living_street",
        "pedestrian",
        "track",
        "river_path",
    }
)
BARRIER_PENALTY_M = 2500.0


@dataclass(slots=True, kw_only=True)
class Area:
    """A small census-like area.

    Parameters
    ----------
    code, name
        `E0199xxxx` and "Doggerby 001A".
    ward
        Position of its ward.
    shape
        Outline, local metres.
    homes
        Positions of the homes inside it.
    population
        People.
    """

    code: str
    name: str
    ward: int
    shape: BaseGeometry
    homes: list[int]
    population: int


def _atoms(result: Map, homes: list[Home]) -> list[Polygon]:
    """Street blocks that tile the borough; crowded ones are divided between their streets."""
    edges = [line.geometry() for line in result.lines if line.kind in THROUGH and not line.elevated] + [
        line.geometry() for line in result.lines if line.elevated and line.kind in THROUGH
    ]
    net = shapely.unary_union([*edges, result.river, result.rail, result.boundary.exterior], grid_size=0.01)
    faces = [
        f
        for f in shapely.get_parts(shapely.polygonize(shapely.get_parts(net)))
        if result.boundary.contains(f.representative_point())
    ]
    faces.sort(key=lambda f: f.bounds)
    held = _held(faces, homes)
    extra: list[BaseGeometry] = []
    for face, members in zip(faces, held, strict=True):
        people = sum(homes[i].residents for i in members)
        parts = int(people // 230)
        if parts < 2:
            continue
        points = np.array([(homes[i].x, homes[i].y) for i in members])
        centres = _k_means(points, parts)
        cells = shapely.voronoi_polygons(shapely.MultiPoint(centres), extend_to=face.envelope, only_edges=True)
        extra.append(cells.intersection(face))
    net = shapely.unary_union([net, *extra], grid_size=0.01)
    atoms = [
        f
        for f in shapely.get_parts(shapely.polygonize(shapely.get_parts(net)))
        if result.boundary.contains(f.representative_point())
    ]
    return sorted(atoms, key=lambda f: f.bounds)


def _k_means(
    points: np.ndarray[tuple[int, ...], np.dtype[np.float64]], k: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    order = np.argsort(points[:, 0] + 0.37 * points[:, 1], kind="stable")
    centres = points[order[np.linspace(0, len(order) - 1, k).astype(int)]].copy()
    for _ in range(12):
        near = ((points[:, None, :] - centres) ** 2).sum(2).argmin(1)
        for c in range(k):
            if (near == c).any():
                centres[c] = points[near == c].mean(0)
    return np.asarray(centres + np.arange(k)[:, None] * 1e-3)


def _held(faces: list[Polygon], homes: list[Home]) -> list[list[int]]:
    tree = shapely.STRtree(faces)
    held: list[list[int]] = [[] for _ in faces]
    spots = shapely.points([(h.x, h.y) for h in homes])
    nearest = tree.query_nearest(spots, all_matches=False)
    for home, face in zip(nearest[0].tolist(), nearest[1].tolist(), strict=True):
        held[face].append(home)
    return held


def _neighbours(shapes: list[Polygon], result: Map) -> "nx.Graph[int]":
    tree = shapely.STRtree(shapes)
    a, b = tree.query(shapes, predicate="intersects")
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(shapes)))
    walls = [
        w
        for w in (result.river, result.rail, *(line.geometry() for line in result.lines if line.kind == "trunk"))
        if not w.is_empty
    ]
    wall = shapely.union_all(walls).buffer(1.0)
    shapely.prepare(wall)
    for i, j in zip(a.tolist(), b.tolist(), strict=True):
        if i >= j:
            continue
        border = shapely.intersection(shapes[i], shapes[j])
        if border.length < 4.0:
            continue
        p, q = shapes[i].centroid, shapes[j].centroid
        blocked = wall.intersection(border).length > 0.7 * border.length
        graph.add_edge(i, j, away=p.distance(q) + (BARRIER_PENALTY_M if blocked else 0.0), border=border.length)
    return graph


def draw_areas(result: Map, homes: list[Home], count: int, wards: int) -> tuple[list[Area], list[str]]:
    """Draw LSOA-like areas and gather them into wards.

    Parameters
    ----------
    result
        The finished map.
    homes
        All addresses.
    count
        Number of areas wanted.
    wards
        Number of wards wanted.

    Returns
    -------
    tuple
        Areas in code order, and the ward names in ward order.
    """
    atoms = _atoms(result, homes)
    held = _held(atoms, homes)
    people = {i: sum(homes[h].residents for h in members) for i, members in enumerate(held)}
    graph = _neighbours(atoms, result)
    for lonely in list(nx.connected_components(graph))[1:]:
        for n in sorted(lonely):
            near = min((atoms[m].distance(atoms[n]), m) for m in graph if m not in lonely)[1]
            graph.add_edge(n, near, away=BARRIER_PENALTY_M, border=0.0)
    groups = carve(graph, people, wards)
    per_ward = shares([sum(people[n] for n in g) for g in groups], count)
    shapes = shapely.from_wkb(shapely.to_wkb(atoms))
    areas: list[Area] = []
    # Wards are numbered from the centre outwards, as MSOA-like numbers in area names are read by people.
    middle = [np.mean([(homes[h].x, homes[h].y) for n in g for h in held[n]], axis=0) for g in groups]
    order = sorted(range(len(groups)), key=lambda k: float(np.hypot(*middle[k])))
    carved = [
        (ward, part) for ward, g in enumerate(order) for part in carve(graph.subgraph(groups[g]), people, per_ward[g])
    ]
    letters = [0] * len(groups)
    for (ward, _), part in zip(carved, even_out(graph, people, [part for _, part in carved]), strict=True):
        letter = "ABCDEFGHIJKLMNOP"[letters[ward]]
        letters[ward] += 1
        areas.append(Area(code=f"E0199{len(areas) + 1:04d}", name=f"Doggerby {ward + 1:03d}{letter}", ward=ward,
                          shape=shapely.coverage_union_all(shapes[part]), homes=sorted(h for n in part for h in held[n]),
                          population=round(sum(people[n] for n in part))))  # fmt: skip
    simple = shapely.coverage_simplify(np.array([a.shape for a in areas], dtype=object), 2.0, simplify_boundary=True)
    for area, shape in zip(areas, simple, strict=True):
        area.shape = shape
    return areas, _ward_names(areas, wards)


def _ward_names(areas: list[Area], wards: int) -> list[str]:
    """Name each ward after a district: the one it holds or, failing that, one near its middle."""
    spots = np.array([shapely.Point(c) for _, c in plan.DISTRICTS])
    shapes = [shapely.union_all([a.shape for a in areas if a.ward == w]) for w in range(wards)]
    away = np.array([shapely.distance(spots, s) + 0.2 * shapely.distance(spots, s.centroid) for s in shapes])
    held = np.array([shapely.distance(spots, s) == 0.0 for s in shapes])
    return [plan.DISTRICTS[k][0] for k in linear_sum_assignment(away - 1500.0 * held)[1]]
