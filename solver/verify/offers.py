"""Checks of the offers that a plan proposes: whom to ask, in the published order, and what is expected of them."""

from __future__ import annotations

from collections.abc import Iterator

from solver.order import tiers, turns
from solver.plan import PlanOffer, PlanPlacement
from solver.reasons import FORCE_OF, Force
from solver.verify.naive import case_fits, legal_week
from solver.verify.people import ledger_of
from solver.verify.reading import Reading
from solver.verify.reasons import bars
from solver.verify.state import state_of
from solver.verify.violation import Violation

Due = tuple[str, str, int, int | None, bool]
"""Contract, provider, tier, turn, and whether an answer is expected."""
Turns = dict[tuple[int, int], tuple[int, ...]]


def check_offers(reading: Reading) -> Iterator[Violation]:
    """Check that every placement lists whom to ask, in order, and expects the right answers.

    Parameters
    ----------
    reading
        A plan that is sound in itself.

    Yields
    ------
    Violation
        ``WRONG_OFFERS``.
    """
    problem = reading.problem
    case_of = {package: case for case, packages in enumerate(problem.cases) for package in packages}
    contracts = {case_of[package]: contract for package, contract in reading.contract_of.items()}
    order = turns(problem, contracts)
    for placement in reading.placements:
        stated, case = placement.stated, case_of[placement.package]
        tier = tiers(problem, placement.package).get(placement.contract)
        if tier is None:
            continue  # said already: the contract is off the lot
        where = f"package {stated.package_ref}"
        due = _due(reading, stated, placement.package, case, placement.contract, tier, order)
        said = [
            (one.contract_ref, one.provider_ref, one.tier, one.turn, one.answer != "not_needed")
            for one in stated.offers
        ]
        if said != due:
            listed = ", ".join(one[0] for one in due)
            yield _wrong(where, f"Whom to ask, in the published order, is {listed}.")
            continue
        yield from _answers(reading, stated, case, tier, where)


def _due(
    reading: Reading, stated: PlanPlacement, package: int, case: int, chosen: int, tier: int, order: Turns
) -> list[Due]:
    problem = reading.problem
    turn = {i: place for (one, _), row in order.items() if one == package for place, i in enumerate(row, 1)}

    def due(i: int, at: int, *, expected: bool) -> Due:
        contract = problem.contracts[i]
        return contract.ref, problem.providers[contract.provider].ref, at, turn.get(i), expected

    known = reading.contract_at  # a pass of an unknown contract is said where passes are checked
    earlier = sorted(
        (one.tier, known[one.contract_ref]) for one in stated.passed if one.predicted and one.contract_ref in known
    )
    found = [due(i, at, expected=True) for at, i in earlier]
    found.sort(key=lambda one: (one[2], one[3] or 0))
    peers = order.get((package, tier), (chosen,))
    ledger = ledger_of(reading, without=case) if len(peers) > 1 else None
    place = peers.index(chosen)
    for at, i in enumerate(peers):
        if i == chosen or (ledger is not None and not bars(reading, ledger, case, i)):
            found.append(due(i, tier, expected=at <= place))
    return found


def _answers(reading: Reading, stated: PlanPlacement, case: int, tier: int, where: str) -> Iterator[Violation]:
    problem = reading.problem
    passed = {one.contract_ref: one.codes for one in stated.passed}
    own = [one for one in stated.offers if one.tier == tier and one.contract_ref != stated.contract_ref]
    for one in stated.offers:
        if one.predicted != (one.answer != "not_needed"):
            yield _wrong(where, f"Whether {one.contract_ref} is predicted is not what its answer says.")
        if one.contract_ref in passed and (one.answer, one.codes) != ("decline", passed[one.contract_ref]):
            yield _wrong(where, f"{one.contract_ref} is passed as expected to decline, and offered otherwise.")
        if one.contract_ref == stated.contract_ref and (one.answer, one.codes) != ("accept", ()):
            yield _wrong(where, f"{one.contract_ref} is proposed, so it is expected to accept.")
    expected = [one for one in own if one.answer != "not_needed"]
    if not expected:
        return
    without = state_of(reading).without([case])
    if not all(legal_week(problem, one) for one in without.rounds):
        return  # leaving would break the rounds of those who stay: no answer is certain
    for one in expected:
        fits = case_fits(problem, without.ledger, list(without.rounds), case, reading.contract_at[one.contract_ref])
        if fits != (one.answer == "accept") or not _said_why(one):
            yield _wrong(where, f"{one.contract_ref} {'can' if fits else 'cannot'} take it as things stand.")


def _said_why(one: PlanOffer) -> bool:
    if one.answer == "accept":
        return not one.codes
    return bool(one.codes) and all(FORCE_OF.get(code) is Force.ESTIMATE for code in one.codes)


def _wrong(where: str, sentence: str) -> Violation:
    return Violation(code="WRONG_OFFERS", where=where, sentence=sentence)
