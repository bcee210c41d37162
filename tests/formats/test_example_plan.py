"""The example plan is a plan of the example council."""

from __future__ import annotations

from pathlib import Path

from app.allocate import check
from app.formats.read import read_council, read_plan
from app.problem import problem_of

FORMATS = Path(__file__).resolve().parents[2] / "docs" / "formats"


def test_the_example_plan_verifies_against_the_example_council() -> None:
    council = read_council(FORMATS / "example-council.json")
    plan = read_plan(FORMATS / "example-plan.json")
    assert check(problem_of(council, FORMATS), council, plan) == []
    assert plan.placements
