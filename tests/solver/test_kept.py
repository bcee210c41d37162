"""Compiled code that was kept: a later process loads it and nothing to compile with, and other code may still take it in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = """
import json, sys
import numpy as np
from numba import njit
from solver.kept import kept

@kept(nogil=True)
def squares(numbers):
    found = np.empty(len(numbers), np.int64)
    for i in range(len(numbers)):
        found[i] = numbers[i] * numbers[i]
    if found[0] > 100:
        raise ValueError("too large")
    return found

@njit
def total(numbers):
    return squares(numbers).sum()
"""
ASKED = """
answer = {asked}
print(json.dumps([answer, "numba.np.arraymath" in sys.modules, "scipy.linalg" in sys.modules, sum(squares.stats.cache_hits.values())]))
"""


def test_a_later_process_loads_what_was_kept_and_nothing_to_compile_with(tmp_path: Path) -> None:
    asked = "squares(np.arange(4)).tolist()"
    assert _said(tmp_path, asked) == [[0, 1, 4, 9], True, False, 0]
    assert _said(tmp_path, asked) == [[0, 1, 4, 9], False, False, 1]


def test_kept_code_fails_as_it_did_when_it_was_compiled(tmp_path: Path) -> None:
    asked = "squares(np.array([2])).tolist()"
    _said(tmp_path, asked)
    with pytest.raises(subprocess.CalledProcessError) as failed:
        _said(tmp_path, "squares(np.array([11])).tolist()")
    assert "ValueError: too large" in failed.value.stderr


def test_code_that_is_compiled_later_takes_in_what_was_kept(tmp_path: Path) -> None:
    _said(tmp_path, "squares(np.arange(4)).tolist()")
    answer, *_, hits = _said(tmp_path, "int(total(np.arange(5)))")
    assert (answer, hits) == (30, 1)
    answer, *_, hits = _said(tmp_path, "squares(np.arange(3)).tolist() + [int(total(np.arange(5)))]")
    assert (answer, hits) == ([0, 1, 4, 30], 1)


def _said(folder: Path, asked: str) -> list[object]:
    (folder / "kernels.py").write_text(SOURCE)
    said = subprocess.run(
        [sys.executable, "-c", "from kernels import *\nimport kernels" + ASKED.format(asked=asked)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{folder}:{ROOT}", "NUMBA_CACHE_DIR": str(folder / "kept")},
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[object] = json.loads(said.stdout)
    return found
