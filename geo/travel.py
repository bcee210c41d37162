"""Travel times between homes along the streets, in whole seconds.

Every home is a source or target in the middle of a street. Times to junctions
come from sweeps over the network's hierarchy (`geo.hierarchy`), and the time to
another home is the better of reaching it from either end of its street. Homes
on one street are also joined directly along it.

Times are of the street only: the few metres between a door and the street
(`SnappedHomes.metres_from_street`) are not counted.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.hierarchy import HOMES_AT_ONCE, Sweeps, destinations_of, gates_of, hierarchy_of
from geo.neighbours import UNREACHABLE_S, TravelTable, joined
from geo.routes import route, routes
from geo.search import doors_of
from geo.snap import FURTHEST_FROM_STREET_M, SnappedHomes, snap
from geo.streets import StreetNetwork

__all__ = [
    "FURTHEST_FROM_STREET_M",
    "UNREACHABLE_S",
    "SnappedHomes",
    "TravelTable",
    "route",
    "routes",
    "snap",
    "travel_seconds",
    "travel_seconds_from",
    "travel_table",
]

Seconds = npt.NDArray[np.uint16]

_ROWS_AT_ONCE = 16 * HOMES_AT_ONCE
"""Dense rows between two neighbour lists: what a sparse table needs besides its pairs."""


def _sweeps(network: StreetNetwork, homes: SnappedHomes, cutoff_s: int | None, at_once: int = HOMES_AT_ONCE) -> Sweeps:
    furthest_s = UNREACHABLE_S - 1 if cutoff_s is None else min(cutoff_s, UNREACHABLE_S - 1)
    return Sweeps(hierarchy_of(network), destinations_of(network, homes), furthest_s, at_once)


def travel_seconds(network: StreetNetwork, homes: SnappedHomes, *, cutoff_s: int | None) -> Seconds:
    """Travel times between all pairs of homes.

    Parameters
    ----------
    network
        The network the homes were snapped to.
    homes
        Snapped homes.
    cutoff_s
        Leave out pairs further apart than this many seconds; None keeps all.

    Returns
    -------
    seconds
        Shape (homes, homes), from row to column, nearest whole second;
        `UNREACHABLE_S` beyond the cutoff, without a way, and for homes off the
        network. Zero on the diagonal; symmetric on foot.
    """
    count = len(homes)
    table = np.empty((count, count), dtype=np.uint16)
    _sweeps(network, homes, cutoff_s).fill(np.arange(count, dtype=np.int32), table)
    np.fill_diagonal(table, 0)
    return table


def travel_table(network: StreetNetwork, homes: SnappedHomes, *, cutoff_s: int | None) -> TravelTable:
    """Travel times between the pairs of homes that are near each other.

    Parameters
    ----------
    network
        The network the homes were snapped to.
    homes
        Snapped homes.
    cutoff_s
        Leave out pairs further apart than this many seconds; None keeps all.

    Returns
    -------
    table
        Neighbour lists with the times of `travel_seconds`; memory grows with
        the pairs kept, not with the square of the homes.
    """
    sweeps = _sweeps(network, homes, cutoff_s)
    block = np.empty((min(_ROWS_AT_ONCE, len(homes)), len(homes)), dtype=np.uint16)
    lists = []
    for begin in range(0, len(homes), _ROWS_AT_ONCE):
        sources = np.arange(begin, min(begin + _ROWS_AT_ONCE, len(homes)), dtype=np.int32)
        rows = block[: len(sources)]
        sweeps.fill(sources, rows)
        rows[sources - begin, sources] = UNREACHABLE_S  # a home is not its own neighbour
        source, target = np.nonzero(rows != UNREACHABLE_S)
        lists.append((np.bincount(source, minlength=len(sources)), target.astype(np.int32), rows[source, target]))
    return joined(lists)


def travel_seconds_from(
    network: StreetNetwork, one_home: SnappedHomes, homes: SnappedHomes, cutoff_s: int | None
) -> tuple[Seconds, Seconds]:
    """Travel times between one new home and all others.

    Parameters
    ----------
    network
        The network all were snapped to.
    one_home
        The new home, one row.
    homes
        The others; where they stand is worked out once and kept for as long as this very object is.
    cutoff_s
        Leave out homes further than this many seconds; None keeps all.

    Returns
    -------
    to_homes, from_homes
        Seconds from the new home to each other and back, shape (homes,), as in
        `travel_seconds`.
    """
    if len(one_home) != 1:
        raise ValueError(f"one_home has {len(one_home)} rows; give exactly one.")
    sweeps = _sweeps(network, homes, cutoff_s, at_once=1)
    new = gates_of(hierarchy_of(network), doors_of(network, one_home), one_home.off_network)
    times = np.empty((2, 1, len(homes)), dtype=np.uint16)
    sweeps.fill_from(new, times[0])
    if same_both_ways(network):
        times[1] = times[0]
    else:
        sweeps.fill_from(new, times[1], towards=True)
    return times[0, 0], times[1, 0]


def same_both_ways(network: StreetNetwork) -> bool:
    """Say whether every street takes the same time in both directions.

    Parameters
    ----------
    network
        Streets of one mode.

    Returns
    -------
    same
        True on foot over level ground.
    """
    return bool(np.array_equal(network.edge_time_s, network.edge_back_time_s))
