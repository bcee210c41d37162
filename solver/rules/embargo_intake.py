"""Under an embargo with a weekly intake limit, new carer-hours stay within it."""

from __future__ import annotations

from solver.examples import LEDGER
from solver.facts import LedgerFacts, LedgerLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "EMBARGO_INTAKE", Scope.LEDGER, "EMBARGO"
STATEMENT = "Under an embargo with a weekly intake limit, new carer-hours stay within it."
SOURCE = "Terms of the embargo"
SENTENCE = "{value} of new work would start in the week, and the embargo allows {limit}"
FACT, LIMIT, UNIT, PER_UNIT = "intake_min", "intake_min", "h", 60


def excess(ledger: LedgerFacts, limits: LedgerLimits) -> int:
    """Say by how much the limit is exceeded."""
    return ledger.intake_min - limits.intake_min


def relaxed(limits: LedgerLimits, by: int) -> LedgerLimits:
    """Raise the limit."""
    return limits._replace(intake_min=limits.intake_min + by)


def edits(subject: Subject, limits: LedgerLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return tuple(
        Edit("replace", "embargoes", ref, "weekly_intake_limit_hours", minutes / 60)
        for ref, minutes in subject.intake_needs
    )


BREAKING = (LEDGER._replace(intake_min=601), LedgerLimits(intake_min=600))
PASSING = (LEDGER._replace(intake_min=600), LedgerLimits(intake_min=600))
