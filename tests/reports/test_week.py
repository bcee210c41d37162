"""A week's rounds added up, days put together, words chosen."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.formats.council import Day
from app.formats.plan import PlanFile
from app.reports.drawing import packed, rounds_and_homes, unpacked
from app.reports.figures import figures, tables
from app.reports.labels import clock, days_label, hours, number
from app.reports.legs import leg_of, legs_of, lines_of
from app.reports.week import Week, seconds
from solver.means import TABLE_OF
from tests.reports.examples import ground_of, week


def example(plan: PlanFile | None = None) -> Week:
    council, made = week()
    return Week(council=council, plan=plan or made, ground=ground_of(council))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "Every day"),
        (("mon", "tue", "wed", "thu", "fri"), "Monday to Friday"),
        (("sat", "sun"), "Saturday and Sunday"),
        (("mon", "wed", "fri"), "Monday, Wednesday and Friday"),
        (("sun",), "Sunday"),
        (("mon", "tue", "wed", "sun"), "Monday to Wednesday and Sunday"),
    ],
)
def test_days_are_said_in_words(days: tuple[Day, ...], words: str) -> None:
    assert days_label(days) == words


def test_times_past_midnight_say_the_next_day() -> None:
    assert clock("24:10:59") == "00:10 (+1)"
    assert clock("08:15:30") == "08:15"
    assert seconds("24:10:59") == 87_059


def test_numbers_are_written_for_people() -> None:
    assert number(12_345) == "12,345"
    assert number(1.25) == "1.2"
    assert number(0.25) == "0.25"
    assert hours(90) == "1.5"
    assert hours(1200) == "20"


def test_packed_lines_come_back_to_a_metre() -> None:
    line = [(1.80001, 54.7), (1.79, 54.70002), (1.8, 54.69)]
    assert unpacked(packed(line, (1.7, 54.6)), (1.7, 54.6)) == line
    assert not set(packed(line, (1.7, 54.6))) & set("<>&\"'")


def test_identical_days_stand_together_and_every_day_once() -> None:
    for view in example().rounds:
        days = [day for group in view.groups for day in group.days]
        assert sorted(days) == sorted(day.day for day in view.round.days)
        assert len({group.visits for group in view.groups}) == len(view.groups)


def test_contact_travel_and_gaps_add_up_to_the_time_from_first_to_last() -> None:
    for view in example().rounds:
        whole = sum(seconds(day.visits[-1].finish) - seconds(day.visits[0].start) for day in view.round.days)
        assert view.contact_min + view.travel_min + view.gap_min == pytest.approx(whole / 60)


def test_new_rounds_come_first_and_extended_ones_carry_a_placed_package() -> None:
    kinds = [view.kind for view in example().rounds]
    assert kinds == sorted(kinds, key=["new", "extended", "live"].index)
    assert all(view.new_packages for view in example().rounds if view.kind == "extended")


def test_legs_are_drawn_once_each_from_door_to_door() -> None:
    one = example()
    legs = legs_of(one)
    assert len(legs) == len(set(legs))
    for leg, line in zip(legs, lines_of(one, legs), strict=True):
        # A home is drawn at the nearest point of its street.
        assert abs(line[0][0] - one.homes[leg[1]].lon) < 0.002
        assert abs(line[-1][1] - one.homes[leg[2]].lat) < 0.002


def test_legs_follow_the_streets_of_their_means_and_lit_ones_after_dark() -> None:
    council, plan = week()
    parameters = council.parameters.model_copy(update={"walk_lit_ways_after_dark": True})
    council = council.model_copy(update={"parameters": parameters})
    changed = {"walk": "cycle", "drive": "driven"}
    first = next(
        i
        for i, one in enumerate(plan.rounds)
        if one.mode == "walk" and any(len({visit.home_ref for visit in day.visits}) > 1 for day in one.days)
    )
    rounds = tuple(
        one.model_copy(update={"mode": changed[one.mode]} if i == first or one.mode == "drive" else {})
        for i, one in enumerate(plan.rounds)
    )
    one = Week(council=council, plan=plan.model_copy(update={"rounds": rounds}), ground=ground_of(council))
    legs = legs_of(one)
    used = {leg[0] for leg in legs}
    assert {"walk", "dark_walk", "cycle"} <= used <= {"walk", "dark_walk", "cycle", "drive"}
    dusk = council.week.dusk
    for view in one.rounds:
        for day in view.round.days:
            for before, after in pairwise(day.visits):
                streets = leg_of(one, view.round.mode, before, after)[0]
                assert streets == TABLE_OF[view.round.mode] or (streets, after.start >= dusk) == ("dark_walk", True)
    assert len(lines_of(one, legs)) == len(legs)
    assert rounds_and_homes(one, (0.0, 0.0))["rounds"]


def test_figures_that_nobody_has_named_are_shown_all_the_same() -> None:
    names = {figure.name: figure for figure in figures(example())}
    assert names["Something new"].unit == "%"
    assert names["Another list"].value == 2
    assert "Another split" in {table.title for table in tables(example())}


def test_figures_that_are_not_known_are_a_dash() -> None:
    assert {figure.key: figure for figure in figures(example())}["visits_under_30_percent"].shown == "–"
