"""From a point, a postcode or a UPRN to area, patch, zone and network; from a practice to its patients' network.

The network of the ground says most of whose patients live there; the
*registered* network is that of a person's own practice. They often differ, so
both are kept apart.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy.typing as npt

from geo.errors import EmptyFile, GeographyError, MissingColumn
from geo.locate import Locator
from geo.postcodes import spaced

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_CHUNK = 1_000_000


class UnknownPlace(GeographyError):
    """A postcode, UPRN or practice is not among those that are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What a place belongs to; None where it is not known or there is none.

    Attributes
    ----------
    area_ref, patch_ref, zone_ref
        Small area, patch and zone.
    pcn_ref, pcn_share
        Network of the ground, and the share of the area's registered patients it has.
    registered_pcn_ref
        Network of the person's own practice.
    """

    area_ref: str
    patch_ref: str | None
    zone_ref: str | None
    pcn_ref: str | None
    pcn_share: float | None
    registered_pcn_ref: str | None = None


class Finder:
    """Answers where something is, by the rules of `geo.locate.Locator` on borders and beyond them.

    Parameters
    ----------
    areas
        area_ref and geometry (EPSG:27700).
    facts
        patch_ref, zone_ref, pcn_ref and pcn_share by area_ref, as far as they are known.
    postcodes
        Longitude and latitude of postcodes (spaced).
    uprns
        Longitude and latitude of unique property reference numbers, digits without leading zeros.
    practices
        Network of each practice.
    """

    def __init__(
        self,
        areas: gpd.GeoDataFrame,
        facts: Mapping[str, Mapping[str, Any]],
        *,
        postcodes: Mapping[str, tuple[float, float]] | None = None,
        uprns: Mapping[str, tuple[float, float]] | None = None,
        practices: Mapping[str, str] | None = None,
    ) -> None:
        self._locator = Locator(areas)
        self._facts = facts
        self._postcodes = postcodes or {}
        self._uprns = uprns or {}
        self._practices = practices or {}

    def point(self, lon: float, lat: float, *, practice_ref: str | None = None) -> Whereabouts:
        """Find what a point belongs to.

        Parameters
        ----------
        lon, lat
            Degrees, WGS 84.
        practice_ref
            The person's own practice.

        Returns
        -------
        whereabouts
            Its area and what that belongs to.

        Raises
        ------
        NotCoordinates, NullIsland, SwappedCoordinates, OutsideArea
            As in `geo.locate.Locator.locate`.
        UnknownPlace
            The practice is in no network that is known.
        """
        area = self._locator.locate(lon, lat)
        facts = self._facts.get(area, {})
        return Whereabouts(
            area_ref=area,
            patch_ref=facts.get("patch_ref"),
            zone_ref=facts.get("zone_ref"),
            pcn_ref=facts.get("pcn_ref"),
            pcn_share=facts.get("pcn_share"),
            registered_pcn_ref=None if practice_ref is None else self.registered_network(practice_ref),
        )

    def postcode(self, text: str, *, practice_ref: str | None = None) -> Whereabouts:
        """Find what a postcode belongs to: the ground under its point, which a few of its homes may not share.

        Parameters
        ----------
        text
            Any spacing and case.
        practice_ref
            The person's own practice.

        Returns
        -------
        whereabouts
            Its area and what that belongs to.

        Raises
        ------
        UnknownPlace
            No postcode, or none that is known; the message does not repeat it.
        OutsideArea
            It lies outside the areas.
        """
        whole = spaced(text)
        if whole is None:
            raise UnknownPlace("The text is no full postcode. Write it like AB1 2CD.")
        if whole not in self._postcodes:
            raise UnknownPlace("The postcode is not among those that are known. Is it new, or another council's?")
        return self.point(*self._postcodes[whole], practice_ref=practice_ref)

    def uprn(self, text: str, *, practice_ref: str | None = None) -> Whereabouts:
        """Find what a property belongs to.

        Parameters
        ----------
        text
            Unique property reference number, up to twelve digits; leading zeros do not matter.
        practice_ref
            The person's own practice.

        Returns
        -------
        whereabouts
            Its area and what that belongs to.

        Raises
        ------
        UnknownPlace
            No UPRN, or none that is known; the message does not repeat it.
        OutsideArea
            It lies outside the areas.
        """
        digits = text.strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
            raise UnknownPlace("The text is no UPRN: up to twelve digits.")
        where = self._uprns.get(digits.lstrip("0"))
        if where is None:
            raise UnknownPlace("The UPRN is not among those that are known. Is it new, or another council's?")
        return self.point(*where, practice_ref=practice_ref)

    def registered_network(self, practice_ref: str) -> str:
        """Find the network of a practice, wherever its patients live.

        Parameters
        ----------
        practice_ref
            ODS code, such as ``A82033``.

        Returns
        -------
        pcn_ref
            The network.

        Raises
        ------
        UnknownPlace
            The practice is in no network that is known.
        """
        found = self._practices.get(practice_ref.strip().upper())
        if not found:
            raise UnknownPlace(
                f"Practice {practice_ref} belongs to no network that is known. Check the code and the day of the memberships."
            )
        return found

    def points(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> pd.DataFrame:
        """Find what many points belong to at once, without raising.

        Parameters
        ----------
        lon, lat
            Degrees, WGS 84, shape (points,).

        Returns
        -------
        table
            area_ref, patch_ref, zone_ref, pcn_ref; None where there is none. `fault` says why.
        """
        import pandas as pd

        found = self._locator.find(lon, lat)
        table = pd.DataFrame({"area_ref": pd.Series(found, dtype=object)})
        for column in ("patch_ref", "zone_ref", "pcn_ref"):
            of_area = {area: facts.get(column) for area, facts in self._facts.items()}
            table[column] = pd.Series([of_area.get(area) for area in found], dtype=object)
        return table

    def fault(self, lon: float, lat: float) -> GeographyError:
        """Say why a point has no area.

        Parameters
        ----------
        lon, lat
            A point for which `points` gave None.

        Returns
        -------
        fault
            The error to raise or to report; it does not repeat where the point is.
        """
        return self._locator.fault(lon, lat)


def read_uprns(path: Path, *, box: tuple[float, float, float, float]) -> dict[str, tuple[float, float]]:
    """Read where properties are, of one council out of the national file.

    Parameters
    ----------
    path
        OS Open UPRN: a CSV with UPRN, LATITUDE and LONGITUDE, or its ZIP.
    box
        West, south, east, north in degrees: what lies outside is not kept. Read in pieces, so
        memory grows with the box and not with the country.

    Returns
    -------
    uprns
        Longitude and latitude by UPRN.

    Raises
    ------
    MissingColumn
        The file is not of this form.
    EmptyFile
        No property lies in the box.
    """
    import pandas as pd

    west, south, east, north = box
    found: dict[str, tuple[float, float]] = {}
    try:
        with _opened_table(path) as table:
            pieces = pd.read_csv(
                table,
                usecols=["UPRN", "LATITUDE", "LONGITUDE"],
                chunksize=_CHUNK,
                encoding="utf-8-sig",
                dtype={"UPRN": "int64"},
            )
            for piece in pieces:
                lon, lat = piece["LONGITUDE"].to_numpy(), piece["LATITUDE"].to_numpy()
                near = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
                refs = piece["UPRN"].to_numpy()[near].astype(str).tolist()
                found.update(zip(refs, zip(lon[near].tolist(), lat[near].tolist(), strict=True), strict=True))
    except (ValueError, zipfile.BadZipFile, zlib.error, EOFError, StopIteration) as error:
        raise MissingColumn(
            f"{path} is no OS Open UPRN table ({error}). It needs UPRN, LATITUDE and LONGITUDE."
        ) from error
    if not found:
        raise EmptyFile(f"{path} places no property in the council. Give the file of its own place.")
    return found


@contextmanager
def _opened_table(path: Path) -> Iterator[IO[bytes]]:
    """Open a CSV, or the one in a ZIP: the published archive holds a licence and a list of versions beside it."""
    if path.suffix.lower() != ".zip":
        with path.open("rb") as table:
            yield table
        return
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
        if not names:
            raise ValueError("the archive holds no CSV file")
        with archive.open(names[0]) as table:
            yield table
