"""A council's areas as rows, and outlines as GeoJSON."""

from __future__ import annotations

from typing import Any

from app.councils.ground import CouncilGround


def area_facts(ground: CouncilGround) -> list[dict[str, Any]]:
    """List what is known of every area.

    Parameters
    ----------
    ground
        The council.

    Returns
    -------
    list of dict
        area_ref, name, zone_ref, patch_ref, pcn_ref, pcn_share, population and the older of them; None where unknown.
    """
    network: dict[str, tuple[str, float]] = {}
    if ground.footprint is not None:
        lookup = ground.footprint.lookup
        network = {
            ref: (pcn, round(float(share), 4))
            for ref, pcn, share in zip(lookup["area_ref"], lookup["pcn_ref"], lookup["share"], strict=True)
        }
    facts = []
    for ref, name in zip(ground.areas["area_ref"], ground.areas["name"], strict=True):
        pcn, share = network.get(ref, (None, None))
        patch = ground.scheme.patch_of[ref]
        total, older = (ground.population or {}).get(ref, (None, None))
        facts.append(
            {
                "area_ref": ref,
                "name": name,
                "zone_ref": ground.scheme.zone_of[patch],
                "patch_ref": patch,
                "pcn_ref": pcn,
                "pcn_share": share,
                "population": total,
                f"population_{ground.older_from}_plus": older,
            }
        )
    return facts


def in_degrees(layer: Any) -> list[dict[str, Any]]:
    """Give outlines as GeoJSON geometries.

    Parameters
    ----------
    layer
        With geometry in EPSG:27700.

    Returns
    -------
    list of dict
        Longitude and latitude, six decimals (0.1 m).
    """
    from geo.british_grid import geometries_to_lon_lat

    return [_rounded(shape.__geo_interface__) for shape in geometries_to_lon_lat(layer.geometry.to_numpy())]


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    def down(value: Any) -> Any:
        if isinstance(value, (tuple, list)):
            return [down(one) for one in value]
        return round(float(value), 6)

    return {"type": geometry["type"], "coordinates": down(geometry["coordinates"])}
