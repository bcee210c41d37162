"""Who may use a street: OpenStreetMap tags read for people on foot and in cars.

Walking after dark and cycling build on these rules (`geo.after_dark`, `geo.cycling`).

The starting point is osmnx's ``walk`` and ``drive`` network filters. Departures,
each because the filter and the law or the street differ (docs/geography.md):

- on foot, ``highway=cycleway`` is kept (in the UK people may walk there unless
  signed otherwise), ``foot=*`` overrides ``access=*``, ``access=no`` bars, and
  so does ``foot=private``; motorways and motor roads are barred by class;
- on foot, a street with a separately mapped pavement is kept: its homes are
  addressed to it and mapped pavements often do not join up;
- on foot, the outline of a pedestrian square (``area=yes``) is kept: it is how
  the streets around it connect;
- by car, public service roads are kept, because rural homes and estates hang
  on them; driveways, parking aisles and barred ways are not. ``service=*`` on
  any other class of street says nothing.

Only known values of ``highway`` count as streets: a bus stop or a lay-by drawn
as a line with a ``highway`` tag does not.

References
----------
https://wiki.openstreetmap.org/wiki/OSM_tags_for_routing/Access_restrictions
https://osmnx.readthedocs.io (network types)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Mode = Literal["walk", "dark_walk", "cycle", "drive"]
Tags = Mapping[str, str]
Direction = Literal["both", "forward", "backward"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How one means of travel reads the tags of OpenStreetMap.

    Parameters
    ----------
    may_use
        Says of a way's tags whether one may pass along it.
    direction
        Says of a way's tags in which direction of its nodes.
    keys
        Access keys that count, the most specific first.
    impassable
        Barriers that stop it where no key says otherwise.
    """

    may_use: Callable[[Tags], bool]
    direction: Callable[[Tags], Direction]
    keys: tuple[str, ...]
    impassable: frozenset[str] = frozenset()

    def stops_at(self, tags: Tags) -> bool:
        """Say whether a way cannot be continued past a node.

        Parameters
        ----------
        tags
            Tags of a node that lies on a way.

        Returns
        -------
        stops
            True at a barrier that is closed to this means of travel.
        """
        if "barrier" not in tags:
            return False
        stated = first_statement(tags, self.keys)
        return tags["barrier"] in self.impassable if stated is None else stated in BARRED


_SHARED = frozenset(
    "trunk trunk_link primary primary_link secondary secondary_link tertiary tertiary_link "
    "unclassified residential living_street service road".split()
)
_WALK_HIGHWAYS = _SHARED | frozenset(
    "pedestrian footway path steps track bridleway cycleway corridor elevator crossing".split()
)
_DRIVE_HIGHWAYS = _SHARED | {"motorway", "motorway_link"}
_AREAS_WALKED_AROUND = frozenset({"pedestrian", "footway"})
_UNDRIVEN_SERVICE = frozenset({"driveway", "parking_aisle", "private", "emergency_access", "drive-through"})
BARRED = frozenset(
    "no private agricultural forestry agricultural;forestry military emergency delivery "
    "use_sidepath permit residents".split()
)
_FOOT_KEYS = ("foot", "access")
_CAR_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
_IMPASSABLE_BY_CAR = frozenset(
    "bollard block bus_trap chain cycle_barrier debris jersey_barrier "
    "kissing_gate log motorcycle_barrier planter rope stile sump_buster turnstile "
    "full-height_turnstile".split()
)

MILE_PER_HOUR_M_PER_S = 0.44704

URBAN_FACTOR = 0.65
"""Share of the speed limit that a car keeps over a whole urban leg.

Junctions, parked cars and lights are not modelled one by one. The value is an
assumption, not a measurement; it makes 19.5 mph of a 30 mph limit.
"""

_LIMIT_WITHOUT_TAG_MPH: dict[str, float] = {
    "motorway": 70,
    "motorway_link": 50,
    "trunk": 40,
    "trunk_link": 40,
    "living_street": 10,
    "service": 10,
}
_BUILT_UP_LIMIT_MPH = 30.0
_NATIONAL_LIMITS_MPH: dict[str, float] = {
    "gb:motorway": 70,
    "gb:nsl_dual": 70,
    "gb:nsl_single": 60,
    "gb:nsl_restricted": 30,
    "national": 60,
    "walk": 5,
}
_SPEED = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?\s*$")


