"""Zones from scratch: all rules on, the engine alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.console import Console

from benchmarks.engine.instances import Market, zone
from benchmarks.engine.measured import measured
from benchmarks.engine.schedule import round_days_of, score
from benchmarks.results import Cell, Results, Row
from solver.solve import Effort
from solver.warm import warm

SEEDS = {"quick": 1, "usual": 5, "full": 5}
ZONES: dict[str, tuple[tuple[int, Market], ...]] = {
    "quick": ((30, "one"), (30, "several")),
    "usual": ((60, "one"), (60, "several"), (120, "one"), (120, "several")),
    "full": ((60, "one"), (60, "several"), (120, "one"), (120, "several")),
}
SHOWN = ("placed", "tiers", "round_days", "paid_min", "rounds_per_person", "gap_percent", "cpu_s", "wall_s")


def zones(size: str, seed: int, threads: int) -> Results:
    """Plan zones from scratch with every rule on.

    Parameters
    ----------
    size
        ``quick``, ``usual`` or ``full``.
    seed
        Of the first instance; the others follow.
    threads
        That the engine may use.

    Returns
    -------
    Results
        A row for each instance; the table shows the means over the seeds.
    """
    warm()
    rows = [
        _planned(packages, market, one, threads)
        for packages, market in ZONES[size]
        for one in range(seed, seed + SEEDS[size])
    ]
    kinds = [(f"{packages} packages, {market}", (packages, market)) for packages, market in ZONES[size]]
    return Results(
        name="zone",
        title=f"Zones from scratch, every rule on: means of {SEEDS[size]} seed(s)",
        rows=rows,
        summary=[
            {
                "zone": name,
                **means([row for row in rows if (row["packages"], row["market"]) == kind], SHOWN),
            }
            for name, kind in kinds
        ],
    )


def means(rows: Sequence[Row], columns: Sequence[str]) -> dict[str, Cell]:
    """Average columns over rows.

    Parameters
    ----------
    rows
        Of one kind.
    columns
        Numbers.

    Returns
    -------
    dict
        Column to mean.
    """
    return {column: round(float(np.mean([float(row[column]) for row in rows])), 2) for column in columns}


def _planned(packages: int, market: Market, seed: int, threads: int) -> Row:
    Console(stderr=True).print(f"{packages} packages, {market}, seed {seed} …")
    made = zone(packages, seed, market)
    solved = measured(made.problem, seed, Effort(threads=threads))
    sitting = [seat.part for placed in solved.draft.placed.values() for seat in placed.seats]
    reached = score(made.problem, round_days_of(solved.draft), sitting)
    return {
        "packages": packages,
        "market": market,
        "seed": seed,
        **{key: value for key, value in made.figures._asdict().items() if key != "packages"},
        "placed": len(solved.draft.placed),
        "tiers": solved.values["2"],
        **reached._asdict(),
        "bound_min": round(solved.bound_5 / 60),
        "gap_percent": solved.gap_percent,
        "cpu_s": solved.cpu_s,
        "wall_s": solved.wall_s,
        "peak_mib": solved.peak_mib,
    }
