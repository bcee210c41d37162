"""Why a contract cannot take a case: every rule that says no, its numbers, and the least change that helps.

Reasons refer to the draft as it stands, without the case. Pair and ledger rules: all that fail. Rules of
rounds: a rule is a reason if relaxing it alone admits an insertion. An unlock is given only where one
change is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from solver.draft import Draft
from solver.facts import LedgerLimits
from solver.ledger import Slot, broken_ledger_rules, members
from solver.pairs import pair_facts, pair_limits
from solver.plan import PlanEdit, PlanReason, PlanUnlock
from solver.problem import DAYS, Problem
from solver.question import WINDOW_FACTS, Question
from solver.reasons import FORCE_OF
from solver.rule import Edit, Rule, Scope, Subject
from solver.rules import broken, rules_of
from solver.subject import subject_of

WIDEST_S = 4 * 3600
"""Windows and legs are not relaxed further than this in search of an unlock; limits of a week, than this for each day."""
MINUTE_S = 60
FINE_UNITS = {("min", 60): "s", ("h", 60): "carer_min", ("h", 3600): "s"}
"""Units of facts, by the unit that people read and how many make one of it."""


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
    in_zone = problem.contracts[contract].zone == problem.packages[problem.cases[case][0]].zone
    question = Question(draft, case, [contract], told=()) if in_zone else None
    return refusal(draft, case, contract, bars(draft, case, contract), question, with_unlocks=with_unlocks)


class Bar(NamedTuple):
    """A rule of pairs or of ledgers that a case and a contract break, whatever the rounds."""

    rule: Rule
    facts: Any
    limits: Any
    package: int
    """Of the case: the first that breaks it."""


def bars(draft: Draft, case: int, contract: int) -> list[Bar]:
    """List every rule of pairs and of ledgers by which a contract cannot take an unplaced case.

    Parameters
    ----------
    draft
        The board without the case.
    case, contract
        Ids.

    Returns
    -------
    list of Bar
        Each rule once; empty when only rounds can stand against it.
    """
    problem = draft.problem
    packages = problem.cases[case]
    found: dict[str, Bar] = {}
    limits = pair_limits(problem, contract)
    for package in packages:
        facts = pair_facts(problem, package, contract)
        for rule in broken(Scope.PAIR, facts, limits):
            found.setdefault(rule.code, Bar(rule, facts, limits, package))
    checked = draft.ledger.contract_facts(case, contract)
    return [*found.values(), *(Bar(rule, *checked, packages[0]) for rule in broken_ledger_rules(checked))]


def refusal(
    draft: Draft,
    case: int,
    contract: int,
    barred: Sequence[Bar],
    question: Question | None,
    *,
    with_unlocks: bool = True,
) -> list[PlanReason]:
    """List every reason why a contract cannot take an unplaced case, rounds having been asked already.

    Parameters
    ----------
    draft
        The board without the case; is left as it was.
    case, contract
        Ids.
    barred
        As :func:`bars` lists them.
    question
        Asks this contract; None where the contract is not of the case's zone.
    with_unlocks
        Whether to look for the least change that would help.

    Returns
    -------
    list of PlanReason
        Empty when the contract can take it.
    """
    seats = question is not None and question.takes(contract)
    reasons = []
    for bar in barred:
        unlock = None
        subject = partial(subject_of, draft.problem, draft.ledger, case, bar.package, contract)
        if with_unlocks and len(barred) == 1 and seats:
            by = bar.rule.excess(bar.facts, bar.limits)
            unlock = _unlock(bar.rule, bar.rule.edits(subject(), bar.rule.relaxed(bar.limits, by)), by)
        reasons.append(_reason(bar, subject, unlock))
    if question is not None and not seats:
        if barred:
            reasons.append(_no_single_change("Besides, no round can take it as things stand."))
        else:
            reasons.extend(_round_reasons(question, contract, with_unlocks=with_unlocks))
    return reasons


def _no_single_change(sentence: str) -> PlanReason:
    return PlanReason(
        code="NO_WORKABLE_ROUND",
        rule="NO_SINGLE_CHANGE",
        force=FORCE_OF["NO_WORKABLE_ROUND"],
        sentence=sentence,
        evidence={},
    )


def _round_reasons(question: Question, contract: int, *, with_unlocks: bool) -> Iterator[PlanReason]:
    problem, case = question.problem, question.case
    found = False
    for rule in (*rules_of(Scope.LEDGER), *rules_of(Scope.DAY), *rules_of(Scope.WEEK)):
        in_time = rule.scope is not Scope.LEDGER and rule.per_unit >= MINUTE_S
        step = MINUTE_S if in_time else 1
        days = len(DAYS) if rule.scope is Scope.WEEK else 1
        widest = days * WIDEST_S if in_time else _whole_week(problem, case)
        by = question.least_relaxed(rule, contract, step, widest)
        if by is None:
            continue
        found = True
        unlock = None
        if with_unlocks:
            subject = subject_of(problem, question.draft.ledger, case, problem.cases[case][0], contract)
            unlock = _round_unlock(question, contract, rule, subject, by)
        yield PlanReason(
            code=rule.reason,
            rule=rule.code,
            force=FORCE_OF[rule.reason],
            sentence=f"No round can take it; with {rule.shown(by)} more it could. Rule: {rule.statement}",
            evidence={"short_by": by, "unit": _fine_unit(rule)},
            unlock=unlock,
        )
    if not found:
        yield _no_single_change("No round can take it, and relaxing any one rule alone would not change that.")


def _whole_week(problem: Problem, case: int) -> int:
    """More carer-minutes, or rounds, than a case can need."""
    return max(1, sum(package.carer_min for package in members(problem, case)))


def _round_unlock(question: Question, contract: int, rule: Rule, subject: Subject, by: int) -> PlanUnlock | None:
    if rule.fact in WINDOW_FACTS:
        return PlanUnlock(
            sentence=f"It would fit if its visits might start up to {rule.shown(by)} earlier or later.",
            by=by,
            unit="s",
            edits=tuple(_wider(question.problem, question.case, WINDOW_FACTS[rule.fact], by)),
        )
    if rule.scope is Scope.LEDGER:
        return _unlock(rule, _slot_edits(question, contract, rule, subject, by), by)
    stated: Any = question.problem.week_limits() if rule.scope is Scope.WEEK else question.problem.day_limits()
    return _unlock(rule, rule.edits(subject, rule.relaxed(stated, by)), by)


def _slot_edits(question: Question, contract: int, rule: Rule, subject: Subject, by: int) -> tuple[Edit, ...]:
    """Raise one capacity return of every slot that has too little."""
    edits: list[Edit] = []
    spared: set[Slot] = set()
    for slot in question.slots:
        stated = question.draft.ledger.stated.get(slot)
        if stated is None or slot.provider != question.problem.contracts[contract].provider:
            continue
        if question.takes_relaxed(rule, by, contract, spared | {slot}):
            spared.add(slot)
            continue
        one = question.problem.returns[stated.returns[0]]
        limits = LedgerLimits(return_min=one.minutes, new_single_rounds=one.carers, new_pair_rounds=one.pairs)
        edits.extend(rule.edits(subject._replace(return_refs=(one.ref,)), rule.relaxed(limits, by)))
    return tuple(edits)


def _wider(problem: Problem, case: int, critical: int, by: int) -> Iterator[PlanEdit]:
    for package in problem.cases[case]:
        for visit in problem.packages[package].visits:
            one = problem.visits[visit]
            if one.critical == bool(critical) and one.choices_s is None:
                window = [max(0, one.earliest_s - by) // 60, min(86_340, one.latest_s + by) // 60]
                yield PlanEdit(
                    op="replace",
                    collection="visits",
                    ref=f"{problem.packages[package].ref}/{one.ref}",
                    field="window",
                    value=[f"{minute // 60:02d}:{minute % 60:02d}" for minute in window],
                )


def _unlock(rule: Rule, edits: tuple[Edit, ...], by: int) -> PlanUnlock | None:
    if not edits:
        return None
    return PlanUnlock(
        sentence=_unlock_sentence(rule, by, edits), by=by, unit=_fine_unit(rule), edits=PlanEdit.listed(edits)
    )


def _unlock_sentence(rule: Rule, by: int, edits: tuple[Edit, ...]) -> str:
    changes = "; ".join(_said(edit) for edit in edits)
    if rule.scope is Scope.PAIR:
        return f"It would be allowed with {changes}."
    return f"{rule.shown(by)} more would do: {changes}."


def _said(edit: Edit) -> str:
    """Say an edit in words: ``contract con-3: max hours 40.5``."""
    thing = f"{edit.collection.removesuffix('s').replace('_', ' ')} {edit.ref}".strip()
    field = edit.field.replace("_", " ")
    return f"{thing}: {field} {'and ' if edit.op == 'append' else ''}{_shown(edit.value)}"


def _shown(value: Any) -> str:
    words = {True: "yes", False: "no", None: "open"}
    if value is None or isinstance(value, bool):
        return words[value]
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _reason(bar: Bar, subject: Callable[[], Subject], unlock: PlanUnlock | None) -> PlanReason:
    rule = bar.rule
    named = {"missing": ", ".join(subject().missing)} if rule.fact == "unmet_requirements" else {}
    return PlanReason(
        code=rule.reason,
        rule=rule.code,
        force=FORCE_OF[rule.reason],
        sentence=_sentence(rule, bar.facts, bar.limits),
        evidence={
            "value": int(getattr(bar.facts, rule.fact)),
            "limit": int(getattr(bar.limits, rule.limit)),
            "unit": _fine_unit(rule),
            **named,
        },
        unlock=unlock,
    )


def _sentence(rule: Rule, facts: Any, limits: Any) -> str:
    said = rule.said(facts, limits)
    return said[0].upper() + said[1:] + "."


def _fine_unit(rule: Rule) -> str:
    """Name the unit of the fact itself."""
    return FINE_UNITS.get((rule.unit, rule.per_unit), rule.unit) if rule.per_unit > 1 else rule.unit or "flag"
