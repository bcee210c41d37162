"""A council whose published procedure rotates fairly: ordered offers, replayed byte for byte, and held by the verifier."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import pytest

from app.allocate import allocate
from app.formats.checks import faults
from app.formats.council import CouncilFile, RotationAccount
from app.formats.plan import PlanFile
from app.problem import problem_of
from solver.problem import Problem
from tests.app.councils import LIGHT, council, new_violations
from tests.app.mutations import NotHere, spoil

MUTATED = (
    "an_offer_is_left_out",
    "the_order_of_offers_is_another",
    "somebody_is_given_a_turn_out_of_turn",
    "the_provider_proposed_is_expected_to_decline",
)


@lru_cache(maxsize=1)
def rotating() -> tuple[CouncilFile, Problem, PlanFile]:
    file = council("sheffield")
    procedures = tuple(
        one.model_copy(
            update={
                "steps": tuple(
                    step.model_copy(update={"selection": "fair_rotation"} if step.selection == "rotation" else {})
                    for step in one.steps
                )
            }
        )
        for one in file.call_off_procedures
    )
    fair = {
        (one.procedure_ref, role)
        for one in procedures
        for step in one.steps
        if step.selection == "fair_rotation"
        for role in step.roles
    }
    contracts = tuple(
        one.model_copy(
            update={
                "rotation_account": RotationAccount(
                    since=date(2026, 4, 1), as_of=date(2026, 11, 20), hours=float(7 * i % 40), stated_by="brokerage"
                )
            }
        )
        if (one.procedure_ref, one.role) in fair
        else one
        for i, one in enumerate(file.contracts)
    )
    changed = file.model_copy(update={"call_off_procedures": procedures, "contracts": contracts})
    return changed, problem_of(changed), allocate(changed, effort=LIGHT)


def test_the_council_with_its_accounts_is_sound() -> None:
    assert faults(rotating()[0]) == ()


def test_offers_stand_in_turn_and_the_plan_verifies() -> None:
    file, problem, plan = rotating()
    assert new_violations(problem, file, plan) == []
    account = {one.contract_ref: one.rotation_account for one in file.contracts}
    turned = [one for one in plan.placements if any(offer.turn for offer in one.offers)]
    assert turned
    first = min(turned, key=lambda one: _offered(file, one.package_ref))
    own = [offer for offer in first.offers if offer.tier == first.tier]
    hours = [stated.hours for offer in own if (stated := account[offer.contract_ref]) is not None]
    assert hours == sorted(hours, key=lambda one: one or 0.0)


def test_the_plan_is_the_same_byte_for_byte() -> None:
    file, _, plan = rotating()
    assert allocate(file, effort=LIGHT).model_dump_json() == plan.model_dump_json()


@pytest.mark.parametrize("name", MUTATED)
def test_a_spoilt_order_is_caught(name: str) -> None:
    file, problem, plan = rotating()
    for seed in range(3):
        try:
            spoilt = spoil(name, plan.model_dump_json(), file.model_dump_json(), seed)
        except NotHere:
            continue
        found = new_violations(problem, file, PlanFile.model_validate(spoilt.plan))
        assert "WRONG_OFFERS" in {one.code for one in found}


def _offered(file: CouncilFile, ref: str) -> tuple[int, date, int]:
    place, package = next((i, one) for i, one in enumerate(file.packages) if one.package_ref == ref)
    return package.priority, package.dates.referred, place
