"""The same council and seed give the same plan, byte by byte, whatever process makes it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app.formats.write import json_text, write_json
from tests.app.councils import council, plan

ROOT = Path(__file__).parents[2]
ALLOCATE = """
import sys
from pathlib import Path
from app.allocate import allocate
from app.formats.read import read_council
from app.formats.write import write_json
from tests.app.councils import LIGHT
write_json(Path(sys.argv[2]), allocate(read_council(Path(sys.argv[1])), effort=LIGHT))
"""


def test_two_processes_with_other_hash_seeds_write_the_same_bytes(tmp_path: Path) -> None:
    file, there = tmp_path / "council.json", tmp_path / "plan.json"
    write_json(file, council("leeds"))
    run = subprocess.run(
        [sys.executable, "-c", ALLOCATE, str(file), str(there)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert there.read_text(encoding="utf-8") == json_text(plan("leeds"))
