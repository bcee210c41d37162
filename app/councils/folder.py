"""A built council, read again."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from geo.whereabouts import Finder


def finder_of(folder: Path) -> Finder:
    """Make a finder of a built council.

    Parameters
    ----------
    folder
        As `app.councils.build.build` wrote it.

    Returns
    -------
    Finder
        Knows the areas, and postcodes, properties and practices as far as they were given.

    Raises
    ------
    FileNotFoundError
        The folder holds no built council.
    """
    from geo.boundaries import read_areas

    outlines = folder / "areas.geojson"
    if not outlines.is_file():
        raise FileNotFoundError(
            f"{folder} holds no built council: areas.geojson is missing. Build it with careround council build."
        )
    facts: dict[str, dict[str, Any]] = {}
    for row in _rows(folder / "areas.csv"):
        share = row["pcn_share"]
        facts[row["area_ref"]] = {
            "patch_ref": row["patch_ref"] or None,
            "zone_ref": row["zone_ref"] or None,
            "pcn_ref": row["pcn_ref"] or None,
            "pcn_share": float(share) if share else None,
        }
    return Finder(
        read_areas(outlines),
        facts,
        postcodes={row["postcode"]: (float(row["lon"]), float(row["lat"])) for row in _rows(folder / "postcodes.csv")},
        uprns={row["uprn"]: (float(row["lon"]), float(row["lat"])) for row in _rows(folder / "uprns.csv")},
        practices={row["practice_ref"]: row["pcn_ref"] for row in _rows(folder / "practices.csv")},
    )


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
