"""Zones and patches: contiguous groups of areas, balanced by the people of 60 and over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.formats.council import Patch, Zone
from app.synth.ground import Ground
from app.synth.profiles import Profile

Floats = npt.NDArray[np.float64]
Direction = Literal["longest", "west_to_east"]


def split(
    members: Sequence[int],
    parts: int,
    *,
    weight: Floats,
    x_m: Floats,
    y_m: Floats,
    neighbours: Sequence[Sequence[int]],
    direction: Direction = "longest",
) -> list[list[int]]:
    """Cut areas into contiguous parts of about equal weight, by halving again and again.

    Parameters
    ----------
    members
        Numbers of the areas to cut.
    parts
        How many parts; fewer come back when there are fewer areas.
    weight
        Weight of every area, shape (areas,).
    x_m, y_m
        A point in every area, metres.
    neighbours
        For every area its neighbours.
    direction
        Cut across the longer axis of the group, or always from west to east.

    Returns
    -------
    groups
        The parts, each with its areas ascending; a part is in one piece unless its areas touch no other part.
    """
    parts = min(parts, len(members))
    if parts <= 1:
        return [sorted(members)]
    first = parts // 2
    left, right = _halves(list(members), first, parts, weight, x_m, y_m, direction)
    left, right = _in_one_piece(left, right, weight, neighbours, least=(first, parts - first))
    out: list[list[int]] = []
    for half, count in ((left, first), (right, parts - first)):
        out += split(half, count, weight=weight, x_m=x_m, y_m=y_m, neighbours=neighbours, direction=direction)
    return out


def _halves(
    members: list[int], first: int, parts: int, weight: Floats, x_m: Floats, y_m: Floats, direction: Direction
) -> tuple[list[int], list[int]]:
    at = np.array(members)
    w, x, y = weight[at] + 1e-9, x_m[at], y_m[at]
    if direction == "west_to_east":
        along = x
    else:
        cov = np.cov(np.vstack([x, y]), aweights=w) if len(at) > 2 else np.diag([np.ptp(x), np.ptp(y)])
        axis = (1.0, 0.0) if cov[0, 0] >= cov[1, 1] else (0.0, 1.0)
        # The plain compass axis, not the principal one: names such as North and West stay true.
        along = axis[0] * x - axis[1] * y
    order = sorted(range(len(members)), key=lambda i: (round(float(along[i]), 3), members[i]))
    share = np.cumsum(w[order]) / w.sum()
    cut = int(np.argmin(np.abs(share - first / parts))) + 1
    cut = max(first, min(cut, len(members) - (parts - first)))
    return [members[i] for i in order[:cut]], [members[i] for i in order[cut:]]


def pieces(members: Sequence[int], neighbours: Sequence[Sequence[int]]) -> list[list[int]]:
    """Find the connected pieces of a group of areas.

    Parameters
    ----------
    members
        Numbers of the areas.
    neighbours
        For every area its neighbours.

    Returns
    -------
    pieces
        Each ascending, in the order of their first area.
    """
    left = dict.fromkeys(sorted(members))
    out: list[list[int]] = []
    while left:
        stack = [next(iter(left))]
        del left[stack[0]]
        piece: list[int] = []
        while stack:
            area = stack.pop()
            piece.append(area)
            for other in neighbours[area]:
                if other in left:
                    del left[other]
                    stack.append(other)
        out.append(sorted(piece))
    return out


def _in_one_piece(
    left: list[int],
    right: list[int],
    weight: Floats,
    neighbours: Sequence[Sequence[int]],
    *,
    least: tuple[int, int],
) -> tuple[list[int], list[int]]:
    """Give stray pieces to the other half where they touch it."""
    for _ in range(4):
        moved = False
        for here, there, keep in ((left, right, least[0]), (right, left, least[1])):
            found = sorted(pieces(here, neighbours), key=lambda p: (-float(weight[p].sum()), p))
            for piece in found[1:]:
                touches = any(other in there for area in piece for other in neighbours[area])
                if touches and len(here) - len(piece) >= keep:
                    there += piece
                    for area in piece:
                        here.remove(area)
                    moved = True
        if not moved:
            break
    return left, right


def zones_of(ground: Ground, profile: Profile, scale: float) -> tuple[Zone, ...]:
    """Group the areas into the profile's zones and patches.

    Parameters
    ----------
    ground
        Areas with their people and neighbours.
    profile
        Number of zones and of patches at scale 1.
    scale
        Smaller councils have fewer patches, so that a patch keeps about the same people.

    Returns
    -------
    zones
        Every area in one patch of one zone.
    """
    footprints = _footprints(ground) if profile.zones_by == "pcn" else []
    groups = _zone_groups(ground, profile, footprints)
    names = _names(ground, groups, profile.zone_names)
    zones: list[Zone] = []
    for i, (members, name) in enumerate(zip(groups, names, strict=True)):
        wanted = max(1, round(profile.patches_per_zone[i] * min(1.0, scale)))
        patches = _patch_groups(ground, members, wanted, footprints)
        patch_names = _names(ground, patches, ("",) * len(patches))
        zones.append(
            Zone(
                zone_ref=f"zone-{i + 1}",
                name=name,
                patches=tuple(
                    Patch(
                        patch_ref=f"patch-{i + 1}-{k + 1}",
                        name=name if len(patches) == 1 else f"{name}: {part}",
                        area_refs=tuple(ground.areas[a].area_ref for a in areas),
                    )
                    for k, (areas, part) in enumerate(zip(patches, patch_names, strict=True))
                ),
            )
        )
    return tuple(zones)


def _zone_groups(ground: Ground, profile: Profile, footprints: list[list[int]]) -> list[list[int]]:
    everything = range(len(ground.areas))
    wanted = len(profile.zone_names)
    if len(footprints) >= wanted:
        return _grouped_footprints(ground, footprints, wanted)
    return split(
        everything,
        wanted,
        weight=ground.older_people,
        x_m=ground.x_m,
        y_m=ground.y_m,
        neighbours=ground.neighbours,
        direction="west_to_east" if profile.zones_by == "west_to_east" else "longest",
    )


def _footprints(ground: Ground) -> list[list[int]]:
    """Group areas by their PCN, stray areas with their neighbours; none where an area has no PCN."""
    found: dict[str, list[int]] = {}
    for i, area in enumerate(ground.areas):
        if area.pcn_ref is None:
            return []
        found.setdefault(area.pcn_ref, []).append(i)
    return mended([found[ref] for ref in sorted(found)], weight=ground.older_people, neighbours=ground.neighbours)


def mended(groups: Sequence[Sequence[int]], *, weight: Floats, neighbours: Sequence[Sequence[int]]) -> list[list[int]]:
    """Bring groups of areas into one piece each: a stray piece joins the group it borders on most.

    Parameters
    ----------
    groups
        Areas of each group.
    weight
        Weight of every area; the heaviest piece of a group stays.
    neighbours
        For every area its neighbours.

    Returns
    -------
    groups
        In the same order. A piece that borders on no other group stays where it is.
    """
    owner = {area: k for k, members in enumerate(groups) for area in members}
    for _ in range(len(owner)):
        stray = [
            piece
            for k in range(len(groups))
            for piece in sorted(
                pieces([a for a in sorted(owner) if owner[a] == k], neighbours),
                key=lambda p: (-float(weight[p].sum()), p),
            )[1:]
            if any(other in owner and owner[other] != k for a in piece for other in neighbours[a])
        ]
        if not stray:
            break
        borders = [owner[o] for a in stray[0] for o in neighbours[a] if o in owner and owner[o] != owner[stray[0][0]]]
        most = min(sorted(set(borders)), key=lambda k: -borders.count(k))
        owner.update(dict.fromkeys(stray[0], most))
    return [[area for area in sorted(owner) if owner[area] == k] for k in range(len(groups))]


def _grouped_footprints(ground: Ground, footprints: list[list[int]], wanted: int) -> list[list[int]]:
    """Join whole PCN footprints into zones, so that no zone cuts a footprint."""
    owner = {area: k for k, members in enumerate(footprints) for area in members}
    touching = [
        sorted({owner[n] for a in members for n in ground.neighbours[a] if n in owner} - {k})
        for k, members in enumerate(footprints)
    ]
    weight = np.array([ground.older_people[m].sum() for m in footprints])
    joined = split(
        range(len(footprints)),
        wanted,
        weight=weight,
        x_m=np.array([np.average(ground.x_m[m], weights=ground.older_people[m] + 1) for m in footprints]),
        y_m=np.array([np.average(ground.y_m[m], weights=ground.older_people[m] + 1) for m in footprints]),
        neighbours=touching,
    )
    return [sorted(area for k in group for area in footprints[k]) for group in joined]


def _patch_groups(
    ground: Ground, members: list[int], wanted: int, footprints: Sequence[Sequence[int]]
) -> list[list[int]]:
    """Cut a zone into patches; where it is made of footprints, no patch crosses from one to another."""
    inside = [list(f) for f in footprints if f and f[0] in members]
    if not inside or len(inside) > wanted:
        inside = [members]
    total = float(ground.older_people[members].sum())
    out: list[list[int]] = []
    for part in inside:
        share = float(ground.older_people[part].sum()) / total if total else 1.0
        out += split(
            part,
            wanted if len(inside) == 1 else max(1, round(wanted * share)),
            weight=ground.older_people,
            x_m=ground.x_m,
            y_m=ground.y_m,
            neighbours=ground.neighbours,
        )
    return out


def _names(ground: Ground, groups: list[list[int]], given: Sequence[str]) -> list[str]:
    """Name groups by the compass where the profile gives no name; numbers tell equal names apart."""
    inside = [a for members in groups for a in members]
    cx, cy = ground.x_m[inside].mean(), ground.y_m[inside].mean()
    reach = max(1.0, float(np.hypot(ground.x_m[inside] - cx, ground.y_m[inside] - cy).mean()))
    plain: list[str] = []
    for i, members in enumerate(groups):
        dx, dy = ground.x_m[members].mean() - cx, ground.y_m[members].mean() - cy
        where = ("North" if dy > 0.35 * reach else "South" if dy < -0.35 * reach else "") + (
            "east" if dx > 0.35 * reach else "west" if dx < -0.35 * reach else ""
        )
        plain.append((given[i] if i < len(given) else "") or where.capitalize() or "Centre")
    return [name if plain.count(name) == 1 else f"{name} {plain[: i + 1].count(name)}" for i, name in enumerate(plain)]
