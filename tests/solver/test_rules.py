"""Every rule is whole: what must hold, where it comes from, examples, the exact sentence, the least relaxation."""

from __future__ import annotations

import importlib
import pkgutil
import string

import pytest

import solver.rules
from scripts.write_rules import ANYONE, PATH, rules_text
from solver.reasons import FORCE_OF, Force
from solver.rule import Edit, Rule, Scope
from solver.rules import registry, rule_named, rules_of

EXACT = {
    "CONTRACT_NOT_IN_FORCE": "the contract is not in force in the planned week, by 1 day",
    "DECLINED": "the provider has declined this package",
    "DEREGISTERED": "the provider is not registered with the CQC",
    "DORMANT": "the provider's registration is dormant",
    "EMBARGO": "an embargo blocks this work",
    "EXCLUDED_BY_PERSON": "the person has excluded this provider",
    "INACTIVE": "the provider is inactive",
    "LINKED_PACKAGE": "the linked package is with another provider",
    "NOT_ON_LOT": "the contract does not cover this lot",
    "NO_ANSWER": "the provider gave no answer by the deadline",
    "PERSON_DECLINED": "the person has declined this provider",
    "RATE": "the weekly price would be £500.01, above the mini-tender threshold of £500.00",
    "RATING_POLICY": "the provider's CQC rating is barred by the council's policy",
    "SKILL": "the provider does not declare 1 requirement that this package needs",
    "SPECIALIST_NEED": "other contracts of the zone offer this lot with every skill, so a specialist is not asked",
    "TIMES_CONTRADICT": "the gaps between its visits cannot hold together with their windows, by 2 min: "
    "widen a window or a tolerance, or relax a gap",
    "NOT_IN_ZONE": "the contract does not cover the zone of the home",
    "CARERS": "it would need 1 new round in a shift for which the provider states 0 new rounds",
    "EMBARGO_INTAKE": "10.02 h of new work would start in the week, and the embargo allows 10 h",
    "GROWTH_PACE": "the provider would start 10.02 h in seven days, over its limit of 10 h",
    "HOURS_CAP": "the contract would carry 10.02 h a week, over its cap of 10 h",
    "PAIRS": "it would need 1 new pair round in a shift for which the provider states 0 new pair rounds",
    "RETURN_HOURS": "10.02 h would be added in a shift for which the provider states 10 h",
    "BREAK": "the longest gap would be 19 min in a day that needs a break of 20 min",
    "CYCLE_LEG": "the longest way by bicycle between two visits would be 21 min, over the limit of 20 min",
    "DRIVE_LEG": "the longest drive between two visits would be 26 min, over the limit of 25 min",
    "REACHABLE": "1 leg of the round cannot be travelled",
    "SAFETY_AFTER_DARK": "1 visit after dark in a safety area would be reached alone on foot or by bicycle",
    "SHIFT_END": "the day would finish 1 min after the end of the shift",
    "SPLIT_SHIFT": "the longest gap between two visits would be 121 min, over the limit of 120 min",
    "TIME_CRITICAL": "time-critical visits would start 1 min late in all",
    "TIME_WINDOW": "visits would start 1 min late in all",
    "WALK_LEG": "the longest walk between two visits would be 16 min, over the limit of 15 min",
    "WALK_TOTAL": "walking in the shift would come to 91 min, over the limit of 90 min",
    "DAILY_REST": "the rest between two days would be 10.99 h where 11 h are due",
    "WEEKLY_HOURS": "the round's week would be 96.01 h of paid time, over the 96 h that its carers may work",
    "WEEKLY_REST": "the round works 7 days a week with a crew of 1, each due a day off",
    "CONTRACT_ORDER": "1 tier earlier in the call-off order can take this package",
}
"""What each rule says of its own breaking example; a new rule needs its line here."""

COARSE = {"WEEKLY_REST"}
"""Rules whose limit is counted in larger units than their fact: six days to a carer."""

every_rule = pytest.mark.parametrize("rule", registry(), ids=lambda rule: rule.code)


def test_there_is_an_exact_sentence_for_every_rule_and_for_nothing_else() -> None:
    assert list(EXACT) == [rule.code for rule in registry()]


@every_rule
def test_a_rule_says_its_exact_sentence(rule: Rule) -> None:
    assert rule.said(*rule.breaking) == EXACT[rule.code]


@every_rule
def test_a_rule_has_a_statement_and_a_source(rule: Rule) -> None:
    assert rule.statement[0].isupper()
    assert rule.statement.endswith(".")
    assert rule.statement.count(".") == 1
    assert len(rule.source) > 5
    fields = {name for _, name, _, _ in string.Formatter().parse(rule.sentence) if name}
    assert fields <= {"value", "limit", "excess"}


