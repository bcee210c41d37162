"""Whole councils: a week's batch on full boards, and a mobilisation from scratch."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console

from app.formats.council import CouncilFile
from app.ground import cache_folder
from app.problem import problem_of
from app.synth import synth
from app.synth.profiles import ProfileName
from benchmarks.engine.measured import Solved, measured, stage_cells
from benchmarks.engine.zones import SEEDS, means
from benchmarks.insertion import everybody_waiting
from benchmarks.results import Cell, Results, Row
from solver.problem import Problem
from solver.solve import Effort
from solver.warm import warm

BATCHES: dict[str, tuple[tuple[ProfileName, int, float], ...]] = {
    "quick": (("merton", 15, 0.3),),
    "usual": (("merton", 15, 1.0), ("rotherham", 40, 1.0), ("leeds", 120, 1.0)),
    "full": (("merton", 15, 1.0), ("rotherham", 40, 1.0), ("leeds", 120, 1.0)),
}
"""Profile, how many wait, and share of the profile's people."""
COUNCILS: dict[str, tuple[tuple[ProfileName, float], ...]] = {
    "quick": (("merton", 0.1),),
    "usual": (("merton", 1.0), ("leeds", 1.0)),
    "full": (("merton", 1.0), ("leeds", 1.0)),
}
LONG_SEARCHES, LONG_STEPS = 2, 6
"""How many times the usual searches and steps the long run gets that a full council is compared with: 12 times the work."""


def batch(size: str, seed: int, threads: int) -> Results:
    """Measure a week's batch on full boards.

    Parameters
    ----------
    size
        ``quick``, ``usual`` or ``full``.
    seed
        Of the first council of each profile, and of its search; the others follow.
    threads
        Zones solved at once.

    Returns
    -------
    Results
        A row for each council; the table shows the means over the seeds, and the longest.
    """
    warm()
    rows: list[Row] = []
    seeds = range(seed, seed + SEEDS[size])
    for profile, waiting, scale, one in ((*council, one) for council in BATCHES[size] for one in seeds):
        Console(stderr=True).print(f"{profile}, {waiting} waiting, seed {one} …")
        problem = full_boards(profile, waiting, scale, one)
        solved = measured(problem, one, Effort(threads=threads))
        rows.append(
            {
                "profile": profile,
                "seed": one,
                "people": len(problem.packages),
                "live_rounds": len(problem.rounds),
                "waiting": sum(len(case) for case in problem.cases),
                "placed": people_placed(solved),
                **_levels(solved),
                "gap_percent": solved.gap_percent,
                "cpu_s": solved.cpu_s,
                "wall_s": solved.wall_s,
                "peak_mib": solved.peak_mib,
                **stage_cells(solved),
            }
        )
    title = f"A week's batch on full boards: means of {len(seeds)} seed(s), {threads} thread(s)"
    summary = [_summary([row for row in rows if row["profile"] == profile]) for profile, _, _ in BATCHES[size]]
    return Results(name="batch", title=title, rows=rows, summary=summary)


def _summary(those: list[Row]) -> Row:
    averaged = ("people", "live_rounds", "waiting", "placed", "cpu_s", "wall_s")
    return {
        "profile": those[0]["profile"],
        **means(those, averaged),
        "most_wall_s": max(float(row["wall_s"]) for row in those),
        "most_mib": max(int(row["peak_mib"]) for row in those),
    }


