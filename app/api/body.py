"""Bodies of requests: limited, JSON, strict as the files are, every fault at once."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from app.api.problems import FAULTY, NOT_JSON, TOO_LARGE, Problem, unspoken
from app.formats.faults import Fault
from app.formats.words import faults_of

LARGEST_BYTES = 256 * 1024
_DEEPEST = 40
_Model = TypeVar("_Model", bound=BaseModel)


LARGEST_PLAN_BYTES = 32 * 1024 * 1024
"""Of a body that may hold a plan file; that of a council of 650 people has four million bytes."""


async def json_body(request: Request) -> bytes:
    """Read a request's body, as long as it is JSON and not too large.

    Parameters
    ----------
    request
        Its body is read once.

    Returns
    -------
    bytes
        Empty when there is no body.

    Raises
    ------
    Problem
        413 or 415.
    """
    return await _body(request, LARGEST_BYTES)


async def plan_body(request: Request) -> bytes:
    """Read a body that may hold a plan file.

    Parameters
    ----------
    request
        Its body is read once.

    Returns
    -------
    bytes
        Empty when there is no body.

    Raises
    ------
    Problem
        413 or 415.
    """
    return await _body(request, LARGEST_PLAN_BYTES)


async def _body(request: Request, largest: int) -> bytes:
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > largest:
        raise Problem(TOO_LARGE, headers={"Connection": "close"})
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise Problem(TOO_LARGE, headers={"Connection": "close"})
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if body and kind != "application/json":
        raise Problem(NOT_JSON, headers={"Accept": "application/json"})
    return bytes(body)


def read(model: type[_Model], body: bytes) -> _Model:
    """Read a body as a model, as strictly as a file.

    Parameters
    ----------
    model
        What it must be.
    body
        JSON in UTF-8.

    Returns
    -------
    model
        Valid.

    Raises
    ------
    Problem
        422 with every fault.
    """
    data = _json(body)
    try:
        return model.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        raise Problem(FAULTY, faults=unspoken(faults_of(error, data, _schema(model)), data)) from None


@cache
def _schema(model: type[BaseModel]) -> Mapping[str, Any]:
    return model.model_json_schema()


def _json(body: bytes) -> Any:
    try:
        data = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_not_finite)
        _check(data, 0)
    except UnicodeDecodeError:
        raise _whole("is not UTF-8", "send the body in UTF-8") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _whole(f"is not JSON at {where}", f"correct {where}") from None
    except RecursionError:
        raise _whole(f"is nested more than {_DEEPEST} levels deep", "none of the fields needs so many") from None
    except _Doubtful as error:
        raise _whole(error.reason, error.mend) from None
    except ValueError:
        raise _whole("holds a number of thousands of digits", "give numbers in their range") from None
    if not isinstance(data, dict):
        raise _whole("is not an object", "send an object")
    return data


class _Doubtful(Exception):
    """The JSON can be read in two ways, or not be kept."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.reason, self.mend = reason, mend


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise _Doubtful(
            "gives a field more than once in the same object", "keep one of them; it is not clear which counts"
        )
    return values


def _not_finite(_: str) -> Any:
    raise _Doubtful("holds a number that is not finite", "give numbers, or leave the fields out")


def _check(value: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, float) and not math.isfinite(value):
        _not_finite("")
    if isinstance(value, str) and any((ord(c) < 32 and c not in "\t\n\r") or 0xD800 <= ord(c) < 0xE000 for c in value):
        raise _Doubtful("holds control characters", "delete them; plain text only")
    if isinstance(value, dict):
        for name, item in value.items():
            _check(name, depth)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)


def _whole(reason: str, mend: str) -> Problem:
    return Problem(FAULTY, faults=[Fault(path="", value="", reason=reason, mend=mend)])
