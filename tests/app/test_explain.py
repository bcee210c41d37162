"""Explanations: every unlock is proven by applying its patch, and one unit less is shown not to be enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import lru_cache

import pytest

from app.allocate import allocate
from app.explain import UnknownPackage, explain
from app.formats.council import CouncilFile
from app.formats.plan import PlanFile, Reason
from app.plans import patched, stated_plan
from app.problem import problem_of
from app.synth.profiles import ProfileName
from solver.refuse import refuse
from solver.replay import draft_of
from tests.app.councils import LIGHT, PROFILES, council, plan
from tests.app.test_profiles import without_carers
from tests.proof import examples, in_proof

Change = Callable[[CouncilFile], CouncilFile]


def as_it_is(file: CouncilFile) -> CouncilFile:
    return file


def short_of_carers(file: CouncilFile) -> CouncilFile:
    """Hours without end, no live rounds to join, and nobody to open a new one."""
    bare = without_caps(without_carers(file))
    returns = tuple(one.model_copy(update={"hours": 500.0}) for one in bare.capacity_returns)
    return bare.model_copy(update={"capacity_returns": returns, "rounds": ()})


def one_carer_on_foot(file: CouncilFile) -> CouncilFile:
    """One carer and one pair for each patch and shift, walking, with short legs."""
    bare = without_caps(without_carers(file))
    returns = tuple(one.model_copy(update={"carers": 1, "pairs": 1, "hours": 500.0}) for one in bare.capacity_returns)
    parameters = file.parameters.model_copy(update={"walk_leg_max_min": 8, "modes": ("walk",)})
    return bare.model_copy(update={"capacity_returns": returns, "rounds": (), "parameters": parameters})


def little_growth(file: CouncilFile) -> CouncilFile:
    """Providers that may start little, and return few hours."""
    bare = without_caps(without_carers(file))
    returns = tuple(one.model_copy(update={"carers": 3, "pairs": 3, "hours": 4.0}) for one in bare.capacity_returns)
    providers = tuple(
        one.model_copy(update={"growth_limit_hours": 5.0} if i % 2 else {}) for i, one in enumerate(file.providers)
    )
    return bare.model_copy(update={"capacity_returns": returns, "providers": providers})


def without_caps(file: CouncilFile) -> CouncilFile:
    contracts = tuple(one.model_copy(update={"max_hours": None, "obligation_hours": None}) for one in file.contracts)
    return file.model_copy(update={"contracts": contracts})


SAMPLED: tuple[ProfileName, ...] = PROFILES if in_proof() else ("leeds", "merton")
CHANGES: tuple[Change, ...] = (as_it_is, short_of_carers, one_carer_on_foot, little_growth)


@lru_cache(maxsize=32)
def changed(profile: ProfileName, change: Change) -> tuple[CouncilFile, PlanFile]:
    if change is as_it_is:
        return council(profile), plan(profile)
    file = change(council(profile))
    return file, allocate(file, effort=LIGHT)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("profile", SAMPLED)
def test_every_unlock_that_is_offered_is_proven(profile: ProfileName, change: Change) -> None:
    file, proposal = changed(profile, change)
    refs = [one.package_ref for one in proposal.unplaced] + [one.package_ref for one in proposal.placements]
    refs = refs[: examples(1, 100)]
    for ref in refs:
        for one in explain(file, proposal, ref).contracts:
            for reason, proven in zip(one.refusal.reasons, one.proven, strict=True):
                assert proven in (None, True), (ref, one.refusal.contract_ref, reason)
                assert (proven is None) == (reason.unlock is None)


def test_an_unlock_of_each_kind_admits_the_package_when_its_patch_is_applied() -> None:
    met: Counter[str] = Counter()
    for change in CHANGES:
        for profile in SAMPLED:
            file, proposal = changed(profile, change)
            for package, contract, reason in unlocks(proposal):
                if met[reason.rule] < examples(1, 50):
                    met[reason.rule] += 1
                    assert admits(file, proposal, package, contract, reason), (package, contract, reason)
    assert {
        "HOURS_CAP",
        "SKILL",
        "NOT_ON_LOT",
        "INACTIVE",
        "CARERS",
        "PAIRS",
        "RETURN_HOURS",
        "GROWTH_PACE",
        "EMBARGO",
    } <= set(met), met


def test_a_placed_package_is_explained_without_itself() -> None:
    file, proposal = council("merton"), plan("merton")
    placed = proposal.placements[0]
    explanation = explain(file, proposal, placed.package_ref)
    assert explanation.placement == placed
    here = next(one for one in explanation.contracts if one.refusal.contract_ref == placed.contract_ref)
    assert here.option.fits


def test_one_provider_is_explained_alone_when_asked() -> None:
    file, proposal = council("merton"), plan("merton")
    ref = proposal.unplaced[0].package_ref
    provider = proposal.unplaced[0].refusals[0].provider_ref
    found = explain(file, proposal, ref, provider_ref=provider).contracts
    assert found
    assert {one.refusal.provider_ref for one in found} == {provider}


def test_a_live_package_is_not_explained_but_named() -> None:
    file = council("merton")
    live = next(one.package_ref for one in file.packages if one.state == "live")
    with pytest.raises(UnknownPackage, match=live):
        explain(file, plan("merton"), live)


def unlocks(proposal: PlanFile) -> list[tuple[str, str, Reason]]:
    return [
        (one.package_ref, refusal.contract_ref, reason)
        for one in proposal.unplaced
        for refusal in one.refusals
        for reason in refusal.reasons
        if reason.unlock is not None
    ]


def admits(file: CouncilFile, proposal: PlanFile, package: str, contract: str, reason: Reason) -> bool:
    assert reason.unlock is not None
    then = patched(file, reason.unlock.patch)
    problem = problem_of(then)
    draft = draft_of(problem, stated_plan(proposal, then))
    case = next(
        case for case, packages in enumerate(problem.cases) if package in {problem.packages[i].ref for i in packages}
    )
    at = next(i for i, one in enumerate(problem.contracts) if one.ref == contract)
    return not refuse(draft, case, at, with_unlocks=False)
