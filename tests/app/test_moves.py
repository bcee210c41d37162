"""A budget of moves in the files, on the terminal and in the reports; the person it moves is fictional."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.allocate import allocate, check
from app.cli import app
from app.formats.council import CouncilFile, Moves, Round, RoundDay
from app.formats.plan import Move, PlanFile
from app.formats.read import read_plan, write_json
from app.ground import Ground
from app.live import open_board
from app.plans import stated_plan
from app.problem import problem_of
from app.reports.html import write_report
from app.reports.moves import lines
from tests.app.councils import LIGHT, council

BUDGET = Moves(people=2, approved_by="A. Broker", reason="one round serves one person", saving_min_per_week=60)


def alone_on_a_round(made: CouncilFile) -> CouncilFile:
    """Give somebody who is served on a full round a round of their own: to move back saves its start-up."""
    crews = {(p.package_ref, v.visit_ref): v.crew for p in made.packages for line in p.lines for v in line.visits}
    plain = {
        p.package_ref
        for p in made.packages
        if p.state == "live" and not p.linked_to and not any(v.gaps for line in p.lines for v in line.visits)
    }
    for one in made.rounds:
        stops = [(stop.package_ref, stop.visit_ref) for day in one.days for stop in day.visits]
        refs = sorted({ref for ref, _ in stops} & plain)
        if len({ref for ref, _ in stops}) >= 3 and all(crews[stop] == one.crew for stop in stops) and refs:
            return made.model_copy(update={"rounds": (*_parted(made.rounds, one, refs[0]),)})
    raise AssertionError("no full round")


def _parted(rounds: tuple[Round, ...], full: Round, ref: str) -> list[Round]:
    def only(mine: bool) -> tuple[RoundDay, ...]:
        days = (
            day.model_copy(update={"visits": tuple(v for v in day.visits if (v.package_ref == ref) == mine)})
            for day in full.days
        )
        return tuple(day for day in days if day.visits)

    rest = [one if one is not full else full.model_copy(update={"days": only(False)}) for one in rounds]
    return [*rest, full.model_copy(update={"round_ref": "round-lonely", "days": only(True)})]


@lru_cache(maxsize=1)
def with_budget() -> tuple[CouncilFile, PlanFile]:
    made = alone_on_a_round(council("merton"))
    made = made.model_copy(update={"parameters": made.parameters.model_copy(update={"moves": BUDGET})})
    return made, allocate(made, effort=LIGHT)


def the_move() -> Move:
    plan = with_budget()[1]
    assert plan.moves is not None
    return next(one for one in plan.moves.made if one.stretches[0].from_round_ref == "round-lonely")


def test_whoever_is_alone_on_a_round_would_join_another() -> None:
    made, plan = with_budget()
    assert plan.moves is not None
    assert (plan.moves.approved_by, plan.moves.reason) == (BUDGET.approved_by, BUDGET.reason)
    assert the_move().added_paid_s <= -3600
    (lonely,) = (one for one in plan.rounds if one.round_ref == "round-lonely")
    assert lonely.days == ()
    assert plan.levels[0].value == len(plan.moves.made)
    assert [one for one in check(problem_of(made), made, plan) if not one.inherited] == []


def test_the_file_says_all_that_the_engine_says(tmp_path: Path) -> None:
    made, plan = with_budget()
    write_json(tmp_path / "plan.json", plan)
    assert read_plan(tmp_path / "plan.json") == plan
    assert stated_plan(plan, made).moves is not None


@pytest.mark.parametrize("field", ["people", "approved_by", "reason"])
def test_a_budget_that_the_council_did_not_open_is_caught(field: str) -> None:
    made, plan = with_budget()
    assert plan.moves is not None
    other = plan.moves.model_copy(update={field: 9 if field == "people" else "somebody else"})
    found = check(problem_of(made), made, plan.model_copy(update={"moves": other}))
    assert "MOVES_BUDGET" in {one.code for one in found}


def test_the_service_answers_on_the_board_as_it_is_after_the_moves(tmp_path: Path) -> None:
    made, plan = with_budget()
    board = open_board(made, tmp_path).with_plan(plan)
    target = board.round_on_board(the_move().stretches[0].to_round_ref)
    assert target is not None
    assert the_move().package_ref in {visit.package_ref for day in target.days for visit in day.visits}
    for ref in [*(one.package_ref for one in plan.placements[:3]), *(one.package_ref for one in plan.unplaced)]:
        package = board.package_at(ref)
        assert package is not None
        assert board.options_for(package).options


def test_without_a_budget_the_file_has_no_word_of_moves() -> None:
    made = alone_on_a_round(council("merton"))
    plan = allocate(made, effort=LIGHT)
    assert plan.moves is None
    assert "moves" not in plan.model_dump(exclude_defaults=True)


def test_the_terminal_and_the_reports_name_each_move_and_who_confirms(tmp_path: Path) -> None:
    made, plan = with_budget()
    move = the_move()
    write_json(tmp_path / "council.json", made)
    command = ["allocate", str(tmp_path / "council.json"), "--out", str(tmp_path / "plan.json"), "--effort", "1"]
    said = " ".join(CliRunner().invoke(app, command).output.split())
    for word in ("A. Broker", "round-lonely", move.package_ref, "must confirm"):
        assert word in said
    page = tmp_path / "report.html"
    write_report(page, made, plan, ground=Ground(council=made, folder=tmp_path), audience="internal")
    text = page.read_text(encoding="utf-8")
    assert "People who would move" in text
    assert f"round-lonely to {move.stretches[0].to_round_ref}" in text
    write_report(page, made, plan, ground=Ground(council=made, folder=tmp_path), audience="shared")
    assert "round-lonely" not in page.read_text(encoding="utf-8")
    assert plan.moves is not None
    assert len(list(lines(plan.moves))) == 2 + len(plan.moves.made)
