"""Files from the wild that are not even JSON, or not of this format."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.formats.faults import BadFile
from app.formats.read import read_council, read_plan
from tests.formats.example import EXAMPLE, example

WHOLE = EXAMPLE.read_bytes()
TEXTS: dict[str, tuple[bytes, str, str]] = {
    "an empty file": (b"", "is empty", "this copy has no content"),
    "white space": (b" \n\n ", "is empty", "no content"),
    "a byte order mark alone": (b"\xef\xbb\xbf", "is empty", "no content"),
    "plain words": (b"our council\n", "is not JSON: expecting value at line 1, column 1", "correct line 1, column 1"),
    "a missing comma": (
        b'{\n "a": 1\n "b": 2}',
        "expecting ',' delimiter at line 3, column 2",
        "correct line 3, column 2",
    ),
    "a trailing comma": (b'{"a": 1,}', "is not JSON", "line 1"),
    "single quotes": (b"{'a': 1}", "is not JSON", "line 1, column 2"),
    "a file cut off": (WHOLE[:5000], "is cut off", "is not complete"),
    "a file cut off in an object": (b'{"format": "careround-council/1",', "ends too early", "fetch or export it again"),
    "text after the end": (WHOLE + b"}", "extra data", "correct line"),
    "UTF-16": (WHOLE.decode().encode("utf-16"), "is in UTF-16", "save it again as UTF-8"),
    "UTF-16 without a mark": (WHOLE.decode().encode("utf-16-le"), "is in UTF-16", "save it again as UTF-8"),
    "Windows-1252": (
        b'{"format": "careround-council/1",\n "name": "Caf\xe9"}',
        "byte 0xe9 at line 2, column 14; perhaps Windows-1252",
        "save it again as UTF-8",
    ),
    "a workbook": (b"PK\x03\x04\xff\xfe", "a workbook, not JSON", "export it as JSON"),
    "a gzip file": (b"\x1f\x8b\x08\xff", "compressed", "unpack it"),
    "a list": (b"[]", "holds a list, not an object", "give a council file"),
    "a number": (b"7", "holds a single value, not an object", "give a council file"),
    "nothing but null": (b"null", "holds a single value", "careround-council/1"),
    "depth without end": (b"[" * 200_000, "nested", "the right file"),
    "a deep tower": (b'{"note": ' + b"[" * 60 + b"]" * 60 + b"}", "nested more than 40 levels", "the right file"),
    "a million closed brackets": (b"[" * 900 + b"]" * 900, "nested more than 40 levels", "the right file"),
    "the next version": (
        b'{"format": "careround-council/2", "week": 3}',
        '"careround-council/2" is not read here; read is careround-council/1',
        "export it as careround-council/1",
    ),
    "a plan": (b'{"format": "careround-plan/1"}', "is not read here", "this is a plan file; give the council file"),
    "another format": (b'{"format": "geojson"}', "is not read here", "give a file of format careround-council/1"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_that_cannot_be_read_says_why_in_one_fault(name: str, tmp_path: Path) -> None:
    content, reason, mend = TEXTS[name]
    path = tmp_path / "council.json"
    path.write_bytes(content)
    with pytest.raises(BadFile) as caught:
        read_council(path)
    (fault,) = caught.value.faults
    assert reason in f"{fault.value} {fault.reason}"
    assert mend in fault.mend
    assert str(caught.value).startswith("council.json: 1 fault\n")
    assert path.read_bytes() == content


def test_a_byte_order_mark_of_utf_8_is_read_over(tmp_path: Path) -> None:
    path = tmp_path / "council.json"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE)
    assert read_council(path) == read_council(EXAMPLE)


def test_what_is_not_a_file_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, reason in (
        (tmp_path / "absent.json", "does not exist"),
        (tmp_path, "is a folder"),
        (tmp_path / "pipe", "is not a regular file"),
        (EXAMPLE / "below.json", "cannot be read"),
        (tmp_path / "nul\0byte", "cannot be read"),
        (tmp_path / ("long" * 100), "cannot be read"),
    ):
        for read in (read_council, read_plan):
            with pytest.raises(BadFile) as caught:
                read(path)
            assert reason in caught.value.faults[0].reason


def test_a_council_given_as_a_plan_says_so() -> None:
    with pytest.raises(BadFile, match="this is a council file; give the plan file"):
        read_plan(EXAMPLE)


VALUES: dict[str, tuple[str, str, str, str]] = {
    "not a number": ('"dusk": "15:45"', '"dusk": NaN', "week.dusk", "is not a finite number"),
    "minus infinity": ('"lon": 1.5022', '"lon": -Infinity', "homes[0].lon", "is not a finite number"),
    "a number past all bounds": ('"hours": 30.0', '"hours": 1e999', "capacity_returns[0].hours", "not a finite"),
    "ten thousand digits": ('"hours": 30.0', '"hours": ' + "9" * 10_000, "capacity_returns[0].hours", "not a finite"),
    "twenty digits": ('"duration_min": 45', '"duration_min": ' + "9" * 20, "packages[0]", "must be"),
    "the same name twice": ('"lon": 1.5022', '"lon": 1.4, "lon": 1.5022', "homes[0].lon", "more than once"),
    "a control character": ('"The Sands"', '"The\\u0000Sands"', "zones[0].patches[0].name", "control characters"),
    "half a surrogate pair": ('"The Sands"', '"The \\ud83d Sands"', "zones[0].patches[0].name", "control"),
    "a control character in a name": ('"fictional":', '"fict\\u0007": 1, "fictional":', "…", "in its name"),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_that_json_lets_through_is_caught_with_its_path(name: str, tmp_path: Path) -> None:
    old, new, at, reason = VALUES[name]
    text = WHOLE.decode()
    assert old in text
    path = tmp_path / "council.json"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        read_council(path)
    assert any(fault.path.startswith(at) and reason in fault.reason for fault in caught.value.faults), caught.value


def test_all_kinds_of_faults_come_together(tmp_path: Path) -> None:
    data: dict[str, Any] = example()
    data["packages"][0]["lines"][0]["visits"][1]["duration_min"] = 0
    data["packages"][4]["home_ref"] = "H-9"
    data["packages"][4]["state"] = "live"
    data["contracts"][0]["max_hours"] = 10
    data["homes"][0] |= {"lon": 54.5, "lat": 1.5}
    data["nmae"] = 1
    path = tmp_path / "council.json"
    path.write_text(json.dumps(data).replace('"hours": 30.0', '"hours": NaN, "carers": 3'), encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        read_council(path)
    assert str(caught.value) == ALL_KINDS.strip()


ALL_KINDS = """
council.json: 11 faults
  capacity_returns[0].carers: is given more than once in the same object. Mend: keep one of them; it is not clear which one counts.
  capacity_returns[0].hours: is not a finite number. Mend: give a number, or leave the field out.
  packages[0].lines[0].visits[1].duration_min: 0 must be 5–1440. Mend: give a whole number 5–1440.
  nmae: is not a field of the format. Mend: did you mean name? Rename it, or remove it.
  packages[4].home_ref: "H-9" is no home of this file. Mend: add the home, or correct the ref.
  homes[0]: lies outside Britain, but not with lon and lat swapped. Mend: swap lon and lat: lon is east, lat is north.
  contracts[0].obligation_hours: 60 is above max_hours 10. Mend: raise max_hours, or lower obligation_hours.
  contracts[0].guaranteed_hours: 40 is above max_hours 10. Mend: raise max_hours, or lower guaranteed_hours.
  packages[4].provider_ref: is missing in a live package. Mend: name the provider that serves it, or set the state to waiting.
  packages[4].lines[0].visits[0].agreed_start: is missing in a live package. Mend: give the commissioned time HH:MM.
  packages[4].lines[0].visits[1].agreed_start: is missing in a live package. Mend: give the commissioned time HH:MM.
"""
