"""Against today's practice: a broker's cascade, one case at a time, oldest first, nothing planned anew."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from time import process_time

from rich.console import Console

from app.ground import cache_folder
from app.problem import problem_of
from app.synth import PROFILES, synth
from benchmarks.results import Results, Row
from solver.draft import Draft
from solver.levels import level_specs, values
from solver.problem import Problem
from solver.solve import Effort, solve, todays_practice

SCALES = {"quick": 0.03, "usual": 0.2, "full": 1.0}
"""Share of each profile's people."""
SEEDS = {"quick": 1, "usual": 5, "full": 1}
"""How many councils of each profile."""
ADDED = (
    "waiting_in",
    "cascade_first_class_placed",
    "batch_first_class_placed",
    "cascade_still_waiting",
    "batch_still_waiting",
    "cascade_paid_min",
    "batch_paid_min",
)
"""What the table adds up over the seeds."""
TIGHT_PERCENT = 50
"""Of the waiting hours of a zone, what its contracts have room for together where capacity is tight."""


def practice(size: str, seed: int, threads: int) -> Results:
    """Compare the batch with a broker's cascade on the five profiles.

    Parameters
    ----------
    size
        Of :data:`SCALES`.
    seed
        Of the first councils and of the search; the others follow.
    threads
        Zones solved at once.

    Returns
    -------
    Results
        For each profile and seed, with its own capacity and with tight capacity: people of the first priority class
        placed, people waiting, tiers and paid minutes by either way, and CPU seconds of this process; the table adds
        them up over the seeds.
    """
    rows: list[Row] = []
    for name in sorted(PROFILES):
        for one in range(seed, seed + SEEDS[size]):
            Console(stderr=True).print(f"{name}, seed {one} …")
            usual = problem_for(name, SCALES[size], one)
            for capacity, problem in (("as it is", usual), ("tight", tight(usual))):
                rows.append({"profile": name, "capacity": capacity, "seed": one, **_compare(problem, one, threads)})
    kinds = list(dict.fromkeys((str(row["profile"]), str(row["capacity"])) for row in rows))
    return Results(
        name="practice",
        title="The week's batch against a broker's cascade: first provider in order that can, oldest case first; "
        f"sums over {SEEDS[size]} seed(s)",
        rows=rows,
        summary=[{"profile": name, "capacity": capacity, **_added(rows, name, capacity)} for name, capacity in kinds],
    )


def problem_for(profile: str, scale: float, seed: int) -> Problem:
    """Make a council of a profile as a planning problem.

    Parameters
    ----------
    profile
        Name of the profile.
    scale
        Share of its people.
    seed
        Of the council.

    Returns
    -------
    Problem
        With declared live rounds.
    """
    council = synth(profile, seed=seed, scale=scale, rounds="declared", cache_dir=cache_folder())  # type: ignore[arg-type]  # one of its words
    return problem_of(council, Path())


def tight(problem: Problem) -> Problem:
    """Cap what contracts may take on beside what they carry.

    Parameters
    ----------
    problem
        A council's week.

    Returns
    -------
    Problem
        In each zone the contracts have room for :data:`TIGHT_PERCENT` of the waiting hours together, shared out by what
        they carry now; caps that were lower stay.
    """
    waiting: Counter[int] = Counter()
    carried: Counter[int] = Counter()
    for case in problem.cases:
        for package in case:
            waiting[problem.packages[package].zone] += problem.packages[package].counted_min
    for contract in problem.contracts:
        carried[contract.zone] += contract.live_min
    contracts = tuple(
        replace(
            one,
            cap_min=min(
                one.cap_min,
                one.live_min + waiting[one.zone] * TIGHT_PERCENT * one.live_min // (100 * max(1, carried[one.zone])),
            ),
        )
        for one in problem.contracts
    )
    return replace(problem, contracts=contracts)


def _added(rows: list[Row], profile: str, capacity: str) -> Row:
    those = [row for row in rows if (row["profile"], row["capacity"]) == (profile, capacity)]
    return {column: sum(int(row[column]) for row in those) for column in ADDED}


def _compare(problem: Problem, seed: int, threads: int) -> Row:
    began = process_time()
    broker = _values(todays_practice(problem))
    between = process_time()
    batch = _values(solve(problem, seed=seed, effort=Effort(threads=threads))[0])
    first = next(spec.level for spec in level_specs(problem) if spec.level.startswith("1."))
    return {
        "waiting_in": len(problem.cases),
        "cascade_first_class_placed": broker[first],
        "batch_first_class_placed": batch[first],
        "cascade_still_waiting": len(problem.cases) - broker["cases"],
        "batch_still_waiting": len(problem.cases) - batch["cases"],
        "cascade_tiers": broker["2"],
        "batch_tiers": batch["2"],
        "cascade_paid_min": round(broker["5"] / 60),
        "batch_paid_min": round(batch["5"] / 60),
        "cascade_paid_min_per_hour_placed": _per_hour(broker),
        "batch_paid_min_per_hour_placed": _per_hour(batch),
        "paid_minutes_saved_percent": round(100 * (1 - _per_hour(batch) / _per_hour(broker)), 2)
        if broker["3"] and _per_hour(broker)
        else 0.0,
        "cascade_cpu_s": round(between - began, 2),
        "batch_cpu_s_of_this_process": round(process_time() - between, 2),
    }


def _values(draft: Draft) -> dict[str, int]:
    contracts = {case: placed.contract for case, placed in draft.placed.items()}
    alone = sum(board.week_cost(r) for board in Draft(draft.problem).boards.values() for r in range(len(board.rounds)))
    reached = values(draft.problem, contracts, draft.ledger.load_min, draft.cost_s() - alone)
    return {**reached, "cases": len(contracts)}


def _per_hour(reached: dict[str, int]) -> float:
    """Paid minutes that the placements add to the live rounds, for an hour of care placed."""
    return round(reached["5"] / reached["3"], 3) if reached["3"] else 0.0
