"""Which ways are walked after dark: those that are lit, or assumed to be.

A way that may be walked by day is walked after dark when its ``lit`` tag says that it is
lit through the night. Where nothing is said, the class of street decides (an assumption):

- town streets are taken as lit: residential and living streets, pedestrian streets, and
  main roads unless their tagged limit is above 40 mph, which in Britain means open country;
- an unclassified road, which may be a lane between fields, only with a tagged limit of 30 mph
  or less: street lamps are what makes a road a 30 mph road (Road Traffic Regulation Act 1984, s. 82);
- a service road or a driveway, at which people live, is taken as lit; an alley or a car park is not;
- a pavement or a crossing that is mapped by itself is taken as lit, like its street;
- all others, that is paths, footways, cycle tracks, tracks, bridleways and steps, count as unlit.

So a park is crossed, and steps are taken, only where they are said to be lit. A way whose
access ends at dusk is not walked whatever its light.

References
----------
https://wiki.openstreetmap.org/wiki/Key:lit,
https://www.legislation.gov.uk/ukpga/1984/27/section/82
"""

from __future__ import annotations

from dataclasses import replace

from geo.access import WALKING, Tags, lit_state, tagged_limit_mph

_LIT_STREETS = frozenset("residential living_street pedestrian corridor elevator".split())
_MAIN_ROADS = frozenset(
    "trunk trunk_link primary primary_link secondary secondary_link tertiary tertiary_link road".split()
)
_OPEN_COUNTRY_MPH = 40.0
_RESTRICTED_ROAD_MPH = 30.0
_TOLERANCE_MPH = 0.5  # a limit of 30 mph is sometimes tagged as 48 km/h, or as 50
_LIT_WITH_ITS_STREET = frozenset({"sidewalk", "crossing", "traffic_island", "link"})
_HOURS = ("opening_hours", "access:conditional", "foot:conditional")
_UNTIL_DARK = ("sunset", "dusk")


def _may_walk_after_dark(tags: Tags) -> bool:
    """Say whether people may be sent along a way on foot after dark."""
    if not WALKING.may_use(tags) or any(word in tags.get(key, "") for key in _HOURS for word in _UNTIL_DARK):
        return False
    stated = lit_state(tags)
    return _assumed_lit(tags) if stated < 0 else stated == 1


def _assumed_lit(tags: Tags) -> bool:
    """Say whether a way of which nothing is said is assumed to be lit."""
    highway, limit_mph = tags.get("highway", ""), tagged_limit_mph(tags)
    if highway in _LIT_STREETS:
        return True
    if highway in _MAIN_ROADS:
        return limit_mph is None or limit_mph <= _OPEN_COUNTRY_MPH + _TOLERANCE_MPH
    if highway == "unclassified":
        return limit_mph is not None and limit_mph <= _RESTRICTED_ROAD_MPH + _TOLERANCE_MPH
    if highway == "service":
        return tags.get("service", "driveway") == "driveway"
    return highway == "footway" and tags.get("footway") in _LIT_WITH_ITS_STREET


WALKING_AFTER_DARK = replace(WALKING, may_use=_may_walk_after_dark)
"""On foot after dark."""
