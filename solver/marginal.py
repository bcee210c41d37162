"""What a little more capacity is worth: each limit that stands in somebody's way, relaxed by a step and tried again.

Never read off a solver's log. Twice by re-evaluation: by an assignment that leaves rounds aside, where others may change
places too; and on the plan's own rounds, where people who wait are inserted and nobody in the plan is moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeVar

from solver.assign import Contracts
from solver.draft import Draft, Offer
from solver.layouts import case_layouts
from solver.ledger import Ledger, Slot, broken_ledger_rules, members, part_min, stated_capacity
from solver.levels import level_specs
from solver.pairs import embargoes_over
from solver.problem import Problem
from solver.settle import in_order

T = TypeVar("T")
Kind = Literal["hours_cap", "growth_limit", "intake_limit", "return_hours", "return_carers", "return_pairs"]
OF_FACT: dict[str, Kind] = {
    "load_min": "hours_cap",
    "growth_min": "growth_limit",
    "intake_min": "intake_limit",
    "return_min": "return_hours",
    "new_single_rounds": "return_carers",
    "new_pair_rounds": "return_pairs",
}
"""Which limit a ledger rule's fact runs into."""
CARERS_MORE = 1
"""Step of the limits that count carers or pairs."""
IN_CARERS: frozenset[Kind] = frozenset({"return_carers", "return_pairs"})


class Limit(NamedTuple):
    """A limit that somebody who waits runs into."""

    kind: Kind
    at: int
    """Id of the contract, provider, embargo, or first capacity return of the slot."""
    slot: Slot | None = None
    """Of capacity returns."""


