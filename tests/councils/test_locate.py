from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.councils.build import build
from tests.councils.files import code, published


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("bankside")
    raw = published(here / "raw")
    return build(raw, here / "built", name="Bankside", on=date(2026, 11, 16), cache_dir=here).folder


def asked(*words: str) -> Result:
    return CliRunner().invoke(app, ["council", "locate", *words])


def test_a_postcode_is_located_with_the_practices_network_apart(folder: Path) -> None:
    answer = asked(str(folder), "--postcode", "zz6 0aa", "--practice", "Z00001", "--json")
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert (found["area_ref"], found["zone_ref"], found["pcn_ref"]) == (code(5, 0), "U99002", "U99002")
    assert found["registered_pcn_ref"] == "U99001"


def test_a_property_is_located_by_its_number(folder: Path) -> None:
    found = json.loads(asked(str(folder), "--uprn", "000000001005", "--json").stdout)
    assert (found["area_ref"], found["zone_ref"]) == (code(5, 0), "U99002")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--postcode", "ZZ9 9ZZ"], "not among those that are known"),
        (["--uprn", "999"], "not among those that are known"),
        (["--lon", "0", "--lat", "0"], "stands for a missing value"),
        (["--lon", "648000", "--lat", "541000"], "British National Grid metres"),
        (["--lon", "1"], "Give --postcode, --uprn, or both --lon and --lat"),
    ],
)
def test_a_fault_is_a_sentence_and_ends_with_two(folder: Path, words: list[str], says: str) -> None:
    answer = asked(str(folder), *words)
    assert answer.exit_code == 2
    assert says in " ".join(answer.output.split())


def test_a_folder_that_is_no_council_is_named(tmp_path: Path) -> None:
    answer = asked(str(tmp_path), "--postcode", "ZZ1 1AA")
    assert answer.exit_code == 2
    assert "no built council" in " ".join(answer.output.split())
