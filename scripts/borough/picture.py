"""A picture of the borough, to judge it by eye."""

import importlib
from pathlib import Path

import numpy as np

from scripts.borough.areas import Area
from scripts.borough.homes import Home
from scripts.borough.network import Map

COLOURS = {"trunk": "#c33", "roundabout": "#c33", "primary": "#e77", "secondary": "#e9a43c", "tertiary": "#d8c040", "residential": "#555", "unclassified": "#765",
           "alley": "#aaa", "cut": "#c0c", "passage": "#c0c", "path": "#0a0", "park_path": "#0a0", "river_path": "#07a", "track": "#a70",
           "service": "#999"}  # fmt: skip
WIDTHS_M = {
    "trunk": 15.0,
    "roundabout": 9.0,
    "primary": 12.0,
    "secondary": 11.0,
    "tertiary": 9.0,
    "residential": 7.0,
    "unclassified": 7.0,
}
GROUND = {"park": "#cfe8c0", "green": "#dfeed0", "rural": "#eef4e2", "industrial": "#e6dcea", "old_town": "#f0dcd0", "terraces": "#efe7e0",
          "crescents": "#f4f0e8", "avenues": "#f6f2ea", "post_war": "#eee8f0", "estate": "#f4f4ee", "village": "#f6e6d6"}  # fmt: skip


def draw(
    path: Path, result: Map, areas: list[Area], homes: list[Home], window: tuple[float, float, float] | None
) -> None:
    """Draw the borough or a part of it.

    Parameters
    ----------
    path
        PNG file to write (needs matplotlib, which the project does not otherwise use).
    result, areas, homes
        What to draw; homes only in windows under 3 km wide.
    window
        Centre east and north and width, local kilometres; None for everything.
    """
    # Asked for by name: the project itself does not depend on it.
    importlib.import_module("matplotlib").use("Agg")
    plt = importlib.import_module("matplotlib.pyplot")

    west, south, east, north = result.boundary.bounds
    if window is not None:
        x, y, width = (1000.0 * v for v in window)
        west, east, south, north = x - width / 2, x + width / 2, y - width / 2, y + width / 2
    inches = 15.0
    figure = plt.figure(figsize=(inches, inches * (north - south) / (east - west)), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    scale = inches * 72 / (east - west)
    for face, quarter in zip(result.faces, result.quarters, strict=True):
        axes.fill(*np.array(face.exterior.coords).T, color=GROUND[quarter])
    axes.plot(*np.array(result.river.coords).T, color="#9bd", lw=34 * scale)
    if not result.rail.is_empty:
        axes.plot(*np.array(result.rail.coords).T, color="k", lw=5 * scale, ls=(0, (4, 2)))
    for line in sorted(result.lines, key=lambda line: (line.elevated, WIDTHS_M.get(line.kind, 1))):
        colour = "#d00" if line.tags.get("highway") == "steps" else COLOURS[line.kind]
        width_m = WIDTHS_M.get(line.kind, 2.5)
        if line.elevated:
            axes.plot(*np.array(line.points).T, color="k", lw=(width_m + 7) * scale, solid_capstyle="butt")
        axes.plot(*np.array(line.points).T, color=colour, lw=max(0.35, width_m * scale), solid_capstyle="round")
    if window is not None and window[2] < 3.0:
        axes.scatter(
            [h.x for h in homes], [h.y for h in homes], s=(6.0 * scale) ** 2, c="#a65", marker="s", linewidths=0
        )
    for area in areas:
        for part in getattr(area.shape, "geoms", [area.shape]):
            axes.plot(*np.array(part.exterior.coords).T, color="#22f", lw=0.5, alpha=0.7)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.axis("off")
    figure.savefig(path)
    plt.close(figure)
