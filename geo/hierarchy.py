"""The junction graph with its shortcuts: prepared once for a network, in milliseconds for a town."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from geo.search import Arcs, Doors, arcs_of, doors_of
from geo.snap import SnappedHomes
from geo.streets import TICKS_PER_SECOND, StreetNetwork

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Seconds = npt.NDArray[np.uint16]

HOMES_AT_ONCE = 16
"""Searches side by side: one of the processor's vectors, or two, hold them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hierarchy:
    """Junctions in order of elimination, each with the arcs to higher ones.

    Parameters
    ----------
    rank
        Place of each junction in the order, shape (nodes,).
    up_start
        Where the arcs of each rank begin, shape (nodes + 1,).
    up
        The higher rank at the end of each arc, ascending for each rank.
    climb, descend
        Ticks of 1/1024 s along each arc, upwards and downwards.
    """

    rank: Ints
    up_start: Longs
    up: Ints
    climb: Ints
    descend: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gates:
    """Ranks at the ends of the streets of homes, and the ticks between.

    Parameters
    ----------
    first, last
        Ranks of the junctions at the ends of each home's street.
    to_first, to_last
        Ticks from the home to them.
    from_first, from_last
        Ticks from them to the home; `geo.kernels.FAR` where there is no way.
    street
        Street of each home; below zero for homes off the network, each another.
    members
        Homes, those of one street together.
    begin, end
        For each home, where those of its street stand in ``members``.
    """

    first: Ints
    last: Ints
    to_first: Ints
    to_last: Ints
    from_first: Ints
    from_last: Ints
    street: Ints
    members: Ints
    begin: Ints
    end: Ints


_hierarchies: WeakKeyDictionary[StreetNetwork, Hierarchy] = WeakKeyDictionary()


def hierarchy_of(network: StreetNetwork) -> Hierarchy:
    """Return the hierarchy of a network, made once.

    Parameters
    ----------
    network
        Streets of one mode.

    Returns
    -------
    hierarchy
        With the same times between junctions as the network.
    """
    known = _hierarchies.get(network)
    if known is None:
        known = _hierarchies[network] = hierarchy_from(arcs_of(network))
    return known


def hierarchy_from(arcs: Arcs) -> Hierarchy:
    """Eliminate the junctions of a graph one after the other.

    Parameters
    ----------
    arcs
        The graph; its times are multiples of 1/1024 s.

    Returns
    -------
    hierarchy
        The same for the same graph.
    """
    from geo import kernels

    nodes = len(arcs.start) - 1
    tail = np.repeat(np.arange(nodes, dtype=np.int64), np.diff(arcs.start))
    head = arcs.head.astype(np.int64)
    both_ways = np.unique(np.concatenate([tail * nodes + head, head * nodes + tail]))
    start = np.searchsorted(both_ways, np.arange(nodes + 1, dtype=np.int64) * nodes)
    order, up_start, up = kernels.eliminate(start.astype(np.int64), (both_ways % max(nodes, 1)).astype(np.int32))
    rank = np.empty(nodes, np.int32)
    rank[order] = np.arange(nodes, dtype=np.int32)
    keys = np.repeat(np.arange(nodes, dtype=np.int64), np.diff(up_start)) * nodes + rank[up]
    keys.sort()
    climb = np.full(len(keys), kernels.FAR, np.int32)
    descend = climb.copy()
    ticks = _ticks(arcs.time_s)
    low, high = np.minimum(rank[tail], rank[head]).astype(np.int64), np.maximum(rank[tail], rank[head])
    at = np.searchsorted(keys, low * nodes + high)
    upwards = rank[tail] < rank[head]
    climb[at[upwards]] = ticks[upwards]
    descend[at[~upwards]] = ticks[~upwards]
    hierarchy = Hierarchy(
        rank=rank, up_start=up_start, up=(keys % max(nodes, 1)).astype(np.int32), climb=climb, descend=descend
    )
    kernels.complete(hierarchy.up_start, hierarchy.up, climb, descend)
    return hierarchy


def _ticks(time_s: npt.NDArray[np.float64]) -> Ints:
    """Turn seconds into ticks; no way, or a day and more along one street, is far."""
    from geo.kernels import FAR

    return np.minimum(np.rint(time_s * TICKS_PER_SECOND), FAR).astype(np.int32)


