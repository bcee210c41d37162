"""Errors as RFC 9457 problem documents; what somebody sent is never repeated in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from app.formats.faults import Fault

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of problem.

    Parameters
    ----------
    name
        Last part of its ``type``.
    status
        HTTP status.
    title
        The same for every occurrence.
    detail
        What a person should do, where nothing better is known.
    """

    name: str
    status: int
    title: str
    detail: str


NOT_FOUND = Kind(
    name="not-found",
    status=404,
    title="There is nothing here",
    detail="Check the address against the API's description.",
)
UNKNOWN_PACKAGE = Kind(
    name="unknown-package",
    status=404,
    title="No such package",
    detail="No package on the board has this ref. Packages posted before a restart are lost: post it again.",
)
UNKNOWN_ROUND = Kind(
    name="unknown-round",
    status=404,
    title="No such round",
    detail="No round of the current plan has this ref; before a plan exists, no live round has it.",
)
UNKNOWN_ALLOCATION = Kind(
    name="unknown-allocation",
    status=404,
    title="No such allocation",
    detail="No allocation of this server has this id; a restart forgets them.",
)
NO_PLAN = Kind(
    name="no-plan",
    status=404,
    title="There is no plan yet",
    detail="Start an allocation with POST /v1/allocations and wait until it has finished.",
)
WRONG_METHOD = Kind(
    name="wrong-method", status=405, title="Not allowed here", detail="The Allow header lists the methods that are."
)
PACKAGE_EXISTS = Kind(
    name="package-exists",
    status=409,
    title="The package exists",
    detail="A package of this ref is on the board. GET it, or give the new package another ref.",
)
ALLOCATION_RUNNING = Kind(
    name="allocation-running",
    status=409,
    title="An allocation is running",
    detail="A council has one at a time. Wait for it, or cancel it.",
)
ALLOCATION_ENDED = Kind(
    name="allocation-ended",
    status=409,
    title="The allocation has ended",
    detail="Only a running allocation can be cancelled or finished early.",
)
TOO_LARGE = Kind(
    name="too-large", status=413, title="The request is too large", detail="A body may hold at most 256 KiB."
)
NOT_JSON = Kind(
    name="not-json",
    status=415,
    title="The body is not JSON",
    detail="Send JSON in UTF-8 with Content-Type: application/json.",
)
OTHER_HOST = Kind(
    name="other-host",
    status=421,
    title="Not this server",
    detail="The Host header names another server. Use the address that the server said it listens on.",
)
FAULTY = Kind(
    name="faulty-request",
    status=422,
    title="The request has faults",
    detail="Every fault is listed with where it is, what is wrong and how to mend it.",
)
UNEXPECTED = Kind(
    name="unexpected",
    status=500,
    title="Something went wrong in careround",
    detail="Nothing was changed. Try again; if it goes on, report the request's path and time.",
)
KINDS = (
    NOT_FOUND,
    UNKNOWN_PACKAGE,
    UNKNOWN_ROUND,
    UNKNOWN_ALLOCATION,
    NO_PLAN,
    WRONG_METHOD,
    PACKAGE_EXISTS,
    ALLOCATION_RUNNING,
    ALLOCATION_ENDED,
    TOO_LARGE,
    NOT_JSON,
    OTHER_HOST,
    FAULTY,
    UNEXPECTED,
)


class FaultAnswer(BaseModel):
    """One thing that is wrong, or doubtful, in a request. Values are never repeated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(description="Where, as `package.lines[0].visits[2].duration_min`; empty for the whole body.")
    reason: str = Field(description="What is wrong: a predicate.")
    mend: str = Field(description="What to do about it.")


class ProblemAnswer(BaseModel):
    """A problem document (RFC 9457)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str = Field(description="`urn:careround:problem:` and the kind; stable.")
    title: str = Field(description="The kind in words.")
    status: int = Field(ge=400, le=599, description="The HTTP status.")
    detail: str = Field(description="What to do.")
    faults: tuple[FaultAnswer, ...] | None = Field(None, description="Of a faulty request: every fault.")


