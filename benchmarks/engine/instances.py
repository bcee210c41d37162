"""Zones for the engine to plan from scratch: everybody waits, on the fictional borough's streets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.formats import council as cf
from app.formats.council import (
    CallOffProcedure,
    CallOffStep,
    Contract,
    CouncilFile,
    Home,
    Package,
    Provider,
    Role,
)
from app.problem import problem_of
from app.visits import carer_min
from benchmarks.insertion import everybody_waiting
from solver.problem import Problem

Market = Literal["one", "several"]
Waiting = Literal["paid", "unpaid", "short"]
ALWAYS_S = 48 * 3600
"""Later than any visit of a day, and longer than any round, in seconds."""
SHARES: dict[Market, tuple[tuple[Role, float | None], ...]] = {
    "one": (("primary", None),),
    "several": (("primary", 0.32), ("primary", 0.28), ("framework", 0.3), ("framework", 0.3)),
}
"""Role of each provider, and the share of the zone's carer-hours that its maximum hours come to."""
M_PER_DEGREE = 111_320.0


class Zone(NamedTuple):
    """A zone to plan from scratch, and what it is like."""

    problem: Problem
    figures: Figures


class Figures(NamedTuple):
    """What a zone is like."""

    packages: int
    parts: int
    visits_a_week: int
    carer_hours_a_week: float
    homes_per_km2: float
    """On the circle round the zone's middle that holds them all."""
    double_percent: float
    distinct_days: float
    """Different days in a person's week, on average."""


def zone(packages: int, seed: int, market: Market = "one", *, scale: float = 1.0) -> Zone:
    """Make a zone in which nobody is served yet.

    The people are the nearest ones round the densest home of the fictional borough on the Merton profile, with that
    profile's visits; those with anything besides visits and the two halves of couples are left out.

    Parameters
    ----------
    packages
        How many wait.
    seed
        Of the council that they are taken from.
    market
        ``one`` provider without limits, or ``several`` with maximum hours: two primaries for 60 % of the work
        together, and two framework providers for 30 % each.
    scale
        Of the council that they are taken from; a smaller one is made faster and is thinner.

    Returns
    -------
    Zone
        One zone of one patch, no live rounds.

    Raises
    ------
    ValueError
        The council has fewer such people.
    """
    council = everybody_waiting(seed, scale)
    homes = {one.home_ref: one for one in council.homes}
    plain = [_fresh(one) for one in council.packages if _is_plain(one)]
    if len(plain) < packages:
        raise ValueError(f"packages: {packages} … the council has {len(plain)} with visits only; raise the scale.")
    near, radius_m = _densest(np.array([_metres(homes[one.home_ref]) for one in plain]), packages)
    chosen = tuple(plain[i] for i in near)
    kept = {one.home_ref for one in chosen}
    area_refs = tuple(area.area_ref for area in council.areas)
    providers, contracts = _market(council, chosen, market)
    problem = problem_of(
        council.model_copy(
            update={
                "name": f"Zone of {packages} (fictional)",
                "zones": (cf.Zone(zone_ref="zone", patches=(cf.Patch(patch_ref="patch", area_refs=area_refs),)),),
                "providers": providers,
                "contracts": contracts,
                "call_off_procedures": (_procedure(),),
                "embargoes": (),
                "capacity_returns": (),
                "stays": (),
                "homes": tuple(one for one in council.homes if one.home_ref in kept),
                "packages": chosen,
            }
        )
    )
    return Zone(problem, _figures(problem, radius_m))


def for_peers(problem: Problem, waiting: Waiting, start_s: int | None = None) -> Problem:
    """Switch off, for everybody, the rules that routing libraries cannot express.

    Parameters
    ----------
    problem
        A zone.
    waiting
        Whether every idle minute is ``paid``, or ``unpaid``, or as the problem has it: paid in ``short`` gaps only, which
        is beyond the libraries. VROOM cannot price any.
    start_s
        What a round's day costs before its first visit, in paid seconds; as the problem has it when None.

    Returns
    -------
    Problem
        On foot only, no limit to the walking of a shift, no break, no safety areas, every week laid out as commissioned;
        windows, legs and shifts as they were.
    """
    paid_gap_s = {"paid": ALWAYS_S, "unpaid": 0, "short": problem.parameters.paid_gap_s}[waiting]
    parameters = replace(
        problem.parameters,
        modes=("walk",),
        walk_total_s=ALWAYS_S,
        break_after_s=ALWAYS_S,
        walk_start_s=problem.parameters.walk_start_s if start_s is None else start_s,
        paid_gap_s=paid_gap_s,
        daily_rest_s=0,
        dusk_s=ALWAYS_S,
    )
    packages = tuple(replace(package, others=()) for package in problem.packages)
    return replace(problem, parameters=parameters, packages=packages)


