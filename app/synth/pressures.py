"""Embargoes and capacity returns of the planned week."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from app.formats.council import CapacityReturn, Embargo, Zone
from app.synth.market import PATTERNS, Contractor

OLD_RETURNS_SHARE = 0.12  # returns older than the seven days they are good for [assumption]


def make_embargoes(market: list[Contractor], week: date, rng: np.random.Generator) -> tuple[Embargo, ...]:
    """Stop new work for two providers: one by the regulator's conditions, one by the council in one zone.

    Parameters
    ----------
    market
        The providers.
    week
        Monday of the planned week.
    rng
        Source of all draws.

    Returns
    -------
    embargoes
        One or two.
    """
    framework = [one for one in market if one.tier.role == "framework" and one.status == "working"]
    leads = [one for one in market if one.tier.per_zone]
    stopped = framework[int(rng.integers(len(framework)))]
    paused = leads[int(rng.integers(len(leads)))]
    return (
        Embargo(
            embargo_ref="embargo-1",
            provider_ref=stopped.ref,
            source="cqc",
            starts_on=week - timedelta(days=24),
            review_on=week + timedelta(days=18),
            new="blocked",
            increases="case_by_case",
            hospital_returns="allowed",
            conditions="The registered person must not take on any new person without the prior written agreement "
            "of the regulator. (fictional)",
            recorded_by="contracts team",
        ),
        Embargo(
            embargo_ref="embargo-2",
            provider_ref=paused.ref,
            zone_ref=f"zone-{paused.zones[0] + 1}",
            source=("council", "voluntary")[int(rng.integers(2))],
            starts_on=week - timedelta(days=5),
            review_on=week + timedelta(days=9),
            new="case_by_case",
            increases="allowed",
            hospital_returns="allowed",
            weekly_intake_limit_hours=20.0,
            evidence_confidential=True,
            recorded_by="contracts team",
        ),
    )


def make_returns(
    market: list[Contractor], zones: tuple[Zone, ...], share: float, week: date, rng: np.random.Generator
) -> tuple[CapacityReturn, ...]:
    """Let providers state what they can still take in their patches and shifts.

    Parameters
    ----------
    market
        The providers.
    zones
        Zones with their patches.
    share
        Part of the providers that make returns.
    week
        Monday of the planned week.
    rng
        Source of all draws.

    Returns
    -------
    returns
        Most of them fresh, some older than they are good for; one stated band in ten is missing.
    """
    shifts = {pattern.pattern_ref: [s.shift_ref for s in pattern.shifts] for pattern in PATTERNS}
    working = [one for one in market if one.status == "working"]
    stating = sorted(int(i) for i in rng.permutation(len(working))[: round(len(working) * share)])
    out: list[CapacityReturn] = []
    one_old_in, first_old = round(1 / OLD_RETURNS_SHARE), int(rng.integers(min(len(stating), 3))) if stating else 0
    for place, one in enumerate(working[i] for i in stating):
        old = place % one_old_in == first_old
        for zone in (z for z in one.zones if one.serves(z)):
            for patch in zones[zone].patches:
                for shift in shifts[one.pattern_ref]:
                    if rng.random() < 0.9:
                        out.append(_stated(len(out) + 1, one, patch.patch_ref, shift, old, week, rng))
    return tuple(out)


def _stated(
    number: int, one: Contractor, patch_ref: str, shift_ref: str, old: bool, week: date, rng: np.random.Generator
) -> CapacityReturn:
    lead = one.tier.per_zone > 0
    carers = int(rng.integers(1, 6)) if lead else int(rng.choice([0, 0, 1, 1, 2, 3]))
    pairs = int(rng.integers(0, 3)) if lead else int(rng.random() < 0.3)
    made = week - timedelta(days=int(rng.integers(9, 24)) if old else int(rng.integers(0, 6)))
    return CapacityReturn(
        return_ref=f"return-{number:04d}",
        provider_ref=one.ref,
        patch_ref=patch_ref,
        shift_ref=shift_ref,
        days=("mon", "tue", "wed", "thu", "fri") if rng.random() < 0.1 else
        ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        hours=float((carers + 2 * pairs) * int(rng.integers(12, 31))),
        carers=carers,
        pairs=pairs,
        skills=one.skills,
        carer_genders=one.genders,
        languages=one.languages,
        modes=("walk",) if not lead and rng.random() < 0.15 else ("walk", "drive"),
        valid_from=made,
        valid_to=week + timedelta(days=6),
        stated_by="provider portal" if rng.random() < 0.7 else "telephone, broker on duty",
    )  # fmt: skip
