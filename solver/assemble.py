"""From a settled draft to a plan: timetables, what was passed, reasons, levels and figures."""

from __future__ import annotations

from collections.abc import Iterable

from solver.bars import contract_refusals, inherited
from solver.board import Board
from solver.draft import Draft, Placed
from solver.kpis import kpis
from solver.layouts import layout_of
from solver.ledger import Slot, broken_ledger_rules
from solver.levels import Bound, held_bounds, level_specs, values
from solver.means import MODES
from solver.moving import Moving
from solver.order import contracts_explained, tiers, turns
from solver.pairs import broken_pair_rules
from solver.plan import (
    Plan,
    PlanLevel,
    PlanOffer,
    PlanPart,
    PlanPassed,
    PlanPlacement,
    PlanReason,
    PlanRefusal,
    PlanRound,
    PlanUnplaced,
    PlanVisit,
)
from solver.problem import AS_COMMISSIONED, DAYS
from solver.reasons import FORCE_OF, Force
from solver.refuse import refuse
from solver.settle import in_order
from solver.stated_moves import moves_plan
from solver.timetable import timetable

RoundKey = tuple[int, int]
"""(patch, position on its board)."""
Turns = dict[tuple[int, int], tuple[int, ...]]
"""(package, tier) to the contracts of a fair rotation, in turn."""


def assemble(draft: Draft, bounds: Iterable[Bound], moving: Moving | None = None) -> Plan:
    """Write a settled draft out as a plan.

    Parameters
    ----------
    draft
        Settled; is left as it was.
    bounds
        As :func:`solver.solve.solve` returns them; stated where they hold for this draft.
    moving
        The moves that led to this draft; None where no budget of moves is open.

    Returns
    -------
    Plan
        Rounds are numbered by zone, patch, provider and shift.
    """
    problem = draft.problem
    refs = round_refs(draft)
    rounds = tuple(round_plan(draft, key, ref) for key, ref in refs.items())
    order = turns(problem, {case: placed.contract for case, placed in draft.placed.items()})
    placements = tuple(_placement(draft, case, package, refs, order) for case, package in _placed_packages(draft))
    unplaced = tuple(
        _unplaced(draft, case, package)
        for case in in_order(draft, [case for case in draft.cases if case not in draft.placed])
        for package in problem.cases[case]
    )
    if moving is not None and moving.moves:  # rounds are others now; who could go where, rounds left aside, is the same
        bounds = [one for one in bounds if one.kind == "proven" and one.level != "5"]
    return Plan(
        levels=_levels(draft, bounds),
        kpis=kpis(problem, placements, unplaced, rounds),
        placements=placements,
        unplaced=unplaced,
        rounds=rounds,
        inherited=inherited(problem),
        contract_refusals=contract_refusals(problem),
        moves=None if moving is None else moves_plan(moving, rounds),
    )


def refusals(draft: Draft, case: int, package: int, *, with_unlocks: bool = True) -> tuple[PlanRefusal, ...]:
    """Explain why no contract can take a package's case.

    Parameters
    ----------
    draft
        The board without the case.
    case, package
        Ids.
    with_unlocks
        Whether to look for the least change that would help.

    Returns
    -------
    tuple of PlanRefusal
        In call-off order; contracts that could take it have no reasons.
    """
    problem = draft.problem
    rank = tiers(problem, package)
    zone = problem.packages[package].zone
    asked = contracts_explained(problem, zone)
    asked.sort(key=lambda i: (rank.get(i, len(problem.contracts) + 1), i))
    return tuple(
        PlanRefusal(
            provider_ref=problem.providers[problem.contracts[i].provider].ref,
            contract_ref=problem.contracts[i].ref,
            tier=rank.get(i),
            reasons=tuple(refuse(draft, case, i, with_unlocks=with_unlocks)),
        )
        for i in asked
    )


def _placed_packages(draft: Draft) -> list[tuple[int, int]]:
    found = [(case, package) for case in draft.placed for package in draft.problem.cases[case]]
    return sorted(found, key=lambda pair: pair[1])


