"""Hold the conventions that no ready-made linter knows.

- No module is called after a drawer (``utils``, ``helpers``, ``manager``): it is named by what it does.
- A random generator is made from a seed: ``random.Random(seed)``, ``numpy.random.default_rng(seed)``.
- Every module of a package has its place in a layer of the import contracts, and every top-level package is under them.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = ("app", "solver", "geo", "scripts", "benchmarks", "tests")
DRAWERS = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
GENERATORS = {"Random", "default_rng"}


def drawers(paths: list[Path]) -> Iterator[str]:
    """Name the modules that are called after a drawer.

    Parameters
    ----------
    paths
        Modules, relative to the root of the project.

    Yields
    ------
    str
        One finding per module.
    """
    for path in paths:
        if DRAWERS & {path.stem, *path.parts[:-1]}:
            yield f"{path}: named after a drawer; name it by what it does"


def unseeded_generators(path: Path, tree: ast.AST) -> Iterator[str]:
    """Find random generators that are made without a seed.

    Parameters
    ----------
    path
        The module, for the finding.
    tree
        Its syntax.

    Yields
    ------
    str
        One finding per call.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and not node.args and not node.keywords:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in GENERATORS:
                yield f"{path}:{node.lineno}: {name}() without a seed; randomness is an argument"


def uncovered_packages(root: Path) -> Iterator[str]:
    """Name the top-level packages that the import contracts do not know.

    Parameters
    ----------
    root
        Root of the project.

    Yields
    ------
    str
        One finding per package.
    """
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    known = {*settings["root_packages"], "scripts", "benchmarks", "tests"}
    for init in sorted(root.glob("*/__init__.py")):
        if init.parent.name not in known:
            yield f"{init.parent.name}: a top-level package outside the import contracts (pyproject.toml)"


def main() -> int:
    """Check the conventions and print what falls short."""
    paths = [path.relative_to(ROOT) for folder in CODE for path in sorted((ROOT / folder).rglob("*.py"))]
    findings = [*drawers(paths), *uncovered_packages(ROOT)]
    for path in paths:
        findings += unseeded_generators(path, ast.parse((ROOT / path).read_text()))
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
