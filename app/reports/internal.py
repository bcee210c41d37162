"""What the internal report says: every round, placement and waiting person, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.formats.plan import Placement, Reason, Refusal, Unplaced
from app.reports.figures import tables, tiles
from app.reports.internal_tables import capacity, contract_refusals, inherited, levels, moves, reason_totals
from app.reports.labels import (
    CHANGES,
    CODES,
    CREWS,
    FORCES,
    KINDS,
    LOTS,
    MODES,
    ROLES,
    SOURCES,
    clock,
    hours,
    named,
    number,
)
from app.reports.moves import CONFIRMED, opened
from app.reports.week import RoundView, Week
from solver.carers import Wage
from solver.law import living_wage_pence
from solver.marginal import MarginalValue

_WAITS = {"hospital": "waits in hospital", "reablement": "waits in reablement", "home": "waits at home"}
_UNITS = {"s": (60, "min"), "carer_min": (60, "carer-hours"), "pence": (100, "pounds")}
"""Units of evidence: what they are divided by for people, and what they are called then."""


def internal_context(week: Week, values: Sequence[MarginalValue] | None = None) -> dict[str, Any]:
    """Gather what the internal page shows.

    Parameters
    ----------
    week
        The week and its plan.
    values
        What a step more of each limit is worth; no such table when left out.

    Returns
    -------
    dict
        For the page's template.
    """
    anchors = {view.round.round_ref: view for view in week.rounds}
    estimated = any(view.round.source == "inferred" for view in week.rounds)
    parameters = week.council.parameters
    return {
        "title": "Weekly capacity proposal",
        "contents": (
            ("summary", "Summary"), ("map-title", "Map"), ("rounds", "Rounds"), ("timetables", "Timetables"),
            ("placements", "Placements"), ("waiting", "Still waiting"),
            *(() if week.plan.moves is None else (("moves", "Who would move"),)),
            *(() if values is None else (("capacity", "More capacity"),)), ("figures", "Figures"), ("objective", "Objective"),
            ("inherited", "Inherited breaks"), ("reading", "How to read"), ("about", "About"),
        ),
        "tiles": [{"name": f.name, "value": f.shown, "unit": f.unit if f.value is not None else "", "note": f.note} for f in tiles(week)],
        "kpi_tables": tables(week),
        "filters": filters(week),
        "rounds": [_round(week, view) for view in week.rounds],
        "rounds_note": "Live rounds marked “estimated” are inferred from commissioned times." if estimated else "",
        "placements": [_placement(week, one, anchors) for one in week.plan.placements],
        "waiting": [_waiting(week, one, place) for place, one in enumerate(week.plan.unplaced, 1)],
        "waiting_note": "People for whom no provider could be proposed, with every provider’s reasons and, where a single "
        "change would make room, the least such change.",
        "reason_totals": reason_totals(week),
        "contract_refusals": contract_refusals(week),
        "capacity": None if values is None else capacity(week, values),
        "moves": None if week.plan.moves is None else moves(week, week.plan.moves),
        "moves_note": "" if week.plan.moves is None else f"{opened(week.plan.moves)} {CONFIRMED}",
        "levels": levels(week),
        "inherited": inherited(week),
        "forces": FORCES,
        "carers": parameters.carers_per_seven_day_round,
        "carer_week": f"{hours(60 * parameters.carer_week_max_hours)} h",
        "roster": week.roster.said(),
        "wage_note": _wage_note(week),
        "walk_leg": parameters.walk_leg_max_min,
        "walk_total": parameters.walk_total_max_min,
    }  # fmt: skip


def filters(week: Week) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """List the choices of the page's filters.

    Parameters
    ----------
    week
        Only what occurs in it can be chosen.

    Returns
    -------
    list of tuple
        Field, label, label of "all", and pairs of value and label.
    """
    shown = {view.round.provider_ref for view in week.rounds}
    shown |= {one.provider_ref for one in week.plan.placements}
    providers = sorted(((ref, week.provider_name(ref)) for ref in shown), key=lambda pair: pair[1])
    shifts = sorted({week.shifts.get(view.round.shift_ref, view.round.shift_ref) for view in week.rounds})
    used = {view.round.mode for view in week.rounds}
    return [
        ("provider", "Provider", "All providers", providers),
        ("zone", "Zone", "All zones", list(week.zones.items())),
        ("shift", "Shift", "All shifts", [(label, label) for label in shifts]),
        ("mode", "Means", "All means", [(mode, means) for mode, means in MODES.items() if mode in used]),
    ]


def tier_label(week: Week, contract_ref: str, tier: int | None) -> str:
    """Name a place in the call-off order.

    Parameters
    ----------
    week
        Its contracts have roles.
    contract_ref
        Whose place it is.
    tier
        The place; None when not on the lot.

    Returns
    -------
    str
        ``2, framework``.
    """
    contract = week.contracts.get(contract_ref)
    role = "" if contract is None else named(ROLES, contract.role).lower()
    # The provider that has, or had, the package is asked before the order of the procedure starts.
    place = "not on the lot" if tier is None else "first refusal" if tier == 0 else str(tier)
    return f"{place}, {role}" if role else place


def passed_lines(week: Week, placement: Placement) -> list[str]:
    """Say which providers a placement passed, and why.

    Parameters
    ----------
    week
        Names the providers.
    placement
        Of the plan.

    Returns
    -------
    list of str
        One line for each contract passed.
    """
    return [
        f"{week.provider_name(one.provider_ref)} (tier {one.tier}): "
        + ", ".join(named(CODES, code).lower() for code in one.codes)
        + (" – estimate, still asked first" if one.predicted else "")
        for one in placement.passed
    ]


def wage_label(wage: Wage | None) -> str:
    """Write a round's effective hourly rate.

    Parameters
    ----------
    wage
        The indicator; None where pay or minimum is not known.

    Returns
    -------
    str
        ``£13.02``, with the minimum where it is under it.
    """
    if wage is None:
        return "not judged"
    rate = f"£{wage.rate_pence / 100:.2f}"
    return f"{rate}, under £{wage.floor_pence / 100:.2f}" if wage.under else rate


def offer_lines(week: Week, placement: Placement) -> list[str]:
    """Say whom to ask for a placement, in order, and what is expected of them.

    Parameters
    ----------
    week
        Names the providers.
    placement
        Of the plan.

    Returns
    -------
    list of str
        One line for each contract to be asked.
    """
    said = {"accept": "expected to accept", "decline": "expected to decline", "not_needed": "if those before decline"}
    return [
        f"{place}. {week.provider_name(one.provider_ref)}"
        + ("" if one.turn is None else f", turn {one.turn}")
        + f": {said[one.answer]}"
        + (" (estimate)" if one.predicted else "")
        for place, one in enumerate(placement.offers, 1)
    ]


def evidence(reason: Reason) -> str:
    """Write a reason's evidence on one line.

    Parameters
    ----------
    reason
        Of the plan.

    Returns
    -------
    str
        Names and values, empty when there is none.
    """
    found = dict(reason.evidence)
    unit = str(found.pop("unit", ""))
    if unit not in _UNITS and found.keys() <= {"value", "limit"}:
        return ""  # the sentence has said it
    divisor, name = _UNITS.get(unit, (1, unit))
    if divisor > 1:
        found = {
            key: number(round(value / divisor, 2)) if isinstance(value, int) else value for key, value in found.items()
        }
    if found.keys() == {"value", "limit"}:
        return f"{found['value']} against a limit of {found['limit']} {name}".strip()
    return "; ".join(f"{key.replace('_', ' ')} {value} {name}".strip() for key, value in found.items())


def _wage_note(week: Week) -> str:
    pay = week.council.parameters.contact_pay_pence_per_hour
    if pay is None:
        return "not judged, as no contact pay is stated in the council file"
    floor = living_wage_pence(week.council.week.starts_on)
    if floor is None:
        return "not judged, as the legal minimum of the planned week is not known"
    return f"on an assumed contact pay of £{pay / 100:.2f}, against the National Living Wage of £{floor / 100:.2f}"


def _round(week: Week, view: RoundView) -> dict[str, Any]:
    plan = view.round
    fresh = set(view.new_packages)
    refs = sorted({visit.package_ref for group in view.groups for visit in group.visits})
    rate = 60 * view.travel_min / view.contact_min if view.contact_min else 0.0
    return {
        "id": view.anchor, "ref": plan.round_ref, "kind": view.kind, "kind_name": KINDS[view.kind],
        "provider": week.provider_name(plan.provider_ref), "provider_ref": plan.provider_ref,
        "zone": week.zone_name(plan.zone_ref), "zone_ref": plan.zone_ref,
        "patch": week.patches.get(plan.patch_ref, plan.patch_ref),
        "shift": week.shifts.get(plan.shift_ref, plan.shift_ref), "mode": plan.mode, "means": MODES[plan.mode],
        "crew": CREWS[plan.crew], "source": SOURCES[plan.source], "needs_carers": plan.needs_carers,
        "people": view.people, "new": len(view.new_packages) or "–", "new_refs": view.new_packages,
        "visits": view.visits_a_week, "contact_h": hours(view.contact_min),
        "travel_rate": f"{rate:.1f}", "longest": f"{view.longest_leg_min:.0f}",
        "wage": wage_label(view.wage), "under": view.wage is not None and view.wage.under,
        "text": " ".join([plan.round_ref, *refs]).lower(),
        "groups": [
            {
                "label": group.label,
                "visits": [
                    {
                        "package": visit.package_ref, "label": week.visit_label(visit), "new": visit.package_ref in fresh,
                        "leave": "–" if visit.leave is None else clock(visit.leave),
                        "travel": "–" if visit.leave is None else f"{visit.travel_s / 60:.0f} min",
                        "arrive": clock(visit.arrive), "start": clock(visit.start), "finish": clock(visit.finish),
                    }
                    for visit in group.visits
                ],
            }
            for group in view.groups
        ],
    }  # fmt: skip


def _placement(week: Week, one: Placement, anchors: dict[str, RoundView]) -> dict[str, Any]:
    package = week.packages[one.package_ref]
    zone = week.zone_of(one.package_ref)
    refs = list(dict.fromkeys(part.round_ref for part in one.parts))
    views = [anchors[ref] for ref in refs if ref in anchors]
    return {
        "package": one.package_ref, "zone": week.zone_name(zone), "zone_ref": zone or "", "priority": package.priority,
        "change": named(CHANGES, package.change), "hours": hours(one.carer_minutes),
        "provider": week.provider_name(one.provider_ref), "provider_ref": one.provider_ref,
        "tier": tier_label(week, one.contract_ref, one.tier),
        "rounds": [(view.anchor, view.round.round_ref) for view in views], "fixed": len(one.fixed_blocks), "layout": one.layout,
        "shifts": "|".join(sorted({week.shifts.get(view.round.shift_ref, "") for view in views})),
        "modes": "|".join(sorted({view.round.mode for view in views})),
        "kinds": "|".join(sorted({view.kind for view in views})),
        "carers": week.carers_of.get(one.package_ref, "–"),
        "passed": passed_lines(week, one), "offers": offer_lines(week, one) if len(one.offers) > 1 else [], "text": " ".join([one.package_ref, *refs]).lower(),
    }  # fmt: skip


def _waiting(week: Week, one: Unplaced, place: int) -> dict[str, Any]:
    package = week.packages[one.package_ref]
    zone = week.zone_of(one.package_ref)
    unlocks = [reason.unlock for refusal in one.refusals for reason in refusal.reasons if reason.unlock is not None]
    needs = [*package.requirements.skills]
    if package.requirements.carer_gender:
        needs.append(f"{package.requirements.carer_gender} carer")
    if package.requirements.language:
        needs.append(f"a carer who speaks {package.requirements.language.upper()}")
    facts = [
        named(CHANGES, package.change), named(LOTS, package.lot).lower(), _WAITS[package.waits_in],
        *([f"with {package.waits_with}"] if package.waits_with else []),
        *(["needs " + ", ".join(need.replace("_", " ") for need in needs)] if needs else []),
    ]  # fmt: skip
    return {
        "id": f"waiting-{place}", "package": one.package_ref, "zone": week.zone_name(zone), "zone_ref": zone or "",
        "providers": "|".join(sorted({refusal.provider_ref for refusal in one.refusals})),
        "priority": one.priority, "days": one.days_waiting, "hours": hours(one.carer_minutes),
        "facts": ", ".join(facts) + ".", "nearest": _nearest(week, one) if unlocks else "",
        "overtaken": ", ".join(one.overtaken_by), "text": one.package_ref.lower(),
        "refusals": [_refusal(week, refusal) for refusal in one.refusals],
    }  # fmt: skip


def _nearest(week: Week, one: Unplaced) -> str:
    """Name the change that alone would do: of the refusals with a single reason, the first in the call-off order."""
    single = [
        (refusal.tier if refusal.tier is not None else 10_000, place, refusal)
        for place, refusal in enumerate(one.refusals)
        if len(refusal.reasons) == 1 and refusal.reasons[0].unlock is not None
    ]
    if not single:
        return ""
    refusal = min(single)[2]
    unlock = refusal.reasons[0].unlock
    return "" if unlock is None else f"{unlock.sentence} ({week.provider_name(refusal.provider_ref)})"


def _refusal(week: Week, one: Refusal) -> dict[str, Any]:
    return {
        "provider": week.provider_name(one.provider_ref), "tier": tier_label(week, one.contract_ref, one.tier),
        "reasons": [
            {
                "name": named(CODES, reason.code), "code": reason.code, "force": reason.force, "sentence": reason.sentence,
                "evidence": evidence(reason), "unlock": reason.unlock.sentence if reason.unlock else "",
            }
            for reason in one.reasons
        ],
    }  # fmt: skip
