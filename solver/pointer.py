"""Many arrays behind one pointer: a compiled function that took them one by one would compile for minutes.

Inner functions read the arrays without counting references to them, which took a quarter of a search: whoever made the
structure keeps it, and with it its arrays, for as long as anything compiled runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from numba import types
from numba.core.imputils import impl_ret_borrowed
from numba.experimental import structref
from numba.extending import lower_getattr


class PointerType(types.StructRef):
    """Numba's type of a structure that is passed by its pointer.

    Parameters
    ----------
    fields
        Names and types.
    """

    def __init__(self, fields: Sequence[tuple[str, Any]]) -> None:
        super().__init__(fields)
        # The names of all functions that take the structure hold this one, which would be thousands of characters long.
        self.name = f"{type(self).__name__}_{hashlib.sha256(self.name.encode()).hexdigest()[:16]}"

    def preprocess_fields(self, fields: tuple[tuple[str, Any], ...]) -> tuple[tuple[str, Any], ...]:
        """Forget literal values, so that one compilation serves all.

        Parameters
        ----------
        fields
            Names and types.

        Returns
        -------
        tuple
            The same, without literals.
        """
        return tuple((name, types.unliteral(one)) for name, one in fields)


def define_pointer(proxy: type, pointer: type[PointerType], fields: Sequence[str]) -> None:
    """Let compiled code make structures of a type and read their fields.

    Parameters
    ----------
    proxy
        What such a structure is to Python.
    pointer
        Its type to numba.
    fields
        Names of its fields.
    """
    structref.register(pointer)
    structref.define_proxy(proxy, pointer, fields)
    for name in fields:
        lower_getattr(pointer, name)(_reader(name))


def _reader(name: str) -> Any:
    """Make what compiles the reading of a field; numba's own asks for counted references even where nobody counts."""

    def read(context: Any, builder: Any, typ: Any, value: Any) -> Any:
        counting = context.subtarget(enable_nrt=True)
        fields = structref._Utils(counting, builder, typ).get_data_struct(value)
        return impl_ret_borrowed(context, builder, typ.field_dict[name], getattr(fields, name))

    return read
