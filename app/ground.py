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
from solver import means
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


def tables_needed(council: CouncilFile) -> tuple[means.Table, ...]:
    """Name the tables of travel that some round of a council may need.

    Parameters
    ----------
    council
        Its parameters and live rounds name the means of travel.

    Returns
    -------
    tuple of str
        In a fixed order; ``dark_walk`` where people walk, are to keep to lit ways after dark, and it is known which are.
    """
    parameters = council.parameters
    used = {*parameters.modes, *(one.mode for one in council.rounds)}
    found = dict.fromkeys(means.TABLE_OF[mode] for mode in means.MODES if mode in used)
    lit = parameters.walk_lit_ways_after_dark and isinstance(council.travel, StreetsTravel)
    return (*found, *(("dark_walk",) if lit and "walk" in found else ()))


def parked_s(driven: Table, park_s: int) -> Table:
    """Add parking to travel by car.

    Parameters
    ----------
    driven
        Seconds.
    park_s
        Seconds of each leg.

    Returns
    -------
    ndarray of uint16
        Of the same shape.
    """
    return np.minimum(driven.astype(np.int64) + park_s, UNREACHABLE_S).astype(np.uint16)


def straight_s(name: means.Table, metres: NDArray[np.float64], council: CouncilFile) -> Table:
    """Estimate travel from straight lines.

    Parameters
    ----------
    name
        Which table.
    metres
        Straight metres.
    council
        States detour and speeds, and how far walking is measured.

    Returns
    -------
    ndarray of uint16
        Seconds, in the shape of ``metres``; with parking.
    """
    travel = council.travel
    assert isinstance(travel, StraightLineTravel)
    s_per_m = {
        "walk": 60 / travel.walk_m_per_min,
        "cycle": 3.6 / travel.cycle_km_per_hour,
        "drive": 3.6 / travel.drive_km_per_hour,
    }[name]
    found = np.minimum(np.floor(travel.detour * metres * s_per_m + 0.5), UNREACHABLE_S).astype(np.uint16)
    if name == "walk":
        found[found > walk_cutoff_s(council)] = UNREACHABLE_S
    return parked_s(found, travel.drive_park_s) if name == "drive" else found


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

    def tables(self) -> dict[means.Table, Table]:
        """Measure travel between all homes, as far as some round may need it.

        Returns
        -------
        dict
            Of :func:`tables_needed`: uint16 seconds of shape (homes, homes). Walking is measured up to
            :func:`walk_cutoff_s` and is :data:`solver.facts.UNREACHABLE_S` beyond; driving is with parking.
        """
        return {name: self._table(name) for name in tables_needed(self.council)}

    def _table(self, name: means.Table) -> Table:
        homes, travel = self.council.homes, self.council.travel
        if not homes:
            return np.zeros((0, 0), np.uint16)
        if name == "dark_walk":
            dark = self.dark_table()
            assert dark is not None
            return dark
        if isinstance(travel, StraightLineTravel):
            found = straight_s(name, self._metres(), self.council)
        else:
            found = self._along_streets(name, walk_cutoff_s(self.council) if name == "walk" else None)
            if name == "drive":
                found = parked_s(found, travel.drive_park_s)
        found[_together(homes)] = 0
        return found

    def dark_table(self) -> Table | None:
        """Measure walking between all homes after dark, on lit ways only.

        Returns
        -------
        walk_dark_s : ndarray of uint16, shape (homes, homes), or None
            As ``walk`` of :meth:`tables`, and never less: the nearest lit street may lie nearer to the other
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

    def _metres(self) -> NDArray[np.float64]:
        from geo.british_grid import to_grid

        x, y = to_grid([home.lon for home in self.council.homes], [home.lat for home in self.council.homes])
        return np.asarray(np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :]), np.float64)

    def _along_streets(self, mode: Mode, cutoff_s: int | None) -> Table:
        from geo.kept_travel import travel_seconds_for

        lon, lat = [home.lon for home in self.council.homes], [home.lat for home in self.council.homes]
        return travel_seconds_for(self.network(mode), lon, lat, cutoff_s=cutoff_s, cache_dir=cache_folder())


def _together(homes: tuple[Home, ...]) -> NDArray[np.bool_]:
    """Mark pairs of homes with no travel between them: one site, or one front door."""
    number: dict[object, int] = {}
    keys = np.array([number.setdefault(home.site_ref or (home.lon, home.lat), len(number)) for home in homes], np.int64)
    return np.asarray(keys[:, None] == keys[None, :])
