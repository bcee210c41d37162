"""Validation errors of the models, said in the words of the file: what must be there, and how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from app.formats.faults import Fault, joined, shown

Schema = Mapping[str, Any]

_PATTERNS = {
    r"\S": "text that is not empty",
    "^([01]": "a time of day HH:MM from 00:00 to 23:59",
    "^[0-4]": "a time HH:MM:SS",
    "^[A-Za-z0-9][": "a ref: a letter or digit, then letters, digits or _ . : / -, at most 64 in all",
    "^[0-9a-f]{64}": "a SHA-256: 64 digits 0–9 a–f",
}
_RANGE = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal"})
_TYPES = {"string": "text", "boolean": "true or false", "array": "a list", "object": "an object"}


def faults_of(error: ValidationError, data: Any, schema: Schema) -> list[Fault]:
    """Return a model's validation errors as faults.

    Parameters
    ----------
    error
        What the model raised.
    data
        The JSON values that it validated.
    schema
        The model's JSON Schema.

    Returns
    -------
    list of Fault
        One for each error, in the file's order of fields.
    """
    found = []
    for item in error.errors(include_url=False, include_context=True):
        loc = located(data, item["loc"])
        if item["type"] == "too_short" and len(item["input"]) >= item["ctx"]["min_length"]:
            continue  # the model counts only the items that are valid, and their faults are named already
        path = ""
        for step in loc:
            path = joined(path, step)
        found.append(_fault(item["type"], loc, path, item["input"], data, schema))
    return found


def located(data: Any, loc: Sequence[str | int]) -> tuple[str | int, ...]:
    """Return a validation error's location without the steps that are not in the file (tags of unions).

    Parameters
    ----------
    data
        The JSON values.
    loc
        The location that the model gave.

    Returns
    -------
    tuple
        Names and places in lists, as the file has them.
    """
    steps: list[str | int] = []
    here = data
    for number, step in enumerate(loc):
        last = number == len(loc) - 1
        if isinstance(here, dict) and step not in here and not last:
            continue
        steps.append(step)
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
    return tuple(steps)


def _fault(kind: str, loc: tuple[str | int, ...], path: str, value: Any, data: Any, schema: Schema) -> Fault:
    if kind == "extra_forbidden":
        return _unknown_field(loc, path, data, schema)
    wanted = _wanted(_schema_at(schema, loc, data))
    if kind == "missing":
        return Fault(path=path, value="", reason="is missing", mend=f"add it: {wanted}")
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        known = _names(_options(_schema_at(schema, loc, data)))
        told = "must say its source" if kind == "union_tag_not_found" else "has a source that is not known"
        return Fault(path=joined(path, "source"), value="", reason=told, mend=f"give source as one of {known}")
    if value is None:
        return Fault(path=path, value="null", reason=f"must be {wanted}", mend="give a value, or leave the field out")
    if kind in ("too_short", "too_long"):
        held = f"a list of {len(value)}" if value else "an empty list"
        return Fault(path=path, value=held, reason=f"must be {wanted}", mend=f"give {wanted}")
    # A number outside its range reads "0 must be 5–1440"; the mend names the kind of number.
    reason = wanted.removeprefix("a whole number ").removeprefix("a number ") if kind in _RANGE else wanted
    quotes = ", without quotes" if isinstance(value, str) and "number" in wanted else ""
    return Fault(path=path, value=shown(value, path), reason=f"must be {reason}", mend=f"give {wanted}{quotes}")


def _unknown_field(loc: tuple[str | int, ...], path: str, data: Any, schema: Schema) -> Fault:
    known = sorted(_schema_at(schema, loc[:-1], data).get("properties", {}))
    near = difflib.get_close_matches(str(loc[-1]).lower(), known, n=1, cutoff=0.6)
    mend = f"did you mean {near[0]}? Rename it, or remove it" if near else f"remove it; known here: {', '.join(known)}"
    return Fault(path=path, value="", reason="is not a field of the format", mend=mend)


def _schema_at(schema: Schema, loc: Sequence[str | int], data: Any) -> Schema:
    here, value = _resolved(schema, schema, data), data
    for step in loc:
        if isinstance(step, int):
            prefix = here.get("prefixItems", ())
            inner = prefix[step] if step < len(prefix) else here.get("items", {})
        else:
            inner = here.get("properties", {}).get(step) or here.get("additionalProperties", {})
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            value = None
        here = _resolved(schema, inner if isinstance(inner, Mapping) else {}, value)
    return here


def _resolved(schema: Schema, here: Schema, value: Any) -> Schema:
    while True:
        if "$ref" in here:
            here = schema["$defs"][here["$ref"].rsplit("/", 1)[1]]
        elif "discriminator" in here:
            tag = value.get("source") if isinstance(value, dict) else None
            ref = here["discriminator"]["mapping"].get(tag) if isinstance(tag, str) else None
            if ref is None:
                return here
            here = {"$ref": ref}
        elif "anyOf" in here:
            here = {**here["anyOf"][0], **{k: v for k, v in here.items() if k == "description"}}
        else:
            return here


def _options(here: Schema) -> list[str]:
    return sorted(here.get("discriminator", {}).get("mapping", {}))


def _names(values: Sequence[Any]) -> str:
    return ", ".join(str(value) for value in values)


def _wanted(here: Schema) -> str:
    if "const" in here:
        return f"{here['const']}"
    if "enum" in here:
        return f"one of {_names(here['enum'])}"
    kind = here.get("type")
    if kind in ("integer", "number"):
        return _number(here, "a whole number" if kind == "integer" else "a number")
    if kind == "string":
        return _string(here)
    if kind == "array":
        return _list(here)
    if "discriminator" in here:
        return f"an object whose source is one of {_names(_options(here))}"
    return _TYPES.get(str(kind), "a value that the format knows")


def _number(here: Schema, noun: str) -> str:
    low, high = here.get("minimum", here.get("exclusiveMinimum")), here.get("maximum", here.get("exclusiveMaximum"))
    if low is None and high is None:
        return noun
    if "minimum" in here and "maximum" in here:
        return f"{noun} {low}" if low == high else f"{noun} {low}–{high}"
    ends = []
    if low is not None:
        ends.append(f"{'from' if 'minimum' in here else 'above'} {low}")
    if high is not None:
        ends.append(f"{'up to' if 'maximum' in here else 'below'} {high}")
    return f"{noun} {' and '.join(ends)}"


def _string(here: Schema) -> str:
    if here.get("format") == "date":
        return "a date YYYY-MM-DD"
    pattern = here.get("pattern", "")
    for start, words in _PATTERNS.items():
        if pattern.startswith(start):
            return words
    return "text"


def _list(here: Schema) -> str:
    low, high = here.get("minItems", 0), here.get("maxItems")
    if high is not None and low == high:
        return f"a list of {low}"
    return "a list" if not low else f"a list of at least {low}"
