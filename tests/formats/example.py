"""The example council, and ways to break it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from app.formats.faults import BadFile
from app.formats.read import read_council

EXAMPLE = Path(__file__).parents[2] / "docs" / "formats" / "example-council.json"
Break = Callable[[dict[str, Any]], object]


@cache
def _text() -> str:
    return EXAMPLE.read_text(encoding="utf-8")


def example() -> dict[str, Any]:
    """Return the example's JSON values, fresh."""
    values: dict[str, Any] = json.loads(_text())
    return values


def broken(how: Break) -> dict[str, Any]:
    """Return the example after one break."""
    data = copy.deepcopy(example())
    how(data)
    return data


def read_error(folder: Path, data: Any) -> BadFile | None:
    """Return what the reader says of some JSON values, or nothing if it accepts them."""
    path = folder / "council.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    try:
        read_council(path)
    except BadFile as error:
        return error
    finally:
        assert [entry.name for entry in folder.iterdir()] == ["council.json"], "reading leaves nothing behind"
    return None


def package(data: dict[str, Any], ref: str) -> Any:
    """Return a package of the example."""
    return next(item for item in data["packages"] if item["package_ref"] == ref)


def visit(data: dict[str, Any], package_ref: str, visit_ref: str) -> Any:
    """Return a visit of the example."""
    lines = package(data, package_ref)["lines"]
    return next(item for line in lines for item in line.get("visits", ()) if item["visit_ref"] == visit_ref)
