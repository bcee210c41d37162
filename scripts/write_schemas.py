"""Write the JSON Schemas of the file formats to docs/formats/, from the models."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from app.formats import council, plan

FOLDER = Path(__file__).parents[1] / "docs" / "formats"
SCHEMAS: dict[str, tuple[type[BaseModel], str]] = {
    "council-1.schema.json": (council.CouncilFile, council.FORMAT),
    "plan-1.schema.json": (plan.PlanFile, plan.FORMAT),
}


def schema_text(model: type[BaseModel], file_format: str) -> str:
    """Return a format's JSON Schema as the text of its file.

    Parameters
    ----------
    model
        The model of the whole file.
    file_format
        Name and version of the format.

    Returns
    -------
    str
        JSON Schema, draft 2020-12.
    """
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{file_format.replace('/', ':')}",
        **model.model_json_schema(),
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write both schemas.

    Returns
    -------
    int
        Exit code 0.
    """
    for name, (model, file_format) in SCHEMAS.items():
        path = FOLDER / name
        path.write_text(schema_text(model, file_format), encoding="utf-8")
        print(f"wrote docs/formats/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
