"""How each kind of quarter fills a superblock with streets."""

import itertools
from collections.abc import Callable

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from scripts.borough import plan
from scripts.borough.ground import Block, Ground
from scripts.borough.growth import (
    beside,
    closes,
    fill_roads,
    grow_from_anywhere,
    hatch,
    long_axis,
    paths,
    rungs,
)
from scripts.borough.patch import Patch
from scripts.borough.voids import cut_throughs, fill_voids


def terraces(patch: Patch) -> None:
    """Victorian streets close together off the main road, cross streets at their ends, alleys behind."""
    rng = patch.rng
    angle = long_axis(patch) + np.pi / 2 + (np.pi / 2 if rng.random() < 0.22 else 0.0) + rng.normal(0, 0.05)
    spacing = float(rng.uniform(48.0, 58.0))
    for guide in hatch(patch, angle + np.pi / 2, float(rng.uniform(125.0, 205.0)), bow=float(rng.normal(0, 0.05))):
        patch.lay("residential", guide, 42.0, 70.0, 60.0, loose=0.4)
    rows = hatch(patch, angle, spacing, bow=float(rng.normal(0, 0.04)), jitter=0.03)
    for guide in rows:
        patch.lay("residential", guide, 29.0, 52.0, 34.0, loose=0.55)
    for left, right in itertools.pairwise(rows):
        if rng.random() < 0.8:
            patch.lay("alley", (left + right) / 2, 16.0, 34.0, 40.0, loose=0.35)
    fill_voids(patch, "residential", 30.0, 58.0, join=0.8)
    cut_throughs(patch, 0.3)


def crescents(patch: Patch) -> None:
    """Inter-war rings and radiating avenues around a green or circus, with closes in the gaps."""
    rng = patch.rng
    west, south, east, north = patch.face.bounds
    size = float(np.hypot(east - west, north - south))
    anywhere = np.array([rng.uniform(west, east), rng.uniform(south, north)])
    centre = anywhere * 0.7 + 0.3 * np.array(patch.face.centroid.coords[0])
    depth = float(rng.uniform(74.0, 90.0))
    radii = np.arange(float(rng.uniform(45.0, 80.0)), max(size, 81.0), depth)
    for start in np.sort(rng.uniform(0, 2 * np.pi) + np.arange(0, 2 * np.pi, 2 * np.pi / rng.integers(5, 8))):
        t = np.linspace(radii[0], size, 50)
        turn = start + 0.00035 * rng.normal() * (t - radii[0])
        patch.lay(
            "residential",
            centre + t[:, None] * np.column_stack([np.cos(turn), np.sin(turn)]),
            48.0,
            75.0,
            60.0,
            loose=0.4,
        )
    squash = float(rng.uniform(0.75, 1.0))
    for radius in radii:
        t = np.linspace(0, 2 * np.pi, 90) + rng.uniform(0, 6.28)
        ring = centre + radius * np.column_stack([np.cos(t), squash * np.sin(t)])
        patch.lay("residential", ring, 44.0, 68.0, 50.0, loose=0.5)
    fill_roads(patch, 46.0, (90.0, 190.0), tries=40)
    fill_voids(patch, "residential", 40.0, 66.0, join=0.7, wiggle=0.02)
    closes(patch, 36.0, (45.0, 95.0), tries=50)
    cut_throughs(patch, 0.35)


def avenues(patch: Patch) -> None:
    """Bowed parallel avenues with staggered links, grass verges and short closes."""
    rng = patch.rng
    angle = long_axis(patch) + (np.pi / 2 if rng.random() < 0.4 else 0.0) + rng.normal(0, 0.12)
    guides = hatch(patch, angle, float(rng.uniform(74.0, 92.0)), bow=float(rng.normal(0, 0.22)), jitter=0.06)
    for guide in guides:
        patch.lay("residential", guide, 46.0, 72.0, 70.0, loose=0.5)
    for rung in rungs(patch, guides, (130.0, 240.0)):
        patch.lay("residential", rung, 24.0, 60.0, 12.0, loose=0.0)
    fill_roads(patch, 46.0, (90.0, 190.0), tries=30)
    fill_voids(patch, "residential", 40.0, 66.0, join=0.7, wiggle=0.02)
    closes(patch, 35.0, (40.0, 85.0), tries=50)
    cut_throughs(patch, 0.35)


