"""Made-up people: where they live, what they need, which state their package is in, and its dates.

People are pseudonyms from the start; no names exist. Shares that no report gives are assumptions and stand in
``docs/profiles.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from app.formats.council import Dates, Home, Lot, Package, Preferences, Requirements, Stay
from app.synth.draws import pick, quotas
from app.synth.ground import Ground
from app.synth.market import LANGUAGES
from app.synth.patterns import Pattern

State = Literal["waiting", "live", "suspended"]
Change = Literal["new", "increase", "hospital_return", "hand_back", "provider_change"]
WaitsIn = Literal["hospital", "reablement", "home"]


@dataclass(slots=True, kw_only=True)
class Person:
    """A person and their package while the council is being made."""

    number: int
    pattern: Pattern
    address: int
    zone: int
    state: State
    lot: Lot
    site_ref: str | None = None
    partner: int | None = None
    home_of: int | None = None
    skills: tuple[str, ...] = ()
    gender: str | None = None
    language: str | None = None
    excluded: tuple[str, ...] = ()
    provider_ref: str | None = None
    former_ref: str | None = None
    change: Change = "new"
    waits_in: WaitsIn = "home"
    waits_with: str = ""
    priority: int = 2
    funding: str = "commissioned"
    dates: Dates | None = None
    extra: str | None = None
    answers: list[dict[str, object]] = field(default_factory=list)
    stay: Stay | None = None

    @property
    def package_ref(self) -> str:
        """Pseudonym of the package."""
        return f"pkg-{self.number:04d}"

    @property
    def home_ref(self) -> str:
        """Reference of the home; couples share one."""
        return f"home-{self.number if self.home_of is None else self.home_of:04d}"

    def hours(self) -> float:
        """Planned carer-hours a week."""
        return self.pattern.carer_minutes() / 60


def settle(
    ground: Ground,
    patterns: list[Pattern],
    zone_of_area: dict[int, int],
    lots: tuple[tuple[Lot, float], ...],
    live_share: float,
    sites: tuple[int, ...],
    rng: np.random.Generator,
) -> list[Person]:
    """Give every pattern a person with a home, a lot and a state.

    Parameters
    ----------
    ground
        Homes by area and the older people in each area.
    patterns
        The weekly patterns.
    zone_of_area
        Zone of every area.
    lots
        Lots with their shares.
    live_share
        Share of the people who are served.
    sites
        Homes in each extra-care site.
    rng
        Source of all draws.

    Returns
    -------
    people
        In the order of their numbers.
    """
    count = len(patterns)
    addresses = _addresses(ground, count, rng)
    lot = quotas(rng, lots, count)
    live = round(count * live_share)
    suspended = max(2, round(0.025 * live))
    states: list[tuple[State, int]] = [("live", live - suspended), ("suspended", suspended), ("waiting", count - live)]
    in_order: list[State] = [state for state, number in states for _ in range(number)]
    shuffled = [in_order[int(i)] for i in rng.permutation(count)]
    people = [
        Person(
            number=i + 1,
            pattern=patterns[i],
            address=addresses[i],
            zone=zone_of_area[int(ground.home_area[addresses[i]])],
            state=shuffled[i],
            lot=lot[i],
        )
        for i in range(count)
    ]
    _fill_sites(people, ground, zone_of_area, sites, rng)
    _marry(people, round(count * 0.015), rng)
    for person in people:
        _needs(person, rng)
    return people


def _addresses(ground: Ground, count: int, rng: np.random.Generator) -> list[int]:
    """Draw homes: an area by its older people, then an address in it, each address once."""
    weight = ground.older_people / ground.older_people.sum()
    wanted = rng.multinomial(count, weight)
    order = np.argsort(ground.home_area, kind="stable")
    first = np.searchsorted(ground.home_area[order], np.arange(len(weight) + 1))
    out: list[int] = []
    for area, number in enumerate(wanted):
        here = order[first[area] : first[area + 1]]
        # More people than addresses happens in hamlets: then several live at one address.
        drawn = rng.choice(here, size=int(number), replace=int(number) > len(here))
        out += [int(a) for a in drawn]
    return [out[int(i)] for i in rng.permutation(count)]


def _fill_sites(
    people: list[Person], ground: Ground, zone_of_area: dict[int, int], sites: tuple[int, ...], rng: np.random.Generator
) -> None:
    """Move some people into extra-care sites: many homes at one address, one package each (RO 2.6)."""
    start = 0
    for k, homes in enumerate(sites):
        weight = ground.older_people / ground.older_people.sum()
        area = int(rng.choice(len(weight), p=weight))
        address = int(rng.choice(np.flatnonzero(ground.home_area == area)))
        for person in people[start : start + homes]:
            person.address, person.zone = address, zone_of_area[area]
            person.site_ref, person.lot = f"extra-care-{k + 1}", "older_people"
        start += homes


def _marry(people: list[Person], couples: int, rng: np.random.Generator) -> None:
    """Link couples: one home, the same state, the second one's visits right after the first one's."""
    free: dict[tuple[State, Lot], list[Person]] = {}
    for i in rng.permutation(len(people)):
        one = people[int(i)]
        if one.site_ref is None and not one.pattern.double and one.lot == "older_people" and one.state != "suspended":
            free.setdefault((one.state, one.lot), []).append(one)
    left = couples
    for key in sorted(free):
        group = free[key]
        share = max(1, round(couples * len(group) / sum(len(g) for g in free.values())))
        for k in range(min(share, left, len(group) // 2)):
            one, two = group[2 * k], group[2 * k + 1]
            one.partner, two.partner = two.number, one.number
            two.address, two.zone, two.home_of = one.address, one.zone, one.number
            _adjoin(one.pattern, two.pattern)
            left -= 1


def _adjoin(one: Pattern, two: Pattern) -> None:
    """Let visits of the same band follow each other."""
    by_band = {visit.band: visit for visit in one.visits}
    for visit in two.visits:
        visit.gap_min = visit.gap_after = None
        other = by_band.get(visit.band)
        if other is not None and other.preferred_min is not None:
            visit.days, visit.every_n_weeks, visit.anchor = other.days, other.every_n_weeks, other.anchor
            visit.from_date, visit.to_date = other.from_date, other.to_date
            visit.preferred_min = -(-(other.preferred_min + other.duration_min) // 5) * 5
            visit.window_min = visit.finish_by_min = visit.reason = None
            visit.time_critical = False


def _needs(person: Person, rng: np.random.Generator) -> None:
    """Draw skills, stated needs, priority and funding."""
    skills: list[str] = []
    if person.pattern.double and rng.random() < 0.65:
        skills.append("hoist")
    for skill, share in (("dementia", 0.16), ("catheter", 0.05), ("stoma", 0.02), ("peg_feeding", 0.015)):
        if rng.random() < share:
            skills.append(skill)
    if any(visit.reason == "insulin before breakfast" for visit in person.pattern.visits):
        skills.append("insulin")
    person.skills = tuple(skills)
    person.gender = pick(rng, ((None, 0.93), ("female", 0.06), ("male", 0.01)))
    person.language = pick(rng, ((None, 0.97), *((language, 0.0075) for language in LANGUAGES)))
    person.priority = pick(rng, ((1, 0.2), (2, 0.55), (3, 0.25)))
    person.funding = pick(
        rng, (("commissioned", 0.89), ("direct_payment", 0.04), ("isf", 0.02), ("joint", 0.02), ("self_funded", 0.03))
    )
    person.extra = pick(
        rng,
        (
            (None, 0.925),
            ("envelope", 0.015),
            ("sit", 0.02),
            ("domestic", 0.022),
            ("waking_night", 0.01),
            ("sleep_in", 0.008),
        ),
    )
    if person.partner is not None or person.site_ref is not None:
        person.extra = None
    if person.lot == "chc":
        person.funding, person.priority = "chc", 1
    if person.lot == "fast_response":
        person.priority = 1


def home_of(person: Person, ground: Ground) -> Home:
    """Write a person's home as the council file has it.

    Parameters
    ----------
    person
        The person.
    ground
        The addresses.

    Returns
    -------
    home
        The home.
    """
    return Home(
        home_ref=person.home_ref,
        lon=float(ground.home_lon[person.address]),
        lat=float(ground.home_lat[person.address]),
        postcode_sector=ground.home_sector[person.address],
        site_ref=person.site_ref,
    )


def package_of(person: Person, ground: Ground, lines: tuple[object, ...], rng: np.random.Generator) -> Package:
    """Write a person's package as the council file has it.

    Parameters
    ----------
    person
        The person, assigned or waiting.
    ground
        General practices by area.
    lines
        Service lines of the package.
    rng
        Draws the general practice.

    Returns
    -------
    package
        The package.
    """
    practices = ground.practices[int(ground.home_area[person.address])]
    return Package(
        package_ref=person.package_ref,
        person_ref=f"per-{person.number:04d}",
        home_ref=person.home_ref,
        linked_to=None if person.partner is None else f"pkg-{person.partner:04d}",
        gp_practice=pick(rng, practices) if practices else None,
        funding=person.funding,
        counts_to_cap=person.funding not in ("direct_payment", "self_funded"),
        lot=person.lot,
        priority=person.priority,
        state=person.state,
        change=person.change,
        dates=person.dates,
        waits_in=person.waits_in,
        waits_with=person.waits_with,
        requirements=Requirements(
            skills=person.skills,
            carer_gender=person.gender,
            language=person.language,
            excluded_provider_refs=person.excluded,
        ),
        preferences=Preferences(note="would like the same carers as before" if person.former_ref else ""),
        provider_ref=person.provider_ref,
        former_provider_ref=person.former_ref,
        answers=tuple(person.answers),
        lines=lines,
    )
