"""The hard rules, one file each. Drop a file in and search, verification and explanation obey it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any

from solver.rule import Rule, Scope


@cache
def registry() -> tuple[Rule, ...]:
    """Gather every rule of this folder, in order of scope and file name.

    Returns
    -------
    tuple of Rule
        All rules; the order is the same in search, verification and documents.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    rules = [_rule(name) for name in names]
    order = list(Scope)
    return tuple(sorted(rules, key=lambda rule: order.index(rule.scope)))


@cache
def rules_of(scope: Scope) -> tuple[Rule, ...]:
    """Pick the rules of one scope.

    Parameters
    ----------
    scope
        What the rules look at.

    Returns
    -------
    tuple of Rule
        In registry order.
    """
    return tuple(rule for rule in registry() if rule.scope is scope)


def broken(scope: Scope, facts: Any, limits: Any) -> list[Rule]:
    """List the rules of one scope that facts break.

    Parameters
    ----------
    scope
        What the rules look at.
    facts, limits
        Of that scope.

    Returns
    -------
    list of Rule
        In registry order; empty when all are kept.
    """
    return [rule for rule, excess in _checks(scope) if excess(facts, limits) > 0]


@cache
def _checks(scope: Scope) -> tuple[tuple[Rule, Callable[[Any, Any], int]], ...]:
    return tuple((rule, rule.excess) for rule in rules_of(scope))


def rule_named(code: str) -> Rule:
    """Find a rule by its code.

    Parameters
    ----------
    code
        A rule's ``CODE``.

    Returns
    -------
    Rule
        The rule.
    """
    return next(rule for rule in registry() if rule.code == code)


def _rule(name: str) -> Rule:
    file = importlib.import_module(f"{__name__}.{name}")
    return Rule(
        code=file.CODE,
        scope=file.SCOPE,
        reason=file.REASON,
        statement=file.STATEMENT,
        source=file.SOURCE,
        sentence=file.SENTENCE,
        fact=file.FACT,
        limit=file.LIMIT,
        unit=file.UNIT,
        per_unit=file.PER_UNIT,
        excess=file.excess,
        relaxed=file.relaxed,
        edits=file.edits,
        breaking=file.BREAKING,
        passing=file.PASSING,
    )
