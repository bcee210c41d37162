"""The kinds of rounds of a cell: those whose parts come on the same days, those around a part, and live ones.

Parts that all come on the same days make the same day each time, so one day stands for the week. A round whose
parts come on different days has several different days. It is filed under its *anchor*, the first of its parts that
does not come on the days on which most do: there is at most one such round for each anchor, and its days are tied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from solver.bound.days import Block, block_of
from solver.means import Mode
from solver.problem import LiveRound, Problem


class Cell(NamedTuple):
    """Where rounds may trade parts: a provider, a patch, a shift and a crew size."""

    provider: int
    patch: int
    shift: int
    crew: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of round, and its different days.

    Parameters
    ----------
    blocks
        Different days, each with how many are alike.
    anchor
        Part that such a round holds in any case; -1: none.
    live
        Id of the live round that it is; -1: a new one.
    """

    blocks: tuple[Block, ...]
    anchor: int = -1
    live: int = -1

    @property
    def is_uniform(self) -> bool:
        """Whether every day of such a round is the same, and there may be many of them."""
        return self.anchor < 0 and self.live < 0

    def share(self, part: int, block: int) -> tuple[int, int]:
        """Say which share of a part's price a block carries: its days among all on which the part comes.

        Parameters
        ----------
        part
            Id of a part of the block.
        block
            Position of the block.

        Returns
        -------
        tuple of int
            Days of the block, and of all that have the part.
        """
        days = sum(one.days for one in self.blocks if part in one.parts)
        return self.blocks[block].days, days


def kinds_of(problem: Problem, cell: Cell, parts: Sequence[int], rounds: Sequence[int]) -> list[Kind]:
    """List the kinds of rounds of a cell.

    Parameters
    ----------
    problem
        The council's week.
    cell
        The cell.
    parts
        Parts that may ride in it.
    rounds
        Live rounds that they may join.

    Returns
    -------
    list of Kind
        Every legal round of the cell is of one of them.
    """
    masks = {part: frozenset(problem.visits[v].days for v in problem.parts[part].visits) for part in parts}
    uniform: dict[int, list[int]] = {}
    for part, days in masks.items():
        if len(days) == 1:
            uniform.setdefault(min(days), []).append(part)
    usual = frozenset({max(uniform, key=lambda mask: (len(uniform[mask]), mask))} if uniform else ())
    odd = [part for part in parts if masks[part] != usual]
    order = odd + [part for part in parts if masks[part] == usual]
    found: list[Kind] = []
    for mode in problem.modes_of(cell.provider, cell.patch):
        for mask, those in sorted(uniform.items()):
            weekday = (mask & -mask).bit_length() - 1
            found.append(Kind(blocks=(_block(problem, cell, mode, weekday, mask.bit_count(), those),)))
        for i, anchor in enumerate(odd):
            if len(uniform) > 1 or len(masks[anchor]) > 1:
                blocks = _days(problem, cell, mode, order[i:], must=(anchor,))
                found.append(Kind(blocks=blocks, anchor=anchor))
    for live in rounds:
        one = problem.rounds[live]
        found.append(Kind(blocks=_days(problem, cell, one.mode, order, live=one), live=live))
    return found


def _days(
    problem: Problem,
    cell: Cell,
    mode: Mode,
    parts: Sequence[int],
    must: Sequence[int] = (),
    live: LiveRound | None = None,
) -> tuple[Block, ...]:
    alike: dict[tuple[tuple[int, ...], tuple[int, ...]], list[int]] = {}
    for d in range(7):
        today = tuple(v for part in parts for v in problem.parts[part].visits if problem.visits[v].days >> d & 1)
        if today:
            alike.setdefault((today, live.days[d] if live else ()), []).append(d)
    return tuple(
        _block(problem, cell, mode, days[0], len(days), parts, must, lived) for (_, lived), days in alike.items()
    )


def _block(
    problem: Problem,
    cell: Cell,
    mode: Mode,
    weekday: int,
    days: int,
    parts: Sequence[int],
    must: Sequence[int] = (),
    live: Sequence[int] = (),
) -> Block:
    return block_of(problem, (cell.patch, cell.shift, mode, cell.crew), (weekday, days), parts, must=must, live=live)
