"""Moves of people served now, in words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from app.formats.plan import Gain, Move, MovesPlan, Stretch

CONFIRMED = "A named person must confirm each move."


def opened(moves: MovesPlan) -> str:
    """Say who opened the budget, and what was made of it.

    Parameters
    ----------
    moves
        Of a plan.

    Returns
    -------
    str
        Two sentences.
    """
    return (
        f"{moves.approved_by} allows {moves.people} {'person' if moves.people == 1 else 'people'} served now to change rounds: "
        f"{moves.reason.rstrip('.')}. {len(moves.made)} would move."
    )


def ways(move: Move) -> list[str]:
    """Say from which rounds to which somebody would move.

    Parameters
    ----------
    move
        The move.

    Returns
    -------
    list of str
        One for each round that is left; first the provider, if that changes.
    """
    change = [] if move.to_provider_ref is None else [f"to provider {move.to_provider_ref} ({move.to_contract_ref})"]
    return [*change, *(f"{one.from_round_ref} to {one.to_round_ref}" for one in move.stretches)]


def times(move: Move) -> list[str]:
    """Say which visits would start at other times.

    Parameters
    ----------
    move
        The move.

    Returns
    -------
    list of str
        A visit whose time changes the same way on several days is said once; none where all times stay.
    """
    return [line for stretch in move.stretches for line in _times(stretch)]


def _times(stretch: Stretch) -> Iterator[str]:
    changed = [one for one in stretch.visits if one.before != one.start]
    changed.sort(key=lambda one: (one.visit_ref, one.before, one.start))  # days stay in their order
    for (visit, before, after), those in groupby(changed, key=lambda one: (one.visit_ref, one.before, one.start)):
        yield f"{visit} {before[:5]} becomes {after[:5]} ({', '.join(one.day for one in those)})"


def bought(move: Move) -> list[str]:
    """Say what a move buys.

    Parameters
    ----------
    move
        The move.

    Returns
    -------
    list of str
        One for each person or couple who gains by it; the paid minutes last.
    """
    paid_min = round(move.added_paid_s / 60)
    paid = f"{abs(paid_min):,} paid min a week {'more' if paid_min > 0 else 'less'}, all told"
    return [*(_gain(one) for one in move.gains), paid]


def _gain(gain: Gain) -> str:
    who = " and ".join(gain.package_refs)
    if gain.before_tier is None:
        return f"{who} placed with {gain.contract_ref} (tier {gain.tier}), who would wait otherwise"
    return f"{who} with {gain.contract_ref} at tier {gain.tier}, not at tier {gain.before_tier} ({gain.before_contract_ref})"


def lines(moves: MovesPlan) -> Iterator[str]:
    """Tell a person about the moves of a plan.

    Parameters
    ----------
    moves
        Of the plan.

    Yields
    ------
    str
        The budget, each move, and that people confirm them.
    """
    yield opened(moves)
    for one in moves.made:
        changed = "; ".join(times(one)) or "all times stay"
        yield f"  {one.package_ref} from {'; '.join(ways(one))}: {changed}; buys: {'; '.join(bought(one))}"
    if moves.made:
        yield CONFIRMED
