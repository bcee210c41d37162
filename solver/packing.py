"""What the compiled search reads of a draft, as flat tables, and the names behind their ids."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.draft import Draft, Placed
from solver.layouts import case_layouts
from solver.ledger import Slot, counted_min, growth_min, members, part_min, stated_capacity
from solver.levels import case_gains, level_specs
from solver.means import MODES
from solver.pairs import embargoes_over
from solver.tables import END_SEAT, FIRST_SEAT, NOBODY, PART, Ints

NEIGHBOURS = 60
"""Nearest cases that a ruin may reach from its first."""
WEIGHT_S: dict[str, float] = {"0": 0.0, "1.wait": 1e6, "2": 1e5, "3": 50.0, "4": 20.0, "5": 1.0, "6": 1e-4}
"""Paid seconds that the search takes a unit of a level for, so that a step hardly ever trades a level for a later one;
what counts in the end is the comparison level by level."""


class Packing:
    """What a search over a draft does not change, as tables, and the names behind their ids.

    Parameters
    ----------
    draft
        Any draft: what it has placed does not count.
    """

    def __init__(self, draft: Draft) -> None:
        self.problem, self.draft = draft.problem, draft
        problem = draft.problem
        self.cases = list(draft.cases)
        self.case_at = {case: i for i, case in enumerate(self.cases)}
        patches = sorted(draft.boards)
        self.patch_at = {patch: i for i, patch in enumerate(patches)}
        self.visits: list[int] = []
        self.first_row: dict[int, int] = {}
        """Where the rows of a patch's board begin."""
        for patch in patches:
            self.first_row[patch] = len(self.visits)
            self.visits.extend(draft.boards[patch].tables.visits)
        self.row_of = {visit: row for row, visit in enumerate(self.visits)}
        self.parts = [part for patch in patches for part in draft.boards[patch].tables.parts]
        self.part_at = {part: i for i, part in enumerate(self.parts)}
        self.levels = [spec.level for spec in level_specs(problem)]
        self.groups: list[tuple[int, int, int, int]] = []
        self.group_at: dict[tuple[int, int, int, int], int] = {}
        stated = stated_capacity(problem)
        self.slots = sorted(slot for slot in stated if slot.patch in self.patch_at)
        self.slot_at = {slot: i for i, slot in enumerate(self.slots)}
        self.offer_contract: list[int] = []
        self.fixed = self._fixed()
        """Fields of :class:`solver.tables.Tables`, up to ``level_5``."""

    def group(self, provider: int, patch: int, shift: int, crew: int) -> int:
        """Find a group, or make it.

        Parameters
        ----------
        provider, patch, shift
            Ids.
        crew
            1 or 2.

        Returns
        -------
        int
            Its place in the tables.
        """
        key = (provider, patch, shift, crew)
        if key not in self.group_at:
            self.group_at[key] = len(self.groups)
            self.groups.append(key)
        return self.group_at[key]

    def offer_of(self, i: int, placed: Placed) -> int:
        """Find the offer by which a case is placed.

        Parameters
        ----------
        i
            Place of the case in the tables.
        placed
            Its contract and seats.

        Returns
        -------
        int
            Place of the offer in the tables.
        """
        fixed = self.fixed
        sitting = [self.part_at[seat.part] for seat in placed.seats]
        for offer in range(*fixed["cases"][i, :2].tolist()):
            first, end = fixed["offers"][offer, [FIRST_SEAT, END_SEAT]].tolist()
            if self.offer_contract[offer] == placed.contract and fixed["seats"][first:end, PART].tolist() == sitting:
                return offer
        raise LookupError(f"no offer seats the parts {sitting}")

    def _fixed(self) -> dict[str, Any]:
        problem, draft = self.problem, self.draft
        rows, travel = self._ground()
        part_visits, part_days, parts = self._part_tables()
        cases, offers, seats, embargoes, gains = self._offer_tables()
        for patch in self.patch_at:
            for one in draft.boards[patch].rounds:
                if one.live >= 0:
                    self.group(one.provider, patch, one.shift, one.crew)
        specs = level_specs(problem)
        senses = np.array([-1 if spec.sense == "max" else 1 for spec in specs], np.int64)
        stated = stated_capacity(problem)
        fixed: dict[str, Any] = dict(  # noqa: C408  # the fields of a tuple, named as there
            rows=rows,
            row_part=self._row_parts(),
            travel=travel,
            settings=np.array(
                [
                    [[problem.day_setting(shift, mode, crew) for crew in range(3)] for mode in MODES]
                    for shift in range(len(problem.shifts))
                ],
                np.int64,
            ).reshape(len(problem.shifts), len(MODES), 3, -1),
            weights=np.array(
                [[problem.weights(mode, patch) for mode in MODES] for patch in range(len(problem.patches))], np.int64
            ).reshape(len(problem.patches), len(MODES), 2),
            part_visits=part_visits,
            part_days=part_days,
            parts=parts,
            cases=cases,
            offers=offers,
            seats=seats,
            embargoes=embargoes,
            embargo_limits=np.array([one.intake_limit_min for one in problem.embargoes] or [0], np.int64),
            gains=gains,
            level_weights=senses * np.array([_weight_s(level, self.levels) for level in self.levels]),
            senses=senses,
            groups=self._group_table(),
            contracts=np.array([(one.cap_min, one.guaranteed_min) for one in problem.contracts] or [(0, 0)], np.int64),
            growth_limits=np.array([one.growth_limit_min for one in problem.providers] or [0], np.int64),
            slots=np.array([stated[slot][:3] for slot in self.slots] or [(0, 0, 0)], np.int64),
            near=self._near(),
            limits=problem.day_limits(),
            week_limits=problem.week_limits(),
            level_4=self.levels.index("4"),
            level_5=self.levels.index("5"),
        )
        return fixed

    def _ground(self) -> tuple[Ints, NDArray[np.uint16]]:
        problem = self.problem
        homes = sorted(
            {problem.visits[visit].home for visit in self.visits}, key=lambda home: (problem.homes[home].patch, home)
        )
        place = {home: i for i, home in enumerate(homes)}
        rows = np.zeros((max(1, len(self.visits)), 6), np.int64)
        for row, visit in enumerate(self.visits):
            one = problem.visits[visit]
            unsafe = problem.homes[one.home].unsafe_after_dark
            rows[row] = (place[one.home], one.earliest_s, one.latest_s, one.duration_s, one.critical, unsafe)
        at = np.ix_(homes, homes)
        tables = problem.travel.values()
        travel = np.stack([table[at] for table in tables]) if homes else np.zeros((len(tables), 1, 1))
        return rows, np.ascontiguousarray(travel, np.uint16)

    def _part_tables(self) -> tuple[Ints, Ints, Ints]:
        problem, number = self.problem, max(1, len(self.parts))
        widest = max((len(problem.parts[part].visits) for part in self.parts), default=1)
        visits, days = np.zeros((number, widest), np.int64), np.zeros((number, widest), np.int64)
        table = np.zeros((number, 3), np.int64)
        for i, part in enumerate(self.parts):
            mine = problem.parts[part].visits
            visits[i, : len(mine)] = [self.row_of[visit] for visit in mine]
            days[i, : len(mine)] = [problem.visits[visit].days for visit in mine]
            case = self.case_at[self.draft.case_of[problem.parts[part].package]]
            table[i] = (len(mine), part_min(problem, part), case)
        return visits, days, table

    def _offer_tables(self) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        problem, draft = self.problem, self.draft
        cases: list[tuple[int, ...]] = []
        offers: list[tuple[int, ...]] = []
        seats: list[tuple[int, int]] = []
        embargoes: list[int] = []
        gains: list[list[int]] = []
        for i, case in enumerate(self.cases):
            packages, first = problem.cases[case], len(offers)
            for offer in draft.offers[case]:
                pattern = problem.providers[offer.provider].pattern
                embargo = len(embargoes)
                over = {e for package in packages for e in embargoes_over(problem, package, offer.contract)}
                embargoes.extend(sorted(over))
                gain = case_gains(problem, case, offer.contract)
                for parts in case_layouts(problem, case, pattern):
                    seat = len(seats)
                    for part in parts:
                        one = problem.parts[part]
                        patch = problem.packages[one.package].patch
                        seats.append((self.part_at[part], self.group(offer.provider, patch, one.shift, one.crew)))
                    offers.append(
                        (
                            i,
                            offer.contract,
                            offer.provider,
                            offer.tier,
                            seat,
                            len(seats),
                            embargo,
                            len(embargoes),
                            pattern,
                        )
                    )
                    self.offer_contract.append(offer.contract)
                    extra_s = sum(problem.parts[part].extra_s for part in parts)
                    gains.append([extra_s if level == "5" else gain.get(level, 0) for level in self.levels])
            people = members(problem, case)
            cases.append(
                (
                    first,
                    len(offers),
                    counted_min(problem, case),
                    growth_min(problem, case),
                    min(one.priority for one in people),
                    max(one.days_waiting for one in people),
                    sum(one.carer_min for one in people),
                )
            )
        return (
            np.array(cases or [(0,) * 7], np.int64),
            np.array(offers or [(0,) * 9], np.int64),
            np.array(seats or [(0, 0)], np.int64),
            np.array(embargoes or [0], np.int64),
            np.array(gains or [[0] * len(self.levels)], np.int64),
        )

    def _group_table(self) -> Ints:
        table = np.zeros((max(1, len(self.groups)), 6), np.int64)
        for i, (provider, patch, shift, crew) in enumerate(self.groups):
            slot = self.slot_at.get(Slot(provider, patch, shift), NOBODY)
            open_modes = sum(1 << MODES.index(mode) for mode in self.problem.modes_of(provider, patch))
            table[i] = (slot, shift, crew, open_modes, self.problem.providers[provider].pattern, patch)
        return table

    def _row_parts(self) -> Ints:
        problem = self.problem
        patterns = 1 + max((one.pattern for one in problem.providers), default=0)
        found = np.full((patterns, max(1, len(self.visits))), NOBODY, np.int64)
        for case in self.cases:
            for package in problem.cases[case]:
                for pattern in range(len(problem.packages[package].parts)):
                    for part in dict.fromkeys(
                        p for one in problem.packages[package].layouts(pattern) for p in one.parts
                    ):
                        for visit in problem.parts[part].visits:
                            if visit in self.row_of and pattern < patterns:
                                found[pattern, self.row_of[visit]] = self.part_at[part]
        return found

    def _near(self) -> Ints:
        """Rank the cases around each case by the way there, by the quickest means."""
        problem = self.problem
        near = np.full((max(1, len(self.cases)), NEIGHBOURS), NOBODY, np.int64)
        homes = np.array([problem.packages[problem.cases[case][0]].home for case in self.cases], np.int64)
        for i in range(len(self.cases)):
            ways = [table[homes[i], homes] for table in problem.travel.values()]
            way = np.min(ways, axis=0).astype(np.int64)
            way[i] = -1
            nearest = np.argsort(way, kind="stable")[:NEIGHBOURS]
            near[i, : len(nearest)] = nearest
        return near


def _weight_s(level: str, levels: list[str]) -> float:
    """Look up a level's weight; priority classes outweigh each other thirtyfold."""
    if level in WEIGHT_S:
        return WEIGHT_S[level]
    if level == "0":
        return 0.0
    classes = [one for one in levels if one.startswith("1.") and one != "1.wait"]
    return 1e9 * float(30 ** (len(classes) - 1 - classes.index(level)))
