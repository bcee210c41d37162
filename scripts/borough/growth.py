"""Ways of growing streets that several kinds of quarter share."""

import itertools

import numpy as np
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from scripts.borough.geometry import Floats
from scripts.borough.patch import Patch

ROADS = frozenset(
    {"primary", "secondary", "tertiary", "residential", "unclassified", "living_street", "service", "pedestrian"}
)
SOFT = frozenset({"path", "park_path", "cut", "passage", "track", "river_path"})


def long_axis(patch: Patch) -> float:
    """Direction of the longest piece of street along the block, radians from east."""
    best, angle = 0.0, 0.0
    for number, way in patch.segments():
        if way.kind in ROADS and way.kind != "service":
            x1, y1, x2, y2 = patch.streets.segment(number)
            length = float(np.hypot(x2 - x1, y2 - y1)) * (1.6 if way.kind in ("primary", "secondary") else 1.0)
            if length > best and patch.face.distance(shapely.Point((x1 + x2) / 2, (y1 + y2) / 2)) < 2.0:
                best, angle = length, float(np.arctan2(y2 - y1, x2 - x1))
    return angle


def hatch(patch: Patch, angle: float, spacing_m: float, bow: float = 0.0, jitter: float = 0.08) -> list[Floats]:
    """Draw parallel guide lines over a block.

    Parameters
    ----------
    patch
        The block.
    angle
        Their direction, radians from east.
    spacing_m
        Distance between them, metres.
    bow
        Sag of the lines relative to half their length.
    jitter
        Scatter of the spacing, as a share of it.

    Returns
    -------
    list of NDArray
        Guide lines, each of shape (n, 2).
    """
    middle = np.array(patch.face.centroid.coords[0])
    west, south, east, north = patch.face.bounds
    half = 0.6 * float(np.hypot(east - west, north - south))
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    t = np.linspace(-half, half, 60)
    phase = patch.rng.uniform(0.3, 0.7)
    guides = []
    for k in range(-int(half / spacing_m) - 1, int(half / spacing_m) + 2):
        offset = (k + phase + patch.rng.normal(0.0, jitter)) * spacing_m
        sag = bow * half * ((t / half) ** 2)
        guides.append(middle + t[:, None] * along + (offset + sag)[:, None] * across)
    return guides


def rungs(patch: Patch, guides: list[Floats], gap: tuple[float, float]) -> list[Floats]:
    """Draw short guide lines between neighbouring guides, staggered like courses of bricks.

    Parameters
    ----------
    patch
        The block.
    guides
        Parallel guide lines.
    gap
        Least and greatest distance between rungs of a pair, metres.

    Returns
    -------
    list of NDArray
        Guide lines.
    """
    made = []
    for left, right in itertools.pairwise(guides):
        length = float(np.hypot(*np.diff(left, axis=0).T).sum())
        at = patch.rng.uniform(0.2, 1.0) * gap[0]
        while at < length:
            share = at / length
            i, j = (
                int(share * (len(left) - 1)),
                int(np.clip(share + patch.rng.normal(0, 0.01), 0, 1) * (len(right) - 1)),
            )
            made.append(np.linspace(left[i], right[j], 12))
            at += patch.rng.uniform(*gap)
    return made


def beside(barrier: BaseGeometry, face: BaseGeometry, away_m: float) -> list[Floats]:
    """Guide lines along a river or railway, on the side where a block lies.

    Parameters
    ----------
    barrier
        The river or railway, local metres.
    face
        The block.
    away_m
        Distance kept to the barrier, metres.

    Returns
    -------
    list of NDArray
        Guide lines of at least 60 m.
    """
    ring = barrier.buffer(away_m, quad_segs=4).boundary.intersection(face)
    lines = [
        part
        for part in shapely.get_parts(shapely.line_merge(ring))
        if isinstance(part, LineString) and part.length > 60.0
    ]
    return [np.array(line.simplify(1.0).coords) for line in lines]


def grow_from_anywhere(
    patch: Patch, kind: str, clear_m: float, length_m: float, *, curve: float = 0.0, wiggle: float = 0.0,
    join: bool, shortest: float = 40.0,
) -> bool:  # fmt: skip
    """Try one street from a random place along the block.

    Parameters
    ----------
    patch
        The block.
    kind, clear_m, length_m, curve, wiggle, join, shortest
        As for `Patch.grow`.

    Returns
    -------
    bool
        Whether it was drawn.
    """
    rng = patch.rng
    index = int(rng.integers(len(patch.segments_xy)))
    if not may_root(patch, index, kind):
        return False
    share = float(rng.uniform(0.05, 0.95))
    x1, y1, x2, y2 = patch.segments_xy[index]
    at = np.array([x1 + share * (x2 - x1), y1 + share * (y2 - y1)])
    heading = (
        float(np.arctan2(y2 - y1, x2 - x1))
        + (np.pi / 2 if rng.random() < 0.5 else -np.pi / 2)
        + float(rng.normal(0, 0.12))
    )
    probe = at + 0.8 * min(clear_m, 60.0) * np.array([np.cos(heading), np.sin(heading)])
    if not patch.inside(probe[None, :])[0] or patch.near_junction(at, min(24.0, 0.7 * clear_m)):
        return False
    way = patch.grow(
        kind, index, share, heading, length_m, clear_m, curve=curve, wiggle=wiggle, join=join, shortest_m=shortest
    )
    return way is not None


def may_root(patch: Patch, index: int, kind: str) -> bool:
    """Tell whether a street of a kind may start from a segment: no homes off the bypass, no roads off footpaths."""
    way = patch.way_of(index)
    if way.kind in ROADS:
        return not (
            kind in ("residential", "service")
            and way.kind == "primary"
            and patch.quarter not in ("terraces", "old_town")
        )
    return kind in SOFT and way.kind in (*SOFT, "alley")


def fill_roads(
    patch: Patch,
    clear_m: float,
    length: tuple[float, float],
    *,
    tries: int,
    wiggle: float = 0.02,
    curve: float = 0.0,
    kind: str = "residential",
) -> None:
    """Try through streets from random places.

    Parameters
    ----------
    patch, clear_m, wiggle, curve, kind
        As for `Patch.grow`; `curve` is a standard deviation.
    length
        Least and greatest length, metres.
    tries
        How many are tried.
    """
    for _ in range(tries):
        bend = float(patch.rng.normal(0, curve)) if curve else 0.0
        grow_from_anywhere(
            patch, kind, clear_m, float(patch.rng.uniform(*length)), wiggle=wiggle, curve=bend, join=True
        )


def closes(
    patch: Patch,
    clear_m: float,
    length: tuple[float, float],
    *,
    tries: int,
    curve: float = 0.004,
    kinds: tuple[str, ...] = ("residential",),
) -> None:
    """Try cul-de-sacs from random places.

    Parameters
    ----------
    patch, clear_m, length, tries, curve
        As for `fill_roads`.
    kinds
        Kinds to choose among.
    """
    for _ in range(tries):
        kind = kinds[int(patch.rng.integers(len(kinds)))]
        bend = float(patch.rng.normal(0, curve))
        grow_from_anywhere(
            patch, kind, clear_m, float(patch.rng.uniform(*length)), curve=bend, join=False, shortest=0.6 * length[0]
        )


def paths(patch: Patch, kind: str, clear_m: float, length: tuple[float, float], *, tries: int) -> None:
    """Try paths from random places; parameters as for `fill_roads`."""
    for _ in range(tries):
        grow_from_anywhere(patch, kind, clear_m, float(patch.rng.uniform(*length)), wiggle=0.03, join=True)
