"""Shortest ways from points inside streets, over the graph of junctions.

References
----------
Dijkstra, E. W. (1959), A note on two problems in connexion with graphs,
Numerische Mathematik 1, 269-271; as in scipy.sparse.csgraph.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from geo.snap import SnappedHomes
from geo.streets import TICKS_PER_SECOND, StreetNetwork

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arcs:
    """The junction graph as a compressed sparse row matrix of seconds.

    Parameters
    ----------
    start
        Where each junction's arcs begin, shape (nodes + 1,).
    head
        Junction at the other end of each arc, ascending for each junction.
    time_s
        Seconds along each arc, the least where streets run side by side.
    edge
        Street of each arc.
    """

    start: Ints
    head: Ints
    time_s: Floats
    edge: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Doors:
    """Times between homes and the two ends of their streets, in seconds.

    Parameters
    ----------
    edge
        Street of each home.
    first, last
        Junctions at the ends of the street.
    from_first, to_last
        Seconds from the first end to the home, and on to the last end.
    from_last, to_first
        The other way; infinite on a one-way street.
    """

    edge: Ints
    first: Ints
    last: Ints
    from_first: Floats
    to_last: Floats
    from_last: Floats
    to_first: Floats


_arcs: WeakKeyDictionary[StreetNetwork, Arcs] = WeakKeyDictionary()
_turned_arcs: WeakKeyDictionary[StreetNetwork, Arcs] = WeakKeyDictionary()


def arcs_of(network: StreetNetwork, *, turned: bool = False) -> Arcs:
    """Return the junction graph of a network, made once.

    Parameters
    ----------
    network
        Streets of one mode.
    turned
        Whether every arc is turned round, for searches towards a home.

    Returns
    -------
    arcs
        The graph; rings are left out, as no shortest way uses them.
    """
    store = _turned_arcs if turned else _arcs
    known = store.get(network)
    if known is not None:
        return known
    two_way = np.isfinite(network.edge_back_time_s)
    edges = np.arange(network.edge_count, dtype=np.int32)
    tail = np.concatenate([network.edge_from, network.edge_to[two_way]])
    head = np.concatenate([network.edge_to, network.edge_from[two_way]])
    time_s = np.concatenate([network.edge_time_s, network.edge_back_time_s[two_way]])
    edge = np.concatenate([edges, edges[two_way]])
    if turned:
        tail, head = head, tail
    order = np.lexsort((edge, time_s, head, tail))
    tail, head, time_s, edge = tail[order], head[order], time_s[order], edge[order]
    keep = np.ones(len(tail), dtype=bool)
    keep[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    keep &= tail != head
    counts = np.bincount(tail[keep], minlength=network.node_count)
    arcs = Arcs(
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        head=head[keep],
        time_s=time_s[keep],
        edge=edge[keep],
    )
    store[network] = arcs
    return arcs


def doors_of(network: StreetNetwork, homes: SnappedHomes) -> Doors:
    """Compute the times between homes and the ends of their streets.

    Parameters
    ----------
    network
        The network the homes were snapped to.
    homes
        Snapped homes.

    Returns
    -------
    doors
        Times in multiples of 1/1024 s, so that sums stay exact.
    """
    edge = homes.edge
    length_m = network.edge_length_m[edge]
    share = np.divide(homes.offset_m, length_m, out=np.zeros_like(length_m), where=length_m > 0)
    ahead = network.edge_time_s[edge]
    back = network.edge_back_time_s[edge]
    from_first = np.rint(share * ahead * TICKS_PER_SECOND) / TICKS_PER_SECOND
    two_way = np.isfinite(back)
    to_first = np.full(len(edge), np.inf)
    to_first[two_way] = np.rint(share[two_way] * back[two_way] * TICKS_PER_SECOND)
    to_first[two_way] /= TICKS_PER_SECOND
    from_last = np.full(len(edge), np.inf)
    from_last[two_way] = back[two_way] - to_first[two_way]
    return Doors(
        edge=edge,
        first=network.edge_from[edge],
        last=network.edge_to[edge],
        from_first=from_first,
        to_last=ahead - from_first,
        from_last=from_last,
        to_first=to_first,
    )


def search(
    arcs: Arcs,
    ends: npt.NDArray[np.int32],
    times: Floats,
    limit_s: float,
    *,
    with_predecessors: bool = False,
) -> tuple[Floats, Ints | None]:
    """Search from homes, each hung to the graph by two arcs.

    Parameters
    ----------
    arcs
        The junction graph.
    ends
        Junctions each source is joined to, shape (sources, 2).
    times
        Seconds to them; infinite where there is no way.
    limit_s
        Search no further than this.
    with_predecessors
        Whether to return the tree of shortest ways too.

    Returns
    -------
    time_s
        Seconds from each source to each junction, shape (sources, nodes + sources).
    predecessor
        Last junction before each one, or None.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    nodes, count = len(arcs.start) - 1, len(ends)
    usable = np.isfinite(times)
    grown = np.cumsum(usable.sum(axis=1)) + arcs.start[-1]
    matrix = csr_array(
        (
            np.concatenate([arcs.time_s, times[usable]]),
            np.concatenate([arcs.head, ends[usable]]),
            np.concatenate([arcs.start, grown]).astype(np.int32),
        ),
        shape=(nodes + count, nodes + count),
    )
    rows = np.arange(nodes, nodes + count, dtype=np.int32)
    if with_predecessors:
        found, before = dijkstra(matrix, indices=rows, limit=limit_s, return_predecessors=True)
        return found, before
    return dijkstra(matrix, indices=rows, limit=limit_s), None


def leaving(doors: Doors) -> tuple[Ints, Floats]:
    """List the arcs by which homes are left.

    Parameters
    ----------
    doors
        Homes and the ends of their streets.

    Returns
    -------
    ends, times
        Junctions and seconds to them, shape (homes, 2).
    """
    return (
        np.column_stack([doors.first, doors.last]),
        np.column_stack([doors.to_first, doors.to_last]),
    )


def along_one_street(doors: Doors, source: int, targets: npt.NDArray[np.intp]) -> Floats:
    """Compute times from one home to others on its street, without leaving it.

    Parameters
    ----------
    doors
        Homes and the ends of their streets.
    source
        Row of the home to leave.
    targets
        Rows of homes on the same street.

    Returns
    -------
    time_s
        Seconds, infinite against a one-way street.
    """
    ahead = doors.from_first[targets] - doors.from_first[source]
    direct = np.where(ahead >= 0, ahead, np.inf)
    if np.isfinite(doors.to_first[source]):
        back = doors.to_first[source] - doors.to_first[targets]
        direct = np.minimum(direct, np.where(back >= 0, back, np.inf))
    result: Floats = direct
    return result
