"""Libraries that compute shortest ways, each prepared on one graph and asked for the same times."""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from benchmarks.home_graph import Floats, HomeGraph
from geo.streets import TICKS_PER_SECOND

Answer = Callable[[npt.NDArray[np.int64]], Floats]
"""From some homes to all, seconds."""


def scipy_answer(graph: HomeGraph, cutoff_s: int | None) -> Answer:
    """Prepare scipy: its Dijkstra, bounded where there is a cutoff.

    Parameters
    ----------
    graph
        Streets and homes.
    cutoff_s
        None for all pairs.

    Returns
    -------
    answer
        From some homes to all, seconds.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    start = np.searchsorted(graph.tail, np.arange(graph.nodes + 1)).astype(np.int32)
    matrix = csr_array((graph.time_s, graph.head.astype(np.int32), start), shape=(graph.nodes, graph.nodes))
    limit = np.inf if cutoff_s is None else cutoff_s + 0.5

    def answer(rows: npt.NDArray[np.int64]) -> Floats:
        step = max(1, 100_000_000 // (8 * graph.nodes))  # rows over all junctions would not fit the memory at once
        parts = [
            dijkstra(matrix, indices=graph.homes[rows[begin : begin + step]], limit=limit)[:, graph.homes]
            for begin in range(0, len(rows), step)
        ]
        return np.concatenate(parts)

    return answer


def networkx_answer(graph: HomeGraph, cutoff_s: int | None) -> Answer:
    """Prepare networkx, on which osmnx computes: one bounded Dijkstra for each home.

    Parameters
    ----------
    graph
        Streets and homes.
    cutoff_s
        None for all pairs.

    Returns
    -------
    answer
        From some homes to all, seconds.
    """
    import networkx as nx

    made: nx.DiGraph[int] = nx.DiGraph()
    made.add_nodes_from(range(graph.nodes))
    made.add_weighted_edges_from(zip(graph.tail.tolist(), graph.head.tolist(), graph.time_s.tolist(), strict=True))
    targets = graph.homes.tolist()
    limit = None if cutoff_s is None else cutoff_s + 0.5

    def answer(rows: npt.NDArray[np.int64]) -> Floats:
        lines = []
        for row in rows:
            found = nx.single_source_dijkstra_path_length(made, int(graph.homes[row]), cutoff=limit)
            lines.append([found.get(target, np.inf) for target in targets])
        return np.array(lines)

    return answer


def igraph_answer(graph: HomeGraph, cutoff_s: int | None) -> Answer:
    """Prepare igraph; its weighted distances know no cutoff.

    Parameters
    ----------
    graph
        Streets and homes.
    cutoff_s
        Not used.

    Returns
    -------
    answer
        From some homes to all, seconds.
    """
    del cutoff_s
    igraph = importlib.import_module("igraph")
    made = igraph.Graph(n=graph.nodes, edges=np.column_stack([graph.tail, graph.head]).tolist(), directed=True)
    weights, targets = graph.time_s.tolist(), graph.homes.tolist()
    return lambda rows: np.array(
        made.distances(source=graph.homes[rows].tolist(), target=targets, weights=weights, algorithm="dijkstra")
    )


def pandana_answer(graph: HomeGraph, cutoff_s: int | None) -> Answer:
    """Prepare pandana: contraction hierarchies, pairs for the full table and ranges for a cutoff.

    It cuts times to thousandths, so it gets ticks of 1/1024 s as such: then its sums are exact.

    Parameters
    ----------
    graph
        Streets and homes.
    cutoff_s
        None for all pairs.

    Returns
    -------
    answer
        From some homes to all, seconds.
    """
    pandas = importlib.import_module("pandas")
    ticks = np.rint(graph.time_s * TICKS_PER_SECOND)
    with warnings.catch_warnings(), _quiet():
        warnings.simplefilter("ignore")
        pandana = importlib.import_module("pandana")
        network = pandana.Network(
            pandas.Series(graph.x_m),
            pandas.Series(graph.y_m),
            pandas.Series(graph.tail),
            pandas.Series(graph.head),
            pandas.DataFrame({"thousand_ticks": (ticks + 0.3) / 1000}),
            twoway=False,
        )

    seconds = 1000 / TICKS_PER_SECOND

    def full(rows: npt.NDArray[np.int64]) -> Floats:
        leave, reach = np.repeat(graph.homes[rows], len(graph.homes)), np.tile(graph.homes, len(rows))
        found = np.array(network.shortest_path_lengths(leave, reach)).reshape(len(rows), -1)
        return np.where(found > 4_000_000, np.inf, found) * seconds

    def within(rows: npt.NDArray[np.int64]) -> Floats:
        found = network.nodes_in_range(graph.homes[rows].tolist(), ((cutoff_s or 0) + 0.5) / seconds)
        found = found[found["destination"] >= graph.homes[0]]
        table = np.full((len(rows), len(graph.homes)), np.inf)
        line = np.searchsorted(rows, found["source"].to_numpy() - graph.homes[0])
        table[line, found["destination"].to_numpy() - graph.homes[0]] = found["thousand_ticks"].to_numpy() * seconds
        return table

    return full if cutoff_s is None else within


LIBRARIES: dict[str, tuple[Callable[[HomeGraph, int | None], Answer], int]] = {
    "scipy": (scipy_answer, 10),
    "igraph": (igraph_answer, 5),
    "pandana": (pandana_answer, 2),
    "networkx": (networkx_answer, 1),
}
"""How each is prepared, and how many times the usual number of homes it is measured on."""


@contextmanager
def _quiet() -> Iterator[None]:
    """Send what compiled code prints to nowhere."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
