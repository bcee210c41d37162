"""The ground of primary care networks on a day: plurality, people's overrides, contiguity, and what changed.

Nothing is moved silently: every area that does not end where the plurality of
its patients is has a `Move` that says from where, to where, and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from geo import tables
from geo.coverage import parts_of, shared_borders
from geo.errors import DuplicateArea, UnknownArea
from geo.pcn import plurality, shares_by_network

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

DETACHED = "detached from the rest of its network; joined to the one beside it with most of its patients"
"""Why an area was moved that nobody decided about."""

MOST_MOVED_AREAS = 3
"""A detached part of more areas than this is a second part of its network, not noise [assumption]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One area that is not where the plurality of its patients is.

    Attributes
    ----------
    area_ref
        The area.
    from_ref, to_ref
        Its network before (empty: none) and after.
    share_from, share_to
        Shares of the area's registered patients with each, 0 to 1.
    reason
        A sentence.
    """

    area_ref: str
    from_ref: str
    to_ref: str
    share_from: float
    share_to: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """Which network each area of a council belongs to on a day.

    Attributes
    ----------
    on
        The day whose memberships hold.
    lookup
        area_ref, pcn_ref, pcn_name, share (with that network), plurality_ref,
        registered; only areas that have a network.
    moves
        Overrides first, then what contiguity moved, in the order of the moves.
    without
        Areas that belong to no network.
    parts
        For each network in several parts, its parts; the largest first.
    """

    on: date
    lookup: pd.DataFrame
    moves: tuple[Move, ...]
    without: tuple[str, ...]
    parts: Mapping[str, tuple[tuple[str, ...], ...]]

    @property
    def groups(self) -> dict[str, str]:
        """The network of each area that has one."""
        return dict(zip(self.lookup["area_ref"], self.lookup["pcn_ref"], strict=True))


def footprint(
    areas: gpd.GeoDataFrame,
    membership: pd.DataFrame,
    registered: pd.DataFrame,
    on: date,
    *,
    overrides: Mapping[str, str] | None = None,
    most_moved_areas: int = MOST_MOVED_AREAS,
) -> Footprint:
    """Draw the networks of a council on a day.

    Each area goes to the network with the plurality of its registered patients;
    then overrides hold, and are never moved; then detached parts of at most
    ``most_moved_areas`` areas join a bordering network, area by area, the
    greatest share of patients first (of equal shares the longest border). What
    borders on no network stays and is reported among the parts.

    Parameters
    ----------
    areas
        Areas that meet edge to edge, as from `geo.coverage.close_gaps`.
    membership
        As from `geo.pcn.read_membership`.
    registered
        As from `geo.pcn.read_registered`.
    on
        The day.
    overrides
        Network of single areas, decided by people; as from `read_overrides`.
    most_moved_areas
        Largest detached part that is moved, in areas; 0 repairs nothing.

    Returns
    -------
    footprint
        The networks, with every move.

    Raises
    ------
    UnknownArea
        An override names an area that the boundaries do not hold, or a network
        that nobody belongs to on that day.
    """
    known = set(areas["area_ref"])
    lookup = plurality(membership, registered, on)
    lookup = lookup[lookup["area_ref"].isin(known)]
    shares = shares_by_network(membership, registered, on)
    chosen: dict[str, str] = dict(zip(lookup["area_ref"], lookup["pcn_ref"], strict=True))
    names = _names(membership, on)
    moves = _overridden(chosen, overrides or {}, known, names, shares)
    borders = shared_borders(areas)
    moves += _joined(chosen, borders, shares, pinned=set(overrides or {}), most=most_moved_areas)
    return Footprint(
        on=on,
        lookup=_table(chosen, lookup, shares, names, registered),
        moves=tuple(moves),
        without=tuple(sorted(known - set(chosen))),
        parts={
            group: tuple(tuple(part) for part in parts)
            for group, parts in sorted(parts_of(chosen, borders).items())
            if len(parts) > 1
        },
    )


def _names(membership: pd.DataFrame, on: date) -> dict[str, str]:
    from geo.pcn import current_membership

    current = current_membership(membership, on)
    return dict(zip(current["pcn_ref"], current["pcn_name"], strict=True))


def _overridden(
    chosen: dict[str, str],
    overrides: Mapping[str, str],
    known: set[str],
    names: Mapping[str, str],
    shares: Mapping[str, Mapping[str, float]],
) -> list[Move]:
    """Put people's decisions in place, in ``chosen`` itself."""
    strangers = sorted(set(overrides) - known)
    if strangers:
        raise UnknownArea(
            f"The overrides name {', '.join(strangers[:10])}, which the boundaries do not hold. "
            "Check the codes (2011 or 2021) and the council."
        )
    nobody = sorted(set(overrides.values()) - set(names))
    if nobody:
        raise UnknownArea(
            f"The overrides name the networks {', '.join(nobody[:10])}, to which no practice belongs on that day."
        )
    moves = []
    for area, network in sorted(overrides.items()):
        before = chosen.get(area, "")
        chosen[area] = network
        if before != network:
            moves.append(_move(area, before, network, shares, "decided by override"))
    return moves


