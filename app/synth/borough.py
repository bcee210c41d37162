"""The ground of Doggerby, the shipped fictional borough: areas, population, networks of practices, addresses."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from app.formats.council import Pcn, StreetsTravel
from app.synth.addresses import addresses, walking_network
from app.synth.draws import stream
from app.synth.ground import Ground, assembled, shapes_of

DATA = Path(__file__).parents[2] / "data"
EXTRACT = DATA / "demo" / "doggerby.osm.pbf"
TRAVEL_FILE = "careround:doggerby"


@cache
def borough(on: date, cache_dir: Path | None) -> Ground:
    """Read the ground of the fictional borough; kept, because several councils may stand on it.

    Parameters
    ----------
    on
        Day whose practice memberships hold.
    cache_dir
        Folder for saved networks; absent: built anew.

    Returns
    -------
    ground
        With the PCN of the plurality of patients of each area, and its practices.
    """
    from geo.boundaries import read_areas
    from geo.places import read_population

    lon, lat, postcode = addresses(EXTRACT, walking_network(EXTRACT, cache_dir), stream(0, "ground"))
    travel = StreetsTravel(source="streets", file=TRAVEL_FILE, sha256=hashlib.sha256(EXTRACT.read_bytes()).hexdigest())
    shapes = shapes_of(read_areas(DATA / "boundaries" / "doggerby_lsoa.geojson"))
    plain = assembled("Doggerby", travel, shapes, lon, lat, postcode, keep_empty=True)
    counts = read_population(DATA / "demo" / "lsoa_population_60plus.csv").set_index("area_ref")["population_60_plus"]
    older = np.array([float(counts.get(area.area_ref, 0)) for area in plain.areas])
    return _with_practices(replace(plain, older_people=older), on)


def _with_practices(ground: Ground, on: date) -> Ground:
    from geo.pcn import plurality, read_membership, read_registered

    membership = read_membership(DATA / "demo" / "epcncorepartnerdetails.csv")
    registered = read_registered(DATA / "demo" / "gp-reg-pat-prac-lsoa.csv")
    lookup = plurality(membership, registered, on)
    refs: list[str] = lookup["pcn_ref"].tolist()
    of_area = dict(zip(lookup["area_ref"].tolist(), zip(refs, lookup["share"].tolist(), strict=True), strict=True))
    names = dict(zip(refs, lookup["pcn_name"].tolist(), strict=True))
    ordered = registered.sort_values(["area_ref", "practice_ref"])
    patients: dict[str, list[tuple[str, float]]] = {}
    for area_ref, practice, count in zip(
        ordered["area_ref"].tolist(), ordered["practice_ref"].tolist(), ordered["patients"].tolist(), strict=True
    ):
        patients.setdefault(area_ref, []).append((practice, float(count)))
    areas = []
    for area in ground.areas:
        pcn, share = of_area.get(area.area_ref, (None, None))
        areas.append(area.model_copy(update={"pcn_ref": pcn, "pcn_share": None if share is None else round(share, 3)}))
    return replace(
        ground,
        areas=tuple(areas),
        pcns=tuple(Pcn(pcn_ref=ref, name=names[ref]) for ref in sorted(names)),
        practices=tuple(tuple(patients.get(area.area_ref, [])) for area in areas),
    )
