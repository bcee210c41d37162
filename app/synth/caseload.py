"""Who serves whom: live packages on contracts, and the contract terms that fit that world."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from app.formats.council import CallOffProcedure, CallOffStep, Contract, Lot, Rate
from app.synth.draws import pick
from app.synth.ground import Ground
from app.synth.market import Contractor
from app.synth.people import Person
from app.synth.profiles import Procedure, Profile, Tier

CLUSTER_M = 600.0  # how closely a back-up provider's people lie around its anchors [assumption]
RATE_STEPS = ((29, 118), (44, 106), (59, 102), (1440, 100))  # visits up to so many minutes, per cent [assumption]
LAST_APRIL_PERCENT = 96  # rate before the last uplift: 12.21 / 12.71, the National Living Wage [D]
DECLINES = ("no_capacity", "skill", "distance", "double_up", "rate", "risk", "complexity", "too_late")


def assign_live(people: list[Person], market: list[Contractor], ground: Ground, rng: np.random.Generator) -> None:
    """Give every served person a provider that may serve them; people nobody may serve wait instead.

    Parameters
    ----------
    people
        All people; those served get ``provider_ref``.
    market
        The providers.
    ground
        Distances from homes to the providers' anchors.
    rng
        Source of all draws.
    """
    by_number = {person.number: person for person in people}
    of_site: dict[str, str] = {}
    for person in people:
        if person.state == "waiting" or person.provider_ref is not None:
            continue
        both = [person] if person.partner is None else [person, by_number[person.partner]]
        able = [one for one in market if all(may_serve(one, p) for p in both)]
        known = of_site.get(person.site_ref or "")
        chosen = next((one for one in able if one.ref == known), None) or _draw(person, able, ground, rng)
        for p in both:
            if chosen is None:
                p.state, p.stay = "waiting", None
            else:
                p.provider_ref = chosen.ref
        if chosen is not None and person.site_ref is not None:
            of_site.setdefault(person.site_ref, chosen.ref)


def may_serve(one: Contractor, person: Person) -> bool:
    """Whether a provider's contract and skills cover a person.

    Parameters
    ----------
    one
        The provider.
    person
        The person.

    Returns
    -------
    covered
        Zone, lot, status, skills, stated needs and exclusions all agree.
    """
    return (
        one.serves(person.zone)
        and person.lot in one.lots
        and all(skill in one.skills for skill in person.skills)
        and (person.gender is None or person.gender in one.genders)
        and (person.language is None or person.language in one.languages)
        and one.ref not in person.excluded
    )


def _draw(person: Person, able: list[Contractor], ground: Ground, rng: np.random.Generator) -> Contractor | None:
    """Draw the tier by its share of the live hours, then a provider by size and nearness."""
    if not able:
        return None
    x, y = ground.home_x_m[person.address], ground.home_y_m[person.address]
    pulls: dict[str, list[tuple[Contractor, float]]] = {}
    for one in able:
        pull = one.weight
        anchors = one.anchors.get(person.zone, ())
        if anchors:
            pull *= max(float(np.exp(-np.hypot(ground.x_m[a] - x, ground.y_m[a] - y) / CLUSTER_M)) for a in anchors)
        pulls.setdefault(one.tier.role, []).append((one, pull + 1e-12))
    role = pick(rng, [(role, found[0][0].tier.live_share) for role, found in pulls.items()])
    return pick(rng, pulls[role])


def dates_of_terms(week: date) -> tuple[date, date, date]:
    """Find the first Mondays of the financial years around a week: before, current, next.

    Parameters
    ----------
    week
        Monday of the planned week.

    Returns
    -------
    aprils
        1 April of the year before, of the current and of the next financial year.
    """
    year = week.year if week >= date(week.year, 4, 1) else week.year - 1
    return date(year - 1, 4, 1), date(year, 4, 1), date(year + 1, 4, 1)


def make_contracts(
    profile: Profile,
    market: list[Contractor],
    people: list[Person],
    zones: int,
    hard: tuple[int, ...],
    week: date,
    rng: np.random.Generator,
) -> tuple[Contract, ...]:
    """Write contracts whose hours fit the world: obligations nearly full, guarantees nearly used.

    Parameters
    ----------
    profile
        The contract model.
    market
        The providers.
    people
        All people, the served ones assigned.
    zones
        Number of zones.
    hard
        Zones hard to recruit in.
    week
        Monday of the planned week.
    rng
        Source of all draws.

    Returns
    -------
    contracts
        One per provider, zone and procedure.
    """
    hours = _hours(people)
    rooms = {tier.role: _spread(tier.obligation_room, zones, rng) for tier in profile.tiers}
    enhanced = sorted(range(zones))[: profile.enhanced_zones]
    out: list[Contract] = []
    ranks: dict[tuple[str, int], int] = {}
    order = rng.permutation(len(market))  # ranks are by tender result, not by reference
    for k in order:
        for zone in market[int(k)].zones:
            role = market[int(k)].tier.role
            ranks[role, zone] = ranks.get((role, zone), 0) + 1
            out += _contracts_of(
                market[int(k)], zone, ranks[role, zone], profile, hours, float(rooms[role][zone]),
                zone in hard, zone in enhanced, week, rng,
            )  # fmt: skip
    return tuple(sorted(out, key=lambda contract: contract.contract_ref))


def _hours(people: list[Person]) -> dict[tuple[str, int, Lot], float]:
    """Sum carer-hours that count to caps by provider (empty: waiting), zone and lot."""
    out: dict[tuple[str, int, Lot], float] = {}
    for person in people:
        if person.funding not in ("direct_payment", "self_funded"):
            key = (person.provider_ref or "", person.zone, person.lot)
            out[key] = out.get(key, 0.0) + person.hours()
    return out


def _spread(room: tuple[float, float] | None, zones: int, rng: np.random.Generator) -> np.ndarray:
    """Deal even steps between two bounds to the zones, so that some are nearly full and some are not."""
    low, high = room or (0.0, 0.0)
    return np.linspace(low, high, zones)[rng.permutation(zones)]


def _contracts_of(
    one: Contractor, zone: int, rank: int, profile: Profile, hours: dict[tuple[str, int, Lot], float], room: float,
    hard: bool, enhanced: bool, week: date, rng: np.random.Generator,
) -> list[Contract]:  # fmt: skip
    """Write a provider's contracts in a zone: one per call-off procedure that governs its lots."""
    tier = one.tier
    start, current, _ = dates_of_terms(week)
    starts, ends = start.replace(year=start.year - 1), start.replace(year=start.year + 4)
    if zone == one.no_contract_yet:
        starts = current.replace(year=current.year + 1)
    if zone == one.contract_ended:
        ends = current.replace(month=9, day=30)
    out: list[Contract] = []
    for procedure, lots in _governed(profile, one.lots, hard):
        first = not out
        live = sum(hours.get((one.ref, zone, lot), 0.0) for lot in lots)
        waiting = sum(hours.get(("", zone, lot), 0.0) for lot in lots) / max(1, tier.per_zone)
        obligation, guaranteed, most = _limits(tier, live, waiting, room, rng) if first else (None, None, None)
        out.append(
            Contract(
                contract_ref=f"con-{one.ref[5:]}-{zone + 1}" + ("" if first else f"-{procedure.key}"),
                provider_ref=one.ref,
                zone_ref=f"zone-{zone + 1}",
                lots=lots,
                role=tier.role,
                rank=rank if tier.rank_in_order else 1,
                procedure_ref=f"call-off-{procedure.key}",
                starts_on=starts,
                ends_on=ends,
                obligation_hours=obligation,
                max_hours=most,
                guaranteed_hours=guaranteed,
                rates=_rates(profile.pence_per_hour * tier.rate_percent / 100, week, enhanced, rng),
            )
        )
    return out


