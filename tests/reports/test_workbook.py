"""The workbook opens, is typed, filtered and safe."""

from __future__ import annotations

from datetime import time
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from openpyxl import Workbook, load_workbook

from app.formats.plan import PlanFile
from app.reports import Audience
from app.reports.html import report
from app.reports.week import Week
from app.reports.xlsx import safe, write_workbook
from solver.marginal import MarginalValue, Worth
from tests.reports.examples import ground_of, week

INTERNAL = [
    "Summary",
    "Levels",
    "Placements",
    "Rounds",
    "Timetable",
    "Continuity",
    "Unplaced",
    "Reasons",
    "Unlocks",
    "About",
]


@cache
def book(audience: Audience) -> Workbook:
    return reread(week()[1], audience)


def reread(plan: PlanFile, audience: Audience) -> Workbook:
    council, _ = week()
    path = Path(mkdtemp(prefix="careround-book-")) / "plan.xlsx"
    write_workbook(path, council, plan, ground=ground_of(council), audience=audience)
    return load_workbook(path)


def test_the_internal_workbook_has_every_table() -> None:
    assert book("internal").sheetnames == INTERNAL


def test_the_shared_workbook_has_totals_only() -> None:
    names = set(book("shared").sheetnames)
    assert names.isdisjoint({"Placements", "Timetable", "Unplaced", "Unlocks", "Levels"})
    assert {"Summary", "Zones", "Providers", "About"} <= names


@pytest.mark.parametrize("audience", ["internal", "shared"])
def test_headers_are_frozen_filtered_and_wide_enough(audience: Audience) -> None:
    for page in book(audience).worksheets:
        assert page.freeze_panes == "B2"
        assert page.max_row == 1 or page.auto_filter.ref
        assert all(3 < size.width <= 60 for size in page.column_dimensions.values())


def test_one_row_for_each_visit_with_real_times() -> None:
    _, plan = week()
    page = book("internal")["Timetable"]
    first = next(page.iter_rows(min_row=2, values_only=True))
    assert page.max_row - 1 == sum(len(day.visits) for one in plan.rounds for day in one.days)
    assert isinstance(first[9], time)
    assert isinstance(first[7], int | float)


def test_numbers_are_numbers() -> None:
    page = book("internal")["Placements"]
    row = next(page.iter_rows(min_row=2, values_only=True))
    assert isinstance(row[3], int)
    assert isinstance(row[9], int | float)
    assert not any(
        cell.data_type == "f" for one in book("internal").worksheets for line in one.iter_rows() for cell in line
    )


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-2", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    assert safe(text) == f"'{text}"
    _, plan = week()
    reason = plan.unplaced[0].refusals[0].reasons[0].model_copy(update={"sentence": text})
    refusal = plan.unplaced[0].refusals[0].model_copy(update={"reasons": (reason,)})
    one = plan.unplaced[0].model_copy(update={"refusals": (refusal,)})
    page = reread(plan.model_copy(update={"unplaced": (one,), "rounds": ()}), "internal")["Reasons"]
    assert page["H2"].value == f"'{text}"
    assert page["H2"].data_type == "s"


def test_text_that_no_workbook_can_hold_is_cleaned() -> None:
    assert safe("a\x00b\x0b") == "a�b�"
    assert safe(float("nan")) is None
    assert len(str(safe("x" * 50_000))) == 32_000


@pytest.mark.parametrize("audience", ["internal", "shared"])
def test_about_says_who_it_is_for(audience: Audience) -> None:
    rows = {str(name): str(value) for name, value in book(audience)["About"].iter_rows(min_row=2, values_only=True)}
    assert rows["Audience"].startswith(audience.capitalize())
    assert rows["Fictional"].startswith("yes")
    assert "people decide" in rows["Status"]


def test_what_more_capacity_is_worth_is_a_sheet_of_its_own(tmp_path: Path) -> None:
    council, plan = week()
    ground = ground_of(council)
    values = (
        MarginalValue(
            kind="hours_cap",
            ref=council.contracts[0].contract_ref,
            provider_ref=council.contracts[0].provider_ref,
            zone_ref=council.contracts[0].zone_ref,
            patch_ref="",
            shift_ref="",
            limit=6_000,
            used=5_700,
            step=600,
            blocked_people=3,
            blocked_min=2_400,
            expected=Worth(2, 900, ("a", "b")),
            proven=Worth(1, 840, ("a",), ((council.shift_patterns[0].shifts[0].shift_ref, 840),)),
        ),
    )
    write_workbook(tmp_path / "plan.xlsx", council, plan, ground=ground, audience="internal", capacity=values)
    page = load_workbook(tmp_path / "plan.xlsx")["Capacity"]
    row = dict(zip(*page.iter_rows(min_row=1, max_row=2, values_only=True), strict=True))
    assert (row["Limit"], row["Stated"], row["Step"]) == ("Hours of the contract", "100 h", "10 h")
    assert (row["Hours placed, proven on rounds"], row["Who"]) == (14, "a")
    told = report(council, plan, ground=ground, audience="internal", capacity=values)
    assert "What more capacity would bring" in told
    assert "What more capacity would bring" not in report(council, plan, ground=ground, audience="internal")


def test_each_round_has_its_rate_and_each_person_the_carers_that_are_expected() -> None:
    council, plan = week()
    paid = council.model_copy(
        update={"parameters": council.parameters.model_copy(update={"contact_pay_pence_per_hour": 1_530})}
    )
    views = Week(council=paid, plan=plan, ground=ground_of(council)).rounds
    assert all(view.wage is not None for view in views)
    assert {view.carers for view in views} <= {1, 2, 4}
    unpaid = council.model_copy(
        update={"parameters": council.parameters.model_copy(update={"contact_pay_pence_per_hour": None})}
    )
    assert all(view.wage is None for view in Week(council=unpaid, plan=plan, ground=ground_of(council)).rounds)
    told = report(unpaid, plan, ground=ground_of(council), audience="internal")
    assert "not judged, as no contact pay is stated" in told
    assert "2 carers share a round of more than five days" in told
    page = book("internal")["Continuity"]
    assert page.max_row - 1 == len(
        {visit.package_ref for one in plan.rounds for day in one.days for visit in day.visits}
    )