def _figures(problem: Problem, radius_m: float) -> Figures:
    visits = [problem.visits[v] for package in problem.packages for v in package.visits]
    days = [
        len({frozenset(v for v in package.visits if problem.visits[v].days >> d & 1) for d in range(7)})
        for package in problem.packages
    ]
    doubles = sum(any(problem.visits[v].crew == 2 for v in package.visits) for package in problem.packages)
    return Figures(
        packages=len(problem.packages),
        parts=len(problem.parts),
        visits_a_week=sum(one.days.bit_count() for one in visits),
        carer_hours_a_week=round(sum(package.carer_min for package in problem.packages) / 60, 1),
        homes_per_km2=round(len(problem.homes) / (np.pi * (radius_m / 1000) ** 2), 1),
        double_percent=round(100 * doubles / len(problem.packages), 1),
        distinct_days=round(float(np.mean(days)), 2),
    )


def _is_plain(package: Package) -> bool:
    return package.linked_to is None and len(package.lines) == 1 and bool(package.lines[0].visits)


def _fresh(package: Package) -> Package:
    """Forget what providers of the council said or were to the person."""
    needs = package.requirements.model_copy(update={"excluded_provider_refs": ()})
    clean = {"answers": (), "former_provider_ref": None, "change": "new", "requirements": needs}
    return package.model_copy(update=clean)


def _metres(home: Home) -> tuple[float, float]:
    return home.lon * M_PER_DEGREE * float(np.cos(np.radians(home.lat))), home.lat * M_PER_DEGREE


def _densest(points_m: NDArray[np.float64], count: int) -> tuple[list[int], float]:
    """Find the point whose ``count`` nearest lie closest: those, and how far the last is."""
    apart = np.hypot(*(points_m[:, None, :] - points_m[None, :, :]).transpose(2, 0, 1))
    reach = np.partition(apart, count - 1, axis=1)[:, count - 1]
    centre = int(reach.argmin())
    return sorted(int(i) for i in np.argsort(apart[centre], kind="stable")[:count]), float(reach[centre])


def _procedure() -> CallOffProcedure:
    return CallOffProcedure(
        procedure_ref="call-off",
        document="Call-off of a zone (fictional)",
        version="1",
        clause="1",
        steps=(
            CallOffStep(roles=("primary",), selection="rank"),
            CallOffStep(roles=("framework",), selection="rotation"),
        ),
    )


def _market(
    council: CouncilFile, packages: Sequence[Package], market: Market
) -> tuple[tuple[Provider, ...], tuple[Contract, ...]]:
    """Give the zone providers that can do everything, so that hours alone decide."""
    needs = [one.requirements for one in packages]
    hours = sum(carer_min(one, council) for one in packages) / 60
    providers, contracts = [], []
    for i, (role, share) in enumerate(SHARES[market]):
        ref = f"provider-{i + 1}"
        providers.append(
            Provider(
                provider_ref=ref,
                name=f"Provider {i + 1} (fictional)",
                pattern_ref=council.shift_patterns[0].pattern_ref,
                skills=tuple(sorted({skill for one in needs for skill in one.skills})),
                languages=tuple(sorted({one.language for one in needs if one.language})),
            )
        )
        contracts.append(
            Contract(
                contract_ref=f"contract-{i + 1}",
                provider_ref=ref,
                zone_ref="zone",
                lots=tuple(sorted({one.lot for one in packages})),
                role=role,
                rank=i + 1 if role == "primary" else 1,
                procedure_ref="call-off",
                starts_on=council.week.starts_on,
                max_hours=None if share is None else round(share * hours, 1),
            )
        )
    return tuple(providers), tuple(contracts)
