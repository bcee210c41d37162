"""Close a cell: list every round that a better plan could hold, and choose among them exactly.

At prices that prove a bound, a plan that holds a round whose cost is more than ``gap`` above what its parts earn
costs more than the bound and the gap together. So either the best plan holds listed rounds only, or it costs at least
that much (Baldacci, Christofides and Mingozzi 2008, Mathematical Programming 115, 351-385).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, hstack, lil_array

from solver.bound.days import UNIT, Found
from solver.bound.kinds import Cell, Kind
from solver.bound.labels import EVERY
from solver.bound.program import Prices, Program
from solver.bound.whole import INFEASIBLE, whole
from solver.highs import QUIET

FIRST_GAP = 100
"""The first gap is this part of the bound."""
STEPS = 8
"""Gaps that are tried."""
NEAR = 250
"""Less than this part of the bound is not worth another list."""
LISTED_MOST = 4_000
"""Rounds that are chosen from."""
SOME_MOST = 40_000
"""Rounds of one kind, or days of one block, while they are put together."""
ROOM = 400_000
NODES = 200
"""Branch-and-bound nodes; a count, so that a bound replays."""
NO_PLAN_S = 1 << 50
"""What it costs when there is no plan at all."""
TOLERANCE_S = 0.01
"""How far the mixed-integer program's own bound may be off."""


class Week(NamedTuple):
    """A whole round."""

    kind: int
    parts: frozenset[int]
    cost_s: int


