"""The ground of a council: where homes lie and how long it takes between them."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.formats.council import CouncilFile, Home, StraightLineTravel, StreetsTravel
from solver.facts import UNREACHABLE_S

if TYPE_CHECKING:
    from geo.access import Mode
    from geo.locate import Locator
    from geo.streets import StreetNetwork

Table = NDArray[np.uint16]
SHIPPED = "careround:doggerby"
DATA = Path(__file__).resolve().parent.parent / "data"


class ForeignStreets(Exception):
    """The street extract is missing, or is not the one that the council file was made with."""


def cache_folder() -> Path:
    """Find the folder for networks and travel tables.

    Returns
    -------
    Path
        ``careround/geo`` under ``CAREROUND_CACHE_DIR`` or the user's cache folder.
    """
    home = os.environ.get("CAREROUND_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "careround" / "geo"


def walk_cutoff_s(council: CouncilFile) -> int:
    """Say how far walking is measured.

    Parameters
    ----------
    council
        States the walking leg limit.

    Returns
    -------
    int
        Seconds: twice the limit, so that a refusal can say how long the leg is, and at least an hour, so that
        the legs of live rounds that break the limit are known too.
    """
    return max(3_600, 120 * council.parameters.walk_leg_max_min)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A council's ground, read when first needed.

    Parameters
    ----------
    council
        Names the streets and holds the areas.
    folder
        Folder of the council file; paths of street extracts start there.
    """

    council: CouncilFile
    folder: Path

    @cached_property
    def locator(self) -> Locator:
        """Areas by point."""
        import geopandas as gpd
        from shapely.geometry import shape

        from geo.british_grid import geometries_to_grid
        from geo.locate import Locator

        outlines = [shape(area.geometry) for area in self.council.areas]
        refs = [area.area_ref for area in self.council.areas]
        return Locator(gpd.GeoDataFrame({"area_ref": refs}, geometry=geometries_to_grid(outlines), crs="EPSG:27700"))

    def areas_of(self, homes: tuple[Home, ...]) -> list[str | None]:
        """Find the area of every home.

        Parameters
        ----------
        homes
            With WGS84 coordinates.

        Returns
        -------
        list of str or None
            Area refs; None for a home outside every area.
        """
        if not homes:
            return []
        found = self.locator.find([home.lon for home in homes], [home.lat for home in homes])
        return [None if area is None else str(area) for area in found]

    def extract(self) -> Path | None:
        """Find the street extract.

        Returns
        -------
        Path or None
            None when travel is estimated from straight lines.

        Raises
        ------
        ForeignStreets
            The file is missing or has another hash.
        """
        travel = self.council.travel
        if not isinstance(travel, StreetsTravel):
            return None
        path = DATA / "demo" / "doggerby.osm.pbf" if travel.file == SHIPPED else self.folder / travel.file
        if not path.is_file():
            raise ForeignStreets(
                f"travel.file: {travel.file} is not there. Put the extract beside the council file, or correct the path."
            )
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != travel.sha256:
                raise ForeignStreets(
                    f"travel.sha256: {travel.file} is not the extract this council file was made with. "
                    "Use that extract, or make the council file again."
                )
        return path

    def network(self, mode: Mode) -> StreetNetwork:
        """Load the streets for a means of travel.

        Parameters
        ----------
        mode
            Any that streets are read for.

        Returns
        -------
        StreetNetwork
            Built the first time, then cached by content.
        """
        from geo.network import network_for

        path, travel = self.extract(), self.council.travel
        assert path is not None
        return network_for(path, mode, cache_folder(), travel.walk_m_per_min)

    def tables(self) -> tuple[Table, Table]:
        """Measure travel between all homes.

        Returns
        -------
        walk_s : ndarray of uint16, shape (homes, homes)
            Seconds, beyond :func:`walk_cutoff_s` :data:`solver.facts.UNREACHABLE_S`.
        drive_s : ndarray of uint16, shape (homes, homes)
            Seconds with parking.
        """
        homes = self.council.homes
        if not homes:
            return np.zeros((0, 0), np.uint16), np.zeros((0, 0), np.uint16)
        cutoff_s = walk_cutoff_s(self.council)
        travel = self.council.travel
        if isinstance(travel, StraightLineTravel):
            walk, drive = self._straight(travel)
            walk[walk > cutoff_s] = UNREACHABLE_S
        else:
            walk, drive = self._along_streets("walk", cutoff_s), self._along_streets("drive", None)
        together = _together(homes)
        walk[together] = 0
        parked = np.minimum(drive.astype(np.int64) + travel.drive_park_s, UNREACHABLE_S).astype(np.uint16)
        parked[together] = 0
        return walk, parked

    def dark_table(self) -> Table | None:
        """Measure walking between all homes after dark, on lit ways only.

        Returns
        -------
        walk_dark_s : ndarray of uint16, shape (homes, homes), or None
            As ``walk_s`` of :meth:`tables`, and never less: the nearest lit street may lie nearer to the other
            home than the door does. A home with no lit street within 250 m has no way to another.
            None where it is not known which ways are lit: travel is estimated from straight lines.
        """
        homes = self.council.homes
        if isinstance(self.council.travel, StraightLineTravel):
            return None
        if not homes:
            return np.zeros((0, 0), np.uint16)
        from geo.errors import NoStreets

        cutoff_s = walk_cutoff_s(self.council)
        try:
            dark = np.maximum(self._along_streets("dark_walk", cutoff_s), self._along_streets("walk", cutoff_s))
        except NoStreets:  # a village without one lit street
            dark = np.full((len(homes), len(homes)), UNREACHABLE_S, np.uint16)
        dark[_together(homes)] = 0
        return dark

    def _straight(self, travel: StraightLineTravel) -> tuple[Table, Table]:
        from geo.british_grid import to_grid

        x, y = to_grid([home.lon for home in self.council.homes], [home.lat for home in self.council.homes])
        metres = travel.detour * np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
        walk = np.minimum(np.floor(metres * 60 / travel.walk_m_per_min + 0.5), UNREACHABLE_S)
        drive = np.minimum(np.floor(metres * 3.6 / travel.drive_km_per_hour + 0.5), UNREACHABLE_S)
        return walk.astype(np.uint16), drive.astype(np.uint16)

    def _along_streets(self, mode: Mode, cutoff_s: int | None) -> Table:
        from geo.kept_travel import travel_seconds_for

        lon, lat = [home.lon for home in self.council.homes], [home.lat for home in self.council.homes]
        return travel_seconds_for(self.network(mode), lon, lat, cutoff_s=cutoff_s, cache_dir=cache_folder())


def _together(homes: tuple[Home, ...]) -> NDArray[np.bool_]:
    """Mark pairs of homes with no travel between them: one site, or one front door."""
    number: dict[object, int] = {}
    keys = np.array([number.setdefault(home.site_ref or (home.lon, home.lat), len(number)) for home in homes], np.int64)
    return np.asarray(keys[:, None] == keys[None, :])
