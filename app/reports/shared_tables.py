"""The tables and rates of the shared report, small counts hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.reports.figures import Column, Table
from app.reports.labels import CODES, LOTS, ROLES, named, number
from app.reports.totals import (
    Totals,
    areas_in,
    codes_of,
    lots_of,
    placed_with,
    priorities_of,
    shown,
    zones_of,
)
from app.reports.week import Week

_ENOUGH_FOR_RATES = 20  # people; below, a rate could be turned back into counts [assumption]
_OUTCOMES = ("in", "placed", "waiting")
_BY_OUTCOME = ("Came in", "Placement proposed", "Still waiting")


def shared_tables(week: Week, totals: Totals) -> dict[str, Table]:
    """Make the tables of the shared report.

    Parameters
    ----------
    week
        Names what is counted.
    totals
        Of the same week.

    Returns
    -------
    dict
        Tables by name: zones, priorities, lots, roles, providers, reasons, rounds, areas.
    """
    zones = zones_of(week)
    zone_rows = [
        (
            "All zones" if not at else week.zone_name(at[0] or None),
            *(shown(totals.count(one, *at)) for one in ("everybody", "served", *_OUTCOMES)),
            *(shown(totals.hours(one, *at)) for one in _OUTCOMES[1:]),
        )
        for at in (*((zone,) for zone in zones), ())
    ]
    provider_rows = [
        (
            week.provider_name(provider),
            *(shown(totals.count("with", provider, zone)) for zone in zones),
            shown(totals.count("with", provider)),
        )
        for provider in placed_with(week)
    ]
    provider_rows.append(
        ("All providers", *(shown(totals.count("placed", zone)) for zone in zones), shown(totals.count("placed")))
    )
    kinds = ("new", "extended", "live")
    round_rows = [
        (
            week.zone_name(zone or None),
            *(shown(totals.count("rounds", zone, kind)) for kind in kinds),
            shown(totals.count("rounds", zone)),
        )
        for zone in zones
    ]
    round_rows.append(
        ("All zones", *(shown(totals.count("rounds of kind", kind)) for kind in kinds), shown(totals.count("rounds")))
    )
    names = {area.area_ref: area.name or area.area_ref for area in week.council.areas} | {"": "Outside every area"}
    area_rows = [
        (names[area], week.zone_name(zone or None), shown(totals.count("area", zone, area)))
        for zone in zones
        for area in areas_in(week, zone)
        if area or totals.counts.get(("area", zone, area))
    ]
    return {
        "zones": _table(
            "People and carer-hours a week, by zone",
            ("Zone", "With care or waiting", "Served now", *_BY_OUTCOME, "Hours proposed", "Hours waiting"), zone_rows),
        "priorities": _split(totals, "By priority class (1 goes first)", "Priority", "priority", [(p, p) for p in priorities_of(week)]),
        "lots": _split(totals, "By lot", "Lot", "lot", [(lot, named(LOTS, lot)) for lot in lots_of(week)]),
        "roles": _table(
            "Placements, by role in the call-off order", ("Role", "Placements"),
            [*((named(ROLES, role), shown(totals.count("placed by role", role))) for role in ROLES
               if any(contract.role == role for contract in week.council.contracts)),
             ("All roles", shown(totals.count("placed")))]),
        "providers": _table(
            "Placements, by provider and zone",
            ("Provider", *(week.zone_name(zone or None) for zone in zones), "All zones"), provider_rows),
        "reasons": _table(
            "Why people still wait: people for whom any provider has the reason", ("Reason", "People"),
            [(_code_name(code), shown(totals.count("reason", code))) for code in codes_of(week)], total=False),
        "rounds": _table("Rounds, by zone", ("Zone", "New", "Live, changed", "Live, unchanged", "All rounds"), round_rows),
        "areas": _table(
            "People with care or waiting, by area", ("Area", "Zone", "People"), area_rows, total=False, text_columns=2),
    }  # fmt: skip


def _split(totals: Totals, title: str, head: str, name: str, labels: list[tuple[str, str]]) -> Table:
    rows = [(label, *(shown(totals.count(f"{one} by {name}", value)) for one in _OUTCOMES)) for value, label in labels]
    rows.append(("All", *(shown(totals.count(one)) for one in _OUTCOMES)))
    return _table(title, (head, *_BY_OUTCOME), rows)


def _code_name(code: str) -> str:
    return "Not available (contract, registration or embargo)" if code == "NOT_AVAILABLE" else named(CODES, code)


def _table(
    title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], total: bool = True, text_columns: int = 1
) -> Table:
    return Table(
        title=title,
        columns=tuple(Column(name=name, numeric=place >= text_columns) for place, name in enumerate(columns)),
        rows=tuple(rows),
        total=total and len(rows) > 1,
    )


def rates(week: Week) -> list[tuple[str, str, str]]:
    """List the rates that may be published: of all rounds together, rounded.

    Parameters
    ----------
    week
        Its plan has the figures.

    Returns
    -------
    list of tuple
        Name, value and unit; none when there are too few people.
    """
    people = {visit.package_ref for one in week.plan.rounds for day in one.days for visit in day.visits}
    if len(people) < _ENOUGH_FOR_RATES:
        return []
    known: list[tuple[str, str, str, int]] = [
        ("walkable_visits_percent", "Visits on walked rounds", "%", 0),
        ("travel_min_per_contact_hour", "Travel per contact hour", "min", 1),
        ("waiting_min_per_contact_hour", "Paid waiting per contact hour", "min", 1),
        ("rounds_per_person", "Rounds per person", "", 1),
        ("visits_under_30_percent", "Visits under 30 minutes", "%", 0),
    ]
    found = []
    for key, name, unit, digits in known:
        value: Any = week.plan.kpis.get(key)
        if isinstance(value, int | float):
            found.append((name, number(round(value, digits)), unit))
    return found
