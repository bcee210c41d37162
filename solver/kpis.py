"""The figures of the weekly meeting, from a problem and a plan."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median
from typing import Any

from solver.carers import Roster, wage_of_round
from solver.facts import UNLIMITED
from solver.law import living_wage_pence
from solver.pairs import week_price_pence
from solver.plan import PlanPlacement, PlanRound, PlanUnplaced
from solver.problem import Package, Problem


def kpis(
    problem: Problem,
    placements: Sequence[PlanPlacement],
    unplaced: Sequence[PlanUnplaced],
    rounds: Sequence[PlanRound],
) -> dict[str, Any]:
    """Work out the figures that a plan is read by.

    Parameters
    ----------
    problem
        The council's week.
    placements, unplaced, rounds
        Of the plan; rounds are the live ones, extended or not, and the new ones.

    Returns
    -------
    dict
        Counts, carer-hours (one decimal), percentages (one decimal) and minutes per contact hour
        (one decimal); the clock of every waiting figure is *referred to the planned Monday*.
    """
    by_ref = {package.ref: package for package in problem.packages}
    waiting = [package for package in problem.packages if package.state == "waiting"]
    left = [by_ref[one.package_ref] for one in unplaced if one.package_ref in by_ref]
    placed_min = sum(one.carer_minutes for one in placements)
    return {
        "packages_in": len(waiting),
        "people_placed": len(placements),
        "people_waiting": len(unplaced),
        "hours_in": _hours(sum(package.carer_min for package in waiting)),
        "hours_placed": _hours(placed_min),
        "hours_waiting": _hours(sum(package.carer_min for package in left)),
        "placed_by_tier": _sorted(Counter(str(one.tier) for one in placements)),
        "placed_by_role": _sorted(_by_role(problem, placements)),
        "primary_share_percent": _percent(
            sum(n for role, n in _by_role(problem, placements).items() if role in ("primary", "block")), len(placements)
        ),
        "placements_not_first_in_turn": sum(_before_its_turn(one) for one in placements),
        "waiting_by_zone": _sorted(Counter(_zone(problem, package) for package in left)),
        "waiting_hours_by_zone": _waiting_hours(problem, left),
        "waiting_by_lot": _sorted(Counter(package.lot for package in left)),
        "waiting_by_age": _sorted(Counter(_age_band(package.days_waiting) for package in left)),
        "median_days_waited_placed": _median([by_ref[one.package_ref].days_waiting for one in placements]),
        "p90_days_waited_placed": _p90([by_ref[one.package_ref].days_waiting for one in placements]),
        "unplaced_by_reason": _sorted(Counter(code for one in unplaced for code in _codes(one))),
        "placed_otherwise_than_commissioned": sum(bool(one.layout) for one in placements),
        "placed_elsewhere_than_before": sum(_moves(problem, by_ref[one.package_ref], one) for one in placements),
        "fee_placed_pounds_a_week": round(sum(_fee(problem, one) for one in placements) / 100, 2),
        "declines_by_code": _sorted(Counter(code for package in waiting for code in package.decline_codes)),
        "discharge_delayed_people": len(delays := _delays(problem, waiting)),
        "discharge_delay_days": sum(delays),
        "fast_response_stays_over_72_h": sum(
            stay.service == "fast_response" and stay.days > 3 for stay in problem.stays
        ),
        "stays_by_service": _sorted(Counter(stay.service for stay in problem.stays)),
        "overtaken_people": sum(bool(one.overtaken_by) for one in unplaced),
        "cap_headroom_hours": _headroom(problem, placements),
        "guaranteed_unused_hours": _hours(_unused(problem, placements)),
        **_round_figures(problem, placements, rounds),
    }


def _round_figures(
    problem: Problem, placements: Sequence[PlanPlacement], rounds: Sequence[PlanRound]
) -> dict[str, Any]:
    by_ref = {package.ref: package for package in problem.packages}
    stand_by = _stand_by(problem, placements)
    visits = short = 0
    by_means: Counter[str] = Counter()
    contact = travel = waited = 0
    on_rounds: dict[str, set[str]] = defaultdict(set)
    for one in rounds:
        for day in one.days.values():
            for visit in day:
                crew = one.crew
                idle_hands = stand_by.get((visit.package_ref, visit.visit_ref), 0)
                visits += 1
                by_means[one.mode] += 1
                short += visit.finish_s - visit.start_s < 1800
                contact += (crew - idle_hands) * (visit.finish_s - visit.start_s)
                travel += crew * visit.travel_s
                idle = visit.start_s - visit.arrive_s
                waited += crew * idle if idle <= problem.parameters.paid_gap_s else 0
                on_rounds[visit.package_ref].add(one.round_ref)
    placed = {one.package_ref for one in placements}
    walking = {one.round_ref for one in rounds if one.mode == "walk"}
    return {
        "rounds": len(rounds),
        "rounds_new": sum(one.source == "proposed" for one in rounds),
        "rounds_needing_carers": sum(one.needs_carers for one in rounds),
        "rounds_by_source": _sorted(Counter(one.source for one in rounds)),
        "rounds_estimated": any(one.source == "inferred" for one in rounds),
        "walkable_visits_percent": _percent(by_means["walk"], visits),
        "cycled_visits_percent": _percent(by_means["cycle"], visits),
        "driven_visits_percent": _percent(by_means["driven"], visits),
        "walkable_packages_percent": _percent(sum(refs <= walking for refs in on_rounds.values()), len(on_rounds)),
        "travel_min_per_contact_hour": _ratio(60 * travel, contact),
        "waiting_min_per_contact_hour": _ratio(60 * waited, contact),
        "rounds_per_person": _ratio(sum(len(refs) for refs in on_rounds.values()), len(on_rounds), digits=2),
        "rounds_per_person_placed": _ratio(
            sum(len(refs) for ref, refs in on_rounds.items() if ref in placed),
            sum(ref in placed for ref in on_rounds),
            digits=2,
        ),
        "distinct_carers_four_weeks_expected": _distinct_carers(problem, rounds),
        "rounds_under_wage_indicator": _under_wage(problem, rounds),
        "visits_a_week": visits,
        "visits_under_30_percent": _percent(short, visits),
        "hours_outside_rounds": _hours(
            sum(by_ref[one.package_ref].carer_min for one in placements) - _minutes_on_rounds(placed, rounds, stand_by)
        ),
    }


def _distinct_carers(problem: Problem, rounds: Sequence[PlanRound]) -> float | None:
    """Average the carers that people are expected to meet, by the stated roster assumption."""
    roster = Roster(problem.parameters.carers_per_round, problem.parameters.cover_carers)
    carers: Counter[str] = Counter()
    for one in rounds:
        for ref in {visit.package_ref for day in one.days.values() for visit in day}:
            carers[ref] += roster.carers(len(one.days), one.crew)
    return _ratio(sum(carers.values()), len(carers), digits=2)


def _under_wage(problem: Problem, rounds: Sequence[PlanRound]) -> int | None:
    """Count rounds whose effective hourly rate is below the wage floor; None where pay or floor is not known."""
    pay = problem.parameters.contact_pay_pence
    floor = living_wage_pence(date.fromordinal(problem.week_starts_on))
    if pay is None or floor is None:
        return None
    under = 0
    for one in rounds:
        visits = [visit for day in one.days.values() for visit in day]
        gaps = [visit.start_s - visit.arrive_s for visit in visits]
        wage = wage_of_round(
            pay,
            floor,
            sum(visit.finish_s - visit.start_s for visit in visits),
            sum(visit.travel_s for visit in visits),
            sum(gap for gap in gaps if gap <= problem.parameters.paid_gap_s),
        )
        under += wage is not None and wage.under
    return under


def _before_its_turn(one: PlanPlacement) -> bool:
    """Say whether somebody who is asked before the contract proposed is expected to accept."""
    first = next((offer for offer in one.offers if offer.answer == "accept"), None)
    return first is not None and first.contract_ref != one.contract_ref


def _moves(problem: Problem, package: Package, placement: PlanPlacement) -> bool:
    return package.former >= 0 and problem.providers[package.former].ref != placement.provider_ref


def _fee(problem: Problem, placement: PlanPlacement) -> int:
    package = next(i for i, one in enumerate(problem.packages) if one.ref == placement.package_ref)
    contract = next(i for i, one in enumerate(problem.contracts) if one.ref == placement.contract_ref)
    return week_price_pence(problem, package, contract)


def _delays(problem: Problem, waiting: list[Package]) -> list[int]:
    ready = [package.discharge_ready for package in waiting if package.discharge_ready is not None]
    return [problem.week_starts_on - day for day in ready if day < problem.week_starts_on]


def _stand_by(problem: Problem, placements: Sequence[PlanPlacement]) -> dict[tuple[str, str], int]:
    """Look up carers who come to a visit and are not needed, by package and visit."""
    packages = {package.ref: package for package in problem.packages}
    patterns = {provider.ref: provider.pattern for provider in problem.providers}
    return {
        (one.package_ref, visit.ref): visit.stand_by
        for one in placements
        if one.layout
        for layout in packages[one.package_ref].layouts(patterns[one.provider_ref])
        if layout.ref == one.layout
        for part in layout.parts
        for visit in (problem.visits[i] for i in problem.parts[part].visits)
        if visit.stand_by
    }


def _minutes_on_rounds(placed: set[str], rounds: Sequence[PlanRound], stand_by: Mapping[tuple[str, str], int]) -> int:
    return (
        sum(
            (one.crew - stand_by.get((visit.package_ref, visit.visit_ref), 0)) * (visit.finish_s - visit.start_s)
            for one in rounds
            for day in one.days.values()
            for visit in day
            if visit.package_ref in placed
        )
        // 60
    )


def _by_role(problem: Problem, placements: Sequence[PlanPlacement]) -> Counter[str]:
    roles = {contract.ref: contract.role for contract in problem.contracts}
    return Counter(roles.get(one.contract_ref, "unknown") for one in placements)


def _codes(one: PlanUnplaced) -> list[str]:
    codes = sorted({reason.code for refusal in one.refusals for reason in refusal.reasons})
    return codes or ["NOT_IN_ZONE"]


def _zone(problem: Problem, package: Package) -> str:
    return problem.zones[package.zone] if package.zone >= 0 else "outside"


def _waiting_hours(problem: Problem, left: list[Package]) -> dict[str, float]:
    totals: Counter[str] = Counter()
    for package in left:
        totals[_zone(problem, package)] += package.carer_min
    return {zone: _hours(minutes) for zone, minutes in sorted(totals.items())}


def _age_band(days: int) -> str:
    return next(
        name
        for least, name in ((28, "28+ days"), (14, "14-27 days"), (7, "07-13 days"), (0, "00-06 days"))
        if days >= least
    )


def _headroom(problem: Problem, placements: Sequence[PlanPlacement]) -> dict[str, float]:
    added = _counted(problem, placements)
    return {
        contract.ref: _hours(contract.cap_min - contract.live_min - added[contract.ref])
        for contract in problem.contracts
        if contract.cap_min < UNLIMITED
    }


def _unused(problem: Problem, placements: Sequence[PlanPlacement]) -> int:
    added = _counted(problem, placements)
    return sum(
        max(0, contract.guaranteed_min - contract.live_min - added[contract.ref]) for contract in problem.contracts
    )


def _counted(problem: Problem, placements: Sequence[PlanPlacement]) -> Counter[str]:
    counted = {package.ref: package.counted_min for package in problem.packages}
    totals: Counter[str] = Counter()
    for one in placements:
        totals[one.contract_ref] += counted.get(one.package_ref, 0)
    return totals


def _hours(minutes: int) -> float:
    return round(minutes / 60, 1)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _ratio(part: int, whole: int, digits: int = 1) -> float | None:
    return round(part / whole, digits) if whole else None


def _median(days: list[int]) -> float | None:
    return float(median(days)) if days else None


def _p90(days: list[int]) -> int | None:
    return sorted(days)[-(-9 * len(days) // 10) - 1] if days else None


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))
