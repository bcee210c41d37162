"""A travel table as neighbour lists: only the pairs that are kept take memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

UNREACHABLE_S = 65535
"""Stands for: beyond the cutoff, no way, or a home off the network."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelTable:
    """Times from each home to its neighbours, in the form of a compressed sparse row matrix.

    Parameters
    ----------
    indptr
        Where the neighbours of each home begin, shape (homes + 1,), int64.
    neighbours
        Rows of the homes reached, ascending for each home, without itself, int32.
    seconds
        Whole seconds to them, uint16.
    """

    indptr: npt.NDArray[np.int64]
    neighbours: npt.NDArray[np.int32]
    seconds: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        """Count the homes."""
        return len(self.indptr) - 1

    @property
    def pair_count(self) -> int:
        """Number of pairs kept, each direction counted."""
        return len(self.neighbours)

    def around(self, i: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint16]]:
        """List the neighbours of one home.

        Parameters
        ----------
        i
            Row of the home to leave.

        Returns
        -------
        neighbours, seconds
            Rows of homes, ascending, and the seconds to them.
        """
        row = slice(int(self.indptr[i]), int(self.indptr[i + 1]))
        return self.neighbours[row], self.seconds[row]

    def get(self, i: int, j: int) -> int:
        """Look one pair up.

        Parameters
        ----------
        i, j
            Rows of the home to leave and the home to reach.

        Returns
        -------
        seconds
            Zero for a home itself, `UNREACHABLE_S` for a pair that is not kept.
        """
        if i == j:
            return 0
        neighbours, seconds = self.around(i)
        place = int(np.searchsorted(neighbours, j))
        found = place < len(neighbours) and neighbours[place] == j
        return int(seconds[place]) if found else UNREACHABLE_S

    def dense(self) -> npt.NDArray[np.uint16]:
        """Write the table out in full.

        Returns
        -------
        seconds
            Shape (homes, homes), as `geo.travel.travel_seconds` gives it.
        """
        table = np.full((len(self), len(self)), UNREACHABLE_S, dtype=np.uint16)
        table[np.repeat(np.arange(len(self)), np.diff(self.indptr)), self.neighbours] = self.seconds
        np.fill_diagonal(table, 0)
        return table


Lists = tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.uint16]]


def joined(lists: Iterable[Lists]) -> TravelTable:
    """Put the neighbour lists of all homes one after the other.

    Parameters
    ----------
    lists
        For some homes at a time: how many neighbours each has, these, and the
        seconds to them.

    Returns
    -------
    table
        Of all homes.
    """
    counts, neighbours, seconds = [np.zeros(1, np.int64)], [np.zeros(0, np.int32)], [np.zeros(0, np.uint16)]
    for some in lists:
        counts.append(some[0])
        neighbours.append(some[1])
        seconds.append(some[2])
    return TravelTable(
        indptr=np.cumsum(np.concatenate(counts)).astype(np.int64),
        neighbours=np.concatenate(neighbours),
        seconds=np.concatenate(seconds),
    )
