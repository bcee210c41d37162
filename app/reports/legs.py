"""The ways between homes that rounds take, each drawn once along the streets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from app.formats.council import Mode
from app.formats.plan import TimedVisit
from app.reports.week import Week
from solver.means import TABLE_OF, Table

if TYPE_CHECKING:
    from geo.routes import LonLat
    from geo.snap import SnappedHomes
    from geo.streets import StreetNetwork

Leg = tuple[Table, str, str]
"""Streets that it follows, home left, home reached."""
Line = list[tuple[float, float]]
"""Lon, lat in degrees."""

_SIMPLER_DEGREES = 2e-5


def legs_of(week: Week) -> list[Leg]:
    """List the legs of all rounds.

    Parameters
    ----------
    week
        With its rounds.

    Returns
    -------
    list of Leg
        Each once, in the order in which they come first; none from a home to itself.
    """
    legs: dict[Leg, None] = {}
    for one in week.plan.rounds:
        for day in one.days:
            for before, after in pairwise(day.visits):
                if before.home_ref != after.home_ref:
                    legs[leg_of(week, one.mode, before, after)] = None
    return list(legs)


def leg_of(week: Week, mode: Mode, before: TimedVisit, after: TimedVisit) -> Leg:
    """Say how a leg is to be drawn.

    Parameters
    ----------
    week
        Its parameters say whether lit ways are kept to after dark.
    mode
        Means of travel of the round.
    before, after
        Its visits.

    Returns
    -------
    Leg
        On foot along lit ways where those are asked for and the visit after starts at dusk or later.
    """
    lit = mode == "walk" and week.council.parameters.walk_lit_ways_after_dark
    dark = lit and after.start[:5] >= week.council.week.dusk
    return ("dark_walk" if dark else TABLE_OF[mode]), before.home_ref, after.home_ref


def lines_of(week: Week, legs: Sequence[Leg], simpler: float = _SIMPLER_DEGREES) -> list[Line]:
    """Draw legs along the streets, or straight where there are no streets to follow.

    Parameters
    ----------
    week
        Its ground has the streets.
    legs
        As :func:`legs_of` lists them.
    simpler
        Vertices may be left out where the line moves by less than this many degrees.

    Returns
    -------
    list of Line
        One for each leg, from door to door.
    """
    lines = {leg: [_at(week, leg[1]), _at(week, leg[2])] for leg in legs}
    if week.ground.extract() is not None:
        for streets in dict.fromkeys(leg[0] for leg in legs):
            _along_streets(week, streets, [leg for leg in legs if leg[0] == streets], lines, simpler)
    return [lines[leg] for leg in legs]


def _along_streets(week: Week, streets: Table, legs: list[Leg], lines: dict[Leg, Line], simpler: float) -> None:
    import shapely

    from geo.errors import NoStreets
    from geo.travel import snap

    homes = week.council.homes
    row = {home.home_ref: place for place, home in enumerate(homes)}
    try:
        network = week.ground.network(streets)
    except NoStreets:  # a village without one lit street: its legs stay straight
        return
    snapped = snap(network, [home.lon for home in homes], [home.lat for home in homes])
    lost = snapped.off_network
    near = {leg: (row[leg[1]], row[leg[2]]) for leg in legs if not (lost[row[leg[1]]] or lost[row[leg[2]]])}
    for leg, line in zip(near, _drawn(network, snapped, list(near.values())), strict=True):
        if line is not None:
            thinner = shapely.LineString(line).simplify(simpler)
            lines[leg] = [(float(x), float(y)) for x, y in thinner.coords]


def _drawn(network: StreetNetwork, snapped: SnappedHomes, pairs: list[tuple[int, int]]) -> list[LonLat | None]:
    from geo.errors import UnreachableHome
    from geo.travel import routes

    try:
        return list(routes(network, snapped, pairs))
    except UnreachableHome:
        # One home that is cut off must not cost the others their lines.
        if len(pairs) == 1:
            return [None]
        half = len(pairs) // 2
        return _drawn(network, snapped, pairs[:half]) + _drawn(network, snapped, pairs[half:])


def _at(week: Week, home_ref: str) -> tuple[float, float]:
    home = week.homes[home_ref]
    return home.lon, home.lat
