"""The API's own description, OpenAPI 3.1: strict bodies, problem documents, examples."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from app import __version__
from app.api.answers import NewAllocation, NewPackage
from app.api.examples import TOLD
from app.api.problems import FAULTY, KINDS, MEDIA_TYPE, OTHER_HOST, UNEXPECTED, ProblemAnswer, document
from app.formats.faults import Fault

DESCRIPTION = """\
careround turns a council's home-care packages into walkable rounds. This service answers for one council.

**State is in memory**: what is posted is lost when the server stops. **A person decides**: no call places
anybody; options and plans are proposals. Everything here is internal to the council's team: pseudonyms,
times and places of care.

Units: names end in `_s` (seconds), `_min` or `_minutes`, `_hours`, `_pence`; times of day are on the clock of
the day a visit starts; dates are `YYYY-MM-DD`; positions are WGS84 degrees. Errors are problem documents
(RFC 9457) that never repeat what was sent.
"""
TAGS = [
    {"name": "packages", "description": "One care package now: located, tried on every round, explained."},
    {"name": "allocations", "description": "The whole week at once, in the background."},
    {"name": "plan", "description": "What the last allocation proposes."},
    {"name": "service", "description": "The service itself."},
]
_AN_EXAMPLE = Fault(path="package.lotte", value="", reason="is not a field of the format", mend="did you mean lot?")


def body_of(model: str, example: str, *, required: bool = True) -> dict[str, Any]:
    """Describe a request body that the service reads strictly by itself.

    Parameters
    ----------
    model
        Name of its schema.
    example
        Name of one that is valid.
    required
        Whether it must be there.

    Returns
    -------
    dict
        For an operation's ``openapi_extra``.
    """
    schema = {"$ref": f"#/components/schemas/{model}"}
    return {
        "requestBody": {"required": required, "content": {"application/json": {"schema": schema, "example": example}}}
    }


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problem documents that an operation may answer with.

    Parameters
    ----------
    *statuses
        HTTP statuses, besides 421 and 500.

    Returns
    -------
    dict
        For an operation's ``responses``.
    """
    described: dict[int | str, dict[str, Any]] = {}
    for status in (*statuses, OTHER_HOST.status, UNEXPECTED.status):
        kinds = [kind for kind in KINDS if kind.status == status]
        described[status] = {
            "description": "; ".join(dict.fromkeys(kind.title for kind in kinds)) + ".",
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/ProblemAnswer"},
                    "example": document(kinds[0], [_AN_EXAMPLE] if kinds[0] is FAULTY else []),
                }
            },
        }
    return described


def _with_examples(operation: dict[str, Any]) -> None:
    for part in (operation.get("requestBody", {}), *operation["responses"].values()):
        for content in part.get("content", {}).values():
            if isinstance(content["example"], str):
                content["example"] = TOLD[content["example"]]


def describe(app: FastAPI) -> dict[str, Any]:
    """Write the OpenAPI description of the service.

    Parameters
    ----------
    app
        With all its routes.

    Returns
    -------
    dict
        OpenAPI 3.1.
    """
    if app.openapi_schema is None:
        found = get_openapi(
            title="careround", version=__version__, description=DESCRIPTION, tags=TAGS, routes=app.routes
        )
        schemas = found["components"]["schemas"]
        _, ours = models_json_schema(
            [(model, "validation") for model in (NewPackage, NewAllocation, ProblemAnswer)],
            ref_template="#/components/schemas/{model}",
        )
        schemas.update({name: schema for name, schema in ours["$defs"].items() if name not in schemas})
        for operations in found["paths"].values():
            for operation in operations.values():
                # FastAPI describes its own 422, which this service never sends.
                if "application/json" in operation["responses"].get("422", {}).get("content", {}):
                    del operation["responses"]["422"]
                _with_examples(operation)
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        found["components"]["schemas"] = dict(sorted(schemas.items()))
        app.openapi_schema = found
    return app.openapi_schema
