"""Postcodes and where they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geo import tables
from geo.british_grid import to_lon_lat
from geo.errors import EmptyFile, MalformedRow

if TYPE_CHECKING:
    import pandas as pd

_OUTWARD_INWARD = re.compile(r"^([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})$")


def spaced(postcode: str) -> str | None:
    """Write a postcode in capitals with one space before its last three characters.

    Parameters
    ----------
    postcode
        As found, with any spacing and case.

    Returns
    -------
    postcode
        Spaced, or None when the text is no full postcode.
    """
    match = _OUTWARD_INWARD.match(re.sub(r"\s+", "", postcode).upper())
    return None if match is None else f"{match.group(1)} {match.group(2)}"


def sector(postcode: str) -> str | None:
    """Give the postcode sector, the part that may be shown to others.

    Parameters
    ----------
    postcode
        A full postcode, with any spacing and case.

    Returns
    -------
    sector
        For example ``AB1 2``, or None when the text is no full postcode.
    """
    whole = spaced(postcode)
    return None if whole is None else whole[:-2]


def read_code_point(path: Path) -> pd.DataFrame:
    """Read where postcodes are.

    Parameters
    ----------
    path
        OS Code-Point Open, a CSV without header (postcode, quality, easting,
        northing, …), or with a header naming Postcode, Eastings, Northings, such
        as the ONS Postcode Directory's; also their ZIP as published.

    Returns
    -------
    postcodes
        postcode (spaced), x_m, y_m (EPSG:27700 metres), lon, lat (degrees), each
        postcode once, ordered by postcode. Postcodes that the publisher could
        not place (quality 90, easting and northing 0) are left out.

    Raises
    ------
    EmptyFile, MalformedRow, MissingColumn
        The file is not of this form.
    """
    import pandas as pd

    rows = tables.read_rows(path)
    first, code, east, north = 0, 0, 2, 3
    if spaced(rows[0][0]) is None:
        first = 1
        code = tables.find_column(rows[0], ("Postcode", "PC", "pcds"), path)
        east = tables.find_column(rows[0], ("Eastings", "EA", "oseast1m"), path)
        north = tables.find_column(rows[0], ("Northings", "NO", "osnrth1m"), path)
    found: dict[str, tuple[float, float]] = {}
    for line, row in enumerate(rows[first:], start=first + 1):
        tables.cell(row, max(code, east, north), path, line)
        postcode = spaced(row[code])
        if postcode is None:
            raise MalformedRow(f"{path}, row {line}: no postcode in column {code + 1}. Remove or mend the row.")
        try:
            x_m, y_m = float(row[east] or 0), float(row[north] or 0)
        except ValueError:
            raise MalformedRow(
                f"{path}, row {line}: easting or northing is no number. Give British National Grid metres."
            ) from None
        if x_m > 0 and y_m > 0:
            found.setdefault(postcode, (x_m, y_m))
    if not found:
        raise EmptyFile(f"{path} places no postcode. Check that columns 3 and 4 are easting and northing.")
    ordered = sorted(found)
    metres = np.array([found[postcode] for postcode in ordered], dtype=np.float64)
    lon, lat = to_lon_lat(metres[:, 0], metres[:, 1])
    return pd.DataFrame({"postcode": ordered, "x_m": metres[:, 0], "y_m": metres[:, 1], "lon": lon, "lat": lat})
