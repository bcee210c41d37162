"""Examples of the description: requests that work on the example council, and what it answers.

Routes name them; :func:`app.api.described.describe` puts them in (FastAPI would drop their nulls).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TOLD: dict[str, Any] = json.loads((Path(__file__).parent / "examples.json").read_text("utf-8"))


def answered(example: str, *, location: bool = False) -> dict[str, Any]:
    """Describe an answer by an example.

    Parameters
    ----------
    example
        Its name.
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
