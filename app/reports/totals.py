"""The totals that may leave the team: counts by zone, provider, role and area, small ones hidden."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from app.formats.council import Package
from app.reports.labels import LOTS, MODES, NOT_AVAILABLE, ROLES, number
from app.reports.suppression import Sum, suppressed
from app.reports.week import Week

Key = tuple[str, ...]
HIDDEN = "[c]"
"""How a hidden number is shown: the shorthand of UK official statistics for confidential figures."""

ALL = ("everybody",)
IN, PLACED, WAITING = ("in",), ("placed",), ("waiting",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Counts of packages, and which of them stay hidden.

    Parameters
    ----------
    counts
        Every count by key.
    minutes
        Carer-minutes a week of those of them that were placed or wait.
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
    tally = _Tally(week)
    for package in week.council.packages:
        for key in _keys_of(week, package):
            tally.add(key, package)
    for one in week.plan.unplaced:
        codes = {_shared_code(reason.code) for refusal in one.refusals for reason in refusal.reasons}
        for code in codes_of(week):
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
    """Packages and people by key, and the carer-minutes of those who ask for a place."""

    def __init__(self, week: Week) -> None:
        self.week = week
        self.counts: Counter[Key] = Counter()
        self.minutes: Counter[Key] = Counter()
        self.people: dict[Key, set[str]] = defaultdict(set)

    def add(self, key: Key, package: Package) -> None:
        self.counts[key] += 1
        asked = self.week.placed.get(package.package_ref) or self.week.unplaced.get(package.package_ref)
        self.minutes[key] += 0 if asked is None else asked.carer_minutes
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
    zones = zones_of(week)
    for outcome in (ALL, IN, PLACED, WAITING, ("served",)):
        yield outcome, tuple((*outcome, zone) for zone in zones)
    for at in ((), *((zone,) for zone in zones)):
        yield (*ALL, *at), (("served", *at), (*IN, *at))
        yield (*IN, *at), ((*PLACED, *at), (*WAITING, *at))
    for split, values in (("priority", priorities_of(week)), ("lot", lots_of(week))):
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
    for code in codes_of(week):
        yield WAITING, (("reason", code), ("no reason", code))
    yield ("rounds",), tuple(("rounds", zone) for zone in zones)
    yield ("rounds",), tuple(("rounds by means", mode) for mode in MODES)
    yield ("rounds",), tuple(("rounds of kind", kind) for kind in ("new", "extended", "live"))
    for kind in ("new", "extended", "live"):
        yield ("rounds of kind", kind), tuple(("rounds", zone, kind) for zone in zones)


def zones_of(week: Week) -> list[str]:
    """List the zones that totals are made for.

    Parameters
    ----------
    week
        Its council has the zones.

    Returns
    -------
    list of str
        Zone refs; the empty one, where there is any, stands for homes outside every zone.
    """
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


def priorities_of(week: Week) -> list[str]:
    """List the priority classes that occur.

    Parameters
    ----------
    week
        Its waiting packages have them.

    Returns
    -------
    list of str
        Classes as text.
    """
    return sorted({str(package.priority) for package in _asked(week)})


def lots_of(week: Week) -> list[str]:
    """List the lots that occur.

    Parameters
    ----------
    week
        Its waiting packages have them.

    Returns
    -------
    list of str
        Lots in the order of the format.
    """
    return [lot for lot in LOTS if any(package.lot == lot for package in _asked(week))]


def _asked(week: Week) -> list[Package]:
    return [week.packages[ref] for ref in (*week.placed, *week.unplaced)]


def _shared_code(code: str) -> str:
    return "NOT_AVAILABLE" if code in NOT_AVAILABLE else code


def codes_of(week: Week) -> list[str]:
    """List the reasons that occur, as they may be published.

    Parameters
    ----------
    week
        Its plan has the refusals.

    Returns
    -------
    list of str
        Codes; those that may rest on confidential evidence stand as one.
    """
    found = {
        _shared_code(reason.code)
        for one in week.plan.unplaced
        for refusal in one.refusals
        for reason in refusal.reasons
    }
    return sorted(found)
