"""What a person must know before planning on a council's ground, as one page."""

from __future__ import annotations

import statistics
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.councils.drawing import coloured, council_map
from app.councils.ground import CouncilGround
from app.councils.sources import Source
from geo.footprint import DETACHED

if TYPE_CHECKING:
    import pandas as pd

TEMPLATES = Path(__file__).parent / "templates"
LOW_SHARE = 0.5
SMALL_HERE = 4
"""A network of fewer areas in the council is probably at home elsewhere [assumption]."""
MOST_ROWS = 60


def quality_page(
    ground: CouncilGround,
    *,
    name: str,
    on: date,
    sources: list[Source],
    network: tuple[str, int, int] | None,
    overlap: pd.DataFrame | None,
) -> str:
    """Write the quality report.

    Parameters
    ----------
    ground
        The council.
    name, on
        Of the council, and the day its networks are of.
    sources
        The files it was made from.
    network
        What stands for homes, how many are off the network, of how many; None without streets.
    overlap
        Zones against wards, or None.

    Returns
    -------
    str
        One self-contained HTML page without scripts.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    groups = ground.scheme.zones if ground.footprint is None else ground.footprint.groups
    numbers = {group: row for row, group in enumerate(sorted(set(groups.values())), start=1)}
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template("quality.html.j2").render(
        name=name,
        on=f"{on.day} {on:%B %Y}",
        map=council_map(ground, numbers, groups),
        by_network=ground.footprint is not None,
        tiles=_tiles(ground),
        findings=findings(ground, network),
        groups=_groups(ground, groups, numbers),
        moves=[] if ground.footprint is None else ground.footprint.moves,
        names=dict(zip(ground.areas["area_ref"], ground.areas["name"], strict=True)),
        low=_low_shares(ground),
        coverage=ground.coverage,
        drawn_wrong=ground.drawn_wrong,
        older_from=ground.older_from,
        split=sorted(ground.zone_shares.items(), key=lambda item: item[1])[:MOST_ROWS],
        scheme=ground.scheme,
        sources=sources,
        overlap=None if overlap is None else list(overlap.head(MOST_ROWS).itertuples()),
        ward_names={}
        if ground.wards is None
        else dict(zip(ground.wards["area_ref"], ground.wards["name"], strict=True)),
        overlaps=0 if overlap is None else len(overlap),
    )


def _tiles(ground: CouncilGround) -> list[tuple[str, str]]:
    tiles = [
        ("Small areas", f"{len(ground.areas):,}"),
        ("Square kilometres", f"{ground.areas.geometry.area.sum() / 1e6:,.1f}"),
        ("Zones", f"{len(set(ground.scheme.zones.values())):,}"),
    ]
    if ground.footprint is not None:
        share = ground.footprint.lookup["share"]
        tiles.append(("Primary care networks", f"{ground.footprint.lookup['pcn_ref'].nunique():,}"))
        tiles.append(("Mean share of the area's network", f"{share.mean():.2f}"))
    if ground.population is not None:
        tiles.append((f"People of {ground.older_from} and over", f"{sum(p[1] for p in ground.population.values()):,}"))
    if ground.postcodes is not None:
        tiles.append(("Postcodes", f"{len(ground.postcodes):,}"))
    if ground.practices is not None:
        tiles.append(("GP practices", f"{len(ground.practices):,}"))
    return tiles


def findings(ground: CouncilGround, network: tuple[str, int, int] | None) -> list[tuple[str, str]]:
    """Say what somebody should look at.

    Parameters
    ----------
    ground
        The council.
    network
        As in `quality_page`.

    Returns
    -------
    list of tuple
        ``look`` or ``note`` or ``fine``, and a sentence.
    """
    found: list[tuple[str, str]] = []
    if ground.footprint is not None:
        found += _of_networks(ground)
    found += _of_coverage(ground)
    several = sum(shape.geom_type == "MultiPolygon" for shape in ground.areas.geometry)
    if several:
        found.append(("note", f"Small areas that are themselves in several parts: {several}."))
    lonely = [ref for ref, beside in ground.borders.items() if not beside]
    if lonely:
        found.append(("look", f"{len(lonely)} areas border on no other: {', '.join(lonely[:5])}."))
    if ground.zone_shares:
        found.append(
            ("look", f"{len(ground.zone_shares)} areas lie less than 90 % inside the zone they were given to.")
        )
    if ground.postcodes is not None:
        empty = set(ground.areas["area_ref"]) - set(ground.postcodes["area_ref"])
        kind = "look" if empty else "fine"
        found.append((kind, f"{len(empty)} areas hold no postcode." if empty else "Every area holds postcodes."))
    if ground.practices is not None:
        stray = ground.practices[ground.practices["pcn_ref"].eq("")]
        if len(stray):
            found.append(
                ("note", f"Active practices in the council that belong to no network on that day: {len(stray)}.")
            )
    if network is not None and network[2]:
        what, off, of = network
        kind = "look" if off > of / 100 else "note" if off else "fine"
        found.append(
            (kind, f"{off:,} of {of:,} {what} are over 250 m from any street of the extract ({100 * off / of:.1f} %).")
        )
    found += [("note", note) for note in ground.notes]
    order = {"look": 0, "note": 1, "fine": 2}
    return sorted(found, key=lambda one: order[one[0]])


def _of_networks(ground: CouncilGround) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    footprint = ground.footprint
    if footprint is None:
        return found
    names = dict(zip(footprint.lookup["pcn_ref"], footprint.lookup["pcn_name"], strict=True))
    if footprint.without:
        found.append(
            (
                "look",
                f"{len(footprint.without)} areas have no network: {', '.join(footprint.without[:10])}. Decide them by an overrides file.",
            )
        )
    else:
        found.append(("fine", "Every area has a network."))
    for group, parts in footprint.parts.items():
        sizes = ", ".join(str(len(part)) for part in parts)
        found.append(("look", f"{names.get(group, group)} ({group}) lies in {len(parts)} parts of {sizes} areas."))
    for network, count in footprint.lookup["pcn_ref"].value_counts().sort_index().items():
        if count < SMALL_HERE:
            name = names.get(str(network), network)
            found.append(
                (
                    "look",
                    f"{name} ({network}) has {count} of the council's areas: mostly another council's? Decide by an override.",
                )
            )
    low = footprint.lookup[footprint.lookup["share"] < LOW_SHARE]
    if len(low):
        found.append(
            (
                "look",
                f"In {len(low)} areas fewer than half of the registered patients are with the area's network: it is a plurality only.",
            )
        )
    if footprint.moves:
        found.append(
            (
                "note",
                f"{len(footprint.moves)} areas are not with the network of most of their patients; each is listed below.",
            )
        )
        clear = [move for move in footprint.moves if move.reason == DETACHED and move.share_from > LOW_SHARE]
        if clear:
            found.append(
                (
                    "look",
                    (
                        f"{len(clear)} of the areas moved left the network of over half of their patients, because they are "
                        "detached from the rest of it: an override puts them back."
                    ),
                )
            )
    return found


def _of_coverage(ground: CouncilGround) -> list[tuple[str, str]]:
    coverage = ground.coverage
    found: list[tuple[str, str]] = []
    if coverage.clean:
        found.append(("fine", "Neighbouring areas meet edge to edge; nothing had to be mended."))
    else:
        found.append(
            (
                "note",
                (
                    f"Closed between areas: gaps {coverage.gaps_closed:,} ({coverage.gap_m2:,.2f} m²), overlaps {coverage.overlaps:,} "
                    f"({coverage.overlap_m2:,.2f} m²). No area changed by more than {_percent(coverage.largest_change)}."
                ),
            )
        )
    if coverage.gaps_left:
        sizes = ", ".join(f"{size / 1e4:,.2f} ha" for size in coverage.gaps_left[:5])
        found.append(
            ("look", f"{len(coverage.gaps_left)} wider gaps between areas are left open ({sizes}): is an area missing?")
        )
    if ground.drawn_wrong:
        found.append(("note", f"Polygons that crossed themselves and were mended: {len(ground.drawn_wrong)}."))
    return found


def _percent(share: float) -> str:
    """Write a small share so that what is there never looks like nothing."""
    return f"{100 * share:.4f} %" if share >= 1e-6 else "a millionth"


def _groups(ground: CouncilGround, groups: dict[str, str], numbers: dict[str, int]) -> list[dict[str, Any]]:
    colours = coloured(groups, ground.borders)
    names: dict[str, str] = dict(ground.scheme.names)
    shares: dict[str, float] = {}
    parts: dict[str, int] = {}
    if ground.footprint is not None:
        lookup = ground.footprint.lookup
        names |= dict(zip(lookup["pcn_ref"], lookup["pcn_name"], strict=True))
        shares = dict(zip(lookup["area_ref"], lookup["share"], strict=True))
        parts = {group: len(pieces) for group, pieces in ground.footprint.parts.items()}
    km2 = dict(zip(ground.areas["area_ref"], ground.areas.geometry.area / 1e6, strict=True))
    table = []
    for group, number in numbers.items():
        members = [area for area, of in groups.items() if of == group]
        held = [shares[area] for area in members if area in shares]
        table.append(
            {
                "number": number,
                "ref": group,
                "name": names.get(group, group),
                "colour": colours[group],
                "areas": len(members),
                "km2": sum(km2[area] for area in members),
                "older": None
                if ground.population is None
                else sum(ground.population.get(a, (0, 0))[1] for a in members),
                "mean": statistics.fmean(held) if held else None,
                "least": min(held) if held else None,
                "parts": parts.get(group, 1),
            }
        )
    return table


def _low_shares(ground: CouncilGround) -> list[Any]:
    if ground.footprint is None:
        return []
    lookup = ground.footprint.lookup
    return list(lookup[lookup["share"] < LOW_SHARE].sort_values(["share", "area_ref"]).head(MOST_ROWS).itertuples())
