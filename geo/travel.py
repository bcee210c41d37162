"""Travel times between homes along the streets, in whole seconds.

Every home is a source or target in the middle of a street. A search starts from
a home with one arc to each end of its street that it may leave by, runs over
junctions, and the time to another home is the better of reaching it from
either end. Homes on one street are also joined directly along it.

Times are of the street only: the few metres between a door and the street
(`SnappedHomes.metres_from_street`) are not counted.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.routes import route, routes
from geo.search import Doors, along_one_street, arcs_of, arriving, doors_of, leaving, search
from geo.snap import FURTHEST_FROM_STREET_M, SnappedHomes, snap
from geo.streets import StreetNetwork

__all__ = [
    "FURTHEST_FROM_STREET_M",
    "UNREACHABLE_S",
    "SnappedHomes",
    "route",
    "routes",
    "snap",
    "travel_seconds",
    "travel_seconds_from",
]

UNREACHABLE_S = 65535
"""Stands for: beyond the cutoff, no way, or a home off the network."""

_CHUNK_BYTES = 64_000_000

Seconds = npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float64]


def _whole_seconds(time_s: Floats, cutoff_s: int | None) -> Seconds:
    """Round half up; whatever is beyond the cutoff becomes the marker."""
    furthest = UNREACHABLE_S - 1 if cutoff_s is None else min(cutoff_s, UNREACHABLE_S - 1)
    rounded = np.floor(time_s + 0.5)
    rounded[~(rounded <= furthest)] = UNREACHABLE_S
    return rounded.astype(np.uint16)


def _limit_s(cutoff_s: int | None) -> float:
    return float(min(UNREACHABLE_S if cutoff_s is None else cutoff_s, UNREACHABLE_S)) + 0.5


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
    place = np.column_stack([homes.edge, homes.offset_m])
    unique, first, inverse = np.unique(place, axis=0, return_index=True, return_inverse=True)
    places = homes.take(first)
    doors = doors_of(network, places)
    count = len(unique)
    table = np.empty((count, count), dtype=np.uint16)
    arcs = arcs_of(network)
    ends, times = leaving(doors)
    # Rows are sorted by street, so homes on one street are neighbours.
    street_start = np.searchsorted(doors.edge, doors.edge, side="left")
    street_end = np.searchsorted(doors.edge, doors.edge, side="right")
    step = max(1, _CHUNK_BYTES // (8 * (network.node_count + 2 * count + 1)))
    for begin in range(0, count, step):
        rows = slice(begin, min(begin + step, count))
        found, _ = search(arcs, ends[rows], times[rows], _limit_s(cutoff_s))
        best = found[:, doors.first]
        best += doors.from_first
        other = found[:, doors.last]
        other += doors.from_last
        np.minimum(best, other, out=best)
        for source in range(rows.start, rows.stop):
            peers = np.arange(street_start[source], street_end[source])
            line = best[source - begin]
            line[peers] = np.minimum(line[peers], along_one_street(doors, source, peers))
        table[rows] = _whole_seconds(best, cutoff_s)
    seconds = table[np.ix_(inverse, inverse)] if count < len(homes) else table[inverse][:, inverse]
    seconds[homes.off_network, :] = UNREACHABLE_S
    seconds[:, homes.off_network] = UNREACHABLE_S
    np.fill_diagonal(seconds, 0)
    return seconds


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
        The others.
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
    both = SnappedHomes(
        edge=np.concatenate([one_home.edge, homes.edge]),
        offset_m=np.concatenate([one_home.offset_m, homes.offset_m]),
        metres_from_street=np.concatenate([one_home.metres_from_street, homes.metres_from_street]),
        off_network=np.concatenate([one_home.off_network, homes.off_network]),
    )
    doors = doors_of(network, both)
    to_homes = _from_first_row(network, doors, cutoff_s, towards=False)
    from_homes = to_homes.copy() if network.mode == "walk" else _from_first_row(network, doors, cutoff_s, towards=True)
    off = homes.off_network | bool(one_home.off_network[0])
    to_homes[off] = UNREACHABLE_S
    from_homes[off] = UNREACHABLE_S
    return to_homes, from_homes


def _from_first_row(network: StreetNetwork, doors: Doors, cutoff_s: int | None, *, towards: bool) -> Seconds:
    """Times from the first home to the rest, or from the rest to it."""
    ends, times = arriving(doors) if towards else leaving(doors)
    found, _ = search(arcs_of(network, turned=towards), ends[:1], times[:1], _limit_s(cutoff_s))
    if towards:
        at_first, at_last = doors.to_first[1:], doors.to_last[1:]
    else:
        at_first, at_last = doors.from_first[1:], doors.from_last[1:]
    best = np.minimum(found[0, doors.first[1:]] + at_first, found[0, doors.last[1:]] + at_last)
    peers = np.flatnonzero(doors.edge[1:] == doors.edge[0]) + 1
    if towards:
        direct = np.array([along_one_street(doors, int(peer), np.array([0]))[0] for peer in peers])
    else:
        direct = along_one_street(doors, 0, peers)
    best[peers - 1] = np.minimum(best[peers - 1], direct)
    return _whole_seconds(best, cutoff_s)
