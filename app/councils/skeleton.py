"""A council file that has ground and nobody on it yet."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from pathlib import Path

from app.councils.ground import CouncilGround
from app.councils.outlines import area_facts, in_degrees
from app.formats.council import (
    Area,
    CouncilFile,
    Patch,
    Pcn,
    Shift,
    ShiftPattern,
    StraightLineTravel,
    StreetsTravel,
    Week,
    Zone,
)

STREETS = "streets.osm.pbf"
"""Name of the extract beside the council file."""


def skeleton(ground: CouncilGround, *, name: str, on: date, streets: Path | None) -> CouncilFile:
    """Write a council file that has ground and nobody on it yet.

    Parameters
    ----------
    ground
        The council.
    name, on
        Of the council, and the day of its networks.
    streets
        Its extract, named by checksum; None: travel in straight lines.

    Returns
    -------
    CouncilFile
        Areas, networks, zones, patches and one assumed pattern of shifts.
    """
    facts = area_facts(ground)
    shapes = in_degrees(ground.areas)
    areas = [
        Area(
            area_ref=row["area_ref"],
            name=row["name"],
            pcn_ref=row["pcn_ref"],
            pcn_share=row["pcn_share"],
            geometry=shape,
        )
        for row, shape in zip(facts, shapes, strict=True)
    ]
    members: dict[str, list[str]] = {}
    for area, patch in ground.scheme.patch_of.items():
        members.setdefault(_ref(patch), []).append(area)
    zones: dict[str, list[Patch]] = {}
    for patch, zone in sorted(ground.scheme.zone_of.items()):
        refs = tuple(members[_ref(patch)])
        zones.setdefault(zone, []).append(
            Patch(patch_ref=_ref(patch), name=ground.scheme.names.get(patch, ""), area_refs=refs)
        )
    lookup = None if ground.footprint is None else ground.footprint.lookup
    pcns = {} if lookup is None else dict(zip(lookup["pcn_ref"], lookup["pcn_name"], strict=True))
    shifts = (
        Shift(shift_ref="early", label="Early", start="07:00", end="14:30"),
        Shift(shift_ref="late", label="Late", start="15:30", end="22:30"),
    )
    return CouncilFile(
        format="careround-council/1",
        name=name,
        note="Ground only, from published files (provenance.json). Shifts are an assumption; providers, contracts, homes and packages are yet to come.",
        week=Week(starts_on=on + timedelta(days=7 - on.weekday())),
        travel=StraightLineTravel(source="straight_line") if streets is None
        else StreetsTravel(source="streets", file=STREETS, sha256=hashlib.sha256(streets.read_bytes()).hexdigest()),
        pcns=tuple(Pcn(pcn_ref=ref, name=pcns[ref]) for ref in sorted(pcns)),
        areas=tuple(areas),
        zones=tuple(Zone(zone_ref=_ref(ref), name=ground.scheme.names.get(ref, ""), patches=tuple(patches)) for ref, patches in sorted(zones.items())),
        shift_patterns=(ShiftPattern(pattern_ref="two-shifts", shifts=shifts),),
    )  # fmt: skip


def _ref(text: str) -> str:
    """Write a zone's own name as a reference of the council file."""
    return re.sub(r"[^A-Za-z0-9_.:/-]+", "-", text).strip("-")[:64] or "zone"
