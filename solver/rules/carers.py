"""New single rounds stay within the carers that a fresh capacity return states."""

from __future__ import annotations

from solver.examples import LEDGER
from solver.facts import LedgerFacts, LedgerLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "CARERS", Scope.LEDGER, "NO_CARER"
STATEMENT = "New single rounds stay within the carers that a fresh capacity return states."
SOURCE = "Provider's capacity return; unknown when missing or stale"
SENTENCE = "it would need {value} in a shift for which the provider states {limit}"
FACT, LIMIT, UNIT, PER_UNIT = "new_single_rounds", "new_single_rounds", "new round", 1


def excess(ledger: LedgerFacts, limits: LedgerLimits) -> int:
    """Say by how much the limit is exceeded."""
    return ledger.new_single_rounds - limits.new_single_rounds


def relaxed(limits: LedgerLimits, by: int) -> LedgerLimits:
    """Raise the limit."""
    return limits._replace(new_single_rounds=limits.new_single_rounds + by)


def edits(subject: Subject, limits: LedgerLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return tuple(
        Edit("replace", "capacity_returns", ref, "carers", limits.new_single_rounds) for ref in subject.return_refs
    )


BREAKING = (LEDGER._replace(new_single_rounds=1), LedgerLimits(new_single_rounds=0))
PASSING = (LEDGER._replace(new_single_rounds=0), LedgerLimits(new_single_rounds=0))
