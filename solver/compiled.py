"""Compile the rules for the kernel, and keep compiled code where an edited rule can never run stale.

Numba's cache looks only at the file of the compiled function, not at what it calls. The cache folder is
therefore named by a hash of every file that compiled code comes from, of numba's version and of the processor. The
composition of the rules is written there as a module, so that numba can cache it like any other.

``python -m solver.compiled`` compiles everything ahead of time.
"""

from __future__ import annotations

import gc
import hashlib
import importlib.util
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numba

from solver.inner import InnerCompiler
from solver.rule import Scope
from solver.rules import rules_of

HERE = Path(__file__).parent
ENTRY: dict[str, Any] = {"no_cfunc_wrapper": True, "nogil": True}
"""How a function is compiled that Python calls, with a structure by its pointer or to make an array; other threads go on."""
FLAT: dict[str, Any] = {**ENTRY, "_nrt": False}
"""How one is compiled that Python calls with nothing but arrays and numbers: it neither makes an array nor counts references
to any, which takes longer than to read a number out of one."""
INNER: dict[str, Any] = {**FLAT, "no_cpython_wrapper": True, "pipeline_class": InnerCompiler}
"""How one is compiled that only compiled code calls: as far as that needs it, and without what would unpack Python's
arguments. Called from Python, it fails."""
OPTIMISED = 2
"""Level of LLVM's optimisation: the third takes a sixth longer, and no kernel runs faster for it."""
IMPORT = re.compile(r"^(?:from ([\w.]+) )?import (\([^)]*\)|.*)", re.MULTILINE)
NAME = re.compile(r"[\w.]+")
REST = "rest"
"""Has ``python -m solver.compiled`` compile only what the search does not need."""


