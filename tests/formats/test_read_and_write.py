"""Reading, hashing and writing what is right."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.formats import plan as plan_format
from app.formats.checks import CHECKS, WARNINGS, warnings
from app.formats.read import council_sha256, read_council, read_plan, write_json
from tests.formats.example import EXAMPLE, example, package, read_error, visit


def small_plan() -> plan_format.PlanFile:
    change = plan_format.Change(op="add", path="/contracts/1/max_hours", value=None)
    unlock = plan_format.Unlock(sentence="6.5 h more", by=390, unit="minutes", patch=(change,))
    reason = plan_format.Reason(
        code="HOURS_CAP",
        rule="hours_cap",
        force="contract",
        sentence="over its maximum",
        evidence={"over_min": 390},
        unlock=unlock,
    )
    refusal = plan_format.Refusal(provider_ref="PR-tern", contract_ref="C-tern-north", tier=None, reasons=(reason,))
    unplaced = plan_format.Unplaced(
        package_ref="P-004", priority=2, days_waiting=14, carer_minutes=630, refusals=(refusal,)
    )
    return plan_format.PlanFile(
        format="careround-plan/1",
        council="Dogger Sands (fictional)",
        fictional=True,
        provenance=plan_format.Provenance(
            council_sha256="0" * 64,
            careround_version="0",
            rules_sha256="0" * 64,
            seed=1,
            effort=1,
            replayable=True,
            statement="a test",
        ),
        levels=(),
        kpis={"packages": 1, "hours": {"waiting": 10.5}},
        placements=(),
        unplaced=(unplaced,),
        rounds=(),
    )


def test_the_example_is_read_without_fault_or_warning() -> None:
    assert warnings(read_council(EXAMPLE)) == ()


def test_the_example_stands_as_careround_writes_it(tmp_path: Path) -> None:
    write_json(tmp_path / "council.json", read_council(EXAMPLE))
    assert (tmp_path / "council.json").read_bytes() == EXAMPLE.read_bytes()


def test_a_plan_is_read_as_it_was_written_byte_for_byte(tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    write_json(first, small_plan())
    write_json(second, read_plan(first))
    assert read_plan(first) == small_plan()
    assert first.read_bytes() == second.read_bytes()


def test_a_change_to_null_keeps_its_value_in_the_file(tmp_path: Path) -> None:
    write_json(tmp_path / "plan.json", small_plan())
    plan = json.loads((tmp_path / "plan.json").read_text())
    (change,) = plan["unplaced"][0]["refusals"][0]["reasons"][0]["unlock"]["patch"]
    assert change == {"op": "add", "path": "/contracts/1/max_hours", "value": None}
    removal = plan_format.Change(op="remove", path="/contracts/1/max_hours")
    assert removal.model_dump(mode="json", exclude_defaults=True) == {"op": "remove", "path": removal.path}


def test_the_hash_is_of_what_the_file_says_and_not_of_how(tmp_path: Path) -> None:
    council = read_council(EXAMPLE)
    spelled_out = tmp_path / "spelled.json"
    text = json.dumps(council.model_dump(mode="json"), sort_keys=True, indent=3).replace("54.5\n", "54.50\n")
    spelled_out.write_text(text.replace('"max_hours": 90.0', '"max_hours": 90'), encoding="utf-8")
    assert council_sha256(read_council(spelled_out)) == council_sha256(council)
    other = json.loads(text)
    other["packages"][3]["priority"] = 1
    spelled_out.write_text(json.dumps(other), encoding="utf-8")
    assert council_sha256(read_council(spelled_out)) != council_sha256(council)


def test_a_whole_degree_hashes_alike_with_and_without_its_point(tmp_path: Path) -> None:
    hashes = set()
    for whole in ("54", "54.0", "54.00"):
        data = json.dumps(example()).replace("54.49]", f"{whole}]")
        (tmp_path / "council.json").write_text(data, encoding="utf-8")
        hashes.add(council_sha256(read_council(tmp_path / "council.json")))
    assert len(hashes) == 1


def test_the_old_file_stays_whole_when_writing_stops_in_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "council.json"
    path.write_text("the old one", encoding="utf-8")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    for step in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, step, killed)
            with pytest.raises(KeyboardInterrupt):
                write_json(path, read_council(EXAMPLE))
        assert path.read_text(encoding="utf-8") == "the old one"
        assert [entry.name for entry in tmp_path.iterdir()] == ["council.json"]


def test_writing_keeps_a_link_and_the_usual_permissions(tmp_path: Path) -> None:
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_text("the old one", encoding="utf-8")
    link.symlink_to(target)
    write_json(link, read_council(EXAMPLE))
    assert link.is_symlink()
    assert target.read_bytes() == EXAMPLE.read_bytes()
    plain = tmp_path / "plain"
    plain.touch()
    assert target.stat().st_mode == plain.stat().st_mode


def test_a_folder_that_is_missing_is_an_error_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_json(tmp_path / "absent" / "council.json", read_council(EXAMPLE))
    assert list(tmp_path.iterdir()) == []


def accepted(data: dict[str, Any], folder: Path) -> str:
    """Return the reader's error as text, or nothing."""
    return str(read_error(folder, data) or "")


