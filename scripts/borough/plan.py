"""The hand-drawn plan of Doggerby: river, railway, main roads, villages and the character of each part.

All coordinates are local metres east and north of the market cross; `geometry.to_grid` places them on
the British National Grid. Everything here is invented: no such town, road or river exists.
"""

from dataclasses import dataclass

from shapely import Polygon

Point = tuple[float, float]


SHEET_M = 920.0
"""Metres on the ground for one unit of the drawing sheet."""


def _at(x: float, y: float) -> Point:
    return (SHEET_M * x, SHEET_M * y)


def _sheet(*pairs: Point) -> tuple[Point, ...]:
    return tuple(_at(x, y) for x, y in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class MainRoad:
    """A road drawn by hand.

    Parameters
    ----------
    name
        Street name inside the built-up area.
    kind
        OpenStreetMap `highway` value.
    points
        Spline control points, local metres.
    ref
        Road number, empty when it has none.
    start_joins, end_joins
        Whether that end is pulled on to the nearest road drawn before it.
    """

    name: str
    kind: str
    points: tuple[Point, ...]
    ref: str = ""
    start_joins: bool = False
    end_joins: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A place that decides the character of the street blocks around it (local metres)."""

    name: str
    quarter: str
    centre: Point
    radius_m: float


RIVER_NAME = "River Hask"
RIVER = _sheet(
    (-5.8, 1.25), (-5.0, 0.7), (-4.4, 0.72), (-3.8, 1.0), (-3.2, 0.75), (-2.75, 0.2), (-2.1, 0.1), (-1.55, 0.3),
    (-1.05, 0.02), (-0.6, -0.42), (0.0, -0.52), (0.5, -0.33), (1.05, -0.27), (1.6, -0.58), (2.3, -0.82),
    (3.05, -0.5), (3.8, -0.72), (4.5, -1.25), (5.8, -1.2),
)  # fmt: skip

RAILWAY_NAME = "Hask Valley Line"
RAILWAY = _sheet(
    (-5.8, 2.25), (-4.3, 2.02), (-2.9, 1.65), (-1.6, 1.2), (-0.6, 0.76), (0.3, 0.63), (1.05, 0.6), (1.75, 0.33),
    (2.25, -0.2), (2.5, -0.8), (2.75, -1.7), (3.05, -2.7), (3.2, -3.6), (3.3, -5.0),
)  # fmt: skip
STATION: Point = _at(0.3, 0.632)

BYPASS = MainRoad(
    name="Doggerby Bypass",
    kind="trunk",
    ref="A9990",
    points=_sheet(
        (2.75, 5.2), (3.1, 3.7), (3.5, 2.45), (3.75, 1.3), (3.78, 0.3), (3.5, -0.6), (3.52, -1.5), (3.15, -2.35),
        (2.4, -2.95), (1.2, -3.22), (0.1, -3.25), (-1.5, -3.0), (-3.0, -2.78), (-4.3, -2.72), (-5.8, -2.95),
    ),
)  # fmt: skip

MAIN_ROADS: tuple[MainRoad, ...] = (
    BYPASS,
    MainRoad(
        name="North Road", kind="primary", ref="A9991",
        points=_sheet((0.05, 0.0), (0.0, 0.35), (-0.1, 0.7), (-0.15, 1.2), (-0.3, 1.9), (-0.25, 2.6), (-0.6, 3.15),
                   (-0.42, 3.7), (-0.75, 4.3), (-0.7, 5.2)),
    ),
    MainRoad(
        name="Eastgate", kind="primary", ref="A9991",
        points=_sheet((0.05, 0.0), (0.5, 0.1), (1.0, 0.14), (1.5, 0.36), (2.1, 0.77), (2.9, 1.02), (3.75, 1.25),
                   (4.5, 1.55), (5.8, 1.5)),
    ),
    MainRoad(
        name="Bridge Street", kind="primary", ref="A9992",
        points=_sheet((0.05, 0.0), (0.1, -0.25), (0.12, -0.5), (0.15, -0.78), (0.22, -1.3), (0.05, -2.1), (0.16, -2.8),
                   (0.1, -3.25), (0.3, -4.0), (0.2, -5.2)),
    ),
    MainRoad(
        name="Haskgate", kind="secondary", ref="B9901",
        points=_sheet((0.05, 0.0), (-0.4, 0.06), (-1.0, 0.36), (-1.6, 0.66), (-2.4, 0.78), (-3.1, 1.15), (-4.0, 1.48),
                   (-5.8, 1.72)),
    ),
    MainRoad(
        name="Fenside Road", kind="secondary", ref="B9902", start_joins=True,
        points=_sheet((0.15, -0.78), (-0.6, -0.98), (-1.4, -1.15), (-2.3, -1.45), (-3.2, -1.6), (-4.2, -2.0), (-5.8, -2.0)),
    ),
    MainRoad(
        name="Saltergate Road", kind="secondary", ref="B9903", start_joins=True,
        points=_sheet((0.15, -0.8), (0.9, -1.07), (1.7, -1.47), (2.7, -1.72), (3.5, -1.75), (4.3, -2.3), (5.8, -2.6)),
    ),
    MainRoad(
        name="Moor Road", kind="secondary", ref="B9904", start_joins=True,
        points=_sheet((-0.13, 0.98), (-0.8, 1.4), (-1.5, 1.9), (-2.3, 2.35), (-3.2, 2.72), (-3.9, 3.3), (-4.6, 4.6)),
    ),
    MainRoad(
        name="Wold Lane", kind="tertiary", start_joins=True,
        points=_sheet((-0.14, 1.15), (0.6, 1.38), (1.4, 1.78), (2.3, 2.2), (3.48, 2.5), (4.5, 2.9), (5.8, 3.2)),
    ),
    MainRoad(
        name="Kingsway", kind="secondary", ref="B9905", start_joins=True, end_joins=True,
        points=_sheet((-0.5, 0.08), (-0.5, 0.36), (-0.28, 0.47), (-0.04, 0.47), (0.4, 0.42), (0.62, 0.12)),
    ),
    MainRoad(
        name="Westbourne Road", kind="tertiary", start_joins=True, end_joins=True,
        points=_sheet((-2.4, 0.78), (-2.32, 1.45), (-2.3, 2.35)),
    ),
    MainRoad(
        name="Weir Bridge Road", kind="secondary", ref="B9906", start_joins=True, end_joins=True,
        points=_sheet((-2.4, 0.78), (-2.38, 0.1), (-2.2, -0.6), (-2.3, -1.45)),
    ),
    MainRoad(
        name="Queensway", kind="tertiary", start_joins=True, end_joins=True,
        points=_sheet((-2.3, 2.35), (-1.75, 2.42), (-1.1, 2.25), (-0.28, 2.28)),
    ),
    MainRoad(
        name="Highfield Road", kind="tertiary", start_joins=True, end_joins=True,
        points=_sheet((-0.28, 2.28), (0.6, 2.3), (1.45, 1.82)),
    ),
    MainRoad(
        name="Coronation Way", kind="tertiary", start_joins=True, end_joins=True,
        points=_sheet((1.45, 1.8), (1.95, 1.35), (2.1, 0.77)),
    ),
    MainRoad(
        name="Southway", kind="tertiary", start_joins=True, end_joins=True,
        points=_sheet((-2.3, -1.45), (-1.95, -2.1), (-1.0, -2.3), (0.06, -2.15)),
    ),
    MainRoad(
        name="Carr Road", kind="tertiary", start_joins=True, end_joins=True,
        points=_sheet((0.06, -2.15), (0.9, -2.2), (1.5, -1.95), (1.72, -1.48)),
    ),
    MainRoad(
        name="Ings Road", kind="tertiary", start_joins=True, end_joins=True,
        points=_sheet((-2.22, -0.5), (-1.6, -0.3), (-1.0, -0.62), (-0.6, -0.98)),
    ),
    MainRoad(
        name="Staithe Road", kind="tertiary", start_joins=True, end_joins=True,
        points=_sheet((0.9, -1.07), (1.25, -0.8), (1.95, -1.12), (2.15, -1.6)),
    ),
    MainRoad(
        name="Marsh Lane", kind="tertiary", start_joins=True, end_joins=True,
        points=_sheet((-3.3, -1.62), (-3.6, -0.75), (-3.2, -0.1), (-2.25, -0.4)),
    ),
    MainRoad(
        name="Crossing Lane", kind="unclassified", start_joins=True, end_joins=True,
        points=_sheet((-3.8, 1.42), (-3.72, 1.95), (-3.35, 2.78)),
    ),
    MainRoad(
        name="Thorpe Lane", kind="tertiary", start_joins=True,
        points=_sheet((-3.4, -1.65), (-3.3, -2.4), (-3.5, -2.8), (-3.6, -4.2)),
    ),
    MainRoad(
        name="Scar Lane", kind="unclassified", start_joins=True, end_joins=True,
        points=_sheet((4.2, 2.8), (4.05, 2.2), (4.3, 1.5)),
    ),
    MainRoad(
        name="Oldfield Lane", kind="unclassified", start_joins=True, end_joins=True,
        points=_sheet((-0.4, 3.72), (-1.2, 3.4), (-1.9, 3.55), (-2.7, 3.2), (-3.3, 2.76)),
    ),
    MainRoad(
        name="Beacon Lane", kind="unclassified", start_joins=True, end_joins=True,
        points=_sheet((-0.4, 3.6), (0.5, 3.35), (1.3, 3.55), (2.2, 3.1), (2.35, 2.22)),
    ),
    MainRoad(
        name="Hagg Lane", kind="unclassified", start_joins=True, end_joins=True,
        points=_sheet((0.2, -3.6), (1.3, -3.45), (2.3, -3.5), (2.95, -3.42), (3.6, -2.95), (3.95, -2.2)),
    ),
)  # fmt: skip

FOOTBRIDGE: Point = _at(1.07, -0.28)

BOUNDARY = _sheet(
    (-4.6, 2.1), (-4.85, 0.5), (-4.45, -0.9), (-4.7, -2.3), (-3.9, -3.3), (-2.3, -3.4), (-0.9, -3.35), (0.1, -3.95), (1.7, -3.75),
    (3.3, -3.75), (4.35, -2.9), (4.3, -1.6), (4.6, -0.6), (4.45, 0.5), (4.85, 1.5), (4.6, 2.9), (3.75, 3.5), (2.2, 3.8), (0.9, 4.2),
    (-0.8, 4.1), (-2.4, 3.8), (-3.6, 3.9), (-4.5, 3.0),
)  # fmt: skip

SMALL_BOUNDARY = _sheet(
    (-0.75, 0.0), (-0.6, 0.62), (0.0, 0.95), (0.7, 0.65), (0.85, 0.0), (0.6, -0.85), (0.0, -1.0), (-0.6, -0.8)
)

URBAN = Polygon(
    _sheet(
        (-4.4, 1.75), (-4.2, 0.3), (-4.25, -1.3), (-4.2, -2.7), (-3.0, -2.78), (-1.5, -3.0), (0.1, -3.25), (1.2, -3.22),
        (2.4, -2.95), (3.1, -2.4), (3.5, -1.7), (3.5, -0.6), (3.75, 0.4), (3.72, 1.3), (3.4, 2.7), (2.5, 3.0),
        (1.0, 2.85), (-0.4, 3.05), (-2.0, 2.95), (-3.2, 3.05), (-4.2, 2.7),
    )
)  # fmt: skip

ANCHORS: tuple[Anchor, ...] = (
    Anchor(name="Old Town", quarter="old_town", centre=_at(0.02, 0.06), radius_m=430.0),
    Anchor(name="Hask Meadows", quarter="park", centre=_at(-0.9, -0.32), radius_m=260.0),
    Anchor(name="Alexandra Park", quarter="park", centre=_at(0.8, 1.75), radius_m=260.0),
    Anchor(name="Weir Park", quarter="park", centre=_at(-2.05, 0.48), radius_m=230.0),
    Anchor(name="Carr Field", quarter="park", centre=_at(0.9, -2.55), radius_m=240.0),
    Anchor(name="Moorside Rec", quarter="park", centre=_at(-1.5, 2.15), radius_m=200.0),
    Anchor(name="Staithes Works", quarter="industrial", centre=_at(1.9, -0.78), radius_m=420.0),
    Anchor(name="Eastmarsh Trading Estate", quarter="industrial", centre=_at(3, -1.15), radius_m=560.0),
    Anchor(name="Goods Yard", quarter="industrial", centre=_at(1.45, 0.06), radius_m=330.0),
    Anchor(name="Ings", quarter="green", centre=_at(-3.9, 0.1), radius_m=520.0),
    Anchor(name="Hask Haven", quarter="green", centre=_at(3, 0), radius_m=330.0),
    Anchor(name="Greenhow", quarter="post_war", centre=_at(-2.9, -0.95), radius_m=700.0),
    Anchor(name="Birkholme", quarter="post_war", centre=_at(2.55, 1.55), radius_m=480.0),
    Anchor(name="Saltby", quarter="village", centre=_at(-4, 1.45), radius_m=420.0),
    Anchor(name="Ashwold", quarter="village", centre=_at(2.33, 2.25), radius_m=430.0),
    Anchor(name="Thorpe Carr", quarter="village", centre=_at(-3.35, -2.2), radius_m=430.0),
    Anchor(name="Nether Hagg", quarter="village", centre=_at(1.15, -3.45), radius_m=300.0),
    Anchor(name="Scarwick", quarter="village", centre=_at(4.25, 2), radius_m=380.0),
    Anchor(name="Eastwold", quarter="village", centre=_at(4.1, -2.15), radius_m=380.0),
)

DISTRICTS: tuple[tuple[str, Point], ...] = (
    ("Old Town", _at(0, 0)), ("Kingsway", _at(-0.25, 0.7)), ("Station", _at(0.5, 0.9)), ("Haskgate", _at(-1.3, 0.8)),
    ("Southbank", _at(0.3, -1)), ("Fenside", _at(-1.3, -1.4)), ("Saltergate", _at(1.3, -1.7)),
    ("Alexandra", _at(0.9, 1.5)), ("Highfield", _at(0.3, 2.6)), ("Moorside", _at(-1.4, 2)),
    ("Westbourne", _at(-2.7, 1.5)), ("Saltby", _at(-4, 1.7)), ("Northmoor", _at(-2.7, 3.1)),
    ("Greenhow", _at(-2.9, -0.95)), ("Thorpe Carr", _at(-3.5, -2.1)), ("Southway", _at(-1.2, -2.5)),
    ("Carr", _at(0.9, -2.7)), ("Ashwold", _at(2.2, 2.6)), ("Birkholme", _at(2.6, 1.5)),
    ("Eastgate", _at(1.4, 0.6)), ("Scarwick and Wolds", _at(4.2, 1.9)), ("Eastmarsh", _at(3.2, -1.9)),
)  # fmt: skip

RAIL_FOOTBRIDGES: tuple[Point, ...] = (_at(0.25, 0.63), _at(-1.7, 1.25), _at(1.05, 0.6))
SUBWAYS: tuple[Point, ...] = (_at(3.7, 0.7), _at(-1.9, -2.95))

HAMLETS: tuple[tuple[str, Point], ...] = (
    ("Oldfield", _at(-1.9, 3.53)), ("Hagg End", _at(2.3, -3.5)), ("Beacon Top", _at(1.3, 3.54)), ("Scarfoot", _at(-0.45, 3.65)),
    ("High Wold", _at(2.25, 3.1)), ("Northmoor Green", _at(-3.3, 2.9)), ("Ings End", _at(-4.2, 1.0)), ("Carr Nook", _at(-3.55, -3.1)),
    ("Wold Cottages", _at(4.35, 2.85)), ("Marsh End", _at(4.1, -0.2)),
)  # fmt: skip
