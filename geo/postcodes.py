"""Postcodes and where they are."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
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


def read_code_point(path: Path, *, box_m: tuple[float, float, float, float] | None = None) -> pd.DataFrame:
    """Read where postcodes are.

    Parameters
    ----------
    path
        OS Code-Point Open, a CSV without header (postcode, quality, easting,
        northing, …), or with a header naming Postcode, Eastings, Northings, such
        as the ONS Postcode Directory's; also their ZIP as published.
    box_m
        West, south, east, north (EPSG:27700 metres): what lies outside is not
        kept, so that memory does not grow with the country.

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

    west, south, east, north = box_m or (0.0, 0.0, math.inf, math.inf)
    found: dict[str, tuple[float, float]] = {}
    for rows in tables.row_files(path):
        for postcode, x_m, y_m in _placed(rows, path):
            if x_m > 0 and y_m > 0 and west <= x_m <= east and south <= y_m <= north:
                found.setdefault(postcode, (x_m, y_m))
    if not found:
        where = "" if box_m is None else " in the council"
        raise EmptyFile(
            f"{path} places no postcode{where}. Give the file of its own place, with easting and northing in columns 3 and 4."
        )
    ordered = sorted(found)
    metres = np.array([found[postcode] for postcode in ordered], dtype=np.float64)
    lon, lat = to_lon_lat(metres[:, 0], metres[:, 1])
    return pd.DataFrame({"postcode": ordered, "x_m": metres[:, 0], "y_m": metres[:, 1], "lon": lon, "lat": lat})


def _placed(rows: Iterator[tables.Row], path: Path) -> Iterator[tuple[str, float, float]]:
    """Read the postcodes of one CSV file, with or without a header."""
    columns: tuple[int, int, int] | None = None
    for line, row in enumerate(rows, start=1):
        if not any(row):
            continue
        if columns is None:
            columns = (0, 2, 3)
            if spaced(row[0]) is None:
                columns = (
                    tables.find_column(row, ("Postcode", "PC", "pcds"), path),
                    tables.find_column(row, ("Eastings", "EA", "oseast1m"), path),
                    tables.find_column(row, ("Northings", "NO", "osnrth1m"), path),
                )
                continue
        code, east, north = columns
        tables.cell(row, max(columns), path, line)
        postcode = spaced(row[code])
        if postcode is None:
            raise MalformedRow(f"{path}, row {line}: no postcode in column {code + 1}. Remove or mend the row.")
        try:
            yield postcode, float(row[east] or 0), float(row[north] or 0)
        except ValueError:
            raise MalformedRow(
                f"{path}, row {line}: easting or northing is no number. Give British National Grid metres."
            ) from None
