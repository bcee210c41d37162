"""A plan as the engine hands it out and as the verifier reads it: refs, seconds and counts.

The same shape as the plan file, without clock times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from solver.rule import Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVisit:
    """One visit of a round's day, seconds after midnight."""

    package_ref: str
    visit_ref: str
    home_ref: str
    leave_s: int | None
    """When the carer leaves the home before; None for the first."""
    travel_s: int
    arrive_s: int
    start_s: int
    finish_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRound:
    """A round and its week; ``days`` maps ``mon`` to ``sun`` to visits in order, empty days left out."""

    round_ref: str
    provider_ref: str
    zone_ref: str
    patch_ref: str
    shift_ref: str
    mode: str
    crew: int
    source: str
    needs_carers: bool
    days: Mapping[str, tuple[PlanVisit, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPart:
    """A part of a placed package and the round that it rides with."""

    line_ref: str
    shift_ref: str
    crew: int
    round_ref: str
    visit_refs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPassed:
    """A contract earlier in the order that was passed, and the reason codes."""

    provider_ref: str
    contract_ref: str
    tier: int
    codes: tuple[str, ...]
    predicted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOffer:
    """A contract that is to be asked for a package, in its place.

    Parameters
    ----------
    tier, turn
        Place in the call-off order; the turn within the tier, None where no published rule gives one.
    answer
        ``accept``, ``decline``, or ``not_needed`` where those before are expected to accept.
    predicted
        True where the answer rests on estimates.
    codes
        Estimates against it.
    """

    contract_ref: str
    provider_ref: str
    tier: int
    turn: int | None
    answer: str
    predicted: bool
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPlacement:
    """A waiting package and the contract proposed for it."""

    package_ref: str
    provider_ref: str
    contract_ref: str
    tier: int
    carer_minutes: int
    parts: tuple[PlanPart, ...]
    fixed_blocks: tuple[tuple[str, str], ...]
    """(line, visit) of what fits no shift."""
    passed: tuple[PlanPassed, ...]
    layout: str = ""
    """What is different from the week as commissioned, in words; nothing where nothing is."""
    offers: tuple[PlanOffer, ...] = ()
    """Whom to ask, in order, as far as the tier of the contract proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEdit:
    """One change of the council file, by collection and ref (see :class:`solver.rule.Edit`)."""

    op: str
    collection: str
    ref: str
    field: str
    value: Any = None

    @classmethod
    def listed(cls, edits: Iterable[Edit]) -> tuple[PlanEdit, ...]:
        """Take over the edits that a rule states.

        Parameters
        ----------
        edits
            As :class:`solver.rule.Edit`.

        Returns
        -------
        tuple of PlanEdit
            The same.
        """
        return tuple(cls(**edit._asdict()) for edit in edits)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanUnlock:
    """The least single change that would admit a placement."""

    sentence: str
    by: int
    unit: str
    edits: tuple[PlanEdit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReason:
    """Why a contract cannot take a package, by one rule."""

    code: str
    rule: str
    force: str
    sentence: str
    evidence: Mapping[str, int | str]
    unlock: PlanUnlock | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRefusal:
    """All reasons of one contract for one package."""

    provider_ref: str
    contract_ref: str
    tier: int | None
    reasons: tuple[PlanReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanUnplaced:
    """A person who goes on waiting, and why."""

    package_ref: str
    priority: int
    days_waiting: int
    carer_minutes: int
    refusals: tuple[PlanRefusal, ...]
    overtaken_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLevel:
    """One level of the objective: its value and, where known, a bound."""

    level: str
    name: str
    value: int
    sense: str
    bound: int | None = None
    bound_kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInherited:
    """A rule that a live round breaks by itself."""

    round_ref: str
    day: str | None
    rule: str
    code: str
    excess: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanContractRefusal:
    """Reason codes that bar a provider for every package of a lot in a zone."""

    provider_ref: str
    zone_ref: str
    lot: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMovedVisit:
    """A visit of a moved package on one day, seconds after midnight."""

    day: str
    visit_ref: str
    before_s: int
    """When it starts as the live rounds are today."""
    start_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStretch:
    """The visits of a moved package that go from one live round to another, all week."""

    from_round_ref: str
    to_round_ref: str
    visits: tuple[PlanMovedVisit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGain:
    """A case that a move places, or places at an earlier tier.

    Parameters
    ----------
    package_refs
        One, or the two of a couple.
    before_contract_ref, before_tier
        Where it would be without the move; None: it would wait.
    """

    package_refs: tuple[str, ...]
    contract_ref: str
    tier: int
    before_contract_ref: str | None = None
    before_tier: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMove:
    """A live package that changes rounds, and what that buys."""

    package_ref: str
    provider_ref: str
    stretches: tuple[PlanStretch, ...]
    gains: tuple[PlanGain, ...]
    added_s: int
    """Paid seconds a week that the move and its gains add to all rounds; negative: saved."""
    to_contract_ref: str | None = None
    """With another provider; None where the provider stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMoves:
    """Moves within a budget, in the order in which they are made.

    Parameters
    ----------
    made
        Each buys something beyond those before it.
    without
        Level to value, were none of them made.
    """

    made: tuple[PlanMove, ...]
    without: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A proposal for a council's week."""

    levels: tuple[PlanLevel, ...]
    kpis: Mapping[str, Any]
    placements: tuple[PlanPlacement, ...]
    unplaced: tuple[PlanUnplaced, ...]
    rounds: tuple[PlanRound, ...]
    inherited: tuple[PlanInherited, ...] = ()
    contract_refusals: tuple[PlanContractRefusal, ...] = field(default=())
    moves: PlanMoves | None = None
    """None where nobody has opened a budget of moves."""
