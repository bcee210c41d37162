"""How the checks say things."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator

from app.formats.checks.reading import Reading
from app.formats.faults import Fault, shown

# Comparing with thousands of refs for each of thousands of faults would take minutes.
_COMPARED_MAX = 500


def fault(path: str, value: object, reason: str, mend: str) -> Fault:
    """Return a fault with its value as a message may show it.

    Parameters
    ----------
    path
        Where.
    value
        The value found; the empty string for none.
    reason
        What is wrong with it.
    mend
        What to do about it.

    Returns
    -------
    Fault
        The fault.
    """
    return Fault(path=path, value="" if value == "" else shown(value, path), reason=reason, mend=mend)


def unknown(reading: Reading, kind: str, uses: Iterable[tuple[str, str | None]]) -> Iterator[Fault]:
    """Yield a fault for each ref that the file does not define.

    Parameters
    ----------
    reading
        The file.
    kind
        What the refs name.
    uses
        Path and ref of each use; ``None`` refs are passed over.

    Yields
    ------
    Fault
        One for each use of an unknown ref.
    """
    known = reading.known.get(kind)
    if known is None:
        return
    for path, ref in uses:
        if ref is not None and ref not in known:
            yield fault(
                path, ref, f"is no {kind} of this file", f"add the {kind}, or correct the ref{near(ref, known)}"
            )


def near(ref: str, known: Collection[str]) -> str:
    """Return ``" (nearest: x)"`` for the known ref most like one, or nothing.

    Parameters
    ----------
    ref
        The ref found.
    known
        The refs that exist.

    Returns
    -------
    str
        Words to append to a mend.
    """
    if len(known) > _COMPARED_MAX:
        return ""
    found = difflib.get_close_matches(ref, sorted(known), n=1, cutoff=0.75)
    return f" (nearest: {found[0]})" if found else ""
