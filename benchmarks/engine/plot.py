"""Draw the rows of the benchmark ``over_time`` for the documentation.

``python -m benchmarks.engine.plot`` takes the newest CSV; ``--csv`` names another.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results"
IMAGE = ROOT / "docs" / "images" / "engine-over-time.svg"
PANELS = (
    ("paid_min", "paid minutes a week"),
    ("round_days", "round-days a week"),
    ("rounds_per_person", "rounds a person"),
)
# Colours that also people who do not tell red from green can tell apart (Okabe and Ito 2008).
LOOKS = {
    "careround": ("#0072B2", "o"),
    "pyvrp": ("#D55E00", "s"),
    "ortools": ("#009E73", "^"),
    "vroom": ("#CC79A7", "D"),
}


def newest(folder: Path) -> Path | None:
    """Find the newest CSV of ``over_time``.

    Parameters
    ----------
    folder
        Of the results.

    Returns
    -------
    Path or None
        None when there is none.
    """
    return max(folder.glob("*-over_time.csv"), default=None, key=lambda path: path.name)


def draw(source: Path, target: Path) -> None:
    """Draw a CSV of ``over_time``: a column for each way of paying for waiting, a row for each measure.

    Parameters
    ----------
    source
        The CSV.
    target
        The image; its ending says the format.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "careround"  # the same rows make the same file
    from matplotlib import pyplot as plt

    with source.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    payments = list(dict.fromkeys(row["waiting"] for row in rows))
    figure, axes = plt.subplots(
        len(PANELS), len(payments), figsize=(4.6 * len(payments), 7.5), sharex=True, squeeze=False
    )
    for k, waiting in enumerate(payments):
        axes[0][k].set_title(f"every minute of waiting is {waiting}", fontsize=10)
        for i, (measure, label) in enumerate(PANELS):
            for solver, (colour, marker) in LOOKS.items():
                those = [row for row in rows if (row["solver"], row["waiting"]) == (solver, waiting)]
                points = sorted((float(row["cpu_s"]), float(row[measure])) for row in those)
                if points:
                    axes[i][k].plot(*zip(*points, strict=True), color=colour, marker=marker, label=solver)
            axes[i][k].set_xscale("log")
            axes[i][k].grid(alpha=0.3)
            axes[i][k].set_ylabel(label if k == 0 else "")
        axes[-1][k].set_xlabel("CPU seconds for the week")
    axes[0][0].legend(fontsize=8)
    figure.tight_layout()
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, metadata={"Date": None} if target.suffix == ".svg" else None)


def main(arguments: list[str] | None = None) -> int:
    """Draw the newest measurements.

    Parameters
    ----------
    arguments
        Of the command line; the program's own when left out.

    Returns
    -------
    int
        2 when there is nothing to draw, or nothing to draw with.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine.plot", description=__doc__)
    parser.add_argument("--csv", type=Path, help="rows of over_time; the newest when left out")
    parser.add_argument("--out", type=Path, default=IMAGE)
    asked = parser.parse_args(arguments)
    source = asked.csv or newest(RESULTS)
    if source is None or not source.is_file():
        parser.error(f"no rows in {source or RESULTS}; run first: python -m benchmarks over_time")
    try:
        draw(source, asked.out)
    except ModuleNotFoundError as missing:
        parser.error(f"{missing.name} is not installed; it is in the bench extra: pip install -e '.[bench]'")
    return 0


if __name__ == "__main__":
    sys.exit(main())
