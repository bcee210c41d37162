"""Compiled loops: junctions eliminated one by one, and times swept over what is left.

Eliminating a junction joins its neighbours directly, so that no time between them changes (Gaussian
elimination in the algebra of minimum and plus). In the order of elimination, a shortest way first only
climbs and then only descends: one sweep up and one sweep down give the times from a home to everywhere,
without a queue, and for many homes side by side.

All times are int32 ticks of 1/1024 s; `FAR` stands for no way, and twice `FAR` still fits.
Everything compiled stands in this one file, because numba's cache looks at no other.

References
----------
Carré, B. A. (1971), An algebra for network routing problems, IMA Journal of Applied Mathematics 7, 273-294
(elimination). George, A. and Liu, J. W. H. (1989), The evolution of the minimum degree ordering algorithm,
SIAM Review 31, 1-19 (the order). Delling, D. et al. (2013), PHAST: hardware-accelerated shortest path trees,
Journal of Parallel and Distributed Computing 73, 940-952 (the sweep). Dibbelt, J. et al. (2016), Customizable
contraction hierarchies, ACM Journal of Experimental Algorithmics 21 (both for streets).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from geo.compiled import cached_beside

FAR = (1 << 30) - 1
"""No way. A sum of two still fits 32 bits."""

_NOT_REACHED = 65535

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Table = npt.NDArray[np.int32]
Seconds = npt.NDArray[np.uint16]

with cached_beside(__file__):

    @njit(cache=True, nogil=True)
    def _queue(v: int, degree: int, first: Ints, last: Ints, following: Ints, before: Ints) -> None:
        """Put a junction at the end of the list of its degree."""
        before[v] = last[degree]
        following[v] = -1
        if last[degree] >= 0:
            following[last[degree]] = v
        else:
            first[degree] = v
        last[degree] = v

    @njit(cache=True, nogil=True)
    def _leave(v: int, degree: int, first: Ints, last: Ints, following: Ints, before: Ints) -> None:
        """Take a junction out of the list of its degree."""
        if before[v] >= 0:
            following[before[v]] = following[v]
        else:
            first[degree] = following[v]
        if following[v] >= 0:
            before[following[v]] = before[v]
        else:
            last[degree] = before[v]

    @njit(cache=True, nogil=True)
    def eliminate(start: Longs, head: Ints) -> tuple[Ints, Longs, Ints]:
        """Order junctions by least degree and list what each is joined to when its turn comes.

        Parameters
        ----------
        start, head
            Neighbours of each junction, both ways, without itself, each once.

        Returns
        -------
        order, up_start, up
            Junctions in order of elimination; for the k-th, the junctions still there that it is joined to.
        """
        n = len(start) - 1
        length = np.empty(n, np.int64)
        room = np.empty(n, np.int64)
        place = np.empty(n, np.int64)
        pool = np.empty(max(64, 8 * (len(head) + 4 * n)), np.int32)
        used = 0
        for v in range(n):
            length[v] = start[v + 1] - start[v]
            room[v] = length[v] + 4
            place[v] = used
            for k in range(length[v]):
                pool[used + k] = head[start[v] + k]
            used += room[v]
        # Junctions of each degree in a list, taken from the front and added at the back.
        first = np.full(n + 1, -1, np.int32)
        last = np.full(n + 1, -1, np.int32)
        following = np.full(n, -1, np.int32)
        before = np.full(n, -1, np.int32)
        for v in range(n):
            _queue(v, length[v], first, last, following, before)
        order = np.empty(n, np.int32)
        up_start = np.zeros(n + 1, np.int64)
        up = np.empty(max(64, 4 * len(head)), np.int32)
        stamp = np.full(n, -1, np.int64)
        ticket = 0
        least = 0
        for step in range(n):
            while first[least] < 0:
                least += 1
            v = first[least]
            _leave(v, least, first, last, following, before)
            order[step] = v
            degree = length[v]
            if up_start[step] + degree > len(up):
                grown = np.empty(2 * len(up) + degree, np.int32)
                grown[: up_start[step]] = up[: up_start[step]]
                up = grown
            around = up[up_start[step] : up_start[step] + degree]
            for k in range(degree):
                around[k] = pool[place[v] + k]
            up_start[step + 1] = up_start[step] + degree
            for k in range(degree):
                u = around[k]
                old = length[u]
                ticket += 1
                stamp[u] = ticket
                at = place[u]
                kept = 0
                for i in range(old):
                    w = pool[at + i]
                    if w != v:
                        pool[at + kept] = w
                        kept += 1
                        stamp[w] = ticket
                needed = kept + degree - 1
                if needed > room[u]:
                    if used + 2 * needed > len(pool):
                        larger = np.empty(2 * len(pool) + 2 * needed, np.int32)
                        larger[:used] = pool[:used]
                        pool = larger
                    for i in range(kept):
                        pool[used + i] = pool[at + i]
                    place[u] = used
                    room[u] = 2 * needed
                    at = used
                    used += 2 * needed
                for i in range(degree):
                    w = around[i]
                    if stamp[w] != ticket:
                        pool[at + kept] = w
                        kept += 1
                length[u] = kept
                if kept != old:
                    _leave(u, old, first, last, following, before)
                    _queue(u, kept, first, last, following, before)
                    if kept < least:
                        least = kept
        return order, up_start, up[: up_start[n]].copy()

    @njit(cache=True, nogil=True)
    def complete(up_start: Longs, up: Ints, climb: Ints, descend: Ints) -> None:
        """Lower the times of arcs to the best way over junctions eliminated before, in place.

        Parameters
        ----------
        up_start, up
            For each rank, the higher ranks it is joined to, ascending.
        climb, descend
            Ticks along each of these arcs, upwards and downwards.
        """
        for v in range(len(up_start) - 1):
            begin, end = up_start[v], up_start[v + 1]
            for i in range(begin, end):
                at = up_start[up[i]]
                for j in range(i + 1, end):
                    while up[at] != up[j]:
                        at += 1
                    climb[at] = min(climb[at], descend[i] + climb[j])
                    descend[at] = min(descend[at], descend[j] + climb[i])

    @njit(cache=True, nogil=True)
    def needed_for(up_start: Longs, up: Ints, targets: Ints) -> Ints:
        """List the ranks on whose times the times of the targets rest, highest first.

        Parameters
        ----------
        up_start, up
            For each rank, the higher ranks it is joined to.
        targets
            Ranks.

        Returns
        -------
        ranks
            The targets and all that their arcs lead up to.
        """
        wanted = np.zeros(len(up_start) - 1, np.bool_)
        for target in targets:
            wanted[target] = True
        count = 0
        for v in range(len(wanted)):
            if wanted[v]:
                count += 1
                for k in range(up_start[v], up_start[v + 1]):
                    wanted[up[k]] = True
        ranks = np.empty(count, np.int32)
        for v in range(len(wanted)):
            if wanted[v]:
                count -= 1
                ranks[count] = v
        return ranks

    @njit(cache=True, nogil=True)
    def sweep(
        up_start: Longs,
        up: Ints,
        climb: Ints,
        descend: Ints,
        needed: Ints,
        first: Ints,
        last: Ints,
        to_first: Ints,
        to_last: Ints,
        ticks: Table,
    ) -> None:
        """Compute the times from some homes, side by side, to the needed junctions.

        Parameters
        ----------
        up_start, up, climb, descend
            The completed hierarchy.
        needed
            Ranks to compute, highest first, closed upwards.
        first, last, to_first, to_last
            Of each home: the ranks at the ends of its street and the ticks to them.
        ticks
            Room for the result, shape (ranks, homes or more).
        """
        lanes = ticks.shape[1]
        ticks[:] = FAR
        reached = np.zeros(len(up_start) - 1, np.bool_)
        for lane in range(len(first)):
            ticks[first[lane], lane] = to_first[lane]
            ticks[last[lane], lane] = min(ticks[last[lane], lane], to_last[lane])
            reached[first[lane]] = True
            reached[last[lane]] = True
        for v in range(len(reached)):
            if reached[v]:
                low = ticks[v]
                for k in range(up_start[v], up_start[v + 1]):
                    high = ticks[up[k]]
                    reached[up[k]] = True
                    along = climb[k]
                    for lane in range(lanes):
                        high[lane] = min(high[lane], low[lane] + along)
        for v in needed:
            low = ticks[v]
            for k in range(up_start[v], up_start[v + 1]):
                high = ticks[up[k]]
                along = descend[k]
                for lane in range(lanes):
                    low[lane] = min(low[lane], high[lane] + along)

    @njit(cache=True, nogil=True)
    def arrive(
        ticks: Table, first: Ints, last: Ints, from_first: Ints, from_last: Ints, furthest: int, seconds: Seconds
    ) -> None:
        """Turn times to junctions into whole seconds to homes.

        Parameters
        ----------
        ticks
            From each home left to each rank, shape (ranks, homes left or more).
        first, last, from_first, from_last
            Of each home reached: the ranks at the ends of its street and the ticks from them.
        furthest
            The most seconds that are kept.
        seconds
            Room for the result, shape (homes left, homes reached).
        """
        for home in range(len(first)):
            by_first, by_last = ticks[first[home]], ticks[last[home]]
            more_first, more_last = from_first[home], from_last[home]
            for lane in range(seconds.shape[0]):
                best = min(by_first[lane] + more_first, by_last[lane] + more_last)
                whole = (best + 512) >> 10
                seconds[lane, home] = whole if whole <= furthest else _NOT_REACHED

    @njit(cache=True, nogil=True)
    def along_streets(
        sources: Ints,
        members: Ints,
        begin: Ints,
        end: Ints,
        from_first: Ints,
        to_first: Ints,
        towards: bool,
        furthest: int,
        seconds: Seconds,
    ) -> None:
        """Lower times between homes on one street to the way along it.

        Parameters
        ----------
        sources
            Home of each line of the result.
        members, begin, end
            Homes by street; for each home, where those of its street begin and end.
        from_first, to_first
            Ticks from and to the first end of the street; `FAR` against a one-way street.
        towards
            Whether the times are from the homes to the sources.
        furthest
            The most seconds that are kept.
        seconds
            The result so far, shape (sources, homes).
        """
        for line in range(len(sources)):
            source = sources[line]
            for k in range(begin[source], end[source]):
                target = members[k]
                leave, reach = (target, source) if towards else (source, target)
                ticks = from_first[reach] - from_first[leave]
                if ticks < 0:
                    ticks = to_first[leave] - to_first[reach] if to_first[leave] < FAR else FAR
                whole = (ticks + 512) >> 10
                if whole <= furthest and whole < seconds[line, target]:
                    seconds[line, target] = whole
