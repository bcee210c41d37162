"""A package goes to a later tier only when no earlier one has a legal place for it."""

from __future__ import annotations

from solver.facts import OrderFacts, OrderLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "CONTRACT_ORDER", Scope.ORDER, "TIER_NOT_REACHED"
STATEMENT = "A package goes to a later tier only when no earlier one has a legal place for it."
SOURCE = "The council's published call-off procedure; Sheffield 2017 report, recommendation 3 (primaries first)"
SENTENCE = "{value} earlier in the call-off order can take this package"
FACT, LIMIT, UNIT, PER_UNIT = "earlier_open", "earlier_open", "tier", 1


def excess(order: OrderFacts, limits: OrderLimits) -> int:
    """Say by how much the limit is exceeded."""
    return order.earlier_open - limits.earlier_open


def relaxed(limits: OrderLimits, by: int) -> OrderLimits:
    """Allow earlier tiers to be passed."""
    return limits._replace(earlier_open=limits.earlier_open + by)


def edits(subject: Subject, limits: OrderLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (OrderFacts(earlier_open=1), OrderLimits())
PASSING = (OrderFacts(earlier_open=0), OrderLimits())
