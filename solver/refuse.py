"""Why a contract cannot take a case: every rule that says no, its numbers, and the least change that helps.

Reasons refer to the draft as it stands, without the case. Pair and ledger rules: all that fail. Rules of
rounds: a rule is a reason if relaxing it alone admits an insertion. An unlock is given only where one
change is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import numpy as np

from solver.board import Board
from solver.draft import Draft, case_parts
from solver.ledger import Slot, broken_ledger_rules
from solver.pairs import blocking_embargoes, broken_pair_rules, pair_facts, pair_limits
from solver.plan import PlanEdit, PlanReason, PlanUnlock
from solver.problem import NOWHERE, Problem
from solver.reasons import FORCE_OF
from solver.rule import Edit, Rule, Scope, Subject
from solver.rules import rules_of

WIDEST_S = 4 * 3600
"""Windows and legs are not relaxed further than this in search of an unlock."""
WINDOW_FACTS = {"late_s": 0, "critical_late_s": 1}
"""Rules on these facts are relaxed by widening the windows of the case's own visits."""


def refuse(draft: Draft, case: int, contract: int, *, with_unlocks: bool = True) -> list[PlanReason]:
    """List every reason why a contract cannot take an unplaced case.

    Parameters
    ----------
    draft
        The board without the case; is left as it was.
    case, contract
        Ids.
    with_unlocks
        Whether to look for the least change that would help.

    Returns
    -------
    list of PlanReason
        Empty when the contract can take it.
    """
    problem = draft.problem
    packages = problem.cases[case]
    bars: list[tuple[Rule, Any, Any, int]] = []
    for package in packages:
        facts, limits = pair_facts(problem, package, contract), pair_limits(problem, contract)
        for rule in broken_pair_rules(problem, package, contract):
            if all(rule.code != other.code for other, *_ in bars):
                bars.append((rule, facts, limits, package))
    checked = draft.ledger.contract_facts(case, contract)
    bars.extend((rule, *checked, packages[0]) for rule in broken_ledger_rules(checked))
    in_zone = problem.contracts[contract].zone == problem.packages[packages[0]].zone
    seats = in_zone and draft.seats_for(case, contract)
    reasons = []
    for rule, facts, limits, package in bars:
        unlock = None
        if with_unlocks and len(bars) == 1 and seats:
            by = rule.excess(facts, limits)
            unlock = _unlock(rule, subject_of(draft, case, package, contract), rule.relaxed(limits, by), by)
        reasons.append(_reason(rule, facts, limits, unlock))
    if in_zone and not seats:
        reasons.extend(_round_reasons(draft, case, contract, with_unlocks=with_unlocks, alone=not bars))
    return reasons


def subject_of(draft: Draft, case: int, package: int, contract: int) -> Subject:
    """Gather the refs that rules write their unlocks with.

    Parameters
    ----------
    draft
        Holds problem and ledger.
    case, package, contract
        Ids.

    Returns
    -------
    Subject
        Refs of the council file.
    """
    problem = draft.problem
    asked, offered = problem.packages[package], problem.contracts[contract]
    provider = problem.providers[offered.provider]
    tightest = draft.ledger.tightest_intake(case, contract)[2]
    slots = [
        Slot(offered.provider, asked.patch, problem.parts[part].shift)
        for part in case_parts(problem, case, provider.pattern)
    ]
    returns = [i for slot in slots if slot in draft.ledger.stated for i in draft.ledger.stated[slot].returns]
    return Subject(
        package_ref=asked.ref,
        contract_ref=offered.ref,
        provider_ref=provider.ref,
        procedure_ref=problem.procedures[offered.procedure].ref,
        lot=asked.lot,
        change={"increase": "increases", "hospital_return": "hospital_returns"}.get(asked.change, "new"),
        week_starts_on=date.fromordinal(problem.week_starts_on).isoformat(),
        cap_fields=offered.cap_fields,
        return_refs=tuple(problem.returns[i].ref for i in dict.fromkeys(returns)),
        embargo_refs=tuple(problem.embargoes[i].ref for i in blocking_embargoes(problem, package, contract)),
        intake_embargo_ref=problem.embargoes[tightest].ref if tightest != NOWHERE else "",
        missing_skills=tuple(sorted(asked.skills - provider.skills)),
        missing_gender=asked.gender if asked.gender and asked.gender not in provider.genders else "",
        missing_language=asked.language if asked.language and asked.language not in provider.languages else "",
    )


def _round_reasons(draft: Draft, case: int, contract: int, *, with_unlocks: bool, alone: bool) -> Iterator[PlanReason]:
    problem = draft.problem
    package = problem.cases[case][0]
    subject = subject_of(draft, case, package, contract)
    found = False
    for rule in (*rules_of(Scope.LEDGER), *rules_of(Scope.DAY)):
        step = rule.per_unit if rule.scope is Scope.DAY else 1
        by = _least(lambda by, rule=rule: _admits(draft, case, contract, rule, by), step)  # type: ignore[misc]
        if by is None:
            continue
        found = True
        unlock = None
        if with_unlocks and alone:
            unlock = _round_unlock(draft, case, rule, subject, by)
        yield PlanReason(
            code=rule.reason,
            rule=rule.code,
            force=FORCE_OF[rule.reason],
            sentence=f"No round can take it; with {rule.shown(by)} more it could. Rule: {rule.statement}",
            evidence={"short_by": by, "unit": _fine_unit(rule)},
            unlock=unlock,
        )
    if not found:
        yield PlanReason(
            code="NO_WORKABLE_ROUND",
            rule="NO_SINGLE_CHANGE",
            force=FORCE_OF["NO_WORKABLE_ROUND"],
            sentence="No round can take it, and relaxing any one rule alone would not change that.",
            evidence={},
        )


