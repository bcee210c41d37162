"""How each kind of quarter fills a superblock with streets."""

from collections.abc import Callable

import numpy as np
import shapely

from scripts.borough.geometry import Floats
from scripts.borough.ground import Block
from scripts.borough.streets import Patch, Streets

ROADS = frozenset({"primary", "secondary", "tertiary", "residential", "unclassified", "living_street", "service", "pedestrian"})


def _long_axis(patch: Patch) -> float:
    """Direction of the longest piece of street along the block, radians from east."""
    best, angle = 0.0, 0.0
    for number, way in patch.segments():
        if way.kind in ROADS and way.kind != "service":
            x1, y1, x2, y2 = patch.streets.segment(number)
            length = float(np.hypot(x2 - x1, y2 - y1)) * (1.6 if way.kind in ("primary", "secondary") else 1.0)
            if length > best and patch.face.distance(shapely.Point((x1 + x2) / 2, (y1 + y2) / 2)) < 2.0:
                best, angle = length, float(np.arctan2(y2 - y1, x2 - x1))
    return angle


def _hatch(patch: Patch, angle: float, spacing_m: float, bow: float = 0.0, jitter: float = 0.08) -> list[Floats]:
    """Parallel guide lines over a block, optionally bowed."""
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


def _rungs(patch: Patch, guides: list[Floats], gap: tuple[float, float]) -> list[Floats]:
    """Short guide lines between neighbouring guides, staggered like courses of bricks."""
    rungs = []
    for left, right in zip(guides, guides[1:], strict=False):
        length = float(np.hypot(*np.diff(left, axis=0).T).sum())
        at = patch.rng.uniform(0.2, 1.0) * gap[0]
        while at < length:
            share = at / length
            i, j = int(share * (len(left) - 1)), int(np.clip(share + patch.rng.normal(0, 0.01), 0, 1) * (len(right) - 1))
            rungs.append(np.linspace(left[i], right[j], 12))
            at += patch.rng.uniform(*gap)
    return rungs


def terraces(patch: Patch) -> None:
    """Victorian streets close together off the main road, cross streets at their ends, alleys behind."""
    rng = patch.rng
    angle = _long_axis(patch) + np.pi / 2 + (np.pi / 2 if rng.random() < 0.22 else 0.0) + rng.normal(0, 0.05)
    spacing = float(rng.uniform(47.0, 56.0))
    for guide in _hatch(patch, angle + np.pi / 2, float(rng.uniform(135.0, 215.0)), bow=float(rng.normal(0, 0.05))):
        patch.lay("residential", guide, 42.0, 70.0, 60.0, loose=0.4)
    rows = _hatch(patch, angle, spacing, bow=float(rng.normal(0, 0.04)), jitter=0.03)
    for guide in rows:
        patch.lay("residential", guide, 29.0, 52.0, 34.0, loose=0.55)
    for left, right in zip(rows, rows[1:], strict=False):
        if rng.random() < 0.86:
            patch.lay("alley", (left + right) / 2, 16.0, 34.0, 40.0, loose=0.35)


def crescents(patch: Patch) -> None:
    """Inter-war rings and radiating avenues around a green or circus, with closes in the gaps."""
    rng = patch.rng
    west, south, east, north = patch.face.bounds
    size = float(np.hypot(east - west, north - south))
    centre = np.array([rng.uniform(west, east), rng.uniform(south, north)]) * 0.7 + 0.3 * np.array(
        patch.face.centroid.coords[0]
    )
    depth = float(rng.uniform(72.0, 86.0))
    radii = np.arange(float(rng.uniform(45.0, 80.0)), max(size, 81.0), depth)
    for start in np.sort(rng.uniform(0, 2 * np.pi) + np.arange(0, 2 * np.pi, 2 * np.pi / rng.integers(5, 8))):
        t = np.linspace(radii[0], size, 50)
        turn = start + 0.00035 * rng.normal() * (t - radii[0])
        patch.lay("residential", centre + t[:, None] * np.column_stack([np.cos(turn), np.sin(turn)]), 48.0, 75.0, 60.0, loose=0.4)
    squash = float(rng.uniform(0.75, 1.0))
    for radius in radii:
        t = np.linspace(0, 2 * np.pi, 90) + rng.uniform(0, 6.28)
        ring = centre + radius * np.column_stack([np.cos(t), squash * np.sin(t)])
        patch.lay("residential", ring, 44.0, 68.0, 50.0, loose=0.5)
    _fill_roads(patch, 46.0, (90.0, 190.0), tries=60)
    _closes(patch, 36.0, (45.0, 95.0), tries=70)
    _cut_throughs(patch, 0.35)


