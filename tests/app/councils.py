"""Small fictional councils and their plans, made once for each test run."""

from __future__ import annotations

from functools import lru_cache
from typing import get_args

from app.allocate import allocate, check
from app.formats.council import CouncilFile
from app.formats.plan import PlanFile
from app.ground import cache_folder
from app.problem import problem_of
from app.synth import RoundsGrade, synth
from app.synth.profiles import ProfileName
from solver.problem import Problem
from solver.solve import Effort
from solver.verify import Violation

LIGHT = Effort(searches=2, iterations=2, threads=1)
PROFILES: tuple[ProfileName, ...] = ("sheffield", "bradford", "rotherham", "leeds", "merton")
GRADES: tuple[RoundsGrade, ...] = get_args(RoundsGrade)
SCALES: dict[ProfileName, float] = {
    "sheffield": 0.03,
    "bradford": 0.05,
    "rotherham": 0.06,
    "leeds": 0.03,
    "merton": 0.12,
}
"""About 60 to 90 people each."""


@lru_cache(maxsize=64)
def council(profile: ProfileName, rounds: RoundsGrade = "declared", seed: int = 4) -> CouncilFile:
    made = synth(profile, seed=seed, scale=SCALES[profile], rounds=rounds, cache_dir=cache_folder())
    return with_a_couple(made) if profile == "merton" else made


def with_a_couple(made: CouncilFile) -> CouncilFile:
    """Let the first two people who wait for the same lot and carry no history live together."""
    plain = [
        one for one in made.packages if one.state == "waiting" and one.change == "new" and one.lot == "older_people"
    ]
    a, b = plain[0].package_ref, plain[1].package_ref
    partner, home = {a: b, b: a}, plain[0].home_ref
    packages = tuple(
        one.model_copy(update={"linked_to": partner[one.package_ref], "home_ref": home})
        if one.package_ref in partner
        else one
        for one in made.packages
    )
    return made.model_copy(update={"packages": packages})


@lru_cache(maxsize=64)
def problem(profile: ProfileName, rounds: RoundsGrade = "declared", seed: int = 4) -> Problem:
    return problem_of(council(profile, rounds, seed))


@lru_cache(maxsize=64)
def plan(profile: ProfileName, rounds: RoundsGrade = "declared", seed: int = 4) -> PlanFile:
    return allocate(council(profile, rounds, seed), effort=LIGHT)


def new_violations(of: Problem, file: CouncilFile, proposal: PlanFile) -> list[Violation]:
    return [one for one in check(of, file, proposal) if not one.inherited]