def _joined(
    chosen: dict[str, str],
    borders: Mapping[str, Mapping[str, float]],
    shares: Mapping[str, Mapping[str, float]],
    *,
    pinned: set[str],
    most: int,
) -> list[Move]:
    """Let small detached parts join bordering networks, in ``chosen`` itself."""
    loose: set[str] = set()
    for parts in parts_of(chosen, borders).values():
        for part in parts[1:]:
            if len(part) <= most and not pinned & set(part):
                loose.update(part)
    moves: list[Move] = []
    while loose:
        # (share, border, …) of every loose area with every firm network beside it; the greatest first.
        offers: dict[tuple[str, str], float] = {}
        for area in loose:
            for neighbour, length in borders[area].items():
                if neighbour in chosen and neighbour not in loose:
                    offers[area, chosen[neighbour]] = offers.get((area, chosen[neighbour]), 0.0) + length
        if not offers:
            break
        area, network = min(offers, key=lambda o: (-shares.get(o[0], {}).get(o[1], 0.0), -offers[o], o))
        loose.remove(area)
        if chosen[area] != network:
            moves.append(_move(area, chosen[area], network, shares, DETACHED))
            chosen[area] = network
    return moves


def _move(area: str, before: str, after: str, shares: Mapping[str, Mapping[str, float]], reason: str) -> Move:
    of_area = shares.get(area, {})
    return Move(
        area_ref=area,
        from_ref=before,
        to_ref=after,
        share_from=of_area.get(before, 0.0),
        share_to=of_area.get(after, 0.0),
        reason=reason,
    )


def _table(
    chosen: Mapping[str, str],
    lookup: pd.DataFrame,
    shares: Mapping[str, Mapping[str, float]],
    names: Mapping[str, str],
    registered: pd.DataFrame,
) -> pd.DataFrame:
    import pandas as pd

    first = dict(zip(lookup["area_ref"], lookup["pcn_ref"], strict=True))
    totals = registered.groupby("area_ref")["patients"].sum().to_dict()
    records = [
        {
            "area_ref": area,
            "pcn_ref": network,
            "pcn_name": names.get(network, network),
            "share": shares.get(area, {}).get(network, 0.0),
            "plurality_ref": first.get(area, ""),
            "registered": int(totals.get(area, 0)),
        }
        for area, network in sorted(chosen.items())
    ]
    return pd.DataFrame.from_records(
        records, columns=["area_ref", "pcn_ref", "pcn_name", "share", "plurality_ref", "registered"]
    )


def read_overrides(path: Path) -> dict[str, str]:
    """Read people's decisions about single areas.

    Parameters
    ----------
    path
        CSV with the columns area_ref (or an ONS name) and pcn_ref; further columns, such as a reason, are for readers.

    Returns
    -------
    overrides
        Network of each area.

    Raises
    ------
    EmptyFile, MalformedRow, MissingColumn
        The file is not of this form.
    DuplicateArea
        An area is decided twice.
    """
    rows = tables.read_rows(path)
    area = tables.find_column(rows[0], tables.AREA_NAMES, path)
    network = tables.find_column(rows[0], ("pcn_ref", "PCN Code", "pcn"), path)
    overrides: dict[str, str] = {}
    for line, row in enumerate(rows[1:], start=2):
        key = tables.cell(row, area, path, line)
        if key in overrides:
            raise DuplicateArea(f"{path}, row {line}: {key} is decided twice. Keep one of the rows.")
        overrides[key] = tables.cell(row, network, path, line)
    return overrides


def membership_days(membership: pd.DataFrame) -> list[date]:
    """List the days from which on another footprint may hold.

    Parameters
    ----------
    membership
        As from `geo.pcn.read_membership`.

    Returns
    -------
    days
        Every first day of a membership and every day after a last one, ordered.
    """
    starts = {day for day in membership["start"] if day is not None}
    ends = {day + timedelta(days=1) for day in membership["end"] if day is not None}
    return sorted(starts | ends)


def moved_between(before: Footprint, after: Footprint) -> list[tuple[str, str, str]]:
    """Compare the footprints of two days.

    Parameters
    ----------
    before, after
        Footprints of the same areas.

    Returns
    -------
    moved
        Area, network before, network after (empty: none), ordered by area.
    """
    old, new = before.groups, after.groups
    areas: Iterable[str] = sorted(set(old) | set(new))
    return [(area, old.get(area, ""), new.get(area, "")) for area in areas if old.get(area) != new.get(area)]
