"""Read and write council and plan files: all faults at once, and no half-written output."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.formats import council as council_format
from app.formats import plan as plan_format
from app.formats.checks import faults_across, partial_reading, reading_of
from app.formats.council import CouncilFile
from app.formats.faults import BadFile, Fault, shown, whole_file
from app.formats.plan import PlanFile
from app.formats.text import Parsed, read_json
from app.formats.words import faults_of
from app.formats.write import json_text, write_json

_File = TypeVar("_File", bound=BaseModel)


def read_council(path: Path | str) -> CouncilFile:
    """Read a council file.

    Parameters
    ----------
    path
        The JSON file.

    Returns
    -------
    CouncilFile
        The file, checked field by field and across.

    Raises
    ------
    BadFile
        With every fault found, each with path, value, reason and mend.
    """
    path = Path(path)
    parsed = _read_object(path, council_format.FORMAT)
    council, faults = _validated(CouncilFile, parsed)
    reading = partial_reading(parsed.data) if council is None else reading_of(council)
    found = _ordered([*faults, *faults_across(reading)])
    if council is None or found:
        raise BadFile(path.name, found)
    return council


def read_plan(path: Path | str) -> PlanFile:
    """Read a plan file. Whether it keeps the rules is for ``verify``; this reads its form.

    Parameters
    ----------
    path
        The JSON file.

    Returns
    -------
    PlanFile
        The file, checked field by field.

    Raises
    ------
    BadFile
        With every fault found, each with path, value, reason and mend.
    """
    path = Path(path)
    plan, faults = _validated(PlanFile, _read_object(path, plan_format.FORMAT))
    if plan is None or faults:
        raise BadFile(path.name, _ordered(faults))
    return plan


def council_sha256(council: CouncilFile) -> str:
    """Return the hash of what a council file says, whatever its formatting.

    Defaults are left out, so a file that spells them out has the same hash as one that does not.

    Parameters
    ----------
    council
        The file.

    Returns
    -------
    str
        SHA-256 in hexadecimal of the canonical JSON: sorted keys, no spaces, UTF-8.
    """
    values = council.model_dump(mode="json", exclude_defaults=True)
    for area in values["areas"]:
        area["geometry"] = _as_floats(area["geometry"])
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def plan_sha256(plan: PlanFile) -> str:
    """Return the hash of what a plan file says, whatever its formatting.

    Parameters
    ----------
    plan
        The file.

    Returns
    -------
    str
        SHA-256 in hexadecimal of the text that careround writes it as.
    """
    return hashlib.sha256(json_text(plan).encode()).hexdigest()


def _as_floats(value: Any) -> Any:
    # 51 and 51.0 are the same coordinate; the models of all other fields see to that by themselves.
    if isinstance(value, dict):
        return {name: _as_floats(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_floats(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _read_object(path: Path, wanted: str) -> Parsed:
    parsed = read_json(path)
    kind = "council" if wanted == council_format.FORMAT else "plan"
    if not isinstance(parsed.data, dict):
        raise whole_file(
            path,
            f"holds {shown(parsed.data) if isinstance(parsed.data, list) else 'a single value'}, not an object",
            f"give a {kind} file: an object that begins with format {wanted}",
        )
    found = parsed.data.get("format")
    if not isinstance(found, str) or found == wanted:
        return parsed
    others = {council_format.FORMAT: "a council file", plan_format.FORMAT: "a plan file"}
    if found in others:
        mend = f"this is {others[found]}; give the {kind} file"
    elif found.startswith(wanted.split("/", maxsplit=1)[0]):
        mend = f"export it as {wanted}, or use a careround that reads it"
    else:
        mend = f"give a file of format {wanted}"
    fault = Fault(path="format", value=shown(found), reason=f"is not read here; read is {wanted}", mend=mend)
    raise BadFile(path.name, (fault,))


def _validated(model: type[_File], parsed: Parsed) -> tuple[_File | None, list[Fault]]:
    try:
        return model.model_validate_json(json.dumps(parsed.data), strict=True), parsed.faults
    except ValidationError as error:
        named = {fault.path for fault in parsed.faults}
        found = faults_of(error, parsed.data, _schema(model))
        return None, [*parsed.faults, *(fault for fault in found if fault.path not in named)]


@cache
def _schema(model: type[BaseModel]) -> Mapping[str, Any]:
    return model.model_json_schema()


def _ordered(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(dict.fromkeys(faults))


__all__ = ["BadFile", "Fault", "council_sha256", "read_council", "read_plan", "write_json"]
