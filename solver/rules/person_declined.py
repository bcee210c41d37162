"""A provider that the person has declined is passed."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "PERSON_DECLINED", Scope.PAIR, "PERSON_DECLINED"
STATEMENT = "A provider that the person has declined is passed."
SOURCE = "Recorded answer; the order resumes"
SENTENCE = "the person has declined this provider"
FACT, LIMIT, UNIT, PER_UNIT = "person_declined", "person_declined", "", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.person_declined - limits.person_declined


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(person_declined=limits.person_declined + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (PAIR._replace(person_declined=1), PairLimits())
PASSING = (PAIR, PairLimits())
