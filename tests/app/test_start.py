"""``careround allocate --start``: last week's plan is a start, what no longer fits is said, and nothing fails for it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from typer.testing import CliRunner

from app.allocate import allocate, check
from app.cli import app
from app.formats.council import CouncilFile
from app.formats.plan import PlanFile
from app.formats.read import plan_sha256, read_plan, write_json
from app.problem import problem_of
from tests.app.councils import LIGHT, council, plan


def next_week(made: CouncilFile, last: PlanFile) -> tuple[CouncilFile, str, str]:
    """A week later: one placed package has gone, and one has its visits at other hours."""
    gone, other = last.placements[0].package_ref, last.placements[1].package_ref
    assert not any(one.linked_to for one in made.packages if one.package_ref in (gone, other))
    packages = tuple(one for one in made.packages if one.package_ref != gone)
    barred = made.model_copy(
        update={
            "packages": tuple(
                one.model_copy(
                    update={
                        "requirements": one.requirements.model_copy(
                            update={"excluded_provider_refs": (last.placements[1].provider_ref,)}
                        )
                    }
                )
                if one.package_ref == other
                else one
                for one in packages
            ),
            "week": made.week.model_copy(update={"starts_on": date.fromordinal(made.week.starts_on.toordinal() + 7)}),
        }
    )
    return barred, gone, other


def test_a_plan_started_from_last_weeks_says_what_it_did_not_keep(tmp_path: Path) -> None:
    last = plan("sheffield")
    made, gone, other = next_week(council("sheffield"), last)
    write_json(tmp_path / "council.json", made)
    write_json(tmp_path / "last.json", last)
    command = f"allocate {tmp_path}/council.json --out {tmp_path}/plan.json --start {tmp_path}/last.json --effort 1"
    result = CliRunner().invoke(app, command.split())
    assert result.exit_code == 0, result.output
    said = " ".join(result.output.split())
    assert f"{gone}: it is no longer in the council file." in said
    assert f"{other}: contract {last.placements[1].contract_ref} may not take it now (EXCLUDED_BY_PERSON)." in said
    assert len(json.loads((tmp_path / "plan.run.json").read_text())["dropped_from_start"]) >= 2
    proposal = read_plan(tmp_path / "plan.json")
    assert proposal.provenance.started_from_sha256 == plan_sha256(last)
    assert [one for one in check(problem_of(made), made, proposal) if not one.inherited] == []


def test_a_plan_is_never_worse_than_the_one_it_starts_from() -> None:
    made = council("leeds")
    start = allocate(made, effort=LIGHT, seed=2)
    heard: list[str] = []
    again = allocate(made, effort=LIGHT, seed=3, start=start, dropped=heard.extend)
    assert heard == []
    for now, was in zip(again.levels, start.levels, strict=True):
        if now.value != was.value:
            assert (now.value > was.value) == (now.sense == "max")
            break


def test_a_start_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    write_json(tmp_path / "council.json", council("leeds"))
    command = f"allocate {tmp_path}/council.json --out {tmp_path}/plan.json --start {tmp_path}/council.json"
    assert CliRunner().invoke(app, command.split()).exit_code == 2
