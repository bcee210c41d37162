from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo import british_grid


def test_a_published_point_comes_out_where_the_survey_puts_it() -> None:
    # Caister water tower, the worked example of Ordnance Survey's guide to coordinate systems.
    x_m, y_m = british_grid.to_grid(1 + 42 / 60 + 57.8663 / 3600, 52 + 39 / 60 + 28.8282 / 3600)
    assert float(x_m) == pytest.approx(651_409.903, abs=5.0)
    assert float(y_m) == pytest.approx(313_177.270, abs=5.0)


@pytest.mark.parametrize(("lon", "lat"), [(-5.7, 50.1), (-1.5, 53.8), (1.7, 52.6), (2.0, 54.7), (2.2, 54.7)])
def test_there_and_back_is_the_same_point_even_in_the_sea(lon: float, lat: float) -> None:
    back = british_grid.to_lon_lat(*british_grid.to_grid(lon, lat))
    assert np.ravel(back) == pytest.approx([lon, lat], abs=1e-7)


def test_a_metre_on_the_grid_is_a_metre_in_the_invented_borough() -> None:
    lon, lat = british_grid.to_lon_lat([661_000.0, 662_000.0], [541_000.0, 541_000.0])
    x_m, y_m = british_grid.to_grid(lon, lat)
    assert np.hypot(x_m[1] - x_m[0], y_m[1] - y_m[0]) == pytest.approx(1000, abs=1e-3)


def test_geometries_keep_their_shape() -> None:
    square = shapely.box(-1.5, 53.8, -1.49, 53.81)
    (projected,) = british_grid.geometries_to_grid([square])
    assert shapely.equals_exact(british_grid.geometry_to_lon_lat(projected), square, tolerance=1e-7)
