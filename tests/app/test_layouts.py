"""What a council file leaves open is planned: envelopes, meetings of two carers, other days, gaps kept either way."""

from __future__ import annotations

from typing import Any

import pytest

from app.allocate import allocate
from app.formats.council import CouncilFile, Gap, Line, Visit
from app.formats.plan import Placement, PlanFile
from app.problem import problem_of
from solver import problem as sp
from tests.app.councils import LIGHT, council, new_violations


def with_line(line: dict[str, Any], **parameters: Any) -> tuple[CouncilFile, str]:
    """Give a waiting package another service line."""
    file = council("merton")
    at, one = next(
        (i, one)
        for i, one in enumerate(file.packages)
        if one.state == "waiting" and one.change == "new" and one.linked_to is None and one.lines[0].visits
    )
    changed = one.model_copy(update={"lines": (Line(line_ref="the-line", service="visits", **line),)})
    return (
        file.model_copy(
            update={
                "packages": (*file.packages[:at], changed, *file.packages[at + 1 :]),
                "parameters": file.parameters.model_copy(update=parameters),
            }
        ),
        one.package_ref,
    )


def placement(file: CouncilFile, ref: str) -> tuple[PlanFile, Placement]:
    plan = allocate(file, effort=LIGHT)
    assert new_violations(problem_of(file), file, plan) == []
    return plan, next(one for one in plan.placements if one.package_ref == ref)


def of(file: CouncilFile, ref: str) -> tuple[sp.Problem, sp.Package]:
    problem = problem_of(file)
    return problem, next(one for one in problem.packages if one.ref == ref)


def test_an_envelope_of_hours_is_planned_at_times_that_the_plan_chooses() -> None:
    file, ref = with_line({"envelope": True, "units_per_week": 14})
    plan, one = placement(file, ref)
    visits = [v for r in plan.rounds for day in r.days for v in day.visits if v.package_ref == ref]
    assert one.parts
    assert len(visits) == 14
    assert one.carer_minutes == 14 * 60


@pytest.mark.parametrize(("hours", "times", "days"), [(0.75, 1, 1), (3.5, 7, 7), (21, 21, 7), (2, 4, 4)])
def test_an_envelope_is_spread_over_days_and_over_the_day(hours: float, times: int, days: int) -> None:
    problem, package = of(*with_line({"envelope": True, "units_per_week": hours}))
    rows = [problem.visits[v] for v in package.visits]
    assert sum(row.days.bit_count() for row in rows) == times
    assert max(row.days.bit_count() for row in rows) == days
    minutes = sum(row.duration_s * row.days.bit_count() for row in rows) // 60
    assert 0 <= 60 * hours - minutes < times
    assert all(30 * 60 <= row.duration_s <= 3600 for row in rows)


@pytest.mark.parametrize(
    ("allowed", "kind", "may"),
    [
        ("never", "meet_up", False),
        ("as_commissioned", "meet_up", True),
        ("as_commissioned", "pair", False),
        ("anywhere", "pair", True),
        ("anywhere", "with_family", False),
    ],
)
def test_two_carers_meet_only_where_the_parameter_lets_them(allowed: str, kind: str, may: bool) -> None:
    bed = Visit(visit_ref="bed", label="bed", duration_min=30, preferred="09:00", crew=2, crew_kind=kind)
    _, package = of(*with_line({"visits": (bed,)}, meet_ups=allowed))
    assert any("meet up" in one.ref for one in package.others) == may


def test_a_meeting_is_written_to_the_plan_and_read_again() -> None:
    bed = Visit(visit_ref="bed", label="bed", duration_min=30, preferred="09:00", crew=2)
    file, ref = with_line({"visits": (bed,)}, meet_ups="anywhere", meet_up_min=0, drive_round_start_min=0)
    plan, one = placement(file, ref)
    refs = sorted(v.visit_ref for r in plan.rounds for day in r.days for v in day.visits if v.package_ref == ref)
    assert set(refs) <= {"bed", "bed (second carer)"}
    assert PlanFile.model_validate_json(plan.model_dump_json()) == plan
    assert ("bed (second carer)" in refs) == bool(one.layout)


def test_a_gap_may_be_kept_by_the_earlier_or_by_the_later_visit() -> None:
    pill = Visit(visit_ref="pill", label="pill", duration_min=15, window=("08:00", "10:00"))
    again = Visit(
        visit_ref="again",
        label="pill",
        duration_min=15,
        window=("11:00", "13:00"),
        gaps=(Gap(after_visit_ref="pill", min_min=240),),
    )
    problem, package = of(*with_line({"visits": (pill, again)}))
    usual = [problem.visits[v].latest_s for v in package.visits if problem.visits[v].ref == "pill"]
    latest = {
        one.ref: problem.visits[v].latest_s
        for one in package.others
        for part in one.parts
        for v in problem.parts[part].visits
        if problem.visits[v].ref == "pill"
    }
    assert latest["gaps kept by the earlier visits"] < usual[0] < latest["gaps kept by the later visits"]


def test_a_package_with_other_days_says_in_the_plan_which_it_got() -> None:
    bath = Visit(
        visit_ref="bath",
        label="bath",
        duration_min=45,
        window=("08:00", "18:00"),
        days=("mon", "thu"),
        day_choices=(("tue", "fri"), ("wed", "sat")),
    )
    file, ref = with_line({"visits": (bath,)})
    plan, one = placement(file, ref)
    made = {day.day for r in plan.rounds for day in r.days for v in day.visits if v.package_ref == ref}
    assert made in ({"mon", "thu"}, {"tue", "fri"}, {"wed", "sat"})
    assert ("bath on" in one.layout) == (made != {"mon", "thu"})
