"""Why a package went where it did, and why not elsewhere, each unlock proven by applying it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import jsonpointer

from app.formats.council import CouncilFile
from app.formats.plan import Change, Placement, PlanFile, Refusal, Unlock
from app.plans import BadPatch, Pointers, patched, refusal_of, stated_plan
from app.problem import problem_of
from solver.draft import Draft
from solver.options import Option, options
from solver.plan import PlanRefusal
from solver.problem import Problem
from solver.refuse import refuse
from solver.replay import draft_of


class UnknownPackage(Exception):
    """The council file holds no such waiting package."""


class Explained(NamedTuple):
    """One contract's answer, ready to be written."""

    refusal: Refusal
    option: Option
    proven: tuple[bool | None, ...]
    """For each reason: whether its unlock was shown to work and one unit less not to; None without one."""


class Explanation(NamedTuple):
    """What there is to say of one package."""

    package_ref: str
    placement: Placement | None
    contracts: tuple[Explained, ...]


def explain(
    council: CouncilFile, plan: PlanFile, package_ref: str, *, folder: Path = Path(), provider_ref: str | None = None
) -> Explanation:
    """Explain one package of a plan.

    Parameters
    ----------
    council, plan
        That belong together.
    package_ref
        A waiting package, placed by the plan or not.
    folder
        Folder of the council file.
    provider_ref
        Only this provider; every one that has a contract when left out.

    Returns
    -------
    Explanation
        For a placed package, the board is looked at without it.

    Raises
    ------
    UnknownPackage
        No such package waits, or the provider has no contract.
    UnreadablePlan
        The plan does not belong to this council.
    """
    if provider_ref is not None and all(one.provider_ref != provider_ref for one in council.contracts):
        raise UnknownPackage(f"Provider {provider_ref} has no contract, so nothing can be called off from it.")
    problem = problem_of(council, folder)
    draft = draft_of(problem, stated_plan(plan, council))
    case = case_of(problem, package_ref)
    if case in draft.placed:
        draft.withdraw(case)
    pointers = Pointers(council)
    found = []
    for option in options(draft, case):
        contract = problem.contracts[option.contract]
        provider = problem.providers[contract.provider].ref
        if provider_ref in (None, provider):
            refusal = refusal_of(
                PlanRefusal(provider_ref=provider, contract_ref=contract.ref, tier=option.tier, reasons=option.reasons),
                pointers,
            )
            proven = tuple(
                None
                if reason.unlock is None
                else proves(council, plan, package_ref, contract.ref, reason.unlock, folder)
                for reason in refusal.reasons
            )
            found.append(Explained(refusal, option, proven))
    placement = next((one for one in plan.placements if one.package_ref == package_ref), None)
    return Explanation(package_ref, placement, tuple(found))


def case_of(problem: Problem, package_ref: str) -> int:
    """Find the case of a waiting package.

    Parameters
    ----------
    problem
        The council's week.
    package_ref
        Ref of the package.

    Returns
    -------
    int
        Id of its case.

    Raises
    ------
    UnknownPackage
        No such package waits.
    """
    for case, packages in enumerate(problem.cases):
        if any(problem.packages[package].ref == package_ref for package in packages):
            return case
    raise UnknownPackage(f"No waiting package {package_ref} in the council file. Live packages are not re-placed.")


def proves(
    council: CouncilFile, plan: PlanFile, package_ref: str, contract_ref: str, unlock: Unlock, folder: Path
) -> bool:
    """Prove an unlock: with its patch the package fits, with one unit less it does not.

    Parameters
    ----------
    council, plan
        That belong together.
    package_ref, contract_ref
        What the unlock is for.
    unlock
        As a refusal states it.
    folder
        Folder of the council file.

    Returns
    -------
    bool
        False when either half fails.
    """
    if not _fits(council, plan, package_ref, contract_ref, unlock.patch, folder):
        return False
    less = one_unit_less(council, unlock.patch)
    return less is None or not _fits(council, plan, package_ref, contract_ref, less, folder)


def one_unit_less(council: CouncilFile, changes: Sequence[Change]) -> tuple[Change, ...] | None:
    """State a change that is one unit smaller: nearer to what the council file says now.

    Parameters
    ----------
    council
        What the changes apply to.
    changes
        A JSON Patch.

    Returns
    -------
    tuple of Change or None
        None where a change is all or nothing.
    """
    document = council.model_dump(mode="json")
    less = []
    for change in changes:
        value = change.value
        if isinstance(value, bool) or change.op != "replace":
            return None
        now = jsonpointer.resolve_pointer(document, change.path, None)
        back = 1 if isinstance(now, int | float) and isinstance(value, int | float) and value < now else -1
        if isinstance(value, int):
            value += back
        elif isinstance(value, float):
            value += back / 60
        elif isinstance(value, list | tuple):
            value = [_clock_plus(value[0], 1), _clock_plus(value[1], -1)]
        else:
            return None
        less.append(change.model_copy(update={"value": value}))
    return tuple(less)


def _clock_plus(clock: str, minutes: int) -> str:
    total = int(clock[:2]) * 60 + int(clock[3:]) + minutes
    return f"{total // 60:02d}:{total % 60:02d}"


def _fits(
    council: CouncilFile,
    plan: PlanFile,
    package_ref: str,
    contract_ref: str,
    changes: Sequence[Change],
    folder: Path,
) -> bool:
    try:
        changed = patched(council, changes)
    except BadPatch:
        return False
    problem = problem_of(changed, folder)
    draft: Draft = draft_of(problem, stated_plan(plan, changed))
    case = case_of(problem, package_ref)
    if case in draft.placed:
        draft.withdraw(case)
    contract = next(i for i, one in enumerate(problem.contracts) if one.ref == contract_ref)
    return not refuse(draft, case, contract, with_unlocks=False)


__all__ = ["Explained", "Explanation", "UnknownPackage", "case_of", "explain", "one_unit_less", "proves"]
