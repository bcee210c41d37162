"""A plan as a workbook: one table to a sheet, typed, filtered and safe to open."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from datetime import time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from app.formats.council import CouncilFile
from app.formats.plan import PlanFile
from app.ground import Ground
from app.reports import Audience
from app.reports.attribution import attributions
from app.reports.figures import figures, split
from app.reports.internal import evidence, offer_lines, passed_lines, tier_label
from app.reports.internal_tables import capacity as capacity_table
from app.reports.labels import CODES, CREWS, DAY_NAMES, FORCES, KINDS, LOTS, MODES, SOURCES, named
from app.reports.moves import bought, times, ways
from app.reports.shared_tables import rates, shared_tables
from app.reports.totals import HIDDEN, totals_of
from app.reports.week import RoundView, Week, seconds
from app.reports.whole import write_whole
from solver.marginal import MarginalValue

if TYPE_CHECKING:
    from openpyxl import Workbook

Cell = str | int | float | time | timedelta | None
_WIDEST = 60
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Sheet(NamedTuple):
    """A table of the workbook."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


def write_workbook(
    path: Path | str,
    council: CouncilFile,
    plan: PlanFile,
    *,
    ground: Ground,
    audience: Audience = "shared",
    capacity: Sequence[MarginalValue] | None = None,
) -> None:
    """Write a plan as an XLSX workbook.

    Parameters
    ----------
    path
        The file; an older one is replaced in one step.
    council, plan
        The week and the proposal for it.
    ground
        Where the homes lie.
    audience
        ``shared``: sheets of totals only, small counts hidden.
    capacity
        What a step more of each limit is worth, for a sheet of the internal workbook.
    """
    from openpyxl import Workbook

    week = Week(council=council, plan=plan, ground=ground)
    sheets = [*_internal(week), *_capacity(week, capacity)] if audience == "internal" else _shared(week)
    book = Workbook(write_only=True)
    for sheet in (*sheets, _about(week, audience)):
        _write(book, sheet)
    book.properties.creator = "careround"
    book.properties.title = f"{council.name}: weekly capacity proposal"
    buffer = io.BytesIO()
    book.save(buffer)
    write_whole(path, buffer.getvalue())


