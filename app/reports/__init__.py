"""What people see of a plan: one self-contained page, a workbook, a map file; for one audience each."""

from __future__ import annotations

from typing import Literal

Audience = Literal["shared", "internal"]
"""``shared``: totals only, small counts hidden; the default. ``internal``: for the brokerage team."""

__all__ = ["Audience"]