def avenues(patch: Patch) -> None:
    """Bowed parallel avenues with staggered links, grass verges and short closes."""
    rng = patch.rng
    angle = _long_axis(patch) + (np.pi / 2 if rng.random() < 0.4 else 0.0) + rng.normal(0, 0.12)
    guides = _hatch(patch, angle, float(rng.uniform(74.0, 92.0)), bow=float(rng.normal(0, 0.22)), jitter=0.06)
    for guide in guides:
        patch.lay("residential", guide, 46.0, 72.0, 70.0, loose=0.5)
    for rung in _rungs(patch, guides, (130.0, 240.0)):
        patch.lay("residential", rung, 24.0, 60.0, 12.0, loose=0.0)
    _fill_roads(patch, 46.0, (90.0, 190.0), tries=40)
    _closes(patch, 35.0, (40.0, 85.0), tries=70)
    _cut_throughs(patch, 0.35)


def post_war(patch: Patch) -> None:
    """Council-built: wide curved roads, short cul-de-sacs, footpaths across open greens, room for towers."""
    rng = patch.rng
    angle = _long_axis(patch) + rng.normal(0, 0.3)
    guides = _hatch(patch, angle, float(rng.uniform(125.0, 150.0)), bow=float(rng.normal(0, 0.3)), jitter=0.1)
    for guide in guides:
        patch.lay("residential", guide, 62.0, 95.0, 90.0, loose=0.3)
    for rung in _rungs(patch, guides, (190.0, 300.0)):
        patch.lay("residential", rung, 40.0, 90.0, 12.0, loose=0.0)
    _closes(patch, 36.0, (40.0, 80.0), tries=130, kinds=("residential", "service"))
    _paths(patch, "cut", 26.0, (60.0, 220.0), tries=160)
    _cut_throughs(patch, 0.8)


def estate(patch: Patch) -> None:
    """A speculative estate of the 1970s to 2000s: one winding collector, cul-de-sacs, cut-through footways."""
    rng = patch.rng
    angle = _long_axis(patch) + np.pi / 2 + rng.normal(0, 0.35)
    for guide in _hatch(patch, angle, float(rng.uniform(200.0, 270.0)), bow=float(rng.normal(0, 0.45)), jitter=0.1):
        patch.lay("residential", guide, 70.0, 110.0, 110.0, loose=0.7)
    _fill_roads(patch, 74.0, (120.0, 300.0), tries=50, curve=0.005)
    _closes(patch, 33.0, (55.0, 150.0), tries=330, curve=0.009)
    _closes(patch, 29.0, (26.0, 55.0), tries=110, kinds=("residential", "service"))
    _cut_throughs(patch, 0.62)


def old_town(patch: Patch) -> None:
    """Medieval: crooked lanes, yards and passages between small irregular blocks."""
    rng = patch.rng
    _fill_roads(patch, 38.0, (60.0, 190.0), tries=90, wiggle=0.09)
    _fill_roads(patch, 25.0, (36.0, 110.0), tries=90, wiggle=0.12)
    for _ in range(60):
        _grow_from_anywhere(patch, "passage", 15.0, float(rng.uniform(24.0, 70.0)), wiggle=0.1, join=True, shortest=16.0)


def village(patch: Patch) -> None:
    """Old lanes from the crossroads, with later cul-de-sacs around them."""
    _fill_roads(patch, 85.0, (150.0, 420.0), tries=60, wiggle=0.12, kind="unclassified")
    _closes(patch, 34.0, (45.0, 130.0), tries=170, curve=0.008)
    _cut_throughs(patch, 0.6)
    _paths(patch, "path", 45.0, (80.0, 300.0), tries=25)


def rural(patch: Patch) -> None:
    """Winding lanes, farm tracks and field paths."""
    for _ in range(26):
        _grow_from_anywhere(patch, "unclassified", 210.0, float(patch.rng.uniform(350.0, 1300.0)), wiggle=0.13, join=True, shortest=220.0)
    for _ in range(60):
        _grow_from_anywhere(patch, "track", 110.0, float(patch.rng.uniform(120.0, 520.0)), wiggle=0.07, join=True, shortest=110.0)
    for _ in range(70):
        _grow_from_anywhere(patch, "path", 85.0, float(patch.rng.uniform(200.0, 700.0)), wiggle=0.05, join=True, shortest=120.0)


def industrial(patch: Patch) -> None:
    """Straight estate roads and service yards."""
    angle = _long_axis(patch) + np.pi / 2
    for guide in _hatch(patch, angle, 170.0):
        patch.lay("unclassified", guide, 70.0, 100.0, 90.0)
    for _ in range(140):
        _grow_from_anywhere(patch, "service", 42.0, float(patch.rng.uniform(40.0, 130.0)), join=bool(patch.rng.random() < 0.4))


def park(patch: Patch) -> None:
    """Curving unlit paths between the gates."""
    for _ in range(90):
        _grow_from_anywhere(
            patch, "park_path", 48.0, float(patch.rng.uniform(150.0, 420.0)), curve=float(patch.rng.normal(0, 0.004)), join=True, shortest=70.0
        )


