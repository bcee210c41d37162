from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geo.british_grid import to_grid
from geo.errors import DamagedHeights
from geo.heights import HeightGrid, Heights, NodeHeights, pace_on_slope, read_height_grid
from geo.network import build_network, network_for
from geo.travel import snap, travel_seconds, travel_seconds_from
from tests.geo.towns import LAT, LON, Town, at

RASTER = "ncols 3\nnrows 2\nxllcorner 100\nyllcorner 200\ncellsize 50\nnodata_value -9999\n1 2 3\n4 5 -9999\n"


def test_toblers_function_is_one_on_level_ground_and_fastest_gently_downhill() -> None:
    pace = pace_on_slope([0, 10, -10, -5, np.nan, 500], [100, 100, 100, 100, 100, 100])
    assert pace[0] == pace[4] == 1
    assert pace[1] == pytest.approx(np.exp(-0.35))
    assert pace[2] == pytest.approx(1)
    assert pace[3] == pytest.approx(np.exp(0.175))
    assert pace[5] == pytest.approx(np.exp(-1.4))
    assert pace_on_slope(3.0, 0.0) == 1


def test_a_raster_is_read_with_its_south_below(tmp_path: Path) -> None:
    (tmp_path / "heights.asc").write_text(RASTER)
    grid = read_height_grid(tmp_path / "heights.asc")
    x_m, y_m = np.array([125.0, 150, 125, 150, 225, 99]), np.array([225.0, 225, 275, 275, 225, 225])
    assert grid.of([], x_m, y_m) == pytest.approx([4, 4.5, 1, 1.5, np.nan, np.nan], nan_ok=True)
    assert grid.digest() == read_height_grid(tmp_path / "heights.asc").digest()


@pytest.mark.parametrize("damaged", ["", RASTER[:-8], RASTER.replace("ncols", "colns"), "<html>not found</html>"])
def test_a_damaged_raster_is_said_to_be_damaged(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "heights.asc").write_text(damaged)
    with pytest.raises(DamagedHeights, match=r"heights\.asc .*ncols, nrows"):
        read_height_grid(tmp_path / "heights.asc")


def hill(rise: float) -> HeightGrid:
    """Ground that rises to the east."""
    x_m, y_m = to_grid(LON, LAT)
    return HeightGrid(
        west_m=float(x_m) - 1000,
        south_m=float(y_m) - 1000,
        cell_m=100.0,
        metres=np.tile(np.arange(21) * 100.0 * rise, (21, 1)),
    )


def test_walking_uphill_takes_longer_than_down_and_level_ground_is_the_default(tmp_path: Path) -> None:
    town = Town().way((0, 0), (200, 0), (400, 0)).way((200, 0), (200, 100))
    extract = town.write(tmp_path / "town.osm.pbf")
    by_node: Heights = NodeHeights(metres={1: 0.0, 2: 20.0, 3: 40.0})
    for heights, up_s, down_s in ((None, 240, 240), (hill(0.1), 340, 240), (by_node, 340, 240)):
        network = build_network(extract, "walk", heights=heights)
        homes = snap(network, *np.array([at(50, 0), at(350, 0)]).T)
        seconds = travel_seconds(network, homes, cutoff_s=None).astype(int)
        assert seconds[0, 1] == pytest.approx(up_s, abs=2)
        assert seconds[1, 0] == pytest.approx(down_s, abs=2)
        there, back = travel_seconds_from(network, homes.take([0]), homes, None)
        assert (there[1], back[1]) == (seconds[0, 1], seconds[1, 0])


def test_cars_and_bicycles_do_not_feel_the_hill(tmp_path: Path) -> None:
    extract = Town().way((0, 0), (200, 0)).write(tmp_path / "town.osm.pbf")
    for mode in ("drive", "cycle"):
        steep, level = build_network(extract, mode, heights=hill(0.2)), build_network(extract, mode)
        assert np.array_equal(steep.edge_time_s, level.edge_time_s)


def test_kept_networks_are_told_apart_by_their_heights(tmp_path: Path) -> None:
    extract = Town().way((0, 0), (200, 0)).write(tmp_path / "town.osm.pbf")
    for heights in (None, hill(0.1), hill(0.2), NodeHeights(metres={1: 3.0}), hill(0.1)):
        network_for(extract, "walk", tmp_path / "cache", heights=heights)
    assert len(list((tmp_path / "cache").iterdir())) == 4
