"""Close cells: list every round that a better plan could hold, and choose among them exactly.

At prices that prove a bound, a plan that holds a round whose cost is more than ``gap`` above what its parts earn
costs more than the bound and the gap together. So either the best plan holds listed rounds only, or it costs at least
that much (Baldacci, Christofides and Mingozzi 2008, Mathematical Programming 115, 351-385).

Where all cells together have too many such rounds, each is closed by itself. What a plan costs above the bound is the sum
of what its rounds cost above what their parts earn, cell by cell, and of what its choices cost above the cheapest ones; so
each cell may have its share of the latter, and what all cells cannot do without adds up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, hstack, lil_array

from solver.bound.choices import Choice
from solver.bound.days import UNIT, Found
from solver.bound.kinds import Cell, Kind
from solver.bound.labels import EVERY
from solver.bound.program import Prices, Program, Proof
from solver.bound.whole import INFEASIBLE, whole
from solver.highs import QUIET

FIRST_GAP = 100
"""The first gap is this part of the bound."""
STEPS = 8
"""Gaps that are tried."""
NEAR, NEAR_ALONE = 250, 50
"""Less than this part of the bound is not worth another list, of all cells together or of one by itself."""
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


class _Asked(NamedTuple):
    """What is chosen, as columns beside those of the rounds, and rows that it keeps."""

    costs_s: NDArray[np.float64]
    rides: list[Sequence[int]]
    """That each of the first columns asks for, by their rows in the program; free amounts, which ask for none, follow."""
    most: NDArray[np.float64]
    integrality: NDArray[np.int64]
    matrix: csc_array
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def closed_s(program: Program, prices: Prices, proof: Proof) -> tuple[int, bool]:
    """Raise the bound of a program.

    Parameters
    ----------
    program
        Of one cell or several.
    prices
        That prove the bound.
    proof
        At these prices.

    Returns
    -------
    value_s : int
        A bound in paid seconds, at least that of the proof.
    whole : bool
        Whether no higher one exists for these kinds of rounds.
    """
    units, cells = program.units(prices), list(program.parts_in)
    together = partial(_together, program, proof.bound)
    gain, exact = _raised(partial(_weeks, program, units, cells), together, proof.bound, proof.bound // NEAR)
    if not exact and (len(cells) > 1 or not program.choices.is_settled):
        gain = max(gain, _apart(program, units, proof))
    return -(-(proof.bound + gain) // UNIT), exact


def _apart(program: Program, units: list[int], proof: Proof) -> int:
    """Close each cell by itself: by how much that raises the bound, in units."""
    gain, shares, scale = 0, _shares(program, units), proof.bound // len(program.parts_in)
    for cell in program.parts_in:
        listed = partial(_weeks, program, units, [cell])
        alone = partial(_alone, program, units, cell, shares[cell], proof.least[cell])
        gain += _raised(listed, alone, scale, scale // NEAR_ALONE)[0]
    return gain


def _raised(
    listed: Callable[[int], list[Week] | None],
    cheapest: Callable[[list[Week]], tuple[int, bool]],
    scale: int,
    near: int,
) -> tuple[int, bool]:
    """List ever more weeks, for gaps that begin at a part of a scale: by how much that raises a bound, and whether exactly."""
    gain, proven, gap, too_wide = 0, 0, scale // FIRST_GAP, scale
    for _ in range(STEPS if scale > 0 else 0):
        weeks = listed(gap)
        if weeks is None:
            too_wide = gap
        else:
            reached, exact = cheapest(weeks)
            gain = max(gain, min(reached, gap))
            if reached <= gap:
                return gain, exact
            # What these weeks reach is reached; so much gap, and no more, decides whether others are better.
            proven, gap = gap, min(2 * gap, reached + UNIT)
        if gap >= too_wide:
            gap = (proven + too_wide) // 2
        if too_wide - gap < near:
            break
    return gain, False


def _weeks(program: Program, units: list[int], cells: Collection[Cell], gap: int) -> list[Week] | None:
    """List the rounds of cells that cost less than the gap above what they earn; None when they are too many."""
    listed: list[Week] = []
    for k, (cell, kind) in enumerate(program.kinds):
        if cell not in cells:
            continue
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


def _together(program: Program, bound: int, weeks: list[Week]) -> tuple[int, bool]:
    """Choose weeks that cover what is chosen: by how much the least that they cost is above a bound, and whether exactly."""
    rows = whole(program.choices)
    asked = _Asked(
        costs_s=np.array([float(program.extra_s[choice]) for choice in rows.columns]),
        rides=[program.asks[choice] for choice in rows.columns],
        most=rows.most,
        integrality=rows.integrality,
        matrix=rows.matrix,
        low=rows.low,
        high=rows.high,
    )
    least_s, exact = _least_s(program, list(program.parts_in), weeks, [float(one.cost_s) for one in weeks], asked)
    return (math.ceil(least_s) * UNIT - bound if math.isfinite(least_s) else 0), exact


def _alone(
    program: Program, units: list[int], cell: Cell, share: dict[Choice, int], least: int, weeks: list[Week]
) -> tuple[int, bool]:
    """Choose weeks of one cell: by how much the least that they and its share of the choices cost is above its bound."""
    above_s = [
        one.cost_s
        - (
            sum(units[program.ride[cell, part]] for part in one.parts)
            + (program.opening(units, cell) if program.kinds[one.kind][1].live < 0 else 0)
        )
        / UNIT
        for one in weeks
    ]
    least_s, exact = _least_s(program, [cell], weeks, above_s, _asked_in(program, cell, share))
    return (math.floor(least_s * UNIT) - least if math.isfinite(least_s) else 0), exact


def _shares(program: Program, units: list[int]) -> dict[Cell, dict[Choice, int]]:
    """Share out what choices cost above each case's cheapest, among the cells in which they ask for something else.

    Returns
    -------
    dict of Cell to dict of Choice to int
        In units; nothing for a choice that asks for the same there.
    """
    cell_of = {ride: cell for (cell, _), ride in program.ride.items()}
    shares: dict[Cell, dict[Choice, int]] = {cell: {} for cell in program.parts_in}
    above = program.above(units)
    for those in program.choices.of.values():
        cheapest = frozenset(program.asks[min(those, key=lambda one: above[one])])
        anywhere = {cell_of[ride] for one in those for ride in program.asks[one]}
        for one in those:
            other = {cell_of[ride] for ride in cheapest ^ frozenset(program.asks[one])}
            for cell in anywhere:
                shares[cell][one] = above[one] // len(other) if cell in other else 0
    return shares


def _asked_in(program: Program, cell: Cell, share: dict[Choice, int]) -> _Asked:
    """State what may be asked of one cell: for each case one of the sets of rides that its choices have there."""
    here = {ride for (one, _), ride in program.ride.items() if one == cell}
    sets: dict[int, dict[frozenset[int], int]] = {}
    for choice, units in share.items():
        rides = frozenset(here.intersection(program.asks[choice]))
        of_case = sets.setdefault(choice.case, {})
        of_case[rides] = min(units, of_case.get(rides, units))
    number = sum(map(len, sets.values()))
    one_of = lil_array((len(sets), number))
    rides_of: list[Sequence[int]] = []
    costs: list[float] = []
    for row, of_case in enumerate(sets.values()):
        for rides, units in of_case.items():
            one_of[row, len(rides_of)] = 1
            rides_of.append(sorted(rides))
            costs.append(units / UNIT)
    ones = np.ones(len(sets))
    return _Asked(np.array(costs), rides_of, np.ones(number), np.ones(number, np.int64), csc_array(one_of), ones, ones)


def _least_s(
    program: Program, cells: Sequence[Cell], weeks: list[Week], costs_s: list[float], asked: _Asked
) -> tuple[float, bool]:
    """Bound what weeks of some cells cost that cover what is asked there, and say whether the bound is reached."""
    rides = {ride: i for i, ride in enumerate(ride for (cell, _), ride in program.ride.items() if cell in cells)}
    lives = [k for k, (cell, kind) in enumerate(program.kinds) if kind.live >= 0 and cell in cells]
    live_row = {k: len(rides) + i for i, k in enumerate(lives)}
    limited = [cell for cell in program.opened if cell in cells]
    opened = {cell: len(rides) + len(lives) + i for i, cell in enumerate(limited)}
    size = len(rides) + len(lives) + len(opened)
    covers = lil_array((size, len(weeks) + len(asked.most)))
    for i, one in enumerate(weeks):
        cell = program.kinds[one.kind][0]
        for part in one.parts:
            covers[rides[program.ride[cell, part]], i] = 1
        if one.kind in live_row:
            covers[live_row[one.kind], i] = 1
        elif cell in opened:
            covers[opened[cell], i] = 1
    for i, asking in enumerate(asked.rides, start=len(weeks)):
        for ride in asking:
            covers[rides[ride], i] = -1
    most = np.array([0.0] * len(rides) + [1.0] * len(lives) + [float(program.carers[cell]) for cell in opened])
    least = np.where(np.arange(size) < len(rides) + len(lives), most, 0.0)
    rest = np.zeros(len(asked.most) - len(asked.costs_s))
    with QUIET:
        solved = milp(
            np.concatenate([costs_s, asked.costs_s, rest]),
            constraints=[
                LinearConstraint(csc_array(covers), least, most),
                LinearConstraint(
                    csc_array(hstack([csc_array((len(asked.low), len(weeks))), asked.matrix])), asked.low, asked.high
                ),
            ],
            integrality=np.concatenate([np.ones(len(weeks), np.int64), asked.integrality]),
            bounds=Bounds(0, np.concatenate([np.ones(len(weeks)), asked.most])),
            options={"node_limit": NODES, "mip_rel_gap": 0.0},
        )
    if solved.status == INFEASIBLE:
        return float(NO_PLAN_S), True
    if solved.mip_dual_bound is None or not math.isfinite(solved.mip_dual_bound):
        return -math.inf, False
    return float(solved.mip_dual_bound) - TOLERANCE_S, solved.status == 0
