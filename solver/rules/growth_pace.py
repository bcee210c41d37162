"""New carer-hours starting with a provider in any seven days stay within its growth limit."""

from __future__ import annotations

from solver.examples import LEDGER
from solver.facts import LedgerFacts, LedgerLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "GROWTH_PACE", Scope.LEDGER, "GROWTH_PACE"
STATEMENT = "New carer-hours starting with a provider in any seven days stay within its growth limit."
SOURCE = "Sheffield 2017 report, recommendation 3 (rounds at a sensible pace); hospital returns never count"
SENTENCE = "the provider would start {value} in seven days, over its limit of {limit}"
FACT, LIMIT, UNIT, PER_UNIT = "growth_min", "growth_min", "h", 60


def excess(ledger: LedgerFacts, limits: LedgerLimits) -> int:
    """Say by how much the limit is exceeded."""
    return ledger.growth_min - limits.growth_min


def relaxed(limits: LedgerLimits, by: int) -> LedgerLimits:
    """Raise the limit."""
    return limits._replace(growth_min=limits.growth_min + by)


def edits(subject: Subject, limits: LedgerLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (Edit("replace", "providers", subject.provider_ref, "growth_limit_hours", limits.growth_min / 60),)


BREAKING = (LEDGER._replace(growth_min=601), LedgerLimits(growth_min=600))
PASSING = (LEDGER._replace(growth_min=600), LedgerLimits(growth_min=600))
