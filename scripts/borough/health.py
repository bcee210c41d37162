"""General practices, primary care networks and registered patients of the borough, in the published NHS layouts."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.optimize import linear_sum_assignment

from scripts.borough import plan
from scripts.borough.areas import Area
from scripts.borough.geometry import Floats
from scripts.borough.homes import Home
from scripts.borough.network import Map

SUB_ICB = ("99X", "NHS DOGGER BANK ICB - 99X")
PCN_NAMES: tuple[tuple[str, plan.Point], ...] = (
    ("OLD TOWN AND STATION PCN", (0.0, 300.0)),
    ("MOORSIDE AND HIGHFIELD PCN", (-300.0, 2200.0)),
    ("WEST DOGGERBY PCN", (-2900.0, 1500.0)),
    ("GREENHOW AND THORPE PCN", (-2700.0, -1400.0)),
    ("SOUTHBANK PCN", (100.0, -1000.0)),
    ("CARR AND SALTERGATE PCN", (1000.0, -2200.0)),
    ("EAST DOGGERBY PCN", (2400.0, 1300.0)),
)
SURGERY_KINDS = ("SURGERY", "MEDICAL CENTRE", "MEDICAL PRACTICE", "GROUP PRACTICE", "HEALTH CENTRE", "FAMILY PRACTICE")

PCN_HEADER = ("Partner Organisation Code", "Partner Name", "Practice Parent Sub ICB Loc Code", "Practice Parent Sub ICB Loc Name", "PCN Code",
              "PCN Name", "PCN Parent Sub ICB Loc Code", "PCN Parent Sub ICB Loc Name", "Practice to PCN Relationship Start Date",
              "Practice to PCN Relationship End Date", "Practice Sub ICB Loc and PCN Sub ICB Loc Match")  # fmt: skip
PATIENTS_HEADER = ("PRACTICE_CODE", "PRACTICE_NAME", "LSOA_CODE", "NUMBER_OF_PATIENTS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A general practice.

    Parameters
    ----------
    code
        `X99` and three digits: no real practice code begins so.
    name
        Upper case, as the NHS publishes it.
    home
        The address it sits at.
    pcn
        Position of its primary care network.
    size
        Relative drawing power.
    """

    code: str
    name: str
    home: Home
    pcn: int
    size: float


def _centres(points: Floats, k: int, rng: np.random.Generator) -> Floats:
    centres = points[rng.choice(len(points), size=k, replace=False)].copy()
    for _ in range(25):
        near = ((points[:, None, :] - centres) ** 2).sum(2).argmin(1)
        centres = np.array([points[near == c].mean(0) if (near == c).any() else centres[c] for c in range(k)])
    return centres


def open_practices(
    result: Map, homes: list[Home], practices: int, pcns: int, rng: np.random.Generator
) -> list[Practice]:
    """Place practices on main streets near where people live, and group them into networks.

    Parameters
    ----------
    result
        The finished map.
    homes
        All addresses.
    practices, pcns
        How many of each.
    rng
        Source of every choice.

    Returns
    -------
    list of Practice
        Practices in code order.
    """
    main = {line.group for line in result.lines if line.kind in ("primary", "secondary", "tertiary")}
    points = np.array([(h.x, h.y) for h in homes])
    sample = points[np.sort(rng.choice(len(points), size=min(6000, len(points)), replace=False))]
    centres = _centres(sample, practices, rng)
    sites = [h for h in homes if h.group in main and h.units == 1] or homes
    where = np.array([(h.x, h.y) for h in sites])
    chosen = [sites[int((np.hypot(*(where - c).T) + rng.uniform(0, 60, len(where))).argmin())] for c in centres]
    spots = np.array([(h.x, h.y) for h in chosen])
    hubs = _centres(spots, pcns, rng)
    # Networks are numbered by the name whose part of town they lie in.
    named = np.array([c for _, c in PCN_NAMES[:pcns]])
    hubs = hubs[linear_sum_assignment(np.hypot(*(named[:, None, :] - hubs).transpose(2, 0, 1)))[1]]
    label = _even_groups(spots, hubs)
    names: set[str] = set()
    made = []
    for i, home in enumerate(chosen):
        stem = home.street.rsplit(" ", 1)[0].upper()
        name = next(
            n
            for n in (
                f"{stem} {kind}" for kind in (*rng.permutation(SURGERY_KINDS), *(f"SURGERY {k}" for k in range(2, 30)))
            )
            if n not in names
        )
        names.add(name)
        made.append(
            Practice(
                code=f"X99{i + 1:03d}",
                name=str(name),
                home=home,
                pcn=int(label[i]),
                size=float(rng.lognormal(0.0, 0.35)),
            )
        )
    return made