def post_war(patch: Patch) -> None:
    """Council-built: wide curved roads, short cul-de-sacs, footpaths across open greens, room for towers."""
    rng = patch.rng
    angle = long_axis(patch) + rng.normal(0, 0.3)
    guides = hatch(patch, angle, float(rng.uniform(120.0, 150.0)), bow=float(rng.normal(0, 0.45)), jitter=0.12)
    for guide in guides:
        patch.lay("residential", guide, 62.0, 95.0, 90.0, loose=0.3)
    for rung in rungs(patch, guides, (210.0, 380.0)):
        patch.lay("residential", rung, 40.0, 90.0, 12.0, loose=0.0)
    fill_voids(patch, "residential", 42.0, 92.0, join=0.3, wiggle=0.05)
    closes(patch, 36.0, (40.0, 85.0), tries=110, kinds=("residential", "residential", "service"))
    cut_throughs(patch, 0.8)
    paths(patch, "cut", 24.0, (60.0, 220.0), tries=60)


def estate(patch: Patch) -> None:
    """A speculative estate of the 1970s to 2000s: one winding collector, cul-de-sacs, cut-through footways."""
    rng = patch.rng
    angle = long_axis(patch) + np.pi / 2 + rng.normal(0, 0.35)
    for guide in hatch(patch, angle, float(rng.uniform(200.0, 270.0)), bow=float(rng.normal(0, 0.45)), jitter=0.1):
        patch.lay("residential", guide, 70.0, 110.0, 110.0, loose=0.7)
    fill_voids(patch, "residential", 60.0, 125.0, join=0.6, wiggle=0.07, extra_m=110.0)
    closes(patch, 34.0, (55.0, 150.0), tries=130, curve=0.009)
    fill_voids(patch, "residential", 34.0, 58.0, join=0.12, wiggle=0.06, extra_m=40.0)
    closes(patch, 29.0, (26.0, 55.0), tries=60, kinds=("residential", "service"))
    cut_throughs(patch, 0.62)


def old_town(patch: Patch) -> None:
    """Medieval: crooked lanes, yards and passages between small irregular blocks."""
    fill_roads(patch, 44.0, (60.0, 220.0), tries=60, wiggle=0.06)
    fill_voids(patch, "residential", 24.0, 40.0, join=0.95, wiggle=0.08, extra_m=90.0, misses=30)
    fill_voids(patch, "passage", 14.0, 25.0, join=0.95, wiggle=0.06, extra_m=50.0, misses=30)


def village(patch: Patch) -> None:
    """Old lanes from the crossroads, with later cul-de-sacs around them."""
    fill_roads(patch, 85.0, (150.0, 420.0), tries=40, wiggle=0.1, kind="unclassified")
    fill_voids(patch, "unclassified", 70.0, 130.0, join=0.8, wiggle=0.1, extra_m=90.0)
    closes(patch, 34.0, (45.0, 130.0), tries=110, curve=0.008)
    fill_voids(patch, "residential", 36.0, 74.0, join=0.15, wiggle=0.06)
    cut_throughs(patch, 0.6)
    paths(patch, "path", 45.0, (80.0, 300.0), tries=25)


def rural(patch: Patch) -> None:
    """Winding lanes, farm tracks and field paths."""
    fill_voids(patch, "unclassified", 190.0, 380.0, join=0.7, wiggle=0.11, extra_m=250.0)
    _hamlets(patch)
    for _ in range(14):
        grow_from_anywhere(
            patch,
            "unclassified",
            210.0,
            float(patch.rng.uniform(350.0, 1300.0)),
            wiggle=0.12,
            join=True,
            shortest=220.0,
        )
    for _ in range(30):
        grow_from_anywhere(
            patch, "track", 120.0, float(patch.rng.uniform(120.0, 520.0)), wiggle=0.07, join=False, shortest=110.0
        )
    fill_voids(patch, "path", 80.0, 210.0, join=1.0, wiggle=0.04, extra_m=320.0, misses=40)


def _hamlets(patch: Patch) -> None:
    """Gather a few crooked lanes where a hamlet stands."""
    everywhere = patch.allowed
    for _, centre in plan.HAMLETS:
        patch.allowed = everywhere.intersection(shapely.Point(centre).buffer(200.0))
        if patch.allowed.is_empty:
            continue
        for kind, clear, length in (
            ("unclassified", 70.0, (90.0, 240.0)),
            ("residential", 38.0, (45.0, 120.0)),
            ("track", 45.0, (60.0, 150.0)),
        ):
            for _ in range(90):
                grow_from_anywhere(
                    patch, kind, clear, float(patch.rng.uniform(*length)), wiggle=0.1, join=kind != "residential"
                )
    patch.allowed = everywhere


