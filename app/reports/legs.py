"""The ways between homes that rounds take, each drawn once along the streets."""

from __future__ import annotations

from collections.abc import Sequence

from app.reports.week import Week

Leg = tuple[str, str, str]
"""Mode, home left, home reached."""
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
            for before, after in zip(day.visits, day.visits[1:], strict=False):
                if before.home_ref != after.home_ref:
                    legs[one.mode, before.home_ref, after.home_ref] = None
    return list(legs)


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
        for mode in ("walk", "drive"):
            _along_streets(week, mode, [leg for leg in legs if leg[0] == mode], lines, simpler)
    return [lines[leg] for leg in legs]


def _along_streets(week: Week, mode: str, legs: list[Leg], lines: dict[Leg, Line], simpler: float) -> None:
    import shapely

    from geo.errors import UnreachableHome
    from geo.travel import routes, snap

    if not legs:
        return
    homes = week.council.homes
    row = {home.home_ref: place for place, home in enumerate(homes)}
    network = week.ground.network(mode)
    snapped = snap(network, [home.lon for home in homes], [home.lat for home in homes])
    near = [leg for leg in legs if not (snapped.off_network[row[leg[1]]] or snapped.off_network[row[leg[2]]])]
    pairs = [(row[leg[1]], row[leg[2]]) for leg in near]
    try:
        drawn = routes(network, snapped, pairs)
    except UnreachableHome:
        # One home cut off from the streets must not cost the others their lines.
        near, drawn = _one_by_one(network, snapped, near, pairs)
    for leg, line in zip(near, drawn, strict=True):
        thinner = shapely.LineString(line).simplify(simpler)
        lines[leg] = [(float(x), float(y)) for x, y in thinner.coords]


def _one_by_one(network: object, snapped: object, legs: list[Leg], pairs: list[tuple[int, int]]) -> tuple[list[Leg], list[object]]:
    raise NotImplementedError


def _at(week: Week, home_ref: str) -> tuple[float, float]:
    home = week.homes[home_ref]
    return home.lon, home.lat
