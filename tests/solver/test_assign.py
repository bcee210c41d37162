"""The assignment: who could go where, rounds left aside."""

from __future__ import annotations

import pytest

from solver.assign import assign
from solver.draft import Draft
from solver.solve import todays_practice
from tests.solver.worlds import world

NODES = 200


@pytest.mark.parametrize("seed", range(12))
def test_the_assignment_reaches_the_same_levels_wherever_it_starts(seed: int) -> None:
    problem = world(seed, packages=9, providers=3, cap_min=2_000)
    practice = {case: placed.contract for case, placed in todays_practice(problem).placed.items()}
    from_nothing = assign(Draft(problem), {}, nodes=NODES)
    from_practice = assign(Draft(problem), practice, nodes=NODES)
    # Only the people placed are searched to the end; the levels after them as far as is worth it.
    first = [(one.level, one.held, one.value) for one in from_nothing.bounds if one.level.startswith("1.")]
    assert first == [(one.level, one.held, one.value) for one in from_practice.bounds if one.level.startswith("1.")]
    assert len(from_nothing.contracts) >= len(practice) > 0
