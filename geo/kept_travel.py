"""Travel tables kept between runs, named by everything that they rest on.

A table is shared by whoever asks for the same homes on the same network within
the same cutoff, whatever the zone, profile or scenario that asks. It can never
be out of date: another network, home, cutoff or version of the code has another
name. The folder may be emptied at any time.
"""

from __future__ import annotations

import hashlib
import zipfile
from contextlib import suppress
from dataclasses import fields
from functools import cache
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from geo.snap import snap
from geo.streets import StreetNetwork
from geo.travel import Seconds, TravelTable, travel_seconds, travel_table
from geo.whole_file import save_arrays

Arrays = dict[str, npt.NDArray[np.generic]]

_CODE = "british_grid hierarchy kept_travel kernels neighbours search snap streets travel".split()

_hashes: WeakKeyDictionary[StreetNetwork, str] = WeakKeyDictionary()


def travel_seconds_for(
    network: StreetNetwork, lon: npt.ArrayLike, lat: npt.ArrayLike, *, cutoff_s: int | None, cache_dir: Path
) -> Seconds:
    """Load the travel times between homes, measuring them the first time they are asked for.

    Parameters
    ----------
    network
        Streets of one mode.
    lon, lat
        Homes in degrees, WGS 84, shape (homes,).
    cutoff_s
        Leave out pairs further apart than this many seconds; None keeps all.
    cache_dir
        Folder for kept tables; made when missing, left aside where it cannot be written.

    Returns
    -------
    seconds
        As in `geo.travel.travel_seconds`.

    Raises
    ------
    NotCoordinates
        A longitude or latitude is missing or no finite number; rows are named.
    NoStreets
        The network has no street that a home may stand on.
    """
    lon_deg, lat_deg = _degrees(lon), _degrees(lat)
    path = cache_dir / f"seconds-{table_name(network, lon_deg, lat_deg, cutoff_s)}.npz"
    kept = _load(path)
    if "seconds" in kept:
        return kept["seconds"].astype(np.uint16, copy=False)
    seconds = travel_seconds(network, snap(network, lon_deg, lat_deg), cutoff_s=cutoff_s)
    _keep(path, {"seconds": seconds})
    return seconds


def travel_table_for(
    network: StreetNetwork, lon: npt.ArrayLike, lat: npt.ArrayLike, *, cutoff_s: int | None, cache_dir: Path
) -> TravelTable:
    """Load the neighbour lists of homes, measuring them the first time they are asked for.

    Parameters
    ----------
    network
        Streets of one mode.
    lon, lat
        Homes in degrees, WGS 84, shape (homes,).
    cutoff_s
        Leave out pairs further apart than this many seconds; None keeps all.
    cache_dir
        Folder for kept tables; made when missing, left aside where it cannot be written.

    Returns
    -------
    table
        As in `geo.travel.travel_table`.

    Raises
    ------
    NotCoordinates
        A longitude or latitude is missing or no finite number; rows are named.
    NoStreets
        The network has no street that a home may stand on.
    """
    lon_deg, lat_deg = _degrees(lon), _degrees(lat)
    path = cache_dir / f"table-{table_name(network, lon_deg, lat_deg, cutoff_s)}.npz"
    kept = _load(path)
    if {"indptr", "neighbours", "seconds"} <= kept.keys():
        return TravelTable(
            indptr=kept["indptr"].astype(np.int64, copy=False),
            neighbours=kept["neighbours"].astype(np.int32, copy=False),
            seconds=kept["seconds"].astype(np.uint16, copy=False),
        )
    table = travel_table(network, snap(network, lon_deg, lat_deg), cutoff_s=cutoff_s)
    _keep(path, {"indptr": table.indptr, "neighbours": table.neighbours, "seconds": table.seconds})
    return table


def table_name(network: StreetNetwork, lon: npt.ArrayLike, lat: npt.ArrayLike, cutoff_s: int | None) -> str:
    """Name a travel table by its content.

    Parameters
    ----------
    network
        Streets of one mode.
    lon, lat
        Homes in degrees, WGS 84, shape (homes,).
    cutoff_s
        Most seconds kept; None for all.

    Returns
    -------
    name
        32 hex digits, which tell nothing of where the homes are.
    """
    digest = hashlib.sha256(f"{_network_hash(network)}|{cutoff_s}|{_code_hash()}|".encode())
    digest.update(_degrees(lon).tobytes())
    digest.update(_degrees(lat).tobytes())
    return digest.hexdigest()[:32]


def _degrees(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


def _network_hash(network: StreetNetwork) -> str:
    """Hash everything a network holds; once, as it cannot change."""
    known = _hashes.get(network)
    if known is None:
        digest = hashlib.sha256()
        for field in fields(StreetNetwork):
            value = np.asarray(getattr(network, field.name))
            digest.update(f"{field.name} {value.dtype.str} {value.shape} ".encode())
            digest.update(value.tobytes())
        known = _hashes[network] = digest.hexdigest()
    return known


@cache
def _code_hash() -> str:
    digest = hashlib.sha256()
    for name in _CODE:
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()


def _load(path: Path) -> Arrays:
    """Read a kept table; nothing where there is none, or a damaged one."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}


def _keep(path: Path, arrays: Arrays) -> None:
    with suppress(OSError):  # a table that cannot be kept costs time, and is no reason to stop
        save_arrays(path, arrays)
