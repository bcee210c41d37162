"""Small fictional worlds for the engine's tests: built from a seed, without files or maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.facts import UNLIMITED, UNREACHABLE_S
from solver.infer import infer_rounds
from solver.means import MODES, Table
from solver.problem import (
    NOWHERE,
    CapacityReturn,
    Contract,
    Embargo,
    Home,
    LiveRound,
    Package,
    Parameters,
    Part,
    Patch,
    Problem,
    Procedure,
    Provider,
    Shift,
    Visit,
)
from solver.weeks import Weeks

HOUR = 3600
EARLY_AND_LATE = (
    Shift(ref="early", pattern=0, start_s=7 * HOUR, end_s=14 * HOUR + 1800),
    Shift(ref="late", pattern=0, start_s=15 * HOUR + 1800, end_s=22 * HOUR + 1800),
)
THREE_SHIFTS = (
    Shift(ref="morning", pattern=1, start_s=6 * HOUR + 1800, end_s=12 * HOUR),
    Shift(ref="midday", pattern=1, start_s=11 * HOUR, end_s=17 * HOUR + 1800),
    Shift(ref="evening", pattern=1, start_s=17 * HOUR, end_s=23 * HOUR),
)
ALL_TABLES: tuple[Table, ...] = ("walk", "drive", "cycle", "dark_walk")
BANDS = ((7, 11), (11.5, 14), (16, 18.5), (19, 22))
LOTS = ("older_people", "short_term")
RETURN_MIN = 60 * 60


def travel_tables(points_m: NDArray[np.float64], tables: Sequence[Table]) -> dict[Table, NDArray[np.uint16]]:
    """Straight lines with a detour, at 75 m a minute, at 25 km/h with two minutes to park, and at 15 km/h.

    After dark one pair of homes in three is half as far again on foot, and one in eleven has no lit way.
    """
    metres = 1.3 * np.hypot(*(points_m[:, None, :] - points_m[None, :, :]).transpose(2, 0, 1))
    walk = np.minimum(np.rint(metres / 1.25), UNREACHABLE_S)
    walk[walk > 1800] = UNREACHABLE_S
    drive = np.where(metres > 0, 120 + np.rint(metres / 6.9), 0)
    a, b = np.indices(walk.shape)
    dark = np.where((a + b) % 3 == 0, np.minimum(np.rint(1.5 * walk), UNREACHABLE_S), walk)
    dark = np.where(((a + 1) * (b + 1) % 11 == 0) & (a != b), UNREACHABLE_S, dark)
    dark[walk == 0] = 0
    cycle = np.minimum(np.rint(metres * 60 / 250), UNREACHABLE_S)
    found: dict[Table, NDArray[np.float64]] = {"walk": walk, "dark_walk": dark, "drive": drive, "cycle": cycle}
    return {table: found[table].astype(np.uint16) for table in tables}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is drawn for one package before it stands in a problem."""

    home: int
    patch: int
    visits: tuple[Visit, ...]
    fields: dict[str, Any]


