"""The files of a council's folder."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import __version__
from app.councils.ground import CouncilGround
from app.councils.outlines import area_facts, in_degrees
from app.councils.quality import findings, quality_page
from app.councils.skeleton import STREETS, skeleton
from app.councils.sources import Source

if TYPE_CHECKING:
    import pandas as pd

PROVENANCE = "provenance.json"
"""Name of the file that marks a built council."""


def write_folder(
    folder: Path,
    ground: CouncilGround,
    *,
    name: str,
    on: date,
    sources: list[Source],
    streets: Path | None,
    network: tuple[str, int, int] | None,
) -> None:
    """Write every file of a council's folder.

    Parameters
    ----------
    folder
        Where to; empty.
    ground
        The council.
    name, on
        Of the council, and the day of its networks.
    sources
        Its files as they were read.
    streets
        The extract that goes with it, which may be a part of the one that was read.
    network
        As in `app.councils.quality.findings`.
    """
    from app.formats.write import write_json
    from geo.zones import overlaps, scheme_csv, scheme_geojson, zone_outlines

    people = None if ground.population is None else {ref: float(p[0]) for ref, p in ground.population.items()}
    facts = area_facts(ground)
    _geojson(folder / "areas.geojson", ground.areas, facts)
    _csv(folder / "areas.csv", list(facts[0]), ([row[key] for key in facts[0]] for row in facts))
    (folder / "zones.csv").write_text(scheme_csv(ground.scheme), encoding="utf-8")
    (folder / "zones.geojson").write_text(json.dumps(scheme_geojson(ground.scheme, ground.areas)), encoding="utf-8")
    overlap: pd.DataFrame | None = None
    layers: list[tuple[str, Any]] = [("zones", zone_outlines(ground.scheme, ground.areas))]
    if ground.footprint is not None:
        layers.append(("pcns", _write_networks(folder, ground)))
    if ground.wards is not None:
        layers.append(("wards", ground.wards))
    rows: list[list[Any]] = []
    for i, (left, one) in enumerate(layers):
        for right, other in layers[i + 1 :]:
            table = overlaps(one, other, areas=ground.areas, people=people)
            if (left, right) == ("zones", "wards"):
                overlap = table
            rows += [
                [left, a, right, b, round(km2, 4), round(of_a, 4), round(of_b, 4), "" if people is None else round(who)]
                for a, b, km2, of_a, of_b, who in table.to_numpy().tolist()
            ]
    header = ["left", "left_ref", "right", "right_ref", "km2", "share_of_left", "share_of_right", "people"]
    _csv(folder / "overlaps.csv", header, rows)
    tables = {"postcodes.csv": ground.postcodes, "uprns.csv": ground.uprns, "practices.csv": ground.practices}
    for file, places in tables.items():
        if places is not None:
            columns = [column for column in places.columns if column not in ("x_m", "y_m")]
            _csv(folder / file, columns, places.loc[:, columns].round(6).to_numpy().tolist())
    if streets is not None:
        shutil.copyfile(streets, folder / STREETS)
    write_json(folder / "council.json", skeleton(ground, name=name, on=on, streets=streets))
    page = quality_page(ground, name=name, on=on, sources=sources, network=network, overlap=overlap)
    (folder / "quality.html").write_text(page, encoding="utf-8")
    record = {
        "council": name,
        "networks_on": on.isoformat(),
        "careround_version": __version__,
        "crs_of_outputs": "EPSG:4326 (WGS 84 longitude, latitude); areas are mended in EPSG:27700",
        "sources": [asdict(one) for one in sources],
        "findings": [{"kind": kind, "sentence": sentence} for kind, sentence in findings(ground, network)],
    }
    (folder / PROVENANCE).write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_networks(folder: Path, ground: CouncilGround) -> Any:
    """Write the networks' outlines and everything that is not by plurality."""
    from geo.boundaries import dissolve

    footprint = ground.footprint
    assert footprint is not None
    names = dict(zip(footprint.lookup["pcn_ref"], footprint.lookup["pcn_name"], strict=True))
    outlines = dissolve(ground.areas, footprint.groups, names)
    shares = footprint.lookup.groupby("pcn_ref")["share"].mean()
    facts = [
        {
            "pcn_ref": ref,
            "name": name,
            "parts": len(footprint.parts.get(ref, [()])),
            "mean_share": round(float(shares[ref]), 4),
        }
        for ref, name in zip(outlines["area_ref"], outlines["name"], strict=True)
    ]
    _geojson(folder / "pcns.geojson", outlines, facts)
    header = ["area_ref", "from_ref", "to_ref", "share_from", "share_to", "reason"]
    rows = [
        [m.area_ref, m.from_ref, m.to_ref, round(m.share_from, 4), round(m.share_to, 4), m.reason]
        for m in footprint.moves
    ]
    _csv(folder / "pcn_moves.csv", header, rows)
    return outlines


def _geojson(path: Path, layer: Any, facts: Sequence[dict[str, Any]]) -> None:
    features = [
        {"type": "Feature", "properties": row, "geometry": shape}
        for row, shape in zip(facts, in_degrees(layer), strict=True)
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), encoding="utf-8"
    )


def _csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
