"""Postcodes, properties and practices of a council, and homes that no street leads to."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.councils.sources import RawFiles
from geo.errors import UnknownArea

MARGIN_M = 3_000.0
"""Streets so far around the council are kept, for ways that lead over its border [assumption]."""

CUT = f"Streets further than {MARGIN_M / 1000:.0f} km from the council were left out of the extract."

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


def places_of(
    raw: RawFiles, areas: gpd.GeoDataFrame, on: date, notes: list[str]
) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Read the postcodes and practices of a council.

    Parameters
    ----------
    raw
        The files.
    areas
        The council's small areas.
    on
        The day whose memberships of networks hold.
    notes
        Gets a sentence where something is not known.

    Returns
    -------
    postcodes, practices
        As in `app.councils.ground.CouncilGround`.

    Raises
    ------
    UnknownArea
        The postcodes are of another place.
    """
    from geo.locate import Locator
    from geo.pcn import current_membership, read_membership, read_practices
    from geo.postcodes import read_code_point, spaced

    if raw.postcodes is None:
        notes.append("Postcodes are unknown: no file was given. Practices cannot be placed without them.")
        return None, None
    west, south, east, north = (float(edge) for edge in areas.total_bounds)
    every = read_code_point(raw.postcodes, box_m=(west, south, east, north))
    every["area_ref"] = Locator(areas).find(every["lon"], every["lat"])
    inside = every[every["area_ref"].notna()].reset_index(drop=True)
    if len(inside) == 0:
        raise UnknownArea(f"{raw.postcodes} places no postcode in the council. Give the postcodes of its own place.")
    if raw.practices is None:
        return inside, None
    practices = read_practices(raw.practices)
    open_now = practices[practices["status"].eq("A")].copy()
    open_now["postcode"] = [spaced(text) or "" for text in open_now["postcode"]]
    placed = open_now.merge(inside[["postcode", "area_ref"]], on="postcode", how="inner")
    networks: dict[str, str] = {}
    if raw.membership is not None:
        current = current_membership(read_membership(raw.membership), on)
        networks = dict(zip(current["practice_ref"], current["pcn_ref"], strict=True))
    placed["pcn_ref"] = [networks.get(ref, "") for ref in placed["practice_ref"]]
    columns = ["practice_ref", "name", "postcode", "area_ref", "pcn_ref"]
    return inside, placed.loc[:, columns].sort_values("practice_ref").reset_index(drop=True)


def properties_of(raw: RawFiles, areas: gpd.GeoDataFrame) -> pd.DataFrame | None:
    """Read the properties of a council.

    Parameters
    ----------
    raw
        The files.
    areas
        The council's small areas.

    Returns
    -------
    properties
        As in `app.councils.ground.CouncilGround`.

    Raises
    ------
    UnknownArea
        The properties are of another place.
    """
    import pandas as pd
    import shapely

    from geo.british_grid import geometries_to_lon_lat
    from geo.locate import Locator
    from geo.whereabouts import read_uprns

    if raw.uprns is None:
        return None
    west, south, east, north = shapely.total_bounds(geometries_to_lon_lat(areas.geometry.to_numpy())).tolist()
    points = read_uprns(raw.uprns, box=(west, south, east, north))
    lon, lat = zip(*points.values(), strict=True)
    every = pd.DataFrame({"uprn": list(points), "lon": lon, "lat": lat})
    inside = pd.Series(Locator(areas).find(lon, lat), dtype=object).notna()
    if not inside.any():
        raise UnknownArea(f"{raw.uprns} places no property in the council. Give the properties of its own place.")
    return every[inside.to_numpy()].reset_index(drop=True)


def streets_around(areas: gpd.GeoDataFrame, streets: Path, folder: Path) -> Path:
    """Cut a region's extract to the council.

    Parameters
    ----------
    areas
        The council's small areas.
    streets
        The extract.
    folder
        Where the part goes.

    Returns
    -------
    Path
        The part, or the extract itself where most of it is the council's.
    """
    from geo.british_grid import to_lon_lat
    from geo.extract import cut_extract

    west, south, east, north = (float(edge) for edge in areas.total_bounds)
    x_m = np.array([west, west, east, east]) + MARGIN_M * np.array([-1, -1, 1, 1])
    y_m = np.array([south, north, south, north]) + MARGIN_M * np.array([-1, 1, -1, 1])
    lon, lat = to_lon_lat(x_m, y_m)
    part = folder / "part.osm.pbf"
    return part if cut_extract(streets, part, (min(lon), min(lat), max(lon), max(lat))) else streets


def off_network(
    areas: gpd.GeoDataFrame, postcodes: pd.DataFrame | None, streets: Path, cache_dir: Path
) -> tuple[str, int, int]:
    """Count homes too far from any street to walk from.

    Parameters
    ----------
    areas
        The council's small areas.
    postcodes
        Its postcodes, where they are known.
    streets
        Its extract.
    cache_dir
        Where networks are kept.

    Returns
    -------
    what, off, of
        What stands for homes (mapped addresses, or postcodes where few are mapped), how many lie off the network, of how many.

    Raises
    ------
    UnknownArea
        The extract is of another place.
    """
    from geo.locate import Locator
    from geo.network import network_for
    from geo.places import addresses_from_osm
    from geo.snap import snap

    network = network_for(streets, "walk", cache_dir)
    homes = addresses_from_osm(streets)
    inside = homes[[found is not None for found in Locator(areas).find(homes["lon"], homes["lat"])]]
    what = "mapped homes"
    if len(inside) < 100 and postcodes is not None:
        what, inside = "postcodes", postcodes
    if len(inside) == 0:
        return what, 0, 0
    snapped = snap(network, inside["lon"].to_numpy(), inside["lat"].to_numpy())
    if snapped.off_network.all():
        raise UnknownArea(
            f"{streets} has no street within 250 m of any of the council's {len(inside):,} {what}. Give the extract of its own place."
        )
    return what, int(np.count_nonzero(snapped.off_network)), len(inside)
