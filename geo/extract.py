"""A region's extract cut to what a council needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from geo.errors import damaged_extract

if TYPE_CHECKING:
    import osmium

LEAST_OUTSIDE = 0.5
"""An extract less of which lies outside is left as it is: cutting it would gain little [assumption]."""


def cut_extract(pbf: Path, out: Path, box: tuple[float, float, float, float]) -> bool:
    """Write the part of an extract that lies in a box, where that is the smaller part.

    Parameters
    ----------
    pbf
        The extract, ``.osm.pbf``.
    out
        Where the part goes: everything with a node in the box, whole.
    box
        West, south, east, north in degrees.

    Returns
    -------
    cut
        False where most of the extract lies in the box: nothing is written then.

    Raises
    ------
    DamagedExtract
        The file is cut short, or no OpenStreetMap extract.
    """
    import osmium

    try:
        here, everywhere = 0, 0
        for node in _nodes(pbf):
            everywhere += 1
            here += _is_inside(node, box)
        if here == 0 or here > (1 - LEAST_OUTSIDE) * everywhere:
            return False
        with osmium.ForwardReferenceWriter(os.fspath(out), os.fspath(pbf), remove_tags=False) as writer:
            for node in _nodes(pbf):
                if _is_inside(node, box):
                    writer.add_node(node)
    except (RuntimeError, ValueError) as error:
        out.unlink(missing_ok=True)
        raise damaged_extract(pbf, error) from error
    return True


def _nodes(pbf: Path) -> Iterator[osmium.osm.Node]:
    import osmium

    for item in osmium.FileProcessor(os.fspath(pbf), osmium.osm.NODE):
        if isinstance(item, osmium.osm.Node):
            yield item


def _is_inside(node: osmium.osm.Node, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    place = node.location
    return place.valid() and west <= place.lon <= east and south <= place.lat <= north
