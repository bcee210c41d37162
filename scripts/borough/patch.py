"""One superblock while it is being filled: the streets around it, and the moves that add to them."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from scripts.borough.geometry import Floats, resample
from scripts.borough.streets import Streets, Way, rounded

NDArrayBool = NDArray[np.bool_]


class Patch:
    """The streets around one block while it is being filled.

    Parameters
    ----------
    streets
        The whole network; what the patch draws goes into it.
    face
        The block.
    allowed
        The part of the block new streets may use (away from river, railway, bypass).
    quarter
        Character of the block.
    block
        Its number.
    rng
        Source of every choice made while filling it.
    """

    def __init__(
        self,
        streets: Streets,
        face: BaseGeometry,
        allowed: BaseGeometry,
        quarter: str,
        block: int,
        rng: np.random.Generator,
    ) -> None:
        self.block = block
        self.streets, self.face, self.allowed, self.quarter, self.rng = streets, face, allowed, quarter, rng
        shapely.prepare(self.allowed)
        shapely.prepare(self.face)
        west, south, east, north = face.bounds
        found = streets.near((west - 40, south - 40, east + 40, north + 40))
        xy = np.array([streets.segment(n) for n in found], dtype=float).reshape(-1, 4)
        close = (
            shapely.dwithin(shapely.linestrings(xy.reshape(-1, 2, 2)), face, 60.0)
            if len(xy)
            else np.empty(0, dtype=bool)
        )
        self._ids = [n for n, keep in zip(found, np.asarray(close).tolist(), strict=True) if keep]
        self._xy: Floats = xy[close]
        self._ends_of = -1
        self._ends_xy: Floats = np.empty((0, 2))

    @property
    def segments_xy(self) -> Floats:
        """Live segments around the block as x1, y1, x2, y2, local metres, shape (n, 4)."""
        return self._xy

    def way_of(self, index: int) -> Way:
        """Return the way of the segment at an index of the patch."""
        return self.streets.owner(self._ids[index])

    def near_junction(self, at: Floats, gap_m: float) -> bool:
        """Tell whether a street already begins, ends or bends off within a gap of a point."""
        ends = self._ends()
        return bool(len(ends)) and bool((np.hypot(*(ends - at).T) < gap_m).any())

    def _ends(self) -> Floats:
        if self._ends_of != len(self.streets.ways):
            mine = {id(w): w for w in (self.streets.owner(n) for n in self._ids)}
            self._ends_xy = np.array(
                [p for w in mine.values() for p in (w.points[0], w.points[-1])], dtype=float
            ).reshape(-1, 2)
            self._ends_of = len(self.streets.ways)
        return self._ends_xy

    def dead_ends(self) -> list[tuple[Floats, float]]:
        """List loose ends of streets inside the block: the tip and the direction it points in (radians)."""
        touched: dict[tuple[float, float], int] = {}
        for x1, y1, x2, y2 in self._xy.tolist():
            touched[(x1, y1)] = touched.get((x1, y1), 0) + 1
            touched[(x2, y2)] = touched.get((x2, y2), 0) + 1
        tips = []
        for x1, y1, x2, y2 in self._xy.tolist():
            for tip, other in (((x1, y1), (x2, y2)), ((x2, y2), (x1, y1))):
                if touched[tip] == 1 and shapely.contains_xy(self.allowed, *tip):
                    tips.append((np.array(tip), float(np.arctan2(tip[1] - other[1], tip[0] - other[0]))))
        return tips

    def segments(self) -> list[tuple[int, Way]]:
        """List the live segments of the patch with their ways."""
        return [(n, self.streets.owner(n)) for n in self._ids]

    def distance(self, points: Floats) -> Floats:
        """Distance from points to the nearest street.

        Parameters
        ----------
        points
            Local metres, shape (n, 2).

        Returns
        -------
        NDArray
            Metres, shape (n,).
        """
        if not len(self._xy):
            return np.full(len(points), np.inf)
        a, d = self._xy[:, :2], self._xy[:, 2:] - self._xy[:, :2]
        offset = points[:, None, :] - a
        t = np.clip((offset * d).sum(2) / np.maximum((d * d).sum(1), 1e-9), 0.0, 1.0)
        return np.asarray(np.sqrt(((offset - t[:, :, None] * d) ** 2).sum(2)).min(1))

    def feet(self, point: Floats) -> tuple[Floats, Floats]:
        """Drop a point on every segment.

        Parameters
        ----------
        point
            Local metres, shape (2,).

        Returns
        -------
        tuple of NDArray
            Share along each segment (0 to 1) and distance to it in metres, each of shape (n,).
        """
        a, d = self._xy[:, :2], self._xy[:, 2:] - self._xy[:, :2]
        share = np.clip(((point - a) * d).sum(1) / np.maximum((d * d).sum(1), 1e-9), 0.0, 1.0)
        return share, np.hypot(*(point - a - share[:, None] * d).T)

    def hit(self, start: Floats, heading: float, reach_m: float) -> tuple[int, tuple[float, float], float] | None:
        """Look along a ray for the first street.

        Parameters
        ----------
        start
            Local metres, shape (2,).
        heading
            Direction, radians from east.
        reach_m
            How far to look, metres.

        Returns
        -------
        tuple or None
            Index of the segment in the patch, the point met, and the sine of the angle of meeting.
        """
        if not len(self._xy):
            return None
        ray = reach_m * np.array([np.cos(heading), np.sin(heading)])
        a, d = self._xy[:, :2] - start, self._xy[:, 2:] - self._xy[:, :2]
        cross = ray[0] * d[:, 1] - ray[1] * d[:, 0]
        safe = np.where(np.abs(cross) < 1e-9, np.inf, cross)
        t = (a[:, 0] * d[:, 1] - a[:, 1] * d[:, 0]) / safe
        u = (a[:, 0] * ray[1] - a[:, 1] * ray[0]) / safe
        ahead = (t > 1e-4) & (t <= 1.0) & (u >= -1e-9) & (u <= 1 + 1e-9) & np.isfinite(safe)
        if not ahead.any():
            return None
        first = int(np.where(ahead, t, np.inf).argmin())
        point = start + t[first] * ray
        sine = abs(float(cross[first])) / (reach_m * max(float(np.hypot(*d[first])), 1e-9))
        return first, rounded(point[0], point[1]), sine

    def attach(self, index: int, at: tuple[float, float], snap_m: float = 9.0) -> tuple[float, float]:
        """Make a point a vertex of the street it lies on.

        Parameters
        ----------
        index
            Index of the segment in the patch.
        at
            Point on it, local metres.
        snap_m
            An existing vertex this near is used instead.

        Returns
        -------
        tuple of float
            The shared vertex.
        """
        x1, y1, x2, y2 = self._xy[index]
        for end in ((x1, y1), (x2, y2)):
            if np.hypot(end[0] - at[0], end[1] - at[1]) < snap_m:
                return (float(end[0]), float(end[1]))
        first, second = self.streets.split(self._ids[index], at)
        self._ids[index] = first
        self._xy[index] = (x1, y1, *at)
        self._ids.append(second)
        self._xy = np.vstack([self._xy, [(*at, x2, y2)]])
        return at

    def inside(self, points: Floats) -> NDArrayBool:
        """Tell which points lie in the allowed part of the block."""
        return np.asarray(shapely.contains_xy(self.allowed, points[:, 0], points[:, 1]))

    def draw(self, kind: str, points: Iterable[tuple[float, float]], group: int, **tags: str) -> Way | None:
        """Add a way to the network.

        Parameters
        ----------
        kind
            Kind of way, see `Way`.
        points
            Vertices; the ends already attached where they meet something.
        group
            Street group.
        **tags
            OpenStreetMap tags known already.

        Returns
        -------
        Way or None
            The way, or None when nothing is left of it after rounding.
        """
        given = np.array(list(points), dtype=float)
        line = shapely.LineString(given).simplify(0.35)
        kept = [rounded(x, y) for x, y in shapely.get_coordinates(line)]
        vertices = [kept[0]] + [b for a, b in pairwise(kept) if a != b]
        if len(vertices) < 2:
            return None
        way = Way(kind=kind, quarter=self.quarter, points=vertices, group=group, tags=dict(tags), block=self.block)
        numbers = self.streets.add(way)
        self._ids.extend(numbers)
        self._xy = np.vstack([self._xy, [self.streets.segment(n) for n in numbers]])
        return way

    def lay(
        self,
        kind: str,
        guide: Floats,
        clear_m: float,
        reach_m: float,
        shortest_m: float,
        loose: float = 1.0,
        **tags: str,
    ) -> list[Way]:
        """Lay a street along a guide line wherever there is room, and join its ends to the streets ahead.

        Parameters
        ----------
        kind
            Kind of way.
        guide
            Line wished for, shape (n, 2); parts outside the block or too near other streets are left out.
        clear_m
            Room kept to other streets, metres.
        reach_m
            How far beyond its end a piece looks for a street to join, metres.
        shortest_m
            Pieces shorter than this are not laid.
        loose
            Chance that a piece joined at one end only is laid all the same.
        **tags
            OpenStreetMap tags.

        Returns
        -------
        list of Way
            The pieces laid, one group.
        """
        group, laid = self.streets.new_group(), []
        samples = resample(guide, 6.0)
        free = self.inside(samples) & (self.distance(samples) >= clear_m)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], free.astype(int), [0]])))
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            run = samples[begin:end]
            if (len(run) - 1) * 6.0 < shortest_m or len(run) < 3:
                continue
            if (self.distance(run[len(run) // 4 :: max(1, len(run) // 4)]) < 0.9 * clear_m).any():
                continue
            head = self._reach(run[0], run[2], reach_m)
            tail = self._reach(run[-1], run[-3], reach_m)
            if (head is None and tail is None) or (None in (head, tail) and self.rng.random() > loose):
                continue
            points = [tuple(p) for p in run]
            # Attaching the head may split the very segment the tail met: look again afterwards.
            if head is not None:
                points.insert(0, self.attach(head[0], head[1]))
            tail = self._reach(run[-1], run[-3], reach_m)
            if tail is not None:
                points.append(self.attach(tail[0], tail[1]))
            way = self.draw(kind, points, group, **tags)
            if way is not None:
                laid.append(way)
        return laid

    def _reach(self, end: Floats, before: Floats, reach_m: float) -> tuple[int, tuple[float, float]] | None:
        heading = float(np.arctan2(*(end - before)[::-1]))
        best = None
        for turn in (0.0, 0.25, -0.25, 0.5, -0.5, 0.8, -0.8):
            met = self.hit(end, heading + turn, reach_m)
            if met is None or met[2] < 0.6 or self.way_of(met[0]).kind == "trunk":
                continue
            middle = np.linspace(end, np.array(met[1]), 6)[1:-1]
            if not shapely.contains_xy(self.face, middle[:, 0], middle[:, 1]).all():
                continue
            away = float(np.hypot(*(np.array(met[1]) - end))) * (1.0 + abs(turn))
            if best is None or away < best[0]:
                best = (away, met[0], met[1])
            if turn == 0.0:
                break
        return None if best is None else (best[1], best[2])

    def grow(
        self, kind: str, root: int, share: float, heading: float, length_m: float, clear_m: float, *,
        curve: float = 0.0, wiggle: float = 0.0, join: bool = True, shortest_m: float = 40.0, step_m: float = 8.0, **tags: str,
    ) -> Way | None:  # fmt: skip
        """Grow a street from a point of an existing one.

        Parameters
        ----------
        kind
            Kind of way.
        root
            Index in the patch of the segment it starts from.
        share
            Where along that segment, 0 to 1.
        heading
            First direction, radians from east.
        length_m
            Length wished for, metres.
        clear_m
            Room kept to other streets, metres.
        curve
            Turn per metre, radians.
        wiggle
            Random turn per step, radians (standard deviation).
        join
            Whether it may end on another street; otherwise it stops short of it.
        shortest_m
            What ends up shorter is not drawn.
        step_m
            Length of a step, metres.
        **tags
            OpenStreetMap tags.

        Returns
        -------
        Way or None
            The way drawn, or None when there was no room.
        """
        x1, y1, x2, y2 = self._xy[root]
        start = np.array([x1 + share * (x2 - x1), y1 + share * (y2 - y1)])
        point, travelled, points, met = start, 0.0, [start], None
        while travelled < length_m:
            if travelled > 0 or join:
                looking = self.hit(point + (2.0 / step_m) * self._step(heading, step_m), heading, clear_m * 1.25)
                if looking is not None and travelled > 0.5 * clear_m:
                    if (
                        join
                        and looking[2] > 0.7
                        and self.way_of(looking[0]).kind != "trunk"
                        and self._free_between(point, looking[1])
                    ):
                        met = looking
                    break
            following = point + self._step(heading, step_m)
            travelled += step_m
            if not self.inside(following[None, :])[0]:
                break
            if float(self.distance(following[None, :])[0]) < min(clear_m, 0.72 * travelled):
                break
            points.append(following)
            point = following
            heading += curve * step_m + (float(self.rng.normal(0.0, wiggle)) if wiggle else 0.0)
        aside = None
        if join and met is None and len(points) > 2 and travelled < length_m:
            aside = self._reach(points[-1], points[-3], 1.7 * clear_m)
        if aside is None and (len(points) - 1) * step_m < shortest_m and (met is None or len(points) < 3):
            return None
        root_vertex = self.attach(root, rounded(start[0], start[1]))
        line = [root_vertex, *[tuple(p) for p in points[1:]]]
        if met is not None:
            again = self.hit(np.array(line[-1]), heading_of(line), clear_m * 1.4)
            if (
                again is not None
                and again[2] > 0.6
                and self.way_of(again[0]).kind != "trunk"
                and self._free_between(np.array(line[-1]), again[1])
            ):
                line.append(self.attach(again[0], again[1]))
        elif aside is not None:
            # The root may have split the segment seen aside: look again.
            again_aside = self._reach(np.array(line[-1]), np.array(line[-3]), 1.7 * clear_m)
            if again_aside is not None:
                line.append(self.attach(*again_aside))
        return self.draw(kind, line, self.streets.new_group(), **tags)

    @staticmethod
    def _step(heading: float, step_m: float) -> Floats:
        return step_m * np.array([np.cos(heading), np.sin(heading)])

    def _free_between(self, start: Floats, end: tuple[float, float]) -> bool:
        middle = np.linspace(start, np.array(end), 5)[1:-1]
        return bool(shapely.contains_xy(self.face, middle[:, 0], middle[:, 1]).all())


def heading_of(line: list[tuple[float, float]]) -> float:
    """Direction in which a line ends, radians from east."""
    (x1, y1), (x2, y2) = line[-2], line[-1]
    return float(np.arctan2(y2 - y1, x2 - x1))
