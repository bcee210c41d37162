"""Which bounds a plan may state."""

from __future__ import annotations

import pytest

from solver.draft import Draft
from solver.levels import Bound, held_bounds
from solver.solve import reached
from tests.solver.worlds import world


def test_a_bound_counts_where_every_earlier_level_is_what_it_was_held_at() -> None:
    problem = world(1)
    now = reached(Draft(problem))
    first, second, *_ = (level for level in now if level != "0")
    there = Bound(first, now[first], now[first] + 2, "proven")
    assert held_bounds(problem, now, [there]) == {first: there}
    elsewhere = there._replace(held=now[first] + 1)
    following = Bound(second, now[second], now[second] + 5, "proven")
    assert held_bounds(problem, now, [elsewhere, following]) == {first: elsewhere}


@pytest.mark.parametrize("off", [0, 1])
def test_a_proof_of_paid_seconds_holds_for_the_plan_it_was_made_for_whatever_was_held_before(off: int) -> None:
    problem = world(1)
    now = reached(Draft(problem))
    first = next(level for level in now if level != "0")
    earlier = Bound(first, now[first] + off, now[first] + off, "proven")
    proof = Bound("5", now["5"], now["5"] - 1, "proven")
    assert held_bounds(problem, now, [earlier, proof])["5"] == proof
    for wrong in (proof._replace(held=now["5"] + 60), proof._replace(value=now["5"] + 1)):
        assert "5" not in held_bounds(problem, now, [earlier, wrong])
