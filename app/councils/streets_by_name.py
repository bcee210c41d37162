"""Streets by the name of a place, through osmnx, where there is internet.

What osmnx brings is written as an ``.osm.pbf`` of its own, with every tag that the rules of `geo` read: from there on it is an
extract like any other, with a checksum, and the same streets give the same times.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.councils.fetch import Unfetched

if TYPE_CHECKING:
    import networkx as nx

NOMINATIM = "https://nominatim.openstreetmap.org/"
OVERPASS = "https://overpass-api.de/api"

MARGIN_M = 1_000.0
"""Streets so far beyond the border are fetched too, for the ways of people who live near it [assumption]."""

WAY_TAGS = (
    "highway access foot bicycle vehicle motor_vehicle motorcar service area motorroad oneway junction maxspeed lit footway "
    "designation name opening_hours access:conditional foot:conditional oneway:bicycle cycleway cycleway:left "
    "cycleway:right cycleway:both"
).split()
"""What the rules of `geo.access`, `geo.after_dark` and `geo.cycling` read of a way."""

NODE_TAGS = "barrier access foot bicycle vehicle motor_vehicle motorcar".split()
"""What they read of a barrier."""

_AGAINST_ITS_NODES = frozenset({"-1", "reverse", "T"})
_ELSEWHERE = "Or give an extract with --streets: download.geofabrik.de has every region as .osm.pbf."


def streets_of_place(place: str, folder: Path, *, nominatim: str = NOMINATIM, overpass: str = OVERPASS) -> Path:
    """Fetch the streets of a place that OpenStreetMap knows by name.

    Parameters
    ----------
    place
        As one would ask a map, such as ``Rutland, England``; it must have an outline.
    folder
        Where the extract goes.
    nominatim, overpass
        Addresses of the services that know places and streets.

    Returns
    -------
    Path
        The extract: streets and barriers, and no buildings.

    Raises
    ------
    Unfetched
        A service cannot be reached or refuses, or knows no such place or no street there.
    """
    from osmnx._errors import InsufficientResponseError, ResponseStatusCodeError

    try:
        with _asking(nominatim, overpass):
            graph = _graph_of(place)
    except (InsufficientResponseError, TypeError) as error:
        raise Unfetched(
            f"OpenStreetMap has no outline or no streets for “{place}”. Write it as a map search would find it, such as "
            f"“Rutland, England”. {_ELSEWHERE}"
        ) from error
    except ResponseStatusCodeError as error:
        raise Unfetched(f"The streets of “{place}” were refused. Try again later. {_ELSEWHERE}") from error
    except OSError as error:
        raise Unfetched(
            f"The streets of “{place}” could not be fetched ({type(error).__name__}). Is there internet here? {_ELSEWHERE}"
        ) from error
    path = folder / f"{re.sub(r'[^a-z0-9]+', '-', place.lower()).strip('-') or 'place'}.osm.pbf"
    _write_extract(graph, path)
    return path


@contextmanager
def _asking(nominatim: str, overpass: str) -> Iterator[None]:
    """Set what osmnx keeps for the whole process, and set it back."""
    from osmnx import settings

    ours: dict[str, Any] = {
        "nominatim_url": nominatim,
        "overpass_url": overpass,
        "useful_tags_way": WAY_TAGS,
        "useful_tags_node": NODE_TAGS,
        "all_oneway": True,  # each street once, in the order of its nodes
        "use_cache": False,  # nothing is left in the working folder
        "doh_url_template": None,  # nobody else is asked for addresses
    }
    before = {name: getattr(settings, name) for name in ours}
    lookup = socket.getaddrinfo  # osmnx replaces it
    try:
        for name, value in ours.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
        socket.getaddrinfo = lookup


def _graph_of(place: str) -> nx.MultiDiGraph[int]:
    import osmnx

    outline = osmnx.geocode_to_gdf(place).to_crs("EPSG:27700").buffer(MARGIN_M).simplify(MARGIN_M / 20)
    around = outline.to_crs("EPSG:4326").iloc[0]
    return osmnx.graph_from_polygon(
        around, custom_filter='["highway"]', simplify=False, retain_all=True, truncate_by_edge=True
    )


def _write_extract(graph: nx.MultiDiGraph[int], path: Path) -> None:
    """Write every piece of street between two nodes as a way of its own; `geo.network` joins them again."""
    import osmium
    from osmium.osm import mutable

    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for node in sorted(graph.nodes):
            data = graph.nodes[node]
            tags = {key: str(data[key]) for key in NODE_TAGS if key in data}
            writer.add_node(mutable.Node(id=node, location=(data["x"], data["y"]), tags=tags))
        pieces = list(graph.edges(data=True))
        pieces.sort(key=lambda piece: (piece[2]["osmid"], piece[0], piece[1]))
        for number, (tail, head, data) in enumerate(pieces, start=1):
            ends = [head, tail] if data.get("oneway") in _AGAINST_ITS_NODES else [tail, head]
            tags = {key: str(data[key]) for key in WAY_TAGS if key in data}
            writer.add_way(mutable.Way(id=number, nodes=ends, tags=tags))
