"""The lie of the land: main roads noded into one net, and the superblocks between them."""

from dataclasses import dataclass, field

import numpy as np
import shapely
import shapely.ops
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from scripts.borough import plan
from scripts.borough.geometry import spline
from scripts.borough.streets import Streets, Way, rounded

BARRIER_MARGIN_M = {"river": 42.0, "rail": 20.0, "trunk": 48.0, "boundary": 25.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A superblock between main roads.

    Parameters
    ----------
    face
        Its outline, local metres.
    allowed
        What of it streets may use.
    quarter
        Its character.
    name
        Name of the place when an anchor decided the character, else empty.
    """

    face: Polygon
    allowed: BaseGeometry
    quarter: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Everything fixed before streets grow; all in local metres before the bend.

    Parameters
    ----------
    boundary
        Edge of the borough.
    river, rail
        Centre lines.
    streets
        The network; grows while blocks are filled.
    blocks
        Superblocks.
    fields
        Open spaces kept inside blocks, with the number of their block.
    """

    boundary: Polygon
    river: BaseGeometry
    rail: BaseGeometry
    streets: Streets
    blocks: tuple[Block, ...]
    fields: list[tuple[int, Polygon]] = field(default_factory=list)


def _main_lines(boundary: Polygon) -> list[tuple[plan.MainRoad, BaseGeometry]]:
    drawn: list[tuple[plan.MainRoad, LineString]] = []
    for road in plan.MAIN_ROADS:
        points = spline(road.points, 24.0)
        earlier = [line for _, line in drawn]
        for wanted, end in ((road.start_joins, 0), (road.end_joins, -1)):
            if not wanted:
                continue
            tip = shapely.Point(points[end])
            near = nearest_points(shapely.union_all(earlier), tip)[0]
            shift = np.array([near.x, near.y]) - points[end]
            fade = np.clip(1.0 - np.hypot(*(points - points[end]).T) / 400.0, 0.0, 1.0)
            points = points + fade[:, None] * shift
        drawn.append((road, LineString(points)))
    clipped = [(road, line.intersection(boundary.buffer(30.0))) for road, line in drawn]
    return [(road, line) for road, line in clipped if not line.is_empty]


def _noded(lines: list[tuple[plan.MainRoad, BaseGeometry]]) -> list[tuple[plan.MainRoad, BaseGeometry]]:
    pieces = shapely.get_parts(shapely.unary_union([line for _, line in lines], grid_size=0.01))
    merged = []
    for piece in pieces:
        middle = piece.interpolate(0.5, normalized=True)
        owner = min(range(len(lines)), key=lambda i: lines[i][1].distance(middle))
        if piece.length > 1.0:
            merged.append((lines[owner][0], piece))
    return merged


def _quarter_at(x: float, y: float, rng: np.random.Generator) -> tuple[str, str]:
    for anchor in plan.ANCHORS:
        if np.hypot(x - anchor.centre[0], y - anchor.centre[1]) < anchor.radius_m:
            return anchor.quarter, anchor.name
    from_centre = float(np.hypot(x, 1.1 * y)) + float(rng.normal(0.0, 170.0))
    if not plan.URBAN.contains(shapely.Point(x, y)):
        return "rural", ""
    if from_centre < 1350.0:
        return "terraces", ""
    if from_centre < 2350.0:
        return str(rng.choice(["crescents", "avenues", "terraces", "estate"], p=[0.44, 0.36, 0.1, 0.1])), ""
    if from_centre < 3000.0:
        return str(rng.choice(["crescents", "avenues", "post_war", "estate"], p=[0.2, 0.22, 0.1, 0.48])), ""
    return "estate", ""


LARGEST_M2 = {"rural": 1.6e6, "green": 5e5, "park": 1.6e5, "old_town": 1.1e5, "terraces": 1.5e5, "industrial": 3.5e5,
              "crescents": 2.4e5, "avenues": 2.4e5, "post_war": 2.8e5, "estate": 2.8e5, "village": 3e5}  # fmt: skip


def _cut(face: Polygon, quarter: str, rng: np.random.Generator) -> LineString | None:
    """Draw a gently bent line across a face, near its middle and across its longer side."""
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(face))
    a, b = box[1] - box[0], box[2] - box[1]
    longer, shorter = (a, b) if np.hypot(*a) >= np.hypot(*b) else (b, a)
    centre = box[:4].mean(0) + longer * rng.uniform(-0.09, 0.09)
    tilt = rng.normal(0.0, 0.13)
    across = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]]) @ shorter
    along = longer / np.hypot(*longer)
    t = np.linspace(-0.9, 0.9, 41)
    sag = rng.normal(0.0, 0.05) * np.hypot(*shorter)
    wave = sag * np.cos(t * 2.2) + 0.4 * sag * np.sin(t * 5.0 + rng.uniform(0, 6))
    if quarter in ("rural", "village", "green"):
        for turns in (5.0, 9.0, 17.0):
            wave = wave + np.hypot(*shorter) * 0.11 / turns**0.8 * np.sin(t * turns + rng.uniform(0, 6))
    line = LineString(centre + t[:, None] * across + wave[:, None] * along)
    # A hair longer than the face, so that rounding never leaves the cut short of its edge.
    parts = [p for p in shapely.get_parts(line.intersection(face.buffer(0.5))) if isinstance(p, LineString)]
    return max(parts, key=lambda p: p.length) if parts else None


