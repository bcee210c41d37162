"""Between the engine's plan and the plan file: clock times, JSON Patches, provenance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Any

import jsonpatch

from app import __version__
from app.formats import plan as pf
from app.formats.council import DAYS, CouncilFile
from app.formats.plan import PlanFile
from app.formats.read import council_sha256, plan_sha256
from app.formats.times import clock_time, seconds
from app.moves import moves_of, stated_moves
from solver import plan as sp
from solver.compiled import engine_sha256
from solver.plan import Plan

STATEMENT = (
    "A proposal. Nobody is placed by it: a named person decides on every offer, having been shown the "
    "alternatives. Refusals of force 'estimate' predict an answer; the provider is still asked."
)


class BadPatch(Exception):
    """A change names something that the council file does not hold."""


def plan_file(
    plan: Plan,
    council: CouncilFile,
    *,
    seed: int,
    effort: int,
    replayable: bool = True,
    start: PlanFile | None = None,
) -> PlanFile:
    """Write a plan as its file.

    Parameters
    ----------
    plan
        As the engine hands it out.
    council
        What it was made from.
    seed, effort
        As they were given to the engine.
    replayable
        False when a time limit stopped the search.
    start
        The plan that the search started from as well.

    Returns
    -------
    PlanFile
        Without run times or run ids.
    """
    pointers = Pointers(council)
    return PlanFile(
        format=pf.FORMAT,
        council=council.name,
        fictional=council.fictional,
        provenance=pf.Provenance(
            council_sha256=council_sha256(council),
            careround_version=__version__,
            rules_sha256=engine_sha256(),
            seed=seed,
            effort=effort,
            replayable=replayable,
            statement=STATEMENT,
            started_from_sha256=None if start is None else plan_sha256(start),
        ),
        levels=tuple(pf.Level.model_validate(asdict(level)) for level in plan.levels),
        kpis=dict(plan.kpis),
        placements=tuple(_placement(one) for one in plan.placements),
        unplaced=tuple(
            pf.Unplaced(
                package_ref=one.package_ref,
                priority=one.priority,
                days_waiting=one.days_waiting,
                carer_minutes=one.carer_minutes,
                refusals=tuple(refusal_of(refusal, pointers) for refusal in one.refusals),
                overtaken_by=one.overtaken_by,
            )
            for one in plan.unplaced
        ),
        contract_refusals=tuple(pf.ContractRefusal.model_validate(asdict(one)) for one in plan.contract_refusals),
        inherited=tuple(pf.Inherited.model_validate(asdict(one)) for one in plan.inherited),
        rounds=tuple(round_of(one) for one in plan.rounds),
        moves=moves_of(plan.moves, council),
    )


def stated_plan(file: PlanFile, council: CouncilFile) -> Plan:
    """Read a plan file as the engine's plan, times in seconds.

    Parameters
    ----------
    file
        Any plan file.
    council
        That unlocks' JSON Pointers point into.

    Returns
    -------
    Plan
        Just what the file states; nothing is looked up or mended.
    """
    pointers = Pointers(council)
    return Plan(
        levels=tuple(sp.PlanLevel(**level.model_dump()) for level in file.levels),
        kpis=dict(file.kpis),
        placements=tuple(_stated_placement(one) for one in file.placements),
        unplaced=tuple(
            sp.PlanUnplaced(
                package_ref=one.package_ref,
                priority=one.priority,
                days_waiting=one.days_waiting,
                carer_minutes=one.carer_minutes,
                refusals=tuple(_stated_refusal(refusal, pointers) for refusal in one.refusals),
                overtaken_by=one.overtaken_by,
            )
            for one in file.unplaced
        ),
        rounds=tuple(_stated_round(one) for one in file.rounds),
        inherited=tuple(sp.PlanInherited(**one.model_dump()) for one in file.inherited),
        contract_refusals=tuple(sp.PlanContractRefusal(**one.model_dump()) for one in file.contract_refusals),
        moves=stated_moves(file.moves),
    )


class Pointers:
    """Finds the JSON Pointer of a thing in a council file.

    Parameters
    ----------
    council
        Defaults count as spelt out: the patch applies to ``council.model_dump(mode="json")``.
    """

    def __init__(self, council: CouncilFile) -> None:
        self.place = {
            "contracts": {one.contract_ref: i for i, one in enumerate(council.contracts)},
            "providers": {one.provider_ref: i for i, one in enumerate(council.providers)},
            "embargoes": {one.embargo_ref: i for i, one in enumerate(council.embargoes)},
            "capacity_returns": {one.return_ref: i for i, one in enumerate(council.capacity_returns)},
            "call_off_procedures": {one.procedure_ref: i for i, one in enumerate(council.call_off_procedures)},
        }
        self._council = council

    # A large council has thousands of visits, and few answers speak of any.
    @cached_property
    def visits(self) -> dict[str, str]:
        """Pointers of visits, by package and visit ref."""
        return {
            f"{package.package_ref}/{visit.visit_ref}": f"/packages/{i}/lines/{j}/visits/{k}"
            for i, package in enumerate(self._council.packages)
            for j, line in enumerate(package.lines)
            for k, visit in enumerate(line.visits)
        }

    @cached_property
    def _things(self) -> dict[str, tuple[str, str]]:
        things = {"/parameters": ("parameters", "")}
        things |= {path: ("visits", ref) for ref, path in self.visits.items()}
        return things | {f"/{name}/{i}": (name, ref) for name, at in self.place.items() for ref, i in at.items()}

    def change(self, edit: sp.PlanEdit) -> pf.Change:
        """Write an edit as an operation of a JSON Patch.

        Parameters
        ----------
        edit
            By collection and ref.

        Returns
        -------
        Change
            By JSON Pointer.
        """
        if edit.collection == "parameters":
            thing = "/parameters"
        elif edit.collection == "visits":
            thing = self.visits[edit.ref]
        else:
            thing = f"/{edit.collection}/{self.place[edit.collection][edit.ref]}"
        if edit.op == "append":
            return pf.Change(op="add", path=f"{thing}/{edit.field}/-", value=edit.value)
        return pf.Change(op="replace", path=f"{thing}/{edit.field}", value=edit.value)

    def edit(self, change: pf.Change) -> sp.PlanEdit:
        """Read an operation of a JSON Patch as an edit.

        Parameters
        ----------
        change
            By JSON Pointer.

        Returns
        -------
        PlanEdit
            With an empty ref, and the pointer as the field, where it points at nothing known.
        """
        append = change.op == "add" and change.path.endswith("/-")
        thing, _, field = change.path.removesuffix("/-").rpartition("/")
        collection, ref = self._things.get(thing, ("", ""))
        return sp.PlanEdit(
            op="append" if append else change.op,
            collection=collection,
            ref=ref,
            field=field if collection else change.path,
            value=change.value,
        )


def patched(council: CouncilFile, changes: Sequence[pf.Change]) -> CouncilFile:
    """Apply a JSON Patch to a council file.

    Parameters
    ----------
    council
        Is left as it was.
    changes
        Operations, as an unlock holds them.

    Returns
    -------
    CouncilFile
        Checked anew.

    Raises
    ------
    BadPatch
        A path names nothing, or the result is no council file.
    """
    operations = [change.model_dump(mode="json") for change in changes]
    try:
        document = jsonpatch.apply_patch(council.model_dump(mode="json"), operations)
        return CouncilFile.model_validate(document)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, ValueError) as error:
        raise BadPatch(f"The change cannot be applied to the council file: {type(error).__name__}.") from error


def refusal_of(refusal: sp.PlanRefusal, pointers: Pointers) -> pf.Refusal:
    """Write a refusal for a file or an answer.

    Parameters
    ----------
    refusal
        As the engine hands it out.
    pointers
        Of the council file that unlocks are stated on.

    Returns
    -------
    Refusal
        Unlocks as JSON Patches.
    """
    return pf.Refusal(
        provider_ref=refusal.provider_ref,
        contract_ref=refusal.contract_ref,
        tier=refusal.tier,
        reasons=tuple(
            pf.Reason(
                code=reason.code,
                rule=reason.rule,
                force=reason.force,
                sentence=reason.sentence,
                evidence=dict(reason.evidence),
                unlock=None
                if reason.unlock is None
                else pf.Unlock(
                    sentence=reason.unlock.sentence,
                    by=reason.unlock.by,
                    unit=reason.unlock.unit,
                    patch=tuple(pointers.change(edit) for edit in reason.unlock.edits),
                ),
            )
            for reason in refusal.reasons
        ),
    )


def round_of(one: sp.PlanRound) -> pf.RoundPlan:
    """Write a round for a file or an answer.

    Parameters
    ----------
    one
        Times in seconds.

    Returns
    -------
    RoundPlan
        Times on the clock, days in order.
    """
    return pf.RoundPlan(
        round_ref=one.round_ref,
        provider_ref=one.provider_ref,
        zone_ref=one.zone_ref,
        patch_ref=one.patch_ref,
        shift_ref=one.shift_ref,
        mode=one.mode,
        crew=1 if one.crew == 1 else 2,
        source=one.source,
        needs_carers=one.needs_carers,
        days=tuple(
            pf.RoundDayPlan(day=day, visits=tuple(_timed(visit) for visit in one.days[day]))
            for day in DAYS
            if day in one.days
        ),
    )


def _timed(visit: sp.PlanVisit) -> pf.TimedVisit:
    return pf.TimedVisit(
        package_ref=visit.package_ref,
        visit_ref=visit.visit_ref,
        home_ref=visit.home_ref,
        leave=None if visit.leave_s is None else clock_time(visit.leave_s),
        travel_s=visit.travel_s,
        arrive=clock_time(visit.arrive_s),
        start=clock_time(visit.start_s),
        finish=clock_time(visit.finish_s),
    )


def _placement(one: sp.PlanPlacement) -> pf.Placement:
    return pf.Placement(
        package_ref=one.package_ref,
        provider_ref=one.provider_ref,
        contract_ref=one.contract_ref,
        tier=one.tier,
        carer_minutes=one.carer_minutes,
        parts=tuple(pf.PlacedPart.model_validate(asdict(part)) for part in one.parts),
        fixed_blocks=tuple(pf.FixedBlock(line_ref=line, visit_ref=visit) for line, visit in one.fixed_blocks),
        passed=tuple(pf.Passed.model_validate(asdict(passed)) for passed in one.passed),
        layout=one.layout,
        offers=tuple(pf.Offer.model_validate(asdict(offer)) for offer in one.offers),
    )


def _stated_placement(one: pf.Placement) -> sp.PlanPlacement:
    return sp.PlanPlacement(
        package_ref=one.package_ref,
        provider_ref=one.provider_ref,
        contract_ref=one.contract_ref,
        tier=one.tier,
        carer_minutes=one.carer_minutes,
        parts=tuple(sp.PlanPart(**part.model_dump()) for part in one.parts),
        fixed_blocks=tuple((block.line_ref, block.visit_ref) for block in one.fixed_blocks),
        passed=tuple(sp.PlanPassed(**passed.model_dump()) for passed in one.passed),
        layout=one.layout,
        offers=tuple(sp.PlanOffer(**offer.model_dump()) for offer in one.offers),
    )


def _stated_refusal(refusal: pf.Refusal, pointers: Pointers) -> sp.PlanRefusal:
    return sp.PlanRefusal(
        provider_ref=refusal.provider_ref,
        contract_ref=refusal.contract_ref,
        tier=refusal.tier,
        reasons=tuple(
            sp.PlanReason(
                code=reason.code,
                rule=reason.rule,
                force=reason.force,
                sentence=reason.sentence,
                evidence=dict(reason.evidence),
                unlock=None
                if reason.unlock is None
                else sp.PlanUnlock(
                    sentence=reason.unlock.sentence,
                    by=reason.unlock.by,
                    unit=reason.unlock.unit,
                    edits=tuple(pointers.edit(change) for change in reason.unlock.patch),
                ),
            )
            for reason in refusal.reasons
        ),
    )


def _stated_round(one: pf.RoundPlan) -> sp.PlanRound:
    days: dict[str, tuple[sp.PlanVisit, ...]] = {}
    for day in one.days:
        days[day.day] = days.get(day.day, ()) + tuple(
            sp.PlanVisit(
                package_ref=visit.package_ref,
                visit_ref=visit.visit_ref,
                home_ref=visit.home_ref,
                leave_s=None if visit.leave is None else seconds(visit.leave),
                travel_s=visit.travel_s,
                arrive_s=seconds(visit.arrive),
                start_s=seconds(visit.start),
                finish_s=seconds(visit.finish),
            )
            for visit in day.visits
        )
    fields: dict[str, Any] = one.model_dump(exclude={"days"})
    return sp.PlanRound(**fields, days=days)
