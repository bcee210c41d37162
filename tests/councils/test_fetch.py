from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.councils import fetch as fetching
from app.councils import publications
from app.councils.fetch import Unfetched, fetch_all
from app.councils.publications import CATALOGUE, Publication, catalogue
from geo.boundaries import read_areas
from geo.pcn import read_registered
from geo.postcodes import read_code_point
from tests.councils.files import published
from tests.councils.publisher import Publisher, publishing

BIG = bytes(range(256)) * 4000


def file_of(publisher: Publisher, name: str = "big.pbf", checksum_url: str | None = None) -> Publication:
    url = f"{publisher.address}/{name}"
    return Publication(kind="streets", url=url, file=name, page="the publisher's page", checksum_url=checksum_url)


def fetched(publisher: Publisher, folder: Path, one: Publication | None = None) -> list[fetching.Fetched]:
    return fetch_all((one or file_of(publisher),), folder, timeout_s=5, pause_s=0)


def test_a_file_arrives_whole_and_is_recorded(tmp_path: Path) -> None:
    with publishing(Publisher(files={"/big.pbf": BIG})) as publisher:
        (got,) = fetched(publisher, tmp_path)
        assert fetched(publisher, tmp_path) == []
    assert (tmp_path / "big.pbf").read_bytes() == BIG
    assert got.sha256 == hashlib.sha256(BIG).hexdigest()
    record = json.loads((tmp_path / "fetched.json").read_text())
    assert record["big.pbf"]["size_bytes"] == len(BIG)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["big.pbf", "fetched.json"]
    assert len(publisher.asked) == 1


def test_a_broken_connection_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with publishing(Publisher(files={"/big.pbf": BIG}, break_after=300_000, breaks=2)) as publisher:
        fetched(publisher, tmp_path)
    assert (tmp_path / "big.pbf").read_bytes() == BIG
    assert [asked for _, asked in publisher.asked] == [None, "bytes=300000-", "bytes=600000-"]


def test_a_later_call_goes_on_too(tmp_path: Path) -> None:
    with publishing(Publisher(files={"/big.pbf": BIG}, break_after=200_000, breaks=3)) as publisher:
        with pytest.raises(Unfetched, match="kept: run the command again"):
            fetched(publisher, tmp_path)
        assert not (tmp_path / "big.pbf").exists()
        (got,) = fetched(publisher, tmp_path)
    assert got.resumed_from == 600_000
    assert (tmp_path / "big.pbf").read_bytes() == BIG


def test_another_edition_is_fetched_from_its_beginning(tmp_path: Path) -> None:
    with publishing(Publisher(files={"/big.pbf": BIG}, break_after=200_000, breaks=3)) as publisher:
        with pytest.raises(Unfetched):
            fetched(publisher, tmp_path)
        publisher.files["/big.pbf"], publisher.etag = BIG[::-1], '"second"'
        fetched(publisher, tmp_path)
    assert (tmp_path / "big.pbf").read_bytes() == BIG[::-1]


@pytest.mark.parametrize("right", [True, False])
def test_the_published_checksum_decides(tmp_path: Path, right: bool) -> None:
    digest = hashlib.md5(BIG if right else b"other").hexdigest()
    with publishing(Publisher(files={"/big.pbf": BIG, "/big.pbf.md5": f"{digest}  big.pbf\n".encode()})) as publisher:
        one = file_of(publisher, checksum_url=f"{publisher.address}/big.pbf.md5")
        if right:
            fetched(publisher, tmp_path, one)
            assert (tmp_path / "big.pbf").read_bytes() == BIG
        else:
            with pytest.raises(Unfetched, match="checksum differs"):
                fetched(publisher, tmp_path, one)
            assert not any(
                path.name.startswith("big.pbf") and not path.name.endswith("etag") for path in tmp_path.iterdir()
            )


@pytest.mark.parametrize(
    ("name", "content"), [("codepo.zip", b"sorry"), ("epraccur.csv", b"<!DOCTYPE html><p>Not found")]
)
def test_a_page_does_not_pass_for_a_file(tmp_path: Path, name: str, content: bytes) -> None:
    told = pytest.raises(Unfetched, match="Its address may have changed; look at the publisher's page")
    with publishing(Publisher(files={f"/{name}": content})) as publisher, told:
        fetched(publisher, tmp_path, file_of(publisher, name))
    assert not (tmp_path / name).exists()


