"""The plan file: a proposal for people to decide on, with its reasons and what it rests on.

A plan never confirms anything. Times of day are ``"HH:MM:SS"``; a time past midnight reads on
(``"24:10:00"`` is ten past twelve on the next day). Run times and run ids are in the run file, never here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from app.formats.council import REF_PATTERN, Crew, Day, Mode, Ref

FORMAT = "careround-plan/1"

ClockTime = Annotated[str, Field(pattern=r"^[0-9]{2,3}:[0-5][0-9]:[0-5][0-9]$", examples=["08:15:00"])]
VisitRef = Annotated[str, Field(pattern=REF_PATTERN.removesuffix("$") + r"( \(second carer\))?$")]
"""Of a visit in the council file, or of what the second carer does who meets another at the home."""
Force = Literal["never", "contract", "estimate", "answer"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Change(_Model):
    """One operation of a JSON Patch (RFC 6902) on the council file."""

    op: Literal["replace", "add", "remove"]
    path: str
    value: Any = None

    @model_serializer(mode="wrap")
    def _with_value(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # RFC 6902 wants the member, also where it is null and so the default.
        written: dict[str, Any] = inner(self)
        if self.op != "remove":
            written.setdefault("value", self.value)
        return written


class Unlock(_Model):
    """The least single change that would make the placement possible."""

    sentence: str
    by: int = Field(description="How much the limit is relaxed, in ``unit``.")
    unit: str
    patch: tuple[Change, ...]


class Reason(_Model):
    """Why a provider cannot take a package, by one rule."""

    code: str
    rule: str
    force: Force
    sentence: str
    evidence: dict[str, int | str]
    unlock: Unlock | None = None


class Refusal(_Model):
    """All reasons of one provider's contract for one package."""

    provider_ref: Ref
    contract_ref: Ref
    tier: int | None = Field(description="Place in the call-off order; absent when not on the lot.")
    reasons: tuple[Reason, ...]


class Passed(_Model):
    """A provider earlier in the call-off order that the placement passed, and by what."""

    provider_ref: Ref
    contract_ref: Ref
    tier: int
    codes: tuple[str, ...]
    predicted: bool = Field(description="True when only estimates say no: the provider is still asked.")


class Offer(_Model):
    """A contract to be asked for a package, in its place; nothing is sent by it."""

    contract_ref: Ref
    provider_ref: Ref
    tier: int
    turn: int | None = Field(None, description="Place in the tier's fair rotation; absent where no rule gives one.")
    answer: Literal["accept", "decline", "not_needed"] = Field(
        description="What the plan expects; not_needed: asked only if those before it decline."
    )
    predicted: bool = Field(description="True where the answer rests on estimates.")
    codes: tuple[str, ...] = ()


class PlacedPart(_Model):
    """The visits of one line, shift and crew size, and the round that makes them all week."""

    line_ref: Ref
    shift_ref: Ref
    crew: Crew
    round_ref: Ref
    visit_refs: tuple[VisitRef, ...]


class FixedBlock(_Model):
    """A visit that fits no shift: a fixed block of a carer's day, outside rounds."""

    line_ref: Ref
    visit_ref: Ref


class Placement(_Model):
    """A waiting package and the provider proposed for it; an ordered offer, not a decision."""

    package_ref: Ref
    provider_ref: Ref
    contract_ref: Ref
    tier: int
    carer_minutes: int = Field(description="Planned carer-minutes a week.")
    parts: tuple[PlacedPart, ...]
    fixed_blocks: tuple[FixedBlock, ...] = ()
    passed: tuple[Passed, ...] = ()
    layout: str = Field("", description="What is different from the week as commissioned; empty where nothing is.")
    offers: tuple[Offer, ...] = Field((), description="Whom to ask, in order, as far as the proposed contract's tier.")


class TimedVisit(_Model):
    """One visit in a round's day. Travel is from the visit before; the first has none."""

    package_ref: Ref
    visit_ref: VisitRef
    home_ref: Ref
    leave: ClockTime | None = Field(description="When the carer leaves the home before.")
    travel_s: int
    arrive: ClockTime
    start: ClockTime
    finish: ClockTime


