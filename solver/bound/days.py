"""A day of a kind of round, laid out for the labelling, and what the labelling finds under prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.bound import labels
from solver.bound.outlook import FAR, NEVER, Day, bound_ahead, least_cost
from solver.cost import day_cost_s
from solver.facts import UNREACHABLE_S
from solver.means import Mode
from solver.problem import Problem
from solver.timetable import timetable

UNIT = 1_024
"""Units in a paid second. Prices are whole units, so a bound is exact whatever prices it comes from."""
GRID_S = 120
ADDED_MOST = 60
"""Days handed back where not every one is asked for; the cheapest."""


ALONE_ROOM = 20_000
"""Labels for a day whose parts are given."""


class Found(NamedTuple):
    """A day that was found: paid seconds of all days alike, at most, and the parts made."""

    cost_s: int
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Days that are alike.

    Parameters
    ----------
    day
        For the labelling; without prizes.
    days
        How many they are; every cost counts so often.
    parts
        Parts that have visits on these days.
    rows
        For each of them, its visits as rows of ``day``.
    may_rest
        Whether the round may leave these days as they are.
    """

    day: Day
    days: int
    parts: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]
    may_rest: bool
    _making: dict[frozenset[int], Found | None] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Answers of :meth:`making`, which no price changes."""

    def search(
        self, prizes: Sequence[int], below: int, *, room: int, most: int, manner: int
    ) -> tuple[int, bool, list[Found]]:
        """Find the cheapest days under prizes.

        Parameters
        ----------
        prizes
            What each part earns, in units.
        below
            Only days that cost less count, in units.
        room, most, manner
            As for :func:`solver.bound.labels.search`.

        Returns
        -------
        least : int
            No day costs less, in units; ``below`` when none is cheaper than that.
        whole : bool
            Whether ``least`` is exact; else it only bounds.
        found : list of Found
            Cheapest first.
        """
        prize = np.zeros(len(self.day.opens_s), np.int64)
        for rows, earned in zip(self.rows, prizes, strict=True):
            prize[list(rows)] = earned // len(rows)
            prize[rows[0]] += earned % len(rows)
        day = self.day._replace(prize=prize)
        ahead = bound_ahead(day)
        floor = int(least_cost(day, ahead))
        if floor >= below:
            return below, True, []
        best, whole, costs, sizes, orders = labels.search(day, ahead, below, room, most, manner)
        return (
            (int(best) if whole else floor),
            bool(whole),
            self._read(prize, costs, sizes, orders, most if manner == labels.EVERY else ADDED_MOST),
        )

    def making(self, parts: frozenset[int]) -> Found | None:
        """Price the days that make just these parts; remembered.

        Parameters
        ----------
        parts
            Of the block.

        Returns
        -------
        Found or None
            None where no order is legal.
        """
        if parts not in self._making:
            self._making[parts] = self._made(parts)
        return self._making[parts]

    def _made(self, parts: frozenset[int]) -> Found | None:
        of_parts = {row for rows in self.rows for row in rows}
        live = [row for row in range(len(self.day.opens_s)) if row not in of_parts]
        made = [row for part, rows in zip(self.parts, self.rows, strict=True) if part in parts for row in rows]
        if not live and not made:
            return Found(0, ())
        at = np.array(live + made, np.int64)
        square = np.ix_(at, at)
        day = self.day._replace(
            opens_s=self.day.opens_s[at],
            closes_s=self.day.closes_s[at],
            service_s=self.day.service_s[at],
            travel_s=np.ascontiguousarray(self.day.travel_s[square]),
            least_s=np.ascontiguousarray(self.day.least_s[square]),
            leg_cost=np.ascontiguousarray(self.day.leg_cost[square]),
            prize=np.zeros(len(at), np.int64),
            mates=_bits(len(at), [()] * len(at)),
            must=_bits(len(at), [range(len(at))])[0],
            after=self.day.after[at],
        )
        ahead = bound_ahead(day)
        best, whole, _, _, _ = labels.search(day, ahead, int(FAR), ALONE_ROOM, 1, labels.EXACT)
        if whole and best >= FAR:
            return None
        return Found((int(best) if whole else int(least_cost(day, ahead))) // UNIT, tuple(sorted(parts)))

    def _read(
        self,
        prize: NDArray[np.int64],
        costs: NDArray[np.int64],
        sizes: NDArray[np.int64],
        orders: NDArray[np.int64],
        most: int,
    ) -> list[Found]:
        part_of = {row: part for part, rows in zip(self.parts, self.rows, strict=True) for row in rows}
        found: dict[tuple[int, ...], Found] = {}
        for i in np.argsort(costs, kind="stable"):
            rows = [int(row) for row in orders[i, : sizes[i]]]
            parts = tuple(sorted({part_of[row] for row in rows if row in part_of}))
            if parts not in found:
                found[parts] = Found((int(costs[i]) + int(prize[rows].sum())) // UNIT, parts)
                if len(found) == most:
                    break
        return list(found.values())


class _Judged(NamedTuple):
    """Limits of a day; those that a live round exceeds are as loose as it needs them."""

    leg_s: int
    travel_s: int
    end_s: int
    late_s: int
    break_after_s: int
    dusk_s: int
    base_s: int


def block_of(
    problem: Problem,
    round_of: tuple[int, int, Mode, int],
    days: tuple[int, int],
    parts: Sequence[int],
    *,
    must: Sequence[int] = (),
    live: Sequence[int] = (),
) -> Block:
    """Lay out days for the labelling.

    Parameters
    ----------
    problem
        The council's week.
    round_of
        Patch, shift, means of travel and crew size of the round.
    days
        One of the days, 0 for Monday, and how many are alike.
    parts
        Parts that may ride.
    must
        Those of them that ride in any case.
    live
        Visits that a live round makes already, in their order, which stays.

    Returns
    -------
    Block
        Without prizes. Costs are what is added to the live round.
    """
    (patch, shift, mode, crew), (weekday, alike) = round_of, days
    visits, rows, active = list(live), [], []
    for part in parts:
        if today := [v for v in problem.parts[part].visits if problem.visits[v].days >> weekday & 1]:
            active.append(part)
            rows.append(tuple(range(len(visits), len(visits) + len(today))))
            visits += today
    needed = [*range(len(live)), *(v for part, group in zip(active, rows, strict=True) if part in must for v in group)]
    limits, setting = problem.day_limits(), problem.day_setting(shift, mode, crew)
    start_s, percent = problem.weights(mode, patch)
    judged = _judged(problem, live, round_of)
    service = np.array([problem.visits[v].duration_s for v in visits], np.int64)
    legs, barred = _legs(problem, visits, mode, judged.leg_s, len(live))
    second = crew * UNIT * alike
    day = Day(
        opens_s=np.array([max(problem.visits[v].earliest_s, setting.shift_start_s) for v in visits], np.int64),
        closes_s=_closes(problem, visits, judged, service),
        service_s=service,
        travel_s=np.where(barred, NEVER, legs),
        least_s=_least_between(np.where(barred, NEVER, legs), service),
        # Rounded down leg by leg, so at most what the day's travel is rounded down to.
        leg_cost=legs * percent // 100 * second,
        prize=np.zeros(len(visits), np.int64),
        mates=_bits(
            len(visits), [[w for group in rows if v in group for w in group if w != v] for v in range(len(visits))]
        ),
        must=_bits(len(visits), [needed])[0],
        after=np.array([v - 1 if v < len(live) else -1 for v in range(len(visits))], np.int64),
        start_cost=start_s * second - judged.base_s * UNIT * alike,
        # Where a live round runs late, its windows are loosened, and what it waits is not known.
        second_cost=0 if judged.late_s else second,
        paid_gap_s=setting.paid_gap_s,
        shift_end_s=judged.end_s,
        travel_left_s=judged.travel_s,
        break_after_s=judged.break_after_s,
        break_s=limits.break_s,
        grid_s=max(1, min(GRID_S, int(service.min(initial=GRID_S)))),
    )
    rest = not any(part in must for part in active)
    return Block(day=day, days=alike, parts=tuple(active), rows=tuple(rows), may_rest=rest)


def _judged(problem: Problem, live: Sequence[int], round_of: tuple[int, int, Mode, int]) -> _Judged:
    patch, shift, mode, crew = round_of
    limits, setting = problem.day_limits(), problem.day_setting(shift, mode, crew)
    _, facts = timetable(problem, live, setting)
    no_break = facts.work_s > limits.break_after_s and facts.longest_idle_s < limits.break_s
    dusk_counts = mode in ("walk", "cycle") and crew == 1 and facts.dark_unsafe_visits == 0
    return _Judged(
        leg_s={
            "walk": max(limits.walk_leg_s, facts.longest_walk_leg_s),
            "cycle": max(limits.cycle_leg_s, facts.longest_cycle_leg_s),
        }.get(mode, max(limits.drive_leg_s, facts.longest_drive_leg_s)),
        travel_s=max(limits.walk_total_s, facts.walk_s) if mode == "walk" else int(NEVER),
        end_s=max(setting.shift_end_s, facts.finish_s),
        late_s=facts.late_s + facts.critical_late_s,
        break_after_s=int(NEVER) if no_break else limits.break_after_s,
        dusk_s=setting.dusk_s if dusk_counts else int(NEVER),
        base_s=day_cost_s(facts, crew, *problem.weights(mode, patch)),
    )


def _closes(problem: Problem, visits: Sequence[int], judged: _Judged, service: NDArray[np.int64]) -> NDArray[np.int64]:
    closes = [
        min(one.latest_s + judged.late_s, judged.dusk_s - 1)
        if problem.homes[one.home].unsafe_after_dark
        else one.latest_s + judged.late_s
        for one in (problem.visits[v] for v in visits)
    ]
    return np.minimum(np.array(closes, np.int64), judged.end_s - service)


def _legs(
    problem: Problem, visits: Sequence[int], mode: Mode, limit_s: int, lived: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Look up the legs, and which of them no rule allows."""
    legs = problem.legs_s(mode, visits)
    barred = (legs > limit_s) | (legs == UNREACHABLE_S)
    kept = np.arange(max(0, lived - 1))
    barred[kept, kept + 1] = False
    return legs, barred


def _least_between(legs: NDArray[np.int64], service: NDArray[np.int64]) -> NDArray[np.int64]:
    """Bound the time from the end of a visit to the start of another, by whatever visits between."""
    least = legs.copy()
    for k in range(len(legs)):
        least = np.minimum(least, least[:, k, None] + service[k] + least[None, k, :])
    return np.ascontiguousarray(least)


def _bits(n: int, sets: Sequence[Sequence[int]]) -> NDArray[np.uint64]:
    bits = np.zeros((len(sets), max(1, -(-n // 64))), np.uint64)
    for i, members in enumerate(sets):
        for v in members:
            bits[i, v // 64] |= np.uint64(1) << np.uint64(v % 64)
    return bits