def _round_unlock(draft: Draft, case: int, rule: Rule, subject: Subject, by: int) -> PlanUnlock | None:
    if rule.fact in WINDOW_FACTS:
        edits = tuple(_wider(draft.problem, case, WINDOW_FACTS[rule.fact], by))
        return PlanUnlock(
            sentence=f"It would fit if its visits might start up to {rule.shown(by)} earlier or later.",
            by=by // 60,
            unit="min",
            edits=edits,
        )
    limits: Any = draft.problem.day_limits()
    if rule.scope is Scope.LEDGER:
        limits = _slot_limits(draft, case, subject, rule)
    return _unlock(rule, subject, rule.relaxed(limits, by), by)


def _slot_limits(draft: Draft, case: int, subject: Subject, rule: Rule) -> Any:
    problem, ledger = draft.problem, draft.ledger
    provider = next(i for i, one in enumerate(problem.providers) if one.ref == subject.provider_ref)
    limits = [
        ledger.slot_facts(Slot(provider, problem.packages[problem.cases[case][0]].patch, problem.parts[part].shift), 0)[
            1
        ]
        for part in case_parts(problem, case, problem.providers[provider].pattern)
    ]
    return min(limits, key=lambda one: int(getattr(one, rule.limit)))


def _least(admits: Callable[[int], bool], step: int) -> int | None:
    """Find the least relaxation, in whole steps, that admits; admission is monotone."""
    low, high = 0, 1
    while not admits(high * step):
        low, high = high, high * 2
        if high * step > WIDEST_S:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if admits(middle * step) else (middle, high)
    return high * step


def _admits(draft: Draft, case: int, contract: int, rule: Rule, by: int) -> bool:
    with _relaxed(draft, case, rule, by):
        return draft.seats_for(case, contract)


@contextmanager
def _relaxed(draft: Draft, case: int, rule: Rule, by: int) -> Iterator[None]:
    board = draft.boards[draft.problem.packages[draft.problem.cases[case][0]].patch]
    rows, limits, grant = board.rows, board.limits, draft.ledger.grant
    try:
        if rule.fact in WINDOW_FACTS:
            board.rows = _widened(draft.problem, board, case, WINDOW_FACTS[rule.fact], by)
        elif rule.scope is Scope.DAY:
            board.limits = rule.relaxed(limits, by)
        else:
            draft.ledger.grant = lambda now: rule.relaxed(now, by)
        yield
    finally:
        board.rows, board.limits, draft.ledger.grant = rows, limits, grant


def _widened(problem: Problem, board: Board, case: int, critical: int, by: int) -> np.ndarray[Any, Any]:
    rows = board.rows.copy()
    for package in problem.cases[case]:
        for visit in problem.packages[package].visits:
            row = board.row_of.get(visit)
            if row is not None and rows[row, 4] == critical:
                rows[row, 1] = max(0, rows[row, 1] - by)
                rows[row, 2] = min(86_340, rows[row, 2] + by)
    return rows


def _wider(problem: Problem, case: int, critical: int, by: int) -> Iterator[PlanEdit]:
    for package in problem.cases[case]:
        for visit in problem.packages[package].visits:
            one = problem.visits[visit]
            if one.critical == bool(critical):
                window = [max(0, one.earliest_s - by) // 60, min(86_340, one.latest_s + by) // 60]
                yield PlanEdit(
                    op="replace",
                    collection="visits",
                    ref=f"{problem.packages[package].ref}/{one.ref}",
                    field="window",
                    value=[f"{minute // 60:02d}:{minute % 60:02d}" for minute in window],
                )


def _unlock(rule: Rule, subject: Subject, limits: Any, by: int) -> PlanUnlock | None:
    edits = rule.edits(subject, limits)
    if not edits:
        return None
    return PlanUnlock(
        sentence=_unlock_sentence(rule, by, edits), by=by, unit=_fine_unit(rule), edits=_plan_edits(edits)
    )


def _unlock_sentence(rule: Rule, by: int, edits: tuple[Edit, ...]) -> str:
    where = "; ".join(
        f"{edit.collection}{f' {edit.ref}' if edit.ref else ''}: {edit.field.replace('_', ' ')} "
        f"{'gains' if edit.op == 'append' else 'to'} {_shown(edit.value)}"
        for edit in edits
    )
    lead = f"{rule.shown(by)} more would do" if rule.scope is not Scope.PAIR else "It would be allowed"
    return f"{lead} ({where})."


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else "none" if value is None else str(value)


def _plan_edits(edits: tuple[Edit, ...]) -> tuple[PlanEdit, ...]:
    return tuple(
        PlanEdit(op=edit.op, collection=edit.collection, ref=edit.ref, field=edit.field, value=edit.value)
        for edit in edits
    )


def _reason(rule: Rule, facts: Any, limits: Any, unlock: PlanUnlock | None) -> PlanReason:
    said = rule.said(facts, limits)
    return PlanReason(
        code=rule.reason,
        rule=rule.code,
        force=FORCE_OF[rule.reason],
        sentence=said[0].upper() + said[1:] + ".",
        evidence={
            "value": int(getattr(facts, rule.fact)),
            "limit": int(getattr(limits, rule.limit)),
            "unit": _fine_unit(rule),
        },
        unlock=unlock,
    )


def _fine_unit(rule: Rule) -> str:
    """Name the unit of the fact itself."""
    return {"min": "s", "h": "carer_min"}.get(rule.unit, rule.unit) if rule.per_unit > 1 else rule.unit or "flag"
