"""Travel tables side by side: careround and the libraries that could make them, in one run.

All get the same streets and the same homes; libraries get them as a graph in which every home is a junction that splits
its street, so that all compute the same times. Reading, building and preparing are not in the figures (careround's
preparation has its own row). Where a library is slow it measures some homes against all, and the rest is reckoned
(`homes_measured`); every one of its times is compared with careround's, to the second.
"""

from __future__ import annotations

from functools import partial
from importlib.metadata import PackageNotFoundError, version

import numpy as np
import numpy.typing as npt

from benchmarks.cities import city, extract_of_city, homes_along, tiled, town
from benchmarks.home_graph import Floats, HomeGraph, home_graph
from benchmarks.path_libraries import LIBRARIES
from benchmarks.results import Cell, Results, Row
from benchmarks.usage import clocked
from benchmarks.valhalla_times import valhalla_times
from geo.hierarchy import hierarchy_from, hierarchy_of, warm
from geo.network import Mode, StreetNetwork
from geo.search import arcs_of
from geo.snap import SnappedHomes
from geo.travel import UNREACHABLE_S, travel_seconds, travel_seconds_from, travel_table

CUTOFF_S = 1800
"""Twice the walking leg limit of 15 minutes."""


_MOST_THAT_MAY_DIFFER = 0.001
"""Pandana adds up rounded numbers: some of its times fall on the other side of a half second."""

_OF_VALHALLA = 10
"""Homes that Valhalla is measured on; each takes it a third of a second against 3,000."""

MEASURED = {"quick": (300, 20), "usual": (3000, 60), "full": (3000, 300)}
"""Homes, and the most of them that a slow library is measured on."""


def _whole(time_s: Floats, cutoff_s: int | None) -> npt.NDArray[np.int64]:
    rounded = np.floor(time_s + 0.5)
    kept = rounded <= (UNREACHABLE_S - 1 if cutoff_s is None else cutoff_s)
    return np.where(kept, rounded, UNREACHABLE_S).astype(np.int64)


def _ours(name: str, network: StreetNetwork, homes: SnappedHomes, cutoff_s: int | None) -> Row:
    """Measure careround's own table, the best of three runs, each with homes that it has not met before."""
    work = travel_seconds if cutoff_s is None else travel_table
    strangers = [homes.take(np.arange(len(homes))) for _ in range(3)]
    wall_s, cpu_s = min(clocked(partial(work, network, these, cutoff_s=cutoff_s)) for these in strangers)
    return _row(name, network, cutoff_s, "careround", wall_s, cpu_s, len(homes), 0, 1.0)


def _row(
    name: str,
    network: StreetNetwork,
    cutoff_s: int | None,
    library: str,
    wall_s: float,
    cpu_s: float,
    measured: int,
    differ: Cell,
    slower: float,
) -> Row:
    return {
        "streets": f"{name}, {network.mode}",
        "junctions": network.node_count,
        "table": "full" if cutoff_s is None else f"within {cutoff_s} s",
        "library": library,
        "wall_s": round(wall_s, 6),
        "cpu_s": round(cpu_s, 6),
        "times_slower": round(slower, 1),
        "homes_measured": measured,
        "pairs_that_differ": differ,
    }


def _theirs(
    library: str, graph: HomeGraph, reference: npt.NDArray[np.uint16], cutoff_s: int | None, most: int, seed: int
) -> tuple[float, float, int, int]:
    """Measure a library on some homes against all, and compare every time."""
    prepare, share = LIBRARIES[library]
    answer = prepare(graph, cutoff_s)
    count = min(most * share, len(graph.homes))
    rows = np.sort(np.random.default_rng(seed).choice(len(graph.homes), count, replace=False))
    answer(rows[:1])
    found: list[Floats] = []
    wall_s, cpu_s = clocked(lambda: found.append(answer(rows)))
    differ = int((_whole(found[0], cutoff_s) != reference[rows]).sum())
    return wall_s * len(graph.homes) / count, cpu_s * len(graph.homes) / count, count, differ


