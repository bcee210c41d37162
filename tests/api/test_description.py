"""The API's description and docs/api.md say what the service does."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from app.api import examples
from app.api.problems import KINDS
from app.main import create_app
from tests.api.serving import EXAMPLE, ROOT, example_council, serving

PAGE = (ROOT / "docs" / "api.md").read_text()


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with serving(create_app(example_council(), folder=EXAMPLE.parent)) as found:
        yield found


@pytest.fixture(scope="module")
def description(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/v1/openapi.json").json()
    return found


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def contents(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for method, path, operation in operations(description):
        if "requestBody" in operation:
            yield f"{method} {path}", operation["requestBody"]["content"]["application/json"]
        for status, response in operation["responses"].items():
            for content in response["content"].values():
                yield f"{method} {path} {status}", content


def refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from refs(item)
    elif isinstance(value, list):
        for item in value:
            yield from refs(item)


def test_the_description_is_openapi_3_1_and_names_every_operation(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    assert {operation["operationId"] for *_, operation in operations(description)} == {
        "receivePackage",
        "getPackage",
        "getPlan",
        "getRound",
        "getHealth",
        "startAllocation",
        "getAllocation",
        "cancelAllocation",
        "finishAllocation",
    }
    tags = {tag["name"] for tag in description["tags"]}
    for method, path, operation in operations(description):
        assert operation["summary"], (method, path)
        assert operation["description"], (method, path)
        assert set(operation["tags"]) <= tags
        assert "500" in operation["responses"]


def test_every_ref_of_the_description_leads_somewhere(description: dict[str, Any]) -> None:
    for ref in refs(description):
        if ref.startswith("#/components/schemas/"):
            assert ref.rsplit("/", 1)[1] in description["components"]["schemas"], ref


def test_every_body_and_answer_has_an_example_that_fits_its_schema(description: dict[str, Any]) -> None:
    for where, content in contents(description):
        assert "example" in content, where
        schema = {**content["schema"], "components": description["components"]}
        faults = list(Draft202012Validator(schema).iter_errors(content["example"]))
        assert not faults, (where, faults[0].json_path, faults[0].message)


def test_no_example_is_of_a_real_place(description: dict[str, Any]) -> None:
    assert "fictional" in json.dumps(examples.TOLD["health"])
    assert description["info"]["description"].count("memory")


def test_every_status_sent_is_described(client: httpx.Client, description: dict[str, Any]) -> None:
    sent = [
        ("POST", "/v1/packages", client.post("/v1/packages", json={})),
        ("POST", "/v1/packages", client.post("/v1/packages", content="x")),
        ("GET", "/v1/packages/{package_ref}", client.get("/v1/packages/x")),
        ("GET", "/v1/rounds/{round_ref}", client.get("/v1/rounds/x")),
        ("GET", "/v1/plan", client.get("/v1/plan")),
        ("POST", "/v1/allocations", client.post("/v1/allocations", json={"x": 1})),
        ("DELETE", "/v1/allocations/{allocation_id}", client.delete("/v1/allocations/x")),
    ]
    for method, path, response in sent:
        described = description["paths"][path][method.lower()]["responses"]
        assert str(response.status_code) in described, (method, path)
        assert response.headers["content-type"] in described[str(response.status_code)]["content"]


def test_the_page_lists_every_kind_of_problem() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \|", PAGE, re.MULTILINE)
    assert {(name, int(status)) for name, status in listed} == {(kind.name, kind.status) for kind in KINDS}


def test_the_example_package_is_received_as_the_description_shows(client: httpx.Client) -> None:
    answer = client.post("/v1/packages", json=examples.TOLD["new_package"])
    assert answer.status_code == 201
    assert answer.json().keys() == examples.TOLD["received"].keys()
    assert answer.json()["zone_ref"] == examples.TOLD["received"]["zone_ref"]


def test_the_pages_commands_work_in_order() -> None:
    commands = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    assert len(commands) >= 6
    with serving(create_app(example_council(), folder=EXAMPLE.parent)) as client:
        for command in commands:
            here = command.replace("http://127.0.0.1:8000", str(client.base_url).rstrip("/"))
            done = subprocess.run(["bash", "-euc", here], check=False, capture_output=True, text=True, timeout=30)
            assert done.returncode == 0, (here, done.stdout, done.stderr)
            assert done.stdout.startswith("{"), here
        assert client.get("/v1/packages/P-201").json()["options"]
