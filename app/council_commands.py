"""The commands ``careround council build`` and ``careround council fetch``. Exit codes as in ``app.cli``."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from app.console import guarded, print_json

if TYPE_CHECKING:
    from app.councils.build import Built

council = typer.Typer(
    name="council", help="A council's ground from published files: build it, or fetch the files.", no_args_is_help=True
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@council.command()
def build(
    out: Annotated[Path, typer.Option(help="The folder to make; it appears whole or not at all.")],
    name: Annotated[str, typer.Option(help="Name of the council.")],
    areas: Annotated[Path, typer.Option(help="LSOA boundaries: GeoJSON, TopoJSON, GeoPackage or Shapefile.")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day whose networks hold.")],
    membership: Annotated[Path | None, typer.Option(help="NHS epcncorepartnerdetails, CSV or ePCN XLSX.")] = None,
    registered: Annotated[Path | None, typer.Option(help="NHS gp-reg-pat-prac-lsoa.")] = None,
    practices: Annotated[Path | None, typer.Option(help="NHS epraccur.")] = None,
    overrides: Annotated[Path | None, typer.Option(help="CSV area_ref,pcn_ref: networks decided by people.")] = None,
    zones: Annotated[
        Path | None, typer.Option(help="Own zones: boundaries, or CSV area_ref,zone_ref,patch_ref; else networks.")
    ] = None,
    wards: Annotated[Path | None, typer.Option(help="Ward boundaries, for overlap tables.")] = None,
    postcodes: Annotated[Path | None, typer.Option(help="Code-Point Open or ONSPD; CSV or its ZIP.")] = None,
    uprns: Annotated[Path | None, typer.Option(help="OS Open UPRN; CSV or its ZIP.")] = None,
    population: Annotated[Path | None, typer.Option(help="Population by LSOA.")] = None,
    streets: Annotated[Path | None, typer.Option(help="OpenStreetMap extract, .osm.pbf.")] = None,
    place: Annotated[
        str | None, typer.Option(help="Instead of an extract: a place whose streets are fetched from OpenStreetMap.")
    ] = None,
    crs: Annotated[str | None, typer.Option(help="Reference system of --areas, if it does not state it.")] = None,
    code: Annotated[str | None, typer.Option(help="Column of codes in --areas, if it is not found by itself.")] = None,
    only: Annotated[str | None, typer.Option(help="Beginning of the names of the council's areas.")] = None,
    dated: Annotated[
        list[str] | None, typer.Option(help="When a file was published, such as areas=2021-12-31; may be repeated.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an earlier build.")] = False,
    as_json: AsJson = False,
) -> None:
    """Build a council's folder: areas, networks, zones, tables, provenance and a quality report with a map."""
    with guarded(as_json):
        from app.councils.build import build as run
        from app.councils.sources import RawFiles
        from app.ground import cache_folder

        raw = RawFiles(
            areas=areas,
            wards=wards,
            zones=zones,
            membership=membership,
            registered=registered,
            practices=practices,
            overrides=overrides,
            postcodes=postcodes,
            uprns=uprns,
            population=population,
            streets=streets,
            areas_crs=crs,
            areas_code=code,
        )
        day = date(on.year, on.month, on.day)
        built = run(
            raw,
            out,
            name=name,
            on=day,
            cache_dir=cache_folder(),
            only=only,
            place=place,
            dated=_dates(dated or []),
            replace=replace,
            tell=_teller(as_json),
        )
        _say(built, as_json)


@council.command()
def locate(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A built council.")],
    lon: Annotated[float | None, typer.Option(help="Longitude, degrees (WGS 84).")] = None,
    lat: Annotated[float | None, typer.Option(help="Latitude, degrees (WGS 84).")] = None,
    postcode: Annotated[str | None, typer.Option(help="A postcode instead of a point.")] = None,
    uprn: Annotated[str | None, typer.Option(help="A property's UPRN instead of a point.")] = None,
    practice: Annotated[str | None, typer.Option(help="The person's own practice, for the registered network.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say which area, patch, zone and network a point, a postcode or a UPRN belongs to."""
    with guarded(as_json):
        from dataclasses import asdict

        from app.councils.folder import finder_of

        finder = finder_of(folder)
        if postcode is not None:
            found = asdict(finder.postcode(postcode, practice_ref=practice))
        elif uprn is not None:
            found = asdict(finder.uprn(uprn, practice_ref=practice))
        elif lon is not None and lat is not None:
            found = asdict(finder.point(lon, lat, practice_ref=practice))
        else:
            raise ValueError("Give --postcode, --uprn, or both --lon and --lat.")
        if as_json:
            print_json(found)
        else:
            for name, value in found.items():
                Console().print(f"{name}: {'unknown' if value is None else value}", highlight=False, markup=False)


def _dates(stated: list[str]) -> dict[str, date]:
    """Read ``areas=2021-12-31`` and the like."""
    from app.councils.sources import KINDS

    found = {}
    for text in stated:
        kind, _, day = text.partition("=")
        if kind not in KINDS:
            raise ValueError(f"--dated {text}: {kind} is no kind of file; they are {', '.join(KINDS)}.")
        try:
            found[kind] = date.fromisoformat(day)
        except ValueError:
            raise ValueError(f"--dated {text}: {day} is no date. Write it as {kind}=YYYY-MM-DD.") from None
    return found


@council.command()
def fetch(
    name: Annotated[str, typer.Option(help="The council as the ONS writes it, such as Sheffield.")],
    out: Annotated[Path, typer.Option(help="Folder for the files.")],
    region: Annotated[
        str | None, typer.Option(help="Geofabrik's region, such as south-yorkshire; else no streets.")
    ] = None,
    registered: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m"], help="Month of the registered patients: a January, April, July or October."),
    ] = None,
    registered_url: Annotated[str | None, typer.Option(help="Address of that file, where it is known.")] = None,
    uprns: Annotated[bool, typer.Option("--uprns", help="Fetch OS Open UPRN too, over 600 MB.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch the published files; what is there already is kept, what broke off goes on."""
    with guarded(as_json):
        from app.councils.fetch import fetch_all
        from app.councils.publications import REGISTERED_PAGE, catalogue

        console = Console(stderr=True)

        def tell(line: str) -> None:
            console.print(line, highlight=False)

        month = None if registered is None else registered.date()
        wanted = catalogue(name, region, registered=month, registered_url=registered_url, properties=uprns)
        arrived = fetch_all(wanted, out, tell=tell)
        if as_json:
            print_json({"folder": str(out), "fetched": [one.file for one in arrived]})
        elif registered_url is None and registered is None:
            tell(
                f"Registered patients were not fetched: say --registered and a month. What there is: {REGISTERED_PAGE}"
            )


def _say(built: Built, as_json: bool) -> None:
    if as_json:
        print_json({"folder": str(built.folder), "findings": [list(one) for one in built.findings]})
        return
    console = Console()
    colours = {"look": "yellow", "note": "blue", "fine": "green"}
    for kind, sentence in built.findings:
        console.print(f"[{colours[kind]}]{kind}[/{colours[kind]}] {sentence}", highlight=False)
    console.print(f"Open {built.folder / 'quality.html'} in a browser.", highlight=False)


def _teller(as_json: bool) -> Any:
    console = Console(stderr=True)

    def tell(stage: str, done: int, _of: int) -> None:
        if done == 0 and not as_json:
            console.print(f"{stage} …", highlight=False)

    return tell
