"""Bridges, tunnels, footbridges, roundabouts, and the odd island: how lines pass one another."""

import itertools
from collections import Counter

import numpy as np
import shapely
from shapely import LineString

from scripts.borough.network import NO_ENTRY_ON_FOOT, Line, Map, Vertex
from scripts.borough.streets import rounded

BRIDGE_HALF_M = {"river": 27.0, "rail": 12.0}
ROUNDABOUT_RADIUS_M = 26.0


def link_across(
    result: Map, barrier: LineString, near: Vertex, kind: str, tags: dict[str, str], longest_m: float = 90.0
) -> bool:
    """Bridge a barrier for people on foot, between the two closest street vertices on either side.

    Parameters
    ----------
    result
        The map; the new line is added to it.
    barrier
        What is crossed, local metres.
    near
        Where about, local metres.
    kind
        Kind of line.
    tags
        Its tags, among them the layer.
    longest_m
        Longest link, metres.

    Returns
    -------
    bool
        Whether a place was found.
    """
    here = shapely.Point(near)
    vertices = sorted({p for line in result.lines if line.kind not in NO_ENTRY_ON_FOOT and not line.elevated for p in line.points
                       if abs(p[0] - near[0]) < 260 and abs(p[1] - near[1]) < 260})  # fmt: skip
    close = [v for v in vertices if barrier.distance(shapely.Point(v)) < longest_m]
    streets = shapely.STRtree([line.geometry() for line in result.lines if line.kind not in NO_ENTRY_ON_FOOT])
    best: tuple[float, LineString] | None = None
    for i, a in enumerate(close):
        for b in close[i + 1 :]:
            link = LineString([a, b])
            if link.length > longest_m or not link.crosses(barrier):
                continue
            cost = link.length + 0.35 * here.distance(link)
            if (best is None or cost < best[0]) and not streets.query(link, predicate="crosses").size:
                best = (cost, link)
    if best is None:
        return False
    points = [rounded(x, y) for x, y in best[1].coords]
    result.lines.append(Line(kind=kind, quarter="link", points=points, group=-1, tags=dict(tags)))
    return True


def build_bridges(result: Map, level_crossing_names: frozenset[str]) -> None:
    """Cut bridges out of the roads that cross the river or the railway, and tag them.

    Parameters
    ----------
    result
        The map; changed in place.
    level_crossing_names
        Names of the roads that cross the railway on the level instead.
    """
    for barrier, over in (("river", result.river), ("rail", result.rail)):
        if over.is_empty:
            continue
        out: list[Line] = []
        for line in result.lines:
            shape = line.geometry()
            crossing = shape.intersection(over)
            if line.elevated or crossing.is_empty:
                out.append(line)
                continue
            at = shape.project(shapely.get_parts(crossing)[0])
            if barrier == "rail" and line.tags.get("name") in level_crossing_names:
                point = shape.interpolate(at)
                vertex = rounded(point.x, point.y)
                line.points = _with_vertex(line.points, at, vertex)
                result.crossings.append(vertex)
                along = result.rail.project(point)
                result.rail = LineString(_with_vertex([(x, y) for x, y in result.rail.coords], along, vertex))
                out.append(line)
                continue
            half = BRIDGE_HALF_M[barrier]
            out.extend(_cut_bridge(line, max(0.0, at - half), min(shape.length, at + half)))
        result.lines = out


def _with_vertex(points: list[Vertex], along: float, vertex: Vertex) -> list[Vertex]:
    gone = 0.0
    for i, (a, b) in enumerate(itertools.pairwise(points)):
        step = float(np.hypot(b[0] - a[0], b[1] - a[1]))
        if gone + step >= along:
            return [*points[: i + 1], vertex, *points[i + 1 :]]
        gone += step
    return [*points, vertex]


def _cut_bridge(line: Line, start_m: float, end_m: float) -> list[Line]:
    pieces: list[list[Vertex]] = [[], [], []]
    shape = line.geometry()
    cuts = [rounded(*shape.interpolate(m).coords[0]) for m in (start_m, end_m)]
    gone = 0.0
    for i, point in enumerate(line.points):
        if i:
            gone += float(np.hypot(point[0] - line.points[i - 1][0], point[1] - line.points[i - 1][1]))
        pieces[0 if gone < start_m else 1 if gone <= end_m else 2].append(point)
    pieces[0].append(cuts[0])
    pieces[1] = [cuts[0], *[p for p in pieces[1] if p not in cuts], cuts[1]]
    pieces[2].insert(0, cuts[1])
    made = []
    for k, points in enumerate(pieces):
        points = [points[0]] + [q for p, q in itertools.pairwise(points) if p != q]
        if len(points) > 1:
            tags = dict(line.tags) | ({"bridge": "yes", "layer": "1"} if k == 1 else {})
            made.append(
                Line(kind=line.kind, quarter=line.quarter, points=points, group=line.group, block=line.block, tags=tags)
            )
    return made


