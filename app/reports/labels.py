"""The words of reports: codes, roles and keys in plain English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.formats.council import DAYS, Day

DAY_NAMES: dict[Day, str] = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
KINDS = {"new": "New round", "extended": "Live round, changed", "live": "Live round, unchanged"}
MODES = {"walk": "On foot", "cycle": "By bicycle", "drive": "By car", "driven": "With a driver"}
CREWS = {1: "One carer", 2: "Pair"}
SOURCES = {
    "declared": "declared by the provider",
    "ecm": "from call monitoring",
    "inferred": "estimated from commissioned times",
    "proposed": "proposed here",
}
FORCES = {"never": "No override", "contract": "Contract", "estimate": "Estimate", "answer": "Answer"}
ROLES = {
    "block": "Block",
    "primary": "Primary",
    "framework": "Framework",
    "specialist": "Specialist",
    "spot": "Spot",
}
LOTS = {
    "older_people": "Older people",
    "learning_disability": "Learning disability",
    "mental_health": "Mental health",
    "chc": "Continuing healthcare",
    "short_term": "Short term",
    "fast_response": "Fast response",
    "reablement": "Reablement",
}
CHANGES = {
    "new": "New",
    "increase": "Increase",
    "hospital_return": "Return from hospital",
    "hand_back": "Handed back",
    "provider_change": "Change of provider",
}
CODES = {
    "DEREGISTERED": "Not registered with CQC",
    "EXCLUDED_BY_PERSON": "Excluded by the person",
    "TIMES_CONTRADICT": "Times of the package contradict each other",
    "NOT_ON_LOT": "Not on the lot",
    "NOT_IN_ZONE": "Not in the zone",
    "CONTRACT_NOT_IN_FORCE": "Contract not in force",
    "HOURS_CAP": "Hours cap reached",
    "EMBARGO": "Embargo",
    "GROWTH_PACE": "Growth limit reached",
    "TIER_NOT_REACHED": "Turn not reached",
    "INACTIVE": "Inactive",
    "DORMANT": "Dormant",
    "SKILL": "Skill, gender or language not declared",
    "RATING_POLICY": "Rating below policy",
    "RATE": "Above the price limit",
    "LINKED_PACKAGE": "Couple: other half elsewhere",
    "NO_WORKABLE_ROUND": "No workable round",
    "NO_CARER": "No carer stated free",
    "TIME_CRITICAL_CLASH": "Time-critical clash",
    "DOUBLE_UP_UNAVAILABLE": "No pair available",
    "SAFETY_MEANS": "After dark: no safe means",
    "BREAK_OR_REST": "Break or rest",
    "NO_SINGLE_CHANGE": "No single change helps",
    "DECLINED": "Declined",
    "NO_ANSWER": "No answer",
    "PERSON_DECLINED": "Declined by the person",
}
NOT_AVAILABLE = frozenset({"DEREGISTERED", "CONTRACT_NOT_IN_FORCE", "EMBARGO", "INACTIVE", "DORMANT", "RATING_POLICY"})
"""Codes that stand as one in what leaves the team: an embargo's evidence may be confidential."""


def days_label(days: Sequence[Day]) -> str:
    """Say which days of the week are meant.

    Parameters
    ----------
    days
        At least one.

    Returns
    -------
    str
        ``Every day``, ``Monday to Friday`` or the names one by one.
    """
    places = sorted(DAYS.index(day) for day in days)
    if len(places) == 7:
        return "Every day"
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    names = [DAY_NAMES[day] for day in DAYS]
    words = []
    for run in runs:
        if len(run) > 2:
            words.append(f"{names[run[0]]} to {names[run[-1]]}")
        else:
            words.extend(names[place] for place in run)
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def hours(minutes: float) -> str:
    """Write minutes as hours.

    Parameters
    ----------
    minutes
        Any number.

    Returns
    -------
    str
        With one decimal and thousands parted, ``1,204.5``; whole hours without.
    """
    return number(round(minutes / 60, 1))


def number(value: float) -> str:
    """Write a number for people.

    Parameters
    ----------
    value
        Any number.

    Returns
    -------
    str
        Thousands parted, at most one decimal, two below one.
    """
    if float(value) == int(value):
        return f"{int(value):,}"
    return f"{value:.2f}".rstrip("0") if abs(value) < 1 else f"{value:,.1f}"


def clock(time: str) -> str:
    """Write a time of a timetable.

    Parameters
    ----------
    time
        ``HH:MM:SS``; past midnight the hours read on.

    Returns
    -------
    str
        ``HH:MM``, seconds dropped; ``(+1)`` on the next day.
    """
    hour = int(time[:2])
    return time[:5] if hour < 24 else f"{hour - 24:02d}{time[2:5]} (+1)"


def named(words: Mapping[Any, str], key: Any) -> str:
    """Name a key, also one that is not known here.

    Parameters
    ----------
    words
        Known names.
    key
        What to name.

    Returns
    -------
    str
        Its name, or the key as words.
    """
    found = words.get(key)
    return found if found is not None else str(key).replace("_", " ").strip().capitalize()


LIMITS = {
    "hours_cap": "Hours of the contract",
    "growth_limit": "Growth in a week",
    "intake_limit": "Intake under an embargo",
    "return_hours": "Hours returned",
    "return_carers": "Carers returned",
    "return_pairs": "Pairs returned",
}
"""Limits that a step more could relax."""
