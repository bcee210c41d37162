"""Published weeks of a home hospice, read and stated as a council's week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.engine.instances import ALWAYS_S
from solver.facts import UNLIMITED, UNREACHABLE_S
from solver.problem import (
    CapacityReturn,
    Contract,
    Home,
    Package,
    Parameters,
    Patch,
    Problem,
    Procedure,
    Provider,
    Shift,
    Visit,
)
from solver.weeks import Weeks

UNIT_S = 600
"""Times of the instances are in units of ten minutes."""
OVERTIME = 3
"""Units that a shift may end later than the file says; the published figures rest on it."""
EXISTING, NEW = 1, 2
"""Kinds of clients; an aide of the second kind takes new ones."""
LOT = "hospice"

Ints = NDArray[np.int64]


class Instance(NamedTuple):
    """A week to plan. Nodes are the bases that aides start from, the clients, and the bases that they return to."""

    days: int
    takes_new: NDArray[np.bool_]
    """Of each aide: whether it takes new clients; the others keep those that they have."""
    kind: Ints
    """Of each client: 0 absent, :data:`EXISTING` or :data:`NEW`."""
    release: Ints
    """Of each node: earliest start, in units."""
    deadline: Ints
    """Of each node: latest finish, in units."""
    duration: Ints
    """Of each node, in units."""
    visits: Ints
    """Of each node: days a week."""
    apart: Ints
    """Of each node: empty days between two visits, at least."""
    weekly: Ints
    """Of each aide: units from first start to last finish, added up over the days, at most."""
    bases: Ints
    """Of each aide: nodes that it starts from and returns to, shape (aides, 2)."""
    travel: Ints
    """Units, shape (nodes, nodes)."""
    aide_of: Ints
    """Of each client: its aide now; -1 where it has none."""
    days_of: NDArray[np.bool_]
    """Of each client: whether it is visited on a day now, shape (clients, days)."""

    def node(self, client: int) -> int:
        """Say at which node a client lives.

        Parameters
        ----------
        client
            Position among the clients.

        Returns
        -------
        int
            Clients come after the bases that aides start from.
        """
        return len(self.takes_new) + client


def read_week(path: Path) -> Instance:
    """Read an instance.

    Parameters
    ----------
    path
        A text file of names, each before its numbers.

    Returns
    -------
    Instance
        As the file has it, counted from 0.
    """
    blocks: dict[str, list[int]] = {}
    numbers: list[int] = []
    for word in path.read_text(encoding="utf-8").split():
        if word[0].isalpha():
            numbers = blocks.setdefault(word, [])
        else:
            numbers.append(int(word))
    read = {name: np.array(those, np.int64) for name, those in blocks.items()}
    nodes, days = int(read["nPatients"][0]), int(read["nDays"][0])
    return Instance(
        days=days,
        takes_new=read["nurseAvail"] == NEW,
        kind=read["patAvail"],
        release=read["release"],
        deadline=read["deadline"],
        duration=read["duration"],
        visits=read["dayReq"],
        apart=read["code"],
        weekly=read["maxWeekly"],
        bases=read["base"].reshape(-1, 2) - 1,
        travel=read["travelTime"].reshape(nodes, nodes),
        aide_of=read["preAssignNurse"] - 1,
        days_of=read["preAssignDays"].reshape(-1, days) == 1,
    )


def day_patterns(days: int, visits: int, apart: int) -> list[int]:
    """List the sets of days that a client may be visited on.

    Parameters
    ----------
    days
        Of the week.
    visits
        How many of them.
    apart
        Empty days between two visits, at least.

    Returns
    -------
    list of int
        Day masks; the first day is bit 0.
    """
    chosen = combinations(range(days), visits)
    return [sum(1 << d for d in those) for those in chosen if all(b - a > apart for a, b in pairwise(those))]


def week_of(asked: Instance) -> Problem:
    """State an instance as a council's week.

    An aide is a provider with one carer, and so with one round at most. Its bases are a package that nobody else may take,
    with a visit of no length at each end of the day. Existing clients may have their own aide only.

    Parameters
    ----------
    asked
        The instance.

    Returns
    -------
    Problem
        Existing clients and bases are of priority class 1, new clients of class 2; nothing is live. Every aide has the
        hours of the one that has fewest, and what its clients' ways from and to its bases do not have in common counts in
        them: stricter than the instance.
    """
    asked = _nearer(asked)
    aides = range(len(asked.takes_new))
    latest = int(asked.deadline.max()) + OVERTIME
    shift = Shift(ref="day", pattern=0, start_s=int(asked.release.min()) * UNIT_S, end_s=latest * UNIT_S)
    weeks = Weeks((shift,), _parameters(int(asked.weekly.min()) * UNIT_S))
    packages: list[Package] = []
    for aide in aides:
        packages.append(_package(weeks, base_ref(aide), _base(asked, aide, len(packages)), 1, set(aides) - {aide}))
    for client in map(int, np.flatnonzero(asked.kind)):
        node, is_new = asked.node(client), asked.kind[client] == NEW
        now = sum(1 << d for d in range(asked.days) if asked.days_of[client, d])
        days = day_patterns(asked.days, int(asked.visits[node]), int(asked.apart[node])) if is_new else [now]
        window = int(asked.release[node]), int(asked.deadline[node] - asked.duration[node])
        visit = replace(
            _visit(len(packages), node, days[0], window, int(asked.duration[node])),
            day_choices=tuple(days[1:]),
            same_time=True,
        )
        may = set(np.flatnonzero(asked.takes_new).tolist()) if is_new else {int(asked.aide_of[client])}
        packages.append(_package(weeks, client_ref(client), [visit], 2 if is_new else 1, set(aides) - may))
    return _problem(asked, weeks, packages)


def _nearer(asked: Instance) -> Instance:
    """Start and end every aide's day by as much nearer to its clients as the way to the nearest takes: the same timetables."""
    release, deadline, travel = asked.release.copy(), asked.deadline.copy(), asked.travel.copy()
    for aide, (out, back) in enumerate(asked.bases):
        may = (asked.aide_of == aide) & (asked.kind == EXISTING) | (asked.kind == NEW) & asked.takes_new[aide]
        nodes = [asked.node(client) for client in map(int, np.flatnonzero(may))]
        if nodes:
            there, home = travel[out, nodes].min(), travel[nodes, back].min()
            release[out] += there
            deadline[back] -= home
            travel[out] = np.maximum(travel[out] - there, 0)
            travel[:, back] = np.maximum(travel[:, back] - home, 0)
    return asked._replace(release=release, deadline=deadline, travel=travel)