class Worth(NamedTuple):
    """Who would be placed besides."""

    people: int
    carer_min: int
    package_refs: tuple[str, ...] = ()
    by_shift: tuple[tuple[str, int], ...] = ()
    """Shift ref and carer-minutes a week on its rounds; what is on no round is in none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginalValue:
    """What relaxing one limit by a step is worth.

    Parameters
    ----------
    kind
        Which limit; those on carers and pairs are counted in carers and pairs, the others in carer-minutes a week.
    ref
        Of the contract, provider, embargo or capacity return that states it.
    provider_ref
        Whose capacity it is.
    zone_ref, patch_ref, shift_ref
        Where and when it counts; empty for all of the provider's.
    limit, used, step
        What is stated, what the plan uses of it, and by how much it is relaxed.
    blocked_people, blocked_min
        Who waits and runs into this limit somewhere, with their carer-minutes a week.
    expected
        People and hours more of an assignment that leaves rounds aside and may change who goes where; nothing where other
        limits keep everybody out as well. None for carers and pairs, which need rounds.
    proven
        People inserted into the plan's rounds under the relaxed limit, priority class first, longest wait first.
    """

    kind: Kind
    ref: str
    provider_ref: str
    zone_ref: str
    patch_ref: str
    shift_ref: str
    limit: int
    used: int
    step: int
    blocked_people: int
    blocked_min: int
    expected: Worth | None
    proven: Worth


def marginal_values(draft: Draft, *, step_min: int = 600, nodes: int = 20) -> tuple[MarginalValue, ...]:
    """Say what a step more of every limit in somebody's way is worth.

    Parameters
    ----------
    draft
        A settled plan's board; is left as it was.
    step_min
        Carer-minutes a week by which a limit is relaxed; carers and pairs by one.
    nodes
        Branch-and-bound nodes for each level of the assignment.

    Returns
    -------
    tuple of MarginalValue
        What places most hours first; empty when nobody waits or no such limit stands in the way.
    """
    problem = draft.problem
    blocked = limits_in_the_way(draft)
    if not blocked:
        return ()
    now = {case: placed.contract for case, placed in draft.placed.items()}
    before: dict[int, int] | None = None
    values = []
    for limit, cases in blocked.items():
        step = CARERS_MORE if limit.kind in IN_CARERS else step_min
        then = relaxed(problem, limit, step)
        expected = None
        if limit.kind not in IN_CARERS:
            expected = Worth(0, 0)
            if _room_for_one(draft, limit, cases, then):
                if before is None:
                    before = _assigned(draft, problem, now, nodes)
                expected = _more(problem, before, _assigned(draft, then, before, nodes))
        values.append(_value(draft, limit, step, cases, expected, proven(draft, limit, then)))
    return tuple(sorted(values, key=lambda one: (-one.proven.carer_min, one.provider_ref, one.kind, one.ref)))


def limits_in_the_way(draft: Draft) -> dict[Limit, list[int]]:
    """List the limits that cases still waiting run into with contracts that may be asked.

    Parameters
    ----------
    draft
        A plan's board.

    Returns
    -------
    dict
        Limit to case ids.
    """
    found: dict[Limit, list[int]] = {}
    for case in draft.cases:
        if case in draft.placed:
            continue
        for offer in draft.offers[case]:
            for limit in _met(draft, case, offer):
                cases = found.setdefault(limit, [])
                if case not in cases:
                    cases.append(case)
    return dict(sorted(found.items(), key=lambda item: (item[0].kind, item[0].at)))


def relaxed(problem: Problem, limit: Limit, step: int) -> Problem:
    """State a council's week with one limit relaxed.

    Parameters
    ----------
    problem
        The council's week.
    limit
        The limit.
    step
        Carer-minutes a week, or carers.

    Returns
    -------
    Problem
        A copy with the same ids.
    """
    at = limit.at
    if limit.kind == "hours_cap":
        contract = replace(problem.contracts[at], cap_min=problem.contracts[at].cap_min + step)
        return replace(problem, contracts=_with(problem.contracts, at, contract))
    if limit.kind == "growth_limit":
        provider = replace(problem.providers[at], growth_limit_min=problem.providers[at].growth_limit_min + step)
        return replace(problem, providers=_with(problem.providers, at, provider))
    if limit.kind == "intake_limit":
        embargo = replace(problem.embargoes[at], intake_limit_min=problem.embargoes[at].intake_limit_min + step)
        return replace(problem, embargoes=_with(problem.embargoes, at, embargo))
    one = problem.returns[at]
    more = {
        "return_hours": replace(one, minutes=one.minutes + step),
        "return_carers": replace(one, carers=one.carers + step),
        "return_pairs": replace(one, pairs=one.pairs + step),
    }[limit.kind]
    return replace(problem, returns=_with(problem.returns, at, more))


def proven(draft: Draft, limit: Limit, then: Problem) -> Worth:
    """Insert people who wait into the plan's rounds under a relaxed limit, one after the other.

    Parameters
    ----------
    draft
        The plan's board; is left as it was.
    limit
        The limit that was relaxed; only contracts under it are tried, as no other has room.
    then
        The week with the limit relaxed.

    Returns
    -------
    Worth
        What could be placed, nobody in the plan being moved.
    """
    problem = draft.problem
    placed: list[int] = []
    by_shift: dict[str, int] = {}
    waiting = in_order(draft, [case for case in draft.cases if case not in draft.placed])
    board = draft.copied()
    with _judged_by(board.ledger, then):
        for case in waiting:
            for offer in board.offers[case]:
                if _under(board, limit, case, offer) and board.place(case, offer.contract) is not None:
                    placed.append(case)
                    for seat in board.placed[case].seats:
                        shift = problem.shifts[problem.parts[seat.part].shift].ref
                        by_shift[shift] = by_shift.get(shift, 0) + part_min(problem, seat.part)
                    break
    return _worth(problem, placed)._replace(by_shift=tuple(sorted(by_shift.items())))


@contextmanager
def _judged_by(ledger: Ledger, then: Problem) -> Iterator[None]:
    """Judge a ledger by other limits for a while."""
    before, stated = ledger.problem, ledger.stated
    ledger.problem, ledger.stated = then, stated_capacity(then)
    try:
        yield
    finally:
        ledger.problem, ledger.stated = before, stated


def _room_for_one(draft: Draft, limit: Limit, cases: Sequence[int], then: Problem) -> bool:
    """Say whether the relaxed limit was all that kept somebody from some contract, rounds left aside."""
    with _judged_by(draft.ledger, then):
        return any(
            _under(draft, limit, case, offer) and _ledger_allows(draft, case, offer)
            for case in cases
            for offer in draft.offers[case]
        )


def _ledger_allows(draft: Draft, case: int, offer: Offer) -> bool:
    ledger = draft.ledger
    return not broken_ledger_rules(ledger.contract_facts(case, offer.contract)) and not any(
        broken_ledger_rules(ledger.slot_facts(slot, minutes))
        for slot, (minutes, _) in _wanted(draft, case, offer.provider).items()
    )


def _assigned(draft: Draft, problem: Problem, start: dict[int, int], nodes: int) -> dict[int, int]:
    """Assign cases to contracts for people and hours, rounds left aside, starting from a choice that is legal."""
    view = copy(draft)  # the same cases and offers, nothing placed; an assignment looks at no round
    view.problem, view.ledger, view.placed = problem, Ledger(problem), {}
    program = Contracts(view)
    program.slots()
    program.start(start)
    specs = level_specs(problem)
    program.reach([one for one in specs if one.level == "3" or one.level[2:].isdigit()], nodes)
    return program.contracts()


def _met(draft: Draft, case: int, offer: Offer) -> Iterator[Limit]:
    ledger = draft.ledger
    for rule in broken_ledger_rules(ledger.contract_facts(case, offer.contract)):
        kind = OF_FACT[rule.fact]
        if kind == "hours_cap":
            yield Limit(kind, offer.contract)
        elif kind == "growth_limit":
            yield Limit(kind, offer.provider)
        else:
            yield from (Limit(kind, i) for i, minutes, most in ledger.intakes(case, offer.contract) if minutes > most)
    for slot, (minutes, crews) in _wanted(draft, case, offer.provider).items():
        if (stated := ledger.stated.get(slot)) is None:
            continue
        broken = {rule.fact for rule in broken_ledger_rules(ledger.slot_facts(slot, minutes))}
        for crew in crews:
            broken |= {rule.fact for rule in broken_ledger_rules(ledger.slot_facts(slot, minutes, 1, crew))}
        yield from (Limit(OF_FACT[fact], stated.returns[0], slot) for fact in sorted(broken))


def _wanted(draft: Draft, case: int, provider: int) -> dict[Slot, tuple[int, set[int]]]:
    """Add up what a case, laid out as commissioned, asks of a provider's slots: carer-minutes, and crew sizes."""
    problem = draft.problem
    wanted: dict[Slot, tuple[int, set[int]]] = {}
    for part in case_layouts(problem, case, problem.providers[provider].pattern)[0]:
        one = problem.parts[part]
        slot = Slot(provider, problem.packages[one.package].patch, one.shift)
        minutes, crews = wanted.get(slot, (0, set()))
        wanted[slot] = minutes + part_min(problem, part), crews | {one.crew}
    return wanted


