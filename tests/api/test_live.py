"""A board that grew by a package is the board that would be made from scratch."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.allocate import allocate
from app.api.answers import NewPackage
from app.api.packages import answer
from app.formats.council import CouncilFile, DrivenService, StraightLineTravel
from app.live import LiveBoard, LiveCouncil, PackageExists, open_board
from app.plans import patched
from app.received import UnfitPackage
from solver.draft import Draft
from solver.options import options
from solver.solve import Effort
from tests.api.serving import EXAMPLE, TOWN, example_council, held_back, small_merton
from tests.api.write_examples import NEW_PACKAGE

QUICK = Effort(searches=1, iterations=1, threads=1)


def new_package(**changes: Any) -> NewPackage:
    body = {**NEW_PACKAGE, "package": {**NEW_PACKAGE["package"], **changes}}
    return NewPackage.model_validate(body)


def grown(board: LiveBoard, bodies: Sequence[dict[str, Any]]) -> LiveBoard:
    for body in bodies:
        new = NewPackage.model_validate(body)
        board = board.with_package(new.package, new.home)
    return board


def from_scratch(council: CouncilFile, bodies: Sequence[dict[str, Any]], folder: Path) -> LiveBoard:
    news = [NewPackage.model_validate(body) for body in bodies]
    return open_board(
        council.model_copy(
            update={
                "packages": (*council.packages, *(new.package for new in news)),
                "homes": (*council.homes, *(new.home for new in news if new.home)),
            }
        ),
        folder,
    )


def on_straight_lines(council: CouncilFile) -> CouncilFile:
    return council.model_copy(update={"travel": StraightLineTravel(source="straight_line")})


def by_all_means(council: CouncilFile) -> CouncilFile:
    parameters = council.parameters.model_copy(
        update={"modes": ("walk", "cycle", "drive", "driven"), "walk_lit_ways_after_dark": True}
    )
    service = DrivenService(patch_ref=council.zones[0].patches[0].patch_ref, starts_on=council.week.starts_on)
    return council.model_copy(update={"parameters": parameters, "driven_services": (service,)})


@pytest.mark.parametrize("all_means", [False, True])
@pytest.mark.parametrize("travel", ["streets", "straight lines"])
def test_a_grown_board_equals_one_from_scratch(travel: str, all_means: bool) -> None:
    council = by_all_means(small_merton()) if all_means else small_merton()
    fewer, bodies = held_back(council if travel == "streets" else on_straight_lines(council), 4)
    one, other = grown(open_board(fewer, TOWN), bodies), from_scratch(fewer, bodies, TOWN)
    assert one.council == other.council
    assert one.areas == other.areas
    for field in ("homes", "packages", "visits", "parts", "cases", "contracts", "providers", "rounds"):
        assert getattr(one.problem, field) == getattr(other.problem, field), field
    assert list(one.problem.travel) == list(other.problem.travel)
    assert len(one.problem.travel) == 2 + all_means * (2 if travel == "streets" else 1)
    for table in one.problem.travel:
        np.testing.assert_array_equal(one.problem.travel[table], other.problem.travel[table])
    for package in range(len(one.problem.packages)):
        assert one.options_for(package) == other.options_for(package)


def test_options_of_a_patch_are_those_of_the_whole_council() -> None:
    fewer, bodies = held_back(small_merton(), 3)
    board = grown(open_board(fewer, TOWN), bodies)
    draft = Draft(board.problem)
    for case in board.problem.cases[-3:]:
        ours = board.options_for(case[0])
        theirs = options(draft, board.problem.cases.index(case))
        assert [(one.contract, one.tier, one.added_s, one.added_travel_s, one.reasons) for one in ours.options] == [
            (one.contract, one.tier, one.added_s, one.added_travel_s, one.reasons) for one in theirs
        ]


def test_a_plan_stays_on_the_board_while_packages_come_in() -> None:
    fewer, bodies = held_back(small_merton(), 3)
    plan = allocate(fewer, folder=TOWN, effort=QUICK)
    one = grown(open_board(fewer, TOWN).with_plan(plan), bodies)
    other = from_scratch(fewer, bodies, TOWN).with_plan(plan)
    assert plan.placements
    for package in range(len(one.problem.packages)):
        assert one.options_for(package) == other.options_for(package)


def test_rounds_of_options_bear_the_refs_of_the_plan() -> None:
    fewer, bodies = held_back(small_merton(), 5)
    plan = allocate(fewer, folder=TOWN, effort=QUICK)
    board = grown(open_board(fewer, TOWN).with_plan(plan), bodies)
    rounds = {one.round_ref: one for one in plan.rounds}
    named = 0
    for package in range(len(fewer.packages), len(board.problem.packages)):
        mine = board.problem.packages[package].ref
        offered = board.options_for(package)
        for one in (one for option in offered.options for way in option.placements for one in way.rounds):
            assert mine not in one.shared_with
            assert (one.position is None) == (not one.shared_with)
            if one.position is not None:
                named += 1
                made = rounds[offered.refs[one.position]]
                assert set(one.shared_with) == {v.package_ref for day in made.days for v in day.visits}
    assert named


def test_many_may_ask_at_once_and_leave_no_trace() -> None:
    fewer, bodies = held_back(small_merton(), 3)
    plan = allocate(fewer, folder=TOWN, effort=QUICK)
    board = grown(open_board(fewer, TOWN).with_plan(plan), bodies)
    asked = [i for i, one in enumerate(board.problem.packages) if one.state == "waiting"] * 3
    one_by_one = [grown(open_board(fewer, TOWN).with_plan(plan), bodies).options_for(package) for package in asked[:9]]
    with ThreadPoolExecutor(8) as askers:
        at_once = list(askers.map(board.options_for, asked))
    assert at_once[:9] == one_by_one
    assert at_once == [board.options_for(package) for package in asked]


def test_boards_share_what_they_keep_until_a_plan_changes_it() -> None:
    fewer, (body,) = held_back(small_merton(), 1)
    before = open_board(fewer, TOWN)
    package = next(i for i, one in enumerate(before.problem.packages) if one.state == "waiting")
    before.options_for(package)
    after = grown(before, [body])
    assert after.kept is before.kept
    assert before.problem.packages[package].patch in after.kept
    assert after.with_plan(allocate(fewer, folder=TOWN, effort=QUICK)).kept == {}


def test_a_placed_package_is_looked_at_as_if_it_were_not() -> None:
    council = small_merton()
    plan = allocate(council, folder=TOWN, effort=QUICK)
    board = open_board(council, TOWN).with_plan(plan)
    for placement in plan.placements:
        package = board.package_at(placement.package_ref)
        assert package is not None
        offered = board.options_for(package).options
        chosen = next(one for one in offered if board.problem.contracts[one.contract].ref == placement.contract_ref)
        assert chosen.fits


def test_an_old_board_is_not_changed_by_a_new_package() -> None:
    before = open_board(example_council(), EXAMPLE.parent)
    new = new_package()
    after = before.with_package(new.package, new.home)
    assert len(after.council.packages) == len(before.council.packages) + 1
    assert before.council == example_council()
    assert len(before.problem.travel["walk"]) == len(before.council.homes) == len(after.problem.travel["walk"]) - 1


def test_twenty_writers_at_once_lose_nothing() -> None:
    live = LiveCouncil(open_board(example_council(), EXAMPLE.parent))

    def post(i: int) -> None:
        new = new_package(package_ref=f"P-{500 + i}", home_ref=f"H-{500 + i}")
        assert new.home is not None
        live.receive(new.package, new.home.model_copy(update={"home_ref": f"H-{500 + i}"}))

    with ThreadPoolExecutor(20) as writers:
        list(writers.map(post, range(20)))
    council = live.board.council
    assert {f"P-{500 + i}" for i in range(20)} <= {one.package_ref for one in council.packages}
    scratch = open_board(council, EXAMPLE.parent)
    np.testing.assert_array_equal(live.board.problem.travel["walk"], scratch.problem.travel["walk"])
    assert live.board.problem.packages == scratch.problem.packages


def test_a_ref_that_is_taken_is_refused() -> None:
    board = open_board(example_council(), EXAMPLE.parent)
    new = new_package(package_ref="P-001")
    with pytest.raises(PackageExists):
        board.with_package(new.package, new.home)


@pytest.mark.parametrize(
    ("changes", "home", "path"),
    [
        ({"state": "live"}, True, "package.state"),
        ({}, False, "package.home_ref"),
        ({"home_ref": "H-1"}, True, "home.home_ref"),
        ({"linked_to": "P-001"}, True, "package.linked_to"),
        (
            {"requirements": {"excluded_provider_refs": ["PR-gull"]}},
            True,
            "package.requirements.excluded_provider_refs[0]",
        ),
        ({"provider_ref": "PR-tern"}, True, "package.provider_ref"),
        ({"dates": {"referred": "2026-11-19", "authorised": "2026-11-01"}}, True, "package.dates.authorised"),
    ],
)
def test_what_a_file_may_not_say_a_package_may_not_either(changes: dict[str, Any], home: bool, path: str) -> None:
    board = open_board(example_council(), EXAMPLE.parent)
    new = new_package(**changes)
    with pytest.raises(UnfitPackage) as caught:
        board.with_package(new.package, new.home if home else None)
    assert path in [one.path for one in caught.value.faults]


@pytest.mark.parametrize(
    ("lon", "lat", "said"),
    [
        (54.5, 1.5, "swapped"),
        (0.0, 0.0, "0, 0"),
        (-0.1, 51.5, "outside"),
        (1.535, 54.52, "none of the council's areas"),
    ],
)
def test_a_home_outside_the_council_is_refused_with_the_reason(lon: float, lat: float, said: str) -> None:
    board = open_board(example_council(), EXAMPLE.parent)
    new = new_package()
    assert new.home is not None
    with pytest.raises(UnfitPackage) as caught:
        board.with_package(new.package, new.home.model_copy(update={"lon": lon, "lat": lat}))
    assert said in " ".join(one.reason for one in caught.value.faults)
    assert not any(str(number) in str(fault) for fault in caught.value.faults for number in (lon, lat) if number)


def test_a_home_that_the_board_knows_need_not_be_given() -> None:
    board = open_board(example_council(), EXAMPLE.parent)
    new = new_package(home_ref="H-3")
    after = board.with_package(new.package, None)
    assert after.council.homes == board.council.homes
    assert after.problem.packages[-1].home == 2
    assert after.problem.travel["walk"] is board.problem.travel["walk"]


def test_an_unlock_applied_makes_the_provider_eligible() -> None:
    council = small_merton()
    board = open_board(council, TOWN)
    seen: set[str] = set()
    for place, package in enumerate(council.packages):
        for option in answer(board, place).options if package.state == "waiting" else ():
            reason = option.reasons[0] if len(option.reasons) == 1 else None
            if reason is None or reason.unlock is None or reason.code in seen or len(seen) >= 4:
                continue
            seen.add(reason.code)
            changed = open_board(patched(council, reason.unlock.patch), TOWN)
            now = next(one for one in answer(changed, place).options if one.contract_ref == option.contract_ref)
            assert now.verdict in ("eligible", "later_tier"), (reason.code, now.reasons)
    assert len(seen) >= 3