def world(
    seed: int,
    *,
    packages: int = 12,
    providers: int = 3,
    patches: int = 1,
    zones: int = 1,
    side_m: float = 1500.0,
    cap_min: int = UNLIMITED,
    parameters: Parameters | None = None,
    carers: int | None = None,
    double_share: float = 0.2,
    live: int = 0,
    couples: int = 0,
    patterns: int = 1,
    embargoes: int = 0,
    growth_min: int = UNLIMITED,
    answers: int = 0,
    contracts_off: int = 0,
    longest_day: bool = False,
    selection: str = "rotation",
    loose: float = 0.0,
    all_means: bool = False,
) -> Problem:
    """Make a world: one primary in each zone, the others framework.

    Parameters
    ----------
    seed
        Of every draw.
    packages, providers, patches, zones
        How many; the packages wait.
    side_m
        Side of a patch.
    cap_min, growth_min
        Of every contract, and of every provider.
    parameters
        Limits and weights.
    carers
        What capacity returns state for every slot; none when left out.
    double_share
        Share of visits with two carers.
    live
        Packages that are served already, on inferred rounds, at agreed times with 15 minutes' tolerance.
    couples
        Pairs of the waiting packages that live together.
    patterns
        1: early and late; 2: odd providers work three shifts.
    embargoes, answers
        How many are drawn.
    contracts_off
        Contracts that ended last week, from the last backwards.
    longest_day
        Whether the first package has a sit of ten hours, which fits no shift.
    selection
        How framework contracts are chosen from.
    loose
        Share of waiting people's visits that leave the plan something to choose.
    all_means
        Whether rounds may be cycled and driven too, here and there, and walked on lit ways after dark.
    """
    rng = np.random.default_rng(seed)
    ground = tuple(
        Patch(ref=f"patch-{i}", zone=i % zones, driven=(2_700 + 600 * i, 130) if all_means and i % 2 == 0 else None)
        for i in range(patches)
    )
    parameters = parameters or Parameters()
    if all_means:
        parameters = replace(parameters, modes=MODES, lit_ways_after_dark=True)
    centres = rng.uniform(0, 4 * side_m, (patches, 2))
    points: list[NDArray[np.float64]] = []
    people: list[Person] = []
    for i in range(packages + live):
        couple = i % 2 == 1 and i < 2 * couples
        people.append(_person(rng, i, people[-1] if couple else None, points, centres, side_m, double_share, providers))
    if longest_day:
        people[0] = replace(people[0], visits=(*people[0].visits, _sit()))
    if loose:
        people = [replace(one, visits=tuple(_loosened(rng, v, loose) for v in one.visits)) for one in people]
    shifts = (EARLY_AND_LATE, THREE_SHIFTS)[:patterns]
    serving = [int(rng.integers(providers)) if i >= packages else NOWHERE for i in range(packages + live)]
    packed, visits, parts = _pack(people, shifts, ground, serving, parameters)
    for i in range(2 * couples):
        packed[i] = replace(packed[i], linked=i ^ 1, priority=packed[i & ~1].priority)
    for _ in range(answers):
        i, said = int(rng.integers(packages)), ("declined", "no_answer", "person_declined")[int(rng.integers(3))]
        packed[i] = replace(packed[i], answers=((int(rng.integers(providers)), said),))
    problem = Problem(
        name="A fictional world",
        week_starts_on=740_000,
        parameters=parameters,
        shifts=tuple(shift for pattern in shifts for shift in pattern),
        providers=tuple(
            Provider(
                ref=f"provider-{p}",
                pattern=p % patterns,
                skills=frozenset({"peg"} if p else ()),
                growth_limit_min=growth_min,
                modes=(None, ("driven", "cycle", "walk"), ("walk", "drive"))[p % 3] if all_means else None,
            )
            for p in range(providers)
        ),
        procedures=(
            Procedure(ref="call-off", steps=((frozenset({"primary"}), "rank"), (frozenset({"framework"}), selection))),
        ),
        contracts=_contracts(zones, providers, cap_min, contracts_off, packed),
        embargoes=_embargoes(rng, embargoes, providers, zones),
        returns=_returns(carers, providers, patches, patterns),
        zones=tuple(f"zone-{z}" for z in range(zones)),
        patches=ground,
        homes=tuple(
            Home(ref=f"home-{i}", patch=patch, unsafe_after_dark=bool(rng.random() < 0.1))
            for i, patch in enumerate(_patch_of_home(people, len(points)))
        ),
        packages=tuple(packed),
        visits=tuple(visits),
        parts=tuple(parts),
        rounds=(),
        cases=(*((2 * i, 2 * i + 1) for i in range(couples)), *((i,) for i in range(2 * couples, packages))),
        travel=travel_tables(np.array(points), ALL_TABLES if all_means else ALL_TABLES[:2]),
    )
    return with_live_rounds(problem) if live else problem


