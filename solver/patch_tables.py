"""What never changes about a patch, as arrays: its visits, its homes' travel times, its parts, and what days are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver import kernel
from solver.facts import DaySetting
from solver.means import MODES
from solver.problem import Problem

Surroundings = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def visit_row(problem: Problem, visit: int, at: int) -> tuple[int, ...]:
    """State a visit as the kernel takes it.

    Parameters
    ----------
    problem
        The council's week; it may have grown by packages since a patch's tables were made.
    visit
        Id of the visit.
    at
        Position of its home in the travel times.

    Returns
    -------
    tuple of int
        As :mod:`solver.kernel` says.
    """
    one = problem.visits[visit]
    unsafe = problem.homes[one.home].unsafe_after_dark
    return at, one.earliest_s, one.latest_s, one.duration_s, int(one.critical), int(unsafe)


class PatchTables:
    """A patch's visits as rows, and all that prices of its rounds depend on besides the rounds.

    Parameters
    ----------
    problem
        The council's week.
    patch
        Id of the patch.
    parts
        Parts that may be joined here.
    rounds
        Live rounds that run here.
    """

    def __init__(self, problem: Problem, patch: int, parts: Sequence[int], rounds: Sequence[int]) -> None:
        self._problem, self._patch = problem, patch
        self.limits, self.week_limits = problem.day_limits(), problem.week_limits()
        self.weights = [problem.weights(mode, patch) for mode in MODES]
        """Start-up in paid seconds and travel in per cent, of every means of travel."""
        live_visits = {v for r in rounds for day in problem.rounds[r].days for v in day}
        self.visits = sorted(live_visits | {v for part in parts for v in problem.parts[part].visits})
        """Visit of each row."""
        self.row_of = {visit: row for row, visit in enumerate(self.visits)}
        homes = sorted({problem.visits[visit].home for visit in self.visits})
        self.home_at = {home: i for i, home in enumerate(homes)}
        """Position of each home in the travel times."""
        self.rows = np.zeros((max(1, len(self.visits)), kernel.ROW), np.int64)
        for row, visit in enumerate(self.visits):
            self.rows[row] = visit_row(problem, visit, self.home_at[problem.visits[visit].home])
        self.travel = np.stack([table[np.ix_(homes, homes)] for table in problem.travel.values()])
        """Seconds, shape (means of travel, homes, homes)."""
        self.parts = list(parts)
        self.part_at = {part: i for i, part in enumerate(self.parts)}
        widest = max((len(problem.parts[part].visits) for part in parts), default=1)
        self.part_visits = np.zeros((max(1, len(parts)), widest), np.int64)
        self.part_days = np.zeros((max(1, len(parts)), widest), np.int64)
        self.part_sizes = np.zeros(max(1, len(parts)), np.int64)
        for i, part in enumerate(self.parts):
            visits = problem.parts[part].visits
            self.part_sizes[i] = len(visits)
            self.part_visits[i, : len(visits)] = [self.row_of[visit] for visit in visits]
            self.part_days[i, : len(visits)] = [problem.visits[visit].days for visit in visits]
        self._settings: dict[tuple[int, int, int], DaySetting] = {}
        self._modes_open: dict[int, tuple[int, ...]] = {}

    def setting(self, shift: int, mode: int, crew: int) -> DaySetting:
        """State what a day of a round is worked by; remembered.

        Parameters
        ----------
        shift
            Id.
        mode
            Position in :data:`solver.means.MODES`.
        crew
            1 or 2.

        Returns
        -------
        DaySetting
            As :meth:`solver.problem.Problem.day_setting` says.
        """
        key = (shift, mode, crew)
        if key not in self._settings:
            self._settings[key] = self._problem.day_setting(shift, MODES[mode], crew)
        return self._settings[key]

    def modes_open(self, provider: int) -> tuple[int, ...]:
        """List the means of travel of a provider's new rounds; remembered.

        Parameters
        ----------
        provider
            Id.

        Returns
        -------
        tuple of int
            Positions in :data:`solver.means.MODES`.
        """
        if provider not in self._modes_open:
            modes = self._problem.modes_of(provider, self._patch)
            self._modes_open[provider] = tuple(MODES.index(mode) for mode in modes)
        return self._modes_open[provider]

    @cached_property
    def surroundings(self) -> Surroundings:
        """What timetables and prices depend on besides rounds and visits.

        Settings have the fields of DaySetting, shape (shifts, modes, 3, 8); weights start-up in paid seconds and travel in
        per cent, shape (modes, 2); and the modes of each provider's new rounds are a bit mask, shape (providers,).
        """
        problem = self._problem
        shifts = range(len(problem.shifts))
        settings = [[[self.setting(s, mode, crew) for crew in range(3)] for mode in range(len(MODES))] for s in shifts]
        return (
            np.array(settings, np.int64).reshape(len(shifts), len(MODES), 3, len(DaySetting._fields)),
            np.array(self.weights, np.int64),
            np.array([sum(1 << i for i in self.modes_open(p)) for p in range(len(problem.providers))], np.int64),
        )
