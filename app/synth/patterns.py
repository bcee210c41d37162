"""The weekly pattern of care of made-up people: visits, their lengths, days and preferred times.

Shares are the national defaults of the field: visits of 15/30/45/60 minutes in 2/72/18/8 per cent, one to four
visits a day, morning 07:00-11:00, lunch 11:30-14:00, tea 16:00-18:30, bed 19:00-22:00. What else is drawn here is an
assumption and stands in ``docs/profiles.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.formats.council import DAYS, Day, Gap, ShortCall, Visit
from app.formats.times import clock
from app.synth.profiles import Profile

Band = Literal["morning", "lunch", "tea", "bed"]
BANDS: tuple[Band, ...] = ("morning", "lunch", "tea", "bed")
BAND_START_MIN: dict[Band, tuple[int, int]] = {
    "morning": (7 * 60, 11 * 60),
    "lunch": (11 * 60 + 30, 14 * 60),
    "tea": (16 * 60, 18 * 60 + 30),
    "bed": (19 * 60, 22 * 60),
}
BUSIEST_MIN: dict[Band, tuple[float, float]] = {  # mean and spread of preferred times [assumption]
    "morning": (8 * 60 + 50, 75.0),
    "lunch": (12 * 60 + 40, 40.0),
    "tea": (17 * 60, 45.0),
    "bed": (20 * 60 + 30, 55.0),
}
SHIFT_END_MIN: dict[Band, int] = {"morning": 870, "lunch": 870, "tea": 1350, "bed": 1350}
DURATION_SHARES: tuple[tuple[int, float], ...] = ((60, 0.08), (45, 0.18), (30, 0.72), (15, 0.02))
MEAN_DURATION_MIN = sum(length * share for length, share in DURATION_SHARES)
MORE_BANDS: tuple[Band, ...] = ("bed", "morning", "lunch", "tea")
WEEKDAYS: tuple[Day, ...] = DAYS[:5]
LIKELY_BANDS: dict[int, tuple[tuple[float, tuple[Band, ...]], ...]] = {  # [assumption]
    1: ((0.80, ("morning",)), (0.08, ("lunch",)), (0.12, ("bed",))),
    2: ((0.55, ("morning", "bed")), (0.30, ("morning", "tea")), (0.15, ("morning", "lunch"))),
    3: ((0.55, ("morning", "lunch", "bed")), (0.30, ("morning", "tea", "bed")), (0.15, ("morning", "lunch", "tea"))),
    4: ((1.0, BANDS),),
}


@dataclass(slots=True, kw_only=True)
class VisitDraft:
    """A visit while it is being made; times in minutes after midnight."""

    band: Band
    days: tuple[Day, ...] = DAYS
    crew: Literal[1, 2] = 1
    crew_kind: Literal["pair", "meet_up"] = "pair"
    duration_min: int = 30
    preferred_min: int | None = None
    window_min: tuple[int, int] | None = None
    time_critical: bool = False
    reason: str | None = None
    finish_by_min: int | None = None
    every_n_weeks: int = 1
    anchor: date | None = None
    from_date: date | None = None
    to_date: date | None = None
    gap_min: int | None = None
    gap_after: Band | None = None
    short_call: ShortCall | None = None
    agreed_min: int | None = None

    def carer_minutes(self) -> float:
        """Planned carer-minutes in a mean week."""
        return self.duration_min * self.crew * len(self.days) / self.every_n_weeks


@dataclass(slots=True, kw_only=True)
class Pattern:
    """A person's visits in the order of the day."""

    double: bool
    visits: list[VisitDraft] = field(default_factory=list)

    def carer_minutes(self) -> float:
        """Planned carer-minutes in a mean week."""
        return sum(visit.carer_minutes() for visit in self.visits)


def make_patterns(profile: Profile, people: int, hours: float, week: date, rng: np.random.Generator) -> list[Pattern]:
    """Draw the visits of all people so that their hours add up to the profile's.

    Parameters
    ----------
    profile
        Share of people with two carers.
    people
        How many patterns.
    hours
        Their carer-hours a week together.
    week
        Monday of the planned week, for visits every second week.
    rng
        Source of all draws.

    Returns
    -------
    patterns
        One per person.
    """
    double = np.zeros(people, dtype=bool)
    double[rng.permutation(people)[: round(people * profile.double_share)]] = True
    per_day = _visits_per_day(double, hours, rng)
    patterns = [_draft(bool(double[i]), int(per_day[i]), rng) for i in range(people)]
    _thin_days(patterns, week, rng)
    _deal_durations(patterns, rng)
    _meet_hours(patterns, hours, rng)
    for pattern in patterns:
        _set_times(pattern, rng)
    return patterns


