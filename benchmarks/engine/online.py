"""One package now: how long every provider's answer takes on the board of a large council."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from app.live import out_of_collection
from benchmarks.practice import problem_for
from benchmarks.results import Results, Row
from solver.draft import Draft
from solver.options import options
from solver.order import contracts_here
from solver.question import Question
from solver.solve import todays_practice
from solver.warm import warm

SIZES = {"quick": (0.1, 20), "usual": (1.0, 300), "full": (1.0, 1_000)}
"""Share of the Leeds profile's 3,000 people, and packages asked for at most."""
WARM_UPS = 5


def options_of_packages(size: str, seed: int) -> Results:
    """Time the options of waiting packages on a Leeds-size board, in CPU milliseconds of one core.

    Parameters
    ----------
    size
        ``quick``, ``usual`` or ``full``.
    seed
        Of the council, and of which packages are asked for.

    Returns
    -------
    Results
        On the live rounds, and on those with a broker's cascade placed on them: a row for the kernel's part alone, for
        the whole call with reasons, and for the call that also looks for unlocks.
    """
    warm()
    scale, most = SIZES[size]
    problem = problem_for("leeds", scale, seed)
    cascade = todays_practice(problem)
    rng = np.random.default_rng(seed)
    # The service holds live rounds, and learns of a package when it comes in.
    live = Draft(problem, [])
    asked = {"live rounds": (live, cascade.cases), "after a cascade": (cascade, _waiting(cascade))}
    with out_of_collection():  # as the service has it
        rows = [
            row
            for name, (draft, cases) in asked.items()
            for row in _on(name, draft, [int(case) for case in rng.permutation(cases)[:most]])
        ]
    title = f"One package now, Leeds profile at {scale:g} of its size, seed {seed}, one core"
    return Results(name="options", title=title, rows=rows)


def asked_everywhere(draft: Draft, case: int) -> Question:
    """Ask every contract of a case's zone, without pricing yet.

    Parameters
    ----------
    draft
        The board without the case.
    case
        Id of the case.

    Returns
    -------
    Question
        Its ``price_all`` is what the kernel does for an answer.
    """
    zone = draft.problem.packages[draft.problem.cases[case][0]].zone
    return Question(draft, case, contracts_here(draft.problem, zone))


def _waiting(draft: Draft) -> list[int]:
    return [case for case in draft.cases if case not in draft.placed]


def _on(board: str, draft: Draft, cases: Sequence[int]) -> list[Row]:
    calls: dict[str, Callable[[int], Callable[[], object]]] = {
        "kernel alone": lambda case: asked_everywhere(draft, case).price_all,
        "options with reasons": lambda case: partial(options, draft, case, with_unlocks=False),
        "options with reasons and unlocks": lambda case: partial(options, draft, case),
    }
    rows: list[Row] = []
    for name, call in calls.items():
        taken_ms = [_ms(call(case)) for case in (*cases[:WARM_UPS], *cases)][min(WARM_UPS, len(cases)) :]
        rows.append(
            {
                "board": board,
                "call": name,
                "packages": len(draft.problem.packages),
                "rounds": sum(not one.is_empty(r) for one in draft.boards.values() for r in range(len(one.rounds))),
                "asked": len(cases),
                "p50_cpu_ms": round(float(np.median(taken_ms)), 3) if taken_ms else 0.0,
                "p99_cpu_ms": round(float(np.percentile(taken_ms, 99)), 3) if taken_ms else 0.0,
                "most_cpu_ms": round(max(taken_ms, default=0.0), 3),
            }
        )
    return rows


def _ms(ask: Callable[[], object]) -> float:
    began = time.process_time()
    ask()
    return 1e3 * (time.process_time() - began)
