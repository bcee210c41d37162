"""The commands that make up what is not known: ``careround synth`` and ``careround infer-rounds``."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.command_files import make_folder_of, read_council_file
from app.console import guarded, progress, say_facts


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


CouncilPath = Annotated[Path, typer.Argument(metavar="COUNCIL", help="A council file (.json).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of tables.")]
Seed = Annotated[int, typer.Option(help="Of every random choice; the same seed gives the same file.")]


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
    with guarded(as_json):
        from app.formats.read import write_json
        from app.ground import cache_folder
        from app.synth import synth as make

        make_folder_of(out)
        with progress(as_json) as tell:
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
        say_facts(facts, as_json)


def infer_rounds(
    council: CouncilPath,
    out: Annotated[Path, typer.Option(help="The council file to write.")],
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Bundle live packages into plausible rounds of their providers, marked as inferred."""
    with guarded(as_json):
        from app.formats.read import write_json
        from app.infer import with_inferred_rounds

        make_folder_of(out)
        read = read_council_file(council)
        with progress(as_json) as tell:
            tell("inferring live rounds", 0, 1, {})
            inferred = with_inferred_rounds(read, council.parent, seed=seed)
            tell("inferring live rounds", 1, 1, {})
        write_json(out, inferred)
        visits = sum(len(day.visits) for one in inferred.rounds for day in one.days)
        say_facts({"live_rounds": len(inferred.rounds), "visits_on_rounds": visits, "file": str(out)}, as_json)
