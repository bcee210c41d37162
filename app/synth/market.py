"""The providers of a fictional council, by the tiers of its contract model."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from app.formats.council import Lot, Provider, Shift, ShiftPattern
from app.synth.draws import pick
from app.synth.ground import Ground
from app.synth.profiles import Profile, Tier

FIRST = (
    "Larkfield", "Millbrook", "Ashdene", "Copperbeech", "Harbourlight", "Kestrel", "Linden", "Meadowsweet", "Northgate",
    "Orchard", "Pennywell", "Quayside", "Rowan", "Saltmarsh", "Teasel", "Underhill", "Vale", "Wheatley", "Yarrow",
    "Brambling", "Cloverley", "Dovecote", "Elderflower", "Fernhill", "Greenlane", "Hawthorn", "Ivybridge", "Juniper",
)  # fmt: skip
LAST = ("Homecare", "Care at Home", "Support", "Community Care")
SKILLS = ("hoist", "dementia", "catheter", "stoma", "insulin", "peg_feeding")
SKILL_COMMON = {"hoist": 0.95, "dementia": 0.92, "catheter": 0.8, "stoma": 0.65, "insulin": 0.75, "peg_feeding": 0.4}
LANGUAGES = ("pa", "ur", "pl", "bsl")
PATTERNS = (
    ShiftPattern(
        pattern_ref="standard",
        shifts=(
            Shift(shift_ref="early", label="Early", start="07:00", end="14:30"),
            Shift(shift_ref="late", label="Late", start="15:30", end="22:30"),
        ),
    ),
    ShiftPattern(
        pattern_ref="long-early",
        shifts=(
            Shift(shift_ref="long-early", label="Long early", start="07:00", end="15:00"),
            Shift(shift_ref="long-late", label="Late", start="15:30", end="22:30"),
        ),
    ),
)


@dataclass(slots=True, kw_only=True)
class Contractor:
    """A provider while the council is being made.

    Parameters
    ----------
    ref, name
        Its reference and fictional name.
    tier
        The tier of the contract model it belongs to.
    zones
        Zones it has a contract in.
    lots
        Lots of its contracts.
    weight
        Its size against others of its tier.
    anchors
        For each zone the areas around which its people live; empty: all over the zone.
    status
        Whether it works at present.
    no_contract_yet, contract_ended
        Zones in which its contract is not in force in the planned week.
    """

    ref: str
    name: str
    tier: Tier
    zones: tuple[int, ...]
    lots: tuple[Lot, ...]
    weight: float
    skills: tuple[str, ...]
    genders: tuple[str, ...]
    languages: tuple[str, ...]
    growth_hours: int | None
    rating: str | None
    pattern_ref: str
    anchors: dict[int, tuple[int, ...]] = field(default_factory=dict)
    status: str = "working"
    no_contract_yet: int | None = None
    contract_ended: int | None = None
    sub_contractor_refs: tuple[str, ...] = ()

    def serves(self, zone: int) -> bool:
        """Whether it works and its contract in a zone is in force.

        Parameters
        ----------
        zone
            Number of the zone.

        Returns
        -------
        in_force
            True when it may serve people there.
        """
        in_force = zone in self.zones and zone not in (self.no_contract_yet, self.contract_ended)
        return in_force and self.status == "working"

    def provider(self) -> Provider:
        """Write it as the council file has it."""
        return Provider.model_validate(
            {
                "provider_ref": self.ref,
                "name": self.name,
                "cqc_provider_id": f"FICTIONAL-P-{self.ref[-2:]}",
                "cqc_location_id": f"FICTIONAL-L-{self.ref[-2:]}",
                "registration": "deregistered" if self.status == "deregistered" else "registered",
                "dormant": self.status == "dormant",
                "active": self.status != "inactive",
                "rating": self.rating,
                "skills": self.skills,
                "carer_genders": self.genders,
                "languages": self.languages,
                "pattern_ref": self.pattern_ref,
                "growth_limit_hours": self.growth_hours,
                "sub_contractor_refs": self.sub_contractor_refs,
            }
        )


def make_market(
    profile: Profile, ground: Ground, zone_areas: list[list[int]], hard: tuple[int, ...], scale: float,
    rng: np.random.Generator,
) -> list[Contractor]:  # fmt: skip
    """Draw the providers of every tier.

    Parameters
    ----------
    profile
        The contract model.
    ground
        Where older people live: providers' people cluster around populous areas.
    zone_areas
        For each zone its areas.
    hard
        Zones that are hard to recruit in.
    scale
        Size against the profile; thins out tiers that cover several zones.
    rng
        Source of all draws.

    Returns
    -------
    market
        Providers in the order of the tiers.
    """
    names = [f"{FIRST[int(i) % len(FIRST)]} {LAST[int(i) // len(FIRST)]}" for i in rng.permutation(len(FIRST) * 4)]
    market: list[Contractor] = []
    for tier in profile.tiers:
        reach = _reach(tier, profile, len(zone_areas), hard, scale, rng)
        for k, zones in enumerate(reach):
            lots = tier.lots + (tier.extra_lots if k % 2 == 0 else ())
            market.append(_contractor(len(market), names[len(market)], tier, zones, lots, rng))
    for one in market:
        if one.tier.providers:
            one.anchors = {zone: _anchors(ground, zone_areas[zone], rng) for zone in one.zones}
    _mark_statuses(market, profile)
    _mark_contracts(market)
    _link_sub_contractors(market, profile)
    return market


def _reach(
    tier: Tier, profile: Profile, zones: int, hard: tuple[int, ...], scale: float, rng: np.random.Generator
) -> list[tuple[int, ...]]:
    """Zones of each provider of a tier."""
    ground = [z for z in range(zones) if tier.ground == "all" or (z in hard) == (tier.ground == "hard")]
    if tier.per_zone:
        return [(z,) for z in ground for _ in range(tier.per_zone)]
    count = max(tier.least_providers, round(tier.providers * scale))
    if tier.role == "framework":
        count += profile.departed
    low, high = (min(n, len(ground)) for n in tier.zones_each)
    out: list[tuple[int, ...]] = []
    for k in range(count):
        wanted = int(rng.integers(low, high + 1))
        first = ground[k % len(ground)]  # every zone gets its share of providers
        others = [z for z in ground if z != first]
        more = rng.permutation(len(others))[: wanted - 1]
        out.append(tuple(sorted([first, *(others[int(i)] for i in more)])))
    return out


def _contractor(
    number: int, name: str, tier: Tier, zones: tuple[int, ...], lots: tuple[Lot, ...], rng: np.random.Generator
) -> Contractor:
    lead = tier.per_zone > 0
    draws = rng.random(len(SKILLS))
    skills = tuple(s for s, d in zip(SKILLS, draws, strict=True) if d < (0.97 if lead else SKILL_COMMON[s]))
    spoken = rng.random(len(LANGUAGES))
    growth = tier.growth_hours
    return Contractor(
        ref=f"prov-{number + 1:02d}",
        name=f"{name} (fictional)",
        tier=tier,
        zones=zones,
        lots=lots,
        weight=1.0 if lead else float(np.exp(rng.normal(0.0, 0.9))),
        skills=skills,
        genders=("female", "male") if lead or rng.random() < 0.75 else ("female",),
        languages=tuple(s for s, d in zip(LANGUAGES, spoken, strict=True) if d < (0.6 if lead else 0.2)),
        growth_hours=None if growth is None else int(rng.integers(growth[0], growth[1] + 1)),
        rating=pick(
            rng,
            ((None, 0.08), ("outstanding", 0.06), ("good", 0.66), ("requires_improvement", 0.18), ("inadequate", 0.02)),
        ),
        pattern_ref="standard" if lead or rng.random() < 0.8 else "long-early",
    )


def _anchors(ground: Ground, areas: list[int], rng: np.random.Generator) -> tuple[int, ...]:
    weight = ground.older_people[areas] + 1e-9
    count = min(len(areas), int(rng.integers(1, 3)))
    return tuple(sorted(int(a) for a in rng.choice(areas, size=count, replace=False, p=weight / weight.sum())))


def _mark_statuses(market: list[Contractor], profile: Profile) -> None:
    """Let the last framework providers be deregistered, dormant and inactive."""
    framework = [one for one in market if one.tier.role == "framework"]
    # In a scaled-down council at most half of the framework is away.
    inactive = max(1, min(profile.inactive, len(framework) // 2 - 2))
    away = ["deregistered", "dormant", *["inactive"] * inactive]
    for one, status in zip(framework[::-1], away, strict=False):
        one.status = status


def _mark_contracts(market: list[Contractor]) -> None:
    """Let one contract start later and one be over already, where the provider has others left."""
    several = [one for one in market if one.status == "working" and len(one.zones) > 1]
    several.sort(key=lambda one: one.tier.role != "framework")
    if several:
        several[0].no_contract_yet = several[0].zones[-1]
    if len(several) > 1:
        several[1].contract_ended = several[1].zones[-1]


def _link_sub_contractors(market: list[Contractor], profile: Profile) -> None:
    """Leeds: secondary providers work as directed by the lead (LE 3.6.2)."""
    if profile.name != "leeds":
        return
    for one in market:
        if one.tier.role == "primary":
            zone = one.zones[0]
            below = [s.ref for s in market if s.tier.role == "framework" and s.serves(zone)]
            one.sub_contractor_refs = tuple(below[:3])
