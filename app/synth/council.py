"""Make a fictional council: ground, zones, providers, people, contracts, rounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from app.formats.council import CouncilFile, Home, Package, Week, Zone
from app.synth.borough import borough
from app.synth.caseload import assign_live, record_history
from app.synth.dates import date_all
from app.synth.draws import stream
from app.synth.ground import Ground, darkened, town
from app.synth.increases import increases
from app.synth.live import Infer, RoundsGrade, Timed, with_live_rounds
from app.synth.market import PATTERNS, Contractor, make_market
from app.synth.patterns import make_patterns
from app.synth.people import Person, home_of, package_of, settle
from app.synth.pressures import make_embargoes, make_returns
from app.synth.profiles import PROFILES, Profile, ProfileName
from app.synth.services import lines_of
from app.synth.terms import make_contracts, make_procedures
from app.synth.zoning import zones_of

RETURNS_SHARE: dict[RoundsGrade, float] = {"none": 0.0, "returns": 0.95, "ecm": 0.5, "declared": 0.5}
HOURS_IN_VISITS = 0.988  # the rest are sits and increases, drawn apart
DARK_AREAS_SHARE = 0.04  # areas in which carers after dark go as a pair or by car [assumption]


def synth(
    profile: ProfileName,
    *,
    seed: int,
    scale: float = 1.0,
    network: Path | None = None,
    areas: Path | None = None,
    rounds: RoundsGrade = "declared",
    week: date = date(2026, 11, 23),
    infer: Infer | None = None,
    relative_to: Path | None = None,
    cache_dir: Path | None = None,
) -> CouncilFile:
    """Make a fictional council in one of the five profiles.

    Parameters
    ----------
    profile
        Whose contract model and size.
    seed
        The same seed and arguments make the same file, byte by byte.
    scale
        Size against the report's: 0.1 is a tenth of the people and hours. Zones stay, patches get fewer.
    network
        Street extract, ``.osm.pbf``; absent: the shipped fictional borough.
    areas
        Small areas, GeoJSON or TopoJSON; absent: the borough's own, or a honeycomb on another town.
    rounds
        How much the council knows of its live rounds.
    week
        Monday of the planned week.
    infer
        Finds live rounds for the grades that have them; absent: the engine, on the commissioned windows.
    relative_to
        Folder that the council file will be in; the extract's path is written relative to it.
    cache_dir
        Folder for saved street networks; absent: built anew each time.

    Returns
    -------
    council
        A valid council file, marked fictional.

    Raises
    ------
    ValueError
        The week does not start on a Monday, the scale is not above zero, or there are areas without a network.
    """
    if network is None and areas is not None:
        raise ValueError(f"areas: {areas} were given without a network; the fictional borough has its own areas.")
    if week.weekday() != 0:
        raise ValueError(f"week: {week} is a {week:%A}; a planned week starts on a Monday.")
    if not scale > 0:
        raise ValueError(f"scale: {scale} … must be above 0; 1 is the size of the report.")
    model = PROFILES[profile]
    ground = _ground(network, areas, seed, week, relative_to, cache_dir)
    zones = zones_of(ground, model, scale)
    council = _council(model, seed, scale, ground, zones, rounds, week)
    find = infer or _inferring(relative_to or Path(), seed)
    return with_live_rounds(council, rounds, infer=find, rng=stream(seed, "live rounds"))


def _inferring(folder: Path, seed: int) -> Infer:
    """Let the engine find the rounds that would serve the live people well."""

    def infer(council: CouncilFile) -> Sequence[Timed]:
        from app.infer import timed_rounds

        return timed_rounds(council, folder, seed=seed, as_agreed=False)

    return infer


def _ground(
    network: Path | None, areas: Path | None, seed: int, week: date, relative_to: Path | None, cache_dir: Path | None
) -> Ground:
    if network is None:
        ground = borough(week, cache_dir)
    else:
        ground = town(network, areas, rng=stream(seed, "ground"), relative_to=relative_to, cache_dir=cache_dir)
    rng = stream(seed, "dark areas")
    count = round(len(ground.areas) * DARK_AREAS_SHARE)
    return darkened(ground, tuple(sorted(int(i) for i in rng.permutation(len(ground.areas))[:count])))


def _council(
    model: Profile, seed: int, scale: float, ground: Ground, zones: tuple[Zone, ...], rounds: RoundsGrade, week: date
) -> CouncilFile:
    """Draw everything but the live rounds."""
    number = {area.area_ref: i for i, area in enumerate(ground.areas)}
    zone_areas = [[number[ref] for patch in zone.patches for ref in patch.area_refs] for zone in zones]
    zone_of_area = {area: z for z, members in enumerate(zone_areas) for area in members}
    hard = _hard_zones(ground, zone_areas, model.hard_zones)
    name = f"Council of {ground.name} (fictional, {model.name} model)"

    count = max(10, round(model.people * scale))
    hours = HOURS_IN_VISITS * model.hours_per_week * count / model.people
    patterns = make_patterns(model, count, hours, week, stream(seed, "patterns"))
    sites = tuple(max(3, round(homes * min(1.0, scale))) for homes in model.extra_care_homes)
    people = settle(ground, patterns, zone_of_area, model.lots, model.live_share, sites, stream(seed, "people"))
    market = make_market(model, ground, zone_areas, hard, scale, stream(seed, "market"))
    assign_live(people, market, ground, stream(seed, "caseload"))
    date_all(people, week, stream(seed, "dates"))
    record_history(people, market, week, stream(seed, "history"))
    contracts = make_contracts(model, market, people, len(zones), hard, week, stream(seed, "contracts"))
    packages = _packages(people, market, ground, week, seed)
    return CouncilFile(
        format="careround-council/1",
        name=name,
        fictional=True,
        profile=model.name,
        note=f"Made up: people, providers, contracts and hours are fictional. Seed {seed}, scale {scale:g}. "
        f"{model.model}",
        week=Week(starts_on=week, dusk="16:00"),
        travel=ground.travel,
        pcns=ground.pcns,
        areas=ground.areas,
        zones=zones,
        shift_patterns=PATTERNS,
        providers=tuple(one.provider() for one in market),
        call_off_procedures=make_procedures(model, name, week),
        contracts=contracts,
        embargoes=make_embargoes(market, week, stream(seed, "embargoes")),
        capacity_returns=make_returns(market, zones, RETURNS_SHARE[rounds], week, stream(seed, "returns")),
        homes=_homes(people, ground),
        packages=packages,
        stays=tuple(person.stay for person in people if person.stay is not None),
    )


def _hard_zones(ground: Ground, zone_areas: list[list[int]], count: int) -> tuple[int, ...]:
    """Find the zones furthest to the south-west (SH, recommendation 3)."""
    south_west = [float(ground.x_m[members].mean() + ground.y_m[members].mean()) for members in zone_areas]
    return tuple(sorted(sorted(range(len(zone_areas)), key=lambda z: (south_west[z], z))[:count]))


def _homes(people: list[Person], ground: Ground) -> tuple[Home, ...]:
    return tuple(home_of(person, ground) for person in people if person.home_of is None)


def _packages(
    people: list[Person], market: list[Contractor], ground: Ground, week: date, seed: int
) -> tuple[Package, ...]:
    rng = stream(seed, "practices")
    out = [package_of(person, ground, lines_of(person), rng) for person in people]
    return tuple(out + increases(people, market, ground, week, stream(seed, "increases")))
