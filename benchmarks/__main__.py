"""Run the benchmarks: a table on the terminal, and a CSV for each with the machine's facts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks.machine import machine_facts
from benchmarks.results import Results, show, write_csv

RESULTS = Path(__file__).parent / "results"


def _bound(size: str, seed: int, _threads: int) -> Results:
    from benchmarks.engine_bound import engine_bound

    return engine_bound(size, seed)


def _insertion(size: str, seed: int, _threads: int) -> Results:
    from benchmarks.insertion import insertion

    return insertion(size, seed)


def _main_job(size: str, seed: int, threads: int) -> Results:
    from benchmarks.main_job import main_job

    return main_job(size, seed, threads)


def _practice(size: str, seed: int, threads: int) -> Results:
    from benchmarks.practice import practice

    return practice(size, seed, threads)


def _zones(size: str, seed: int, threads: int) -> Results:
    from benchmarks.engine.zones import zones

    return zones(size, seed, threads)


def _peers(size: str, seed: int, threads: int) -> Results:
    from benchmarks.engine.against_peers import peers

    return peers(size, seed, threads)


def _batch(size: str, seed: int, threads: int) -> Results:
    from benchmarks.engine.councils import batch

    return batch(size, seed, threads)


def _council(size: str, seed: int, threads: int) -> Results:
    from benchmarks.engine.councils import council

    return council(size, seed, threads)


def _options(size: str, seed: int, _threads: int) -> Results:
    from benchmarks.engine.online import options_of_packages

    return options_of_packages(size, seed)


def _over_time(size: str, seed: int, threads: int) -> Results:
    from benchmarks.engine.over_time import over_time

    return over_time(size, seed, threads)


def _start(size: str, _seed: int, _threads: int) -> Results:
    from benchmarks.engine.start import kernels_start

    return kernels_start(size)


def _gap(size: str, _seed: int, _threads: int) -> Results:
    from benchmarks.engine.assignment import gap

    return gap(size)


def _heching(size: str, seed: int, threads: int) -> Results:
    from benchmarks.engine.hospice import hospice

    return hospice(size, seed, threads)


def _travel(size: str, seed: int, _threads: int) -> Results:
    from benchmarks.travel import travel

    return travel(size, seed)


def _locate(size: str, seed: int, _threads: int) -> Results:
    from benchmarks.locate import locate

    return locate(size, seed)


BENCHMARKS: dict[str, Callable[[str, int, int], Results]] = {
    "bound": _bound,
    "insertion": _insertion,
    "main_job": _main_job,
    "practice": _practice,
    "travel": _travel,
    "locate": _locate,
    "zone": _zones,
    "peers": _peers,
    "batch": _batch,
    "council": _council,
    "options": _options,
    "gap": _gap,
    "heching": _heching,
    "over_time": _over_time,
    "start": _start,
}


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks that were asked for.

    Parameters
    ----------
    arguments
        Of the command line; the program's own when left out.

    Returns
    -------
    int
        1 when a step of a benchmark failed.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all when left out")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", dest="size", action="store_const", const="quick", help="under a minute each")
    size.add_argument("--full", dest="size", action="store_const", const="full", help="councils as large as reported")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2, help="zones solved at once")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the CSV files")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.names) - set(BENCHMARKS)):
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    console, machine = Console(width=None if sys.stdout.isatty() else 160), machine_facts()
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S")
    console.print(", ".join(f"{name} {value}" for name, value in machine.items()), highlight=False)
    failed = False
    for name, measure in BENCHMARKS.items():
        if not asked.names or name in asked.names:
            results = measure(asked.size or "usual", asked.seed, asked.threads)
            show(results, console)
            console.print(f"written: {write_csv(results, asked.out, stamp, machine)}\n", highlight=False)
            failed = failed or bool(results.failures)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
