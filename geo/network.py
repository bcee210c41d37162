"""From an OpenStreetMap extract to a street network, built once and kept.

pyosmium reads the ways people may walk or cars may drive, osmnx joins them to
streets between junctions, and the result is flattened into arrays.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from geo.access import Mode
from geo.british_grid import to_grid
from geo.errors import DamagedNetwork, NoStreets
from geo.heights import Heights
from geo.modes import ON_FOOT
from geo.streets import (
    ISLAND,
    TICKS_PER_SECOND,
    StreetNetwork,
    load_network,
    save_network,
)
from geo.ways import graph_of_ways

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "Mode",
    "StreetNetwork",
    "build_network",
    "load_network",
    "network_for",
    "save_network",
]

WALK_M_PER_MIN = 75.0
"""Walking pace in metres a minute, a planning assumption of the field."""

_CODE = "access after_dark british_grid cycling heights modes network streets ways whole_file".split()

LEAST_SHARE_OF_STREETS = 0.05
"""A connected part with a smaller share of all street metres is an island."""


def build_network(
    pbf: Path, mode: Mode, walk_m_per_min: float = WALK_M_PER_MIN, heights: Heights | None = None
) -> StreetNetwork:
    """Build the network of an OpenStreetMap extract for one means of travel.

    Parameters
    ----------
    pbf
        The extract, ``.osm.pbf``.
    mode
        ``walk``, ``dark_walk`` (lit ways only), ``cycle`` or ``drive``. On foot
        one-way signs do not apply.
    walk_m_per_min
        Walking pace in metres a minute, on level ground.
    heights
        Where given, walking follows the gradient (Tobler); left out, all ground is level.

    Returns
    -------
    network
        Streets between junctions, the same for the same file on every machine.

    Raises
    ------
    DamagedExtract
        The file is cut short, or no OpenStreetMap extract.
    NoStreets
        The file holds no street this mode may use.
    """
    graph = graph_of_ways(pbf, mode, walk_m_per_min, heights)
    if graph.number_of_edges() == 0:
        raise NoStreets(
            f"{pbf} holds no street for the mode {mode}. Check that the extract covers the "
            "town and was not filtered down to something else than streets."
        )
    import osmnx

    # Class and light change along a street; a junction there keeps both exact.
    simple = osmnx.simplify_graph(
        graph,
        edge_attrs_differ=["highway", "lit"],
        edge_attr_aggs={"length": sum, "ticks": sum},
    )
    return _flatten(simple, mode)


def _flatten(graph: nx.MultiDiGraph[int], mode: Mode) -> StreetNetwork:
    """Turn osmnx's simplified graph into arrays, each street once, in a fixed order."""
    nodes = sorted(graph.nodes)
    number = {node: i for i, node in enumerate(nodes)}
    node_lon = np.array([graph.nodes[node]["x"] for node in nodes])
    node_lat = np.array([graph.nodes[node]["y"] for node in nodes])
    streets = _streets_once(graph, number)
    lines = [street[2] for street in streets]
    point_start = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    points = np.array([point for line in lines for point in line], dtype=np.float64)
    names = tuple(sorted({street[3]["highway"] for street in streets}))
    edge_from = np.array([street[0] for street in streets], dtype=np.int32)
    edge_to = np.array([street[1] for street in streets], dtype=np.int32)
    length_m = np.array([street[3]["length"] for street in streets], dtype=np.float64)
    back = np.array([street[4] for street in streets], dtype=np.float64) / TICKS_PER_SECOND
    component, island_count = _components(len(nodes), edge_from, edge_to, back, length_m, mode)
    on_island = (component[edge_from] == ISLAND) & (component[edge_to] == ISLAND)
    node_x_m, node_y_m = to_grid(node_lon, node_lat)
    point_x_m, point_y_m = to_grid(points[:, 0], points[:, 1])
    return StreetNetwork(
        mode=mode,
        node_x_m=node_x_m,
        node_y_m=node_y_m,
        node_lon=node_lon,
        node_lat=node_lat,
        node_component=component,
        edge_from=edge_from,
        edge_to=edge_to,
        edge_length_m=length_m,
        edge_time_s=np.array([s[3]["ticks"] for s in streets]) / TICKS_PER_SECOND,
        edge_back_time_s=back,
        edge_highway=np.array([names.index(s[3]["highway"]) for s in streets], dtype=np.uint8),
        edge_lit=np.array([s[3]["lit"] for s in streets], dtype=np.int8),
        point_x_m=point_x_m,
        point_y_m=point_y_m,
        point_lon=points[:, 0].copy(),
        point_lat=points[:, 1].copy(),
        point_start=point_start,
        highway_names=names,
        island_count=island_count,
        island_length_m=float(length_m[on_island].sum()),
    )


_Line = tuple[tuple[float, float], ...]
_Street = tuple[int, int, _Line, dict[str, Any], float]


