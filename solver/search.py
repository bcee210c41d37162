"""Ruin and recreate: take neighbouring cases out of their rounds and place them again, better."""

from __future__ import annotations

import numpy as np

from solver.construct import construct
from solver.draft import Draft, Placed
from solver.levels import better, values
from solver.pool import Column, columns

RUIN_MOST = 10
"""Cases taken out at once, at most."""
START_TEMPERATURE_S = 1_000.0
END_TEMPERATURE_S = 5.0


class _Kept:
    """A copy of a draft's rounds, ledger and placements, to go back to."""

    def __init__(self, draft: Draft) -> None:
        self.rounds = {
            patch: [board.save(r) for r in range(len(board.rounds))] for patch, board in draft.boards.items()
        }
        self.placed: dict[int, Placed] = dict(draft.placed)
        ledger = draft.ledger
        self.ledger = (
            list(ledger.load_min),
            list(ledger.growth_min),
            list(ledger.intake_min),
            dict(ledger.added_min),
            dict(ledger.new_rounds),
        )

    def back(self, draft: Draft) -> None:
        for patch, saved in self.rounds.items():
            board = draft.boards[patch]
            while len(board.rounds) > len(saved):
                board.close_last()
            for r, one in enumerate(saved):
                board.restore(r, one)
        draft.placed = dict(self.placed)
        ledger = draft.ledger
        ledger.load_min[:] = self.ledger[0]
        ledger.growth_min[:] = self.ledger[1]
        ledger.intake_min[:] = self.ledger[2]
        for table, kept in ((ledger.added_min, self.ledger[3]), (ledger.new_rounds, self.ledger[4])):
            table.clear()
            table.update(kept)  # type: ignore[arg-type]


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
    now, now_value = _Kept(draft), _values(draft)
    best, best_value = now, now_value
    cooling = (END_TEMPERATURE_S / START_TEMPERATURE_S) ** (1 / iterations)
    temperature = START_TEMPERATURE_S
    for _ in range(iterations):
        temperature *= cooling
        ruined = _ruin(draft, rng)
        legal = True
        for case in ruined:
            legal = draft.withdraw(case) and legal
        if legal:
            waiting = [case for case in draft.cases if case not in draft.placed]
            construct(draft, waiting, style="regret", rng=rng)
        value = _values(draft)
        slack = int(-temperature * float(np.log(rng.random())))
        if legal and not better(problem, now_value, {**value, "5": value["5"] - slack}):
            now, now_value = _Kept(draft), value
            keep.update(dict.fromkeys(columns(draft)))
            if better(problem, value, best_value):
                best, best_value = now, value
        else:
            now.back(draft)
    best.back(draft)


def _values(draft: Draft) -> dict[str, int]:
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
