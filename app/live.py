"""The live board: a council's week in memory, which grows by a package in milliseconds.

A board is never changed: a new package or a new plan makes a new one that shares everything else, so a
request reads one state from beginning to end while others write.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from app.formats.council import CouncilFile, Home, Package
from app.formats.plan import PlanFile, RoundPlan
from app.ground import Ground
from app.growth import Footing, footing_of, grown_tables
from app.plans import round_of, stated_plan
from app.problem import problem_of
from app.received import UnfitPackage, alone_in, home_faults, joined, package_faults
from solver.assemble import round_plan
from solver.board import Board
from solver.draft import Draft
from solver.options import Option, options
from solver.plan import PlanRound
from solver.pool import Column, columns, rebuild
from solver.problem import DAYS, NOWHERE, Problem
from solver.replay import draft_of

RoundKey = tuple[object, ...]
"""What a round is, whatever it is called."""


class PackageExists(Exception):
    """A package of this ref is on the board already."""


class Standing(NamedTuple):
    """A plan as it stands on the board."""

    plan: PlanFile
    columns: Mapping[int, list[Column]]
    """By patch; ids stay valid while packages are only added."""
    contracts: Mapping[int, int]
    """Contract of every placed case."""
    refs: Mapping[RoundKey, str]
    """Of every proposed round, by what it is."""


class Offered(NamedTuple):
    """The options of a package, and how to call their rounds."""

    options: list[Option]
    refs: Mapping[int, str]
    """Of the rounds of the package's patch, by position."""


class Kept(NamedTuple):
    """A patch as it stands, set up once for many questions."""

    draft: Draft
    """Only to be read: everybody who asks shares it."""
    refs: Mapping[int, str]
    """Of its rounds, by position."""


