"""Whose data a report stands on."""

from __future__ import annotations

from app.formats.council import CouncilFile, StreetsTravel
from app.ground import SHIPPED


def attributions(council: CouncilFile) -> list[str]:
    """Name the sources that the map and the zones stand on.

    Parameters
    ----------
    council
        Says where its streets come from.

    Returns
    -------
    list of str
        A sentence each.
    """
    if isinstance(council.travel, StreetsTravel) and council.travel.file == SHIPPED:
        return ["Streets, areas, practices and postcodes: the fictional borough of Doggerby, made up with careround."]
    found = []
    if isinstance(council.travel, StreetsTravel):
        found.append("Streets: © OpenStreetMap contributors, Open Database Licence (ODbL) 1.0.")
    if any(area.area_ref.startswith(("E01", "W01", "S01")) for area in council.areas):
        found.append(
            "Areas: Source: Office for National Statistics licensed under the Open Government Licence v3.0. Contains "
            "OS data © Crown copyright and database right."
        )
    if council.pcns:
        found.append("Primary care networks: contains NHS England data, Open Government Licence v3.0.")
    return found


def map_credit(council: CouncilFile) -> str:
    """Write the short credit that stands on the map.

    Parameters
    ----------
    council
        Says where its streets come from.

    Returns
    -------
    str
        One line.
    """
    if not isinstance(council.travel, StreetsTravel):
        return "No street network: straight lines"
    if council.travel.file == SHIPPED:
        return "Fictional borough of Doggerby"
    return "© OpenStreetMap contributors (ODbL)"
