"""Where the tests find real towns' files, which are not part of the project."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class RealData:
    """A folder of real towns' files: beside the clone, or where ``CAREROUND_REAL_DATA`` points."""

    folder: Path

    @classmethod
    def from_environment(cls) -> RealData:
        """Find the folder."""
        stated = os.environ.get("CAREROUND_REAL_DATA")
        return cls(folder=Path(stated) if stated else ROOT.parent / "shared" / "data")

    def path(self, *parts: str) -> Path:
        """Give one file; without it the test is skipped, or fails when CI is set."""
        path = self.folder.joinpath(*parts)
        if path.exists():
            return path
        line = f"real data missing: {'/'.join(parts)} (set CAREROUND_REAL_DATA)"
        if os.environ.get("CI"):
            pytest.fail(line)
        pytest.skip(line)
