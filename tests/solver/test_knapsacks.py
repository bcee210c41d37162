"""Knapsacks filled exactly: a bound that is never above the best choice, and a search that never loses it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.highs import Floats, Stated, relax
from solver.knapsacks import Knapsacks

CONTRACTS, CASES = 3, 6
SEEDS = range(30)


def small(seed: int) -> Stated:
    """Cases to contracts under caps, in some seeds with cases that may wait, a limit of two contracts, and a least of one."""
    rng = np.random.default_rng(seed)
    number = CONTRACTS * CASES
    load = rng.integers(1, 12, (CASES, CONTRACTS)) * int(rng.integers(1, 3))
    cost = rng.integers(-5, 20, number) - 10 * (seed % 2)
    rows, least, most = [], [], []
    for case in range(CASES):
        rows.append(np.repeat(np.arange(CASES) == case, CONTRACTS).astype(float))
        least.append(float(seed % 2 == 0))
        most.append(1.0)
    for contract in range(CONTRACTS):
        rows.append(np.where(np.arange(number) % CONTRACTS == contract, load.ravel(), 0).astype(float))
        least.append(-np.inf)
        most.append(float(load[:, contract].sum() * rng.uniform(0.3, 0.6)))
    if seed % 3 == 0:
        rows.append(rows[CASES] + rows[CASES + 1])
        least.append(-np.inf)
        most.append(0.9 * (most[CASES] + most[CASES + 1]))
        rows.append(np.where(np.arange(number) % CONTRACTS == 0, -1.0, 0.0))
        least.append(-np.inf)
        most.append(-1.0)
    matrix = sp.csr_array(np.array(rows))
    ones = np.ones(number)
    return Stated(cost.astype(float), ones, ones > 0, matrix, np.array(least), np.array(most))


def every_choice(stated: Stated) -> NDArray[np.float64]:
    """List all choices that keep the rows: each case at one contract, or nowhere."""
    found = []
    for chosen in itertools.product(range(-1, CONTRACTS), repeat=CASES):
        values = np.zeros((CASES, CONTRACTS))
        for case, contract in enumerate(chosen):
            if contract >= 0:
                values[case, contract] = 1.0
        found.append(values.ravel())
    choices = np.array(found)
    reached = choices @ stated.rows.toarray().T
    kept: NDArray[np.bool_] = ((reached >= stated.least - 1e-6) & (reached <= stated.most + 1e-6)).all(axis=1)
    return np.asarray(choices[kept])


def prices_of(stated: Stated) -> tuple[float, Floats]:
    """Relax, and give the bound and the prices."""
    answer = relax(stated)
    assert answer.prices is not None
    return answer.bound, answer.prices


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_lies_between_the_linear_relaxation_and_the_best_choice(seed: int) -> None:
    stated = small(seed)
    choices = every_choice(stated)
    if not len(choices):
        return
    costs = choices @ stated.term
    linear, prices = prices_of(stated)
    priced = Knapsacks(stated).price(prices, choices[np.argmax(costs)], 100)
    assert linear - 1e-6 <= priced.bound <= costs.min() + 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_no_choice_that_departs_from_the_prices_in_a_variable_costs_less_than_they_say(seed: int) -> None:
    stated = small(seed)
    choices = every_choice(stated)
    if not len(choices):
        return
    costs = choices @ stated.term
    priced = Knapsacks(stated).price(prices_of(stated)[1], choices[0], 100)
    for v, reduced in enumerate(priced.reduced):
        contrary = costs[choices[:, v] == (1.0 if reduced > 0 else 0.0)]
        assert contrary.min(initial=np.inf) >= priced.bound + abs(reduced) - 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_a_search_of_everything_finds_the_best_choice(seed: int) -> None:
    stated = small(seed)
    choices = every_choice(stated)
    if not len(choices):
        return
    costs = choices @ stated.term
    knapsacks = Knapsacks(stated)
    prices, best, done = prices_of(stated)[1], choices[np.argmax(costs)], False
    while not done:
        found, done = knapsacks.search(np.arange(len(stated.term)), best, prices)
        assert found is None or found @ stated.term <= best @ stated.term
        best = best if found is None else found
    assert best @ stated.term == costs.min()
    assert (choices == best).all(axis=1).any()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_search_of_a_part_finds_its_best_choice(seed: int) -> None:
    stated = small(seed)
    choices = every_choice(stated)
    if not len(choices):
        return
    start, free = choices[0], np.arange(6, len(stated.term))
    near = choices[(choices[:, :6] == start[:6]).all(axis=1)]
    found, done = Knapsacks(stated).search(free, start, prices_of(stated)[1])
    assert done
    assert found is not None
    assert found @ stated.term == (near @ stated.term).min()


def test_fractions_and_larger_numbers_count_in_the_bound_too() -> None:
    # Two of weight 2 under 3, and an amount of up to 4 that must make up what they leave of 7: one of them, and 4.
    rows = sp.csr_array(np.array([[2.0, 3.0, 0.0], [2.0, 3.0, 1.0]]))
    stated = Stated(
        np.array([1.0, 4.0, 2.0]),
        np.array([1.0, 1.0, 4.0]),
        np.array([True, True, False]),
        rows,
        np.array([-np.inf, 5.0]),
        np.array([4.0, np.inf]),
    )
    linear, prices = prices_of(stated)
    knapsacks = Knapsacks(stated)
    assert knapsacks.rows == [0]
    priced = knapsacks.price(prices, np.array([1.0, 0.0, 3.0]), 200)
    assert linear - 1e-6 <= priced.bound <= 7.0 + 1e-6
    assert knapsacks.can_search(np.array([0, 1]))
    assert not knapsacks.can_search(np.array([1, 2]))


def test_only_rows_that_gain_by_it_are_knapsacks() -> None:
    cases = {
        "whole factors under a most": ([2.0, 3.0, 4.0], -np.inf, 5.0),
        "shares variables with a shorter one": ([2.0, 3.0, 4.0, 5.0], -np.inf, 9.0),
        "all factors the same": ([0.0, 0.0, 0.0, 2.0, 2.0], -np.inf, 2.0),
        "a factor that is not whole": ([0.0, 0.0, 0.0, 2.5, 2.0], -np.inf, 3.0),
        "a factor below nothing": ([0.0, 0.0, 0.0, -2.0, 3.0], -np.inf, 2.0),
        "no most": ([0.0, 0.0, 0.0, 2.0, 3.0], 1.0, np.inf),
        "a least": ([0.0, 0.0, 0.0, 2.0, 3.0], 1.0, 4.0),
        "room for all": ([0.0, 0.0, 0.0, 2.0, 3.0], -np.inf, 5.0),
        "a fraction": ([0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 3.0], -np.inf, 4.0),
    }
    matrix = np.zeros((len(cases), 7))
    for row, (factors, _, _) in enumerate(cases.values()):
        matrix[row, : len(factors)] = factors
    least, most = (np.array([case[i] for case in cases.values()]) for i in (1, 2))
    whole = np.arange(7) < 6
    assert Knapsacks(Stated(np.ones(7), np.ones(7), whole, sp.csr_array(matrix), least, most)).rows == [0]
