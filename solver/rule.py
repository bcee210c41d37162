"""What a rule is: an excess over a limit, said once and used by search, verification and explanation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple


class Scope(StrEnum):
    """What a rule looks at."""

    PAIR = "pair"
    LEDGER = "ledger"
    DAY = "day"
    WEEK = "week"
    ORDER = "order"


class Edit(NamedTuple):
    """One change to the council file, in its own words: ``collection`` names the thing and ``ref`` which one."""

    op: str
    """``replace``, ``append`` (to a list) or ``remove``."""
    collection: str
    ref: str
    field: str
    value: Any = None


class Subject(NamedTuple):
    """Whom a refusal is about; what a rule needs to write its unlock."""

    package_ref: str
    contract_ref: str
    provider_ref: str
    procedure_ref: str
    lot: str
    change: str
    week_starts_on: str
    cap_fields: tuple[str, ...] = ()
    return_refs: tuple[str, ...] = ()
    embargo_refs: tuple[str, ...] = ()
    intake_needs: tuple[tuple[str, int], ...] = ()
    """Embargoes whose intake limit is too low, and the carer-minutes they would have to allow."""
    missing_skills: tuple[str, ...] = ()
    missing_gender: str = ""
    missing_language: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What the provider does not declare, in words."""
        gender = f"{self.missing_gender} carer" if self.missing_gender else ""
        language = f"language {self.missing_language}" if self.missing_language else ""
        return (*self.missing_skills, *filter(None, (gender, language)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A hard rule, gathered from its file in ``solver/rules``.

    Parameters
    ----------
    code
        Name of the rule, the file's own.
    scope
        What the rule looks at; decides which facts and limits it gets.
    reason
        Reason code that a refusal by this rule carries.
    statement
        What must hold, in plain English.
    source
        Where the rule comes from.
    sentence
        What is said when it is broken; ``{value}``, ``{limit}`` and ``{excess}`` are filled in ``unit``.
    fact, limit
        Names of the fact judged and of the limit it is judged by.
    unit
        Unit that people read: ``min``, ``h`` or a noun.
    per_unit
        Units of the fact in one ``unit`` (60 seconds in a minute).
    excess
        By how much the limit is exceeded, in units of the fact; at most 0 when the rule is kept.
    relaxed
        The limits with this rule's limit raised.
    edits
        The change of the council file that states those relaxed limits; none when nothing can.
    breaking, passing
        An example of each, as (facts, limits).
    """

    code: str
    scope: Scope
    reason: str
    statement: str
    source: str
    sentence: str
    fact: str
    limit: str
    unit: str
    per_unit: int
    excess: Callable[[Any, Any], int]
    relaxed: Callable[[Any, int], Any]
    edits: Callable[[Subject, Any], tuple[Edit, ...]]
    breaking: tuple[Any, Any]
    passing: tuple[Any, Any]

    def said(self, facts: Any, limits: Any) -> str:
        """Fill the rule's sentence with the numbers that stopped it.

        Parameters
        ----------
        facts, limits
            What the rule judged.

        Returns
        -------
        str
            A plain sentence.
        """
        if "{" not in self.sentence:
            return self.sentence
        value, limit = int(getattr(facts, self.fact)), int(getattr(limits, self.limit))
        return self.sentence.format(
            value=self.shown(value, up=value > limit),
            limit=self.shown(limit),
            excess=self.shown(self.excess(facts, limits)),
        )

    def shown(self, number: int, *, up: bool = True) -> str:
        """Write a number of this rule's fact in the unit that people read.

        Parameters
        ----------
        number
            In units of the fact.
        up
            Whether to round up to whole units, so that an excess never reads as kept, or down, so that a
            shortfall does not.

        Returns
        -------
        str
            The number with its unit.
        """
        if self.unit == "£":
            return f"£{number / self.per_unit:,.2f}"
        if self.per_unit == 1:
            return f"{number} {self.unit}{'' if number == 1 or not self.unit else 's'}".strip()
        if self.unit == "h":
            hundredths = ceil_to(100 * number, self.per_unit) if up else 100 * number // self.per_unit
            return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".") + " h"
        return f"{ceil_to(number, self.per_unit) if up else number // self.per_unit} {self.unit}"


def ceil_to(number: int, unit: int) -> int:
    """Round up to whole units.

    Parameters
    ----------
    number
        Any integer.
    unit
        Size of a unit, in the same measure.

    Returns
    -------
    int
        How many units cover the number.
    """
    return -(-number // unit)
