"""The five built-in council profiles: contract model and published size of each.

Every number says where it is from: ``SH`` Sheffield 2017, ``BR`` Bradford 2022, ``RO`` Rotherham 2019,
``LE`` Leeds 2014, ``ME`` Merton 2022 with the paragraph, ``[D]`` arithmetic on a report's figures, or
``[assumption]``. ``docs/profiles.md`` holds the same as a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.formats.council import Lot, Role

ProfileName = Literal["sheffield", "bradford", "rotherham", "leeds", "merton"]
ZonesBy = Literal["west_to_east", "population", "pcn"]
Ground = Literal["all", "hard", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One kind of contract in a council's model.

    Parameters
    ----------
    role
        The contract's role in the call-off order.
    per_zone
        Providers appointed to each zone of ``ground``; 0 when they cover several zones.
    providers
        Providers that cover several zones; 0 when appointed per zone.
    least_providers
        Fewest of them in a scaled-down council.
    zones_each
        Fewest and most zones such a provider covers.
    ground
        Zones the tier works in: all, the hard-to-recruit ones, or the others.
    lots
        Lots its contracts cover.
    extra_lots
        Lots that about half of its providers cover besides.
    live_share
        Part of the live hours that it carries where its lots allow.
    obligation_room
        Fewest and most part of a zone's waiting hours that still fit under the obligation hours; absent when
        the contract has no obligation.
    guarantee_fill
        Least and most live hours per guaranteed hour; absent when nothing is guaranteed.
    max_room
        Part of the waiting hours that fit under the maximum hours; absent when there is no maximum.
    growth_hours
        Least and most growth limit in hours of new work in seven days; absent when there is none.
    rank_in_order
        Whether ranks are by tender result (1, 2, 3 …) or all the same, for rotation.
    rate_percent
        Hourly rate in per cent of the profile's.
    """

    role: Role
    per_zone: int = 0
    providers: int = 0
    least_providers: int = 0
    zones_each: tuple[int, int] = (1, 1)
    ground: Ground = "all"
    lots: tuple[Lot, ...] = ("older_people",)
    extra_lots: tuple[Lot, ...] = ()
    live_share: float = 0.0
    obligation_room: tuple[float, float] | None = None
    guarantee_fill: tuple[float, float] | None = None
    max_room: tuple[float, float] | None = None
    growth_hours: tuple[int, int] | None = None
    rank_in_order: bool = False
    rate_percent: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Roles asked together in a call-off procedure."""

    roles: tuple[Role, ...]
    selection: Literal["rank", "rotation"]
    offers: Literal["sequential", "simultaneous"] = "sequential"
    deadline_hours: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A published call-off procedure and the zones and lots it governs.

    Parameters
    ----------
    key
        Last part of its reference.
    clause
        Clause of the fictional council's published procedure.
    steps
        Who is asked, in order.
    ground
        Zones it governs.
    lots
        Lots it governs; empty for all that no other procedure names.
    mini_tender_above_pence_per_week
        Weekly price above which a mini-tender is held.
    beyond_obligation
        Whether a provider is asked beyond its obligation hours.
    """

    key: str
    clause: str
    steps: tuple[Step, ...]
    ground: Ground = "all"
    lots: tuple[Lot, ...] = ()
    mini_tender_above_pence_per_week: int | None = None
    beyond_obligation: Literal["asked", "passed"] = "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A council's contract model and size.

    Parameters
    ----------
    name
        The report's council, as the command line names it.
    model
        One sentence on the contract model.
    document
        Title of the fictional council's own published procedure.
    people, hours_per_week
        Size at scale 1; hours are carer-hours (30 minutes with two carers are one hour).
    double_share
        Part of the people with two carers at some visits.
    zone_names
        One name per zone; empty names are given by the compass.
    zones_by
        How areas are grouped into zones.
    patches_per_zone
        Neighbourhoods in each zone at scale 1.
    hard_zones
        How many zones, counted from the south-west, are hard to recruit in.
    live_share
        Part of the people who are served (live or suspended); the rest wait.
    lots
        Lots with the part of the people in each.
    tiers, procedures
        The contract model.
    extra_care_homes
        Homes in each extra-care site at scale 1.
    inactive
        Framework providers that take no part at present.
    departed
        Framework providers on top of the counted ones, for those that left: one deregistered, one dormant, the
        inactive. Where 0 they are among the counted.
    pence_per_hour
        Rate for an hour of contact in the planned year.
    enhanced_zones
        Zones with a dated winter enhancement of the rate.
    """

    name: ProfileName
    model: str
    document: str
    people: int
    hours_per_week: float
    double_share: float = 0.27
    zone_names: tuple[str, ...]
    zones_by: ZonesBy = "population"
    patches_per_zone: tuple[int, ...]
    hard_zones: int = 0
    live_share: float = 0.80
    lots: tuple[tuple[Lot, float], ...]
    tiers: tuple[Tier, ...]
    procedures: tuple[Procedure, ...]
    extra_care_homes: tuple[int, ...]
    inactive: int = 1
    departed: int = 0
    pence_per_hour: int
    enhanced_zones: int = 0


GENERAL: tuple[Lot, ...] = ("older_people", "mental_health", "learning_disability")

SHEFFIELD = Profile(
    name="sheffield",
    model=(
        "Block contracts in the hard-to-recruit south-west; elsewhere a primary provider per area up to its stated "
        "hours, and a framework for what primaries cannot take."
    ),
    document="Home Care Contracts: Call-off Procedure",
    people=2000,  # [assumption]: the report gives no number
    hours_per_week=25_000,  # [assumption]: 12.5 h a person, the national range 9-15
    zone_names=("", "", "", "", "", "", "", ""),  # 8 areas [assumption]
    patches_per_zone=(2,) * 8,  # [assumption]
    hard_zones=2,  # SH, recommendation 3: "contract areas in south-west Sheffield"; two of them [assumption]
    live_share=0.77,  # waiting lists soared in 2016 (SH, introduction); the share [assumption]
    lots=(("older_people", 0.88), ("learning_disability", 0.06), ("mental_health", 0.06)),  # [assumption]
    tiers=(
        Tier(  # SH, recommendation 3: paid whether used or not
            role="block",
            per_zone=1,
            ground="hard",
            lots=GENERAL,
            live_share=0.80,
            obligation_room=(0.3, 0.6),
            guarantee_fill=(0.80, 0.95),
            rate_percent=108,
        ),
        Tier(  # SH, recommendation 3: "one or more primary providers", "only up to a specified number of hours"
            role="primary",
            per_zone=1,
            ground="other",
            lots=GENERAL,
            live_share=0.55,
            obligation_room=(0.15, 0.5),
        ),
        Tier(  # SH, recommendation 3: "at least 20 providers", rounds built "at a sensible pace"
            role="framework",
            providers=50,  # 20 or more; 50 for scale [assumption]
            least_providers=20,
            zones_each=(1, 4),
            lots=("older_people", "mental_health"),
            extra_lots=("learning_disability",),
            live_share=0.45,
            growth_hours=(15, 60),
            max_room=(0.05, 0.5),
            rate_percent=102,
        ),
    ),
    procedures=(
        Procedure(
            key="block",
            clause="4.1 Block contract areas",
            ground="hard",
            steps=(
                Step(roles=("block",), selection="rank", deadline_hours=4),
                Step(roles=("framework",), selection="rotation", offers="simultaneous", deadline_hours=24),
            ),
        ),
        Procedure(
            key="primary",
            clause="4.2 Primary provider areas",
            ground="other",
            steps=(
                Step(roles=("primary",), selection="rank", deadline_hours=4),
                Step(roles=("framework",), selection="rotation", offers="simultaneous", deadline_hours=24),
            ),
        ),
    ),
    extra_care_homes=(36,),  # [assumption]
    pence_per_hour=2380,  # [assumption]: a "cost of care" fee, higher where travel is longer (SH, recommendation 3)
)

BRADFORD = Profile(
    name="bradford",
    model=(
        "Five areas of small localities whose packages can be walked; locality providers first, then the framework; "
        "short-term and reablement pathways as lots of their own."
    ),
    document="Home Support Locality Contracts: Ordering Guide",
    people=1600,  # [assumption]: the report gives no number
    hours_per_week=19_200,  # [assumption]: 12 h a person
    zone_names=("", "", "", "", ""),  # five areas [assumption]; BR 3.1.1 names Bradford South, BR 3.1.1 Wharfedale
    zones_by="pcn",  # BR 3.2.2 area teams, BR 3.3.2 hubs on the PCN footprint
    patches_per_zone=(3, 3, 3, 3, 3),  # "small geographical localities" (BR 7.3); the number [assumption]
    lots=(  # BR 3.1.7 short-term packages, BR 6 reablement pathways; shares [assumption]
        ("older_people", 0.80),
        ("short_term", 0.10),
        ("reablement", 0.04),
        ("mental_health", 0.06),
    ),
    tiers=(
        Tier(  # BR 3.1.7 "Locality or ISF providers"
            role="primary",
            per_zone=2,
            lots=("older_people", "mental_health"),
            extra_lots=("short_term",),
            live_share=0.60,
            obligation_room=(0.15, 0.35),
            growth_hours=(60, 120),
            rank_in_order=True,
        ),
        Tier(
            role="framework",
            providers=14,  # [assumption]
            least_providers=6,
            zones_each=(1, 3),
            lots=("older_people", "mental_health"),
            extra_lots=("short_term", "reablement"),
            live_share=0.40,
            growth_hours=(15, 45),
            max_room=(0.1, 0.6),
        ),
        Tier(  # BR 3.1.7: STEP, the short-term pathway with its own rate
            role="specialist",
            providers=4,  # [assumption]
            least_providers=2,
            zones_each=(2, 4),
            lots=("short_term", "reablement"),
            live_share=0.50,
            growth_hours=(30, 70),
            rate_percent=106,
        ),
    ),
    procedures=(
        Procedure(
            key="locality",
            clause="6.3 Order of offers in a locality",
            steps=(
                Step(roles=("primary",), selection="rotation", offers="simultaneous", deadline_hours=24),
                Step(roles=("framework",), selection="rotation", offers="simultaneous", deadline_hours=24),
            ),
            beyond_obligation="asked",
        ),
        Procedure(
            key="short-term",
            clause="6.5 Short-term and reablement pathways",
            lots=("short_term", "reablement"),
            steps=(
                Step(roles=("specialist",), selection="rank", deadline_hours=4),
                Step(roles=("primary", "framework"), selection="rotation", offers="simultaneous", deadline_hours=24),
            ),
            beyond_obligation="asked",
        ),
    ),
    extra_care_homes=(30,),  # [assumption]
    pence_per_hour=2350,  # [assumption]
    enhanced_zones=1,  # BR 3.1.7: a raised hourly rate around Wharfedale over the winter
)

ROTHERHAM = Profile(
    name="rotherham",
    model=(
        "Seven providers with a zone each, five more that pick up when those cannot; a call-off framework without "
        "guaranteed volumes, a mini-tender above a weekly price, and continuing health care as a lot of its own."
    ),
    document="Home Care and Support Framework: Call-off Terms",
    people=1300,  # RO 2.1
    hours_per_week=16_000,  # RO 2.1
    double_share=350 / 1300,  # RO 2.1: around 350 packages with multiple carers
    zone_names=("",) * 7,  # RO 1.2
    patches_per_zone=(2,) * 7,  # [assumption]
    live_share=0.85,  # capacity "broadly meets demand" (RO 3.1); the share [assumption]
    lots=(  # RO 2.4: older people 83 %; RO 13: CHC a separate lot; RO 2.6: fast response; other shares [assumption]
        ("older_people", 0.83),
        ("learning_disability", 0.07),
        ("mental_health", 0.05),
        ("chc", 0.04),
        ("fast_response", 0.01),
    ),
    tiers=(
        Tier(  # RO 1.2; RO 1.5: "no commitment to purchasing pre agreed volumes", so no obligation and no guarantee
            role="primary",
            per_zone=1,
            lots=GENERAL,
            extra_lots=("chc",),  # RO 13: a separate lot; which providers hold it [assumption]
            live_share=0.70,
            max_room=(0.25, 0.7),
        ),
        Tier(  # RO 1.2: "a further five organisations pick up work"
            role="framework",
            providers=5,
            least_providers=5,
            zones_each=(5, 7),
            lots=(*GENERAL, "chc"),
            extra_lots=("fast_response",),
            live_share=0.30,
            growth_hours=(60, 140),
            rank_in_order=True,
            rate_percent=103,
        ),
    ),
    procedures=(
        Procedure(
            key="zoned",
            clause="3.2 Zoned providers and pick-up",
            mini_tender_above_pence_per_week=80_000,  # RO 1.5: "packages of high value"; £800 a week [assumption]
            steps=(
                Step(roles=("primary",), selection="rank", deadline_hours=24),
                Step(roles=("framework",), selection="rank", offers="simultaneous", deadline_hours=24),
            ),
        ),
        Procedure(
            key="chc",
            clause="3.6 Continuing health care lot",
            lots=("chc", "fast_response"),
            steps=(Step(roles=("primary", "framework"), selection="rank", offers="simultaneous", deadline_hours=4),),
        ),
    ),
    departed=3,  # RO 1.4: two providers have left the contract since the award; the dormant one [assumption]
    extra_care_homes=(22, 21),  # RO 2.6: 43 people in extra-care facilities; two of them [assumption]
    # RO 8.1.3 and 2.5: £11.3m a year over 16,196 h a week is £13.42 an hour [D]; uprated here [assumption]
    pence_per_hour=2230,
)

LEEDS = Profile(
    name="leeds",
    model=(
        "Three areas of thirteen neighbourhoods; two lead providers per area with a guaranteed block of hours, "
        "secondary providers beyond it."
    ),
    document="Community Homecare Contract: Allocation Protocol",
    people=3000,  # LE 4.1.5: approx. 3,000 service users
    hours_per_week=29_340,  # LE 2.2: 1,525,701 hours a year / 52 [D]
    zone_names=("", "", ""),  # LE 3.9.2: three areas
    patches_per_zone=(5, 4, 4),  # LE 3.9.2: thirteen neighbourhood teams; their split over areas [assumption]
    live_share=0.80,
    lots=(("older_people", 0.88), ("learning_disability", 0.06), ("mental_health", 0.06)),  # [assumption]
    tiers=(
        Tier(  # LE 3.6.2 guaranteed block "based on current levels of activity"; LE 3.9.2 two leads per area
            role="primary",
            per_zone=2,
            lots=GENERAL,
            live_share=0.60,
            obligation_room=(0.15, 0.4),
            guarantee_fill=(0.92, 1.04),
            rank_in_order=True,
        ),
        Tier(  # LE 3.1: 32 on the framework, so 26 besides the six leads; 6 of the 32 inactive
            role="framework",
            providers=26,
            least_providers=12,
            zones_each=(1, 2),
            lots=("older_people", "mental_health"),
            extra_lots=("learning_disability",),
            live_share=0.40,
            growth_hours=(20, 70),
            max_room=(0.05, 0.4),
            rate_percent=102,
        ),
    ),
    procedures=(
        Procedure(
            key="lead",
            clause="5.2 Lead and secondary providers",
            steps=(
                Step(roles=("primary",), selection="rotation", deadline_hours=24),
                Step(roles=("framework",), selection="rotation", offers="simultaneous", deadline_hours=24),
            ),
        ),
    ),
    extra_care_homes=(40,),  # [assumption]
    inactive=6,  # LE 3.1
    pence_per_hour=2400,  # [assumption]: between floor and ceiling (LE 3.7.2)
)

MERTON = Profile(
    name="merton",
    model="Three zones with one geographic provider each, and a back-up and a specialist lot of 24 providers.",
    document="Home Care Framework Agreement: Call-off Procedure",
    people=650,  # ME 2.6
    hours_per_week=8_400,  # ME 2.7
    zone_names=("West", "Central", "East"),  # ME 2.3
    zones_by="west_to_east",
    patches_per_zone=(1, 1, 1),  # the report names no neighbourhoods: a patch is the zone
    lots=(("older_people", 0.86), ("learning_disability", 0.08), ("mental_health", 0.06)),  # [assumption]
    tiers=(
        Tier(  # ME 2.3 one provider each; ME 2.5 "varying capacity to take on new packages"
            role="primary",
            per_zone=1,
            live_share=0.55,
            obligation_room=(0.1, 0.55),
            max_room=(0.6, 0.8),
        ),
        Tier(  # ME 2.3: 24 back-up and specialist providers; 18 and 6 of them [assumption]
            role="framework",
            providers=18,
            least_providers=8,
            zones_each=(1, 3),
            live_share=0.40,
            growth_hours=(20, 70),
            max_room=(0.05, 0.5),
            rank_in_order=True,
            rate_percent=104,
        ),
        Tier(
            role="specialist",
            providers=6,
            least_providers=3,
            zones_each=(2, 3),
            lots=("learning_disability", "mental_health"),
            live_share=1.0,
            growth_hours=(20, 60),
            rank_in_order=True,
            rate_percent=112,
        ),
        Tier(  # ME 2.4: packages from before the contract stay with their providers by spot purchase
            role="spot",
            providers=3,  # [assumption]
            least_providers=2,
            zones_each=(1, 2),
            live_share=0.05,
            rate_percent=109,
        ),
    ),
    procedures=(
        Procedure(
            key="geographic",
            clause="7.3 Geographic and back-up lots",
            steps=(
                Step(roles=("primary",), selection="rank", deadline_hours=4),
                Step(roles=("framework",), selection="rank", offers="simultaneous", deadline_hours=24),
                Step(roles=("spot",), selection="rank", offers="simultaneous", deadline_hours=24),
            ),
            beyond_obligation="asked",
        ),
        Procedure(
            key="specialist",
            clause="7.5 Specialist lot",
            lots=("learning_disability", "mental_health"),
            steps=(Step(roles=("specialist",), selection="rank", deadline_hours=24),),
        ),
    ),
    extra_care_homes=(16,),  # [assumption]
    # ME 2.7 and 2.8: £8.3m over 440,000 h is £18.86 [D], uprated by the National Living Wage 12.71 / 9.50 [D]
    pence_per_hour=2525,
)

PROFILES: dict[ProfileName, Profile] = {
    profile.name: profile for profile in (SHEFFIELD, BRADFORD, ROTHERHAM, LEEDS, MERTON)
}
