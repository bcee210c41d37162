"""Plane geometry for the borough: curves, the organic bend of the ground, height, and map projection."""

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

Floats = NDArray[np.float64]

ORIGIN_E = 648_000
"""Easting of the market cross in EPSG:27700, metres; west of 2° E, where PROJ leaves the datum shift undefined."""

ORIGIN_N = 541_000
"""Northing of the market cross in EPSG:27700, metres."""

# The seven-parameter shift is written out so that the files do not depend on which datum grids a machine has.
_PIPELINE = (
    "+proj=pipeline +step +inv +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy"
    " +step +proj=push +v_3 +step +proj=cart +ellps=airy"
    " +step +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 +convention=position_vector"
    " +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
)


def to_grid(points: Floats) -> Floats:
    """Place local metres on the British National Grid.

    Parameters
    ----------
    points
        Local metres, shape (n, 2).

    Returns
    -------
    NDArray
        Easting and northing in EPSG:27700 metres, shape (n, 2).
    """
    return np.asarray(points + np.array([ORIGIN_E, ORIGIN_N], dtype=float))


def to_lonlat(points: Floats) -> Floats:
    """Turn local metres into longitude and latitude.

    Parameters
    ----------
    points
        Local metres, shape (n, 2).

    Returns
    -------
    NDArray
        WGS84 degrees, lon then lat, rounded to the 1e-7 degrees that OpenStreetMap files hold, shape (n, 2).

    References
    ----------
    EPSG:1314, OSGB36 to WGS 84 (6), the shift PROJ uses where no grid file is installed.
    """
    grid = to_grid(points)
    lon, lat = Transformer.from_pipeline(_PIPELINE).transform(grid[:, 0], grid[:, 1])
    return np.round(np.column_stack([lon, lat]), 7)


def spline(control: Sequence[tuple[float, float]], step_m: float = 20.0, closed: bool = False) -> Floats:
    """Draw a smooth curve (Catmull–Rom) through control points.

    Parameters
    ----------
    control
        Points the curve passes, local metres.
    step_m
        Spacing of the returned points, metres.
    closed
        Whether the curve returns to its start.

    Returns
    -------
    NDArray
        Points along the curve, shape (n, 2); the first is repeated at the end when closed.
    """
    given = np.array(control, dtype=float)
    if closed:
        padded = np.vstack([given[-1], given, given[0], given[1]])
    else:
        padded = np.vstack([2 * given[0] - given[1], given, 2 * given[-1] - given[-2]])
    pieces = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        count = max(2, round(float(np.hypot(*(p2 - p1))) / step_m))
        t = np.linspace(0.0, 1.0, count, endpoint=False)[:, None]
        pieces.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
        )
    pieces.append(padded[-2][None, :])
    return np.vstack(pieces)


def jagged(
    control: Sequence[tuple[float, float]], rng: np.random.Generator, levels: int = 5, rough: float = 0.16
) -> Floats:
    """Draw a closed outline that wanders as parish boundaries do, by moving midpoints aside again and again.

    Parameters
    ----------
    control
        Corners, local metres.
    rng
        Source of the moves.
    levels
        How often every side is halved.
    rough
        Move of a midpoint as a share of its side (standard deviation); it fades with each level.

    Returns
    -------
    NDArray
        Points of the outline, shape (n, 2), the first not repeated.
    """
    points = np.array(control, dtype=float)
    for level in range(levels):
        following = np.roll(points, -1, axis=0)
        side = following - points
        aside = np.clip(rng.normal(0.0, rough * 0.78**level, len(points)), -0.3, 0.3)
        middle = (points + following) / 2 + aside[:, None] * np.column_stack([-side[:, 1], side[:, 0]])
        points = np.stack([points, middle], axis=1).reshape(-1, 2)
    return points


def resample(points: Floats, step_m: float) -> Floats:
    """Space the points of a line evenly.

    Parameters
    ----------
    points
        Line, shape (n, 2), metres.
    step_m
        Longest spacing wanted, metres.

    Returns
    -------
    NDArray
        The same line with even spacing; both ends kept.
    """
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    wanted = np.linspace(0.0, along[-1], max(2, int(np.ceil(along[-1] / step_m)) + 1))
    return np.column_stack([np.interp(wanted, along, points[:, 0]), np.interp(wanted, along, points[:, 1])])


class Bend:
    """A smooth displacement of the whole plan, so that no street stays ruler-straight.

    Parameters
    ----------
    rng
        Source of the wave directions and phases.

    Notes
    -----
    Each scale moves points by a sum of plane waves. The largest stretch, 2π times amplitude over wavelength summed
    over scales, stays under one, so streets never fold over one another.
    """

    SCALES_M = ((2600.0, 70.0), (760.0, 19.0), (260.0, 3.0))

    def __init__(self, rng: np.random.Generator) -> None:
        self._waves: list[tuple[Floats, float, Floats]] = []
        for wavelength_m, amplitude_m in self.SCALES_M:
            for turn in np.linspace(0.0, np.pi, 3, endpoint=False):
                angle = turn + rng.uniform(-0.4, 0.4)
                wave = 2 * np.pi / wavelength_m * np.array([np.cos(angle), np.sin(angle)])
                drift = rng.normal(size=2)
                drift *= amplitude_m / 3**0.5 / np.hypot(*drift)
                self._waves.append((wave, float(rng.uniform(0, 2 * np.pi)), drift))

    def __call__(self, points: Floats) -> Floats:
        """Displace points.

        Parameters
        ----------
        points
            Local metres, shape (n, 2).

        Returns
        -------
        NDArray
            Displaced local metres, shape (n, 2).
        """
        moved = points.copy()
        for wave, phase, drift in self._waves:
            moved += np.sin(points @ wave + phase)[:, None] * drift
        return moved


def height_m(points: Floats) -> Floats:
    """Height of the ground: a flat valley floor, and a scarp that climbs about 130 m along the northern edge.

    Parameters
    ----------
    points
        Local metres, shape (n, 2).

    Returns
    -------
    NDArray
        Metres above the sea that should be there, shape (n,).
    """
    x, y = points[:, 0] / 1000.0, points[:, 1] / 1000.0
    scarp = 130.0 / (1.0 + np.exp(-(y - 2.75 - 0.25 * np.sin(1.3 * x)) / 0.22))
    knoll = 38.0 * np.exp(-(((x - 0.3) / 0.9) ** 2) - ((y - 2.0) / 0.28) ** 2)
    bluff = 26.0 / (1.0 + np.exp((y + 1.15 + 0.15 * np.sin(2.1 * x)) / 0.06))
    return np.asarray(8.0 + scarp + knoll + bluff)


def bent(points: Floats, bend: Bend, step_m: float = 22.0) -> Floats:
    """Bend a line, adding vertices so that it curves rather than breaks.

    Parameters
    ----------
    points
        Line, shape (n, 2), local metres.
    bend
        The displacement.
    step_m
        Longest piece kept straight, metres.

    Returns
    -------
    NDArray
        The bent line; every given vertex is among its vertices.
    """
    pieces = [points[:1]]
    for a, b in itertools.pairwise(points):
        count = max(1, int(np.ceil(np.hypot(*(b - a)) / step_m)))
        pieces.append(a + np.linspace(0, 1, count + 1)[1:, None] * (b - a))
    return bend(np.vstack(pieces))