def _visits_per_day(double: npt.NDArray[np.bool_], hours: float, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Draw one to four visits a day, tilted so that the expected hours are the wanted ones."""
    shape = {True: np.array([0.05, 0.20, 0.35, 0.40]), False: np.array([0.30, 0.33, 0.22, 0.15])}
    weekly = MEAN_DURATION_MIN * 7 / 60 * 0.97 * np.arange(1, 5)
    crew = {True: np.array([2.0, 1.95, 1.8, 1.75]), False: np.ones(4)}

    def tilted(tilt: float, two: bool) -> npt.NDArray[np.float64]:
        weight = shape[two] * np.exp(tilt * np.arange(4))
        return np.asarray(weight / weight.sum())

    low, high, tilt = -3.0, 3.0, 0.0
    for _ in range(50):
        tilt = (low + high) / 2
        expected = sum(
            float((tilted(tilt, two) * weekly * crew[two]).sum()) * int((double == two).sum()) for two in (True, False)
        )
        low, high = (tilt, high) if expected < hours else (low, tilt)
    out = np.zeros(len(double), dtype=np.int64)
    for two in (True, False):
        who = np.flatnonzero(double == two)
        edges = np.cumsum(tilted(tilt, two))
        # Even spacing instead of free draws: the shares hold in small councils too.
        even = (np.arange(len(who)) + 0.5) / max(1, len(who))
        out[rng.permutation(who)] = np.minimum(3, np.searchsorted(edges, even)) + 1
    return out


def _draft(double: bool, per_day: int, rng: np.random.Generator) -> Pattern:
    choices = LIKELY_BANDS[per_day]
    pick = int(rng.choice(len(choices), p=[share for share, _ in choices]))
    pattern = Pattern(double=double)
    for band in choices[pick][1]:
        single = double and per_day > 1 and band in ("lunch", "tea") and rng.random() < 0.45
        meet_up = double and rng.random() < 0.04
        pattern.visits.append(
            VisitDraft(
                band=band,
                crew=2 if double and not single else 1,
                crew_kind="meet_up" if meet_up and not single else "pair",
            )
        )
    return pattern


def _thin_days(patterns: list[Pattern], week: date, rng: np.random.Generator) -> None:
    """Take days away where the family or a day centre helps, and put some visits to every second week."""
    for pattern in patterns:
        draw = rng.random()
        one = pattern.visits[int(rng.integers(len(pattern.visits)))]
        if draw < 0.07:
            for visit in pattern.visits:
                visit.days = WEEKDAYS
        elif draw < 0.13:
            one.days = WEEKDAYS
        elif draw < 0.16 and len(pattern.visits) > 1:
            one.days = ("mon", "wed", "fri")
        elif draw < 0.18 and len(pattern.visits) > 1:
            one.days = ("tue", "thu", "sat")
        elif draw < 0.20 and len(pattern.visits) > 1:
            one.every_n_weeks = 2
            one.anchor = week + timedelta(days=7 * int(rng.integers(2)))
        elif draw < 0.21 and len(pattern.visits) > 1:
            one.from_date, one.to_date = week - timedelta(days=28), week + timedelta(days=41)


def _deal_durations(patterns: list[Pattern], rng: np.random.Generator) -> None:
    """Deal the lengths in their exact shares; longer ones go to mornings and pairs."""
    visits = [(pattern, visit) for pattern in patterns for visit in pattern.visits]
    lean = {"morning": 1.0, "bed": 0.35, "lunch": 0.0, "tea": -0.2}
    score = np.array([lean[v.band] + (0.3 if v.crew == 2 else 0.0) for _, v in visits])
    order = np.argsort(-(score + rng.normal(0.0, 0.8, len(visits))), kind="stable")
    edges = np.cumsum([share for _, share in DURATION_SHARES]) * len(visits)
    for place, index in enumerate(order):
        step = min(len(DURATION_SHARES) - 1, int(np.searchsorted(edges, place + 0.5)))
        visits[int(index)][1].duration_min = DURATION_SHARES[step][0]


def _meet_hours(patterns: list[Pattern], hours: float, rng: np.random.Generator) -> None:
    """Add or take a daily 30-minute visit here and there until the hours are met within half a per cent."""
    missing_min = hours * 60 - sum(pattern.carer_minutes() for pattern in patterns)
    least_min = max(105.0, 0.005 * hours * 60)
    for i in rng.permutation(len(patterns)):
        pattern = patterns[int(i)]
        if abs(missing_min) <= least_min:
            return
        have = [visit.band for visit in pattern.visits]
        if missing_min > 0 and len(have) < 4:
            band = next(b for b in MORE_BANDS if b not in have)
            pattern.visits.append(VisitDraft(band=band))
            pattern.visits.sort(key=lambda visit: BANDS.index(visit.band))
            missing_min -= 210
        elif missing_min < 0 and len(have) > 2 and pattern.visits[1].crew == 1:
            missing_min += pattern.visits.pop(1).carer_minutes()


def _set_times(pattern: Pattern, rng: np.random.Generator) -> None:
    """Give each visit a preferred time in its band, on five minutes, in the order of the day."""
    paracetamol = len(pattern.visits) >= 3 and rng.random() < 0.10
    free_min = 0
    before: VisitDraft | None = None
    if paracetamol and pattern.visits[0].band == "morning":
        free_min = -1  # the first visit early, so that four hours fit between all of them
    for visit in pattern.visits:
        first, last = BAND_START_MIN[visit.band]
        last = min(last, SHIFT_END_MIN[visit.band] - visit.duration_min)
        mean, spread = BUSIEST_MIN[visit.band]
        if free_min == -1:
            mean, spread, free_min = 7 * 60 + 30, 20.0, 0
        start = round(float(np.clip(rng.normal(mean, spread), first, last)) / 5) * 5
        if paracetamol and before is not None and before.preferred_min is not None:
            start = max(start, before.preferred_min + 245)
            visit.gap_min, visit.gap_after = 240, before.band
        visit.preferred_min = max(start, free_min)
        if visit.preferred_min > last:
            visit.gap_min = visit.gap_after = None
            visit.preferred_min = last // 5 * 5
        free_min = visit.preferred_min + visit.duration_min + 60
        before = visit
    _special_times(pattern, rng)


def _special_times(pattern: Pattern, rng: np.random.Generator) -> None:
    """Make some visits time-critical, give some a window, some a latest finish; judge short calls."""
    draw = rng.random()
    first = pattern.visits[0]
    if draw < 0.06 and first.band == "morning":
        first.time_critical, first.reason = True, "insulin before breakfast"
    elif draw < 0.08:
        pattern.visits[-1].time_critical = True
        pattern.visits[-1].reason = "timed medicine"
    elif draw < 0.10 and first.band == "morning" and first.preferred_min is not None:
        first.reason = "day centre transport"
        first.finish_by_min = first.preferred_min + first.duration_min + 30
        first.time_critical = True
    elif draw < 0.15:
        visit = pattern.visits[int(rng.integers(len(pattern.visits)))]
        if visit.gap_min is None:
            start, end = BAND_START_MIN[visit.band]
            visit.window_min = (start, min(end, SHIFT_END_MIN[visit.band] - visit.duration_min))
    for visit in pattern.visits:
        if visit.duration_min < 30:
            met = rng.random() < 0.8
            visit.short_call = ShortCall(
                carer_known=True,
                part_of_wider_package=met and len(pattern.visits) > 1,
                specific_task_or_check=True,
                signed_by=None if rng.random() < 0.3 else f"assessor-{int(rng.integers(1, 20)):02d}",
                legacy=bool(rng.random() < 0.6),
            )


def visit_of(draft: VisitDraft, line_ref: str, *, agreed: bool) -> Visit:
    """Write a draft as the council file has it.

    Parameters
    ----------
    draft
        The visit.
    line_ref
        Reference of its line; the visit's own is made from it.
    agreed
        Whether it has a commissioned time: its preferred one until rounds say otherwise.

    Returns
    -------
    visit
        The visit.
    """
    start = draft.preferred_min
    return Visit(
        visit_ref=f"{line_ref}-{draft.band}",
        label=draft.band,
        days=draft.days,
        every_n_weeks=draft.every_n_weeks,
        anchor=draft.anchor,
        from_date=draft.from_date,
        to_date=draft.to_date,
        duration_min=draft.duration_min,
        preferred=None if start is None or draft.window_min is not None else clock(start),
        window=None if draft.window_min is None else (clock(draft.window_min[0]), clock(draft.window_min[1])),
        time_critical=draft.time_critical,
        tolerance_reason=draft.reason,
        finish_by=None if draft.finish_by_min is None else clock(draft.finish_by_min),
        crew=draft.crew,
        crew_kind=draft.crew_kind,
        gaps=()
        if draft.gap_min is None
        else (Gap(after_visit_ref=f"{line_ref}-{draft.gap_after}", min_min=draft.gap_min),),
        agreed_start=clock(start) if agreed and start is not None else None,
        short_call=draft.short_call,
    )
