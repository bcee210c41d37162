"""Legs drawn along the streets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from geo.errors import OffNetwork, UnreachableHome
from geo.search import Arcs, Doors, along_one_street, arcs_of, doors_of, leaving, search
from geo.snap import SnappedHomes
from geo.streets import StreetNetwork

LonLat = npt.NDArray[np.float64]

_SOURCES_AT_ONCE = 64

_LIMITS_S = (300.0, 900.0, np.inf)
"""Most legs of a round are short: search near first, and everywhere only for the rest."""


def route(network: StreetNetwork, homes: SnappedHomes, i: int, j: int) -> LonLat:
    """Draw the quickest way from one home to another.

    Parameters
    ----------
    network
        The network the homes were snapped to.
    homes
        Snapped homes.
    i, j
        Rows of the home to leave and the home to reach.

    Returns
    -------
    line
        Vertices along the streets, shape (vertices, 2), degrees lon, lat;
        at least two.

    Raises
    ------
    OffNetwork
        One of the homes is too far from any street.
    UnreachableHome
        There is no way from one to the other.
    """
    return routes(network, homes, [(i, j)])[0]


def routes(network: StreetNetwork, homes: SnappedHomes, legs: Sequence[tuple[int, int]]) -> list[LonLat]:
    """Draw many legs, with one search for each home left.

    Parameters
    ----------
    network
        The network the homes were snapped to.
    homes
        Snapped homes.
    legs
        Rows of the home to leave and the home to reach.

    Returns
    -------
    lines
        One line per leg, in the given order, as in `route`.

    Raises
    ------
    OffNetwork
        One of the homes is too far from any street.
    UnreachableHome
        There is no way for one of the legs.
    """
    lost = sorted({home for leg in legs for home in leg if homes.off_network[home]})
    if lost:
        raise OffNetwork(
            f"Homes in rows {lost[:10]} are too far from any street to draw a way. "
            "Check their position, or leave them out of the drawing."
        )
    doors = doors_of(network, homes)
    arcs = arcs_of(network)
    ends, times = leaving(doors)
    lines: dict[int, LonLat] = {}
    for limit_s in _LIMITS_S:
        by_source: dict[int, list[int]] = defaultdict(list)
        for place, (source, _) in enumerate(legs):
            if place not in lines:
                by_source[source].append(place)
        sources = sorted(by_source)
        for begin in range(0, len(sources), _SOURCES_AT_ONCE):
            some = np.array(sources[begin : begin + _SOURCES_AT_ONCE])
            found, before = search(arcs, ends[some], times[some], limit_s, with_predecessors=True)
            assert before is not None
            for row, source in enumerate(some.tolist()):
                for place in by_source[source]:
                    target = legs[place][1]
                    # What lies beyond the limit may have a better way that was not searched.
                    if limit_s == np.inf or _around_s(doors, found[row], target) <= limit_s:
                        lines[place] = _draw(network, homes, doors, arcs, found[row], before[row], source, target)
    return [lines[place] for place in range(len(legs))]


def _around_s(doors: Doors, found: npt.NDArray[np.float64], j: int) -> float:
    """Seconds to a home by the better end of its street."""
    by_first = found[doors.first[j]] + doors.from_first[j]
    by_last = found[doors.last[j]] + doors.from_last[j]
    return float(min(by_first, by_last))


def _draw(
    network: StreetNetwork,
    homes: SnappedHomes,
    doors: Doors,
    arcs: Arcs,
    found: npt.NDArray[np.float64],
    before: npt.NDArray[np.int32],
    i: int,
    j: int,
) -> LonLat:
    """Put a leg together from a piece of street, whole streets and a piece of street."""
    by_first = found[doors.first[j]] + doors.from_first[j]
    by_last = found[doors.last[j]] + doors.from_last[j]
    around = _around_s(doors, found, j)
    edge_i, edge_j = int(doors.edge[i]), int(doors.edge[j])
    at_i, at_j = float(homes.offset_m[i]), float(homes.offset_m[j])
    if edge_i == edge_j:
        straight = along_one_street(doors, i, np.array([j]))[0]
        if straight <= around:
            return _piece(network, edge_i, at_i, at_j)
    if not np.isfinite(around):
        raise UnreachableHome(
            f"There is no way from the home in row {i} to the home in row {j}. They lie in parts "
            "of the network that are not joined: check the extract, or plan them apart."
        )
    enter_first = by_first <= by_last
    node = int(doors.first[j] if enter_first else doors.last[j])
    length_j = float(network.edge_length_m[edge_j])
    pieces = [_piece(network, edge_j, 0.0 if enter_first else length_j, at_j)]
    while before[node] < network.node_count:
        previous = int(before[node])
        pieces.append(_whole(network, arcs, previous, node))
        node = previous
    leave_first = node == doors.first[i] and (node != doors.last[i] or doors.to_first[i] <= doors.to_last[i])
    length_i = float(network.edge_length_m[edge_i])
    pieces.append(_piece(network, edge_i, at_i, 0.0 if leave_first else length_i))
    line = np.concatenate(pieces[::-1])
    moved = np.ones(len(line), dtype=bool)
    moved[1:] = (line[1:] != line[:-1]).any(axis=1)
    kept = line[moved]
    return kept if len(kept) > 1 else np.repeat(kept, 2, axis=0)


def _whole(network: StreetNetwork, arcs: Arcs, tail: int, head: int) -> LonLat:
    """Vertices of the street that an arc stands for, in its direction."""
    begin, end = int(arcs.start[tail]), int(arcs.start[tail + 1])
    edge = int(arcs.edge[begin + int(np.searchsorted(arcs.head[begin:end], head))])
    points = slice(int(network.point_start[edge]), int(network.point_start[edge + 1]))
    line = np.column_stack([network.point_lon[points], network.point_lat[points]])
    return line if network.edge_from[edge] == tail else line[::-1]


def _piece(network: StreetNetwork, edge: int, begin_m: float, end_m: float) -> LonLat:
    """Vertices of a street between two offsets, in that direction."""
    points = slice(int(network.point_start[edge]), int(network.point_start[edge + 1]))
    x_m, y_m = network.point_x_m[points], network.point_y_m[points]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x_m), np.diff(y_m)))])
    # The stored length was added up segment by segment and may differ in the last bits.
    length_m = float(network.edge_length_m[edge])
    scale = along[-1] / length_m if length_m > 0 else 0.0
    low, high = min(begin_m, end_m) * scale, max(begin_m, end_m) * scale
    lon, lat = network.point_lon[points], network.point_lat[points]
    inner = (along > low) & (along < high)
    cut = np.array([low, high])
    ends = np.column_stack([np.interp(cut, along, lon), np.interp(cut, along, lat)])
    line = np.concatenate([ends[:1], np.column_stack([lon, lat])[inner], ends[1:]])
    return line if begin_m <= end_m else line[::-1]
