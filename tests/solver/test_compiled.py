"""Compiled code: the cache knows every file that it comes from, and Python calls only what is made to be called."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numba
import pytest

from solver import compiled

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "solver").rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_file_imports_is_read_off_its_lines(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert set(_imported(ast.parse(source))) <= compiled.imported(source)


def test_python_calls_nothing_that_only_compiled_code_can_call() -> None:
    """It would fail."""
    inner = {path.stem: set(_inner(ast.parse(path.read_text(encoding="utf-8")))) for path in SOURCES}
    assert inner["seating"]
    for folder in ("solver", "app", "benchmarks", "scripts", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if ("@njit" in source or "@kept" in source) and folder == "solver":
                continue
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("solver."):
                    taken = {one.name for one in node.names} & inner.get(node.module.rsplit(".", 1)[1], set())
                    assert not taken, (path, taken)
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    assert node.attr not in inner.get(node.value.id, set()), (path, node.attr)


def test_code_that_only_compiled_code_calls_is_run_where_it_is_taken_in_and_never_by_itself() -> None:
    inner = numba.njit(**compiled.INNER)(_half)
    entry = numba.njit(**compiled.FLAT)(lambda number: inner(number) + inner(number + 2))
    assert entry(40) == 41
    with pytest.raises(KeyError):
        inner(40)
    (one,) = inner.overloads.values()
    assert one.library.get_pointer_to_function(one.fndesc.llvm_func_name) == 0
    assert one.fndesc.llvm_func_name in one.library.get_llvm_str()


def _half(number: int) -> int:
    return number // 2


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def _inner(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any("INNER" in ast.unparse(one) for one in node.decorator_list):
            yield node.name
