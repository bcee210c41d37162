"""Homes along the streets: addresses, house numbers, residents, postcodes."""

from dataclasses import dataclass

import numpy as np
import shapely

from scripts.borough.geometry import Floats
from scripts.borough.network import Line, Map, segments_of

HOUSED = frozenset({"residential", "living_street", "unclassified", "tertiary", "secondary", "primary", "pedestrian"})

FRONTAGE_M = {"old_town": 7.0, "terraces": 6.5, "crescents": 11.0, "avenues": 11.2, "post_war": 9.6, "estate": 12.9, "village": 17.0,
              "hamlet": 22.0, "rural": 85.0}  # fmt: skip
SETBACK_M = {"old_town": 7.5, "terraces": 9.0, "crescents": 14.0, "avenues": 14.0, "post_war": 13.0, "estate": 13.0, "village": 14.0,
             "hamlet": 15.0, "rural": 18.0}  # fmt: skip
RESIDENTS = {"old_town": 1.5, "terraces": 2.15, "crescents": 2.5, "avenues": 2.5, "post_war": 2.35, "estate": 2.55, "village": 2.3,
             "rural": 2.3, "hamlet": 2.3, "tower": 1.8}  # fmt: skip
SHARE_60_PLUS = {"old_town": 0.13, "terraces": 0.15, "crescents": 0.3, "avenues": 0.27, "post_war": 0.24, "estate": 0.23, "village": 0.35,
                 "rural": 0.37, "hamlet": 0.37, "tower": 0.22}  # fmt: skip
SHARE_UNDER_16 = {"old_town": 0.1, "terraces": 0.2, "crescents": 0.17, "avenues": 0.18, "post_war": 0.22, "estate": 0.21, "village": 0.16,
                  "rural": 0.15, "hamlet": 0.15, "tower": 0.17}  # fmt: skip

HAMLET_RADIUS_M = 210.0


@dataclass(slots=True, kw_only=True)
class Home:
    """One address.

    Parameters
    ----------
    x, y
        Local metres.
    number
        House number or name of the block of flats.
    street
        Street name.
    group
        Street it belongs to.
    quarter
        Character of its surroundings, or `tower`.
    along_m
        How far along the street, metres.
    units
        Dwellings behind the address: 1, or the flats of a tower.
    residents
        People expected to live there.
    postcode
        Filled in by `give_postcodes`.
    """

    x: float
    y: float
    number: str
    street: str
    group: int
    quarter: str
    along_m: float
    units: int
    residents: float
    postcode: str = ""


def _candidates(
    line: Line, quarter_at: list[str], rng: np.random.Generator, start_m: float
) -> list[tuple[float, float, float, int]]:
    """Points beside a line: x, y, distance along, side (+1 left, -1 right)."""
    shape = line.geometry()
    found = []
    for side, quarter in zip((1, -1), quarter_at, strict=True):
        frontage = FRONTAGE_M.get(quarter)
        if frontage is None or (line.kind == "primary" and quarter == "estate"):
            continue
        at = float(rng.uniform(0.6, 1.1)) * frontage + 4.0
        while at < shape.length - 4.0:
            a, b = shape.interpolate(max(0.0, at - 3.0)), shape.interpolate(min(shape.length, at + 3.0))
            length = max(float(np.hypot(b.x - a.x, b.y - a.y)), 1e-6)
            normal = (-(b.y - a.y) / length, (b.x - a.x) / length)
            off = side * SETBACK_M[quarter] * float(rng.uniform(0.9, 1.12))
            found.append(((a.x + b.x) / 2 + off * normal[0], (a.y + b.y) / 2 + off * normal[1], start_m + at, side))
            at += (
                frontage * float(rng.uniform(0.9, 1.12)) * (1.0 if quarter != "rural" else float(rng.uniform(0.3, 4.0)))
            )
    return found


def _sides(line: Line, tree: shapely.STRtree, quarters: list[str], hamlets: list[tuple[float, float]]) -> list[str]:
    shape = line.geometry()
    middle, ahead = (
        shape.interpolate(0.5, normalized=True),
        shape.interpolate(min(shape.length, 0.5 * shape.length + 4.0)),
    )
    length = max(float(np.hypot(ahead.x - middle.x, ahead.y - middle.y)), 1e-6)
    normal = np.array([-(ahead.y - middle.y), ahead.x - middle.x]) / length
    found = []
    for side in (1, -1):
        point = shapely.Point(middle.x + 14 * side * normal[0], middle.y + 14 * side * normal[1])
        hits = tree.query(point, predicate="within")
        quarter = quarters[int(hits[0])] if len(hits) else "none"
        near_hamlet = quarter == "rural" and any(
            np.hypot(point.x - x, point.y - y) < HAMLET_RADIUS_M for x, y in hamlets
        )
        found.append("hamlet" if near_hamlet else quarter)
    return found


