"""Small fictional worlds for the engine's tests: built from a seed, without files or maps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.facts import UNLIMITED, UNREACHABLE_S
from solver.problem import (
    CapacityReturn,
    Contract,
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

HOUR = 3600
SHIFTS = (
    Shift(ref="early", pattern=0, start_s=7 * HOUR, end_s=14 * HOUR + 1800),
    Shift(ref="late", pattern=0, start_s=15 * HOUR + 1800, end_s=22 * HOUR + 1800),
)
BANDS = ((7, 11, 0), (11.5, 14, 0), (16, 18.5, 1), (19, 22, 1))


def travel_tables(points_m: NDArray[np.float64]) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Straight lines with a detour, at 75 m a minute and at 25 km/h with two minutes to park."""
    metres = 1.3 * np.hypot(*(points_m[:, None, :] - points_m[None, :, :]).transpose(2, 0, 1))
    walk = np.minimum(np.rint(metres / 1.25), UNREACHABLE_S)
    walk[walk > 1800] = UNREACHABLE_S
    drive = np.where(metres > 0, 120 + np.rint(metres / 6.9), 0)
    return walk.astype(np.uint16), drive.astype(np.uint16)


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
) -> Problem:
    """Make a world: one primary in each zone, the others framework; nobody is served yet."""
    rng = np.random.default_rng(seed)
    ground = tuple(Patch(ref=f"patch-{i}", zone=i % zones) for i in range(patches))
    centres = rng.uniform(0, 4 * side_m, (patches, 2))
    homes, people, visits, parts, points = [], [], [], [], []
    for i in range(packages):
        patch = int(rng.integers(patches))
        points.append(centres[patch] + rng.uniform(0, side_m, 2))
        homes.append(Home(ref=f"home-{i}", patch=patch, unsafe_after_dark=bool(rng.random() < 0.1)))
        mine: dict[tuple[int, int], list[int]] = {}
        chosen = sorted(rng.choice(4, size=int(rng.integers(1, 5)), replace=False))
        days = 127 if rng.random() < 0.7 else int(rng.integers(1, 128))
        for band in chosen:
            low, high, shift = BANDS[band]
            crew = 2 if rng.random() < double_share else 1
            preferred = int(rng.uniform(low, high) * 12) * 300
            tolerance = 900 if rng.random() < 0.2 else 2700
            mine.setdefault((shift, crew), []).append(len(visits))
            visits.append(
                Visit(
                    ref=f"v{band}",
                    package=i,
                    line=0,
                    home=i,
                    days=days,
                    earliest_s=preferred - tolerance,
                    latest_s=preferred + tolerance,
                    duration_s=int(rng.choice([900, 1800, 2700, 3600], p=[0.02, 0.72, 0.18, 0.08])),
                    crew=crew,
                    critical=tolerance == 900,
                )
            )
        first = len(parts)
        for (shift, crew), those in sorted(mine.items()):
            parts.append(Part(package=i, line=0, shift=shift, crew=crew, visits=tuple(those)))
        carer_min = sum(v.duration_s * v.crew * v.days.bit_count() for v in visits if v.package == i) // 60
        people.append(
            Package(
                ref=f"package-{i}",
                home=i,
                zone=ground[patch].zone,
                patch=patch,
                lot="older_people",
                priority=int(rng.integers(1, 4)),
                days_waiting=int(rng.integers(0, 40)),
                state="waiting",
                change="new",
                lines=("line",),
                carer_min=carer_min,
                counted_min=carer_min,
                visits=tuple(j for j, v in enumerate(visits) if v.package == i),
                parts=(tuple(range(first, len(parts))),),
                fixed=((),),
                priced=((30, carer_min),),
                skills=frozenset({"peg"}) if rng.random() < 0.1 else frozenset(),
                excluded=frozenset({int(rng.integers(providers))}) if rng.random() < 0.1 else frozenset(),
            )
        )
    walk, drive = travel_tables(np.array(points))
    contracts = tuple(
        Contract(
            ref=f"contract-{z}-{p}",
            provider=p,
            zone=z,
            lots=frozenset({"older_people"}),
            role="primary" if p == z % providers else "framework",
            rank=p + 1,
            procedure=0,
            starts_on=0,
            cap_min=cap_min,
            guaranteed_min=600 if p == z % providers else 0,
            rates=((0, 1440, 2500),),
        )
        for z in range(zones)
        for p in range(providers)
    )
    returns = ()
    if carers is not None:
        returns = tuple(
            CapacityReturn(
                ref=f"return-{p}-{q}-{s}", provider=p, patch=q, shift=s, minutes=60 * 60, carers=carers, pairs=carers
            )
            for p in range(providers)
            for q in range(patches)
            for s in range(2)
        )
    return Problem(
        name="A fictional world",
        week_starts_on=740_000,
        parameters=parameters or Parameters(),
        shifts=SHIFTS,
        providers=tuple(
            Provider(ref=f"provider-{p}", pattern=0, skills=frozenset({"peg"} if p else ())) for p in range(providers)
        ),
        procedures=(
            Procedure(ref="call-off", steps=((frozenset({"primary"}), "rank"), (frozenset({"framework"}), "rotation"))),
        ),
        contracts=contracts,
        embargoes=(),
        returns=returns,
        zones=tuple(f"zone-{z}" for z in range(zones)),
        patches=ground,
        homes=tuple(homes),
        packages=tuple(people),
        visits=tuple(visits),
        parts=tuple(parts),
        rounds=(),
        cases=tuple((i,) for i in range(packages)),
        walk_s=walk,
        drive_s=drive,
    )
