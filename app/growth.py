"""One more home in the travel tables, measured from it alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.formats.council import Home, StraightLineTravel, StreetsTravel
from app.ground import Ground, Table, walk_cutoff_s
from geo.snap import SnappedHomes
from geo.streets import StreetNetwork
from solver.facts import UNREACHABLE_S
from solver.problem import Problem


class Feet(NamedTuple):
    """The homes on one network."""

    network: StreetNetwork
    homes: SnappedHomes


class Footing(NamedTuple):
    """The homes on the walking and the driving network; None where travel follows straight lines."""

    walk: Feet | None = None
    drive: Feet | None = None


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
        return Footing()
    walk, drive = ground.network("walk"), ground.network("drive")
    return Footing(
        walk=Feet(walk, _snapped(walk, ground.council.homes)), drive=Feet(drive, _snapped(drive, ground.council.homes))
    )


def grown_tables(
    ground: Ground, footing: Footing, homes: tuple[Home, ...], home: Home, problem: Problem
) -> tuple[Table, Table, Footing]:
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
    walk_s, drive_s : ndarray of uint16, shape (homes + 1, homes + 1)
        As :meth:`app.ground.Ground.tables` would measure them from scratch.
    footing : Footing
        With the new home on it.
    """
    travel = ground.council.travel
    cutoff_s = walk_cutoff_s(ground.council)
    if isinstance(travel, StraightLineTravel):
        metres = travel.detour * _straight_m(home, homes)
        walk = _rounded(metres * 60 / travel.walk_m_per_min)
        walk[walk > cutoff_s] = UNREACHABLE_S
        drive = _rounded(metres * 3.6 / travel.drive_km_per_hour)
        walked, driven = (walk, walk.copy()), (drive, drive.copy())
    else:
        assert footing.walk is not None
        assert footing.drive is not None
        walked, walk_feet = _measured(footing.walk, home, cutoff_s)
        driven, drive_feet = _measured(footing.drive, home, None)
        footing = Footing(walk=walk_feet, drive=drive_feet)
    front_door = home.site_ref or (home.lon, home.lat)
    together = np.array([(one.site_ref or (one.lon, one.lat)) == front_door for one in homes], bool)
    for one in walked:
        one[together] = 0
    parked = tuple(
        np.minimum(one.astype(np.int64) + travel.drive_park_s, UNREACHABLE_S).astype(np.uint16) for one in driven
    )
    for one in parked:
        one[together] = 0
    return _bordered(problem.walk_s, *walked), _bordered(problem.drive_s, *parked), footing


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


def _rounded(seconds: NDArray[np.float64]) -> Table:
    return np.minimum(np.floor(seconds + 0.5), UNREACHABLE_S).astype(np.uint16)


def _bordered(table: Table, to_others: Table, from_others: Table) -> Table:
    n = len(table)
    grown = np.zeros((n + 1, n + 1), np.uint16)
    grown[:n, :n] = table
    grown[n, :n] = to_others
    grown[:n, n] = from_others
    return grown
