"""The JSON Schemas under docs/formats: up to date, valid, and one with the reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scripts.write_schemas import FOLDER, SCHEMAS, schema_text
from tests.formats.example import broken, example
from tests.formats.test_broken_council import FIELDS
from tests.formats.test_read_and_write import small_plan


def schema(name: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return values


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_what_the_models_say(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == schema_text(*SCHEMAS[name]), "run scripts/write_schemas.py"


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


def test_the_example_and_a_plan_keep_their_schemas() -> None:
    jsonschema.validate(example(), schema("council-1.schema.json"))
    jsonschema.validate(small_plan().model_dump(mode="json", exclude_defaults=True), schema("plan-1.schema.json"))


@pytest.mark.parametrize("name", FIELDS)
def test_what_the_reader_refuses_in_a_field_the_schema_refuses_too(name: str) -> None:
    checker = jsonschema.Draft202012Validator(
        schema("council-1.schema.json"), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    assert not checker.is_valid(broken(FIELDS[name][0]))


def test_every_collection_of_the_format_is_in_its_documentation() -> None:
    text = (Path(FOLDER) / "README.md").read_text(encoding="utf-8")
    for name in schema("council-1.schema.json")["properties"]:
        assert f"`{name}`" in text or name in ("format", "name", "fictional", "profile", "note"), name
