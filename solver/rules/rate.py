"""A package whose weekly price exceeds the mini-tender threshold is not called off directly."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "RATE", Scope.PAIR, "RATE"
STATEMENT = "A package whose weekly price exceeds the mini-tender threshold is not called off directly."
SOURCE = "Rotherham 2019 report, 1.5 (mini-tender)"
SENTENCE = "the weekly price would be {value}, above the mini-tender threshold of {limit}"
FACT, LIMIT, UNIT, PER_UNIT = "week_price_pence", "tender_above_pence", "£", 100


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.week_price_pence - limits.tender_above_pence


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(tender_above_pence=limits.tender_above_pence + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (
        Edit(
            "replace",
            "call_off_procedures",
            subject.procedure_ref,
            "mini_tender_above_pence_per_week",
            limits.tender_above_pence,
        ),
    )


BREAKING = (PAIR._replace(week_price_pence=50_001), PairLimits(tender_above_pence=50_000))
PASSING = (PAIR._replace(week_price_pence=50_000), PairLimits(tender_above_pence=50_000))
