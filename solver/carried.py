"""Last week's plan carried over into this week: what still fits is kept, and what does not is said."""

from __future__ import annotations

from typing import NamedTuple

from solver import kernel
from solver.board import Board
from solver.draft import Draft, Placed, Seat
from solver.layouts import case_layouts
from solver.ledger import Slot, broken_ledger_rules, part_min
from solver.means import MODES
from solver.moved import among
from solver.pairs import broken_pair_rules
from solver.plan import Plan, PlanPlacement, PlanRound
from solver.problem import DAYS, Problem
from solver.rule import Rule

OTHER_VISITS = "its visits are others now."


class Carried(NamedTuple):
    """A plan as far as it fits another week."""

    draft: Draft
    """Keeps every rule."""
    dropped: tuple[str, ...]
    """For each placement that no longer fits: which package, and why."""


class Kept(NamedTuple):
    """A placement that is carried over, as far as has been looked."""

    contract: int
    rounds: dict[int, str]
    """Part to the ref of its round."""


def carried(problem: Problem, plan: Plan) -> Carried:
    """Rebuild as much of another week's plan as fits this one.

    Parameters
    ----------
    problem
        This week.
    plan
        Any plan, of another week as a rule: people and rounds may be gone, or be others now.

    Returns
    -------
    Carried
        Rounds keep their order where that is still legal; else their parts join one by one.
    """
    kept, dropped = _still_asked_for(problem, plan)
    while True:
        draft, failed = _built(problem, plan, kept)
        if not failed:
            return Carried(draft, tuple(dropped))
        for case, why in failed.items():
            dropped.append(f"{_name(problem, case)}: {why}")
            del kept[case]


def _name(problem: Problem, case: int) -> str:
    return " and ".join(problem.packages[package].ref for package in problem.cases[case])


def _still_asked_for(problem: Problem, plan: Plan) -> tuple[dict[int, Kept], list[str]]:
    """Look the plan's placements up; rounds and limits are looked at later."""
    packages = {one.ref: i for i, one in enumerate(problem.packages)}
    case_of = {package: case for case, those in enumerate(problem.cases) for package in those}
    by_case: dict[int, dict[int, PlanPlacement]] = {}
    dropped: list[str] = []
    for one in plan.placements:
        package = packages.get(one.package_ref)
        if package is None:
            dropped.append(f"{one.package_ref}: it is no longer in the council file.")
        elif package not in case_of:
            dropped.append(f"{one.package_ref}: it no longer waits.")
        else:
            by_case.setdefault(case_of[package], {})[package] = one
    rounds = {one.round_ref: one for one in plan.rounds}
    kept: dict[int, Kept] = {}
    for case, placements in by_case.items():
        found = _placement(problem, case, placements, rounds)
        if isinstance(found, str):
            dropped.append(f"{_name(problem, case)}: {found}")
        else:
            kept[case] = found
    return kept, dropped


def _placement(
    problem: Problem, case: int, placements: dict[int, PlanPlacement], rounds: dict[str, PlanRound]
) -> Kept | str:
    if len(placements) < len(problem.cases[case]):
        return "one of the couple was not placed."
    refs = {one.contract_ref for one in placements.values()}
    contract = next((i for i, one in enumerate(problem.contracts) if {one.ref} == refs), None)
    if contract is None:
        return f"there is no contract {', '.join(sorted(refs))} for it any more."
    for package in problem.cases[case]:
        if broken := broken_pair_rules(problem, package, contract):
            return _barred(problem, contract, broken)
    pattern = problem.providers[problem.contracts[contract].provider].pattern
    found: dict[int, str] = {}
    for package in problem.cases[case]:
        placed = placements[package]
        said = {frozenset(one.visit_refs): one for one in placed.parts}
        layouts = problem.packages[package].layouts(pattern)
        for part in next((one.parts for one in layouts if one.ref == placed.layout), ()):
            stated = said.pop(frozenset(problem.visits[v].ref for v in problem.parts[part].visits), None)
            if stated is None:
                return OTHER_VISITS
            if stated.round_ref not in rounds:
                return f"round {stated.round_ref} is not in the plan."
            found[part] = stated.round_ref
        if said:
            return OTHER_VISITS
    # The whole may be laid out otherwise now although each part still exists.
    return Kept(contract, found) if tuple(found) in case_layouts(problem, case, pattern) else OTHER_VISITS


def _barred(problem: Problem, contract: int, broken: list[Rule]) -> str:
    return (
        f"contract {problem.contracts[contract].ref} may not take it now ({', '.join(rule.code for rule in broken)})."
    )


