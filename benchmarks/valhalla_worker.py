"""Valhalla, asked in a Python of its own: tiles of an extract, then times from some homes to all. JSON in, JSON out.

Only `benchmarks.valhalla_times` starts this. It imports nothing but pyvalhalla, whose wheels that can build tiles need Python 3.12.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_LIMITS = {"max_locations": 1_000_000, "max_matrix_location_pairs": 1_000_000_000, "max_matrix_distance": 10_000_000}
"""Plenty: its own are for services that strangers ask."""


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Build tiles, and measure one matrix.

    Parameters
    ----------
    request
        ``extract``, ``folder``, ``costing``, ``options``, ``lon_lat`` of all homes, and ``sources``, the rows to measure.

    Returns
    -------
    dict
        ``version``, ``wall_s``, ``cpu_s`` and ``durations_s`` (None where there is no way); or ``absent`` with a reason.
    """
    try:
        valhalla = importlib.import_module("valhalla")
    except ImportError:
        return {"absent": "pyvalhalla is not installed"}
    builder = Path(str(valhalla.__file__)).parent / "bin" / "valhalla_build_tiles"
    if not builder.is_file():
        return {"absent": f"the wheel of pyvalhalla {valhalla.__version__} cannot build tiles"}
    tiles, settings = Path(request["folder"]) / "tiles", Path(request["folder"]) / "valhalla.json"
    tiles.mkdir()
    config = valhalla.get_config(tile_extract="", tile_dir=str(tiles))
    # The faster of its two ways for few homes against many.
    config["thor"]["source_to_target_algorithm"] = "timedistancematrix"
    config["mjolnir"]["concurrency"] = 1
    config["service_limits"][request["costing"]] |= _LIMITS
    settings.write_text(json.dumps(config), encoding="utf-8")
    subprocess.run([builder, "-c", settings, request["extract"]], check=True, capture_output=True)
    actor = valhalla.Actor(str(settings))
    homes = [{"lon": lon, "lat": lat} for lon, lat in request["lon_lat"]]
    asked = {
        "sources": [homes[row] for row in request["sources"]],
        "targets": homes,
        "costing": request["costing"],
        "costing_options": {request["costing"]: request["options"]},
        "verbose": False,
        "shape_format": "no_shape",
    }
    actor.matrix(asked | {"sources": asked["sources"][:1]})
    wall, cpu = time.perf_counter(), time.process_time()
    found = actor.matrix(asked)
    return {
        "version": valhalla.__version__,
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
        "durations_s": found["sources_to_targets"]["durations"],
    }


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
