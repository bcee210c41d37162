"""What the shared report says: totals by zone, provider and area, nothing of any one person."""

from __future__ import annotations

from typing import Any

from app.reports.shared_tables import rates, shared_tables
from app.reports.suppression import SMALL_BELOW
from app.reports.totals import HIDDEN, Totals, shown
from app.reports.week import Week

CONTENTS = (
    ("summary", "Summary"), ("map-title", "Map"), ("providers", "Placements"), ("waiting", "Still waiting"),
    ("rounds", "Rounds"), ("areas", "Areas"), ("reading", "How to read"), ("about", "About"),
)  # fmt: skip


def shared_context(week: Week, totals: Totals) -> dict[str, Any]:
    """Gather what the shared page shows.

    Parameters
    ----------
    week
        The week and its plan.
    totals
        Of the same week.

    Returns
    -------
    dict
        For the page's template.
    """
    heads = (
        ("Packages waiting", "in"), ("Placements proposed", "placed"), ("Still waiting", "waiting"),
    )  # fmt: skip
    first = [{"name": name, "value": shown(totals.count(key)), "unit": "", "note": ""} for name, key in heads]
    first += [
        {"name": name, "value": shown(totals.hours(key)), "unit": "h", "note": "carer-hours"}
        for name, key in (("Hours a week proposed", "placed"), ("Hours a week still waiting", "waiting"))
    ]
    return {
        "title": "Weekly capacity proposal",
        "contents": CONTENTS,
        "tiles": first
        + [{"name": name, "value": value, "unit": unit, "note": ""} for name, value, unit in rates(week)],
        "tables": shared_tables(week, totals),
        "small": SMALL_BELOW,
        "hidden": HIDDEN,
    }


def shading(week: Week, totals: Totals) -> dict[str, int | None]:
    """State the number that each area of the map is shaded by.

    Parameters
    ----------
    week
        Its council has the areas.
    totals
        Of the same week.

    Returns
    -------
    dict
        People with care or waiting; None where hidden.
    """
    of_zone = week.zone_of_area
    return {
        area.area_ref: totals.count("area", of_zone.get(area.area_ref, ""), area.area_ref)
        for area in week.council.areas
    }


def zone_lines(week: Week, totals: Totals) -> dict[str, list[str]]:
    """Write what stands under the name of each zone on the map.

    Parameters
    ----------
    week
        Its council has the zones.
    totals
        Of the same week.

    Returns
    -------
    dict
        Lines by zone.
    """
    return {
        zone: [f"{shown(totals.count('placed', zone))} placed", f"{shown(totals.count('waiting', zone))} waiting"]
        for zone in week.zones
    }
