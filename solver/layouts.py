"""The ways to lay out a week: as commissioned, or otherwise where that is allowed and better.

A pair may make the visits of one carer, two carers may meet at a home, visits may fall on other days or into another
shift. Each way is a set of parts of its own, so that search, master and verification need no further rule for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from solver.problem import Problem


def case_layouts(problem: Problem, case: int, pattern: int) -> tuple[tuple[int, ...], ...]:
    """List the ways to lay out a case's week under a shift pattern, each as its parts.

    Parameters
    ----------
    problem
        The council's week.
    case, pattern
        Ids.

    Returns
    -------
    tuple of tuple of int
        Part ids, in the order in which they are placed; as commissioned first. Of a couple, one at most departs from
        that.
    """
    usual = [problem.packages[package].parts[pattern] for package in problem.cases[case]]
    found = [tuple(part for parts in usual for part in parts)]
    for i, package in enumerate(problem.cases[case]):
        for other in problem.packages[package].layouts(pattern)[1:]:
            changed = [*usual[:i], other.parts, *usual[i + 1 :]]
            found.append(tuple(part for parts in changed for part in parts))
    return tuple(found)


def layout_of(problem: Problem, package: int, pattern: int, parts: Iterable[int]) -> str | None:
    """Name the layout that has just some parts.

    Parameters
    ----------
    problem
        The council's week.
    package, pattern
        Ids.
    parts
        Part ids; those of other packages do not count.

    Returns
    -------
    str or None
        Ref of the layout; None when no layout has these parts.
    """
    mine = {part for part in parts if problem.parts[part].package == package}
    return next((one.ref for one in problem.packages[package].layouts(pattern) if set(one.parts) == mine), None)


def said_of(problem: Problem, case: int, pattern: int, parts: Iterable[int]) -> str:
    """Say what is different in a case's layout from the week as commissioned.

    Parameters
    ----------
    problem
        The council's week.
    case, pattern
        Ids.
    parts
        Part ids of the layout.

    Returns
    -------
    str
        Refs of the packages' layouts that differ, of a couple with the package's; nothing where none does.
    """
    parts = tuple(parts)
    packages = problem.cases[case]
    refs = {problem.packages[package].ref: layout_of(problem, package, pattern, parts) for package in packages}
    return "; ".join(f"{package}: {ref}" if len(packages) > 1 else ref for package, ref in refs.items() if ref)
