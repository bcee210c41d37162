"""New pair rounds stay within the pairs that a fresh capacity return states."""

from __future__ import annotations

from solver.examples import LEDGER
from solver.facts import LedgerFacts, LedgerLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "PAIRS", Scope.LEDGER, "DOUBLE_UP_UNAVAILABLE"
STATEMENT = "New pair rounds stay within the pairs that a fresh capacity return states."
SOURCE = "Provider's capacity return; unknown when missing or stale"
SENTENCE = "it would need {value} in a shift for which the provider states {limit}"
FACT, LIMIT, UNIT, PER_UNIT = "new_pair_rounds", "new_pair_rounds", "new pair round", 1


def excess(ledger: LedgerFacts, limits: LedgerLimits) -> int:
    """Say by how much the limit is exceeded."""
    return ledger.new_pair_rounds - limits.new_pair_rounds


def relaxed(limits: LedgerLimits, by: int) -> LedgerLimits:
    """Raise the limit."""
    return limits._replace(new_pair_rounds=limits.new_pair_rounds + by)


def edits(subject: Subject, limits: LedgerLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return tuple(
        Edit("replace", "capacity_returns", ref, "pairs", limits.new_pair_rounds) for ref in subject.return_refs
    )


BREAKING = (LEDGER._replace(new_pair_rounds=1), LedgerLimits(new_pair_rounds=0))
PASSING = (LEDGER._replace(new_pair_rounds=0), LedgerLimits(new_pair_rounds=0))