def council(size: str, seed: int, threads: int) -> Results:
    """Measure mobilisations: nobody is served yet, and everybody waits.

    Parameters
    ----------
    size
        ``quick``, ``usual`` or ``full``, which also makes a long run of each to compare with.
    seed
        Of the councils and of the search.
    threads
        Zones solved at once.

    Returns
    -------
    Results
        A row for each council and effort.
    """
    warm()
    rows: list[Row] = []
    for profile, scale in COUNCILS[size]:
        problem = mobilisation(profile, scale, seed)
        efforts = {"usual": Effort(threads=threads)}
        if size == "full":
            efforts["long"] = long_run(threads)
        first: Solved | None = None
        for name, effort in efforts.items():
            Console(stderr=True).print(f"{profile} from scratch, {name} effort …")
            solved = measured(problem, seed, effort)
            first = first or solved
            rows.append(
                {
                    "run": f"{profile}, {name}",
                    "people": len(problem.packages),
                    "placed": people_placed(solved),
                    **_levels(solved),
                    "first_run_dearer_percent": round(100 * (first.values["5"] / solved.values["5"] - 1), 2),
                    "gap_percent": solved.gap_percent,
                    "cpu_s": solved.cpu_s,
                    "wall_s": solved.wall_s,
                    "peak_mib": solved.peak_mib,
                    **stage_cells(solved),
                }
            )
    return Results(
        name="council",
        title=f"Councils from scratch, {size} size, seed {seed}, {threads} thread(s)",
        rows=rows,
    )


def full_boards(profile: ProfileName, waiting: int, scale: float, seed: int) -> Problem:
    """Make a council's week in which only some still wait.

    Parameters
    ----------
    profile
        Whose contract model and size.
    waiting
        People who wait, those who have waited longest; the other waiting people are left out.
    scale
        Share of the profile's people.
    seed
        Of the council.

    Returns
    -------
    Problem
        With declared live rounds.
    """
    made = synth(profile, seed=seed, scale=scale, rounds="declared", cache_dir=cache_folder())
    longest = sorted((one.dates.referred, one.package_ref) for one in made.packages if one.state == "waiting")
    kept = {ref for _, ref in longest[:waiting]}
    packages = [one for one in made.packages if one.state != "waiting" or one.package_ref in kept]
    here = {one.package_ref for one in packages}
    alone = tuple(
        one if one.linked_to is None or one.linked_to in here else one.model_copy(update={"linked_to": None})
        for one in packages
    )
    return problem_of(made.model_copy(update={"packages": alone}))


def mobilisation(profile: ProfileName, scale: float, seed: int) -> Problem:
    """Make a council's week in which all work is placed anew, as when contracts change hands (Merton 2022, 2.10).

    Parameters
    ----------
    profile
        Whose contract model and size.
    scale
        Share of the profile's people.
    seed
        Of the council.

    Returns
    -------
    Problem
        Nobody is served, and growth limits, which are for a usual week, are off; caps and embargoes hold.
    """
    return problem_of(_without_growth_limits(everybody_waiting(seed, scale, profile)))


def long_run(threads: int) -> Effort:
    """State the effort of the long run.

    Parameters
    ----------
    threads
        Zones solved at once.

    Returns
    -------
    Effort
        A multiple of the usual one.
    """
    usual = Effort()
    return Effort(
        searches=LONG_SEARCHES * usual.searches,
        iterations=LONG_STEPS * usual.iterations,
        most_iterations=LONG_STEPS * usual.most_iterations,
        threads=threads,
    )


def people_placed(solved: Solved) -> int:
    """Count the people placed.

    Parameters
    ----------
    solved
        A plan.

    Returns
    -------
    int
        A couple are two.
    """
    return sum(len(solved.draft.problem.cases[case]) for case in solved.draft.placed)


def _without_growth_limits(made: CouncilFile) -> CouncilFile:
    free = tuple(one.model_copy(update={"growth_limit_hours": None}) for one in made.providers)
    return made.model_copy(update={"providers": free})


def _levels(solved: Solved) -> Mapping[str, Cell]:
    """State levels 1 to 5; of level 1 the first class and the days waited, so that councils have the same columns."""
    reached = solved.values
    return {
        "urgent_placed": reached.get("1.1", 0),
        "days_waited": reached["1.wait"],
        "tiers": reached["2"],
        "hours_placed": round(reached["3"] / 60),
        "guaranteed_unfilled_h": round(reached["4"] / 60),
        "paid_min": round(reached["5"] / 60),
    }
