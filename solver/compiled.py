"""Compile the rules for the kernel, and keep compiled code where an edited rule can never run stale.

Numba's cache looks only at the file of the compiled function, not at what it calls. The cache folder is
therefore named by a hash of every file of the engine, of numba's version and of the processor. The
composition of the day rules is written there as a module, so that numba can cache it like any other.

``python -m solver.compiled`` compiles everything ahead of time.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from types import ModuleType

import numba

from solver.rule import Scope
from solver.rules import rules_of

HERE = Path(__file__).parent


def engine_sha256() -> str:
    """Hash the engine's source files.

    Returns
    -------
    str
        Hex digest over the names and contents of ``solver/**/*.py``.
    """
    digest = hashlib.sha256()
    for path in sorted(HERE.rglob("*.py")):
        digest.update(str(path.relative_to(HERE)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def cache_folder() -> Path:
    """Find the folder for compiled code, and tell numba.

    Returns
    -------
    Path
        Under ``CAREROUND_CACHE_DIR`` or the user's cache folder; in the temporary folder when that
        cannot be written.
    """
    parts = (engine_sha256(), numba.__version__, platform.machine(), platform.processor(), sys.version)
    key = hashlib.sha256(" ".join(parts).encode()).hexdigest()[:24]
    home = os.environ.get("CAREROUND_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    base = Path(home) if home else Path.home() / ".cache"
    folder = base / "careround" / "kernels" / key
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="careround-kernels-"))
    setattr(numba.config, "CACHE_DIR", str(folder))  # noqa: B010  # set at run time, so unknown to its types
    return folder


def day_rules() -> ModuleType:
    """Compose the day rules into compiled functions.

    Returns
    -------
    module
        With ``COUNT``, ``within(day, limits, inherited)`` (true when no rule is exceeded by more than
        its inherited excess) and ``excesses(day, limits, out)``.
    """
    source = _source()
    path = cache_folder() / f"day_rules_{hashlib.sha256(source.encode()).hexdigest()[:12]}.py"
    if not path.exists() or path.read_text() != source:
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_text(source)
        temporary.replace(path)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _source() -> str:
    rules = rules_of(Scope.DAY)
    lines = ["from numba import njit", ""]
    for i, rule in enumerate(rules):
        lines.append(f"from {rule.excess.__module__} import excess as rule_{i}  # {rule.code}")
    lines += ["", f"COUNT = {len(rules)}"]
    lines += [f"rule_{i} = njit(rule_{i})" for i in range(len(rules))]
    lines += ["", "", "@njit(cache=True)", "def within(day, limits, inherited):"]
    lines += [f"    if rule_{i}(day, limits) > inherited[{i}]:\n        return False" for i in range(len(rules))]
    lines += ["    return True", "", "", "@njit(cache=True)", "def excesses(day, limits, out):"]
    lines += [f"    out[{i}] = rule_{i}(day, limits)" for i in range(len(rules))]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Compile every kernel, with a message, so that nothing compiles while people wait."""
    began = time.perf_counter()
    print("Compiling the engine's kernels (once for this version and processor) …", flush=True)
    from solver.bound import labels
    from solver.warm import warm

    warm()
    labels.warm()
    print(f"Kernels ready in {time.perf_counter() - began:.1f} s.")


if __name__ == "__main__":
    main()
