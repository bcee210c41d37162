"""Finding the empty places of a block and its dead ends, and growing streets and footways there."""

import numpy as np
import shapely

from scripts.borough.geometry import Floats
from scripts.borough.growth import may_root
from scripts.borough.patch import Patch


def fill_voids(
    patch: Patch,
    kind: str,
    clear_m: float,
    empty_m: float,
    *,
    join: float = 0.6,
    wiggle: float = 0.03,
    extra_m: float = 60.0,
    misses: int = 14,
) -> None:
    """Grow streets into the emptiest places until none is left.

    Parameters
    ----------
    patch, kind, clear_m, wiggle
        As for `Patch.grow`.
    empty_m
        A place farther than this from any street is empty, metres.
    join
        Chance that a street may run on into another one.
    extra_m
        How far beyond the empty place a street may run, metres.
    misses
        Give up after this many failures.
    """
    west, south, east, north = patch.face.bounds
    count = int(np.clip((east - west) * (north - south) / (0.5 * empty_m) ** 2, 60, 900))
    spots = np.column_stack([patch.rng.uniform(west, east, count), patch.rng.uniform(south, north, count)])
    spots = spots[patch.inside(spots)]
    missed = 0
    while len(spots) and missed < misses:
        away = patch.distance(spots)
        spots = spots[away > empty_m]
        if not len(spots):
            return
        target = spots[int(patch.rng.integers(len(spots)))]
        if not _reach_out(patch, kind, target, clear_m, patch.rng.random() < join, wiggle, extra_m):
            missed += 1
            spots = spots[np.hypot(*(spots - target).T) > 0.4 * empty_m]


def _reach_out(
    patch: Patch, kind: str, target: Floats, clear_m: float, join: bool, wiggle: float, extra_m: float
) -> bool:
    """Grow one street towards an empty place from one of the nearest streets that has room for a junction."""
    foot, away = patch.feet(target)
    for index in np.argsort(away, kind="stable")[:30].tolist():
        if not may_root(patch, index, kind) or away[index] > 420.0 + 2.0 * extra_m:
            continue
        x1, y1, x2, y2 = patch.segments_xy[index]
        length = float(np.hypot(x2 - x1, y2 - y1))
        share = float(np.clip(foot[index] + patch.rng.normal(0, 6.0) / max(length, 1.0), 0.0, 1.0))
        at = np.array([x1 + share * (x2 - x1), y1 + share * (y2 - y1)])
        if patch.near_junction(at, min(22.0, 0.6 * clear_m)):
            continue
        heading = float(np.arctan2(*(target - at)[::-1]))
        reach = float(np.hypot(*(target - at))) + extra_m * float(patch.rng.uniform(0.5, 1.5))
        if (
            patch.grow(
                kind, index, share, heading, reach, clear_m, wiggle=wiggle, join=join, shortest_m=0.5 * clear_m + 14.0
            )
            is not None
        ):
            return True
    return False


def cut_throughs(patch: Patch, chance: float) -> None:
    """Join dead ends to a street behind them by a footway, where there is one near.

    Parameters
    ----------
    patch
        The block.
    chance
        Chance that a dead end gets one.
    """
    for tip, heading in patch.dead_ends():
        if patch.rng.random() > chance:
            continue
        best = None
        for turn in np.linspace(-1.9, 1.9, 15):
            met = patch.hit(tip, heading + float(turn), 85.0)
            if met is not None and met[2] > 0.4 and patch.way_of(met[0]).kind != "trunk":
                away = float(np.hypot(*(np.array(met[1]) - tip)))
                middle = np.linspace(tip, np.array(met[1]), 5)[1:-1]
                if (
                    away > 15.0
                    and shapely.contains_xy(patch.face, middle[:, 0], middle[:, 1]).all()
                    and (best is None or away < best[0])
                ):
                    best = (away, met)
        if best is not None:
            end = patch.attach(best[1][0], best[1][1])
            patch.draw("cut", [(float(tip[0]), float(tip[1])), end], patch.streets.new_group())
