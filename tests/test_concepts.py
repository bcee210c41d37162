"""docs/concepts.md says what the code does: every reason with its force, every default with its number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from app.formats.council import DrivenService, Parameters, StraightLineTravel, StreetsTravel
from solver.reasons import FORCE_OF

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "concepts.md").read_text()


def table_after(heading: str) -> dict[str, str]:
    """First cell to second cell of every table row between a heading and the next."""
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ")[0]
    rows = (line.strip("|").split("|") for line in section.splitlines() if line.startswith("| "))
    return {
        cells[0].strip(" `*"): cells[-1].strip() if heading.startswith("Reasons") else cells[1].strip()
        for cells in rows
    }


def written(value: object) -> str:
    if value is None or value == ():
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def test_every_reason_code_stands_at_its_force() -> None:
    listed = {
        code: force.lower()
        for force, codes in table_after("Reasons and their force").items()
        for code in re.findall(r"`([A-Z_]+)`", codes)
    }
    assert listed == {code: str(force) for code, force in FORCE_OF.items()}


@pytest.mark.parametrize("model", [Parameters, StreetsTravel, StraightLineTravel, DrivenService])
def test_every_default_is_the_one_the_code_uses(model: type[BaseModel]) -> None:
    listed = table_after("Defaults")
    defaults = {name: written(field.default) for name, field in model.model_fields.items() if not field.is_required()}
    assert {name: listed.get(name) for name in defaults} == defaults
