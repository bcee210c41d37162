"""A benchmark's rows: a table on the terminal, and a CSV that names its machine."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

Cell = str | int | float
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a benchmark measured.

    Parameters
    ----------
    name
        Of the benchmark; names its CSV.
    title
        What the rows say.
    rows
        All with the same columns; the unit is in the column's name.
    failures
        What went wrong, a sentence each.
    summary
        Rows for the terminal, where the CSV has more.
    """

    name: str
    title: str
    rows: Sequence[Row]
    failures: Sequence[str] = ()
    summary: Sequence[Row] = ()


def show(results: Results, console: Console) -> None:
    """Print the rows, one column for each; many columns are turned round.

    Parameters
    ----------
    results
        Of one benchmark.
    console
        Where to.
    """
    table = Table(title=results.title, title_justify="left")
    rows = results.summary or results.rows
    columns = list(rows[0]) if rows else []
    if len(columns) > 9:
        table.add_column(columns[0])
        for row in rows:
            table.add_column(str(row[columns[0]]), justify="right")
        for name in columns[1:]:
            table.add_row(name, *(_shown(row[name]) for row in rows))
    else:
        for name in columns:
            table.add_column(name, justify="left" if name == columns[0] else "right")
        for row in rows:
            table.add_row(*(_shown(row[name]) for name in columns))
    console.print(table)
    for failure in results.failures:
        console.print(f"[red]{failure}[/red]", highlight=False)


def write_csv(results: Results, folder: Path, stamp: str, machine: Mapping[str, str]) -> Path:
    """Write the rows, each with the facts of its machine.

    Parameters
    ----------
    results
        Of one benchmark.
    folder
        Made where it is missing.
    stamp
        When it was measured, ``YYYY-MM-DDTHHMMSS``.
    machine
        Facts of the machine.

    Returns
    -------
    Path
        The file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stamp}-{results.name}.csv"
    facts = {"measured_at": stamp, **{f"machine_{name}": value for name, value in machine.items()}}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*(results.rows[0] if results.rows else ()), *facts])
        writer.writeheader()
        writer.writerows({**row, **facts} for row in results.rows)
    return path


def _shown(value: Cell) -> str:
    if isinstance(value, float):
        return f"{value:,.3g}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else value
