"""The figures of a plan in the order and the words of the weekly meeting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.reports.labels import CODES, LOTS, ROLES, SOURCES, named, number
from app.reports.week import Week


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    name
        Its heading.
    numeric
        Whether it holds numbers.
    """

    name: str
    numeric: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table for people.

    Parameters
    ----------
    title
        What it shows.
    columns
        First the one that names the rows.
    rows
        Text and numbers.
    total
        Whether the last row adds the others up.
    hide_title
        Whether a heading says the title already.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | int | float, ...], ...]
    total: bool = False
    hide_title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A single figure.

    Parameters
    ----------
    key
        Its name in the plan file.
    name
        What it is.
    value
        A number, text or nothing.
    unit
        Written after the number.
    note
        What else to know.
    """

    key: str
    name: str
    value: Any
    unit: str = ""
    note: str = ""

    @property
    def shown(self) -> str:
        """The value for people; a dash where there is none."""
        if self.value is None:
            return "–"
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        return number(self.value) if isinstance(self.value, int | float) else str(self.value)


def _spoken_key(_week: Week, key: str) -> str:
    return named({}, key)


class _Known(NamedTuple):
    name: str
    unit: str = ""
    note: str = ""
    keys: Callable[[Week, str], str] = _spoken_key
    heading: str = ""


def _zone(week: Week, key: str) -> str:
    return week.zone_name(None if key == "outside" else key)


def _contract(week: Week, key: str) -> str:
    contract = week.contracts.get(key)
    if contract is None:
        return key
    return f"{week.provider_name(contract.provider_ref)}, {week.zone_name(contract.zone_ref)}"


def _tier(_week: Week, key: str) -> str:
    return "First refusal" if key == "0" else f"Tier {key}"


def _age(_week: Week, key: str) -> str:
    return key.lstrip("0").replace("-", "–") if not key.startswith("00") else key[1:].replace("-", "–")


_KNOWN: dict[str, _Known] = {
    "packages_in": _Known("Packages waiting"),
    "hours_in": _Known("Hours a week waiting for a place", "h"),
    "people_placed": _Known("Placements proposed"),
    "hours_placed": _Known("Hours a week proposed", "h", "carer-hours"),
    "people_waiting": _Known("Still waiting"),
    "hours_waiting": _Known("Hours a week still waiting", "h", "carer-hours"),
    "waiting_by_zone": _Known("Still waiting, by zone", keys=_zone, heading="People"),
    "waiting_hours_by_zone": _Known("Hours a week still waiting, by zone", keys=_zone, heading="Hours"),
    "waiting_by_lot": _Known("Still waiting, by lot", keys=lambda _w, key: named(LOTS, key), heading="People"),
    "waiting_by_age": _Known("Still waiting, by days since referral", keys=_age, heading="People"),
    "median_days_waited_placed": _Known("Median wait, placed", "days", "since referral"),
    "p90_days_waited_placed": _Known("Nine in ten placed waited at most", "days", "since referral"),
    "placed_by_tier": _Known("Placements, by place in the call-off order", keys=_tier, heading="People"),
    "placed_by_role": _Known("Placements, by role", keys=lambda _w, key: named(ROLES, key), heading="People"),
    "primary_share_percent": _Known("Placed with a primary", "%", "the rest leak to back-up"),
    "placements_not_first_in_turn": _Known(
        "Placements for which another provider in turn could accept", note="who is asked first"
    ),
    "unplaced_by_reason": _Known(
        "Reasons of those still waiting", keys=lambda _w, key: named(CODES, key), heading="People"
    ),
    "overtaken_people": _Known("Overtaken by a lower priority", note="each listed under Still waiting"),
    "cap_headroom_hours": _Known("Hours a week left under the caps", "h", keys=_contract, heading="Hours"),
    "guaranteed_unused_hours": _Known("Guaranteed hours unused", "h", "paid all the same"),
    "walkable_visits_percent": _Known("Visits on walked rounds", "%"),
    "cycled_visits_percent": _Known("Visits on cycled rounds", "%"),
    "driven_visits_percent": _Known("Visits on rounds with a driver", "%"),
    "walkable_packages_percent": _Known("People served on foot only", "%"),
    "travel_min_per_contact_hour": _Known("Travel per contact hour", "min"),
    "waiting_min_per_contact_hour": _Known("Paid waiting per contact hour", "min"),
    "rounds": _Known("Rounds"),
    "rounds_new": _Known("New rounds"),
    "rounds_needing_carers": _Known("Rounds that need carers", note="no capacity return states them"),
    "rounds_by_source": _Known(
        "Rounds, by source", keys=lambda _w, key: named(SOURCES, key).capitalize(), heading="Rounds"
    ),
    "rounds_estimated": _Known("Live rounds estimated"),
    "rounds_under_wage_indicator": _Known("Rounds under the wage indicator", note="not judged without a stated pay"),
    "rounds_per_person": _Known("Rounds per person", note="fewer: steadier care"),
    "rounds_per_person_placed": _Known("Rounds per person newly placed"),
    "distinct_carers_four_weeks_expected": _Known("Distinct carers over four weeks, expected"),
    "placed_elsewhere_than_before": _Known("People whose provider would change"),
    "fee_placed_pounds_a_week": _Known("Fee of the placements", "£ a week"),
    "declines_by_code": _Known("Declines recorded for those who came in, by code", heading="Declines"),
    "discharge_delayed_people": _Known("People in hospital past their discharge-ready date"),
    "discharge_delay_days": _Known("Days they have waited there in all", "days"),
    "fast_response_stays_over_72_h": _Known("Fast-response stays over 72 hours"),
    "stays_by_service": _Known("Stays that go on, by service", heading="Stays"),
    "visits_a_week": _Known("Visits a week"),
    "visits_under_30_percent": _Known("Visits under 30 minutes", "%"),
    "hours_outside_rounds": _Known("Hours placed outside rounds", "h", "sits, nights, long blocks"),
}
_PARTS: dict[Callable[[Week, str], str], str] = {_zone: "Zone", _contract: "Contract", _tier: "Place", _age: "Days"}
_TILES = (
    "packages_in", "people_placed", "hours_placed", "people_waiting", "hours_waiting", "primary_share_percent",
    "walkable_visits_percent", "travel_min_per_contact_hour", "rounds_per_person", "rounds_new",
    "median_days_waited_placed", "visits_under_30_percent",
)  # fmt: skip
_UNITS = (("_percent", "%"), ("_hours", "h"), ("_min", "min"), ("_days", "days"), ("_per_contact_hour", "min"))


def figures(week: Week) -> list[Figure]:
    """List the single figures of a plan.

    Parameters
    ----------
    week
        Its plan has them.

    Returns
    -------
    list of Figure
        Known ones first, in the order of the weekly meeting; then all others by their key.
    """
    found = []
    for key in _ordered(week.plan.kpis):
        value = week.plan.kpis[key]
        if isinstance(value, list | tuple):
            value = len(value)
        if not isinstance(value, Mapping):
            known = _KNOWN.get(key) or _Known(_spoken(key), _unit(key))
            note = week.roster.said() if key == "distinct_carers_four_weeks_expected" else known.note
            found.append(Figure(key=key, name=known.name, value=value, unit=known.unit, note=note))
    return found


def tiles(week: Week) -> list[Figure]:
    """Choose the figures that stand first.

    Parameters
    ----------
    week
        Its plan has them.

    Returns
    -------
    list of Figure
        Those of the tiles that the plan has.
    """
    by_key = {figure.key: figure for figure in figures(week)}
    return [by_key[key] for key in _TILES if key in by_key]


def tables(week: Week) -> list[Table]:
    """Make a table of each figure that is split, and one of the single figures that are no tile.

    Parameters
    ----------
    week
        Its plan has them.

    Returns
    -------
    list of Table
        Without empty ones.
    """
    others = [figure for figure in figures(week) if figure.key not in _TILES]
    rows = tuple((f.name + (f" ({f.note})" if f.note else ""), _with_unit(f)) for f in others)
    made = [
        Table(title="Other figures", columns=(Column(name="Figure"), Column(name="Value", numeric=True)), rows=rows)
    ]
    for key in _ordered(week.plan.kpis):
        value = week.plan.kpis[key]
        if isinstance(value, Mapping) and value:
            made.append(split(week, key))
    return [table for table in made if table.rows]


def split(week: Week, key: str) -> Table:
    """Make the table of a figure that is split.

    Parameters
    ----------
    week
        Its plan has the figure.
    key
        Its name in the plan file.

    Returns
    -------
    Table
        A row for each part.
    """
    known = _KNOWN.get(key) or _Known(_spoken(key), heading="Value")
    rows = tuple(
        (known.keys(week, part), value if isinstance(value, str) else "–" if value is None else number(value))
        for part, value in sorted(week.plan.kpis[key].items(), key=_place)
    )
    heading = Column(name=known.heading or "Value", numeric=True)
    first = Column(name=_PARTS.get(known.keys, "Part"))
    return Table(title=known.name, columns=(first, heading), rows=rows)


def _place(part: tuple[str, Any]) -> tuple[int, str]:
    return (int(part[0]), "") if part[0].isdecimal() else (-1, part[0])


def _ordered(kpis: Mapping[str, Any]) -> list[str]:
    known = [key for key in _KNOWN if key in kpis]
    return known + sorted(key for key in kpis if key not in _KNOWN)


def _with_unit(figure: Figure) -> str:
    return f"{figure.shown} {figure.unit}".strip() if figure.value is not None else figure.shown


def _spoken(key: str) -> str:
    words = key
    for ending, _ in _UNITS[:1]:
        words = words.removesuffix(ending)
    return words.replace("_", " ").capitalize()


def _unit(key: str) -> str:
    return next((unit for ending, unit in _UNITS if key.endswith(ending)), "")
