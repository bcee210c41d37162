"""Compile functions that only compiled code calls as far as that code needs them.

Numba optimises every function and makes machine code of it, and does so again wherever a function takes another in: a chain
of eight is compiled eight times. Those that Python never calls are left as they are after the first simplification; whoever
takes them in optimises them, together with all else, and makes the machine code.
"""

from __future__ import annotations

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import LoweringPass, register_pass
from numba.core.typed_passes import AnnotateTypes, NativeLowering


class InnerLibrary(JITCodeLibrary):
    """Code to be taken in by others, in LLVM's own language."""

    def _optimize_final_module(self) -> None:
        # What numba does first with all code: loops turned and instructions joined, before anything is inlined.
        passes, builder = self._codegen._module_pass_manager(
            opt=0, loop_vectorize=False, slp_vectorize=False, cost="cheap"
        )
        passes.run(self._final_module, builder)

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=False, analysis_only=False)
class _Withheld(LoweringPass):
    """Have the function's code written into a library of its own kind, and nothing made of it."""

    _name = "withheld_from_python"

    def __init__(self) -> None:
        LoweringPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        state.library = InnerLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        return False


@register_pass(mutates_CFG=False, analysis_only=False)
class _Known(LoweringPass):
    """Tell others where to find the function's code."""

    _name = "known_to_compiled_code"

    def __init__(self) -> None:
        LoweringPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        lowered = state["cr"]
        # Numba knows a function by what Python would call, which must be a built-in method: one for each that always fails.
        nothing = dict[str, str]().popitem
        state.targetctx.insert_user_function(nothing, lowered.fndesc, [state.library])
        state["cr"] = lowered._replace(cfunc=nothing)
        return False


class InnerCompiler(CompilerBase):
    """Numba's own pipeline, but for what becomes of the code."""

    def define_pipelines(self) -> list[Any]:
        """State the passes.

        Returns
        -------
        list of PassManager
            One.
        """
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(_Withheld, AnnotateTypes)
        passes.add_pass_after(_Known, NativeLowering)
        passes.finalize()
        return [passes]
