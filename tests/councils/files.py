"""The published files of an invented council on the Dogger Bank, where nobody lives."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from app.councils.sources import RawFiles
from geo.british_grid import to_lon_lat

COLUMNS, ROWS = 6, 4
EAST_M, NORTH_M, SIDE_M = 648_000, 541_000, 800


def code(column: int, row: int) -> str:
    return f"E0199{row:02d}{column:02d}"


def ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    x = [west, east, east, west, west]
    y = [south, south, north, north, south]
    lon, lat = to_lon_lat(np.array(x), np.array(y))
    return [[float(a), float(b)] for a, b in zip(lon, lat, strict=True)]


def outlines(path: Path, boxes: dict[str, tuple[float, float, float, float]], kind: str) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {f"{kind}CD": ref, f"{kind}NM": f"Bankside {ref[-4:]}"},
            "geometry": {"type": "Polygon", "coordinates": [ring(*box)]},
        }
        for ref, box in boxes.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def box(column: float, row: float, wide: float = 1, high: float = 1) -> tuple[float, float, float, float]:
    west, south = EAST_M + column * SIDE_M, NORTH_M + row * SIDE_M
    return (west, south, west + wide * SIDE_M, south + high * SIDE_M)


def published(folder: Path) -> RawFiles:
    """Write 24 areas of two networks, one stray area of the first among the second's, wards, postcodes, people."""
    folder.mkdir(parents=True, exist_ok=True)
    cells = [(column, row) for row in range(ROWS) for column in range(COLUMNS)]
    areas = outlines(folder / "lsoa.geojson", {code(c, r): box(c, r) for c, r in cells}, "LSOA21")
    # One border is drawn twice, half a metre apart.
    text = json.loads(areas.read_text())
    west, south, east, north = box(2, 1)
    text["features"][8]["geometry"]["coordinates"] = [ring(west + 0.5, south, east, north)]
    areas.write_text(json.dumps(text))
    wards = outlines(
        folder / "wards.geojson", {"E05990001": box(0, 0, 2.2, 4), "E05990002": box(2.2, 0, 3.8, 4)}, "WD23"
    )
    uprns = ["\ufeffUPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE", "1,1.00,1.00,50.0,-5.0"]
    patients, postcodes, people = [], [], ["LSOA21CD,Population (Total),Population (60+)"]
    for c, r in cells:
        mine = "Z00001" if c < 3 or (c, r) == (4, 2) else "Z00002"
        other = "Z00002" if mine == "Z00001" else "Z00001"
        patients += [f"{mine},X,{code(c, r)},70", f"{other},X,{code(c, r)},30"]
        x, y = box(c, r)[:2]
        postcodes.append(f'"ZZ{c + 1} {r}AA","10","{x + 400:.0f}","{y + 400:.0f}"')
        (lon,), (lat,) = to_lon_lat(np.array([x + 300.0]), np.array([y + 500.0]))
        uprns.append(f"{1000 + 10 * r + c},{x + 300:.2f},{y + 500:.2f},{lat:.7f},{lon:.7f}")
        people.append(f"{code(c, r)},1500,300")
    lines = {
        "epcn.csv": "Z00001,QUAY SURGERY,X,X,U99001,NORTH QUAY PCN,X,X,20191001,,True\n"
        "Z00002,MILL SURGERY,X,X,U99002,SOUTH QUAY PCN,X,X,20191001,,True",
        "registered.csv": "PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,NUMBER_OF_PATIENTS\n" + "\n".join(patients),
        "epraccur.csv": '"Z00001","QUAY SURGERY","Y","Q","1 QUAY","","","","","ZZ1 0AA","19740401","","A","B"',
        "codepo.csv": "\n".join(postcodes),
        "uprns.csv": "\n".join(uprns),
        "people.csv": "\n".join(people),
    }
    for name, content in lines.items():
        (folder / name).write_text(content + "\n", encoding="utf-8")
    return RawFiles(
        areas=areas,
        wards=wards,
        membership=folder / "epcn.csv",
        registered=folder / "registered.csv",
        practices=folder / "epraccur.csv",
        postcodes=folder / "codepo.csv",
        uprns=folder / "uprns.csv",
        population=folder / "people.csv",
    )
