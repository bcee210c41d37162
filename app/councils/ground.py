"""Raw files read and brought together: areas, networks, zones, people, postcodes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.councils.places import places_of, properties_of
from app.councils.sources import RawFiles
from app.councils.zoning import scheme_for
from geo.coverage import CoverageReport, close_gaps, shared_borders
from geo.errors import EmptyFile, UnknownArea
from geo.zones import ZoneScheme

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo.footprint import Footprint


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilGround:
    """What the files say about a council's ground.

    Attributes
    ----------
    areas
        area_ref, name, geometry (EPSG:27700), edge to edge.
    drawn_wrong
        Polygons that crossed themselves, a sentence each.
    coverage
        Gaps and overlaps between areas.
    borders
        Metres of border between areas.
    footprint
        Networks; None without memberships.
    scheme
        Zones and patches: the council's own, else its networks, else its wards, else one zone.
    zone_shares
        Areas of which under 90 % lie in the zone they were given to, with that share.
    wards
        Ward boundaries, or None.
    population
        All people, and those of 60 and over, by area; None if unknown.
    older_from
        Age from which people count as older.
    postcodes
        postcode, lon, lat, area_ref of those in the council; None if unknown.
    uprns
        uprn, lon, lat of properties in the council; None if unknown.
    practices
        practice_ref, name, postcode, pcn_ref, area_ref of practices whose postcode lies in the council; None if unknown.
    notes
        What was left out or is not known, a sentence each.
    """

    areas: gpd.GeoDataFrame
    drawn_wrong: tuple[str, ...]
    coverage: CoverageReport
    borders: dict[str, dict[str, float]]
    footprint: Footprint | None
    scheme: ZoneScheme
    zone_shares: dict[str, float]
    wards: gpd.GeoDataFrame | None
    population: dict[str, tuple[int, int]] | None
    older_from: int
    postcodes: pd.DataFrame | None
    uprns: pd.DataFrame | None
    practices: pd.DataFrame | None
    notes: tuple[str, ...]


def read_ground(raw: RawFiles, *, name: str, on: date, only: str | None = None) -> CouncilGround:
    """Read all files and bring them together.

    Parameters
    ----------
    raw
        The files.
    name
        Of the council.
    on
        The day whose memberships of networks hold.
    only
        Beginning of the names of the council's areas, where the file holds more (``Sheffield``).

    Returns
    -------
    CouncilGround
        In memory; nothing is written.

    Raises
    ------
    GeographyError
        A file is damaged, or files do not belong together; see `geo.errors`.
    """
    from geo.boundaries import read_areas

    areas = read_areas(raw.areas, crs=raw.areas_crs, code=raw.areas_code)
    drawn_wrong = tuple(areas.attrs["mended"])
    if only is not None:
        areas = areas[areas["name"].str.startswith(only)].reset_index(drop=True)
        if len(areas) == 0:
            raise EmptyFile(f"{raw.areas}: no area's name begins with {only}. Check the spelling.")
        kept = set(areas["area_ref"])
        drawn_wrong = tuple(line for line in drawn_wrong if line.split(":")[0] in kept)
    areas, coverage = close_gaps(areas)
    notes: list[str] = []
    footprint = _footprint(raw, areas, on, notes)
    wards = _wards(raw, areas)
    scheme, zone_shares = scheme_for(raw, name, on, areas, footprint, wards, notes)
    population, older_from = _population(raw, areas, notes)
    postcodes, practices = places_of(raw, areas, on, notes)
    return CouncilGround(
        areas=areas,
        drawn_wrong=drawn_wrong,
        coverage=coverage,
        borders=shared_borders(areas),
        footprint=footprint,
        scheme=scheme,
        zone_shares=zone_shares,
        wards=wards,
        population=population,
        older_from=older_from,
        postcodes=postcodes,
        uprns=properties_of(raw, areas),
        practices=practices,
        notes=tuple(notes),
    )


def _wards(raw: RawFiles, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    import shapely

    from geo.boundaries import read_areas

    if raw.wards is None:
        return None
    wards = read_areas(raw.wards)
    inside = shapely.point_on_surface(areas.geometry.to_numpy())
    if len(shapely.STRtree(wards.geometry.to_numpy()).query(inside, predicate="intersects")[0]) == 0:
        raise UnknownArea(f"{raw.wards} covers none of the council's areas. Give the wards of its own place.")
    return wards


def _footprint(raw: RawFiles, areas: gpd.GeoDataFrame, on: date, notes: list[str]) -> Footprint | None:
    from geo.footprint import footprint, membership_days, read_overrides
    from geo.pcn import read_membership, read_registered

    if raw.membership is None or raw.registered is None:
        notes.append("Networks are unknown: they need both the memberships and the registered patients.")
        return None
    membership = read_membership(raw.membership)
    registered = read_registered(raw.registered, within=areas["area_ref"].tolist())
    last = membership_days(membership)[-1:]
    if last and on < last[0]:
        notes.append(
            f"Memberships of {on.isoformat()} are used; the file also knows later ones, up to {last[0].isoformat()}."
        )
    overrides = {} if raw.overrides is None else read_overrides(raw.overrides)
    return footprint(areas, membership, registered, on, overrides=overrides)


def _population(
    raw: RawFiles, areas: gpd.GeoDataFrame, notes: list[str]
) -> tuple[dict[str, tuple[int, int]] | None, int]:
    from geo.places import read_population

    if raw.population is None:
        notes.append("Population is unknown: no file was given.")
        return None, 60
    table = read_population(raw.population)
    people = {
        ref: (int(total), int(older))
        for ref, total, older in zip(table["area_ref"], table["population"], table["population_60_plus"], strict=True)
    }
    found = {ref: people[ref] for ref in areas["area_ref"] if ref in people}
    if not found:
        raise UnknownArea(
            f"{raw.population} counts nobody in any of the council's areas. Give it with codes of the same year (2011 or 2021)."
        )
    if len(found) < len(areas):
        notes.append(f"{len(areas) - len(found)} areas have no row in the population file.")
    return found, int(table.attrs["older_from"])
