"""Compiled search over fillings: whole numbers under knapsack rows, all other rows priced (Lagrangian relaxation).

Variables are nothing or one. Each belongs to one knapsack row, or to the last block, which has no limit. At given prices of
the other rows every knapsack is filled exactly by dynamic programming; what that comes to bounds the program, tighter
than a linear relaxation, which fills knapsacks by fractions.

References
----------
Fisher (1981), Management Science 27, 1-18 (Lagrangian relaxation). Posta, Ferland and Michelon (2012), Computational
Optimization and Applications 52, 629-644 (a variable's exact price, by tables from both ends of a knapsack).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver import compiled
from solver.kept import kept

compiled.cache_folder()

OUT, IN, FREE = range(3)
"""States of a variable."""
NEAR = 1e-6
SLIP = 1e-4
"""Rounding errors of a bound at most."""


class Blocks(NamedTuple):
    """A program of variables between nothing and one, in the order of their blocks."""

    cost: NDArray[np.float64]
    start: NDArray[np.int64]
    """First variable of each knapsack, and of the block without limit; one more than there are knapsacks."""
    weight: NDArray[np.int64]
    """Of each variable; nothing in the block without limit."""
    cap: NDArray[np.int64]
    """Of each knapsack."""
    row_start: NDArray[np.int64]
    """First entry of each other row."""
    row_at: NDArray[np.int64]
    """Variable of each entry."""
    row_factor: NDArray[np.float64]
    least: NDArray[np.float64]
    """Of each other row."""
    most: NDArray[np.float64]
    """Of each other row."""
    column_start: NDArray[np.int64]
    """First entry of each variable; the same entries once more."""
    column_row: NDArray[np.int64]
    column_factor: NDArray[np.float64]


class Pad(NamedTuple):
    """Room to reckon in, and what was reckoned last."""

    table: NDArray[np.float64]
    """Best value of the first so many candidates of a knapsack at each load."""
    back: NDArray[np.float64]
    """The same of the last candidates, one load after the other."""
    reduced: NDArray[np.float64]
    """Cost of each variable less what its rows pay."""
    filled: NDArray[np.int8]
    """The choice at the last prices."""
    ideal: NDArray[np.float64]
    """Average over late prices: nearly what a linear program over fillings would choose."""
    without: NDArray[np.float64]
    """By how much the bound rises if a variable is left out."""
    along: NDArray[np.float64]
    """By how much the bound rises if a variable is chosen."""
    best: NDArray[np.float64]
    """The last choice that was kept: the best one."""
    most: NDArray[np.float64]
    """What a choice may cost to be kept, a single number: one less than the last that was."""
    cells: NDArray[np.int64]
    """How many cells of tables were worked out, a single number."""


@kept(**compiled.ENTRY)
def pad(blocks):  # type: ignore[no-untyped-def]
    """Make room for a program.

    Parameters
    ----------
    blocks
        A :class:`Blocks`.

    Returns
    -------
    Pad
        With nothing in it.
    """
    number, most, longest = len(blocks.cost), 0, 0
    for b in range(len(blocks.cap)):
        most = max(most, blocks.cap[b])
        longest = max(longest, blocks.start[b + 1] - blocks.start[b])
    return Pad(
        np.zeros((longest + 1, most + 1)),
        np.zeros(most + 1),
        np.zeros(number),
        np.zeros(number, np.int8),
        np.zeros(number),
        np.zeros(number),
        np.zeros(number),
        np.zeros(number),
        np.full(1, np.inf),
        np.zeros(1, np.int64),
    )


@kept(**compiled.ENTRY)
def price(blocks, state, prices, pad):  # type: ignore[no-untyped-def]
    """Fill every knapsack at least cost under prices of the other rows.

    Parameters
    ----------
    blocks
        A :class:`Blocks`.
    state
        Of each variable: in, out, or free.
    prices
        Of each other row: what a unit in it is worth. Above nothing, the row's least counts, below, its most.
    pad
        A :class:`Pad`; takes the choice and the reduced costs.

    Returns
    -------
    float
        No choice costs less.
    """
    bound = 0.0
    for r in range(len(prices)):
        if prices[r] > 0:
            bound += prices[r] * blocks.least[r]
        elif prices[r] < 0:
            bound += prices[r] * blocks.most[r]
    for v in range(len(blocks.cost)):
        pad.filled[v] = 0
        if state[v] != OUT:
            worth = blocks.cost[v]
            for k in range(blocks.column_start[v], blocks.column_start[v + 1]):
                worth -= prices[blocks.column_row[k]] * blocks.column_factor[k]
            pad.reduced[v] = worth
            if state[v] == IN:
                pad.filled[v] = 1
                bound += worth
    for b in range(len(blocks.cap) + 1):
        first, end = blocks.start[b], blocks.start[b + 1] if b < len(blocks.cap) else len(blocks.cost)
        room = _room(blocks, state, b)
        asked = 0
        for v in range(first, end):
            if state[v] == FREE and pad.reduced[v] < 0:
                asked += blocks.weight[v]
        if asked <= room:
            for v in range(first, end):
                if state[v] == FREE and pad.reduced[v] < 0:
                    pad.filled[v] = 1
                    bound += pad.reduced[v]
            continue
        k = _forward(blocks, state, b, room, pad)
        bound -= pad.table[k, room]
        for v in range(end - 1, first - 1, -1):
            if state[v] == FREE and pad.reduced[v] < 0:
                k -= 1
                if pad.table[k + 1, room] > pad.table[k, room]:
                    pad.filled[v] = 1
                    room -= blocks.weight[v]
    return bound


@kept(**compiled.ENTRY)
def _room(blocks, state, b):  # type: ignore[no-untyped-def]
    """Say what a knapsack has left."""
    if b == len(blocks.cap):
        return 0
    room = blocks.cap[b]
    for v in range(blocks.start[b], blocks.start[b + 1]):
        if state[v] == IN:
            room -= blocks.weight[v]
    return room


@kept(**compiled.ENTRY)
def _forward(blocks, state, b, room, pad):  # type: ignore[no-untyped-def]
    """Tabulate the best filling by the first so many candidates at each load; say how many there are."""
    count = 0
    pad.table[0, : room + 1] = 0.0
    for v in range(blocks.start[b], blocks.start[b + 1]):
        if state[v] == FREE and pad.reduced[v] < 0:
            before, after = pad.table[count], pad.table[count + 1]
            weight, gain = min(blocks.weight[v], room + 1), -pad.reduced[v]
            after[:weight] = before[:weight]
            for load in range(room + 1 - weight):
                one, other = before[load] + gain, before[load + weight]
                after[load + weight] = one if one > other else other
            count += 1
    pad.cells[0] += count * (room + 1)
    return count


@kept(**compiled.ENTRY)
def weigh(blocks, state, pad):  # type: ignore[no-untyped-def]
    """Work out by how much the bound rises if a variable is chosen, or left out, at the prices priced last.

    Parameters
    ----------
    blocks, state
        As priced last.
    pad
        A :class:`Pad`; takes the rises.
    """
    table, back = pad.table, pad.back
    for b in range(len(blocks.cap)):
        room = _room(blocks, state, b)
        k = count = _forward(blocks, state, b, room, pad)
        best = table[count, room]
        back[: room + 1] = 0.0
        pad.cells[0] += 3 * count * (room + 1)
        for v in range(blocks.start[b + 1] - 1, blocks.start[b] - 1, -1):
            if state[v] != FREE:
                continue
            weight, gain = blocks.weight[v], -pad.reduced[v]
            if weight > room:
                pad.without[v], pad.along[v] = 0.0, np.inf
            elif gain <= 0:
                pad.without[v], pad.along[v] = 0.0, best - table[count, room - weight] - gain
            else:
                k -= 1
                pad.without[v] = best - _joined(table[k], back, room)
                pad.along[v] = best - _joined(table[k], back, room - weight) - gain
                for load in range(room, weight - 1, -1):
                    back[load] = max(back[load], back[load - weight] + gain)
    for v in range(blocks.start[-1], len(blocks.cost)):
        pad.without[v], pad.along[v] = max(0.0, -pad.reduced[v]), max(0.0, pad.reduced[v])


@kept(**compiled.ENTRY)
def _joined(front, back, room):  # type: ignore[no-untyped-def]
    """Share a load out between the candidates before and those after."""
    best = 0.0
    for load in range(room + 1):
        value = front[load] + back[room - load]
        best = value if value > best else best
    return best


@kept(**compiled.ENTRY)
def ascend(blocks, state, prices, steps, pad):  # type: ignore[no-untyped-def]
    """Better the prices of the other rows, so that the bound rises (subgradients, deflected).

    They aim at proving that no choice is worth keeping. One that keeps the other rows too, and costs little enough, is kept.

    Parameters
    ----------
    blocks, state
        The program.
    prices
        To start from; takes the best ones.
    steps
        How many to try.
    pad
        A :class:`Pad`; takes what it comes to at the best prices.

    Returns
    -------
    float
        The bound at the best prices.

    References
    ----------
    Polyak's step, and its deflection: Camerini, Fratta and Maffioli (1975), Mathematical Programming Study 3, 26-34.
    """
    rows, number = len(prices), len(blocks.cost)
    at, way, bound, pace, failed = prices.copy(), np.zeros(rows), -np.inf, 1.0, 0
    for step in range(steps):
        value, aim = price(blocks, state, at, pad), pad.most[0] + SLIP
        share = max(0.1, 2.0 / (step + 2.0))
        for v in range(number):
            pad.ideal[v] += share * (pad.filled[v] - pad.ideal[v])
        failed = 0 if value > bound + 1e-3 * abs(aim - bound) else failed + 1
        if value > bound:
            bound = value
            prices[:] = at
        if bound > aim:
            break
        if failed == 8:
            pace, failed = pace * 0.6, 0
            at[:] = prices
        length, holds = 0.0, True
        for r in range(rows):
            reached = 0.0
            for k in range(blocks.row_start[r], blocks.row_start[r + 1]):
                reached += blocks.row_factor[k] * pad.filled[blocks.row_at[k]]
            least, most = blocks.least[r], blocks.most[r]
            wrong = 0.0
            if reached < least - NEAR or at[r] > 0:
                wrong = least - reached
            elif reached > most + NEAR or at[r] < 0:
                wrong = most - reached
            holds = holds and least - NEAR <= reached <= most + NEAR
            way[r] = wrong if step == 0 else 0.6 * way[r] + 0.4 * wrong
            length += way[r] ** 2
        if holds:
            _keep(blocks, pad)
        if length < NEAR:
            break
        stride = pace * (max(aim - value, 0.0) + 0.5) / length
        for r in range(rows):
            at[r] += stride * way[r]
            if (at[r] > 0 and blocks.least[r] == -np.inf) or (at[r] < 0 and blocks.most[r] == np.inf):
                at[r] = 0.0
    return price(blocks, state, prices, pad)


@kept(**compiled.ENTRY)
def _keep(blocks, pad):  # type: ignore[no-untyped-def]
    """Keep a choice if it costs little enough."""
    cost = 0.0
    for v in range(len(blocks.cost)):
        cost += blocks.cost[v] * pad.filled[v]
    if cost < pad.most[0] + NEAR:
        pad.most[0] = cost - 1.0
        for v in range(len(blocks.cost)):
            pad.best[v] = pad.filled[v]


@kept(**compiled.ENTRY)
def follow(blocks, state):  # type: ignore[no-untyped-def]
    """Settle what the rows leave no choice about.

    Parameters
    ----------
    blocks
        A :class:`Blocks`.
    state
        Of each variable; free ones may become in or out.

    Returns
    -------
    bool
        False when no choice is left at all.
    """
    changed = True
    while changed:
        changed = False
        for b in range(len(blocks.cap)):
            room = _room(blocks, state, b)
            if room < 0:
                return False
            for v in range(blocks.start[b], blocks.start[b + 1]):
                if state[v] == FREE and blocks.weight[v] > room:
                    state[v] = OUT
                    changed = True
        for r in range(len(blocks.least)):
            low, high = 0.0, 0.0
            for k in range(blocks.row_start[r], blocks.row_start[r + 1]):
                factor, where = blocks.row_factor[k], state[blocks.row_at[k]]
                if where != OUT and (where == IN or factor < 0):
                    low += factor
                if where != OUT and (where == IN or factor > 0):
                    high += factor
            least, most = blocks.least[r] - NEAR, blocks.most[r] + NEAR
            if low > most or high < least:
                return False
            if low >= least and high <= most:
                continue
            for k in range(blocks.row_start[r], blocks.row_start[r + 1]):
                factor, v = blocks.row_factor[k], blocks.row_at[k]
                if state[v] == FREE and low + abs(factor) > most:
                    state[v] = OUT if factor > 0 else IN
                    changed = True
                elif state[v] == FREE and high - abs(factor) < least:
                    state[v] = IN if factor > 0 else OUT
                    changed = True
    return True


@kept(**compiled.ENTRY)
def search(blocks, prices, best, most, nodes, first, steps):  # type: ignore[no-untyped-def]
    """Branch and bound, depth first: what late prices choose most often is chosen first.

    Parameters
    ----------
    blocks
        A :class:`Blocks`, with at least one variable.
    prices
        Of the other rows, to start from.
    best
        Takes the best choice found, if there is any.
    most
        What a choice may cost; costs are whole numbers.
    nodes
        How many to look at.
    first, steps
        Steps by which prices are bettered at the first node, and at each other.

    Returns
    -------
    done : bool
        Searched to the end: nothing is better than the best found, or than ``most``.
    cells : int
        How many cells of tables were worked out.
    """
    number, deepest = len(blocks.cost), min(nodes, len(blocks.cost)) + 2
    room = pad(blocks)
    room.best[:], room.most[0] = best, most
    states, levels = np.empty((deepest, number), np.int8), np.empty((deepest, len(prices)))
    turned = np.empty(deepest, np.int64)
    states[0], levels[0], depth = FREE, prices, 0
    for node in range(nodes):
        v = _look(blocks, states[depth], levels[depth], steps if node else first, room)
        if v >= 0:
            turned[depth] = v
            states[depth + 1], levels[depth + 1] = states[depth], levels[depth]
            depth += 1
            states[depth, v] = IN
        elif depth == 0:
            best[:] = room.best
            return True, room.cells[0]
        else:
            depth -= 1
            states[depth, turned[depth]] = OUT
    best[:] = room.best
    return False, room.cells[0]


@kept(**compiled.ENTRY)
def _look(blocks, state, prices, steps, room):  # type: ignore[no-untyped-def]
    """Look at a node: name the variable to branch on, or none when nothing better is below."""
    if not follow(blocks, state):
        return -1
    bound = ascend(blocks, state, prices, steps, room)
    aim = room.most[0] + SLIP
    if bound > aim:
        return -1
    weigh(blocks, state, room)
    for v in range(len(state)):
        if state[v] == FREE:
            if bound + room.along[v] > aim:
                state[v] = OUT
                if bound + room.without[v] > aim:
                    return -1
            elif bound + room.without[v] > aim:
                state[v] = IN
    if not follow(blocks, state):
        return -1
    chosen = -1
    for v in range(len(state)):
        if state[v] == FREE and (chosen < 0 or room.ideal[v] > room.ideal[chosen]):
            chosen = v
    if chosen < 0:
        room.filled[:] = state
        _keep(blocks, room)
    return chosen


def warm() -> None:
    """Compile the search on two variables."""
    one, two = np.ones(2, np.int64), np.arange(3)
    blocks = Blocks(
        cost=np.array([1.0, 2.0]),
        start=np.array([0, 2]),
        weight=one,
        cap=one[:1],
        row_start=np.array([0, 2]),
        row_at=two[:2],
        row_factor=np.ones(2),
        least=np.ones(1),
        most=np.ones(1),
        column_start=two,
        column_row=np.zeros(2, np.int64),
        column_factor=np.ones(2),
    )
    search(blocks, np.zeros(1), np.array([0.0, 1.0]), 1.0, 5, 2, 2)
