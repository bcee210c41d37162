"""The totals that may leave the team: counts by zone, provider, role and area, small ones hidden."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.formats.council import Package
from app.reports.figures import Column, Table
from app.reports.labels import CODES, LOTS, MODES, NOT_AVAILABLE, ROLES, named, number
from app.reports.suppression import Sum, suppressed
from app.reports.week import Week

Key = tuple[str, ...]
HIDDEN = "[c]"
"""How a hidden number is shown: the shorthand of UK official statistics for confidential figures."""

ALL = ("everybody",)
IN, PLACED, WAITING = ("in",), ("placed",), ("waiting",)
_ENOUGH_FOR_RATES = 20  # people; below, a rate could be turned back into counts [assumption]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Counts of packages, and which of them stay hidden.

    Parameters
    ----------
    counts
        Every count by key.
    minutes
        Carer-minutes a week of the same packages.
    hidden
        Keys not to be published, neither as a count nor in hours.
    """

    counts: dict[Key, int]
    minutes: dict[Key, int]
    hidden: frozenset[Key]

    def count(self, *key: str) -> int | None:
        """Look a published count up.

        Parameters
        ----------
        *key
            Which count.

        Returns
        -------
        int or None
            None where it is hidden.
        """
        return None if key in self.hidden else self.counts.get(key, 0)

    def hours(self, *key: str) -> int | None:
        """Look published hours up.

        Parameters
        ----------
        *key
            Of which count.

        Returns
        -------
        int or None
            Whole carer-hours a week; None where the count is hidden.
        """
        return None if key in self.hidden else round(self.minutes.get(key, 0) / 60)


def shown(value: int | None) -> str:
    """Write a published number.

    Parameters
    ----------
    value
        None where it is hidden.

    Returns
    -------
    str
        The number or :data:`HIDDEN`.
    """
    return HIDDEN if value is None else number(value)


def totals_of(week: Week) -> Totals:
    """Count a week for people outside the team.

    Parameters
    ----------
    week
        The week and its plan.

    Returns
    -------
    Totals
        All tables together, so that none reveals what another hides.
    """
    tally = _Tally()
    for package in week.council.packages:
        for key in _keys_of(week, package):
            tally.add(key, package)
    for one in week.plan.unplaced:
        codes = {_shared_code(reason.code) for refusal in one.refusals for reason in refusal.reasons}
        for code in _codes(week):
            tally.add(("reason" if code in codes else "no reason", code), week.packages[one.package_ref])
    for view in week.rounds:
        for key in (("rounds",), ("rounds", view.round.zone_ref), ("rounds", view.round.zone_ref, view.kind),
                    ("rounds of kind", view.kind), ("rounds by means", view.round.mode)):  # fmt: skip
            tally.counts[key] += 1
            tally.people[key].add(view.round.round_ref)
    sums = [(total, tuple(parts)) for total, parts in _sums(week)]
    for total, parts in sums:
        for key in (total, *parts):
            tally.counts.setdefault(key, 0)
    small = [key for key, people in tally.people.items() if 0 < len(people) < 5]
    hidden = suppressed(tally.counts, sums, small=small)
    return Totals(counts=dict(tally.counts), minutes=dict(tally.minutes), hidden=hidden)


class _Tally:
    """Packages, people and carer-minutes by key."""

    def __init__(self) -> None:
        self.counts: Counter[Key] = Counter()
        self.minutes: Counter[Key] = Counter()
        self.people: dict[Key, set[str]] = defaultdict(set)

    def add(self, key: Key, package: Package) -> None:
        self.counts[key] += 1
        self.minutes[key] += sum(
            visit.duration_min * visit.crew * len(visit.days) // visit.every_n_weeks
            for line in package.lines
            for visit in line.visits
        )
        self.people[key].add(package.person_ref)


def _zone(week: Week, package: Package) -> str:
    return week.zone_of(package.package_ref) or ""


def _area(week: Week, package: Package) -> str:
    return week.area_of_home.get(package.home_ref) or ""


def _keys_of(week: Week, package: Package) -> Iterable[Key]:
    zone, area, priority = _zone(week, package), _area(week, package), str(package.priority)
    yield from (ALL, (*ALL, zone), ("area", zone, area))
    placement = week.placed.get(package.package_ref)
    if placement is None and package.package_ref not in week.unplaced:
        yield from (("served",), ("served", zone))
        return
    yield from (IN, (*IN, zone), ("in by priority", priority), ("in by lot", package.lot))
    if placement is None:
        yield from (WAITING, (*WAITING, zone), ("waiting by priority", priority), ("waiting by lot", package.lot))
        return
    role = week.contracts[placement.contract_ref].role
    yield from (
        PLACED, (*PLACED, zone), ("placed by priority", priority), ("placed by lot", package.lot),
        ("placed by role", role), ("with", placement.provider_ref), ("with", placement.provider_ref, zone),
    )  # fmt: skip


