"""A week and a proposal made by hand: naive rounds, invented refusals; enough of everything to draw and to print."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import cos, hypot, radians
from typing import Any

from app.formats.council import DAYS, CouncilFile, Day, Home, Package, Visit
from app.formats.plan import (
    ContractRefusal,
    FixedBlock,
    Inherited,
    Level,
    Passed,
    PlacedPart,
    Placement,
    PlanFile,
    Provenance,
    Reason,
    Refusal,
    RoundDayPlan,
    RoundPlan,
    TimedVisit,
    Unlock,
    Unplaced,
)
from app.ground import Ground, cache_folder
from app.synth import synth
from tests.synth.towns import tiny_town

SHIFTS = (("early", 7 * 3600, 14.5 * 3600), ("late", 15.5 * 3600, 22.5 * 3600))
Stop = tuple[int, Package, Visit]


@cache
def week(scale: float = 0.1) -> tuple[CouncilFile, PlanFile]:
    """A council on a small made-up town, a tenth of Merton's size, and a proposal for it."""
    town = tiny_town()
    council = synth(
        "merton", seed=1, scale=scale, rounds="none", network=town, relative_to=town.parent, cache_dir=cache_folder()
    )
    return council, proposal(council)


def ground_of(council: CouncilFile) -> Ground:
    return Ground(council=council, folder=tiny_town().parent)


