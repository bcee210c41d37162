"""The kernel and the naive timetable say the same of every day."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from solver import kernel
from solver.board import Board
from solver.facts import DayFacts
from solver.rule import Scope
from solver.rules import rules_of
from solver.timetable import timetable
from tests.solver.worlds import world


@pytest.mark.parametrize("all_means", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_kernel_and_naive_timetable_state_the_same_facts(seed: int, all_means: bool) -> None:
    problem = world(seed, packages=20, all_means=all_means)
    board = Board(problem, 0, range(len(problem.parts)), ())
    rng = np.random.default_rng(seed)
    for _ in range(60):
        rows = rng.choice(len(board.tables.visits), size=int(rng.integers(1, 9)), replace=False)
        mode, crew, shift = int(rng.integers(len(problem.known_modes))), int(rng.integers(1, 3)), int(rng.integers(2))
        setting = problem.day_setting(shift, problem.known_modes[mode], crew)
        starts = np.zeros((2, 40), np.int64)
        got = kernel.day_facts(
            rows.astype(np.int64), len(rows), board.tables.rows, board.tables.travel, setting, starts
        )
        timed, facts = timetable(problem, [board.tables.visits[row] for row in rows], setting)
        assert DayFacts(*(int(x) for x in got)) == facts
        assert [one.start_s for one in timed] == [int(x) for x in starts[0, : len(rows)]]
        out = np.zeros(kernel.RULES, np.int64)
        kernel.day_excesses(
            rows.astype(np.int64),
            len(rows),
            board.tables.rows,
            board.tables.travel,
            setting,
            problem.day_limits(),
            starts,
            out,
        )
        assert [int(x) for x in out] == [rule.excess(facts, problem.day_limits()) for rule in rules_of(Scope.DAY)]


def test_the_carer_starts_as_late_as_the_finish_allows_and_then_hurries() -> None:
    problem = world(3, packages=8)
    setting = problem.day_setting(0, "walk", 1)
    early = [i for i, visit in enumerate(problem.visits) if visit.earliest_s < 12 * 3600][:4]
    order = sorted(early, key=lambda i: problem.visits[i].earliest_s)
    timed, facts = timetable(problem, order, setting)
    for a, b in pairwise(timed):
        assert b.leave_s == a.finish_s
        assert b.start_s == max(b.arrive_s, problem.visits[b.visit].earliest_s, setting.shift_start_s)
    assert facts.finish_s == timed[-1].finish_s