def engine_sha256() -> str:
    """Hash the engine's source files: what a plan says that it was made by.

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


def compiled_sha256() -> str:
    """Hash the source files that compiled code comes from.

    Returns
    -------
    str
        Hex digest over the names and contents of every file of ``solver`` with compiled functions, of all that those
        import from ``solver``, and of all rules.
    """
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(HERE.rglob("*.py"))}
    names = {".".join(("solver", *path.relative_to(HERE).with_suffix("").parts)): path for path in texts}
    names = {name.removesuffix(".__init__"): path for name, path in names.items()}
    asked = {
        name
        for name, path in names.items()
        if "@njit" in texts[path] or "@kept" in texts[path] or name.startswith("solver.rules")
    }
    known: set[str] = set()
    while asked:
        name = asked.pop()
        known.add(name)
        asked |= {one for one in imported(texts[names[name]]) if one in names} - known
    digest = hashlib.sha256()
    for name in sorted(known):
        digest.update(name.encode())
        digest.update(texts[names[name]].encode())
    return digest.hexdigest()


def imported(source: str) -> set[str]:
    """Name the modules that a source imports at its top, and what it takes from them, which may be modules too.

    Read off the lines: to parse all sources takes a tenth of a start.

    Parameters
    ----------
    source
        Text of a Python file.

    Returns
    -------
    set of str
        Dotted names, perhaps some besides.
    """
    found: set[str] = set()
    for module, names in IMPORT.findall(source):
        found |= {module, *(f"{module}.{one}" if module else one for one in NAME.findall(names))}
    return found


@cache
def cache_folder() -> Path:
    """Find the folder for compiled code, and tell numba, with how it is to compile.

    Returns
    -------
    Path
        Under ``CAREROUND_CACHE_DIR`` or the user's cache folder; in the temporary folder when that
        cannot be written.
    """
    parts = (compiled_sha256(), numba.__version__, platform.machine(), platform.processor(), sys.version)
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
    config: Any = numba.config  # set at run time, so unknown to its types
    config.CACHE_DIR, config.OPT = str(folder), type(config.OPT)(OPTIMISED)
    return folder


def rules() -> ModuleType:
    """Compose the rules that a search keeps into compiled functions.

    Returns
    -------
    module
        ``day_within(day, limits, inherited)`` (true when no day rule is exceeded by more than its inherited
        excess), ``day_excesses(day, limits, out)``, ``week_within(week, limits, inherited)``,
        ``ledger_within(ledger, limits)``, and ``DAY_RULES`` and ``WEEK_RULES``, how many there are.
    """
    source = _source()
    path = cache_folder() / f"rules_{hashlib.sha256(source.encode()).hexdigest()[:12]}.py"
    if not path.exists() or path.read_text() != source:
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_text(source)
        temporary.replace(path)
    if path.stem in sys.modules:
        return sys.modules[path.stem]
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _source() -> str:
    lines = ["from numba import njit", "", "from solver.compiled import INNER"]
    for scope in (Scope.DAY, Scope.WEEK, Scope.LEDGER):
        for i, rule in enumerate(rules_of(scope)):
            lines.append(f"from {rule.excess.__module__} import excess as {scope}_{i}  # {rule.code}")
    for scope in (Scope.DAY, Scope.WEEK, Scope.LEDGER):
        count = len(rules_of(scope))
        lines += ["", f"{scope.upper()}_RULES = {count}"]
        lines += [f"{scope}_{i} = njit(**INNER)({scope}_{i})" for i in range(count)]
        inherited = scope is not Scope.LEDGER  # what live work exceeds is in the facts of a ledger itself
        lines += ["", "", "@njit(**INNER)"]
        lines.append(f"def {scope}_within(facts, limits{', inherited' if inherited else ''}):")
        for i in range(count):
            lines += [f"    if {scope}_{i}(facts, limits) > {f'inherited[{i}]' if inherited else '0'}:"]
            lines += ["        return False"]
        lines.append("    return True")
    lines += ["", "", "@njit(**INNER)", "def day_excesses(facts, limits, out):"]
    lines += [f"    out[{i}] = day_{i}(facts, limits)" for i in range(len(rules_of(Scope.DAY)))]
    return "\n".join([*lines, "    return"]) + "\n"


def is_cold() -> bool:
    """Say whether nothing is compiled yet for this version and processor.

    Returns
    -------
    bool
        False once anything is, so that only a first start is announced.
    """
    return next(cache_folder().rglob("*.nbi"), None) is None


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage seldom: numba makes little of it, and much that stays, which is looked through again and again.

    Yields
    ------
    None
        While kernels are compiled or loaded: a tenth quicker, for a tenth more memory.
    """
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()
    gc.freeze()
    gc.set_threshold(5_000, 20, 10)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        if not frozen:
            gc.unfreeze()


@contextmanager
def rest_elsewhere() -> Iterator[None]:
    """Compile what the search does not need in another process meanwhile, and wait for it.

    A process of its own, not a fork or a spawned copy: who calls may have threads, or a script that guards nothing. What it
    did not manage is compiled by whoever asks for it.

    Yields
    ------
    None
        While the other process compiles.
    """
    path = os.pathsep.join(filter(None, (str(HERE.parent), os.environ.get("PYTHONPATH"))))
    other = subprocess.Popen([sys.executable, "-m", "solver.compiled", REST], env={**os.environ, "PYTHONPATH": path})
    try:
        yield
    finally:
        other.wait()


def _compile_the_rest() -> None:
    from solver.bound import labels
    from solver.warm import warm_board, warm_question

    with seldom_collected():
        labels.warm()
        warm_board()
        warm_question()


def main() -> None:
    """Compile every kernel, with a message, so that nothing compiles while people wait."""
    began = time.perf_counter()
    from solver import fillings
    from solver.warm import warm

    warm()
    _compile_the_rest()
    fillings.warm()
    print(f"Kernels ready in {time.perf_counter() - began:.1f} s.")


if __name__ == "__main__":
    if REST in sys.argv:
        _compile_the_rest()
    else:
        main()
