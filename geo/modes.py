"""The means of travel: what each may use, and how fast it goes."""

from __future__ import annotations

from geo.access import DRIVING, WALKING, Mode, Rules, Tags, driving_speed_m_per_s
from geo.after_dark import WALKING_AFTER_DARK
from geo.cycling import CYCLE_M_PER_MIN, CYCLING

RULES: dict[Mode, Rules] = {"walk": WALKING, "dark_walk": WALKING_AFTER_DARK, "cycle": CYCLING, "drive": DRIVING}
"""Which ways each may use, where it is stopped, and which way it goes."""

ON_FOOT: frozenset[Mode] = frozenset({"walk", "dark_walk"})
"""Streets take the same time both ways, unless there are gradients: those are felt."""


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
