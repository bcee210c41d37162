"""Served people who wait for one more visit a day."""

from __future__ import annotations

from datetime import date

import numpy as np

from app.formats.council import Package, Visit
from app.synth.caseload import may_serve
from app.synth.dates import date_waiting
from app.synth.ground import Ground
from app.synth.market import Contractor
from app.synth.patterns import Band, Pattern, VisitDraft
from app.synth.people import Person, package_of
from app.synth.services import lines_of

INCREASES_SHARE = 0.006  # people with a waiting increase [assumption]
LIKELY: tuple[tuple[Band, int], ...] = (("lunch", 750), ("tea", 1020), ("bed", 1215), ("morning", 510))


def increases(
    people: list[Person], market: list[Contractor], ground: Ground, week: date, rng: np.random.Generator
) -> list[Package]:
    """Let some served people wait for one more visit a day; it goes to their provider first.

    Parameters
    ----------
    people
        All people, the served ones assigned.
    market
        The providers.
    ground
        Of the homes.
    week
        Monday of the planned week.
    rng
        Source of all draws.

    Returns
    -------
    packages
        Waiting, of the same persons and homes, each with its one visit.
    """
    able = [
        p for p in people if p.state == "live" and p.extra is None and p.partner is None and len(p.pattern.visits) < 4
    ]
    working = {one.ref: one for one in market}
    out: list[Package] = []
    for i in rng.permutation(len(able))[: max(1, round(len(people) * INCREASES_SHARE))]:
        person = able[int(i)]
        if person.provider_ref is not None and may_serve(working[person.provider_ref], person):
            asked = _asked(person, rng)
            date_waiting(asked, week, rng)
            asked.stay, asked.waits_in, asked.waits_with = None, "home", ""
            if asked.dates is not None:
                asked.dates = asked.dates.model_copy(update={"discharge_ready": None})
            out.append(_renamed(package_of(asked, ground, lines_of(asked), rng), f"{asked.package_ref}-more"))
    return out


def _asked(person: Person, rng: np.random.Generator) -> Person:
    """Make a waiting double of a served person with the one visit more."""
    have = [visit.band for visit in person.pattern.visits]
    band, usual_min = next(likely for likely in LIKELY if likely[0] not in have)
    more = VisitDraft(band=band, preferred_min=usual_min + 5 * int(rng.integers(-6, 7)))
    return Person(
        number=person.number,
        pattern=Pattern(double=False, visits=[more]),
        address=person.address,
        zone=person.zone,
        state="waiting",
        lot=person.lot,
        skills=person.skills,
        gender=person.gender,
        language=person.language,
        funding=person.funding,
        change="increase",
        former_ref=person.provider_ref,
        priority=2,
        site_ref=person.site_ref,
    )


def _renamed(package: Package, ref: str) -> Package:
    """Give the increase references of its own, beside those of the package it adds to."""
    line = package.lines[0]
    visits: tuple[Visit, ...] = tuple(
        visit.model_copy(update={"visit_ref": f"{ref}-care-{visit.label}"}) for visit in line.visits
    )
    lines = (line.model_copy(update={"line_ref": f"{ref}-care", "visits": visits}),)
    return package.model_copy(update={"package_ref": ref, "lines": lines})
