"""The provider declares every skill, carer gender and language that the package needs."""

from __future__ import annotations

from solver.examples import PAIR
from solver.facts import PairFacts, PairLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "SKILL", Scope.PAIR, "SKILL"
STATEMENT = "The provider declares every skill, carer gender and language that the package needs."
SOURCE = "Hard where the care needs it or the person states it"
SENTENCE = "the provider does not declare {value} that this package needs"
FACT, LIMIT, UNIT, PER_UNIT = "unmet_requirements", "unmet_requirements", "requirement", 1


def excess(pair: PairFacts, limits: PairLimits) -> int:
    """Say by how much the limit is exceeded."""
    return pair.unmet_requirements - limits.unmet_requirements


def relaxed(limits: PairLimits, by: int) -> PairLimits:
    """Allow it."""
    return limits._replace(unmet_requirements=limits.unmet_requirements + by)


def edits(subject: Subject, limits: PairLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return (
        *(Edit("append", "providers", subject.provider_ref, "skills", skill) for skill in subject.missing_skills),
        *(
            Edit("append", "providers", subject.provider_ref, "carer_genders", one)
            for one in (subject.missing_gender,)
            if one
        ),
        *(
            Edit("append", "providers", subject.provider_ref, "languages", one)
            for one in (subject.missing_language,)
            if one
        ),
    )


BREAKING = (PAIR._replace(unmet_requirements=1), PairLimits())
PASSING = (PAIR, PairLimits())
