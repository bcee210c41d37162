"""A home hospice's week, on published instances: how many new clients fit with the aides that there are.

Nearest to what the engine is for: existing clients keep their aide and their days, new ones get one aide and one start
time all week, or wait. What the instances lack of the engine's rules is switched off.

References
----------
Heching, Hooker and Kimura (2019), "A logic-based Benders approach to home healthcare delivery", Transportation Science
53(2), 510-522.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from rich.console import Console

from benchmarks.engine.assignment import instances_folder
from benchmarks.engine.hospice_week import (
    EXISTING,
    NEW,
    OVERTIME,
    UNIT_S,
    Instance,
    aide_ref,
    client_ref,
    day_patterns,
    read_week,
    week_of,
)
from benchmarks.engine.measured import measured
from benchmarks.results import Results, Row
from solver.assemble import assemble
from solver.plan import Plan
from solver.problem import DAYS
from solver.solve import Effort
from solver.verify import verify
from solver.warm import warm

QUICK_MOST = 8
"""New clients of an instance of the quick size, at most."""


class Call(NamedTuple):
    """A visit as planned, in the instance's own terms."""

    aide: int
    client: int
    day: int
    start: float
    """In units."""


def hospice(size: str, seed: int, threads: int) -> Results:
    """Plan the published weeks that are at hand, and check every plan by the instance's own rules.

    Parameters
    ----------
    size
        ``quick``: the instances with few new clients; all of them otherwise.
    seed
        Of the search.
    threads
        As for :class:`solver.solve.Effort`; its defaults decide the rest.

    Returns
    -------
    Results
        A row for each instance. A plan that breaks a rule is a failure; one that takes fewer clients is not.
    """
    folder = instances_folder("heching")
    if folder is None:
        title = "Home hospice: the instances are not at hand (CAREROUND_BENCH_DATA says where they are)"
        return Results(name="heching", title=title, rows=[])
    with (folder / "best_known.csv").open(newline="", encoding="utf-8") as file:
        known = [row for row in csv.DictReader(file) if size != "quick" or int(row["new_packages"]) <= QUICK_MOST]
    here = [row for row in known if (folder / row["instance"]).is_file()]
    warm()
    rows: list[Row] = []
    failures: list[str] = []
    for published in here:
        Console(stderr=True).print(f"{published['instance']} …")
        row, broken = _planned(published, read_week(folder / published["instance"]), seed, threads)
        rows.append(row)
        failures += [f"{published['instance']}: {fault}" for fault in broken]
    return Results(
        name="heching",
        title=f"Home hospice, usual effort: new clients accepted beside the existing ones in {len(here)} instances "
        f"({len(known) - len(here)} others are listed but not at hand), and what an exact method accepted",
        rows=rows,
        failures=failures,
    )


def calls_of(asked: Instance, plan: Plan) -> list[Call]:
    """Read a plan in the instance's terms.

    Parameters
    ----------
    asked
        The instance.
    plan
        Of :func:`benchmarks.engine.hospice_week.week_of`.

    Returns
    -------
    list of Call
        Visits to clients; those to bases are left out.
    """
    aides = {aide_ref(aide): aide for aide in range(len(asked.takes_new))}
    clients = {client_ref(client): client for client in range(len(asked.kind))}
    return [
        Call(aides[one.provider_ref], clients[visit.package_ref], DAYS.index(day), visit.start_s / UNIT_S)
        for one in plan.rounds
        for day, visits in one.days.items()
        for visit in visits
        if visit.package_ref in clients
    ]


def faults(asked: Instance, calls: Sequence[Call]) -> list[str]:
    """Check a roster by the instance's own rules, naively and without the engine.

    Parameters
    ----------
    asked
        The instance.
    calls
        The roster.

    Returns
    -------
    list of str
        What is broken, a sentence each.
    """
    broken: list[str] = []
    for client in range(len(asked.kind)):
        broken += _faults_of_client(asked, client, [call for call in calls if call.client == client])
    for aide in range(len(asked.takes_new)):
        broken += _faults_of_aide(asked, aide, [call for call in calls if call.aide == aide])
    return broken


def _planned(published: dict[str, str], asked: Instance, seed: int, threads: int) -> tuple[Row, list[str]]:
    problem = week_of(asked)
    solved = measured(problem, seed, Effort(threads=threads))
    plan = assemble(solved.draft, tuple(solved.bounds.values()))
    calls = calls_of(asked, plan)
    broken = [*faults(asked, calls), *(f"by our own verification: {one}" for one in verify(problem, plan))]
    placed = asked.kind[sorted({call.client for call in calls})]
    return {
        "instance": published["instance"],
        "new_packages": int((asked.kind == NEW).sum()),
        "accepted": int((placed == NEW).sum()),
        "published_accepted": int(published["published_accepted_new_shift_plus3"]),
        "existing": int((asked.kind == EXISTING).sum()),
        "existing_placed": int((placed == EXISTING).sum()),
        "rules_held": "no" if broken else "yes",
        "cpu_s": solved.cpu_s,
        "published_s": published["published_time_s"],
    }, broken


def _faults_of_client(asked: Instance, client: int, calls: Sequence[Call]) -> Iterator[str]:
    kind, node = asked.kind[client], asked.node(client)
    if not calls:
        if kind == EXISTING:
            yield f"client {client} is not served any more"
        return
    days = sorted(call.day for call in calls)
    if kind == EXISTING:
        due = [np.flatnonzero(asked.days_of[client]).tolist()]
    else:
        masks = day_patterns(asked.days, int(asked.visits[node]), int(asked.apart[node]))
        due = [[d for d in range(asked.days) if mask >> d & 1] for mask in masks]
    if kind == 0 or days not in due:
        yield f"client {client} is visited on days {days}"
    if len({call.aide for call in calls}) > 1 or len({call.start for call in calls}) > 1:
        yield f"client {client} has more than one aide, or more than one start"
    for call in calls[:1]:
        if kind == EXISTING and call.aide != asked.aide_of[client]:
            yield f"client {client} has another aide"
        if kind == NEW and not asked.takes_new[call.aide]:
            yield f"client {client} has an aide who takes nobody new"
        if call.start < asked.release[node] or call.start + asked.duration[node] > asked.deadline[node]:
            yield f"client {client} is visited outside its window"


def _faults_of_aide(asked: Instance, aide: int, calls: Sequence[Call]) -> Iterator[str]:
    out, back = asked.bases[aide]
    worked = 0.0
    for day in range(asked.days):
        today = sorted((call.start, asked.node(call.client)) for call in calls if call.day == day)
        if not today:
            continue
        ends = [start + asked.duration[node] for start, node in today]
        worked += ends[-1] - today[0][0]
        if today[0][0] < asked.release[out] + asked.travel[out, today[0][1]]:
            yield f"aide {aide} would leave before its shift on day {day}"
        if ends[-1] + asked.travel[today[-1][1], back] > asked.deadline[back] + OVERTIME:
            yield f"aide {aide} would be back after its shift on day {day}"
        for end, ((_, node), (start, after)) in zip(ends[:-1], pairwise(today), strict=True):
            if start < end + asked.travel[node, after]:
                yield f"aide {aide} would be late at node {after} on day {day}"
    if worked > asked.weekly[aide]:
        yield f"aide {aide} would work {worked:g} units, over {asked.weekly[aide]}"