def _streets_once(graph: nx.MultiDiGraph[int], number: dict[int, int]) -> list[_Street]:
    """Pair the two directions of each street by their line."""
    ways: dict[tuple[int, int, _Line], list[tuple[bool, dict[str, Any]]]] = defaultdict(list)
    for u, v, data in graph.edges(data=True):
        a, b = number[u], number[v]
        if "geometry" in data:
            line = tuple((float(x), float(y)) for x, y in data["geometry"].coords)
        else:
            line = tuple((graph.nodes[n]["x"], graph.nodes[n]["y"]) for n in (u, v))
        turned = (b, a, line[::-1])
        straight = (a, b, line)
        if turned < straight:
            ways[turned].append((True, data))
        else:
            ways[straight].append((False, data))
    streets: list[_Street] = []
    for (a, b, line), made in sorted(ways.items(), key=lambda entry: entry[0]):
        ahead = [data for turned, data in made if not turned]
        behind = [data for turned, data in made if turned]
        # A ring or a doubled line is its own reverse: then both lists hold one key.
        if a == b and line == line[::-1] and not behind:
            behind = ahead
        if ahead:
            best = min(ahead, key=lambda data: data["ticks"])
            back = float(min((data["ticks"] for data in behind), default=np.inf))
            streets.append((a, b, line, best, back))
        else:
            best = min(behind, key=lambda data: data["ticks"])
            streets.append((b, a, line[::-1], best, float("inf")))
    return streets


def _components(
    node_count: int,
    edge_from: npt.NDArray[np.int32],
    edge_to: npt.NDArray[np.int32],
    back: npt.NDArray[np.float64],
    length_m: npt.NDArray[np.float64],
    mode: Mode,
) -> tuple[npt.NDArray[np.int32], int]:
    """Number the connected parts, largest first; small ones are islands."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    two_way = np.isfinite(back)
    tail = np.concatenate([edge_from, edge_to[two_way]])
    head = np.concatenate([edge_to, edge_from[two_way]])
    matrix = coo_array((np.ones(len(tail)), (tail, head)), shape=(node_count, node_count))
    count, label = connected_components(matrix.tocsr(), directed=mode not in ON_FOOT, connection="strong")
    inside = label[edge_from] == label[edge_to]
    metres = np.bincount(label[edge_from][inside], length_m[inside], minlength=count)
    order = np.lexsort((np.arange(count), -metres))
    large = metres >= LEAST_SHARE_OF_STREETS * length_m.sum()
    large[order[0]] = True
    renumbered = np.full(count, ISLAND, dtype=np.int32)
    kept = [part for part in order if large[part]]
    renumbered[kept] = np.arange(len(kept), dtype=np.int32)
    return renumbered[label].astype(np.int32), int(count - len(kept))


def network_for(
    pbf: Path,
    mode: Mode,
    cache_dir: Path,
    walk_m_per_min: float = WALK_M_PER_MIN,
    heights: Heights | None = None,
) -> StreetNetwork:
    """Load the network of an extract, building it the first time it is asked for.

    The saved file is named by the content of the extract, the mode, the pace and
    the code that builds it, so an edited extract or program never meets an old
    network. Two processes may build the same one at once: each writes its own
    copy and moves it into place whole.

    Parameters
    ----------
    pbf
        The extract, ``.osm.pbf``.
    mode
        Means of travel.
    cache_dir
        Folder for saved networks; made when missing, left aside where it cannot be written.
    walk_m_per_min
        Walking pace in metres a minute, on level ground.
    heights
        Where given, walking follows the gradient.

    Returns
    -------
    network
        The street network.

    Raises
    ------
    DamagedExtract
        The file is cut short, or no OpenStreetMap extract.
    NoStreets
        The file holds no street this mode may use.
    """
    if not pbf.is_file():
        raise FileNotFoundError(f"{pbf}: there is no such extract. Check the path.")
    with pbf.open("rb") as extract:
        digest = hashlib.file_digest(extract, "sha256")
    terrain = "" if heights is None else heights.digest()
    digest.update(f"|{mode}|{walk_m_per_min!r}|{terrain}|{code_version()}".encode())
    saved = cache_dir / f"{mode}-{digest.hexdigest()[:32]}.npz"
    with suppress(OSError, DamagedNetwork):
        return load_network(saved)
    network = build_network(pbf, mode, walk_m_per_min, heights)
    with suppress(OSError):  # a cache that cannot be written costs time, and is no reason to stop
        save_network(network, saved)
    return network


def code_version() -> str:
    """Identify the code that builds networks, osmnx's part included.

    Returns
    -------
    str
        Hex digest; another one means that saved networks no longer serve.
    """
    from importlib.metadata import version

    digest = hashlib.sha256(version("osmnx").encode())
    for name in _CODE:
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()
