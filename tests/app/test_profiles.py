"""The five councils, in all four grades of live rounds: allocated, verified, with reasons of many kinds."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import pytest

from app.allocate import allocate
from app.formats.council import CouncilFile
from app.formats.plan import PlanFile
from app.ground import cache_folder
from app.plans import stated_plan
from app.problem import problem_of
from app.synth import RoundsGrade, synth
from app.synth.profiles import ProfileName
from solver.options import options
from solver.reasons import FORCE_OF
from solver.replay import draft_of
from tests.app.councils import GRADES, LIGHT, PROFILES, SCALES, council, new_violations, plan, problem
from tests.proof import examples, in_proof
from tests.real_data import RealData

LEAST_CODES = 14


@pytest.mark.parametrize("rounds", GRADES)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_council_is_allocated_with_nothing_new_wrong(profile: ProfileName, rounds: RoundsGrade) -> None:
    file, proposal = council(profile, rounds), plan(profile, rounds)
    assert new_violations(problem(profile, rounds), file, proposal) == []
    waiting = sum(package.state == "waiting" for package in file.packages)
    assert len(proposal.placements) + len(proposal.unplaced) >= waiting
    assert proposal.placements


@pytest.mark.parametrize("seed", range(10, 10 + examples(1, 30)))
@pytest.mark.parametrize("profile", PROFILES)
def test_any_seed_of_a_council_is_allocated(profile: ProfileName, seed: int) -> None:
    rounds = GRADES[seed % len(GRADES)]
    file = synth(profile, seed=seed, scale=SCALES[profile], rounds=rounds, cache_dir=cache_folder())
    proposal = allocate(file, effort=LIGHT, seed=seed)
    assert new_violations(problem_of(file), file, proposal) == []


def test_many_different_reasons_fire_over_the_five_councils() -> None:
    codes = Counter(code for profile in PROFILES for code in _codes(profile))
    assert set(codes) <= set(FORCE_OF)
    assert len(codes) >= LEAST_CODES, codes


@pytest.mark.parametrize("profile", PROFILES)
def test_with_no_capacity_anywhere_everybody_waits_and_the_reasons_say_so(profile: ProfileName) -> None:
    file = without_capacity(council(profile))
    proposal = allocate(file, effort=LIGHT)
    counted = {one.package_ref for one in file.packages if one.counts_to_cap}
    assert not [one for one in proposal.placements if one.package_ref in counted]
    for one in proposal.unplaced:
        for refusal in one.refusals:
            assert one.package_ref not in counted or "HOURS_CAP" in {reason.code for reason in refusal.reasons}
    assert new_violations(problem_of(file), file, proposal) == []


@pytest.mark.parametrize("profile", PROFILES)
def test_with_no_carers_anywhere_nobody_gets_a_new_round(profile: ProfileName) -> None:
    file = without_carers(council(profile, "returns"))
    proposal = allocate(file, effort=LIGHT)
    assert all(one.source != "proposed" for one in proposal.rounds)
    assert new_violations(problem_of(file), file, proposal) == []


TOWNS: tuple[tuple[str, ProfileName, float], ...] = (
    ("newport_2023-06-13", "merton", 0.08),
    ("newport_2023-06-13", "rotherham", 0.04),
    ("leeds_headingley_2022-10-17", "bradford", 0.03),
    ("rutland_2018-02-27", "bradford", 0.03),
    ("newport_2023-06-13", "bradford", 0.03),
)


@pytest.mark.real_data
@pytest.mark.parametrize(("town", "profile", "scale"), TOWNS if in_proof() else TOWNS[2:3])
def test_a_real_town_is_allocated(real_data: RealData, town: str, profile: ProfileName, scale: float) -> None:
    network = real_data.path("osm", f"{town}.osm.pbf")
    for rounds in GRADES if in_proof() else GRADES[-1:]:
        file = synth(profile, seed=1, scale=scale, network=network, rounds=rounds, cache_dir=cache_folder())
        proposal = allocate(file, effort=LIGHT)
        assert proposal.placements
        assert new_violations(problem_of(file), file, proposal) == []


def without_capacity(file: CouncilFile) -> CouncilFile:
    contracts = tuple(one.model_copy(update={"max_hours": 0.0}) for one in file.contracts)
    return file.model_copy(update={"contracts": contracts})


def without_carers(file: CouncilFile) -> CouncilFile:
    """Let every provider state, fresh and for every patch and shift it works, that it has nobody."""
    template = file.capacity_returns[0]
    shifts = {one.pattern_ref: [shift.shift_ref for shift in one.shifts] for one in file.shift_patterns}
    returns = tuple(
        template.model_copy(
            update={
                "return_ref": f"none-{provider.provider_ref}-{patch.patch_ref}-{shift}",
                "provider_ref": provider.provider_ref,
                "patch_ref": patch.patch_ref,
                "shift_ref": shift,
                "carers": 0,
                "pairs": 0,
                "valid_from": file.week.starts_on,
                "valid_to": file.week.starts_on,
            }
        )
        for provider in file.providers
        for zone in file.zones
        for patch in zone.patches
        for shift in shifts[provider.pattern_ref]
    )
    return file.model_copy(update={"capacity_returns": returns})


@lru_cache(maxsize=8)
def _codes(profile: ProfileName) -> frozenset[str]:
    """Codes in a plan, and those that the options of each package name on the final board."""
    proposal: PlanFile = plan(profile)
    found = {reason.code for one in proposal.unplaced for refusal in one.refusals for reason in refusal.reasons}
    found |= {code for one in proposal.placements for passed in one.passed for code in passed.codes}
    found |= {code for one in proposal.contract_refusals for code in one.codes}
    draft = draft_of(problem(profile), stated_plan(proposal, council(profile)))
    for case in draft.cases:
        if case in draft.placed:
            with draft.without(case):
                answers = options(draft, case, with_unlocks=False)
        else:
            answers = options(draft, case, with_unlocks=False)
        found |= {reason.code for one in answers for reason in one.reasons}
    return frozenset(found)