def base_ref(aide: int) -> str:
    """Name the package of an aide's bases.

    Parameters
    ----------
    aide
        Position.

    Returns
    -------
    str
        A package's ref.
    """
    return f"base-{aide}"


def client_ref(client: int) -> str:
    """Name a client's package.

    Parameters
    ----------
    client
        Position.

    Returns
    -------
    str
        A package's ref.
    """
    return f"client-{client}"


def aide_ref(aide: int) -> str:
    """Name an aide.

    Parameters
    ----------
    aide
        Position.

    Returns
    -------
    str
        A provider's ref.
    """
    return f"aide-{aide}"


def _parameters(week_s: int) -> Parameters:
    """Give an aide its hours, all waiting counted, and switch off what the instances do not ask for."""
    return Parameters(
        carers_per_round=1,
        carer_week_s=week_s,
        modes=("drive",),
        drive_leg_s=ALWAYS_S,
        drive_percent=100,
        break_after_s=ALWAYS_S,
        daily_rest_s=0,
        paid_gap_s=ALWAYS_S,
        dusk_s=ALWAYS_S,
        pairs_take_singles=False,
        grid_s=UNIT_S,
    )


def _base(asked: Instance, aide: int, package: int) -> list[Visit]:
    """State that an aide leaves one base and is back at the other within its shift, at any time."""
    start, end = (int(node) for node in asked.bases[aide])
    shift = int(asked.release[start]), int(asked.deadline[end]) + OVERTIME
    whole_week = (1 << asked.days) - 1
    return [_visit(package, node, whole_week, shift, 0) for node in (start, end)]


def _visit(package: int, node: int, days: int, window: tuple[int, int], duration: int) -> Visit:
    return Visit(
        ref=f"node-{node}",
        package=package,
        line=0,
        home=node,
        days=days,
        earliest_s=window[0] * UNIT_S,
        latest_s=window[1] * UNIT_S,
        duration_s=duration * UNIT_S,
        crew=1,
    )


def _package(weeks: Weeks, ref: str, visits: Sequence[Visit], priority: int, excluded: Iterable[int]) -> Package:
    week = weeks.add(visits, patterns=1, waits=True)
    carer_min = sum(one.duration_s * one.days.bit_count() for one in visits) // 60
    return Package(
        ref=ref,
        home=visits[0].home,
        zone=0,
        patch=0,
        lot=LOT,
        priority=priority,
        days_waiting=0,
        state="waiting",
        change="new",
        lines=("line",),
        carer_min=carer_min,
        counted_min=carer_min,
        visits=week.visits,
        parts=week.parts,
        fixed=week.fixed,
        others=week.others,
        excluded=frozenset(excluded),
    )


def _problem(asked: Instance, weeks: Weeks, packages: Sequence[Package]) -> Problem:
    aides = range(len(asked.takes_new))
    return Problem(
        name="Home hospice (published instance)",
        week_starts_on=740_000,
        parameters=weeks.parameters,
        shifts=weeks.shifts,
        providers=tuple(Provider(ref=aide_ref(aide), pattern=0) for aide in aides),
        procedures=(Procedure(ref="all-alike", steps=((frozenset({"primary"}), "rotation"),)),),
        contracts=tuple(
            Contract(
                ref=f"contract-{aide}",
                provider=aide,
                zone=0,
                lots=frozenset({LOT}),
                role="primary",
                rank=1,
                procedure=0,
                starts_on=0,
            )
            for aide in aides
        ),
        embargoes=(),
        returns=tuple(
            CapacityReturn(
                ref=f"one-carer-{aide}", provider=aide, patch=0, shift=0, minutes=UNLIMITED, carers=1, pairs=0
            )
            for aide in aides
        ),
        zones=("zone",),
        patches=(Patch(ref="patch", zone=0),),
        homes=tuple(Home(ref=f"home-{node}", patch=0) for node in range(len(asked.travel))),
        packages=tuple(packages),
        visits=tuple(weeks.visits),
        parts=tuple(weeks.parts),
        rounds=(),
        cases=tuple((i,) for i in range(len(packages))),
        travel={"drive": _travel(asked)},
    )


def _travel(asked: Instance) -> NDArray[np.uint16]:
    """Nobody comes back to where the day started, nor leaves where it ended."""
    travel = np.minimum(asked.travel * UNIT_S, UNREACHABLE_S).astype(np.uint16)
    travel[:, asked.bases[:, 0]] = UNREACHABLE_S
    travel[asked.bases[:, 1], :] = UNREACHABLE_S
    np.fill_diagonal(travel, 0)
    return travel
