"""OpenStreetMap tags for every line: class, speed, surface, light, steps, one-way streets."""

import networkx as nx
import numpy as np

from scripts.borough.geometry import height_m
from scripts.borough.network import Line, Vertex

DRIVEN = frozenset(
    {"trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "service"}
)
URBAN = frozenset(
    {"old_town", "terraces", "crescents", "avenues", "post_war", "estate", "village", "industrial", "park"}
)
STEP_SLOPE = 0.085
"""Steepest slope, metres per metre, that a footway climbs without steps."""


def tag_all(lines: list[Line], around: list[str], rng: np.random.Generator) -> None:
    """Write the tags of every line.

    Parameters
    ----------
    lines
        Map lines; their tags are completed in place.
    around
        Character of the town around each line.
    rng
        Source of every choice.
    """
    for line, quarter in zip(lines, around, strict=True):
        {
            "alley": _alley, "passage": _passage, "cut": _cut, "park_path": _park, "path": _path, "river_path": _river_path,
            "track": _track, "service": _service,
        }.get(line.kind, _road)(line, quarter, rng)  # fmt: skip
    _open_gates(lines)
    _one_ways(lines, around, rng)


def _pick(rng: np.random.Generator, chances: dict[str, float]) -> str:
    """Choose a value; an empty string stands for 'not mapped'."""
    return list(chances)[int(rng.choice(len(chances), p=list(chances.values())))]


def _put(line: Line, **tags: str) -> None:
    for key, value in tags.items():
        if value:
            line.tags.setdefault(key.replace("__", ":"), value)


def _road(line: Line, quarter: str, rng: np.random.Generator) -> None:
    kind, urban = line.kind, quarter in URBAN
    if kind == "roundabout":
        _put(
            line, highway="trunk", junction="roundabout", oneway="yes", lit="yes", surface="asphalt", maxspeed="40 mph"
        )
        return
    if kind == "residential" and quarter == "post_war" and rng.random() < 0.12:
        kind = "living_street"
    if kind == "residential" and quarter == "old_town" and rng.random() < 0.3:
        kind = "pedestrian"
    _put(line, highway=kind)
    if kind == "trunk":
        _put(line, maxspeed="60 mph", foot="no", bicycle="no", lit="no", surface="asphalt", sidewalk="no", oneway="no")
        return
    speed = {"primary": "40 mph", "secondary": "30 mph", "tertiary": "30 mph", "living_street": "10 mph"}.get(
        kind, "20 mph" if quarter in ("terraces", "old_town") else "30 mph"
    )
    if not urban:
        speed = {"primary": "50 mph", "secondary": "50 mph"}.get(kind, "60 mph")
    if kind == "primary" and quarter in ("old_town", "terraces"):
        speed = "30 mph"
    minor = kind in ("residential", "living_street", "unclassified")
    _put(line, maxspeed="" if kind == "pedestrian" or (minor and rng.random() < 0.35) else speed)
    _put(
        line,
        lit=_pick(rng, {"yes": 0.86, "": 0.12, "no": 0.02})
        if urban
        else _pick(rng, {"no": 0.7, "": 0.25, "yes": 0.05}),
    )
    _put(line, surface=_pick(rng, {"asphalt": 0.55, "": 0.45}) if kind != "pedestrian" else "sett")
    if urban and kind != "pedestrian":
        _put(line, sidewalk=_pick(rng, {"both": 0.5, "": 0.42, "left": 0.04, "right": 0.04}))
    elif not urban:
        _put(line, sidewalk=_pick(rng, {"no": 0.3, "": 0.7}))


def _alley(line: Line, _quarter: str, rng: np.random.Generator) -> None:
    _put(line, highway="service", service="alley", lit=_pick(rng, {"": 0.5, "no": 0.36, "yes": 0.14}))
    _put(line, surface=_pick(rng, {"": 0.5, "sett": 0.2, "concrete": 0.15, "unpaved": 0.15}))
    if rng.random() < 0.035:
        _put(line, access="private")


def _passage(line: Line, _quarter: str, rng: np.random.Generator) -> None:
    _put(
        line,
        highway="footway",
        lit=_pick(rng, {"yes": 0.6, "": 0.3, "no": 0.1}),
        surface=_pick(rng, {"paving_stones": 0.6, "": 0.4}),
    )


def _cut(line: Line, _quarter: str, rng: np.random.Generator) -> None:
    a, b = np.array(line.points[0]), np.array(line.points[-1])
    rise = float(np.diff(height_m(np.array([a, b])))[0])
    length = float(np.hypot(*(b - a)))
    steep = length > 0 and abs(rise) / length > STEP_SLOPE and "layer" not in line.tags
    if steep or (length < 40 and rng.random() < 0.02):
        _put(
            line, highway="steps", incline="up" if rise > 0 else "down", step_count=str(max(4, round(abs(rise) / 0.17)))
        )
        _put(line, lit=_pick(rng, {"yes": 0.4, "": 0.4, "no": 0.2}), handrail=_pick(rng, {"yes": 0.5, "": 0.5}))
        return
    _put(
        line,
        highway="cycleway" if rng.random() < 0.04 else "footway",
        lit=_pick(rng, {"yes": 0.5, "": 0.32, "no": 0.18}),
    )
    _put(line, surface=_pick(rng, {"asphalt": 0.5, "paved": 0.15, "": 0.35}))
    if line.tags["highway"] == "cycleway":
        _put(line, foot="designated", segregated="no")


def _park(line: Line, _quarter: str, rng: np.random.Generator) -> None:
    _put(
        line,
        highway=_pick(rng, {"footway": 0.8, "cycleway": 0.08, "path": 0.12}),
        lit=_pick(rng, {"no": 0.93, "": 0.07}),
    )
    _put(line, surface=_pick(rng, {"asphalt": 0.5, "fine_gravel": 0.25, "": 0.25}))
    if line.tags["highway"] == "cycleway":
        _put(line, foot="designated", segregated="no")


def _path(line: Line, _quarter: str, rng: np.random.Generator) -> None:
    _put(
        line,
        highway=_pick(rng, {"path": 0.5, "footway": 0.42, "bridleway": 0.08}),
        lit=_pick(rng, {"no": 0.6, "": 0.4}),
    )
    _put(line, surface=_pick(rng, {"ground": 0.4, "grass": 0.2, "": 0.4}))
    if rng.random() < 0.55:
        _put(line, designation="public_footpath", foot="designated")


def _river_path(line: Line, _quarter: str, rng: np.random.Generator) -> None:
    _put(
        line,
        highway=_pick(rng, {"cycleway": 0.3, "footway": 0.5, "path": 0.2}),
        lit="no",
        surface=_pick(rng, {"compacted": 0.6, "asphalt": 0.4}),
    )
    _put(line, name="Hask Riverside Path")
    if line.tags["highway"] == "cycleway":
        _put(line, foot="designated", segregated="no")


def _track(line: Line, _quarter: str, rng: np.random.Generator) -> None:
    _put(line, highway="track", tracktype=_pick(rng, {"grade2": 0.4, "grade3": 0.4, "grade4": 0.2}), lit="no")
    _put(line, access=_pick(rng, {"": 0.86, "private": 0.14}))


def _service(line: Line, quarter: str, rng: np.random.Generator) -> None:
    _put(line, highway="service", lit=_pick(rng, {"": 0.6, "yes": 0.3, "no": 0.1}))
    if quarter == "industrial":
        _put(line, access=_pick(rng, {"": 0.75, "private": 0.25}))
    else:
        _put(line, service=_pick(rng, {"driveway": 0.3, "": 0.6, "parking_aisle": 0.1}))


def drive_graph(lines: list[Line]) -> "nx.DiGraph[Vertex]":
    """Build the directed graph a car sees, one node per vertex.

    Parameters
    ----------
    lines
        Tagged map lines.

    Returns
    -------
    networkx.DiGraph
        Edges between consecutive vertices of roads open to cars.
    """
    graph: nx.DiGraph[Vertex] = nx.DiGraph()
    for line in lines:
        if line.tags.get("highway") in DRIVEN and line.tags.get("access") != "private":
            pairs = list(zip(line.points, line.points[1:], strict=False))
            graph.add_edges_from(pairs)
            if line.tags.get("oneway") != "yes":
                graph.add_edges_from((b, a) for a, b in pairs)
    return graph


def _one_ways(lines: list[Line], around: list[str], rng: np.random.Generator) -> None:
    """Make some tight streets one-way, as long as every place can still be driven to and from."""
    uses: dict[tuple[float, float], int] = {}
    for line in lines:
        if line.tags.get("highway") in DRIVEN:
            for p in line.points:
                uses[p] = uses.get(p, 0) + 1
    candidates = [
        i for i, (line, quarter) in enumerate(zip(lines, around, strict=True))
        if line.tags.get("highway") == "residential" and quarter in ("old_town", "terraces")
        and uses[line.points[0]] > 1 and uses[line.points[-1]] > 1 and line.points[0] != line.points[-1]
    ]  # fmt: skip
    graph = drive_graph(lines)
    for i in candidates:
        if rng.random() > (0.4 if around[i] == "old_town" else 0.16):
            continue
        line = lines[i]
        if rng.random() < 0.5:
            line.points.reverse()
        back = [(b, a) for a, b in zip(line.points, line.points[1:], strict=False)]
        graph.remove_edges_from(back)
        # The way itself leads from its first to its last vertex: a way back anywhere keeps all in one component.
        if nx.has_path(graph, line.points[-1], line.points[0]):
            line.tags["oneway"] = "yes"
        else:
            graph.add_edges_from(back)


def _open_gates(lines: list[Line]) -> None:
    """Lift `private` from ways that are the only way on foot to a public one."""
    while True:
        graph: nx.Graph[Vertex] = nx.Graph()
        for line in lines:
            if line.tags.get("access") != "private" and line.tags.get("foot") != "no":
                nx.add_path(graph, line.points)
        parts = sorted(nx.connected_components(graph), key=len, reverse=True)
        if len(parts) == 1:
            return
        cut_off = set().union(*parts[1:])
        gates = [
            line
            for line in lines
            if line.tags.get("access") == "private" and line.quarter != "island" and cut_off.intersection(line.points)
        ]
        if not gates:
            return
        for line in gates:
            del line.tags["access"]
