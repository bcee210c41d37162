"""A made-up town of straight streets, small enough to be built in a second."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path


@cache
def tiny_town() -> Path:
    """Write 30 by 30 streets, 110 m apart, on the Dogger Bank, where nobody lives.

    Returns
    -------
    path
        An ``.osm.pbf`` without buildings: homes are made up along its streets.
    """
    import osmium
    from osmium.osm.mutable import Node, Way

    from geo.british_grid import to_lon_lat

    path = Path(tempfile.mkdtemp(prefix="careround-town-")) / "gridley.osm.pbf"
    count, apart_m = 30, 110
    with osmium.SimpleWriter(str(path)) as writer:
        for i in range(count):
            for j in range(count):
                lon, lat = to_lon_lat([648_000 + i * apart_m], [541_000 + j * apart_m])
                writer.add_node(Node(id=1 + i * count + j, location=(float(lon[0]), float(lat[0])), version=1))
        tags = {"highway": "residential"}
        for i in range(count):
            across = [1 + i * count + j for j in range(count)]
            along = [1 + j * count + i for j in range(count)]
            writer.add_way(Way(id=10_000 + 2 * i, nodes=across, tags=tags, version=1))
            writer.add_way(Way(id=10_001 + 2 * i, nodes=along, tags=tags, version=1))
    return path
