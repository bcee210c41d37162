"""Write a report whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path | str, content: bytes) -> None:
    """Write a file so that nobody ever meets half of it.

    Parameters
    ----------
    path
        The file; an older one is replaced in one step.
    content
        All of it.
    """
    target = Path(path).resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
