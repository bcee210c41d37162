"""The command ``careround``. Exit codes: 0 fine, 1 the answer is no, 2 bad input or usage, 3 an error inside."""

from __future__ import annotations

import json
import platform
import resource
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app import __version__
from app.council_commands import council as council_commands

if TYPE_CHECKING:
    from app.formats.council import CouncilFile
    from app.formats.plan import PlanFile
    from solver.marginal import MarginalValue
    from solver.solve import Progress as Tell

app = typer.Typer(
    name="careround",
    help="Home care packages become walkable rounds. Plans are proposals: people decide.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(council_commands)
MOST_SHOWN = 30
"""Faults or violations printed before the rest is only counted."""


class Profile(StrEnum):
    """The five council profiles."""

    sheffield = "sheffield"
    bradford = "bradford"
    rotherham = "rotherham"
    leeds = "leeds"
    merton = "merton"


class Grade(StrEnum):
    """How well the council knows its live rounds."""

    none = "none"
    returns = "returns"
    ecm = "ecm"
    declared = "declared"


class Audience(StrEnum):
    """Who will see a report."""

    shared = "shared"
    internal = "internal"


CouncilPath = Annotated[Path, typer.Argument(metavar="COUNCIL", help="A council file (.json).")]
PlanPath = Annotated[Path, typer.Argument(metavar="PLAN", help="A plan file (.json).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of tables.")]
Seed = Annotated[int, typer.Option(help="Of every random choice; the same seed gives the same file.")]
ProveOption = Annotated[
    int, typer.Option(min=0, max=1000, help="Turns of the proof of how little rounds could cost; 0: none.")
]
StepHours = Annotated[float, typer.Option(min=0.25, max=10_000, help="Carer-hours that --capacity relaxes a limit by.")]
EffortOption = Annotated[int, typer.Option(min=1, max=100, help="Searches per zone.")]
Processes = Annotated[int, typer.Option(min=1, max=64, help="Zones solved at once; changes nothing in the plan.")]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"careround {__version__}")  # noqa: T201  # the answer itself
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Home care packages become walkable rounds. Plans are proposals: people decide."""


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("out"),
    seed: Seed = 1,
    scale: Annotated[float, typer.Option(min=0.01, max=2, help="Share of the 650 people.")] = 1.0,
    effort: EffortOption = 3,
    processes: Processes = 2,
    as_json: AsJson = False,
) -> None:
    """Allocate the fictional borough's week on the Merton profile, with report, map, workbook and figures."""
    with _guarded(as_json):
        from app.ground import cache_folder
        from app.synth import synth

        out.mkdir(parents=True, exist_ok=True)
        with _progress(as_json) as tell:
            tell("making the fictional borough's week", 0, 1, {})
            council = synth(
                "merton", seed=seed, scale=scale, rounds="declared", relative_to=out, cache_dir=cache_folder()
            )
            tell("making the fictional borough's week", 1, 1, {})
            plan, run = _allocate(council, out, seed, {"searches": effort, "processes": processes}, tell)
            _write_all(out, council, plan, run, tell)
        _say_plan(plan, as_json)
        if not as_json:
            console = Console()
            console.print(
                f"\nOpen [bold]{out / 'report.html'}[/bold] in a browser. It is the internal report, with homes and times: "
                "the demo's people and borough are fictional."
            )
            console.print(f"Check it: careround verify {out / 'council.json'} {out / 'plan.json'}")


