"""A provider that has declined the package is passed."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "DECLINED", Scope.PAIR, "DECLINED"
STATEMENT = "A provider that has declined the package is passed."
SOURCE = "Recorded answer to an offer"
SENTENCE = "the provider has declined this package"
FACT, LIMIT, UNIT, PER_UNIT = "declined", "declined", "", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.declined - limits.declined


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(declined=limits.declined + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (PAIR._replace(declined=1), PairLimits())
PASSING = (PAIR, PairLimits())
