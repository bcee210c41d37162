"""The contract covers the package's lot."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "NOT_ON_LOT", Scope.PAIR, "NOT_ON_LOT"
STATEMENT = "The contract covers the package's lot."
SOURCE = "Contract; Merton 2022 report, 2.3 (lots)"
SENTENCE = "the contract does not cover this lot"
FACT, LIMIT, UNIT, PER_UNIT = "off_lot", "off_lot", "", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.off_lot - limits.off_lot


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(off_lot=limits.off_lot + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (Edit("append", "contracts", subject.contract_ref, "lots", subject.lot),)


BREAKING = (PAIR._replace(off_lot=1), PairLimits())
PASSING = (PAIR, PairLimits())
