"""The dates of a package's life so far, where a waiting person waits, and the stays that precede."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from app.formats.council import Dates, Stay
from app.synth.draws import pick
from app.synth.people import Person

WAITS_WITH = {
    "hospital": ("hospital discharge team", "ward 4", "ward 11"),
    "reablement": ("council reablement team",),
    "home": ("", "family", "community nurses"),
}


def date_all(people: list[Person], week: date, rng: np.random.Generator) -> None:
    """Date every package; a couple's two start together.

    Parameters
    ----------
    people
        All people, the served ones assigned.
    week
        Monday of the planned week.
    rng
        Source of all draws.
    """
    by_number = {person.number: person for person in people}
    for person in people:
        if person.state == "waiting":
            date_waiting(person, week, rng)
        else:
            date_live(person, week, rng)
        first = by_number.get(person.partner or 0)
        if first is not None and first.number < person.number:
            person.dates, person.priority, person.stay = first.dates, first.priority, None
            person.waits_in, person.waits_with = first.waits_in, first.waits_with


def date_live(person: Person, week: date, rng: np.random.Generator) -> None:
    """Give a served person the dates of a package that turns over once a year (ME 2.6).

    Parameters
    ----------
    person
        Live or suspended.
    week
        Monday of the planned week.
    rng
        Source of all draws.
    """
    started = week - timedelta(days=1 + int(rng.exponential(364)))
    agreed = started - timedelta(days=int(rng.choice([0, 0, 0, 1, 2, 5])))
    referred = agreed - timedelta(days=2 + int(rng.exponential(6)))
    suspended: date | None = None
    if person.state == "suspended":
        started = min(started, week - timedelta(days=40))
        agreed, referred = min(agreed, started), min(referred, started - timedelta(days=3))
        away = int(rng.choice([3, 6, 9, 12, 17, 23]))  # some beyond the 14 days a slot is held
        suspended = week - timedelta(days=away)
        person.stay = Stay(
            person_ref=f"per-{person.number:04d}",
            service="hospital",
            starts_on=suspended,
            planned_end=suspended + timedelta(days=int(rng.integers(7, 28))),
        )
    person.dates = Dates(
        referred=referred,
        authorised=referred + timedelta(days=1),
        requested_start=agreed,
        agreed_start=agreed,
        actual_start=started,
        suspended_from=suspended,
    )


def date_waiting(person: Person, week: date, rng: np.random.Generator) -> None:
    """Give a waiting person a place to wait in, the dates so far and, where they are in one, a stay.

    Parameters
    ----------
    person
        Waiting.
    week
        Monday of the planned week.
    rng
        Source of all draws.
    """
    waited = int(60 * rng.random() ** 2.2)  # 0-60 days, most of them short [assumption]
    referred = week - timedelta(days=waited)
    person.waits_in = pick(rng, (("hospital", 0.30), ("reablement", 0.28), ("home", 0.42)))
    person.waits_with = WAITS_WITH[person.waits_in][int(rng.integers(len(WAITS_WITH[person.waits_in])))]
    ready: date | None = None
    who = f"per-{person.number:04d}"
    if person.waits_in == "hospital":
        ready = min(referred + timedelta(days=int(rng.integers(1, 5))), week + timedelta(days=3))
        person.priority = min(person.priority, 2)
        began = referred - timedelta(days=int(rng.integers(2, 15)))
        person.stay = Stay(person_ref=who, service="hospital", starts_on=began, planned_end=ready)
    elif person.waits_in == "reablement":
        began = referred - timedelta(days=int(rng.integers(7, 36)))
        person.stay = Stay(
            person_ref=who, service="reablement", starts_on=began, planned_end=began + timedelta(days=42)
        )
    elif person.lot == "fast_response" or rng.random() < 0.08:
        began = week - timedelta(days=int(rng.integers(1, 7)))  # over three days: longer than the 72 h of RO 2.6
        person.waits_with = "fast response team"
        person.stay = Stay(
            person_ref=who, service="fast_response", starts_on=began, planned_end=began + timedelta(days=3)
        )
        referred = min(referred, began)
    person.dates = Dates(
        referred=referred,
        authorised=min(week, referred + timedelta(days=int(rng.integers(0, 4)))),
        discharge_ready=ready,
        requested_start=referred + timedelta(days=int(rng.integers(2, 9))),
    )