class RoundDayPlan(_Model):
    """One day of a round."""

    day: Day
    visits: tuple[TimedVisit, ...]


class RoundPlan(_Model):
    """What one carer or one pair works in a shift on each day of the week."""

    round_ref: Ref
    provider_ref: Ref
    zone_ref: Ref
    patch_ref: Ref
    shift_ref: Ref
    mode: Mode
    crew: Crew
    source: Literal["declared", "ecm", "inferred", "proposed"]
    needs_carers: bool = Field(description="No capacity return states carers for it.")
    days: tuple[RoundDayPlan, ...]


class Unplaced(_Model):
    """A person who goes on waiting, and why."""

    package_ref: Ref
    priority: int
    days_waiting: int
    carer_minutes: int
    refusals: tuple[Refusal, ...]
    overtaken_by: tuple[Ref, ...] = Field((), description="Placed packages of a lower priority class.")


class MovedVisit(_Model):
    """A visit of a moved person on one day."""

    day: Day
    visit_ref: Ref
    before: ClockTime = Field(description="When it starts as the live rounds are today.")
    start: ClockTime


class Stretch(_Model):
    """The visits of a moved person that go from one live round to another, all week."""

    from_round_ref: Ref
    to_round_ref: Ref
    visits: tuple[MovedVisit, ...]


class Gain(_Model):
    """Somebody who waits and is placed thanks to a move, or is placed at an earlier tier."""

    package_refs: tuple[Ref, ...] = Field(description="One, or the two of a couple.")
    contract_ref: Ref
    tier: int
    before_contract_ref: Ref | None = Field(None, description="Where it would be otherwise; absent: it would wait.")
    before_tier: int | None = None


class Move(_Model):
    """A person served now who changes rounds, if a human confirms it, and what that buys."""

    package_ref: Ref
    provider_ref: Ref = Field(description="Who serves the person now.")
    to_provider_ref: Ref | None = Field(None, description="Who would; absent: the provider stays.")
    to_contract_ref: Ref | None = None
    stretches: tuple[Stretch, ...]
    gains: tuple[Gain, ...] = ()
    added_paid_s: int = Field(
        description="Paid seconds a week that the move and its gains add to all rounds; negative: saved."
    )


class MovesPlan(_Model):
    """What was made of a budget of moves."""

    people: int
    approved_by: str
    reason: str
    statement: str
    made: tuple[Move, ...] = Field((), description="Each buys something beyond those before it.")
    levels_without: dict[str, int] = Field(description="Value of each level, were none of them made.")


class ContractRefusal(_Model):
    """A contract-level bar that holds for every package of a lot in a zone."""

    provider_ref: Ref
    zone_ref: Ref
    lot: str
    codes: tuple[str, ...]


class Level(_Model):
    """One level of the lexicographic objective."""

    level: str
    name: str
    value: int
    sense: Literal["max", "min"]
    bound: int | None = None
    bound_kind: Literal["proven", "pool"] | None = None


class Inherited(_Model):
    """A rule that a live round already breaks; reported, never worsened."""

    round_ref: Ref
    day: Day | None
    rule: str
    code: str
    excess: int


class Provenance(_Model):
    """What the plan was made from."""

    council_sha256: str
    careround_version: str
    rules_sha256: str
    seed: int
    effort: int = Field(description="Searches per zone.")
    replayable: bool = Field(description="False when the search was stopped early.")
    statement: str
    started_from_sha256: str | None = Field(
        None, description="Of the plan that the search started from as well; absent: none."
    )


class PlanFile(_Model):
    """A proposal for a council's week."""

    format: Literal["careround-plan/1"]
    council: str
    fictional: bool
    provenance: Provenance
    levels: tuple[Level, ...]
    kpis: dict[str, Any]
    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...]
    contract_refusals: tuple[ContractRefusal, ...] = ()
    inherited: tuple[Inherited, ...] = ()
    rounds: tuple[RoundPlan, ...]
    moves: MovesPlan | None = Field(None, description="Absent where no budget of moves is open.")
