"""Which zones a council's areas belong to: its own, or what stands for them until somebody decides."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.councils.sources import RawFiles
from geo.errors import DamagedBoundaries, UnknownArea
from geo.zones import ZoneScheme, assign, read_scheme, scheme_from_geojson, scheme_of

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.footprint import Footprint

NO_NETWORK = "no-network"
NO_ZONE = "no-zone"
_TABLES = (".csv",)


def scheme_for(
    raw: RawFiles,
    name: str,
    on: date,
    areas: gpd.GeoDataFrame,
    footprint: Footprint | None,
    wards: gpd.GeoDataFrame | None,
    notes: list[str],
) -> tuple[ZoneScheme, dict[str, float]]:
    """Take the council's own zones, else its networks, else its wards, else one zone.

    Parameters
    ----------
    raw
        The files.
    name, on
        Of the council, and the day of its networks.
    areas
        The council's small areas.
    footprint, wards
        Networks and wards, as far as they are known.
    notes
        Gets a sentence for whatever does not fit.

    Returns
    -------
    scheme, shares
        Zones and patches of exactly the council's areas; and the areas of which under 90 % lie in the zone they were
        given to, with that share.

    Raises
    ------
    GeographyError
        The zones are damaged, contradict themselves, or are of another place.
    """
    from geo.boundaries import read_areas

    known = areas["area_ref"].tolist()
    if raw.zones is not None and raw.zones.suffix.lower() in _TABLES:
        return _whole(read_scheme(raw.zones), known, NO_ZONE, notes), {}
    own = None if raw.zones is None else _exported(raw.zones, areas)
    if own is not None:
        return _whole(own, known, NO_ZONE, notes), {}
    if raw.zones is None and footprint is not None:
        names = dict(zip(footprint.lookup["pcn_ref"], footprint.lookup["pcn_name"], strict=True))
        scheme = scheme_of(footprint.groups, name="Primary care networks", valid_from=on, names=names)
        return _whole(scheme, known, NO_NETWORK, notes), {}
    outlines = read_areas(raw.zones) if raw.zones is not None else wards
    if outlines is None:
        notes.append("The whole council is one zone: neither zones, nor networks, nor wards were given.")
        return scheme_of(dict.fromkeys(known, "all"), name="One zone", names={"all": name}), {}
    groups, shares = assign(areas, outlines)
    names = dict(zip(outlines["area_ref"], outlines["name"], strict=True))
    label = "Wards" if raw.zones is None else raw.zones.stem
    split = shares[shares["share"] < 0.9]
    return (
        _whole(scheme_of(groups, name=label, names=names), known, NO_ZONE, notes),
        dict(zip(split["area_ref"], split["share"], strict=True)),
    )


def _exported(path: Path, areas: gpd.GeoDataFrame) -> ZoneScheme | None:
    """Read the zones.geojson of a council's folder, zones and patches; None where the file is something else."""
    from geo.boundaries import read_areas

    if path.suffix.lower() not in (".geojson", ".json"):
        return None
    try:
        collection = json.loads(path.read_text(encoding="utf-8-sig"))
        facts = {one["properties"]["patch_ref"]: one["properties"] for one in collection["features"]}
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError):
        return None  # whatever it is, outlines are read, and judged, elsewhere
    drawn, _ = assign(areas, read_areas(path, code="patch_ref"))
    if any("area_refs" in one for one in facts.values()):
        _check_agreement(drawn, facts, set(areas["area_ref"]))
        return scheme_from_geojson(collection)
    for feature in collection["features"]:
        mine = feature["properties"]["patch_ref"]
        feature["properties"]["area_refs"] = [area for area, patch in drawn.items() if patch == mine]
    return scheme_from_geojson({"scheme": path.stem, **collection})


def _check_agreement(drawn: Mapping[str, str], facts: Mapping[str, Mapping[str, Any]], known: set[str]) -> None:
    """Refuse outlines that contradict the lists of areas: it is not clear which somebody has edited."""
    listed = {area: ref for ref, one in facts.items() for area in one.get("area_refs") or () if area in known}
    apart = sorted(area for area in known if drawn.get(area) != listed.get(area))
    if apart:
        raise DamagedBoundaries(
            f"The zones' outlines and their lists of areas disagree about {len(apart)} areas ({', '.join(apart[:5])}). "
            "Remove area_refs if the outlines hold; give the zones as CSV if the lists do."
        )


def _whole(scheme: ZoneScheme, known: list[str], rest: str, notes: list[str]) -> ZoneScheme:
    """Hold exactly the council's areas: strangers are left out, areas without a zone share one of their own."""
    groups = {area: zone for area, zone in scheme.zones.items() if area in set(known)}
    if not groups:
        raise UnknownArea(f"{scheme.name} names none of the council's areas. Check the codes (2011 or 2021).")
    if len(groups) < len(scheme.zones):
        notes.append(f"{scheme.name}: {len(scheme.zones) - len(groups)} areas outside the council were left out.")
    patches = {area: scheme.patch_of[area] for area in groups}
    missing = [area for area in known if area not in groups]
    groups |= dict.fromkeys(missing, rest)
    patches |= dict.fromkeys(missing, rest)
    names = {**scheme.names, **({rest: "Without a zone"} if missing else {})}
    if missing:
        notes.append(
            f"{scheme.name}: {len(missing)} areas are in no zone; they stand in “{rest}” until somebody decides."
        )
    return scheme_of(groups, name=scheme.name, valid_from=scheme.valid_from, names=names, patches=patches)
