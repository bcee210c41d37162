"""From the contracts' side of a council file to the engine's: providers, contracts, embargoes, capacity returns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from app.formats import council as cf
from app.formats.council import CouncilFile
from app.formats.times import minutes
from app.visits import carer_min
from solver import problem as sp
from solver.facts import UNLIMITED
from solver.pairs import contract_carrying
from solver.problem import NOWHERE
from solver.rule import ceil_to

DAY_S = 86_400


class Index(NamedTuple):
    """Where each ref of a council file stands in its collection."""

    providers: dict[str, int]
    contracts: dict[str, int]
    zones: dict[str, int]
    patches: dict[str, int]
    shifts: dict[str, int]
    patterns: dict[str, int]
    procedures: dict[str, int]
    homes: dict[str, int]
    packages: dict[str, int]
    patch_of_area: dict[str, int]
    zone_of_patch: list[int]


def index_of(council: CouncilFile) -> Index:
    """Number the refs of a council file.

    Parameters
    ----------
    council
        A checked council file.

    Returns
    -------
    Index
        Ref to position.
    """
    patches = [(z, patch) for z, zone in enumerate(council.zones) for patch in zone.patches]
    return Index(
        providers={one.provider_ref: i for i, one in enumerate(council.providers)},
        contracts={one.contract_ref: i for i, one in enumerate(council.contracts)},
        zones={one.zone_ref: i for i, one in enumerate(council.zones)},
        patches={patch.patch_ref: i for i, (_, patch) in enumerate(patches)},
        shifts={
            ref: i for i, ref in enumerate(shift.shift_ref for one in council.shift_patterns for shift in one.shifts)
        },
        patterns={one.pattern_ref: i for i, one in enumerate(council.shift_patterns)},
        procedures={one.procedure_ref: i for i, one in enumerate(council.call_off_procedures)},
        homes={one.home_ref: i for i, one in enumerate(council.homes)},
        packages={one.package_ref: i for i, one in enumerate(council.packages)},
        patch_of_area={area: i for i, (_, patch) in enumerate(patches) for area in patch.area_refs},
        zone_of_patch=[z for z, _ in patches],
    )


def minutes_of(hours: float | None, default: int = UNLIMITED) -> int:
    """Turn carer-hours of the file into whole carer-minutes.

    Parameters
    ----------
    hours
        Carer-hours a week, or None.
    default
        What None stands for.

    Returns
    -------
    int
        Carer-minutes.
    """
    return default if hours is None else round(hours * 60)


def shift_of(pattern: int, shift: cf.Shift) -> sp.Shift:
    """State a shift.

    Parameters
    ----------
    pattern
        Id of its pattern.
    shift
        Of the council file.

    Returns
    -------
    Shift
        In seconds; one that ends at or before its start ends on the next day.
    """
    start, end = 60 * minutes(shift.start), 60 * minutes(shift.end)
    return sp.Shift(ref=shift.shift_ref, pattern=pattern, start_s=start, end_s=end if end > start else end + DAY_S)


def providers_of(council: CouncilFile, index: Index) -> tuple[sp.Provider, ...]:
    """State the providers.

    Parameters
    ----------
    council, index
        The file, and its refs by position.

    Returns
    -------
    tuple of Provider
        With what started in the six days before the week.
    """
    started: dict[str, int] = defaultdict(int)
    week = council.week.starts_on
    for package in council.packages:
        began = package.dates.actual_start
        recent = began is not None and timedelta(0) < week - began < timedelta(7)
        if package.provider_ref and recent and package.change != "hospital_return":
            started[package.provider_ref] += carer_min(package, council)
    barred = set(council.parameters.rating_policy_bars)
    return tuple(
        sp.Provider(
            ref=one.provider_ref,
            pattern=index.patterns[one.pattern_ref],
            registered=one.registration == "registered",
            dormant=one.dormant,
            active=one.active,
            rating_barred=one.rating in barred,
            skills=frozenset(one.skills),
            genders=frozenset(one.carer_genders),
            languages=frozenset(one.languages),
            growth_limit_min=minutes_of(one.growth_limit_hours),
            started_min=started[one.provider_ref],
            modes=one.modes,
        )
        for one in council.providers
    )


def patches_of(council: CouncilFile) -> tuple[sp.Patch, ...]:
    """State the patches, with the price of driven rounds where one is in force.

    Parameters
    ----------
    council
        The file.

    Returns
    -------
    tuple of Patch
        In the order of zones. The price is that of the planned Monday, and none where the service ends in the week.
    """
    return tuple(
        sp.Patch(ref=patch.patch_ref, zone=z, driven=_driven_price(council, patch.patch_ref))
        for z, zone in enumerate(council.zones)
        for patch in zone.patches
    )


def _driven_price(council: CouncilFile, patch_ref: str) -> tuple[int, int] | None:
    here = [one for one in council.driven_services if one.patch_ref == patch_ref]
    week = [council.week.starts_on + timedelta(day) for day in range(7)]
    held = [
        next((one for one in here if one.starts_on <= day and (one.ends_on is None or one.ends_on >= day)), None)
        for day in week
    ]
    first = held[0]
    if first is None or None in held:
        return None
    driver_s = ceil_to(60 * first.driver_paid_min, first.carers_per_driver)
    return 60 * first.round_start_min + driver_s, first.minute_percent


def procedure_of(one: cf.CallOffProcedure) -> sp.Procedure:
    """State a call-off procedure.

    Parameters
    ----------
    one
        Of the council file.

    Returns
    -------
    Procedure
        Roles in order.
    """
    threshold = one.mini_tender_above_pence_per_week
    return sp.Procedure(
        ref=one.procedure_ref,
        steps=tuple((frozenset(step.roles), _selection(step)) for step in one.steps),
        specialists_by_need=one.specialists == "by_need",
        tender_above_pence=UNLIMITED if threshold is None else threshold,
    )


def _selection(step: cf.CallOffStep) -> str:
    return f"fair_{step.rotation_counts}" if step.selection == "fair_rotation" else step.selection


def _account(contract: cf.Contract, procedures: dict[str, cf.CallOffProcedure]) -> int:
    account = contract.rotation_account
    steps = procedures[contract.procedure_ref].steps
    step = next((one for one in steps if contract.role in one.roles), None)
    if account is None or step is None:
        return 0
    return minutes_of(account.hours, 0) if step.rotation_counts == "hours" else account.offers or 0


def contracts_of(council: CouncilFile, index: Index, packages: Sequence[sp.Package]) -> tuple[sp.Contract, ...]:
    """State the contracts.

    Parameters
    ----------
    council, index
        The file, and its refs by position.
    packages
        Live ones load the contract that carries them.

    Returns
    -------
    tuple of Contract
        With caps as the batch keeps them.
    """
    procedures = {one.procedure_ref: one for one in council.call_off_procedures}
    asked_beyond = {one.procedure_ref: one.beyond_obligation == "asked" for one in council.call_off_procedures}
    plain = [
        sp.Contract(
            ref=one.contract_ref,
            provider=index.providers[one.provider_ref],
            zone=index.zones[one.zone_ref],
            lots=frozenset(one.lots),
            role=one.role,
            rank=one.rank,
            procedure=index.procedures[one.procedure_ref],
            starts_on=one.starts_on.toordinal(),
            ends_on=one.ends_on.toordinal() if one.ends_on else None,
            cap_min=_cap(one, asked_beyond[one.procedure_ref])[0],
            cap_fields=_cap(one, asked_beyond[one.procedure_ref])[1],
            guaranteed_min=minutes_of(one.guaranteed_hours, 0),
            rates=tuple((rate.from_date.toordinal(), rate.visits_up_to_min, rate.pence_per_hour) for rate in one.rates),
            account=_account(one, procedures),
        )
        for one in council.contracts
    ]
    live: dict[int, int] = defaultdict(int)
    for package in packages:
        if package.state in ("live", "held"):
            contract = contract_carrying(plain, package, council.week.starts_on.toordinal())
            if contract != NOWHERE:
                live[contract] += package.counted_min
    return tuple(replace(one, live_min=live[i]) for i, one in enumerate(plain))


def _cap(one: cf.Contract, asked_beyond: bool) -> tuple[int, tuple[str, ...]]:
    limits = {"max_hours": minutes_of(one.max_hours)}
    if not asked_beyond:
        limits["obligation_hours"] = minutes_of(one.obligation_hours)
    cap = min(limits.values())
    return cap, tuple(field for field, limit in limits.items() if limit == cap)


def embargoes_of(council: CouncilFile, index: Index) -> tuple[sp.Embargo, ...]:
    """State the embargoes.

    Parameters
    ----------
    council, index
        The file, and its refs by position.

    Returns
    -------
    tuple of Embargo
        Those in force in the planned week.
    """
    week = council.week.starts_on
    return tuple(
        sp.Embargo(
            ref=one.embargo_ref,
            provider=index.providers[one.provider_ref],
            zone=index.zones[one.zone_ref] if one.zone_ref else None,
            lot=one.lot,
            blocks=frozenset(
                kind for kind in ("new", "increases", "hospital_returns") if getattr(one, kind) == "blocked"
            ),
            intake_limit_min=minutes_of(one.weekly_intake_limit_hours),
        )
        for one in council.embargoes
        if one.starts_on <= week + timedelta(6) and (one.ends_on is None or one.ends_on >= week)
    )


def returns_of(council: CouncilFile, index: Index) -> tuple[sp.CapacityReturn, ...]:
    """State the capacity returns.

    Parameters
    ----------
    council, index
        The file, and its refs by position.

    Returns
    -------
    tuple of CapacityReturn
        The fresh ones; anything older is unknown, not zero.
    """
    week, oldest = council.week.starts_on, timedelta(council.parameters.capacity_return_valid_days)
    return tuple(
        sp.CapacityReturn(
            ref=one.return_ref,
            provider=index.providers[one.provider_ref],
            patch=index.patches[one.patch_ref],
            shift=index.shifts[one.shift_ref],
            minutes=minutes_of(one.hours),
            carers=one.carers,
            pairs=one.pairs,
        )
        for one in council.capacity_returns
        if one.valid_from <= week + timedelta(6) and one.valid_to >= week and week - one.valid_from <= oldest
    )
