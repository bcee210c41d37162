"""What verification reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One thing that is wrong with a plan.

    Parameters
    ----------
    code
        A reason code of the rule broken, or a code of the checker: ``PART_LOST``, ``WRONG_TIME``, ….
    where
        The thing it is about: ``round new-0007, tue``, ``package pkg-12``.
    sentence
        What is wrong, with the number.
    rule
        Code of the rule, where it is one.
    excess
        By how much, in units of the rule's fact.
    inherited
        True when a live round broke it before the plan, and no worse.
    structural
        True when the plan contradicts itself or the council, so that a board cannot be rebuilt from it.
    """

    code: str
    where: str
    sentence: str
    rule: str = ""
    excess: int = 0
    inherited: bool = False
    structural: bool = False