def _even_groups(spots: Floats, hubs: Floats) -> list[int]:
    """Give the spots to hubs in groups of one size, as near as swapping pairs can make them."""
    away = np.hypot(spots[:, None, 0] - hubs[:, 0], spots[:, None, 1] - hubs[:, 1])
    room = [len(spots) // len(hubs) + (k < len(spots) % len(hubs)) for k in range(len(hubs))]
    label = [-1] * len(spots)
    for flat in np.argsort(away, axis=None, kind="stable"):
        spot, hub = divmod(int(flat), len(hubs))
        if label[spot] < 0 and room[hub] > 0:
            label[spot] = hub
            room[hub] -= 1
    improved = True
    while improved:
        improved = False
        for a in range(len(spots)):
            for b in range(a):
                now = away[a, label[a]] ** 2 + away[b, label[b]] ** 2
                if away[a, label[b]] ** 2 + away[b, label[a]] ** 2 < now - 1e-6:
                    label[a], label[b] = label[b], label[a]
                    improved = True
    return label


def register(
    result: Map, areas: list[Area], homes: list[Home], practices: list[Practice], rng: np.random.Generator
) -> list[tuple[str, str, str, int]]:
    """Register the people of each area with practices: near ones first, seldom across the river.

    Parameters
    ----------
    result
        The finished map.
    areas, homes, practices
        What was made before.
    rng
        Source of every choice.

    Returns
    -------
    list of tuple
        Rows of `gp-reg-pat-prac-lsoa.csv`, practice by practice.
    """
    counts: dict[tuple[int, int], int] = {}
    sites = np.array([(p.home.x, p.home.y) for p in practices])
    for a, area in enumerate(areas):
        middle = np.mean([(homes[h].x, homes[h].y) for h in area.homes], axis=0)
        away = np.hypot(*(sites - middle).T)
        for i, site in enumerate(sites):
            path = shapely.LineString([middle, site])
            away[i] += 700.0 * path.intersects(result.river) + 250.0 * path.intersects(result.rail)
        pull = np.array([p.size for p in practices]) * np.exp(-away / 390.0) * rng.lognormal(0.0, 0.4, len(practices))
        pull = 0.96 * pull / pull.sum() + 0.04 / len(practices)
        for i, number in enumerate(rng.multinomial(round(area.population * float(rng.uniform(0.99, 1.06))), pull)):
            if number:
                counts[i, a] = int(number)
    rows = [(practices[i].code, practices[i].name, areas[a].code, n) for (i, a), n in sorted(counts.items())]
    # Every real practice has a few patients from beyond the border; this code lies outside the borough.
    rows += [(p.code, p.name, "E01999001", int(rng.integers(1, 40))) for p in practices[::3]]
    return sorted(rows)


def plurality(rows: list[tuple[str, str, str, int]], practices: list[Practice], areas: list[Area]) -> list[float]:
    """Share of each area's registered patients that belongs to its largest network, 0 to 1, in area order."""
    network = {p.code: p.pcn for p in practices}
    sums: dict[str, dict[int, int]] = {a.code: {} for a in areas}
    for code, _, lsoa, n in rows:
        if lsoa in sums:
            sums[lsoa][network[code]] = sums[lsoa].get(network[code], 0) + n
    return [max(v.values()) / sum(v.values()) for v in sums.values()]


def pcn_rows(practices: list[Practice]) -> list[tuple[str, ...]]:
    """Rows of `epcncorepartnerdetails.csv`: every practice, one that changed network, one that closed."""
    rows = []
    for i, p in enumerate(practices):
        moved = i == 4 and len(practices) > 5
        if moved:
            rows.append(
                _pcn_row(p.code, p.name, (p.pcn + 1) % (1 + max(q.pcn for q in practices)), "20190701", "20220331")
            )
        rows.append(_pcn_row(p.code, p.name, p.pcn, "20220401" if moved else "20190701", ""))
    rows.append(_pcn_row("X99901", "FORMER STAITHE SURGERY", 0, "20190701", "20210930"))
    return rows


def _pcn_row(code: str, name: str, pcn: int, start: str, end: str) -> tuple[str, ...]:
    return (code, name, *SUB_ICB, f"U{pcn + 1:05d}", PCN_NAMES[pcn][0], *SUB_ICB, start, end, "True")


def practice_rows(practices: list[Practice]) -> list[tuple[str, ...]]:
    """Rows of the headerless `epraccur.csv`, 27 columns each; telephone numbers are those Ofcom keeps for fiction."""
    rows = [
        _practice_row(
            p.code,
            p.name,
            f"{p.home.number} {p.home.street}".upper(),
            p.home.postcode,
            "",
            "A",
            f"01632 960{i + 100:03d}",
        )
        for i, p in enumerate(practices)
    ]
    first = practices[0].home
    rows.append(
        _practice_row(
            "X99901",
            "FORMER STAITHE SURGERY",
            f"1 {first.street}".upper(),
            first.postcode,
            "20210930",
            "C",
            "01632 960999",
        )
    )
    return rows


def _practice_row(
    code: str, name: str, street: str, postcode: str, closed: str, status: str, phone: str
) -> tuple[str, ...]:
    return (code, name, "Y99", "QXX", name, street, "DOGGERBY", "DOGGER BANK (FICTIONAL)", "", postcode, "19740401", closed, status, "B",
            SUB_ICB[0], "20220701", closed, phone, "", "", "", "0", "", SUB_ICB[0], "", "4", "")  # fmt: skip
