"""The means of travel: their names, their order, and the table of travel that each is timed by."""

from __future__ import annotations

from typing import Literal

Mode = Literal["walk", "drive", "cycle", "driven"]
"""``driven``: an employed driver takes carers who do not drive from home to home."""
Table = Literal["walk", "dark_walk", "drive", "cycle"]

MODES: tuple[Mode, ...] = ("walk", "drive", "cycle", "driven")
"""Of means at the same price the first is taken."""
WALK, DRIVE, CYCLE, DRIVEN = range(4)
"""Positions in :data:`MODES`, for compiled code."""
TABLE_OF: dict[Mode, Table] = {"walk": "walk", "drive": "drive", "cycle": "cycle", "driven": "drive"}
"""The table of every means by day; a car takes as long whoever drives it."""
