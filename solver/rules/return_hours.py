"""Added carer-hours stay within a fresh capacity return for the patch and shift."""

from __future__ import annotations

from solver.examples import LEDGER
from solver.facts import LedgerFacts, LedgerLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "RETURN_HOURS", Scope.LEDGER, "NO_CARER"
STATEMENT = "Added carer-hours stay within a fresh capacity return for the patch and shift."
SOURCE = "Provider's capacity return; unknown when missing or stale"
SENTENCE = "{value} would be added in a shift for which the provider states {limit}"
FACT, LIMIT, UNIT, PER_UNIT = "return_min", "return_min", "h", 60


def excess(ledger: LedgerFacts, limits: LedgerLimits) -> int:
    """Say by how much the limit is exceeded."""
    return ledger.return_min - limits.return_min


def relaxed(limits: LedgerLimits, by: int) -> LedgerLimits:
    """Raise the limit."""
    return limits._replace(return_min=limits.return_min + by)


def edits(subject: Subject, limits: LedgerLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return tuple(
        Edit("replace", "capacity_returns", ref, "hours", limits.return_min / 60) for ref in subject.return_refs
    )


BREAKING = (LEDGER._replace(return_min=601), LedgerLimits(return_min=600))
PASSING = (LEDGER._replace(return_min=600), LedgerLimits(return_min=600))
