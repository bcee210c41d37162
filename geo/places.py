"""Where people live: addresses and homes on the map, and how many in each area."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geo import tables
from geo.basemap import ground_for_map, streets_for_map
from geo.errors import EmptyFile, MissingColumn, damaged_extract
from geo.postcodes import spaced

if TYPE_CHECKING:
    import osmium
    import pandas as pd

__all__ = ["addresses_from_osm", "ground_for_map", "read_population", "streets_for_map"]

_HOMES = frozenset(
    "house detached semidetached_house terrace apartments bungalow residential dormitory farm static_caravan cabin "
    "ger houseboat semi".split()
)
_ADDRESS_KEYS = ("addr:housenumber", "addr:housename", "addr:postcode", "addr:street")
_NOT_HOMES = frozenset(("amenity", "shop", "office", "craft", "industrial", "tourism", "leisure", "healthcare"))

_AREA_NAMES = ("LSOA21CD", "LSOA11CD", "LSOA Code", "LSOA_CODE", "LSOA 2021 Code", "LSOA 2011 Code", "area_ref")
_TOTAL_NAMES = ("Population (Total)", "All Ages", "Total", "population", "All usual residents")
_OLDER_NAMES = ("Population (60+)", "60+", "population_60_plus")
_LOWEST_AGE = re.compile(r"^(?:aged? )?(\d+)")


def addresses_from_osm(pbf: Path) -> pd.DataFrame:
    """Find addresses and homes in an OpenStreetMap extract.

    Buildings and points with an address, and residential buildings without
    one. Shops, offices and other places that are not homes are left out.

    Parameters
    ----------
    pbf
        The extract, ``.osm.pbf``.

    Returns
    -------
    addresses
        lon, lat (degrees), postcode (spaced), street (both empty where not
        mapped), residential (whether the building is tagged as a home), in the
        order of the file.

    Raises
    ------
    DamagedExtract
        The file is cut short, or no OpenStreetMap extract.
    """
    import osmium
    import pandas as pd

    if not pbf.is_file():
        raise FileNotFoundError(f"{pbf}: there is no such extract. Check the path.")
    records: list[tuple[float, float, str, str, bool]] = []
    try:
        reader = osmium.FileProcessor(os.fspath(pbf)).with_locations()
        for item in reader.with_filter(osmium.filter.KeyFilter("building", *_ADDRESS_KEYS)):
            if not isinstance(item, osmium.osm.Node | osmium.osm.Way):
                continue
            tags = dict(item.tags)
            residential = tags.get("building") in _HOMES
            addressed = "addr:housenumber" in tags or "addr:housename" in tags
            if not (residential or addressed) or any(key in tags for key in _NOT_HOMES):
                continue
            where = _middle(item)
            if where is not None:
                postcode = spaced(tags.get("addr:postcode", "")) or ""
                records.append((*where, postcode, tags.get("addr:street", ""), residential))
    except RuntimeError as error:
        raise damaged_extract(pbf, error) from error
    return pd.DataFrame.from_records(records, columns=["lon", "lat", "postcode", "street", "residential"])


def _middle(item: osmium.osm.Node | osmium.osm.Way) -> tuple[float, float] | None:
    """Mean of the corners: inside any building that is not very crooked."""
    import osmium

    if isinstance(item, osmium.osm.Node):
        return item.location.lon, item.location.lat
    corners = [(node.location.lon, node.location.lat) for node in item.nodes if node.location.valid()]
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if not corners:
        return None
    lon, lat = np.mean(corners, axis=0)
    return float(lon), float(lat)


def read_population(path: Path) -> pd.DataFrame:
    """Read how many people, and how many older people, live in each area.

    Parameters
    ----------
    path
        A CSV by area: either one row per area with columns for all ages and for
        60 and over, or one row per area and age band.

    Returns
    -------
    population
        area_ref, population, population_60_plus, ordered by area_ref. Where the
        bands do not break at 60, the youngest band that starts above it is the
        beginning: ``attrs["older_from"]`` says which age that is.

    Raises
    ------
    EmptyFile, MalformedRow, MissingColumn
        The file is not of this form.
    """
    import pandas as pd

    rows = tables.read_rows(path)
    header = rows[0]
    area = tables.find_column(header, _AREA_NAMES, path)
    band = tables.find_optional_column(header, ("Age band", "Age", "age_band"))
    totals: dict[str, int] = {}
    older: dict[str, int] = {}
    older_from = 60
    if band is None:
        total = tables.find_column(header, _TOTAL_NAMES, path)
        sixty = tables.find_column(header, _OLDER_NAMES, path)
        for line, row in enumerate(rows[1:], start=2):
            tables.cell(row, max(area, total, sixty), path, line)
            totals[row[area]] = tables.count_of(row[total], path, line)
            older[row[area]] = tables.count_of(row[sixty], path, line)
    else:
        count = tables.find_column(header, ("Population", "Count"), path)
        ages = {row[band] for row in rows[1:] if len(row) > band}
        starts = {age: int(match.group(1)) for age in ages if (match := _LOWEST_AGE.match(age.lower()))}
        at_least_60 = [start for start in starts.values() if start >= 60]
        if not at_least_60:
            raise MissingColumn(f"{path} has no age band from 60 upwards. Give a table that tells older people apart.")
        older_from = min(at_least_60)
        for line, row in enumerate(rows[1:], start=2):
            tables.cell(row, max(area, band, count), path, line)
            start = starts.get(row[band])
            if start is None:
                continue
            people = tables.count_of(row[count], path, line)
            totals[row[area]] = totals.get(row[area], 0) + people
            older[row[area]] = older.get(row[area], 0) + (people if start >= older_from else 0)
    if not totals:
        raise EmptyFile(f"{path} holds a header and no rows. Fetch it again from its publisher.")
    references = sorted(totals)
    population = pd.DataFrame(
        {
            "area_ref": references,
            "population": [totals[reference] for reference in references],
            "population_60_plus": [older[reference] for reference in references],
        }
    )
    population.attrs["older_from"] = older_from
    return population
