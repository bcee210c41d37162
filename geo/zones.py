"""Zone schemes: how a council divides its ground, by name and date, and how two divisions overlap."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geo import tables
from geo.boundaries import dissolve
from geo.british_grid import geometries_to_lon_lat
from geo.errors import DamagedBoundaries, DuplicateArea, MalformedRow, UnknownArea

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_SMALLEST_SHARE = 0.001
_COLUMNS = ("area_ref", "zone_ref", "zone_name", "patch_ref", "patch_name")


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneScheme:
    """A division of a council in two levels: zones carry contracts, the patches in them carry rounds.

    Attributes
    ----------
    name
        For example ``Care at Night and Day 2021``.
    valid_from
        First day on which it holds, or None if unknown.
    patch_of
        Patch of each area.
    zone_of
        Zone of each patch.
    names
        Names of zones and patches, where they have any.
    """

    name: str
    valid_from: date | None
    patch_of: Mapping[str, str]
    zone_of: Mapping[str, str]
    names: Mapping[str, str]

    def __post_init__(self) -> None:
        """Refuse a patch without a zone."""
        orphans = sorted(set(self.patch_of.values()) - set(self.zone_of))
        if orphans:
            raise UnknownArea(f"{self.name}: the patches {', '.join(orphans[:10])} are in no zone.")

    @property
    def zones(self) -> dict[str, str]:
        """The zone of each area."""
        return {area: self.zone_of[patch] for area, patch in self.patch_of.items()}


def scheme_of(
    groups: Mapping[str, str],
    *,
    name: str,
    valid_from: date | None = None,
    names: Mapping[str, str] | None = None,
    patches: Mapping[str, str] | None = None,
) -> ZoneScheme:
    """Make a scheme from the zone of each area.

    Parameters
    ----------
    groups
        Zone of each area.
    name, valid_from, names
        As in `ZoneScheme`.
    patches
        Patch of each area; without it every zone is its own patch.

    Returns
    -------
    scheme
        The scheme.

    Raises
    ------
    DuplicateArea
        A patch lies in two zones.
    UnknownArea
        An area has a zone and no patch.
    """
    patch_of = dict(patches) if patches is not None else dict(groups)
    zone_of: dict[str, str] = {}
    for area, zone in sorted(groups.items()):
        if area not in patch_of:
            raise UnknownArea(f"{name}: {area} is in zone {zone} and in no patch. Give its patch.")
        patch = patch_of[area]
        if zone_of.setdefault(patch, zone) != zone:
            raise DuplicateArea(
                f"{name}: patch {patch} lies in the zones {zone_of[patch]} and {zone} (area {area}). A patch is inside one zone."
            )
    return ZoneScheme(
        name=name,
        valid_from=valid_from,
        patch_of={area: patch_of[area] for area in sorted(groups)},
        zone_of=zone_of,
        names=dict(names or {}),
    )


def assign(areas: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> tuple[dict[str, str], pd.DataFrame]:
    """Give each area to the zone that holds most of its ground.

    Parameters
    ----------
    areas, zones
        As from `geo.boundaries.read_areas`; of equal shares the smaller reference is taken.

    Returns
    -------
    groups, shares
        Zone of each area that touches one, and a table area_ref, zone_ref,
        share (0 to 1, of the area's ground), ordered by area_ref.
    """
    pairs = overlaps(areas, zones)
    pairs = pairs.sort_values(["left_ref", "share_of_left", "right_ref"], ascending=[True, False, True])
    best = pairs.drop_duplicates("left_ref")
    shares = best.rename(columns={"left_ref": "area_ref", "right_ref": "zone_ref", "share_of_left": "share"})
    shares = shares.loc[:, ["area_ref", "zone_ref", "share"]].reset_index(drop=True)
    return dict(zip(shares["area_ref"], shares["zone_ref"], strict=True)), shares


def overlaps(
    left: gpd.GeoDataFrame,
    right: gpd.GeoDataFrame,
    *,
    areas: gpd.GeoDataFrame | None = None,
    people: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Measure how two divisions of the same ground overlap, such as zones and wards.

    Parameters
    ----------
    left, right
        Two layers with area_ref and geometry (EPSG:27700).
    areas, people
        Small areas and how many people live in each: people are spread evenly
        over the ground of their small area [assumption].

    Returns
    -------
    overlaps
        left_ref, right_ref, km2, share_of_left, share_of_right (0 to 1), people
        (NaN without population); pairs that share under 0.1 % of both are left out.
    """
    import pandas as pd
    import shapely

    a: Any = left.geometry.to_numpy()
    b: Any = right.geometry.to_numpy()
    i, k = shapely.STRtree(b).query(a, predicate="intersects")
    shared = shapely.intersection(a[i], b[k])
    ground = shapely.area(shared)
    table = pd.DataFrame(
        {
            "left_ref": left["area_ref"].to_numpy()[i],
            "right_ref": right["area_ref"].to_numpy()[k],
            "km2": ground / 1e6,
            "share_of_left": ground / shapely.area(a)[i],
            "share_of_right": ground / shapely.area(b)[k],
            "people": np.full(len(i), np.nan),
        }
    )
    if areas is not None and people is not None:
        small: Any = areas.geometry.to_numpy()
        density = np.array([float(people.get(ref, 0)) for ref in areas["area_ref"]]) / shapely.area(small)
        pair, cell = shapely.STRtree(small).query(shared, predicate="intersects")
        inside = shapely.area(shapely.intersection(shared[pair], small[cell])) * density[cell]
        table["people"] = np.bincount(pair, weights=inside, minlength=len(i))
    kept = table[(table["share_of_left"] >= _SMALLEST_SHARE) | (table["share_of_right"] >= _SMALLEST_SHARE)]
    return kept.sort_values(["left_ref", "right_ref"]).reset_index(drop=True)


def zone_outlines(scheme: ZoneScheme, areas: gpd.GeoDataFrame, *, level: str = "zones") -> gpd.GeoDataFrame:
    """Draw the zones or the patches of a scheme.

    Parameters
    ----------
    scheme
        The scheme.
    areas
        Its areas, as from `geo.coverage.close_gaps`.
    level
        ``zones`` or ``patches``.

    Returns
    -------
    outlines
        As from `geo.boundaries.dissolve`.
    """
    return dissolve(areas, scheme.zones if level == "zones" else scheme.patch_of, scheme.names)


def scheme_csv(scheme: ZoneScheme) -> str:
    """Write a scheme as a table of areas.

    Parameters
    ----------
    scheme
        The scheme.

    Returns
    -------
    text
        CSV: area_ref, zone_ref, zone_name, patch_ref, patch_name, ordered by area.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for area, patch in sorted(scheme.patch_of.items()):
        zone = scheme.zone_of[patch]
        writer.writerow((area, zone, scheme.names.get(zone, zone), patch, scheme.names.get(patch, patch)))
    return text.getvalue()


def read_scheme(path: Path, *, name: str = "", valid_from: date | None = None) -> ZoneScheme:
    """Read a scheme from a table of areas.

    Parameters
    ----------
    path
        CSV with area_ref (or an ONS name) and zone_ref; patch_ref, zone_name and patch_name if there are any.
    name
        Name of the scheme; by default the file's.
    valid_from
        First day on which it holds.

    Returns
    -------
    scheme
        The scheme.

    Raises
    ------
    DuplicateArea
        An area has two rows, or a patch lies in two zones.
    EmptyFile, MalformedRow, MissingColumn
        The file is not of this form.
    """
    rows = tables.read_rows(path)
    area = tables.find_column(rows[0], tables.AREA_NAMES, path)
    zone = tables.find_column(rows[0], ("zone_ref", "zone"), path)
    patch = tables.find_optional_column(rows[0], ("patch_ref", "patch"))
    named = [
        (tables.find_optional_column(rows[0], (f"{kind}_name",)), column)
        for kind, column in (("zone", zone), ("patch", patch))
    ]
    groups: dict[str, str] = {}
    patches: dict[str, str] = {}
    names: dict[str, str] = {}
    for line, row in enumerate(rows[1:], start=2):
        key = tables.cell(row, area, path, line)
        if key in groups:
            raise DuplicateArea(f"{path}, row {line}: {key} has two rows. Keep one of them.")
        groups[key] = tables.cell(row, zone, path, line)
        patches[key] = groups[key] if patch is None else tables.cell(row, patch, path, line)
        if not (key and groups[key] and patches[key]):
            raise MalformedRow(f"{path}, row {line}: area, zone or patch is empty. Fill it in or remove the row.")
        for column, of in named:
            if column is not None and of is not None:
                names[row[of]] = tables.cell(row, column, path, line)
    return scheme_of(groups, name=name or path.stem, valid_from=valid_from, names=names, patches=patches)


def scheme_geojson(scheme: ZoneScheme, areas: gpd.GeoDataFrame) -> dict[str, Any]:
    """Write a scheme as the outlines of its patches, with the areas of each.

    Parameters
    ----------
    scheme
        The scheme.
    areas
        Its areas, as from `geo.coverage.close_gaps`.

    Returns
    -------
    collection
        A GeoJSON FeatureCollection in degrees (WGS 84); `scheme_from_geojson` reads it.
    """
    import shapely

    outlines = zone_outlines(scheme, areas, level="patches")
    members: dict[str, list[str]] = {}
    for area, patch in sorted(scheme.patch_of.items()):
        members.setdefault(patch, []).append(area)
    features = []
    for patch, shape in zip(outlines["area_ref"], geometries_to_lon_lat(outlines.geometry.to_numpy()), strict=True):
        zone = scheme.zone_of[patch]
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "patch_ref": patch,
                    "patch_name": scheme.names.get(patch, patch),
                    "zone_ref": zone,
                    "zone_name": scheme.names.get(zone, zone),
                    "area_refs": members[patch],
                },
                "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-6))),
            }
        )
    day = None if scheme.valid_from is None else scheme.valid_from.isoformat()
    return {"type": "FeatureCollection", "scheme": scheme.name, "valid_from": day, "features": features}


def scheme_from_geojson(collection: Mapping[str, Any]) -> ZoneScheme:
    """Read a scheme that `scheme_geojson` wrote.

    Parameters
    ----------
    collection
        The FeatureCollection.

    Returns
    -------
    scheme
        The scheme.

    Raises
    ------
    DamagedBoundaries
        A property is missing. Outlines drawn elsewhere are read with `geo.boundaries.read_areas` and `assign`.
    """
    groups: dict[str, str] = {}
    patches: dict[str, str] = {}
    names: dict[str, str] = {}
    try:
        day = collection.get("valid_from")
        for feature in collection["features"]:
            facts = feature["properties"]
            names |= {facts["zone_ref"]: facts["zone_name"], facts["patch_ref"]: facts["patch_name"]}
            for area in facts["area_refs"]:
                if area in groups:
                    raise DuplicateArea(f"{collection['scheme']}: {area} is in two patches.")
                groups[area], patches[area] = facts["zone_ref"], facts["patch_ref"]
        return scheme_of(
            groups,
            name=collection["scheme"],
            valid_from=None if day is None else date.fromisoformat(day),
            names=names,
            patches=patches,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DamagedBoundaries(
            f"This is no zone scheme ({error!r} is missing or wrong). Export it again, or give outlines and let areas be assigned."
        ) from error
