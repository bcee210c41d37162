"""A program in whole numbers: never worse than its start, the same every time, better by its neighbourhoods."""

from __future__ import annotations

import numpy as np
import pytest

from solver import program as programs
from solver.highs import Floats
from solver.program import Program

CONTRACTS, CASES = 8, 24


def tight(seed: int) -> tuple[Program, Floats]:
    """Cases to contracts whose caps are tight, cheap where they are long, as far as random; everybody is somewhere."""
    rng = np.random.default_rng(seed)
    load = rng.integers(1, 101, (CASES, CONTRACTS))
    cost = 111 - load + rng.integers(-10, 11, load.shape)
    program = Program(np.ones(load.size), np.ones(load.size, bool), np.zeros(load.size, bool))
    at = np.arange(load.size).reshape(load.shape)
    for case in at:
        program.row([(int(y), 1.0) for y in case], 1.0, 1.0)
    carried = np.zeros(CONTRACTS)
    for case in np.argsort(-load.min(axis=1)):
        chosen = int(np.argmin(carried + load[case]))
        carried[chosen] += load[case, chosen]
        program.best[at[case, chosen]] = 1.0
    for contract in range(CONTRACTS):
        row = [(int(at[case, contract]), float(load[case, contract])) for case in range(CASES)]
        program.row(row, -np.inf, float(carried[contract]))
    return program, cost.ravel().astype(float)


def reached(seed: int, *, nodes: int, turns: int, steps: int = 0) -> float:
    """Say what a search makes of it."""
    program, term = tight(seed)
    assert program.optimise(term, nodes=nodes, turns=turns, steps=steps) <= float(term @ program.best)
    return float(term @ program.best)


def test_neighbourhoods_alone_find_the_best() -> None:
    start, best = reached(1, nodes=0, turns=0), reached(1, nodes=100_000, turns=0)
    assert start > reached(1, nodes=0, turns=60) == best


def test_neighbourhoods_never_make_a_choice_worse_and_are_the_same_every_time() -> None:
    values = [reached(4, nodes=0, turns=turns) for turns in (0, 5, 5)]
    assert values[0] >= values[1] == values[2]


def test_neighbourhoods_that_fill_caps_exactly_find_the_best_and_are_the_same_every_time() -> None:
    for seed in range(1, 6):
        found = [reached(seed, nodes=0, turns=300, steps=100) for _ in range(2)]
        assert found[0] == found[1] == reached(seed, nodes=100_000, turns=0)


def test_caps_that_are_filled_exactly_raise_the_bound_and_never_above_the_best() -> None:
    for seed in range(1, 6):
        bounds = [tight(seed)[0].optimise(tight(seed)[1], nodes=0, steps=steps) for steps in (0, 200)]
        assert bounds[0] < bounds[1] <= reached(seed, nodes=100_000, turns=0)


def test_a_level_that_is_held_stays_as_it_is() -> None:
    program, term = tight(4)
    program.optimise(term, nodes=1)
    held = float(term @ program.best)
    other = np.random.default_rng(4).integers(0, 9, len(term)).astype(float)
    before = float(other @ program.best)
    for steps in (0, 50):
        program.optimise(other, nodes=0, turns=5, steps=steps)
        assert float(term @ program.best) == held
        assert float(other @ program.best) <= before


def test_a_large_program_is_searched_near_its_relaxation_and_is_the_same_every_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(programs, "WHOLE_MOST", 10)
    better = 0
    for seed in range(1, 9):
        start, best = reached(seed, nodes=0, turns=0), reached(seed, nodes=100_000, turns=60)
        found = [reached(seed, nodes=2, turns=0) for _ in range(2)]
        assert found[0] == found[1]
        assert best <= found[0] <= start
        better += found[0] < start
    assert better
