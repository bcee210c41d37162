"""Whom a refusal is about: the refs that rules write their unlocks with."""

from __future__ import annotations

from datetime import date

from solver.ledger import Ledger, Slot
from solver.pairs import blocking_embargoes
from solver.problem import Problem
from solver.rule import Subject


def subject_of(problem: Problem, ledger: Ledger, case: int, package: int, contract: int) -> Subject:
    """Gather the refs that rules write their unlocks with.

    Parameters
    ----------
    problem
        The council's week.
    ledger
        Without the case.
    case, package, contract
        Ids.

    Returns
    -------
    Subject
        Refs of the council file.
    """
    asked, offered = problem.packages[package], problem.contracts[contract]
    provider = problem.providers[offered.provider]
    slots = [
        Slot(offered.provider, asked.patch, problem.parts[part].shift)
        for one in problem.cases[case]
        for part in problem.packages[one].parts[provider.pattern]
    ]
    returns = [i for slot in slots if slot in ledger.stated for i in ledger.stated[slot].returns]
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
        intake_needs=tuple(
            (problem.embargoes[i].ref, taken) for i, taken, limit in ledger.intakes(case, contract) if taken > limit
        ),
        missing_skills=tuple(sorted(asked.skills - provider.skills)),
        missing_gender=asked.gender if asked.gender and asked.gender not in provider.genders else "",
        missing_language=asked.language if asked.language and asked.language not in provider.languages else "",
    )
