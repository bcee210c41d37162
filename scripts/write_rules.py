"""Write docs/rules.md, every rule and every reason code, from the registry."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from solver.question import WINDOW_FACTS
from solver.reasons import FORCE_OF
from solver.rule import Rule, Scope, Subject
from solver.rules import registry, rules_of

PATH = Path(__file__).parents[1] / "docs" / "rules.md"

INTRODUCTION = """\
Written by `scripts/write_rules.py` from `solver/rules/`: {count} hard rules, one file each. The same rule filters in the
search, is checked in every plan, explains refusals and stands here; `CONTRIBUTING.md` says how to add one.

A rule states by how much a limit is exceeded. That number is the evidence of a refusal and, where the council file can
state the relaxed limit, the least change that would unlock it. What is said is shown on each rule's own breaking example."""

SCOPES = {
    Scope.PAIR: "A package and a contract, whatever the rounds. All that fail are said.",
    Scope.LEDGER: "What a contract, its provider and its capacity returns would carry. Contract-level ones that fail are "
    "all said; those of capacity returns where relaxing one alone would admit the package.",
    Scope.DAY: "One day of a round, under its canonical timetable. Compiled into the search. A rule is a reason where "
    "relaxing it alone would admit the package; if none does, the rule is `NO_SINGLE_CHANGE`.",
    Scope.WEEK: "A round's whole week. Kept by the search, and a reason like the rules of days: where relaxing it alone would "
    "admit the package.",
    Scope.ORDER: "The published order of call-off.",
}
"""What a reader needs to know of each scope."""

ANYONE = Subject(
    package_ref="package",
    contract_ref="contract",
    provider_ref="provider",
    procedure_ref="procedure",
    lot="lot",
    change="new",
    week_starts_on="2026-11-23",
    cap_fields=("max_hours or obligation_hours",),
    return_refs=("return",),
    embargo_refs=("embargo",),
    intake_needs=(("embargo", 60),),
    missing_skills=("skill",),
    missing_gender="gender",
    missing_language="language",
)
"""Somebody for whom every kind of change can be written."""


def rules_text() -> str:
    """Return the rules as the text of their page.

    Returns
    -------
    str
        Markdown, scope by scope in registry order.
    """
    lines = ["# The rules", "", INTRODUCTION.format(count=len(registry())), ""]
    for scope in Scope:
        rules = rules_of(scope)
        if rules:
            lines += [f"## {scope.value.capitalize()}", "", SCOPES[scope], ""]
            for rule in rules:
                lines += _section(rule)
    return "\n".join([*lines, *_reasons()]) + "\n"


def unlock_text(rule: Rule) -> str:
    """Say what of the council file a rule's unlock changes.

    Parameters
    ----------
    rule
        Any rule.

    Returns
    -------
    str
        Collections and fields, or that there is none.
    """
    if rule.fact in WINDOW_FACTS:
        return "wider windows of the package's own visits (`packages[…].lines[…].visits[…].window`)"
    facts, limits = rule.breaking
    edits = rule.edits(ANYONE, rule.relaxed(limits, rule.excess(facts, limits)))
    if not edits:
        return "none in the council file"
    named = dict.fromkeys(
        f"`{edit.collection}{'' if edit.collection == 'parameters' else '[…]'}.{edit.field}`"
        + (" gains an entry" if edit.op == "append" else "")
        for edit in edits
    )
    return ", ".join(named)


def _section(rule: Rule) -> Iterator[str]:
    yield f"### {rule.code}"
    yield ""
    yield rule.statement
    yield ""
    yield f"- reason: `{rule.reason}` ({FORCE_OF[rule.reason].value})"
    yield f"- source: {rule.source}"
    yield f"- said: “{rule.said(*rule.breaking)}”"
    yield f"- unlock: {unlock_text(rule)}"
    yield ""


def _reasons() -> Iterator[str]:
    yield "## Reason codes and their force"
    yield ""
    yield (
        "*never* has no override; *contract* takes a second named person with a reason; an *estimate* orders and explains, "
        "and on its own never removes a provider from those to ask; an *answer* was given by the provider or the person."
    )
    yield ""
    yield "| reason code | force | rules |"
    yield "|---|---|---|"
    for code, force in FORCE_OF.items():
        rules = [f"[{rule.code}](#{rule.code.lower()})" for rule in registry() if rule.reason == code]
        if code == "NO_WORKABLE_ROUND":
            rules.append("`NO_SINGLE_CHANGE` (no rule alone is to blame)")
        yield f"| `{code}` | {force.value} | {', '.join(rules) or '–'} |"


def main() -> int:
    """Write the page.

    Returns
    -------
    int
        Exit code 0.
    """
    PATH.write_text(rules_text(), encoding="utf-8")
    print("wrote docs/rules.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