class Problem(Exception):
    """A request that is answered with a problem document.

    Parameters
    ----------
    kind
        Of problem.
    faults
        Of a faulty request.
    headers
        To be added to the answer.
    """

    def __init__(self, kind: Kind, *, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None) -> None:
        super().__init__(kind.title)
        self.kind = kind
        self.faults = tuple(faults)
        self.headers = dict(headers or {})


def document(kind: Kind, faults: Iterable[Fault] = ()) -> dict[str, Any]:
    """Write a problem document.

    Parameters
    ----------
    kind
        Of problem.
    faults
        Of a faulty request.

    Returns
    -------
    dict
        JSON values.
    """
    answers = tuple(FaultAnswer(path=one.path, reason=one.reason, mend=one.mend) for one in faults)
    return ProblemAnswer(
        type=f"urn:careround:problem:{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=kind.detail,
        faults=answers or None,
    ).model_dump(mode="json", exclude_none=True)


def unspoken(faults: Iterable[Fault], body: Any) -> tuple[Fault, ...]:
    """Strike from faults whatever personal was in the body: dates of a life, free text, odd field names.

    Parameters
    ----------
    faults
        As the formats state them.
    body
        The JSON values that were sent.

    Returns
    -------
    tuple of Fault
        Without values; what was struck reads ``…``.
    """
    personal = sorted(set(_personal(body)), key=len, reverse=True)

    return tuple(
        Fault(path=_known_path(one), value="", reason=_struck(one.reason, personal), mend=_struck(one.mend, personal))
        for one in faults
    )


def _struck(text: str, personal: Sequence[str]) -> str:
    for value in personal:
        text = text.replace(value, "…")
    return text


_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _personal(body: Any, field: str = "") -> Iterator[str]:
    if isinstance(body, dict):
        for name, value in body.items():
            yield from _personal(value, str(name))
    elif isinstance(body, list):
        for value in body:
            yield from _personal(value, field)
    elif isinstance(body, str) and (
        _DATE.fullmatch(body) or (field in ("person_ref", "gp_practice") and len(body) > 2)
    ):
        yield body


def _known_path(one: Fault) -> str:
    # A field that nobody knows and that is like no known one may be anything, also a name.
    if one.reason == "is not a field of the format" and not one.mend.startswith("did you mean"):
        parent = re.sub(r"\.?[^.\[\]]+$", "", one.path)
        return f"{parent}.…" if parent else "…"
    return one.path


def response(kind: Kind, *, faults: Iterable[Fault] = (), headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Answer with a problem document.

    Parameters
    ----------
    kind, faults
        As :func:`document` takes them.
    headers
        To be added.

    Returns
    -------
    JSONResponse
        With the problem's status and media type.
    """
    return JSONResponse(document(kind, faults), kind.status, dict(headers or {}), media_type=MEDIA_TYPE)


def answer_problems(app: FastAPI) -> None:
    """Make an application answer every error with a problem document.

    Parameters
    ----------
    app
        The application.
    """
    app.add_exception_handler(Problem, _ours)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_parameters)


def _ours(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return response(error.kind, faults=error.faults, headers=error.headers)


def _of_http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = {404: NOT_FOUND, 405: WRONG_METHOD}.get(error.status_code)
    if kind is None:
        phrase = HTTPStatus(error.status_code).phrase
        kind = Kind(name="http", status=error.status_code, title=phrase, detail="Check the request.")
    return response(kind, headers=error.headers)


def _of_parameters(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = [
        Fault(
            path=".".join(str(step) for step in one["loc"][:2]),
            value="",
            reason="is not as described",
            mend="see the API's description of this parameter",
        )
        for one in error.errors()
    ]
    return response(FAULTY, faults=found)