def first_statement(tags: Tags, keys: tuple[str, ...]) -> str | None:
    """Find the most specific access value that is stated.

    Parameters
    ----------
    tags
        Tags of a way or a node.
    keys
        Keys of a means of travel, the most specific first.

    Returns
    -------
    value
        None where nothing is stated.
    """
    for key in keys:
        value = tags.get(key)
        if value is not None:
            return value
    return None


def _may_walk(tags: Tags) -> bool:
    """Say whether people may walk along a way."""
    highway = tags.get("highway", "")
    if highway not in _WALK_HIGHWAYS or tags.get("service") == "private":
        return False
    if tags.get("area") == "yes" and highway not in _AREAS_WALKED_AROUND:
        return False
    if tags.get("motorroad") == "yes" and "foot" not in tags:
        return False
    return first_statement(tags, _FOOT_KEYS) not in BARRED


def _may_drive(tags: Tags) -> bool:
    """Say whether a carer's car may drive along a way."""
    highway = tags.get("highway", "")
    if highway not in _DRIVE_HIGHWAYS or tags.get("area") == "yes":
        return False
    if highway == "service" and tags.get("service") in _UNDRIVEN_SERVICE:
        return False
    return first_statement(tags, _CAR_KEYS) not in BARRED


def _driving_direction(tags: Tags) -> Direction:
    """Say in which direction of its nodes a way may be driven."""
    oneway = tags.get("oneway")
    if oneway in ("yes", "true", "1"):
        return "forward"
    if oneway in ("-1", "reverse"):
        return "backward"
    if oneway is None and (tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"):
        return "forward"
    return "both"


def driving_speed_m_per_s(tags: Tags) -> float:
    """Estimate the speed of a car on a way.

    The speed limit where one is tagged, otherwise the usual limit of the class
    of street in a built-up area, times the urban factor.

    Parameters
    ----------
    tags
        The way's OpenStreetMap tags.

    Returns
    -------
    speed
        Metres per second.
    """
    limit_mph = tagged_limit_mph(tags)
    if limit_mph is None:
        limit_mph = _LIMIT_WITHOUT_TAG_MPH.get(tags.get("highway", ""), _BUILT_UP_LIMIT_MPH)
    return limit_mph * MILE_PER_HOUR_M_PER_S * URBAN_FACTOR


def tagged_limit_mph(tags: Tags) -> float | None:
    """Read the tagged speed limit.

    Parameters
    ----------
    tags
        The way's OpenStreetMap tags.

    Returns
    -------
    limit
        Miles per hour; None where none is tagged, or nothing that can be one.
    """
    stated = tags.get("maxspeed", "").lower()
    if stated in _NATIONAL_LIMITS_MPH:
        return _NATIONAL_LIMITS_MPH[stated]
    match = _SPEED.match(stated)
    if match is None:
        return None
    value = float(match.group(1))
    # OpenStreetMap: a bare number is kilometres per hour, also in Britain.
    limit = value if match.group(2) == "mph" else value / 1.609344
    return limit if 1.0 <= limit <= 80.0 else None


def lit_state(tags: Tags) -> int:
    """Read whether a way is lit after dark.

    Parameters
    ----------
    tags
        The way's OpenStreetMap tags.

    Returns
    -------
    lit
        1 lit, 0 unlit, -1 not stated.
    """
    stated = tags.get("lit")
    if stated is None:
        return -1
    return 0 if stated in ("no", "disused", "interval", "limited") else 1


def _both_ways(_tags: Tags) -> Direction:
    """On foot one-way signs do not apply."""
    return "both"


WALKING = Rules(may_use=_may_walk, direction=_both_ways, keys=_FOOT_KEYS)
"""On foot by day."""

DRIVING = Rules(may_use=_may_drive, direction=_driving_direction, keys=_CAR_KEYS, impassable=_IMPASSABLE_BY_CAR)
"""In a carer's own car."""
