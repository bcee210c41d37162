"""Tiny invented towns written as real .osm.pbf files, and networkx as the judge of travel times."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import networkx as nx
import numpy as np
import osmium

from app.ground import cache_folder
from geo.british_grid import to_grid, to_lon_lat
from geo.network import Mode, network_for
from geo.snap import SnappedHomes
from geo.streets import StreetNetwork

# In the North Sea: nobody lives here.
LON, LAT = 2.0, 54.7
_X_M, _Y_M = to_grid(LON, LAT)


def at(east_m: float, north_m: float) -> tuple[float, float]:
    """Longitude and latitude of a point given in grid metres from the middle of the invented town."""
    lon, lat = to_lon_lat(_X_M + east_m, _Y_M + north_m)
    return float(lon), float(lat)


class Town:
    """Collects nodes and ways in metres and writes them as an extract."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[float, float], int] = {}
        self._node_tags: dict[int, dict[str, str]] = {}
        self._ways: list[tuple[list[int], dict[str, str]]] = []

    def node(self, east_m: float, north_m: float, **tags: str) -> int:
        """Add a node, or tags to the one that is there."""
        number = self._nodes.setdefault((east_m, north_m), len(self._nodes) + 1)
        self._node_tags.setdefault(number, {}).update(tags)
        return number

    def way(self, *corners: tuple[float, float], **tags: str) -> Town:
        """Add a way through corners; it is a residential street unless tagged otherwise."""
        tagged = {"highway": "residential"} | {key.replace("__", ":"): value for key, value in tags.items()}
        self._ways.append(([self.node(*corner) for corner in corners], {k: v for k, v in tagged.items() if v}))
        return self

    def write(self, path: Path) -> Path:
        """Write the extract."""
        with osmium.SimpleWriter(str(path)) as writer:
            for (east_m, north_m), number in self._nodes.items():
                lon, lat = at(east_m, north_m)
                writer.add_node(
                    osmium.osm.mutable.Node(
                        id=number, location=(lon, lat), tags=self._node_tags.get(number, {}), version=1
                    )
                )
            for number, (refs, tags) in enumerate(self._ways, start=1):
                writer.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=tags, version=1))
        return path


def crossroads() -> Town:
    """Two streets of 400 m that cross in the middle."""
    return Town().way((-200, 0), (0, 0), (200, 0)).way((0, -200), (0, 0), (0, 200))


def judge_graph(network: StreetNetwork, homes: SnappedHomes) -> nx.MultiDiGraph[object]:
    """The network as a networkx graph in which every home is a node that splits its street."""
    graph: nx.MultiDiGraph[object] = nx.MultiDiGraph()
    graph.add_nodes_from(range(network.node_count))
    on_edge: dict[int, list[int]] = {}
    for home, edge in enumerate(homes.edge.tolist()):
        on_edge.setdefault(edge, []).append(home)
    for edge in range(network.edge_count):
        length = network.edge_length_m[edge]
        stops: list[tuple[float, object]] = [(0.0, int(network.edge_from[edge]))]
        order = sorted(on_edge.get(edge, []), key=lambda home: homes.offset_m[home])
        stops += [(float(homes.offset_m[home] / length) if length else 0.0, ("home", home)) for home in order]
        stops.append((1.0, int(network.edge_to[edge])))
        for time_s, way in ((network.edge_time_s[edge], stops), (network.edge_back_time_s[edge], stops[::-1])):
            if not np.isfinite(time_s):
                continue
            whole = round(float(time_s) * 1024)
            marks = [np.rint(share * whole) for share, _ in way]
            for k in range(len(way) - 1):
                graph.add_edge(way[k][1], way[k + 1][1], ticks=int(abs(marks[k + 1] - marks[k])))
    return graph


def judged_seconds(graph: nx.MultiDiGraph[object], i: int, j: int) -> int | None:
    """The judge's whole seconds from one home to another; None where there is no way."""
    try:
        ticks = int(nx.shortest_path_length(graph, ("home", i), ("home", j), weight="ticks"))
    except nx.NetworkXNoPath:
        return None
    return (ticks + 512) // 1024


def scattered_homes(network: StreetNetwork, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Random points within some tens of metres of streets, some of them several on one street."""
    rng = np.random.default_rng(seed)
    edges = rng.choice(np.flatnonzero(network.edge_usable), count)
    edges[: count // 4] = rng.choice(edges, count // 4)
    points = np.array([rng.integers(network.point_start[e], network.point_start[e + 1]) for e in edges])
    off = rng.normal(0, 30, (2, count))
    lon, lat = to_lon_lat(network.point_x_m[points] + off[0], network.point_y_m[points] + off[1])
    return lon, lat


@lru_cache(maxsize=4)
def real_network(extract: Path, mode: Mode) -> StreetNetwork:
    """The network of a whole town, built once for each version of the code that builds it."""
    return network_for(extract, mode, cache_folder())
