"""Checks of rounds: timetables, day and week rules, live visits where they were."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from solver.facts import DayFacts
from solver.plan import PlanVisit
from solver.problem import DAYS
from solver.rule import Rule, Scope
from solver.rules import rules_of
from solver.timetable import Timed, timetable, week_facts
from solver.verify.reading import Reading, ReadRound
from solver.verify.violation import Violation


def check_rounds(reading: Reading) -> Iterator[Violation]:
    """Check every round of a plan.

    Parameters
    ----------
    reading
        The plan, read.

    Yields
    ------
    Violation
        One for each thing wrong.
    """
    for one in reading.rounds.values():
        yield from _shape(reading, one)
        yield from _days(reading, one)
        yield from _week(reading, one)
    yield from _live_rounds(reading)


def _shape(reading: Reading, one: ReadRound) -> Iterator[Violation]:
    problem, stated = reading.problem, one.stated
    where = f"round {stated.round_ref}"

    def wrong(code: str, sentence: str, at: str = where) -> Violation:
        return Violation(code=code, where=at, sentence=sentence, structural=True)

    zone = problem.zones[problem.patches[one.patch].zone]
    if stated.zone_ref != zone:
        yield wrong("WRONG_PATCH", f"Patch {stated.patch_ref} is in zone {zone}, not {stated.zone_ref}.")
    if problem.shifts[one.shift].pattern != problem.providers[one.provider].pattern:
        yield wrong("WRONG_SHIFT", f"Provider {stated.provider_ref} does not work shift {stated.shift_ref}.")
    if one.live < 0 and stated.source != "proposed":
        yield wrong("LIVE_CHANGED", f"The council has no such {stated.source} round.")
    if stated.crew not in (1, 2):
        yield wrong("CREW", f"A round has a crew of 1 or 2, not {stated.crew}.")
    if one.live < 0 and one.mode not in problem.modes_of(one.provider, one.patch):
        yield wrong("SAFETY_MEANS", f"Its provider's new rounds may not use this means of travel here: {stated.mode}.")
    for d, visits in enumerate(one.days):
        for visit in visits:
            row = problem.visits[visit]
            at = f"{where}, {DAYS[d]}, {problem.packages[row.package].ref} {row.ref}"
            if not row.days >> d & 1:
                yield wrong("WRONG_DAY", f"This visit is not made on a {DAYS[d]}.", at)
            live = one.live >= 0 and visit in problem.rounds[one.live].days[d]
            if row.crew != stated.crew and not live:
                yield wrong("CREW", f"The visit needs {row.crew} carer(s), the round has {stated.crew}.", at)
            if problem.packages[row.package].patch != one.patch and not live:
                yield wrong("WRONG_PATCH", f"The home is not in patch {stated.patch_ref}.", at)


def _days(reading: Reading, one: ReadRound) -> Iterator[Violation]:
    problem, stated = reading.problem, one.stated
    setting = problem.day_setting(one.shift, one.mode, stated.crew)
    limits = problem.day_limits()
    for d, day in enumerate(DAYS):
        where = f"round {stated.round_ref}, {day}"
        timed, facts = timetable(problem, one.days[d], setting)
        one.facts.append(facts)
        yield from _times(reading, where, timed, stated.days.get(day, ()))
        if not one.days[d]:
            continue
        base = _live_facts(reading, one, d)
        for rule in rules_of(Scope.DAY):
            excess = rule.excess(facts, limits)
            if excess > 0:
                before = rule.excess(base, limits) if base is not None else 0
                yield _broken(rule, where, rule.said(facts, limits), excess, inherited=excess <= before)


def _live_facts(reading: Reading, one: ReadRound, d: int) -> DayFacts | None:
    problem = reading.problem
    if one.live < 0 or not problem.rounds[one.live].days[d]:
        return None
    live = problem.rounds[one.live]
    setting = problem.day_setting(live.shift, live.mode, live.crew)
    return timetable(problem, live.days[d], setting)[1]


def _times(
    reading: Reading, where: str, timed: tuple[Timed, ...], stated: tuple[PlanVisit, ...]
) -> Iterator[Violation]:
    problem = reading.problem
    for earlier, later in pairwise(stated):
        if later.start_s < earlier.finish_s + later.travel_s:
            yield Violation(
                code="OVERLAP",
                where=where,
                sentence=f"{later.package_ref} {later.visit_ref} would start before the carer can be there.",
                excess=earlier.finish_s + later.travel_s - later.start_s,
            )
    for i, (due, said) in enumerate(zip(timed, stated, strict=False)):
        row = problem.visits[due.visit]
        at = f"{where}, {said.package_ref} {said.visit_ref}"
        if said.home_ref != problem.homes[row.home].ref:
            yield Violation(code="WRONG_HOME", where=at, sentence=f"The visit is at {problem.homes[row.home].ref}.")
        if said.travel_s != due.travel_s:
            yield Violation(
                code="WRONG_TRAVEL", where=at, sentence=f"Travel is {due.travel_s} s, the plan says {said.travel_s} s."
            )
        fields = {
            "leave": (due.leave_s if i else None, said.leave_s),
            "arrive": (due.arrive_s, said.arrive_s),
            "start": (due.start_s, said.start_s),
            "finish": (due.finish_s, said.finish_s),
        }
        for name, (right, wrong) in fields.items():
            if right != wrong:
                yield Violation(
                    code="WRONG_TIME",
                    where=at,
                    sentence=f"By the canonical timetable, {name} is {_clock(right)}, the plan says {_clock(wrong)}.",
                )


def _week(reading: Reading, one: ReadRound) -> Iterator[Violation]:
    facts, limits = week_facts(one.facts), reading.problem.week_limits()
    for rule in rules_of(Scope.WEEK):
        excess = rule.excess(facts, limits)
        if excess > 0:
            before = 0
            if one.live >= 0:
                days = [
                    _live_facts(reading, one, d) or DayFacts(*([0] * len(DayFacts._fields))) for d in range(len(DAYS))
                ]
                before = rule.excess(week_facts(days), limits)
            where = f"round {one.stated.round_ref}"
            yield _broken(rule, where, rule.said(facts, limits), excess, inherited=excess <= before)


def _live_rounds(reading: Reading) -> Iterator[Violation]:
    problem = reading.problem
    for live in problem.rounds:
        one = reading.rounds.get(live.ref)
        where = f"round {live.ref}"

        def wrong(code: str, sentence: str, at: str = where) -> Violation:
            return Violation(code=code, where=at, sentence=sentence, structural=True)

        if one is None:
            if any(live.days):
                yield wrong("LIVE_CHANGED", "A live round is missing from the plan.")
            continue
        same = (one.provider, one.patch, one.shift, one.mode, one.stated.crew, one.stated.source)
        if same != (live.provider, live.patch, live.shift, live.mode, live.crew, live.source):
            yield wrong(
                "LIVE_CHANGED", "Provider, patch, shift, means, crew or source of a live round is not what it was."
            )
        for d, visits in enumerate(live.days):
            kept = [visit for visit in one.days[d] if visit in visits]
            for visit in visits:
                if visit not in kept:
                    row = problem.visits[visit]
                    yield wrong(
                        "LIVE_MOVED",
                        "A live visit has left its round.",
                        f"{where}, {DAYS[d]}, {problem.packages[row.package].ref} {row.ref}",
                    )
            if set(kept) == set(visits) and kept != list(visits):
                yield wrong("LIVE_MOVED", "Live visits have changed places.", f"{where}, {DAYS[d]}")


def _broken(rule: Rule, where: str, said: str, excess: int, *, inherited: bool) -> Violation:
    return Violation(
        code=rule.reason,
        where=where,
        sentence=said[0].upper() + said[1:] + ".",
        rule=rule.code,
        excess=excess,
        inherited=inherited,
    )


def _clock(seconds: int | None) -> str:
    if seconds is None:
        return "nothing"
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