def industrial(patch: Patch) -> None:
    """Straight estate roads and service yards."""
    rng = patch.rng
    for guide in hatch(
        patch, long_axis(patch) + np.pi / 2, float(rng.uniform(170.0, 230.0)), bow=float(rng.normal(0, 0.2))
    ):
        patch.lay("unclassified", guide, 75.0, 110.0, 90.0, loose=0.5)
    fill_voids(patch, "unclassified", 70.0, 130.0, join=0.5, wiggle=0.02)
    for _ in range(150):
        grow_from_anywhere(
            patch, "service", 36.0, float(rng.uniform(35.0, 120.0)), join=bool(rng.random() < 0.35), shortest=26.0
        )


def park(patch: Patch) -> None:
    """Curving unlit paths between the gates."""
    for _ in range(60):
        curve = float(patch.rng.normal(0, 0.004))
        grow_from_anywhere(
            patch, "park_path", 55.0, float(patch.rng.uniform(150.0, 420.0)), curve=curve, join=True, shortest=70.0
        )
    fill_voids(patch, "park_path", 40.0, 80.0, join=1.0, wiggle=0.05, extra_m=200.0)


def green(patch: Patch) -> None:
    """River meadows: a few paths and tracks."""
    fill_voids(patch, "path", 80.0, 190.0, join=1.0, wiggle=0.05, extra_m=300.0)
    for _ in range(12):
        grow_from_anywhere(
            patch, "track", 120.0, float(patch.rng.uniform(120.0, 400.0)), wiggle=0.06, join=False, shortest=100.0
        )


FILLERS: dict[str, Callable[[Patch], None]] = {
    "terraces": terraces, "crescents": crescents, "avenues": avenues, "post_war": post_war, "estate": estate,
    "old_town": old_town, "village": village, "rural": rural, "industrial": industrial, "park": park, "green": green,
}  # fmt: skip

EDGE_ROAD_CHANCE = {
    "terraces": 0.85,
    "old_town": 0.9,
    "crescents": 0.4,
    "avenues": 0.5,
    "post_war": 0.5,
    "estate": 0.25,
    "industrial": 0.3,
}
OPEN_SPACE_CHANCE = {
    "terraces": 0.16,
    "crescents": 0.34,
    "avenues": 0.34,
    "post_war": 0.6,
    "estate": 0.3,
    "village": 0.25,
}


def fill(ground: Ground, number: int, rng: np.random.Generator) -> None:
    """Fill one superblock.

    Parameters
    ----------
    ground
        The land; new streets, schools and greens are added to it.
    number
        Which block.
    rng
        Source of every choice.
    """
    block = ground.blocks[number]
    allowed = block.allowed
    if rng.random() < OPEN_SPACE_CHANCE.get(block.quarter, 0.0) and block.face.area > 5e4:
        allowed = _leave_open(ground, block, number, rng)
    patch = Patch(ground.streets, block.face, allowed, block.quarter, number, rng)
    if not len(patch.segments_xy):
        return
    for barrier, room in ((ground.river, 50.0), (ground.rail, 27.0)):
        if not barrier.is_empty and rng.random() < EDGE_ROAD_CHANCE.get(block.quarter, 0.0):
            for guide in beside(barrier, block.face, room):
                patch.lay("residential", guide, 26.0, 70.0, 60.0, loose=0.6)
    FILLERS[block.quarter](patch)
    _riverside(ground, block, number, rng)


def _leave_open(ground: Ground, block: Block, number: int, rng: np.random.Generator) -> BaseGeometry:
    """Keep a playing field, school or green clear of streets."""
    west, south, east, north = block.face.bounds
    radius = float(rng.uniform(48.0, 82.0))
    for _ in range(20):
        spot = shapely.Point(float(rng.uniform(west, east)), float(rng.uniform(south, north)))
        if block.allowed.buffer(-radius - 38.0).contains(spot):
            angles = np.sort(rng.uniform(0, 2 * np.pi, 7))
            field = shapely.Polygon(
                [(spot.x + radius * np.cos(a), spot.y + radius * np.sin(a)) for a in angles]
            ).buffer(16.0, quad_segs=3)
            ground.fields.append((number, field))
            return block.allowed.difference(field.buffer(14.0))
    return block.allowed


def _riverside(ground: Ground, block: Block, number: int, rng: np.random.Generator) -> None:
    """Lay the riverside path along the bank."""
    bank = block.face.difference(ground.river.buffer(21.0))
    patch = Patch(ground.streets, block.face, bank, block.quarter, number, rng)
    if len(patch.segments_xy):
        for guide in beside(ground.river, block.face, 26.0):
            patch.lay("river_path", guide, 11.0, 60.0, 60.0, loose=0.9)
