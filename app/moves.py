"""Moves between the engine's plan and the plan file."""

from __future__ import annotations

from app.formats import plan as pf
from app.formats.council import CouncilFile
from app.formats.times import clock_time, seconds
from solver import plan as sp

STATEMENT = (
    "Proposals: nobody is moved by them. A named person confirms each move with the person concerned and the provider. "
    "Each buys something beyond those before it in the list, so a later one may rest on an earlier."
)


def moves_of(moves: sp.PlanMoves | None, council: CouncilFile) -> pf.MovesPlan | None:
    """Write the moves of a plan for its file.

    Parameters
    ----------
    moves
        As the engine hands them out.
    council
        Says who opened the budget, and why.

    Returns
    -------
    MovesPlan or None
        None where no budget is open.
    """
    budget = council.parameters.moves
    if moves is None or budget is None:
        return None
    providers = {one.contract_ref: one.provider_ref for one in council.contracts}
    return pf.MovesPlan(
        people=budget.people,
        approved_by=budget.approved_by,
        reason=budget.reason,
        statement=STATEMENT,
        made=tuple(
            pf.Move(
                package_ref=one.package_ref,
                provider_ref=one.provider_ref,
                stretches=tuple(
                    pf.Stretch(
                        from_round_ref=stretch.from_round_ref,
                        to_round_ref=stretch.to_round_ref,
                        visits=tuple(
                            pf.MovedVisit.model_validate(
                                {
                                    "day": visit.day,
                                    "visit_ref": visit.visit_ref,
                                    "before": clock_time(visit.before_s),
                                    "start": clock_time(visit.start_s),
                                }
                            )
                            for visit in stretch.visits
                        ),
                    )
                    for stretch in one.stretches
                ),
                gains=tuple(
                    pf.Gain(
                        package_refs=gain.package_refs,
                        contract_ref=gain.contract_ref,
                        tier=gain.tier,
                        before_contract_ref=gain.before_contract_ref,
                        before_tier=gain.before_tier,
                    )
                    for gain in one.gains
                ),
                added_paid_s=one.added_s,
                to_contract_ref=one.to_contract_ref,
                to_provider_ref=None if one.to_contract_ref is None else providers[one.to_contract_ref],
            )
            for one in moves.made
        ),
        levels_without=dict(moves.without),
    )


def stated_moves(moves: pf.MovesPlan | None) -> sp.PlanMoves | None:
    """Read the moves of a plan file, times in seconds.

    Parameters
    ----------
    moves
        Of any plan file.

    Returns
    -------
    PlanMoves or None
        Just what the file states.
    """
    if moves is None:
        return None
    return sp.PlanMoves(
        made=tuple(
            sp.PlanMove(
                package_ref=one.package_ref,
                provider_ref=one.provider_ref,
                stretches=tuple(
                    sp.PlanStretch(
                        from_round_ref=stretch.from_round_ref,
                        to_round_ref=stretch.to_round_ref,
                        visits=tuple(
                            sp.PlanMovedVisit(
                                day=visit.day,
                                visit_ref=visit.visit_ref,
                                before_s=seconds(visit.before),
                                start_s=seconds(visit.start),
                            )
                            for visit in stretch.visits
                        ),
                    )
                    for stretch in one.stretches
                ),
                gains=tuple(sp.PlanGain(**gain.model_dump()) for gain in one.gains),
                added_s=one.added_paid_s,
                to_contract_ref=one.to_contract_ref,
            )
            for one in moves.made
        ),
        without=dict(moves.levels_without),
    )
