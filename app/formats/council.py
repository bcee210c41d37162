"""The council file: everything careround needs to plan a council's week of home care.

Units are in the names (``_min``, ``_hours``, ``_pence``); times of day are ``"HH:MM"`` on the day a
visit starts; longitudes and latitudes are WGS84 degrees. Refs are pseudonyms, never names of people.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

FORMAT = "careround-council/1"

REF_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$"
Ref = Annotated[str, Field(pattern=REF_PATTERN)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:30"])]


def _iso_date(value: Any) -> Any:
    # Pydantic also reads "8" as a date, in seconds or days since 1970.
    if isinstance(value, str):
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError("not YYYY-MM-DD")
        return date.fromisoformat(value)
    return value


def _not_a_bool(value: Any) -> Any:
    # True equals 1, and Pydantic takes it for one. A TypeError would not become a fault of the file.
    if isinstance(value, bool):
        raise ValueError("neither 1 nor 2")
    return value


Date = Annotated[date, BeforeValidator(_iso_date)]
Crew = Annotated[Literal[1, 2], BeforeValidator(_not_a_bool)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Hours = Annotated[float, Field(ge=0, le=100_000)]
Lot = Literal[
    "older_people",
    "learning_disability",
    "mental_health",
    "chc",
    "short_term",
    "fast_response",
    "reablement",
]
Role = Literal["block", "primary", "framework", "specialist", "spot"]
Mode = Literal["walk", "drive", "cycle", "driven"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Week(_Model):
    """The planned week and the facts of its season."""

    starts_on: Date = Field(description="Monday of the planned week.")
    dusk: TimeOfDay = Field(
        "16:00", description="Earliest dusk of the plan's dates; visits from then on are after dark."
    )


class Moves(_Model):
    """A budget of moves: a named person allows people who are served now to change rounds."""

    people: int = Field(ge=1, le=1000, description="People who may be moved, at most.")
    approved_by: str = Field(pattern=r"\S", description="The named person who opens the budget.")
    reason: str = Field(pattern=r"\S")
    change_provider: bool = Field(
        False, description="Whether they may go to another provider where no round of their own can take them."
    )
    saving_min_per_week: int | None = Field(
        None,
        ge=1,
        le=100_000,
        description="Paid minutes a week that a move must save to be made for them alone; absent: none is.",
    )


class Parameters(_Model):
    """Limits, weights and assumptions of a plan; every default is in docs/concepts.md with its source."""

    walk_leg_max_min: int = Field(15, ge=1, le=120)
    walk_total_max_min: int = Field(90, ge=1, le=600, description="Walking per shift.")
    drive_leg_max_min: int = Field(25, ge=1, le=240, description="Also of driven rounds [assumption].")
    cycle_leg_max_min: int = Field(20, ge=1, le=120, description="[assumption]")
    walk_lit_ways_after_dark: bool = Field(
        False, description="Walk to visits that may start after dusk on lit ways only; needs streets."
    )
    tolerance_min: int = Field(45, ge=0, le=720, description="Around a preferred time.")
    time_critical_tolerance_min: int = Field(15, ge=0, le=720)
    live_tolerance_min: int = Field(15, ge=0, le=720, description="Around a live visit's agreed time.")
    break_after_hours: float = Field(6.0, gt=0, le=24)
    break_min: int = Field(20, ge=0, le=240)
    daily_rest_hours: float = Field(11.0, ge=0, le=24)
    carer_week_max_hours: float = Field(
        48.0, gt=0, le=168, description="Paid time of a carer's week on a round; a round has the hours of its carers."
    )
    paid_gap_max_min: int = Field(30, ge=0, le=720, description="Longer gaps are unpaid.")
    split_shift_gap_max_min: int | None = Field(
        None, ge=0, le=1440, description="Longest gap between two visits of a round's day; absent: no limit."
    )
    hospital_hold_days: int = Field(14, ge=0, le=365)
    capacity_return_valid_days: int = Field(7, ge=0, le=365)
    carers_per_seven_day_round: int = Field(2, ge=1, le=10, description="[assumption]")
    cover_carers_per_round: int = Field(
        0, ge=0, le=20, description="Further carers over four weeks, for leave and sickness [assumption]."
    )
    modes: tuple[Mode, ...] = Field(("walk", "drive"), min_length=1)
    walk_round_start_min: int = Field(
        30, ge=0, le=600, description="Paid minutes a walked round-day costs before its first visit [assumption]."
    )
    drive_round_start_min: int = Field(60, ge=0, le=600, description="[assumption]")
    drive_minute_percent: int = Field(
        170, ge=0, le=1000, description="A driven minute in per cent of a walked one: mileage [assumption]."
    )
    cycle_round_start_min: int = Field(30, ge=0, le=600, description="[assumption]")
    cycle_minute_percent: int = Field(
        110, ge=0, le=1000, description="A cycled minute in per cent of a walked one: the bicycle [assumption]."
    )
    pairs_take_singles: bool = Field(
        True, description="Whether a pair may make visits for one carer, the second standing by at full cost."
    )
    meet_ups: Literal["never", "as_commissioned", "anywhere"] = Field(
        "never",
        description="Where two carers may meet at the home at a fixed time instead of coming as a pair.",
    )
    meet_up_min: int = Field(
        10, ge=0, le=120, description="Paid minutes that a visit costs more where two carers meet up [assumption]."
    )
    moves: Moves | None = Field(None, description="Absent: nobody who is served now is moved.")
    contact_pay_pence_per_hour: int | None = Field(
        None, ge=0, le=100_000, description="Assumed carer's pay for contact time; absent: not judged."
    )
    rating_policy_bars: tuple[Literal["inadequate", "requires_improvement"], ...] = ()


class StreetsTravel(_Model):
    """Travel along the streets of an OpenStreetMap extract."""

    source: Literal["streets"]
    file: str = Field(description="Path of the .osm.pbf, relative to the council file, or 'careround:doggerby'.")
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    walk_m_per_min: float = Field(75.0, gt=10, lt=200)
    drive_park_s: int = Field(120, ge=0, le=1800, description="Parking and the door, each driven leg [assumption].")


class StraightLineTravel(_Model):
    """Travel estimated from straight lines, where no street network is at hand."""

    source: Literal["straight_line"]
    detour: float = Field(1.35, ge=1.0, le=5.0, description="Street metres per straight metre [assumption].")
    walk_m_per_min: float = Field(75.0, gt=10, lt=200)
    drive_km_per_hour: float = Field(25.0, gt=1, lt=130)
    cycle_km_per_hour: float = Field(15.0, gt=1, lt=50)
    drive_park_s: int = Field(120, ge=0, le=1800)


Travel = Annotated[StreetsTravel | StraightLineTravel, Field(discriminator="source")]


class Pcn(_Model):
    """A Primary Care Network."""

    pcn_ref: Ref
    name: str


class Area(_Model):
    """A small statistical area (LSOA or a cell of a grid)."""

    area_ref: Ref
    name: str = ""
    pcn_ref: Ref | None = Field(None, description="PCN of the plurality of registered patients.")
    pcn_share: float | None = Field(None, ge=0, le=1)
    safety_after_dark: bool = Field(
        False, description="After dark only a pair or a car: changes the means, never who gets care."
    )
    geometry: dict[str, Any] = Field(description="GeoJSON Polygon or MultiPolygon, WGS84 lon/lat.")


class Patch(_Model):
    """A neighbourhood inside a zone; rounds stay inside one patch."""

    patch_ref: Ref
    name: str = ""
    area_refs: tuple[Ref, ...] = Field(min_length=1)


class Zone(_Model):
    """The ground a contract covers."""

    zone_ref: Ref
    name: str = ""
    patches: tuple[Patch, ...] = Field(min_length=1)


class Shift(_Model):
    """One working shift; ``end`` at or before ``start`` is on the next day."""

    shift_ref: Ref
    label: str
    start: TimeOfDay
    end: TimeOfDay


class ShiftPattern(_Model):
    """The shifts that a provider works."""

    pattern_ref: Ref
    shifts: tuple[Shift, ...] = Field(min_length=1)


class Provider(_Model):
    """A care provider."""

    provider_ref: Ref
    name: str
    cqc_provider_id: str | None = None
    cqc_location_id: str | None = None
    registration: Literal["registered", "deregistered"] = "registered"
    dormant: bool = False
    active: bool = Field(True, description="Taking part in the council's arrangements.")
    rating: Literal["outstanding", "good", "requires_improvement", "inadequate"] | None = None
    skills: tuple[Ref, ...] = ()
    carer_genders: tuple[Literal["female", "male"], ...] = ("female", "male")
    languages: tuple[Ref, ...] = ()
    pattern_ref: Ref
    growth_limit_hours: Hours | None = Field(
        None, description="Gross new starting carer-hours in any rolling 7 days; hospital returns never count."
    )
    modes: tuple[Mode, ...] | None = Field(
        None,
        min_length=1,
        description="Means of travel of its new rounds, of those in parameters.modes; absent: all of these.",
    )
    sub_contractor_refs: tuple[Ref, ...] = ()


class CallOffStep(_Model):
    """Roles asked together in one step of a call-off procedure."""

    roles: tuple[Role, ...] = Field(min_length=1)
    selection: Literal["rank", "rotation", "fair_rotation"] = Field(
        description="In fair_rotation whoever is furthest below an equal share is asked first, by rotation_account."
    )
    rotation_counts: Literal["hours", "offers"] = Field(
        "hours", description="What the equal share of a fair rotation is of: carer-hours a week, or offers."
    )
    offers: Literal["sequential", "simultaneous"] = "sequential"
    deadline_hours: int = Field(24, ge=1, le=720)


class CallOffProcedure(_Model):
    """The published order in which providers are asked."""

    procedure_ref: Ref
    document: str
    version: str
    clause: str
    steps: tuple[CallOffStep, ...] = Field(min_length=1)
    specialists: Literal["in_order", "by_need"] = Field(
        "in_order",
        description="by_need: a specialist is asked only for a lot or skill that no other contract of the zone offers.",
    )
    mini_tender_above_pence_per_week: int | None = Field(None, ge=0)
    beyond_obligation: Literal["asked", "passed"] = Field(
        "passed", description="Whether a provider is asked beyond its obligation hours, up to its maximum."
    )


class Rate(_Model):
    """Price of an hour of contact from a date on, for visits up to a length."""

    from_date: Date
    pence_per_hour: int = Field(ge=0, le=100_000)
    visits_up_to_min: int = Field(1440, ge=5, le=1440)


class RotationAccount(_Model):
    """What a contract has had in a fair rotation so far, as somebody states it."""

    since: Date = Field(description="When the period began that the account is of.")
    as_of: Date
    hours: Hours | None = Field(None, description="Carer-hours a week called off in the period.")
    offers: int | None = Field(None, ge=0, le=1_000_000, description="Offers made in the period.")
    stated_by: str


class Contract(_Model):
    """What a provider has agreed to do in a zone."""

    contract_ref: Ref
    provider_ref: Ref
    zone_ref: Ref
    lots: tuple[Lot, ...] = Field(min_length=1)
    role: Role
    rank: int = Field(1, ge=1, le=1000)
    procedure_ref: Ref
    starts_on: Date
    ends_on: Date | None = None
    obligation_hours: Hours | None = Field(None, description="Must accept up to here, may decline beyond.")
    max_hours: Hours | None = Field(None, description="Never exceeded.")
    guaranteed_hours: Hours | None = Field(None, description="Paid whether used or not.")
    rates: tuple[Rate, ...] = ()
    rotation_account: RotationAccount | None = Field(
        None, description="Where the procedure rotates fairly; of all contracts of a rotation or of none."
    )


class Embargo(_Model):
    """A stop on new work for a provider."""

    embargo_ref: Ref
    provider_ref: Ref
    zone_ref: Ref | None = None
    lot: Lot | None = None
    source: Literal["cqc", "council", "voluntary"]
    starts_on: Date
    review_on: Date | None = None
    ends_on: Date | None = None
    new: Literal["blocked", "case_by_case", "allowed"] = "blocked"
    increases: Literal["blocked", "case_by_case", "allowed"] = "case_by_case"
    hospital_returns: Literal["blocked", "case_by_case", "allowed"] = "case_by_case"
    weekly_intake_limit_hours: Hours | None = None
    conditions: str | None = Field(None, description="The wording of CQC registration conditions.")
    evidence_confidential: bool = False
    recorded_by: str = ""


class CapacityReturn(_Model):
    """What a provider says it can still take."""

    return_ref: Ref
    provider_ref: Ref
    patch_ref: Ref
    shift_ref: Ref
    days: tuple[Day, ...] = Field(DAYS, min_length=1)
    hours: Hours
    carers: int = Field(ge=0, le=10_000)
    pairs: int = Field(0, ge=0, le=10_000)
    skills: tuple[Ref, ...] = ()
    carer_genders: tuple[Literal["female", "male"], ...] = ()
    languages: tuple[Ref, ...] = ()
    modes: tuple[Mode, ...] = ("walk", "drive")
    valid_from: Date
    valid_to: Date
    stated_by: str


class DrivenService(_Model):
    """An employed driver who takes carers that do not drive from home to home in a patch, and what that costs."""

    patch_ref: Ref
    starts_on: Date
    ends_on: Date | None = None
    carers_per_driver: int = Field(4, ge=1, le=20, description="Carers who share the driver in a shift [assumption].")
    driver_paid_min: int = Field(
        450, ge=0, le=1440, description="Paid minutes of the driver in a shift, shared by the carers [assumption]."
    )
    round_start_min: int = Field(
        30, ge=0, le=600, description="Paid minutes a carer's round-day costs before its first visit [assumption]."
    )
    minute_percent: int = Field(
        170, ge=0, le=1000, description="A minute in the car in per cent of a walked one: mileage [assumption]."
    )


class Home(_Model):
    """Where a person lives."""

    home_ref: Ref
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    postcode_sector: str = ""
    site_ref: Ref | None = Field(None, description="Extra-care site: many homes, no travel between them.")


class Gap(_Model):
    """Time to keep between the starts of two visits of a package on one day (paracetamol: 4 hours)."""

    after_visit_ref: Ref
    min_min: int | None = Field(None, ge=0, le=1440)
    max_min: int | None = Field(None, ge=0, le=1440)


class ShortCall(_Model):
    """The short-call test of visits under 30 minutes (NICE NG21; Sheffield 2017, recommendation 4)."""

    carer_known: bool
    part_of_wider_package: bool
    specific_task_or_check: bool
    signed_by: str | None = None
    legacy: bool = False


class Visit(_Model):
    """One visit of a package's week. Windows bound the *start* of service, inclusive."""

    visit_ref: Ref
    label: str
    days: tuple[Day, ...] = Field(DAYS, min_length=1)
    every_n_weeks: int = Field(1, ge=1, le=52)
    anchor: Date | None = Field(None, description="A week in which it falls, when every_n_weeks > 1.")
    from_date: Date | None = None
    to_date: Date | None = None
    duration_min: int = Field(ge=5, le=1440)
    preferred: TimeOfDay | None = None
    window: tuple[TimeOfDay, TimeOfDay] | None = None
    tolerance_min: int | None = Field(None, ge=0, le=720)
    time_critical: bool = False
    tolerance_reason: str | None = None
    finish_by: TimeOfDay | None = None
    crew: Crew = 1
    crew_kind: Literal["pair", "meet_up", "with_family"] = "pair"
    gaps: tuple[Gap, ...] = ()
    day_choices: tuple[Annotated[tuple[Day, ...], Field(min_length=1)], ...] = Field(
        (), max_length=20, description="Other sets of days that would do as well: the plan chooses one."
    )
    same_time_all_week: bool = Field(
        False, description="It starts at the same time on all its days; the plan chooses it inside the window."
    )
    agreed_start: TimeOfDay | None = Field(None, description="Of a live visit: the commissioned time.")
    short_call: ShortCall | None = None


