"""Gaps between visits of a day, held by narrowed windows: whatever starts are chosen inside them, every gap holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from solver.problem import Visit


def keep_gaps(rows: list[Visit], first: int, by_earlier: int = 50) -> tuple[list[Visit], int]:
    """Narrow windows until every gap holds whatever start is chosen inside them.

    Parameters
    ----------
    rows
        Visits of a package with their windows and gaps.
    first
        Id of the first of them.
    by_earlier
        Share of each cut, in per cent, that the earlier of two visits gives as far as it can.

    Returns
    -------
    rows : list of Visit
        Narrowed; as they came where no starts hold every gap together.
    short_s : int
        0, or by how many seconds the gaps and windows contradict each other.
    """
    narrowed = _cut(rows, first, by_earlier)
    if _held(narrowed, first):
        return narrowed, 0
    # Cutting pair by pair can cut off what a third visit needs: begin again from what all gaps together leave.
    left, short_s = _left(rows, first)
    if short_s:
        return rows, short_s
    narrowed = _cut(left, first, by_earlier)
    if _held(narrowed, first):
        return narrowed, 0
    return [replace(row, latest_s=row.earliest_s) for row in left], 0  # the earliest starts hold every gap


def _pairs(rows: list[Visit], first: int) -> Iterator[tuple[int, int, int, int]]:
    """List the gaps between visits that share a day: earlier, later, least and most seconds."""
    for j, row in enumerate(rows):
        for other, least, most in row.gaps:
            if rows[other - first].days & row.days:
                yield other - first, j, least, most


def _held(rows: list[Visit], first: int) -> bool:
    return all(
        rows[i].latest_s + least <= rows[j].earliest_s and rows[j].latest_s - rows[i].earliest_s <= most
        for i, j, least, most in _pairs(rows, first)
    )


def _cut(rows: list[Visit], first: int, by_earlier: int) -> list[Visit]:
    rows = list(rows)
    for _ in range(len(rows) + 1):
        before_pass = list(rows)
        for i, j, least, most in _pairs(rows, first):
            rows[i], rows[j] = _narrowed(rows[i], rows[j], least, most, by_earlier)
        if rows == before_pass:
            break
    return rows


def _narrowed(a: Visit, b: Visit, least: int, most: int, by_earlier: int) -> tuple[Visit, Visit]:
    """Cut two windows, each by its share; what one cannot give, the other gives."""
    room_a, room_b = a.latest_s - a.earliest_s, b.latest_s - b.earliest_s
    short = max(0, a.latest_s + least - b.earliest_s)
    cut_b = min(short - min(short * by_earlier // 100, room_a), room_b)
    cut_a = min(short - cut_b, room_a)
    a, b = replace(a, latest_s=a.latest_s - cut_a), replace(b, earliest_s=b.earliest_s + cut_b)
    room_a, room_b = a.latest_s - a.earliest_s, b.latest_s - b.earliest_s
    over = max(0, b.latest_s - a.earliest_s - most)
    cut_a = min(over - min(over * (100 - by_earlier) // 100, room_b), room_a)
    cut_b = min(over - cut_a, room_b)
    return replace(a, earliest_s=a.earliest_s + cut_a), replace(b, latest_s=b.latest_s - cut_b)


def _left(rows: list[Visit], first: int) -> tuple[list[Visit], int]:
    """Keep the starts that some choice of the others goes with, or say by how much there is none.

    Bounds of a network of differences, tightened until nothing changes: they are empty only where no starts exist, and
    the earliest of them are starts that go together.
    """
    low, high = [row.earliest_s for row in rows], [row.latest_s for row in rows]
    pairs = list(_pairs(rows, first))
    while True:
        before = (list(low), list(high))
        for i, j, least, most in pairs:
            low[j], high[i] = max(low[j], low[i] + least), min(high[i], high[j] - least)
            low[i], high[j] = max(low[i], low[j] - most), min(high[j], high[i] + most)
        short_s = max((a - b for a, b in zip(low, high, strict=True)), default=0)
        if short_s > 0:
            return rows, short_s
        if (low, high) == before:
            return [replace(row, earliest_s=a, latest_s=b) for row, a, b in zip(rows, low, high, strict=True)], 0
