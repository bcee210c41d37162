"""Heights above sea level, and what a gradient does to a person on foot.

Heights come as a raster in British National Grid metres (OS Terrain 50 is published as such,
in Arc/Info ASCII files) or as heights of OpenStreetMap nodes.

References
----------
Tobler, W. (1993), Three presentations on geographical analysis and modeling, NCGIA Technical Report 93-1:
on a slope S people walk 6 exp(-3.5 |S + 0.05|) km/h.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from geo.errors import DamagedHeights

Floats = npt.NDArray[np.float64]

STEEPEST = 0.4
"""Slopes are capped at this: steeper ones, over a few metres, are faults of the heights (assumption)."""


class Heights(Protocol):
    """Where heights come from."""

    def of(self, refs: Sequence[int], x_m: Floats, y_m: Floats) -> Floats:
        """Look heights up.

        Parameters
        ----------
        refs
            OpenStreetMap numbers of nodes.
        x_m, y_m
            Their places, EPSG:27700 metres.

        Returns
        -------
        heights_m
            Metres; not a number where unknown.
        """
        ...

    def digest(self) -> str:
        """Identify these heights by their content.

        Returns
        -------
        digest
            Hex digits.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NodeHeights:
    """Heights of OpenStreetMap nodes.

    Parameters
    ----------
    metres
        By number of the node.
    """

    metres: Mapping[int, float]

    def of(self, refs: Sequence[int], x_m: Floats, y_m: Floats) -> Floats:  # noqa: ARG002  # the places of the protocol
        """Look heights up by node.

        Parameters
        ----------
        refs
            OpenStreetMap numbers of nodes.
        x_m, y_m
            Not used.

        Returns
        -------
        heights_m
            Metres; not a number for a node without.
        """
        return np.array([self.metres.get(ref, np.nan) for ref in refs], dtype=np.float64)

    def digest(self) -> str:
        """Identify these heights by their content.

        Returns
        -------
        digest
            Hex digits.
        """
        return hashlib.sha256(repr(sorted(self.metres.items())).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeightGrid:
    """A raster of heights.

    Parameters
    ----------
    west_m, south_m
        Middle of the south-western cell, EPSG:27700 metres.
    cell_m
        Distance between the middles of neighbouring cells, metres.
    metres
        Heights, shape (rows from south to north, columns from west to east);
        not a number where unknown.
    """

    west_m: float
    south_m: float
    cell_m: float
    metres: Floats

    def of(self, refs: Sequence[int], x_m: Floats, y_m: Floats) -> Floats:  # noqa: ARG002  # the nodes of the protocol
        """Look heights up by place, between the four cells around it.

        Parameters
        ----------
        refs
            Not used.
        x_m, y_m
            Places, EPSG:27700 metres.

        Returns
        -------
        heights_m
            Metres; not a number outside the raster.
        """
        rows, columns = self.metres.shape
        across, up = (x_m - self.west_m) / self.cell_m, (y_m - self.south_m) / self.cell_m
        inside = (across >= 0) & (up >= 0) & (across <= columns - 1) & (up <= rows - 1)
        column = np.clip(np.floor(np.where(inside, across, 0)), 0, max(columns - 2, 0)).astype(np.intp)
        row = np.clip(np.floor(np.where(inside, up, 0)), 0, max(rows - 2, 0)).astype(np.intp)
        east, north = across - column, up - row
        south_side = self.metres[row, column] * (1 - east) + self.metres[row, column + 1] * east
        north_side = self.metres[row + 1, column] * (1 - east) + self.metres[row + 1, column + 1] * east
        return np.where(inside, south_side * (1 - north) + north_side * north, np.nan)

    def digest(self) -> str:
        """Identify these heights by their content.

        Returns
        -------
        digest
            Hex digits.
        """
        frame = f"{self.west_m!r} {self.south_m!r} {self.cell_m!r} {self.metres.shape} "
        return hashlib.sha256(frame.encode() + self.metres.tobytes()).hexdigest()


def read_height_grid(path: Path) -> HeightGrid:
    """Read an Arc/Info ASCII raster in British National Grid metres.

    Parameters
    ----------
    path
        The file, by custom ending in ``.asc``.

    Returns
    -------
    grid
        Its heights.

    Raises
    ------
    DamagedHeights
        The file is incomplete, or no such raster.
    """
    try:
        words = path.read_text(encoding="ascii").split()
        head, at = {}, 0
        while at + 1 < len(words) and words[at][0].isalpha():
            head[words[at].lower()] = float(words[at + 1])
            at += 2
        rows, columns, cell_m = int(head["nrows"]), int(head["ncols"]), head["cellsize"]
        values = np.array(words[at:], dtype=np.float64)
        metres = values.reshape(rows, columns)[::-1].copy()
        if rows < 2 or columns < 2 or not cell_m > 0:
            raise ValueError("fewer than two rows or columns")
        middle = 0.0 if "xllcenter" in head else cell_m / 2
        west_m = head["xllcenter"] if "xllcenter" in head else head["xllcorner"]
        south_m = head["yllcenter"] if "yllcenter" in head else head["yllcorner"]
    except (ValueError, KeyError) as error:
        raise DamagedHeights(
            f"{path} cannot be read as an Arc/Info ASCII raster of heights ({error}). Check that it was downloaded "
            "whole and begins with ncols, nrows, xllcorner, yllcorner and cellsize."
        ) from error
    metres[metres == head.get("nodata_value", -9999.0)] = np.nan
    return HeightGrid(west_m=west_m + middle, south_m=south_m + middle, cell_m=cell_m, metres=metres)


def pace_on_slope(rise_m: npt.ArrayLike, length_m: npt.ArrayLike) -> Floats:
    """Compute the pace on foot on a slope, as a share of that on level ground, by Tobler's function.

    Parameters
    ----------
    rise_m
        Metres gained along the way; negative downhill; not a number where unknown.
    length_m
        Metres along the way.

    Returns
    -------
    share
        1 on level ground and where the rise is unknown; most, 1.19, at 5 % downhill.
    """
    rise, length = np.asarray(rise_m, dtype=np.float64), np.asarray(length_m, dtype=np.float64)
    slope = np.divide(rise, length, out=np.zeros(np.broadcast(rise, length).shape), where=length > 0)
    slope = np.clip(np.nan_to_num(slope), -STEEPEST, STEEPEST)
    share: Floats = np.exp(-3.5 * (np.abs(slope + 0.05) - 0.05))
    return share
