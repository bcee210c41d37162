"""Validate the docstrings of the packages against the numpydoc checks listed in pyproject.toml.

numpydoc's own hook reads source without running it, so it takes a dataclass for a class without parameters and
reports each documented field as unknown. Here the fields of a dataclass or a named tuple are its parameters, and one
whose name and type say all may go without a description. The docstring of an endpoint is its description in the OpenAPI
document, where each parameter has one of its own; it need not list them again.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from numpydoc.hooks import validate_docstrings

ROOT = Path(__file__).resolve().parents[1]
HTTP_METHODS = {"get", "post", "put", "patch", "delete"}
_constructor_parameters = validate_docstrings.AstValidator.signature_parameters.fget


def _is_dataclass(node: ast.ClassDef) -> bool:
    names = (decorator.func if isinstance(decorator, ast.Call) else decorator for decorator in node.decorator_list)
    return any(isinstance(name, ast.Name) and name.id == "dataclass" for name in names)


def _is_named_tuple(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "NamedTuple" for base in node.bases)


def _is_endpoint(node: ast.FunctionDef) -> bool:
    calls = [one.func for one in node.decorator_list if isinstance(one, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in HTTP_METHODS for call in calls)


def _signature_parameters(validator: validate_docstrings.AstValidator) -> tuple[str, ...]:
    node = validator.node
    if isinstance(node, ast.ClassDef) and (_is_dataclass(node) or _is_named_tuple(node)):
        fields = [
            line.target.id
            for line in node.body
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
        ]
        return tuple(name for name in fields if name in validator.doc_all_parameters)
    parameters: tuple[str, ...] = _constructor_parameters(validator)
    if isinstance(node, ast.FunctionDef) and _is_endpoint(node):
        return tuple(name for name in parameters if name in validator.doc_all_parameters)
    return parameters


def main() -> int:
    """Validate every module of the packages and print what falls short."""
    validate_docstrings.AstValidator.signature_parameters = property(_signature_parameters)
    files = [str(path) for package in ("app", "solver", "geo") for path in sorted((ROOT / package).rglob("*.py"))]
    findings: int = validate_docstrings.run_hook(files, config=str(ROOT))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
