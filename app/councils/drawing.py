"""The map of a quality report: small areas by network or zone, as one SVG."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np

from app.councils.ground import CouncilGround

_COLOURS = ("#8dc1e0", "#f3c969", "#a8d5a2", "#e7a6a1", "#c3b1e1", "#d9c2a3", "#9fd8d3")
_WIDTH = 1000.0
_ROOM = 9.0
_ROUGHNESS_PER_MILLE = 0.8


def coloured(groups: Mapping[str, str], borders: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """Give each group a colour that differs from its neighbours'.

    Parameters
    ----------
    groups
        Group of each area.
    borders
        As from `geo.coverage.shared_borders`.

    Returns
    -------
    dict
        Colour of each group.
    """
    beside: dict[str, set[str]] = {group: set() for group in groups.values()}
    for area, neighbours in borders.items():
        for neighbour in neighbours:
            a, b = groups.get(area), groups.get(neighbour)
            if a is not None and b is not None and a != b:
                beside[a].add(b)
                beside[b].add(a)
    colours: dict[str, str] = {}
    for group in sorted(beside, key=lambda one: (-len(beside[one]), one)):
        taken = {colours.get(other) for other in beside[group]}
        # A group with more neighbours than there are colours shares one; its outline still parts it.
        colours[group] = next((c for c in _COLOURS if c not in taken), _COLOURS[len(colours) % len(_COLOURS)])
    return colours


def council_map(ground: CouncilGround, numbers: Mapping[str, int], groups: Mapping[str, str]) -> str:
    """Draw areas, the outlines of groups and their numbers.

    Parameters
    ----------
    ground
        The council.
    numbers
        Number that stands for each group, as in the table.
    groups
        Group of each area.

    Returns
    -------
    str
        An ``svg`` element; what moved is hatched, what has no group is white.
    """
    import shapely

    from geo.boundaries import dissolve

    shapes: Any = ground.areas.geometry.to_numpy()
    west, south, east, north = shapely.total_bounds(shapes)
    scale = _WIDTH / (east - west)
    rough = (east - west) * _ROUGHNESS_PER_MILLE / 1000
    plain = ground.areas.set_geometry(list(shapely.coverage_simplify(shapes, rough)), crs=ground.areas.crs)
    colours = coloured(groups, ground.borders)
    share = _shares(ground)
    moved = set() if ground.footprint is None else {move.area_ref for move in ground.footprint.moves}

    def _path(shape: Any) -> str:
        return "".join(_ring(ring, west, north, scale) for part in shapely.get_parts(shape) for ring in _rings(part))

    cells, hatches = [], []
    for ref, name, shape in zip(plain["area_ref"], plain["name"], plain.geometry, strict=True):
        group = groups.get(ref)
        colour = "#ffffff" if group is None else colours[group]
        opacity = 1.0 if ref not in share else round(0.3 + 0.7 * share[ref], 2)
        said = f"{name} ({ref})" + (f", {100 * share[ref]:.0f} % of its patients" if ref in share else "")
        d = _path(shape)
        cells.append(f'<path d="{d}" fill="{colour}" fill-opacity="{opacity}"><title>{escape(said)}</title></path>')
        if ref in moved:
            hatches.append(f'<path d="{d}" fill="url(#hatch)"/>')
    outlines = dissolve(plain, groups)
    lines = [f'<path d="{_path(shape)}"/>' for shape in outlines.geometry]
    labels = [
        label
        for ref, shape in zip(outlines["area_ref"], outlines.geometry, strict=True)
        for label in _labels(numbers[ref], shape, west, north, scale)
    ]
    height = round((north - south) * scale)
    return (
        f'<svg viewBox="-8 -8 {_WIDTH + 16:.0f} {height + 16}" role="img" aria-labelledby="map-title">'
        '<title id="map-title">Areas of the council, coloured by network or zone; the table below names the numbers</title>'
        '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line x1="0" y1="0" x2="0" y2="7" stroke="#0b0c0c" stroke-width="1.6"/></pattern></defs>'
        f'<g stroke="#fff" stroke-width="0.7" fill-rule="evenodd">{"".join(cells)}</g><g>{"".join(hatches)}</g>'
        f'<g fill="none" stroke="#0b0c0c" stroke-width="1.8" stroke-linejoin="round">{"".join(lines)}</g>'
        f'<g class="numbers">{"".join(labels)}</g></svg>'
    )


def _shares(ground: CouncilGround) -> dict[str, float]:
    if ground.footprint is None:
        return {}
    lookup = ground.footprint.lookup
    return dict(zip(lookup["area_ref"], lookup["share"], strict=True))


def _rings(part: Any) -> list[Any]:
    return [part.exterior, *part.interiors]


def _ring(ring: Any, west: float, north: float, scale: float) -> str:
    corners = np.asarray(ring.coords)[:-1]
    x, y = (corners[:, 0] - west) * scale, (north - corners[:, 1]) * scale
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)) + "Z"


def _labels(number: int, shape: Any, west: float, north: float, scale: float) -> list[str]:
    """Number every part that has room for it, and the largest in any case."""
    import shapely

    found: list[str] = []
    for part in sorted(shapely.get_parts(shape), key=lambda part: -part.area):
        radius = shapely.maximum_inscribed_circle(part, tolerance=1 / scale)
        if found and radius.length * scale < _ROOM:
            continue
        middle = radius.coords[0]
        x, y = (middle[0] - west) * scale, (north - middle[1]) * scale
        found.append(f'<text x="{x:.0f}" y="{y + 6:.0f}">{number}</text>')
    return found
