from __future__ import annotations

import csv
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import EmptyFile, MalformedRow, MissingColumn, UnknownArea
from geo.pcn import plurality, read_membership, read_practices, read_registered
from tests.real_data import RealData

# Invented practices and networks.
HEADER = (
    "Partner Organisation Code,Partner Name,Parent,Parent Name,PCN Code,PCN Name,PCN Parent,PCN Parent Name,"
    "Practice to PCN Relationship Start Date,Practice to PCN Relationship End Date,Match\n"
)
ROWS = (
    "Z00001,HARBOUR SURGERY,X,X,U99001,NORTH QUAY PCN,X,X,20191001,,True\n"
    'Z00002,"MILL, LANE",X,X,U99001,NORTH QUAY PCN,X,X,20191001,20200331,True\n'
    "Z00002,MILL LANE,X,X,U99002,SOUTH QUAY PCN,X,X,20200401,,True\n"
)
REGISTERED = pd.DataFrame(
    [("Z00001", "E99000001", 60), ("Z00002", "E99000001", 30), ("Z00003", "E99000001", 10), ("Z00003", "E99000002", 5)],
    columns=["practice_ref", "area_ref", "patients"],
)


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize("text", [HEADER + ROWS, ROWS])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_membership_is_read_with_and_without_header(tmp_path: Path, text: str, encoding: str) -> None:
    membership = read_membership(written(tmp_path / "m.csv", text, encoding))
    assert membership["practice_ref"].tolist() == ["Z00001", "Z00002", "Z00002"]
    assert membership["practice_name"].tolist()[1] == "MILL, LANE"
    assert membership["end"].tolist() == [None, date(2020, 3, 31), None]


def test_windows_text_is_read(tmp_path: Path) -> None:
    text = ROWS.replace("HARBOUR", "HARBOUR – EAST")
    assert read_membership(written(tmp_path / "m.csv", text, "cp1252"))["practice_name"][0] == "HARBOUR – EAST SURGERY"


@pytest.mark.parametrize(
    ("on", "pcn", "share"), [(date(2020, 3, 31), "U99001", 0.9), (date(2020, 4, 1), "U99001", 0.6)]
)
def test_the_day_decides_who_belongs(tmp_path: Path, on: date, pcn: str, share: float) -> None:
    lookup = plurality(read_membership(written(tmp_path / "m.csv", ROWS)), REGISTERED, on)
    assert lookup.to_dict("records") == [
        {"area_ref": "E99000001", "pcn_ref": pcn, "pcn_name": "NORTH QUAY PCN", "share": share, "registered": 100}
    ]


def test_before_any_membership_there_is_no_pcn(tmp_path: Path) -> None:
    assert len(plurality(read_membership(written(tmp_path / "m.csv", ROWS)), REGISTERED, date(2018, 1, 1))) == 0


def test_of_two_equal_networks_the_smaller_code_is_taken(tmp_path: Path) -> None:
    registered = REGISTERED.assign(patients=[30, 30, 10, 5])
    lookup = plurality(read_membership(written(tmp_path / "m.csv", ROWS)), registered, date(2023, 1, 1))
    assert lookup["pcn_ref"].tolist() == ["U99001"]


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("", EmptyFile, "no rows"),
        (HEADER, EmptyFile, "header and no rows"),
        (HEADER.replace("PCN Code", "Network") + ROWS, MissingColumn, "no column PCN Code"),
        (ROWS.replace("20200401", "April"), MalformedRow, "row 3: 'April' is not a date"),
        (ROWS + "Z00004,CUT SH", MalformedRow, "row 4: 2 columns"),
        ("PK\x00\x03", MalformedRow, "binary"),
    ],
)
def test_a_damaged_membership_file_is_named(tmp_path: Path, text: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=rf"m\.csv.*{says}"):
        read_membership(written(tmp_path / "m.csv", text))


def test_practices_are_read_without_header(tmp_path: Path) -> None:
    row = '"Z00001","HARBOUR SURGERY","Y99","Q99","1 QUAY","","","","","ZZ9 9ZZ","19740401","","A","B","0","",""\n'
    practices = read_practices(written(tmp_path / "p.csv", row))
    assert practices.to_dict("records") == [
        {
            "practice_ref": "Z00001",
            "name": "HARBOUR SURGERY",
            "postcode": "ZZ9 9ZZ",
            "opened": date(1974, 4, 1),
            "closed": None,
            "status": "A",
        }
    ]


def test_a_count_that_is_none_is_named(tmp_path: Path) -> None:
    text = "PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,NUMBER_OF_PATIENTS\nZ00001,X,E99000001,many\n"
    with pytest.raises(MalformedRow, match="row 2: 'many' is not a count"):
        read_registered(written(tmp_path / "r.csv", text))


