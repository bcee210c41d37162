"""Places, boundaries, streets and travel times, from published open data.

Names are imported on first use: ``import geo`` itself costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME_OF = {
    "StreetNetwork": "streets",
    "build_network": "network",
    "load_network": "network",
    "network_for": "network",
    "save_network": "network",
    "SnappedHomes": "snap",
    "snap": "snap",
    "UNREACHABLE_S": "travel",
    "travel_seconds": "travel",
    "travel_seconds_from": "travel",
    "route": "travel",
    "routes": "travel",
    "read_areas": "boundaries",
    "dissolve": "boundaries",
    "hexagons": "boundaries",
    "read_membership": "pcn",
    "read_practices": "pcn",
    "read_registered": "pcn",
    "plurality": "pcn",
    "read_code_point": "postcodes",
    "addresses_from_osm": "places",
    "read_population": "places",
    "streets_for_map": "basemap",
    "ground_for_map": "basemap",
    "Locator": "locate",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first used."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'geo' has no attribute {name!r}")
    return getattr(import_module(f"geo.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(_HOME_OF)
