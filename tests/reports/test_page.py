"""The report as a file: what it says, and that it can load nothing."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.formats.council import CouncilFile, StraightLineTravel, StreetsTravel
from app.formats.plan import PlanFile
from app.reports.attribution import attributions
from app.reports.html import report
from app.reports.whole import write_whole
from tests.reports.examples import ground_of, week

AUDIENCES = ("internal", "shared")


@cache
def page(audience: str) -> str:
    council, plan = week()
    return report(council, plan, ground=ground_of(council), audience="internal" if audience == "internal" else "shared")


def renamed(name: str) -> tuple[CouncilFile, PlanFile]:
    council, plan = week()
    providers = tuple(provider.model_copy(update={"name": name}) for provider in council.providers)
    zones = tuple(zone.model_copy(update={"name": name}) for zone in council.zones)
    return council.model_copy(update={"providers": providers, "zones": zones, "name": name, "note": name}), plan


class Structure(HTMLParser):
    """Elements that pages are judged by."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.hrefs: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "label":
            self.labelled.add(str(given["for"]))
        if tag in ("select", "input"):
            self.controls.append(given)
        if "href" in given:
            self.hrefs.append(str(given["href"]))


def structure(audience: str) -> Structure:
    found = Structure()
    found.feed(re.sub(r"<(script|style)\b.*?</\1>", "", page(audience), flags=re.DOTALL))
    return found


@pytest.mark.parametrize("audience", AUDIENCES)
def test_it_points_to_nothing_outside_itself(audience: str) -> None:
    assert not re.search(r"(https?:|['\"(])//", page(audience))
    assert not re.search(r"\b(src|srcset|action|formaction|poster)=", page(audience))
    assert "@import" not in page(audience)
    assert all(href.startswith(("#", "data:,")) for href in structure(audience).hrefs)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_its_policy_forbids_loading_anything(audience: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page(audience))
    assert policy is not None
    assert policy[1].startswith("default-src 'none';")
    assert "http" not in policy[1]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_ids_are_unique_headings_in_order_controls_labelled_links_lead_somewhere(audience: str) -> None:
    found = structure(audience)
    assert len(found.ids) == len(set(found.ids))
    assert found.headings[0] == 1
    assert found.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(found.headings, found.headings[1:], strict=False))
    assert all(control.get("id") in found.labelled or control.get("aria-label") for control in found.controls)
    assert {href[1:] for href in found.hrefs if href.startswith("#")} <= set(found.ids)
    assert {"main", "nav", "header", "footer"} <= set(found.tags)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_it_says_who_it_is_for_that_it_is_fictional_and_that_people_decide(audience: str) -> None:
    text = page(audience)
    assert ">Fictional<" in text
    assert "A proposal: people decide." in text
    assert f">{audience.capitalize()}<" in text
    assert "Week of Monday 23 November 2026" in text


def test_a_council_that_is_not_fictional_has_no_such_banner() -> None:
    council, plan = week()
    real = council.model_copy(update={"fictional": False})
    assert ">Fictional<" not in report(real, plan, ground=ground_of(real), audience="shared")


def test_every_round_has_its_timetable_with_identical_days_together() -> None:
    _, plan = week()
    text = page("internal")
    for one in plan.rounds:
        assert f'<span class="round-ref">{one.round_ref}</span>' in text
    assert "<caption>Every day</caption>" in text
    assert text.count('class="round"') == len(plan.rounds)


def test_every_unplaced_package_has_every_providers_reasons() -> None:
    _, plan = week()
    text = page("internal")
    for one in plan.unplaced:
        assert f"Providers for {one.package_ref}" in text
    assert "6.5 h more in zone West" in text
    assert "No workable round" in text


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><b>', "{{ 7*7 }}"]
)
def test_names_from_the_file_stay_text(audience: str, name: str) -> None:
    council, plan = renamed(name)
    text = report(council, plan, ground=ground_of(council), audience="internal" if audience == "internal" else "shared")
    assert "<script>alert" not in text
    assert "<img" not in text
    assert '"><b>' not in text.replace("&#34;&gt;&lt;b&gt;", "")
    assert text.split("<title>")[1].split("</title>")[0].split(": ")[-1] != "49"
    assert text.count("</script>") == 2


def test_a_plan_without_anything_still_makes_a_page() -> None:
    council, plan = week()
    empty = plan.model_copy(
        update={
            "placements": (),
            "unplaced": (),
            "rounds": (),
            "levels": (),
            "kpis": {},
            "inherited": (),
            "contract_refusals": (),
        }
    )
    nobody = council.model_copy(update={"packages": (), "homes": ()})
    for audience in ("internal", "shared"):
        text = report(
            nobody, empty, ground=ground_of(nobody), audience="internal" if audience == "internal" else "shared"
        )
        assert "Weekly capacity proposal" in text
    assert "Nobody: every waiting package has a place." in report(
        nobody, empty, ground=ground_of(nobody), audience="internal"
    )


def test_the_same_plan_makes_the_same_page() -> None:
    council, plan = week()
    assert report(council, plan, ground=ground_of(council), audience="internal") == page("internal")


def test_without_a_street_network_legs_are_straight_and_the_map_says_so() -> None:
    council, plan = week()
    straight = council.model_copy(update={"travel": StraightLineTravel(source="straight_line")})
    text = report(straight, plan, ground=ground_of(straight), audience="internal")
    assert "No street network: straight lines" in text
    assert '"streets":{}' in text


def test_real_streets_are_credited() -> None:
    council, _ = week()
    real = StreetsTravel(source="streets", file="newport.osm.pbf", sha256="0" * 64)
    areas = tuple(area.model_copy(update={"area_ref": "E01000001"}) for area in council.areas)
    said = " ".join(attributions(council.model_copy(update={"travel": real, "areas": areas})))
    assert "© OpenStreetMap contributors" in said
    assert "Open Government Licence" in said


def _full(*_paths: Path) -> None:
    raise OSError("disk full")


def test_a_crash_while_writing_leaves_the_old_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.html"
    target.write_text("last week's")
    monkeypatch.setattr(Path, "replace", _full)
    with pytest.raises(OSError, match="disk full"):
        write_whole(target, b"this week's")
    assert target.read_text() == "last week's"
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]
