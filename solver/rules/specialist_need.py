"""A specialist that is asked by need is asked only for what nobody else in the zone offers."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "SPECIALIST_NEED", Scope.PAIR, "TIER_NOT_REACHED"
STATEMENT = (
    "Where the procedure asks specialists by need, the lot or a skill is offered by no block, primary or framework contract "
    "of the zone."
)
SOURCE = "Published call-off procedure (specialists: by_need)"
SENTENCE = "other contracts of the zone offer this lot with every skill, so a specialist is not asked"
FACT, LIMIT, UNIT, PER_UNIT = "without_need", "without_need", "", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.without_need - limits.without_need


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(without_need=limits.without_need + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (Edit("replace", "call_off_procedures", subject.procedure_ref, "specialists", "in_order"),)


BREAKING = (PAIR._replace(without_need=1), PairLimits())
PASSING = (PAIR, PairLimits())
