"""Writing boundaries, NHS tables, postcodes, population and the list of sources."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from scripts.borough.areas import Area
from scripts.borough.geometry import to_grid, to_lonlat
from scripts.borough.homes import SHARE_60_PLUS, SHARE_UNDER_16, Home

LAD = ("E06990001", "Doggerby")
MADE_ON = "2026-01-01"
POPULATION_HEADER = ("LSOA11CD", "IMD", "Income", "IDAOPI", "Population (Total)", "Population (0-15)", "Population (16-59)", "Population (60+)",
                     "Population (Working)")  # fmt: skip


def ward_code(position: int) -> str:
    """Code of a ward by its position: `E0599` and four digits, a block ONS has not given out."""
    return f"E0599{position + 1:04d}"


def _geometry(shape: BaseGeometry) -> dict[str, Any]:
    def rings(polygon: Polygon) -> list[list[list[float]]]:
        turned = shapely.geometry.polygon.orient(polygon)
        return [to_lonlat(np.asarray(r.coords)[:, :2]).tolist() for r in (turned.exterior, *turned.interiors)]

    if isinstance(shape, MultiPolygon):
        return {"type": "MultiPolygon", "coordinates": [rings(p) for p in shape.geoms]}
    assert isinstance(shape, Polygon)
    return {"type": "Polygon", "coordinates": rings(shape)}


def _feature(shape: BaseGeometry, properties: dict[str, Any]) -> dict[str, Any]:
    middle = np.array([[shape.representative_point().x, shape.representative_point().y]])
    east, north = np.round(to_grid(middle)[0]).astype(int).tolist()
    lon, lat = np.round(to_lonlat(middle)[0], 5).tolist()
    return {
        "type": "Feature",
        "properties": properties | {"BNG_E": east, "BNG_N": north, "LONG": lon, "LAT": lat},
        "geometry": _geometry(shape),
    }


def _write_geojson(path: Path, name: str, features: list[dict[str, Any]]) -> None:
    head = {"type": "FeatureCollection", "name": name, "note": "FICTIONAL: no such place exists",
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}}  # fmt: skip
    body = ",\n".join(json.dumps(f, separators=(",", ":")) for f in features)
    path.write_text(json.dumps(head)[:-1] + ', "features": [\n' + body + "\n]}\n", encoding="utf-8", newline="\n")


def write_boundaries(folder: Path, areas: list[Area], wards: list[str]) -> None:
    """Write LSOA-like areas, wards and the lookup between them.

    Parameters
    ----------
    folder
        Where to write.
    areas
        Areas in code order.
    wards
        Ward names in ward order.
    """
    _write_geojson(folder / "doggerby_lsoa.geojson", "doggerby_lsoa", [
        _feature(a.shape, {"LSOA21CD": a.code, "LSOA21NM": a.name, "population": a.population}) for a in areas
    ])  # fmt: skip
    unions = [shapely.coverage_union_all([a.shape for a in areas if a.ward == w]) for w in range(len(wards))]
    _write_geojson(folder / "doggerby_wards.geojson", "doggerby_wards", [
        _feature(shape, {"WD24CD": ward_code(w), "WD24NM": wards[w], "LAD24CD": LAD[0], "LAD24NM": LAD[1]}) for w, shape in enumerate(unions)
    ])  # fmt: skip
    write_csv(folder / "doggerby_lsoa_ward_lookup.csv", ("LSOA21CD", "LSOA21NM", "WD24CD", "WD24NM", "LAD24CD", "LAD24NM"),
              [(a.code, a.name, ward_code(a.ward), wards[a.ward], *LAD) for a in areas])  # fmt: skip


def write_csv(
    path: Path, header: Sequence[str] | None, rows: Iterable[Sequence[object]], quote_all: bool = False
) -> None:
    """Write a table with Unix line ends.

    Parameters
    ----------
    path
        File to write.
    header
        Column names, or None for a headerless file.
    rows
        Its rows.
    quote_all
        Whether every field stands in double quotes, as OS and ODS write headerless files.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    if header is not None:
        writer.writerow(header)
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")