def test_what_looks_odd_and_is_right_is_read(tmp_path: Path) -> None:
    data = example()
    # A visit that ends after midnight, to be finished by then: the next day's 00:15.
    visit(data, "P-004", "bed").update(window=["22:45", "23:30"], finish_by="00:15", duration_min=60)
    del visit(data, "P-004", "bed")["preferred"]
    # Null stands for an optional field left out.
    package(data, "P-001")["former_provider_ref"] = None
    # Two who meet up come from two rounds.
    tea = visit(data, "P-001", "tea")
    tea.update(crew=2, crew_kind="meet_up")
    data["rounds"].append({**data["rounds"][1], "round_ref": "R-3"})
    # An area with a hole, heights and several parts.
    outer = [[*position, 3.0] for position in data["areas"][0]["geometry"]["coordinates"][0]]
    hole = [[1.515, 54.505], [1.516, 54.505], [1.516, 54.506], [1.515, 54.505]]
    data["areas"][0]["geometry"]["coordinates"] = [outer, hole]
    data["areas"][1]["geometry"] = {
        "type": "MultiPolygon",
        "coordinates": [data["areas"][1]["geometry"]["coordinates"]],
    }
    assert accepted(data, tmp_path) == ""


def test_a_long_chain_of_gaps_is_no_circle(tmp_path: Path) -> None:
    data = example()
    line = package(data, "P-005")["lines"][0]
    line["visits"] = [
        {
            "visit_ref": f"v{number}",
            "label": "call",
            "duration_min": 5,
            "window": ["00:00", "23:59"],
            "gaps": [{"after_visit_ref": f"v{number - 1}", "min_min": 0}] if number else [],
        }
        for number in range(2000)
    ]
    assert accepted(data, tmp_path) == ""
    line["visits"][0]["gaps"] = [{"after_visit_ref": "v1999", "min_min": 0}]
    assert "has gaps in a circle" in accepted(data, tmp_path)


def test_doubtful_things_warn_and_do_not_bar(tmp_path: Path) -> None:
    data = example()
    del visit(data, "P-003", "am")["short_call"]
    visit(data, "P-001", "tea")["duration_min"] = 15
    visit(data, "P-001", "tea")["short_call"] = {
        "carer_known": True, "part_of_wider_package": False, "specific_task_or_check": True,
    }  # fmt: skip
    del visit(data, "P-004", "am")["tolerance_reason"]
    del data["contracts"][1]["rates"]
    data["rounds"][1]["crew"] = 2
    package(data, "P-002")["state"] = "suspended"
    visit(data, "P-004", "am")["days"] = ["sat"]
    visit(data, "P-004", "lunch")["days"] = ["sun"]
    package(data, "P-005")["requirements"]["skills"] = ["hoits"]
    path = tmp_path / "council.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    said = [str(fault) for fault in warnings(read_council(path))]
    for start in (
        "packages[2].lines[0].visits[0].duration_min: 15 is under 30 min without short_call",
        "packages[0].lines[0].visits[1].duration_min: 15 is under 30 min and does not meet the short-call test",
        "packages[3].lines[0].visits[0].tolerance_reason: is missing in a time-critical visit",
        "contracts[1].rates: are missing: its fees are not counted",
        'rounds[1].days[0].visits[0].visit_ref: "tea" needs one carer, and round R-2 is a pair',
        "packages[1].dates.suspended_from: is missing in a suspended package",
        "packages[3].lines[0].visits[1].gaps[0]: never applies: am is on other days",
        'packages[4].requirements.skills[0]: "hoits" is a skill that no provider declares',
    ):
        assert any(line.startswith(start) for line in said), "\n".join(said)
    assert len(said) == 8 + 6  # the pair's round is told for each of seven days


def test_means_and_light_that_are_of_no_use_warn(tmp_path: Path) -> None:
    data = example()
    data["parameters"] = {"modes": ["walk", "driven"], "walk_lit_ways_after_dark": True}
    data["travel"] = {"source": "straight_line"}
    data["providers"][0]["modes"] = ["walk", "cycle"]
    path = tmp_path / "council.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    said = {fault.path for fault in warnings(read_council(path))}
    assert said == {"providers[0].modes[1]", "parameters.modes[1]", "parameters.walk_lit_ways_after_dark"}


def test_every_check_is_listed_once() -> None:
    names = [check.__name__ for check in (*CHECKS, *WARNINGS)]
    assert len(names) == len(set(names))
