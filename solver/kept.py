"""Keep compiled code between processes, and load of numba's library only what that needs.

Before numba looks for kept code, it loads all that it would compile with; and it reads the code in LLVM's own language too, in
case other code takes it in. A process that compiles nothing needs neither, and they are most of a start.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, cast

from llvmlite import binding
from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.core.codegen import JITCodeLibrary
from numba.core.runtime.nrt import rtsys


class _Library(JITCodeLibrary):
    """Machine code that was kept, with its text in LLVM's language unread."""

    _text: bytes

    @classmethod
    def _unserialize(cls, codegen: Any, state: Any) -> _Library:
        name, _, (machine_code, text) = state
        self = cls(codegen, name)
        self._text = text
        self.enable_object_caching()
        self._set_compiled_object(machine_code)
        self._finalize_final_module()
        return self

    def get_pointer_to_function(self, name: str) -> int:
        # Numba first looks whether the text has such a function.
        address: int = self._codegen._engine.get_function_address(name)
        return address

    def _get_module_for_linking(self) -> Any:
        if self._shared_module is None:
            self._shared_module = binding.parse_bitcode(self._text)
            self._codegen._engine._load_defined_symbols(self._shared_module)
        return self._shared_module


class _Results(CompileResultCacheImpl):
    def rebuild(self, target_context: Any, payload: Any) -> Any:
        codegen = target_context.codegen()
        usual, codegen._library_class = codegen._library_class, _Library  # under numba's lock of all compilation
        try:
            return super().rebuild(target_context, payload)
        finally:
            codegen._library_class = usual


class _Cache(FunctionCache):
    _impl_class = _Results

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        # All that kept code calls of numba's library: its counting of references.
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            found = self._load_overload(sig, target_context)
            if found is not None:
                return found
        _spare_linear_algebra()
        return None


def kept(**options: Any) -> Callable[[Any], Any]:
    """Compile a function when it is first called, unless its code was kept by an earlier process.

    Parameters
    ----------
    **options
        Of ``numba.njit``, but for ``cache``.

    Returns
    -------
    callable
        A decorator.
    """

    def _decorated(function: Any) -> Any:
        dispatcher = njit(**options)(function)
        dispatcher._cache = _Cache(function)
        return dispatcher

    return _decorated


def _spare_linear_algebra() -> None:
    """Have numba load its library without SciPy's linear algebra, which no kernel uses and takes longer than the rest."""
    unwanted = "scipy.linalg"
    if unwanted in sys.modules:
        return
    sys.modules[unwanted] = cast("ModuleType", None)  # so that importing it fails
    try:
        importlib.import_module("numba.np.arraymath")
    finally:
        del sys.modules[unwanted]