@pytest.mark.real_data
def test_the_sheffield_lookup_comes_out_area_for_area(real_data: RealData) -> None:
    lookup = plurality(
        read_membership(real_data.path("nhs", "epcncorepartnerdetails.csv")),
        read_registered(real_data.path("nhs", "gp-reg-pat-prac-lsoa.csv")),
        date(2023, 2, 24),
    ).set_index("area_ref")
    with real_data.path("expected", "sheffield_lsoa_pcn_lookup.csv").open(encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    assert len(expected) == 345
    for row in expected:
        ours = lookup.loc[row["LSOA11CD"]]
        assert (ours["pcn_ref"], ours["pcn_name"]) == (row["pcn"], row["pcn_name"])
        assert ours["registered"] == int(row["registered_total"])
        assert ours["share"] == pytest.approx(float(row["share"]))


@pytest.mark.real_data
def test_real_practices_are_read(real_data: RealData) -> None:
    practices = read_practices(real_data.path("nhs", "epraccur.csv"))
    assert len(practices) == 740
    assert set(practices["status"]) <= {"A", "C", "D", "P"}


def workbook(path: Path, *, header: str = HEADER) -> Path:
    """The memberships as the NHS publishes them: a workbook with notes above the header and other sheets."""
    import openpyxl

    book = openpyxl.Workbook()
    notes = book.active
    assert notes is not None
    notes.append(["About this file"])
    sheet = book.create_sheet("PCN Core Partner Details")
    sheet.append(["Primary care networks"])
    for row in csv.reader((header + ROWS).splitlines()):
        sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
    book.save(path)
    return path


def test_the_published_workbook_is_read(tmp_path: Path) -> None:
    as_text = read_membership(written(tmp_path / "m.csv", HEADER + ROWS))
    assert read_membership(workbook(tmp_path / "m.xlsx")).equals(as_text)


def test_a_damaged_workbook_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "m.xlsx", header=HEADER.replace("PCN Code", "Network"))
    with pytest.raises(MissingColumn, match="no sheet with the columns Partner Organisation Code, PCN Code"):
        read_membership(path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(MalformedRow, match=r"m\.xlsx is not a whole XLSX"):
        read_membership(path)


def national(path: Path, practices: int) -> Path:
    """An invented national file in an archive: 40 areas a practice."""
    lines = ["PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS"]
    for practice in range(practices):
        lines += [f"GP_PRAC,01OCT2026,Z{practice:05d},QUAY,E01{practice:04d}{k:02d},ALL,{k + 1}" for k in range(40)]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("gp-reg-pat-prac-lsoa-all.csv", "\n".join(lines))
    return path


def test_a_national_file_takes_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    wanted = [f"E010007{k:02d}" for k in range(40)]
    peaks = []
    for practices in (300, 1200):
        path = national(tmp_path / f"{practices}.zip", practices)
        tracemalloc.start()
        registered = read_registered(path, within=wanted)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert registered["patients"].tolist() == list(range(1, 41))
        assert set(registered["practice_ref"]) == {"Z00007"}
    assert peaks[1] < 1.2 * peaks[0]


def test_patients_of_another_year_or_place_are_refused(tmp_path: Path) -> None:
    told = pytest.raises(UnknownArea, match=r"first is E01000000, theirs E01999999.*2011 or 2021")
    with told:
        read_registered(national(tmp_path / "all.zip", 1), within=["E01999999"])


def test_a_stray_quotation_mark_that_swallows_the_file_is_named(tmp_path: Path) -> None:
    row = "Z00001,QUAY,E01000001,5\n"
    text = (
        "PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,NUMBER_OF_PATIENTS\n" + row + 'Z00002,"QUAY,E01000001,5\n' + row * 9000
    )
    with pytest.raises(MalformedRow, match="stray quotation mark"):
        read_registered(written(tmp_path / "r.csv", text))


def test_windows_text_is_told_by_its_last_byte_too(tmp_path: Path) -> None:
    text = (
        "PRACTICE_CODE,LSOA_CODE,NUMBER_OF_PATIENTS,NOTE\n"
        + "Z00001,E01000001,5,x\n" * 20_000
        + "Z00001,E01000001,5,caf\u00e9"
    )
    assert len(read_registered(written(tmp_path / "r.csv", text, "cp1252"))) == 20_001


def test_a_page_instead_of_the_practices_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile, match="holds no practices"):
        read_practices(written(tmp_path / "epraccur.csv", "<html>Sorry</html>\n"))
