"""Run the kernels once on a tiny world, so that they are compiled and cached."""

from __future__ import annotations

import sys

import numpy as np

from solver import compiled
from solver.board import Board
from solver.draft import Draft
from solver.problem import (
    Contract,
    Home,
    Package,
    Parameters,
    Part,
    Patch,
    Problem,
    Procedure,
    Provider,
    Shift,
    Visit,
)
from solver.question import Question
from solver.search import Search


def warm() -> None:
    """Compile everything that a search or a question calls; at a first start with a message, and in two processes."""
    with compiled.seldom_collected():
        if compiled.is_cold():
            print("Compiling the engine's kernels (once for this version and processor) …", file=sys.stderr, flush=True)
            with compiled.rest_elsewhere():
                warm_search()
        else:
            warm_search()
        warm_board()
        warm_question()


def warm_board() -> None:
    """Compile what a board calls."""
    problem = _tiny()
    board = Board(problem, 0, [0, 1], ())
    r = board.open(0, 0, 1)
    board.join(r, 0)
    board.join(r, 1)
    board.leave(r, [1])
    starts, out = np.zeros((2, 40), np.int64), np.zeros(board.inherited.shape[2], np.int64)
    from solver import kernel

    setting = problem.day_setting(0, "walk", 1)
    kernel.day_excesses(
        board.sequences[r, 0],
        board.lengths[r, 0],
        board.tables.rows,
        board.tables.travel,
        setting,
        board.tables.limits,
        starts,
        out,
    )


def warm_search() -> None:
    """Compile what a search calls."""
    search = Search(Draft(_tiny()), [0])
    search.construct()
    search.settle()
    search.improve(10)


def warm_question() -> None:
    """Compile what a question about one package calls."""
    question = Question(Draft(_tiny()), 0, [0])
    question.takes(0, question.terms)
    question.price_all()


def _tiny() -> Problem:
    visits = tuple(
        Visit(
            ref=f"v{i}",
            package=i,
            line=0,
            home=i,
            days=127,
            earliest_s=30_000,
            latest_s=36_000,
            duration_s=1_800,
            crew=1,
        )
        for i in range(2)
    )
    packages = tuple(
        Package(
            ref=f"p{i}",
            home=i,
            zone=0,
            patch=0,
            lot="older_people",
            priority=1,
            days_waiting=0,
            state="waiting",
            change="new",
            lines=("line",),
            carer_min=210,
            counted_min=210,
            visits=(i,),
            parts=((i,),),
            fixed=((),),
        )
        for i in range(2)
    )
    near = np.array([[0, 300], [300, 0]], np.uint16)
    return Problem(
        name="warm-up",
        week_starts_on=740_000,
        parameters=Parameters(),
        shifts=(Shift(ref="early", pattern=0, start_s=25_200, end_s=52_200),),
        providers=(Provider(ref="provider", pattern=0),),
        procedures=(Procedure(ref="procedure", steps=((frozenset({"primary"}), "rank"),)),),
        contracts=(
            Contract(
                ref="contract",
                provider=0,
                zone=0,
                lots=frozenset({"older_people"}),
                role="primary",
                rank=1,
                procedure=0,
                starts_on=0,
            ),
        ),
        embargoes=(),
        returns=(),
        zones=("zone",),
        patches=(Patch(ref="patch", zone=0),),
        homes=tuple(Home(ref=f"h{i}", patch=0) for i in range(2)),
        packages=packages,
        visits=visits,
        parts=tuple(Part(package=i, line=0, shift=0, crew=1, visits=(i,)) for i in range(2)),
        rounds=(),
        cases=((0,), (1,)),
        travel={"walk": near, "drive": near},
    )
