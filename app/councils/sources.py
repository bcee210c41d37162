"""The published files that a council is built from, and where each comes from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

OGL = "Open Government Licence v3.0"
ODBL = "Open Database Licence 1.0"

KINDS = {
    "areas": ("Office for National Statistics, small-area boundaries", OGL),
    "wards": ("Office for National Statistics, ward boundaries", OGL),
    "zones": ("The council's own zones", "the council's own"),
    "membership": ("NHS England ODS, ePCN: practices and their networks (epcncorepartnerdetails)", OGL),
    "registered": ("NHS England, patients registered at a practice by small area (gp-reg-pat-prac-lsoa)", OGL),
    "practices": ("NHS England ODS, practices (epraccur)", OGL),
    "overrides": ("The council's own decisions about single areas", "the council's own"),
    "postcodes": ("Ordnance Survey, Code-Point Open, or ONS Postcode Directory", OGL),
    "uprns": ("Ordnance Survey, OS Open UPRN", OGL),
    "population": ("Office for National Statistics, population by small area", OGL),
    "streets": ("OpenStreetMap contributors", ODBL),
}
"""Who publishes each kind of file, and its licence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFiles:
    """The files a council is built from; what is not at hand is None and the report says what is therefore unknown.

    Attributes
    ----------
    areas
        LSOA boundaries.
    wards
        Ward boundaries, for the overlap tables.
    zones
        The council's own zones: boundaries (``.geojson``, …) or a table area_ref, zone_ref, patch_ref (``.csv``).
    membership, registered
        Which practice belongs to which network, and how many of its patients live in each area.
    practices
        Practices with their postcodes.
    overrides
        Networks of single areas, decided by people.
    postcodes, uprns, population, streets
        Points of postcodes and of properties, people by area, an OpenStreetMap extract (``.osm.pbf``).
    areas_crs, areas_code
        Reference system and column of codes of ``areas``, where the file does not say them itself.
    """

    areas: Path
    wards: Path | None = None
    zones: Path | None = None
    membership: Path | None = None
    registered: Path | None = None
    practices: Path | None = None
    overrides: Path | None = None
    postcodes: Path | None = None
    uprns: Path | None = None
    population: Path | None = None
    streets: Path | None = None
    areas_crs: str | None = None
    areas_code: str | None = None

    def given(self) -> dict[str, Path]:
        """List the files that are there, by kind."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {kind: path for kind, path in found.items() if isinstance(path, Path)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file as it was read."""

    kind: str
    file: str
    publisher: str
    licence: str
    dated: str
    sha256: str
    size_bytes: int
    crs: str


def sources_of(raw: RawFiles, crs: dict[str, str], dated: dict[str, date]) -> list[Source]:
    """Describe every file: publisher, licence, date, checksum, coordinate reference system.

    Parameters
    ----------
    raw
        The files.
    crs
        Coordinate reference system of the kinds that have one.
    dated
        Dates of publication, as far as they are known.

    Returns
    -------
    list of Source
        In the order of `RawFiles`.
    """
    found = []
    for kind, path in raw.given().items():
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        publisher, licence = KINDS[kind]
        day = dated.get(kind)
        found.append(
            Source(
                kind=kind,
                file=path.name,
                publisher=publisher,
                licence=licence,
                dated="" if day is None else day.isoformat(),
                sha256=digest,
                size_bytes=path.stat().st_size,
                crs=crs.get(kind, ""),
            )
        )
    return found