class Line(_Model):
    """A service line; stays whole with one provider."""

    line_ref: Ref
    service: Literal["visits", "sit", "domestic", "waking_night", "sleep_in", "live_in"]
    unit: Literal["hour", "night", "week"] = "hour"
    units_per_week: float | None = Field(None, ge=0, le=168, description="Of lines without visits, and envelopes.")
    envelope: bool = Field(False, description="Weekly hours only; the provider chooses the times.")
    visits: tuple[Visit, ...] = ()


class Requirements(_Model):
    """What must hold, because the person's care needs it or the person states it."""

    skills: tuple[Ref, ...] = ()
    carer_gender: Literal["female", "male"] | None = None
    language: Ref | None = None
    excluded_provider_refs: tuple[Ref, ...] = ()


class Preferences(_Model):
    """What the person would like; soft and visible."""

    provider_refs: tuple[Ref, ...] = ()
    note: str = ""


class Dates(_Model):
    """The dates of a package's life; each KPI names its clock."""

    referred: Date
    authorised: Date | None = None
    discharge_ready: Date | None = None
    requested_start: Date | None = None
    agreed_start: Date | None = None
    actual_start: Date | None = None
    suspended_from: Date | None = None
    ends: Date | None = None


class Answer(_Model):
    """A provider's recorded answer to an offer of this package."""

    provider_ref: Ref
    answer: Literal["declined", "no_answer", "person_declined"]
    code: str = ""
    on: Date


