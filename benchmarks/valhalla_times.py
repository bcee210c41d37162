"""Valhalla beside the others: the same homes and extract, but its own tiles, streets and speeds.

So its times cannot be compared to the second, and it cannot be asked on tiled cities; that it means the same journeys is
seen from the median of its times against ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from geo.british_grid import to_lon_lat
from geo.network import WALK_M_PER_MIN, StreetNetwork
from geo.snap import SnappedHomes

PYTHON = "CAREROUND_VALHALLA_PYTHON"
"""A Python that has pyvalhalla, where it does not install in this one (its newer wheels need 3.12)."""

_WORKER = Path(__file__).with_name("valhalla_worker.py")
_MOST_S = 1_800


@dataclass(frozen=True, slots=True, kw_only=True)
class Valhalla:
    """What Valhalla took.

    Attributes
    ----------
    version
        Of pyvalhalla.
    wall_s, cpu_s
        Seconds for the homes measured.
    median_ratio
        Its times against careround's, the median of all pairs that both know.
    """

    version: str
    wall_s: float
    cpu_s: float
    median_ratio: float


def valhalla_times(
    extract: Path,
    network: StreetNetwork,
    homes: SnappedHomes,
    rows: npt.NDArray[np.int64],
    reference: npt.NDArray[np.uint16],
) -> Valhalla | str:
    """Measure some homes against all.

    Parameters
    ----------
    extract
        The network's ``.osm.pbf``.
    network, homes
        Streets of one mode and all homes.
    rows
        The homes that are measured.
    reference
        Careround's full table, seconds.

    Returns
    -------
    Valhalla or str
        Or why it could not be measured.
    """
    walking = network.mode == "walk"
    with tempfile.TemporaryDirectory() as folder:
        request = {
            "extract": str(extract),
            "folder": folder,
            "costing": "pedestrian" if walking else "auto",
            "options": {"walking_speed": WALK_M_PER_MIN * 60 / 1000} if walking else {},
            "lon_lat": places_of(network, homes).tolist(),
            "sources": rows.tolist(),
        }
        python = os.environ.get(PYTHON, sys.executable)
        done = subprocess.run(
            [python, "-I", _WORKER],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=_MOST_S,
            check=False,
        )
    if done.returncode != 0:
        return (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
    found = json.loads(done.stdout)
    if "absent" in found:
        return str(found["absent"])
    theirs, ours = np.array(found["durations_s"], dtype=np.float64), reference[rows].astype(np.float64)
    both = np.isfinite(theirs) & (ours < np.iinfo(np.uint16).max) & (ours > 0)
    ratio = float(np.median(theirs[both] / ours[both]))
    return Valhalla(version=found["version"], wall_s=found["wall_s"], cpu_s=found["cpu_s"], median_ratio=ratio)


def places_of(network: StreetNetwork, homes: SnappedHomes) -> npt.NDArray[np.float64]:
    """Find where homes are that were placed along streets.

    Parameters
    ----------
    network, homes
        Streets and homes on them.

    Returns
    -------
    lon_lat
        Degrees, shape (homes, 2).
    """
    owner = np.repeat(np.arange(network.edge_count), np.diff(network.point_start))
    lines = shapely.linestrings(np.column_stack([network.point_x_m, network.point_y_m]), indices=owner)
    share = homes.offset_m / np.maximum(network.edge_length_m[homes.edge], 1e-9)
    points = shapely.line_interpolate_point(np.asarray(lines)[homes.edge], share, normalized=True)
    return np.column_stack(to_lon_lat(shapely.get_x(points), shapely.get_y(points)))