def safe(value: Cell) -> Cell:
    """Make a value safe to stand in a cell.

    Parameters
    ----------
    value
        Text from a file may begin like a formula.

    Returns
    -------
    Cell
        Text that could be taken for a formula gets an apostrophe before it, as spreadsheets do by hand.

    References
    ----------
    OWASP, CSV injection: https://owasp.org/www-community/attacks/CSV_Injection
    """
    if isinstance(value, str):
        clean = _UNPRINTABLE.sub("�", value)[:32_000]
        return f"'{clean}" if clean.startswith(_FORMULA_STARTS) else clean
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _internal(week: Week) -> Iterable[Sheet]:
    yield Sheet("Summary", ("Figure", "Part", "Value", "Unit"), _summary(week))
    yield Sheet(
        "Levels", ("Level", "What counts", "Better", "Reached", "Bound", "Kind of bound"),
        [(one.level, one.name, {"max": "more", "min": "less"}[one.sense], one.value, one.bound, one.bound_kind)
         for one in week.plan.levels],
    )  # fmt: skip
    yield Sheet(
        "Placements",
        ("Package", "Person", "Zone", "Priority", "Lot", "Provider", "Contract", "Tier", "Place in order", "Carer-hours a week", "Rounds", "Visits outside rounds", "Passed, and why", "Whom to ask, in order"),
        [
            (one.package_ref, week.packages[one.package_ref].person_ref, week.zone_name(week.zone_of(one.package_ref)),
             week.packages[one.package_ref].priority, named(LOTS, week.packages[one.package_ref].lot),
             week.provider_name(one.provider_ref), one.contract_ref, one.tier,
             tier_label(week, one.contract_ref, one.tier), round(one.carer_minutes / 60, 2),
             ", ".join(dict.fromkeys(part.round_ref for part in one.parts)), len(one.fixed_blocks),
             "; ".join(passed_lines(week, one)), "; ".join(offer_lines(week, one)))
            for one in week.plan.placements
        ],
    )  # fmt: skip
    if week.plan.moves is not None:
        yield Sheet(
            "Moves", ("Package", "Provider now", "From and to", "Times that change", "What it buys"),
            [(one.package_ref, week.provider_name(one.provider_ref), "; ".join(ways(one)), "; ".join(times(one)),
              "; ".join(bought(one)))
             for one in week.plan.moves.made],
        )  # fmt: skip
    yield Sheet(
        "Rounds",
        ("Round", "Status", "Provider", "Zone", "Patch", "Shift", "Means", "Crew", "Known from", "Needs carers", "People", "Newly placed", "Visits a week", "Contact hours", "Travel hours", "Longest leg, min", "Effective rate, £ an hour", "Legal minimum, £ an hour", "Wage indicator", "Carers over four weeks, expected"),
        [
            (view.round.round_ref, KINDS[view.kind], week.provider_name(view.round.provider_ref),
             week.zone_name(view.round.zone_ref), week.patches.get(view.round.patch_ref, view.round.patch_ref),
             week.shifts.get(view.round.shift_ref, view.round.shift_ref), MODES[view.round.mode], CREWS[view.round.crew],
             SOURCES[view.round.source], "yes" if view.round.needs_carers else "no", view.people, len(view.new_packages),
             view.visits_a_week, round(view.contact_min / 60, 2), round(view.travel_min / 60, 2),
             round(view.longest_leg_min, 1), *_wage(view), view.carers)
            for view in week.rounds
        ],
    )  # fmt: skip
    yield Sheet(
        "Timetable",
        ("Round", "Day", "Stop", "Package", "Visit", "Home", "Leave", "Travel, min", "Arrive", "Start", "Finish", "Newly placed"),
        [
            (view.round.round_ref, DAY_NAMES[day.day], place, visit.package_ref, week.visit_label(visit), visit.home_ref,
             None if visit.leave is None else _clock(visit.leave), round(visit.travel_s / 60, 1), _clock(visit.arrive),
             _clock(visit.start), _clock(visit.finish), "yes" if visit.package_ref in week.placed else "no")
            for view in week.rounds for day in view.round.days for place, visit in enumerate(day.visits, 1)
        ],
    )  # fmt: skip
    yield Sheet(
        "Continuity",
        ("Package", "Newly placed", "Rounds", "Distinct carers over four weeks, expected", "Roster assumption"),
        [
            (ref, "yes" if ref in week.placed else "no", len(refs), week.carers_of[ref], week.roster.said())
            for ref, refs in week.rounds_of.items()
        ],
    )  # fmt: skip
    yield from _waiting(week)


def _wage(view: RoundView) -> tuple[Cell, Cell, Cell]:
    if view.wage is None:
        return None, None, "not judged"
    rate, floor = view.wage.rate_pence / 100, view.wage.floor_pence / 100
    return rate, floor, "under" if view.wage.under else "not under"


def _waiting(week: Week) -> Iterable[Sheet]:
    unplaced = week.plan.unplaced
    yield Sheet(
        "Unplaced",
        ("Package", "Person", "Zone", "Priority", "Days waiting", "Carer-hours a week", "Waits in", "Waits with", "Providers refused", "Overtaken by"),
        [
            (one.package_ref, week.packages[one.package_ref].person_ref, week.zone_name(week.zone_of(one.package_ref)),
             one.priority, one.days_waiting, round(one.carer_minutes / 60, 2), week.packages[one.package_ref].waits_in,
             week.packages[one.package_ref].waits_with, len(one.refusals), ", ".join(one.overtaken_by))
            for one in unplaced
        ],
    )  # fmt: skip
    reasons = [
        (one.package_ref, refusal, reason) for one in unplaced for refusal in one.refusals for reason in refusal.reasons
    ]
    yield Sheet(
        "Reasons",
        ("Package", "Provider", "Contract", "Tier", "Code", "Reason", "Force", "What stopped it", "Evidence", "Unlock"),
        [
            (package, week.provider_name(refusal.provider_ref), refusal.contract_ref, refusal.tier, reason.code,
             named(CODES, reason.code), FORCES[reason.force], reason.sentence, evidence(reason),
             reason.unlock.sentence if reason.unlock else None)
            for package, refusal, reason in reasons
        ],
    )  # fmt: skip
    yield Sheet(
        "Unlocks",
        ("Package", "Provider", "Code", "Least change", "By", "Unit", "Where in the council file", "New value"),
        [
            (package, week.provider_name(refusal.provider_ref), reason.code, reason.unlock.sentence, reason.unlock.by,
             reason.unlock.unit, "; ".join(f"{change.op} {change.path}" for change in reason.unlock.patch),
             "; ".join(str(change.value) for change in reason.unlock.patch))
            for package, refusal, reason in reasons if reason.unlock
        ],
    )  # fmt: skip


