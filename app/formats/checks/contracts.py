"""Contracts, rates, procedures, embargoes and capacity returns: dates and numbers that agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from app.formats.checks.reading import Reading
from app.formats.checks.saying import fault
from app.formats.council import CallOffStep, Contract, DrivenService
from app.formats.faults import Fault


def _contract_dates_reversed(reading: Reading) -> Iterator[Fault]:
    for path, item in (*reading.agreements, *reading.driven_services):
        if item.ends_on is not None and item.ends_on < item.starts_on:
            reason = f"is before starts_on {item.starts_on}"
            yield fault(f"{path}.ends_on", str(item.ends_on), reason, "correct one of them, or leave ends_on out")


def _embargo_review_before_start(reading: Reading) -> Iterator[Fault]:
    for path, embargo in reading.embargoes:
        if embargo.review_on is not None and embargo.review_on < embargo.starts_on:
            reason = f"is before starts_on {embargo.starts_on}"
            yield fault(f"{path}.review_on", str(embargo.review_on), reason, "give the date of its next review")


def _capacity_return_dates_reversed(reading: Reading) -> Iterator[Fault]:
    for path, returned in reading.capacity_returns:
        if returned.valid_to < returned.valid_from:
            reason = f"is before valid_from {returned.valid_from}"
            yield fault(f"{path}.valid_to", str(returned.valid_to), reason, "correct one of them")


def _driven_services_that_overlap(reading: Reading) -> Iterator[Fault]:
    """A patch has one price of driven rounds on a day."""
    held: dict[str, list[tuple[str, DrivenService]]] = {}
    for path, service in reading.driven_services:
        for at, other in held.setdefault(service.patch_ref, []):
            if (other.ends_on is None or other.ends_on >= service.starts_on) and (
                service.ends_on is None or service.ends_on >= other.starts_on
            ):
                reason = f"overlaps {at} in the same patch, from {other.starts_on}"
                yield fault(f"{path}.starts_on", str(service.starts_on), reason, "end one before the other starts")
        held[service.patch_ref].append((path, service))


def _hours_above_maximum(reading: Reading) -> Iterator[Fault]:
    """What must be accepted, and what is paid anyway, may also be worked."""
    for path, contract in reading.contracts:
        for name, hours in (
            ("obligation_hours", contract.obligation_hours),
            ("guaranteed_hours", contract.guaranteed_hours),
        ):
            if hours is not None and contract.max_hours is not None and hours > contract.max_hours:
                mend = f"raise max_hours, or lower {name}"
                yield fault(f"{path}.{name}", hours, f"is above max_hours {contract.max_hours:g}", mend)


def _rates_given_twice(reading: Reading) -> Iterator[Fault]:
    for path, contract in reading.contracts:
        seen = set()
        for index, rate in enumerate(contract.rates):
            key = (rate.from_date, rate.visits_up_to_min)
            if key in seen:
                reason = f"overlaps: there is a rate from {rate.from_date} for visits up to {rate.visits_up_to_min} min"
                yield fault(f"{path}.rates[{index}]", "", reason, "keep one, or correct from_date or visits_up_to_min")
            seen.add(key)


def _rates_that_leave_visits_without_price(reading: Reading) -> Iterator[Fault]:
    """In the planned week the rates of a contract in force price visits of every length."""
    if reading.week is None or not 2000 <= reading.week.starts_on.year <= 2100:
        return
    monday, sunday = reading.week.starts_on, reading.week.starts_on + timedelta(days=6)
    for path, contract in reading.contracts:
        ended = contract.ends_on is not None and contract.ends_on < monday
        if not contract.rates or ended or contract.starts_on > sunday:
            continue
        first_day = max(monday, contract.starts_on)
        in_force = [rate.visits_up_to_min for rate in contract.rates if rate.from_date <= first_day]
        if not in_force:
            mend = "add the rate that holds in the planned week"
            yield fault(f"{path}.rates", "", f"are missing for {first_day}: all begin later", mend)
        elif max(in_force) < 1440:
            mend = "leave visits_up_to_min out of the rate of the longest visits"
            yield fault(f"{path}.rates", "", f"are missing for visits over {max(in_force)} min", mend)


def _roles_in_two_steps(reading: Reading) -> Iterator[Fault]:
    for path, procedure in reading.procedures:
        seen = set()
        for index, step in enumerate(procedure.steps):
            for place, role in enumerate(step.roles):
                if role in seen:
                    at = f"{path}.steps[{index}].roles[{place}]"
                    yield fault(at, role, "is asked twice in this procedure", "keep the role in one step")
                seen.add(role)


def _roles_in_no_step(reading: Reading) -> Iterator[Fault]:
    """A contract's role has its place in the contract's call-off procedure."""
    roles = {
        procedure.procedure_ref: {role for step in procedure.steps for role in step.roles}
        for _, procedure in reading.procedures
    }
    for path, contract in reading.contracts:
        if contract.role not in roles.get(contract.procedure_ref, {contract.role}):
            mend = f"add {contract.role} to a step of the procedure, or correct role or procedure_ref"
            yield fault(f"{path}.role", contract.role, f"is in no step of procedure {contract.procedure_ref}", mend)


def _accounts_without_a_rotation(reading: Reading) -> Iterator[Fault]:
    """An account of turns counts only where a published procedure rotates fairly."""
    steps = _steps(reading)
    for path, contract in reading.contracts:
        step = steps.get((contract.procedure_ref, contract.role))
        if contract.rotation_account is not None and step is not None and step.selection != "fair_rotation":
            reason = f"has no effect: procedure {contract.procedure_ref} asks {contract.role} by {step.selection}"
            mend = "leave it out, or state fair_rotation where the published document says so"
            yield fault(f"{path}.rotation_account", "", reason, mend)


def _accounts_that_cannot_be_compared(reading: Reading) -> Iterator[Fault]:
    """The contracts of a fair rotation all have an account of one period in what it counts, or none has one."""
    steps = _steps(reading)
    groups: dict[tuple[str, str, int], list[tuple[str, Contract, CallOffStep]]] = {}
    for path, contract in reading.contracts:
        step = steps.get((contract.procedure_ref, contract.role))
        if step is not None and step.selection == "fair_rotation":
            key = (contract.zone_ref, contract.procedure_ref, id(step))
            groups.setdefault(key, []).append((path, contract, step))
    for members in groups.values():
        stated = [contract for _, contract, _ in members if contract.rotation_account is not None]
        for path, contract, step in members if stated else ():
            yield from _account(path, contract, step, stated[0])


def _account(path: str, contract: Contract, step: CallOffStep, first: Contract) -> Iterator[Fault]:
    account, other = contract.rotation_account, first.rotation_account
    at = f"{path}.rotation_account"
    if account is None:
        reason = f"is missing, and {first.contract_ref} of the same rotation has one"
        yield fault(at, "", reason, "state what it has had, 0 if nothing, or leave it out of all of them")
        return
    if getattr(account, step.rotation_counts) is None:
        reason = f"is missing, and the procedure's rotation counts {step.rotation_counts}"
        yield fault(f"{at}.{step.rotation_counts}", "", reason, "state it, 0 if nothing")
    if account.as_of < account.since:
        yield fault(f"{at}.as_of", str(account.as_of), f"is before since {account.since}", "correct one of them")
    if other is not None and account.since != other.since:
        reason = f"is another period than that of {first.contract_ref}, since {other.since}"
        yield fault(f"{at}.since", str(account.since), reason, "state all accounts of a rotation for one period")


def _steps(reading: Reading) -> dict[tuple[str, str], CallOffStep]:
    """Find the step of every role of a procedure."""
    return {
        (procedure.procedure_ref, role): step
        for _, procedure in reading.procedures
        for step in procedure.steps
        for role in step.roles
    }


CHECKS = (
    _contract_dates_reversed,
    _embargo_review_before_start,
    _capacity_return_dates_reversed,
    _driven_services_that_overlap,
    _hours_above_maximum,
    _rates_given_twice,
    _rates_that_leave_visits_without_price,
    _roles_in_two_steps,
    _roles_in_no_step,
    _accounts_without_a_rotation,
    _accounts_that_cannot_be_compared,
)
