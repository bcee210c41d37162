"""LSOA-like areas and wards: street blocks gathered into contiguous areas of like population."""

from dataclasses import dataclass

import networkx as nx
import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from scripts.borough import plan
from scripts.borough.homes import Home
from scripts.borough.network import Map

THROUGH = frozenset({"trunk", "roundabout", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "pedestrian", "track", "river_path"})
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
    faces = [f for f in shapely.get_parts(shapely.polygonize(shapely.get_parts(net))) if result.boundary.contains(f.representative_point())]
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
    atoms = [f for f in shapely.get_parts(shapely.polygonize(shapely.get_parts(net))) if result.boundary.contains(f.representative_point())]
    return sorted(atoms, key=lambda f: f.bounds)


def _k_means(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]], k: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    order = np.argsort(points[:, 0] + 0.37 * points[:, 1], kind="stable")
    centres = points[order[np.linspace(0, len(order) - 1, k).astype(int)]].copy()
    for _ in range(12):
        near = ((points[:, None, :] - centres) ** 2).sum(2).argmin(1)
        for c in range(k):
            if (near == c).any():
                centres[c] = points[near == c].mean(0)
    return centres + np.arange(k)[:, None] * 1e-3


def _held(faces: list[Polygon], homes: list[Home]) -> list[list[int]]:
    tree = shapely.STRtree(faces)
    held: list[list[int]] = [[] for _ in faces]
    spots = shapely.points([(h.x, h.y) for h in homes])
    nearest = tree.query_nearest(spots, all_matches=False)
    for home, face in zip(nearest[0].tolist(), nearest[1].tolist(), strict=True):
        held[face].append(home)
    return held


def _neighbours(shapes: list[Polygon], result: Map) -> nx.Graph:
    tree = shapely.STRtree(shapes)
    a, b = tree.query(shapes, predicate="intersects")
    graph = nx.Graph()
    graph.add_nodes_from(range(len(shapes)))
    walls = [w for w in (result.river, result.rail, *(line.geometry() for line in result.lines if line.kind == "trunk")) if not w.is_empty]
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


def _halve(graph: nx.Graph, people: dict[int, float], share: float) -> tuple[list[int], list[int]]:
    """Split a connected graph in two connected parts holding `share` and the rest of the people."""
    nodes = sorted(graph)
    far = _farthest(graph, nodes[0])
    other = _farthest(graph, far)
    best: tuple[float, list[int], list[int]] | None = None
    for start, end in ((far, other), (other, far)):
        from_start = nx.single_source_dijkstra_path_length(graph, start, weight="away")
        from_end = nx.single_source_dijkstra_path_length(graph, end, weight="away")
        order = sorted(nodes, key=lambda n, s=from_start, e=from_end: (s[n] - e[n], n))
        total, wanted, first = sum(people[n] for n in nodes), 0.0, []
        for n in order:
            if wanted + 0.5 * people[n] > share * total and first:
                break
            first.append(n)
            wanted += people[n]
        one, two = _repair(graph, set(first), set(nodes) - set(first))
        _balance(graph, people, one, two, share * total)
        cost = abs(sum(people[n] for n in one) - share * total)
        if one and two and (best is None or cost < best[0] - 1e-9):
            best = (cost, sorted(one), sorted(two))
    assert best is not None
    return best[1], best[2]


def _farthest(graph: nx.Graph, node: int) -> int:
    length = nx.single_source_dijkstra_path_length(graph, node, weight="away")
    return max(length, key=lambda n: (length[n], n))


def _repair(graph: nx.Graph, one: set[int], two: set[int]) -> tuple[set[int], set[int]]:
    for _ in range(6):
        changed = False
        for mine, theirs in ((one, two), (two, one)):
            parts = sorted(nx.connected_components(graph.subgraph(mine)), key=lambda c: (-len(c), min(c)))
            for part in parts[1:]:
                mine -= part
                theirs |= part
                changed = True
        if not changed:
            break
    return one, two


def _balance(graph: nx.Graph, people: dict[int, float], one: set[int], two: set[int], target: float) -> None:
    """Move border atoms from the heavier to the lighter part while both stay whole."""
    have = sum(people[n] for n in one)
    for _ in range(60):
        surplus = have - target
        giver, taker = (one, two) if surplus > 0 else (two, one)
        options = sorted(
            (abs(abs(surplus) - people[n]) - 0.25 * sum(graph[n][m]["border"] for m in graph[n] if m in taker), n)
            for n in giver if 0 < people[n] < 1.9 * abs(surplus) and any(m in taker for m in graph[n])
        )  # fmt: skip
        for _cost, n in options[:12]:
            rest = giver - {n}
            if rest and nx.is_connected(graph.subgraph(rest)):
                giver.discard(n)
                taker.add(n)
                have += -people[n] if giver is one else people[n]
                break
        else:
            return


def _carve(graph: nx.Graph, people: dict[int, float], parts: int) -> list[list[int]]:
    """Divide a connected graph into connected parts with like numbers of people."""
    if parts == 1:
        return [sorted(graph)]
    small = parts // 2
    one, two = _halve(graph, people, small / parts)
    return [*_carve(graph.subgraph(one), people, small), *_carve(graph.subgraph(two), people, parts - small)]


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
            near = min((m for m in graph if m not in lonely), key=lambda m, at=n: (atoms[m].distance(atoms[at]), m))
            graph.add_edge(n, near, away=BARRIER_PENALTY_M, border=0.0)
    groups = _carve(graph, people, wards)
    per_ward = _shares([sum(people[n] for n in g) for g in groups], count)
    shapes = shapely.from_wkb(shapely.to_wkb(atoms))
    areas: list[Area] = []
    names: list[str] = []
    # Wards are numbered from the centre outwards, as MSOA-like numbers in area names are read by people.
    middle = [np.mean([(homes[h].x, homes[h].y) for n in g for h in held[n]], axis=0) for g in groups]
    for ward, g in enumerate(sorted(range(len(groups)), key=lambda k: float(np.hypot(*middle[k])))):
        names.append(_ward_name(middle[g], names))
        for letter, part in enumerate(_carve(graph.subgraph(groups[g]), people, per_ward[g])):
            inside = [h for n in part for h in held[n]]
            areas.append(Area(code=f"E0199{len(areas) + 1:04d}", name=f"Doggerby {ward + 1:03d}{'ABCDEFGHIJKL'[letter]}", ward=ward,
                              shape=shapely.coverage_union_all(shapes[part]), homes=sorted(inside),
                              population=round(sum(people[n] for n in part))))  # fmt: skip
    simple = shapely.coverage_simplify(np.array([a.shape for a in areas], dtype=object), 2.0, simplify_boundary=True)
    for area, shape in zip(areas, simple, strict=True):
        area.shape = shape
    return areas, names


def _shares(people: list[float], count: int) -> list[int]:
    whole = [max(1, round(p / sum(people) * count)) for p in people]
    while sum(whole) != count:
        step = 1 if sum(whole) < count else -1
        i = max(range(len(people)), key=lambda k: step * (people[k] / whole[k]))
        whole[i] += step
    return whole


def _ward_name(at: np.ndarray[tuple[int, ...], np.dtype[np.float64]], taken: list[str]) -> str:
    free = [(float(np.hypot(at[0] - c[0], at[1] - c[1])), name) for name, c in plan.DISTRICTS if name not in taken]
    return min(free)[1]