def _capacity(week: Week, values: Sequence[MarginalValue] | None) -> Iterable[Sheet]:
    if values is not None:
        table = capacity_table(week, values)
        rows: list[tuple[Cell, ...]] = [tuple(_typed(cell) for cell in row) for row in table.rows]
        yield Sheet("Capacity", tuple(column.name for column in table.columns), rows)


def _summary(week: Week) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = [
        (one.name, None, one.value if isinstance(one.value, int | float) else one.shown, one.unit)
        for one in figures(week)
    ]
    for key, value in week.plan.kpis.items():
        if isinstance(value, dict):
            table = split(week, key)
            rows += [(table.title, str(row[0]), _typed(row[1]), None) for row in table.rows]
    return rows


def _shared(week: Week) -> Iterable[Sheet]:
    totals = totals_of(week)
    tables = shared_tables(week, totals)
    zones = tables.pop("zones")
    first = [(head.name, _typed(cell)) for head, cell in zip(zones.columns[1:], zones.rows[-1][1:], strict=True)]
    first += [(f"{name}, {unit}" if unit else name, _typed(value)) for name, value, unit in rates(week)]
    yield Sheet("Summary", ("Figure", "Value"), list(first))
    for name, table in {"zones": zones, **tables}.items():
        yield Sheet(
            name.capitalize(),
            tuple(column.name for column in table.columns),
            [(str(row[0]), *(_typed(cell) for cell in row[1:])) for row in table.rows],
        )


def _typed(text: str | int | float) -> Cell:
    """Read a number that was written for people."""
    if not isinstance(text, str):
        return text
    plain = text.replace(",", "")
    try:
        return int(plain) if plain.lstrip("-").isdigit() else float(plain)
    except ValueError:
        return text


def _about(week: Week, audience: Audience) -> Sheet:
    provenance, council = week.plan.provenance, week.council
    said = {
        "shared": f"Shared: totals only. Counts of 1 to 4 people, and what would reveal them, are hidden: {HIDDEN}.",
        "internal": "Internal: for the brokerage team only. It holds homes, visit times and references of people.",
    }
    rows: list[tuple[Cell, ...]] = [
        ("Council", council.name),
        ("Week of", council.week.starts_on.isoformat()),
        ("Audience", said[audience]),
        ("Status", "A proposal: people decide. Nothing here is confirmed."),
        ("Fictional", "yes: people, providers and contracts are made up" if council.fictional else "no"),
        ("Council file, SHA-256", provenance.council_sha256),
        ("Rules, SHA-256", provenance.rules_sha256),
        ("careround version", provenance.careround_version),
        ("Seed", provenance.seed),
        ("Effort", provenance.effort),
        ("Replayable", "yes" if provenance.replayable else "no: stopped by a time limit"),
        ("How it was made", provenance.statement),
        ("Note", council.note),
        *(("Attribution", line) for line in attributions(council)),
    ]
    return Sheet("About", ("What", "Value"), rows)


def _clock(text: str) -> time | timedelta:
    at = seconds(text)
    return timedelta(seconds=at) if at >= 86_400 else time(at // 3600, at // 60 % 60, at % 60)


def _write(book: Workbook, sheet: Sheet) -> None:
    """Write a sheet row by row: a borough's timetable has a hundred thousand cells."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    page = book.create_sheet(sheet.name)
    page.freeze_panes = "B2"
    for place, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(place)].width = _width(column, [row[place - 1] for row in sheet.rows])
    if sheet.rows:
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.rows) + 1}"
    bold, grey = Font(bold=True), PatternFill("solid", fgColor="E5E6E7")
    wrapped = Alignment(wrap_text=True, vertical="top")

    def styled(value: Any, *, heading: bool = False) -> Any:
        if not heading and not (isinstance(value, str) and len(value) > _WIDEST):
            return value
        cell = WriteOnlyCell(page, value=value)
        cell.alignment = wrapped
        if heading:
            cell.font, cell.fill = bold, grey
        return cell

    page.append([styled(name, heading=True) for name in sheet.columns])
    for row in sheet.rows:
        page.append([styled(safe(value)) for value in row])


def _width(name: str, values: Sequence[Cell]) -> float:
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return float(min(max(longest, min(len(name), 18)) + 3, _WIDEST))