def _limits(
    tier: Tier, live: float, waiting: float, room: float, rng: np.random.Generator
) -> tuple[float | None, float | None, float | None]:
    """Fit obligation, guaranteed and maximum hours to the live and the waiting hours of a contract."""
    obligation = guaranteed = most = None
    if tier.obligation_room is not None:
        obligation = _up(live + room * waiting)
    if tier.guarantee_fill is not None:
        guaranteed = _up(live / rng.uniform(*tier.guarantee_fill))
        obligation = max(obligation or 0.0, guaranteed)
    if tier.max_room is not None and (tier.per_zone or rng.random() < 0.7):
        top = live + rng.uniform(*tier.max_room) * waiting / (1 if tier.per_zone else 4)
        most = max(_up(top), obligation or 0.0)
    return obligation, guaranteed, most


def _up(hours: float) -> float:
    return float(np.ceil(hours / 5) * 5)


def _governed(profile: Profile, lots: tuple[Lot, ...], hard: bool) -> list[tuple[Procedure, tuple[Lot, ...]]]:
    """Share a contract's lots among the procedures of a zone; the general procedure first."""
    here = [p for p in profile.procedures if p.ground == "all" or (p.ground == "hard") == hard]
    special = {lot: p for p in here for lot in p.lots}
    general = next(p for p in here if not p.lots)
    found: list[tuple[Procedure, tuple[Lot, ...]]] = []
    for procedure in [general, *(p for p in here if p.lots)]:
        governed = tuple(lot for lot in lots if special.get(lot, general) is procedure)
        if governed:
            found.append((procedure, governed))
    return found


