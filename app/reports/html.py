"""One self-contained page: everything it shows is inside it, and it can load nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.formats.council import CouncilFile, StreetsTravel
from app.formats.plan import PlanFile
from app.ground import SHIPPED, Ground
from app.reports import Audience
from app.reports.attribution import attributions, map_credit
from app.reports.drawing import background, rounds_and_homes
from app.reports.internal import internal_context
from app.reports.shared import shading, shared_context, zone_lines
from app.reports.totals import totals_of
from app.reports.week import Week
from app.reports.whole import write_whole
from solver.marginal import MarginalValue

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def write_report(
    path: Path | str,
    council: CouncilFile,
    plan: PlanFile,
    *,
    ground: Ground,
    audience: Audience = "shared",
    capacity: Sequence[MarginalValue] | None = None,
) -> None:
    """Write the report of a plan as one HTML file.

    Parameters
    ----------
    path
        The file; an older one is replaced in one step.
    council, plan
        The week and the proposal for it.
    ground
        Where the homes lie; its streets are the map's background.
    audience
        ``shared`` holds no person-level point, line, timetable or reference, also not hidden in its data.
    capacity
        What a step more of each limit is worth, for the internal report; left out when not worked out.
    """
    write_whole(path, report(council, plan, ground=ground, audience=audience, capacity=capacity).encode())


def report(
    council: CouncilFile,
    plan: PlanFile,
    *,
    ground: Ground,
    audience: Audience = "shared",
    capacity: Sequence[MarginalValue] | None = None,
) -> str:
    """Compose the report of a plan.

    Parameters
    ----------
    council, plan
        The week and the proposal for it.
    ground
        Where the homes lie.
    audience
        As in :func:`write_report`.
    capacity
        The same.

    Returns
    -------
    str
        The page.
    """
    week = Week(council=council, plan=plan, ground=ground)
    context: dict[str, Any] = {
        "council": council.name,
        "fictional": council.fictional,
        "real_streets": isinstance(council.travel, StreetsTravel) and council.travel.file != SHIPPED,
        "week": f"{council.week.starts_on:%A} {council.week.starts_on.day} {council.week.starts_on:%B %Y}",
        "provenance": plan.provenance,
        "note": council.note,
        "attributions": attributions(council),
        "map_credit": map_credit(council),
        "css": _asset("report.css"),
    }
    if audience == "internal":
        drawing = background(week)
        drawing |= rounds_and_homes(week, drawing["origin"])
        context |= internal_context(week, capacity)
        scripts = ("map.js", "internal.js")
    else:
        totals = totals_of(week)
        drawing = background(week, shading(week, totals)) | {"zoneLines": zone_lines(week, totals)}
        context |= shared_context(week, totals)
        scripts = ("map.js", "shared.js")
    context["map_data"] = _json_for_page(drawing)
    context["script"] = _as_one_script(scripts)
    return _environment().get_template(f"{audience}.html.j2").render(context)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _asset(name: str) -> Any:
    from markupsafe import Markup

    return Markup((TEMPLATES / name).read_text("utf-8"))  # noqa: S704 - our own file, not input


def _as_one_script(names: tuple[str, ...]) -> Any:
    from markupsafe import Markup

    body = "\n".join((TEMPLATES / name).read_text("utf-8") for name in names)
    return Markup(f'(() => {{\n"use strict";\n{body}}})();')  # noqa: S704 - our own files, not input


def _json_for_page(data: dict[str, Any]) -> Any:
    from markupsafe import Markup

    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Inside a script element only these could end it or start a comment.
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704
