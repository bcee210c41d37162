"""Where compiled code is kept, so that an edited kernel never runs stale.

``python -m geo.compiled`` compiles everything ahead of time.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numba


def cache_folder(source: Path) -> Path:
    """Find the folder for the compiled code of a file.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    Path
        Under ``CAREROUND_CACHE_DIR`` or the user's cache folder, named by the content of the file, numba's
        version and the processor; in the temporary folder when that cannot be written.
    """
    parts = (numba.__version__, platform.machine(), platform.processor(), sys.version)
    key = hashlib.sha256(source.read_bytes() + " ".join(parts).encode()).hexdigest()[:24]
    home = os.environ.get("CAREROUND_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    folder = (Path(home) if home else Path.home() / ".cache") / "careround" / "kernels" / f"geo-{key}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="careround-kernels-"))
    return folder


@contextmanager
def cached_beside(source: str) -> Iterator[None]:
    """Let numba cache the functions defined within in the folder of their file.

    Parameters
    ----------
    source
        The file that defines them, ``__file__``.

    Yields
    ------
    None
        Numba reads its folder when a function is decorated; others keep theirs.
    """
    before = numba.config.CACHE_DIR  # type: ignore[attr-defined]  # set at run time
    setattr(numba.config, "CACHE_DIR", str(cache_folder(Path(source))))  # noqa: B010  # set at run time
    try:
        yield
    finally:
        setattr(numba.config, "CACHE_DIR", before)  # noqa: B010  # set at run time


def main() -> None:
    """Compile every kernel, so that nothing compiles while people wait."""
    began = time.perf_counter()
    print("Compiling the kernels of travel (once for this version and processor) …", flush=True)
    from geo.hierarchy import warm

    warm()
    print(f"Kernels ready in {time.perf_counter() - began:.1f} s.")


if __name__ == "__main__":
    main()
