"""A street network as flat arrays: what travel, drawing and saving work on."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.access import Mode
from geo.errors import DamagedNetwork
from geo.whole_file import save_arrays

NETWORK_FORMAT = 1
"""Version of the saved form; raise it when a field changes its meaning."""

ISLAND = -1
"""Component number of nodes that homes never snap to."""

TICKS_PER_SECOND = 1024
"""Times are whole multiples of 1/1024 s.

Such numbers add up exactly in floating point in whatever order they are added,
so a walk takes the same time in both directions to the last bit, and rounding
to whole seconds cannot break that.
"""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class StreetNetwork:
    """Streets between junctions, each stored once, for one mode.

    Parameters
    ----------
    mode
        ``walk``, ``dark_walk``, ``cycle`` or ``drive``.
    node_x_m, node_y_m
        Junctions, EPSG:27700 metres, shape (nodes,).
    node_lon, node_lat
        The same in degrees, WGS 84.
    node_component
        Number of the connected part a node is in, largest first; -1 on islands,
        the parts too small for a home to be reached from. By car, parts are
        strongly connected: from everywhere to everywhere.
    edge_from, edge_to
        Node numbers of a street's ends, shape (edges,).
    edge_length_m
        Length along the street in metres.
    edge_time_s
        Seconds from ``edge_from`` to ``edge_to``, in multiples of 1/1024 s.
    edge_back_time_s
        Seconds from ``edge_to`` to ``edge_from``; infinite where one-way.
    edge_highway
        Index into ``highway_names``.
    edge_lit
        1 lit after dark, 0 unlit, -1 not stated.
    point_x_m, point_y_m, point_lon, point_lat
        Vertices of all streets one after the other, from ``edge_from`` on.
    point_start
        Where each street's vertices begin, shape (edges + 1,).
    highway_names
        OpenStreetMap classes of street that occur.
    island_count
        Number of parts left aside as islands.
    island_length_m
        Metres of street on islands.
    """

    mode: Mode
    node_x_m: Floats
    node_y_m: Floats
    node_lon: Floats
    node_lat: Floats
    node_component: Ints
    edge_from: Ints
    edge_to: Ints
    edge_length_m: Floats
    edge_time_s: Floats
    edge_back_time_s: Floats
    edge_highway: npt.NDArray[np.uint8]
    edge_lit: npt.NDArray[np.int8]
    point_x_m: Floats
    point_y_m: Floats
    point_lon: Floats
    point_lat: Floats
    point_start: npt.NDArray[np.int64]
    highway_names: tuple[str, ...]
    island_count: int
    island_length_m: float

    @property
    def node_count(self) -> int:
        """Number of junctions."""
        return len(self.node_x_m)

    @property
    def edge_count(self) -> int:
        """Number of streets."""
        return len(self.edge_from)

    @property
    def edge_usable(self) -> npt.NDArray[np.bool_]:
        """Streets a home may snap to: both ends in the same part, no island."""
        part = self.node_component[self.edge_from]
        usable: npt.NDArray[np.bool_] = (part == self.node_component[self.edge_to]) & (part != ISLAND)
        return usable

    def summary(self) -> str:
        """Describe the network in one sentence.

        Returns
        -------
        sentence
            Sizes, connected parts and what was left aside.
        """
        parts = int(self.node_component.max(initial=-1)) + 1
        return (
            f"{self.mode}: {self.node_count:,} junctions, {self.edge_count:,} streets, "
            f"{self.edge_length_m.sum() / 1000:,.0f} km in {parts} connected "
            f"part{'' if parts == 1 else 's'}; {self.island_count:,} islands with "
            f"{self.island_length_m / 1000:,.1f} km left aside"
        )


def save_network(network: StreetNetwork, path: Path) -> None:
    """Write a network to a file that loads fast.

    The file appears whole or not at all: it is written beside its place and
    then moved there.

    Parameters
    ----------
    network
        What to write.
    path
        Where to, by custom ending in ``.npz``.
    """
    values = {field.name: np.asarray(getattr(network, field.name)) for field in fields(StreetNetwork)}
    save_arrays(path, {"format": np.asarray(NETWORK_FORMAT, np.int64), **values})


def load_network(path: Path) -> StreetNetwork:
    """Read a network that `save_network` wrote.

    Parameters
    ----------
    path
        The saved file.

    Returns
    -------
    network
        The same network, array for array.

    Raises
    ------
    DamagedNetwork
        The file is incomplete, no saved network, or of another format version.
    """
    mend = "Delete the file and build the network again from its .osm.pbf."
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
            version = int(saved["format"])
            values: dict[str, Any] = (
                {field.name: saved[field.name] for field in fields(StreetNetwork)} if version == NETWORK_FORMAT else {}
            )
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DamagedNetwork(f"{path} cannot be read as a saved street network ({error}). {mend}") from error
    if version != NETWORK_FORMAT:
        raise DamagedNetwork(f"{path} has format version {version}, this program reads {NETWORK_FORMAT}. {mend}")
    values["mode"] = str(values["mode"])
    values["highway_names"] = tuple(str(name) for name in values["highway_names"])
    values["island_count"] = int(values["island_count"])
    values["island_length_m"] = float(values["island_length_m"])
    return StreetNetwork(**values)
