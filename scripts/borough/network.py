"""From drawn ways to the finished map lines: bent, bridged, connected on foot, crossing only where they meet."""

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, Polygon

from scripts.borough import plan
from scripts.borough.geometry import Bend, Floats, bent
from scripts.borough.ground import Ground
from scripts.borough.streets import rounded

Vertex = tuple[float, float]
DRIVEN_KINDS = frozenset(
    {"trunk", "roundabout", "primary", "secondary", "tertiary", "unclassified", "residential", "service"}
)
NO_ENTRY_ON_FOOT = frozenset({"trunk"})
RANK = ("trunk", "roundabout", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "pedestrian",
        "service", "alley", "track", "passage", "cut", "river_path", "park_path", "path")  # fmt: skip


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
    """The finished borough in local metres after the bend.

    Parameters
    ----------
    boundary
        Edge of the borough.
    river, rail
        Centre lines.
    faces, quarters
        Superblocks and their characters.
    lines
        Every street and path.
    crossings
        Where roads cross the railway on the level.
    hamlets
        Centres of the hamlets.
    """

    boundary: Polygon
    river: LineString
    rail: LineString
    faces: list[Polygon]
    quarters: list[str]
    lines: list[Line]
    crossings: list[Vertex] = field(default_factory=list)
    hamlets: list[Vertex] = field(default_factory=list)


def _tidy(points: Floats, keep: set[Vertex]) -> list[Vertex]:
    """Simplify a line between the vertices other lines use."""
    vertices = [rounded(x, y) for x, y in points]
    marks = [0] + [i for i in range(1, len(vertices) - 1) if vertices[i] in keep] + [len(vertices) - 1]
    out = [vertices[0]]
    for a, b in itertools.pairwise(marks):
        simple = shapely.get_coordinates(LineString(points[a : b + 1]).simplify(0.5))
        out.extend(rounded(x, y) for x, y in simple[1:-1])
        out.append(vertices[b])
    return [out[0]] + [q for p, q in itertools.pairwise(out) if p != q]


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
            lines.append(
                Line(
                    kind=way.kind,
                    quarter=way.quarter,
                    points=tidy,
                    group=way.group,
                    block=way.block,
                    tags=dict(way.tags),
                )
            )
    result = Map(
        boundary=Polygon(bent(np.array(ground.boundary.exterior.coords), bend)).buffer(0),
        river=LineString(bent(shapely.get_coordinates(ground.river), bend)),
        rail=LineString(bent(shapely.get_coordinates(ground.rail), bend)),
        faces=[Polygon(bent(np.array(b.face.exterior.coords), bend)).buffer(0) for b in ground.blocks],
        quarters=[b.quarter for b in ground.blocks],
        lines=lines,
        hamlets=[(float(x), float(y)) for x, y in bend(np.array([c for _, c in plan.HAMLETS]))],
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
    shapes = np.asarray(shapely.linestrings(xy.reshape(-1, 2, 2)))
    tree = shapely.STRtree(shapes)
    a, b = tree.query(shapes, predicate="intersects")
    keep = (a < b) & flat[a] & flat[b]
    pairs = set()
    for i, j in zip(a[keep].tolist(), b[keep].tolist(), strict=True):
        ends = {tuple(xy[i, :2]), tuple(xy[i, 2:])} & {tuple(xy[j, :2]), tuple(xy[j, 2:])}
        if len(ends) == 0 or (len(ends) == 2) or shapely.intersection(shapes[i], shapes[j]).length > 0.02:
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
    """Drop roads no car can reach and lines nobody can reach on foot.

    Parameters
    ----------
    result
        The map; changed in place.

    Returns
    -------
    int
        Number of lines dropped.
    """
    before = len(result.lines)
    result.lines = _joined(result.lines, DRIVEN_KINDS)
    result.lines = _joined(result.lines, frozenset(RANK) - NO_ENTRY_ON_FOOT)
    return before - len(result.lines)


def _joined(lines: list[Line], kinds: frozenset[str]) -> list[Line]:
    """Keep, of the lines of some kinds, those in their largest connected part; keep all others."""
    parent: dict[Vertex, Vertex] = {}

    def root(v: Vertex) -> Vertex:
        parent.setdefault(v, v)
        while parent[v] != v:
            parent[v] = parent[parent[v]]
            v = parent[v]
        return v

    chosen = [line for line in lines if line.kind in kinds]
    for line in chosen:
        first = root(line.points[0])
        for point in line.points[1:]:
            parent[root(point)] = first
    main = Counter(root(line.points[0]) for line in chosen).most_common(1)[0][0]
    return [line for line in lines if line.kind not in kinds or root(line.points[0]) == main]
