"""A plan's refs looked up in the problem; whatever names nothing is a violation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from solver.facts import DayFacts
from solver.means import MODES, Mode
from solver.plan import Plan, PlanPlacement, PlanRound
from solver.problem import DAYS, Layout, Problem
from solver.verify.violation import Violation


@dataclass(slots=True, kw_only=True)
class ReadRound:
    """A round of the plan with its refs looked up."""

    stated: PlanRound
    provider: int
    patch: int
    shift: int
    mode: Mode
    live: int
    days: tuple[tuple[int, ...], ...]
    facts: list[DayFacts] = field(default_factory=list)
    """Of each day, naively recomputed; filled by the round checks."""


@dataclass(slots=True, kw_only=True)
class ReadPlacement:
    """A placement of the plan with its refs looked up."""

    stated: PlanPlacement
    package: int
    contract: int
    layout: Layout
    """Of the package's week."""


class Reading:
    """A plan read against a problem.

    Parameters
    ----------
    problem
        The council's week.
    plan
        The plan.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.faults: list[Violation] = []
        self.package_at = {one.ref: i for i, one in enumerate(problem.packages)}
        self.visit_at = {(one.ref, problem.visits[v].ref): v for one in problem.packages for v in one.visits}
        self.contract_at = {one.ref: i for i, one in enumerate(problem.contracts)}
        self.provider_at = {one.ref: i for i, one in enumerate(problem.providers)}
        self.patch_at = {one.ref: i for i, one in enumerate(problem.patches)}
        self.shift_at = {one.ref: i for i, one in enumerate(problem.shifts)}
        self.live_at = {one.ref: i for i, one in enumerate(problem.rounds)}
        self._once("DUPLICATE_ROUND", "round", (one.round_ref for one in plan.rounds))
        self._once(
            "PLACED_TWICE",
            "package",
            [one.package_ref for one in plan.placements] + [one.package_ref for one in plan.unplaced],
        )
        for one in plan.placements:
            if (layout := self._layout(one)) is not None:
                visits = [visit for part in layout.parts for visit in problem.parts[part].visits]
                self.visit_at |= {(one.package_ref, problem.visits[visit].ref): visit for visit in visits}
        self.rounds = {one.round_ref: read for one in plan.rounds if (read := self._round(one)) is not None}
        self.placements = [placed for one in plan.placements if (placed := self._placement(one)) is not None]
        for left in plan.unplaced:
            self._known("package", left.package_ref, self.package_at, f"unplaced package {left.package_ref}")
        self.contract_of = {read.package: read.contract for read in self.placements}

    def fault(self, code: str, where: str, sentence: str) -> None:
        """Note a structural violation.

        Parameters
        ----------
        code
            The checker's code.
        where
            What it is about.
        sentence
            What is wrong.
        """
        self.faults.append(Violation(code=code, where=where, sentence=sentence, structural=True))

    def _round(self, one: PlanRound) -> ReadRound | None:
        where = f"round {one.round_ref}"
        mode = self._mode(one.mode, where)
        known = [
            self._known("provider", one.provider_ref, self.provider_at, where),
            self._known("patch", one.patch_ref, self.patch_at, where),
            self._known("shift", one.shift_ref, self.shift_at, where),
            *(self._known("day", day, dict.fromkeys(DAYS, 0), where) for day in one.days),
        ]
        days: list[tuple[int, ...]] = []
        for day in DAYS:
            visits = []
            for visit in one.days.get(day, ()):
                at = self.visit_at.get((visit.package_ref, visit.visit_ref))
                if at is None:
                    self.fault(
                        "UNKNOWN_REF", f"{where}, {day}", f"There is no visit {visit.package_ref} {visit.visit_ref}."
                    )
                    known.append(False)
                else:
                    visits.append(at)
            days.append(tuple(visits))
        if mode is None or not all(known):
            return None
        return ReadRound(
            stated=one,
            provider=self.provider_at[one.provider_ref],
            patch=self.patch_at[one.patch_ref],
            shift=self.shift_at[one.shift_ref],
            mode=mode,
            live=self.live_at.get(one.round_ref, -1),
            days=tuple(days),
        )

    def _placement(self, one: PlanPlacement) -> ReadPlacement | None:
        where = f"package {one.package_ref}"
        known = [
            self._known("package", one.package_ref, self.package_at, where),
            self._known("contract", one.contract_ref, self.contract_at, where),
            self._known("provider", one.provider_ref, self.provider_at, where),
            *(self._known("round", part.round_ref, dict.fromkeys(self.rounds, 0), where) for part in one.parts),
        ]
        if not all(known):
            return None
        layout = self._layout(one)
        if layout is None:
            self.fault("UNKNOWN_REF", where, f"Its week cannot be laid out as {one.layout!r}.")
            return None
        return ReadPlacement(
            stated=one,
            package=self.package_at[one.package_ref],
            contract=self.contract_at[one.contract_ref],
            layout=layout,
        )

    def _layout(self, one: PlanPlacement) -> Layout | None:
        package, contract = self.package_at.get(one.package_ref), self.contract_at.get(one.contract_ref)
        if package is None or contract is None:
            return None
        pattern = self.problem.providers[self.problem.contracts[contract].provider].pattern
        layouts = self.problem.packages[package].layouts(pattern)
        return next((layout for layout in layouts if layout.ref == one.layout), None)

    def _known(self, what: str, ref: str, table: dict[str, int], where: str) -> bool:
        if ref not in table:
            self.fault("UNKNOWN_REF", where, f"There is no {what} {ref}.")
        return ref in table

    def _mode(self, stated: str, where: str) -> Mode | None:
        """Look a means of travel up; none is had by which no way is known, since no round may use it."""
        mode = next((mode for mode in MODES if mode == stated), None)
        if mode is None:
            self.fault("UNKNOWN_REF", where, f"There is no mode {stated}.")
        elif mode not in self.problem.known_modes:
            self.fault("SAFETY_MEANS", where, f"No round of this council may use this means of travel: {stated}.")
            return None
        return mode

    def _once(self, code: str, what: str, refs: Iterable[str]) -> None:
        for ref, times in sorted(Counter(refs).items()):
            if times > 1:
                self.fault(code, f"{what} {ref}", f"It stands {times} times in the plan.")