def _split(
    face: Polygon, rng: np.random.Generator, cuts: list[tuple[LineString, str]], depth: int = 0
) -> list[Polygon]:
    point = face.representative_point()
    quarter, _ = _quarter_at(point.x, point.y, rng)
    if depth > 8 or face.area < LARGEST_M2[quarter] * rng.uniform(0.85, 1.25):
        return [face]
    cut = _cut(face, quarter, rng)
    if cut is None or cut.length < 60.0:
        return [face]
    halves = [h for h in shapely.get_parts(shapely.ops.split(face, cut)) if isinstance(h, Polygon)]
    if len(halves) < 2 or min(h.area for h in halves) < 0.18 * face.area:
        return [face]
    cuts.append((cut, quarter))
    return [leaf for half in halves for leaf in _split(half, rng, cuts, depth + 1)]


def _cut_kind(quarter: str, length_m: float, through: bool, rng: np.random.Generator) -> str:
    if quarter == "rural":
        return "unclassified"
    if quarter == "old_town":
        return "residential"
    return "tertiary" if through and length_m > 420 and rng.random() < 0.3 else "residential"


def lay_out(boundary: Polygon, rng: np.random.Generator) -> Ground:
    """Draw the main roads and cut the ground between them into superblocks.

    Parameters
    ----------
    boundary
        Edge of the borough, local metres.
    rng
        Source of every choice.

    Returns
    -------
    Ground
        Main and connecting roads, already meeting in shared vertices, and the blocks still to fill.
    """
    area = boundary.buffer(30.0)
    river = LineString(spline(plan.RIVER)).intersection(area)
    rail = LineString(spline(plan.RAILWAY)).intersection(area)
    mains = _main_lines(boundary)
    barriers = {"river": river, "rail": rail, "trunk": shapely.union_all([line for road, line in mains if road.kind == "trunk"]),
                "boundary": boundary.exterior}  # fmt: skip
    net = shapely.unary_union([*(line for _, line in mains), river, rail, boundary.exterior], grid_size=0.01)
    faces = sorted(shapely.get_parts(shapely.polygonize(shapely.get_parts(net))), key=lambda f: f.bounds)
    cuts: list[tuple[LineString, str]] = []
    for face in faces:
        if boundary.contains(face.representative_point()) and face.area > 3000.0:
            _split(face, rng, cuts)
    no_go = shapely.union_all(
        [line.buffer(BARRIER_MARGIN_M[name]) for name, line in barriers.items() if not line.is_empty]
    )
    lines = list(mains)
    separators: list[BaseGeometry] = [river, rail, boundary.exterior]
    for number, (cut, quarter) in enumerate(cuts):
        separators.append(cut)
        longest = max(shapely.get_parts(cut.difference(no_go)), key=lambda p: p.length, default=None)
        if quarter in ("green", "park") or longest is None or longest.length < 60.0:
            continue
        road = plan.MainRoad(
            name="",
            kind=_cut_kind(quarter, longest.length, longest.length > 0.97 * cut.length, rng),
            ref=str(number),
            points=(),
        )
        lines.append((road, longest))
    streets = Streets()
    groups: dict[str, int] = {}
    for road, piece in _noded(lines):
        key = road.name or f"cut {road.ref}"
        if key not in groups:
            groups[key] = streets.new_group()
        tags = {"name": road.name, "ref": road.ref} if road.name else {}
        points = [rounded(x, y) for x, y in shapely.get_coordinates(piece)]
        streets.add(Way(kind=road.kind, quarter="main" if road.name else "connector", points=points, group=groups[key],
                        tags={k: v for k, v in tags.items() if v}))  # fmt: skip
    net = shapely.unary_union([*(line for _, line in mains), *separators], grid_size=0.01)
    blocks = []
    for face in sorted(shapely.get_parts(shapely.polygonize(shapely.get_parts(net))), key=lambda f: f.bounds):
        middle = face.representative_point()
        if not boundary.contains(middle):
            continue
        quarter, name = _quarter_at(middle.x, middle.y, rng)
        blocks.append(Block(face=face, allowed=face.difference(no_go), quarter=quarter, name=name))
    return Ground(boundary=boundary, river=river, rail=rail, streets=streets, blocks=tuple(blocks))
