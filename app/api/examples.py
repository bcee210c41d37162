"""Examples of the description: requests that work on the example council, and what it answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_TOLD: dict[str, Any] = json.loads((Path(__file__).parent / "examples.json").read_text("utf-8"))

NEW_PACKAGE: dict[str, Any] = _TOLD["new_package"]
RECEIVED: dict[str, Any] = _TOLD["received"]
WAITING: dict[str, Any] = _TOLD["waiting"]
NEW_ALLOCATION: dict[str, Any] = _TOLD["new_allocation"]
RUNNING: dict[str, Any] = _TOLD["running"]
FINISHED: dict[str, Any] = _TOLD["finished"]
CANCELLED: dict[str, Any] = _TOLD["cancelled"]
PLAN: dict[str, Any] = _TOLD["plan"]
ROUND: dict[str, Any] = _TOLD["round"]
HEALTH: dict[str, Any] = _TOLD["health"]


def answered(example: dict[str, Any], *, location: bool = False) -> dict[str, Any]:
    """Describe an answer by an example.

    Parameters
    ----------
    example
        A valid answer.
    location
        Whether a Location header says where it will be found.

    Returns
    -------
    dict
        For an operation's ``responses``.
    """
    described: dict[str, Any] = {"content": {"application/json": {"example": example}}}
    if location:
        described["headers"] = {"Location": {"description": "Where to ask for it later.", "schema": {"type": "string"}}}
    return described