def postcode_rows(
    places: dict[str, tuple[float, float]], homes: list[Home], areas: list[Area]
) -> list[tuple[str, ...]]:
    """Rows in the headerless layout of Code-Point Open: postcode, quality, easting, northing, country, health areas, county, district, ward."""
    ward_of: dict[str, dict[int, int]] = {}
    for area in areas:
        for h in area.homes:
            votes = ward_of.setdefault(homes[h].postcode, {})
            votes[area.ward] = votes.get(area.ward, 0) + 1
    rows: list[tuple[str, ...]] = []
    for code, spot in places.items():
        east, north = np.round(to_grid(np.array([spot]))[0]).astype(int).tolist()
        votes = ward_of[code]
        ward = max(votes, key=lambda w: (votes[w], -w))
        rows.append(
            (code, "10", str(east), str(north), "E92000001", "E19999999", "E18999999", "", LAD[0], ward_code(ward))
        )
    return rows


def population_rows(areas: list[Area], homes: list[Home], rng: np.random.Generator) -> list[tuple[object, ...]]:
    """Rows of the population table: older at the edges and in the crescents, younger in the centre.

    Parameters
    ----------
    areas, homes
        What was made before.
    rng
        Source of the scatter between areas.

    Returns
    -------
    list of tuple
        One row per area under `POPULATION_HEADER`; deprivation is a plausible invention.
    """
    rows: list[tuple[object, ...]] = []
    for area in areas:
        inside = [homes[h] for h in area.homes]
        people = sum(h.residents for h in inside)
        old = sum(h.residents * SHARE_60_PLUS[h.quarter] for h in inside) / people
        young = sum(h.residents * SHARE_UNDER_16[h.quarter] for h in inside) / people
        out = float(np.hypot(np.mean([h.x for h in inside]), np.mean([h.y for h in inside]))) / 4000.0
        old = float(np.clip(old * (0.88 + 0.3 * out) * rng.lognormal(0.0, 0.13), 0.06, 0.48))
        young = float(np.clip(young * rng.lognormal(0.0, 0.1), 0.07, 0.3))
        over, under = round(area.population * old), round(area.population * young)
        poor = sum(h.quarter in ("terraces", "post_war", "tower", "old_town") for h in inside) / len(inside)
        imd = float(np.clip(9.0 + 34.0 * poor + rng.normal(0, 7.0), 2.0, 75.0))
        rows.append((area.code, round(imd, 3), round(imd / 190.0, 3), round(imd / 150.0, 3), area.population, under,
                     area.population - over - under, over, round((area.population - over - under) * 1.06)))  # fmt: skip
    return rows


def write_sources(path: Path, root: Path, seed: int, size: str, entries: Sequence[tuple[str, str, str]]) -> None:
    """Write SOURCES.toml: for every file what it is, where from, licence, date, CRS and checksum.

    Parameters
    ----------
    path
        File to write.
    root
        Folder the file names are relative to.
    seed, size
        How the borough was made.
    entries
        File, description and CRS.
    """
    options = f"--seed {seed}" + ("" if size == "full" else f" --size {size}")
    text = ["# Every file here is FICTIONAL. Made, never edited by hand; see docs/borough.md.\n"]
    for name, what, crs in entries:
        digest = hashlib.sha256((root / name).read_bytes()).hexdigest()
        text.append(
            f'\n[[file]]\nfile = "{name}"\nwhat = "{what}"\nsource = "made by scripts/make_borough.py {options}"\n'
            f'licence = "CC0-1.0"\ndate = "{MADE_ON}"\ncrs = "{crs}"\nsha256 = "{digest}"\n'
        )
    path.write_text("".join(text), encoding="utf-8", newline="\n")
