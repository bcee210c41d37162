"""Settle a plan: nobody waits, or sits at a later tier, while a single legal insertion would do better."""

from __future__ import annotations

from solver.construct import case_wait
from solver.draft import Draft
from solver.ledger import members


def settle(draft: Draft) -> int:
    """Insert and move cases until no single legal insertion at an earlier tier is left.

    Parameters
    ----------
    draft
        Changes in place.

    Returns
    -------
    int
        Cases inserted or moved.
    """
    steps = 0
    while taken := _insert_waiting(draft) + _move_earlier(draft):
        steps += taken
    return steps


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
    return sorted(
        cases,
        key=lambda case: (
            min(package.priority for package in members(draft.problem, case)),
            -case_wait(draft, case),
            case,
        ),
    )


def _insert_waiting(draft: Draft) -> int:
    taken = 0
    for case in in_order(draft, [case for case in draft.cases if case not in draft.placed]):
        taken += any(draft.place(case, offer.contract) is not None for offer in draft.offers[case])
    return taken


def _move_earlier(draft: Draft) -> int:
    taken = 0
    for case in in_order(draft, list(draft.placed)):
        tier = next(offer.tier for offer in draft.offers[case] if offer.contract == draft.placed[case].contract)
        earlier = [offer for offer in draft.offers[case] if offer.tier < tier]
        taken += any(draft.move(case, offer.contract) for offer in earlier)
    return taken
