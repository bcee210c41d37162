"""Tables of the internal report that are no list of rounds or people."""

from __future__ import annotations

from collections import Counter

from app.reports.figures import Column, Table
from app.reports.labels import CODES, DAY_NAMES, FORCES, LOTS, named, number
from app.reports.week import Week


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
