"""Which ways are cycled, in which direction, and how fast.

The starting point is osmnx's ``bike`` network filter. Departures, each because the
filter and the law differ:

- ``bicycle=*`` overrides ``vehicle=*`` and ``access=*``, and each of them bars;
- a footway or a pedestrian street is cycled where ``bicycle`` says so (osmnx keeps no footway and
  every pedestrian street; in the UK both are barred unless signed otherwise);
- a public footpath is not a public bridleway (``designation``);
- motor roads are barred.

References
----------
https://osmnx.readthedocs.io (network types), https://wiki.openstreetmap.org/wiki/Bicycle
"""

from __future__ import annotations

from geo.access import BARRED, DRIVING, Direction, Rules, Tags, first_statement

CYCLE_M_PER_MIN = 250.0
"""Cycling pace in metres a minute, 15 km/h: a planning assumption."""

_CYCLE_KEYS = ("bicycle", "vehicle", "access")

_IMPASSABLE_BY_CYCLE = frozenset("stile turnstile full-height_turnstile kissing_gate rope log debris".split())

_CYCLE_HIGHWAYS = frozenset(
    "trunk trunk_link primary primary_link secondary secondary_link tertiary tertiary_link unclassified "
    "residential living_street service road cycleway path track bridleway footway pedestrian".split()
)
_ON_FOOT_UNLESS_SIGNED = frozenset({"footway", "pedestrian"})
_SIGNED = frozenset({"yes", "designated", "permissive", "official"})


def _may_cycle(tags: Tags) -> bool:
    """Say whether a carer may cycle along a way."""
    highway, bicycle = tags.get("highway", ""), tags.get("bicycle")
    if highway not in _CYCLE_HIGHWAYS or tags.get("area") == "yes" or tags.get("service") == "private":
        return False
    signed = bicycle in _SIGNED
    on_foot = highway in _ON_FOOT_UNLESS_SIGNED or tags.get("designation") == "public_footpath"
    if (on_foot or tags.get("motorroad") == "yes") and not signed:
        return False
    return bicycle != "dismount" and first_statement(tags, _CYCLE_KEYS) not in BARRED


def _cycling_direction(tags: Tags) -> Direction:
    """Say in which direction of its nodes a way may be cycled."""
    said = tags.get("oneway:bicycle")
    if said is not None:
        return DRIVING.direction({"oneway": said})
    if any(tags.get(key, "").startswith("opposite") for key in ("cycleway", "cycleway:left", "cycleway:right")):
        return "both"
    return DRIVING.direction(tags)


CYCLING = Rules(may_use=_may_cycle, direction=_cycling_direction, keys=_CYCLE_KEYS, impassable=_IMPASSABLE_BY_CYCLE)
"""By bicycle."""
