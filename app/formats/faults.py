"""Faults of a file: what is wrong, where, why, and how to mend it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_HIDDEN = "…"
_SHOWABLE = re.compile(r"^[A-Za-z0-9_.:/+-]{0,40}$")
_SHOWABLE_KEY = re.compile(r"^[A-Za-z0-9_.-]{1,40}$")
# Coordinates, and fields in which people write freely: their values are never repeated in a message.
_PRIVATE = frozenset(
    "lon lat geometry coordinates note name label document clause conditions tolerance_reason waits_with "
    "stated_by recorded_by signed_by postcode_sector".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong in a file.

    Parameters
    ----------
    path
        Where, as ``packages[17].lines[0].visits[2].duration_min``; empty for the file as a whole.
    value
        The value found, short, or ``"…"`` where it may be personal; empty where there is none.
    reason
        What is wrong with it, a predicate without a full stop: ``must be 5–1440``.
    mend
        What to do about it, a clause without a full stop.
    """

    path: str
    value: str
    reason: str
    mend: str

    def __str__(self) -> str:
        """Return the fault in one line."""
        said = f"{self.value} {self.reason}" if self.value else self.reason
        return f"{self.path or 'the file'}: {said}. Mend: {self.mend}."


class BadFile(Exception):
    """A file that cannot be used, with every fault found in it.

    Parameters
    ----------
    file
        Name of the file, without its folders.
    faults
        All faults, at least one.
    """

    def __init__(self, file: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(file, faults)
        self.file = file
        self.faults = faults

    def __str__(self) -> str:
        """Return the file's name and every fault, a line each."""
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        return "\n".join([f"{self.file}: {count}", *(f"  {fault}" for fault in self.faults)])


def whole_file(path: Path, reason: str, mend: str) -> BadFile:
    """Return the error of a file that is wrong as a whole.

    Parameters
    ----------
    path
        The file.
    reason
        What is wrong with it.
    mend
        What to do about it.

    Returns
    -------
    BadFile
        The error, to be raised.
    """
    return BadFile(path.name or str(path), (Fault(path="", value="", reason=reason, mend=mend),))


def shown(value: object, field: str = "") -> str:
    """Return a value as a message may show it: short, and nothing personal.

    Parameters
    ----------
    value
        A JSON value.
    field
        Path of the field that holds it, or its name.

    Returns
    -------
    str
        The value, ``"a list"`` or ``"an object"``, or ``"…"`` for coordinates, free text and whatever does
        not look like a code, a date or a time.
    """
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    if _PRIVATE.intersection(re.findall(r"[a-z_]+", field)):
        return _HIDDEN
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value).removesuffix(".0")[:24]
    text = str(value)
    return f'"{text}"' if _SHOWABLE.fullmatch(text) else _HIDDEN


def joined(path: str, step: str | int) -> str:
    """Return a path one step deeper.

    Parameters
    ----------
    path
        The path so far; empty at the top.
    step
        A field's name or a place in a list.

    Returns
    -------
    str
        ``path.step`` or ``path[step]``; a name that may be personal reads ``…``.
    """
    if isinstance(step, int):
        return f"{path}[{step}]"
    name = step if _SHOWABLE_KEY.fullmatch(step) else _HIDDEN
    return f"{path}.{name}" if path else name
