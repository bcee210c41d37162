"""From the bytes of a file to plain JSON values, with every fault of the text itself."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.formats.faults import BadFile, Fault, joined, whole_file

_DEPTH_MAX = 40  # the deepest field of either format is at 12; beyond this a file is an accident or an attack
_BYTES_MAX = 1 << 30
_DIGITS_MAX = 18
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SAVE_AS_UTF8 = "save it again as UTF-8 (in a spreadsheet or editor: encoding “UTF-8”)"


class _Twice(dict[str, Any]):
    """An object in which names occur twice."""

    names: frozenset[str] = frozenset()


@dataclass(slots=True)
class Parsed:
    """JSON values of a file.

    Parameters
    ----------
    data
        The values, cleaned of what the faults name: finite numbers, no control characters.
    faults
        Faults of single values.
    """

    data: Any
    faults: list[Fault] = field(default_factory=list)


def read_json(path: Path) -> Parsed:
    """Read a JSON file as it comes from the wild.

    Parameters
    ----------
    path
        The file; UTF-8, with or without a byte order mark.

    Returns
    -------
    Parsed
        Its values, and the faults of single values in it.

    Raises
    ------
    BadFile
        If it cannot be read as JSON at all.
    """
    return parsed(path, _bytes(path))


def parsed(path: Path, content: bytes) -> Parsed:
    """Read the bytes of a JSON text as they come from the wild.

    Parameters
    ----------
    path
        What to call the text in faults; nothing is read from it.
    content
        UTF-8, with or without a byte order mark.

    Returns
    -------
    Parsed
        Its values, and the faults of single values in it.

    Raises
    ------
    BadFile
        If it cannot be read as JSON at all.
    """
    text = _decoded(path, content)
    if not text.strip():
        raise whole_file(path, "is empty", "give the file as it was written; this copy has no content")
    try:
        raw = json.loads(text, object_pairs_hook=_object, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise _not_json(path, text, error) from None
    except RecursionError:
        raise _too_deep(path) from None
    made = Parsed(None)
    try:
        made.data = _cleaned(raw, "", 0, made.faults)
    except RecursionError:
        raise _too_deep(path) from None
    return made


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise whole_file(path, "is a folder", "name the JSON file inside it")
        if path.exists() and not path.is_file():
            raise whole_file(path, "is not a regular file", "name a JSON file on disk")
        if path.stat().st_size > _BYTES_MAX:
            raise whole_file(path, "is larger than 1 GiB", "check that it is the right file")
        return path.read_bytes()
    except FileNotFoundError:
        raise whole_file(path, "does not exist", "check the path and the folder it is read from") from None
    except PermissionError:
        raise whole_file(path, "may not be read by this user", "change its permissions or its owner") from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "its name is not a path"
        raise whole_file(path, f"cannot be read ({said})", "check the path and the disk") from None


def _decoded(path: Path, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or (b"\x00" in content[:4] and len(content) > 3):
        raise whole_file(path, "is in UTF-16 or UTF-32, not UTF-8", _SAVE_AS_UTF8)
    if content.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        raise whole_file(path, "is a compressed file or a workbook, not JSON", "unpack it, or export it as JSON")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1
        where = f"line {line}, column {column}"
        raise whole_file(
            path, f"is not UTF-8: byte 0x{content[error.start]:02x} at {where}; perhaps Windows-1252", _SAVE_AS_UTF8
        ) from None


def _not_json(path: Path, text: str, error: json.JSONDecodeError) -> BadFile:
    where = f"line {error.lineno}, column {error.colno}"
    if not text[error.pos :].strip():
        return whole_file(
            path, f"ends too early, at {where}: the JSON is cut off", "fetch or export it again; it is not complete"
        )
    said = error.msg[:1].lower() + error.msg[1:]
    return whole_file(path, f"is not JSON: {said} at {where}", f"correct {where}, or export the file again")


def _too_deep(path: Path) -> BadFile:
    return whole_file(
        path, f"is nested more than {_DEPTH_MAX} levels deep", "check that it is the right file; none needs so many"
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) == len(pairs):
        return values
    seen: set[str] = set()
    twice = _Twice(values)
    twice.names = frozenset(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    return twice


def _integer(digits: str) -> int | float:
    # Python refuses integers of thousands of digits; as a float they fail the range checks like others.
    return int(digits) if len(digits) <= _DIGITS_MAX else float(digits)


def _cleaned(value: Any, path: str, depth: int, faults: list[Fault]) -> Any:
    if depth > _DEPTH_MAX:
        raise RecursionError
    if isinstance(value, dict):
        return _cleaned_object(value, path, depth, faults)
    if isinstance(value, list):
        return [_cleaned(item, f"{path}[{index}]", depth + 1, faults) for index, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        faults.append(
            Fault(path=path, value="", reason="is not a finite number", mend="give a number, or leave the field out")
        )
        return None
    if isinstance(value, str) and _CONTROL.search(value):
        faults.append(
            Fault(path=path, value="…", reason="holds control characters", mend="delete them; plain text only")
        )
        return ""
    return value


def _cleaned_object(value: dict[str, Any], path: str, depth: int, faults: list[Fault]) -> dict[str, Any]:
    if isinstance(value, _Twice):
        faults.extend(
            Fault(
                path=joined(path, name),
                value="",
                reason="is given more than once in the same object",
                mend="keep one of them; it is not clear which one counts",
            )
            for name in sorted(value.names)
        )
    clean = {}
    for name, item in value.items():
        if _CONTROL.search(name):
            faults.append(
                Fault(path=joined(path, name), value="", reason="has control characters in its name", mend="remove it")
            )
        else:
            clean[name] = _cleaned(item, joined(path, name), depth + 1, faults)
    return clean
