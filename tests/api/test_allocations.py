"""Allocations run in processes that can be killed, one at a time, and never half-change the plan."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.allocate import allocate
from app.formats.plan import PlanFile
from app.formats.write import write_json
from app.main import UnfitPlan, create_app
from solver.solve import Effort
from tests.api.processes import descendants, gone_within, running
from tests.api.serving import EXAMPLE, TOWN, ended, example_council, searching, serving, serving_process, small_merton
from tests.api.write_examples import NEW_PACKAGE

QUICK = {"searches": 1, "iterations": 1}
ENDLESS = {"searches": 20, "iterations": 10_000}


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with serving(create_app(example_council(), folder=EXAMPLE.parent)) as found:
        yield found


def test_a_plan_arrives_and_what_came_meanwhile_waits(client: httpx.Client) -> None:
    started = client.post("/v1/allocations", json=QUICK)
    assert started.status_code == 202
    where = started.headers["location"]
    assert client.get("/v1/health").json()["allocation"] == started.json()["id"]
    again = client.post("/v1/allocations")
    assert (again.status_code, again.headers["location"]) == (409, where)
    assert client.post("/v1/packages", json=NEW_PACKAGE).status_code == 201
    job = ended(client, where)
    assert (job["state"], job["plan"], job["failure"]) == ("finished", "/v1/plan", None)
    assert client.delete(where).json()["type"].endswith("allocation-ended")
    plan = PlanFile.model_validate_json(client.get("/v1/plan").text)
    told = [one.package_ref for one in plan.placements] + [one.package_ref for one in plan.unplaced]
    assert "P-101" not in told
    late = client.get("/v1/packages/P-101").json()
    assert (late["state"], late["against"], late["placement"]) == ("waiting", "plan", None)
    assert late["options"]
    assert all(client.get(f"/v1/rounds/{one.round_ref}").json()["round_ref"] == one.round_ref for one in plan.rounds)


@pytest.mark.parametrize(
    ("body", "path"),
    [({"seed": -1}, "seed"), ({"searches": 0}, "searches"), ({"seconds": 9}, "…"), ({"sed": 9}, "sed")],
)
def test_terms_that_make_no_sense_start_nothing(client: httpx.Client, body: dict[str, int], path: str) -> None:
    response = client.post("/v1/allocations", json=body)
    assert response.status_code == 422
    assert [one["path"] for one in response.json()["faults"]] == [path]
    assert client.get("/v1/health").json()["allocation"] is None


def test_a_cancelled_allocation_is_killed_and_leaves_the_plan_before_it() -> None:
    with serving(create_app(small_merton(), folder=TOWN)) as client:
        before = descendants(os.getpid())
        started = client.post("/v1/allocations", json=ENDLESS)
        where = started.headers["location"]
        searching(client, where)
        born = descendants(os.getpid()) - before
        cancelled = client.delete(where)
        assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
        resource_tracker = 1  # of multiprocessing; lives as long as this process
        deadline = time.monotonic() + 5
        while len(running(born)) > resource_tracker and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(running(born)) <= resource_tracker
        assert client.get(where).json()["state"] == "cancelled"
        assert client.get("/v1/plan").status_code == 404
        assert client.delete(where).status_code == 409
        assert client.get("/v1/health").json()["allocation"] is None


def test_an_allocation_finished_early_leaves_the_best_plan_so_far_and_says_that_it_does_not_replay() -> None:
    with serving(create_app(small_merton(), folder=TOWN)) as client:
        where = client.post("/v1/allocations", json=ENDLESS).headers["location"]
        searching(client, where)
        assert client.post(f"{where}/finish").status_code == 202
        job = ended(client, where)
        assert job["state"] == "finished", job
        plan = client.get("/v1/plan").json()
        assert plan["provenance"]["replayable"] is False
        assert plan["placements"]
        assert client.post(f"{where}/finish").status_code == 409


def test_a_failed_allocation_says_why_and_leaves_the_plan_before_it(tmp_path: Path) -> None:
    app = create_app(small_merton(), folder=TOWN)
    app.state.service = replace(app.state.service, folder=tmp_path)
    with serving(app) as client:
        job = ended(client, client.post("/v1/allocations", json=QUICK).headers["location"])
        assert job["state"] == "failed"
        assert "is not there" in job["failure"]
        assert client.get("/v1/plan").status_code == 404


def test_an_allocation_dies_with_a_server_that_is_killed() -> None:
    path = TOWN / "council-to-be-killed.json"
    write_json(path, small_merton())
    with serving_process(path) as (client, process):
        where = client.post("/v1/allocations", json=ENDLESS).headers["location"]
        searching(client, where)
        born = descendants(process.pid)
        assert born
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
        assert gone_within(born, 5)


def test_a_server_may_start_with_a_plan_of_its_own_council_only() -> None:
    plan = allocate(example_council(), folder=EXAMPLE.parent, effort=Effort(searches=1, iterations=1, threads=1))
    with serving(create_app(example_council(), folder=EXAMPLE.parent, plan=plan)) as client:
        assert PlanFile.model_validate_json(client.get("/v1/plan").text) == plan
        for one in plan.placements:
            assert client.get(f"/v1/packages/{one.package_ref}").json()["state"] == "proposed"
    renamed = example_council().model_copy(update={"name": "Elsewhere (fictional)"})
    with pytest.raises(UnfitPlan, match="OTHER_COUNCIL"):
        create_app(renamed, folder=EXAMPLE.parent, plan=plan)


def test_an_allocation_may_start_from_a_plan_and_lists_what_it_did_not_keep(client: httpx.Client) -> None:
    first = ended(client, client.post("/v1/allocations", json=QUICK).headers["location"])
    assert (first["state"], first["not_kept"]) == ("finished", [])
    plan = client.get("/v1/plan").json()
    from_current = client.post("/v1/allocations", json={**QUICK, "start_from_current": True})
    second = ended(client, from_current.headers["location"])
    assert (second["state"], second["not_kept"]) == ("finished", [])
    assert client.get("/v1/plan").json()["provenance"]["started_from_sha256"]
    gone = plan["placements"][0]
    gone["package_ref"] = "P-of-last-week"
    third = ended(client, client.post("/v1/allocations", json={**QUICK, "start": plan}).headers["location"])
    assert third["state"] == "finished"
    assert third["not_kept"] == ["P-of-last-week: it is no longer in the council file."]


def test_a_start_that_is_no_plan_starts_nothing(client: httpx.Client) -> None:
    response = client.post("/v1/allocations", json={"start": {"format": "careround-plan/1"}})
    assert response.status_code == 422
    assert "start.rounds" in {one["path"] for one in response.json()["faults"]}
