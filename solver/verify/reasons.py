"""Checks of what a plan says of the people it does not place, and of the providers it passed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from solver.facts import LedgerFacts, LedgerLimits
from solver.ledger import Ledger, broken_ledger_rules
from solver.order import contracts_explained, tiers
from solver.pairs import broken_pair_rules, pair_facts, pair_limits
from solver.plan import PlanEdit, PlanPassed, PlanReason, PlanRefusal, PlanUnplaced
from solver.reasons import FORCE_OF, Force
from solver.rule import Rule, Scope
from solver.rules import registry
from solver.subject import subject_of
from solver.verify.people import ledger_of
from solver.verify.reading import Reading, ReadPlacement
from solver.verify.violation import Violation

ROUND_RULES = "NO_SINGLE_CHANGE"
"""Stands where no single rule of rounds is to blame."""


def check_reasons(reading: Reading) -> Iterator[Violation]:
    """Check that every refusal and every pass holds, with its numbers, and that none is missing.

    Parameters
    ----------
    reading
        A plan that is sound in itself.

    Yields
    ------
    Violation
        ``WRONG_REASON``, ``WRONG_OVERTAKEN`` or ``TIER_NOT_REACHED``.
    """
    problem = reading.problem
    ledger = ledger_of(reading)
    case_of = {package: case for case, packages in enumerate(problem.cases) for package in packages}
    for one in reading.plan.unplaced:
        yield from _unplaced(reading, ledger, one, case_of[reading.package_at[one.package_ref]])
    for placement in reading.placements:
        yield from _passes(reading, placement, case_of[placement.package])


def _unplaced(reading: Reading, ledger: Ledger, one: PlanUnplaced, case: int) -> Iterator[Violation]:
    problem = reading.problem
    package = reading.package_at[one.package_ref]
    asked = problem.packages[package]
    where = f"package {one.package_ref}"
    said = (one.priority, one.days_waiting, one.carer_minutes)
    if said != (asked.priority, asked.days_waiting, asked.carer_min):
        yield _wrong("WRONG_REASON", where, "Its priority, wait or carer-minutes are not those of the council file.")
    due = {problem.contracts[i].ref for i in contracts_explained(problem, asked.zone)}
    if sorted(refusal.contract_ref for refusal in one.refusals) != sorted(due):
        yield _wrong("WRONG_REASON", where, "The refusals are not one for each contract of its zone.")
    overtaking = sorted(
        problem.packages[other].ref
        for other in reading.contract_of
        if problem.packages[other].priority > asked.priority and problem.packages[other].zone == asked.zone
    )
    if list(one.overtaken_by) != overtaking:
        yield _wrong("WRONG_OVERTAKEN", where, f"It is overtaken by {len(overtaking)} people of a later class.")
    for refusal in one.refusals:
        if refusal.contract_ref in due:
            yield from _refusal(reading, ledger, refusal, case, where)


def _refusal(reading: Reading, ledger: Ledger, refusal: PlanRefusal, case: int, where: str) -> Iterator[Violation]:
    contract = reading.contract_at[refusal.contract_ref]
    where = f"{where}, contract {refusal.contract_ref}"
    held = bars(reading, ledger, case, contract)
    known = {rule.code: rule for rule in registry()}
    if not refusal.reasons:
        yield _wrong("WRONG_REASON", where, "No reason is given.")
    if refusal.tier != tiers(reading.problem, reading.problem.cases[case][0]).get(contract):
        yield _wrong("WRONG_REASON", where, "The tier is not that of the call-off procedure.")
    for code in sorted(set(held) - {reason.rule for reason in refusal.reasons}):
        yield _wrong("WRONG_REASON", where, f"{code} bars it, and the plan does not say so.")
    for reason in refusal.reasons:
        rule = known.get(reason.rule)
        if rule is None and reason.rule != ROUND_RULES:
            yield _wrong("WRONG_REASON", where, f"There is no rule {reason.rule}.")
            continue
        if FORCE_OF.get(reason.code) != reason.force or (rule is not None and rule.reason != reason.code):
            yield _wrong("WRONG_REASON", where, f"{reason.rule} does not carry code {reason.code} ({reason.force}).")
        if rule is not None and rule.scope is Scope.PAIR and rule.code not in held:
            yield _wrong("WRONG_REASON", where, f"{reason.rule} does not bar it.")
        if reason.rule in held and rule is not None:
            yield from _bar(reading, ledger, reason, rule, case, contract, alone=len(refusal.reasons) == 1)
        numbers = (reason.evidence.get("value"), reason.evidence.get("limit"))
        if reason.rule in held and numbers != held[reason.rule]:
            yield _wrong("WRONG_REASON", where, f"The numbers of {reason.rule} are {held[reason.rule]}.")
        if rule is not None and "value" in reason.evidence and reason.rule not in held:
            yield _wrong("WRONG_REASON", where, f"{reason.rule} does not bar it.")


def _bar(
    reading: Reading, ledger: Ledger, reason: PlanReason, rule: Rule, case: int, contract: int, *, alone: bool
) -> Iterator[Violation]:
    """Check the words and the unlock of a bar."""
    problem = reading.problem
    where = f"package {problem.packages[problem.cases[case][0]].ref}, contract {problem.contracts[contract].ref}"
    facts, limits, package = _judged(reading, ledger, rule, case, contract)
    said = rule.said(facts, limits)
    if reason.sentence != said[0].upper() + said[1:] + ".":
        yield _wrong("WRONG_REASON", where, f"{rule.code} is not said as its rule says it.")
    if reason.unlock is None:
        return
    by = rule.excess(facts, limits)
    due = PlanEdit.listed(rule.edits(subject_of(problem, ledger, case, package, contract), rule.relaxed(limits, by)))
    if not alone or reason.unlock.by != by or reason.unlock.edits != due:
        yield _wrong("WRONG_UNLOCK", where, f"The least change that helps against {rule.code} is another one, or none.")


def _judged(reading: Reading, ledger: Ledger, rule: Rule, case: int, contract: int) -> tuple[Any, Any, int]:
    problem = reading.problem
    if rule.scope is Scope.LEDGER:
        return (*ledger.contract_facts(case, contract), problem.cases[case][0])
    for package in problem.cases[case]:
        facts, limits = pair_facts(problem, package, contract), pair_limits(problem, contract)
        if rule.excess(facts, limits) > 0:
            return facts, limits, package
    raise AssertionError(rule.code)


def bars(reading: Reading, ledger: Ledger, case: int, contract: int) -> dict[str, tuple[int, int]]:
    """Recompute the pair and contract rules that bar a case.

    Parameters
    ----------
    reading
        The plan, read.
    ledger
        Without the case.
    case, contract
        Ids.

    Returns
    -------
    dict
        Rule to the value judged and its limit.
    """
    problem = reading.problem
    held: dict[str, tuple[int, int]] = {}
    for package in problem.cases[case]:
        facts, limits = pair_facts(problem, package, contract), pair_limits(problem, contract)
        for rule in broken_pair_rules(problem, package, contract):
            held.setdefault(rule.code, (int(getattr(facts, rule.fact)), int(getattr(limits, rule.limit))))
    checked: tuple[LedgerFacts, LedgerLimits] = ledger.contract_facts(case, contract)
    for rule in broken_ledger_rules(checked):
        held[rule.code] = (int(getattr(checked[0], rule.fact)), int(getattr(checked[1], rule.limit)))
    return held


def _passes(reading: Reading, placement: ReadPlacement, case: int) -> Iterator[Violation]:
    problem = reading.problem
    where = f"package {placement.stated.package_ref}"
    rank = tiers(problem, placement.package)
    tier = rank.get(placement.contract)
    earlier = {i for i, one in rank.items() if tier is not None and one < tier}
    said = {one.contract_ref: one for one in placement.stated.passed}
    for contract in sorted(earlier):
        if problem.contracts[contract].ref not in said:
            yield _wrong(
                "TIER_NOT_REACHED", where, f"Contract {problem.contracts[contract].ref} is passed without a reason."
            )
    ledger = ledger_of(reading, without=case) if earlier else None
    for ref, one in sorted(said.items()):
        at = f"{where}, contract {ref}"
        if reading.contract_at.get(ref) not in earlier or ledger is None:
            yield _wrong("WRONG_PASSED", at, "It does not come earlier in the call-off order.")
            continue
        yield from _pass(reading, ledger, one, case, at)


def _pass(reading: Reading, ledger: Ledger, one: PlanPassed, case: int, where: str) -> Iterator[Violation]:
    contract = reading.contract_at[one.contract_ref]
    rules = {rule.code: rule for rule in registry()}
    due = {rules[code].reason for code in bars(reading, ledger, case, contract)}
    if not one.codes:
        yield _wrong("TIER_NOT_REACHED", where, "It is passed without a reason.")
    for code in one.codes:
        if code not in FORCE_OF:
            yield _wrong("WRONG_PASSED", where, f"There is no reason code {code}.")
        elif FORCE_OF[code] is not Force.ESTIMATE and code not in due:
            yield _wrong("WRONG_PASSED", where, f"{code} does not hold.")
    for code in sorted(due - set(one.codes)):
        yield _wrong("WRONG_PASSED", where, f"{code} holds, and the plan does not say so.")
    if one.predicted != all(FORCE_OF.get(code) is Force.ESTIMATE for code in one.codes):
        yield _wrong("WRONG_PASSED", where, "Only a pass by estimates alone is predicted.")


def _wrong(code: str, where: str, sentence: str) -> Violation:
    return Violation(code=code, where=where, sentence=sentence)
