"""Random draws by name: one seed, one independent stream for each part of a council."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def stream(seed: int, name: str) -> np.random.Generator:
    """Open the stream of a part, so that a change to one part leaves the others as they are.

    Parameters
    ----------
    seed
        The council's seed.
    name
        The part.

    Returns
    -------
    rng
        Its generator.
    """
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))


def pick(rng: np.random.Generator, choices: Sequence[tuple[T, float]]) -> T:
    """Draw one of some weighted choices.

    Parameters
    ----------
    rng
        Source of the draw.
    choices
        Things with their weights; at least one weight above zero.

    Returns
    -------
    thing
        One of them.
    """
    weights = np.array([weight for _, weight in choices])
    return choices[int(rng.choice(len(choices), p=weights / weights.sum()))][0]


def quotas(rng: np.random.Generator, choices: Sequence[tuple[T, float]], count: int) -> list[T]:
    """Deal things in their shares, rounded, in random order.

    Parameters
    ----------
    rng
        Source of the order.
    choices
        Things with their weights.
    count
        How many to deal.

    Returns
    -------
    dealt
        ``count`` things.
    """
    weights = np.array([weight for _, weight in choices])
    edges = np.cumsum(weights / weights.sum())
    even = (np.arange(count) + 0.5) / max(1, count)
    which = np.minimum(np.searchsorted(edges, even), len(choices) - 1)
    return [choices[int(k)][0] for k in rng.permutation(which)]
