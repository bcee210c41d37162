"""Settle a plan: nobody waits, or sits at a later tier, while a single legal insertion would do better."""

from __future__ import annotations

from solver.draft import Draft
from solver.order import offered_first
from solver.packing import Packing
from solver.search import Search


def settled(draft: Draft, packing: Packing | None = None) -> Draft:
    """Insert and move cases until no single legal insertion at an earlier tier is left.

    Parameters
    ----------
    draft
        Keeps the rules; is left as it is.
    packing
        Of another draft of the same problem, cases and patches, to spare the work.

    Returns
    -------
    Draft
        The same one if nothing is left to do.
    """
    search = Search(draft, [0], packing)
    return search.draft() if search.settle() else draft


def in_order(draft: Draft, cases: list[int]) -> list[int]:
    """Order cases by priority class, longest wait first.

    Parameters
    ----------
    draft
        Holds the problem.
    cases
        Case ids.

    Returns
    -------
    list of int
        The same cases, ordered.
    """
    return offered_first(draft.problem, cases)