def many_sided(seed: int) -> Problem:
    """Draw a world with a bit of everything."""
    rng = np.random.default_rng([seed, 77])

    def one_of(*values: Any) -> Any:
        return values[int(rng.integers(len(values)))]

    zones = one_of(1, 1, 2)
    return world(
        seed,
        packages=int(rng.integers(4, 11)),
        providers=int(rng.integers(1, 5)),
        patches=zones * one_of(1, 1, 2),
        zones=zones,
        side_m=one_of(600.0, 1500.0, 4000.0),
        cap_min=one_of(UNLIMITED, 2400, 1200),
        carers=one_of(None, None, 0, 1, 3),
        live=one_of(0, 0, 6, 10),
        couples=one_of(0, 1),
        patterns=one_of(1, 2),
        embargoes=one_of(0, 0, 2),
        growth_min=one_of(UNLIMITED, 1500),
        answers=one_of(0, 2),
        contracts_off=one_of(0, 0, 1),
        longest_day=one_of(False, False, True),
        selection=("rotation", "fair_hours", "fair_offers")[seed % 3],
        loose=(0.0, 0.0, 0.3)[seed // 3 % 3],
        all_means=one_of(False, True),
        parameters=Parameters(
            split_gap_s=one_of(UNLIMITED, UNLIMITED, 2 * HOUR), carer_week_s=one_of(48 * HOUR, 48 * HOUR, 6 * HOUR)
        ),
    )


def with_live_rounds(problem: Problem) -> Problem:
    """Put the live people on inferred rounds, at the times that these keep on the first day."""
    found = infer_rounds(problem, seed=1)
    visits = list(problem.visits)
    agreed: set[int] = set()
    for one in found:
        for day, starts in zip(one.days, one.starts_s, strict=True):
            for visit, start in zip(day, starts, strict=True):
                if visit not in agreed:
                    agreed.add(visit)
                    visits[visit] = replace(visits[visit], earliest_s=start - 900, latest_s=start + 900)
    return replace(
        problem,
        visits=tuple(visits),
        rounds=tuple(
            LiveRound(
                ref=f"round-{i}",
                provider=one.provider,
                patch=one.patch,
                shift=one.shift,
                mode=one.mode,
                crew=one.crew,
                source="inferred",
                days=one.days,
            )
            for i, one in enumerate(found)
        ),
    )


def _person(
    rng: np.random.Generator,
    i: int,
    partner: Person | None,
    points: list[NDArray[np.float64]],
    centres: NDArray[np.float64],
    side_m: float,
    double_share: float,
    providers: int,
) -> Person:
    if partner is None:
        patch, home = int(rng.integers(len(centres))), len(points)
        points.append(centres[patch] + rng.uniform(0, side_m, 2))
    else:
        patch, home = partner.patch, partner.home
    days = 127 if rng.random() < 0.7 else int(rng.integers(1, 128))
    visits = []
    for band in sorted(rng.choice(4, size=int(rng.integers(1, 5)), replace=False)):
        preferred = int(rng.uniform(*BANDS[band]) * 12) * 300
        tolerance = 900 if rng.random() < 0.2 else 2700
        visits.append(
            Visit(
                ref=f"v{band}",
                package=i,
                line=0,
                home=home,
                days=days,
                earliest_s=preferred - tolerance,
                latest_s=preferred + tolerance,
                duration_s=int(rng.choice([900, 1800, 2700, 3600], p=[0.02, 0.72, 0.18, 0.08])),
                crew=2 if rng.random() < double_share else 1,
                critical=tolerance == 900,
            )
        )
    fields = {
        "lot": "older_people",
        "priority": int(rng.integers(1, 4)),
        "days_waiting": int(rng.integers(0, 40)),
        "skills": frozenset({"peg"}) if rng.random() < 0.1 else frozenset(),
        "excluded": frozenset({int(rng.integers(providers))}) if rng.random() < 0.1 else frozenset(),
    }
    return Person(home=home, patch=patch, visits=tuple(visits), fields=fields)


def _sit() -> Visit:
    return Visit(
        ref="sit",
        package=0,
        line=0,
        home=0,
        days=1,
        earliest_s=8 * HOUR,
        latest_s=9 * HOUR,
        duration_s=10 * HOUR,
        crew=1,
    )


def _pack(
    people: Sequence[Person],
    shifts: Sequence[tuple[Shift, ...]],
    ground: tuple[Patch, ...],
    serving: Sequence[int],
    parameters: Parameters,
) -> tuple[list[Package], list[Visit], list[Part]]:
    packages: list[Package] = []
    weeks = Weeks([shift for pattern in shifts for shift in pattern], parameters)
    for i, person in enumerate(people):
        every = range(sum(map(len, shifts)))  # a pair may come at any price: more to choose from
        week = weeks.add(person.visits, patterns=len(shifts), waits=serving[i] == NOWHERE, scarce=every)
        carer_min = sum(v.duration_s * v.crew * v.days.bit_count() for v in person.visits) // 60
        packages.append(
            Package(
                ref=f"package-{i}",
                home=person.home,
                zone=ground[person.patch].zone,
                patch=person.patch,
                state="waiting" if serving[i] == NOWHERE else "live",
                provider=serving[i],
                change="new",
                lines=("line",),
                carer_min=carer_min,
                counted_min=carer_min,
                visits=week.visits,
                parts=week.parts,
                fixed=week.fixed,
                others=week.others,
                priced=((30, carer_min),),
                **person.fields,
            )
        )
    return packages, weeks.visits, weeks.parts


def _loosened(rng: np.random.Generator, visit: Visit, share: float) -> Visit:
    """Leave some visits other days, other times, or two carers who come apart."""
    if rng.random() >= share:
        return visit
    kind = int(rng.integers(4))
    if kind == 0:
        return replace(visit, day_choices=(int(rng.integers(1, 128)), 42))
    if kind == 1:
        return replace(visit, same_time=True)
    if kind == 2:
        return replace(visit, earliest_s=8 * HOUR, latest_s=20 * HOUR)
    return replace(visit, crew=2, may_meet=True)


def _contracts(zones: int, providers: int, cap_min: int, off: int, packages: Sequence[Package]) -> tuple[Contract, ...]:
    made: list[Contract] = []
    for z in range(zones):
        for p in range(providers):
            primary = p == z % providers
            made.append(
                Contract(
                    ref=f"contract-{z}-{p}",
                    provider=p,
                    zone=z,
                    lots=frozenset({"older_people"}),
                    role="primary" if primary else "framework",
                    rank=p + 1,
                    procedure=0,
                    starts_on=0,
                    ends_on=739_999 if len(made) >= zones * providers - off else None,
                    cap_min=cap_min,
                    guaranteed_min=600 if primary else 0,
                    live_min=sum(one.counted_min for one in packages if (one.provider, one.zone) == (p, z)),
                    rates=((0, 1440, 2500),),
                )
            )
    return tuple(made)


def _embargoes(rng: np.random.Generator, count: int, providers: int, zones: int) -> tuple[Embargo, ...]:
    return tuple(
        Embargo(
            ref=f"embargo-{i}",
            provider=int(rng.integers(providers)),
            zone=int(rng.integers(zones)) if rng.random() < 0.5 else None,
            lot=None,
            blocks=frozenset({"new"}) if rng.random() < 0.5 else frozenset(),
            intake_limit_min=900,
        )
        for i in range(count)
    )


def _returns(carers: int | None, providers: int, patches: int, patterns: int) -> tuple[CapacityReturn, ...]:
    if carers is None:
        return ()
    shifts = ((0, 1), (2, 3, 4))
    return tuple(
        CapacityReturn(
            ref=f"return-{p}-{q}-{s}", provider=p, patch=q, shift=s, minutes=RETURN_MIN, carers=carers, pairs=carers
        )
        for p in range(providers)
        for q in range(patches)
        for s in shifts[p % patterns]
    )


def _patch_of_home(people: Sequence[Person], homes: int) -> list[int]:
    patch = [0] * homes
    for person in people:
        patch[person.home] = person.patch
    return patch
