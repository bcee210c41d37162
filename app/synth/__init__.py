"""Fictional councils on a real or fictional town, in five built-in profiles."""

from __future__ import annotations

from app.synth.council import synth
from app.synth.live import Infer, RoundsGrade, TimedRound
from app.synth.profiles import PROFILES, Profile, ProfileName

__all__ = ["PROFILES", "Infer", "Profile", "ProfileName", "RoundsGrade", "TimedRound", "synth"]
