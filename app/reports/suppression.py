"""Hide small counts in published tables, and whatever would reveal them by subtraction.

A count of 1 to 4 people is *small* and hidden. Then, as long as a reader of the published numbers could work a hidden
one out to within three, another number of the same sum is hidden too: the smallest that is left. What a reader can
work out is found exactly, by linear programming over all sums at once, so links between tables count as well. Nought
is published: it says nothing about anybody. The reader is taken to know all this, and so that a hidden number is not
nought.

References
----------
Cell suppression: Willenborg, L. and de Waal, T. (2001), Elements of Statistical Disclosure Control, chapter 6.
Counts under 5: the threshold of council and NHS publications; configurable here.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

Key = TypeVar("Key", bound=Hashable)
Sum = tuple[Key, tuple[Key, ...]]
"""A total and the parts that add up to it."""

SMALL_BELOW = 5
_LOOSE = 1e-6


class Inconsistent(Exception):
    """A total is not the sum of its parts, so that nothing can be said about what it reveals."""


class Interval(NamedTuple):
    """What a reader can work out about a hidden count, both ends included; ``high`` may be infinite."""

    low: float
    high: float


def suppressed(
    counts: Mapping[Key, int],
    sums: Sequence[Sum[Key]],
    *,
    small: Collection[Key] | None = None,
    below: int = SMALL_BELOW,
) -> frozenset[Key]:
    """Choose the counts to hide.

    Parameters
    ----------
    counts
        All counts, totals among them; the same key in two tables is the same count.
    sums
        Every addition that a reader can do.
    small
        Keys to hide in any case; absent: those of counts from 1 to ``below`` - 1.
    below
        Counts under this are small; a hidden one is uncertain by at least ``below`` - 1.

    Returns
    -------
    frozenset
        Keys of the counts to hide.

    Raises
    ------
    Inconsistent
        A total is not the sum of its parts.
    """
    for total, parts in sums:
        if counts[total] != sum(counts[part] for part in parts):
            raise Inconsistent(
                f"{total}: is {counts[total]}, and its parts add up to something else. Count them again."
            )
    first = [key for key, count in counts.items() if 0 < count < below] if small is None else small
    hidden = {key for key in first if counts[key] > 0}
    while exposed := _exposed(counts, sums, hidden, below - 1):
        further = {key for key in exposed for key in _next_to_hide(counts, sums, hidden, key)}
        if not further:
            break  # nothing but noughts is left to see
        hidden |= further
    return frozenset(hidden)


def intervals(counts: Mapping[Key, int], sums: Sequence[Sum[Key]], hidden: Collection[Key]) -> dict[Key, Interval]:
    """Work out what a reader can know about each hidden count.

    Parameters
    ----------
    counts
        All counts; only those that are not hidden are used.
    sums
        Every addition that a reader can do.
    hidden
        Keys of the hidden counts, each at least 1.

    Returns
    -------
    dict
        Interval of each hidden count.
    """
    from scipy.optimize import linprog

    keys = sorted(hidden, key=str)
    column = {key: place for place, key in enumerate(keys)}
    rows: list[dict[int, float]] = []
    right: list[float] = []
    for total, parts in sums:
        row: dict[int, float] = {}
        known = 0.0
        for sign, key in ((-1.0, total), *((1.0, part) for part in parts)):
            if key in column:
                row[column[key]] = row.get(column[key], 0.0) + sign
            else:
                known -= sign * counts[key]
        if row:
            rows.append(row)
            right.append(known)
    if not rows:
        return {key: Interval(1.0, np.inf) for key in keys}
    matrix = np.zeros((len(rows), len(keys)))
    for place, row in enumerate(rows):
        matrix[place, list(row)] = list(row.values())
    found = {}
    for key in keys:
        ends = []
        for sign in (1.0, -1.0):
            aim = np.zeros(len(keys))
            aim[column[key]] = sign
            solved = linprog(aim, A_eq=matrix, b_eq=np.array(right), bounds=(1.0, None), method="highs")
            ends.append(sign * (-np.inf if solved.fun is None else float(solved.fun)))
        found[key] = Interval(ends[0], ends[1])
    return found


def _exposed(counts: Mapping[Key, int], sums: Sequence[Sum[Key]], hidden: set[Key], width: int) -> list[Key]:
    """List hidden counts that are known too well: by one sum where that is enough to see it, else by all together."""
    near = _by_single_sums(counts, sums, hidden)
    exposed = [key for key, (low, high) in near.items() if high - low < width - _LOOSE]
    if not exposed:
        known = intervals(counts, sums, hidden)
        exposed = [key for key, (low, high) in known.items() if high - low < width - _LOOSE]
    return sorted(exposed, key=str)


def _by_single_sums(counts: Mapping[Key, int], sums: Sequence[Sum[Key]], hidden: set[Key]) -> dict[Key, Interval]:
    """Narrow intervals sum by sum: quick, and never narrower than what a reader can work out."""
    known = {key: Interval(1.0, np.inf) for key in hidden}
    for _ in range(3):
        for total, parts in sums:
            terms = [(1.0, part) for part in parts] + [(-1.0, total)]
            unknown = [(sign, key) for sign, key in terms if key in hidden]
            rest = sum(sign * counts[key] for sign, key in terms if key not in hidden)
            for sign, key in unknown:
                others = [(s, known[k]) for s, k in unknown if k != key]
                least = rest + sum(s * (one.low if s > 0 else one.high) for s, one in others)
                most = rest + sum(s * (one.high if s > 0 else one.low) for s, one in others)
                ends = sorted((-sign * least, -sign * most))
                known[key] = Interval(max(known[key].low, ends[0]), min(known[key].high, ends[1]))
    return known


def _next_to_hide(counts: Mapping[Key, int], sums: Sequence[Sum[Key]], hidden: set[Key], exposed: Key) -> list[Key]:
    """Choose the smallest visible part of a sum that holds an exposed count, the total only where no part is left."""
    choices: list[tuple[bool, int, str, Key]] = []
    for total, parts in sums:
        if exposed == total or exposed in parts:
            choices += [(False, counts[key], str(key), key) for key in parts if key not in hidden and counts[key] > 0]
            if total not in hidden and counts[total] > 0:
                choices.append((True, counts[total], str(total), total))
    return [min(choices)[3]] if choices else []
