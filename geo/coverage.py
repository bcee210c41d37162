"""Areas that should meet edge to edge: hairline gaps and overlaps closed, and who borders on whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from geo.errors import DamagedBoundaries

if TYPE_CHECKING:
    import geopandas as gpd

GAP_WIDTH_M = 2.0
"""A gap narrower than this lies between two drawings of one border, not between two areas [assumption]."""

_CHANGED_SHARE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageReport:
    """What was wrong between areas, and what closing it changed.

    Attributes
    ----------
    gaps_closed, gap_m2
        Closed gaps and their area together, square metres.
    gaps_left
        Wider gaps, left open: a lake, another council's enclave, a missing area. Square metres each.
    overlaps, overlap_m2
        Pairs of areas that overlapped, and the area they shared.
    largest_change
        Greatest relative change of one area.
    total_change
        Relative change of the ground covered.
    changed
        Areas that changed by over 0.01 %, each as a sentence.
    """

    gaps_closed: int
    gap_m2: float
    gaps_left: tuple[float, ...]
    overlaps: int
    overlap_m2: float
    largest_change: float
    total_change: float
    changed: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing had to be mended."""
        return self.gaps_closed == 0 and self.overlaps == 0


def close_gaps(areas: gpd.GeoDataFrame, *, gap_width_m: float = GAP_WIDTH_M) -> tuple[gpd.GeoDataFrame, CoverageReport]:
    """Make neighbours share their borders exactly.

    A gap narrower than the width goes to the neighbour with the longest shared
    border, and so does ground that two areas claim. Wider gaps stay.

    Parameters
    ----------
    areas
        As from `geo.boundaries.read_areas`.
    gap_width_m
        Widest gap that is closed, metres.

    Returns
    -------
    closed, report
        The areas in the same order and with the same columns, and what was mended.

    Raises
    ------
    DamagedBoundaries
        An area vanished: it lies wholly inside others.

    References
    ----------
    shapely.coverage_clean, the GEOS CoverageCleaner (GEOS 3.14).
    """
    import shapely

    before: npt.NDArray[Any] = areas.geometry.to_numpy()
    ground_before = shapely.union_all(before)
    overlaps, overlap_m2 = _overlaps(before)
    after: npt.NDArray[Any] = shapely.coverage_clean(before, gap_width=gap_width_m)  # type: ignore[attr-defined]  # types of 2.1
    gone = [ref for ref, shape in zip(areas["area_ref"], after, strict=True) if shape.is_empty]
    if gone:
        raise DamagedBoundaries(
            f"{', '.join(gone[:10])}: nothing is left once ground that other areas also claim is theirs. "
            "Is one area drawn twice, or do the boundaries hold two levels (wards and their parts)?"
        )
    closed = areas.copy()
    closed = closed.set_geometry(list(after), crs=areas.crs)
    ground_after = shapely.union_all(after)
    holes_before, holes_after = _holes(ground_before), _holes(ground_after)
    change = np.abs(shapely.area(after) - shapely.area(before)) / shapely.area(before)
    changed = tuple(
        f"{ref}: its area changed by {100 * share:.2f} %"
        for ref, share in zip(areas["area_ref"], change, strict=True)
        if share > _CHANGED_SHARE
    )
    return closed, CoverageReport(
        gaps_closed=len(holes_before) - len(holes_after),
        gap_m2=float(holes_before.sum() - holes_after.sum()),
        gaps_left=tuple(float(size) for size in np.sort(holes_after)[::-1]),
        overlaps=overlaps,
        overlap_m2=overlap_m2,
        largest_change=float(change.max(initial=0.0)),
        total_change=float(abs(ground_after.area - ground_before.area) / ground_before.area),
        changed=changed,
    )


def _holes(ground: Any) -> npt.NDArray[np.float64]:
    """Give the areas of the holes of a polygon or of all parts of one, square metres."""
    import shapely

    sizes = [shapely.Polygon(ring).area for part in shapely.get_parts(ground) for ring in part.interiors]
    return np.array(sizes, dtype=np.float64)


def _overlaps(shapes: npt.NDArray[Any]) -> tuple[int, float]:
    import shapely

    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = left < right
    both = shapely.area(shapely.intersection(shapes[left[pair]], shapes[right[pair]]))
    # Rounding alone makes shares of a square millimetre.
    return int((both > 1e-6).sum()), float(both[both > 1e-6].sum())


def shared_borders(areas: gpd.GeoDataFrame) -> dict[str, dict[str, float]]:
    """Measure the border that each area shares with each of its neighbours.

    Parameters
    ----------
    areas
        Areas that meet edge to edge, as from `close_gaps`; meeting in a point is no border.

    Returns
    -------
    borders
        Metres by area and neighbour, both ways; an area without neighbours has an empty row.
    """
    import shapely

    shapes: npt.NDArray[Any] = areas.geometry.to_numpy()
    references = areas["area_ref"].tolist()
    borders: dict[str, dict[str, float]] = {reference: {} for reference in references}
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = left < right
    left, right = left[pair], right[pair]
    # Of shapes that overlap a little, the outline of the shared ground counts about twice: good enough to rank by.
    lengths = shapely.length(shapely.intersection(shapes[left], shapes[right]))
    for i, k, length in zip(left, right, lengths, strict=True):
        if length > 0:
            borders[references[i]][references[k]] = borders[references[k]][references[i]] = float(length)
    return borders


def parts_of(groups: Mapping[str, str], borders: Mapping[str, Mapping[str, float]]) -> dict[str, list[list[str]]]:
    """Split larger areas into the parts that hang together.

    Parameters
    ----------
    groups
        The larger area of each area.
    borders
        As from `shared_borders`.

    Returns
    -------
    parts
        For each larger area its parts, each an ordered list of areas; the part with most areas first.
    """
    parts: dict[str, list[list[str]]] = {}
    seen: set[str] = set()
    for start in sorted(groups):
        if start in seen or start not in borders:
            continue
        group, found, queue = groups[start], [], [start]
        seen.add(start)
        while queue:
            at = queue.pop()
            found.append(at)
            for neighbour in borders[at]:
                if neighbour not in seen and groups.get(neighbour) == group:
                    seen.add(neighbour)
                    queue.append(neighbour)
        parts.setdefault(group, []).append(sorted(found))
    for found_parts in parts.values():
        found_parts.sort(key=lambda part: (-len(part), part[0]))
    return parts
