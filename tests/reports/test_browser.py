"""The report in a real Chromium, from disk, with the network shut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from app.reports import Audience
from app.reports.html import write_report
from tests.reports.examples import ground_of, week

pytest.importorskip("playwright", reason="no playwright: pip install playwright")
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

pytestmark = pytest.mark.browser
AUDIENCES: tuple[Audience, ...] = ("internal", "shared")
DESKTOP, PHONE = (1280, 900), (390, 844)


@cache
def written(audience: Audience) -> Path:
    council, plan = week()
    path = Path(mkdtemp(prefix="careround-page-")) / f"{audience}.html"
    write_report(path, council, plan, ground=ground_of(council), audience=audience)
    return path


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        yield running
        running.close()


@contextmanager
def opened(browser: Browser, audience: Audience, size: tuple[int, int] = DESKTOP) -> Iterator[tuple[Page, list[str]]]:
    """The page and whatever it complained about or asked for."""
    wrong: list[str] = []
    view = ViewportSize(width=size[0], height=size[1])
    context = browser.new_context(viewport=view, offline=True, has_touch=size == PHONE)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    file = written(audience).as_uri()
    page.on("request", lambda request: wrong.append(request.url) if _elsewhere(request.url, file) else None)
    page.goto(file)
    try:
        yield page, wrong
    finally:
        context.close()


def _elsewhere(url: str, file: str) -> bool:
    return not (url.startswith("data:") or url.split("#", 1)[0] == file)


def colours_on_map(page: Page) -> int:
    """Distinct colours on the canvas: an empty one has a single colour."""
    page.wait_for_timeout(150)
    count: int = page.evaluate(
        """() => { const c = document.getElementById("map-canvas"), d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
        const seen = new Set(); for (let i = 0; i < d.length; i += 16) seen.add((d[i] << 16) | (d[i + 1] << 8) | d[i + 2]); return seen.size; }"""
    )
    return count


def picture(page: Page) -> str:
    page.wait_for_timeout(150)
    data: str = page.evaluate("() => document.getElementById('map-canvas').toDataURL()")
    return data


def visible_rows(page: Page, selector: str) -> int:
    count: int = page.evaluate("(s) => [...document.querySelectorAll(s)].filter((e) => !e.hidden).length", selector)
    return count


@pytest.mark.parametrize("audience", AUDIENCES)
def test_it_opens_from_disk_without_an_error_or_a_request_and_draws_its_map(
    browser: Browser, audience: Audience
) -> None:
    with opened(browser, audience) as (page, wrong):
        assert colours_on_map(page) > 20
        assert (
            page.evaluate(
                "() => performance.getEntriesByType('resource').filter((e) => !e.name.startsWith('data:')).length"
            )
            == 0
        )
        assert wrong == []


@pytest.mark.parametrize("audience", AUDIENCES)
def test_it_never_scrolls_sideways(browser: Browser, audience: Audience) -> None:
    with opened(browser, audience) as (page, _):
        page.evaluate("() => document.querySelectorAll('details').forEach((one, i) => { one.open = i % 3 === 0; })")
        for width in (1280, 768, 390, 320):
            page.set_viewport_size(ViewportSize(width=width, height=844))
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_filters_act_on_the_map_and_on_the_tables(browser: Browser) -> None:
    council, plan = week()
    with opened(browser, "internal") as (page, wrong):
        before = picture(page)
        page.get_by_role("button", name=re.compile("Show all .* rounds")).click()
        assert visible_rows(page, "#rounds-table tbody tr") == len(plan.rounds)
        zone = council.zones[0]
        page.get_by_label("Zone", exact=True).select_option(zone.zone_ref)
        here = [one for one in plan.rounds if one.zone_ref == zone.zone_ref]
        assert visible_rows(page, "#rounds-table tbody tr") == len(here)
        assert f"Showing {len(here)} of {len(plan.rounds)} rounds" in page.locator("#count").inner_text()
        page.get_by_label("Means").select_option("walk")
        walked = [one for one in here if one.mode == "walk"]
        assert visible_rows(page, "#rounds-table tbody tr") == len(walked)
        assert picture(page) != before
        page.get_by_role("button", name="Clear filters").click()
        page.wait_for_timeout(50)
        page.get_by_label("Find by name").fill(plan.rounds[3].round_ref.upper())
        assert visible_rows(page, "#rounds-table tbody tr") == 1
        page.get_by_label("Find by name").fill("nothing is called this")
        assert visible_rows(page, "#rounds-table tbody tr") == 0
        page.get_by_label("Find by name").fill("")
        page.get_by_label("Status", exact=True).select_option("new")
        assert visible_rows(page, "#rounds-table tbody tr") == sum(one.source == "proposed" for one in plan.rounds)
        assert wrong == []


def test_a_chosen_round_shows_its_timetable_and_its_stops(browser: Browser) -> None:
    _, plan = week()
    one = plan.rounds[0]
    with opened(browser, "internal") as (page, _):
        before = picture(page)
        value = page.evaluate(
            "(ref) => [...document.getElementById('choose').options].find((o) => o.text.startsWith(ref)).value",
            one.round_ref,
        )
        page.get_by_label("Choose a round").select_option(value)
        panel = page.locator("#panel")
        assert f"Timetable of {one.round_ref}" in panel.inner_text()
        for visit in one.days[0].visits:
            assert visit.package_ref in panel.inner_text()
            assert visit.start[:5] in panel.inner_text()
        assert picture(page) != before
        page.locator("#map-frame").click(position={"x": 4, "y": 300})
        assert "Timetable of" not in panel.inner_text()


def test_a_click_on_the_map_chooses_what_is_there(browser: Browser) -> None:
    with opened(browser, "internal") as (page, _):
        page.locator("#map-frame").scroll_into_view_if_needed()
        box = page.locator("#map-frame").bounding_box()
        assert box is not None
        for x in range(40, int(box["width"]) - 60, 12):
            page.mouse.move(box["x"] + x, box["y"] + box["height"] * 0.45)
            if page.evaluate("() => document.getElementById('map-frame').classList.contains('over')"):
                page.mouse.click(box["x"] + x, box["y"] + box["height"] * 0.45)
                break
        assert re.match("(Timetable of|Still waiting:) ", page.locator("#panel-title").inner_text())


def test_a_link_in_the_table_opens_the_timetable(browser: Browser) -> None:
    with opened(browser, "internal") as (page, _):
        page.locator("#rounds-table tbody a").first.click()
        assert page.evaluate("() => document.querySelector('details.round').open")


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_map_answers_to_the_keyboard_and_the_buttons(browser: Browser, audience: Audience) -> None:
    with opened(browser, audience) as (page, _):
        page.locator("#map-frame").focus()
        whole = seen = picture(page)
        for key in ("+", "ArrowLeft", "ArrowDown", "-"):
            page.keyboard.press(key)
            now = picture(page)
            assert now != seen
            seen = now
        page.keyboard.press("0")
        assert picture(page) == whole
        page.get_by_role("button", name="Zoom in").click()
        assert picture(page) != whole


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_wheel_scrolls_the_page_until_the_map_is_in_focus(browser: Browser, audience: Audience) -> None:
    with opened(browser, audience) as (page, _):
        page.locator("#map-frame").scroll_into_view_if_needed()
        page.locator("#map-frame").hover()
        before = picture(page)
        page.mouse.wheel(0, 10)
        assert picture(page) == before
        page.locator("#map-frame").focus()
        page.mouse.wheel(0, -300)
        assert picture(page) != before


def test_a_shared_area_says_its_number(browser: Browser) -> None:
    with opened(browser, "shared", PHONE) as (page, wrong):
        page.locator("#map-frame").tap(position={"x": 180, "y": 210})
        assert re.search("people with care|number hidden", page.locator("#area-here").inner_text())
        assert wrong == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_axe_finds_nothing_against_wcag_22_aa(browser: Browser, audience: Audience, size: tuple[int, int]) -> None:
    axe = pytest.importorskip("axe_playwright_python.base", reason="no axe-core: pip install axe-playwright-python")
    with opened(browser, audience, size) as (page, _):
        page.evaluate("() => document.querySelectorAll('details').forEach((one, i) => { one.open = i % 7 === 0; })")
        page.evaluate(axe.AXE_FILE_PATH.read_text("utf-8"))
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found: dict[str, Any] = page.evaluate(
            "(tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })", rules
        )
        assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found["violations"]] == []
