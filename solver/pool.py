"""The pool: every round that some construction made, for the master to choose from."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from solver.draft import Draft, Placed, Seat
from solver.layouts import case_layouts


class Work(NamedTuple):
    """Whose round it is and the parts that it holds: what everything but its cost depends on."""

    patch: int
    provider: int
    shift: int
    crew: int
    live: int
    parts: tuple[int, ...]


class Column(NamedTuple):
    """A whole round: who works it, its week, and what it costs."""

    patch: int
    provider: int
    shift: int
    crew: int
    mode: int
    """Position in :data:`solver.means.MODES`."""
    live: int
    """Id of the live round that it is or extends, else -1."""
    days: tuple[tuple[int, ...], ...]
    parts: tuple[int, ...]
    """Waiting parts that it holds."""
    cost_s: int
    """Of the week, and what its parts cost besides."""

    @property
    def work(self) -> Work:
        """What the round does, whatever its sequence."""
        return Work(self.patch, self.provider, self.shift, self.crew, self.live, self.parts)


def cheapest(pool: Iterable[Column]) -> list[Column]:
    """Leave out rounds that do the same work as a cheaper one: no choice is worse without them.

    Parameters
    ----------
    pool
        Columns.

    Returns
    -------
    list of Column
        One for each work, the first of the cheapest.
    """
    found: dict[Work, Column] = {}
    for column in pool:
        if (other := found.get(column.work)) is None or column.cost_s < other.cost_s:
            found[column.work] = column
    return list(found.values())


def columns(draft: Draft, only: Collection[tuple[int, int]] | None = None) -> list[Column]:
    """Read the rounds of a draft as columns.

    Parameters
    ----------
    draft
        Any draft that keeps the rules.
    only
        Rounds to read, as (patch, position); all of them when left out.

    Returns
    -------
    list of Column
        Emptied rounds are left out.
    """
    found = []
    for patch, board in draft.boards.items():
        for r, one in enumerate(board.rounds):
            if (only is not None and (patch, r) not in only) or board.is_empty(r):
                continue
            found.append(
                Column(
                    patch,
                    one.provider,
                    one.shift,
                    one.crew,
                    one.mode,
                    one.live,
                    board.days(r),
                    tuple(sorted(one.parts)),
                    board.week_cost(r) + sum(draft.problem.parts[part].extra_s for part in one.parts),
                )
            )
    return found


def rebuild(draft: Draft, chosen: list[Column], contracts: dict[int, int]) -> None:
    """Make an untouched draft hold the chosen rounds.

    Parameters
    ----------
    draft
        With nothing placed yet.
    chosen
        One column for each round.
    contracts
        Contract of every placed case.
    """
    seats: dict[int, list[Seat]] = {case: [] for case in contracts}
    for column in chosen:
        if column.live >= 0 and not column.parts and column.days == draft.problem.rounds[column.live].days:
            continue  # it stands there as it is
        board = draft.boards[column.patch]
        r = board.put(column.provider, column.shift, column.crew, column.mode, column.live, column.days, column.parts)
        for part in column.parts:
            case = draft.case_of[draft.problem.parts[part].package]
            seat = Seat(part, column.patch, r)
            seats[case].append(seat)
            draft.post_seat(column.provider, seat)
        if column.parts and column.live < 0:
            draft.post_round(column.provider, column.patch, column.shift, column.crew)
    for case, contract in contracts.items():
        draft.ledger.post(case, contract)
        draft.placed[case] = Placed(contract, _in_turn(draft, case, contract, seats[case]))


def _in_turn(draft: Draft, case: int, contract: int, seats: list[Seat]) -> tuple[Seat, ...]:
    """Put seats in the order of their layout's parts."""
    problem = draft.problem
    held = {seat.part: seat for seat in seats}
    pattern = problem.providers[problem.contracts[contract].provider].pattern
    parts = next(one for one in case_layouts(problem, case, pattern) if held.keys() == set(one))
    return tuple(held[part] for part in parts)
