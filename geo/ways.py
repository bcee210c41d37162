"""Usable ways of an OpenStreetMap extract, segment by segment.

References
----------
https://docs.osmcode.org/pyosmium (reading), https://osmnx.readthedocs.io (form of the graph)
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geo import modes
from geo.access import Direction, Mode, lit_state
from geo.british_grid import to_grid
from geo.errors import damaged_extract
from geo.heights import Heights, pace_on_slope
from geo.streets import TICKS_PER_SECOND

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A usable way as it stands in the extract.

    Parameters
    ----------
    refs
        Numbers of its nodes.
    lon, lat
        The nodes' places in degrees, WGS 84.
    highway
        Class of street.
    lit
        1 lit after dark, 0 unlit, -1 not stated.
    direction
        Direction of its nodes in which it may be used.
    pace_m_per_s
        Metres a second along it.
    """

    refs: list[int]
    lon: list[float]
    lat: list[float]
    highway: str
    lit: int
    direction: Direction
    pace_m_per_s: float


def graph_of_ways(pbf: Path, mode: Mode, walk_m_per_min: float, heights: Heights | None = None) -> nx.MultiDiGraph[int]:
    """Read the usable ways into a graph of the form that osmnx simplifies.

    Parameters
    ----------
    pbf
        The extract, ``.osm.pbf``.
    mode
        Means of travel.
    walk_m_per_min
        Walking pace in metres a minute.
    heights
        Where given, people on foot are slower uphill.

    Returns
    -------
    graph
        Nodes with ``x``, ``y`` in degrees; a segment for each direction with
        ``length`` in British National Grid metres, ``ticks`` in 1/1024 s,
        ``highway`` and ``lit``.

    Raises
    ------
    DamagedExtract
        The file is cut short, or no OpenStreetMap extract.
    """
    import networkx as nx

    ways, barriers = read_ways(pbf, mode, walk_m_per_min)
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326", simplified=False)
    x_m, y_m = to_grid([x for way in ways for x in way.lon], [y for way in ways for y in way.lat])
    step_m = np.hypot(np.diff(x_m), np.diff(y_m))
    ahead = back = np.ones(len(step_m))
    if heights is not None and mode in modes.ON_FOOT:
        rise_m = np.diff(heights.of([ref for way in ways for ref in way.refs], x_m, y_m))
        ahead, back = pace_on_slope(rise_m, step_m), pace_on_slope(-rise_m, step_m)
    clones = _Clones()
    begin = 0
    for way in ways:
        steps = slice(begin, begin + len(way.refs) - 1)
        _add_way(graph, way, step_m[steps].tolist(), (ahead[steps].tolist(), back[steps].tolist()), barriers, clones)
        begin += len(way.refs)
    return graph


def read_ways(pbf: Path, mode: Mode, walk_m_per_min: float) -> tuple[list[Way], set[int]]:
    """Read the ways a mode may use and the nodes where it is stopped.

    Parameters
    ----------
    pbf
        The extract, ``.osm.pbf``.
    mode
        Means of travel.
    walk_m_per_min
        Walking pace in metres a minute.

    Returns
    -------
    ways, barriers
        Ways of at least two nodes inside the extract, in its order; numbers of
        nodes with a barrier.

    Raises
    ------
    DamagedExtract
        The file is cut short, or no OpenStreetMap extract.
    """
    import osmium

    if not pbf.is_file():
        raise FileNotFoundError(f"{pbf}: there is no such extract. Check the path.")
    rules = modes.RULES[mode]
    ways: list[Way] = []
    barriers: set[int] = set()
    try:
        reader = osmium.FileProcessor(os.fspath(pbf)).with_locations()
        for item in reader.with_filter(osmium.filter.KeyFilter("highway", "barrier")):
            if isinstance(item, osmium.osm.Node):
                if rules.stops_at(dict(item.tags)):
                    barriers.add(item.id)
            elif isinstance(item, osmium.osm.Way) and "highway" in item.tags:
                tags = dict(item.tags)
                inside = [node for node in item.nodes if node.location.valid()]
                if len(inside) > 1 and rules.may_use(tags):
                    ways.append(
                        Way(
                            refs=[node.ref for node in inside],
                            lon=[node.location.lon for node in inside],
                            lat=[node.location.lat for node in inside],
                            highway=tags["highway"],
                            lit=lit_state(tags),
                            direction=rules.direction(tags),
                            pace_m_per_s=modes.pace_m_per_s(tags, mode, walk_m_per_min),
                        )
                    )
    except (RuntimeError, ValueError) as error:
        raise damaged_extract(pbf, error) from error
    return ways, barriers


class _Clones:
    """Numbers for the two sides of a barrier, which are places of their own."""

    def __init__(self) -> None:
        self._next = -(1 << 62)  # far from ids that an editor gives to new nodes

    def take(self) -> int:
        self._next -= 1
        return self._next


def _add_way(
    graph: nx.MultiDiGraph[int],
    way: Way,
    length_m: list[float],
    paces: tuple[list[float], list[float]],
    barriers: set[int],
    clones: _Clones,
) -> None:
    """Add one way as straight segments, cut where a barrier stops the mode."""
    for k in range(len(way.refs) - 1):
        if way.refs[k] == way.refs[k + 1]:
            continue
        ends = []
        for n in (k, k + 1):
            node = clones.take() if way.refs[n] in barriers else way.refs[n]
            if node not in graph:
                graph.add_node(node, x=way.lon[n], y=way.lat[n])
            ends.append(node)
        made = {"length": length_m[k], "highway": way.highway, "lit": way.lit}
        for pace, unwanted, tail, head in zip(paces, ("backward", "forward"), ends, ends[::-1], strict=True):
            if way.direction != unwanted:
                # A segment of no length still takes one tick: a time of zero means no street.
                ticks = max(1, round(length_m[k] / (way.pace_m_per_s * pace[k]) * TICKS_PER_SECOND))
                graph.add_edge(tail, head, ticks=ticks, **made)
