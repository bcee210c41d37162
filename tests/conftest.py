"""What every test may ask for: how long to search, real towns' data, a Chromium."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.proof import in_proof
from tests.real_data import RealData

# The machine is shared and kernels compile on first use, so no deadlines; sampled runs replay the same examples each time.
_QUIET = (HealthCheck.too_slow,)
settings.register_profile(
    "sampled", max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=_QUIET
)
settings.register_profile("proof", max_examples=500, deadline=None, suppress_health_check=_QUIET, print_blob=True)
settings.load_profile("proof" if in_proof() else "sampled")


@pytest.fixture(scope="session")
def real_data() -> RealData:
    """Real towns' files; skips where they are missing, fails when CI is set."""
    return RealData.from_environment()


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The system's Chromium; skips where there is none, fails when CI is set."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is not None:
        return Path(found)
    line = "no Chromium: apt-get install chromium"
    if os.environ.get("CI"):
        pytest.fail(line)
    pytest.skip(line)
