"""TopoJSON decoded to polygons that share their borders exactly.

A border between two areas is stored once; both get the very same vertices, so
areas dissolve without gaps.

References
----------
The TopoJSON Format Specification, https://github.com/topojson/topojson-specification
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from geo.errors import DamagedBoundaries

if TYPE_CHECKING:
    from shapely import MultiPolygon, Polygon

Line = npt.NDArray[np.float64]


def decode_polygons(topology: dict[str, Any], source: str) -> tuple[list[dict[str, Any]], list[Any]]:
    """Decode all polygons of a topology.

    Parameters
    ----------
    topology
        A parsed TopoJSON document.
    source
        Name of the file, for messages.

    Returns
    -------
    properties, geometries
        Properties and shapely polygon of each feature, in the order of the file;
        the geometry is None where a feature has none.

    Raises
    ------
    DamagedBoundaries
        The document is not a complete topology of polygons.
    """
    try:
        arcs = _absolute_arcs(topology)
        properties: list[dict[str, Any]] = []
        geometries: list[Any] = []
        for layer in topology["objects"].values():
            for item in layer.get("geometries", [layer]):
                properties.append({"id": item.get("id"), **(item.get("properties") or {})})
                geometries.append(_polygon(item, arcs, source))
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise DamagedBoundaries(
            f"{source} is not a complete TopoJSON file ({error!r}). Fetch it again from its publisher."
        ) from error
    return properties, geometries


def _absolute_arcs(topology: dict[str, Any]) -> list[Line]:
    arcs = [np.asarray(arc, dtype=np.float64)[:, :2] for arc in topology["arcs"]]
    transform = topology.get("transform")
    if transform is None:
        return arcs
    scale, move = np.asarray(transform["scale"]), np.asarray(transform["translate"])
    return [np.cumsum(arc, axis=0) * scale + move for arc in arcs]


def _ring(references: list[int], arcs: list[Line]) -> Line:
    """Join arcs end to end; ``~i`` means arc i backwards."""
    pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in references]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _polygon(item: dict[str, Any], arcs: list[Line], source: str) -> Polygon | MultiPolygon | None:
    from shapely import MultiPolygon, Polygon

    kind = item["type"]
    if kind is None:
        return None
    if kind not in ("Polygon", "MultiPolygon"):
        raise DamagedBoundaries(f"{source} holds a {kind}; only polygons are areas. Remove what is none.")
    parts = [item["arcs"]] if kind == "Polygon" else item["arcs"]
    polygons = []
    for part in parts:
        # Quantised islets can shrink to fewer than four vertices: they have no area.
        rings = [ring for ring in (_ring(references, arcs) for references in part) if len(ring) >= 4]
        if rings:
            polygons.append(Polygon(rings[0], rings[1:]))
    if not polygons:
        return None
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