def beside_valhalla(name: str, network: StreetNetwork, count: int, ours: Row, seed: int) -> tuple[list[Row], str]:
    """Measure Valhalla on the streets of the extract that a network came from.

    Parameters
    ----------
    name
        Of the town.
    network
        Streets of one mode, of `benchmarks.cities.extract_of_city`.
    count
        Homes.
    ours
        Careround's row of the full table.
    seed
        Of the homes.

    Returns
    -------
    rows, why
        One row, and what its title should say of it.
    """
    homes = homes_along(network, count, seed)
    some = np.sort(np.random.default_rng(seed).choice(count, min(count, _OF_VALHALLA), replace=False))
    found = valhalla_times(extract_of_city(), network, homes, some, travel_seconds(network, homes, cutoff_s=None))
    if isinstance(found, str):
        return [], f"not measured: valhalla ({found})"
    scale = count / len(some)
    wall_s, slower = found.wall_s * scale, found.wall_s * scale / float(ours["wall_s"])
    said = f"own speeds, median {found.median_ratio:.2f} of ours"
    label = f"valhalla {found.version}"
    return [_row(name, network, None, label, wall_s, found.cpu_s * scale, len(some), said, slower)], ""


def measured(name: str, network: StreetNetwork, count: int, most: int, seed: int) -> tuple[list[Row], list[str]]:
    """Measure all on one network.

    Parameters
    ----------
    name
        Of the town.
    network
        Streets of one mode.
    count
        Homes.
    most
        Homes that a slow library is measured on.
    seed
        Of the homes.

    Returns
    -------
    rows, failures
        One row per library and table; what does not agree or does not install.
    """
    rows, failures = [], []
    homes = homes_along(network, count, seed)
    arcs_of(network)
    wall_s, cpu_s = min(clocked(lambda: hierarchy_from(arcs_of(network))) for _ in range(3))
    hierarchy_of(network)
    rows.append(_row(name, network, None, "careround, once: prepare", wall_s, cpu_s, count, 0, 0.0))
    graph = home_graph(network, homes)
    for cutoff_s in (CUTOFF_S, None):
        reference = travel_seconds(network, homes, cutoff_s=cutoff_s)
        ours = _ours(name, network, homes, cutoff_s)
        rows.append(ours)
        for library in LIBRARIES:
            try:
                wall_s, cpu_s, some, differ = _theirs(library, graph, reference, cutoff_s, most, seed)
            except ImportError:
                continue
            slower = wall_s / max(float(ours["wall_s"]), 1e-6)
            rows.append(_row(name, network, cutoff_s, library, wall_s, cpu_s, some, differ, slower))
            if differ > some * count * _MOST_THAT_MAY_DIFFER:
                failures.append(f"{name}, {network.mode}: {library} differs from careround in {differ} pairs.")
    new = [homes.take([home]) for home in np.random.default_rng(seed).integers(0, count, 300)]
    one = [clocked(partial(travel_seconds_from, network, home, homes, CUTOFF_S)) for home in new]
    for what, share in (("median", 50), ("99th percentile", 99)):
        wall_s, cpu_s = (float(np.percentile([run[k] for run in one], share)) for k in (0, 1))
        rows.append(_row(name, network, CUTOFF_S, f"careround, one home: {what}", wall_s, cpu_s, 300, 0, 0.0))
    return rows, failures


def travel(size: str, seed: int) -> Results:
    """Compare travel tables of careround with those of other libraries.

    Parameters
    ----------
    size
        ``quick``: the fictional borough on foot, 300 homes; ``usual``: Newport with 3,000, on foot and by car, and on foot
        tiled three by three; ``full``: the same with more homes measured on slow libraries.
    seed
        Of the homes.

    Returns
    -------
    Results
        A row for each network, table and library.
    """
    warm()
    count, most = MEASURED[size]
    rows: list[Row] = []
    failures: list[str] = []
    remarks = [f"not installed: {library}" for library in LIBRARIES if not _installed(library)]
    modes: tuple[Mode, ...] = ("walk",) if size == "quick" else ("walk", "drive")
    for mode in modes:
        name, network = town(mode) if size == "quick" else city(mode)
        of_mode, failed = measured(name, network, count, most, seed)
        rows += of_mode
        failures += failed
        if size != "quick":
            ours = next(row for row in of_mode if (row["library"], row["table"]) == ("careround", "full"))
            of_valhalla, remark = beside_valhalla(name, network, count, ours, seed)
            rows += of_valhalla
            remarks += [remark] if remark and remark not in remarks else []
        if size != "quick" and mode == "walk":
            of_mode, failed = measured(f"{name} 3 × 3", tiled(network, 3), count, max(10, most // 6), seed)
            rows += of_mode
            failures += failed
    title = "; ".join([f"Travel tables between {count:,} homes", *remarks])
    return Results(name="travel", title=title, rows=rows, failures=failures)


def _installed(library: str) -> bool:
    try:
        return bool(version(library))
    except PackageNotFoundError:
        return False