class Package(_Model):
    """A person's weekly pattern of care."""

    package_ref: Ref
    person_ref: Ref
    home_ref: Ref
    linked_to: Ref | None = Field(None, description="The other half of a couple: same provider.")
    gp_practice: Ref | None = None
    funding: Literal["commissioned", "direct_payment", "isf", "chc", "joint", "self_funded"] = "commissioned"
    counts_to_cap: bool = True
    regulated: bool = True
    lot: Lot = "older_people"
    priority: int = Field(2, ge=1, le=9, description="Class; 1 goes first.")
    state: Literal["waiting", "live", "suspended"]
    change: Literal["new", "increase", "hospital_return", "hand_back", "provider_change"] = "new"
    dates: Dates
    waits_in: Literal["hospital", "reablement", "home"] = "home"
    waits_with: str = ""
    requirements: Requirements = Requirements()
    preferences: Preferences = Preferences()
    provider_ref: Ref | None = Field(None, description="Of live and suspended packages.")
    former_provider_ref: Ref | None = Field(None, description="Has first refusal of a hospital return.")
    answers: tuple[Answer, ...] = ()
    lines: tuple[Line, ...] = Field(min_length=1)


class RoundVisit(_Model):
    """A visit as a live round makes it."""

    package_ref: Ref
    visit_ref: Ref


