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
    if day.visits == 0:
        return 0
    return crew * (start_s + day.travel_s * travel_percent // 100 + day.paid_idle_s)
