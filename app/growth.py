"""One more home in the travel tables, measured from it alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.formats.council import Home, StraightLineTravel, StreetsTravel
from app.ground import Ground, Table, parked_s, straight_s, tables_needed, walk_cutoff_s
from geo.errors import NoStreets
from geo.snap import SnappedHomes
from geo.streets import StreetNetwork
from solver import means
from solver.facts import UNREACHABLE_S
from solver.problem import Problem


class Feet(NamedTuple):
    """The homes on one network."""

    network: StreetNetwork
    homes: SnappedHomes


Footing = Mapping[means.Table, Feet]
"""The homes on each network that is travelled; none where travel follows straight lines."""


def footing_of(ground: Ground) -> Footing:
    """Stand a council's homes on its streets.

    Parameters
    ----------
    ground
        Of the council.

    Returns
    -------
    Footing
        Empty where travel follows straight lines.
    """
    if not isinstance(ground.council.travel, StreetsTravel):
        return {}
    found: dict[means.Table, Feet] = {}
    for name in tables_needed(ground.council):
        with suppress(NoStreets):  # a village without one lit street: nobody walks there after dark
            network = ground.network(name)
            found[name] = Feet(network, _snapped(network, ground.council.homes))
    return found


def grown_tables(
    ground: Ground, footing: Footing, homes: tuple[Home, ...], home: Home, problem: Problem
) -> tuple[dict[means.Table, Table], Footing]:
    """Extend the travel tables by one home.

    Parameters
    ----------
    ground
        Of the council.
    footing
        Where ``homes`` stand.
    homes
        Those that the tables hold.
    home
        The new one.
    problem
        Holds the tables so far.

    Returns
    -------
    tables : dict
        As :meth:`app.ground.Ground.tables` would measure them from scratch.
    footing : Footing
        With the new home on it.
    """
    council, travel = ground.council, ground.council.travel
    front_door = home.site_ref or (home.lon, home.lat)
    together = np.array([(one.site_ref or (one.lon, one.lat)) == front_door for one in homes], bool)
    metres = _straight_m(home, homes) if isinstance(travel, StraightLineTravel) else None
    ways: dict[means.Table, tuple[Table, Table]] = {}
    stood: dict[means.Table, Feet] = {}
    for name in problem.travel:
        if metres is not None:
            ways[name] = (straight_s(name, metres, council), straight_s(name, metres, council))
        elif name not in footing:
            ways[name] = _no_way(len(homes))
        else:
            cutoff_s = walk_cutoff_s(council) if name in ("walk", "dark_walk") else None
            ways[name], stood[name] = _measured(footing[name], home, cutoff_s)
            if name == "drive":
                ways[name] = _each(lambda one: parked_s(one, travel.drive_park_s), ways[name])
    if "dark_walk" in ways:
        (to_dark, from_dark), (to_day, from_day) = ways["dark_walk"], ways["walk"]
        ways["dark_walk"] = np.maximum(to_dark, to_day), np.maximum(from_dark, from_day)
    for both in ways.values():
        for one in both:
            one[together] = 0
    return {name: _bordered(table, *ways[name]) for name, table in problem.travel.items()}, stood


def _each(change: Callable[[Table], Table], both: tuple[Table, Table]) -> tuple[Table, Table]:
    return change(both[0]), change(both[1])


def _no_way(homes: int) -> tuple[Table, Table]:
    return np.full(homes, UNREACHABLE_S, np.uint16), np.full(homes, UNREACHABLE_S, np.uint16)


def _snapped(network: StreetNetwork, homes: tuple[Home, ...]) -> SnappedHomes:
    from geo.travel import snap

    return snap(network, [home.lon for home in homes], [home.lat for home in homes])


def _measured(feet: Feet, home: Home, cutoff_s: int | None) -> tuple[tuple[Table, Table], Feet]:
    from geo.travel import travel_seconds_from

    new, old = _snapped(feet.network, (home,)), feet.homes
    there_and_back = travel_seconds_from(feet.network, new, old, cutoff_s)
    together = SnappedHomes(
        edge=np.concatenate([old.edge, new.edge]),
        offset_m=np.concatenate([old.offset_m, new.offset_m]),
        metres_from_street=np.concatenate([old.metres_from_street, new.metres_from_street]),
        off_network=np.concatenate([old.off_network, new.off_network]),
    )
    return there_and_back, Feet(feet.network, together)


def _straight_m(home: Home, homes: tuple[Home, ...]) -> NDArray[np.float64]:
    from geo.british_grid import to_grid

    x, y = to_grid([one.lon for one in (*homes, home)], [one.lat for one in (*homes, home)])
    return np.asarray(np.hypot(x[:-1] - x[-1], y[:-1] - y[-1]), np.float64)


def _bordered(table: Table, to_others: Table, from_others: Table) -> Table:
    n = len(table)
    grown = np.zeros((n + 1, n + 1), np.uint16)
    grown[:n, :n] = table
    grown[n, :n] = to_others
    grown[:n, n] = from_others
    return grown