def _under(draft: Draft, limit: Limit, case: int, offer: Offer) -> bool:
    """Say whether a limit judges a case with a contract."""
    if limit.kind == "hours_cap":
        return offer.contract == limit.at
    if limit.kind == "growth_limit":
        return offer.provider == limit.at
    if limit.kind == "intake_limit":
        return any(limit.at in embargoes_over(draft.problem, p, offer.contract) for p in draft.problem.cases[case])
    return limit.slot in _wanted(draft, case, offer.provider)


def _more(problem: Problem, before: dict[int, int], after: dict[int, int]) -> Worth:
    then, now = _worth(problem, list(after)), _worth(problem, list(before))
    refs = tuple(sorted(set(then.package_refs) - set(now.package_refs)))
    return Worth(then.people - now.people, then.carer_min - now.carer_min, refs)


def _worth(problem: Problem, cases: Sequence[int]) -> Worth:
    packages = [one for case in cases for one in members(problem, case)]
    return Worth(len(packages), sum(one.carer_min for one in packages), tuple(one.ref for one in packages))


def _value(
    draft: Draft, limit: Limit, step: int, cases: Sequence[int], expected: Worth | None, worth: Worth
) -> MarginalValue:
    problem, ledger, at = draft.problem, draft.ledger, limit.at
    provider, zone, patch, shift = 0, "", "", ""
    if limit.kind == "hours_cap":
        contract = problem.contracts[at]
        ref, provider, zone = contract.ref, contract.provider, problem.zones[contract.zone]
        numbers = contract.cap_min, ledger.load_min[at]
    elif limit.kind == "growth_limit":
        ref, provider = problem.providers[at].ref, at
        numbers = problem.providers[at].growth_limit_min, ledger.growth_min[at]
    elif limit.kind == "intake_limit":
        embargo = problem.embargoes[at]
        ref, provider = embargo.ref, embargo.provider
        zone = "" if embargo.zone is None else problem.zones[embargo.zone]
        numbers = embargo.intake_limit_min, ledger.intake_min[at]
    else:
        assert limit.slot is not None
        ref, provider = problem.returns[at].ref, limit.slot.provider
        patch, shift = problem.patches[limit.slot.patch].ref, problem.shifts[limit.slot.shift].ref
        zone = problem.zones[problem.patches[limit.slot.patch].zone]
        numbers = _slot_numbers(ledger, limit.kind, limit.slot)
    blocked = _worth(problem, cases)
    return MarginalValue(
        kind=limit.kind,
        ref=ref,
        provider_ref=problem.providers[provider].ref,
        zone_ref=zone,
        patch_ref=patch,
        shift_ref=shift,
        limit=numbers[0],
        used=numbers[1],
        step=step,
        blocked_people=blocked.people,
        blocked_min=blocked.carer_min,
        expected=expected,
        proven=worth,
    )


def _slot_numbers(ledger: Ledger, kind: Kind, slot: Slot) -> tuple[int, int]:
    stated = ledger.stated[slot]
    return {
        "return_hours": (stated.minutes, ledger.added_min[slot]),
        "return_carers": (stated.carers, ledger.new_rounds[slot, 1]),
        "return_pairs": (stated.pairs, ledger.new_rounds[slot, 2]),
    }[kind]


def _with(things: tuple[T, ...], at: int, thing: T) -> tuple[T, ...]:
    return (*things[:at], thing, *things[at + 1 :])
