"""The carers of a round: how many a person is expected to see, and what an hour of a carer's work is worth."""

from __future__ import annotations

from typing import NamedTuple

LONG_WEEK_DAYS = 5
"""A round of more days is shared, as one carer must have a day of rest in it."""


class Roster(NamedTuple):
    """How many carers are assumed to work a round over four weeks; providers roster, so it is an assumption."""

    sharing: int
    """Carers that share a round of more than five days a week."""
    covering: int
    """Further carers that cover leave and sickness on any round."""

    def carers(self, days: int, crew: int) -> int:
        """Count the distinct carers that people on a round are expected to meet over four weeks.

        Parameters
        ----------
        days
            Days a week that the round is worked.
        crew
            Carers that come together.

        Returns
        -------
        int
            At least the crew.
        """
        return crew * (self.sharing if days > LONG_WEEK_DAYS else 1) + self.covering

    def said(self) -> str:
        """State the assumption in words.

        Returns
        -------
        str
            For standing next to a figure that rests on it.
        """
        share = f"{self.sharing} carer{'s share' if self.sharing > 1 else ' works'} a round of more than five days"
        verb = "covers" if self.covering == 1 else "cover"
        cover = f"{self.covering} more {verb} leave and sickness" if self.covering else "no cover for leave or sickness"
        return f"assumed: {share}, one works a shorter round, {cover}"


class Wage(NamedTuple):
    """The effective hourly rate of a round against the legal minimum: an indicator, not a finding about anybody."""

    rate_pence: int
    floor_pence: int
    under: bool
    """Judged before rounding."""


def wage_of_round(
    pay_pence: int | None, floor_pence: int | None, contact_s: int, travel_s: int, short_gaps_s: int
) -> Wage | None:
    """Work out the effective hourly rate of a round: contact pay over contact, travel and short gaps.

    Parameters
    ----------
    pay_pence
        Pay for an hour of contact, stated or assumed; None when it is not known.
    floor_pence
        Legal minimum for an hour; None when it is not known.
    contact_s, travel_s, short_gaps_s
        Seconds a week of one carer: with people, between people, and waiting up to the paid gap.

    Returns
    -------
    Wage or None
        None when it cannot be judged; rounded down to whole pence.

    References
    ----------
    HMRC, National Minimum Wage Manual, NMWM08490: travel between assignments is time worked.
    """
    if pay_pence is None or floor_pence is None or contact_s <= 0:
        return None
    paid_s = contact_s + travel_s + short_gaps_s
    return Wage(pay_pence * contact_s // paid_s, floor_pence, pay_pence * contact_s < floor_pence * paid_s)


__all__ = ["LONG_WEEK_DAYS", "Roster", "Wage", "wage_of_round"]