def settle(result: Map, rng: np.random.Generator) -> list[Home]:
    """Put homes along every street that has room for them.

    Parameters
    ----------
    result
        The finished, named map.
    rng
        Source of every choice.

    Returns
    -------
    list of Home
        Addresses without postcodes, street by street.
    """
    tree = shapely.STRtree(result.faces)
    rows: list[tuple[float, float, float, int]] = []
    owners: list[int] = []
    quarters: list[tuple[str, str]] = []
    gone: dict[int, float] = {}
    for i, line in enumerate(result.lines):
        sides = ("none", "none")
        if line.kind in HOUSED and "name" in line.tags and not line.elevated:
            sides = tuple(_sides(line, tree, result.quarters, result.hamlets))  # type: ignore[assignment]
            found = _candidates(line, list(sides), rng, gone.get(line.group, 0.0))
            rows.extend(found)
            owners.extend([i] * len(found))
        quarters.append(sides)
        gone[line.group] = gone.get(line.group, 0.0) + line.geometry().length
    keep = _with_room(
        result,
        np.array([r[:2] for r in rows]),
        owners,
        [quarters[o][0 if r[3] == 1 else 1] for o, r in zip(owners, rows, strict=True)],
    )
    homes: list[Home] = []
    counters: dict[tuple[int, int], int] = {}
    for row, owner, good in zip(rows, owners, keep, strict=True):
        if not good:
            continue
        line = result.lines[owner]
        quarter = quarters[owner][0 if row[3] == 1 else 1]
        number = counters.get((line.group, row[3]), 1 if row[3] == 1 else 2)
        counters[(line.group, row[3])] = number + 2
        homes.append(Home(x=round(row[0], 2), y=round(row[1], 2), number=str(number), street=line.tags["name"], group=line.group, quarter=quarter,
                          along_m=row[2], units=1, residents=RESIDENTS[quarter] * float(rng.uniform(0.8, 1.2))))  # fmt: skip
    return homes + _towers(result, rng)


def fill_up(homes: list[Home], people: int) -> None:
    """Scale household sizes so that the borough holds a given number of people.

    Parameters
    ----------
    homes
        Addresses; their residents are changed.
    people
        Population wanted.
    """
    factor = people / sum(h.residents for h in homes)
    for home in homes:
        home.residents *= factor


def _with_room(result: Map, points: Floats, owners: list[int], quarters: list[str]) -> list[bool]:
    """Tell which points keep their distance from other streets, river, railway and one another."""
    xy, segment_owner = segments_of(result.lines)
    groups = np.array([line.group for line in result.lines])
    soft = np.array(
        [
            line.kind in ("alley", "cut", "path", "park_path", "passage", "track", "service", "river_path")
            for line in result.lines
        ]
    )
    trunk = np.array([line.kind == "trunk" for line in result.lines])
    own = np.array(segment_owner)
    tree = shapely.STRtree(np.asarray(shapely.linestrings(xy.reshape(-1, 2, 2))))
    spots = shapely.points(points)
    need = np.array([0.62 * SETBACK_M[q] for q in quarters])
    good = np.ones(len(points), dtype=bool)
    pairs = tree.query(spots, predicate="dwithin", distance=need)
    mine = np.array(owners)
    other = groups[own[pairs[1]]] != groups[mine[pairs[0]]]
    good[pairs[0][other & ~soft[own[pairs[1]]]]] = False
    near = tree.query(spots, predicate="dwithin", distance=3.2)
    good[near[0]] = False
    wide = tree.query(spots, predicate="dwithin", distance=32.0)
    good[wide[0][trunk[own[wide[1]]]]] = False
    for barrier, room in ((result.river, 30.0), (result.rail, 13.0)):
        if not barrier.is_empty:
            good &= shapely.distance(spots, barrier) > room
    good &= shapely.contains_xy(result.boundary.buffer(-12.0), points[:, 0], points[:, 1])
    cells: dict[tuple[int, int], list[int]] = {}
    for i, (x, y) in enumerate(points.tolist()):
        if not good[i]:
            continue
        room = 0.7 * min(FRONTAGE_M[quarters[i]], 9.0)
        home = (int(x // 9.0), int(y // 9.0))
        rivals = (j for a in (-1, 0, 1) for b in (-1, 0, 1) for j in cells.get((home[0] + a, home[1] + b), ()))
        if any((points[j, 0] - x) ** 2 + (points[j, 1] - y) ** 2 < room**2 for j in rivals):
            good[i] = False
        else:
            cells.setdefault(home, []).append(i)
    return good.tolist()


def _towers(result: Map, rng: np.random.Generator) -> list[Home]:
    """Blocks of flats on the greens of the post-war estates, where no street comes near."""
    tree = shapely.STRtree([line.geometry() for line in result.lines])
    towers: list[Home] = []
    names = iter(("Attlee House", "Bevan House", "Festival Tower", "Skylon Tower", "Nuffield House", "Beveridge House", "Hunt House",
                  "Everest Tower", "Comet House", "Wheatley House", "Lansbury House", "Faraday House", "Kelvin Tower", "Watt House",
                  "Telford House", "Brindley House", "Barlow Tower", "Addison House", "Jenner House", "Lister House", "Fleming House"))  # fmt: skip
    named_lines = [line for line in result.lines if line.quarter == "post_war" and "name" in line.tags]
    named_tree = shapely.STRtree([line.geometry() for line in named_lines])
    for face, quarter in zip(result.faces, result.quarters, strict=True):
        if quarter != "post_war":
            continue
        west, south, east, north = face.bounds
        for _ in range(24):
            spot = shapely.Point(float(rng.uniform(west, east)), float(rng.uniform(south, north)))
            nearest = result.lines[int(tree.nearest(spot))]
            if not face.buffer(-25).contains(spot) or not 17.0 < nearest.geometry().distance(spot) < 60.0:
                continue
            if any(np.hypot(spot.x - t.x, spot.y - t.y) < 70.0 for t in towers):
                continue
            name = next(names, None)
            if name is None or not named_lines:
                return towers
            named = named_lines[int(named_tree.nearest(spot))]
            units = int(rng.integers(30, 88))
            towers.append(Home(x=round(spot.x, 2), y=round(spot.y, 2), number=name, street=named.tags["name"], group=named.group, quarter="tower",
                               along_m=named.geometry().project(spot), units=units, residents=units * RESIDENTS["tower"]))  # fmt: skip
    return towers
