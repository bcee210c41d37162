"""Times of day in the files, read as minutes."""

from __future__ import annotations

from app.formats.council import Parameters, Visit

DAY_MIN = 1440


def minutes(time_of_day: str) -> int:
    """Return a time of day in minutes from midnight.

    Parameters
    ----------
    time_of_day
        ``HH:MM``.

    Returns
    -------
    int
        Minutes, 0 to 1439.
    """
    return int(time_of_day[:2]) * 60 + int(time_of_day[3:])


def clock(minute: int) -> str:
    """Write a minute as a time of day.

    Parameters
    ----------
    minute
        From midnight, of the next day too.

    Returns
    -------
    str
        ``HH:MM``.
    """
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def starts_min(visit: Visit, parameters: Parameters) -> tuple[int, int] | None:
    """Return the earliest and latest start of a visit, before ``finish_by`` and live times are looked at.

    Parameters
    ----------
    visit
        The visit; its window counts, else its preferred time and tolerance.
    parameters
        Hold the usual tolerances.

    Returns
    -------
    tuple of int, or None
        Minutes from midnight, both included, within the day; nothing for a visit without any time.
    """
    if visit.window is not None:
        return minutes(visit.window[0]), minutes(visit.window[1])
    if visit.preferred is None:
        return None
    usual = parameters.time_critical_tolerance_min if visit.time_critical else parameters.tolerance_min
    tolerance = usual if visit.tolerance_min is None else visit.tolerance_min
    middle = minutes(visit.preferred)
    return max(0, middle - tolerance), min(DAY_MIN - 1, middle + tolerance)


def finish_by_min(visit: Visit, starts: tuple[int, int]) -> int | None:
    """Return the latest end of a visit, on the next day where only that can be meant.

    Parameters
    ----------
    visit
        The visit.
    starts
        Its earliest and latest start in minutes from midnight.

    Returns
    -------
    int or None
        Minutes from the midnight before the start, or nothing without ``finish_by``. A time that is too
        early for the earliest start is read as the next day's if the latest start ends on the next day.
    """
    if visit.finish_by is None:
        return None
    by = minutes(visit.finish_by)
    past_midnight = starts[1] + visit.duration_min > DAY_MIN
    return by + DAY_MIN if past_midnight and by < starts[0] + visit.duration_min else by


def clock_time(after_midnight_s: int) -> str:
    """Write a time of day; past midnight it reads on.

    Parameters
    ----------
    after_midnight_s
        Seconds after midnight.

    Returns
    -------
    str
        ``HH:MM:SS``.
    """
    return f"{after_midnight_s // 3600:02d}:{after_midnight_s // 60 % 60:02d}:{after_midnight_s % 60:02d}"


def seconds(clock_time: str) -> int:
    """Read a clock time.

    Parameters
    ----------
    clock_time
        ``HH:MM:SS``; hours may exceed 23.

    Returns
    -------
    int
        Seconds after midnight.
    """
    hours, mins, secs = clock_time.split(":")
    return int(hours) * 3600 + int(mins) * 60 + int(secs)
