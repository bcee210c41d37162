from __future__ import annotations

import subprocess
import sys

import pytest

import geo

HEAVY = ("geopandas", "numba", "osmnx", "osmium", "networkx", "pandas", "shapely", "scipy", "pyproj")


@pytest.mark.parametrize("statement", ["import geo", "import geo.network, geo.travel, geo.locate, geo.pcn, geo.places"])
def test_importing_loads_nothing_heavy(statement: str) -> None:
    code = f"import sys\n{statement}\nprint([m for m in {HEAVY!r} if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    assert all(getattr(geo, name) is not None for name in dir(geo))


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'satellites'"):
        assert geo.satellites
