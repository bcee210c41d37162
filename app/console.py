"""What every command shares: errors become sentences, stages become lines, answers become JSON where machines ask."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from solver.solve import Progress as Tell

MOST_SHOWN = 30
"""Faults or violations printed before the rest is only counted."""


@contextmanager
def guarded(as_json: bool) -> Iterator[None]:
    """Turn what goes wrong into a clear message and an exit code; never a traceback.

    Parameters
    ----------
    as_json
        Whether the message is JSON.

    Yields
    ------
    None
        Once.
    """
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
    from app.councils.fetch import Unfetched
    from app.explain import UnknownPackage
    from app.ground import ForeignStreets
    from geo.errors import GeographyError
    from solver.replay import UnreadablePlan

    if isinstance(
        error, (UnknownPackage, Unfetched, ForeignStreets, UnreadablePlan, GeographyError, OSError, ValueError)
    ):
        return 2, str(error) or type(error).__name__
    return 3, f"{type(error).__name__}: {error}"


def _stop(code: int, message: str, as_json: bool, more: dict[str, Any]) -> NoReturn:
    if as_json:
        print_json({"error": message.splitlines()[0], **more})
    else:
        # Unbroken: a path or a message cut at column 80 can be neither copied nor searched for.
        Console(stderr=True).print(message, highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(code)


def _reached(levels: Mapping[str, int]) -> str:
    """Say how far a search is: steps, people placed, paid minutes of all rounds."""
    if "5" not in levels:
        return ""
    placed = sum(value for level, value in levels.items() if level.startswith("1.") and level != "1.wait")
    steps = f"step {levels['steps']:,}, " if "steps" in levels else ""
    return f"{steps}{placed} placed, {levels['5'] // 60:,} paid min"


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C end the search with the best plan so far; a second one ends the command.

    Yields
    ------
    Callable
        Says whether somebody has asked to end.
    """
    asked: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return

    def _note(signum: int, _frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(signum)
        Console(stderr=True).print("stopping with the best plan so far; press Ctrl-C again to drop it")

    before = signal.signal(signal.SIGINT, _note)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress(as_json: bool) -> Iterator[Tell]:
    """Show stages as they go, on a terminal as bars, elsewhere as lines.

    Parameters
    ----------
    as_json
        Then nothing is shown.

    Yields
    ------
    Callable
        To be told of stages.
    """
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


def print_json(value: Any) -> None:
    """Print a value for machines.

    Parameters
    ----------
    value
        Of JSON's kinds.
    """
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def say_facts(facts: dict[str, Any], as_json: bool) -> None:
    """Print facts, one to a line.

    Parameters
    ----------
    facts
        Name to value.
    as_json
        Whether to print JSON instead.
    """
    if as_json:
        print_json(facts)
    else:
        for name, value in facts.items():
            Console().print(f"{name.replace('_', ' ')}: {value}", highlight=False)
