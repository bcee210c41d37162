"""A week with the service, over HTTP, as a brokerage system would live it."""

from __future__ import annotations

import signal

from app.allocate import check
from app.formats.council import CouncilFile
from app.formats.plan import PlanFile, RoundPlan
from app.formats.write import write_json
from app.problem import problem_of
from tests.api.processes import descendants, gone_within
from tests.api.serving import TOWN, ended, held_back, searching, serving_process, small_merton

QUICK = {"seed": 3, "searches": 1, "iterations": 2}
ENDLESS = {"searches": 20, "iterations": 10_000}


def test_a_package_comes_in_is_explained_allocated_and_found_in_a_round() -> None:
    fewer, (body,) = held_back(small_merton(), 1)
    path = TOWN / "council.json"
    write_json(path, fewer)
    ref = body["package"]["package_ref"]
    with serving_process(path) as (client, process):
        health = client.get("/v1/health").json()
        assert (health["status"], health["state"], health["plan"]) == ("ok", "memory", False)
        assert health["counts"]["packages"] == len(fewer.packages)
        assert client.get("/v1/plan").status_code == 404

        posted = client.post("/v1/packages", json=body)
        assert posted.status_code == 201, posted.text
        received = posted.json()
        assert (received["state"], received["against"]) == ("waiting", "live_rounds")
        assert received["zone_ref"]
        assert received["patch_ref"]
        options = received["options"]
        asked = {one.contract_ref for one in fewer.contracts if one.zone_ref == received["zone_ref"]}
        assert len({one["contract_ref"] for one in options}) == len(options)
        assert {one["provider_ref"] for one in options} == {one.provider_ref for one in fewer.contracts}
        elsewhere = [one for one in options if one["contract_ref"] not in asked]
        assert len(options) == len(asked) + len(elsewhere)
        for one in elsewhere:
            assert one["verdict"] == "refused"
            assert "NOT_IN_ZONE" in {reason["code"] for reason in one["reasons"]}
        fitting = [one for one in options if one["verdict"] in ("eligible", "later_tier")]
        assert fitting == options[: len(fitting)]
        assert [one["tier"] for one in fitting] == sorted(one["tier"] for one in fitting)
        for one in fitting:
            assert one["added_paid_s"] is not None
            assert all(visit["start"] <= visit["finish"] for made in one["rounds"] for visit in made["visits"])
        for one in options[len(fitting) :]:
            assert one["reasons"]
            assert all(reason["sentence"] and reason["force"] for reason in one["reasons"])

        where = posted.headers["location"]
        assert client.get(where).json() == received

        job = ended(client, client.post("/v1/allocations", json=QUICK).headers["location"])
        assert job["state"] == "finished", job
        plan = PlanFile.model_validate_json(client.get("/v1/plan").text)
        assert plan.provenance.seed == QUICK["seed"]
        council = CouncilFile.model_validate(
            {
                **fewer.model_dump(mode="json"),
                "packages": [*fewer.model_dump(mode="json")["packages"], body["package"]],
                "homes": [*fewer.model_dump(mode="json")["homes"], *([body["home"]] if "home" in body else [])],
            }
        )
        assert [one for one in check(problem_of(council, TOWN), council, plan) if not one.inherited] == []

        after = client.get(where).json()
        placed = next((one for one in plan.placements if one.package_ref == ref), None)
        if placed is None:
            assert after["state"] == "waiting"
            assert not [one for one in after["options"] if one["verdict"] == "eligible"]
        else:
            assert after["state"] == "proposed"
            assert after["placement"]["provider_ref"] == placed.provider_ref
            assert any(one["contract_ref"] == placed.contract_ref for one in after["options"])
            for part in placed.parts:
                made = RoundPlan.model_validate(client.get(f"/v1/rounds/{part.round_ref}").json())
                assert {visit.package_ref for day in made.days for visit in day.visits} >= {ref}

        again = client.post("/v1/allocations", json=ENDLESS).headers["location"]
        searching(client, again)
        born = descendants(process.pid)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=10)[0]
        assert "State is in memory" in said
        assert "Traceback" not in said
        assert ref not in said
        assert gone_within(born, 5)
