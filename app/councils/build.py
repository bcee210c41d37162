"""From published files to a council folder, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from dataclasses import replace as replaced
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import __version__
from app.councils.ground import CouncilGround, off_network, read_ground
from app.councils.place import streets_of_place
from app.councils.quality import findings, quality_page
from app.councils.sources import RawFiles, Source, sources_of

if TYPE_CHECKING:
    import pandas as pd

    from app.formats.council import CouncilFile

PROVENANCE = "provenance.json"
STREETS = "streets.osm.pbf"
Tell = Callable[[str, int, int], None]


class FolderInUse(ValueError):
    """The folder holds something that this command did not make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What was built."""

    folder: Path
    ground: CouncilGround
    sources: list[Source]
    findings: list[tuple[str, str]]


def _silent(_stage: str, _done: int, _of: int) -> None:
    """Tell nobody."""


def build(
    raw: RawFiles,
    out: Path,
    *,
    name: str,
    on: date,
    cache_dir: Path,
    only: str | None = None,
    place: str | None = None,
    dated: dict[str, date] | None = None,
    replace: bool = False,
    tell: Tell = _silent,
) -> Built:
    """Build a council's folder from published files.

    The folder appears whole, after everything has been read, judged and
    written; when anything fails it is as it was before.

    Parameters
    ----------
    raw
        The files.
    out
        The folder: areas.geojson, areas.csv, zones.geojson, zones.csv, pcns.geojson, pcn_moves.csv, overlaps.csv, postcodes.csv,
        uprns.csv, practices.csv, streets.osm.pbf, council.json (without providers and packages), provenance.json and quality.html,
        as far as the files are there.
    name
        Of the council.
    on
        The day whose memberships of networks hold; the planned week is the one after it.
    cache_dir
        Where street networks are kept.
    only
        Beginning of the names of the council's areas, where the file holds more.
    place
        Name of the place whose streets are fetched, where no extract is given and there is internet.
    dated
        When files were published, by kind.
    replace
        Replace an earlier build in the folder.
    tell
        Hears of every stage.

    Returns
    -------
    Built
        The ground, its sources and what to look at.

    Raises
    ------
    FolderInUse
        The folder exists and is not to be replaced, or was not built by this function.
    FileNotFoundError
        A file is missing.
    GeographyError
        A file is damaged, or files do not belong together; see `geo.errors`.
    Unfetched
        The streets of the place could not be fetched.
    """
    out = Path(os.path.abspath(out))  # noqa: PTH100  # a link stays a link
    _check_free(out, replace=replace)
    for kind, path in raw.given().items():
        if not path.is_file():
            raise FileNotFoundError(f"{path}: there is no such file ({kind}). Check the path.")
    if place is None:
        return _built(raw, out, name=name, on=on, cache_dir=cache_dir, only=only, dated=dated or {}, tell=tell)
    if raw.streets is not None:
        raise ValueError("Streets are given as an extract and by the name of a place. Leave out one of them.")
    with tempfile.TemporaryDirectory() as scratch:
        tell("fetching the streets", 0, 1)
        raw = replaced(raw, streets=streets_of_place(place, Path(scratch)))
        tell("fetching the streets", 1, 1)
        return _built(raw, out, name=name, on=on, cache_dir=cache_dir, only=only, dated=dated or {}, tell=tell)


def _built(
    raw: RawFiles,
    out: Path,
    *,
    name: str,
    on: date,
    cache_dir: Path,
    only: str | None,
    dated: dict[str, date],
    tell: Tell,
) -> Built:
    """Read, judge and write; nothing of it is seen before all of it is there."""
    tell("reading the files", 0, 1)
    ground = read_ground(raw, name=name, on=on, only=only)
    tell("reading the files", 1, 1)
    network = None
    if raw.streets is not None:
        tell("homes and streets", 0, 1)
        network = off_network(ground, raw.streets, cache_dir)
        tell("homes and streets", 1, 1)
    sources = sources_of(raw, _reference_systems(raw), dated)
    tell("writing the folder", 0, 1)
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
    try:
        beside.chmod(0o755)
        _write(beside, ground, raw, name=name, on=on, sources=sources, network=network)
        _put_in_place(beside, out)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    tell("writing the folder", 1, 1)
    return Built(folder=out, ground=ground, sources=sources, findings=findings(ground, network))


def _check_free(out: Path, *, replace: bool) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise FolderInUse(f"{out} is a file. Name a folder.")
    if not any(out.iterdir()):
        return
    if not (out / PROVENANCE).is_file():
        raise FolderInUse(f"{out} holds other files. Name a new folder: the whole folder would be replaced.")
    if not replace:
        raise FolderInUse(f"{out} already holds a council. Say --replace to build it anew, or name another folder.")


def _put_in_place(beside: Path, out: Path) -> None:
    """Swap the new folder for the old one; the old one is back if that fails."""
    if not out.exists():
        beside.replace(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".old", dir=out.parent)) / out.name
    out.replace(old)
    try:
        beside.replace(out)
    except OSError:
        old.replace(out)
        raise
    shutil.rmtree(old.parent, ignore_errors=True)


def _reference_systems(raw: RawFiles) -> dict[str, str]:
    from geo.boundaries import stated_crs

    found = {
        kind: (raw.areas_crs if kind == "areas" else None) or stated_crs(path)
        for kind, path in raw.given().items()
        if kind in ("areas", "wards", "zones") and path.suffix != ".csv"
    }
    return found | {"postcodes": "EPSG:27700", "streets": "EPSG:4326"}


def _write(
    folder: Path,
    ground: CouncilGround,
    raw: RawFiles,
    *,
    name: str,
    on: date,
    sources: list[Source],
    network: tuple[str, int, int] | None,
) -> None:
    from app.formats.write import write_json
    from geo.zones import overlaps, scheme_csv, scheme_geojson, zone_outlines

    people = None if ground.population is None else {ref: float(p[0]) for ref, p in ground.population.items()}
    facts = _area_facts(ground)
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
    if raw.streets is not None:
        shutil.copyfile(raw.streets, folder / STREETS)
    write_json(folder / "council.json", skeleton(ground, raw, name=name, on=on, sources=sources))
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


def _area_facts(ground: CouncilGround) -> list[dict[str, Any]]:
    network: dict[str, tuple[str, float]] = {}
    if ground.footprint is not None:
        lookup = ground.footprint.lookup
        network = {
            ref: (pcn, round(float(share), 4))
            for ref, pcn, share in zip(lookup["area_ref"], lookup["pcn_ref"], lookup["share"], strict=True)
        }
    facts = []
    for ref, name in zip(ground.areas["area_ref"], ground.areas["name"], strict=True):
        pcn, share = network.get(ref, (None, None))
        patch = ground.scheme.patch_of[ref]
        total, older = (ground.population or {}).get(ref, (None, None))
        facts.append(
            {
                "area_ref": ref,
                "name": name,
                "zone_ref": ground.scheme.zone_of[patch],
                "patch_ref": patch,
                "pcn_ref": pcn,
                "pcn_share": share,
                "population": total,
                f"population_{ground.older_from}_plus": older,
            }
        )
    return facts


def skeleton(ground: CouncilGround, raw: RawFiles, *, name: str, on: date, sources: list[Source]) -> CouncilFile:
    """Write a council file that has ground and nobody on it yet.

    Parameters
    ----------
    ground
        The council.
    raw
        Its files.
    name, on
        Of the council, and the day of its networks.
    sources
        Its files as they were read: the streets are named by checksum.

    Returns
    -------
    CouncilFile
        Areas, networks, zones, patches and one assumed pattern of shifts.
    """
    from app.formats.council import (
        Area,
        CouncilFile,
        Patch,
        Pcn,
        Shift,
        ShiftPattern,
        StraightLineTravel,
        StreetsTravel,
        Week,
        Zone,
    )

    facts = _area_facts(ground)
    shapes = _degrees(ground.areas)
    areas = [
        Area(
            area_ref=row["area_ref"],
            name=row["name"],
            pcn_ref=row["pcn_ref"],
            pcn_share=row["pcn_share"],
            geometry=shape,
        )
        for row, shape in zip(facts, shapes, strict=True)
    ]
    members: dict[str, list[str]] = {}
    for area, patch in ground.scheme.patch_of.items():
        members.setdefault(_ref(patch), []).append(area)
    zones: dict[str, list[Patch]] = {}
    for patch, zone in sorted(ground.scheme.zone_of.items()):
        refs = tuple(members[_ref(patch)])
        zones.setdefault(zone, []).append(
            Patch(patch_ref=_ref(patch), name=ground.scheme.names.get(patch, ""), area_refs=refs)
        )
    lookup = None if ground.footprint is None else ground.footprint.lookup
    pcns = {} if lookup is None else dict(zip(lookup["pcn_ref"], lookup["pcn_name"], strict=True))
    streets = {one.kind: one.sha256 for one in sources}.get("streets")
    shifts = (
        Shift(shift_ref="early", label="Early", start="07:00", end="14:30"),
        Shift(shift_ref="late", label="Late", start="15:30", end="22:30"),
    )
    return CouncilFile(
        format="careround-council/1",
        name=name,
        note="Ground only, from published files (provenance.json). Shifts are an assumption; providers, contracts, homes and packages are yet to come.",
        week=Week(starts_on=on + timedelta(days=7 - on.weekday())),
        travel=StraightLineTravel(source="straight_line") if raw.streets is None or streets is None
        else StreetsTravel(source="streets", file=STREETS, sha256=streets),
        pcns=tuple(Pcn(pcn_ref=ref, name=pcns[ref]) for ref in sorted(pcns)),
        areas=tuple(areas),
        zones=tuple(Zone(zone_ref=_ref(ref), name=ground.scheme.names.get(ref, ""), patches=tuple(patches)) for ref, patches in sorted(zones.items())),
        shift_patterns=(ShiftPattern(pattern_ref="two-shifts", shifts=shifts),),
    )  # fmt: skip


def _ref(text: str) -> str:
    """Write a zone's own name as a reference of the council file."""
    return re.sub(r"[^A-Za-z0-9_.:/-]+", "-", text).strip("-")[:64] or "zone"


def _degrees(layer: Any) -> list[dict[str, Any]]:
    """Give outlines as GeoJSON in degrees, six decimals (0.1 m)."""
    from geo.british_grid import geometries_to_lon_lat

    return [_rounded(shape.__geo_interface__) for shape in geometries_to_lon_lat(layer.geometry.to_numpy())]


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    def down(value: Any) -> Any:
        if isinstance(value, (tuple, list)):
            return [down(one) for one in value]
        return round(float(value), 6)

    return {"type": geometry["type"], "coordinates": down(geometry["coordinates"])}


def _geojson(path: Path, layer: Any, facts: Sequence[dict[str, Any]]) -> None:
    features = [
        {"type": "Feature", "properties": row, "geometry": shape}
        for row, shape in zip(facts, _degrees(layer), strict=True)
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
