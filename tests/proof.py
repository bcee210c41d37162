"""Sampled or in full: how far the long property, mutation and fuzz runs go.

``make test`` samples them, ``make proof`` (``CAREROUND_PROOF=1``) runs them in full.
"""

from __future__ import annotations

import os


def in_proof() -> bool:
    """Say whether the long runs go in full."""
    return os.environ.get("CAREROUND_PROOF", "") not in ("", "0")


def examples(sampled: int, full: int) -> int:
    """Choose the number of examples of a long run: ``@settings(max_examples=examples(20, 1000))``."""
    return full if in_proof() else sampled
