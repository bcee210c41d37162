"""Live people on the boards: rounds priced without them, and with them elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver import kernel
from solver.board import Board
from solver.draft import Draft
from solver.moved import Days, visits_on
from solver.problem import DAYS

Rows = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows of visits that join, and their day masks."""


class Seat(NamedTuple):
    """A live package on a live round of a board."""

    package: int
    patch: int
    round: int
    """Position on the board."""


def rows_of_part(board: Board, part: int) -> Rows:
    """Look up the rows of a waiting part.

    Parameters
    ----------
    board
        Of the part's patch.
    part
        Id.

    Returns
    -------
    rows, masks : ndarray of int64
        Visits in order, and the days of each.
    """
    i = board.tables.part_at[part]
    k = int(board.tables.part_sizes[i])
    return board.tables.part_visits[i, :k], board.tables.part_days[i, :k]


def rows_of_seat(board: Board, seat: Seat) -> Rows:
    """List a person's visits on a round, in the order of their windows, as parts are.

    Parameters
    ----------
    board
        Of the round.
    seat
        Who, and where.

    Returns
    -------
    rows, masks : ndarray of int64
        Visits in order, and the days on which the round makes each.
    """
    problem = board.problem
    masks: dict[int, int] = {}
    for d, day in enumerate(visits_on(problem, seat.package, board.rounds[seat.round].live)):
        for visit in day:
            masks[visit] = masks.get(visit, 0) | 1 << d
    visits = sorted(masks, key=lambda v: (problem.visits[v].earliest_s + problem.visits[v].latest_s, v))
    rows = np.array([board.tables.row_of[visit] for visit in visits], np.int64)
    return rows, np.array([masks[visit] for visit in visits], np.int64)


def days_without(board: Board, seat: Seat) -> Days:
    """State a round's days without a person.

    Parameters
    ----------
    board
        Of the round.
    seat
        Who, and where.

    Returns
    -------
    tuple of tuple of int
        Visit ids in order, seven days.
    """
    mine = set(board.problem.packages[seat.package].visits)
    return tuple(tuple(v for v in day if v not in mine) for day in board.days(seat.round))


def tables_without(board: Board, seat: Seat) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """State a round's rows and lengths without a person.

    Parameters
    ----------
    board
        Of the round; is left as it is.
    seat
        Who, and where.

    Returns
    -------
    sequences : ndarray of int64, shape (7, longest)
        Rows of each day.
    lengths : ndarray of int64, shape (7,)
        Visits of each day.
    """
    sequences, lengths = np.zeros_like(board.sequences[seat.round]), np.zeros(len(DAYS), np.int64)
    for d, day in enumerate(days_without(board, seat)):
        lengths[d] = len(day)
        sequences[d, : len(day)] = [board.tables.row_of[visit] for visit in day]
    return sequences, lengths


def saved_by_leaving_s(draft: Draft, seat: Seat) -> int:
    """Say what a round saves without a person.

    Parameters
    ----------
    draft
        Is left as it is.
    seat
        Who, and where.

    Returns
    -------
    int
        Paid seconds a week; far below nothing where the round would break a rule.
    """
    board = draft.boards[seat.patch]
    saved, cost_s = board.save(seat.round), board.week_cost(seat.round)
    rewrite(board, seat.round, days_without(board, seat))
    without_s = board.week_cost(seat.round) if keeps_days(board, seat.round) else int(kernel.IMPOSSIBLE)
    board.restore(seat.round, saved)
    return cost_s - without_s


def keeps_days(board: Board, r: int) -> bool:
    """Say whether a round keeps the rules of days, as well as the live round does.

    Parameters
    ----------
    board
        Of the round.
    r
        Position of the round.

    Returns
    -------
    bool
        In its means of travel.
    """
    return bool(board.costs[r, board.rounds[r].mode].max() < kernel.IMPOSSIBLE)


def rewrite(board: Board, r: int, days: Days) -> None:
    """Give a live round other days.

    Parameters
    ----------
    board
        Of the round; changed.
    r
        Position of the round.
    days
        Visit ids in order, seven days.
    """
    one = board.rounds[r]
    board.put(one.provider, one.shift, one.crew, one.mode, one.live, days, one.parts)


def joining(
    board: Board,
    r: int,
    sequences: NDArray[np.int64],
    lengths: NDArray[np.int64],
    rows: NDArray[np.int64],
    masks: NDArray[np.int64],
) -> tuple[int, Days] | None:
    """Join visits to a live round at the cheapest legal places.

    Parameters
    ----------
    board
        Of the round; is left as it is.
    r
        Position of the round.
    sequences, lengths
        The round's rows and lengths, or what they would be without somebody.
    rows, masks
        Visits that join, in order, and the days of each.

    Returns
    -------
    price_s : int
        Paid seconds of the week; days that nobody joins are priced as they stand on the board.
    days : tuple of tuple of int
        Visit ids in order, seven days. None instead of both where no rule allows it.
    """
    one = board.rounds[r]
    chosen = np.zeros((len(DAYS), len(rows)), np.int64)
    price_s = kernel.join_week(
        sequences,
        lengths,
        board.costs[r, one.mode],
        board.inherited[r],
        rows,
        masks,
        board.tables.rows,
        board.tables.travel,
        board.tables.setting(one.shift, one.mode, one.crew),
        board.tables.limits,
        board.tables.weights[one.mode],
        kernel.IMPOSSIBLE,
        chosen,
        np.zeros((7, kernel.ROOM + len(rows), sequences.shape[1] + 1), np.int64),
    )
    if price_s >= kernel.IMPOSSIBLE:
        return None
    days = []
    for d in range(len(DAYS)):
        day = [board.tables.visits[row] for row in sequences[d, : lengths[d]]]
        today = [board.tables.visits[row] for row, mask in zip(rows, masks, strict=True) if int(mask) >> d & 1]
        for j in range(len(today) - 1, -1, -1):
            day.insert(int(chosen[d, j]), today[j])
        days.append(tuple(day))
    return int(price_s), tuple(days)


def live_seats(draft: Draft) -> Iterator[Seat]:
    """List the live people on the boards, round by round.

    Parameters
    ----------
    draft
        Any draft.

    Yields
    ------
    Seat
        In order of patch, round and package.
    """
    problem = draft.problem
    for patch, board in draft.boards.items():
        for r, one in enumerate(board.rounds):
            if one.live >= 0:
                packages = {problem.visits[visit].package for day in problem.rounds[one.live].days for visit in day}
                yield from (Seat(package, patch, r) for package in sorted(packages))