def _sums(week: Week) -> Iterable[Sum[Key]]:
    zones = _zones(week)
    for outcome in (ALL, IN, PLACED, WAITING, ("served",)):
        yield outcome, tuple((*outcome, zone) for zone in zones)
    for at in ((), *((zone,) for zone in zones)):
        yield (*ALL, *at), (("served", *at), (*IN, *at))
        yield (*IN, *at), ((*PLACED, *at), (*WAITING, *at))
    for split, values in (("priority", _priorities(week)), ("lot", _lots(week))):
        for outcome in (IN, PLACED, WAITING):
            yield outcome, tuple((f"{outcome[0]} by {split}", value) for value in values)
        for value in values:
            yield (f"in by {split}", value), ((f"placed by {split}", value), (f"waiting by {split}", value))
    yield PLACED, tuple(("placed by role", role) for role in ROLES)
    providers = placed_with(week)
    yield PLACED, tuple(("with", provider) for provider in providers)
    for provider in providers:
        yield ("with", provider), tuple(("with", provider, zone) for zone in zones)
    for zone in zones:
        yield (*PLACED, zone), tuple(("with", provider, zone) for provider in providers)
        yield (*ALL, zone), tuple(("area", zone, area) for area in areas_in(week, zone))
        yield ("rounds", zone), tuple(("rounds", zone, kind) for kind in ("new", "extended", "live"))
    for code in _codes(week):
        yield WAITING, (("reason", code), ("no reason", code))
    yield ("rounds",), tuple(("rounds", zone) for zone in zones)
    yield ("rounds",), tuple(("rounds by means", mode) for mode in MODES)
    yield ("rounds",), tuple(("rounds of kind", kind) for kind in ("new", "extended", "live"))
    for kind in ("new", "extended", "live"):
        yield ("rounds of kind", kind), tuple(("rounds", zone, kind) for zone in zones)


def _zones(week: Week) -> list[str]:
    outside = any(week.zone_of(package.package_ref) is None for package in week.council.packages)
    return [*week.zones, *([""] if outside else [])]


def areas_in(week: Week, zone_ref: str) -> list[str]:
    """List the areas of a zone that totals are made for.

    Parameters
    ----------
    week
        Its council has the zones.
    zone_ref
        A zone; empty for what lies outside all of them.

    Returns
    -------
    list of str
        Area refs; the empty one stands for homes outside every area.
    """
    of_zone = week.zone_of_area
    if zone_ref:
        return [area.area_ref for area in week.council.areas if of_zone.get(area.area_ref) == zone_ref]
    return ["", *(area.area_ref for area in week.council.areas if area.area_ref not in of_zone)]


def placed_with(week: Week) -> list[str]:
    """List the providers that placements go to.

    Parameters
    ----------
    week
        Its plan has the placements.

    Returns
    -------
    list of str
        Provider refs in the council's order.
    """
    proposed = {one.provider_ref for one in week.plan.placements}
    return [one.provider_ref for one in week.council.providers if one.provider_ref in proposed]


def _priorities(week: Week) -> list[str]:
    return sorted({str(package.priority) for package in _asked(week)})


def _lots(week: Week) -> list[str]:
    return [lot for lot in LOTS if any(package.lot == lot for package in _asked(week))]


def _asked(week: Week) -> list[Package]:
    return [week.packages[ref] for ref in (*week.placed, *week.unplaced)]


def _shared_code(code: str) -> str:
    return "NOT_AVAILABLE" if code in NOT_AVAILABLE else code


def _codes(week: Week) -> list[str]:
    found = {
        _shared_code(reason.code)
        for one in week.plan.unplaced
        for refusal in one.refusals
        for reason in refusal.reasons
    }
    return sorted(found)


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
    zones = _zones(week)
    outcomes = ("in", "placed", "waiting")
    by_outcome = ("Came in", "Placement proposed", "Still waiting")

    def split(title: str, head: str, name: str, labels: list[tuple[str, str]]) -> Table:
        rows = [(label, *(shown(totals.count(f"{one} by {name}", value)) for one in outcomes)) for value, label in labels]
        rows.append(("All", *(shown(totals.count(one)) for one in outcomes)))
        return _table(title, (head, *by_outcome), rows)

    zone_rows = [
        (
            "All zones" if not at else week.zone_name(at[0] or None),
            *(shown(totals.count(one, *at)) for one in ("everybody", "served", *outcomes)),
            *(shown(totals.hours(one, *at)) for one in outcomes[1:]),
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
        (week.zone_name(zone or None), *(shown(totals.count("rounds", zone, kind)) for kind in kinds), shown(totals.count("rounds", zone)))
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
            ("Zone", "With care or waiting", "Served now", *by_outcome, "Hours proposed", "Hours waiting"), zone_rows),
        "priorities": split("By priority class (1 goes first)", "Priority", "priority", [(p, p) for p in _priorities(week)]),
        "lots": split("By lot", "Lot", "lot", [(lot, named(LOTS, lot)) for lot in _lots(week)]),
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
            [(_code_name(code), shown(totals.count("reason", code))) for code in _codes(week)], total=False),
        "rounds": _table("Rounds, by zone", ("Zone", "New", "Live, extended", "Live, unchanged", "All rounds"), round_rows),
        "areas": _table(
            "People with care or waiting, by area", ("Area", "Zone", "People"), area_rows, total=False, text_columns=2),
    }  # fmt: skip


def _code_name(code: str) -> str:
    return "Not available (contract, registration or embargo)" if code == "NOT_AVAILABLE" else named(CODES, code)


def _table(
    title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]], total: bool = True, text_columns: int = 1
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
