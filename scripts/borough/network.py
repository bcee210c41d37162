"""From drawn ways to the finished map lines: bent, bridged, connected on foot, crossing only where they meet."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, Polygon

from scripts.borough.geometry import Bend, Floats, bent
from scripts.borough.ground import Ground
from scripts.borough.streets import rounded

Vertex = tuple[float, float]
NO_ENTRY_ON_FOOT = frozenset({"trunk"})
RANK = ("trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "pedestrian",
        "service", "alley", "track", "passage", "cut", "river_path", "park_path", "path")  # fmt: skip
BRIDGE_HALF_M = {"river": 27.0, "rail": 12.0}


@dataclass(slots=True, kw_only=True)
class Line:
    """A finished line of the map.

    Parameters
    ----------
    kind
        As `streets.Way.kind`, or `river`, `rail`.
    quarter
        Character of where it was drawn.
    points
        Vertices in local metres after the bend, rounded to the centimetre; shared where lines meet.
    group
        Street it belongs to.
    block
        Superblock it was drawn in, -1 for none.
    tags
        OpenStreetMap tags.
    """

    kind: str
    quarter: str
    points: list[Vertex]
    group: int
    block: int = -1
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def elevated(self) -> bool:
        """Whether it is a bridge or tunnel, which may cross other lines unseen."""
        return "layer" in self.tags

    def geometry(self) -> LineString:
        """Return the line as a shapely geometry in local metres."""
        return LineString(self.points)


@dataclass(slots=True, kw_only=True)
class Map:
    """The finished borough in local metres after the bend."""

    boundary: Polygon
    river: LineString
    rail: LineString
    faces: list[Polygon]
    quarters: list[str]
    lines: list[Line]
    crossings: list[Vertex] = field(default_factory=list)


def _tidy(points: Floats, keep: set[Vertex]) -> list[Vertex]:
    """Simplify a line between the vertices other lines use."""
    vertices = [rounded(x, y) for x, y in points]
    marks = [0] + [i for i in range(1, len(vertices) - 1) if vertices[i] in keep] + [len(vertices) - 1]
    out = [vertices[0]]
    for a, b in zip(marks, marks[1:], strict=False):
        simple = shapely.get_coordinates(LineString(points[a : b + 1]).simplify(0.5))
        out.extend(rounded(x, y) for x, y in simple[1:-1])
        out.append(vertices[b])
    return [out[0]] + [q for p, q in zip(out, out[1:], strict=False) if p != q]


def finish(ground: Ground, bend: Bend) -> Map:
    """Turn a filled ground into finished lines.

    Parameters
    ----------
    ground
        Ground with all streets grown.
    bend
        The organic displacement.

    Returns
    -------
    Map
        Lines free of hidden crossings, one component on foot, bridges cut out and tagged.
    """
    moved = [bent(np.array(way.points), bend) for way in ground.streets.ways]
    uses = Counter(v for points in moved for v in {rounded(x, y) for x, y in points})
    shared = {v for v, count in uses.items() if count > 1}
    lines = []
    for way, points in zip(ground.streets.ways, moved, strict=True):
        tidy = _tidy(points, shared)
        if len(tidy) > 1:
            lines.append(Line(kind=way.kind, quarter=way.quarter, points=tidy, group=way.group, block=way.block, tags=dict(way.tags)))
    result = Map(
        boundary=Polygon(bent(np.array(ground.boundary.exterior.coords), bend)).buffer(0),
        river=LineString(bent(np.array(ground.river.coords), bend)),
        rail=LineString(bent(np.array(ground.rail.coords), bend)),
        faces=[Polygon(bent(np.array(b.face.exterior.coords), bend)).buffer(0) for b in ground.blocks],
        quarters=[b.quarter for b in ground.blocks],
        lines=lines,
    )
    walls = shapely.union_all([result.river, result.rail])
    result.lines = [line for line in result.lines if line.quarter == "main" or not walls.intersects(line.geometry())]
    _drop_crossers(result)
    return result


def segments_of(lines: Iterable[Line]) -> tuple[Floats, list[int]]:
    """Cut lines into segments.

    Parameters
    ----------
    lines
        Map lines.

    Returns
    -------
    tuple
        Segments as x1, y1, x2, y2 (shape (n, 4), local metres) and, for each, the position of its line.
    """
    rows, owners = [], []
    for i, line in enumerate(lines):
        for a, b in zip(line.points, line.points[1:], strict=False):
            rows.append((*a, *b))
            owners.append(i)
    return np.array(rows, dtype=float), owners


def hidden_crossings(lines: list[Line]) -> list[tuple[int, int]]:
    """Find pairs of ground-level lines that touch without sharing a vertex there.

    Parameters
    ----------
    lines
        Map lines; bridges and tunnels are left out.

    Returns
    -------
    list of tuple of int
        Positions of the two lines.
    """
    xy, owners = segments_of(lines)
    flat = np.array([not lines[o].elevated for o in owners])
    shapes = shapely.linestrings(xy.reshape(-1, 2, 2))
    tree = shapely.STRtree(shapes)
    a, b = tree.query(shapes, predicate="intersects")
    keep = (a < b) & flat[a] & flat[b]
    pairs = set()
    for i, j in zip(a[keep].tolist(), b[keep].tolist(), strict=True):
        ends = {tuple(xy[i, :2]), tuple(xy[i, 2:])} & {tuple(xy[j, :2]), tuple(xy[j, 2:])}
        if len(ends) == 0 or (len(ends) == 2):
            pairs.add((owners[i], owners[j]))
        elif shapely.intersection(shapes[i], shapes[j]).length > 0.02:
            pairs.add((owners[i], owners[j]))
    return sorted(pairs)


def _drop_crossers(result: Map) -> None:
    for _ in range(4):
        pairs = hidden_crossings(result.lines)
        if not pairs:
            return
        doomed: set[int] = set()
        for i, j in pairs:
            if i not in doomed and j not in doomed:
                worse = max((i, j), key=lambda k: (RANK.index(result.lines[k].kind), -len(result.lines[k].points), k))
                doomed.add(worse)
        result.lines = [line for k, line in enumerate(result.lines) if k not in doomed]


def keep_connected(result: Map) -> int:
    """Drop lines that cannot be reached on foot from the largest part of the network.

    Parameters
    ----------
    result
        The map; changed in place.

    Returns
    -------
    int
        Number of lines dropped.
    """
    parent: dict[Vertex, Vertex] = {}

    def root(v: Vertex) -> Vertex:
        parent.setdefault(v, v)
        while parent[v] != v:
            parent[v] = parent[parent[v]]
            v = parent[v]
        return v

    walkable = [line for line in result.lines if line.kind not in NO_ENTRY_ON_FOOT]
    for line in walkable:
        first = root(line.points[0])
        for point in line.points[1:]:
            parent[root(point)] = first
    sizes = Counter(root(line.points[0]) for line in walkable)
    main = sizes.most_common(1)[0][0]
    before = len(result.lines)
    result.lines = [
        line for line in result.lines if line.kind in NO_ENTRY_ON_FOOT or root(line.points[0]) == main or line.tags.get("access") == "private"
    ]
    return before - len(result.lines)


def link_across(result: Map, barrier: LineString, near: Vertex, kind: str, tags: dict[str, str], longest_m: float = 90.0) -> bool:
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
                result.rail = LineString(_with_vertex([tuple(p) for p in result.rail.coords], along, vertex))
                out.append(line)
                continue
            half = BRIDGE_HALF_M[barrier]
            out.extend(_cut_bridge(line, max(0.0, at - half), min(shape.length, at + half)))
        result.lines = out


def _with_vertex(points: list[Vertex], along: float, vertex: Vertex) -> list[Vertex]:
    gone = 0.0
    for i, (a, b) in enumerate(zip(points, points[1:], strict=False)):
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
        points = [points[0]] + [q for p, q in zip(points, points[1:], strict=False) if p != q]
        if len(points) > 1:
            tags = dict(line.tags) | ({"bridge": "yes", "layer": "1"} if k == 1 else {})
            made.append(Line(kind=line.kind, quarter=line.quarter, points=points, group=line.group, block=line.block, tags=tags))
    return made
