"""Spoilt plans: whatever is done to a plan, or to the council under it, the checker says what is wrong."""

from __future__ import annotations

from functools import lru_cache

import pytest

from app.allocate import check
from app.formats.council import CouncilFile
from app.formats.plan import PlanFile
from app.problem import problem_of
from app.synth.profiles import ProfileName
from tests.app.councils import PROFILES, council, new_violations, plan, problem
from tests.app.mutations import MUTATIONS, NotHere, spoil
from tests.proof import examples

OF_EACH_KIND = examples(1, 40)


@lru_cache(maxsize=8)
def as_json(profile: ProfileName) -> tuple[str, str]:
    return plan(profile).model_dump_json(), council(profile).model_dump_json()


@pytest.mark.parametrize("profile", PROFILES)
def test_the_plans_are_sound_before_they_are_spoilt(profile: ProfileName) -> None:
    assert new_violations(problem(profile), council(profile), plan(profile)) == []


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_spoilt_plan_is_caught(name: str) -> None:
    expected = MUTATIONS[name][1]
    done = 0
    for seed in range(4 * OF_EACH_KIND + 6):
        profile = PROFILES[seed % len(PROFILES)]
        try:
            spoilt = spoil(name, *as_json(profile), seed)
        except NotHere:
            continue
        file = CouncilFile.model_validate(spoilt.council) if spoilt.council_changed else council(profile)
        of = problem_of(file) if spoilt.council_changed else problem(profile)
        codes = {one.code for one in check(of, file, PlanFile.model_validate(spoilt.plan)) if not one.inherited}
        assert codes & expected, (profile, seed, codes)
        if spoilt.council_changed:
            assert "OTHER_COUNCIL" in codes
        done += 1
        if done == OF_EACH_KIND:
            break
    assert done, "no plan offers anything to spoil in this way"


def test_there_are_a_hundred_ways_to_spoil_a_plan() -> None:
    assert len(MUTATIONS) >= 100
