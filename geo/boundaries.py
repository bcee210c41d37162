"""Areas: reading published boundaries and joining them into larger ones."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from geo import topojson
from geo.british_grid import BRITISH_NATIONAL_GRID
from geo.errors import DamagedBoundaries, DuplicateArea, EmptyFile, MissingColumn, UnknownArea
from geo.honeycomb import hexagons
from geo.reference_system import in_grid_metres

__all__ = ["dissolve", "hexagons", "read_areas", "stated_crs"]

if TYPE_CHECKING:
    import geopandas as gpd

_KINDS_SMALLEST_FIRST = ("OA", "LSOA", "MSOA", "WD", "PCN", "LAD", "LTLA", "UTLA", "CTYUA")
_ONS_CODE = re.compile(rf"^({'|'.join(_KINDS_SMALLEST_FIRST)})(\d\d)?CD$", re.IGNORECASE)
_PLAIN_CODES = ("area_ref", "zone_ref", "patch_ref", "code", "ref", "id")
_PLAIN_NAMES = ("name", "area_name", "zone_name", "pcn_name")


def read_areas(
    path: Path, *, code: str | None = None, name: str | None = None, crs: str | None = None
) -> gpd.GeoDataFrame:
    """Read areas from a boundary file as published.

    Polygons that cross themselves are mended; ``attrs["mended"]`` lists a
    sentence for each. The column of references is found by ONS naming
    (``LSOA21CD``, ``WD23CD``, …), the smallest kind of area first.

    Parameters
    ----------
    path
        GeoJSON, TopoJSON, GeoPackage or Shapefile.
    code
        Column with the reference of each area, where it is not found by itself.
    name
        Column with the name; by default the one beside the code, or the code.
    crs
        Coordinate reference system, where the file does not say it.

    Returns
    -------
    areas
        area_ref, name, geometry (EPSG:27700 metres), ordered by area_ref.

    Raises
    ------
    DamagedBoundaries
        The file cannot be read, or an area is no polygon.
    MissingCrs
        The file does not say its coordinate reference system, or states one
        that its numbers contradict.
    MissingColumn
        There is no column of references.
    DuplicateArea
        A reference occurs more than once.
    EmptyFile
        There is no area.
    """
    import geopandas as gpd

    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such boundary file. Check the path.")
    table, stated = _read_table(path)
    if len(table) == 0:
        raise EmptyFile(f"{path} holds no areas. Fetch it again from its publisher.")
    code_column = code if code is not None else _find_code(table, path)
    name_column = name if name is not None else _find_name(table, code_column)
    for column in (code_column, name_column):
        if column not in table.columns:
            raise MissingColumn(
                f"{path} has no column {column}; it has {', '.join(map(str, table.columns[:-1]))}. Name the one that is meant."
            )
    references = [_text(value) for value in table[code_column]]
    _check_references(references, path)
    geometries, mended = _mend(in_grid_metres(table.geometry.to_numpy(), crs or stated, path), references, path)
    areas = gpd.GeoDataFrame(
        {"area_ref": references, "name": [_text(value) for value in table[name_column]]},
        geometry=geometries,
        crs=BRITISH_NATIONAL_GRID,
    )
    areas = areas.sort_values("area_ref").reset_index(drop=True)
    areas.attrs["mended"] = mended
    return areas


def stated_crs(path: Path) -> str:
    """Say which coordinate reference system a boundary file states.

    Parameters
    ----------
    path
        As in `read_areas`.

    Returns
    -------
    crs
        For example ``EPSG:27700``; empty where the file does not say.

    Raises
    ------
    DamagedBoundaries, EmptyFile
        As in `read_areas`.
    """
    return _read_table(path)[1] or ""


def _read_table(path: Path) -> tuple[gpd.GeoDataFrame, str | None]:
    """Read a file as it is, with the CRS it states."""
    import geopandas as gpd
    import pyogrio.errors
    import shapely.errors

    if path.suffix.lower() in (".json", ".geojson", ".topojson"):
        try:
            document = json.loads(path.read_text(encoding="utf-8-sig"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise DamagedBoundaries(
                f"{path} is not complete JSON ({error}). The download was probably cut short: fetch it again."
            ) from error
        if isinstance(document, dict) and document.get("type") == "Topology":
            properties, geometries = topojson.decode_polygons(document, str(path))
            # The format has no place for a CRS; by custom it is longitude and latitude.
            return gpd.GeoDataFrame(properties, geometry=geometries), "EPSG:4326"
        if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
            raise DamagedBoundaries(
                f"{path} is neither a GeoJSON FeatureCollection nor TopoJSON. Export it as one of them."
            )
        if not document.get("features"):
            raise EmptyFile(f"{path} holds no areas. Fetch it again from its publisher.")
    try:
        table = gpd.read_file(path)
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        shapely.errors.GEOSException,
        ValueError,
        OSError,
    ) as error:
        raise DamagedBoundaries(
            f"{path} cannot be read as a boundary file ({error}). Give GeoJSON, TopoJSON, GeoPackage or a "
            "Shapefile with its .shx and .dbf beside it."
        ) from error
    if not isinstance(table, gpd.GeoDataFrame):
        raise DamagedBoundaries(f"{path} holds a table without geometry. Give the boundaries themselves.")
    return table, None if table.crs is None else table.crs.to_string()


def _text(value: object) -> str:
    if value is None or value != value:  # a missing number is unequal to itself
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _find_code(table: gpd.GeoDataFrame, path: Path) -> str:
    """Find the column of references: ONS names, smallest kind of area first."""
    matches = [(str(column), found) for column in table.columns if (found := _ONS_CODE.match(str(column)))]
    matches.sort(key=lambda m: (_KINDS_SMALLEST_FIRST.index(m[1].group(1).upper()), -int(m[1].group(2) or 0)))
    for column, _ in matches:
        if not table[column].isna().any():
            return column
    for plain in _PLAIN_CODES:
        for column in table.columns:
            if str(column).lower() == plain and table[column].notna().all():
                return str(column)
    raise MissingColumn(
        f"{path} has no column that looks like an area code (LSOA21CD, WD23CD, …); it has "
        f"{', '.join(str(c) for c in table.columns if c != 'geometry')}. Name the column with code= (--code)."
    )


def _find_name(table: gpd.GeoDataFrame, code_column: str) -> str:
    beside = re.sub(r"CD$", "NM", code_column, flags=re.IGNORECASE).lower()
    for wanted in (beside, *_PLAIN_NAMES):
        for column in table.columns:
            if str(column).lower() == wanted and column != code_column:
                return str(column)
    return code_column


def _check_references(references: list[str], path: Path) -> None:
    empty = [row for row, reference in enumerate(references, start=1) if not reference]
    if empty:
        raise MissingColumn(
            f"{path}: areas {empty[:10]} have no reference. Fill them in, or name another column with code= (--code)."
        )
    twice = sorted(reference for reference, times in Counter(references).items() if times > 1)
    if twice:
        raise DuplicateArea(
            f"{path} holds {', '.join(twice[:10])} more than once. Merge their parts into one multipolygon, or remove one."
        )


def _mend(
    geometries: npt.NDArray[np.object_], references: list[str], path: Path
) -> tuple[npt.NDArray[np.object_], list[str]]:
    """Make polygons valid and say what was changed."""
    import shapely

    mended: list[str] = []
    result = geometries.copy()
    for row, geometry in enumerate(geometries):
        reference = references[row]
        if geometry is None or geometry.is_empty or geometry.geom_type not in ("Polygon", "MultiPolygon"):
            kind = "nothing" if geometry is None or geometry.is_empty else f"a {geometry.geom_type}"
            raise DamagedBoundaries(f"{path}: {reference} is {kind}, not a polygon. Mend or remove it.")
        if geometry.is_valid:
            continue
        reason = shapely.is_valid_reason(geometry).split("[")[0].lower()
        valid = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
        if valid.is_empty or valid.area == 0:
            raise DamagedBoundaries(
                f"{path}: {reference} has no area left once mended ({reason}). Fetch or draw it again."
            )
        result[row] = valid
        change = 100 * abs(valid.area - geometry.area) / valid.area
        mended.append(f"{reference}: {reason}, mended; its area changed by {change:.2f} %")
    return result, mended


def dissolve(
    areas: gpd.GeoDataFrame, groups: Mapping[str, str], names: Mapping[str, str] | None = None
) -> gpd.GeoDataFrame:
    """Join areas into larger ones, such as LSOAs into PCN zones.

    Parameters
    ----------
    areas
        As from `read_areas`.
    groups
        The larger area of each area_ref. Areas elsewhere may be named too, as
        patient registers do. Areas that are not named are left out and listed
        in ``attrs["left_out"]``.
    names
        Names of the larger areas; by default their references.

    Returns
    -------
    dissolved
        area_ref, name, part_count, geometry (EPSG:27700), ordered by area_ref.

    Raises
    ------
    UnknownArea
        ``groups`` names none of the areas: another place, or another year.
    """
    import geopandas as gpd
    import shapely

    known = set(areas["area_ref"])
    if groups and not known & set(groups):
        raise UnknownArea(
            f"None of the {len(groups)} assigned areas is in the boundaries; the first is {min(groups)}, the boundaries "
            f"begin with {min(known)}. Check that both are of the same place and year (2011 or 2021 codes)."
        )
    members: dict[str, list[Any]] = {}
    for reference, geometry in zip(areas["area_ref"], areas.geometry, strict=True):
        if reference in groups:
            members.setdefault(groups[reference], []).append(geometry)
    references = sorted(members)
    joined = [shapely.union_all(members[reference]) for reference in references]
    dissolved = gpd.GeoDataFrame(
        {
            "area_ref": references,
            "name": [(names or {}).get(reference, reference) for reference in references],
            "part_count": [int(shapely.get_num_geometries(geometry)) for geometry in joined],
        },
        geometry=joined,
        crs=areas.crs,
    )
    dissolved.attrs["left_out"] = sorted(known - set(groups))
    return dissolved
