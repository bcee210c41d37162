"""Live rounds in their four grades, on rounds that a stand-in finds."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from statistics import median

from app.formats.checks import faults_across, reading_of
from app.formats.council import CouncilFile, Round, RoundDay, RoundVisit
from app.synth import RoundsGrade, TimedRound, synth
from tests.synth.towns import tiny_town


def three_by_three(council: CouncilFile) -> tuple[TimedRound, ...]:
    """Put the Monday visits of each provider in the first patch into rounds of three, seven minutes late."""
    patch = council.zones[0].patches[0].patch_ref
    shift_of = {provider.provider_ref: provider.pattern_ref for provider in council.providers}
    first_shift = {pattern.pattern_ref: pattern.shifts[0].shift_ref for pattern in council.shift_patterns}
    out: list[TimedRound] = []
    visits: dict[str, list[tuple[RoundVisit, int]]] = {}
    for package in council.packages:
        for line in package.lines:
            for visit in line.visits:
                if package.state == "live" and visit.label == "morning" and visit.crew == 1 and "mon" in visit.days:
                    stop = RoundVisit(package_ref=package.package_ref, visit_ref=visit.visit_ref)
                    start = _minutes(visit.agreed_start or "") + 7
                    visits.setdefault(package.provider_ref or "", []).append((stop, start))
    for provider, stops in visits.items():
        for k in range(0, len(stops), 3):
            chosen = sorted(stops[k : k + 3], key=lambda one: one[1])
            out.append(
                TimedRound(
                    round=Round(
                        round_ref=f"round-{len(out)}",
                        provider_ref=provider,
                        patch_ref=patch,
                        shift_ref=first_shift[shift_of[provider]],
                        mode="walk",
                        source="inferred",
                        as_of=council.week.starts_on,
                        days=(RoundDay(day="mon", visits=tuple(stop for stop, _ in chosen)),),
                    ),
                    start_min=(tuple(start for _, start in chosen),),
                )
            )
    return tuple(out)


@cache
def council(grade: RoundsGrade) -> CouncilFile:
    return synth("leeds", seed=5, scale=0.1, network=tiny_town(), rounds=grade, infer=three_by_three)


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def agreed(file: CouncilFile) -> dict[str, int]:
    return {
        v.visit_ref: _minutes(v.agreed_start)
        for p in file.packages
        for line in p.lines
        for v in line.visits
        if v.agreed_start is not None
    }


def test_the_two_lower_grades_have_no_rounds_and_preferred_times() -> None:
    for grade in ("none", "returns"):
        file = council(grade)
        assert not file.rounds
        preferred = {v.visit_ref: v.preferred for p in file.packages for line in p.lines for v in line.visits}
        times = agreed(file)
        assert all(_minutes(preferred[ref] or "") == start for ref, start in times.items() if preferred[ref])
        assert len(times) > 100


def test_declared_rounds_keep_the_times_of_the_rounds_on_five_minutes() -> None:
    before, file = agreed(council("none")), agreed(council("declared"))
    moved = {ref: file[ref] - before[ref] for ref in before if file[ref] != before[ref]}
    assert set(moved.values()) == {5}  # seven minutes late, rounded
    assert all(start % 5 == 0 for start in file.values())
    assert {one.source for one in council("declared").rounds} == {"declared"}


def test_monitored_rounds_are_some_days_old_and_jitter_by_minutes() -> None:
    file, before = council("ecm"), agreed(council("none"))
    assert {one.source for one in file.rounds} == {"ecm"}
    assert all(one.as_of <= file.week.starts_on - timedelta(days=7) for one in file.rounds)
    shifts = [start - before[ref] for ref, start in agreed(file).items() if start != before[ref]]
    assert len(set(shifts)) > 2
    assert median(abs(s) for s in shifts) <= 15


def test_one_monitored_round_in_thirty_is_out_of_order() -> None:
    plain = {one.round_ref: one.days for one in council("declared").rounds}
    changed = [one.round_ref for one in council("ecm").rounds if one.days != plain[one.round_ref]]
    assert 1 <= len(changed) <= len(plain) / 20


def test_rounds_refer_to_what_the_file_holds() -> None:
    for grade in ("ecm", "declared"):
        faults = faults_across(reading_of(council(grade)))
        assert not faults, faults[:3]
