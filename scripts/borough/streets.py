"""The street network while it grows: ways that share vertices wherever they meet, never crossing unseen."""

from dataclasses import dataclass, field

CELL_M = 120.0


@dataclass(slots=True, kw_only=True)
class Way:
    """One line of the map.

    Parameters
    ----------
    kind
        What it is: an OpenStreetMap `highway` value, or `alley`, `cut`, `park_path`, `river_path`.
    quarter
        Character of the part of town it was drawn for.
    points
        Vertices, local metres; meeting ways hold the identical pair.
    group
        Ways of one group are one street to people and share a name.
    tags
        OpenStreetMap tags known at drawing time.
    block
        Number of the superblock it was drawn in, -1 for the roads between them.
    """

    kind: str
    quarter: str
    points: list[tuple[float, float]]
    group: int
    tags: dict[str, str] = field(default_factory=dict)
    block: int = -1


class Streets:
    """All ways of the borough, with a grid index over their segments."""

    def __init__(self) -> None:
        self.ways: list[Way] = []
        self.groups = 0
        self._cells: dict[tuple[int, int], list[int]] = {}
        self._segments: list[tuple[float, float, float, float]] = []
        self._owner: list[int] = []
        self._alive: list[bool] = []

    def new_group(self) -> int:
        """Start a street: a fresh group number."""
        self.groups += 1
        return self.groups

    def add(self, way: Way) -> list[int]:
        """Take a way in.

        Parameters
        ----------
        way
            The way; its end vertices must already be vertices of the ways it meets.

        Returns
        -------
        list of int
            Numbers of its segments.
        """
        self.ways.append(way)
        return [self._add_segment(a, b, len(self.ways) - 1) for a, b in zip(way.points, way.points[1:], strict=False)]

    def _add_segment(self, a: tuple[float, float], b: tuple[float, float], owner: int) -> int:
        number = len(self._segments)
        self._segments.append((*a, *b))
        self._owner.append(owner)
        self._alive.append(True)
        low_x, high_x = sorted((int(a[0] // CELL_M), int(b[0] // CELL_M)))
        low_y, high_y = sorted((int(a[1] // CELL_M), int(b[1] // CELL_M)))
        for i in range(low_x, high_x + 1):
            for j in range(low_y, high_y + 1):
                self._cells.setdefault((i, j), []).append(number)
        return number

    def split(self, number: int, at: tuple[float, float]) -> tuple[int, int]:
        """Put a vertex into a segment.

        Parameters
        ----------
        number
            Segment number.
        at
            The new vertex, on the segment to within the rounding of a centimetre.

        Returns
        -------
        tuple of int
            Numbers of the two segments that replace it.
        """
        x1, y1, x2, y2 = self._segments[number]
        self._alive[number] = False
        owner = self._owner[number]
        points = self.ways[owner].points
        for i in range(len(points) - 1):
            if points[i] == (x1, y1) and points[i + 1] == (x2, y2):
                points.insert(i + 1, at)
                break
        return self._add_segment((x1, y1), at, owner), self._add_segment(at, (x2, y2), owner)

    def near(self, bounds: tuple[float, float, float, float]) -> list[int]:
        """Find live segments in the grid cells a box touches.

        Parameters
        ----------
        bounds
            West, south, east, north, local metres.

        Returns
        -------
        list of int
            Segment numbers in drawing order.
        """
        found: set[int] = set()
        for i in range(int(bounds[0] // CELL_M), int(bounds[2] // CELL_M) + 1):
            for j in range(int(bounds[1] // CELL_M), int(bounds[3] // CELL_M) + 1):
                found.update(self._cells.get((i, j), ()))
        return sorted(n for n in found if self._alive[n])

    def segment(self, number: int) -> tuple[float, float, float, float]:
        """Return the two ends of a segment as x1, y1, x2, y2 in local metres."""
        return self._segments[number]

    def owner(self, number: int) -> Way:
        """Return the way a segment belongs to."""
        return self.ways[self._owner[number]]


def rounded(x: float, y: float) -> tuple[float, float]:
    """Round a point to the centimetre, so that shared vertices compare equal."""
    return (round(float(x), 2), round(float(y), 2))
