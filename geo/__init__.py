"""Places, boundaries, streets and travel times, from published open data.

Names are imported on first use: ``import geo`` itself costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.basemap import ground_for_map as ground_for_map
    from geo.basemap import streets_for_map as streets_for_map
    from geo.boundaries import dissolve as dissolve
    from geo.boundaries import read_areas as read_areas
    from geo.heights import read_height_grid as read_height_grid
    from geo.honeycomb import hexagons as hexagons
    from geo.kept_travel import travel_seconds_for as travel_seconds_for
    from geo.kept_travel import travel_table_for as travel_table_for
    from geo.locate import Locator as Locator
    from geo.network import build_network as build_network
    from geo.network import load_network as load_network
    from geo.network import network_for as network_for
    from geo.network import save_network as save_network
    from geo.pcn import plurality as plurality
    from geo.pcn import read_membership as read_membership
    from geo.pcn import read_practices as read_practices
    from geo.pcn import read_registered as read_registered
    from geo.places import addresses_from_osm as addresses_from_osm
    from geo.places import read_population as read_population
    from geo.postcodes import read_code_point as read_code_point
    from geo.routes import route as route
    from geo.snap import SnappedHomes as SnappedHomes
    from geo.streets import StreetNetwork as StreetNetwork
    from geo.travel import UNREACHABLE_S as UNREACHABLE_S
    from geo.travel import TravelTable as TravelTable
    from geo.travel import travel_seconds as travel_seconds
    from geo.travel import travel_seconds_from as travel_seconds_from
    from geo.travel import travel_table as travel_table

_HOME_OF = {
    "StreetNetwork": "streets",
    "build_network": "network",
    "load_network": "network",
    "network_for": "network",
    "save_network": "network",
    "SnappedHomes": "snap",
    "UNREACHABLE_S": "travel",
    "travel_seconds": "travel",
    "travel_seconds_from": "travel",
    "TravelTable": "travel",
    "travel_table": "travel",
    "travel_seconds_for": "kept_travel",
    "travel_table_for": "kept_travel",
    "read_height_grid": "heights",
    "route": "routes",
    "read_areas": "boundaries",
    "dissolve": "boundaries",
    "hexagons": "honeycomb",
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
