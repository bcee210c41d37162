"""What the commands say on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from app.explain import Explained, Explanation, one_unit_less
from app.formats.council import CouncilFile
from app.formats.plan import PlanFile
from app.reports.labels import LIMITS
from solver.marginal import IN_CARERS, MarginalValue, Worth

MOST_NAMED = 3
"""People placed by a step who are named on the terminal; JSON names all."""


def plan_facts(plan: PlanFile) -> dict[str, Any]:
    """Pick the figures that the main job ends with.

    Parameters
    ----------
    plan
        A plan.

    Returns
    -------
    dict
        Name to value.
    """
    k = plan.kpis
    return {
        "packages in": k["packages_in"],
        "placed": k["people_placed"],
        "placed by tier": k["placed_by_tier"],
        "placed by role": k["placed_by_role"],
        "still waiting": k["people_waiting"],
        "carer-hours placed": k["hours_placed"],
        "rounds": k["rounds"],
        "new rounds": k["rounds_new"],
        "walkable share of visits, %": k["walkable_visits_percent"],
        "travel min per contact hour": k["travel_min_per_contact_hour"],
        "rounds per person": k["rounds_per_person"],
        "unplaced by reason (people)": k["unplaced_by_reason"],
        "kept out until their times are mended": to_be_mended(plan),
        **({} if plan.moves is None else {"moved, if people confirm it": [one.package_ref for one in plan.moves.made]}),
    }


def to_be_mended(plan: PlanFile) -> list[str]:
    """List the packages that nobody can take because their own times contradict each other.

    Parameters
    ----------
    plan
        A plan.

    Returns
    -------
    list of str
        Package refs; they wait, with what to mend among their reasons.
    """
    return [
        one.package_ref
        for one in plan.unplaced
        if any(reason.code == "TIMES_CONTRADICT" for refusal in one.refusals for reason in refusal.reasons)
    ]


def plan_table(plan: PlanFile) -> Table:
    """Lay the figures out as a table.

    Parameters
    ----------
    plan
        A plan.

    Returns
    -------
    Table
        To be printed.
    """
    table = Table(title=f"{plan.council}{' (fictional)' if plan.fictional else ''}: a proposal, people decide")
    table.add_column("figure")
    table.add_column("value")
    for name, value in plan_facts(plan).items():
        table.add_row(name, _shown(value))
    for level in plan.levels:
        bound = "" if level.bound is None else f"  ({level.bound_kind} bound {level.bound:,})"
        table.add_row(f"level {level.level}: {level.name}", f"{level.value:,}{bound}")
    return table


def capacity_table(values: Sequence[MarginalValue], council: CouncilFile) -> Table:
    """Lay out what a step more of each limit would place.

    Parameters
    ----------
    values
        As the engine found them.
    council
        Names providers and shifts.

    Returns
    -------
    Table
        To be printed.
    """
    names = {one.provider_ref: one.name for one in council.providers}
    shifts = {shift.shift_ref: shift.label for pattern in council.shift_patterns for shift in pattern.shifts}
    table = Table(
        title="What a step more of each limit in the way would place; proven: inserted into the plan's rounds"
    )
    for column in ("limit", "provider", "zone", "shift", "stated", "step", "kept waiting", "expected", "proven"):
        table.add_column(column)
    for one in values:
        counted = one.kind in IN_CARERS
        table.add_row(
            LIMITS[one.kind].lower(),
            names[one.provider_ref],
            one.zone_ref or "all",
            shifts.get(one.shift_ref, "all"),
            str(one.limit) if counted else f"{one.limit / 60:.4g} h",
            f"{one.step} more" if counted else f"{one.step / 60:.4g} h",
            f"{one.blocked_min / 60:.4g} h, {one.blocked_people}",
            "not without rounds" if one.expected is None else _worth(one.expected),
            f"{_worth(one.proven)} {' '.join(one.proven.package_refs[:MOST_NAMED])}".strip(),
        )
    return table


def _worth(worth: Worth) -> str:
    return f"{worth.carer_min / 60:.4g} h, {worth.people}"


def explanation(told: Explanation, council: CouncilFile) -> Iterator[str]:
    """Tell a person about one package.

    Parameters
    ----------
    told
        The explanation.
    council
        Names the providers.

    Yields
    ------
    str
        Lines with rich markup.
    """
    names = {one.provider_ref: one.name for one in council.providers}
    if told.placement is None:
        yield f"[bold]{told.package_ref}[/bold] is not placed: it goes on waiting."
    else:
        one = told.placement
        yield (
            f"[bold]{told.package_ref}[/bold] is proposed to [bold]{names[one.provider_ref]}[/bold] "
            f"({one.contract_ref}, tier {one.tier}, {one.carer_minutes / 60:.4g} carer-hours a week)."
        )
        if one.layout:
            yield f"  Other than as commissioned: {one.layout}."
        for part in one.parts:
            yield f"  {part.shift_ref}, {part.crew} carer(s): round {part.round_ref}, {', '.join(part.visit_refs)}"
        for passed in one.passed:
            how = "predicted; still asked" if passed.predicted else "passed"
            yield f"  {how}: {names[passed.provider_ref]} (tier {passed.tier}): {', '.join(passed.codes)}"
        asked = one.offers if len(one.offers) > 1 else ()
        for place, offer in enumerate(asked, 1):
            turn = "" if offer.turn is None else f", turn {offer.turn}"
            expected = f"{offer.answer.replace('_', ' ')}{', predicted' if offer.predicted else ''}"
            yield f"  ask {place}: {names[offer.provider_ref]} (tier {offer.tier}{turn}): {expected}"
    for each in told.contracts:
        yield from _contract(each, names, council)


def _contract(one: Explained, names: dict[str, str], council: CouncilFile) -> Iterator[str]:
    refusal = one.refusal
    tier = "not on the lot" if refusal.tier is None else f"tier {refusal.tier}"
    head = f"[bold]{names[refusal.provider_ref]}[/bold] ({refusal.contract_ref}, {tier})"
    if one.option.fits:
        yield (
            f"{head}: [green]fits[/green], adds {(one.option.added_s or 0) / 60:.0f} paid min a week, of which "
            f"{(one.option.added_travel_s or 0) / 60:.0f} travel"
        )
    else:
        yield f"{head}: [red]no[/red]"
    for reason, proven in zip(refusal.reasons, one.proven, strict=True):
        missing = f" Missing: {reason.evidence['missing']}." if "missing" in reason.evidence else ""
        yield f"    {reason.code} ({reason.force}): {reason.sentence}{missing}"
        if reason.unlock is not None:
            exact = one_unit_less(council, reason.unlock.patch) is not None
            worked = "proven: it fits, and with one unit less it does not" if exact else "proven: it fits"
            mark = worked if proven else "not proven by applying it"
            yield f"      unlock: {reason.unlock.sentence} [dim]{mark}[/dim]"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {number}" for name, number in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return f"{value:,}" if isinstance(value, int) else str(value)
