"""Dividing neighbouring pieces of ground into connected parts that hold like numbers of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    Graph = nx.Graph[int]


def _halve(graph: Graph, people: dict[int, float], share: float) -> tuple[list[int], list[int]]:
    """Split a connected graph in two connected parts holding `share` and the rest of the people."""
    nodes = sorted(graph)
    far = _farthest(graph, nodes[0])
    other = _farthest(graph, far)
    best: tuple[float, list[int], list[int]] | None = None
    for start, end in ((far, other), (other, far)):
        from_start = nx.single_source_dijkstra_path_length(graph, start, weight="away")
        from_end = nx.single_source_dijkstra_path_length(graph, end, weight="away")
        order = [n for _, n in sorted((from_start[n] - from_end[n], n) for n in nodes)]
        total, wanted = sum(people[n] for n in nodes), 0.0
        first: list[int] = []
        for n in order:
            if wanted + 0.5 * people[n] > share * total and first:
                break
            first.append(n)
            wanted += people[n]
        one, two = _repair(graph, set(first), set(nodes) - set(first))
        _balance(graph, people, one, two, share * total)
        cost = abs(sum(people[n] for n in one) - share * total)
        if one and two and (best is None or cost < best[0] - 1e-9):
            best = (cost, sorted(one), sorted(two))
    assert best is not None
    return best[1], best[2]


def _farthest(graph: Graph, node: int) -> int:
    length = nx.single_source_dijkstra_path_length(graph, node, weight="away")
    return max((away, n) for n, away in length.items())[1]


def _repair(graph: Graph, one: set[int], two: set[int]) -> tuple[set[int], set[int]]:
    for _ in range(6):
        changed = False
        for mine, theirs in ((one, two), (two, one)):
            parts = sorted(nx.connected_components(graph.subgraph(mine)), key=lambda c: (-len(c), min(c)))
            for part in parts[1:]:
                mine -= part
                theirs |= part
                changed = True
        if not changed:
            break
    return one, two


def _balance(graph: Graph, people: dict[int, float], one: set[int], two: set[int], target: float) -> None:
    """Move border atoms from the heavier to the lighter part while both stay whole."""
    have = sum(people[n] for n in one)
    for _ in range(60):
        surplus = have - target
        giver, taker = (one, two) if surplus > 0 else (two, one)
        options = sorted(
            (abs(abs(surplus) - people[n]) - 0.25 * sum(graph[n][m]["border"] for m in graph[n] if m in taker), n)
            for n in giver if 0 < people[n] < 1.9 * abs(surplus) and any(m in taker for m in graph[n])
        )  # fmt: skip
        for _cost, n in options[:12]:
            rest = giver - {n}
            if rest and nx.is_connected(graph.subgraph(rest)):
                giver.discard(n)
                taker.add(n)
                have += -people[n] if giver is one else people[n]
                break
        else:
            return


def carve(graph: Graph, people: dict[int, float], parts: int) -> list[list[int]]:
    """Divide a connected graph into connected parts with like numbers of people.

    Parameters
    ----------
    graph
        Pieces of ground; edges carry `away`, the distance between two in metres, and `border`, their common length.
    people
        People on each piece.
    parts
        Number of parts wanted.

    Returns
    -------
    list of list of int
        Pieces of each part.
    """
    if parts == 1:
        return [sorted(graph)]
    small = parts // 2
    one, two = _halve(graph, people, small / parts)
    return [*carve(graph.subgraph(one), people, small), *carve(graph.subgraph(two), people, parts - small)]


def even_out(graph: Graph, people: dict[int, float], parts: list[list[int]]) -> list[list[int]]:
    """Pass border atoms between neighbouring parts as long as that evens out the numbers of people.

    Parameters
    ----------
    graph, people
        As for `carve`.
    parts
        Pieces of each part.

    Returns
    -------
    list of list of int
        Pieces of each part after passing; every part stays connected.
    """
    owner = {n: k for k, part in enumerate(parts) for n in part}
    held = [set(part) for part in parts]
    have = [sum(people[n] for n in part) for part in parts]
    for _ in range(4000):
        best: tuple[float, int, int] | None = None
        mean = sum(have) / len(have)
        # Only parts clearly off the mean matter; the rest keeps its tidy borders.
        off = {k for k, h in enumerate(have) if abs(h - mean) > 0.06 * mean}
        for n in sorted(owner):
            giver = owner[n]
            if people[n] <= 0:
                continue
            for taker in sorted({owner[m] for m in graph[n]} - {giver}):
                if giver not in off and taker not in off:
                    continue
                gain = 2 * people[n] * (have[giver] - have[taker] - people[n])
                if (
                    gain > 1.0
                    and (best is None or gain > best[0])
                    and len(held[giver]) > 1
                    and nx.is_connected(graph.subgraph(held[giver] - {n}))
                ):
                    best = (gain, n, taker)
        if best is None:
            break
        _, n, taker = best
        giver = owner[n]
        held[giver].discard(n)
        held[taker].add(n)
        owner[n] = taker
        have[giver] -= people[n]
        have[taker] += people[n]
    return [sorted(part) for part in held]


def shares(people: list[float], count: int) -> list[int]:
    """Share whole areas out over districts by their people, at least one each.

    Parameters
    ----------
    people
        People of each district.
    count
        Areas to share out.

    Returns
    -------
    list of int
        Areas of each district; they add up to `count`.
    """
    whole = [max(1, round(p / sum(people) * count)) for p in people]
    while sum(whole) != count:
        step = 1 if sum(whole) < count else -1
        i = max(range(len(people)), key=lambda k: step * (people[k] / whole[k]))
        whole[i] += step
    return whole
