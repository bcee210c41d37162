"""Streets split at homes: the graph that a library without homes in the middle of streets needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.network import StreetNetwork
from geo.search import doors_of
from geo.snap import SnappedHomes

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeGraph:
    """Streets split at the homes on them.

    Parameters
    ----------
    nodes
        Number of junctions and homes; homes come last.
    tail, head, time_s
        Arcs, the least of parallel ones, sorted by tail and head.
    homes
        Node of each home.
    x_m, y_m
        Places of the nodes, EPSG:27700 metres; homes lie at an end of their street.
    """

    nodes: int
    tail: npt.NDArray[np.int64]
    head: npt.NDArray[np.int64]
    time_s: Floats
    homes: npt.NDArray[np.int64]
    x_m: Floats
    y_m: Floats


def home_graph(network: StreetNetwork, homes: SnappedHomes) -> HomeGraph:
    """Split the streets of a network at the homes on them.

    Parameters
    ----------
    network
        Streets of one mode.
    homes
        All on the network.

    Returns
    -------
    graph
        In which times from home to home are those of the network.
    """
    doors, nodes = doors_of(network, homes), network.node_count
    split = np.zeros(network.edge_count, np.bool_)
    split[homes.edge] = True
    whole = np.flatnonzero(~split)
    tails, heads = (
        [network.edge_from[whole], network.edge_to[whole]],
        [network.edge_to[whole], network.edge_from[whole]],
    )
    times = [network.edge_time_s[whole], network.edge_back_time_s[whole]]
    order = np.lexsort((np.arange(len(homes)), doors.from_first, homes.edge))
    cuts = np.flatnonzero(np.diff(homes.edge[order])) + 1
    for group in np.split(order, cuts):
        edge = int(homes.edge[group[0]])
        stops = np.array([network.edge_from[edge], *(group + nodes), network.edge_to[edge]])
        share = np.array([0.0, *doors.from_first[group], network.edge_time_s[edge]])
        back = network.edge_back_time_s[edge]
        turned = np.array([0.0, *doors.to_first[group], back]) if np.isfinite(back) else np.full(len(share), np.inf)
        tails += [stops[:-1], stops[1:]]
        heads += [stops[1:], stops[:-1]]
        times += [np.diff(share), np.diff(turned) if np.isfinite(back) else turned[1:]]
    tail, head = np.concatenate(tails).astype(np.int64), np.concatenate(heads).astype(np.int64)
    time_s = np.concatenate(times)
    order = np.lexsort((time_s, head, tail))
    order = order[np.isfinite(time_s[order]) & (tail[order] != head[order])]
    tail, head, time_s = tail[order], head[order], time_s[order]
    keep = np.ones(len(tail), np.bool_)
    keep[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return HomeGraph(
        nodes=nodes + len(homes),
        tail=tail[keep],
        head=head[keep],
        time_s=time_s[keep],
        homes=np.arange(nodes, nodes + len(homes)),
        x_m=np.concatenate([network.node_x_m, network.node_x_m[doors.first]]),
        y_m=np.concatenate([network.node_y_m, network.node_y_m[doors.first]]),
    )
