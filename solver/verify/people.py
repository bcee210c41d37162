"""Checks of people: nobody lost, nobody twice, every visit made, every contract and limit kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from solver.ledger import Ledger, broken_ledger_rules
from solver.order import tiers
from solver.pairs import broken_pair_rules, pair_facts, pair_limits
from solver.problem import DAYS, NOWHERE, SECOND_CARER
from solver.verify.reading import Reading, ReadPlacement
from solver.verify.state import state_of
from solver.verify.violation import Violation

Made = dict[tuple[int, int], list[str]]
"""(visit, day) to the rounds that make it."""


def check_people(reading: Reading) -> Iterator[Violation]:
    """Check every person of a plan, and what contracts and carers bear.

    Parameters
    ----------
    reading
        The plan, read.

    Yields
    ------
    Violation
        One for each thing wrong.
    """
    made = _made(reading)
    yield from _nobody_lost(reading)
    yield from _only_whom_it_may(reading, made)
    for placement in reading.placements:
        yield from _placement(reading, placement, made)
    yield from _couples(reading)
    yield from _limits(reading)


def ledger_of(reading: Reading, without: int | None = None) -> Ledger:
    """Enter every placement of a plan into a fresh ledger.

    Parameters
    ----------
    reading
        The plan, read.
    without
        A case to leave out.

    Returns
    -------
    Ledger
        Loads with the plan.
    """
    state = state_of(reading)
    return (state if without is None else state.without([without])).ledger


def _made(reading: Reading) -> Made:
    made: Made = defaultdict(list)
    for ref, one in reading.rounds.items():
        for d, visits in enumerate(one.days):
            for visit in visits:
                made[visit, d].append(ref)
    return made


def _wrong(code: str, where: str, sentence: str) -> Violation:
    return Violation(code=code, where=where, sentence=sentence, structural=True)


def _nobody_lost(reading: Reading) -> Iterator[Violation]:
    problem = reading.problem
    named = {read.package for read in reading.placements}
    named |= {reading.package_at.get(one.package_ref, NOWHERE) for one in reading.plan.unplaced}
    for i, package in enumerate(problem.packages):
        if package.state == "waiting" and i not in named:
            yield _wrong("PERSON_LOST", f"package {package.ref}", "It waits, and the plan says nothing of it.")
        if package.state != "waiting" and i in named:
            yield _wrong("NOT_WAITING", f"package {package.ref}", "The plan places it, but it does not wait.")


def _only_whom_it_may(reading: Reading, made: Made) -> Iterator[Violation]:
    problem = reading.problem
    live = {(v, d): one.ref for one in problem.rounds for d, visits in enumerate(one.days) for v in visits}
    for (visit, d), refs in sorted(made.items()):
        row = problem.visits[visit]
        package = problem.packages[row.package]
        where = f"package {package.ref} {row.ref}, {DAYS[d]}"
        if len(refs) > 1 and sum(live.get((visit, d)) == ref for ref in refs) < len(refs):
            yield _wrong("VISIT_TWICE", where, f"The visit is made by {', '.join(sorted(refs))}.")
        if package.state != "waiting":
            for ref in refs:
                if reading.rounds[ref].live < 0 or visit not in problem.rounds[reading.rounds[ref].live].days[d]:
                    yield _wrong("LIVE_MOVED", where, f"A live visit stands in round {ref}, where it was not.")
        elif row.package not in reading.contract_of:
            yield _wrong("FOREIGN_VISIT", where, "A round makes a visit of a package that the plan does not place.")


def _placement(reading: Reading, placement: ReadPlacement, made: Made) -> Iterator[Violation]:
    problem, stated = reading.problem, placement.stated
    package = problem.packages[placement.package]
    contract = problem.contracts[placement.contract]
    provider = problem.providers[contract.provider]
    where = f"package {package.ref}"
    if stated.provider_ref != provider.ref:
        yield _wrong("WRONG_PROVIDER", where, f"Contract {contract.ref} is with {provider.ref}.")
    if stated.carer_minutes != package.carer_min:
        yield Violation(
            code="WRONG_MINUTES",
            where=where,
            sentence=f"It is {package.carer_min} carer-minutes a week, the plan says {stated.carer_minutes}.",
        )
    tier = tiers(problem, placement.package).get(placement.contract)
    if tier != stated.tier:
        yield Violation(code="WRONG_TIER", where=where, sentence=f"The contract's tier is {tier}, not {stated.tier}.")
    facts, limits = pair_facts(problem, placement.package, placement.contract), pair_limits(problem, placement.contract)
    for rule in broken_pair_rules(problem, placement.package, placement.contract):
        said = rule.said(facts, limits)
        yield Violation(
            code=rule.reason,
            where=where,
            sentence=said[0].upper() + said[1:] + ".",
            rule=rule.code,
            excess=rule.excess(facts, limits),
        )
    yield from _parts(reading, placement, made)


def _parts(reading: Reading, placement: ReadPlacement, made: Made) -> Iterator[Violation]:
    problem, stated = reading.problem, placement.stated
    package = problem.packages[placement.package]
    contract = problem.contracts[placement.contract]
    pattern = problem.providers[contract.provider].pattern
    said = {(part.line_ref, part.shift_ref, part.crew, _comes_second(part.visit_refs)): part for part in stated.parts}
    due = {}
    for i in placement.layout.parts:
        own = problem.parts[i]
        second = _comes_second(problem.visits[visit].ref for visit in own.visits)
        due[package.lines[own.line], problem.shifts[own.shift].ref, own.crew, second] = own
    for key in sorted(set(said) ^ set(due)):
        code, what = ("PART_LOST", "is missing from") if key in due else ("FOREIGN_VISIT", "does not belong to")
        yield _wrong(code, f"package {package.ref}", f"The part {' '.join(map(str, key))} {what} the placement.")
    if len(said) < len(stated.parts):
        yield _wrong("PART_SPLIT", f"package {package.ref}", "A part is stated twice.")
    for key in sorted(set(said) & set(due)):
        part, one = said[key], due[key]
        where = f"package {package.ref}, {' '.join(map(str, key))}"
        if set(part.visit_refs) != {problem.visits[v].ref for v in one.visits}:
            yield _wrong("PART_LOST", where, "The part does not hold just its own visits.")
        round_read = reading.rounds[part.round_ref]
        if round_read.provider != contract.provider:
            yield _wrong("ROUND_SHARED", where, f"Round {part.round_ref} belongs to another provider.")
        if round_read.shift != one.shift:
            yield _wrong("WRONG_SHIFT", where, f"Round {part.round_ref} works another shift.")
        for visit in one.visits:
            for d in range(7):
                if problem.visits[visit].days >> d & 1:
                    refs = made.get((visit, d), [])
                    if not refs:
                        yield _wrong("PART_LOST", where, f"{problem.visits[visit].ref} on {DAYS[d]} is in no round.")
                    elif refs != [part.round_ref]:
                        yield _wrong(
                            "PART_SPLIT", where, f"{problem.visits[visit].ref} on {DAYS[d]} is not in {part.round_ref}."
                        )
    yield from _gaps(reading, placement)
    blocks = sorted((package.lines[problem.visits[v].line], problem.visits[v].ref) for v in package.fixed[pattern])
    if sorted(stated.fixed_blocks) != blocks:
        yield _wrong("PART_LOST", f"package {package.ref}", "Its fixed blocks are not the visits that fit no shift.")


def _comes_second(visit_refs: Iterable[str]) -> bool:
    """Say whether a part is what the second carer of a meet-up does."""
    return any(ref.endswith(SECOND_CARER) for ref in visit_refs)


def _gaps(reading: Reading, placement: ReadPlacement) -> Iterator[Violation]:
    """Check the time between the starts of visits that must keep a gap, from the starts that the plan states."""
    problem = reading.problem
    package = problem.packages[placement.package]
    starts: dict[tuple[str, str], int] = {}
    for one in placement.stated.parts:
        for day, visits in reading.rounds[one.round_ref].stated.days.items():
            starts |= {(day, visit.visit_ref): visit.start_s for visit in visits if visit.package_ref == package.ref}
    for visit in package.visits:
        row = problem.visits[visit]
        for other, least, most in row.gaps:
            for day in DAYS:
                first, second = starts.get((day, problem.visits[other].ref)), starts.get((day, row.ref))
                if first is not None and second is not None and not least <= second - first <= most:
                    yield Violation(
                        code="GAP",
                        where=f"package {package.ref} {row.ref}, {day}",
                        sentence=f"It starts {(second - first) // 60} min after {problem.visits[other].ref}.",
                    )


def _couples(reading: Reading) -> Iterator[Violation]:
    for packages in reading.problem.cases:
        chosen = {reading.contract_of.get(package) for package in packages}
        if len(chosen) > 1:
            refs = " and ".join(reading.problem.packages[package].ref for package in packages)
            yield _wrong("LINKED_PACKAGE", f"packages {refs}", "A couple is not placed with one contract.")


def _limits(reading: Reading) -> Iterator[Violation]:
    """Judge the ledger with all placements; a limit that live work already exceeds is inherited."""
    problem = reading.problem
    ledger, before = ledger_of(reading), Ledger(problem)
    for case, packages in enumerate(problem.cases):
        contract = reading.contract_of.get(packages[0])
        if contract is None:
            continue
        ledger.post(case, contract, sign=-1)
        facts, limits = ledger.contract_facts(case, contract)
        ledger.post(case, contract)
        for rule in broken_ledger_rules((facts, limits)):
            said = rule.said(facts, limits)
            yield Violation(
                code=rule.reason,
                where=f"contract {problem.contracts[contract].ref}",
                sentence=said[0].upper() + said[1:] + ".",
                rule=rule.code,
                excess=rule.excess(facts, limits),
            )
    for slot in sorted(ledger.stated):
        for crew in (1, 2):
            opened = ledger.new_rounds[slot, crew]
            facts, limits = before.slot_facts(slot, ledger.added_min[slot], opened, crew)
            for rule in broken_ledger_rules((facts, limits)):
                said = rule.said(facts, limits)
                yield Violation(
                    code=rule.reason,
                    where=f"provider {problem.providers[slot.provider].ref}, patch {problem.patches[slot.patch].ref}, "
                    f"shift {problem.shifts[slot.shift].ref}",
                    sentence=said[0].upper() + said[1:] + ".",
                    rule=rule.code,
                    excess=rule.excess(facts, limits),
                )