def proposal(council: CouncilFile) -> PlanFile:
    """Place most of those who wait, and put everybody on rounds in order of time."""
    ground = ground_of(council)
    area_of = dict(zip((h.home_ref for h in council.homes), ground.areas_of(council.homes), strict=True))
    zone_of = {a: (z.zone_ref, p.patch_ref) for z in council.zones for p in z.patches for a in p.area_refs}
    homes = {home.home_ref: home for home in council.homes}
    waiting = [package for package in council.packages if package.state == "waiting"]
    placed, refused = waiting[: len(waiting) * 4 // 5], waiting[len(waiting) * 4 // 5 :]
    chosen: dict[str, tuple[str, str, int]] = {}
    for number, package in enumerate(placed):
        here = [c for c in council.contracts if c.zone_ref == zone_of[str(area_of[package.home_ref])][0]]
        contract = here[number % min(3, len(here))]
        chosen[package.package_ref] = (contract.provider_ref, contract.contract_ref, 1 + number % min(3, len(here)))
    groups: dict[tuple[str, ...], list[Stop]] = defaultdict(list)
    fixed: dict[str, list[FixedBlock]] = defaultdict(list)
    for package in council.packages:
        proposed = chosen.get(package.package_ref)
        provider = proposed[0] if proposed else package.provider_ref
        if provider is None or (package.state == "waiting" and proposed is None):
            continue
        zone, patch = zone_of[str(area_of[package.home_ref])]
        for line in package.lines:
            for visit in line.visits:
                begin = _begin(visit)
                shift = "early" if begin < 15 * 3600 else "late"
                kind = "new" if proposed and len(package.package_ref) % 2 == 0 and proposed[2] > 1 else "live"
                if visit.duration_min > 180:
                    fixed[package.package_ref].append(FixedBlock(line_ref=line.line_ref, visit_ref=visit.visit_ref))
                    continue
                groups[provider, zone, patch, shift, str(visit.crew), kind].append((begin, package, visit))
    rounds: list[RoundPlan] = []
    parts: dict[str, list[PlacedPart]] = defaultdict(list)
    for key, stops in sorted(groups.items()):
        for chunk in _chunks(sorted(stops, key=lambda stop: (stop[0], stop[2].visit_ref))):
            rounds.append(_round(key, chunk, f"rnd-{len(rounds) + 1:04d}", homes))
            for _, package, visit in chunk:
                parts[package.package_ref].append(
                    PlacedPart(
                        line_ref=package.lines[0].line_ref,
                        shift_ref=key[3],
                        crew=visit.crew,
                        round_ref=rounds[-1].round_ref,
                        visit_refs=(visit.visit_ref,),
                    )
                )
    placements = tuple(
        Placement(
            package_ref=package.package_ref,
            provider_ref=chosen[package.package_ref][0],
            contract_ref=chosen[package.package_ref][1],
            tier=chosen[package.package_ref][2],
            carer_minutes=_carer_minutes(package),
            parts=tuple(parts[package.package_ref]),
            fixed_blocks=tuple(fixed[package.package_ref]),
            passed=_passed(council, chosen[package.package_ref]),
        )
        for package in placed
    )
    unplaced = tuple(_unplaced(council, package, number, placed) for number, package in enumerate(refused))
    return PlanFile(
        format="careround-plan/1",
        council=council.name,
        fictional=council.fictional,
        provenance=Provenance(
            council_sha256="0" * 64,
            careround_version="0.0.0",
            rules_sha256="1" * 64,
            seed=1,
            effort=8,
            replayable=True,
            statement="Made by hand for the tests of the reports.",
        ),
        levels=(
            Level(level="0", name="live people whose agreed round changes", value=0, sense="min", bound=0),
            Level(
                level="1.2",
                name="people of priority class 2 placed",
                value=len(placed),
                sense="max",
                bound=len(waiting),
                bound_kind="proven",
            ),
            Level(
                level="5",
                name="paid seconds a week of all rounds",
                value=812_340,
                sense="min",
                bound=790_100,
                bound_kind="pool",
            ),
        ),
        kpis=kpis(placements, unplaced),
        placements=placements,
        unplaced=unplaced,
        contract_refusals=(
            ContractRefusal(
                provider_ref=council.providers[0].provider_ref,
                zone_ref=council.zones[0].zone_ref,
                lot="chc",
                codes=("NOT_ON_LOT",),
            ),
        ),
        inherited=(
            Inherited(
                round_ref=rounds[0].round_ref, day="mon", rule="WALK_TOTAL", code="NO_WORKABLE_ROUND", excess=420
            ),
        ),
        rounds=tuple(rounds),
    )


def kpis(placements: Sequence[Placement], unplaced: Sequence[Unplaced]) -> dict[str, Any]:
    return {
        "packages_in": len(placements) + len(unplaced),
        "people_placed": len(placements),
        "people_waiting": len(unplaced),
        "hours_placed": round(sum(one.carer_minutes for one in placements) / 60, 1),
        "placed_by_tier": {"1": 6, "2": 3, "3": 2},
        "waiting_hours_by_zone": {"zone-1": 12.5, "zone-3": 21.0, "outside": 3.0},
        "waiting_by_age": {"00-06 days": 2, "28+ days": 1},
        "walkable_visits_percent": 71.4,
        "travel_min_per_contact_hour": 9.8,
        "rounds_per_person": 1.73,
        "visits_under_30_percent": None,
        "cap_headroom_hours": {"con-01-1": 34.5},
        "something_new_percent": 7,
        "another_list": ["a", "b"],
        "another_split": {"x": 1},
    }


def _begin(visit: Visit) -> int:
    time = visit.agreed_start or visit.preferred or (visit.window[0] if visit.window else "09:00")
    return int(time[:2]) * 3600 + int(time[3:]) * 60


def _chunks(stops: list[Stop]) -> list[list[Stop]]:
    """Deal visits in order of time to as many rounds as it takes so that none waits for another."""
    chunks: list[list[Stop]] = []
    for stop in stops:
        for chunk in chunks:
            before = chunk[-1]
            if before[0] + before[2].duration_min * 60 + 240 <= stop[0] and len(chunk) < 9:
                chunk.append(stop)
                break
        else:
            chunks.append([stop])
    return chunks


def _round(key: tuple[str, ...], chunk: list[Stop], ref: str, homes: dict[str, Home]) -> RoundPlan:
    days = []
    for day in DAYS:
        today = [stop for stop in chunk if day in stop[2].days]
        if today:
            days.append(RoundDayPlan(day=day, visits=_timed(today, homes)))
    far = any(a.travel_s > 900 for day in days for a in day.visits)
    return RoundPlan(
        round_ref=ref,
        provider_ref=key[0],
        zone_ref=key[1],
        patch_ref=key[2],
        shift_ref=key[3],
        mode="drive" if far else "walk",
        crew=2 if key[4] == "2" else 1,
        source="proposed" if key[5] == "new" else "inferred",
        needs_carers=key[5] == "new",
        days=tuple(days),
    )


def _timed(stops: list[Stop], homes: dict[str, Home]) -> tuple[TimedVisit, ...]:
    timed = []
    leave: int | None = None
    pairs = [(None, stops[0]), *pairwise(stops)] if stops else []
    for before, (begin, package, visit) in pairs:
        travel = 0 if before is None else _leg_s(homes[before[1].home_ref], homes[package.home_ref])
        arrive = begin if leave is None else leave + travel
        start = max(begin, arrive)
        timed.append(
            TimedVisit(
                package_ref=package.package_ref,
                visit_ref=visit.visit_ref,
                home_ref=package.home_ref,
                leave=None if leave is None else clock_of(leave),
                travel_s=travel,
                arrive=clock_of(arrive),
                start=clock_of(start),
                finish=clock_of(start + visit.duration_min * 60),
            )
        )
        leave = start + visit.duration_min * 60
    return tuple(timed)


def _leg_s(a: Home, b: Home) -> int:
    metres = hypot((a.lon - b.lon) * 111_320 * cos(radians(a.lat)), (a.lat - b.lat) * 111_320)
    return round(min(metres / 1.25, 1500))


def clock_of(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _carer_minutes(package: Package) -> int:
    return sum(visit.duration_min * visit.crew * len(visit.days) for line in package.lines for visit in line.visits)


def _passed(council: CouncilFile, chosen: tuple[str, str, int]) -> tuple[Passed, ...]:
    if chosen[2] == 1:
        return ()
    first = council.contracts[0]
    return (
        Passed(
            provider_ref=first.provider_ref,
            contract_ref=first.contract_ref,
            tier=1,
            codes=("HOURS_CAP",),
            predicted=False,
        ),
    )


def _unplaced(council: CouncilFile, package: Package, number: int, placed: Sequence[Package]) -> Unplaced:
    reasons = (
        Reason(
            code="HOURS_CAP",
            rule="HOURS_CAP",
            force="contract",
            sentence="It would carry 236.5 h, and its obligation in the zone ends at 230 h.",
            evidence={"value_min": 14190, "limit_min": 13800},
            unlock=Unlock(sentence="6.5 h more in zone West", by=390, unit="min", patch=()),
        ),
        Reason(
            code="NO_WORKABLE_ROUND",
            rule="WALK_LEG",
            force="estimate",
            sentence="The shortest way to the home takes 17 min; a walking leg may take 15 min.",
            evidence={"value_s": 1020, "limit_s": 900},
        ),
        Reason(
            code="EMBARGO",
            rule="EMBARGO",
            force="contract",
            sentence="New work is stopped from 2026-10-01.",
            evidence={},
        ),
        Reason(
            code="DECLINED",
            rule="DECLINED",
            force="answer",
            sentence="Declined on 2026-11-20: no capacity at those times.",
            evidence={},
        ),
    )
    return Unplaced(
        package_ref=package.package_ref,
        priority=package.priority,
        days_waiting=4 + number,
        carer_minutes=_carer_minutes(package),
        refusals=tuple(
            Refusal(
                provider_ref=contract.provider_ref,
                contract_ref=contract.contract_ref,
                tier=None if i > 6 else i + 1,
                reasons=reasons[i % 4 : i % 4 + 1 + i % 2] or reasons[:1],
            )
            for i, contract in enumerate(council.contracts[:9])
        ),
        overtaken_by=(placed[0].package_ref,) if number == 0 else (),
    )


def days_of(round_plan: RoundPlan) -> tuple[Day, ...]:
    return tuple(day.day for day in round_plan.days)