def round_refs(draft: Draft) -> dict[RoundKey, str]:
    """Name the rounds of a draft: live ones keep their ref, new ones are numbered.

    Parameters
    ----------
    draft
        Any draft.

    Returns
    -------
    dict
        Patch and position to ref, in order of refs.
    """
    problem = draft.problem
    refs: dict[RoundKey, str] = {}
    fresh: list[tuple[tuple[object, ...], RoundKey]] = []
    for patch, board in draft.boards.items():
        for r, one in enumerate(board.rounds):
            if one.live >= 0:
                refs[patch, r] = problem.rounds[one.live].ref
            elif not board.is_empty(r):
                key = (problem.patches[patch].zone, patch, one.provider, one.shift, one.crew, board.days(r))
                fresh.append((key, (patch, r)))
    taken = set(refs.values())
    number = 0
    for _, place in sorted(fresh):
        number += 1
        while f"new-{number:04d}" in taken:
            number += 1
        refs[place] = f"new-{number:04d}"
    return dict(sorted(refs.items(), key=lambda item: item[1]))


def round_plan(draft: Draft, key: RoundKey, ref: str) -> PlanRound:
    """Write one round out with its timetable.

    Parameters
    ----------
    draft
        Holds the round.
    key
        Patch, and position on its board.
    ref
        What to call it.

    Returns
    -------
    PlanRound
        Times by the canonical timetable.
    """
    problem = draft.problem
    patch, r = key
    board: Board = draft.boards[patch]
    one = board.rounds[r]
    mode = MODES[one.mode]
    setting = problem.day_setting(one.shift, mode, one.crew)
    days: dict[str, tuple[PlanVisit, ...]] = {}
    for d, visits in enumerate(board.days(r)):
        if not visits:
            continue
        timed, _ = timetable(problem, visits, setting)
        days[DAYS[d]] = tuple(
            PlanVisit(
                package_ref=problem.packages[problem.visits[visit.visit].package].ref,
                visit_ref=problem.visits[visit.visit].ref,
                home_ref=problem.homes[problem.visits[visit.visit].home].ref,
                leave_s=visit.leave_s if i else None,
                travel_s=visit.travel_s,
                arrive_s=visit.arrive_s,
                start_s=visit.start_s,
                finish_s=visit.finish_s,
            )
            for i, visit in enumerate(timed)
        )
    slot = Slot(one.provider, patch, one.shift)
    return PlanRound(
        round_ref=ref,
        provider_ref=problem.providers[one.provider].ref,
        zone_ref=problem.zones[problem.patches[patch].zone],
        patch_ref=problem.patches[patch].ref,
        shift_ref=problem.shifts[one.shift].ref,
        mode=mode,
        crew=one.crew,
        source=problem.rounds[one.live].source if one.live >= 0 else "proposed",
        needs_carers=one.live < 0 and slot not in draft.ledger.stated,
        days=days,
    )


def _placement(draft: Draft, case: int, package: int, refs: dict[RoundKey, str], order: Turns) -> PlanPlacement:
    problem = draft.problem
    passed = _passed(draft, case, package, draft.placed[case])
    placed = draft.placed[case]
    contract = problem.contracts[placed.contract]
    one = problem.packages[package]
    pattern = problem.providers[contract.provider].pattern
    parts = [
        PlanPart(
            line_ref=one.lines[problem.parts[seat.part].line],
            shift_ref=problem.shifts[problem.parts[seat.part].shift].ref,
            crew=problem.parts[seat.part].crew,
            round_ref=refs[seat.patch, seat.round],
            visit_refs=tuple(problem.visits[visit].ref for visit in problem.parts[seat.part].visits),
        )
        for seat in placed.seats
        if problem.parts[seat.part].package == package
    ]
    return PlanPlacement(
        package_ref=one.ref,
        provider_ref=problem.providers[contract.provider].ref,
        contract_ref=contract.ref,
        tier=tiers(problem, package)[placed.contract],
        carer_minutes=one.carer_min,
        parts=tuple(sorted(parts, key=lambda part: (part.line_ref, part.shift_ref, part.crew, part.visit_refs))),
        fixed_blocks=tuple((one.lines[problem.visits[v].line], problem.visits[v].ref) for v in one.fixed[pattern]),
        passed=passed,
        layout=layout_of(problem, package, pattern, [seat.part for seat in placed.seats]) or AS_COMMISSIONED,
        offers=_offers(draft, case, package, passed, order),
    )


