"""Postcodes: addresses of a street bunched, bunches named by district, sector and unit."""

import numpy as np

from scripts.borough import plan
from scripts.borough.geometry import Floats
from scripts.borough.homes import Home

INWARD = "ABDEFGHJLNPQRSTUWXYZ"
"""Letters of the last two places of a postcode: Royal Mail leaves out C, I, K, M, O and V."""


def give_postcodes(homes: list[Home], rng: np.random.Generator) -> dict[str, tuple[float, float]]:
    """Share the addresses out to postcodes of about 15 to 20 delivery points.

    Parameters
    ----------
    homes
        Addresses; their postcode is filled in.
    rng
        Source of every choice.

    Returns
    -------
    dict
        Postcode to its mean position in local metres, in postcode order.
    """
    streets: dict[int, list[Home]] = {}
    for home in homes:
        streets.setdefault(home.group, []).append(home)
    bunches: list[list[Home]] = []
    for members in streets.values():
        singles = [h for h in sorted(members, key=lambda h: h.along_m) if h.units == 1]
        bunches.extend([h] for h in members if h.units > 1)
        parts = max(1, round(len(singles) / float(rng.uniform(15.0, 20.0))))
        bunches.extend(list(b) for b in np.array_split(np.array(singles, dtype=object), parts) if len(b))
    middles = np.array([(np.mean([h.x for h in b]), np.mean([h.y for h in b])) for b in bunches])
    small = [i for i, b in enumerate(bunches) if len(b) < 4 and b[0].units == 1]
    merged: dict[int, int] = {}
    for i in small:
        away = np.hypot(*(middles - middles[i]).T)
        away[small] = np.inf
        if np.isfinite(away).any() and away.min() < 350.0:
            merged[i] = int(away.argmin())
    for i, target in merged.items():
        bunches[target] = bunches[target] + bunches[i]
    kept = [i for i in range(len(bunches)) if i not in merged]
    codes = _codes(middles[kept], rng)
    places = {}
    for i, code in zip(kept, codes, strict=True):
        for home in bunches[i]:
            home.postcode = code
        places[code] = (float(np.mean([h.x for h in bunches[i]])), float(np.mean([h.y for h in bunches[i]])))
    return dict(sorted(places.items(), key=lambda item: (int(item[0][2 : item[0].index(" ")]), item[0])))


def _codes(middles: Floats, rng: np.random.Generator) -> list[str]:
    """Name places: district by nearest centre, sector by compass direction around it, unit in reading order."""
    centres = np.array([c for name, c in plan.DISTRICTS if name in (
        "Old Town", "Southbank", "Haskgate", "Alexandra", "Moorside", "Highfield", "Birkholme", "Saltergate", "Fenside", "Greenhow", "Saltby",
    )])  # fmt: skip
    district = np.array([int(np.hypot(*(centres - m).T).argmin()) for m in middles])
    codes = [""] * len(middles)
    for d in range(len(centres)):
        members = np.flatnonzero(district == d)
        offset = middles[members] - centres[d]
        order = members[np.argsort(np.arctan2(offset[:, 1], offset[:, 0]), kind="stable")]
        sectors = max(1, int(np.ceil(len(order) / 170)))
        for s, sector in enumerate(np.array_split(order, sectors)):
            reading = sector[np.lexsort((middles[sector, 0], -np.round(middles[sector, 1] / 150.0)))]
            units = np.sort(rng.choice(len(INWARD) ** 2, size=len(reading), replace=False))
            for i, unit in zip(reading, units, strict=True):
                codes[i] = f"XD{d + 1} {s + 1}{INWARD[unit // 20]}{INWARD[unit % 20]}"
    return codes