def _built(problem: Problem, plan: Plan, kept: dict[int, Kept]) -> tuple[Draft, dict[int, str]]:
    """Build the rounds; or say which cases cannot be where they were, without the rest being of use."""
    draft = Draft(problem)
    failed: dict[int, str] = {}
    for case, one in kept.items():
        if broken := broken_ledger_rules(draft.ledger.contract_facts(case, one.contract)):
            failed[case] = _barred(problem, one.contract, broken)
        else:
            draft.ledger.post(case, one.contract)
    seats: dict[int, list[Seat]] = {case: [] for case in kept}
    on_round: dict[str, dict[int, int]] = {}
    for case, one in kept.items():
        if case not in failed:
            for part, ref in one.rounds.items():
                on_round.setdefault(ref, {})[part] = case
    for stated in plan.rounds:
        if parts := on_round.get(stated.round_ref):
            _round(draft, stated, parts, seats, failed)
    for case, one in kept.items():
        if case not in failed:
            held = {seat.part: seat for seat in seats[case]}
            draft.placed[case] = Placed(one.contract, tuple(held[part] for part in one.rounds))
    return draft, failed


def _round(
    draft: Draft, stated: PlanRound, parts: dict[int, int], seats: dict[int, list[Seat]], failed: dict[int, str]
) -> None:
    """Put parts on a round as the plan has them; ``seats`` and ``failed`` are filled in."""
    problem = draft.problem
    first = problem.parts[next(iter(parts))]
    patch = problem.packages[first.package].patch
    provider = next((i for i, one in enumerate(problem.providers) if one.ref == stated.provider_ref), None)
    board = draft.boards.get(patch)
    live = next((i for i, one in enumerate(problem.rounds) if one.ref == stated.round_ref), None)
    why = None
    if board is None or provider is None or problem.patches[patch].ref != stated.patch_ref:
        why = f"round {stated.round_ref} is of another patch or provider now."
    elif live is None and stated.source != "proposed":
        why = f"round {stated.round_ref} is gone."
    elif live is not None and not _same(problem, live, stated):
        why = f"round {stated.round_ref} is another one now."
    if why is not None or board is None or provider is None:
        failed.update(dict.fromkeys(parts.values(), str(why)))
        return
    r = len(board.rounds) if live is None else _position(board, live)
    slot = Slot(provider, patch, first.shift)
    opened = int(live is None)
    taken: list[int] = []
    for part, case in parts.items():
        wanted = problem.parts[part]
        here = problem.packages[wanted.package].patch
        new = 0 if taken else opened
        checked = draft.ledger.slot_facts(slot, part_min(problem, part), opened=new, crew=first.crew)
        if (here, wanted.shift, wanted.crew) != (patch, first.shift, first.crew):
            failed[case] = f"round {stated.round_ref} is of another patch, shift or crew than it needs."
        elif broken := broken_ledger_rules(checked):
            failed[case] = f"provider {stated.provider_ref} has no room ({', '.join(rule.code for rule in broken)})."
        else:
            taken.append(part)
            seats[case].append(Seat(part, patch, r))
            draft.post_seat(provider, seats[case][-1])
            if new:
                draft.post_round(provider, patch, first.shift, first.crew)
    if taken and not _as_it_was(board, r, stated, provider, taken):
        if live is None:
            board.open(provider, first.shift, first.crew)
        for part in taken:
            if board.join(r, board.tables.part_at[part]) is None:
                failed[parts[part]] = f"round {stated.round_ref} cannot take it any more."


def _same(problem: Problem, live: int, stated: PlanRound) -> bool:
    one = problem.rounds[live]
    now = (problem.providers[one.provider].ref, problem.patches[one.patch].ref, problem.shifts[one.shift].ref, one.crew)
    return now == (stated.provider_ref, stated.patch_ref, stated.shift_ref, stated.crew)


def _position(board: Board, live: int) -> int:
    return next(r for r, one in enumerate(board.rounds) if one.live == live)


def _as_it_was(board: Board, r: int, stated: PlanRound, provider: int, parts: list[int]) -> bool:
    """Write parts into a round, or a new one, in the plan's order; where that is no longer legal, change nothing."""
    problem, first = board.problem, board.problem.parts[parts[0]]
    fresh = r == len(board.rounds)
    saved = None if fresh else board.save(r)
    mine = [v for part in parts for v in problem.parts[part].visits]
    today = [v for day in ([] if fresh else board.days(r)) for v in day]
    visits = {(problem.packages[problem.visits[v].package].ref, problem.visits[v].ref): v for v in (*today, *mine)}
    days = [
        among(
            base,
            [v for v in mine if problem.visits[v].days >> d & 1],
            [visits.get((visit.package_ref, visit.visit_ref), -1) for visit in stated.days.get(day, ())],
        )
        for d, (day, base) in enumerate(zip(DAYS, [()] * 7 if fresh else board.days(r), strict=True))
    ]
    live = -1 if fresh else board.rounds[r].live
    mode = MODES.index(stated.mode) if fresh else board.rounds[r].mode
    board.put(provider, first.shift, first.crew, mode, live, days, parts)
    if int(board.costs[r, mode].max()) < kernel.IMPOSSIBLE and board.keeps_week(r):
        return True
    if saved is None:
        board.close_last()
    else:
        board.restore(r, saved)
    return False
