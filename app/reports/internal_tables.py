"""Tables of the internal report that are no list of rounds or people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from app.formats.plan import MovesPlan
from app.reports.figures import Column, Table
from app.reports.labels import CODES, DAY_NAMES, FORCES, LIMITS, LOTS, named, number
from app.reports.moves import bought, times, ways
from app.reports.week import Week
from solver.marginal import IN_CARERS, MarginalValue, Worth


def levels(week: Week) -> Table:
    """Make the table of objective levels.

    Parameters
    ----------
    week
        Its plan has them.

    Returns
    -------
    Table
        In order.
    """
    kinds = {"proven": "proven", "pool": "pool", None: ""}
    return Table(
        title="Levels of the objective",
        hide_title=True,
        columns=(
            Column(name="Level"), Column(name="What counts"), Column(name="Better"), Column(name="Reached", numeric=True),
            Column(name="Bound", numeric=True), Column(name="Kind of bound"),
        ),
        rows=tuple(
            (one.level, one.name, {"max": "more", "min": "less"}[one.sense], number(one.value),
             "–" if one.bound is None else number(one.bound), kinds[one.bound_kind])
            for one in week.plan.levels
        ),
    )  # fmt: skip


def moves(week: Week, made: MovesPlan) -> Table:
    """Make the table of people who would move.

    Parameters
    ----------
    week
        Names the provider.
    made
        The moves of its plan.

    Returns
    -------
    Table
        One row for each, in the order in which they are made.
    """
    return Table(
        title="People who would move",
        hide_title=True,
        columns=(
            Column(name="Package"), Column(name="Provider now"), Column(name="From and to"),
            Column(name="Times that change"), Column(name="What it buys"),
        ),
        rows=tuple(
            (one.package_ref, week.provider_name(one.provider_ref), "; ".join(ways(one)), "; ".join(times(one)) or "none",
             "; ".join(bought(one)))
            for one in made.made
        ),
    )  # fmt: skip


def inherited(week: Week) -> Table:
    """Make the table of rules that live rounds already break.

    Parameters
    ----------
    week
        Its plan has them.

    Returns
    -------
    Table
        One row for each.
    """
    return Table(
        title="Inherited breaks",
        hide_title=True,
        columns=(
            Column(name="Round"), Column(name="Day"), Column(name="Rule"), Column(name="Reason"),
            Column(name="Over the limit by", numeric=True),
        ),
        rows=tuple(
            (one.round_ref, "all week" if one.day is None else DAY_NAMES[one.day], named({}, one.rule.lower()),
             named(CODES, one.code), number(one.excess))
            for one in week.plan.inherited
        ),
    )  # fmt: skip


def reason_totals(week: Week) -> Table:
    """Count the people still waiting for whom each reason stands somewhere.

    Parameters
    ----------
    week
        Its plan has the refusals.

    Returns
    -------
    Table
        Commonest first.
    """
    people: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    force: dict[str, str] = {}
    for one in week.plan.unplaced:
        people.update({reason.code for refusal in one.refusals for reason in refusal.reasons})
        for refusal in one.refusals:
            refusals.update({reason.code for reason in refusal.reasons})
            force |= {reason.code: reason.force for reason in refusal.reasons}
    return Table(
        title="A person counts once for each reason that any provider has",
        columns=(
            Column(name="Reason"), Column(name="Force"), Column(name="People", numeric=True),
            Column(name="Providers refused", numeric=True),
        ),
        rows=tuple(
            (named(CODES, code), FORCES[force[code]], count, refusals[code])
            for code, count in sorted(people.items(), key=lambda item: (-item[1], item[0]))
        ),
    )  # fmt: skip


def contract_refusals(week: Week) -> Table:
    """Make the table of bars that hold for every package of a lot in a zone.

    Parameters
    ----------
    week
        Its plan has them.

    Returns
    -------
    Table
        One row for each.
    """
    return Table(
        title="Contract-level bars",
        hide_title=True,
        columns=(Column(name="Provider"), Column(name="Zone"), Column(name="Lot"), Column(name="Reasons")),
        rows=tuple(
            (week.provider_name(one.provider_ref), week.zone_name(one.zone_ref), named(LOTS, one.lot),
             ", ".join(named(CODES, code) for code in one.codes))
            for one in week.plan.contract_refusals
        ),
    )  # fmt: skip


def capacity(week: Week, values: Sequence[MarginalValue]) -> Table:
    """Make the table of what a step more of each limit is worth.

    Parameters
    ----------
    week
        Names providers, zones and shifts.
    values
        As the engine found them.

    Returns
    -------
    Table
        What places most hours first.
    """
    return Table(
        title="What a step more of each limit would place",
        columns=(
            Column(name="Provider"), Column(name="Limit"), Column(name="Zone"), Column(name="Shift"),
            Column(name="Used", numeric=True), Column(name="Stated", numeric=True), Column(name="Step", numeric=True),
            Column(name="Hours kept waiting", numeric=True), Column(name="Hours expected, rounds left aside", numeric=True),
            Column(name="Hours placed, proven on rounds", numeric=True), Column(name="People placed", numeric=True),
            Column(name="Who"), Column(name="By shift"),
        ),
        rows=tuple(
            (week.provider_name(one.provider_ref), LIMITS[one.kind],
             week.zone_name(one.zone_ref) if one.zone_ref else "all", week.shifts.get(one.shift_ref, "all"),
             *(_of_limit(one, figure) for figure in (one.used, one.limit, one.step)), _hours(one.blocked_min),
             "–" if one.expected is None else _hours(one.expected.carer_min), _hours(one.proven.carer_min),
             number(one.proven.people), ", ".join(one.proven.package_refs), _by_shift(week, one.proven))
            for one in values
        ),
    )  # fmt: skip


def _of_limit(one: MarginalValue, figure: int) -> str:
    return number(figure) if one.kind in IN_CARERS else f"{_hours(figure)} h"


def _hours(carer_min: int) -> str:
    return number(round(carer_min / 60, 1))


def _by_shift(week: Week, worth: Worth) -> str:
    return ", ".join(f"{week.shifts.get(ref, ref)} {_hours(minutes)} h" for ref, minutes in worth.by_shift)