def closed_s(program: Program, prices: Prices, bound: int) -> tuple[int, bool]:
    """Raise the bound of a program.

    Parameters
    ----------
    program
        Of one cell or several.
    prices
        That prove the bound.
    bound
        In units.

    Returns
    -------
    value_s : int
        A bound in paid seconds, at least the one given.
    whole : bool
        Whether no higher one exists for these kinds of rounds.
    """
    value_s = -(-bound // UNIT)
    proven, gap, too_wide = 0, bound // FIRST_GAP, bound
    for _ in range(STEPS if bound > 0 else 0):
        weeks = _weeks(program, prices, gap)
        if weeks is None:
            too_wide = gap
        else:
            reached_s, exact = _cheapest(program, weeks)
            up_to_s = -(-(bound + gap) // UNIT)
            value_s = max(value_s, min(reached_s, up_to_s))
            if reached_s <= up_to_s:
                return value_s, exact
            # What these weeks reach is reached; so much gap, and no more, decides whether others are better.
            proven, gap = gap, min(2 * gap, reached_s * UNIT - bound + UNIT)
        if gap >= too_wide:
            gap = (proven + too_wide) // 2
        if too_wide - gap < bound // NEAR:
            break
    return value_s, False


def _weeks(program: Program, prices: Prices, gap: int) -> list[Week] | None:
    """List the rounds that cost less than the gap above what they earn; None when they are too many."""
    units = program.units(prices)
    listed: list[Week] = []
    for k, (cell, kind) in enumerate(program.kinds):
        if kind.is_uniform:
            earned = [program.earned(units, cell, kind, part, 0) for part in kind.blocks[0].parts]
            _, whole, found = kind.blocks[0].search(
                earned, gap + program.opening(units, cell), room=ROOM, most=LISTED_MOST, manner=EVERY
            )
            weeks = [Week(k, frozenset(one.parts), one.cost_s) for one in found] if whole else None
        else:
            weeks = _tied_weeks(program, units, k, cell, kind, gap)
        if weeks is None or len(listed) + len(weeks) > LISTED_MOST:
            return None
        listed += weeks
    return listed


class _Partial(NamedTuple):
    """Some days of a week: its parts so far, its cost, and by how much that is above what they earn, in units."""

    parts: frozenset[int]
    cost_s: int
    above: int


def _tied_weeks(program: Program, units: list[int], k: int, cell: Cell, kind: Kind, gap: int) -> list[Week] | None:
    """Put days of a tied kind together to weeks in which every part keeps to its round."""
    priced = [program.least(units, k, b) for b in range(len(kind.blocks))]
    worth = sum(priced)
    if kind.anchor >= 0:
        worth = units[program.ride[cell, kind.anchor]] + program.opening(units, cell)
    room = gap - max(0, sum(priced) - worth)
    if room <= 0:
        return []
    partial, seen = [_Partial(frozenset(), 0, 0)], frozenset[int]()
    order = sorted(range(len(kind.blocks)), key=lambda b: (-kind.blocks[b].days, -len(kind.blocks[b].parts), b))
    for b in order:
        block = kind.blocks[b]
        here = frozenset(block.parts)
        earned = {part: program.earned(units, cell, kind, part, b) for part in block.parts}
        if here <= seen:
            # What is made on these days is known already.
            days = [day for parts in {one.parts & here for one in partial} if (day := block.making(parts)) is not None]
        else:
            _, whole, days = block.search(
                list(earned.values()), priced[b] + room, room=ROOM, most=SOME_MOST, manner=EVERY
            )
            if not whole:
                return None
        if block.may_rest:
            days.append(Found(0, ()))
        joined = _joined(partial, seen & here, [_above(day, earned, priced[b]) for day in days], room)
        if joined is None:
            return None
        partial, seen = joined, seen | here
    return [Week(k, one.parts, one.cost_s) for one in partial]


def _above(day: Found, earned: dict[int, int], priced: int) -> _Partial:
    return _Partial(
        frozenset(day.parts), day.cost_s, day.cost_s * UNIT - sum(earned[part] for part in day.parts) - priced
    )


def _joined(partial: list[_Partial], shared: frozenset[int], days: list[_Partial], room: int) -> list[_Partial] | None:
    """Join weeks so far with days that make the same of the shared parts; None when they are too many."""
    by_shared: dict[frozenset[int], list[_Partial]] = {}
    for day in days:
        by_shared.setdefault(day.parts & shared, []).append(day)
    joined: list[_Partial] = []
    for one in partial:
        joined += [
            _Partial(one.parts | day.parts, one.cost_s + day.cost_s, one.above + day.above)
            for day in by_shared.get(one.parts & shared, ())
            if one.above + day.above < room
        ]
        if len(joined) > SOME_MOST:
            return None
    return joined


def _cheapest(program: Program, weeks: list[Week]) -> tuple[int, bool]:
    """Choose weeks that cover what is chosen: a bound on their cost, and whether it is reached."""
    rows = whole(program.choices)
    lives = [k for k, (_, kind) in enumerate(program.kinds) if kind.live >= 0]
    live_row = {k: len(program.ride) + i for i, k in enumerate(lives)}
    opened = {cell: len(program.ride) + len(lives) + i for i, cell in enumerate(program.opened)}
    size = len(program.ride) + len(lives) + len(opened)
    covers = lil_array((size, len(weeks) + len(rows.most)))
    for i, one in enumerate(weeks):
        cell = program.kinds[one.kind][0]
        for part in one.parts:
            covers[program.ride[cell, part], i] = 1
        if one.kind in live_row:
            covers[live_row[one.kind], i] = 1
        elif cell in opened:
            covers[opened[cell], i] = 1
    for i, choice in enumerate(rows.columns, start=len(weeks)):
        for ride in program.asks[choice]:
            covers[ride, i] = -1
    most = np.array([0.0] * len(program.ride) + [1.0] * len(lives) + [float(program.carers[cell]) for cell in opened])
    least = np.where(np.arange(size) < len(program.ride) + len(lives), most, 0.0)
    extra = [float(program.extra_s[choice]) for choice in rows.columns]
    with QUIET:
        solved = milp(
            np.array([float(one.cost_s) for one in weeks] + extra + [0.0] * (len(rows.most) - len(extra))),
            constraints=[
                LinearConstraint(csc_array(covers), least, most),
                LinearConstraint(
                    csc_array(hstack([csc_array((len(rows.low), len(weeks))), rows.matrix])), rows.low, rows.high
                ),
            ],
            integrality=np.concatenate([np.ones(len(weeks), np.int64), rows.integrality]),
            bounds=Bounds(0, np.concatenate([np.ones(len(weeks)), rows.most])),
            options={"node_limit": NODES, "mip_rel_gap": 0.0},
        )
    if solved.status == INFEASIBLE:
        return NO_PLAN_S, True
    if solved.mip_dual_bound is None or not math.isfinite(solved.mip_dual_bound):
        return 0, False
    return math.ceil(solved.mip_dual_bound - TOLERANCE_S), solved.status == 0
