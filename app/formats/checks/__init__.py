"""Checks across a council file: what no single field can show. One small function each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.formats.checks import contracts, doubtful, ground, packages, references, rounds, visits
from app.formats.checks.reading import Reading, partial_reading, reading_of
from app.formats.council import CouncilFile
from app.formats.faults import Fault

Check = Callable[[Reading], Iterator[Fault]]

CHECKS: tuple[Check, ...] = (
    *references.CHECKS,
    *ground.CHECKS,
    *contracts.CHECKS,
    *packages.CHECKS,
    *visits.CHECKS,
    *rounds.CHECKS,
)
WARNINGS: tuple[Check, ...] = doubtful.WARNINGS


def faults_across(reading: Reading) -> tuple[Fault, ...]:
    """Return every fault that the checks find.

    Parameters
    ----------
    reading
        What could be read of the file.

    Returns
    -------
    tuple of Fault
        In the order of the checks.
    """
    return tuple(fault for check in CHECKS for fault in check(reading))


def faults(council: CouncilFile) -> tuple[Fault, ...]:
    """Return every fault across a council made in memory, as reading its file would find them.

    Parameters
    ----------
    council
        The council; its fields are valid one by one.

    Returns
    -------
    tuple of Fault
        Empty for a council that ``read_council`` would accept.
    """
    return faults_across(reading_of(council))


def warnings(council: CouncilFile) -> tuple[Fault, ...]:
    """Return what is doubtful in a council file without being wrong.

    Parameters
    ----------
    council
        A valid file.

    Returns
    -------
    tuple of Fault
        In the order of the checks; none of them bars the file's use.
    """
    reading = reading_of(council)
    return tuple(fault for check in WARNINGS for fault in check(reading))


__all__ = [
    "CHECKS",
    "WARNINGS",
    "Check",
    "Reading",
    "faults",
    "faults_across",
    "partial_reading",
    "reading_of",
    "warnings",
]
