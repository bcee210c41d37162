"""The terms of a fictional council: contracts whose hours fit its world, rates, published procedures."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from app.formats.council import CallOffProcedure, CallOffStep, Contract, Lot, Rate
from app.synth.market import Contractor
from app.synth.people import Person
from app.synth.profiles import Procedure, Profile, Tier

RATE_STEPS = ((29, 118), (44, 106), (59, 102), (1440, 100))  # visits up to so many minutes, per cent [assumption]
LAST_APRIL_PERCENT = 96  # rate before the last uplift: 12.21 / 12.71, the National Living Wage [D]


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


def _spread(room: tuple[float, float] | None, zones: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
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
