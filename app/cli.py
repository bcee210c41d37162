"""The command ``careround``. Exit codes: 0 fine, 1 the answer is no, 2 bad input or usage, 3 an error inside."""

from __future__ import annotations

import platform
import resource
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from app import __version__
from app.command_files import make_folder_of, read_council_file, write_all, write_reports, write_run
from app.console import MOST_SHOWN, guarded, interruptible, print_json, progress, say_facts
from app.council_commands import council as council_commands
from app.fictional_commands import AsJson, CouncilPath, Seed, infer_rounds, synth

if TYPE_CHECKING:
    from app.formats.council import CouncilFile
    from app.formats.plan import PlanFile
    from solver.solve import Progress as Tell

app = typer.Typer(
    name="careround",
    help="Home care packages become walkable rounds. Plans are proposals: people decide.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(council_commands)


class Audience(StrEnum):
    """Who will see a report."""

    shared = "shared"
    internal = "internal"


PlanPath = Annotated[Path, typer.Argument(metavar="PLAN", help="A plan file (.json).")]
ProveOption = Annotated[
    int, typer.Option(min=0, max=1000, help="Turns of the proof of how little rounds could cost; 0: none.")
]
StepHours = Annotated[float, typer.Option(min=0.25, max=10_000, help="Carer-hours that --capacity relaxes a limit by.")]
EffortOption = Annotated[int, typer.Option(min=1, max=100, help="Searches per zone.")]
Threads = Annotated[int, typer.Option(min=1, max=64, help="Zones solved at once; changes nothing in the plan.")]


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
    threads: Threads = 2,
    as_json: AsJson = False,
) -> None:
    """Allocate the fictional borough's week on the Merton profile, with report, map, workbook and figures."""
    with guarded(as_json):
        from app.ground import cache_folder
        from app.synth import synth

        out.mkdir(parents=True, exist_ok=True)
        with progress(as_json) as tell:
            tell("making the fictional borough's week", 0, 1, {})
            council = synth(
                "merton", seed=seed, scale=scale, rounds="declared", relative_to=out, cache_dir=cache_folder()
            )
            tell("making the fictional borough's week", 1, 1, {})
            plan, run = _allocate(council, out, seed, {"searches": effort, "threads": threads}, tell)
            write_all(out, council, plan, run, tell)
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
    threads: Threads = 2,
    start: Annotated[
        Path | None,
        typer.Option(help="A plan to start from as well, last week's for instance; what fits of it is kept."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose providers and rounds for everybody who waits; the plan is verified before it is written."""
    with guarded(as_json):
        from app.formats.read import read_plan, write_json

        make_folder_of(out)
        read = read_council_file(council)
        last = None if start is None else read_plan(start)
        with progress(as_json) as tell:
            asked = {"searches": effort, "prove": prove, "threads": threads}
            plan, run = _allocate(read, council.parent, seed, asked, tell, last)
        write_json(out, plan)
        write_run(out.with_name(f"{out.stem}.run.json"), run)
        if not as_json:
            _say_dropped(run.get("dropped_from_start", []))
        _say_plan(plan, as_json)


@app.command()
def verify(council: CouncilPath, plan: PlanPath, as_json: AsJson = False) -> None:
    """Check a plan independently of the engine; exit 0 only when no violation is new."""
    with guarded(as_json):
        from app.allocate import check
        from app.formats.read import read_plan
        from app.problem import problem_of

        read, stated = read_council_file(council), read_plan(plan)
        with progress(as_json) as tell:
            tell("verifying", 0, 1, {})
            found = check(problem_of(read, council.parent), read, stated)
            tell("verifying", 1, 1, {})
        new = [one for one in found if not one.inherited]
        inherited = [one for one in found if one.inherited]
        if as_json:
            fields = ("code", "rule", "where", "sentence", "excess", "inherited")
            print_json({"new": len(new), "violations": [{f: getattr(one, f) for f in fields} for one in found]})
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
    with guarded(as_json):
        if (package is None) != capacity:
            raise typer.BadParameter("Name a PACKAGE to be explained, or ask for --capacity; one of the two.")
        if package is None:
            _explain_capacity(council, plan, provider, step_hours, as_json)
            return
        from app.explain import explain as explain_package
        from app.formats.read import read_plan

        read, stated = read_council_file(council), read_plan(plan)
        _known_provider(read, provider)
        with progress(as_json) as tell:
            tell("explaining, and proving every unlock", 0, 1, {})
            told = explain_package(read, stated, package, folder=council.parent, provider_ref=provider)
            tell("explaining, and proving every unlock", 1, 1, {})
        if as_json:
            print_json(_explanation_json(told))
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

    read, proposal = read_council_file(council), read_plan(plan)
    _known_provider(read, provider)
    with progress(as_json) as tell:
        tell("relaxing every limit in the way", 0, 1, {})
        found = capacity(read, proposal, folder=council.parent, step_hours=step_hours)
        tell("relaxing every limit in the way", 1, 1, {})
    values = [one for one in found if provider in (None, one.provider_ref)]
    if as_json:
        print_json({"step_hours": step_hours, "limits": [stated(one) for one in values]})
    else:
        Console().print(capacity_table(values, read))


app.command()(synth)
app.command("infer-rounds")(infer_rounds)


@app.command()
def serve(
    council: CouncilPath,
    plan: Annotated[Path | None, typer.Option(help="A plan file to start from.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the REST API for a council. State is in memory: it is gone when the service stops."""
    with guarded(False):
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
    with guarded(as_json):
        from app.capacity import capacity as capacity_of
        from app.formats.read import read_plan

        if capacity and audience is Audience.shared:
            raise typer.BadParameter("--capacity is about single people: it needs --audience internal.")
        read, stated = read_council_file(council), read_plan(plan)
        out.mkdir(parents=True, exist_ok=True)
        with progress(as_json) as tell:
            found = None
            if capacity:
                tell("relaxing every limit in the way", 0, 1, {})
                found = capacity_of(read, stated, folder=council.parent, step_hours=step_hours)
                tell("relaxing every limit in the way", 1, 1, {})
            write_reports(out, read, stated, council.parent, audience.value, tell, found)
        say_facts({"audience": audience.value, "folder": str(out)}, as_json)


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

    with interruptible() as stopped:
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
        "threads": effort["threads"],
        "careround_version": __version__,
        "python": platform.python_version(),
        "council_sha256": plan.provenance.council_sha256,
        **({} if start is None else {"dropped_from_start": dropped}),
    }
    return plan, run_facts


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
        print_json(plan_facts(plan))
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
