"""Whatever is sent, the answer is the right problem document, and nothing personal comes back."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.api.problems import KINDS, ProblemAnswer
from app.main import create_app
from tests.api.serving import EXAMPLE, example_council, serving
from tests.api.write_examples import NEW_PACKAGE

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app(example_council(), folder=EXAMPLE.parent)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[httpx.Client]:
    with serving(app) as found:
        yield found


def posted(client: httpx.Client, change: Change) -> httpx.Response:
    body = deepcopy(NEW_PACKAGE)
    change(body)
    return client.post("/v1/packages", json=body)


def problem(response: httpx.Response, status: int, name: str) -> ProblemAnswer:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    found = ProblemAnswer.model_validate(response.json())
    assert (found.status, found.type) == (status, f"urn:careround:problem:{name}")
    assert "Traceback" not in response.text
    return found


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/", 404, "not-found"),
        ("GET", "/v1/package", 404, "not-found"),
        ("GET", "/docs", 404, "not-found"),
        ("GET", "/v1/packages/P-999", 404, "unknown-package"),
        ("GET", "/v1/packages/", 404, "unknown-package"),
        ("GET", "/v1/packages/a%2Fb%00", 404, "unknown-package"),
        ("GET", "/v1/rounds/R-999", 404, "unknown-round"),
        ("GET", "/v1/plan", 404, "no-plan"),
        ("GET", "/v1/allocations/allocation-9", 404, "unknown-allocation"),
        ("DELETE", "/v1/allocations/allocation-9", 404, "unknown-allocation"),
        ("GET", "/v1/packages", 405, "wrong-method"),
        ("DELETE", "/v1/plan", 405, "wrong-method"),
        ("PUT", "/v1/health", 405, "wrong-method"),
    ],
)
def test_what_is_not_there_is_answered_as_a_problem(
    client: httpx.Client, method: str, path: str, status: int, name: str
) -> None:
    response = client.request(method, path)
    problem(response, status, name)
    if status == 405:
        assert response.headers["allow"]


def test_a_package_cannot_come_in_twice(client: httpx.Client) -> None:
    problem(
        posted(client, lambda body: body["package"].update(package_ref="P-001", home_ref="H-1")), 409, "package-exists"
    )


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_only_json_is_read(client: httpx.Client, kind: str) -> None:
    response = client.post("/v1/packages", content=json.dumps(NEW_PACKAGE), headers={"content-type": kind})
    problem(response, 415, "not-json")


def test_a_large_body_is_turned_away_whether_it_says_so_or_not(client: httpx.Client) -> None:
    large = b" " * (300 * 1024)
    json_headers = {"content-type": "application/json"}
    problem(client.post("/v1/packages", content=large, headers=json_headers), 413, "too-large")
    chunks = (large[:65536] for _ in range(5))
    problem(client.post("/v1/packages", content=chunks, headers=json_headers), 413, "too-large")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON"),
        (b"{", "line 1, column 2"),
        (b"[]", "not an object"),
        (b'"x"', "not an object"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"package": NaN}', "not finite"),
        (b'{"package": 1e999}', "not finite"),
        (b'{"home": null, "home": null}', "more than once"),
        (b'{"package": ' + b"[" * 60 + b"]" * 60 + b"}", "levels deep"),
        (b"[" * 100_000, "levels deep"),
        (b'{"package": ' + b"9" * 5000 + b"}", "thousands of digits"),
        (b'{"package": "\\u0000"}', "control characters"),
        (b'{"package": "\\ud800"}', "control characters"),
    ],
)
def test_a_body_that_is_no_json_object_is_one_fault(client: httpx.Client, content: bytes, said: str) -> None:
    found = problem(
        client.post("/v1/packages", content=content, headers={"content-type": "application/json"}),
        422,
        "faulty-request",
    )
    assert found.faults is not None
    assert said in found.faults[0].reason
    assert found.faults[0].mend


def visit(body: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = body["package"]["lines"][0]["visits"][0]
    return first


FAULTS: list[tuple[Change, str, str]] = [
    (lambda body: visit(body).update(duration_min=0), "package.lines[0].visits[0].duration_min", "5–1440"),
    (lambda body: visit(body).update(duration_min="30"), "package.lines[0].visits[0].duration_min", "number"),
    (lambda body: visit(body).update(preferred="8:30"), "package.lines[0].visits[0].preferred", "HH:MM"),
    (lambda body: visit(body).pop("preferred"), "package.lines[0].visits[0]", ""),
    (lambda body: visit(body).update(days=["monday"]), "package.lines[0].visits[0].days[0]", "mon"),
    (lambda body: body["package"].pop("dates"), "package.dates", "missing"),
    (lambda body: body["package"].update(lotte="chc"), "package.lotte", "did you mean lot?"),
    (lambda body: body.update(pakage={}), "pakage", "did you mean package?"),
    (lambda body: body["package"].update({"Edna": "x"}), "package.…", "not a field"),
    (lambda body: body["package"].update(lines=[]), "package.lines", "at least 1"),
    (lambda body: body["package"].update(state="live"), "package.state", "waiting"),
    (lambda body: body["package"].update(linked_to="P-101"), "package.linked_to", "itself"),
    (lambda body: body.pop("home"), "package.home_ref", "no home on the board"),
    (lambda body: body["home"].update(lon=200), "home.lon", "-180–180"),
    (lambda body: body["home"].update(lon=-0.123456, lat=51.507351), "home", "outside"),
    (lambda body: body["home"].update(lon=1.507351, lat=54.53), "home", "none of the council's areas"),
    (lambda body: body["home"].update(lon=54.5046, lat=1.506), "home", "swapped"),
]


@pytest.mark.parametrize(("change", "path", "said"), FAULTS)
def test_a_fault_names_its_place_and_its_mend(client: httpx.Client, change: Change, path: str, said: str) -> None:
    before = client.get("/v1/health").json()["counts"]
    found = problem(posted(client, change), 422, "faulty-request")
    assert found.faults is not None
    assert any(one.path.startswith(path) and said in f"{one.reason} {one.mend}" for one in found.faults), found.faults
    assert client.get("/v1/health").json()["counts"] == before


def test_every_fault_is_named_at_once(client: httpx.Client) -> None:
    def change(body: dict[str, Any]) -> None:
        visit(body).update(duration_min=0, preferred="25:00")
        body["package"].update(priority=10)
        body["home"].update(lat="north")

    found = problem(posted(client, change), 422, "faulty-request")
    assert found.faults is not None
    assert len(found.faults) == 4


SECRETS = {
    "person_ref": "N-778899",
    "note": "Edna Clutterbuck 07700 900123",
    "lon": 1.5063217,
    "lat": 54.5046513,
    "referred": "1931-05-17",
    "postcode_sector": "QZ7 3",
    "label": "insulin for Edna",
    "waits_with": "Sister Agnes",
    "gp_practice": "X-GP-775533",
}


def told_everything(body: dict[str, Any]) -> None:
    package, home = body["package"], body["home"]
    package.update(
        person_ref=SECRETS["person_ref"], waits_with=SECRETS["waits_with"], gp_practice=SECRETS["gp_practice"]
    )
    package["preferences"] = {"note": SECRETS["note"]}
    package["dates"] = {"referred": SECRETS["referred"], "authorised": "1930-01-01", "discharge_ready": "1931-06-18"}
    visit(body)["label"] = SECRETS["label"]
    home.update(lon=SECRETS["lon"], lat=SECRETS["lat"], postcode_sector=SECRETS["postcode_sector"])


@pytest.mark.parametrize("fault", [*FAULTS, (lambda body: body["package"].update({"Clutterbuck": 1}), "", "")])
def test_no_answer_repeats_what_is_personal(client: httpx.Client, fault: tuple[Change, str, str]) -> None:
    def change(body: dict[str, Any]) -> None:
        told_everything(body)
        fault[0](body)

    response = posted(client, change)
    assert response.status_code == 422
    for secret in (*SECRETS.values(), "Clutterbuck", "1930-01-01", "Edna"):
        assert str(secret) not in response.text


def test_another_host_name_is_turned_away(client: httpx.Client) -> None:
    problem(client.get("/v1/health", headers={"host": "evil.example"}), 421, "other-host")
    assert client.get("/v1/health", headers={"host": f"localhost:{client.base_url.port}"}).status_code == 200


def test_a_defect_is_a_problem_without_a_word_of_the_person(
    app: FastAPI, client: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Edna Clutterbuck")

    monkeypatch.setattr(app.state.service.live, "receive", broken)
    with caplog.at_level(logging.ERROR):
        response = client.post("/v1/packages", json=NEW_PACKAGE)
    problem(response, 500, "unexpected")
    said = response.text + caplog.text + "".join(str(record.exc_info) for record in caplog.records if record.exc_info)
    assert "Edna" not in said
    assert "RuntimeError in" in caplog.text


def test_twenty_packages_at_once_all_arrive(client: httpx.Client) -> None:
    def post(i: int) -> int:
        ref = f"T-{i:02d}"
        return posted(
            client,
            lambda body: (body["package"].update(package_ref=ref, home_ref=ref), body["home"].update(home_ref=ref)),
        ).status_code

    before = client.get("/v1/health").json()["counts"]
    with ThreadPoolExecutor(20) as people:
        assert list(people.map(post, range(20))) == [201] * 20
    after = client.get("/v1/health").json()["counts"]
    assert (after["packages"], after["homes"]) == (before["packages"] + 20, before["homes"] + 20)
    assert all(client.get(f"/v1/packages/T-{i:02d}").json()["options"] for i in range(20))


def test_kinds_of_problems_have_names_of_their_own() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_a_ref_with_a_slash_is_found_again(client: httpx.Client) -> None:
    response = posted(
        client, lambda body: (body["package"].update(package_ref="P/7:a", home_ref="H-1"), body.pop("home"))
    )
    assert response.status_code == 201
    assert response.headers["location"] == "/v1/packages/P%2F7%3Aa"
    assert client.get(response.headers["location"]).json()["package_ref"] == "P/7:a"