def _rates(base: float, week: date, enhanced: bool, rng: np.random.Generator) -> tuple[Rate, ...]:
    """Write dated rates by visit length; an enhanced zone has a winter row that ends in April."""
    before, current, following = dates_of_terms(week)
    own = base * rng.uniform(0.97, 1.03)
    rows = [(before, LAST_APRIL_PERCENT), (current, 100)]
    if enhanced:
        rows += [(date(current.year, 11, 1), 109), (following, 100)]
    return tuple(
        Rate(
            from_date=day,
            visits_up_to_min=up_to,
            pence_per_hour=int(round(own * percent / 100 * length / 100 / 5) * 5),
        )
        for day, percent in rows
        for up_to, length in RATE_STEPS
    )


def make_procedures(profile: Profile, council: str, week: date) -> tuple[CallOffProcedure, ...]:
    """Write the published call-off procedures of the fictional council.

    Parameters
    ----------
    profile
        Steps of each procedure.
    council
        Name of the fictional council, the publisher.
    week
        Monday of the planned week: the version in force then.

    Returns
    -------
    procedures
        In the profile's order.
    """
    return tuple(
        CallOffProcedure(
            procedure_ref=f"call-off-{procedure.key}",
            document=f"{council}: {profile.document}",
            version=f"{dates_of_terms(week)[0].year}.2",
            clause=procedure.clause,
            steps=tuple(
                CallOffStep(
                    roles=step.roles, selection=step.selection, offers=step.offers, deadline_hours=step.deadline_hours
                )
                for step in procedure.steps
            ),
            mini_tender_above_pence_per_week=procedure.mini_tender_above_pence_per_week,
            beyond_obligation=procedure.beyond_obligation,
        )
        for procedure in profile.procedures
    )


def record_history(people: list[Person], market: list[Contractor], week: date, rng: np.random.Generator) -> None:
    """Give waiting people exclusions, former providers and answers recorded before the planned week.

    Parameters
    ----------
    people
        All people; waiting ones are changed.
    market
        The providers.
    week
        Monday of the planned week.
    rng
        Source of all draws.
    """
    for person in people:
        if person.state != "waiting" or person.dates is None:
            continue
        here = [one for one in market if one.serves(person.zone) and person.lot in one.lots]
        if not here or person.partner is not None:
            continue
        draw, other = rng.random(), here[int(rng.integers(len(here)))].ref
        if draw < 0.06:
            person.excluded = (other,)
        elif draw < 0.14 and person.waits_in == "hospital":
            person.change, person.former_ref = "hospital_return", other
        elif draw < 0.18:
            person.change, person.former_ref = "hand_back", other
        elif draw < 0.20:
            person.change, person.former_ref, person.excluded = "provider_change", other, (other,)
        waited = (week - person.dates.referred).days
        if waited >= 6 and rng.random() < 0.4:
            _record_answers(person, here, waited, week, rng)


def _record_answers(person: Person, here: list[Contractor], waited: int, week: date, rng: np.random.Generator) -> None:
    first = sorted(here, key=lambda one: not one.tier.per_zone)
    for one in first[: int(rng.integers(1, 4))]:
        if one.ref == person.former_ref:
            continue
        answer = pick(rng, (("declined", 0.75), ("no_answer", 0.2), ("person_declined", 0.05)))
        person.answers.append(
            {
                "provider_ref": one.ref,
                "answer": answer,
                "code": DECLINES[int(rng.integers(len(DECLINES)))] if answer == "declined" else "",
                "on": week - timedelta(days=int(rng.integers(1, waited))),
            }
        )