def test_a_refusal_is_told_and_what_came_before_is_kept(tmp_path: Path) -> None:
    with publishing(Publisher(files={"/big.pbf": BIG})) as publisher:
        both = (file_of(publisher), file_of(publisher, "gone.pbf"))
        with pytest.raises(Unfetched, match=r"answered 404 for gone\.pbf"):
            fetch_all(both, tmp_path, timeout_s=5, pause_s=0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["big.pbf", "fetched.json"]


def test_without_a_network_the_command_says_so_and_ends_with_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with publishing(Publisher()) as publisher:
        nobody = publisher.address  # free again after the block
    monkeypatch.setattr(publications, "CATALOGUE", (dataclasses.replace(CATALOGUE[2], url=f"{nobody}/x.csv"),))
    monkeypatch.setattr(fetching, "_TRIES", 1)
    answer = CliRunner().invoke(app, ["council", "fetch", "--name", "Bankside", "--out", str(tmp_path / "raw")])
    assert answer.exit_code == 2
    assert "could not be fetched" in answer.output
    assert "Is there internet here?" in answer.output


def test_a_layer_is_fetched_page_by_page_for_one_council(tmp_path: Path) -> None:
    features = json.loads(published(tmp_path / "raw").areas.read_text())["features"]
    with publishing(Publisher(features=features)) as publisher:
        areas = catalogue("Bankside")[0]
        one = dataclasses.replace(areas, url=publisher.address)
        (got,) = fetched(publisher, tmp_path, one)
        with pytest.raises(Unfetched, match="knows no area with LSOA21NM LIKE 'Elsewhere %'"):
            fetched(publisher, tmp_path / "two", dataclasses.replace(one, where="LSOA21NM LIKE 'Elsewhere %'"))
        with pytest.raises(Unfetched, match=r"refused .*Invalid query"):
            fetched(publisher, tmp_path / "two", dataclasses.replace(one, where="NAME = 'x'"))
        publisher.page = 0
        with pytest.raises(Unfetched, match="gave 0 of 24 areas"):
            fetched(publisher, tmp_path / "two", one)
    assert len(read_areas(tmp_path / got.file)) == 24
    assert len([path for path, _ in publisher.asked if "resultOffset" in path]) == 5


def zipped(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def test_archives_are_read_as_they_are_published(tmp_path: Path) -> None:
    header = "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS\n"
    row = "GP_PRAC,01APR2026,Z00001,QUAY,E01990000,{},{}\n"
    patients = zipped(
        **{
            f"gp-reg-pat-prac-lsoa-{who}.csv": header + row.format(who, n)
            for who, n in (("all", 9), ("female", 5), ("male", 4))
        }
    )
    postcodes = zipped(
        **{
            "Doc/headers.csv": "PC,PQ,EA,NO\n",
            "Data/CSV/aa.csv": '"AA1 1AA",10,400000,400000\n',
            "Data/CSV/zz.csv": '"ZZ1 1ZZ",10,500000,400000\n',
        }
    )
    with publishing(Publisher(files={"/reg.zip": patients, "/codepo.zip": postcodes})) as publisher:
        fetch_all((file_of(publisher, "reg.zip"), file_of(publisher, "codepo.zip")), tmp_path, timeout_s=5, pause_s=0)
    assert read_registered(tmp_path / "reg.zip")["patients"].tolist() == [9]
    assert read_code_point(tmp_path / "codepo.zip")["postcode"].tolist() == ["AA1 1AA", "ZZ1 1ZZ"]


def test_the_catalogue_names_real_publishers_and_quotes_the_council() -> None:
    wanted = {
        one.kind: one for one in catalogue("King's Lynn", "norfolk", registered=date(2026, 10, 1), properties=True)
    }
    assert list(wanted) == [
        "areas", "wards", "membership", "practices", "postcodes", "uprns", "streets", "registered",
    ]  # fmt: skip
    assert wanted["areas"].where == "LSOA21NM LIKE 'King''s Lynn %'"
    assert wanted["wards"].where == "LAD24NM = 'King''s Lynn' OR LAD24NM LIKE 'King''s Lynn, %'"
    assert wanted["streets"].url.endswith("/england/norfolk-latest.osm.pbf")
    assert wanted["registered"].url.endswith("/patients-registered-at-a-gp-practice/october-2026")
    assert all(one.url.startswith("https://") for one in wanted.values())
    known = catalogue("Sheffield", registered_url="https://files.digital.nhs.uk/5C/704155/gp-reg-pat-prac-lsoa-x.zip")
    assert [one.file for one in known][-1] == "gp-reg-pat-prac-lsoa-x.zip"
    assert {"streets", "uprns"} & {one.kind for one in known} == set()
    with pytest.raises(ValueError, match="not for May"):
        catalogue("Sheffield", registered=date(2026, 5, 1))


def registered_page(*links: str) -> bytes:
    anchors = "".join(f'<a class="nhsd-a-box-link" href="{link}">CSV</a>' for link in links)
    return f"<!DOCTYPE html><html><body><h1>October</h1>{anchors}</body></html>".encode()


def test_registered_patients_are_found_on_the_page_of_their_month(tmp_path: Path) -> None:
    files = "https://files.digital.nhs.uk"
    of_2011, of_2021 = (f"{files}/5C/70415{k}/gp-reg-pat-prac-lsoa-20{k}1-male-female-Oct-26.zip" for k in (1, 2))
    other = f"{files}/43/1AEFAA/gp-reg-pat-prac-quin-age.zip"
    patients = zipped(
        **{"gp-reg-pat-prac-lsoa-all.csv": "PRACTICE_CODE,LSOA_CODE,NUMBER_OF_PATIENTS\nZ00001,E01990000,9\n"}
    )
    page = registered_page(other, of_2011, of_2021)
    published_at = {"/october-2026": page, "/5C/704152/gp-reg-pat-prac-lsoa-2021-male-female-Oct-26.zip": patients}
    (one,) = [one for one in catalogue("Sheffield", registered=date(2026, 10, 1)) if one.kind == "registered"]
    assert one.link is not None
    assert re.findall(one.link, page.decode()) == [of_2011, of_2021]
    assert re.findall(one.link, f'href="{files}/AA/AE3EDC/gp-reg-pat-prac-lsoa-male-female-oct-22..zip"') != []
    with publishing(Publisher(files=published_at)) as publisher:
        here = publisher.address
        publisher.files["/october-2026"] = page.replace(files.encode(), here.encode())
        link = one.link.replace(re.escape(files), re.escape(here))
        (got,) = fetched(publisher, tmp_path, dataclasses.replace(one, url=f"{here}/october-2026", link=link))
        publisher.files["/october-2026"] = registered_page(other)
        with pytest.raises(Unfetched, match=r"offers no such file\. It may not be out yet"):
            fetched(publisher, tmp_path / "two", dataclasses.replace(one, url=f"{here}/october-2026", link=link))
    assert got.url.endswith("/5C/704152/gp-reg-pat-prac-lsoa-2021-male-female-Oct-26.zip")
    assert read_registered(tmp_path / "gp-reg-pat-prac-lsoa-2026-10.zip")["patients"].tolist() == [9]


@pytest.mark.parametrize("right", [True, False])
def test_a_checksum_in_a_list_of_downloads_counts_too(tmp_path: Path, right: bool) -> None:
    content = zipped(**{"Data/CSV/aa.csv": '"AA1 1AA",10,400000,400000\n'})
    digest = hashlib.md5(content if right else b"other").hexdigest()
    downloads = [{"area": "GB", "format": "CSV", "fileName": "codepo_gb.zip", "md5": digest, "size": len(content)}]
    files = {"/codepo_gb.zip": content, "/downloads": json.dumps(downloads).encode()}
    with publishing(Publisher(files=files)) as publisher:
        one = file_of(publisher, "codepo_gb.zip", checksum_url=f"{publisher.address}/downloads")
        if right:
            fetched(publisher, tmp_path, one)
        else:
            with pytest.raises(Unfetched, match="checksum differs"):
                fetched(publisher, tmp_path, one)
    assert (tmp_path / "codepo_gb.zip").exists() == right