def green(patch: Patch) -> None:
    """River meadows: a few paths and tracks."""
    for _ in range(60):
        _grow_from_anywhere(patch, "path", 95.0, float(patch.rng.uniform(150.0, 600.0)), wiggle=0.06, join=True, shortest=110.0)
    for _ in range(12):
        _grow_from_anywhere(patch, "track", 120.0, float(patch.rng.uniform(120.0, 400.0)), wiggle=0.06, join=False, shortest=100.0)


def _grow_from_anywhere(
    patch: Patch, kind: str, clear_m: float, length_m: float, *, curve: float = 0.0, wiggle: float = 0.0,
    join: bool, shortest: float = 40.0, from_kinds: frozenset[str] | None = None,
) -> bool:  # fmt: skip
    """Try one street from a random place of the patch; say whether it was drawn."""
    rng = patch.rng
    allowed = ROADS if from_kinds is None else from_kinds
    soft = kind in ("path", "park_path", "cut", "passage", "track")
    index = int(rng.integers(len(patch.segments_xy)))
    way = patch.way_of(index)
    if way.kind == "trunk" or not (way.kind in allowed or (soft and way.kind in ("track", "path", "park_path", "alley"))):
        return False
    if kind in ("residential", "service") and way.kind == "primary":
        return False
    share = float(rng.uniform(0.05, 0.95))
    x1, y1, x2, y2 = patch.segments_xy[index]
    at = np.array([x1 + share * (x2 - x1), y1 + share * (y2 - y1)])
    heading = float(np.arctan2(y2 - y1, x2 - x1)) + (np.pi / 2 if rng.random() < 0.5 else -np.pi / 2) + float(rng.normal(0, 0.12))
    probe = at + 0.8 * min(clear_m, 60.0) * np.array([np.cos(heading), np.sin(heading)])
    if not patch.inside(probe[None, :])[0] or patch.near_junction(at, min(24.0, 0.7 * clear_m)):
        return False
    return patch.grow(kind, index, share, heading, length_m, clear_m, curve=curve, wiggle=wiggle, join=join, shortest_m=shortest) is not None


def _fill_roads(
    patch: Patch, clear_m: float, length: tuple[float, float], *, tries: int, wiggle: float = 0.02, curve: float = 0.0, kind: str = "residential"
) -> None:
    for _ in range(tries):
        bend = float(patch.rng.normal(0, curve)) if curve else 0.0
        _grow_from_anywhere(patch, kind, clear_m, float(patch.rng.uniform(*length)), wiggle=wiggle, curve=bend, join=True)


def _closes(
    patch: Patch, clear_m: float, length: tuple[float, float], *, tries: int, curve: float = 0.004, kinds: tuple[str, ...] = ("residential",)
) -> None:
    for _ in range(tries):
        kind = kinds[int(patch.rng.integers(len(kinds)))]
        bend = float(patch.rng.normal(0, curve))
        _grow_from_anywhere(patch, kind, clear_m, float(patch.rng.uniform(*length)), curve=bend, join=False, shortest=0.6 * length[0])


def _paths(patch: Patch, kind: str, clear_m: float, length: tuple[float, float], *, tries: int) -> None:
    for _ in range(tries):
        _grow_from_anywhere(patch, kind, clear_m, float(patch.rng.uniform(*length)), wiggle=0.03, join=True)


def _cut_throughs(patch: Patch, chance: float) -> None:
    """Join dead ends to a street behind them by a footway, where there is one near."""
    for tip, heading in patch.dead_ends():
        if patch.rng.random() > chance:
            continue
        best = None
        for turn in np.linspace(-1.9, 1.9, 15):
            met = patch.hit(tip, heading + float(turn), 85.0)
            if met is not None and met[2] > 0.4 and patch.way_of(met[0]).kind != "trunk":
                away = float(np.hypot(*(np.array(met[1]) - tip)))
                middle = np.linspace(tip, np.array(met[1]), 5)[1:-1]
                if away > 15.0 and shapely.contains_xy(patch.face, middle[:, 0], middle[:, 1]).all() and (best is None or away < best[0]):
                    best = (away, met)
        if best is not None:
            end = patch.attach(best[1][0], best[1][1])
            patch.draw("cut", [(float(tip[0]), float(tip[1])), end], patch.streets.new_group())


FILLERS: dict[str, Callable[[Patch], None]] = {
    "terraces": terraces, "crescents": crescents, "avenues": avenues, "post_war": post_war, "estate": estate,
    "old_town": old_town, "village": village, "rural": rural, "industrial": industrial, "park": park, "green": green,
}  # fmt: skip


def fill(streets: Streets, block: Block, number: int, rng: np.random.Generator) -> None:
    """Fill one superblock.

    Parameters
    ----------
    streets
        The network so far; new streets are added to it.
    block
        The superblock.
    number
        Its number, kept on what is drawn in it.
    rng
        Source of every choice.
    """
    patch = Patch(streets, block.face, block.allowed, block.quarter, number, rng)
    if len(patch.segments_xy):
        FILLERS[block.quarter](patch)
