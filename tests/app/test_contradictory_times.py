"""A package whose gaps and windows contradict each other stops nobody else's plan, and does not drop out of it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.allocate import allocate
from app.formats.checks import faults
from app.formats.council import CouncilFile, Gap, Visit
from app.formats.plan import PlanFile
from app.gaps import keep_gaps
from app.problem import problem_of
from app.synth.profiles import ProfileName
from app.terminal import to_be_mended
from solver import problem as sp
from solver.facts import UNLIMITED
from tests.app.councils import LIGHT, council, new_violations

PROFILE: ProfileName = "merton"


def three_visits(gap_min: int) -> tuple[Visit, ...]:
    """Each gap can hold by itself; both together leave 4 hours of the windows."""
    return (
        Visit(visit_ref="a", label="morning", duration_min=30, window=("08:00", "10:00")),
        Visit(
            visit_ref="b",
            label="lunch",
            duration_min=30,
            window=("09:00", "11:00"),
            gaps=(Gap(after_visit_ref="a", min_min=gap_min),),
        ),
        Visit(
            visit_ref="c",
            label="afternoon",
            duration_min=30,
            window=("10:00", "12:00"),
            gaps=(Gap(after_visit_ref="b", min_min=gap_min),),
        ),
    )


@lru_cache(maxsize=4)
def planned(gap_min: int) -> tuple[CouncilFile, PlanFile, str]:
    file = council(PROFILE)
    at, one = next(
        (i, one)
        for i, one in enumerate(file.packages)
        if one.state == "waiting" and one.change == "new" and one.linked_to is None and one.lines[0].visits
    )
    line = one.lines[0].model_copy(update={"visits": three_visits(gap_min)})
    changed = one.model_copy(update={"lines": (line,)})
    file = file.model_copy(update={"packages": (*file.packages[:at], changed, *file.packages[at + 1 :])})
    return file, allocate(file, effort=LIGHT), one.package_ref


def test_the_file_is_read_as_each_gap_could_hold_by_itself() -> None:
    assert faults(planned(150)[0]) == ()


def test_everybody_else_is_planned_and_the_package_is_listed_with_what_to_mend() -> None:
    file, plan, ref = planned(150)
    assert ref not in {one.package_ref for one in plan.placements}
    assert plan.placements
    listed = next(one for one in plan.unplaced if one.package_ref == ref)
    assert listed.refusals
    for refusal in listed.refusals:
        reason = next(one for one in refusal.reasons if one.code == "TIMES_CONTRADICT")
        assert reason.force == "never"
        assert "by 60 min" in reason.sentence
        assert "relax a gap" in reason.sentence
        assert reason.unlock is None
    assert to_be_mended(plan) == [ref]
    assert plan.kpis["unplaced_by_reason"]["TIMES_CONTRADICT"] == 1
    assert new_violations(problem_of(file), file, plan) == []


def test_the_verifier_does_not_let_it_be_placed_or_left_out() -> None:
    file, plan, ref = planned(150)
    gone = plan.model_copy(update={"unplaced": tuple(one for one in plan.unplaced if one.package_ref != ref)})
    assert "PERSON_LOST" in {one.code for one in new_violations(problem_of(file), file, gone)}


def test_gaps_that_just_hold_are_planned() -> None:
    file, plan, _ = planned(120)
    assert to_be_mended(plan) == []
    assert new_violations(problem_of(file), file, plan) == []


def row(ref: str, earliest: int, latest: int, *gaps: tuple[int, int, int]) -> sp.Visit:
    return sp.Visit(
        ref=ref,
        package=0,
        line=0,
        home=0,
        days=127,
        earliest_s=earliest,
        latest_s=latest,
        duration_s=1_800,
        crew=1,
        gaps=gaps,
    )


def test_cutting_evenly_never_cuts_off_what_a_third_visit_needs() -> None:
    rows = [row("a", 0, 100), row("b", 50, 150, (0, 60, UNLIMITED)), row("c", 150, 160, (1, 60, UNLIMITED))]
    kept, short_s = keep_gaps(rows, 0)
    assert short_s == 0
    assert kept[0].latest_s + 60 <= kept[1].earliest_s
    assert kept[1].latest_s + 60 <= kept[2].earliest_s


windows = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), min_size=2, max_size=4)
limits = st.tuples(st.integers(0, 25), st.integers(0, 40))


@given(windows, st.lists(limits, min_size=3, max_size=3))
def test_gaps_hold_whatever_start_is_chosen_or_no_starts_hold_them(
    drawn: list[tuple[int, int]], gaps: list[tuple[int, int]]
) -> None:
    rows = [
        row(str(i), low, low + room, *(((i - 1, gaps[i - 1][0], sum(gaps[i - 1])),) if i else ()))
        for i, (low, room) in enumerate(drawn)
    ]
    kept, short_s = keep_gaps(rows, 0)
    if short_s:
        assert kept == rows
        assert not starts_exist(rows)
        return
    assert starts_exist(rows)
    for one, before in zip(kept, rows, strict=True):
        assert before.earliest_s <= one.earliest_s <= one.latest_s <= before.latest_s
        for other, least, most in one.gaps:
            assert kept[other].latest_s + least <= one.earliest_s
            assert one.latest_s - kept[other].earliest_s <= most


def starts_exist(rows: list[sp.Visit]) -> bool:
    """Follow a chain of gaps forward: which starts can be reached."""
    reached = set(range(rows[0].earliest_s, rows[0].latest_s + 1))
    for one in rows[1:]:
        ((_, least, most),) = one.gaps
        own = range(one.earliest_s, one.latest_s + 1)
        reached = {b for b in own if any(least <= b - a <= most for a in reached)}
    return bool(reached)


@pytest.mark.parametrize("days", [1, 2])
def test_visits_of_different_days_keep_no_gap(days: int) -> None:
    rows = [row("a", 0, 10), row("b", 0, 10, (0, 60, UNLIMITED))]
    kept, short_s = keep_gaps([replace(rows[0], days=days), replace(rows[1], days=124)], 0)
    assert short_s == 0
    assert [one.latest_s for one in kept] == [10, 10]