@contextmanager
def out_of_collection() -> Iterator[None]:
    """Leave what is in memory out of Python's garbage collection: going through a large board takes longer than an answer.

    Yields
    ------
    None
        Until the end of the block.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LiveBoard:
    """One state of a council's week.

    Parameters
    ----------
    council
        With every package received so far.
    ground
        Finds areas; holds the streets.
    areas
        Area of every home, None outside all.
    problem
        The same week for the engine.
    footing
        Where the homes stand on the streets, to measure travel to one more.
    standing
        The current plan; None before one exists.
    kept
        Patches that somebody has asked about. They hold live rounds and the plan's, and no package that waits: boards
        that differ only by such packages share them.
    """

    council: CouncilFile
    ground: Ground
    areas: tuple[str | None, ...]
    problem: Problem
    footing: Footing
    standing: Standing | None = None
    kept: dict[int, Kept] = field(default_factory=dict)

    def with_package(self, package: Package, home: Home | None) -> LiveBoard:
        """Add a waiting package, and its home if that is new.

        Parameters
        ----------
        package
            In state waiting.
        home
            With the ``home_ref`` of the package; None for a home that the board knows.

        Returns
        -------
        LiveBoard
            Equal to one made from scratch with the package and the home in its council file.

        Raises
        ------
        PackageExists
            The ref is taken.
        UnfitPackage
            With every fault, paths starting at ``package`` or ``home``.
        """
        if any(one.package_ref == package.package_ref for one in self.council.packages):
            raise PackageExists("A package of this ref is on the board. Give the new package another ref.")
        place = next((i for i, one in enumerate(self.council.homes) if one.home_ref == package.home_ref), None)
        known = None if place is None else self.council.homes[place]
        found = home_faults(package, home, known)
        where = home or known
        if found or where is None:
            raise UnfitPackage(found)
        area = self.ground.areas_of((where,))[0] if place is None else self.areas[place]
        alone = alone_in(self.council, package, where, area)
        if found := package_faults(self.council, alone, area):
            raise UnfitPackage(found)
        council = self.council.model_copy(update={"packages": (*self.council.packages, package)})
        grown, at = self, place
        if at is None:
            at = len(self.council.homes)
            council = council.model_copy(update={"homes": (*council.homes, where)})
            grown = self._with_home(where, area)
        return replace(grown, council=council, problem=joined(grown.problem, problem_of(alone), at))

    def _with_home(self, home: Home, area: str | None) -> LiveBoard:
        travel, footing = grown_tables(self.ground, self.footing, self.council.homes, home, self.problem)
        problem = replace(self.problem, travel=travel)
        return replace(self, problem=problem, footing=footing, areas=(*self.areas, area))

    def with_plan(self, plan: PlanFile) -> LiveBoard:
        """Make a plan the current one; packages that it does not know go on waiting.

        Parameters
        ----------
        plan
            Made from this council, or from it before packages were added.

        Returns
        -------
        LiveBoard
            With the plan's rounds and placements on it.

        Raises
        ------
        UnreadablePlan
            The plan does not belong to this council.
        """
        stated = stated_plan(plan, self.council)
        draft = draft_of(self.problem, stated)
        by_patch: dict[int, list[Column]] = {}
        for column in columns(draft):
            by_patch.setdefault(column.patch, []).append(column)
        contracts = {case: placed.contract for case, placed in draft.placed.items()}
        refs = {_key(one): one.round_ref for one in stated.rounds if one.source == "proposed"}
        return replace(self, standing=Standing(plan, by_patch, contracts, refs), kept={})

    def package_at(self, package_ref: str) -> int | None:
        """Find a package by its ref.

        Parameters
        ----------
        package_ref
            Any text.

        Returns
        -------
        int or None
            Its place in the council's list of packages.
        """
        return next((i for i, one in enumerate(self.council.packages) if one.package_ref == package_ref), None)

    def options_for(self, package: int) -> Offered:
        """Rank or refuse every contract of a waiting package's zone.

        Parameters
        ----------
        package
            Id of a waiting package; one that the plan places is looked at as if it were not.

        Returns
        -------
        Offered
            Empty for a home outside every zone.
        """
        case = next((i for i, packages in enumerate(self.problem.cases) if package in packages), None)
        patch = self.problem.packages[package].patch
        if case is None or patch == NOWHERE:
            return Offered([], {})
        draft, refs = self.patch(patch)
        if case in draft.placed:
            draft = draft.copied()
            draft.withdraw(case)
        return Offered(options(draft, case), refs)

    def patch(self, patch: int) -> Kept:
        """Set a patch up for questions, with what the rest of the council carries, or take it as it was set up before.

        Parameters
        ----------
        patch
            Id of the patch.

        Returns
        -------
        Kept
            The patch's live rounds and the plan's.
        """
        # Two who ask at once may both set it up; they come to the same, and the first stays.
        kept = self.kept.get(patch) or self.kept.setdefault(patch, self._set_up(patch))
        return Kept(kept.draft.seen_by(self.problem), kept.refs)

    def _set_up(self, patch: int) -> Kept:
        problem, standing = self.problem, self.standing
        if standing is None:
            draft = Draft(problem, [], [patch])
            return Kept(draft, {r: problem.rounds[one.live].ref for r, one in enumerate(draft.boards[patch].rounds)})
        here = {case: contract for case, contract in standing.contracts.items() if self._patch_of(case) == patch}
        draft = Draft(problem, sorted(here), [patch], {case: [] for case in here})
        rebuild(draft, standing.columns.get(patch, []), here)
        for case, contract in standing.contracts.items():
            if case not in here:
                draft.ledger.post(case, contract)
        board = draft.boards[patch]
        return Kept(
            draft,
            {
                r: problem.rounds[one.live].ref if one.live >= 0 else standing.refs[_key_on(board, r)]
                for r, one in enumerate(board.rounds)
            },
        )

    def round_on_board(self, round_ref: str) -> RoundPlan | None:
        """Read a round with its timetable.

        Parameters
        ----------
        round_ref
            Of the plan; before a plan exists, of a live round.

        Returns
        -------
        RoundPlan or None
            None when there is no such round.
        """
        if self.standing is not None:
            return next((one for one in self.standing.plan.rounds if one.round_ref == round_ref), None)
        patch = next((one.patch for one in self.problem.rounds if one.ref == round_ref), None)
        if patch is None:
            return None
        draft, refs = self.patch(patch)
        r = next(r for r, ref in refs.items() if ref == round_ref)
        return round_of(round_plan(draft, (patch, r), round_ref))

    def _patch_of(self, case: int) -> int:
        return self.problem.packages[self.problem.cases[case][0]].patch


def _key(one: PlanRound) -> RoundKey:
    """Say what a round is, whatever it is called."""
    days = tuple((day, tuple((v.package_ref, v.visit_ref) for v in one.days.get(day, ()))) for day in DAYS)
    return one.provider_ref, one.shift_ref, one.crew, days


def _key_on(board: Board, r: int) -> RoundKey:
    problem, one = board.problem, board.rounds[r]
    days = tuple(
        (day, tuple((problem.packages[problem.visits[v].package].ref, problem.visits[v].ref) for v in visits))
        for day, visits in zip(DAYS, board.days(r), strict=True)
    )
    return problem.providers[one.provider].ref, problem.shifts[one.shift].ref, one.crew, days


def open_board(council: CouncilFile, folder: Path) -> LiveBoard:
    """Set a council's week up in memory; measures all travel once.

    Parameters
    ----------
    council
        A checked council file.
    folder
        Folder of the file; paths of street extracts start there.

    Returns
    -------
    LiveBoard
        Without a plan.

    Raises
    ------
    ForeignStreets
        The street extract is missing or another one.
    """
    ground = Ground(council=council, folder=folder)
    return LiveBoard(
        council=council,
        ground=ground,
        areas=tuple(ground.areas_of(council.homes)),
        problem=problem_of(council, folder),
        footing=footing_of(ground),
    )


class LiveCouncil:
    """The current board; writers take turns, readers never wait.

    Parameters
    ----------
    board
        To begin with.
    """

    def __init__(self, board: LiveBoard) -> None:
        self.board = board
        self._writing = threading.Lock()

    def receive(self, package: Package, home: Home | None) -> LiveBoard:
        """Put a waiting package on the board.

        Parameters
        ----------
        package, home
            As :meth:`LiveBoard.with_package` takes them.

        Returns
        -------
        LiveBoard
            The first board that holds it.
        """
        with self._writing:
            self.board = self.board.with_package(package, home)
            return self.board

    def adopt(self, plan: PlanFile) -> None:
        """Make a plan the current one, in one step.

        Parameters
        ----------
        plan
            Made from this council some packages ago.
        """
        with self._writing:
            self.board = self.board.with_plan(plan)
