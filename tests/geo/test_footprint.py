from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.boundaries import read_areas
from geo.coverage import close_gaps
from geo.errors import DuplicateArea, MissingColumn, UnknownArea
from geo.footprint import Footprint, footprint, membership_days, moved_between, read_overrides
from geo.pcn import read_membership, read_registered
from tests.real_data import RealData

ON = date(2023, 2, 24)
WHOLE = "ABCDEFG"


def row_of_areas(names: str = WHOLE) -> gpd.GeoDataFrame:
    """Invented areas, one beside the next."""
    shapes = [shapely.box(k, 0, k + 1, 1) for k in range(len(names))]
    return gpd.GeoDataFrame({"area_ref": list(names)}, geometry=shapes, crs="EPSG:27700")


def membership(*rows: tuple[str, str, date | None, date | None]) -> pd.DataFrame:
    records = [(practice, practice, network, f"{network} PCN", start, end) for practice, network, start, end in rows]
    table = pd.DataFrame.from_records(
        records, columns=["practice_ref", "practice_name", "pcn_ref", "pcn_name", "start", "end"]
    )
    return table.astype({"start": object, "end": object})


TWO = membership(("P1", "N1", None, None), ("P2", "N2", None, None), ("P3", "N3", None, None))


def registered(**patients: tuple[int, int, int]) -> pd.DataFrame:
    """Patients of P1, P2 and P3 in each area."""
    records = [(f"P{k + 1}", area, count) for area, counts in patients.items() for k, count in enumerate(counts)]
    return pd.DataFrame.from_records(records, columns=["practice_ref", "area_ref", "patients"])


# A B C are N1's, D E F N2's, but for one stray area of N1 among N2's; G is nobody's.
STRAY = registered(
    A=(9, 1, 0), B=(9, 1, 0), C=(9, 1, 0), D=(1, 9, 0), E=(6, 3, 1), F=(1, 9, 0), elsewhere=(5, 0, 0), G=(0, 0, 0)
)


def drawn(**settings: object) -> Footprint:
    return footprint(row_of_areas(), TWO, STRAY, ON, **settings)  # type: ignore[arg-type]


def test_a_stray_area_joins_the_network_beside_it_and_the_move_is_told() -> None:
    found = drawn()
    assert found.groups == dict(zip("ABCDEF", ["N1"] * 3 + ["N2"] * 3, strict=True))
    (move,) = found.moves
    assert (move.area_ref, move.from_ref, move.to_ref) == ("E", "N1", "N2")
    assert [move.share_from, move.share_to] == pytest.approx([0.6, 0.3])
    kept = found.lookup.set_index("area_ref").loc["E"]
    assert (kept["plurality_ref"], kept["share"], kept["registered"]) == ("N1", pytest.approx(0.3), 10)
    assert found.without == ("G",)
    assert found.parts == {}


def test_nothing_is_repaired_when_no_part_may_move_and_the_parts_are_named() -> None:
    found = drawn(most_moved_areas=0)
    assert found.moves == ()
    assert found.parts == {"N1": (("A", "B", "C"), ("E",)), "N2": (("D",), ("F",))}


def test_an_override_holds_and_is_never_moved() -> None:
    found = drawn(overrides={"E": "N3"})
    assert found.groups["E"] == "N3"
    assert [(move.area_ref, move.to_ref, move.reason) for move in found.moves[:1]] == [
        ("E", "N3", "decided by override")
    ]


def test_an_override_gives_a_network_to_an_area_that_has_none() -> None:
    found = drawn(overrides={"G": "N2"})
    assert found.without == ()
    assert found.groups["G"] == "N2"


@pytest.mark.parametrize(("overrides", "says"), [({"Z": "N1"}, "name Z"), ({"A": "N9"}, "networks N9")])
def test_an_override_of_what_does_not_exist_is_refused(overrides: dict[str, str], says: str) -> None:
    with pytest.raises(UnknownArea, match=says):
        drawn(overrides=overrides)


def test_a_part_that_borders_on_no_network_stays() -> None:
    areas = row_of_areas("AGB")
    found = footprint(areas, TWO, registered(A=(9, 0, 0), B=(9, 0, 0)), ON)
    assert found.parts == {"N1": (("A",), ("B",))}
    assert found.moves == ()


def test_footprints_follow_the_day() -> None:
    handed_over = membership(
        ("P1", "N1", date(2019, 10, 1), date(2022, 3, 31)),
        ("P1", "N3", date(2022, 4, 1), None),
        ("P2", "N2", None, None),
    )
    assert membership_days(handed_over) == [date(2019, 10, 1), date(2022, 4, 1)]
    before, after = (footprint(row_of_areas(), handed_over, STRAY, on) for on in (date(2022, 3, 31), date(2022, 4, 1)))
    assert moved_between(before, after) == [("A", "N1", "N3"), ("B", "N1", "N3"), ("C", "N1", "N3")]
    assert moved_between(after, after) == []


def test_overrides_are_read_from_a_table(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text("LSOA11CD,pcn_ref,why\nE1,N1,the river\n", encoding="utf-8-sig")
    assert read_overrides(path) == {"E1": "N1"}
    path.write_text("LSOA11CD,pcn_ref\nE1,N1\nE1,N2\n")
    with pytest.raises(DuplicateArea, match="row 3: E1 is decided twice"):
        read_overrides(path)
    path.write_text("LSOA11CD,network\nE1,N1\n")
    with pytest.raises(MissingColumn, match="pcn_ref"):
        read_overrides(path)


@pytest.mark.real_data
def test_real_networks_are_repaired_with_every_change_listed(real_data: RealData) -> None:
    members = read_membership(real_data.path("nhs", "epcncorepartnerdetails.csv"))
    patients = read_registered(real_data.path("nhs", "gp-reg-pat-prac-lsoa.csv"))
    counts = {}
    for town in ("sheffield", "bradford", "rutland"):
        areas, _ = close_gaps(read_areas(real_data.path("boundaries", f"{town}_lsoa2011.topo.json")))
        found = footprint(areas, members, patients, ON)
        unlike = set(found.lookup.loc[found.lookup["pcn_ref"] != found.lookup["plurality_ref"], "area_ref"])
        assert unlike == {move.area_ref for move in found.moves}
        assert found.without == ()
        counts[town] = (len(found.moves), len(found.parts))
    assert counts == {"sheffield": (9, 0), "bradford": (7, 4), "rutland": (0, 0)}
