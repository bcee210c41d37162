"""Shapes of requests and answers that are not part of a file format. Units are in names and descriptions."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.api.problems import FaultAnswer
from app.formats.council import Crew, Day, Home, Mode, Package, Ref, Role
from app.formats.plan import ClockTime, Placement, PlanFile, Reason, VisitRef

Verdict = Literal["eligible", "later_tier", "unlikely", "refused"]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewPackage(_Answer):
    """A care package that has come in."""

    package: Package = Field(description="As in the council file, in state `waiting`.")
    home: Home | None = Field(
        None,
        description="Where the person lives, WGS84 degrees, with the package's `home_ref`. "
        "Left out when the board knows the home.",
    )


class PcnAnswer(_Answer):
    """The Primary Care Network of the home's area."""

    pcn_ref: Ref
    name: str
    share: float | None = Field(description="Share of the area's registered patients who are with it, 0 to 1.")


class OwnVisit(_Answer):
    """One visit of the package on one day, as the round would make it. Other people's visits are not shown."""

    day: Day
    visit_ref: VisitRef
    leave: ClockTime | None = Field(description="When the carer leaves the home before; null for the first visit.")
    travel_s: int = Field(description="Seconds from the home before.")
    arrive: ClockTime
    start: ClockTime
    finish: ClockTime
    place: int = Field(ge=1, description="Its place in the round's day, from 1.")
    of: int = Field(ge=1, description="Visits in the round that day, this one included.")


class OptionRound(_Answer):
    """A round that would make visits of the package."""

    round_ref: Ref | None = Field(description="Its ref on the board; null for a new round.")
    patch_ref: Ref
    shift_ref: Ref
    mode: Mode
    crew: Crew
    needs_carers: bool = Field(description="A new round for which no capacity return states carers.")
    visits: tuple[OwnVisit, ...] = Field(description="By day and time.")
    shared_with: tuple[Ref, ...] = Field(
        description="The other packages on the round. For the brokerage team: not to be passed on to providers."
    )


class OptionWay(_Answer):
    """One way to place the package with a provider."""

    added_paid_s: int = Field(
        description="Paid seconds a week that it adds: rounds opened, travel, paid waiting, by the published weights."
    )
    added_travel_s: int = Field(description="Travel a week that it adds, in seconds of a carer.")
    added_waiting_s: int = Field(description="Paid waiting a week that it adds, in seconds of a carer.")
    layout: str = Field("", description="What is different from the week as commissioned; empty where nothing is.")
    rounds: tuple[OptionRound, ...] = Field(description="Empty for visits that fit no shift.")


class OptionAnswer(_Answer):
    """What one contract can do for the package, or why it cannot."""

    rank: int = Field(ge=1, description="Place in the list, from 1.")
    provider_ref: Ref
    provider_name: str
    contract_ref: Ref
    role: Role
    tier: int | None = Field(description="Place in the call-off order; null when the contract is not on the lot.")
    verdict: Verdict = Field(
        description="`eligible`: ask now. `later_tier`: could, once the earlier tiers have been passed. "
        "`unlikely`: only estimates say no, so it is still asked. `refused`: a contract, an answer or the law says no."
    )
    added_paid_s: int | None = Field(
        description="Paid seconds a week that it adds: rounds opened, travel, paid waiting, by the published weights. "
        "Null when refused."
    )
    added_travel_s: int | None = Field(
        description="Travel a week that it adds, in seconds of a carer. Null when refused."
    )
    added_waiting_s: int | None = Field(
        description="Paid waiting a week that it adds, in seconds of a carer. Null when refused."
    )
    layout: str = Field("", description="What is different from the week as commissioned; empty where nothing is.")
    rounds: tuple[OptionRound, ...] = Field(
        description="Of the cheapest way to place it. Empty when refused, and for visits that fit no shift."
    )
    alternatives: tuple[OptionWay, ...] = Field(
        description="Up to two other ways, on other rounds, cheapest first: for a broker to offer when the first does "
        "not suit."
    )
    reasons: tuple[Reason, ...] = Field(
        description="Why not, or not yet: code, force, sentence, evidence in fine units, and the least single change "
        "that would help, as a JSON Patch on the council file."
    )


class PackageAnswer(_Answer):
    """A package and what can be done for it. A person decides; nothing here places anybody."""

    package_ref: Ref
    state: Literal["waiting", "proposed", "live", "suspended"] = Field(
        description="`proposed`: the current plan holds a placement for it, which nobody has decided on yet."
    )
    pointer: str = Field(description="JSON Pointer of the package in the council file; unlocks start from it.")
    zone_ref: Ref | None = Field(description="Null for a home outside every zone.")
    patch_ref: Ref | None
    area_ref: Ref | None
    pcn: PcnAnswer | None = Field(description="By the home's area, not by the person's registration.")
    carer_minutes: int = Field(ge=0, description="Planned carer-minutes a week; two carers count twice.")
    against: Literal["live_rounds", "plan"] = Field(
        description="Which rounds the options were tried on: the live ones, or those of the current plan."
    )
    placement: Placement | None = Field(description="What the current plan proposes.")
    options: tuple[OptionAnswer, ...] = Field(
        description="Every contract of the zone: those that can take it by tier and added paid time, then the others. "
        "Of a proposed package: as if it were not placed. Empty for live packages."
    )
    warnings: tuple[FaultAnswer, ...] = Field(description="What is doubtful about the package without being wrong.")


class Counts(_Answer):
    """How much is on the board."""

    homes: int
    packages: int
    waiting: int
    providers: int
    live_rounds: int


class HealthAnswer(_Answer):
    """Whether the service works, and what it holds."""

    status: Literal["ok"]
    version: str = Field(description="Of careround.")
    council: str = Field(description="The council's name.")
    fictional: bool = Field(description="Whether the council's people are invented.")
    state: Literal["memory"] = Field(description="Everything posted is lost when the server stops.")
    counts: Counts
    plan: bool = Field(description="Whether there is a current plan.")
    allocation: str | None = Field(description="Id of the allocation that is running.")


class NewAllocation(_Answer):
    """How to allocate; every field may be left out."""

    seed: int = Field(1, ge=0, le=2**31 - 1, description="Of every random choice: the same seed, the same plan.")
    searches: int = Field(3, ge=1, le=20, description="Searches per zone, each from a start of its own.")
    iterations: int = Field(120, ge=0, le=10_000, description="Search steps per waiting case.")
    start: PlanFile | None = Field(
        None,
        description="A plan to start from as well, last week's for instance; what of it no longer fits is left out and listed.",
    )
    start_from_current: bool = Field(
        False, description="Start from the current plan, where there is one and no other is given."
    )


class AllocationAnswer(_Answer):
    """An allocation and how far it is."""

    id: str
    state: Literal["running", "finished", "failed", "cancelled"]
    stage: str = Field(description="What it is doing, in words.")
    done: int = Field(ge=0, description="How much of the stage is done.")
    of: int = Field(ge=0, description="How much the stage has.")
    reached: dict[str, int] = Field(
        description="Steps of the search so far, and by level of the objective what it has reached; empty at first."
    )
    elapsed_s: float = Field(ge=0, description="Seconds since it started, or until it ended.")
    seed: int
    not_kept: tuple[str, ...] = Field(
        description="What of the plan that it started from no longer fits, and why; a sentence for each placement."
    )
    failure: str | None = Field(description="Why it failed; the plan before it stays.")
    plan: str | None = Field(description="Where the plan is, once it has finished.")
