"""Areas of many points: careround's rule for borders beside geopandas' spatial join, on the same points in one run."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np

from benchmarks.cities import areas_of_city
from benchmarks.results import Results, Row
from benchmarks.usage import clocked
from geo.boundaries import read_areas
from geo.british_grid import to_lon_lat
from geo.locate import Locator
from geo.whereabouts import Finder

_MOST_THAT_MAY_DIFFER = 0.001
"""Centimetres between two ways of projecting put a point on the other side of a border."""

POINTS = {"quick": 10_000, "usual": 100_000, "full": 1_000_000}


def locate(size: str, seed: int) -> Results:
    """Measure how long it takes to find the areas of points strewn over a city's bounding box.

    Parameters
    ----------
    size
        ``quick``: 10,000 points; ``usual``: 100,000; ``full``: a million.
    seed
        Of the points.

    Returns
    -------
    Results
        A row for careround's areas alone, its whole answer (zone and ward with it) and geopandas' join.
    """
    name, path = areas_of_city()
    areas = read_areas(path)
    rng, count = np.random.default_rng(seed), POINTS[size]
    low_x, low_y, high_x, high_y = areas.total_bounds
    lon, lat = to_lon_lat(rng.uniform(low_x, high_x, count), rng.uniform(low_y, high_y, count))
    locator = Locator(areas)
    finder = Finder(areas, {ref: {"zone_ref": ref[-1]} for ref in areas["area_ref"]})

    def joined() -> gpd.GeoDataFrame:
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat, crs="EPSG:4326").to_crs(areas.crs))
        return points.sjoin(areas[["area_ref", "geometry"]], how="left", predicate="within")

    work: dict[str, Callable[[], object]] = {
        "careround, area": lambda: locator.find(lon, lat),
        "careround, area and zone": lambda: finder.points(lon, lat),
        "geopandas sjoin": joined,
    }
    rows: list[Row] = []
    for what, run in work.items():
        wall_s, cpu_s = min(clocked(run) for _ in range(3))
        rows.append(
            {"what": what, "points": count, "areas": len(areas), "wall_s": round(wall_s, 3), "cpu_s": round(cpu_s, 3)}
        )
    found, theirs = locator.find(lon, lat), joined()["area_ref"]
    differ = sum(ours != theirs.at[i] for i, ours in enumerate(found) if isinstance(theirs.get(i), str))
    failures = [f"geopandas says another area for {differ} points."] if differ > count * _MOST_THAT_MAY_DIFFER else []
    return Results(name="locate", title=f"Areas of points in {name}", rows=rows, failures=failures)