def _offers(draft: Draft, case: int, package: int, passed: Iterable[PlanPassed], order: Turns) -> tuple[PlanOffer, ...]:
    """List whom to ask, in order: earlier contracts against which only estimates stand, then the tier proposed."""
    problem, chosen = draft.problem, draft.placed[case].contract
    tier = tiers(problem, package)[chosen]
    turn = {i: (at, place) for (one, at), row in order.items() if one == package for place, i in enumerate(row, 1)}
    contracts = {contract.ref: i for i, contract in enumerate(problem.contracts)}

    def offer(i: int, at: int, answer: str, codes: tuple[str, ...] = ()) -> PlanOffer:
        contract = problem.contracts[i]
        return PlanOffer(
            contract_ref=contract.ref,
            provider_ref=problem.providers[contract.provider].ref,
            tier=at,
            turn=turn[i][1] if i in turn else None,
            answer=answer,
            predicted=answer != "not_needed",
            codes=codes,
        )

    asked = [offer(contracts[one.contract_ref], one.tier, "decline", one.codes) for one in passed if one.predicted]
    asked.sort(key=lambda one: (one.tier, one.turn or 0))
    peers = order.get((package, tier), (chosen,))
    place = peers.index(chosen)
    if len(peers) > 1:
        with draft.without(case):
            for i in peers[:place]:
                codes = tuple(dict.fromkeys(one.code for one in refuse(draft, case, i, with_unlocks=False)))
                if all(FORCE_OF[code] is Force.ESTIMATE for code in codes):
                    asked.append(offer(i, tier, "decline" if codes else "accept", codes))
            later = [i for i in peers[place + 1 :] if not _barred(draft, case, i)]
    else:
        later = []
    asked.append(offer(chosen, tier, "accept"))
    return (*asked, *(offer(i, tier, "not_needed") for i in later))


def _barred(draft: Draft, case: int, contract: int) -> bool:
    """Say whether a rule of the contract stands against it, whatever the rounds."""
    problem = draft.problem
    return any(broken_pair_rules(problem, one, contract) for one in problem.cases[case]) or bool(
        broken_ledger_rules(draft.ledger.contract_facts(case, contract))
    )


def _passed(draft: Draft, case: int, package: int, placed: Placed) -> tuple[PlanPassed, ...]:
    problem = draft.problem
    rank = tiers(problem, package)
    earlier = sorted((tier, i) for i, tier in rank.items() if tier < rank[placed.contract])
    if not earlier:
        return ()
    with draft.without(case):
        reasons = {i: refuse(draft, case, i, with_unlocks=False) for _, i in earlier}
    return tuple(
        PlanPassed(
            provider_ref=problem.providers[problem.contracts[i].provider].ref,
            contract_ref=problem.contracts[i].ref,
            tier=tier,
            codes=_codes(reasons[i]),
            predicted=all(FORCE_OF[code] is Force.ESTIMATE for code in _codes(reasons[i])),
        )
        for tier, i in earlier
    )


def _codes(reasons: list[PlanReason]) -> tuple[str, ...]:
    # Nothing says no, yet the plan is settled: leaving its rounds would break them for the people who stay.
    return tuple(dict.fromkeys(reason.code for reason in reasons)) or ("NO_WORKABLE_ROUND",)


def _unplaced(draft: Draft, case: int, package: int) -> PlanUnplaced:
    problem = draft.problem
    one = problem.packages[package]
    overtaking = sorted(
        problem.packages[other].ref
        for placed in draft.placed
        for other in problem.cases[placed]
        if problem.packages[other].priority > one.priority and problem.packages[other].zone == one.zone
    )
    return PlanUnplaced(
        package_ref=one.ref,
        priority=one.priority,
        days_waiting=one.days_waiting,
        carer_minutes=one.carer_min,
        refusals=refusals(draft, case, package),
        overtaken_by=tuple(overtaking),
    )


def _levels(draft: Draft, bounds: Iterable[Bound]) -> tuple[PlanLevel, ...]:
    """State what was reached, and what could not be bettered as long as the levels before are as they are."""
    problem = draft.problem
    contracts = {case: placed.contract for case, placed in draft.placed.items()}
    value = values(problem, contracts, draft.ledger.load_min, draft.cost_s())
    known = held_bounds(problem, value, bounds)
    return tuple(
        PlanLevel(
            level=spec.level,
            name=spec.name,
            value=value[spec.level],
            sense=spec.sense,
            bound=known[spec.level].value if spec.level in known else None,
            bound_kind=known[spec.level].kind if spec.level in known else None,
        )
        for spec in level_specs(problem)
    )
