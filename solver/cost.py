"""Level 5 of the objective: what a round's day costs in paid seconds."""

from __future__ import annotations

from solver.facts import DayFacts


def day_cost_s(day: DayFacts, crew: int, start_s: int, travel_percent: int) -> int:
    """Price one day of a round.

    Parameters
    ----------
    day
        Facts of the day.
    crew
        Carers who make the round together.
    start_s, travel_percent
        Published weights of the round's means of travel: start-up in paid seconds, and what a second of
        travel counts in per cent.

    Returns
    -------
    int
        Start-up, travel and paid waiting of the whole crew, in paid seconds; an empty day costs nothing.
    """
    return paid_s(day.travel_s, day.paid_idle_s, crew, start_s, travel_percent) if day.visits else 0


def paid_s(travel_s: int, paid_idle_s: int, crew: int, start_s: int, travel_percent: int) -> int:
    """Price a day that has visits; compiled too.

    Parameters
    ----------
    travel_s, paid_idle_s
        Seconds of travel and of paid waiting.
    crew, start_s, travel_percent
        As for :func:`day_cost_s`.

    Returns
    -------
    int
        Paid seconds.
    """
    return crew * (start_s + travel_s * travel_percent // 100 + paid_idle_s)