def build_roundabouts(result: Map) -> int:
    """Turn the junctions of the bypass into roundabouts.

    Parameters
    ----------
    result
        The map; changed in place.

    Returns
    -------
    int
        Number of roundabouts built.
    """
    trunk = {p for line in result.lines if line.kind == "trunk" for p in line.points}
    meeting = sorted(
        {
            p
            for line in result.lines
            if line.quarter == "main" and line.kind != "trunk"
            for p in line.points
            if p in trunk
        }
    )
    built = 0
    for centre in meeting:
        built += _roundabout(result, centre)
    return built


def _roundabout(result: Map, centre: Vertex) -> bool:
    disc = shapely.Point(centre).buffer(ROUNDABOUT_RADIUS_M + 8.0)
    touching = [line for line in result.lines if line.geometry().intersects(disc)]
    uses = Counter(p for line in touching for p in set(line.points))
    ends = {p for line in touching for p in (line.points[0], line.points[-1])}
    inside = [
        p for p in uses if p != centre and np.hypot(p[0] - centre[0], p[1] - centre[1]) < ROUNDABOUT_RADIUS_M + 8.0
    ]
    barriers = [b for b in (result.river, result.rail) if not b.is_empty]
    if any(b.distance(shapely.Point(centre)) < 70.0 for b in barriers):
        return False
    if any(centre not in line.points for line in touching) or any(uses[p] > 1 or p in ends for p in inside):
        return False
    arms: list[Line] = []
    entries: list[Vertex] = []
    for line in touching:
        at = line.points.index(centre)
        for points in (line.points[at::-1], line.points[at:]):
            if len(points) < 2:
                continue
            shape = LineString(points)
            crossing = shape.intersection(shapely.Point(centre).buffer(ROUNDABOUT_RADIUS_M, quad_segs=32).exterior)
            first = min(shape.project(shapely.Point(c)) for c in shapely.get_coordinates(crossing))
            entry = rounded(*shape.interpolate(first).coords[0])
            kept = [p for p in points[1:] if shape.project(shapely.Point(p)) > first + 0.5]
            entries.append(entry)
            outward = [entry, *kept]
            if points is not line.points and points[0] == centre and points[-1] == line.points[0]:
                outward.reverse()
            arms.append(
                Line(
                    kind=line.kind,
                    quarter=line.quarter,
                    points=outward,
                    group=line.group,
                    block=line.block,
                    tags=dict(line.tags),
                )
            )
    gone = {id(line) for line in touching}
    result.lines = [line for line in result.lines if id(line) not in gone]
    result.lines.extend(arm for arm in arms if len(arm.points) > 1)
    result.lines.append(Line(kind="roundabout", quarter="main", points=_ring(centre, entries), group=-1))
    return True


def _ring(centre: Vertex, entries: list[Vertex]) -> list[Vertex]:
    """Vertices of a roundabout, clockwise as traffic goes in England, closed."""
    angle = {e: float(np.arctan2(e[1] - centre[1], e[0] - centre[0])) for e in entries}
    for a in np.linspace(-np.pi, np.pi, 16, endpoint=False).tolist():
        if all(abs((a - b + np.pi) % (2 * np.pi) - np.pi) > 0.2 for b in angle.values()):
            angle[rounded(centre[0] + ROUNDABOUT_RADIUS_M * np.cos(a), centre[1] + ROUNDABOUT_RADIUS_M * np.sin(a))] = a
    ring = sorted(angle, key=lambda v: -angle[v])
    return [*ring, ring[0]]


def add_islands(result: Map, rng: np.random.Generator, count: int = 2) -> None:
    """Add private works roads that join nothing, as real maps hold a few.

    Parameters
    ----------
    result
        The map; changed in place.
    rng
        Source of their places.
    count
        How many.
    """
    tree = shapely.STRtree([line.geometry() for line in result.lines])
    for face, quarter in zip(result.faces, result.quarters, strict=True):
        if count == 0:
            return
        if quarter not in ("industrial", "green"):
            continue
        west, south, east, north = face.bounds
        for _ in range(40):
            spot = shapely.Point(float(rng.uniform(west, east)), float(rng.uniform(south, north)))
            if (
                not face.buffer(-60).contains(spot)
                or len(tree.query(spot, predicate="dwithin", distance=48.0))
                or spot.distance(result.river) < 70
            ):
                continue
            x, y = spot.x, spot.y
            spine = [rounded(x - 35, y), rounded(x, y + 4), rounded(x + 35, y - 3)]
            for points in (spine, [spine[1], rounded(x + 4, y + 30)], [spine[1], rounded(x - 5, y - 28)]):
                result.lines.append(
                    Line(
                        kind="service",
                        quarter="island",
                        points=points,
                        group=-1,
                        tags={"access": "private", "highway": "service"},
                    )
                )
            count -= 1
            break
