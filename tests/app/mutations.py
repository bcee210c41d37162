"""Ways to spoil a plan, or the council under it, each with the codes by which the checker must catch it."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

Values = dict[str, Any]
T = TypeVar("T")


class NotHere(Exception):
    """The plan has nothing that this mutation could spoil."""


@dataclass(slots=True, kw_only=True)
class Spoilt:
    """A plan and its council as JSON, to be spoilt."""

    plan: Values
    council: Values
    rng: random.Random
    council_changed: bool = field(default=False)

    def pick(self, things: Sequence[T]) -> T:
        if not things:
            raise NotHere
        return things[self.rng.randrange(len(things))]

    @property
    def live_refs(self) -> set[str]:
        return {one["round_ref"] for one in self.council["rounds"]}

    def rounds(self, *, live: bool) -> list[Values]:
        return [one for one in self.plan["rounds"] if (one["round_ref"] in self.live_refs) == live and one["days"]]

    def days(self, *, least: int = 1, live: bool | None = None) -> list[Values]:
        return [
            day
            for one in self.plan["rounds"]
            if live is None or (one["round_ref"] in self.live_refs) == live
            for day in one["days"]
            if len(day["visits"]) >= least
        ]

    def placement(self, wanted: Callable[[Values], object] = lambda _: True) -> Values:
        return self.pick([one for one in self.plan["placements"] if wanted(one)])

    def placed_visits(self) -> list[tuple[Values, Values]]:
        placed = {one["package_ref"] for one in self.plan["placements"]}
        return [(day, visit) for day in self.days() for visit in day["visits"] if visit["package_ref"] in placed]

    def refusals(self, wanted: Callable[[Values], object] = lambda _: True) -> list[Values]:
        return [refusal for one in self.plan["unplaced"] for refusal in one["refusals"] if wanted(refusal)]

    def bars(self) -> list[Values]:
        """Reasons of contract level, whose numbers are recomputed."""
        return [reason for one in self.refusals() for reason in one["reasons"] if "value" in reason["evidence"]]

    def package(self, ref: str) -> Values:
        return next(one for one in self.council["packages"] if one["package_ref"] == ref)

    def contract(self, ref: str) -> Values:
        return next(one for one in self.council["contracts"] if one["contract_ref"] == ref)

    def provider(self, ref: str) -> Values:
        return next(one for one in self.council["providers"] if one["provider_ref"] == ref)

    def monday(self) -> date:
        return date.fromisoformat(self.council["week"]["starts_on"])


Mutation = Callable[[Spoilt], None]
MUTATIONS: dict[str, tuple[Mutation, frozenset[str]]] = {}
"""Name to mutation, and the codes of which at least one must be reported."""


def caught_as(*codes: str) -> Callable[[Mutation], Mutation]:
    def register(mutation: Mutation) -> Mutation:
        MUTATIONS[mutation.__name__] = (mutation, frozenset(codes))
        return mutation

    return register


def spoil(name: str, plan: str, council: str, seed: int) -> Spoilt:
    """Apply a mutation to a plan and its council, given as JSON text."""
    spoilt = Spoilt(plan=json.loads(plan), council=json.loads(council), rng=random.Random(f"{name} {seed}"))
    MUTATIONS[name][0](spoilt)
    spoilt.council_changed = spoilt.council != json.loads(council)
    if not spoilt.council_changed and spoilt.plan == json.loads(plan):
        raise NotHere
    return spoilt


def shifted(clock: str, seconds: int) -> str:
    total = int(clock[:2]) * 3600 + int(clock[3:5]) * 60 + int(clock[6:]) + seconds
    return f"{total // 3600:02d}:{total // 60 % 60:02d}:{total % 60:02d}"


# ---------------------------------------------------------------- times


@caught_as("WRONG_TIME")
def a_start_is_shifted(it: Spoilt) -> None:
    visit = it.pick(it.pick(it.days())["visits"])
    by = it.pick((-600, -1, 1, 300))
    visit["start"], visit["finish"] = shifted(visit["start"], by), shifted(visit["finish"], by)


@caught_as("WRONG_TIME")
def a_visit_is_cut_short(it: Spoilt) -> None:
    visit = it.pick(it.pick(it.days())["visits"])
    visit["finish"] = shifted(visit["finish"], -it.pick((60, 300)))


@caught_as("WRONG_TIME")
def a_whole_day_runs_an_hour_late(it: Spoilt) -> None:
    for visit in it.pick(it.days())["visits"]:
        for name in ("leave", "arrive", "start", "finish"):
            if visit[name] is not None:
                visit[name] = shifted(visit[name], 3600)


@caught_as("WRONG_TIME")
def a_carer_leaves_at_another_time(it: Spoilt) -> None:
    visit = it.pick(it.pick(it.days(least=2))["visits"][1:])
    visit["leave"] = shifted(visit["leave"], it.pick((-60, 60)))


@caught_as("WRONG_TIME")
def a_carer_arrives_at_another_time(it: Spoilt) -> None:
    visit = it.pick(it.pick(it.days())["visits"])
    visit["arrive"] = shifted(visit["arrive"], -120)


@caught_as("OVERLAP")
def two_visits_overlap(it: Spoilt) -> None:
    first, second, *_ = it.pick(it.days(least=2))["visits"]
    second["start"] = shifted(first["start"], 60)


@caught_as("WRONG_TRAVEL")
def travel_is_understated(it: Spoilt) -> None:
    visit = it.pick([visit for day in it.days(least=2) for visit in day["visits"] if visit["travel_s"] > 1])
    visit["travel_s"] //= 2


@caught_as("WRONG_HOME")
def a_visit_is_at_another_home(it: Spoilt) -> None:
    visit = it.pick(it.pick(it.days())["visits"])
    visit["home_ref"] = it.pick(
        [one["home_ref"] for one in it.council["homes"] if one["home_ref"] != visit["home_ref"]]
    )


@caught_as("WRONG_TIME", "WRONG_TRAVEL", "LIVE_MOVED")
def the_order_of_a_day_is_reversed(it: Spoilt) -> None:
    it.pick(it.days(least=2))["visits"].reverse()


# ---------------------------------------------------------------- people and parts


@caught_as("PART_LOST")
def a_visit_is_dropped_on_one_day(it: Spoilt) -> None:
    day, visit = it.pick(it.placed_visits())
    day["visits"].remove(visit)


@caught_as("VISIT_TWICE", "PART_SPLIT")
def a_visit_is_made_twice_in_a_day(it: Spoilt) -> None:
    day, visit = it.pick(it.placed_visits())
    day["visits"].append(dict(visit))


@caught_as("VISIT_TWICE")
def a_visit_is_made_by_two_rounds(it: Spoilt) -> None:
    day, visit = it.pick(it.placed_visits())
    it.pick([other for other in it.days() if other["day"] == day["day"] and other is not day])["visits"].append(
        dict(visit)
    )


@caught_as("WRONG_DAY")
def a_visit_is_made_on_a_day_it_is_not_due(it: Spoilt) -> None:
    _, visit = it.pick([pair for pair in it.placed_visits() if len(_visit(it, pair[1])["days"]) < 7])
    other = it.pick([one for one in it.days() if one["day"] not in _visit(it, visit)["days"]])
    other["visits"].append(dict(visit))


@caught_as("PART_LOST")
def a_part_is_left_out_of_a_placement(it: Spoilt) -> None:
    one = it.placement(lambda one: one["parts"])
    one["parts"].remove(it.pick(one["parts"]))


@caught_as("PART_LOST")
def a_part_names_fewer_visits(it: Spoilt) -> None:
    one = it.placement(lambda one: one["parts"])
    it.pick(one["parts"])["visit_refs"].pop()


@caught_as("PART_SPLIT")
def a_part_is_stated_twice(it: Spoilt) -> None:
    one = it.placement(lambda one: one["parts"])
    one["parts"].append(dict(it.pick(one["parts"])))


@caught_as("FOREIGN_VISIT", "PART_LOST")
def a_part_names_another_crew(it: Spoilt) -> None:
    one = it.placement(lambda one: one["parts"])
    part = it.pick(one["parts"])
    part["crew"] = 3 - part["crew"]


@caught_as("ROUND_SHARED")
def a_part_rides_with_another_providers_round(it: Spoilt) -> None:
    one = it.placement(lambda one: one["parts"])
    others = [other for other in it.plan["rounds"] if other["provider_ref"] != one["provider_ref"]]
    it.pick(one["parts"])["round_ref"] = it.pick(others)["round_ref"]


@caught_as("PART_SPLIT", "WRONG_SHIFT")
def a_part_rides_with_another_round_of_its_provider(it: Spoilt) -> None:
    one = it.placement(lambda one: one["parts"])
    part = it.pick(one["parts"])
    others = [
        other["round_ref"]
        for other in it.plan["rounds"]
        if other["provider_ref"] == one["provider_ref"] and other["round_ref"] != part["round_ref"]
    ]
    part["round_ref"] = it.pick(others)


@caught_as("PART_LOST")
def a_fixed_block_is_invented(it: Spoilt) -> None:
    one = it.placement(lambda one: one["parts"])
    part = it.pick(one["parts"])
    one["fixed_blocks"].append({"line_ref": part["line_ref"], "visit_ref": part["visit_refs"][0]})


@caught_as("PLACED_TWICE")
def a_person_is_placed_twice(it: Spoilt) -> None:
    it.plan["placements"].append(copy.deepcopy(it.placement()))


@caught_as("PLACED_TWICE")
def a_person_is_placed_and_waits(it: Spoilt) -> None:
    ref = it.placement()["package_ref"]
    it.plan["unplaced"].append(_waits(ref))


@caught_as("PERSON_LOST")
def a_placed_person_is_dropped(it: Spoilt) -> None:
    it.plan["placements"].remove(it.placement())


@caught_as("PERSON_LOST")
def a_waiting_person_is_dropped(it: Spoilt) -> None:
    it.plan["unplaced"].remove(it.pick(it.plan["unplaced"]))


@caught_as("FOREIGN_VISIT")
def a_placed_person_is_said_to_wait(it: Spoilt) -> None:
    one = it.placement(lambda one: one["parts"])
    it.plan["placements"].remove(one)
    it.plan["unplaced"].append(_waits(one["package_ref"]))


@caught_as("NOT_SETTLED")
def a_person_who_fits_is_left_waiting(it: Spoilt) -> None:
    single = {one["package_ref"] for one in it.council["packages"] if one["linked_to"] is None}
    one = it.placement(lambda one: one["parts"] and one["package_ref"] in single)
    it.plan["placements"].remove(one)
    it.plan["unplaced"].append(_waits(one["package_ref"]))
    # The rounds as they would be had the person never been on them: last visits only, so that no time changes.
    for day, visit in _of(it, one):
        if day["visits"][-1] is not visit:
            raise NotHere
        day["visits"].remove(visit)
    for other in it.plan["rounds"]:
        other["days"] = [day for day in other["days"] if day["visits"]]
    it.plan["rounds"] = [other for other in it.plan["rounds"] if other["days"] or other["round_ref"] in it.live_refs]


@caught_as("NOT_WAITING")
def a_live_person_is_placed_anew(it: Spoilt) -> None:
    live = [one for one in it.council["packages"] if one["state"] == "live"]
    it.plan["unplaced"].append(_waits(it.pick(live)["package_ref"]))


@caught_as("LINKED_PACKAGE")
def a_couple_is_split(it: Spoilt) -> None:
    waiting = {one["package_ref"] for one in it.plan["placements"]}
    coupled = {
        one["package_ref"]
        for one in it.council["packages"]
        if one["package_ref"] in waiting and one["linked_to"] in waiting
    }
    one = it.placement(lambda one: one["package_ref"] in coupled)
    zone = it.contract(one["contract_ref"])["zone_ref"]
    others = [
        other
        for other in it.council["contracts"]
        if other["zone_ref"] == zone and other["contract_ref"] != one["contract_ref"]
    ]
    other = it.pick(others)
    one["contract_ref"], one["provider_ref"] = other["contract_ref"], other["provider_ref"]


@caught_as("WRONG_MINUTES")
def a_placement_counts_fewer_minutes(it: Spoilt) -> None:
    it.placement()["carer_minutes"] -= 30


# ---------------------------------------------------------------- contracts and their order


@caught_as("WRONG_TIER")
def a_tier_is_wrong(it: Spoilt) -> None:
    it.placement()["tier"] += 1


@caught_as("WRONG_PROVIDER")
def a_placement_names_another_provider(it: Spoilt) -> None:
    one = it.placement()
    one["provider_ref"] = it.pick(
        [other["provider_ref"] for other in it.council["providers"] if other["provider_ref"] != one["provider_ref"]]
    )


@caught_as("NOT_IN_ZONE")
def a_contract_of_another_zone_is_used(it: Spoilt) -> None:
    one = it.placement()
    zone = it.contract(one["contract_ref"])["zone_ref"]
    other = it.pick([contract for contract in it.council["contracts"] if contract["zone_ref"] != zone])
    one["contract_ref"], one["provider_ref"] = other["contract_ref"], other["provider_ref"]


@caught_as("TIER_NOT_REACHED")
def a_tier_is_passed_without_a_word(it: Spoilt) -> None:
    one = it.placement(lambda one: one["passed"])
    one["passed"].remove(it.pick(one["passed"]))


@caught_as("TIER_NOT_REACHED")
def a_tier_is_passed_without_a_reason(it: Spoilt) -> None:
    it.pick(it.placement(lambda one: one["passed"])["passed"])["codes"] = []


@caught_as("WRONG_PASSED")
def a_pass_has_a_reason_that_does_not_hold(it: Spoilt) -> None:
    passed = it.pick(it.placement(lambda one: one["passed"])["passed"])
    passed["codes"].append(it.pick([code for code in ("DEREGISTERED", "DECLINED") if code not in passed["codes"]]))


@caught_as("WRONG_PASSED")
def a_pass_has_an_unknown_reason(it: Spoilt) -> None:
    it.pick(it.placement(lambda one: one["passed"])["passed"])["codes"] = ["TOO_FAR"]


@caught_as("WRONG_PASSED")
def a_pass_claims_to_be_more_or_less_than_predicted(it: Spoilt) -> None:
    passed = it.pick(it.placement(lambda one: one["passed"])["passed"])
    passed["predicted"] = not passed["predicted"]


@caught_as("WRONG_PASSED")
def a_pass_is_invented(it: Spoilt) -> None:
    one = it.placement()
    one["passed"].append(
        {
            "provider_ref": one["provider_ref"],
            "contract_ref": one["contract_ref"],
            "tier": 1,
            "codes": ["NO_WORKABLE_ROUND"],
            "predicted": True,
        }
    )


# ---------------------------------------------------------------- rounds


@caught_as("LIVE_MOVED")
def a_live_visit_is_dropped(it: Spoilt) -> None:
    placed = {one["package_ref"] for one in it.plan["placements"]}
    day = it.pick([day for day in it.days(live=True) if any(v["package_ref"] not in placed for v in day["visits"])])
    day["visits"].remove(it.pick([visit for visit in day["visits"] if visit["package_ref"] not in placed]))


@caught_as("LIVE_MOVED")
def a_live_visit_moves_to_another_round(it: Spoilt) -> None:
    placed = {one["package_ref"] for one in it.plan["placements"]}
    day = it.pick([day for day in it.days(live=True) if day["visits"][-1]["package_ref"] not in placed])
    other = it.pick([one for one in it.days() if one["day"] == day["day"] and one is not day])
    other["visits"].append(day["visits"].pop())


@caught_as("LIVE_MOVED")
def live_visits_change_places(it: Spoilt) -> None:
    placed = {one["package_ref"] for one in it.plan["placements"]}
    day = it.pick(
        [day for day in it.days(least=2, live=True) if not placed & {v["package_ref"] for v in day["visits"]}]
    )
    day["visits"][0], day["visits"][1] = day["visits"][1], day["visits"][0]


@caught_as("LIVE_CHANGED")
def a_live_round_goes_by_other_means(it: Spoilt) -> None:
    one = it.pick(it.rounds(live=True))
    one["mode"] = "walk" if one["mode"] == "drive" else "drive"


@caught_as("LIVE_CHANGED")
def a_live_round_changes_its_crew(it: Spoilt) -> None:
    one = it.pick(it.rounds(live=True))
    one["crew"] = 3 - one["crew"]


@caught_as("LIVE_CHANGED")
def a_live_round_goes_to_another_provider(it: Spoilt) -> None:
    one = it.pick(it.rounds(live=True))
    one["provider_ref"] = it.pick(
        [other["provider_ref"] for other in it.council["providers"] if other["provider_ref"] != one["provider_ref"]]
    )


@caught_as("LIVE_CHANGED")
def a_live_round_is_called_something_else(it: Spoilt) -> None:
    one = it.pick(it.rounds(live=True))
    one["source"] = "inferred" if one["source"] != "inferred" else "declared"


@caught_as("LIVE_CHANGED")
def a_live_round_is_left_out(it: Spoilt) -> None:
    held = {part["round_ref"] for one in it.plan["placements"] for part in one["parts"]}
    it.plan["rounds"].remove(it.pick([one for one in it.rounds(live=True) if one["round_ref"] not in held]))


@caught_as("LIVE_CHANGED")
def a_new_round_is_passed_off_as_declared(it: Spoilt) -> None:
    it.pick(it.rounds(live=False))["source"] = "declared"


@caught_as("CREW")
def a_new_round_has_another_crew(it: Spoilt) -> None:
    one = it.pick(it.rounds(live=False))
    one["crew"] = 3 - one["crew"]


@caught_as("WRONG_SHIFT")
def a_new_round_works_another_shift(it: Spoilt) -> None:
    one = it.pick(it.rounds(live=False))
    shifts = [shift["shift_ref"] for pattern in it.council["shift_patterns"] for shift in pattern["shifts"]]
    one["shift_ref"] = it.pick([shift for shift in shifts if shift != one["shift_ref"]])


@caught_as("WRONG_PATCH")
def a_new_round_is_in_another_patch(it: Spoilt) -> None:
    one = it.pick(it.rounds(live=False))
    patches = [patch["patch_ref"] for zone in it.council["zones"] for patch in zone["patches"]]
    one["patch_ref"] = it.pick([patch for patch in patches if patch != one["patch_ref"]])


@caught_as("WRONG_PATCH")
def a_round_is_in_another_zone(it: Spoilt) -> None:
    one = it.pick(it.plan["rounds"])
    one["zone_ref"] = it.pick([z["zone_ref"] for z in it.council["zones"] if z["zone_ref"] != one["zone_ref"]])


@caught_as("ROUND_SHARED", "WRONG_SHIFT")
def a_new_round_goes_to_another_provider(it: Spoilt) -> None:
    one = it.pick(it.rounds(live=False))
    one["provider_ref"] = it.pick(
        [other["provider_ref"] for other in it.council["providers"] if other["provider_ref"] != one["provider_ref"]]
    )


@caught_as("WRONG_TRAVEL", "WRONG_KPI", "WRONG_LEVEL")
def a_new_round_goes_by_other_means(it: Spoilt) -> None:
    one = it.pick(it.rounds(live=False))
    one["mode"] = "walk" if one["mode"] == "drive" else "drive"


@caught_as("WRONG_KPI")
def a_round_hides_that_it_needs_carers(it: Spoilt) -> None:
    one = it.pick(it.plan["rounds"])
    one["needs_carers"] = not one["needs_carers"]


@caught_as("DUPLICATE_ROUND")
def a_round_stands_twice(it: Spoilt) -> None:
    it.plan["rounds"].append(copy.deepcopy(it.pick(it.plan["rounds"])))


@caught_as("UNKNOWN_REF")
def something_is_named_that_does_not_exist(it: Spoilt) -> None:
    kind = it.pick(("provider_ref", "patch_ref", "shift_ref", "package_ref", "visit_ref", "contract_ref", "round_ref"))
    if kind in ("provider_ref", "patch_ref", "shift_ref"):
        it.pick(it.plan["rounds"])[kind] = "nothing-of-that-name"
    elif kind in ("package_ref", "visit_ref"):
        it.pick(it.pick(it.days())["visits"])[kind] = "nothing-of-that-name"
    elif kind == "contract_ref":
        it.placement()[kind] = "nothing-of-that-name"
    else:
        it.pick(it.placement(lambda one: one["parts"])["parts"])[kind] = "nothing-of-that-name"


# ---------------------------------------------------------------- reasons


@caught_as("WRONG_REASON")
def every_reason_is_removed(it: Spoilt) -> None:
    it.pick(it.refusals())["reasons"] = []


@caught_as("WRONG_REASON")
def one_reason_is_removed(it: Spoilt) -> None:
    refusal = it.pick(it.refusals(lambda one: any("value" in reason["evidence"] for reason in one["reasons"])))
    refusal["reasons"].remove(it.pick([one for one in refusal["reasons"] if "value" in one["evidence"]]))


@caught_as("WRONG_REASON")
def a_reason_is_invented(it: Spoilt) -> None:
    refusal = it.pick(it.refusals(lambda one: all(each["rule"] != "DEREGISTERED" for each in one["reasons"])))
    refusal["reasons"].append(
        {
            "code": "DEREGISTERED",
            "rule": "DEREGISTERED",
            "force": "never",
            "sentence": "The provider is not registered with the CQC.",
            "evidence": {"value": 1, "limit": 0, "unit": "flag"},
            "unlock": None,
        }
    )


@caught_as("WRONG_REASON")
def the_evidence_is_changed(it: Spoilt) -> None:
    it.pick(it.bars())["evidence"]["value"] += 60


@caught_as("WRONG_REASON")
def the_limit_in_the_evidence_is_changed(it: Spoilt) -> None:
    it.pick(it.bars())["evidence"]["limit"] += 1


@caught_as("WRONG_REASON")
def the_force_of_a_reason_is_changed(it: Spoilt) -> None:
    reason = it.pick([reason for one in it.refusals() for reason in one["reasons"]])
    reason["force"] = it.pick([force for force in ("never", "contract", "estimate") if force != reason["force"]])


@caught_as("WRONG_REASON")
def a_reason_carries_another_code(it: Spoilt) -> None:
    reason = it.pick([reason for one in it.refusals() for reason in one["reasons"]])
    reason["code"] = "RATING_POLICY" if reason["code"] != "RATING_POLICY" else "EMBARGO"


@caught_as("WRONG_REASON")
def a_reason_comes_from_no_rule(it: Spoilt) -> None:
    it.pick([reason for one in it.refusals() for reason in one["reasons"]])["rule"] = "BECAUSE"


@caught_as("WRONG_REASON")
def a_reason_is_said_otherwise(it: Spoilt) -> None:
    it.pick(it.bars())["sentence"] = "They would rather not."


@caught_as("WRONG_UNLOCK")
def an_unlock_asks_for_too_little(it: Spoilt) -> None:
    it.pick([one for one in it.bars() if one["unlock"]])["unlock"]["by"] -= 1


@caught_as("WRONG_UNLOCK")
def an_unlock_changes_something_else(it: Spoilt) -> None:
    unlock = it.pick([one for one in it.bars() if one["unlock"]])["unlock"]
    it.pick(unlock["patch"])["value"] = 100_000


@caught_as("WRONG_REASON")
def a_refusal_is_left_out(it: Spoilt) -> None:
    one = it.pick([one for one in it.plan["unplaced"] if one["refusals"]])
    one["refusals"].remove(it.pick(one["refusals"]))


@caught_as("WRONG_REASON")
def a_refusal_has_another_tier(it: Spoilt) -> None:
    refusal = it.pick(it.refusals())
    refusal["tier"] = 1 + (refusal["tier"] or 0)


@caught_as("WRONG_REASON")
def a_waiting_person_has_waited_less(it: Spoilt) -> None:
    it.pick(it.plan["unplaced"])["days_waiting"] -= 1


@caught_as("WRONG_OVERTAKEN")
def nobody_is_said_to_have_overtaken(it: Spoilt) -> None:
    it.pick([one for one in it.plan["unplaced"] if one["overtaken_by"]])["overtaken_by"].pop()


@caught_as("WRONG_OVERTAKEN")
def somebody_is_said_to_have_overtaken_who_has_not(it: Spoilt) -> None:
    one = it.pick(it.plan["unplaced"])
    one["overtaken_by"].append(one["package_ref"])


# ---------------------------------------------------------------- figures and origin


@caught_as("WRONG_KPI")
def a_figure_is_wrong(it: Spoilt) -> None:
    name = it.pick(sorted(name for name, value in it.plan["kpis"].items() if isinstance(value, int | float)))
    it.plan["kpis"][name] += 1


@caught_as("WRONG_KPI")
def a_figure_is_left_out(it: Spoilt) -> None:
    del it.plan["kpis"][it.pick(sorted(it.plan["kpis"]))]


@caught_as("WRONG_KPI")
def a_figure_is_invented(it: Spoilt) -> None:
    it.plan["kpis"]["happiness"] = 100


@caught_as("WRONG_LEVEL")
def a_level_has_another_value(it: Spoilt) -> None:
    it.pick(it.plan["levels"])["value"] += it.pick((-1, 1))


@caught_as("WRONG_LEVEL")
def a_level_is_left_out(it: Spoilt) -> None:
    it.plan["levels"].remove(it.pick(it.plan["levels"]))


@caught_as("WRONG_LEVEL")
def the_levels_change_places(it: Spoilt) -> None:
    it.plan["levels"].reverse()


@caught_as("WRONG_LEVEL")
def a_value_is_better_than_its_bound(it: Spoilt) -> None:
    level = it.pick(it.plan["levels"])
    level["bound"] = level["value"] - 1 if level["sense"] == "max" else level["value"] + 1
    level["bound_kind"] = "pool"


@caught_as("WRONG_INHERITED")
def an_inherited_break_is_invented(it: Spoilt) -> None:
    one = it.pick(it.rounds(live=True))
    it.plan["inherited"].append(
        {
            "round_ref": one["round_ref"],
            "day": "mon",
            "rule": "WALK_LEG",
            "code": "NO_WORKABLE_ROUND",
            "excess": 60,
        }
    )


@caught_as("WRONG_INHERITED")
def an_inherited_break_is_hidden(it: Spoilt) -> None:
    it.plan["inherited"].remove(it.pick(it.plan["inherited"]))


@caught_as("WRONG_REFUSALS")
def a_bar_on_a_contract_is_hidden(it: Spoilt) -> None:
    it.plan["contract_refusals"].remove(it.pick(it.plan["contract_refusals"]))


@caught_as("WRONG_REFUSALS")
def a_bar_on_a_contract_is_changed(it: Spoilt) -> None:
    it.pick(it.plan["contract_refusals"])["codes"] = ["RATING_POLICY", "DORMANT"]


@caught_as("OTHER_COUNCIL")
def the_plan_is_of_another_council_file(it: Spoilt) -> None:
    it.plan["provenance"]["council_sha256"] = "0" * 64


@caught_as("OTHER_COUNCIL")
def the_council_is_called_otherwise(it: Spoilt) -> None:
    it.plan["council"] = "Another council"


# ---------------------------------------------------------------- the council changes under the plan


@caught_as("HOURS_CAP")
def a_cap_is_lowered(it: Spoilt) -> None:
    it.contract(it.placement(lambda one: _counts(it, one))["contract_ref"])["max_hours"] = 0.5


@caught_as("EMBARGO")
def an_embargo_is_added(it: Spoilt) -> None:
    it.council["embargoes"].append(
        {
            "embargo_ref": "embargo-added",
            "provider_ref": it.placement()["provider_ref"],
            "source": "cqc",
            "starts_on": str(it.monday() - timedelta(7)),
            "new": "blocked",
            "increases": "blocked",
            "hospital_returns": "blocked",
        }
    )


@caught_as("EMBARGO")
def an_embargo_allows_no_intake(it: Spoilt) -> None:
    one = it.placement(lambda one: it.package(one["package_ref"])["change"] != "hospital_return")
    it.council["embargoes"].append(
        {
            "embargo_ref": "embargo-added",
            "provider_ref": one["provider_ref"],
            "source": "council",
            "starts_on": str(it.monday() - timedelta(7)),
            "new": "allowed",
            "weekly_intake_limit_hours": 0.5,
        }
    )


@caught_as("EXCLUDED_BY_PERSON")
def a_person_excludes_their_provider(it: Spoilt) -> None:
    one = it.placement()
    it.package(one["package_ref"])["requirements"]["excluded_provider_refs"].append(one["provider_ref"])


@caught_as("DECLINED", "NO_ANSWER", "PERSON_DECLINED")
def the_offer_is_declined(it: Spoilt) -> None:
    one = it.placement()
    answer = it.pick(("declined", "no_answer", "person_declined"))
    it.package(one["package_ref"])["answers"].append(
        {"provider_ref": one["provider_ref"], "answer": answer, "on": str(it.monday() - timedelta(3))}
    )


@caught_as("INACTIVE", "DORMANT")
def a_provider_stops(it: Spoilt) -> None:
    provider = it.provider(it.placement()["provider_ref"])
    if it.rng.random() < 0.5:
        provider["active"] = False
    else:
        provider["dormant"] = True


@caught_as("DEREGISTERED")
def a_provider_is_deregistered(it: Spoilt) -> None:
    one = it.placement(lambda one: it.package(one["package_ref"])["regulated"])
    it.provider(one["provider_ref"])["registration"] = "deregistered"


@caught_as("CONTRACT_NOT_IN_FORCE")
def a_contract_has_ended(it: Spoilt) -> None:
    it.contract(it.placement()["contract_ref"])["ends_on"] = str(it.monday() - timedelta(1))


@caught_as("NOT_ON_LOT")
def a_contract_loses_its_lot(it: Spoilt) -> None:
    one = it.placement()
    lot = it.package(one["package_ref"])["lot"]
    it.contract(one["contract_ref"])["lots"] = ["learning_disability" if lot != "learning_disability" else "chc"]


@caught_as("GROWTH_PACE")
def a_provider_may_not_grow(it: Spoilt) -> None:
    one = it.placement(lambda one: it.package(one["package_ref"])["change"] != "hospital_return")
    it.provider(one["provider_ref"])["growth_limit_hours"] = 0.5


@caught_as("SKILL")
def a_person_turns_out_to_need_a_skill(it: Spoilt) -> None:
    it.package(it.placement()["package_ref"])["requirements"]["skills"].append("juggling")


@caught_as("RATE")
def the_price_calls_for_a_tender(it: Spoilt) -> None:
    ref = it.contract(it.placement()["contract_ref"])["procedure_ref"]
    for one in it.council["call_off_procedures"]:
        if one["procedure_ref"] == ref:
            one["mini_tender_above_pence_per_week"] = 1


@caught_as("NO_CARER", "DOUBLE_UP_UNAVAILABLE")
def a_provider_has_no_carers_left(it: Spoilt) -> None:
    one = it.pick(it.rounds(live=False))
    it.council["capacity_returns"].append(
        {
            "return_ref": "return-added",
            "provider_ref": one["provider_ref"],
            "patch_ref": one["patch_ref"],
            "shift_ref": one["shift_ref"],
            "hours": 0,
            "carers": 0,
            "pairs": 0,
            "valid_from": str(it.monday() - timedelta(1)),
            "valid_to": str(it.monday() + timedelta(6)),
            "stated_by": "provider",
        }
    )
    it.council["capacity_returns"] = [
        each
        for each in it.council["capacity_returns"]
        if each["return_ref"] == "return-added"
        or any(each[name] != one[name] for name in ("provider_ref", "patch_ref", "shift_ref"))
    ]


@caught_as("BREAK_OR_REST")
def carers_may_work_an_hour_a_week(it: Spoilt) -> None:
    it.pick(it.rounds(live=False))
    it.council["parameters"]["carer_week_max_hours"] = 1.0


@caught_as("NO_WORKABLE_ROUND")
def the_longest_leg_gets_shorter(it: Spoilt) -> None:
    legs = {"walk": 0, "drive": 0}
    for one in it.rounds(live=False):
        for day in one["days"]:
            for visit in day["visits"]:
                legs[one["mode"]] = max(legs[one["mode"]], visit["travel_s"])
    mode = it.pick([mode for mode, leg_s in legs.items() if leg_s > 120])
    it.council["parameters"][f"{mode}_leg_max_min"] = (legs[mode] - 1) // 60


@caught_as("NO_WORKABLE_ROUND", "TIME_CRITICAL_CLASH")
def a_window_moves_away_from_its_visit(it: Spoilt) -> None:
    _, visit = it.pick(
        [(day, day["visits"][-1]) for day in it.days(least=2) if (day, day["visits"][-1]) in it.placed_visits()]
    )
    asked = _visit(it, visit)
    asked |= {"preferred": None, "tolerance_min": None, "finish_by": None, "gaps": [], "window": ["07:00", "07:05"]}
    if visit["start"] < "09:00:00":
        raise NotHere


def _visit(it: Spoilt, visit: Values) -> Values:
    lines = it.package(visit["package_ref"])["lines"]
    return next(one for line in lines for one in line["visits"] if one["visit_ref"] == visit["visit_ref"])


def _counts(it: Spoilt, one: Values) -> bool:
    return bool(it.package(one["package_ref"])["counts_to_cap"])


def _of(it: Spoilt, placement: Values) -> list[tuple[Values, Values]]:
    return [
        (day, visit) for day in it.days() for visit in day["visits"] if visit["package_ref"] == placement["package_ref"]
    ]


def _waits(ref: str) -> Values:
    return {
        "package_ref": ref,
        "priority": 1,
        "days_waiting": 0,
        "carer_minutes": 0,
        "refusals": [],
        "overtaken_by": [],
    }


# ---------------------------------------------------------------- offers


@caught_as("WRONG_OFFERS")
def an_offer_is_left_out(it: Spoilt) -> None:
    one = it.placement(lambda one: one["offers"])
    one["offers"].remove(it.pick(one["offers"]))


@caught_as("WRONG_OFFERS")
def the_order_of_offers_is_another(it: Spoilt) -> None:
    """Reversed where there is an order; else that of somebody with another provider."""
    if several := [one for one in it.plan["placements"] if len(one["offers"]) > 1]:
        it.pick(several)["offers"].reverse()
        return
    one = it.placement(lambda one: one["offers"])
    other = it.placement(lambda other: other["offers"] != one["offers"])
    one["offers"], other["offers"] = other["offers"], one["offers"]


@caught_as("WRONG_OFFERS")
def somebody_is_given_a_turn_out_of_turn(it: Spoilt) -> None:
    offer = it.pick(it.placement(lambda one: one["offers"])["offers"])
    offer["turn"] = (offer.get("turn") or 0) + 1


@caught_as("WRONG_OFFERS")
def the_provider_proposed_is_expected_to_decline(it: Spoilt) -> None:
    offer = it.placement(lambda one: one["offers"])["offers"][-1]
    offer["answer"], offer["predicted"] = "decline", True
