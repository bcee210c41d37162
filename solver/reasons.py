"""The reason codes a provider can be refused with, and their force."""

from __future__ import annotations

from enum import StrEnum


class Force(StrEnum):
    """How strong a reason is, and who may set it aside."""

    NEVER = "never"
    CONTRACT = "contract"
    ESTIMATE = "estimate"
    ANSWER = "answer"


FORCE_OF: dict[str, Force] = {
    "DEREGISTERED": Force.NEVER,
    "EXCLUDED_BY_PERSON": Force.NEVER,
    "TIMES_CONTRADICT": Force.NEVER,
    "NOT_ON_LOT": Force.CONTRACT,
    "NOT_IN_ZONE": Force.CONTRACT,
    "CONTRACT_NOT_IN_FORCE": Force.CONTRACT,
    "HOURS_CAP": Force.CONTRACT,
    "EMBARGO": Force.CONTRACT,
    "GROWTH_PACE": Force.CONTRACT,
    "TIER_NOT_REACHED": Force.CONTRACT,
    "INACTIVE": Force.CONTRACT,
    "DORMANT": Force.CONTRACT,
    "SKILL": Force.CONTRACT,
    "RATING_POLICY": Force.CONTRACT,
    "RATE": Force.CONTRACT,
    "LINKED_PACKAGE": Force.CONTRACT,
    "NO_WORKABLE_ROUND": Force.ESTIMATE,
    "NO_CARER": Force.ESTIMATE,
    "TIME_CRITICAL_CLASH": Force.ESTIMATE,
    "DOUBLE_UP_UNAVAILABLE": Force.ESTIMATE,
    "SAFETY_MEANS": Force.ESTIMATE,
    "BREAK_OR_REST": Force.ESTIMATE,
    "NO_SINGLE_CHANGE": Force.ESTIMATE,
    "DECLINED": Force.ANSWER,
    "NO_ANSWER": Force.ANSWER,
    "PERSON_DECLINED": Force.ANSWER,
}
"""Force of every reason code. A *never* has no override; a *contract* bar takes a second named person;
an *estimate* orders and explains, and on its own never removes a provider from those to ask."""
