"""Carers of a round: the roster that is assumed, and the effective hourly rate as an indicator."""

from __future__ import annotations

from solver.carers import Roster, wage_of_round

HOUR = 3600


def test_a_round_of_seven_days_is_shared_and_a_shorter_one_is_not() -> None:
    roster = Roster(sharing=2, covering=0)
    assert [roster.carers(days, 1) for days in (1, 5, 6, 7)] == [1, 1, 2, 2]
    assert roster.carers(7, 2) == 4


def test_cover_for_leave_and_sickness_comes_on_top() -> None:
    assert Roster(sharing=3, covering=2).carers(7, 1) == 5
    assert Roster(sharing=3, covering=2).carers(3, 1) == 3


def test_the_assumption_is_said_in_words() -> None:
    assert Roster(2, 0).said() == (
        "assumed: 2 carers share a round of more than five days, one works a shorter round, no cover for leave or sickness"
    )
    assert Roster(3, 1).said().endswith("1 more covers leave and sickness")


def test_the_rate_is_contact_pay_over_all_working_time() -> None:
    # 11.7 minutes of travel to an hour of contact: £15.19 an hour of contact just keeps £12.71.
    travel = round(11.7 * 60)
    kept, short = wage_of_round(1519, 1271, HOUR, travel, 0), wage_of_round(1518, 1271, HOUR, travel, 0)
    assert kept is not None
    assert short is not None
    assert (kept.rate_pence, kept.under) == (1271, False)
    assert short.under
    gaps = wage_of_round(1519, 1271, HOUR, travel, 60)
    assert gaps is not None
    assert gaps.under


def test_without_pay_minimum_or_contact_nothing_is_judged() -> None:
    assert wage_of_round(None, 1271, HOUR, 0, 0) is None
    assert wage_of_round(1500, None, HOUR, 0, 0) is None
    assert wage_of_round(1500, 1271, 0, HOUR, 0) is None