@every_rule
def test_a_breaking_example_breaks_and_a_passing_one_passes(rule: Rule) -> None:
    assert rule.excess(*rule.breaking) > 0
    assert rule.excess(*rule.passing) <= 0


@every_rule
def test_an_example_breaks_or_keeps_that_rule_alone(rule: Rule) -> None:
    for other in rules_of(rule.scope):
        if other.code != rule.code:
            assert other.excess(*rule.breaking) <= 0, other.code
        assert other.excess(*rule.passing) <= 0, other.code


@every_rule
@pytest.mark.parametrize("more", [0, 1, 59, 3600])
def test_relaxing_by_the_excess_is_enough_and_by_one_less_is_not(rule: Rule, more: int) -> None:
    facts, limits = rule.breaking
    if rule.code in COARSE and more:
        return
    if rule.code in ("BREAK", "DAILY_REST"):
        more = -min(more, getattr(facts, rule.fact))
    facts = facts._replace(**{rule.fact: getattr(facts, rule.fact) + more})
    excess = rule.excess(facts, limits)
    assert excess > 0
    assert rule.excess(facts, rule.relaxed(limits, excess)) <= 0
    assert rule.excess(facts, rule.relaxed(limits, excess - 1)) > 0


@every_rule
def test_relaxing_a_rule_changes_its_own_limit_only(rule: Rule) -> None:
    _, limits = rule.breaking
    relaxed = rule.relaxed(limits, 60)
    changed = {name for name in limits._fields if getattr(limits, name) != getattr(relaxed, name)}
    assert changed == {rule.limit}


@every_rule
def test_facts_limits_and_codes_are_known(rule: Rule) -> None:
    facts, limits = rule.breaking
    assert hasattr(facts, rule.fact)
    assert hasattr(limits, rule.limit)
    assert isinstance(rule.excess(facts, limits), int)
    assert rule.reason in FORCE_OF
    assert rule.per_unit >= 1


@every_rule
def test_an_unlock_names_the_council_files_own_collections(rule: Rule) -> None:
    facts, limits = rule.breaking
    edits = rule.edits(ANYONE, rule.relaxed(limits, rule.excess(facts, limits)))
    for edit in edits:
        assert isinstance(edit, Edit)
        assert edit.op in ("replace", "append")
        assert edit.collection in (
            "parameters",
            "contracts",
            "providers",
            "embargoes",
            "capacity_returns",
            "call_off_procedures",
        )
        assert bool(edit.ref) == (edit.collection != "parameters")


def test_nobody_may_override_what_is_never_allowed() -> None:
    for rule in registry():
        if FORCE_OF[rule.reason] is Force.NEVER:
            assert not rule.edits(ANYONE, rule.relaxed(rule.breaking[1], 1))


def test_rules_stand_by_scope_and_then_by_file() -> None:
    scopes = [list(Scope).index(rule.scope) for rule in registry()]
    assert scopes == sorted(scopes)
    for scope in Scope:
        files = [rule.excess.__module__ for rule in rules_of(scope)]
        assert files == sorted(files)


def test_every_file_of_the_folder_is_one_rule_with_its_own_code() -> None:
    files = [module.name for module in pkgutil.iter_modules(solver.rules.__path__)]
    assert len(files) == len(registry()) == len({rule.code for rule in registry()})
    for name in files:
        code = importlib.import_module(f"solver.rules.{name}").CODE
        assert rule_named(code).excess.__module__ == f"solver.rules.{name}"


def test_every_reason_code_has_its_force_and_comes_from_a_rule() -> None:
    assert set(FORCE_OF) - {rule.reason for rule in registry()} <= {"NO_SINGLE_CHANGE"}
    assert set(FORCE_OF.values()) == set(Force)


@every_rule
def test_a_sentence_about_a_broken_rule_never_reads_as_kept(rule: Rule) -> None:
    facts, limits = rule.breaking
    if "{value}" in rule.sentence and "{limit}" in rule.sentence and rule.code not in COARSE:
        kept = facts._replace(**{rule.fact: getattr(limits, rule.limit)})
        assert rule.said(facts, limits) != rule.said(kept, limits)


def test_the_page_of_the_rules_is_up_to_date() -> None:
    assert PATH.read_text(encoding="utf-8") == rules_text(), "run python -m scripts.write_rules"


def test_the_readme_leads_to_the_rules() -> None:
    assert "docs/rules.md" in (PATH.parents[1] / "README.md").read_text(encoding="utf-8")
