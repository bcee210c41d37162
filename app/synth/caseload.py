"""Who serves whom: live packages with their providers, and what the waiting ones have behind them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from app.synth.draws import pick
from app.synth.ground import Ground
from app.synth.market import Contractor
from app.synth.people import Person

CLUSTER_M = 300.0  # how closely a back-up provider's people lie around its anchors [assumption]
DECLINES = ("no_capacity", "skill", "distance", "double_up", "rate", "risk", "complexity", "too_late")


def assign_live(people: list[Person], market: list[Contractor], ground: Ground, rng: np.random.Generator) -> None:
    """Give every served person a provider that may serve them; people nobody may serve wait instead.

    Parameters
    ----------
    people
        All people; those served get ``provider_ref``.
    market
        The providers.
    ground
        Distances from homes to the providers' anchors.
    rng
        Source of all draws.
    """
    by_number = {person.number: person for person in people}
    units = [
        [person] if person.partner is None else [person, by_number[person.partner]]
        for person in people
        if person.state != "waiting" and (person.partner is None or person.number < person.partner)
    ]
    able = [[one for one in market if all(may_serve(one, person) for person in unit)] for unit in units]
    around = _near_their_provider([unit[0] for unit in units], able, ground, rng)
    of_site: dict[str, str] = {}
    for unit, may, near in zip(units, able, around, strict=True):
        site = unit[0].site_ref or ""
        same = next((one for one in may if one.ref == of_site.get(site)), None)
        chosen = same or _draw(unit[0], [one for one in may if bool(one.anchors) == near] or may, ground, rng)
        for person in unit:
            if chosen is None:
                person.state, person.stay = "waiting", None
            else:
                person.provider_ref = chosen.ref
        if chosen is not None and site:
            of_site.setdefault(site, chosen.ref)


def _near_their_provider(
    first: list[Person], able: list[list[Contractor]], ground: Ground, rng: np.random.Generator
) -> list[bool]:
    """Tell who is served by a provider with people around a few places: those who live nearest to such a place.

    So their rounds are dense, and the providers of whole zones have what lies between.
    """
    out = [False] * len(first)
    by_zone: dict[int, list[tuple[float, int]]] = {}
    wanted: dict[int, float] = {}
    for k, (person, may) in enumerate(zip(first, able, strict=True)):
        shares = {one.tier.role: (one.tier.live_share, bool(one.anchors)) for one in may}
        if len({anchored for _, anchored in shares.values()}) == 2:
            near = sum(share for share, anchored in shares.values() if anchored)
            wanted[person.zone] = wanted.get(person.zone, 0.0) + near / sum(s for s, _ in shares.values())
            best = max(_pull(one, person, ground) for one in may if one.anchors)
            score = float(np.log(best + 1e-300)) + float(rng.normal(0.0, 0.5))
            by_zone.setdefault(person.zone, []).append((-score, k))
    for zone in sorted(by_zone):
        for _, k in sorted(by_zone[zone])[: round(wanted[zone])]:
            out[k] = True
    return out


def _pull(one: Contractor, person: Person, ground: Ground) -> float:
    """How much a provider draws a home: by its size and the nearness of its places."""
    x, y = ground.home_x_m[person.address], ground.home_y_m[person.address]
    anchors = one.anchors.get(person.zone, ())
    if not anchors:
        return one.weight
    nearest_m = min(float(np.hypot(ground.x_m[a] - x, ground.y_m[a] - y)) for a in anchors)
    return one.weight * float(np.exp(-nearest_m / CLUSTER_M))


def may_serve(one: Contractor, person: Person) -> bool:
    """Whether a provider's contract and skills cover a person.

    Parameters
    ----------
    one
        The provider.
    person
        The person.

    Returns
    -------
    covered
        Zone, lot, status, skills, stated needs and exclusions all agree.
    """
    return (
        one.serves(person.zone)
        and person.lot in one.lots
        and all(skill in one.skills for skill in person.skills)
        and (person.gender is None or person.gender in one.genders)
        and (person.language is None or person.language in one.languages)
        and one.ref not in person.excluded
    )


def _draw(person: Person, able: list[Contractor], ground: Ground, rng: np.random.Generator) -> Contractor | None:
    """Draw the tier by its share of the live hours, then a provider by size and nearness."""
    if not able:
        return None
    pulls: dict[str, list[tuple[Contractor, float]]] = {}
    for one in able:
        pulls.setdefault(one.tier.role, []).append((one, _pull(one, person, ground) + 1e-12))
    role = pick(rng, [(role, found[0][0].tier.live_share) for role, found in pulls.items()])
    return pick(rng, pulls[role])


def record_history(people: list[Person], market: list[Contractor], week: date, rng: np.random.Generator) -> None:
    """Give waiting people exclusions, former providers and answers recorded before the planned week.

    Parameters
    ----------
    people
        All people; waiting ones are changed.
    market
        The providers.
    week
        Monday of the planned week.
    rng
        Source of all draws.
    """
    for person in people:
        if person.state != "waiting" or person.dates is None:
            continue
        here = [one for one in market if one.serves(person.zone) and person.lot in one.lots]
        if not here or person.partner is not None:
            continue
        draw, other = rng.random(), here[int(rng.integers(len(here)))].ref
        if draw < 0.06:
            person.excluded = (other,)
        elif draw < 0.14 and person.waits_in == "hospital":
            person.change, person.former_ref = "hospital_return", other
        elif draw < 0.18:
            person.change, person.former_ref = "hand_back", other
        elif draw < 0.20:
            person.change, person.former_ref, person.excluded = "provider_change", other, (other,)
        waited = (week - person.dates.referred).days
        if waited >= 6 and rng.random() < 0.4:
            _record_answers(person, here, waited, week, rng)


def _record_answers(person: Person, here: list[Contractor], waited: int, week: date, rng: np.random.Generator) -> None:
    first = sorted(here, key=lambda one: not one.tier.per_zone)
    for one in first[: int(rng.integers(1, 4))]:
        if one.ref == person.former_ref:
            continue
        answer = pick(rng, (("declined", 0.75), ("no_answer", 0.2), ("person_declined", 0.05)))
        person.answers.append(
            {
                "provider_ref": one.ref,
                "answer": answer,
                "code": DECLINES[int(rng.integers(len(DECLINES)))] if answer == "declined" else "",
                "on": week - timedelta(days=int(rng.integers(1, waited))),
            }
        )
