"""Ruin and recreate: take neighbouring cases out of their rounds and place them again, better."""

from __future__ import annotations

import numpy as np

from solver.construct import construct
from solver.draft import Draft, Placed
from solver.levels import better, values
from solver.pool import Column, columns

RUIN_MOST = 10
"""Cases taken out at once, at most."""
BLINK = 0.08
"""Share of offers that a recreation overlooks."""
START_TEMPERATURE_S = 1_000.0
END_TEMPERATURE_S = 5.0


class _Books:
    """A draft's placements and ledger as they stand, to go back to."""

    def __init__(self, draft: Draft) -> None:
        self.placed: dict[int, Placed] = dict(draft.placed)
        ledger = draft.ledger
        self.loads = list(ledger.load_min), list(ledger.growth_min), list(ledger.intake_min)
        self.slots = dict(ledger.added_min), dict(ledger.new_rounds)

    def back(self, draft: Draft) -> None:
        draft.placed = dict(self.placed)
        ledger = draft.ledger
        ledger.load_min[:], ledger.growth_min[:], ledger.intake_min[:] = self.loads
        ledger.added_min.clear()
        ledger.added_min.update(self.slots[0])
        ledger.new_rounds.clear()
        ledger.new_rounds.update(self.slots[1])


class _Step:
    """One step of the search: notes the rounds that change, so that it can be taken back."""

    def __init__(self, draft: Draft) -> None:
        self.draft, self.books = draft, _Books(draft)
        self.counts = {patch: len(board.rounds) for patch, board in draft.boards.items()}
        for board in draft.boards.values():
            board.journal = {}

    def touched(self) -> set[tuple[int, int]]:
        """Name the rounds that changed or were opened."""
        return {
            (patch, r)
            for patch, board in self.draft.boards.items()
            for r in (*(board.journal or ()), *range(self.counts[patch], len(board.rounds)))
        }

    def back(self) -> None:
        """Take the step back."""
        for patch, board in self.draft.boards.items():
            while len(board.rounds) > self.counts[patch]:
                board.close_last()
            for r, saved in (board.journal or {}).items():
                if r < len(board.rounds):
                    board.restore(r, saved)
        self.books.back(self.draft)

    def end(self) -> None:
        """Stop noting."""
        for board in self.draft.boards.values():
            board.journal = None


class _Best:
    """The best draft so far, whole."""

    def __init__(self, draft: Draft) -> None:
        self.books = _Books(draft)
        self.rounds = {
            patch: [board.save(r) for r in range(len(board.rounds))] for patch, board in draft.boards.items()
        }

    def back(self, draft: Draft) -> None:
        """Make the draft what it was."""
        for patch, saved in self.rounds.items():
            board = draft.boards[patch]
            while len(board.rounds) > len(saved):
                board.close_last()
            for r, one in enumerate(saved):
                board.restore(r, one)
        self.books.back(draft)


def improve(draft: Draft, *, rng: np.random.Generator, iterations: int, keep: dict[Column, None]) -> None:
    """Improve a draft by ruin and recreate, accepting a little worse while it is warm.

    Parameters
    ----------
    draft
        Legal; is left at the best values found.
    rng
        Of every choice.
    iterations
        Steps, a budget that replays.
    keep
        Gets the rounds of every accepted step, for the master.

    References
    ----------
    Schrimpf et al. (2000), Journal of Computational Physics 159, 139-171; adjacent removal after
    Christiaens and Vanden Berghe (2020), Transportation Science 54, 417-433.
    """
    if not draft.placed or iterations <= 0:
        return
    problem = draft.problem
    now_value = draft_values(draft)
    best, best_value = _Best(draft), now_value
    cooling = (END_TEMPERATURE_S / START_TEMPERATURE_S) ** (1 / iterations)
    temperature = START_TEMPERATURE_S
    for _ in range(iterations):
        temperature *= cooling
        step = _Step(draft)
        legal = True
        waiting = [case for case in draft.cases if case not in draft.placed]
        ruined = _ruin(draft, rng)
        for case in ruined:
            legal = draft.withdraw(case) and legal
        if legal:
            construct(draft, ruined + _some(waiting, rng), style="regret", rng=rng, blink=BLINK)
        value = draft_values(draft)
        slack = int(-temperature * float(np.log(rng.random())))
        if legal and not better(problem, now_value, {**value, "5": value["5"] - slack}):
            now_value = value
            keep.update(dict.fromkeys(columns(draft, step.touched())))
            if better(problem, value, best_value):
                best, best_value = _Best(draft), value
        else:
            step.back()
        step.end()
    best.back(draft)


def _some(waiting: list[int], rng: np.random.Generator) -> list[int]:
    """Choose a few of those who wait, to be tried in the room that a ruin makes."""
    if len(waiting) <= RUIN_MOST:
        return waiting
    return [waiting[int(i)] for i in sorted(rng.choice(len(waiting), size=RUIN_MOST, replace=False))]


def draft_values(draft: Draft) -> dict[str, int]:
    """State the value of every level of a draft.

    Parameters
    ----------
    draft
        Any draft.

    Returns
    -------
    dict
        Level to value.
    """
    contracts = {case: placed.contract for case, placed in draft.placed.items()}
    return values(draft.problem, contracts, draft.ledger.load_min, draft.cost_s())


def _ruin(draft: Draft, rng: np.random.Generator) -> list[int]:
    """Choose a case and its nearest placed neighbours, or everybody of one of its rounds."""
    problem = draft.problem
    placed = sorted(draft.placed)
    seed = placed[int(rng.integers(len(placed)))]
    home = problem.packages[problem.cases[seed][0]].home
    if rng.random() < 0.3 and draft.placed[seed].seats:
        seats = draft.placed[seed].seats
        seat = seats[int(rng.integers(len(seats)))]
        parts = draft.boards[seat.patch].rounds[seat.round].parts
        return sorted({draft.case_of[problem.parts[part].package] for part in parts})[: 2 * RUIN_MOST]
    homes = np.array([problem.packages[problem.cases[case][0]].home for case in placed])
    nearest = np.argsort(problem.drive_s[home, homes], kind="stable")
    most = int(rng.integers(2, RUIN_MOST + 1))
    return [placed[i] for i in nearest[:most]]