@app.command()
def allocate(
    council: CouncilPath,
    out: Annotated[Path, typer.Option(help="The plan file to write; run.json goes beside it.")],
    seed: Seed = 1,
    effort: EffortOption = 3,
    prove: ProveOption = 0,
    processes: Processes = 2,
    start: Annotated[
        Path | None,
        typer.Option(help="A plan to start from as well, last week's for instance; what fits of it is kept."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose providers and rounds for everybody who waits; the plan is verified before it is written."""
    with _guarded(as_json):
        from app.formats.read import read_plan, write_json

        _folder_of(out)
        read = _read_council(council)
        last = None if start is None else read_plan(start)
        with _progress(as_json) as tell:
            asked = {"searches": effort, "prove": prove, "processes": processes}
            plan, run = _allocate(read, council.parent, seed, asked, tell, last)
        write_json(out, plan)
        _write_run(out.with_name(f"{out.stem}.run.json"), run)
        if not as_json:
            _say_dropped(run.get("dropped_from_start", []))
        _say_plan(plan, as_json)


@app.command()
def verify(council: CouncilPath, plan: PlanPath, as_json: AsJson = False) -> None:
    """Check a plan independently of the engine; exit 0 only when no violation is new."""
    with _guarded(as_json):
        from app.allocate import check
        from app.formats.read import read_plan
        from app.problem import problem_of

        read, stated = _read_council(council), read_plan(plan)
        with _progress(as_json) as tell:
            tell("verifying", 0, 1, {})
            found = check(problem_of(read, council.parent), read, stated)
            tell("verifying", 1, 1, {})
        new = [one for one in found if not one.inherited]
        inherited = [one for one in found if one.inherited]
        if as_json:
            fields = ("code", "rule", "where", "sentence", "excess", "inherited")
            _print_json({"new": len(new), "violations": [{f: getattr(one, f) for f in fields} for one in found]})
        else:
            console = Console()
            for one in new[:MOST_SHOWN]:
                console.print(f"[red]{one.code}[/red] {one.where}: {one.sentence}", highlight=False)
            if len(new) > MOST_SHOWN:
                console.print(f"… and {len(new) - MOST_SHOWN} more (--json lists all).")
            for one in inherited[:MOST_SHOWN]:
                console.print(f"[dim]inherited {one.code} {one.where}: {one.sentence}[/dim]", highlight=False)
            if len(inherited) > MOST_SHOWN:
                console.print(f"[dim]… and {len(inherited) - MOST_SHOWN} more inherited (--json lists all).[/dim]")
            console.print(
                f"{len(new)} new violation(s); {len(inherited)} inherited from live rounds. "
                f"{len(stated.placements)} placed, {len(stated.unplaced)} waiting, {len(stated.rounds)} rounds checked."
            )
        if new:
            raise typer.Exit(1)


@app.command()
def explain(
    council: CouncilPath,
    plan: PlanPath,
    package: Annotated[str | None, typer.Argument(help="Ref of a waiting package.")] = None,
    provider: Annotated[str | None, typer.Option(help="Only this provider.")] = None,
    capacity: Annotated[bool, typer.Option("--capacity", help="What a little more capacity is worth instead.")] = False,
    step_hours: StepHours = 10.0,
    as_json: AsJson = False,
) -> None:
    """Say where a package went and why, why not elsewhere, and the least change that would help, proven.

    With --capacity: which limits keep people waiting, and whom a step more of each would place, proven on the rounds.
    """
    with _guarded(as_json):
        if (package is None) != capacity:
            raise typer.BadParameter("Name a PACKAGE to be explained, or ask for --capacity; one of the two.")
        if package is None:
            _explain_capacity(council, plan, provider, step_hours, as_json)
            return
        from app.explain import explain as explain_package
        from app.formats.read import read_plan

        read, stated = _read_council(council), read_plan(plan)
        _known_provider(read, provider)
        with _progress(as_json) as tell:
            tell("explaining, and proving every unlock", 0, 1, {})
            told = explain_package(read, stated, package, folder=council.parent, provider_ref=provider)
            tell("explaining, and proving every unlock", 1, 1, {})
        if as_json:
            _print_json(_explanation_json(told))
        else:
            _say_explanation(told, read)


def _known_provider(council: CouncilFile, provider: str | None) -> None:
    from app.explain import UnknownPackage

    if provider is not None and provider not in {one.provider_ref for one in council.providers}:
        raise UnknownPackage(f"No provider {provider} in the council file.")


def _explain_capacity(council: Path, plan: Path, provider: str | None, step_hours: float, as_json: bool) -> None:
    from app.capacity import capacity, stated
    from app.formats.read import read_plan
    from app.terminal import capacity_table

    read, proposal = _read_council(council), read_plan(plan)
    _known_provider(read, provider)
    with _progress(as_json) as tell:
        tell("relaxing every limit in the way", 0, 1, {})
        found = capacity(read, proposal, folder=council.parent, step_hours=step_hours)
        tell("relaxing every limit in the way", 1, 1, {})
    values = [one for one in found if provider in (None, one.provider_ref)]
    if as_json:
        _print_json({"step_hours": step_hours, "limits": [stated(one) for one in values]})
    else:
        Console().print(capacity_table(values, read))


@app.command()
def synth(
    profile: Annotated[Profile, typer.Option(help="Which council's contract model and size.")],
    out: Annotated[Path, typer.Option(help="The council file to write.")],
    seed: Seed = 1,
    scale: Annotated[float, typer.Option(min=0.001, max=5, help="Share of the profile's people.")] = 1.0,
    network: Annotated[
        Path | None, typer.Option(help="A real town's streets (.osm.pbf); else the fictional borough.")
    ] = None,
    areas: Annotated[Path | None, typer.Option(help="Areas of that town; else a grid.")] = None,
    rounds: Annotated[Grade, typer.Option(help="How well live rounds are known.")] = Grade.declared,
    week: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The planned Monday.")] = datetime(2026, 11, 23),  # noqa: DTZ001  # a date, not a time
    as_json: AsJson = False,
) -> None:
    """Make a council file of fictional people, on the fictional borough or on a real town."""
    with _guarded(as_json):
        from app.formats.read import write_json
        from app.ground import cache_folder
        from app.synth import synth as make

        _folder_of(out)
        with _progress(as_json) as tell:
            tell("making a council", 0, 1, {})
            council = make(
                profile.value,
                seed=seed,
                scale=scale,
                network=network,
                areas=areas,
                rounds=rounds.value,
                week=date(week.year, week.month, week.day),
                relative_to=out.parent,
                cache_dir=cache_folder(),
            )
            tell("making a council", 1, 1, {})
        write_json(out, council)
        waiting = sum(one.state == "waiting" for one in council.packages)
        facts = {
            "council": council.name,
            "packages": len(council.packages),
            "waiting": waiting,
            "providers": len(council.providers),
            "live_rounds": len(council.rounds),
            "file": str(out),
        }
        _say_facts(facts, as_json)


@app.command("infer-rounds")
def infer_rounds(
    council: CouncilPath,
    out: Annotated[Path, typer.Option(help="The council file to write.")],
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Bundle live packages into plausible rounds of their providers, marked as inferred."""
    with _guarded(as_json):
        from app.formats.read import write_json
        from app.infer import with_inferred_rounds

        _folder_of(out)
        read = _read_council(council)
        with _progress(as_json) as tell:
            tell("inferring live rounds", 0, 1, {})
            inferred = with_inferred_rounds(read, council.parent, seed=seed)
            tell("inferring live rounds", 1, 1, {})
        write_json(out, inferred)
        visits = sum(len(day.visits) for one in inferred.rounds for day in one.days)
        _say_facts({"live_rounds": len(inferred.rounds), "visits_on_rounds": visits, "file": str(out)}, as_json)


@app.command()
def serve(
    council: CouncilPath,
    plan: Annotated[Path | None, typer.Option(help="A plan file to start from.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the REST API for a council. State is in memory: it is gone when the service stops."""
    with _guarded(False):
        from app.main import serve as run

        run(council, plan, host, port)


@app.command()
def report(
    council: CouncilPath,
    plan: PlanPath,
    out: Annotated[Path, typer.Option(help="Folder for report.html, rounds.geojson and plan.xlsx.")],
    audience: Annotated[
        Audience, typer.Option(help="shared: no person-level point, line, timetable or reference.")
    ] = Audience.shared,
    capacity: Annotated[
        bool, typer.Option("--capacity", help="Internal: with a table of what a little more capacity is worth.")
    ] = False,
    step_hours: StepHours = 10.0,
    as_json: AsJson = False,
) -> None:
    """Write the HTML report, the GeoJSON and the workbook of a plan."""
    with _guarded(as_json):
        from app.capacity import capacity as capacity_of
        from app.formats.read import read_plan

        if capacity and audience is Audience.shared:
            raise typer.BadParameter("--capacity is about single people: it needs --audience internal.")
        read, stated = _read_council(council), read_plan(plan)
        out.mkdir(parents=True, exist_ok=True)
        with _progress(as_json) as tell:
            found = None
            if capacity:
                tell("relaxing every limit in the way", 0, 1, {})
                found = capacity_of(read, stated, folder=council.parent, step_hours=step_hours)
                tell("relaxing every limit in the way", 1, 1, {})
            _write_reports(out, read, stated, council.parent, audience.value, tell, found)
        _say_facts({"audience": audience.value, "folder": str(out)}, as_json)


def _allocate(
    council: CouncilFile, folder: Path, seed: int, effort: dict[str, int], tell: Tell, start: PlanFile | None = None
) -> tuple[PlanFile, dict[str, Any]]:
    from app.allocate import allocate as run
    from solver.solve import Effort

    began, clock = datetime.now(UTC), time.perf_counter()
    begun: dict[str, float] = {}
    stages: dict[str, float] = {}
    dropped: list[str] = []

    def timed(stage: str, done: int, of: int, reached: Mapping[str, int]) -> None:
        now = time.perf_counter()
        begun.setdefault(stage, now)
        if done == of:
            stages[stage] = round(now - begun[stage], 3)
        tell(stage, done, of, reached)

    with _interruptible() as stopped:
        plan = run(
            council,
            folder=folder,
            seed=seed,
            effort=Effort(**effort),
            progress=timed,
            stop=stopped,
            start=start,
            dropped=dropped.extend,
        )
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    run_facts = {
        "run_id": str(uuid.uuid4()),
        "started_at": began.isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - clock, 3),
        "stage_seconds": stages,
        "peak_memory_mib_of_largest_process": round(peak / 1024),
        "processes": effort["processes"],
        "careround_version": __version__,
        "python": platform.python_version(),
        "council_sha256": plan.provenance.council_sha256,
        **({} if start is None else {"dropped_from_start": dropped}),
    }
    return plan, run_facts


def _write_all(out: Path, council: CouncilFile, plan: PlanFile, run: dict[str, Any], tell: Tell) -> None:
    from app.formats.read import write_json

    write_json(out / "council.json", council)
    write_json(out / "plan.json", plan)
    _write_run(out / "run.json", run)
    _write_reports(out, council, plan, out, "internal", tell)


def _write_reports(
    out: Path,
    council: CouncilFile,
    plan: PlanFile,
    folder: Path,
    audience: str,
    tell: Tell,
    capacity: tuple[MarginalValue, ...] | None = None,
) -> None:
    from app.ground import Ground
    from app.reports.geojson import write_rounds_geojson
    from app.reports.html import write_report
    from app.reports.xlsx import write_workbook

    ground = Ground(council=council, folder=folder)
    who: Any = audience
    stages: tuple[tuple[str, Callable[[], None]], ...] = (
        (
            "drawing the report",
            lambda: write_report(out / "report.html", council, plan, ground=ground, audience=who, capacity=capacity),
        ),
        (
            "writing the map data",
            lambda: write_rounds_geojson(out / "rounds.geojson", council, plan, ground=ground, audience=who),
        ),
        (
            "writing the workbook",
            lambda: write_workbook(out / "plan.xlsx", council, plan, ground=ground, audience=who, capacity=capacity),
        ),
    )
    for stage, write in stages:
        tell(stage, 0, 1, {})
        write()
        tell(stage, 1, 1, {})


def _write_run(path: Path, run: dict[str, Any]) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(json.dumps(run, indent=2) + "\n", encoding="utf-8")
    temporary.replace(path)


def _read_council(path: Path) -> CouncilFile:
    from app.formats.checks import warnings
    from app.formats.read import read_council

    council = read_council(path)
    soft = warnings(council)
    if soft:
        console = Console(stderr=True)
        for one in soft[:3]:
            console.print(f"[yellow]note[/yellow] {one.path}: {one.reason}. {one.mend}.", highlight=False)
        if len(soft) > 3:
            console.print(f"[yellow]note[/yellow] … and {len(soft) - 3} more of this kind.")
    return council


def _folder_of(out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)


@contextmanager
def _guarded(as_json: bool) -> Iterator[None]:
    """Turn what goes wrong into a clear message and an exit code; never a traceback."""
    from app.formats.faults import BadFile

    try:
        yield
    except (typer.Exit, typer.Abort, typer.BadParameter, KeyboardInterrupt):
        raise
    except BadFile as error:
        faults = [
            {"path": one.path, "value": one.value, "reason": one.reason, "mend": one.mend} for one in error.faults
        ]
        lines = str(error).splitlines()
        shown = lines[: MOST_SHOWN + 1] + (
            [f"  … and {len(lines) - MOST_SHOWN - 1} more"] if len(lines) > MOST_SHOWN + 1 else []
        )
        _stop(2, "\n".join(shown), as_json, {"file": str(error.file), "faults": faults})
    except Exception as error:  # noqa: BLE001  # the last line of defence: people get a sentence, not a traceback
        _stop(*_verdict(error), as_json, {})


def _verdict(error: Exception) -> tuple[int, str]:
    from app.explain import UnknownPackage
    from app.ground import ForeignStreets
    from geo.errors import GeographyError
    from solver.replay import UnreadablePlan

    if isinstance(error, (UnknownPackage, ForeignStreets, UnreadablePlan, GeographyError, OSError, ValueError)):
        return 2, str(error) or type(error).__name__
    return 3, f"{type(error).__name__}: {error}"


def _stop(code: int, message: str, as_json: bool, more: dict[str, Any]) -> NoReturn:
    if as_json:
        _print_json({"error": message.splitlines()[0], **more})
    else:
        Console(stderr=True).print(message, highlight=False, markup=False)
    raise typer.Exit(code)


def _reached(levels: Mapping[str, int]) -> str:
    """Say how far a search is: steps, people placed, paid minutes of all rounds."""
    if "5" not in levels:
        return ""
    placed = sum(value for level, value in levels.items() if level.startswith("1.") and level != "1.wait")
    steps = f"step {levels['steps']:,}, " if "steps" in levels else ""
    return f"{steps}{placed} placed, {levels['5'] // 60:,} paid min"


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C end the search with the best plan so far; a second one ends the command."""
    asked: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return

    def note(signum: int, _frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(signum)
        Console(stderr=True).print("stopping with the best plan so far; press Ctrl-C again to drop it")

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress(as_json: bool) -> Iterator[Tell]:
    """Show stages as they go, on a terminal as bars, elsewhere as lines."""
    if as_json:
        from solver.solve import silent

        yield silent
        return
    console = Console(stderr=True)
    if not console.is_terminal:
        said: set[str] = set()

        def line(stage: str, _done: int, _of: int, _reached: Mapping[str, int]) -> None:
            if stage not in said:
                said.add(stage)
                console.print(f"{stage} …", highlight=False)

        yield line
        return
    columns = (
        TextColumn("{task.description:<44}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[reached]}"),
    )
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, of: int, reached: Mapping[str, int]) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=of, reached="")
            bars.update(tasks[stage], completed=done, total=of, reached=_reached(reached))

        yield tell


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def _say_facts(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        _print_json(facts)
    else:
        for name, value in facts.items():
            Console().print(f"{name.replace('_', ' ')}: {value}", highlight=False)


def _say_dropped(lines: list[str]) -> None:
    """Say what of a plan to start from no longer fits."""
    console = Console(stderr=True)
    for line in lines[:MOST_SHOWN]:
        console.print(f"[yellow]not kept[/yellow] {line}", highlight=False)
    if len(lines) > MOST_SHOWN:
        console.print(f"[yellow]not kept[/yellow] … and {len(lines) - MOST_SHOWN} more; the run file lists all.")


def _say_plan(plan: PlanFile, as_json: bool) -> None:
    from app.reports.moves import lines as move_lines
    from app.terminal import plan_facts, plan_table

    if as_json:
        _print_json(plan_facts(plan))
    else:
        console = Console()
        console.print(plan_table(plan))
        if plan.moves is not None:
            for line in move_lines(plan.moves):
                console.print(line, highlight=False, markup=False)


def _explanation_json(told: Any) -> dict[str, Any]:
    return {
        "package_ref": told.package_ref,
        "placement": told.placement.model_dump(mode="json") if told.placement else None,
        "contracts": [
            {
                **one.refusal.model_dump(mode="json"),
                "fits": one.option.fits,
                "added_paid_s": one.option.added_s,
                "added_travel_s": one.option.added_travel_s,
                "unlock_proven": list(one.proven),
            }
            for one in told.contracts
        ],
    }


def _say_explanation(told: Any, council: CouncilFile) -> None:
    from app.terminal import explanation

    for line in explanation(told, council):
        Console().print(line, highlight=False)
