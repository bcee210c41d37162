from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from shapely.geometry import box, mapping

from app.formats.council import (
    Area,
    CouncilFile,
    Home,
    Parameters,
    Patch,
    Shift,
    ShiftPattern,
    StraightLineTravel,
    StreetsTravel,
    Week,
    Zone,
)
from app.ground import Ground
from solver.facts import UNREACHABLE_S
from solver.means import Mode, Table
from tests.geo.towns import Town, at

DOORS = ((10.0, 0.0), (290.0, 0.0), (150.0, -390.0), (2000.0, -395.0))
"""West and east of the alley, on the lit street to the south, and on an unlit lane far off."""


def town_with_an_alley(folder: Path) -> Path:
    """A lit street around three sides of a block, an unlit alley along the fourth, and an unlit lane."""
    town = Town().way((0, 0), (0, -400), (300, -400), (300, 0), highway="residential")
    town.way((0, 0), (300, 0), highway="footway", lit="no").way((300, -400), (2100, -400), highway="track")
    return town.write(folder / "town.osm.pbf")


def ground_on(extract: Path, *doors: tuple[float, float]) -> Ground:
    digest = hashlib.sha256(extract.read_bytes()).hexdigest()
    return Ground(
        council=living(StreetsTravel(source="streets", file=extract.name, sha256=digest), *doors), folder=extract.parent
    )


def living(travel: StreetsTravel | StraightLineTravel, *doors: tuple[float, float]) -> CouncilFile:
    homes = tuple(
        Home(home_ref=f"home-{row}", lon=lon, lat=lat) for row, (lon, lat) in enumerate(at(*door) for door in doors)
    )
    return CouncilFile(
        format="careround-council/1",
        name="Alley (fictional)",
        week=Week(starts_on=date(2026, 11, 23)),
        travel=travel,
        areas=(Area(area_ref="block", geometry=mapping(box(1.9, 54.6, 2.1, 54.8))),),
        zones=(Zone(zone_ref="all", patches=(Patch(patch_ref="all", area_refs=("block",)),)),),
        shift_patterns=(
            ShiftPattern(
                pattern_ref="one", shifts=(Shift(shift_ref="early", label="Early", start="07:00", end="14:30"),)
            ),
        ),
        homes=homes,
    )


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREROUND_CACHE_DIR", str(tmp_path / "cache"))


def test_after_dark_the_way_leads_round_the_unlit_alley(tmp_path: Path) -> None:
    ground = ground_on(town_with_an_alley(tmp_path), *DOORS)
    walk_s, dark_s = ground.tables()["walk"], ground.dark_table()
    assert dark_s is not None
    assert (dark_s.shape, dark_s.dtype) == (walk_s.shape, walk_s.dtype)
    assert walk_s[0, 1] == pytest.approx(280 * 0.8, abs=2)
    assert dark_s[0, 1] == pytest.approx(1100 * 0.8, abs=20)
    assert (dark_s[3, :3] == UNREACHABLE_S).all()
    assert (dark_s >= walk_s).all()
    assert (dark_s == dark_s.T).all()
    assert (np.diag(dark_s) == 0).all()


def measured(ground: Ground, *modes: Mode, lit: bool = False) -> dict[Table, NDArray[np.uint16]]:
    parameters = Parameters(modes=modes, walk_lit_ways_after_dark=lit)
    council = ground.council.model_copy(update={"parameters": parameters})
    return Ground(council=council, folder=ground.folder).tables()


def test_only_the_tables_that_some_round_may_need_are_measured(tmp_path: Path) -> None:
    ground = ground_on(town_with_an_alley(tmp_path), *DOORS)
    assert list(ground.tables()) == ["walk", "drive"]
    assert list(measured(ground, "cycle", lit=True)) == ["cycle"]
    assert list(measured(ground, "driven", "walk")) == ["walk", "drive"]
    found = measured(ground, "walk", "driven", "drive", "cycle", lit=True)
    assert list(found) == ["walk", "drive", "cycle", "dark_walk"]
    cycle_s, dark_s = found["cycle"], found["dark_walk"]
    assert cycle_s[0, 2] == pytest.approx(550 * 60 / 250, abs=8)
    np.testing.assert_array_equal(dark_s, ground.dark_table())


def test_straight_lines_are_cycled_at_the_stated_speed() -> None:
    council = living(StraightLineTravel(source="straight_line", cycle_km_per_hour=12.0, detour=1.5), *DOORS)
    found = measured(Ground(council=council, folder=Path()), "cycle", "walk", lit=True)
    assert list(found) == ["walk", "cycle"]
    assert found["cycle"][0, 1] == pytest.approx(280 * 1.5 * 3.6 / 12, abs=1)


def test_where_no_street_is_lit_nobody_walks_after_dark(tmp_path: Path) -> None:
    extract = Town().way((0, 0), (400, 0), highway="track").write(tmp_path / "town.osm.pbf")
    dark_s = ground_on(extract, (10, 0), (300, 0)).dark_table()
    assert dark_s is not None
    assert dark_s.tolist() == [[0, UNREACHABLE_S], [UNREACHABLE_S, 0]]


def test_straight_lines_know_no_light() -> None:
    straight = living(StraightLineTravel(source="straight_line"), *DOORS)
    assert Ground(council=straight, folder=Path()).dark_table() is None


def test_without_homes_the_table_is_empty(tmp_path: Path) -> None:
    dark_s = ground_on(town_with_an_alley(tmp_path)).dark_table()
    assert dark_s is not None
    assert dark_s.shape == (0, 0)
