"""Service lines of a package: its visits, and what a few people have besides."""

from __future__ import annotations

from app.formats.council import Line, Visit
from app.synth.patterns import visit_of
from app.synth.people import Person


def lines_of(person: Person) -> tuple[Line, ...]:
    """Write a person's service lines.

    Parameters
    ----------
    person
        The person with the pattern and, for a few, one thing besides.

    Returns
    -------
    lines
        Visits first. An envelope gives the same hours without times (RO 4.6).
    """
    ref = f"{person.package_ref}-care"
    agreed = person.state != "waiting"
    if person.extra == "envelope":
        return (Line(line_ref=ref, service="visits", envelope=True, units_per_week=round(person.hours() * 4) / 4),)
    care = Line(
        line_ref=ref,
        service="visits",
        visits=tuple(visit_of(visit, ref, agreed=agreed) for visit in person.pattern.visits),
    )
    besides = _besides(person, agreed)
    return (care,) if besides is None else (care, besides)


def _besides(person: Person, agreed: bool) -> Line | None:
    if person.extra == "sit":
        ref = f"{person.package_ref}-sit"
        # Half of the sits fit into the late shift, the others cross the pause between the shifts.
        start = "15:30" if person.number % 2 else "14:00"
        return Line(
            line_ref=ref,
            service="sit",
            visits=(
                Visit(
                    visit_ref=f"{ref}-afternoon",
                    label="sit",
                    days=("wed",) if person.number % 3 else ("tue", "fri"),
                    duration_min=120 if person.number % 2 else 180,
                    preferred=start,
                    tolerance_min=60,
                    agreed_start=start if agreed else None,
                ),
            ),
        )
    if person.extra == "domestic":
        return Line(line_ref=f"{person.package_ref}-domestic", service="domestic", units_per_week=1.5)
    if person.extra == "waking_night":
        return Line(line_ref=f"{person.package_ref}-night", service="waking_night", unit="night", units_per_week=2.0)
    if person.extra == "sleep_in":
        return Line(line_ref=f"{person.package_ref}-night", service="sleep_in", unit="night", units_per_week=3.0)
    return None
