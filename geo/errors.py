"""What can be wrong with geographic input, each error named after the fact.

No message repeats a coordinate, an address or a postcode of a person: an error
text ends up in logs and tickets, and where somebody lives must not.
"""

from __future__ import annotations

from pathlib import Path


class GeographyError(Exception):
    """Something in the geographic input cannot be used as it is."""


class DamagedExtract(GeographyError):
    """A street extract cannot be read as OpenStreetMap data to its end."""


class NoStreets(GeographyError):
    """An extract is readable but holds no street usable in the wanted mode."""


class DamagedNetwork(GeographyError):
    """A saved network file is incomplete or of another format version."""


class DamagedHeights(GeographyError):
    """A raster of heights cannot be read."""


class UnreachableHome(GeographyError):
    """There is no way along the network between two homes."""


class OffNetwork(GeographyError):
    """A home is too far from any usable street to have travel times."""


class DamagedBoundaries(GeographyError):
    """A boundary file cannot be read."""


class MissingCrs(GeographyError):
    """A boundary file does not say which coordinate reference system it uses."""


class MissingColumn(GeographyError):
    """A file lacks a column that is needed."""


class DuplicateArea(GeographyError):
    """A boundary file holds the same area reference more than once."""


class EmptyFile(GeographyError):
    """A file holds no records."""


class MalformedRow(GeographyError):
    """A row of a table cannot be understood."""


class NotCoordinates(GeographyError):
    """A value is not a pair of longitude and latitude in degrees."""


class NullIsland(GeographyError):
    """A point is at longitude 0, latitude 0: a missing value read as zero."""


class SwappedCoordinates(GeographyError):
    """A point's longitude and latitude stand in the wrong order."""


class OutsideArea(GeographyError):
    """A point lies in none of the areas."""


class UnknownArea(GeographyError):
    """An area is referred to that the boundaries do not hold."""


def damaged_extract(pbf: Path, error: Exception) -> DamagedExtract:
    """Say of an extract that it cannot be read.

    Parameters
    ----------
    pbf
        The extract.
    error
        What its reader said.

    Returns
    -------
    damaged
        To be raised.
    """
    return DamagedExtract(
        f"{pbf} cannot be read to its end as OpenStreetMap data ({error}). The download was probably cut short, or the "
        "file is no .osm.pbf. Fetch it again and compare its size or checksum with the publisher's."
    )
