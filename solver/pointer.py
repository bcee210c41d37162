"""Many arrays behind one pointer: a compiled function that took them one by one would compile for minutes."""

from __future__ import annotations

from typing import Any

from numba import types


class PointerType(types.StructRef):
    """Numba's type of a structure that is passed by its pointer."""

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
