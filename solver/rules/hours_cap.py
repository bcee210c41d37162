"""Planned carer-hours of a contract stay within its cap."""

from __future__ import annotations

from solver.examples import LEDGER
from solver.facts import LedgerFacts, LedgerLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "HOURS_CAP", Scope.LEDGER, "HOURS_CAP"
STATEMENT = "Planned carer-hours of a contract stay within its cap."
SOURCE = "Sheffield 2017 report, recommendation 3 (up to a specified number of hours)"
SENTENCE = "the contract would carry {value} a week, over its cap of {limit}"
FACT, LIMIT, UNIT, PER_UNIT = "load_min", "load_min", "h", 60


def excess(ledger: LedgerFacts, limits: LedgerLimits) -> int:
    """Say by how much the limit is exceeded."""
    return ledger.load_min - limits.load_min


def relaxed(limits: LedgerLimits, by: int) -> LedgerLimits:
    """Raise the limit."""
    return limits._replace(load_min=limits.load_min + by)


def edits(subject: Subject, limits: LedgerLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return tuple(
        Edit("replace", "contracts", subject.contract_ref, field, limits.load_min / 60) for field in subject.cap_fields
    )


BREAKING = (LEDGER._replace(load_min=601), LedgerLimits(load_min=600))
PASSING = (LEDGER._replace(load_min=600), LedgerLimits(load_min=600))