def gates_of(hierarchy: Hierarchy, doors: Doors, closed: npt.NDArray[np.bool_]) -> Gates:
    """Place homes in a hierarchy.

    Parameters
    ----------
    hierarchy
        Of the network the homes were snapped to.
    doors
        Homes and the ends of their streets.
    closed
        Homes off the network: nothing leads from or to them.

    Returns
    -------
    gates
        One row per home.
    """
    from geo.kernels import FAR

    count = len(doors.edge)
    street = np.where(closed, -1 - np.arange(count), doors.edge).astype(np.int32)
    members = np.argsort(street, kind="stable").astype(np.int32)
    by_street = street[members]

    to_first, to_last, from_first, from_last = (
        np.where(closed, np.int32(FAR), _ticks(time_s))
        for time_s in (doors.to_first, doors.to_last, doors.from_first, doors.from_last)
    )
    return Gates(
        first=hierarchy.rank[doors.first],
        last=hierarchy.rank[doors.last],
        to_first=to_first,
        to_last=to_last,
        from_first=from_first,
        from_last=from_last,
        street=street,
        members=members,
        begin=np.searchsorted(by_street, street, side="left").astype(np.int32),
        end=np.searchsorted(by_street, street, side="right").astype(np.int32),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Destinations:
    """Homes that times are wanted to.

    Parameters
    ----------
    gates
        Where they stand in the hierarchy.
    needed
        Ranks on whose times theirs rest, highest first.
    """

    gates: Gates
    needed: Ints


_destinations: WeakKeyDictionary[StreetNetwork, WeakKeyDictionary[SnappedHomes, Destinations]] = WeakKeyDictionary()


def destinations_of(network: StreetNetwork, homes: SnappedHomes) -> Destinations:
    """Place homes in the hierarchy of their network, once for as long as they are held.

    Parameters
    ----------
    network
        The network the homes were snapped to.
    homes
        Snapped homes.

    Returns
    -------
    destinations
        To be swept.
    """
    from geo.kernels import needed_for

    of_network = _destinations.setdefault(network, WeakKeyDictionary())
    known = of_network.get(homes)
    if known is None:
        tree = hierarchy_of(network)
        gates = gates_of(tree, doors_of(network, homes), homes.off_network)
        needed = needed_for(tree.up_start, tree.up, np.concatenate([gates.first, gates.last]))
        known = of_network[homes] = Destinations(gates=gates, needed=needed)
    return known


class Sweeps:
    """Times from any homes to all homes, a few homes at once.

    Parameters
    ----------
    hierarchy
        Of the network.
    destinations
        The homes.
    furthest_s
        The most seconds that are kept.
    at_once
        Homes side by side.
    """

    def __init__(
        self, hierarchy: Hierarchy, destinations: Destinations, furthest_s: int, at_once: int = HOMES_AT_ONCE
    ) -> None:
        self._hierarchy, self._gates, self._furthest_s = hierarchy, destinations.gates, furthest_s
        self._needed = destinations.needed
        self._ticks = np.empty((len(hierarchy.rank), at_once), np.int32)

    def fill(self, sources: Ints, seconds: Seconds, *, towards: bool = False) -> None:
        """Write the times of some homes.

        Parameters
        ----------
        sources
            Rows of the homes to leave.
        seconds
            Room for the result, shape (sources, homes).
        towards
            Whether the times are from all homes to the sources instead.
        """
        from geo.kernels import along_streets

        gates = self._gates
        at_once = self._ticks.shape[1]
        for begin in range(0, len(sources), at_once):
            some = sources[begin : begin + at_once]
            self._sweep(gates, some, seconds[begin : begin + at_once], towards)
        along_streets(
            sources,
            gates.members,
            gates.begin,
            gates.end,
            gates.from_first,
            gates.to_first,
            towards,
            self._furthest_s,
            seconds,
        )

    def fill_from(self, source: Gates, seconds: Seconds, *, towards: bool = False) -> None:
        """Write the times of one home that is not among the destinations.

        Parameters
        ----------
        source
            The home, one row.
        seconds
            Room for the result, shape (1, homes).
        towards
            Whether the times are from all homes to the source instead.
        """
        from geo.kernels import along_streets

        self._sweep(source, np.zeros(1, np.int32), seconds, towards)
        gates, street = self._gates, int(source.street[0])
        if street < 0:
            return
        neighbours = np.flatnonzero(gates.street == street)
        if len(neighbours) == 0:
            return
        # The home as the last of those on its street: one line, of which its own place is left out.
        line = np.append(seconds[0, neighbours], np.uint16(0))[None, :]
        everybody = np.arange(line.shape[1], dtype=np.int32)
        along_streets(
            everybody[-1:],
            everybody[:-1],
            np.zeros_like(everybody),
            np.full_like(everybody, len(neighbours)),
            np.append(gates.from_first[neighbours], source.from_first),
            np.append(gates.to_first[neighbours], source.to_first),
            towards,
            self._furthest_s,
            line,
        )
        seconds[0, neighbours] = line[0, :-1]

    def _sweep(self, sources: Gates, some: Ints, seconds: Seconds, towards: bool) -> None:
        """Write the times of a few homes side by side, but for the ways along their own streets."""
        from geo.kernels import arrive, sweep

        tree, gates = self._hierarchy, self._gates
        climb, descend = (tree.descend, tree.climb) if towards else (tree.climb, tree.descend)
        leave = (sources.from_first, sources.from_last) if towards else (sources.to_first, sources.to_last)
        reach = (gates.to_first, gates.to_last) if towards else (gates.from_first, gates.from_last)
        sweep(
            tree.up_start,
            tree.up,
            climb,
            descend,
            self._needed,
            sources.first[some],
            sources.last[some],
            leave[0][some],
            leave[1][some],
            self._ticks,
        )
        arrive(self._ticks, gates.first, gates.last, reach[0], reach[1], self._furthest_s, seconds)


def warm() -> None:
    """Compile everything that travel calls, on a street of two junctions."""
    from geo.kernels import needed_for

    arcs = Arcs(
        start=np.array([0, 1, 2], np.int32),
        head=np.array([1, 0], np.int32),
        time_s=np.array([60.0, 60.0]),
        edge=np.zeros(2, np.int32),
    )
    half = np.array([30.0, 30.0])
    doors = Doors(
        edge=np.zeros(2, np.int32),
        first=np.zeros(2, np.int32),
        last=np.ones(2, np.int32),
        from_first=half,
        to_last=half,
        from_last=half,
        to_first=half,
    )
    tree = hierarchy_from(arcs)
    gates = gates_of(tree, doors, np.zeros(2, np.bool_))
    needed = needed_for(tree.up_start, tree.up, np.concatenate([gates.first, gates.last]))
    sweeps = Sweeps(tree, Destinations(gates=gates, needed=needed), 65534)
    sweeps.fill(np.arange(2, dtype=np.int32), np.empty((2, 2), np.uint16))
