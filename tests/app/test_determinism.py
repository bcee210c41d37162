"""The same council and seed give the same plan, byte by byte, whatever process makes it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from app.formats.write import json_text
from tests.app.councils import plan

ROOT = Path(__file__).parents[2]
PRINT = """
import hashlib
from app.formats.write import json_text
from tests.app.councils import plan
print(hashlib.sha256(json_text(plan("merton")).encode()).hexdigest())
"""


def test_two_processes_with_other_hash_seeds_write_the_same_bytes() -> None:
    here = hashlib.sha256(json_text(plan("merton")).encode()).hexdigest()
    run = subprocess.run(
        [sys.executable, "-c", PRINT],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout.split() == [here]
