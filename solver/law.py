"""Wage floors in law, by date; a year that is not known is absent, never guessed."""

from __future__ import annotations

from datetime import date

NATIONAL_LIVING_WAGE_PENCE: dict[int, int] = {2022: 950, 2023: 1042, 2024: 1144, 2025: 1221, 2026: 1271}
"""National Living Wage by the year in whose April it starts; National Minimum Wage Regulations 2015 as amended."""


def living_wage_pence(on: date) -> int | None:
    """Look up the National Living Wage.

    Parameters
    ----------
    on
        The date.

    Returns
    -------
    int or None
        Pence an hour; None for a year that the table does not hold.
    """
    year = on.year if on >= date(on.year, 4, 1) else on.year - 1
    return NATIONAL_LIVING_WAGE_PENCE.get(year)
