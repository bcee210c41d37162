"""The price of driven rounds: of a patch, dated, and made of the driver's paid time and the way."""

from __future__ import annotations

from datetime import date

import pytest

from app.allocate import allocate, check
from app.formats.council import CouncilFile, DrivenService
from app.market import patches_of
from app.problem import problem_of
from tests.app.councils import LIGHT, council

MONDAY = date(2026, 11, 23)


def priced(*services: DrivenService) -> list[tuple[int, int] | None]:
    file = council("merton")
    assert file.week.starts_on == MONDAY
    return [patch.driven for patch in patches_of(file.model_copy(update={"driven_services": services}))]


def service(
    file: CouncilFile, starts_on: date, ends_on: date | None = None, minute_percent: int = 170
) -> DrivenService:
    patch = file.zones[0].patches[0].patch_ref
    return DrivenService(patch_ref=patch, starts_on=starts_on, ends_on=ends_on, minute_percent=minute_percent)


def test_a_round_pays_its_share_of_the_driver_and_its_own_minutes_in_the_car() -> None:
    held = service(council("merton"), MONDAY)
    price = {"driver_paid_min": 400, "carers_per_driver": 3, "round_start_min": 20, "minute_percent": 180}
    one, *others = priced(held.model_copy(update=price))
    assert one == (20 * 60 + 8_000, 180)
    assert set(others) <= {None}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_open"),
    [
        (date(2026, 11, 23), None, True),
        (date(2026, 11, 1), date(2026, 11, 29), True),
        (date(2026, 11, 24), None, False),
        (date(2026, 11, 1), date(2026, 11, 28), False),
        (date(2025, 11, 1), date(2026, 3, 31), False),
    ],
)
def test_a_price_that_is_not_in_force_all_week_is_none(starts_on: date, ends_on: date | None, is_open: bool) -> None:
    assert (priced(service(council("merton"), starts_on, ends_on))[0] is not None) == is_open


def test_of_two_prices_that_follow_each_other_in_the_week_the_mondays_counts() -> None:
    file = council("merton")
    first = service(file, date(2026, 4, 1), date(2026, 11, 25), minute_percent=150)
    second = service(file, date(2026, 11, 26), minute_percent=190)
    for both in ((first, second), (second, first)):
        found = priced(*both)[0]
        assert found is not None
        assert found[1] == 150


def test_a_council_plans_with_all_means_and_without_drivers_out_of_date() -> None:
    file = council("merton")
    modes = ("walk", "cycle", "driven")
    providers = tuple(one.model_copy(update={"modes": ("walk", "driven")}) for one in file.providers)
    parameters = file.parameters.model_copy(update={"modes": modes, "walk_leg_max_min": 6})
    services = tuple(
        DrivenService(patch_ref=patch.patch_ref, starts_on=MONDAY, driver_paid_min=60)
        for zone in file.zones
        for patch in zone.patches
    )
    file = file.model_copy(update={"parameters": parameters, "providers": providers, "driven_services": services})
    plan = allocate(file, effort=LIGHT)
    assert [one for one in check(problem_of(file), file, plan) if not one.inherited] == []
    fresh = {one.mode for one in plan.rounds if one.source == "proposed"}
    assert "driven" in fresh
    assert fresh <= {"walk", "driven"}
    past = tuple(one.model_copy(update={"starts_on": date(2026, 1, 1), "ends_on": MONDAY}) for one in services)
    plan = allocate(file.model_copy(update={"driven_services": past}), effort=LIGHT)
    assert {one.mode for one in plan.rounds if one.source == "proposed"} <= {"walk"}