class RoundDay(_Model):
    """A day of a live round, in order."""

    day: Day
    visits: tuple[RoundVisit, ...]


class Round(_Model):
    """A live round: what one carer or pair works in a shift, all week."""

    round_ref: Ref
    provider_ref: Ref
    patch_ref: Ref
    shift_ref: Ref
    mode: Mode
    crew: Crew = 1
    source: Literal["declared", "ecm", "inferred"]
    as_of: Date
    days: tuple[RoundDay, ...]


class Stay(_Model):
    """A stay in reablement, fast response or hospital that precedes a package."""

    person_ref: Ref
    service: Literal["reablement", "fast_response", "hospital"]
    area_ref: Ref | None = None
    starts_on: Date
    planned_end: Date | None = None
    actual_end: Date | None = None


class CouncilFile(_Model):
    """A council's week: ground, providers, contracts, people who wait and people who are served."""

    format: Literal["careround-council/1"]
    name: str
    fictional: bool = False
    profile: str | None = None
    note: str = ""
    week: Week
    parameters: Parameters = Parameters()
    travel: Travel
    pcns: tuple[Pcn, ...] = ()
    areas: tuple[Area, ...] = Field(min_length=1)
    zones: tuple[Zone, ...] = Field(min_length=1)
    shift_patterns: tuple[ShiftPattern, ...] = Field(min_length=1)
    providers: tuple[Provider, ...] = ()
    call_off_procedures: tuple[CallOffProcedure, ...] = ()
    contracts: tuple[Contract, ...] = ()
    embargoes: tuple[Embargo, ...] = ()
    capacity_returns: tuple[CapacityReturn, ...] = ()
    driven_services: tuple[DrivenService, ...] = ()
    homes: tuple[Home, ...] = ()
    packages: tuple[Package, ...] = ()
    rounds: tuple[Round, ...] = ()
    stays: tuple[Stay, ...] = ()
