"""The means of travel: what each may use, where it is stopped, which way and how fast it goes."""

from __future__ import annotations

from geo.access import (
    BARRED,
    CAR_KEYS,
    FOOT_KEYS,
    IMPASSABLE_BY_CAR,
    Direction,
    Mode,
    Tags,
    driving_direction,
    driving_speed_m_per_s,
    first_statement,
    may_drive,
    may_walk,
)
from geo.after_dark import may_walk_after_dark
from geo.cycling import CYCLE_KEYS, CYCLE_M_PER_MIN, IMPASSABLE_BY_CYCLE, cycling_direction, may_cycle

ON_FOOT: frozenset[Mode] = frozenset({"walk", "dark_walk"})
"""One-way signs do not apply, and gradients are felt."""

_ALLOWED = {"walk": may_walk, "dark_walk": may_walk_after_dark, "cycle": may_cycle, "drive": may_drive}
_KEYS = {"walk": FOOT_KEYS, "dark_walk": FOOT_KEYS, "cycle": CYCLE_KEYS, "drive": CAR_KEYS}
_IMPASSABLE: dict[Mode, frozenset[str]] = {"cycle": IMPASSABLE_BY_CYCLE, "drive": IMPASSABLE_BY_CAR}


def may_use(tags: Tags, mode: Mode) -> bool:
    """Say whether a way belongs to the network of a mode.

    Parameters
    ----------
    tags
        The way's OpenStreetMap tags.
    mode
        Means of travel.

    Returns
    -------
    allowed
        True where that mode may pass.
    """
    return _ALLOWED[mode](tags)


def barrier_blocks(tags: Tags, mode: Mode) -> bool:
    """Say whether a barrier node stops a mode.

    Parameters
    ----------
    tags
        Tags of a node that lies on a way.
    mode
        Means of travel.

    Returns
    -------
    blocked
        True where the way cannot be continued past the node.
    """
    if "barrier" not in tags:
        return False
    stated = first_statement(tags, _KEYS[mode])
    if stated is not None:
        return stated in BARRED
    return tags["barrier"] in _IMPASSABLE.get(mode, frozenset())


def direction(tags: Tags, mode: Mode) -> Direction:
    """Say in which direction of its nodes a mode uses a way.

    Parameters
    ----------
    tags
        The way's OpenStreetMap tags.
    mode
        Means of travel.

    Returns
    -------
    direction
        ``both``, ``forward`` or ``backward``.
    """
    if mode in ON_FOOT:
        return "both"
    return cycling_direction(tags) if mode == "cycle" else driving_direction(tags)


def pace_m_per_s(tags: Tags, mode: Mode, walk_m_per_min: float) -> float:
    """Say how fast a mode is on a way over level ground.

    Parameters
    ----------
    tags
        The way's OpenStreetMap tags.
    mode
        Means of travel.
    walk_m_per_min
        Walking pace in metres a minute.

    Returns
    -------
    pace
        Metres per second.
    """
    if mode == "drive":
        return driving_speed_m_per_s(tags)
    return (CYCLE_M_PER_MIN if mode == "cycle" else walk_m_per_min) / 60
