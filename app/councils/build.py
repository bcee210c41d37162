"""From published files to a council folder, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace as replaced
from datetime import date
from pathlib import Path

from app.councils.ground import CouncilGround, read_ground
from app.councils.places import CUT, off_network, streets_around
from app.councils.quality import findings
from app.councils.sources import RawFiles, Source, sources_of
from app.councils.streets_by_name import streets_of_place
from app.councils.writing import PROVENANCE, write_folder

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
    if place is not None and raw.streets is not None:
        raise ValueError("Streets are given as an extract and by the name of a place. Leave out one of them.")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        if place is not None:
            tell("fetching the streets", 0, 1)
            raw = replaced(raw, streets=streets_of_place(place, scratch))
            tell("fetching the streets", 1, 1)
        return _built(raw, out, scratch, name=name, on=on, cache_dir=cache_dir, only=only, dated=dated or {}, tell=tell)


def _built(
    raw: RawFiles,
    out: Path,
    scratch: Path,
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
    streets, network = raw.streets, None
    if streets is not None:
        tell("homes and streets", 0, 1)
        streets = streets_around(ground.areas, streets, scratch)
        if streets != raw.streets:
            ground = replaced(ground, notes=(*ground.notes, CUT))
        network = off_network(ground.areas, ground.postcodes, streets, cache_dir)
        tell("homes and streets", 1, 1)
    sources = sources_of(raw, _reference_systems(raw), dated)
    tell("writing the folder", 0, 1)
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
    try:
        beside.chmod(0o755)
        write_folder(beside, ground, name=name, on=on, sources=sources, streets=streets, network=network)
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
